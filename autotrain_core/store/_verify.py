"""Walk the chain of the record and say everything that is wrong with it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from autotrain_core.errors import DamagedError, NotStoredError
from autotrain_core.store._commits import Commit, Commits, at_once, commit_key, commit_of
from autotrain_core.store._events import entry_of
from autotrain_core.store._home import ABSENT
from autotrain_core.store._segments import PLACE, list_segments, read_segment

_ANCHOR: Final = re.compile(r"([1-9]\d{0,9})\.([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verified:
    """
    What a walk along the record found.

    Attributes:
        number: Of the newest entry; 0 where there is none.
        sha256: Of its bytes, in hexadecimal; empty where there is none, or where it cannot be read.
        problems: Everything that is wrong, in sentences; empty where nothing is.
    """

    number: int
    sha256: str
    problems: tuple[str, ...]

    @property
    def version(self) -> str:
        """What to note elsewhere as an anchor; ABSENT where there is nothing to note."""
        return f"{self.number}.{self.sha256}" if self.sha256 else ABSENT


def verify(commits: Commits, *, expect: str, told: Callable[[int, int], None] | None = None) -> Verified:
    """
    Walk the chain; see `Record.verify`.

    Raises:
        ValueError: `expect` is no version of a record.
    """
    anchor = _ANCHOR.fullmatch(expect)
    if expect and not anchor:
        raise ValueError(f"an anchor is a number, a dot and 64 hexadecimal digits; '{expect}' is none")
    numbers = sorted(commit_of(listed.key)[1] for listed in commits.listed(PLACE))
    digests: dict[int, str] = {}
    problems = list(_walk(commits, numbers, digests, told or (lambda _done, _all: None)))
    problems += _segment_problems(commits, digests)
    newest = numbers[-1] if numbers else 0
    if anchor:
        problems += _anchor_problems(int(anchor[1]), anchor[2], newest, digests)
    return Verified(newest, digests.get(newest, ""), tuple(problems))


def _walk(
    commits: Commits, numbers: list[int], digests: dict[int, str], told: Callable[[int, int], None]
) -> Iterator[str]:
    before: Commit | None = None
    expected = 1
    read = at_once(lambda number: _read(commits, number), numbers)
    for done, (number, found) in enumerate(zip(numbers, read, strict=True), start=1):
        told(done, len(numbers))
        if number > expected:
            yield _missing(expected, number - 1)
            before = None
        if isinstance(found, str):
            yield found
            before = None
        else:
            digests[number] = found.sha256
            if number == 1 and found.prev:
                yield "Entry 1 says that something came before it: it is not the first that was written."
            elif before and found.prev != before.sha256:
                yield (
                    f"Entry {number} was not written after this entry {before.number}: one of the two was changed, "
                    "or put there later."
                )
            before = found
        expected = number + 1


def _read(commits: Commits, number: int) -> Commit | str:
    try:
        commit = commits.read(PLACE, number)
        entry_of(commit, key=commit_key(PLACE, number))
    except DamagedError as error:
        return f"Entry {number} is damaged: {error}"
    except NotStoredError:
        return f"Entry {number} was there a moment ago and is gone."
    return commit


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"Entries {first} to {last} are missing."


def _segment_problems(commits: Commits, digests: dict[int, str]) -> Iterator[str]:
    for segment in list_segments(commits.home):
        try:
            copies = read_segment(commits.home, segment)
        except (DamagedError, NotStoredError) as error:
            yield f"A segment is damaged and not used: {error}"
            continue
        others = [copy.number for copy in copies if digests.get(copy.number) != copy.sha256]
        if others:
            yield f"{segment.key} holds another entry {others[0]} than stands in the record."


def _anchor_problems(number: int, digest: str, newest: int, digests: dict[int, str]) -> Iterator[str]:
    if number > newest:
        yield f"The anchor was noted at entry {number}, and the record ends at entry {newest}: what came after is gone."
    elif digests.get(number) != digest:
        yield f"Entry {number} is not the one whose hash was noted as anchor: it, or one before it, was changed."
