"""`autotrain record`: what happened in a store, and whether anybody changed it afterwards."""

from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import plain, say, show, write_json

if TYPE_CHECKING:
    from autotrain_core.store import Entry


@click.group()
def record() -> None:
    """Read the record of a store, and verify that nobody changed it."""


@record.command(
    name="show",
    epilog="""
\b
Example:
  autotrain --store s3://our-bucket record show --last 20
""",
)
@options.store
@options.settings
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="How many entries.")
@click.option("--subject", metavar="ID", help="Only entries on this mouse.")
@options.as_json
@click.pass_context
def show_(
    ctx: click.Context, store: str | None, settings: str | None, last: int, subject: str | None, as_json: bool
) -> None:
    """Show the newest entries: runs, amendments, adopted tables, failures."""
    opened = options.open_store(options.read_settings(ctx, store, settings), reading=True)
    entries = [
        entry
        for entry in opened.record.read()
        if subject is None or any(event.subject_id == subject for event in entry.events)
    ][-last:]
    if as_json:
        write_json(
            [
                {
                    "number": entry.number,
                    "at": entry.at.isoformat(),
                    "by": entry.by,
                    "version": entry.version,
                    "events": plain(entry.events),
                }
                for entry in entries
            ]
        )
        return
    for entry in entries:
        _show(entry)
    if not entries:
        say("There are none.")


def _show(entry: "Entry") -> None:
    show(f"{entry.number}  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.by}")
    for event in entry.events:
        facts = {name: value for name, value in event.facts.items() if isinstance(value, str | int | float | bool)}
        told = ", ".join(f"{name} {value}" for name, value in facts.items())
        who = f" {event.subject_id}" if event.subject_id else ""
        show(f"  {event.kind}{who}{': ' if told else ''}{told}")


@record.command(
    epilog="""
\b
Examples:
  autotrain --store s3://our-bucket record verify
  autotrain record verify --expect 1287.4f0c…   (a version noted earlier, outside the store)
"""
)
@options.store
@options.settings
@click.option(
    "--expect",
    default="",
    metavar="VERSION",
    help="A version that `verify` printed earlier: also tells whether the end of the record was changed since.",
)
@options.as_json
@click.pass_context
def verify(ctx: click.Context, store: str | None, settings: str | None, expect: str, as_json: bool) -> None:
    """
    Walk the whole record and tell whether each entry still follows from the one before.

    Prints the version of the newest entry: note it outside the store, and give it to --expect next time. Exit status 1
    where something was changed.
    """
    opened = options.open_store(options.read_settings(ctx, store, settings), reading=True)
    found = opened.record.verify(expect)
    if as_json:
        write_json(found)
    else:
        for problem in found.problems:
            show(f"✗ {problem}")
        version = f"{found.number}.{found.sha256}" if found.number else "nothing"
        show(f"{found.number:,} entries, {'whole' if not found.problems else 'not whole'}: {version}")
    ctx.exit(1 if found.problems else 0)


@click.group(name="store")
def store_() -> None:
    """Look after a store."""


@store_.command(
    epilog="""
\b
Example:
  autotrain --store s3://our-bucket store check
"""
)
@options.store
@options.settings
@options.as_json
@click.pass_context
def check(ctx: click.Context, store: str | None, settings: str | None, as_json: bool) -> None:
    """
    Look for damaged and foreign objects under autotrain/, and test that the store keeps its promises.

    Exit status 1 where something is found.
    """
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    opened = options.open_store(options.read_settings(ctx, store, settings))
    problems = services.check_store(opened)
    if as_json:
        write_json({"store": opened.url, "problems": list(problems)})
    else:
        for problem in problems:
            show(f"✗ {problem}")
        show(f"{opened.url}: {'nothing wrong' if not problems else f'{len(problems):,} things to look at'}")
    ctx.exit(1 if problems else 0)


@store_.command()
@options.store
@options.settings
@click.pass_context
def compact(ctx: click.Context, store: str | None, settings: str | None) -> None:
    """Copy full batches of the record into one object each, so that a first reading is quick; nothing is rewritten."""
    opened = options.open_store(options.read_settings(ctx, store, settings))
    opened.record.compact()
    show(f"{opened.url}: done")
