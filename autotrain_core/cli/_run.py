"""`autotrain run`: the nightly run, once or again and again."""

import logging
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._group import status_of
from autotrain_core.cli._lines import log_to_stderr
from autotrain_core.cli._notices import SHOWN, count_mice, tell_notices, warn_of_failures
from autotrain_core.cli._spans import Span
from autotrain_core.cli._streams import plain, progress, records, say, show, write_json, write_table_for_eyes
from autotrain_core.errors import AutotrainError

if TYPE_CHECKING:
    from autotrain_core.services import Archive, Engine, RunReport, Settings

FOREIGN = 4
_EPILOG = """
\b
Examples:
  autotrain --store s3://our-bucket run
  autotrain --store lab run --dry-run --json
  autotrain run --only 700123 --only 700124
  autotrain run --watch 10m --log json

Exit status: 0 published, or nothing to do, also when single mice could not be decided; 1 the session table or a
document as a whole is wrong, nothing was published; 2 the command line is wrong; 3 the store is not there, does not
answer or refuses; 4 something else writes one of our tables, all else was done. With --watch a run that failed is
tried again at the next turn.
"""


@click.command(epilog=_EPILOG, short_help="Decide every mouse of a store and publish.")
@options.store
@options.settings
@click.option(
    "--watch",
    type=Span(),
    metavar="TIME",
    help="Go on, a run every TIME (30s, 10m, 1h), until stopped. A stop waits for the run that is under way.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing: say what would be published, and what would differ.")
@click.option(
    "--only", multiple=True, metavar="SUBJECT", help="Leave the rows of all other mice as they are. May be repeated."
)
@click.option(
    "--curriculum",
    metavar="NAME@VERSION",
    help="Decide all sessions by this one, whatever they name. Without it each row names its own.",
)
@click.option(
    "--take-over",
    is_flag=True,
    help="Adopt and replace tables that something else wrote since our last run. The first run of a store does so in "
    "any case; theirs are kept under autotrain/adopted.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="What decides: this process, or the workers of a dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="The dask cluster (tcp://HOST:PORT); else one is started here.")
@click.option(
    "--workers", type=click.IntRange(1, 1024), default=2, show_default=True, metavar="N", help="Of a cluster here."
)
@click.option("--log", "log", type=click.Choice(["text", "json"]), default="text", help="How to log to stderr.")
@options.as_json
@click.pass_context
def run(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    watch: timedelta | None,
    dry_run: bool,
    only: tuple[str, ...],
    curriculum: str | None,
    take_over: bool,
    engine: str,
    scheduler: str | None,
    workers: int,
    log: str,
    as_json: bool,
) -> None:
    """
    Decide every mouse of a store from scratch, and publish what rigs and browsers read.

    Reads the session table and the curricula of the store, decides, compares with what was published, publishes what is
    new, and records the run. Rows that were published stay as they were; where the rules now say otherwise, they are
    listed. Running twice changes nothing. Several runs at once do no harm, and a run that was killed is completed by
    the next.
    """
    if scheduler and engine != "dask":
        raise click.UsageError("--scheduler needs --engine dask.")
    log_to_stderr(log)
    chosen = options.read_settings(ctx, store, settings)
    asked: dict[str, Any] = {
        "only": tuple(each for each in only if each.strip()),
        "curriculum": curriculum,
        "dry": dry_run,
        "take_over": take_over,
    }
    with _engine(engine, scheduler, workers) as decides:
        if watch is None:
            try:
                report = _once(chosen, decides, asked)
            except AutotrainError as error:
                _log_failure(error)
                if log == "json":  # told already, in its own form
                    ctx.exit(status_of(error))
                raise
            _tell(report, as_json=as_json, lines=log == "json")
            ctx.exit(FOREIGN if report.foreign else 0)
        _again_and_again(chosen, decides, asked, watch, as_json=as_json, lines=log == "json")


@contextmanager
def _engine(name: str, scheduler: str | None, workers: int) -> "Iterator[Engine]":
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    if name == "local":
        yield services.LocalEngine()
        return
    yield services.DaskEngine(scheduler, workers=workers)


def _once(settings: "Settings", engine: "Engine", asked: dict[str, Any]) -> "RunReport":
    from autotrain_core import __version__, services  # noqa: PLC0415 - as above

    store = options.open_store(settings, reading=asked["dry"])
    with progress("Deciding") as step:
        return services.run_once(
            store,
            settings,
            at=datetime.now(UTC),
            by=options.whoever_runs_this(),
            code=__version__,
            engine=engine,
            progress=step,
            **asked,
        )


