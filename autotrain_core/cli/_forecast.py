"""`autotrain forecast`: when each mouse will probably graduate."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._acting import desk
from autotrain_core.cli._decide import run
from autotrain_core.cli._notices import tell_notices
from autotrain_core.cli._streams import records, say, show, write_json, write_table_for_eyes

if TYPE_CHECKING:
    import pandas as pd

_TITLES = ("mouse", "next stage", "after", "graduates", "sessions left", "days", "compared with")
_EPILOG = """
\b
Examples:
  autotrain forecast --sessions sessions.csv --curriculum 'Coupled Baiting@2.3'
  autotrain forecast --store lab-store --mouse 700123
  autotrain forecast --store lab-store --json
"""


@click.command(epilog=_EPILOG, short_help="Say when mice will probably graduate.")
@options.store
@options.settings
@click.option(
    "--sessions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A session table with session_date, which is decided first; see `autotrain decide`. Without it, the store.",
)
@options.curriculum
@options.curricula
@options.open_loop
@click.option("--mouse", metavar="ID", help="Only this mouse.")
@options.as_json
@click.pass_context
def forecast(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    sessions: Path | None,
    curriculum: str | None,
    curricula: Path | None,
    open_loop: bool,
    mouse: str | None,
    as_json: bool,
) -> None:
    """
    Say when each mouse will probably graduate, from the mice that were once where it is.

    Where too few mice were there, it says so. docs/forecast.md tells how it is estimated and how far it comes true.
    """
    if sessions is None and (curriculum or curricula or open_loop):
        raise click.UsageError("--curriculum, --curricula and --open-loop go with --sessions.")
    from autotrain_core.errors import NotStoredError  # noqa: PLC0415 - the rooms take longer to import than --help may

    table = (
        _of_store(ctx, store, settings) if sessions is None else _of_file(sessions, curriculum, curricula, open_loop)
    )
    if mouse is not None:
        table = table[table["subject_id"].astype(str) == mouse]
        if not len(table):
            raise NotStoredError(f"No decided session is of mouse {mouse}.")
    if as_json:
        write_json(records(table))
        return
    _print(table, whole=mouse is None)


def _of_store(ctx: click.Context, store: str | None, settings: str | None) -> "pd.DataFrame":
    from autotrain_core import services  # noqa: PLC0415 - as above

    on = desk(ctx, store, settings)
    view = on.view()
    return services.forecasts(view, on=services.board_day(view, today=on.settings.run.day(on.at)))


def _of_file(sessions: Path, curriculum: str | None, curricula: Path | None, open_loop: bool) -> "pd.DataFrame":
    from autotrain_core import services  # noqa: PLC0415 - as above

    table, _, outcome = run(sessions, curriculum, curricula, open_loop=open_loop)
    tell_notices(outcome.report, remedy="`autotrain decide --report FILE` lists them all")
    return services.forecasts_of_decisions(outcome.decisions, table)


def _print(table: "pd.DataFrame", *, whole: bool) -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above

    found = services.mouse_forecasts(table)
    if not whole:
        for one in found:
            show(f"Mouse {one.subject_id}: {services.forecast_sentence(one)}")
            if one.told:
                show(f"From {services.compared_words(one)}; {one.graduated:,} graduated, {one.left:,} left.")
        return
    rows = [
        [
            one.subject_id,
            one.stage,
            f"{one.at_stage}",
            f"{100 * (one.probability or 0):.0f} % ({100 * (one.lower or 0):.0f}-{100 * (one.upper or 0):.0f})",
            f"{one.sessions[50]:.0f} ({one.sessions[10]:.0f}-{one.sessions[90]:.0f})",
            f"{one.days[10]} to {one.days[90]}" if one.days else "",
            f"{one.comparable:,} mice",
        ]
        for one in found
        if one.told
    ]
    if rows:
        write_table_for_eyes(list(_TITLES), rows, right=[2, 4])
    counts = table["status"].astype(str).value_counts()
    said = {"too few": "too few mice to compare with", "graduated": "graduated", "left": "not in training"}
    said["off"] = "off curriculum"
    rest = ", ".join(f"{counts[name]:,} {words}" for name, words in said.items() if counts.get(name, 0))
    say(f"{len(rows):,} forecasts" + (f"; {rest}" if rest else "") + ".")
