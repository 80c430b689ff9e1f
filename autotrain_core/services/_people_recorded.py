"""What sessions and publications make of overrides, written into the record: told, used, not followed, over."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

import pandas as pd

from autotrain_core.evaluation import Standing
from autotrain_core.models import Event as Happening
from autotrain_core.models import Override, State, Step, step
from autotrain_core.services._orders import read_orders
from autotrain_core.services._plan import Plan
from autotrain_core.services._publication import Publication
from autotrain_core.services._said import OVERRIDE, Said, said, tell, told
from autotrain_core.services._settings import Settings
from autotrain_core.services._targets import standing_digest
from autotrain_core.store import Event, Store

_TOLD = "the tables of the rigs hold it"


def record_standings(
    store: Store,
    settings: Settings,
    plan: Plan,
    *,
    in_place: bool,
    only: Collection[str],
    at: datetime,
    by: str,
) -> None:
    """
    Record what became of overrides by the sessions that a run saw, and which of them the rigs are told now.

    Args:
        store: Where.
        settings: Says when a day is over.
        plan: What the run made.
        in_place: Whether the tables of rigs and browsers hold all of it.
        only: Mice that the run was about; all where empty.
        at: When, with a zone.
        by: Who ran it.

    Raises:
        ConflictError: Others write into the record again and again.
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer; the next run records it.
    """
    if plan.standings is None:
        return
    found = [one for one in plan.standings.overrides if not only or one.override.subject_id in only]
    # A session of its last day may still be on its way.
    patience = settings.run.day(at) - timedelta(days=1)
    due = [one for one in found if one.step is not None and not _may_come(one, patience)]
    now_told = _told_by(plan.orders.table) if in_place else frozenset()
    fresh = [one.override for one in found if one.state is State.APPROVED and one.override.id in now_told]
    if due or fresh:
        tell(store, lambda people: list(_news(people, due, fresh, at=at, by=by)), by=by, at=at)


def catch_up(store: Store, publication: Publication, *, at: datetime, by: str) -> None:
    """
    Record which overrides the rigs were told of by a run that was cut off before it could say so.

    Raises:
        ConflictError: Others write into the record again and again.
        DamagedError: The record, or what was published, is damaged.
        NotStoredError: Somebody removed what was published.
        StoreUnavailableError: The store does not answer.
    """
    waiting = [one for one in said(store).overrides.values() if one.state is State.APPROVED]
    if not waiting:
        return
    known = _told_by(read_orders(store, publication.tables.get("orders")))
    missed = [one for one in waiting if one.id in known]
    if missed and all(standing_digest(store.home, key)[1] == sha256 for key, sha256 in publication.targets.items()):
        tell(store, lambda people: list(_news(people, [], missed, at=at, by=by)), by=by, at=at)


def _told_by(orders: pd.DataFrame) -> frozenset[str]:
    return frozenset(orders["id"])


def _may_come(standing: Standing, patience: date) -> bool:
    until = standing.override.until
    return standing.state is State.EXPIRED and until is not None and until >= patience


def _news(people: Said, due: list[Standing], fresh: list[Override], *, at: datetime, by: str) -> Iterator[Event]:
    """Take each override one step on, if it is still what the run saw; else the next run looks again."""
    for standing in due:
        if people.overrides.get(standing.override.id) == standing.override and standing.step is not None:
            after = standing.recorded(by=by, at=at)
            yield told(OVERRIDE, standing.step, after, sentence=standing.sentence)
    for override in fresh:
        if people.overrides.get(override.id) == override:
            after = step(override, Happening(step=Step.PUBLISH, by=by, at=at, comment=_TOLD))
            yield told(OVERRIDE, Step.PUBLISH, after, sentence=_TOLD)
