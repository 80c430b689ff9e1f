"""The runs of the past, as the record tells of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from autotrain_core.errors import DamagedError, DocumentError, NotStoredError
from autotrain_core.services._publication import publications
from autotrain_core.services._runs_recorded import AMENDED, FAILED, PUBLISHED, RUN
from autotrain_core.store import Entry, Event, Store, TableRef

_PARTS = ("read", "decide", "compare", "compose", "write")


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyRun:
    """
    What the record says of one run.

    Attributes:
        entry: Number of its entry in the record; no two runs have the same.
        at: When it began, UTC.
        by: Who started it: an account and a machine, or the address of a person.
        failed: Whether it failed as a whole: then nothing was published, and most of what follows is empty.
        failure: Why it failed, in a sentence; empty where it did not.
        error: What sort of error that was, such as TableError; empty where it did not fail.
        changed: Whether it published something new.
        publication: Number of the publication in force afterwards; 0 where it failed.
        told: Numbers of the publications that came into the record with it: its own, and that of a run that was
            killed before it.
        counts: Mice, mice_not_decided, sessions, decided, left_out, published, added, amended, differing (sessions).
        amended: Mice of which rows that were published before changed with it; of more than 500 nobody is named.
        written: Keys of the tables of rigs and browsers that were replaced.
        foreign: Keys of tables of ours that something else wrote.
        warnings: Remarks on tables as a whole.
        failures: Why documents are no curricula.
        seconds: How long each part took: read, decide, compare, compose, write. Empty where it was not recorded: of
            a run that failed, and of an older program.
        code: Version of the program.
    """

    entry: int
    at: datetime
    by: str
    failed: bool
    failure: str = ""
    error: str = ""
    changed: bool = False
    publication: int = 0
    told: tuple[int, ...] = ()
    counts: Mapping[str, int]
    amended: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    seconds: Mapping[str, float]
    code: str = ""

    @property
    def heartbeat(self) -> bool:
        """Whether it found nothing to do: it is recorded so that somebody sees the service alive."""
        return not (self.failed or self.changed or self.told or self.written)

    @property
    def duration(self) -> float:
        """How long it took, in seconds; NaN where that was not recorded."""
        return sum(self.seconds.values()) if self.seconds else float("nan")


def runs(store: Store, *, most: int = 200) -> tuple[NightlyRun, ...]:
    """
    List the runs that the record tells of, the newest first.

    A run that changed nothing soon after another is not recorded, and so not listed. What was read of the record is
    kept in the process: of a long one only what is new is fetched.

    Args:
        store: Where they ran.
        most: Only so many.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    found: list[NightlyRun] = []
    for entry in reversed(store.record.read()):
        if len(found) >= most:
            break
        found += _runs_in(entry)
    return tuple(found[:most])


def run_mice(store: Store, run: NightlyRun) -> pd.DataFrame:
    """
    Tell what came of each mouse in the publication that was in force after a run.

    Returns:
        A row a mouse, by id, on a fresh index: `subject_id`, `outcome` (str: "decided", "partly" where a session was
        left out, "not decided", and "gone" where the session table no longer had the mouse), `sessions`, `decided`,
        `published`, `left_out` (int64, sessions), `last_session` (Int64), `last_date`, `curriculum`, `stage`,
        `decision`, `next_stage`, `reason` (str; missing where there is none) and `remarks` (int64, how many lines of
        `run_notices` are on it).

    Raises:
        NotStoredError: The run published nothing, or what it published is gone.
        DamagedError: What it published cannot be read.
        StoreUnavailableError: The store does not answer.
    """
    tables = _tables_after(store, run)
    mice = store.load_table(tables["mice"])
    remarks = store.load_table(tables["notices"], columns=["subject_id"])["subject_id"].value_counts()
    mice["remarks"] = mice["subject_id"].map(remarks).fillna(0).astype("int64")
    return mice


def run_notices(store: Store, run: NightlyRun) -> pd.DataFrame:
    """
    List the remarks on single sessions of the publication that was in force after a run.

    Returns:
        See `notices_table`.

    Raises:
        NotStoredError: The run published nothing, or what it published is gone.
        DamagedError: What it published cannot be read.
        StoreUnavailableError: The store does not answer.
    """
    return store.load_table(_tables_after(store, run)["notices"])


def _tables_after(store: Store, run: NightlyRun) -> Mapping[str, TableRef]:
    """Find the tables of a publication: in the record, which is at hand, else among the publications."""
    if not run.publication:
        raise NotStoredError(f"The run of {run.at:%Y-%m-%d %H:%M} UTC published nothing.")
    for entry in reversed(store.record.read()):
        for event in entry.events:
            if event.kind == PUBLISHED and event.facts.get("publication") == run.publication:
                return _refs(event, entry)
    found = publications(store, [run.publication])
    if not found:
        raise NotStoredError(f"There is no publication {run.publication} in {store.url}.")
    return found[0].tables


def _refs(event: Event, entry: Entry) -> Mapping[str, TableRef]:
    match event.facts.get("tables"):
        case {"mice": mice, "notices": notices}:
            try:
                return {"mice": TableRef.from_json(mice), "notices": TableRef.from_json(notices)}
            except DocumentError as error:
                raise DamagedError(f"entry {entry.number} of the record", f"names no tables: {error}") from error
    raise DamagedError(f"entry {entry.number} of the record", "names no tables of mice and notices.")


def _runs_in(entry: Entry) -> Iterator[NightlyRun]:
    """Find the run of an entry, whatever program wrote it: what is not as expected counts as not told."""
    told = [event.facts.get("publication") for event in entry.events if event.kind == PUBLISHED]
    amended = dict.fromkeys(event.subject_id for event in entry.events if event.kind == AMENDED and event.subject_id)
    for event in entry.events:
        facts = event.facts
        if event.kind == FAILED:
            yield NightlyRun(
                entry=entry.number,
                at=entry.at,
                by=entry.by,
                failed=True,
                failure=_text(facts.get("sentence")),
                error=_text(facts.get("error")),
                counts={},
                seconds={},
            )
        elif event.kind == RUN:
            foreign = [_text(_mapping(each).get("key")) for each in _list(facts.get("foreign"))]
            yield NightlyRun(
                entry=entry.number,
                at=entry.at,
                by=entry.by,
                failed=False,
                # Before runs said so themselves, an entry that told of a publication was the one of its run.
                changed=facts.get("changed", bool(told)) is True,
                publication=_whole(facts.get("publication")),
                told=tuple(_whole(number) for number in told),
                counts={name: _whole(count) for name, count in _mapping(facts.get("counts")).items()},
                amended=tuple(amended),
                written=_texts(facts.get("written")),
                foreign=tuple(foreign),
                warnings=_texts(facts.get("warnings")),
                failures=_texts(facts.get("failures")),
                seconds=_seconds(facts.get("seconds")),
                code=_text(facts.get("code")),
            )


def _seconds(value: object) -> Mapping[str, float]:
    given = _mapping(value)
    # The record sorts names; people read the parts in the order in which they were done.
    names = sorted(given, key=lambda name: _PARTS.index(name) if name in _PARTS else len(_PARTS))
    return {name: float(part) for name in names if isinstance(part := given[name], int | float)}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(each) for each in _list(value))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
