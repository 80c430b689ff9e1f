"""What goes out: data on stdout in UTF-8, everything for human eyes on stderr or in a table."""

import dataclasses
import io
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import click

WIDE = 400
NARROW = 110
_COMMANDING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def forgive_letters() -> None:
    """Let a console that lacks a letter print a question mark for it rather than stop the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write_data(text: str) -> None:
    """Print what a machine reads: UTF-8 whatever the console speaks, unless a person looks on."""
    line = text if text.endswith("\n") else text + "\n"
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        click.echo(harmless(line), nl=False)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", errors="replace"))
    sys.stdout.buffer.flush()


def write_json(value: object) -> None:
    """Print one JSON value; what is missing or no number is null."""
    write_data(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def plain(value: Any) -> Any:
    """Give any value of ours as JSON can write it; what is missing, infinite or no number is None."""
    if hasattr(value, "as_json"):
        return plain(value.as_json())
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return plain(value.tolist())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return None if str(value) in {"NaT", "<NA>"} else str(value)


def records(table: Any) -> list[dict[str, Any]]:
    """Give the rows of a DataFrame as JSON can write them; a named index is part of each row."""
    rows = table.reset_index() if any(name is not None for name in table.index.names) else table
    columns = {str(name): [plain(cell) for cell in rows[name].tolist()] for name in rows.columns}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def write_table_for_eyes(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
    spare: int | None = None,
) -> None:
    """
    Print a table to stdout: folded to the window of a person, a line a row for anyone else.

    Args:
        titles: One a column.
        rows: Cells as text.
        right: Places of the columns that are numbers.
        whole: Places of the columns that are not folded, because they are short names.
        spare: Place of a column that a narrow window does without.
    """
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - rich takes longer to import than --help may take
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, markup=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    shown = [place for place in range(len(titles)) if place != spare or console.width >= NARROW]
    for place in shown:
        side: Literal["left", "right"] = "right" if place in right else "left"
        table.add_column(titles[place], justify=side, overflow="fold", no_wrap=place in whole)
    for row in rows:
        table.add_row(*(Text(harmless(row[place])) for place in shown))
    with console.capture() as captured:
        console.print(table)
    # Without the blanks that fill each line: they are noise in a file, and differ with the window.
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on stderr while something lasts; None, and nothing shown, where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show(text: str = "") -> None:
    """Print something for a person to stdout."""
    click.echo(harmless(text))


def say(text: str) -> None:
    """Tell a person something on stderr."""
    click.echo(harmless(text), err=True)


def harmless(text: str) -> str:
    """Spell out the letters that would command a terminal: names come from documents and tables of others."""
    return _COMMANDING.sub(lambda found: repr(found.group())[1:-1], text)
