"""`autotrain snooze`: quiet an alert of a mouse for a while, with a reason, and wake it again."""

from datetime import datetime

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._acting import as_member, desk, drawn
from autotrain_core.cli._streams import say, show

_EPILOG = """
\b
Examples:
  autotrain snooze 700123
  autotrain snooze 700123 stuck --reason 'Surgery, back on Monday' --until 2026-12-07
  autotrain snooze 700123 stuck --wake
"""


@click.command(epilog=_EPILOG, short_help="Quiet an alert of a mouse for a while.")
@options.store
@options.settings
@click.argument("subject")
@click.argument("kind", default="")
@click.option("--reason", default="", metavar="TEXT", help="Why; needed to quiet one.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which it is quiet. Without it, as long as it stays the same.",
)
@click.option("--wake", "waking", is_flag=True, help="Wake it again.")
@as_member
@click.pass_context
def snooze(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    subject: str,
    kind: str,
    reason: str,
    until: datetime | None,
    waking: bool,
    email: str | None,
) -> None:
    """
    Quiet an alert of a mouse, until a day or until it changes.

    Without a kind it lists the alerts of the mouse, and those that are quiet. An alert that becomes more urgent, or
    happens anew, is told again whatever was said.
    """
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take
    from autotrain_core.errors import NotStoredError  # noqa: PLC0415

    on = desk(ctx, store, settings, email)
    view = on.view()
    day = services.board_day(view, today=on.settings.run.day(on.at))
    quiet = services.quiet_alerts(view, on=day, subject_id=subject)
    if not kind:
        for alert in services.alerts_of(view, subject, on=day):
            show(f"{alert.kind}: {alert.sentence}")
        for each in quiet:
            show(f"{each.alert.kind}, quiet {services.quiet_words(each.snooze)}: {each.alert.sentence}")
        return
    if waking:
        found = [each.snooze for each in quiet if each.alert.kind == kind]
        if not found:
            raise NotStoredError(f"Mouse {subject} has no quiet alert {kind!r}.")
        for one in found:
            services.wake(on.store, one.id, seen=services.seen_of(one), actor=on.actor, at=on.at)
        say(f"{kind} of {subject} is awake.")
        return
    alert_now = next((one for one in services.alerts_of(view, subject, on=day) if one.kind == kind), None)
    done = services.snooze(
        on.store,
        view,
        subject,
        kind,
        reason=reason,
        seen=alert_now.seen if alert_now else "",
        on=day,
        actor=on.actor,
        at=on.at,
        identity=drawn(),
        until=until.date() if until else None,
    )
    say(f"{kind} of {subject} is quiet {services.quiet_words(done)}.")
