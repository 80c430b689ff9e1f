"""`autotrain policy`: what needs whose approval in a lab."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import show, write_json

if TYPE_CHECKING:
    from autotrain_core.models import OverridePolicy, Role
    from autotrain_core.services import Policy

# As in `ReviewWhen`, `ChangeKind`, `Approver` and `Role`, which take longer to import than --help may take; a test
# compares them.
REVIEW = ("never", "always", "used")
CHANGES = (
    "as_suggested",
    "hold",
    "back_one",
    "back_further",
    "ahead_one",
    "ahead_further",
    "version",
    "curriculum",
    "off",
    "on",
)
APPROVERS = ("owner", "any")


@click.group(
    epilog="""
\b
Examples:
  autotrain policy show
  autotrain policy set --review used
  autotrain policy set --free hold=trainer,PI --free off= --most-sessions 5 --no-own
"""
)
def policy() -> None:
    """Say what needs whose approval."""


@policy.command(name="show")
@options.store
@options.settings
@options.as_json
@click.pass_context
def show_(ctx: click.Context, store: str | None, settings: str | None, as_json: bool) -> None:
    """Show what needs whose approval. With --json: the policy document."""
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    found, _ = services.policy(options.open_store(options.read_settings(ctx, store, settings), reading=True))
    if as_json:
        write_json(found.model_dump(mode="json"))
        return
    show(_review(found))
    for sentence in found.overrides.sentences():
        show(sentence)


def _review(policy: "Policy") -> str:
    return f"publishing.review = {policy.publishing.review}: {policy.publishing.review.words}"


@policy.command(name="set")
@options.store
@options.settings
@click.option(
    "--review",
    type=click.Choice(REVIEW),
    help="When somebody else has to agree before a curriculum is published: never, always, or where it is used: where "
    "mice in training follow some version of it.",
)
@click.option(
    "--free",
    multiple=True,
    metavar="CHANGE=ROLE,ROLE",
    help=f"Which roles need nobody for a change of a mouse; no role: everybody needs approval. Changes: "
    f"{', '.join(CHANGES)}. Repeat it for several.",
)
@click.option(
    "--most-sessions", type=click.IntRange(1), metavar="N", help="What holds for more sessions needs approval anyhow."
)
@click.option("--approver", type=click.Choice(APPROVERS), help="Who approves: the PI who owns the mouse, or any PI.")
@click.option("--own/--no-own", default=None, help="Whether a PI may approve a proposal of his or her own.")
@click.pass_context
def set_(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    review: str | None,
    free: tuple[str, ...],
    most_sessions: int | None,
    approver: str | None,
    own: bool | None,
) -> None:
    """Say what needs whose approval from now on; what is not named stays. The record names account and machine."""
    from autotrain_core import models, services  # noqa: PLC0415 - as above

    if review is None and not free and (most_sessions, approver, own) == (None, None, None):
        raise click.UsageError(
            "Say what is to change: --review, --free, --most-sessions, --approver, --own or --no-own."
        )
    opened = options.open_store(options.read_settings(ctx, store, settings))
    before, version = services.policy(opened)
    after = before
    if review is not None:
        publishing = before.publishing.model_copy(update={"review": services.ReviewWhen(review)})
        after = before.model_copy(update={"publishing": publishing})
    whom = models.Approver[approver.upper()] if approver else None
    given = {"most_sessions": most_sessions, "approver": whom, "own": own}
    rules = {**_free(free), **{name: value for name, value in given.items() if value is not None}}
    after = after.model_copy(update={"overrides": _with(before.overrides, rules)})
    actor = services.operator(options.whoever_runs_this())
    services.save_policy(opened, after, replaces=version, actor=actor, at=datetime.now(UTC))
    if review is not None:
        show(_review(after))
    for sentence in after.overrides.sentences():
        if sentence not in before.overrides.sentences():
            show(sentence)


def _with(before: "OverridePolicy", rules: Mapping[str, object]) -> "OverridePolicy":
    from pydantic import ValidationError  # noqa: PLC0415 - as above

    from autotrain_core import models  # noqa: PLC0415

    try:
        return models.OverridePolicy.model_validate({**before.model_dump(), **rules})
    except ValidationError as error:
        raise click.UsageError("; ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors())) from None


def _free(given: tuple[str, ...]) -> dict[str, tuple["Role", ...]]:
    from autotrain_core import models  # noqa: PLC0415 - as above

    known = {role.lower(): role for role in models.Role}
    found = {}
    for each in given:
        change, equals, named = each.partition("=")
        roles = [name.strip() for name in named.split(",") if name.strip()]
        strange = [name for name in roles if name.lower() not in known]
        if not equals or change.strip() not in CHANGES:
            raise click.UsageError(
                f"--free takes CHANGE=ROLE,ROLE; there is no change '{change}' ({', '.join(CHANGES)})."
            )
        if strange:
            raise click.UsageError(f"No role is called {', '.join(strange)}; the roles are {', '.join(models.Role)}.")
        found[change.strip()] = tuple(known[name.lower()] for name in roles)
    return found
