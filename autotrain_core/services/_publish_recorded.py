"""What the record says of curricula and of the policy: each thing once, also where its writer was cut off."""

from collections.abc import Mapping
from datetime import datetime

from autotrain_core.errors import ConflictError, StoreUnavailableError
from autotrain_core.store import ABSENT, Event, Json, Store

PUBLISHED = "curriculum-published"
RETIRED = "curriculum-retired"
UNRETIRED = "curriculum-brought-back"
DRAFT_STARTED = "draft-started"
DRAFT_REMOVED = "draft-removed"
DRAFT_BROUGHT_BACK = "draft-brought-back"
REVIEW = "review"
POLICY = "policy"
_TRIES = 20


def record_once(store: Store, kind: str, facts: Mapping[str, Json], *, mark: str, by: str, at: datetime) -> None:
    """
    Tell the record of something that a document of the store says already, unless it knows.

    Args:
        store: Where.
        kind: What happened.
        facts: All else that is to be known of it.
        mark: The version of the document that says so; what the record knows is told by it.
        by: Who did it.
        at: When, with a zone.

    Raises:
        StoreUnavailableError: The record could not be told; the sentence says that the thing itself is done.
        DamagedError: The record is damaged.
    """
    event = Event(kind=kind, facts={**facts, "document": mark})
    try:
        _append_once(store, event, by=by, at=at)
    except (StoreUnavailableError, ConflictError) as error:
        raise StoreUnavailableError(
            f"It is done, but the record could not be told: {error} Do the same once more, and the record is told."
        ) from error


def _append_once(store: Store, event: Event, *, by: str, at: datetime) -> None:
    for _ in range(_TRIES):
        entries = store.record.read()
        head = entries[-1].version if entries else ABSENT
        if any(_is_the_same(one, event) for entry in reversed(entries) for one in entry.events):
            return
        try:
            store.record.append([event], by=by, at=at, after=head)
        except ConflictError:
            continue
        return
    raise ConflictError("the record", expected=head, found=store.record.head())


def _is_the_same(one: Event, other: Event) -> bool:
    return one.kind == other.kind and one.facts.get("document") == other.facts["document"]
