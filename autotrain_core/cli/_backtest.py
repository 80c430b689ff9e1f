"""`autotrain backtest`: what several versions of a curriculum would have made of the same sessions."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._decide import remedy
from autotrain_core.cli._notices import count_mice, tell_notices, warn_of_curricula
from autotrain_core.cli._streams import progress, say, show, write_json, write_table_for_eyes

if TYPE_CHECKING:
    import pandas as pd

    from autotrain_core.evaluation import Backtest, Replay
    from autotrain_core.models import Curriculum

OPEN_LOOP = (
    "Replay is open loop: what a mouse did in a session is taken as it was; its behaviour is assumed not to depend on "
    "the stage."
)
_TITLES = ("curriculum", "mice", "graduates", "sessions to graduate", "Kaplan-Meier", "rollbacks", "fates that change")
_EPILOG = """
\b
Examples:
  autotrain backtest --curriculum 'Coupled Baiting@2.3' --curriculum draft.json --sessions sessions.csv
  autotrain backtest --curriculum a.json --curriculum b.json --sessions sessions.parquet --json
  autotrain backtest --curriculum a.json --curriculum b.json --sessions sessions.csv --fates fates.csv
"""


@click.command(epilog=_EPILOG, short_help="Replay versions of a curriculum over past sessions.")
@click.option(
    "--curriculum",
    "wanted",
    multiple=True,
    required=True,
    metavar="FILE|NAME@VERSION",
    help="A version to replay; repeat it for each. The first is what the others are compared with.",
)
@options.sessions
@options.curricula
@options.output("the figures of each version")
@click.option(
    "--fates",
    type=options.TABLE_FILE,
    metavar="FILE",
    help="Write what became of each mouse by each version to this file, csv or parquet by its ending.",
)
@options.as_json
def backtest(
    wanted: tuple[str, ...],
    sessions: Path,
    curricula: Path | None,
    output: Path | None,
    fates: Path | None,
    as_json: bool,
) -> None:
    """
    Ask what several versions of a curriculum would have made of the same sessions.

    Every version is asked about every session, whatever the table says that a mouse followed. Replay is open loop: what
    a mouse did in a session is taken as it was; its behaviour is assumed not to depend on the stage.
    """
    from autotrain_core import interop, services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    named = [path.resolve() for path in (sessions, output, fates) if path is not None]
    if len(set(named)) < len(named):
        raise click.UsageError("--sessions, --output and --fates have to be different files.")
    chosen, table = _read(wanted, sessions, curricula)
    found = _replayed(chosen, table, sessions)
    if output is not None:
        interop.write_table(services.backtest_figures(found), output)
    if fates is not None:
        interop.write_table(services.backtest_fates(found), fates)
    for version in found.versions:
        if version.report:
            say(f"{version.curriculum.key}:")
            tell_notices(version.report, remedy="autotrain decide --report FILE lists them all")
    if as_json:
        write_json(found)
        return
    rows = [_row(found, place) for place in range(len(found.versions))]
    write_table_for_eyes(_TITLES, rows, right=[1, 2, 5, 6])
    show()
    show(OPEN_LOOP)


def _read(wanted: tuple[str, ...], sessions: Path, directory: Path | None) -> "tuple[list[Curriculum], pd.DataFrame]":
    """Find the versions, and read of the session table what they may need."""
    from autotrain_core import interop, services  # noqa: PLC0415 - as above
    from autotrain_core.models import SESSIONS  # noqa: PLC0415

    shelf = services.shelf(directory)
    options.tell_failures(shelf)
    chosen = [services.find_curriculum(each, shelf) for each in wanted]
    warn_of_curricula(chosen)
    metrics = {metric.name for curriculum in chosen for metric in curriculum.metrics}
    return chosen, interop.read_sessions(sessions, columns={column.name for column in SESSIONS} | metrics)


def _replayed(chosen: "list[Curriculum]", table: "pd.DataFrame", sessions: Path) -> "Backtest":
    from autotrain_core import evaluation  # noqa: PLC0415 - as above

    with progress("Replaying") as step, remedy("named", sessions):
        return evaluation.backtest(table, chosen, progress=step)


def _row(found: "Backtest", place: int) -> list[str]:
    version = found.versions[place]
    return [
        version.curriculum.key,
        f"{version.subjects:,}",
        f"{version.graduates:,}",
        _quartiles(version),
        _waiting(version),
        f"{version.rollbacks:,}",
        "" if place == 0 else count_mice(len(found.changed_fates(0, place))),
    ]


def _quartiles(version: "Replay") -> str:
    if version.quartiles is None:
        return "nobody graduates"
    first, median, third = version.quartiles
    return f"{median:g} ({first:g} to {third:g})"


def _waiting(version: "Replay") -> str:
    """Say the median of all mice, those that do not graduate among them, with its interval."""
    curve = version.waiting
    if curve.median is None:
        return "not reached"
    ends = [f"{end:g}" if end is not None else "?" for end in (curve.median_lower, curve.median_upper)]
    return f"{curve.median:g} (95 %: {ends[0]} to {ends[1]})"
