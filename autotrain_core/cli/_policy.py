"""`autotrain policy`: what needs whose approval in a lab."""

from datetime import UTC, datetime

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import show, write_json

# As in `ReviewWhen`, which takes longer to import than --help may take; a test compares the two.
REVIEW = ("never", "always", "used")


@click.group(
    epilog="""
\b
Examples:
  autotrain policy show
  autotrain policy set --review used
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
    show(f"publishing.review = {found.publishing.review}: {found.publishing.review.words}")


@policy.command(name="set")
@options.store
@options.settings
@click.option(
    "--review",
    type=click.Choice(REVIEW),
    required=True,
    help="When somebody else has to agree before a curriculum is published: never, always, or where it is used: where "
    "mice in training follow some version of it.",
)
@click.pass_context
def set_(ctx: click.Context, store: str | None, settings: str | None, review: str) -> None:
    """Say what needs whose approval from now on. The record names the account and the machine."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    opened = options.open_store(options.read_settings(ctx, store, settings))
    before, version = services.policy(opened)
    publishing = before.publishing.model_copy(update={"review": services.ReviewWhen(review)})
    after = before.model_copy(update={"publishing": publishing})
    actor = services.operator(options.whoever_runs_this())
    services.save_policy(opened, after, replaces=version, actor=actor, at=datetime.now(UTC))
    show(f"publishing.review = {publishing.review}: {publishing.review.words}")
