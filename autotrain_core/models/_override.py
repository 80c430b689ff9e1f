"""
An override: what somebody wants a mouse to run in place of what the rules say, and everything that became of it.

It is a frozen record that carries its own history. `step` is the only way from one state to the next.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError, model_validator

from autotrain_core.errors import DocumentError
from autotrain_core.models._override_states import TRANSITIONS, State, Step, steps_from
from autotrain_core.models._people import wrong
from autotrain_core.models._said import Moment, Name, NameOrNone, Prose, SessionRef
from autotrain_core.models._wording import listed, plain

MAX_HELD: Final = 1_000
OTHER: Final = "other"


class Kind(StrEnum):
    """What an override does."""

    STAGE = "stage"
    CURRICULUM = "curriculum"
    HOLD = "hold"
    OFF = "off"
    ON = "on"

    @property
    def words(self) -> str:
        """What it does, as the end of "It …"."""
        return _KIND_WORDS[self]


_KIND_WORDS: Final = {
    Kind.STAGE: "runs another stage",
    Kind.CURRICULUM: "changes to another curriculum or version",
    Kind.HOLD: "stays at its stage, whatever the rules say",
    Kind.OFF: "is taken off its curriculum",
    Kind.ON: "is put back on a curriculum",
}

REASONS: Final = MappingProxyType(
    {
        "health": "Health or weight",
        "motivation": "Low motivation, many ignored trials",
        "bias": "Side bias",
        "technique": "Licking or movement technique",
        "rig": "Rig or water fault in the last session",
        "wrong-stage": "The last session ran the wrong stage",
        "ready": "Ready for more than the rules see",
        "struggling": "Struggling in a way that the rules do not see",
        "experiment": "Needed by the experiment (recording, surgery, schedule)",
        "break": "Back from a break",
        OTHER: "Another reason",
    }
)
"""Common reasons: key -> what it says to a person. `other` needs words of its own."""


class Entry(BaseModel):
    """
    One thing that happened to an override.

    Attributes:
        step: What.
        state: How far the override was then.
        by: Who did it, or which program.
        at: When, UTC.
        comment: What was said with it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: Step
    state: State
    by: Name
    at: Moment
    comment: Prose = ""


class Override(BaseModel):
    """
    A proposal, and the override that it may become.

    Attributes:
        id: An opaque name, which tables of rigs may carry.
        subject_id: The mouse.
        kind: What it does.
        curriculum, version: Where the stage is; needed to change curriculum or to put a mouse back on one, and empty
            to take it off.
        stage: Name of the stage as tables and rigs have it (STAGE_2); empty to take a mouse off.
        sessions: For how many sessions it holds; None for as many as come until `until`, or until another override.
        until: Last day on which it holds; None for no last day.
        reason: Key of `REASONS`.
        reason_text: The reason in words of one's own; needed where the key is `other`.
        note: Anything else.
        after: The session it was written for, the mouse's last one; None for a mouse without sessions.
        instead_of: The id of an earlier proposal that this one takes up again; empty for none.
        by: Who proposed it.
        at: When, UTC.
        state: How far it is.
        day: The lab's day on which it was approved: sessions of that day and later may follow it. None before that.
        ran: The sessions that it was in force for, in order, as far as they are recorded.
        history: What happened to it since it was proposed, in order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    subject_id: Name
    kind: Kind
    curriculum: NameOrNone = ""
    version: NameOrNone = ""
    stage: NameOrNone = ""
    sessions: Annotated[StrictInt, Field(ge=1, le=MAX_HELD)] | None = 1
    until: date | None = None
    reason: Name
    reason_text: Prose = ""
    note: Prose = ""
    after: SessionRef | None = None
    instead_of: NameOrNone = ""
    by: Name
    at: Moment
    state: State = State.PROPOSED
    day: date | None = None
    ran: tuple[SessionRef, ...] = ()
    history: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [*self._faults_of_aim(), *self._faults_of_course()]
        if faults:
            raise wrong("; ".join(faults))
        return self

    def _faults_of_aim(self) -> list[str]:
        faults = []
        if self.kind is Kind.OFF:
            if self.curriculum or self.version or self.stage:
                faults.append("to take a mouse off names no curriculum and no stage")
        else:
            if not self.stage:
                faults.append("name the stage")
            if self.kind in {Kind.CURRICULUM, Kind.ON} and not (self.curriculum and self.version):
                faults.append("name the curriculum and its version")
            if bool(self.curriculum) != bool(self.version):
                faults.append("a curriculum and its version go together")
            if self.sessions is None and self.until is None:
                faults.append("say for how many sessions, or until which day")
        if self.reason not in REASONS:
            faults.append(f"no reason is called {plain(self.reason)!r} (the reasons are {listed(REASONS)})")
        elif self.reason == OTHER and not self.reason_text:
            faults.append("say the reason in words")
        elsewhere = [one.subject_id for one in (self.after, *self.ran) if one and one.subject_id != self.subject_id]
        if elsewhere:
            faults.append(f"it is about {plain(self.subject_id)}, but names a session of {plain(elsewhere[0])}")
        return faults

    def _faults_of_course(self) -> list[str]:
        state = State.PROPOSED
        for entry in self.history:
            if TRANSITIONS.get((state, entry.step)) is not entry.state:
                return [f"its history leads from {state} to {entry.state} by {entry.step}, which does not happen"]
            state = entry.state
        if state is not self.state:
            return [f"its history ends with {state}, but it is said to be {self.state}"]
        faults = []
        if (self.day is not None) != any(entry.step is Step.APPROVE for entry in self.history):
            faults.append("the day on which it counts comes with its approval, and not without")
        if bool(self.ran) != any(entry.step in _RAN for entry in self.history):
            faults.append("sessions are recorded when they ran, and not without")
        return faults

    @property
    def reason_words(self) -> str:
        """The reason for a reader."""
        said = " ".join(self.reason_text.split())
        if self.reason == OTHER:
            return said
        return f"{REASONS[self.reason]}: {said}" if said else REASONS[self.reason]

    @property
    def aim(self) -> str:
        """What it does and for how long, "STAGE_2 of Coupled Baiting@2.3 for the next session"."""
        where = f" of {self.curriculum}@{self.version}" if self.curriculum else ""
        match self.kind:
            case Kind.OFF:
                what = "off its curriculum"
            case Kind.HOLD:
                what = f"hold at {self.stage}{where}"
            case Kind.ON:
                what = f"back on at {self.stage}{where}"
            case _:
                what = f"{self.stage}{where}"
        return f"{what} {self.span}"

    @property
    def span(self) -> str:
        """For how long, "for 3 sessions, until 2026-12-01 at the latest"."""
        if self.sessions is None:
            return f"until {self.until}" if self.until else "until it is put back on"
        how_many = "for the next session" if self.sessions == 1 else f"for {self.sessions} sessions"
        return f"{how_many}, until {self.until} at the latest" if self.until else how_many

    @property
    def approved_by(self) -> str:
        """Who approved it; empty for nobody yet."""
        return next((entry.by for entry in self.history if entry.step is Step.APPROVE), "")

    @property
    def approved_at(self) -> datetime | None:
        """When it was approved, UTC; None where it was not."""
        return next((entry.at for entry in self.history if entry.step is Step.APPROVE), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    Something that happens to an override.

    Attributes:
        step: What.
        by: Who does it, or which program.
        at: When, with a zone.
        comment: What is said with it; a question needs one.
        day: The lab's day of an approval; the day of `at` where it is None.
        ran: For what a session did (start, use, miss): every session so far that the override was in force for, in
            order.
        own: Whether the policy lets whoever proposed it approve it.
    """

    step: Step
    by: str
    at: datetime
    comment: str = ""
    day: date | None = None
    ran: tuple[SessionRef, ...] = ()
    own: bool = False


