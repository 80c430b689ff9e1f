"""The record for readers: a row an event, in plain words, found by who, when, what and why; and as files."""

import csv
import io
import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from weakref import WeakKeyDictionary

import pandas as pd

from autotrain_core.errors import DocumentError
from autotrain_core.services._people import members
from autotrain_core.services._record_words import KINDS, about_of, sentence_of, title_of, version_of
from autotrain_core.services._spreadsheets import for_spreadsheets
from autotrain_core.store import Entry, Event, Json, Record, Store, Verified

_COLUMNS = (
    "number",
    "at",
    "by",
    "called",
    "how",
    "kind",
    "title",
    "sentence",
    "subject_id",
    "about",
    "document",
    "version",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """
    One thing that happened.

    Attributes:
        number: Of the entry that tells of it; one entry may tell of several things.
        at: When its writer says it was, UTC.
        by: Who did it: an address, or an account and a machine.
        called: What to call the person: the name where it is a member's address, else `by`.
        kind: What sort of thing, as the services name it.
        title: What happened, in a few words.
        sentence: What and why, in one line.
        subject_id: The mouse that it happened to; empty where it was none.
        about: What it is about beside the mouse: id of an override, curriculum as name@version, id of a draft, session.
        document: Version of the document that says so; empty where there is none.
        version: Of the record, with this entry as its newest.
        how: How the person acted where nobody signed in ("local mode", "operator"); else empty.
        facts: All that is known of it, as JSON. Shared with other readers: never change it.
    """

    number: int
    at: datetime
    by: str
    called: str
    kind: str
    title: str
    sentence: str
    subject_id: str
    about: str
    document: str
    version: str
    how: str
    facts: Mapping[str, Json] = field(repr=False, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRows:
    """
    A part of the record.

    Attributes:
        rows: The newest first; of one entry in the order in which it tells.
        found: How many fit, also where fewer are given.
        all: How many the whole record has.
        kinds: Every kind that the record has -> what it is called.
        people: Everybody who wrote into it, `by` -> `called`.
        version: Of the record.
    """

    rows: tuple[RecordRow, ...]
    found: int
    all: int
    kinds: Mapping[str, str]
    people: Mapping[str, str]
    version: str


def record_rows(
    store: Store,
    *,
    kinds: Collection[str] = (),
    by: Collection[str] = (),
    subject: str = "",
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    most: int | None = None,
) -> RecordRows:
    """
    Read the record, or find something in it.

    What was read is remembered for each store: only what is new is fetched and put into words.

    Args:
        store: Where.
        kinds: Only events of these kinds; all where empty.
        by: Only what these did, as `RecordRow.by` says; all where empty.
        subject: Only what happened to this mouse; all where empty.
        text: Only rows in which each of these words occurs somewhere: who, what, why, mouse, id. Capitals do not count.
        since: Only what was then or later, with a zone.
        until: Only what was before, with a zone.
        most: At most so many of the newest; all where None.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    known = _known.of(store.record, _names(store))
    words = text.casefold().split()
    tests: list[Callable[[RecordRow], bool]] = []
    if kinds:
        tests.append(lambda row: row.kind in kinds)
    if by:
        tests.append(lambda row: row.by in by)
    if subject:
        tests.append(lambda row: row.subject_id == subject)
    if since is not None:
        tests.append(lambda row: row.at >= since)
    if until is not None:
        tests.append(lambda row: row.at < until)
    rows = [
        row
        for row, said in zip(reversed(known.rows), reversed(known.said), strict=True)
        if all(test(row) for test in tests) and all(word in said for word in words)
    ]
    return RecordRows(
        rows=tuple(rows[:most]),
        found=len(rows),
        all=len(known.rows),
        kinds={kind: KINDS.get(kind, kind) for kind in sorted(known.kinds, key=_place)},
        people=dict(sorted(known.people.items(), key=lambda one: one[1].casefold())),
        version=known.version,
    )


def record_csv(rows: Sequence[RecordRow]) -> bytes:
    """
    Write rows of the record as a csv file.

    Returns:
        UTF-8, a line a row with the columns of `RecordRow` but `facts`, days and times as ISO 8601 in UTC; what a
        spreadsheet would calculate begins with an apostrophe, see `for_spreadsheets`.
    """
    table = pd.DataFrame(
        {name: pd.Series([_cell(getattr(row, name)) for row in rows], dtype=object) for name in _COLUMNS}
    )
    written = for_spreadsheets(table)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(written.columns)
    writer.writerows(written.itertuples(index=False))
    return file.getvalue().encode()


def record_json(rows: Sequence[RecordRow]) -> bytes:
    """
    Write rows of the record as JSON.

    Returns:
        UTF-8: a list of objects with every attribute of `RecordRow`, the whole facts among them; times as ISO 8601.
    """
    told = [{**{name: _cell(getattr(row, name)) for name in _COLUMNS}, "facts": row.facts} for row in rows]
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def verify_record(store: Store, expect: str = "", *, told: Callable[[int, int], None] | None = None) -> Verified:
    """
    Walk the chain of the record, and name every entry that was changed, removed or put elsewhere.

    Args:
        store: Where.
        expect: A version of the record that was noted elsewhere; blanks around it do not count; empty for none.
        told: Called with how many entries were walked, of how many.

    Raises:
        DocumentError: `expect` is no version of a record.
        StoreUnavailableError: The store does not answer.
    """
    try:
        return store.record.verify(expect.strip(), told=told)
    except ValueError as error:
        raise DocumentError(f"The version that was noted elsewhere cannot be compared: {error}.") from None


def _names(store: Store) -> Mapping[str, str]:
    try:
        known, _ = members(store)
    except DocumentError:  # the record is for whoever looks for what went wrong with that document, too
        return {}
    return {member.email: member.called for member in known.members}


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _place(kind: str) -> tuple[int, str]:
    known = list(KINDS)
    return (known.index(kind) if kind in KINDS else len(known), kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """All rows of a record, the oldest first, those of one entry backwards; and for each what a search looks at."""

    rows: tuple[RecordRow, ...] = ()
    said: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    people: Mapping[str, str] = field(default_factory=dict)
    number: int = 0
    version: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


class _Known:
    """What is known of each record of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: WeakKeyDictionary[Record, _Rows] = WeakKeyDictionary()

    def of(self, record: Record, names: Mapping[str, str]) -> _Rows:
        with self._lock:
            known = self._rows.get(record, _Rows(names=names))
            if known.names != names:
                known = _renamed(known, names)
            entries = record.read(known.number)
            if entries:
                known = _after(known, entries)
            self._rows[record] = known
            return known


_known = _Known()


def _after(known: _Rows, entries: Sequence[Entry]) -> _Rows:
    rows = [_row(entry, event, known.names) for entry in entries for event in reversed(entry.events)]
    return _Rows(
        rows=(*known.rows, *rows),
        said=(*known.said, *map(_searched, rows)),
        kinds=known.kinds | {row.kind for row in rows},
        people={**known.people, **{row.by: row.called for row in rows}},
        number=entries[-1].number,
        version=entries[-1].version,
        names=known.names,
    )


def _renamed(known: _Rows, names: Mapping[str, str]) -> _Rows:
    rows = tuple(replace(row, called=names.get(row.by, row.by)) for row in known.rows)
    people = {by: names.get(by, by) for by in known.people}
    return replace(known, rows=rows, said=tuple(map(_searched, rows)), people=people, names=names)


def _row(entry: Entry, event: Event, names: Mapping[str, str]) -> RecordRow:
    how = event.facts.get("how")
    return RecordRow(
        number=entry.number,
        at=entry.at,
        by=entry.by,
        called=names.get(entry.by, entry.by),
        kind=event.kind,
        title=title_of(event),
        sentence=sentence_of(event),
        subject_id=event.subject_id,
        about=about_of(event),
        document=version_of(event),
        version=entry.version,
        how=how if isinstance(how, str) else "",
        facts=event.facts,
    )


def _searched(row: RecordRow) -> str:
    parts = (row.by, row.called, row.kind, row.title, row.sentence, row.subject_id, row.about, row.how, str(row.number))
    return "\n".join(parts).casefold()
