"""What runs leave in the record, and what the record says of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from autotrain_core.errors import ConflictError, DamagedError
from autotrain_core.services._publication import KEY, Publication, publications
from autotrain_core.services._settings import Settings
from autotrain_core.services._targets import Foreign
from autotrain_core.store import ABSENT, Entry, Event, Json, Store, TableRef

RUN = "run"
TOLD = "rigs-told"
PUBLISHED = "published"
FAILED = "run-failed"
AMENDED = "amended"
ADOPTED = "adopted"
_MOST_MICE = 500
_MOST_SENTENCES = 100
_LONGEST_SENTENCE = 500
_TRIES = 20


@dataclass(frozen=True, slots=True)
class LastRuns:
    """
    What the record says of runs.

    Attributes:
        good: The last run that went through; None where there is none.
        failed: The last that failed as a whole; None where there is none, or one went through since.
        told: Numbers of the publications that stand in the record.
        version: Of the record.
    """

    good: Entry | None
    failed: Entry | None
    told: frozenset[int]
    version: str


def last_runs(store: Store) -> LastRuns:
    """
    Look up the last runs.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    good, failed, told = None, None, set()
    entries = store.record.read()
    for entry in reversed(entries):
        for event in entry.events:
            number = event.facts.get("publication")
            if event.kind == PUBLISHED and isinstance(number, int):
                told.add(number)
            elif event.kind == RUN and good is None:
                good = entry
            elif event.kind == FAILED and good is None and failed is None:
                failed = entry
    return LastRuns(good, failed, frozenset(told), entries[-1].version if entries else ABSENT)


def facts_of(entry: Entry, kind: str) -> dict[str, object]:
    """Return the facts of the first event of a kind in an entry; empty where it has none."""
    return next((dict(event.facts) for event in entry.events if event.kind == kind), {})


def record_run(
    store: Store,
    settings: Settings,
    publication: Publication,
    *,
    changed: bool,
    written: Sequence[str],
    foreign: Sequence[Foreign],
    warnings: Sequence[str],
    failures: Sequence[str],
    seconds: Mapping[str, float],
    at: datetime,
    by: str,
    kind: str = RUN,
) -> bool:
    """
    Put a run into the record, unless it changed nothing and the last one is recent.

    With it goes every publication that is not in the record yet: this run's, and that of a run that was killed before
    it came to here.

    Args:
        store: Where.
        settings: Says what is recent.
        publication: The one that is in force after the run.
        changed: Whether this run made it.
        written: Keys of the tables that were replaced.
        foreign: Tables of ours that something else wrote.
        warnings: Remarks on tables as a whole; of very many the first hundred are kept.
        failures: Why documents are no curricula; the same.
        seconds: How long each part took until now.
        at: When, with a zone.
        by: Who ran it.
        kind: TOLD where only what people decided was published: that says nothing of how the runs are doing.

    Returns:
        Whether anything was written.

    Raises:
        ConflictError: Others write into the record again and again.
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer; the next run records what this one published.
    """
    for _ in range(_TRIES):
        last = last_runs(store)
        untold = [number for number in range(1, publication.number + 1) if number not in last.told]
        facts: dict[str, Json] = {
            "publication": publication.number,
            "code": publication.code,
            "counts": dict(publication.counts),
            "written": list(written),
            "foreign": [{"key": each.key, "sha256": each.sha256} for each in foreign],
            "changed": changed,
            "warnings": _kept(warnings),
            "failures": _kept(failures),
            "seconds": {name: round(value, 3) for name, value in seconds.items()},
        }
        if not untold and not written and (kind == TOLD or _is_recent(last, facts, settings, at)):
            return False
        events = [Event(kind=kind, facts=facts), *_news(store, untold)]
        try:
            store.record.append(events, by=by, at=at, after=last.version)
        except ConflictError:
            continue
        return True
    raise ConflictError("the record", expected=last.version, found=store.record.head())


def _kept(sentences: Sequence[str]) -> list[str]:
    return [sentence[:_LONGEST_SENTENCE] for sentence in sentences[:_MOST_SENTENCES]]


def _is_recent(last: LastRuns, facts: Mapping[str, Json], settings: Settings, at: datetime) -> bool:
    if last.good is None or last.failed is not None:
        return False
    same = facts_of(last.good, RUN).get("foreign") == facts["foreign"]
    return same and _within(last.good.at, at, settings)


def _within(then: datetime, at: datetime, settings: Settings) -> bool:
    """A time that is yet to come is not recent: a clock was put right."""
    return timedelta(0) <= at - then < timedelta(minutes=settings.run.heartbeat_minutes)


def _news(store: Store, numbers: Sequence[int]) -> Iterator[Event]:
    """Tell of each publication what it was made of, what it took over, and what it changed for single mice."""
    for publication in publications(store, numbers):
        yield Event(
            kind=PUBLISHED,
            facts={
                "publication": publication.number,
                "version": publication.version,
                "at": publication.at,
                "by": publication.by,
                "code": publication.code,
                "inputs": dict(publication.inputs),
                "counts": dict(publication.counts),
                "tables": {name: ref.as_json() for name, ref in publication.tables.items()},
            },
        )
        for archive in publication.archives:
            if archive.publication == publication.number:
                yield Event(kind=ADOPTED, facts=archive.as_json())
        yield from _amended(store, publication.tables["amendments"])


def _amended(store: Store, table: TableRef) -> Iterator[Event]:
    amendments = store.load_table(table)
    mice = amendments["subject_id"].nunique()
    if mice > _MOST_MICE:
        yield Event(kind=AMENDED, facts={"mice": mice, "table": table.as_json()})
        return
    for subject, rows in amendments.groupby("subject_id", sort=True):
        yield Event(kind=AMENDED, subject_id=str(subject), facts={"changes": _changes(rows)})


def _changes(rows: pd.DataFrame) -> list[Json]:
    plain = rows.drop(columns="subject_id").astype(object)
    told = plain.where(plain.notna(), None).to_dict(orient="records")
    return [{str(name): value for name, value in row.items()} for row in told]


def require_known(store: Store, publication: Publication) -> None:
    """
    Refuse to go on where the record knows of publications that the store has lost, or cannot be read.

    Raises:
        DamagedError: So it is.
        StoreUnavailableError: The store does not answer.
    """
    newest = max(last_runs(store).told, default=0)
    if newest > publication.number:
        raise DamagedError(
            KEY,
            f"is at number {publication.number}, and the record knows of number {newest}: somebody removed what was "
            "published. Restore the objects under autotrain/documents from the bucket's versions or a backup.",
        )


def record_failure(store: Store, settings: Settings, error: Exception, *, at: datetime, by: str) -> None:
    """
    Put a run that failed as a whole into the record, once for each reason and heartbeat.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    last = last_runs(store).failed
    facts = {"error": type(error).__name__, "sentence": str(error)}
    if last is not None and _within(last.at, at, settings) and facts_of(last, FAILED) == facts:
        return
    store.record.append([Event(kind=FAILED, facts=facts)], by=by, at=at)
