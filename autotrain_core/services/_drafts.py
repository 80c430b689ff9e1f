"""
Drafts of curricula in the store: kept with their whole history, and merged where two people save at once.

The record tells when a draft was started, removed and brought back; who saved what in between, its own history tells.
"""

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from autotrain_core.editing import Draft, Merge, draft_from_bytes, draft_to_bytes, merge
from autotrain_core.errors import ConflictError, DamagedError, DocumentError, NotStoredError
from autotrain_core.models import Actor, Right
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._publish_recorded import (
    DRAFT_BROUGHT_BACK,
    DRAFT_REMOVED,
    DRAFT_STARTED,
    record_once,
)
from autotrain_core.store import ABSENT, Document, Store

FOLDER = "drafts/"
_IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", re.ASCII)
_AT_ONCE = 16
_TRIES = 8
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSummary:
    """
    A draft in a list.

    Attributes:
        id: What links name it by.
        title: Name and version in it, or its id where it cannot be read.
        based_on: "Name@Version" that it was started from; empty for a blank one.
        by: Who saved it last.
        at: When, UTC; None where nobody says.
        number: How many versions there are.
        version: Stands for what is there now.
        problem: Why it cannot be read; empty where all is well.
    """

    id: str
    title: str
    based_on: str
    by: str
    at: datetime | None
    number: int
    version: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDraft:
    """
    A draft as it lies in the store.

    Attributes:
        id: What links name it by.
        draft: What it holds.
        version: Stands for exactly this; what a save names as what it replaces.
        by: Who saved it.
        at: When, UTC; None where nobody says.
        number: Its place among the versions, from 1.
        note: What its writer said.
    """

    id: str
    draft: Draft = field(repr=False)
    version: str
    by: str
    at: datetime | None
    number: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVersion:
    """
    One version in the history of a draft.

    Attributes:
        number: Its place, from 1.
        version: Stands for it.
        by: Who saved it.
        at: When, UTC; None where nobody says.
        note: What its writer said.
        removed: Whether it says that the draft is gone.
        current: Whether it is the newest.
    """

    number: int
    version: str
    by: str
    at: datetime | None
    note: str
    removed: bool
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraft:
    """
    What became of a save.

    Attributes:
        stored: What the store holds now: what was saved, or what somebody else saved where nothing could be.
        merge: How both were put together, where somebody else had saved since; None where nobody had.
        saved: Whether it was saved; else `merge.conflicts` has to be answered first, on top of `stored`.
        theirs_by: Who saved in between, the last one; empty where nobody had.
    """

    stored: StoredDraft
    merge: Merge | None
    saved: bool
    theirs_by: str = ""


def drafts(store: Store) -> tuple[DraftSummary, ...]:
    """
    List the drafts, the last saved first; one that cannot be read is listed with the reason.

    Raises:
        StoreUnavailableError: The store does not answer.
    """
    keys = store.documents(FOLDER)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = [one for one in pool.map(lambda key: _summary(store, key), keys) if one is not None]
    return tuple(sorted(found, key=lambda one: one.at or _NEVER, reverse=True))


def _summary(store: Store, key: str) -> DraftSummary | None:
    identity = key.removeprefix(FOLDER)
    try:
        document = store.read(key)
    except NotStoredError:
        return None  # removed since it was listed
    except DamagedError as error:
        return DraftSummary(
            id=identity, title=identity, based_on="", by="", at=None, number=0, version="", problem=str(error)
        )
    title, based_on, problem = identity, "", ""
    try:
        draft = draft_from_bytes(document.body, key)
        title, based_on = draft.title or identity, draft.based_on
    except DocumentError as error:
        problem = str(error)
    return DraftSummary(
        id=identity,
        title=title,
        based_on=based_on,
        by=document.by,
        at=document.at,
        number=document.number,
        version=document.version,
        problem=problem,
    )


