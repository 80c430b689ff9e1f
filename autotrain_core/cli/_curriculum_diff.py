"""`autotrain curriculum diff`: what differs between two curricula, and what it means for mice."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import show, write_json

if TYPE_CHECKING:
    from autotrain_core.analysis import Change, Difference

_WIDTH = 80


@click.command(
    epilog="""
\b
Examples:
  autotrain curriculum diff 'Coupled Baiting@2.2' 'Coupled Baiting@2.3'
  autotrain curriculum diff 'Coupled Baiting@2.3' draft.json --json
"""
)
@click.argument("before", metavar="NAME@VERSION|FILE")
@click.argument("after", metavar="NAME@VERSION|FILE")
@options.curricula
@options.as_json
def diff(before: str, after: str, curricula: Path | None, as_json: bool) -> None:
    """
    Tell what differs between two curricula: settings, rules in words, stages, policies.

    Rules that mean the same though they are written otherwise are said to; else a history shows how the two decide.
    With --json: before, after, sentence, and changes, each with kind, stage, stages, rule_before, rule_after,
    parameter, before, after, unit, direction, sentence, equivalent, example.
    """
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take
    from autotrain_core.analysis import difference  # noqa: PLC0415

    shelf = services.shelf(curricula)
    options.tell_failures(shelf)
    found = difference(*(services.find_curriculum(each, shelf) for each in (before, after)))
    if as_json:
        write_json(found.as_json())
        return
    for line in _lines(found):
        show(line)


def _lines(found: "Difference") -> Iterator[str]:
    yield f"{found.before} -> {found.after}"
    yield from wrap(f"{found.sentence[:1].upper()}{found.sentence[1:]}.", _WIDTH)
    for heading, changes in found.groups:
        yield ""
        yield heading
        for change in changes:
            yield from _of(change)


def _of(change: "Change") -> Iterator[str]:
    yield from wrap(change.line, _WIDTH, initial_indent="  ", subsequent_indent="      ")
    if change.example:
        yield from wrap(
            f"such as {change.example.sentence}", _WIDTH, initial_indent="      ", subsequent_indent="      "
        )
