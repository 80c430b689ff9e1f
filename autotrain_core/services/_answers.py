"""To answer a proposal: approve, refuse, return with a question, withdraw, revoke; each bound to what was seen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from autotrain_core.errors import DocumentError, MeanwhileError, NotAllowedError
from autotrain_core.evaluation import Standing
from autotrain_core.models import (
    IN_FORCE,
    Actor,
    Member,
    Override,
    OverridePolicy,
    Right,
    State,
    Step,
    may_answer,
    plain,
    step,
)
from autotrain_core.models import Event as Happening
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._owners import owners_of
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._people_now import people_now
from autotrain_core.services._policy import policy
from autotrain_core.services._said import OVERRIDE, Said, seen_of, tell, told
from autotrain_core.services._settings import Settings
from autotrain_core.services._telling import expired_by, who
from autotrain_core.store import Event, Store

_DONE: Final = MappingProxyType(
    {
        Step.APPROVE: "approved",
        Step.REFUSE: "refused",
        Step.RETURN: "returned with a question",
        Step.WITHDRAW: "withdrawn",
        Step.REVOKE: "revoked",
    }
)


@dataclass(frozen=True, slots=True)
class Seen:
    """
    An override as it was drawn on somebody's screen.

    Attributes:
        id: Which.
        version: What `seen_of` gave for it.
    """

    id: str
    version: str

    @classmethod
    def of(cls, override: Override) -> "Seen":
        """Take an override as it is drawn."""
        return cls(override.id, seen_of(override))


def approve(
    store: Store,
    settings: Settings,
    seen: Sequence[Seen],
    *,
    actor: Actor,
    at: datetime,
    comment: str = "",
    view: LabView | None = None,
) -> tuple[Override, ...]:
    """
    Agree to proposals, all of them or none.

    The rigs are told by `tell_rigs`, which the next run does too.

    Args:
        store: Where.
        settings: What lies where.
        seen: The proposals as they were on the screen.
        actor: Who agrees.
        at: When, with a zone.
        comment: What to say with it.
        view: The lab as it was seen last, where it is at hand.

    Returns:
        The overrides, approved.

    Raises:
        NotAllowedError: The actor may not answer one of them.
        NotStoredError: There is no such proposal.
        MeanwhileError: One was answered, or changed, or a session came, since it was on the screen: who, and what.
        DocumentError: One cannot be approved.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    return _answer(store, settings, seen, Step.APPROVE, actor=actor, at=at, comment=comment, view=view)


def refuse(
    store: Store,
    settings: Settings,
    seen: Sequence[Seen],
    *,
    comment: str,
    actor: Actor,
    at: datetime,
    view: LabView | None = None,
) -> tuple[Override, ...]:
    """Say no to proposals, and why; see `approve`."""
    return _answer(store, settings, seen, Step.REFUSE, actor=actor, at=at, comment=comment, view=view)


def return_proposal(
    store: Store,
    settings: Settings,
    seen: Sequence[Seen],
    *,
    comment: str,
    actor: Actor,
    at: datetime,
    view: LabView | None = None,
) -> tuple[Override, ...]:
    """Give proposals back with a question; see `approve`."""
    return _answer(store, settings, seen, Step.RETURN, actor=actor, at=at, comment=comment, view=view)


def withdraw(
    store: Store,
    settings: Settings,
    seen: Sequence[Seen],
    *,
    actor: Actor,
    at: datetime,
    comment: str = "",
    view: LabView | None = None,
) -> tuple[Override, ...]:
    """Take back one's own proposals; see `approve`."""
    return _answer(store, settings, seen, Step.WITHDRAW, actor=actor, at=at, comment=comment, view=view)


def revoke(
    store: Store,
    settings: Settings,
    seen: Sequence[Seen],
    *,
    actor: Actor,
    at: datetime,
    comment: str = "",
    view: LabView | None = None,
) -> tuple[Override, ...]:
    """
    Take back what was approved and is not used up; what sessions followed so far stays on record.

    Whoever needed nobody's approval may take it back alone, too; see `approve` for all else.
    """
    return _answer(store, settings, seen, Step.REVOKE, actor=actor, at=at, comment=comment, view=view)


Owners = Callable[[str], Collection[Member]]


def why_not(policy: OverridePolicy, actor: Actor, override: Override, owners: Collection[Member], what: Step) -> str:
    """
    Say why somebody may not do this to an override; empty where the person may.

    Args:
        policy: What the lab wants.
        actor: Who wants to.
        override: Which.
        owners: The PIs of the mouse.
        what: Approve, refuse, return, withdraw or revoke.
    """
    if what is Step.WITHDRAW:
        if not actor.may(Right.PROPOSE):
            return "To withdraw a proposal takes the right to propose."
        return "" if override.by == actor.email else f"Only {who(override.by)} can withdraw this proposal."
    alone = override.by == override.approved_by == actor.email
    if what is Step.REVOKE and alone and actor.may(Right.PROPOSE):
        return ""
    return may_answer(policy, actor, override, owners)


