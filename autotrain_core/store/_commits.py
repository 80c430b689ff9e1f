"""
Numbered commits: the one primitive under everything in the store that has an order.

A commit is one object that is created once and never changed; it holds the hash of the one before it. Its key holds
its number, inverted, so that the first key of a listing is the newest commit. Of two writers of one number a home
lets one win, so nobody can overwrite what he has not seen.
"""

import hashlib
import json
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn, TypeVar

from autotrain_core.errors import ConflictError, DamagedError, DocumentError
from autotrain_core.store._home import ABSENT, Home, Listed
from autotrain_core.store._patience import Turns

T = TypeVar("T")
S = TypeVar("S")

LARGEST_BODY: Final = 16 * 1024**2
"""Most bytes of a document, or of the events of one append."""
_LARGEST_LINE = 2 * LARGEST_BODY
_LAST = 9_999_999_999
_KEY = re.compile(r"(.+)/(\d{10})\.json", re.ASCII | re.DOTALL)
_BEFORE_ALL = "0"  # every name of a commit opens with a digit, and is longer
_AFTER_ALL = ":"  # comes right after "9"
_AT_ONCE = 16
_BLOCK = 256
_REMEMBERED = 32 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """
    One commit as it was read.

    Attributes:
        number: From 1, without gaps.
        prev: SHA-256 of the commit before, in hexadecimal; empty for the first.
        at: When its writer says it was, UTC; None where he does not say.
        by: Who wrote it.
        body: What it holds.
        note: Why, in the words of its writer.
        removed: Whether this says that nothing is there from now on.
        wid: Drawn by lot for each write, so that a writer knows his own commit when he meets it.
        line: The exact bytes.
        sha256: Their hash, in hexadecimal.
    """

    number: int
    prev: str
    at: datetime | None
    by: str
    body: str
    note: str
    removed: bool
    wid: str
    line: bytes
    sha256: str

    @property
    def version(self) -> str:
        """Stands for this commit and all before it."""
        return f"{self.number}.{self.sha256}"

    @property
    def in_force(self) -> str:
        """The version of what is there after this commit; ABSENT after a removal."""
        return ABSENT if self.removed else self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to become a commit; see `Commit`."""

    body: str
    by: str
    at: datetime | None
    note: str = ""
    removed: bool = False

    def as_line(self, *, number: int, prev: str, wid: str) -> bytes:
        """
        Write it as canonical JSON: one line, sorted keys, no blanks, UTF-8.

        Raises:
            DocumentError: It is too large, or holds half of a surrogate pair.
            ValueError: The time has no zone.
        """
        fields: dict[str, Any] = {
            "at": as_moment(self.at) if self.at else "",
            "body": self.body,
            "by": self.by,
            "number": number,
            "prev": prev,
            "wid": wid,
        }
        if self.note:
            fields["note"] = self.note
        if self.removed:
            fields["removed"] = True
        line = canonical(fields) + b"\n"
        if len(line) > _LARGEST_LINE:
            raise DocumentError(f"This is too large to be kept: {len(line):,} bytes, of at most {_LARGEST_LINE:,}.")
        return line


def canonical(value: object) -> bytes:
    """
    Write JSON in the one form in which equal values have equal bytes.

    Raises:
        DocumentError: It holds what JSON cannot say.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DocumentError("This holds half of a surrogate pair, which is no character.") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise DocumentError(f"This cannot be kept as JSON: {error}.") from error


