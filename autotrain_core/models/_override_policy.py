"""Who may override what alone, and whose approval the rest takes: a policy, and the sentence shown to the person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from autotrain_core.models._override import MAX_HELD, Kind, Override
from autotrain_core.models._people import Actor, Member, Right, Role, roles_with
from autotrain_core.models._wording import plain


class ChangeKind(StrEnum):
    """What an override changes for a mouse, seen from where it is now."""

    AS_SUGGESTED = "as_suggested"
    HOLD = "hold"
    BACK_ONE = "back_one"
    BACK_FURTHER = "back_further"
    AHEAD_ONE = "ahead_one"
    AHEAD_FURTHER = "ahead_further"
    VERSION = "version"
    CURRICULUM = "curriculum"
    OFF = "off"
    ON = "on"

    @property
    def words(self) -> str:
        """What it is, as the subject of a sentence."""
        return _CHANGE_WORDS[self]


_CHANGE_WORDS: Final = {
    ChangeKind.AS_SUGGESTED: "running what the rules suggest",
    ChangeKind.HOLD: "holding at a stage",
    ChangeKind.BACK_ONE: "going back one stage",
    ChangeKind.BACK_FURTHER: "going back more than one stage",
    ChangeKind.AHEAD_ONE: "going ahead one stage before the rules say so",
    ChangeKind.AHEAD_FURTHER: "skipping ahead",
    ChangeKind.VERSION: "changing to another version of the curriculum",
    ChangeKind.CURRICULUM: "changing the curriculum",
    ChangeKind.OFF: "taking a mouse off its curriculum",
    ChangeKind.ON: "putting a mouse back on a curriculum",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """
    Where a mouse is when somebody wants to override it.

    Attributes:
        curriculum, version: What it follows; empty where it is off every curriculum.
        stages: The stages of that curriculum in order, as tables and rigs have them.
        at: The stage that it last ran; empty where it never ran.
        suggested: What the rules suggest next.
    """

    curriculum: str
    version: str
    stages: tuple[str, ...]
    at: str
    suggested: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    What an override changes.

    Attributes:
        subject_id: The mouse.
        kind: What it is.
        sessions: For how many sessions; None where their number is not said.
    """

    subject_id: str
    kind: ChangeKind
    sessions: int | None

    @classmethod
    def of(cls, override: Override, now: Standpoint) -> "Change":
        """Tell what an override would change for a mouse that is there now."""
        return cls(subject_id=override.subject_id, kind=_kind(override, now), sessions=override.sessions)


def _kind(override: Override, now: Standpoint) -> ChangeKind:
    if override.kind is Kind.OFF:
        return ChangeKind.OFF
    if override.kind is Kind.ON or not now.curriculum:
        return ChangeKind.ON
    if override.curriculum and override.curriculum != now.curriculum:
        return ChangeKind.CURRICULUM
    if override.version and override.version != now.version:
        return ChangeKind.VERSION
    if override.stage == now.suggested:
        return ChangeKind.AS_SUGGESTED if override.sessions == 1 else ChangeKind.HOLD
    return ChangeKind.HOLD if override.stage == now.at else _way(override.stage, now.at or now.suggested, now.stages)


def _way(to: str, at: str, stages: Sequence[str]) -> ChangeKind:
    if to not in stages or at not in stages:
        # Nobody can say how far that is: as for the farthest.
        return ChangeKind.AHEAD_FURTHER
    far = stages.index(to) - stages.index(at)
    if far < 0:
        return ChangeKind.BACK_ONE if far == -1 else ChangeKind.BACK_FURTHER
    return ChangeKind.AHEAD_ONE if far == 1 else ChangeKind.AHEAD_FURTHER


def _in_order(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)


Roles = Annotated[tuple[Role, ...], AfterValidator(_in_order)]
_TRAINERS: Final = (Role.TRAINER, Role.PI)


class Approver(StrEnum):
    """Who approves what needs approval."""

    OWNER = "PI of the mouse"
    ANY = "any PI"


