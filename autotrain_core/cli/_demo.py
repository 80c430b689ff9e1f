"""`autotrain demo`: an example lab, decided, on the board."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autotrain_core.cli._lab import mice, seed
from autotrain_core.cli._notices import count_mice
from autotrain_core.cli._streams import progress, say, write_json, write_table_for_eyes

if TYPE_CHECKING:
    from autotrain_core.services import BoardRow, Demo

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
@click.option(
    "--store",
    metavar="URL",
    help="Put the lab into this store (a folder, or s3://BUCKET/PREFIX), below MICE-mice-seed-SEED; in memory else.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, to stdout.")
def demo(mice: int, seed: int, output: Path | None, store: str | None, as_json: bool) -> None:
    """
    Simulate a lab, let two nights pass, and print the board of the morning after.

    Each night decides what each mouse trains on next and publishes the tables that rigs and browsers read. The board
    says of each mouse which stage it ran last, what was decided, what it runs next, and why. A decision with
    a question mark is not certain: a value was missing that could have changed it.
    """
    from autotrain_core import __version__, services  # noqa: PLC0415 - it takes longer to import than --help may take
    from autotrain_core.store import open_store  # noqa: PLC0415

    place = None if store is None else f"{store.rstrip('/')}/{mice}-mice-seed-{seed}"
    if place is not None and "://" not in place:
        Path(place).mkdir(parents=True, exist_ok=True)
    opened = None if place is None else open_store(place)
    with progress("Training and deciding") as step:
        # A lab that stays somewhere is one of these days; one that is only printed is the same on every day.
        now = None if opened is None else datetime.now(UTC)
        shown = services.demo(mice, seed, store=opened, now=now, code=__version__, progress=step)
    if output is not None:
        services.save_demo(shown, output)
    if as_json:
        write_json({"board": shown.board, "output": output, "store": place})
        return
    write_table_for_eyes(
        _TITLES, [_cells(row) for row in shown.board[:_SHOWN]], right=(2,), whole=(0, 2, 3, 4, 5), spare=1
    )
    if len(shown.board) > _SHOWN:
        say(f"… and {len(shown.board) - _SHOWN:,} more mice; --output DIR writes them all.")
    left_out = len(shown.outcome.left_out)
    told = f", of which {left_out:,} could not be decided" if left_out else ""
    say(f"{count_mice(len(shown.board))}, {len(shown.lab.sessions):,} sessions{told}.")
    if place is not None:
        _tell_of_store(shown, place)
    if output is not None:
        say(f"The tables lie in {output}.")


def _tell_of_store(shown: "Demo", place: str) -> None:
    for number, night in enumerate(shown.nights, start=1):
        counts, written = night.counts, len(night.written)
        done = f"{counts['added']:,} sessions published" if night.changed else "nothing new"
        say(f"Night {number}: {done}, {written} tables written for rigs and browsers.")
    say(f"All of it lies in {place}. Look: autotrain --store '{place}' status")


def _cells(row: "BoardRow") -> list[str]:
    decision = row.decision + ("" if row.certain or not row.decision else " ?")
    session = "" if row.session is None else str(row.session)
    return [row.subject_id, row.curriculum, session, row.stage, decision, row.next_stage, row.why]