_RAN: Final = frozenset({Step.START, Step.USE, Step.MISS})
_ANSWERS: Final = frozenset({Step.APPROVE, Step.REFUSE, Step.RETURN})


def step(override: Override, event: Event) -> Override:
    """
    Take an override one step further.

    Args:
        override: As it was.
        event: What happens.

    Returns:
        The override in its next state, the event at the end of its history.

    Raises:
        DocumentError: The table of transitions has no such step from its state, or the event lacks what it needs.
    """
    after = TRANSITIONS.get((override.state, event.step))
    if after is None:
        raise DocumentError(_refusal(override, event.step))
    fault = _fault(override, event)
    if fault:
        raise DocumentError(f"{fault}.")
    changes: dict[str, object] = {"state": after}
    if event.step is Step.APPROVE:
        changes["day"] = event.day or event.at.date()
    if event.ran:
        changes["ran"] = event.ran
    try:
        entry = Entry(step=event.step, state=after, by=event.by, at=event.at, comment=event.comment)
        changes["history"] = (*override.history, entry)
        return Override.model_validate({**dict(override), **changes})
    except ValidationError as error:
        told = "; ".join(dict.fromkeys(fault["msg"] for fault in error.errors()))
        raise DocumentError(f"This cannot be recorded: {told}.") from None


def _refusal(override: Override, wanted: Step) -> str:
    who = f" by {override.history[-1].by}" if override.history else ""
    if override.state.over:
        return f"The override of {override.subject_id} is {override.state}{who}; nothing more can happen to it."
    possible = " or ".join(steps_from(override.state))
    return (
        f"The override of {override.subject_id} is {override.state}{who}: it cannot {wanted}. What can happen now: "
        f"{possible}."
    )


def _fault(override: Override, event: Event) -> str:
    """Say what an event lacks; empty for nothing."""
    mine = event.by == override.by
    if event.step in _ANSWERS and mine and not event.own:
        return "Nobody answers a proposal of their own; withdraw it, or ask somebody else"
    if event.step is Step.WITHDRAW and not mine:
        return f"Only {override.by} can withdraw this proposal; it can be refused or returned"
    if event.step in {Step.RETURN, Step.REFUSE} and not event.comment.strip():
        asks = "Say what you ask" if event.step is Step.RETURN else "Say why"
        return f"{asks}: whoever proposed it sees your words"
    if event.step in _RAN and not event.ran:
        return "A session did this: say which"
    if event.step not in _RAN and event.ran:
        return f"No session makes an override {TRANSITIONS[override.state, event.step]}"
    if event.step in _RAN and (fault := _fault_of_count(override, event)):
        return fault
    return ""


def _fault_of_count(override: Override, event: Event) -> str:
    count, most = len(event.ran), override.sessions
    if most is not None and count > most:
        return f"It holds for {most} {'session' if most == 1 else 'sessions'}, but {count} are said to have run"
    if event.step is Step.START and count == most:
        return f"That was the last of {most}: it is used"
    return ""
