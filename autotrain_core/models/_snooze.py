"""What somebody does not want to hear of for a while: an alert of a mouse, with the reason."""

from datetime import date
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, model_validator

from autotrain_core.models._people import wrong
from autotrain_core.models._said import Moment, Name, NameOrNone, Prose

URGENCY: Final = ("act", "look", "know")
"""What an alert asks of a person: to act before the next session, to look at something, to know it."""


class Snooze(BaseModel):
    """
    An alert of a mouse is quiet, because somebody knows of it.

    Attributes:
        id: An opaque name.
        subject_id: The mouse.
        kind: Which kind of alert.
        severity: How urgent it was then.
        occurrence: What happened, as the alert names it; see `evaluation.attention`.
        sentence: What the alert said then.
        until: The last day on which it is quiet; None for as long as it stays the same.
        reason: Why, in words.
        by: Who said so.
        at: When, UTC.
        ended_by: Who woke it; empty while nobody has.
        ended_at: When, UTC; None while nobody has.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    subject_id: Name
    kind: Name
    severity: Name
    occurrence: Prose
    sentence: Prose
    until: date | None = None
    reason: Prose
    by: Name
    at: Moment
    ended_by: NameOrNone = ""
    ended_at: Moment | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.ended_by) != (self.ended_at is not None):
            raise wrong("who woke it and when go together")
        if self.severity not in URGENCY:
            raise wrong("an alert is to act, to look at or to know")
        if not self.reason:
            raise wrong("say why it shall be quiet")
        return self

    @property
    def stands(self) -> bool:
        """Whether nobody woke it."""
        return self.ended_at is None

    def quiets(self, *, kind: str, severity: str, occurrence: str, on: date) -> bool:
        """
        Tell whether an alert of this mouse is quiet: the same thing, no more urgent than it was.

        Args:
            kind: Of the alert.
            severity: Of the alert.
            occurrence: Of the alert.
            on: The lab's day.
        """
        return (
            self.stands
            and (self.until is None or on <= self.until)
            and (kind, occurrence) == (self.kind, self.occurrence)
            and severity in URGENCY[URGENCY.index(self.severity) :]
        )
