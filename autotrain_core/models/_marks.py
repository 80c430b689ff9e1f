"""What people say about mice and sessions beside overrides: enrolments, exclusions, remarks on sessions, comments."""

from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, model_validator

from autotrain_core.models._override import OTHER
from autotrain_core.models._people import wrong
from autotrain_core.models._said import Moment, Name, NameOrNone, Prose, SessionRef
from autotrain_core.models._wording import listed, plain


class Enrolment(BaseModel):
    """
    A mouse begins a curriculum.

    Attributes:
        id: An opaque name.
        subject_id: The mouse.
        curriculum, version: What it follows from now on.
        stage: Where it begins, as tables and rigs have it (STAGE_1); usually the first stage.
        day: The lab's day from which on it counts.
        after: The mouse's last session when it was enrolled; None where it had none.
        note: Anything else.
        by: Who enrolled it.
        at: When, UTC.
        ended_by: Who took it back; empty while it stands.
        ended_at: When, UTC; None while it stands.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    subject_id: Name
    curriculum: Name
    version: Name
    stage: Name
    day: date
    after: SessionRef | None = None
    note: Prose = ""
    by: Name
    at: Moment
    ended_by: NameOrNone = ""
    ended_at: Moment | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _require_both(self.ended_by, self.ended_at)
        _require_same_mouse(self.subject_id, self.after)
        return self

    @property
    def stands(self) -> bool:
        """Whether nobody took it back."""
        return self.ended_at is None


class MarkKind(StrEnum):
    """What somebody says of a session."""

    EXCLUDED = "excluded"
    ANNOTATED = "annotated"

    @property
    def words(self) -> str:
        """What it does, as the end of "The session …"."""
        return _MARK_WORDS[self]


_MARK_WORDS: Final = {
    MarkKind.EXCLUDED: "is left out of every window and every decision",
    MarkKind.ANNOTATED: "counts as before, with a remark",
}

MARK_REASONS: Final = MappingProxyType(
    {
        "rig-fault": "Rig fault",
        "water-fault": "Water or lick spout fault",
        "wrong-animal": "Wrong animal",
        "wrong-settings": "Wrong settings",
        "aborted": "Aborted, or not a training session",
        "health": "Health or weight",
        OTHER: "Another reason",
    }
)
"""Common reasons to exclude or annotate a session: key -> what it says to a person."""


class SessionMark(BaseModel):
    """
    What somebody says of one session.

    Attributes:
        id: An opaque name.
        session: Which.
        kind: Whether it is left out, or only has a remark.
        reason: Key of `MARK_REASONS`.
        text: The reason in words of one's own; needed where the key is `other`.
        by: Who says so.
        at: When, UTC.
        ended_by: Who took it back; empty while it stands.
        ended_at: When, UTC; None while it stands.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    session: SessionRef
    kind: MarkKind
    reason: Name
    text: Prose = ""
    by: Name
    at: Moment
    ended_by: NameOrNone = ""
    ended_at: Moment | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _require_both(self.ended_by, self.ended_at)
        if self.reason not in MARK_REASONS:
            raise wrong(f"no reason is called {plain(self.reason)!r} (the reasons are {listed(MARK_REASONS)})")
        if self.reason == OTHER and not self.text:
            raise wrong("say the reason in words")
        return self

    @property
    def excludes(self) -> bool:
        """Whether the session is left out of windows and decisions at this moment."""
        return self.kind is MarkKind.EXCLUDED and self.ended_at is None

    @property
    def reason_words(self) -> str:
        """The reason for a reader, in one line."""
        said = " ".join(self.text.split())
        if self.reason == OTHER:
            return said
        return f"{MARK_REASONS[self.reason]}: {said}" if said else MARK_REASONS[self.reason]


class Comment(BaseModel):
    """
    A remark on a mouse, or on the decision after one of its sessions; nothing follows from it.

    Attributes:
        id: An opaque name.
        subject_id: The mouse.
        session: The session whose decision it is about; None for the mouse as a whole.
        text: What was said.
        by: Who said it.
        at: When, UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    subject_id: Name
    session: SessionRef | None = None
    text: Prose
    by: Name
    at: Moment

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _require_same_mouse(self.subject_id, self.session)
        if not self.text:
            raise wrong("a comment needs words")
        return self


def _require_both(ended_by: str, ended_at: object) -> None:
    if bool(ended_by) != (ended_at is not None):
        raise wrong("who took it back and when go together")


def _require_same_mouse(subject_id: str, session: SessionRef | None) -> None:
    if session is not None and session.subject_id != subject_id:
        raise wrong(f"it is about {plain(subject_id)}, but names a session of {plain(session.subject_id)}")
