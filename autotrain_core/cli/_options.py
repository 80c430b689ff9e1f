"""The options that several commands share, and what they name."""

import getpass
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from autotrain_core.models import Curriculum, Library
    from autotrain_core.services import Settings, Shelf
    from autotrain_core.store import Store

_Command = TypeVar("_Command", bound=Callable[..., Any])
Decorator = Callable[[_Command], _Command]


class EndingWith(click.ParamType[Path, Path]):
    """A file to write, of one of a few kinds that its ending tells."""

    name = "file"

    def __init__(self, *endings: str) -> None:
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Refuse an ending before the work that would end in it."""
        path = Path(value)
        if path.suffix.lower() not in self.endings:
            self.fail(f"'{value}' has to end in {' or '.join(self.endings)}.", param, ctx)
        return path


TABLE_FILE = EndingWith(".csv", ".parquet")
REPORT_FILE = EndingWith(".json", ".csv")

sessions = click.option(
    "--sessions",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Session table: csv, parquet, or today's session pickle. One row a session: subject_id, session (number from "
    "1), a column for each metric (finished_trials in trials, foraging_efficiency as a fraction), and where known "
    "current_stage_actual, curriculum_name, curriculum_version.",
)
curriculum = click.option(
    "--curriculum",
    metavar="NAME@VERSION|FILE",
    help="The curriculum that all sessions followed, for example 'Coupled Baiting@2.3'. Without it each row names its "
    "own in curriculum_name and curriculum_version; there is no default.",
)
curricula = click.option(
    "--curricula",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of further curricula (NAME_curriculum_vVERSION_schema_vSCHEMA.json) and tasks (NAME.task.json), "
    "searched with the folders in it. They go before the shipped ones of the same name and version.",
)
open_loop = click.option(
    "--open-loop",
    is_flag=True,
    help="Disregard current_stage_actual: assume that every mouse ran what was suggested.",
)
store = click.option(
    "--store",
    metavar="URL",
    help="A folder, or s3://BUCKET/PREFIX; before AUTOTRAIN_STORE and the settings file. S3 is reached as the usual "
    "AWS settings say (profile, region, endpoint URL).",
)
settings = click.option(
    "--settings",
    metavar="FILE",
    help="The settings of the lab; before AUTOTRAIN_SETTINGS, and autotrain.toml in the working folder.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, to stdout.")


def output(what: str) -> Callable[[_Command], _Command]:
    """Return the option that names the file for a table."""
    return click.option(
        "--output",
        type=TABLE_FILE,
        metavar="FILE",
        help=f"Write {what} to this file, csv or parquet by its ending; an older file is replaced in one step.",
    )


def choose(wanted: str | None, directory: Path | None) -> "tuple[Curriculum | Library, Shelf]":
    """Find what decides: the curriculum that was named, or all those that the rows may name."""
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    shelf = services.shelf(directory)
    tell_failures(shelf)
    chosen = shelf.library if wanted is None else services.find_curriculum(wanted, shelf)
    return chosen, shelf


def read_settings(ctx: click.Context, store: str | None, settings: str | None) -> "Settings":
    """Read the settings: what a command was given, what the program was given, the environment, the file."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    given = ctx.find_root().params
    found = services.read_settings(settings or given.get("settings"), store=store or given.get("store"))
    if not found.store:
        raise click.UsageError(
            "No store is named. Give --store URL (a folder, or s3://BUCKET/PREFIX), set AUTOTRAIN_STORE, or write "
            'store = "..." into autotrain.toml.'
        )
    return found


def open_store(settings: "Settings", *, reading: bool = False) -> "Store":
    """Open the store that the settings name; a reader does not try whether it can write."""
    from autotrain_core.store import open_store  # noqa: PLC0415 - as above

    return open_store(settings.store, probe=not reading)


def whoever_runs_this() -> str:
    """Name who runs the program, for the record: the account and the machine."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError):  # a container may run as a number that has no name
        account = "unknown"
    return f"{account}@{socket.gethostname()}"


def tell_failures(shelf: "Shelf") -> None:
    """Warn of files that should have been curricula."""
    from autotrain_core.cli._notices import warn_of_failures  # noqa: PLC0415

    warn_of_failures(shelf.failures)
