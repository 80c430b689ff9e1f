"""
Where a mouse stands, as the next generation of rigs keeps it: `trainer_state.json`, `suggestion.json` and metrics.

Rules are only named there ("package.function"); what they say stands in a Python package. So a state can be moved and
its metrics converted, but a curriculum can be made neither from such a file nor into one. Source of the form: contracts
D9 in docs/interop.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from autotrain_core.errors import NotStoredError
from autotrain_core.interop._next_names import stage_label

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStage:
    """
    A stage.

    Attributes:
        name: As the file writes it; `label` is its enum NAME.
        task: name, description, task_parameters, version and stage_name.
        policies: What may change its parameters between sessions: nodes {id: function} and graph, as in the file.
        start_policies: The functions in force at first.
        metrics_provider: The function that computes its metrics; empty where none is named.
    """

    name: str
    task: Mapping[str, Any] = field(default_factory=dict)
    policies: Mapping[str, Any] = field(default_factory=dict)
    start_policies: tuple[str, ...] = ()
    metrics_provider: str = ""

    @property
    def label(self) -> str:
        """The stage as tables and rigs of today write it."""
        return stage_label(self.name)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The settings of its task; empty where the file has none."""
        found = self.task.get("task_parameters")
        return found if isinstance(found, Mapping) else _NOTHING


class Transition(NamedTuple):
    """A rule that is only named, "package.function", and the number of the stage that it leads to."""

    rule: str
    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCurriculum:
    """
    A curriculum, as far as such a file holds one.

    Attributes:
        name: As the file writes it.
        version: Semantic.
        package: Where its rules are defined.
        stages: By number.
        transitions: Of each stage, by number; the first rule that holds wins.
    """

    name: str
    version: str
    package: str = ""
    stages: Mapping[int, NextStage] = field(default_factory=dict)
    transitions: Mapping[int, tuple[Transition, ...]] = field(default_factory=dict)

    def stage(self, name: str) -> NextStage:
        """
        Find a stage by either of its names.

        Raises:
            NotStoredError: There is none.
        """
        for stage in self.stages.values():
            if stage_label(name) == stage.label:
                return stage
        known = ", ".join(stage.label for stage in self.stages.values())
        raise NotStoredError(f"{self.name}@{self.version} has no stage '{name}'; its stages are {known or 'none'}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerState:
    """
    Where a mouse stands.

    Attributes:
        curriculum: What it follows; None where it follows none.
        stage: What it runs next; None where nothing is suggested.
        on_curriculum: Whether the suggestion came from the curriculum.
        active_policies: The functions in force; None where the file says null.
    """

    curriculum: NextCurriculum | None = None
    stage: NextStage | None = None
    on_curriculum: bool = True
    active_policies: tuple[str, ...] | None = ()

    def moved_to(self, stage: str) -> "TrainerState":
        """
        Move the mouse to another stage of its curriculum, with what that stage starts with.

        Args:
            stage: By either of its names.

        Raises:
            NotStoredError: It follows no curriculum, or one without this stage.
        """
        if self.curriculum is None:
            raise NotStoredError("A mouse that follows no curriculum cannot be moved to a stage of it.")
        found = self.curriculum.stage(stage)
        return replace(self, stage=found, on_curriculum=True, active_policies=found.start_policies)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMetrics:
    """
    What the rules of the next generation see of a mouse.

    Attributes:
        foraging_efficiency: A fraction a session; NaN where there is none.
        finished_trials: Trials a session ("unignored" there).
        session_total: Sessions in all.
        session_at_current_stage: Consecutive sessions at the stage.
        stage: Enum NAME of the stage of the last session.
        more: Metrics that we do not know, as in the file.
    """

    foraging_efficiency: tuple[float, ...]
    finished_trials: tuple[int, ...]
    session_total: int
    session_at_current_stage: int
    stage: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """
    What a run of a curriculum suggested.

    Attributes:
        state: Where the mouse stands now.
        metrics: What was looked at; None where the file has metrics of another kind.
        version: Of the curriculum.
        library: Version of the library that the curriculum is written with ("dsl_version").
        other_metrics: The metrics as they are where they are of another kind.
    """

    state: TrainerState
    metrics: NextMetrics | None
    version: str = ""
    library: str = ""
    other_metrics: Mapping[str, Any] = field(default_factory=dict)


class Seen(NamedTuple):
    """Metrics for the next generation, and what could not be carried."""

    metrics: NextMetrics
    not_carried: tuple[str, ...]


def metrics_from_rows(rows: Sequence[Mapping[str, Any]]) -> Seen:
    """
    Give what our rules saw as metrics of the next generation.

    Args:
        rows: The sessions of one mouse in order, at least one, each with `session`, `finished_trials`,
            `foraging_efficiency`, `session_at_current_stage` and `current_stage_actual` (enum NAME).

    Returns:
        The metrics after the last of them. A session whose trials were not counted has no place there.

    Raises:
        ValueError: There is no row.
    """
    if not rows:
        raise ValueError("metrics are of at least one session")
    counted = [row for row in rows if _is_count(row["finished_trials"])]
    lost = tuple(
        f"Session {row['session']} has no number of finished trials; the lists of the next generation leave it out."
        for row in rows
        if not _is_count(row["finished_trials"])
    )
    last = rows[-1]
    metrics = NextMetrics(
        foraging_efficiency=tuple(_fraction(row["foraging_efficiency"]) for row in counted),
        finished_trials=tuple(int(row["finished_trials"]) for row in counted),
        session_total=int(last["session"]),
        session_at_current_stage=int(last["session_at_current_stage"]),
        stage=str(last["current_stage_actual"]),
    )
    return Seen(metrics, lost)


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and float(value).is_integer()


def _fraction(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
