"""
How far each person was told, by each way: a document for each person, written after the message went.

So nothing is lost: what was sent, and was not written down any more, is sent once more.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autotrain_core.errors import NotStoredError
from autotrain_core.services._notify_choice import place_of
from autotrain_core.store import Store

NOTIFIED: Final = "notified"
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)
_DOUBLINGS = 9


class Place(BaseModel):
    """
    How far a person was told by one way.

    Attributes:
        told: All entries of the record up to this number are done with.
        now: Up to this one, whatever was to be told at once was told.
        sent: Keys of what was told at once, of entries after `told`.
        day: The lab's day of the last digest; None for none yet.
        owed: Whether a digest was due and did not go.
        failed: How often in a row a message did not go.
        since: When that began; None where the last one went.
        retry: When to try again; None for at any time.
        why: Why it did not go.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    told: int = 0
    now: int = 0
    sent: tuple[str, ...] = ()
    day: date | None = None
    owed: bool = False
    failed: int = 0
    since: datetime | None = None
    retry: datetime | None = None
    why: str = ""

    def held(self, at: datetime) -> bool:
        """Say whether it failed so recently that it is too early to try again."""
        return self.retry is not None and at < self.retry

    def went(self, *, head: int, keys: Iterable[str], digest: date | None) -> "Place":
        """Give the place after a message went, or nothing was to be told; `digest` is the day of a digest."""
        if digest is not None:
            return Place(told=head, now=head, day=digest)
        sent = tuple(dict.fromkeys((*self.sent, *keys)))
        return Place(told=self.told, now=head, sent=sent, day=self.day, owed=self.owed)

    def missed(self, why: str, *, at: datetime, digest: bool) -> "Place":
        """Give the place after a message did not go."""
        wait = min(_FIRST_WAIT * 2 ** min(self.failed, _DOUBLINGS), _LONGEST_WAIT)
        return self.model_copy(
            update={
                "owed": self.owed or digest,
                "failed": self.failed + 1,
                "since": self.since or at,
                "retry": at + wait,
                "why": why,
            }
        )


class Places(BaseModel):
    """
    How far a person was told.

    Attributes:
        channels: Way -> how far by it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    channels: dict[str, Place] = Field(default_factory=dict)


def places(store: Store, email: str) -> Places:
    """
    Read how far a person was told; a document that cannot be read counts as none.

    Raises:
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    try:
        return _read(store.read(place_of(NOTIFIED, email)).body)
    except NotStoredError:
        return Places()


def keep_place(store: Store, email: str, channel: str, place: Place, *, chosen: Sequence[str], at: datetime) -> None:
    """
    Write down how far a person was told by one way.

    Args:
        store: Where.
        email: The person.
        channel: The way.
        place: How far.
        chosen: The ways that the person wants; the place of another is forgotten, so that it begins anew.
        at: When, with a zone.

    Raises:
        ConflictError: Others were faster again and again.
        StoreUnavailableError: The store does not answer.
    """

    def change(body: bytes | None) -> bytes:
        known = {name: one for name, one in _read(body or b"{}").channels.items() if name in chosen}
        before = known.get(channel)
        # Somebody else told more in the meantime.
        if before is None or (before.told, before.now) <= (place.told, place.now):
            known[channel] = place
        return Places(channels=dict(sorted(known.items()))).model_dump_json(indent=1).encode()

    store.update(place_of(NOTIFIED, email), change, by="notify", at=at)


def _read(body: bytes) -> Places:
    try:
        return Places.model_validate_json(body)
    except ValidationError:
        return Places()