class OverridePolicy(BaseModel):
    """
    Which roles may do what without approval, and who approves the rest.

    Attributes:
        as_suggested, hold, back_one, back_further, ahead_one, ahead_further, version, curriculum, off, on: For each
            `ChangeKind`, the roles that need nobody; a role without the right to propose gains nothing by it.
        most_sessions: Whatever holds for more sessions, or for a number that nobody said, needs approval.
        approver: Who approves.
        own: Whether a PI may approve a proposal of his or her own, and so needs nobody for mice that are theirs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_suggested: Roles = _TRAINERS
    hold: Roles = _TRAINERS
    back_one: Roles = _TRAINERS
    back_further: Roles = ()
    ahead_one: Roles = ()
    ahead_further: Roles = ()
    version: Roles = ()
    curriculum: Roles = ()
    off: Roles = ()
    on: Roles = ()
    most_sessions: Annotated[StrictInt, Field(ge=1, le=MAX_HELD)] = 5
    approver: Approver = Approver.OWNER
    own: StrictBool = False

    def free(self, kind: ChangeKind) -> tuple[Role, ...]:
        """List the roles that need nobody for a change of some kind."""
        roles: tuple[Role, ...] = getattr(self, kind.value)
        return roles

    def sentences(self) -> tuple[str, ...]:
        """Say the policy, a sentence for each rule."""
        whom = "the PI of the mouse" if self.approver is Approver.OWNER else "a PI"
        lines = []
        for kind in ChangeKind:
            able = [role for role in self.free(kind) if role in roles_with(Right.PROPOSE)]
            start = f"{kind.words[:1].upper()}{kind.words[1:]}"
            free = f" unless a {' or a '.join(able)} does it" if able else ""
            lines.append(f"{start} needs {whom}{free}.")
        lines.append(f"What holds for more than {_sessions(self.most_sessions)} needs {whom} in any case.")
        lines.append(
            "A PI may approve a proposal of his or her own." if self.own else "Nobody approves a proposal of their own."
        )
        return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """
    What a change takes.

    Attributes:
        allowed: Whether the person may propose it at all.
        free: Whether it needs nobody else.
        approvers: Addresses of those who may approve it; empty where it needs nobody, or where any PI may.
        any_pi: Whether any PI but the person may approve it.
        sentence: All of it for the person, "It needs approval by the PI of 700123 (Dr. Heron)."
    """

    allowed: bool
    free: bool
    approvers: tuple[str, ...] = ()
    any_pi: bool = False
    sentence: str


def needs(policy: OverridePolicy, actor: Actor, change: Change, owners: Collection[Member]) -> Need:
    """
    Tell whose approval a change takes.

    Args:
        policy: What the lab wants.
        actor: Who wants the change.
        change: What is wanted.
        owners: The PIs of the mouse, active or not.

    Returns:
        Nobody, or who; with the sentence that the person reads.
    """
    if not actor.may(Right.PROPOSE):
        roles = " or ".join(roles_with(Right.PROPOSE))
        return Need(allowed=False, free=False, sentence=f"An override takes the role {roles}.")
    mouse = plain(change.subject_id)
    able = _able(owners)
    mine = any(owner.email == actor.email for owner in able)
    if mine and policy.own:
        return Need(allowed=True, free=True, sentence=f"It needs nobody else: you are the PI of {mouse}.")
    long = change.sessions is None or change.sessions > policy.most_sessions
    roles_free = [role for role in actor.roles if role in policy.free(change.kind)]
    # To take a mouse off, or put it back, is no matter of so many sessions.
    if roles_free and not (long and change.kind is not ChangeKind.OFF):
        return Need(allowed=True, free=True, sentence=f"It needs nobody else: {change.kind.words} is left to you.")
    why = f" ({change.kind.words} for {_how_long(change, policy)})" if roles_free else f" ({change.kind.words})"
    others = tuple(owner for owner in able if owner.email != actor.email)
    if policy.approver is Approver.OWNER and others:
        names = ", ".join(owner.called for owner in others)
        return Need(
            allowed=True,
            free=False,
            approvers=tuple(owner.email for owner in others),
            sentence=f"It needs approval by the PI of {mouse}, {names}{why}.",
        )
    if policy.approver is Approver.ANY:
        whom = "another PI" if Role.PI in actor.roles else "a PI"
    else:
        whom = f"another PI: you are the only PI of {mouse}" if mine else f"any PI: nobody here is the PI of {mouse}"
    return Need(allowed=True, free=False, any_pi=True, sentence=f"It needs approval by {whom}{why}.")


def may_answer(policy: OverridePolicy, actor: Actor, override: Override, owners: Collection[Member]) -> str:
    """
    Tell whether somebody may approve, refuse or return a proposal, or revoke an override.

    Args:
        policy: What the lab wants.
        actor: Who wants to.
        override: The proposal, or what it became.
        owners: The PIs of the mouse, active or not.

    Returns:
        Why not, in a sentence; empty where the person may.
    """
    if not actor.may(Right.APPROVE):
        return f"To answer a proposal takes the role {' or '.join(roles_with(Right.APPROVE))}."
    able = _able(owners)
    mine = any(owner.email == actor.email for owner in able)
    if override.by == actor.email:
        if policy.own and (mine or not able or policy.approver is Approver.ANY):
            return ""
        return "Nobody answers a proposal of their own; withdraw it, or ask somebody else."
    others = [owner for owner in able if owner.email != override.by]
    if policy.approver is Approver.ANY or mine or not others:
        return ""
    names = ", ".join(owner.called for owner in others)
    return f"Only the PI of {plain(override.subject_id)} may answer this: {names}."


def _able(owners: Collection[Member]) -> tuple[Member, ...]:
    """Those of the owners who may approve anything at this moment."""
    return tuple(owner for owner in owners if owner.active and Actor.of(owner).may(Right.APPROVE))


def _how_long(change: Change, policy: OverridePolicy) -> str:
    if change.sessions is None:
        return "as long as until a day"
    return f"more than {_sessions(policy.most_sessions)}"


def _sessions(number: int) -> str:
    return "1 session" if number == 1 else f"{number} sessions"
