"""`autotrain members`: who may do what in a lab, from a shell; whoever holds the keys of the store may say so."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._notices import count_mice
from autotrain_core.cli._streams import say, show, write_json, write_table_for_eyes
from autotrain_core.errors import NotStoredError

if TYPE_CHECKING:
    from autotrain_core.models import Member, Members
    from autotrain_core.services import Settings
    from autotrain_core.store import Store

# As in `Role`, which takes longer to import than --help may take; a test compares the two.
ROLES = ("viewer", "trainer", "designer", "PI", "admin")
_TITLES = ("address", "name", "roles", "trainer", "PI", "own mice", "projects", "active")
_EPILOG = """
\b
Examples:
  autotrain --store s3://our-bucket members set ada@lab.org --name Ada --role admin --role PI --person 'Dr. Heron'
  autotrain members set ben@lab.org --role trainer --trainer 'Ben L'
  autotrain members set ben@lab.org --inactive
  autotrain members list

The record names the account and the machine that this is typed on. Exit status: 1 a member is wrong, or no active admin
would be left; 3 there is no such member, or the store does not answer; 4 somebody else saved at the same moment.
"""


@click.group(epilog=_EPILOG)
def members() -> None:
    """Say who is a member of a lab, and with which roles."""


@members.command(name="list")
@options.store
@options.settings
@click.option(
    "--json", "as_json", is_flag=True, help="Print the members document, as `members import` reads it, to stdout."
)
@click.pass_context
def list_(ctx: click.Context, store: str | None, settings: str | None, as_json: bool) -> None:
    """List the members."""
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    chosen = options.read_settings(ctx, store, settings)
    opened = options.open_store(chosen, reading=True)
    found, _ = services.members(opened)
    if as_json:
        write_json(found.model_dump(mode="json"))
        return
    if found.members:
        write_table_for_eyes(_TITLES, [_cells(member) for member in found.members], whole=(0, 2), right=(5,))
    else:
        say("There are none yet. Make the first: autotrain members set ADDRESS --role admin")
    if found.contact:
        say(f"Strangers are told whom to ask: {found.contact}")
    _tell_people_without_member(opened, chosen, found)


def _cells(member: "Member") -> list[str]:
    mice = f"{len(member.mice):,}" if member.mice else ""
    active = "yes" if member.active else "no"
    roles, projects = ", ".join(member.roles), ", ".join(member.projects)
    return [member.email, member.name, roles, member.trainer, member.person, mice, projects, active]


def _tell_people_without_member(store: "Store", settings: "Settings", known: "Members") -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above

    for name, mice in services.people_without_member(store, settings, known).items():
        say(f"{name} has {count_mice(mice)} by {settings.mice.key}, and is no member's --person.")


@members.command(name="set", epilog=_EPILOG)
@options.store
@options.settings
@click.argument("email")
@click.option("--name", metavar="TEXT", help="What colleagues call the person.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES, case_sensitive=False),
    help="What the person is; repeat it for several. Those that were there before are replaced.",
)
@click.option("--trainer", metavar="TEXT", help="What the session table calls the person in its column trainer.")
@click.option("--person", metavar="TEXT", help="What it calls the person in its column PI.")
@click.option("--mouse", "mice", multiple=True, metavar="ID", help="A mouse of the person's own; may be repeated.")
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="TEXT",
    help="A project of which all mice are the person's own; may be repeated.",
)
@click.option("--active/--inactive", default=None, help="Whether the person may still do anything.")
@options.as_json
@click.pass_context
def set_(
    ctx: click.Context, /, store: str | None, settings: str | None, email: str, as_json: bool, **given: Any
) -> None:
    """
    Make somebody a member, or change one.

    What is not named stays as it was; an empty text ('') takes away what was there.
    """
    from autotrain_core import models, services  # noqa: PLC0415 - as above

    opened = options.open_store(options.read_settings(ctx, store, settings))
    known, version = services.members(opened)
    before = known.find(email)
    fields = {"email": email} if before is None else before.model_dump()
    fields |= {name: _typed(value) for name, value in given.items() if value is not None and value != ()}
    if "roles" not in fields:
        raise click.UsageError(f"{email} is not a member yet. Give at least one --role ({', '.join(ROLES)}).")
    member = models.new_member(fields)
    _save(opened, known.with_member(member), version)
    if as_json:
        write_json(member.model_dump(mode="json"))
        return
    state = "" if member.active else ", not active"
    show(f"{member.email}: {', '.join(member.roles)}{state}")


def _typed(value: Any) -> Any:
    """Take blanks away that a shell leaves; of several texts, the empty ones too."""
    match value:
        case str():
            return value.strip()
        case tuple():
            return tuple(text.strip() for text in value if text.strip())
    return value


@members.command()
@options.store
@options.settings
@click.argument("email")
@click.pass_context
def remove(ctx: click.Context, store: str | None, settings: str | None, email: str) -> None:
    """Take somebody out of the list. What the person did stays in the record."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    opened = options.open_store(options.read_settings(ctx, store, settings))
    known, version = services.members(opened)
    if known.find(email) is None:
        raise NotStoredError(f"{email} is not a member. See: autotrain members list")
    _save(opened, known.without(email), version)
    show(f"{email} is no longer a member.")


