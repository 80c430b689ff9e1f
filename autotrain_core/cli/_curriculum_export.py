"""`autotrain curriculum export` and `diagram`: a curriculum as files."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import say, show, write_json
from autotrain_core.errors import DocumentError

if TYPE_CHECKING:
    from autotrain_core.models import Curriculum

_FORMS = ("svg", "pdf", "png", "dot")


@click.command(
    epilog="""
\b
Example:
  autotrain curriculum export 'Coupled Baiting@2.3' saved_curriculums
"""
)
@click.argument("wanted", metavar="NAME@VERSION|FILE")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@options.store
@options.settings
@options.curricula
@options.as_json
@click.pass_context
def export(
    ctx: click.Context,
    wanted: str,
    directory: Path,
    store: str | None,
    settings: str | None,
    curricula: Path | None,
    as_json: bool,
) -> None:
    """
    Write the files of a curriculum to a folder: of schema 1.0 the six of today, of 2.0 the document.

    The folder is made where it does not exist; files of the same names are replaced.
    """
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take
    from autotrain_core.interop import write_bytes  # noqa: PLC0415

    files = services.curriculum_files(_found(ctx, wanted, store, settings, curricula))
    _require_names(files.bodies)
    directory.mkdir(parents=True, exist_ok=True)
    for name, body in files.bodies.items():
        write_bytes(body, directory / name)
    paths = [str(directory / name) for name in files.bodies]
    if as_json:
        write_json({"files": paths, "notes": list(files.notes)})
        return
    for path in paths:
        show(path)
    for note in files.notes:
        say(note)


def _require_names(names: Iterable[str]) -> None:
    """Refuse a name out of a document that would lead out of the folder."""
    for name in names:
        if set(name) & set("/\\:") or not name.isprintable():
            raise DocumentError(
                f"No file can be called {name!r}; give the curriculum a name and version without signs."
            )


@click.command(
    epilog="""
\b
Examples:
  autotrain curriculum diagram 'Coupled Baiting@2.3' -o rules.svg
  autotrain curriculum diagram 'Coupled Baiting@2.3' --what settings --form pdf -o settings.pdf
"""
)
@click.argument("wanted", metavar="NAME@VERSION|FILE")
@options.store
@options.settings
@options.curricula
@click.option("--what", type=click.Choice(["rules", "settings"]), default="rules", show_default=True, help="Of what.")
@click.option("--form", type=click.Choice(_FORMS), help="What kind of file; else the ending of --output says so.")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Write it to this file."
)
@click.pass_context
def diagram(
    ctx: click.Context,
    wanted: str,
    store: str | None,
    settings: str | None,
    curricula: Path | None,
    what: str,
    form: str | None,
    output: Path,
) -> None:
    """Draw the rules, or the settings, of a curriculum."""
    from autotrain_core.diagrams import parameters_dot, render, rules_dot  # noqa: PLC0415 - as in `export`
    from autotrain_core.interop import write_bytes  # noqa: PLC0415 - as in `export`

    form = form or output.suffix.lower().removeprefix(".")
    if form not in _FORMS:
        raise click.UsageError(f"'{output}' has to end in {', '.join(f'.{each}' for each in _FORMS)}, or give --form.")
    draw = rules_dot if what == "rules" else parameters_dot
    graph = draw(_found(ctx, wanted, store, settings, curricula), background=True)
    body = graph.encode() if form == "dot" else render(graph, cast(Literal["svg", "pdf", "png"], form))
    write_bytes(body, output)
    show(str(output))


def _found(
    ctx: click.Context, wanted: str, store: str | None, settings: str | None, curricula: Path | None
) -> "Curriculum":
    """Find a curriculum: in a store where one is named, else in a folder and among the shipped ones."""
    from autotrain_core import services  # noqa: PLC0415 - as in `export`

    given = ctx.find_root().params
    read = services.read_settings(settings or given.get("settings"), store=store or given.get("store"))
    if curricula is not None or not read.store:
        shelf = services.shelf(curricula)
    else:
        shelf = services.stored_shelf(options.open_store(read, reading=True).home, read)
    options.tell_failures(shelf)
    return services.find_curriculum(wanted, shelf)
