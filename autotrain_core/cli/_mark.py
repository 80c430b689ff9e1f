"""`autotrain session` and `autotrain comment`: leave a session out of decisions, remark on it, say something."""

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._acting import as_member, desk, drawn, tell_people, tell_rigs
from autotrain_core.cli._streams import say, show

# As in `MARK_REASONS`, which takes longer to import than --help may take; a test compares them.
REASONS = ("rig-fault", "water-fault", "wrong-animal", "wrong-settings", "aborted", "health", "other")
_EPILOG = """
\b
Examples:
  autotrain session exclude 700123 12 --reason rig-fault --dry-run
  autotrain session exclude 700123 12 --reason rig-fault --as ben@lab.org
  autotrain session annotate 700123 12 --reason other --text 'New water spout'
  autotrain session include 700123 12
  autotrain comment 700123 'Why so few trials?' --session 12
"""
reason = click.option("--reason", type=click.Choice(REASONS), required=True, help="Why.")
text = click.option("--text", default="", metavar="TEXT", help="Why, in words; needed where the reason is other.")


@click.group(epilog=_EPILOG)
def session() -> None:
    """Leave a session out of every decision, or remark on it."""


def _marking(name: str, words: str, *, exclude: bool) -> None:
    @session.command(name=name, help=words, epilog=_EPILOG)
    @options.store
    @options.settings
    @click.argument("subject")
    @click.argument("number", type=int)
    @reason
    @text
    @click.option("--dry-run", is_flag=True, help="Only show what it would change.")
    @as_member
    @click.pass_context
    def mark(
        ctx: click.Context,
        /,
        store: str | None,
        settings: str | None,
        subject: str,
        number: int,
        reason: str,
        text: str,
        dry_run: bool,
        email: str | None,
    ) -> None:
        from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

        on = desk(ctx, store, settings, email)
        view = on.view()
        found = services.preview_mark(view, subject, number)
        if exclude:
            for row in found.changes.to_dict(orient="records"):
                show(f"session {row['session']}, {row['column']}: {row['now']} -> {row['then']}")
            show(f"Next stage by the rules: {found.next_now or 'none'} -> {found.next_then or 'none'}")
        if dry_run:
            return
        services.mark_session(
            on.store,
            on.settings,
            subject,
            number,
            exclude=exclude,
            reason=reason,
            text=text,
            seen=found.seen,
            actor=on.actor,
            at=on.at,
            identity=drawn(),
            view=view,
        )
        show(f"{found.seen} is {'left out' if exclude else 'remarked on'}.")
        if exclude:
            tell_rigs(on, [subject])


_marking("exclude", "Leave a session out of every window and every decision.", exclude=True)
_marking("annotate", "Remark on a session; it counts as before.", exclude=False)


@session.command(epilog=_EPILOG)
@options.store
@options.settings
@click.argument("subject")
@click.argument("number", type=int)
@as_member
@click.pass_context
def include(
    ctx: click.Context, store: str | None, settings: str | None, subject: str, number: int, email: str | None
) -> None:
    """Take back what was said of a session: it counts again."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    on = desk(ctx, store, settings, email)
    seen = services.preview_mark(on.view(), subject, number, exclude=False).seen
    found = [mark for mark in services.marks_of(on.store, subject) if mark.session.words == seen]
    for mark in found:
        services.unmark_session(on.store, mark.id, seen=services.seen_of(mark), actor=on.actor, at=on.at)
    if not found:
        say(f"Nobody said anything of {seen}.")
        return
    show(f"{seen} counts as before.")
    tell_rigs(on, [subject])


@click.command(epilog=_EPILOG)
@options.store
@options.settings
@click.argument("subject")
@click.argument("words")
@click.option("--session", "number", type=int, metavar="N", help="The session whose decision it is about.")
@as_member
@click.pass_context
def comment(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    subject: str,
    words: str,
    number: int | None,
    email: str | None,
) -> None:
    """Say something about a mouse, or about one of its decisions; nothing follows from it."""
    from autotrain_core import services  # noqa: PLC0415 - as above

    on = desk(ctx, store, settings, email)
    services.comment(on.store, on.view(), subject, words, actor=on.actor, at=on.at, identity=drawn(), session=number)
    show("It is said.")
    tell_people(on)
