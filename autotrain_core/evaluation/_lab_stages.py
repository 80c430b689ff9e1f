"""The stages of all curricula of a lab in one row, so that mice of different curricula are trained together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autotrain_core.evaluation._difficulty import Demands, Difficulty, demands_of
from autotrain_core.models import Curriculum
from autotrain_core.rules import Bools, Ints


@dataclass(frozen=True, slots=True)
class Stages:
    """
    All stages of some curricula, one after the other: arrays of shape (stages,), `first` of shape (curricula,).

    Attributes:
        curricula: The curricula.
        first: Where each curriculum's stages begin.
        curriculum: Place of the curriculum.
        rank: Place in the order of the curriculum's stages without its ends; an end has that of the stage before.
        end: Whether mice stay there for good.
        label: Place in `labels`.
        labels: Names of stages.
        task: Place in `tasks`.
        tasks: What the rig's menu calls the tasks.
        demands: What the stages ask of a mouse.
    """

    curricula: tuple[Curriculum, ...]
    first: Ints
    curriculum: Ints
    rank: Ints
    end: Bools
    label: Ints
    labels: tuple[str, ...]
    task: Ints
    tasks: tuple[str, ...]
    demands: Demands

    def beside(self, stages: Ints, wish: Ints) -> Ints:
        """
        Give the stage that a trainer runs instead of the suggested one.

        Args:
            stages: The suggested stages, shape (k,).
            wish: -1 for an easier one, 1 for a harder one; where there is none, the other way is gone.

        Returns:
            Another stage, never an end; the same one in a curriculum of one stage.
        """
        trainable, start = self._trainable()
        place = self.curriculum[stages]
        last = np.diff(start)[place] - 1
        rank = self.rank[stages]
        there = np.where(self.end[stages], last, np.clip(rank + wish, 0, last))
        there = np.where((there == rank) & ~self.end[stages], np.clip(rank - wish, 0, last), there)
        return trainable[start[place] + there]

    def at_rank(self, curriculum: Ints, rank: Ints) -> Ints:
        """Give the rank-th stage of each curriculum, or its last before the end."""
        trainable, start = self._trainable()
        place: Ints = start[curriculum] + np.minimum(rank, np.diff(start)[curriculum] - 1)
        return trainable[place]

    def like(self, stages: Ints, curriculum: int) -> Ints:
        """Give the stage of a curriculum that has the same name, -1 where none has."""
        own = np.flatnonzero(self.curriculum == curriculum)
        named = np.full(len(self.labels), -1, dtype=np.int64)
        named[self.label[own]] = own
        return named[self.label[stages]]

    def _trainable(self) -> tuple[Ints, Ints]:
        trainable = np.flatnonzero(~self.end)
        counts = np.bincount(self.curriculum[trainable], minlength=len(self.curricula))
        return trainable, np.concatenate(([0], np.cumsum(counts)))


def stages_of(curricula: Sequence[Curriculum], difficulty: Difficulty) -> Stages:
    """Put the stages of some curricula in one row."""
    stages = [stage for curriculum in curricula for stage in curriculum.stages]
    labels = tuple(dict.fromkeys(stage.label for stage in stages))
    counts = [len(curriculum.stages) for curriculum in curricula]
    named = [str(stage.parameters.get("task", "")) for stage in stages]
    for place, stage in enumerate(stages):
        if not stage.parameters and place:
            named[place] = named[place - 1]
    tasks = tuple(dict.fromkeys(named))
    demands = [demands_of(curriculum, difficulty) for curriculum in curricula]
    ends = [stage.terminal for stage in stages]
    ranks = [
        max(0, sum(not stage.terminal for stage in curriculum.stages[: place + (not one.terminal)]) - 1)
        for curriculum in curricula
        for place, one in enumerate(curriculum.stages)
    ]
    return Stages(
        curricula=tuple(curricula),
        first=np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64),
        curriculum=np.repeat(np.arange(len(counts)), counts),
        rank=np.array(ranks, dtype=np.int64),
        end=np.array(ends, dtype=bool),
        label=np.array([labels.index(stage.label) for stage in stages], dtype=np.int64),
        labels=labels,
        task=np.array([tasks.index(name) for name in named], dtype=np.int64),
        tasks=tasks,
        demands=Demands(
            difficulty=np.concatenate([one.difficulty for one in demands]),
            reward_rate=np.concatenate([one.reward_rate for one in demands]),
            volume=np.concatenate([one.volume for one in demands]),
        ),
    )
