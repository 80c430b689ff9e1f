"""`autotrain record`: what happened in a store, and whether anybody changed it afterwards."""

from datetime import MAXYEAR, UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import plain, say, show, write_json

if TYPE_CHECKING:
    from autotrain_core.services import RecordRows
    from autotrain_core.store import Entry, Store

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FILTERS = (
    click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind of event, such as override."),
    click.option("--by", "by", multiple=True, metavar="WHO", help="Only what this address or account did."),
    click.option("--subject", metavar="ID", help="Only what happened to this mouse."),
    click.option("--since", type=_DAY, metavar="DAY", help="Only from this day on (UTC), such as 2026-11-01."),
    click.option("--until", type=_DAY, metavar="DAY", help="Only to this day, it included (UTC)."),
    click.option("--search", default="", metavar="WORDS", help="Only where each of these words occurs."),
)


def _filters(command: Any) -> Any:
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def _found(store: "Store", asked: dict[str, Any]) -> "RecordRows":
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    since, until = asked["since"], asked["until"]
    if until is not None and until.year == MAXYEAR:  # after its last day there is none
        until = None
    return services.record_rows(
        store,
        kinds=asked["kinds"],
        by=asked["by"],
        subject=asked["subject"] or "",
        text=asked["search"],
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC) + timedelta(days=1),
    )


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
@_filters
@options.as_json
@click.pass_context
def show_(
    ctx: click.Context, /, store: str | None, settings: str | None, last: int, as_json: bool, **asked: Any
) -> None:
    """Show the newest entries, or the newest of those that fit: what anybody and any run did."""
    opened = options.open_store(options.read_settings(ctx, store, settings), reading=True)
    numbers = {row.number for row in _found(opened, asked).rows}
    entries = [entry for entry in opened.record.read() if entry.number in numbers][-last:]
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
  autotrain --store s3://our-bucket record export record.csv
  autotrain record export week.json --since 2026-11-01 --kind override
"""
)
@options.store
@options.settings
@click.argument("file", type=options.REPORT_FILE)
@_filters
@click.pass_context
def export(ctx: click.Context, /, store: str | None, settings: str | None, file: Path, **asked: Any) -> None:
    """
    Write everything that fits into a file, the newest first: csv for a spreadsheet, or JSON with all facts.

    A line is one thing that happened: when, who, what, why, about which mouse, and on which version of the record.
    """
    from autotrain_core import services  # noqa: PLC0415 - as above
    from autotrain_core.interop import write_bytes  # noqa: PLC0415

    opened = options.open_store(options.read_settings(ctx, store, settings), reading=True)
    found = _found(opened, asked)
    body = services.record_csv(found.rows) if file.suffix.lower() == ".csv" else services.record_json(found.rows)
    write_bytes(body, file)
    show(f"{file}: {found.found:,} of {found.all:,}")


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