def start_draft(store: Store, draft: Draft, *, actor: Actor, at: datetime, identity: str = "") -> StoredDraft:
    """
    Put a new draft into the store.

    Args:
        store: Where.
        draft: What it holds.
        actor: Who starts it.
        at: When, with a zone.
        identity: Its id; drawn where it is empty.

    Raises:
        NotAllowedError: The actor may not.
        ConflictError: There is a draft of this id.
        DocumentError: What it holds is no curriculum document.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.BUILD)
    key = draft_key(identity or secrets.token_hex(5))
    version = store.write(key, draft_to_bytes(draft), replaces=ABSENT, by=now.email, at=at, note="started")
    facts = {"draft": key.removeprefix(FOLDER), "title": draft.title, "based_on": draft.based_on, "how": how_of(now)}
    record_once(store, DRAFT_STARTED, facts, mark=version, by=now.email, at=at)
    return _stored(store.read(key))


def draft_key(identity: str) -> str:
    """
    Give the key of a draft's document.

    Raises:
        NotStoredError: No draft can have this id.
    """
    if not _IDENTITY.fullmatch(identity):
        raise NotStoredError(f"There is no draft {identity[:60]!r}: a link to a draft ends in letters and digits.")
    return f"{FOLDER}{identity}"


def open_draft(store: Store, identity: str, *, known: StoredDraft | None = None) -> StoredDraft:
    """
    Read a draft.

    Args:
        store: Where.
        identity: Which.
        known: What was read before: where the store still holds just that, it is given back and not parsed again.

    Raises:
        NotStoredError: There is none of this id, or it was removed.
        DocumentError: What is there cannot be read as a draft.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    there = _read(store, draft_key(identity))
    return known if known is not None and known.version == there.version else _stored(there)


def _read(store: Store, key: str) -> Document:
    with _told_to_people(store, key):
        return store.read(key)


@contextmanager
def _told_to_people(store: Store, key: str) -> Iterator[None]:
    """Say that there is no draft as people say it: a key and the address of a store mean nothing to them."""
    try:
        yield
    except NotStoredError:
        raise NotStoredError(_why_not(store, key)) from None


def _why_not(store: Store, key: str) -> str:
    identity = key.removeprefix(FOLDER)
    try:
        (newest,) = store.history(key, most=1)
    except (NotStoredError, DamagedError):
        return f"There is no draft {identity}; it may have been deleted."
    return f"The draft {identity} was deleted by {newest.by}; below the list of drafts it can be brought back."


def save_draft(
    store: Store, identity: str, draft: Draft, *, replaces: str, actor: Actor, at: datetime, note: str = ""
) -> StoredDraft:
    """
    Save a draft in the place of the version that was on the screen; where nothing changed, nothing is written.

    Raises:
        NotAllowedError: The actor may not.
        ConflictError: Somebody else saved first; nothing was written.
        DocumentError: What it holds is no curriculum document.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.BUILD)
    return _saved(store, draft_key(identity), draft, replaces=replaces, by=now.email, at=at, note=note)


def _saved(store: Store, key: str, draft: Draft, *, replaces: str, by: str, at: datetime, note: str) -> StoredDraft:
    body = draft_to_bytes(draft)
    there = _read(store, key)
    if there.version == replaces and there.body == body:
        return _stored(there, draft)
    version = store.write(key, body, replaces=replaces, by=by, at=at, note=note)
    identity, number = key.removeprefix(FOLDER), there.number + 1
    return StoredDraft(id=identity, draft=draft, version=version, by=by, at=at, number=number, note=note)


def save_or_merge(
    store: Store, identity: str, draft: Draft, *, base: StoredDraft, actor: Actor, at: datetime, note: str = ""
) -> SavedDraft:
    """
    Save a draft; where somebody else saved since, put both together.

    Args:
        store: Where.
        identity: Which draft.
        draft: What it is to hold.
        base: What was opened, or saved last, by whoever saves now.
        actor: Who saves.
        at: When, with a zone.
        note: Why.

    Returns:
        What was saved. Where both changed the same thing nothing is, and the merge says what has to be answered; the
        answer is saved by `save_draft`, in the place of `stored.version`.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: Somebody removed the draft.
        ConflictError: Others save again and again.
        DocumentError: What it holds, or what somebody else saved, is no draft.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.BUILD)
    key, merged, theirs = draft_key(identity), None, base
    left = _TRIES
    while True:
        mine = draft if merged is None else merged.draft
        try:
            stored = _saved(store, key, mine, replaces=theirs.version, by=now.email, at=at, note=note)
            return SavedDraft(stored=stored, merge=merged, saved=True, theirs_by=theirs.by if merged else "")
        except ConflictError:
            left -= 1
            if not left:
                raise
        theirs = open_draft(store, identity)
        merged = merge(base.draft, draft, theirs.draft)
        if merged.conflicts:
            return SavedDraft(stored=theirs, merge=merged, saved=False, theirs_by=theirs.by)


