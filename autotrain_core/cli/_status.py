"""`autotrain status`: how the nightly run is doing, for a person and for a monitor."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._spans import Span
from autotrain_core.cli._streams import show, write_json
from autotrain_core.errors import AutotrainError

if TYPE_CHECKING:
    from autotrain_core.services import Status

_EPILOG = """
\b
Examples:
  autotrain --store s3://our-bucket status
  autotrain status --json --max-age 26h

Exit status: 0 all is well; 1 a person should look (the last run is old, failed, or left something undone); 3 the store
is not there, does not answer or refuses. With --json the answer is JSON in each case.
"""


@click.command(epilog=_EPILOG, short_help="Say how the nightly run is doing.")
@options.store
@options.settings
@click.option(
    "--max-age",
    type=Span(),
    metavar="TIME",
    help="A last run older than this is a problem (26h where the settings say nothing).",
)
@options.as_json
@click.pass_context
def status(
    ctx: click.Context, store: str | None, settings: str | None, max_age: timedelta | None, as_json: bool
) -> None:
    """
    Say when the last run was, whether it went through, and whether rigs and browsers read what it published.

    Fields with --json: store, reachable, healthy, problems (sentences), last_run, age_seconds, last_failure, failure,
    publication (number), published, counts, out_of_place (keys of tables), code (version of the program).
    """
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    chosen = options.read_settings(ctx, store, settings)
    try:
        found = services.status(options.open_store(chosen, reading=True), chosen, at=datetime.now(UTC), oldest=max_age)
    except AutotrainError as error:
        if as_json:
            write_json({"store": chosen.store, "reachable": False, "healthy": False, "problems": [str(error)]})
        raise
    if as_json:
        write_json(found)
    else:
        _show(found)
    ctx.exit(0 if found.healthy else 1)


def _show(found: "Status") -> None:
    last = "never" if found.last_run is None else f"{found.last_run:%Y-%m-%d %H:%M} UTC"
    show(f"{found.store}: {'all is well' if found.healthy else 'look at this'}")
    for problem in found.problems:
        show(f"  ✗ {problem}")
    show(f"  last run: {last}")
    if found.publication:
        counts = found.counts
        show(f"  publication {found.publication}, {found.published[:16].replace('T', ' ')} UTC")
        show(f"  {counts['mice']:,} mice, {counts['published']:,} sessions, {counts['mice_not_decided']:,} not decided")
