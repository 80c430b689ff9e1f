"""Documents: texts by key, each with its whole history, of which every write names the version that it replaces."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from autotrain_core.errors import ConflictError, DamagedError, DocumentError, NotStoredError
from autotrain_core.store._commits import LARGEST_BODY, Commit, Commits, Draft, at_once, commit_of
from autotrain_core.store._home import ABSENT
from autotrain_core.store._keys import as_name, from_name
from autotrain_core.store._patience import retry_conflicts

PLACE: Final = "autotrain/documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    One version of a document.

    Attributes:
        key: What it is called: names joined by "/".
        body: What it holds, UTF-8; empty where it was removed.
        version: Stands for this version and for no other, also where an older one had the same body.
        number: How many versions there are up to this one, removals included.
        at: When its writer says that he wrote it, UTC; None where he does not say.
        by: Who wrote it.
        note: Why, in his words.
        removed: Whether this version says that the document is gone; only a history shows such versions.
    """

    key: str
    body: bytes
    version: str
    number: int
    at: datetime | None
    by: str
    note: str
    removed: bool = False


class Documents:
    """The documents of one home; see `Store`, which says what each of these does."""

    def __init__(self, commits: Commits) -> None:
        self._commits = commits

    def read(self, key: str) -> Document:
        """Read; see `Store.read`."""
        newest = self._commits.newest(place_of(key))
        if newest is None:
            raise NotStoredError(f"There is no document '{key}' in {self._commits.home.url}.")
        if newest.removed:
            by, at = newest.by or "somebody", f" on {newest.at:%Y-%m-%d}" if newest.at else ""
            raise NotStoredError(f"The document '{key}' was removed by {by}{at}; its history is still there.")
        return _document(key, newest)

    def write(self, key: str, body: bytes, *, replaces: str, by: str, at: datetime | None, note: str) -> str:
        """Write; see `Store.write`."""
        return self._add(key, Draft(body=_text(key, body), by=by, at=at, note=note), replaces=replaces)

    def remove(self, key: str, *, replaces: str, by: str, at: datetime | None, note: str) -> str:
        """Remove; see `Store.remove`."""
        return self._add(key, Draft(body="", by=by, at=at, note=note, removed=True), replaces=replaces)

    def update(
        self,
        key: str,
        change: Callable[[bytes | None], bytes],
        *,
        by: str,
        at: datetime | None,
        note: str,
        seconds: float,
    ) -> str:
        """Change; see `Store.update`."""
        place = place_of(key)

        def attempt() -> str:
            with self._commits.turns.taken(place):
                newest = self._commits.newest(place)
                before = newest.body.encode() if newest and not newest.removed else None
                after = change(before)
                if newest and after == before:
                    return newest.version
                draft = Draft(body=_text(key, after), by=by, at=at, note=note)
                return self._commit(key, draft, after=newest, expected=_version(newest))

        return retry_conflicts(attempt, seconds=seconds)

    def below(self, prefix: str) -> tuple[str, ...]:
        """List; see `Store.documents`."""
        folder = prefix.removesuffix("/")
        place = f"{place_of(folder)}/" if folder else f"{PLACE}/"
        keys = sorted(
            f"{folder}/{from_name(name)}" if folder else from_name(name)
            for name in self._commits.home.folders(place)
            if _is_folder(name)
        )
        return tuple(key for key, is_there in zip(keys, at_once(self._is_there, keys), strict=True) if is_there)

    def _is_there(self, key: str) -> bool:
        try:
            newest = self._commits.newest(place_of(key))
        except DamagedError:
            # It is there, though nobody can read it: whoever opens it is told so, and the others are served.
            return True
        return newest is not None and not newest.removed

    def history(self, key: str, *, most: int | None) -> tuple[Document, ...]:
        """List the versions; see `Store.history`."""
        listed = list(islice(self._commits.listed(place_of(key)), most))
        if not listed and most != 0:
            raise NotStoredError(f"There is no document '{key}' in {self._commits.home.url}, and never was.")
        return tuple(_document(key, commit) for commit in at_once(self._commits.read_listed, listed))

    def _add(self, key: str, draft: Draft, *, replaces: str) -> str:
        newest = self._commits.newest(place_of(key))
        if replaces != _version(newest) and (newest is None or replaces != newest.version):
            raise ConflictError(key, expected=replaces, found=_version(newest))
        if draft.removed and (newest is None or newest.removed):
            raise NotStoredError(f"There is no document '{key}' in {self._commits.home.url} that could be removed.")
        return self._commit(key, draft, after=newest, expected=replaces)

    def _commit(self, key: str, draft: Draft, *, after: Commit | None, expected: str) -> str:
        try:
            return self._commits.add(place_of(key), draft, after=after).version
        except ConflictError as conflict:
            raise ConflictError(key, expected=expected, found=conflict.found) from conflict


def place_of(key: str) -> str:
    """
    Say where the commits of a document lie.

    Raises:
        ValueError: A name in it is empty, or too long.
    """
    return "/".join([PLACE, *map(_as_folder, key.split("/"))])


def _as_folder(name: str) -> str:
    # A document called like a commit would lie where a commit of the folder above it lies.
    place, _ = commit_of(f"{PLACE}/{name}")
    return name.replace(".", "%2E") if place else as_name(name)


def key_of(place: str) -> str:
    """Give the key of the document whose commits lie there; empty where none can."""
    names = place.removeprefix(f"{PLACE}/").split("/")
    return "/".join(map(from_name, names)) if all(map(_is_folder, names)) else ""


def _is_folder(name: str) -> bool:
    return is_name(name, encode=_as_folder)


def is_name(name: str, *, encode: Callable[[str], str] = as_name) -> bool:
    """Whether `encode` gives this name for some text."""
    try:
        return encode(from_name(name)) == name
    except ValueError:
        return False


def _version(newest: Commit | None) -> str:
    return newest.in_force if newest else ABSENT


def _text(key: str, body: bytes) -> str:
    if len(body) > LARGEST_BODY:
        raise DocumentError(
            f"The document '{key}' is too large to be kept: {len(body):,} bytes, of at most {LARGEST_BODY:,}."
        )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"The document '{key}' is not UTF-8 (byte {error.start + 1}), and documents are text; save it as UTF-8."
        ) from error


def _document(key: str, commit: Commit) -> Document:
    return Document(
        key=key,
        body=commit.body.encode(),
        version=commit.version,
        number=commit.number,
        at=commit.at,
        by=commit.by,
        note=commit.note,
        removed=commit.removed,
    )
