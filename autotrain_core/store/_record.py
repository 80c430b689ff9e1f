"""The record: what happened, in order, in a chain of commits of which nothing can be changed unseen."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from autotrain_core.errors import ConflictError, DamagedError
from autotrain_core.store._commits import Commit, Commits, Draft, commit_key, new_id
from autotrain_core.store._events import Entry, Event, Receipt, as_body, entry_of
from autotrain_core.store._home import ABSENT
from autotrain_core.store._patience import retry_conflicts
from autotrain_core.store._segments import PLACE, REMEDY, compact, read_back
from autotrain_core.store._verify import Verified, verify

_MOST_IN_A_BATCH = 10_000


class Record:
    """
    The append-only record of one store; `Store.record` gives it.

    Entries are numbered from 1. Each holds the hash of the one before, so that a change of an old entry shows in all
    later ones. What was read is kept in the process; only what is new is fetched.
    """

    def __init__(self, commits: Commits) -> None:
        self._commits = commits
        self._reading = threading.Lock()
        self._entries: list[Entry] = []

    def append(
        self, events: Sequence[Event], *, by: str, at: datetime, after: str | None = None, seconds: float = 60
    ) -> Receipt:
        """
        Append events, all of them or none.

        Args:
            events: What happened, at least one.
            by: Who says so.
            at: When it was, with a zone.
            after: Append only while the record has this version, because what is appended was checked against it.
                Whatever others append in the meantime goes before it where None.
            seconds: After so long of others being faster it is given up.

        Returns:
            Its place, and the version of the record that holds it.

        Raises:
            ConflictError: The record has another version than `after`, or others were faster for so long; nothing was
                appended.
            DocumentError: The events hold what JSON cannot say, or more than 16 MiB.
            DamagedError: The newest entry is damaged.
            StoreUnavailableError: The store does not answer; the sentence says whether it is known what came of it.
            ValueError: There are no events, or the time has no zone.
        """
        draft = Draft(body=as_body(events), by=by, at=at)
        wid = new_id()

        def attempt() -> Receipt:
            with self._commits.turns.taken(PLACE):
                newest = self._commits.newest(PLACE)
                if after is not None and _version(newest) != after:
                    raise ConflictError(PLACE, expected=after, found=_version(newest))
                commit = self._commits.add(PLACE, draft, after=newest, wid=wid)
                return Receipt(commit.number, commit.version)

        return retry_conflicts(attempt, seconds=seconds) if after is None else attempt()

    def head(self) -> str:
        """
        Give the version that the record has now; ABSENT where it is empty.

        Noted elsewhere, it is an anchor: `verify` tells whether the record still goes on from there.

        Raises:
            DamagedError: The newest entry is damaged.
            StoreUnavailableError: The store does not answer.
        """
        return _version(self._commits.newest(PLACE))

    def read(self, after: int = 0) -> list[Entry]:
        """
        Read the entries behind a number, in order.

        One listing where nothing is new; else that, and one reading for each new entry. A first reader of a long
        record reads segments.

        Raises:
            DamagedError: An entry is missing, is damaged, or is not the one that the next was written after; or the
                record has lost what this process read before.
            StoreUnavailableError: The store does not answer.
        """
        with self._reading:
            newest = self._commits.newest(PLACE)
            known = self._entries[-1] if self._entries else None
            if known and (newest is None or newest.number <= known.number) and _version(newest) != known.version:
                key = commit_key(PLACE, known.number)
                raise DamagedError(
                    key,
                    f"was entry {known.number} of the record when this process read it, and is no longer. "
                    f"{REMEDY} If that was done just now, start this process again.",
                )
            first = known.number + 1 if known else 1
            if newest and newest.number >= first:
                found = read_back(self._commits, newest, first=first)
                self._require_following(found[0], known)
                entries = [entry_of(one, key=commit_key(PLACE, one.number)) for one in found]
                self._entries += entries
            return self._entries[max(after, 0) :]

    def _require_following(self, commit: Commit, known: Entry | None) -> None:
        digest = known.version.partition(".")[2] if known else ""
        if commit.prev != digest:
            raise DamagedError(
                commit_key(PLACE, commit.number),
                f"was not written after the entry that this process read as entry {commit.number - 1}. {REMEDY}",
            )

    def verify(self, expect: str = "", *, told: Callable[[int, int], None] | None = None) -> Verified:
        """
        Walk the whole chain from entry 1, and compare every segment with it.

        Every single entry is read from the store, nothing from the memory of the process.

        Args:
            expect: A version of the record that was noted elsewhere; empty for none. Without it, nobody can see that
                the newest entries were cut off, or the last one changed.
            told: Called with how many entries were read, of how many, as it goes on.

        Returns:
            How far the record goes, and everything that is wrong with it.

        Raises:
            ValueError: `expect` is no version of a record.
            StoreUnavailableError: The store does not answer.
        """
        return verify(self._commits, expect=expect, told=told)

    def compact(self, batch: int = 500) -> tuple[str, ...]:
        """
        Copy full batches of entries into one object each, for first readers. Nothing is changed, nothing removed.

        Safe at any time, also for several at once. A batch of more than 128 MiB stays as it is.

        Args:
            batch: Entries in a segment, 2 to 10,000.

        Returns:
            The keys of the segments that were written.

        Raises:
            DamagedError: An entry is missing, is damaged, or is not the one that the next was written after.
            StoreUnavailableError: The store does not answer.
            ValueError: `batch` is out of bounds.
        """
        if not 2 <= batch <= _MOST_IN_A_BATCH:
            raise ValueError(f"a segment has 2 to {_MOST_IN_A_BATCH:,} entries, not {batch}")
        return compact(self._commits, batch=batch)


def _version(newest: Commit | None) -> str:
    return newest.version if newest else ABSENT
