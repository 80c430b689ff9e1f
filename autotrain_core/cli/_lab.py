"""`autotrain lab`: an example lab to try things on."""

from pathlib import Path

import click

from autotrain_core.cli._notices import count_mice
from autotrain_core.cli._streams import progress, say, show, write_json

_EPILOG = """
\b
Examples:
  autotrain lab --mice 100 --seed 7 --output example
  autotrain decide --sessions example/sessions.csv --curricula example/curricula
"""

mice = click.option(
    "--mice", type=click.IntRange(1, 700_000), default=12, show_default=True, metavar="N", help="How many mice."
)
seed = click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="S",
    help="The same seed gives the same lab, mouse by mouse.",
)


@click.command(epilog=_EPILOG, short_help="Simulate a lab and write its tables.")
@mice
@seed
@click.option(
    "--weeks", type=click.IntRange(1, 520), default=16, show_default=True, metavar="N", help="How long it is watched."
)
@click.option(
    "--sessions-per-mouse",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Train each mouse exactly so often instead, however long that takes.",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the files; made where it does not exist.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, to stdout.")
def lab(mice: int, seed: int, weeks: int, sessions_per_mouse: int | None, output: Path, as_json: bool) -> None:
    """
    Simulate a lab that trains mice, and write its tables.

    Writes sessions.csv and sessions.parquet (one row a session), mice.csv (one row a mouse), decisions.csv, report.csv
    and the curricula that the mice followed.
    """
    from autotrain_core import evaluation, services  # noqa: PLC0415 - they take longer to import than --help may take

    with progress("Training") as step:
        made = services.example_lab(mice, seed, weeks=weeks, sessions_per_mouse=sessions_per_mouse, progress=step)
    with progress("Deciding") as step:
        outcome = evaluation.decide_and_report(made.sessions, made.curricula, progress=step)
    files = services.save_lab(made, output, outcome=outcome)
    if as_json:
        write_json(
            {
                "mice": len(made.mice),
                "sessions": len(made.sessions),
                "decided": len(outcome.decisions),
                "left_out": len(outcome.left_out),
                "files": files,
            }
        )
        return
    say(f"{count_mice(len(made.mice))}, {len(made.sessions):,} sessions, {len(outcome.decisions):,} of them decided.")
    for file in files:
        show(str(file))
