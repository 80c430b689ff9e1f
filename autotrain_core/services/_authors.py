"""Who worked on a draft: whoever did is not the one who agrees that it is published."""

from autotrain_core.services._drafts import draft_documents
from autotrain_core.services._publish_recorded import PUBLISHED
from autotrain_core.store import Document, Store

_AT_FIRST = 64


def draft_authors(store: Store, identity: str, *, seen: str = "") -> tuple[str, ...]:
    """
    List who saved a draft since it was started, or since the last version that was published from it.

    Whoever brought a deleted draft back, and changed nothing, is not among them.

    Args:
        store: Where.
        identity: Which draft.
        seen: The version that was on the screen; the newest where it is empty.

    Returns:
        Their addresses, in alphabetical order.

    Raises:
        NotStoredError: There never was a draft of this id.
        DamagedError: A version is damaged.
        StoreUnavailableError: The store does not answer.
    """
    found = [one for one in _since_published(store, identity, seen) if not one.removed]
    bodies = [*(one.body for one in found[1:]), b""]
    published = _published(store, identity) - {seen}
    changed = [one for one, before in zip(found, bodies, strict=True) if one.body != before]
    return tuple(sorted({one.by for one in changed if one.version not in published} - {""}))


def _since_published(store: Store, identity: str, seen: str) -> list[Document]:
    """Read the versions from the one that was seen back to the last one that was published, that one too."""
    published = _published(store, identity) - {seen}
    most = _AT_FIRST
    while True:
        found = draft_documents(store, identity, most=most)
        first = next((place for place, one in enumerate(found) if one.version == seen), 0)
        ends = [place for place, one in enumerate(found) if one.version in published and place > first]
        if ends or len(found) < most:
            return list(found[first : ends[0] + 1 if ends else None])
        most *= 4


def _published(store: Store, identity: str) -> set[str]:
    """List the versions of a draft that were published, as far as the record knows."""
    told = (event.facts for entry in store.record.read() for event in entry.events if event.kind == PUBLISHED)
    return {str(facts["draft_version"]) for facts in told if facts.get("draft") == identity}
