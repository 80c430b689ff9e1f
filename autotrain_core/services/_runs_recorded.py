"""What runs leave in the record, and what the record says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from autotrain_core.errors import AutotrainError
from autotrain_core.services._publication import Publication
from autotrain_core.services._settings import Settings
from autotrain_core.services._targets import Foreign
from autotrain_core.store import Entry, Event, Json, Store

RUN = "run"
FAILED = "run-failed"
AMENDED = "amended"
ADOPTED = "adopted"
_MOST_MICE = 500


@dataclass(frozen=True, slots=True)
class LastRuns:
    """
    The newest entries on runs.

    Attributes:
        good: The last run that went through; None where there is none.
        failed: The last that failed as a whole; None where there is none, or one went through since.
        recorded: Number of the newest publication that stands in the record.
    """

    good: Entry | None
    failed: Entry | None
    recorded: int


def last_runs(store: Store) -> LastRuns:
    """
    Look up the last runs.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    good, failed = None, None
    for entry in reversed(store.record.read()):
        kinds = {event.kind for event in entry.events}
        if RUN in kinds:
            good = entry
            break
        if FAILED in kinds and failed is None:
            failed = entry
    recorded = facts_of(good, RUN).get("publication", 0) if good else 0
    return LastRuns(good=good, failed=failed, recorded=recorded if isinstance(recorded, int) else 0)


def facts_of(entry: Entry, kind: str) -> dict[str, object]:
    """Return the facts of the first event of a kind in an entry; empty where it has none."""
    return next((dict(event.facts) for event in entry.events if event.kind == kind), {})


def record_run(
    store: Store,
    settings: Settings,
    publication: Publication,
    *,
    written: Sequence[str],
    foreign: Sequence[Foreign],
    at: datetime,
    by: str,
) -> bool:
    """
    Put a run into the record, unless it changed nothing and the last one is recent.

    Returns:
        Whether anything was written.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer; the next run records what this one published.
    """
    last = last_runs(store)
    told = [each.as_json() for each in foreign]
    if last.good is not None and not last.failed and last.recorded >= publication.number and not written:
        known = facts_of(last.good, RUN).get("foreign")
        recent = at - last.good.at < timedelta(minutes=settings.run.heartbeat_minutes)
        if known == [{"key": each["key"], "sha256": each["sha256"]} for each in told] and recent:
            return False
    news = last.recorded < publication.number
    run = Event(
        kind=RUN,
        facts={
            "publication": publication.number,
            "version": publication.version,
            "published": news,
            "code": publication.code,
            "inputs": dict(publication.inputs),
            "counts": dict(publication.counts),
            "tables": {name: ref.as_json() for name, ref in publication.tables.items()},
            "written": list(written),
            "foreign": [{"key": each["key"], "sha256": each["sha256"]} for each in told],
        },
    )
    store.record.append([run, *(_news(store, publication) if news else ())], by=by, at=at)
    return True


def _news(store: Store, publication: Publication) -> Iterator[Event]:
    """Tell what a publication changed for single mice, and what it took over."""
    for archive in publication.archives:
        if archive.publication == publication.number:
            yield Event(kind=ADOPTED, facts=archive.as_json())
    amendments = store.load_table(publication.tables["amendments"])
    mice = amendments["subject_id"].unique().tolist()
    if len(mice) > _MOST_MICE:
        yield Event(kind=AMENDED, facts={"mice": len(mice), "table": publication.tables["amendments"].as_json()})
        return
    for subject, rows in amendments.groupby("subject_id", sort=True):
        yield Event(kind=AMENDED, subject_id=str(subject), facts={"changes": _changes(rows)})


def _changes(rows: pd.DataFrame) -> list[Json]:
    plain = rows.drop(columns="subject_id").astype(object)
    told = plain.where(plain.notna(), None).to_dict(orient="records")
    return [{str(name): value for name, value in row.items()} for row in told]


def record_failure(store: Store, settings: Settings, error: AutotrainError, *, at: datetime, by: str) -> None:
    """
    Put a run that failed as a whole into the record, once for each reason and heartbeat.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    last = last_runs(store).failed
    facts = {"error": type(error).__name__, "sentence": str(error)}
    recent = last is not None and at - last.at < timedelta(minutes=settings.run.heartbeat_minutes)
    if last is not None and recent and facts_of(last, FAILED) == facts:
        return
    store.record.append([Event(kind=FAILED, facts=facts)], by=by, at=at)