def as_moment(at: datetime) -> str:
    """
    Write a time: UTC, to the microsecond.

    Raises:
        ValueError: It has no zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone could be any of 26 hours: {at!r}")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_commit(line: bytes, *, number: int, key: str) -> Commit:
    """
    Read the bytes of a commit.

    Args:
        line: The bytes.
        number: Which commit they are to be.
        key: Where they were found, for the error.

    Raises:
        DamagedError: They are no commit, or that of another number.
    """
    try:
        fields = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        _damaged(key, "is no whole commit: it cannot be read as JSON.")
    if not isinstance(fields, dict):
        _damaged(key, "is no commit: it holds no JSON object.")
    try:
        commit = Commit(
            number=_typed(fields, "number", int),
            prev=_typed(fields, "prev", str),
            at=_moment(_typed(fields, "at", str)),
            by=_typed(fields, "by", str),
            body=_typed(fields, "body", str),
            note=_typed({"note": "", **fields}, "note", str),
            removed=_typed({"removed": False, **fields}, "removed", bool),
            wid=_typed(fields, "wid", str),
            line=line,
            sha256=hashlib.sha256(line).hexdigest(),
        )
        is_canonical = canonical(fields) + b"\n" == line
    except (ValueError, DocumentError) as error:
        _damaged(key, f"is no commit: {error}.")
    if commit.number != number:
        _damaged(key, f"holds commit {commit.number}, where commit {number} belongs.")
    if not is_canonical:
        _damaged(key, "was not written by this program: it is not in the form that commits have.")
    return commit


def _typed(fields: dict[str, Any], name: str, kind: type[T]) -> T:
    value = fields.get(name)
    if type(value) is not kind:
        raise ValueError(f"'{name}' is not there, or is not what it should be")
    return value


def _moment(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    if moment and as_moment(moment) != text:
        raise ValueError("'at' is no time in the form that commits have")
    return moment


def _damaged(key: str, sentence: str) -> NoReturn:
    raise DamagedError(key, sentence)


def commit_key(place: str, number: int) -> str:
    """Give the key of a commit."""
    return f"{place}/{_LAST - number:010}.json"


def commit_of(key: str) -> tuple[str, int]:
    """Give the place and the number of the commit with this key; the number is 0 where it is no key of a commit."""
    found = _KEY.fullmatch(key)
    number = _LAST - int(found[2]) if found else 0
    return (found[1], number) if found and number else ("", 0)


class Commits:
    """
    The commits of all places of one home.

    A place is the beginning of a key, without "/" at its end. What was read is remembered, as far as there is room:
    to ask again for the newest commit of a place, where it is still the same, costs one listing and no reading.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.turns = Turns()
        self._lock = threading.Lock()
        self._met: OrderedDict[str, tuple[Listed | None, Commit]] = OrderedDict()
        self._bytes = 0

    def newest(self, place: str) -> Commit | None:
        """
        Read the newest commit of a place: one listing, and one reading unless it was met before.

        Raises:
            DamagedError: It is there, and is no commit.
        """
        listed = self.newest_listed(place)
        return self.read_listed(listed) if listed else None

    def newest_listed(self, place: str) -> Listed | None:
        """Find the newest commit of a place without reading it."""
        # One object is asked for; only where a foreign one lies before it, more are.
        for first in self.home.list(f"{place}/", after=f"{place}/{_BEFORE_ALL}", most=1):
            if commit_of(first.key)[0] == place:
                return first
            return next(self.listed(place, after=first.key), None)
        return None

    def listed(self, place: str, *, after: str = "") -> Iterator[Listed]:
        """List the commits of a place, the newest first."""
        for listed in self.home.list(f"{place}/", after=after or f"{place}/{_BEFORE_ALL}"):
            if listed.key > f"{place}/{_AFTER_ALL}":
                return
            if commit_of(listed.key)[0] == place:
                yield listed

    def read_listed(self, listed: Listed) -> Commit:
        """
        Read a commit that was listed, unless it was met before.

        Raises:
            NotStoredError: It is gone.
            DamagedError: It is there, and is no commit, or that of another number.
        """
        with self._lock:
            met, known = self._met.get(listed.key, (None, None))
            # Of a commit of our own writing we know no time yet.
            if known and (listed == met if met else listed.size == len(known.line)):
                self._met[listed.key] = (listed, known)
                self._met.move_to_end(listed.key)
                return known
        commit = self.read(*commit_of(listed.key))
        self._remember(listed.key, listed, commit)
        return commit

    def read(self, place: str, number: int) -> Commit:
        """
        Read one commit from the home.

        Raises:
            NotStoredError: There is none of this number.
            DamagedError: It is there, and is no commit, or that of another number.
        """
        key = commit_key(place, number)
        line, _ = self.home.get(key, largest=_LARGEST_LINE)
        return parse_commit(line, number=number, key=key)

    def add(self, place: str, draft: Draft, *, after: Commit | None, wid: str = "") -> Commit:
        """
        Write the commit that follows `after`.

        Raises:
            ConflictError: Another has written it, and nothing was written; it names the version of the other.
            DocumentError: It is too large, or holds what is no text.
            ValueError: Its time has no zone.
        """
        wid = wid or new_id()
        number, prev = (after.number + 1, after.sha256) if after else (1, "")
        key = commit_key(place, number)
        commit = parse_commit(draft.as_line(number=number, prev=prev, wid=wid), number=number, key=key)
        try:
            self.home.put(key, commit.line, replaces=ABSENT)
        except ConflictError as conflict:
            # The home has settled every doubt already; a look at the winner costs little, and is the last word.
            winner = self.read(place, number)
            self._remember(key, None, winner)
            if winner.wid != wid:
                expected = after.version if after else ABSENT
                raise ConflictError(place, expected=expected, found=winner.in_force) from conflict
        else:
            self._remember(key, None, commit)
        return commit

    def _remember(self, key: str, listed: Listed | None, commit: Commit) -> None:
        with self._lock:
            _, known = self._met.pop(key, (None, None))
            self._met[key] = (listed, commit)
            self._bytes += len(commit.line) - (len(known.line) if known else 0)
            while self._bytes > _REMEMBERED:
                _, (_, least) = self._met.popitem(last=False)
                self._bytes -= len(least.line)


def new_id() -> str:
    """Draw the id of a write."""
    return secrets.token_hex(8)


def at_once(read: Callable[[S], T], wanted: Sequence[S]) -> Iterator[T]:
    """Call `read` for each, a few at a time, and give what comes in order; the first error ends it."""
    if len(wanted) < 2:
        yield from map(read, wanted)
        return
    with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(wanted))) as pool:
        # In blocks, so that whoever reads a long row of commits does not hold all of it.
        for start in range(0, len(wanted), _BLOCK):
            yield from pool.map(read, wanted[start : start + _BLOCK])
