"""
The nightly run: fetch, decide everything from scratch, compare with what was published, publish, record.

The publication is the point of no return: one create-only commit. Before it nothing that anybody reads has changed;
after it the tables of rigs and browsers are copies that this run, or the next one, brings up to it.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import pandas as pd

from autotrain_core.errors import AutotrainError, ConflictError, StoreUnavailableError, TableError
from autotrain_core.evaluation import Interventions, Notice, Outcome
from autotrain_core.interop import Failure
from autotrain_core.services._adopt import Archive, keep
from autotrain_core.services._engines import Engine, LocalEngine
from autotrain_core.services._inputs import Inputs, fetch, subjects_of
from autotrain_core.services._notify import deliver_calmly
from autotrain_core.services._people_recorded import catch_up, record_standings
from autotrain_core.services._plan import Plan, make_plan
from autotrain_core.services._publication import KEY, Publication, latest, published_before
from autotrain_core.services._runs_recorded import RUN, TOLD, record_failure, record_run, require_known
from autotrain_core.services._said import Said, said
from autotrain_core.services._settings import Settings
from autotrain_core.services._targets import Foreign, put_in_place
from autotrain_core.store import Store

Progress = Callable[[int, int], None]

_TRIES = 8
_log = logging.getLogger("autotrain.run")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """
    What a run did.

    Attributes:
        changed: Whether it published something new; of a dry run, whether it would have.
        dry: Whether it was only tried: nothing was written.
        publication: The publication in force afterwards; of a dry run, the one that it would have made.
        counts: Mice, mice_not_decided, sessions, decided, left_out, published, added, amended, differing (sessions).
        notices: Remarks on single sessions.
        warnings: Remarks on tables as a whole.
        amendments: Published rows that followed the rules in this run: a row a session and column, with `subject_id`,
            `session`, `session_date`, `kind`, `column`, `published`, `now`.
        differences: Published rows that stay although the rules now say otherwise; the same columns.
        mice: What came of each mouse, a row a mouse.
        failures: Documents that are no curricula.
        foreign: Tables of ours that something else wrote.
        written: Keys of the tables that were replaced.
        adopted: Tables of other programs that this run took over.
        recorded: Whether the run stands in the record; one that changed nothing, soon after another, does not.
        seconds: By part: read, decide, compare, compose (the tables to be written), write.
    """

    changed: bool
    dry: bool
    publication: Publication
    counts: Mapping[str, int]
    notices: tuple[Notice, ...]
    warnings: tuple[str, ...]
    amendments: pd.DataFrame
    differences: pd.DataFrame
    mice: pd.DataFrame
    failures: tuple[Failure, ...]
    foreign: tuple[Foreign, ...]
    written: tuple[str, ...]
    adopted: tuple[Archive, ...]
    recorded: bool
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What a run was asked to do."""

    store: Store
    settings: Settings
    at: datetime
    by: str
    code: str
    only: Sequence[str]
    dry: bool
    take_over: bool
    kind: str = RUN
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the seconds of a part."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def run_once(
    store: Store,
    settings: Settings,
    *,
    at: datetime,
    by: str,
    code: str,
    only: Sequence[str] = (),
    curriculum: str | None = None,
    dry: bool = False,
    take_over: bool = False,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """
    Decide all sessions of a store and publish what rigs and browsers read.

    Args:
        store: Where everything lies.
        settings: What lies where in it.
        at: Now, with a time zone.
        by: Who runs it.
        code: Version of the program.
        only: Mice that may change; all where empty.
        curriculum: "NAME@VERSION" that decides all sessions, whatever they name.
        dry: Write nothing.
        take_over: Adopt and replace tables that something else wrote since. The first run does so in any case.
        engine: What decides; this process where None.
        progress: Called with (steps done, steps in all) while deciding.

    Returns:
        What was done. Tables that something else wrote are listed, not raised: all else was done.

    Raises:
        TableError: The session table as a whole cannot be used; nothing was published.
        DocumentError: The installation is damaged.
        NotStoredError: There is no session table, no such mouse, or no such curriculum.
        StoreUnavailableError: The store does not answer; the next run goes on.
        NotAllowedError: The store refuses.
        DamagedError: What was published cannot be read.
        ConflictError: Other runs published again and again in the meantime.
    """
    task = _Task(store=store, settings=settings, at=at, by=by, code=code, only=only, dry=dry, take_over=take_over)
    try:
        with task.part("read"):
            inputs = fetch(store.home, settings, curriculum=curriculum)
            task = replace(task, only=_chosen(inputs, said(store), only))
        report = _publish(task, inputs, engine or LocalEngine(), progress)
    except (StoreUnavailableError, ConflictError):
        raise
    except Exception as error:
        if not dry:
            # Whatever is wrong, it goes to whoever asked; the record is told where it can be.
            with contextlib.suppress(AutotrainError):
                record_failure(store, settings, error, at=at, by=by)
            deliver_calmly(store, settings, at=at)
        raise
    for warning in (*report.warnings, *report.foreign, *report.failures):
        _log.warning(str(warning))
    if not dry:
        deliver_calmly(store, settings, at=at, digest=True)
    _log.info("run finished", extra=_told(report))
    return report


