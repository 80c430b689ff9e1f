"""`autotrain demo`: an example lab, decided, on the board."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotrain_core.cli._lab import mice, seed
from autotrain_core.cli._notices import count_mice
from autotrain_core.cli._streams import progress, say, write_json, write_table_for_eyes

if TYPE_CHECKING:
    from autotrain_core.services import BoardRow

_TITLES = ("mouse", "curriculum", "session", "stage", "decision", "next", "why")
_SHOWN = 60


@click.command(short_help="Decide an example lab and print its board.")
@mice
@seed
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write the lab's tables and the whole board (board.csv) to this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, to stdout.")
def demo(mice: int, seed: int, output: Path | None, as_json: bool) -> None:
    """
    Simulate a lab, decide what each mouse trains on next, and print the board.

    The board says of each mouse which stage it ran last, what was decided, what it runs next, and why. A decision with
    a question mark is not certain: a value was missing that could have changed it.
    """
    from autotrain_core import services  # noqa: PLC0415 - it takes longer to import than --help may take

    with progress("Training and deciding") as step:
        shown = services.demo(mice, seed, progress=step)
    if output is not None:
        services.save_demo(shown, output)
    if as_json:
        write_json({"board": shown.board, "output": output})
        return
    write_table_for_eyes(
        _TITLES, [_cells(row) for row in shown.board[:_SHOWN]], right=(2,), whole=(0, 2, 3, 4, 5), spare=1
    )
    if len(shown.board) > _SHOWN:
        say(f"… and {len(shown.board) - _SHOWN:,} more mice; --output DIR writes them all.")
    left_out = len(shown.outcome.left_out)
    told = f", of which {left_out:,} could not be decided" if left_out else ""
    say(f"{count_mice(len(shown.board))}, {len(shown.lab.sessions):,} sessions{told}.")
    if output is not None:
        say(f"The tables lie in {output}.")


def _cells(row: "BoardRow") -> list[str]:
    decision = row.decision + ("" if row.certain or not row.decision else " ?")
    session = "" if row.session is None else str(row.session)
    return [row.subject_id, row.curriculum, session, row.stage, decision, row.next_stage, row.why]