def _answer(
    store: Store,
    settings: Settings,
    seen: Sequence[Seen],
    what: Step,
    *,
    actor: Actor,
    at: datetime,
    comment: str,
    view: LabView | None,
) -> tuple[Override, ...]:
    now = confirmed(store, actor)
    require(now, Right.PROPOSE if what in (Step.WITHDRAW, Step.REVOKE) else Right.APPROVE)
    if not seen:
        raise DocumentError("Nothing was chosen.")
    fresh = lab_view(store, settings, at=at, known=view)
    rules = policy(store)[0].overrides
    on = settings.run.day(at)

    def events(people: Said) -> Sequence[Event]:
        standings = people_now(fresh, people, on=on).standings
        found: list[Event] = []
        for one in dict.fromkeys(seen):
            override = people.override(one.id)
            _require_as_seen(override, one, what, now)
            reason = why_not(rules, now, override, owners_of(store, fresh, override.subject_id), what)
            if reason:
                raise NotAllowedError(reason)
            found += _events_of(people, standings[one.id], what, now, at=at, comment=comment, settings=settings)
        return found

    after = tell(store, events, by=now.email, at=at)
    return tuple(after.override(one.id) for one in dict.fromkeys(seen))


def _require_as_seen(override: Override, seen: Seen, what: Step, by: Actor) -> None:
    if seen_of(override) == seen.version:
        return
    last = override.history[-1] if override.history else None
    if last is None:
        raise MeanwhileError(f"The proposal for {plain(override.subject_id)} is not what you saw. Look at it again.")
    if last.by == by.email and last.step is what:
        raise MeanwhileError(
            f"You have done so already: the override of {plain(override.subject_id)} ({override.aim}) was "
            f"{_DONE[what]} by you at {last.at:%Y-%m-%d %H:%M} UTC."
        )
    words = f" and said: {last.comment}" if last.comment else ""
    raise MeanwhileError(
        f"Your answer was not recorded: since you looked, {who(last.by)} was faster. The override of "
        f"{plain(override.subject_id)} ({override.aim}) was {_DONE.get(last.step, last.state.value)} by {who(last.by)} "
        f"at {last.at:%Y-%m-%d %H:%M} UTC{words}. You wanted to {what.value} it."
    )


def _events_of(
    people: Said, standing: Standing, what: Step, by: Actor, *, at: datetime, comment: str, settings: Settings
) -> list[Event]:
    override, found = standing.override, []
    how = how_of(by)
    if standing.state is not override.state or (standing.state in IN_FORCE and standing.step is not None):
        # What sessions have made of it since goes before what people say.
        if standing.step is None or standing.state.over:
            raise MeanwhileError(
                f"The override of {plain(override.subject_id)} ({override.aim}) is {standing.state} by now: "
                f"{standing.sentence}. Nothing was recorded."
                + (" Propose it again, if it is still wanted." if standing.state is State.STALE else "")
            )
        override = standing.recorded(by=by.email, at=at)
        found.append(told(OVERRIDE, standing.step, override, sentence=standing.sentence))
    happening = Happening(
        step=what,
        by=by.email,
        at=at,
        comment=comment,
        day=settings.run.day(at) if what is Step.APPROVE else None,
        own=what is Step.APPROVE and override.by == by.email,
    )
    after = step(override, happening)
    found.append(told(OVERRIDE, what, after, sentence=after.history[-1].comment, how=how))
    if what is Step.APPROVE:
        found += expired_by(people, after, by=by.email, at=at)
    return found


def waiting_for(
    people: Said, policy: OverridePolicy, actor: Actor, owners: Owners, standings: Mapping[str, Standing]
) -> tuple[Standing, ...]:
    """
    List the proposals that somebody may answer, the oldest first.

    Args:
        people: What people said.
        policy: What the lab wants.
        actor: Who asks.
        owners: Gives the PIs of a mouse.
        standings: How far each override is.
    """
    waiting = [standings[one.id] for one in people.overrides.values() if one.state is State.PROPOSED]
    mine = [
        one
        for one in waiting
        if one.state is State.PROPOSED and not may_answer(policy, actor, one.override, owners(one.override.subject_id))
    ]
    return tuple(sorted(mine, key=lambda one: one.override.at))