def _again_and_again(
    settings: "Settings",
    engine: "Engine",
    asked: dict[str, Any],
    every: timedelta,
    *,
    as_json: bool,
    lines: bool,
) -> None:
    """Run until asked to stop; a run that failed is told and tried again at the next turn."""
    # Not an Event: a signal that comes while this thread holds the lock of one waits for that lock for ever.
    bell, ringer = socket.socketpair()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ringer.send(b"!"))
    while True:
        try:
            report = _once(settings, engine, asked)
        except (AutotrainError, OSError) as error:
            _log_failure(error)
            if not lines:
                say(f"Error: {error}")
                say(f"Trying again in {Span.told(every)}.")
        else:
            _tell(report, as_json=as_json, lines=lines)
        if _rings(bell, within=every):
            return


def _rings(bell: socket.socket, *, within: timedelta) -> bool:
    """Wait until somebody wants this to end, but not for longer; what rang once goes on ringing."""
    return bool(select.select([bell], [], [], within.total_seconds())[0])


def _log_failure(error: Exception) -> None:
    logging.getLogger("autotrain.run").log(logging.ERROR, "run failed", extra={"error": str(error)})


def _tell(report: "RunReport", *, as_json: bool, lines: bool) -> None:
    """Tell what a run did, unless the log does."""
    if as_json:
        write_json(_as_json(report))
        return
    if lines:
        return
    warn_of_failures(report.failures)
    for warning in (*report.warnings, *report.foreign):
        say(f"Warning: {warning}")
    tell_notices(report.notices, remedy="--json lists them all")
    _tell_differences(report.amendments, "and reads otherwise now")
    _tell_differences(report.differences, "and kept, although the rules now say otherwise")
    for archive in report.adopted:
        _tell_adopted(archive, dry=report.dry)
    show(_summary(report))


def _tell_adopted(archive: "Archive", *, dry: bool) -> None:
    rows = f"{archive.rows:,} row{'' if archive.rows == 1 else 's'} of {archive.key}"
    if dry:
        show(f"Would adopt {rows}." if archive.rows else f"Would replace {archive.key}, and keep it aside.")
        return
    done = f"Adopted {rows}" if archive.rows else f"Replaced {archive.key}"
    show(f"{done}; as it was, it is kept under autotrain/adopted.")


def _tell_differences(table: Any, title: str) -> None:
    if not len(table):
        return
    count = len(table.drop_duplicates(["subject_id", "session"]))
    show(f"Published before, {title}: {count:,} session{'' if count == 1 else 's'}")
    shown = table.head(SHOWN)
    cells = [
        [str(row[name] if row[name] == row[name] else "–") for name in shown.columns] for _, row in shown.iterrows()
    ]
    write_table_for_eyes(list(shown.columns), cells, right=(1,))
    if len(table) > SHOWN:
        show(f"… and {len(table) - SHOWN:,} more lines; --json lists them all.")


def _summary(report: "RunReport") -> str:
    counts = report.counts
    mice = f"{count_mice(counts['mice'])}, {counts['sessions']:,} sessions"
    if not report.changed:
        done = "nothing new to publish"
    elif report.dry:
        done = f"would publish {counts['added']:,} new rows and amend {counts['amended']:,}"
    else:
        done = f"publication {report.publication.number}: {counts['added']:,} new rows, {counts['amended']:,} amended"
    tables = f"; {len(report.written)} tables written" if report.written else ""
    return f"{mice}: {done}{tables}."


def _as_json(report: "RunReport") -> dict[str, Any]:
    return {
        "changed": report.changed,
        "dry_run": report.dry,
        "publication": report.publication.number,
        "counts": report.counts,
        "inputs": report.publication.inputs,
        "warnings": report.warnings,
        "foreign": report.foreign,
        "adopted": report.adopted,
        "written": report.written,
        "recorded": report.recorded,
        "seconds": {name: round(value, 4) for name, value in report.seconds.items()},
        "notices": report.notices,
        "failures": report.failures,
        "amendments": records(report.amendments),
        "differences": records(report.differences),
        "mice": [plain(row) for row in records(report.mice)],
    }