def publish_orders(
    store: Store, settings: Settings, mice: Collection[str], *, at: datetime, by: str, code: str
) -> RunReport:
    """Publish at once what people decided about some mice; see `tell_rigs`, which asks for the right."""
    inputs = fetch(store.home, settings)
    only = _chosen(inputs, said(store), tuple(mice))
    task = _Task(
        store=store, settings=settings, at=at, by=by, code=code, only=only, dry=False, take_over=False, kind=TOLD
    )
    return _publish(task, inputs, LocalEngine(), None)


def _chosen(inputs: Inputs, people: Said, only: Sequence[str]) -> tuple[str, ...]:
    """Find mice by id, in the session table or among those that were enrolled and have no session yet."""
    enrolled = {one.subject_id for one in people.enrolments.values()}
    known = subjects_of(inputs.sessions, [mouse for mouse in only if mouse not in enrolled])
    return tuple(dict.fromkeys([*known, *(mouse for mouse in only if mouse in enrolled)]))


def _publish(task: _Task, inputs: Inputs, engine: Engine, progress: Progress | None) -> RunReport:
    def decide(sessions: pd.DataFrame, people: Interventions) -> Outcome:
        with task.part("decide"):
            try:
                return engine.decide(sessions, inputs.decides, said=people, progress=progress)
            except TableError as error:
                raise _with_failures(error, inputs) from error

    for _ in range(_TRIES):
        before = latest(task.store)
        require_known(task.store, before)
        if not task.dry:
            catch_up(task.store, before, at=task.at, by=task.by)
        plan = make_plan(
            task.store,
            task.settings,
            inputs,
            decide,
            before,
            code=task.code,
            people=said(task.store),
            on=task.settings.run.day(task.at),
            only=task.only,
            take_over=task.take_over,
            part=task.part,
        )
        if task.dry:
            return _report(task, inputs, plan, plan.after, foreign=_readers(task, plan, plan.after)[1])
        with task.part("write"):
            try:
                published = _commit(task, plan)
            except ConflictError:
                _log.info("another run published first; comparing again", extra={"publication": before.number})
                continue
            written, foreign = _readers(task, plan, published)
        return _record(task, inputs, plan, published, written=written, foreign=foreign)
    raise ConflictError(KEY, expected=before.version, found=latest(task.store).version)


def _with_failures(error: TableError, inputs: Inputs) -> TableError:
    """Say of a table that cannot be decided which documents could not be read: they may be why."""
    failures = inputs.shelf.failures
    if not failures:
        return error
    return TableError(f"{error} Documents that could not be read: {'; '.join(map(str, failures))}")


def _commit(task: _Task, plan: Plan) -> Publication:
    """Save what the publication names, then the publication itself: it is in force from this moment on."""
    if not plan.changes:
        return plan.after
    for sha256, body in plan.set_aside.items():
        keep(task.store.home, body, sha256)
    for packed in plan.tables.values():
        task.store.save_packed(packed)
    version = task.store.write(KEY, plan.after.body(), replaces=plan.before.version, by=task.by, at=task.at)
    return replace(plan.after, version=version, at=task.at.isoformat(), by=task.by)


def _record(
    task: _Task, inputs: Inputs, plan: Plan, published: Publication, *, written: list[str], foreign: list[Foreign]
) -> RunReport:
    """Record the run, now that rigs and browsers read what was published, with how long it took them to."""
    with task.part("write"):
        recorded = record_run(
            task.store,
            task.settings,
            published,
            changed=plan.changes,
            written=written,
            foreign=foreign,
            warnings=plan.warnings,
            failures=[str(failure) for failure in inputs.shelf.failures],
            seconds=dict(task.seconds),
            at=task.at,
            by=task.by,
            kind=task.kind,
        )
        in_place = not foreign and latest(task.store).number == published.number
        record_standings(task.store, task.settings, plan, in_place=in_place, only=task.only, at=task.at, by=task.by)
    return _report(task, inputs, plan, published, written=written, foreign=foreign, recorded=recorded)


def _readers(task: _Task, plan: Plan, published: Publication) -> tuple[list[str], list[Foreign]]:
    return put_in_place(
        task.store.home,
        plan.wanted,
        ours=lambda found: published_before(task.store, found),
        take_over=[archive.sha256 for archive in published.archives],
        still_newest=lambda: latest(task.store).number == published.number,
        number=published.number,
        dry=task.dry,
    )


def _report(
    task: _Task,
    inputs: Inputs,
    plan: Plan,
    published: Publication,
    *,
    written: Sequence[str] = (),
    foreign: Sequence[Foreign] = (),
    recorded: bool = False,
) -> RunReport:
    return RunReport(
        changed=plan.changes,
        dry=task.dry,
        publication=published,
        counts=plan.after.counts,
        notices=plan.notices,
        warnings=plan.warnings,
        amendments=plan.merged.amendments,
        differences=plan.merged.differences,
        mice=plan.mice,
        failures=inputs.shelf.failures,
        foreign=tuple(foreign),
        written=tuple(written),
        adopted=plan.adopted,
        recorded=recorded,
        seconds=task.seconds,
    )


def _told(report: RunReport) -> dict[str, object]:
    return {
        "changed": report.changed,
        "dry": report.dry,
        "publication": report.publication.number,
        "written": len(report.written),
        "foreign": len(report.foreign),
        **report.counts,
        **{f"seconds_{name}": round(value, 3) for name, value in report.seconds.items()},
    }