def draft_history(store: Store, identity: str, *, most: int = 100) -> tuple[DraftVersion, ...]:
    """
    List the newest versions of a draft, also of one that was removed; the newest first.

    Raises:
        NotStoredError: There never was one of this id.
        DamagedError: A version is damaged.
        StoreUnavailableError: The store does not answer.
    """
    found = draft_documents(store, identity, most=most)
    return tuple(
        DraftVersion(
            number=one.number,
            version=one.version,
            by=one.by,
            at=one.at,
            note=one.note,
            removed=one.removed,
            current=place == 0,
        )
        for place, one in enumerate(found)
    )


def draft_documents(store: Store, identity: str, *, most: int) -> tuple[Document, ...]:
    """
    Read the newest versions of a draft as the store has them; the newest first.

    Raises:
        NotStoredError: There never was one of this id.
        DamagedError: A version is damaged.
        StoreUnavailableError: The store does not answer.
    """
    key = draft_key(identity)
    with _told_to_people(store, key):
        return store.history(key, most=most)


def draft_version(store: Store, identity: str, number: int) -> StoredDraft:
    """
    Read an older version of a draft.

    Raises:
        NotStoredError: There is no such version, or it says that the draft is gone.
        DocumentError: It cannot be read as a draft.
        DamagedError: A version is damaged.
        StoreUnavailableError: The store does not answer.
    """
    newest = draft_documents(store, identity, most=1)[0].number
    found = draft_documents(store, identity, most=newest - number + 1)[-1] if 1 <= number <= newest else None
    if found is None or found.number != number or found.removed:
        raise NotStoredError(f"The draft {identity} has no version {number} that could be read.")
    return _stored(found)


def restore_draft_version(
    store: Store, identity: str, number: int, *, replaces: str, actor: Actor, at: datetime
) -> StoredDraft:
    """
    Save an older version of a draft as its newest.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: There is no such version.
        ConflictError: Somebody else saved first; nothing was written.
        DocumentError: The version cannot be read as a draft.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    require(confirmed(store, actor), Right.BUILD)
    old = draft_version(store, identity, number)
    note = f"version {number} restored"
    return save_draft(store, identity, old.draft, replaces=replaces, actor=actor, at=at, note=note)


def remove_draft(store: Store, identity: str, *, replaces: str, actor: Actor, at: datetime) -> None:
    """
    Remove a draft from the list; `bring_back_draft` undoes it.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: There is none.
        ConflictError: Somebody else saved first; nothing was removed.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.BUILD)
    key = draft_key(identity)
    with _told_to_people(store, key):
        mark = store.remove(key, replaces=replaces, by=now.email, at=at, note="removed")
    record_once(store, DRAFT_REMOVED, {"draft": identity, "how": how_of(now)}, mark=mark, by=now.email, at=at)


def bring_back_draft(store: Store, identity: str, *, actor: Actor, at: datetime) -> StoredDraft:
    """
    Bring a removed draft back as it was; one that is there stays as it is.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: There never was one of this id.
        ConflictError: Somebody else brought it back at the same time.
        DocumentError: It cannot be read as a draft.
        DamagedError: A version is damaged.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.BUILD)
    key = draft_key(identity)
    versions = draft_documents(store, identity, most=2)
    if not versions[0].removed:
        return _stored(versions[0])
    body = versions[-1].body
    mark = store.write(key, body, replaces=versions[0].version, by=now.email, at=at, note="brought back")
    record_once(store, DRAFT_BROUGHT_BACK, {"draft": identity, "how": how_of(now)}, mark=mark, by=now.email, at=at)
    return _stored(store.read(key))


def _stored(document: Document, draft: Draft | None = None) -> StoredDraft:
    """Tell what a document of the store says of a draft; whoever knows what it holds gives that, too."""
    identity = document.key.removeprefix(FOLDER)
    return StoredDraft(
        id=identity,
        draft=draft or draft_from_bytes(document.body, f"the draft {identity}"),
        version=document.version,
        by=document.by,
        at=document.at,
        number=document.number,
        note=document.note,
    )
