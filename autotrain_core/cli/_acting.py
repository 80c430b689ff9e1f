"""Who acts at a shell, and what all commands of people have in common."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import say, show

if TYPE_CHECKING:
    from autotrain_core.models import Actor, Override
    from autotrain_core.services import LabView, Settings
    from autotrain_core.store import Store

as_member = click.option(
    "--as",
    "email",
    metavar="ADDRESS",
    help="The member who does it. Whoever holds the keys of the store may say so; the record says that it was typed at "
    "a shell. Without it, it is whoever types.",
)
comment = click.option("--comment", default="", metavar="TEXT", help="What is said with it.")


@dataclass(frozen=True, slots=True)
class Desk:
    """
    What a command of people works on.

    Attributes:
        store: Where.
        settings: What lies where.
        actor: Who acts.
        at: Now.
    """

    store: "Store"
    settings: "Settings"
    actor: "Actor"
    at: datetime

    def view(self) -> "LabView":
        """Look at the lab."""
        from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

        return services.lab_view(self.store, self.settings, at=self.at)


def desk(ctx: click.Context, store: str | None, settings: str | None, email: str | None = None) -> Desk:
    """Open the store, and say who acts."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    chosen = options.read_settings(ctx, store, settings)
    opened = options.open_store(chosen)
    actor = services.operator(options.whoever_runs_this())
    if email:
        known, _ = services.members(opened)
        actor = replace(services.actor_of(known, email), operator=True)
    return Desk(opened, chosen, actor, datetime.now(UTC))


def drawn() -> str:
    """Draw the id of something new."""
    return secrets.token_hex(6)


def tell_rigs(on: Desk, mice: Sequence[str]) -> None:
    """Publish what was decided about mice, and say how that went."""
    from autotrain_core import __version__, services  # noqa: PLC0415 - as above

    report = services.tell_rigs(on.store, on.settings, mice, actor=on.actor, at=on.at, code=__version__)
    for foreign in report.foreign:
        say(str(foreign))
    for warning in report.warnings:
        say(warning)
    if report.foreign:
        say("It is decided, but the rigs were not told: those tables are somebody else's.")
    else:
        show(f"The rigs are told (publication {report.publication.number}).")


def tell_people(on: Desk) -> None:
    """Let those know whom it concerns; what cannot be sent now, the next run sends."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    for problem in services.deliver_calmly(on.store, on.settings, at=on.at).problems:
        say(problem)


def show_override(override: "Override") -> None:
    """Print an override for a person."""
    show(f"{override.id}  {override.subject_id}  {override.state}: {override.aim}")
    show(f"  {override.at:%Y-%m-%d %H:%M} UTC  {override.by} proposed it: {override.reason_words}")
    if override.note:
        show(f"  {override.note}")
    for entry in override.history:
        words = f": {entry.comment}" if entry.comment else ""
        show(f"  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.by}  {entry.state}{words}")
