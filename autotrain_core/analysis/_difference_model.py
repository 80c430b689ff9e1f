"""What a difference of two curricula is made of: changes, each with what it means for a mouse."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from autotrain_core.analysis._witness import Witness
from autotrain_core.models import plain

Kind = Literal[
    "task",
    "schema",
    "policy",
    "metric",
    "first-stage",
    "stage-order",
    "stage-added",
    "stage-removed",
    "stage-renamed",
    "stage-ends",
    "stage-rules",
    "parameter",
    "rule-added",
    "rule-removed",
    "rule-moved",
    "rule-changed",
    "description",
]
_NAMED: dict[str, tuple[str, str]] = {
    "task": ("the task", "the task"),
    "schema": ("the format of the document", "the format of the document"),
    "policy": ("what a missing value does", "what a missing value does"),
    "first-stage": ("where mice begin", "where mice begin"),
    "stage-order": ("the order of the stages", "the order of the stages"),
    "stage": ("1 stage", "stages"),
    "parameter": ("1 setting", "settings"),
    "rule": ("1 rule", "rules"),
}
_IN_WORDS_ONLY = ("description", "stage-renamed", "schema", "metric")
_FEW = 3
_LEAD = 10
_SAME = "means the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """
    A history that the two decide differently.

    Attributes:
        before: What the first makes of it.
        after: What the second makes of it.
    """

    before: Witness
    after: Witness

    @property
    def sentence(self) -> str:
        """Say the history and both decisions: "after 1 session … : PROGRESS to Stage 3 before, STAY after"."""
        return f"{self.before.history()}: {decided(self.before)} before, {decided(self.after)} after"

    def as_json(self) -> dict[str, Any]:
        """Return it as an object that JSON can write: both witnesses, and the sentence."""
        return {"before": self.before.as_json(), "after": self.after.as_json(), "sentence": self.sentence}


def decided(witness: Witness) -> str:
    """Say a decision: "PROGRESS to Stage 3", "STAY"."""
    return witness.decision if witness.decision == "STAY" else f"{witness.decision} to {witness.next_stage}"


def texts_apart(before: str, after: str) -> str:
    """Show two texts in short, from shortly before the place where they part."""
    start = next((place for place, pair in enumerate(zip(before, after, strict=False)) if len(set(pair)) > 1), 0)
    cut = before.rfind(" ", 0, max(start - _LEAD, 0)) + 1
    told = [f"{'…' if cut else ''}{text[cut:]}" for text in (before, after)]
    return " -> ".join(f'"{plain(text)}"' for text in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One thing that differs.

    Attributes:
        kind: What sort of thing.
        stage: The stage, as it is called after, or was where it is gone; empty where it is about none or several.
        stages: All stages that it applies to; empty where it is about none.
        everywhere: It applies to every stage that both have.
        rule_before: Number of the rule before, from 1; None where there was none or it is about none.
        rule_after: Number of the rule after; likewise.
        parameter: The key of the setting or policy, the name of the metric; empty where it is about none.
        title: What people call the setting; empty where it is about none, or nobody has a title for it.
        before: What was there, as text; None where nothing was.
        after: What is there, as text; None where nothing is.
        unit: Unit of both; empty where they have none.
        direction: Which way it goes: "longer", "shorter", "more", "fewer", "less", "higher", "lower", "on", "off" for
            settings; "harder", "easier" for how readily a rule holds; empty where that cannot be said.
        sentence: All of it in words, without where (see `place`), and without a full stop.
        equivalent: True where no history is decided otherwise for it, False where `example` is, None where that is not
            known, or nothing is decided by it.
        example: A history that is decided otherwise; None where there is none, or another change of the same stage
            has it.
    """

    kind: Kind
    stage: str = ""
    stages: tuple[str, ...] = ()
    everywhere: bool = False
    rule_before: int | None = None
    rule_after: int | None = None
    parameter: str = ""
    title: str = ""
    before: str | None = None
    after: str | None = None
    unit: str = ""
    direction: str = ""
    sentence: str
    equivalent: bool | None = None
    example: Example | None = None

    @property
    def place(self) -> str:
        """Where: "Stage 2, rule 1", "all stages", "Stage 1 and Stage 2"; empty for the curriculum as a whole."""
        if self.everywhere and len(self.stages) > 1:
            return "all stages"
        number = self.rule_after or self.rule_before
        names = [self.stage] if self.stage else list(self.stages)
        named = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
        return f"{named}, rule {number}" if number else named

    @property
    def heading(self) -> str:
        """What it stands under in a list: "The curriculum", "Settings", the stage, or "Descriptions"."""
        match self.kind:
            case "parameter":
                return "Settings"
            case "description":
                return "Descriptions"
        return self.stage or "The curriculum"

    @property
    def line(self) -> str:
        """Say it in a line under its heading, with where it is as far as the heading does not say so."""
        number = self.rule_after or self.rule_before
        told = f"rule {number}: {self.sentence}" if number else self.sentence
        if self.kind == "parameter":
            told = f"{self.sentence} in {self.place}"
        elif self.kind == "description" and self.place:
            told = f"{self.place}: {self.sentence}"
        if self.equivalent and _SAME not in told:
            told = f"{told} (nothing is decided otherwise)"
        return told

    @property
    def matters(self) -> bool:
        """Whether mice may run or be decided otherwise for it."""
        return self.kind not in _IN_WORDS_ONLY and self.equivalent is not True

    def as_json(self) -> dict[str, Any]:
        """Return the change as an object that JSON can write, every key always there."""
        return {
            "kind": self.kind,
            "stage": self.stage,
            "stages": list(self.stages),
            "rule_before": self.rule_before,
            "rule_after": self.rule_after,
            "parameter": self.parameter,
            "title": self.title,
            "before": self.before,
            "after": self.after,
            "unit": self.unit,
            "direction": self.direction,
            "sentence": self.sentence,
            "equivalent": self.equivalent,
            "example": self.example.as_json() if self.example else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    What differs between two curricula, and what it means for mice.

    Attributes:
        before: Name and version of the first, "Coupled Baiting@2.2".
        after: Name and version of the second.
        changes: The curriculum as a whole, then settings, then stage by stage; empty where both say the same, name and
            version aside.
    """

    before: str
    after: str
    changes: tuple[Change, ...]

    @property
    def sentence(self) -> str:
        """Say it in one sentence without a full stop: what changes for mice, or that nothing does."""
        weighty = [change for change in self.changes if change.matters]
        if not weighty:
            also = _beside(self.changes)
            return f"nothing changes in what mice run or how they are decided{f': {also}' if also else ''}"
        if len(weighty) <= _FEW:
            told = "; ".join(_short(change) for change in weighty)
            return f"this {'only ' if len(weighty) == 1 else ''}changes {told}"
        return f"this changes {_counted(weighty)}"

    @property
    def groups(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        """The changes under their headings: the curriculum, settings, stage by stage, and descriptions at the end."""
        found: dict[str, list[Change]] = {}
        for change in sorted(self.changes, key=lambda one: one.kind == "description"):
            found.setdefault(change.heading, []).append(change)
        return tuple((heading, tuple(changes)) for heading, changes in found.items())

    def as_json(self) -> dict[str, Any]:
        """Return the difference as an object that JSON can write."""
        return {
            "before": self.before,
            "after": self.after,
            "sentence": self.sentence,
            "changes": [change.as_json() for change in self.changes],
        }


def _short(change: Change) -> str:
    if change.kind == "parameter":
        return change.line
    return f"{change.place}: {change.sentence}" if change.place else change.sentence


def _beside(changes: Sequence[Change]) -> str:
    """Say what there is beside what matters: descriptions, names, rules that mean the same."""
    told = []
    same = sum(change.equivalent is True for change in changes if change.kind.startswith("rule-"))
    if same:
        told.append(f"{same} change{'' if same == 1 else 's'} to rules {'means' if same == 1 else 'mean'} the same")
    kinds = {change.kind for change in changes}
    if "stage-renamed" in kinds:
        told.append("stages are called otherwise")
    if "stage-order" in kinds:
        told.append("stages are listed in another order")
    if "metric" in kinds:
        told.append("metrics are declared otherwise")
    if "schema" in kinds:
        told.append("the document is written in another format")
    if "description" in kinds:
        told.append("descriptions differ")
    return ", ".join(told)


def _counted(changes: Sequence[Change]) -> str:
    # A setting that differs in two ways is one setting, as is a rule.
    things = {
        (_sort_of(change), change.parameter or (change.stage, change.rule_before, change.rule_after))
        for change in changes
    }
    numbers = Counter(sort for sort, _ in things)
    told = [
        one if number == 1 or one == many else f"{number} {many}"
        for kind, (one, many) in _NAMED.items()
        if (number := numbers[kind])
    ]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def _sort_of(change: Change) -> str:
    return change.kind if change.kind in _NAMED else change.kind.partition("-")[0]
