"""What a check has found in a curriculum: how bad, where, and what to do about it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from autotrain_core.models._wording import plain


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """Cannot be published."""
    WARNING = "warning"
    """Can be published by someone who says why."""
    INFO = "info"
    """An intended pattern that a reader should know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing worth saying about a curriculum.

    Attributes:
        kind: What sort of thing, in kebab-case; `docs/documents.md` lists them all.
        severity: How much it weighs.
        sentence: What, what was expected, what was found, what to do; begins in lower case, ends without a
            full stop, and may go on with indented lines that show a place in a text.
        stage: The stage as the document writes it; empty where the finding is about no stage.
        rule: Place of the rule among the stage's rules, from 1.
        parameter: The task parameter or metric that it is about; empty where there is none.
        witness: Values that show the fault, in a form that JSON can write; None where the sentence says all.
    """

    kind: str
    severity: Severity
    sentence: str
    stage: str = ""
    rule: int | None = None
    parameter: str = ""
    witness: Any = field(default=None, hash=False)

    def as_json(self) -> dict[str, Any]:
        """Return the finding as an object that JSON can write, every key always there."""
        return {
            "kind": self.kind,
            "severity": self.severity.value,
            "stage": self.stage,
            "rule": self.rule,
            "parameter": self.parameter,
            "sentence": self.sentence,
            "witness": self.witness,
        }

    def __str__(self) -> str:
        place = ", ".join([plain(self.stage)] * bool(self.stage) + [f"rule {self.rule}"] * bool(self.rule))
        return f"{place}: {self.sentence}" if place else self.sentence
