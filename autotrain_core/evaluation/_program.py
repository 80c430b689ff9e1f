"""
Curricula as tables of numbers: every stage of every curriculum is a state with an ordered list of rules.

Conditions that several curricula share stand once, so the cost of a table of mixed versions is that of its
distinct conditions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from autotrain_core.models import Curriculum, Decision, Stage, TrainingStage
from autotrain_core.rules import Arithmetic, Condition, Ints, Item, Window, metrics_of, reads_stage, walk

DECISIONS = (Decision.STAY, Decision.PROGRESS, Decision.ROLLBACK)
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Question:
    """A condition, and whether a missing value makes it unknown or false."""

    condition: Condition
    three_valued: bool


@dataclass(frozen=True)
class Program:
    """
    Some curricula, ready for deciding.

    Attributes:
        curricula: The curricula; their place is their number.
        labels: Names of all stages that are known anywhere, and today's eight; their place is the number of a stage.
        questions: The distinct conditions.
        states: Number of the state for (curriculum, label), NOWHERE where a curriculum lacks the stage.
        conditions: Question of the j-th rule of a state, or the number of questions where there is no such rule.
        decisions: Place in DECISIONS of what the j-th rule decides.
        targets: Label of the stage where the j-th rule leads.
        broken: Whether a state's rules cannot be trusted.
        terminal: Whether a state is the end.
        first_labels: Label of the first stage of each curriculum.
        owners: Curriculum of each state.
    """

    curricula: tuple[Curriculum, ...]
    labels: tuple[str, ...]
    questions: tuple[Question, ...]
    states: Ints
    conditions: Ints
    decisions: Ints
    targets: Ints
    broken: np.ndarray
    terminal: np.ndarray
    first_labels: Ints
    owners: Ints
    stages: tuple[Stage, ...] = field(repr=False)

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that the rules read."""
        return tuple(sorted(frozenset().union(*(metrics_of(question.condition) for question in self.questions))))

    @cached_property
    def divides(self) -> bool:
        """Whether a rule divides, and so can miss a value although no cell is missing."""
        return any(
            isinstance(part, Arithmetic) and part.operator == "/"
            for question in self.questions
            for part in walk(question.condition)
        )

    def reach(self, metric: str) -> int | None:
        """How many sessions back, this one included, the rules look at a metric; None for all."""
        sizes = [
            part.back if isinstance(part, Item) else part.size
            for question in self.questions
            for part in walk(question.condition)
            if isinstance(part, Item | Window) and part.metric == metric
        ]
        return None if None in sizes else max(size for size in sizes if size is not None)

    @cached_property
    def furthest_item(self) -> int:
        """How many sessions back, this one included, the rules look for one single value."""
        return max(
            (part.back for question in self.questions for part in walk(question.condition) if isinstance(part, Item)),
            default=1,
        )

    @cached_property
    def dynamic(self) -> tuple[int, ...]:
        """The questions whose answer depends on how long a mouse has been at its stage."""
        return tuple(number for number, question in enumerate(self.questions) if reads_stage(question.condition))


@dataclass(frozen=True, slots=True)
class _Same:
    """A curriculum that is compared by identity: quick, and right for what never changes."""

    curriculum: Curriculum

    def __hash__(self) -> int:
        return id(self.curriculum)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.curriculum is self.curriculum


def compile_program(curricula: Sequence[Curriculum], others: Iterable[Curriculum] = ()) -> Program:
    """
    Turn curricula into a program.

    Args:
        curricula: At least one.
        others: Further curricula whose stages have a number too, so that their names are known as stages.
    """
    return _compile(tuple(map(_Same, curricula)), tuple(map(_Same, others)))


@lru_cache(maxsize=32)
def _compile(kept: tuple[_Same, ...], others: tuple[_Same, ...]) -> Program:
    curricula = tuple(each.curriculum for each in kept)
    stages = tuple(stage for curriculum in curricula for stage in curriculum.stages)
    elsewhere = [stage.label for each in others for stage in each.curriculum.stages]
    labels = tuple(
        dict.fromkeys([*(stage.name for stage in TrainingStage), *(stage.label for stage in stages), *elsewhere])
    )
    number = {label: place for place, label in enumerate(labels)}
    most = max((len(stage.rules) for stage in stages), default=0)
    # The last state has no rules: it stands in for a stage that a curriculum lacks.
    conditions = np.full((len(stages) + 1, max(1, most)), -1, dtype=np.int64)
    decisions = np.zeros_like(conditions)
    targets = np.zeros_like(conditions)
    states = np.full((len(curricula), len(labels)), NOWHERE, dtype=np.int64)
    questions: dict[Question, int] = {}
    state = 0
    for place, curriculum in enumerate(curricula):
        names = {stage.name: number[stage.label] for stage in curriculum.stages}
        for stage in curriculum.stages:
            states[place, number[stage.label]] = state
            if not (stage.broken or stage.terminal):
                for rank, rule in enumerate(stage.rules):
                    question = Question(rule.condition, curriculum.on_missing == "stay")  # type: ignore[arg-type]
                    conditions[state, rank] = questions.setdefault(question, len(questions))
                    decisions[state, rank] = DECISIONS.index(rule.decision)
                    targets[state, rank] = names[rule.to_stage]
            state += 1
    conditions[conditions < 0] = len(questions)
    return Program(
        curricula=curricula,
        labels=labels,
        questions=tuple(questions),
        states=states,
        conditions=conditions,
        decisions=decisions,
        targets=targets,
        broken=np.array([*(stage.broken for stage in stages), False]),
        terminal=np.array([*(stage.terminal for stage in stages), False]),
        first_labels=np.array([number[each.first_stage.label] for each in curricula], dtype=np.int64),
        owners=np.array([*(place for place, each in enumerate(curricula) for _ in each.stages), 0], dtype=np.int64),
        stages=stages,
    )
