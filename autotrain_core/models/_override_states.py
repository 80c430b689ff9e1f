"""
How far an override can be, and what leads from one state to the next: one table, which nothing goes round.

The table is what `step` obeys, what the docs print, and what the tests walk.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """How far an override is."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PUBLISHED = "published"
    ACTIVE = "active"
    REFUSED = "refused"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    USED = "used"
    NOT_FOLLOWED = "not followed"
    EXPIRED = "expired"
    REVOKED = "revoked"
    STALE = "stale"

    @property
    def words(self) -> str:
        """What it means, as a sentence without a full stop."""
        return _STATE_WORDS[self]

    @property
    def over(self) -> bool:
        """Whether nothing leads out of it."""
        return self not in _OPEN


class Step(StrEnum):
    """What can happen to an override."""

    APPROVE = "approve"
    REFUSE = "refuse"
    RETURN = "return"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    START = "start"
    USE = "use"
    MISS = "miss"
    EXPIRE = "expire"
    REVOKE = "revoke"
    OUTDATE = "outdate"

    @property
    def words(self) -> str:
        """What happened, as a sentence without a full stop."""
        return _STEP_WORDS[self]


_STATE_WORDS: Final = {
    State.PROPOSED: "it waits for somebody to decide",
    State.APPROVED: "somebody with the right agreed; the rigs are not told yet",
    State.PUBLISHED: "the rigs are told; the next session has not come",
    State.ACTIVE: "some of the sessions that it holds for have followed it",
    State.REFUSED: "somebody with the right said no",
    State.RETURNED: "somebody with the right asked something back",
    State.WITHDRAWN: "whoever proposed it took it back",
    State.USED: "every session that it was for followed it",
    State.NOT_FOLLOWED: "a session that it was for ran something else",
    State.EXPIRED: "its last day passed, or another override took its place, before any session followed it",
    State.REVOKED: "it was taken back after it was approved",
    State.STALE: "another session came in between, so that it was written for a mouse that has moved on",
}
_STEP_WORDS: Final = {
    Step.APPROVE: "a person agrees",
    Step.REFUSE: "a person says no",
    Step.RETURN: "a person asks something back",
    Step.WITHDRAW: "whoever proposed it takes it back",
    Step.PUBLISH: "the tables of the rigs hold it",
    Step.START: "a session followed it, and it holds for more",
    Step.USE: "the last session that it holds for followed it",
    Step.MISS: "a session that it was for ran something else",
    Step.EXPIRE: "its last day passed, or another took its place, before any session followed it",
    Step.REVOKE: "a person with the right takes it back",
    Step.OUTDATE: "a session came that it was not written for",
}

TRANSITIONS: Final = MappingProxyType(
    {
        (State.PROPOSED, Step.APPROVE): State.APPROVED,
        (State.PROPOSED, Step.REFUSE): State.REFUSED,
        (State.PROPOSED, Step.RETURN): State.RETURNED,
        (State.PROPOSED, Step.WITHDRAW): State.WITHDRAWN,
        (State.PROPOSED, Step.OUTDATE): State.STALE,
        (State.APPROVED, Step.PUBLISH): State.PUBLISHED,
        (State.APPROVED, Step.REVOKE): State.REVOKED,
        (State.APPROVED, Step.EXPIRE): State.EXPIRED,
        (State.APPROVED, Step.OUTDATE): State.STALE,
        (State.PUBLISHED, Step.START): State.ACTIVE,
        (State.PUBLISHED, Step.USE): State.USED,
        (State.PUBLISHED, Step.MISS): State.NOT_FOLLOWED,
        (State.PUBLISHED, Step.EXPIRE): State.EXPIRED,
        (State.PUBLISHED, Step.REVOKE): State.REVOKED,
        (State.PUBLISHED, Step.OUTDATE): State.STALE,
        (State.ACTIVE, Step.START): State.ACTIVE,
        (State.ACTIVE, Step.USE): State.USED,
        (State.ACTIVE, Step.MISS): State.NOT_FOLLOWED,
        (State.ACTIVE, Step.EXPIRE): State.EXPIRED,
        (State.ACTIVE, Step.REVOKE): State.REVOKED,
        (State.ACTIVE, Step.OUTDATE): State.STALE,
    }
)
"""(state, what happens) -> next state. What is not here does not happen."""

_OPEN: Final = frozenset(state for state, _ in TRANSITIONS)

IN_FORCE: Final = frozenset({State.PUBLISHED, State.ACTIVE})
"""What the rigs are told at this moment."""


def steps_from(state: State) -> tuple[Step, ...]:
    """List what can happen in a state, in the order of `Step`."""
    return tuple(step for step in Step if (state, step) in TRANSITIONS)


def transition_table() -> str:
    """Print the table of states and steps in Markdown, a line for each transition."""
    lines = ["| State | What happens | Next state |", "|---|---|---|"]
    lines += [f"| {state} | {step}: {step.words} | {after} |" for (state, step), after in TRANSITIONS.items()]
    return "\n".join(lines)
