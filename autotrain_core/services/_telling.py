"""What those say who propose and those who answer: who was faster, and what takes the place of what."""

from collections.abc import Iterator
from datetime import datetime

from autotrain_core.models import Event as Happening
from autotrain_core.models import Override, State, Step, plain, step
from autotrain_core.services._said import OVERRIDE, Said, told
from autotrain_core.store import Event


def who(address: str) -> str:
    """Write who did something, as the start of a sentence."""
    return plain(address)


def expired_by(people: Said, later: Override, *, by: str, at: datetime) -> Iterator[Event]:
    """Let what was approved for the same mouse, and never told to the rigs, make room for what is approved later."""
    for one in people.overrides.values():
        if one.subject_id == later.subject_id and one.state is State.APPROVED and one.id != later.id:
            after = step(one, Happening(step=Step.EXPIRE, by=by, at=at, comment="another one took its place"))
            yield told(OVERRIDE, Step.EXPIRE, after, sentence="another one took its place")
