"""`autotrain override`: have a mouse run something else than the rules say, and answer those who propose it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._acting import Desk, as_member, comment, desk, drawn, show_override, tell_people, tell_rigs
from autotrain_core.cli._streams import plain, say, show, write_json

# As in `Kind` and `REASONS`, which take longer to import than --help may take; a test compares them.
KINDS = ("stage", "curriculum", "hold", "off", "on")
REASONS = (
    "health",
    "motivation",
    "bias",
    "technique",
    "rig",
    "wrong-stage",
    "ready",
    "struggling",
    "experiment",
    "break",
    "other",
)
_EPILOG = """
\b
Examples:
  autotrain override propose 700123 --stage STAGE_2 --reason bias --as ben@lab.org
  autotrain override propose 700123 --kind hold --sessions 3 --reason health --note 'Lost 2 g'
  autotrain override propose 700123 --kind off --reason experiment
  autotrain override list --waiting
  autotrain override approve 1f0c9a2b77d4 --as heron@lab.org

Exit status: 1 something about it is wrong; 3 there is no such mouse, stage or override, or the store does not answer or
the person may not; 4 somebody else was faster.
"""


asked = click.option("--comment", required=True, metavar="TEXT", help="Why, or what is asked.")


@click.group(epilog=_EPILOG)
def override() -> None:
    """Have a mouse run something else than the rules say; propose, answer, take back."""


@override.command(epilog=_EPILOG)
@options.store
@options.settings
@click.argument("subject")
@click.option("--kind", type=click.Choice(KINDS), default="stage", show_default=True, help="What it does.")
@click.option("--stage", default="", metavar="NAME", help="The stage, as tables have it: STAGE_2.")
@click.option("--to", "to", default="", metavar="NAME@VERSION", help="The curriculum, for kinds curriculum and on.")
@click.option("--sessions", type=click.IntRange(1), help="For how many sessions it holds; the next one by default.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which it holds.")
@click.option("--reason", type=click.Choice(REASONS), required=True, help="Why.")
@click.option("--text", default="", metavar="TEXT", help="Why, in words; needed where the reason is other.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@click.option("--dry-run", is_flag=True, help="Only show what it would change, and whose approval it takes.")
@as_member
@options.as_json
@click.pass_context
def propose(
    ctx: click.Context, /, store: str | None, settings: str | None, email: str | None, as_json: bool, **given: Any
) -> None:
    """Propose an override. Where the policy leaves it to the person, it is approved and the rigs are told at once."""
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    on = desk(ctx, store, settings, email)
    view = on.view()
    wish = _wish(given)
    found = services.preview_override(on.store, on.settings, view, wish, actor=on.actor, at=on.at)
    if given["dry_run"]:
        _preview(found, as_json=as_json)
        return
    last = services.last_session(view, wish.subject_id)
    proposed = services.propose(
        on.store,
        on.settings,
        wish,
        seen=last.words if last else "",
        actor=on.actor,
        at=on.at,
        identity=drawn(),
        view=view,
    )
    if as_json:
        write_json(proposed.override.model_dump(mode="json"))
    else:
        show_override(proposed.override)
        show(proposed.sentence)
    if proposed.approved:
        tell_rigs(on, [wish.subject_id])
    tell_people(on)


def _wish(given: dict[str, Any]) -> Any:
    from autotrain_core import services  # noqa: PLC0415 - as above
    from autotrain_core.models import Kind  # noqa: PLC0415

    name, _, version = given["to"].partition("@")
    until: datetime | None = given["until"]
    day: date | None = None if until is None else until.date()
    kind = Kind(given["kind"])
    sessions = given["sessions"]
    if sessions is None and day is None and kind is not Kind.OFF:
        sessions = 1
    return services.Wish(
        subject_id=given["subject"],
        kind=kind,
        stage=given["stage"],
        curriculum=name,
        version=version,
        sessions=sessions,
        until=day,
        reason=given["reason"],
        reason_text=given["text"],
        note=given["note"],
    )


def _preview(found: Any, *, as_json: bool) -> None:
    if as_json:
        write_json(
            {
                "override": found.override.model_dump(mode="json"),
                "changes": [plain(change) for change in found.changes],
                "needs": found.need.sentence,
                "free": found.need.free,
            }
        )
        return
    show(f"{found.override.subject_id}: {found.override.aim}, where the rules suggest {found.standpoint.suggested}.")
    for change in found.changes:
        unit = f" {change.unit}" if change.unit else ""
        show(f"  {change.name}: {plain(change.before)} -> {plain(change.after)}{unit}")
    if found.problem:
        say(found.problem)
    show(found.need.sentence)


@override.command(name="list")
@options.store
@options.settings
@click.option("--waiting", is_flag=True, help="Only proposals that wait for an answer.")
@click.option("--subject", metavar="ID", help="Only those of this mouse.")
@options.as_json
@click.pass_context
def list_(
    ctx: click.Context, store: str | None, settings: str | None, waiting: bool, subject: str | None, as_json: bool
) -> None:
    """List overrides, the newest last, each as it is by the sessions that have come."""
    from autotrain_core import services  # noqa: PLC0415 - as above
    from autotrain_core.models import State  # noqa: PLC0415

    on = desk(ctx, store, settings)
    now = services.people_now(on.view(), services.said(on.store), on=on.settings.run.day(on.at))
    found = [
        one
        for one in now.standings.values()
        if (not waiting or one.state is State.PROPOSED) and subject in (None, one.override.subject_id)
    ]
    if as_json:
        write_json(
            [{**one.override.model_dump(mode="json"), "now": one.state.value, "why": one.sentence} for one in found]
        )
        return
    for one in found:
        show_override(one.override)
        if one.state is not one.override.state:
            show(f"  by now it is {one.state}: {one.sentence}")
    if not found:
        say("There are none.")


def _answering(name: str, words: str, *, needs_words: bool = False, tells: bool = False) -> None:
    """Make one of the commands that answer overrides."""

    @override.command(name=name, help=words)
    @options.store
    @options.settings
    @click.argument("ids", nargs=-1, required=True)
    @as_member
    @(
        click.option("--comment", required=True, metavar="TEXT", help="Why, or what is asked.")
        if needs_words
        else comment
    )
    @click.pass_context
    def answer(
        ctx: click.Context,
        /,
        store: str | None,
        settings: str | None,
        ids: tuple[str, ...],
        email: str | None,
        comment: str,
    ) -> None:
        from autotrain_core import services  # noqa: PLC0415 - as above

        on = desk(ctx, store, settings, email)
        known = services.said(on.store)
        seen = [services.Seen.of(known.override(one)) for one in ids]
        what: Callable[..., Any] = getattr(services, "return_proposal" if name == "return" else name)
        found = what(on.store, on.settings, seen, actor=on.actor, at=on.at, comment=comment)
        for one in found:
            show_override(one)
        if tells:
            _told(on, [one.subject_id for one in found])
        tell_people(on)


def _told(on: Desk, mice: list[str]) -> None:
    tell_rigs(on, list(dict.fromkeys(mice)))


_answering("approve", "Agree to proposals, all of them or none; the rigs are told at once.", tells=True)
_answering("refuse", "Say no to proposals, and why.", needs_words=True)
_answering("return", "Give proposals back with a question.", needs_words=True)
_answering("withdraw", "Take back one's own proposals.")
_answering("revoke", "Take back what was approved and is not used up; the rigs are told at once.", tells=True)
