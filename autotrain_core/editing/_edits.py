"""What a person may do to a draft: each edit is a value that says what was meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from autotrain_core.models import OnMissing
from autotrain_core.rules import Metric


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""In the place of a value: there is none. As the new value of a cell, it takes the key away."""

DecisionWord = Literal["stay", "progress", "rollback"]


@dataclass(frozen=True, slots=True)
class SetIdentity:
    """Call the curriculum otherwise."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class SetDescription:
    """Say otherwise what the curriculum is for."""

    text: str


@dataclass(frozen=True, slots=True)
class SetSchema:
    """Write the document in another format; to "1.0" only what fits into it."""

    version: str


@dataclass(frozen=True, slots=True)
class SetOnMissing:
    """Choose what a comparison with a missing value is."""

    value: OnMissing


@dataclass(frozen=True, slots=True)
class DeclareMetric:
    """Let rules speak of a further column of the session table; one of this name is replaced."""

    metric: Metric


@dataclass(frozen=True, slots=True)
class RemoveMetric:
    """Take a declared metric away; not while a rule speaks of it."""

    name: str


@dataclass(frozen=True, slots=True)
class AddStage:
    """
    Add a stage without rules.

    Attributes:
        name: Of the new stage.
        after: The stage that it stands behind; None for the last place, before Graduated.
        like: The stage whose settings it gets; None for values to begin with, from the task. The stage Graduated gets
            those of the last stage.
    """

    name: str
    after: str | None = None
    like: str | None = None


@dataclass(frozen=True, slots=True)
class RenameStage:
    """Call a stage otherwise; the rules that lead to it follow."""

    stage: str
    to: str


@dataclass(frozen=True, slots=True)
class DuplicateStage:
    """Add a copy of a stage behind it, with its settings and rules."""

    stage: str
    to: str


@dataclass(frozen=True, slots=True)
class RemoveStage:
    """Remove a stage, its rules, and the rules that lead to it."""

    stage: str


@dataclass(frozen=True, slots=True)
class MoveStage:
    """Put a stage at another place among the stages listed, from 0."""

    stage: str
    place: int


@dataclass(frozen=True, slots=True)
class PlaceStage:
    """Put a stage somewhere on the canvas, in pixels."""

    stage: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ForgetPlaces:
    """Let the canvas be laid out by the program again."""


@dataclass(frozen=True, slots=True)
class SetParameters:
    """
    Set settings, all in one step.

    Attributes:
        cells: Stage, key and value, a plain JSON value; `MISSING` takes the key away.
    """

    cells: tuple[tuple[str, str, Any], ...]


@dataclass(frozen=True, slots=True)
class SetStageNote:
    """Say otherwise what a stage is for."""

    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class SetExhaustive:
    """Say whether the rules of a stage are meant to decide every history; then a gap between them is a fault."""

    stage: str
    value: bool


@dataclass(frozen=True, slots=True)
class AddRule:
    """
    Add a rule.

    Attributes:
        stage: Where it is tried.
        to_stage: Where it leads.
        decision: None: by the order of the stages, later is progress, earlier rollback, the same stay.
        condition: The text of its condition, also one that cannot be read yet.
        description: What its author says of it.
        place: Among the rules of the stage, from 0; None for the last.
    """

    stage: str
    to_stage: str
    decision: DecisionWord | None
    condition: str
    description: str = ""
    place: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """
    Change parts of a rule; None leaves a part alone.

    Where a rule is led elsewhere, a decision that agreed with the order of the stages is made to agree again.
    """

    stage: str
    rule: int
    to_stage: str | None = None
    decision: DecisionWord | None = None
    condition: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveRule:
    """Remove a rule, numbered from 0."""

    stage: str
    rule: int


@dataclass(frozen=True, slots=True)
class MoveRule:
    """Try a rule earlier or later: put it at another place, from 0."""

    stage: str
    rule: int
    place: int


@dataclass(frozen=True, slots=True)
class MoveRuleToStage:
    """Give a rule to another stage, as its last one; its decision follows as in `ChangeRule`."""

    stage: str
    rule: int
    to: str


@dataclass(frozen=True, slots=True)
class MendDocument:
    """Put right what no person has to decide: the stage's name beside its settings and rules, and missing lists."""


@dataclass(frozen=True, slots=True)
class ReplaceDocument:
    """Put another whole document into the draft."""

    document: Mapping[str, Any]


Edit = (
    SetIdentity
    | SetDescription
    | SetSchema
    | SetOnMissing
    | DeclareMetric
    | RemoveMetric
    | AddStage
    | RenameStage
    | DuplicateStage
    | RemoveStage
    | MoveStage
    | PlaceStage
    | ForgetPlaces
    | SetParameters
    | SetStageNote
    | SetExhaustive
    | AddRule
    | ChangeRule
    | RemoveRule
    | MoveRule
    | MoveRuleToStage
    | MendDocument
    | ReplaceDocument
)