@members.command()
@options.store
@options.settings
@click.argument("words")
@click.pass_context
def contact(ctx: click.Context, store: str | None, settings: str | None, words: str) -> None:
    """Say whom strangers are told to ask, for example "Dana, room 3, dana@lab.org"."""
    from autotrain_core import models, services  # noqa: PLC0415 - as above

    opened = options.open_store(options.read_settings(ctx, store, settings))
    known, version = services.members(opened)
    changed = models.new_members(known.members, contact=words.strip())
    _save(opened, changed, version)
    show(f"Strangers are told whom to ask: {changed.contact}" if changed.contact else "Strangers are told nobody.")


@members.command(name="import")
@options.store
@options.settings
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def import_(ctx: click.Context, store: str | None, settings: str | None, file: Path) -> None:
    """
    Replace all members by those of a file: JSON as `members list --json` prints it.

    Also replaces a document in the store that cannot be used. The record says who came and who went.
    """
    from autotrain_core import models, services  # noqa: PLC0415 - as above

    opened = options.open_store(options.read_settings(ctx, store, settings))
    version = services.members_version(opened)
    read = models.read_members(file.read_bytes(), source=str(file))
    _save(opened, read, version)
    show(f"{len(read.members):,} member{'' if len(read.members) == 1 else 's'}, as in {file}.")


@members.command(name="import-mice")
@options.store
@options.settings
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "named",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="Who a PI of the file is, for example 'Dr. Heron=heron@lab.org'; repeat it for several. Nobody has the "
    "address yet: a member with the role PI is made.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@options.as_json
@click.pass_context
def import_mice(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    file: Path,
    named: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """
    Match the PIs of a list of mice (today's mouse_pi_mapping.json) with members, and give them those mice.

    A name belongs to the member whose --person it is, else to whom --as says, else to the only member of that name
    without a --person; a title such as Dr. does not count. Mice that the list in the store gives to the same name
    already are not written down once more.
    """
    from autotrain_core import interop, services  # noqa: PLC0415 - as above

    chosen = options.read_settings(ctx, store, settings)
    opened = options.open_store(chosen, reading=dry_run)
    known, version = services.members(opened)
    mice = chosen.mice
    people = interop.read_people(file.read_bytes(), source=str(file), mouse=mice.mouse, person=mice.person)
    stored = services.people_of_mice(opened.home, chosen)
    found = services.people_import(known, people, named=_named(named), known=stored)
    if found.changed and not dry_run:
        _save(opened, found.members, version)
    if as_json:
        write_json({"dry_run": dry_run, "changed": found.changed, "people": list(found.people)})
        return
    for one in found.people:
        who = f" ({one.email})" if one.email else ""
        listed = f"; {count_mice(one.listed)} written down" if one.listed else ""
        show(f"{one.name}, {count_mice(one.mice)}: {one.match.words}{who}{listed}")
    if not found.changed:
        say("Nothing to change.")
    elif dry_run:
        say("Nothing was written: this was a dry run.")


def _named(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for each in given:
        name, equals, address = each.rpartition("=")
        if not equals or not name.strip() or not address.strip():
            raise click.UsageError(f"--as takes NAME=ADDRESS, for example 'Dr. Heron=heron@lab.org', not '{each}'.")
        found[name.strip()] = address.strip()
    return found


def _save(store: "Store", members: "Members", version: str) -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above

    actor = services.operator(options.whoever_runs_this())
    services.save_members(store, members, replaces=version, actor=actor, at=datetime.now(UTC))
