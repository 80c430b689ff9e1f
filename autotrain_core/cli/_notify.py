"""`autotrain notify`: tell people what happened, by e-mail and webhook."""

from datetime import UTC, datetime

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import harmless, say, show, write_json

_EPILOG = """
\b
Examples:
  autotrain --store s3://our-bucket notify --digest
  autotrain notify --digest --dry-run
  autotrain notify test ada@lab.org

The password of the mail server is in AUTOTRAIN_SMTP_PASSWORD. Exit status: 1 the settings or the members cannot be
used, or a test did not go; 3 there is no such member, or the store does not answer. A message that did not go is said,
and tried again by the next call.
"""


@click.group(epilog=_EPILOG, invoke_without_command=True)
@options.store
@options.settings
@click.option(
    "--digest", is_flag=True, help="Also what was kept for the day; each person has one digest a day at most."
)
@click.option("--dry-run", is_flag=True, help="Send nothing and write nothing: say what would go.")
@options.as_json
@click.pass_context
def notify(
    ctx: click.Context, store: str | None, settings: str | None, digest: bool, dry_run: bool, as_json: bool
) -> None:
    """Tell people what happened since they were told last."""
    if ctx.invoked_subcommand is not None:
        return
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    chosen = options.read_settings(ctx, store, settings)
    opened = options.open_store(chosen, reading=dry_run)
    report = services.deliver(opened, chosen, at=datetime.now(UTC), digest=digest, dry=dry_run)
    if as_json:
        # Without targets: the address of a webhook is a secret.
        sent = [{"to": one.to, "by": one.channel, "title": one.title, "text": one.text} for one in report.messages]
        write_json({"dry_run": dry_run, "messages": sent, "problems": report.problems, "held": report.held})
        return
    for problem in report.problems:
        say(f"Warning: {harmless(problem)}")
    if dry_run:
        for one in report.messages:
            show(f"To {one.to} by {one.channel}: {one.title}")
            show("".join(f"  {line}\n" for line in one.text.splitlines()))
    count = len(report.messages)
    held = f"; {report.held:,} held back, they failed a moment ago" if report.held else ""
    show(f"{count:,} message{'' if count == 1 else 's'} {'would go' if dry_run else 'went'}{held}.")


@notify.command(epilog=_EPILOG)
@options.store
@options.settings
@click.argument("address")
@click.pass_context
def test(ctx: click.Context, store: str | None, settings: str | None, address: str) -> None:
    """Send a message to one member by each way that the person chose."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    given = ctx.parent.params if ctx.parent else {}
    chosen = options.read_settings(ctx, store or given.get("store"), settings or given.get("settings"))
    answers = services.send_test(options.open_store(chosen, reading=True), chosen, address)
    for channel, why in answers.items():
        show(f"{address} by {channel}: {harmless(why) if why else 'sent'}")
    ctx.exit(1 if any(answers.values()) else 0)
