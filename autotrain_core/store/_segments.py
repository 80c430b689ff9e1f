"""
Segments: the exact bytes of many commits of the record in one object, so that a first reader need not fetch each.

A segment is a copy. The commits stay where they are, and stay the truth: a segment that cannot be read, or whose last
commit is not the one that the chain asks for, is passed over.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from autotrain_core.errors import ConflictError, DamagedError, NotStoredError
from autotrain_core.store._commits import Commit, Commits, at_once, commit_key, parse_commit
from autotrain_core.store._home import ABSENT, Home

PLACE: Final = "autotrain/record"
"""Where the record lies."""
LARGEST: Final = 128 * 1024**2
"""Most bytes of a segment."""
REMEDY: Final = "Bring back what was there from the versions of the bucket, or from a backup."
"""What to do about a broken chain."""
_NAME = re.compile(r"(\d{10})-(\d{10})\.jsonl")
_WORTH_LISTING = 32
_BLOCK = 1024


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """The numbers of the first and of the last commit that a segment holds."""

    first: int
    last: int

    @property
    def key(self) -> str:
        """Where it lies."""
        return f"{PLACE}/segments/{self.first:010}-{self.last:010}.jsonl"


def segment_of(key: str) -> Segment | None:
    """Tell which commits are in the segment with this key; None where it is no key of a segment."""
    found = _NAME.fullmatch(key.removeprefix(f"{PLACE}/segments/"))
    if found is None or not key.isascii():
        return None
    segment = Segment(int(found[1]), int(found[2]))
    return segment if 1 <= segment.first <= segment.last else None


def list_segments(home: Home) -> list[Segment]:
    """List the segments by their first commit."""
    listed = (segment_of(found.key) for found in home.list(f"{PLACE}/segments/"))
    return sorted(segment for segment in listed if segment)


def read_segment(home: Home, segment: Segment) -> list[Commit]:
    """
    Read the commits of a segment.

    Raises:
        NotStoredError: It is not there.
        DamagedError: It does not hold exactly the commits that its name says, one following from the other.
    """
    body, _ = home.get(segment.key, largest=LARGEST)
    lines = body.split(b"\n")
    if lines.pop() or len(lines) != segment.last - segment.first + 1:
        raise DamagedError(segment.key, "is no whole segment: it does not hold as many commits as its name says.")
    found = [
        parse_commit(line + b"\n", number=number, key=segment.key) for number, line in enumerate(lines, segment.first)
    ]
    for before, commit in pairwise(found):
        if commit.prev != before.sha256:
            sentence = f"holds a commit {commit.number} that does not follow from the one before."
            raise DamagedError(segment.key, sentence)
    return found


def read_back(commits: Commits, newest: Commit, *, first: int) -> list[Commit]:
    """
    Read the commits of the record from `first` up to one that is at hand.

    They are read backwards, because each commit says what the one before it must be: whatever is given here is what
    stood there when `newest` was written, wherever it was read from.

    Args:
        commits: Those of the home.
        newest: The last that is wanted.
        first: Number of the first that is wanted.

    Returns:
        All from `first` to `newest`, in order.

    Raises:
        DamagedError: A commit is missing, is damaged, or is not the one that the next was written after.
    """
    segments = list_segments(commits.home) if newest.number - first > _WORTH_LISTING else []
    found = [newest]
    while (number := found[-1].number - 1) >= first:
        segment = min((one for one in segments if one.first <= number <= one.last), default=None)
        if segment is None:
            start = max([first, *(one.last + 1 for one in segments if one.last < number)])
            found += _singles_back(commits, range(start, number + 1), later=found[-1])
        elif copies := _copies(commits.home, segment, number, digest=found[-1].prev):
            found += [copy for copy in reversed(copies) if copy.number >= first]
        else:
            segments.remove(segment)
    return found[::-1]


def _copies(home: Home, segment: Segment, number: int, *, digest: str) -> list[Commit]:
    """Give the commits of a segment up to one with this number and hash; none where it does not hold that one."""
    try:
        copies = read_segment(home, segment)[: number - segment.first + 1]
    except (DamagedError, NotStoredError):
        return []
    return copies if copies[-1].sha256 == digest else []


def _singles_back(commits: Commits, numbers: range, *, later: Commit | None) -> list[Commit]:
    """Read commits one by one, the last first, each compared with what the later one says of it."""

    def read(number: int) -> Commit:
        try:
            return commits.read(PLACE, number)
        except NotStoredError as error:
            key = commit_key(PLACE, number)
            raise DamagedError(key, f"is not there: entry {number} of the record is gone. {REMEDY}") from error

    found: list[Commit] = []
    # In blocks: where a number is forged, and nothing is there for a long way, the first block finds out.
    for stop in range(numbers.stop, numbers.start, -_BLOCK):
        for commit in reversed(list(at_once(read, range(max(numbers.start, stop - _BLOCK), stop)))):
            if later and later.prev != commit.sha256:
                key = commit_key(PLACE, commit.number)
                raise DamagedError(key, f"is not the entry that entry {later.number} was written after. {REMEDY}")
            found.append(commit)
            later = commit
    return found


def compact(commits: Commits, *, batch: int) -> tuple[str, ...]:
    """
    Copy full batches of the record into segments; see `Record.compact`.

    Raises:
        DamagedError: A commit is missing, is damaged, or is not the one that the next was written after.
    """
    newest = commits.newest(PLACE)
    segments = list_segments(commits.home)
    written = []
    start = 1
    while newest and start + batch - 1 <= newest.number:
        holding = [segment.last for segment in segments if segment.first <= start <= segment.last]
        if holding:
            start = max(holding) + 1
            continue
        segment = Segment(start, start + batch - 1)
        if _copy(commits, segment, newest):
            written.append(segment.key)
        start += batch
    return tuple(written)


def _copy(commits: Commits, segment: Segment, newest: Commit) -> bool:
    """Write a segment, unless another is faster, or it would be too large to be worth reading."""
    # The one behind the last says what the last must be.
    numbers = range(segment.first, min(segment.last + 1, newest.number) + 1)
    found = [one for one in _singles_back(commits, numbers, later=None) if one.number <= segment.last]
    body = b"".join(commit.line for commit in reversed(found))
    if len(body) > LARGEST:
        return False
    try:
        commits.home.put(segment.key, body, replaces=ABSENT)
    except ConflictError:
        return False
    return True
