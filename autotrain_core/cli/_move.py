"""`autotrain move`: many mice to another curriculum or version, with a stage map; and back."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._acting import Desk, as_member, desk, drawn, tell_people, tell_rigs
from autotrain_core.cli._streams import plain, say, show, write_json

if TYPE_CHECKING:
    from autotrain_core.services import LabView, MovePlan, MoveWish, PeopleNow

_EPILOG = """
\b
Examples:
  autotrain move --from 'Coupled Baiting@2.3' --to 'Coupled Baiting@2.4' --dry-run
  autotrain move --mouse 700123 --mouse 700124 --to 'Uncoupled Baiting@2.3' --stage STAGE_2=STAGE_1 \\
      --reason 'new task' --as heron@lab.org
  autotrain move --list
  autotrain move --undo 1f0c9a2b77d4 --as heron@lab.org

Exit status: 1 a mouse cannot be moved, and none was; 3 there is no such curriculum, or the person may not, or the store
does not answer; 4 somebody else was faster.
"""


@click.command(epilog=_EPILOG)
@options.store
@options.settings
@click.option("--to", metavar="NAME@VERSION", help="Where the mice go.")
@click.option("--mouse", "mice", multiple=True, metavar="ID", help="A mouse to move; repeated for several.")
@click.option("--from", "source", metavar="NAME@VERSION", help="Move all mice that follow this.")
@click.option(
    "--stage",
    "stages",
    multiple=True,
    metavar="A=B",
    help="Mice that would run A next run B there; repeated for several. What is not said goes to the nearest stage.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; needed to move mice.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@click.option("--undo", metavar="BATCH", help="Take a move back, as far as no session has followed it.")
@click.option("--partly", is_flag=True, help="With --undo: also where some mice have run by the move already.")
@click.option("--list", "listing", is_flag=True, help="List the moves, the newest first.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen to each mouse.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_member
@options.as_json
@click.pass_context
def move(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    to: str | None,
    mice: tuple[str, ...],
    source: str | None,
    stages: tuple[str, ...],
    reason: str,
    note: str,
    undo: str | None,
    partly: bool,
    listing: bool,
    dry_run: bool,
    yes: bool,
    email: str | None,
    as_json: bool,
) -> None:
    """Move mice to another curriculum or version, all of them or none; the rigs are told at once."""
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    if not (undo or listing or to):
        raise click.UsageError("Say where to with --to NAME@VERSION, or what to take back with --undo BATCH.")
    if as_json and not dry_run:
        raise click.UsageError("--json goes with --dry-run.")
    on = desk(ctx, store, settings, email)
    if listing:
        _list(on)
    elif undo:
        _undo(on, undo, partly=partly)
    elif to:
        name, _, version = to.rpartition("@")
        wish = services.MoveWish(
            mice=tuple(dict.fromkeys([*mice, *_following(on, source)])),
            curriculum=name,
            version=version,
            stages=_map(stages),
            reason=reason,
            note=note,
        )
        _move(on, wish, dry_run=dry_run, yes=yes, as_json=as_json)


def _following(on: Desk, source: str | None) -> tuple[str, ...]:
    from autotrain_core import services  # noqa: PLC0415 - as above

    if source is None:
        return ()
    return services.mice_following(*_now(on), source)


def _now(on: Desk) -> "tuple[LabView, PeopleNow]":
    from autotrain_core import services  # noqa: PLC0415 - as above

    view = on.view()
    return view, services.people_now(view, services.said(on.store), on=on.settings.run.day(on.at))


def _map(stages: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in stages:
        before, sign, after = one.partition("=")
        if not (before and sign):
            raise click.UsageError(f"Write a stage and where it leads as A=B, not {one!r}.")
        found[before.strip()] = after.strip()
    return found


def _move(on: Desk, wish: "MoveWish", *, dry_run: bool, yes: bool, as_json: bool) -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above

    if not wish.mice:
        raise click.UsageError("Name a mouse with --mouse, or what they follow with --from: there are none so far.")
    view = on.view()
    plan = services.plan_move(on.store, on.settings, view, wish, actor=on.actor, at=on.at)
    _print(plan, as_json=as_json)
    if dry_run:
        return
    if not wish.reason.strip():
        raise click.UsageError("Say why with --reason.")
    if plan.ready and not yes:
        click.confirm(f"Move {len(plan.rows):,} to {wish.curriculum} {wish.version}?", abort=True, err=True)
    moved = services.move(
        on.store, on.settings, wish, seen=plan.seen, actor=on.actor, at=on.at, identity=drawn(), view=view
    )
    show(f"{len(moved.mice):,} moved. To take it back: autotrain move --undo {moved.batch}")
    tell_rigs(on, list(moved.mice))
    tell_people(on)


def _print(plan: "MovePlan", *, as_json: bool) -> None:
    if as_json:
        write_json([{**asdict(row), "changes": [asdict(change) for change in row.changes]} for row in plan.rows])
        return
    for row in plan.rows:
        if row.problem:
            show(f"! {row.subject_id}  {row.problem}.")
            continue
        changes = ", ".join(f"{one.name} {plain(one.before)} -> {plain(one.after)}" for one in row.changes)
        show(f"  {row.subject_id}  {row.following} -> {row.stage}: {changes or 'no setting changes'}")
        if row.remark:
            say(f"{row.subject_id}: {row.remark}")


def _list(on: Desk) -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above

    found = services.moves(*_now(on))
    for one in found:
        show(f"{one.batch}  {one.at:%Y-%m-%d %H:%M} UTC  {one.by}: {len(one.mice):,} to {one.curriculum} {one.version}")
        show(f"  {len(one.open):,} can be taken back, {len(one.ran):,} have run by it")
    if not found:
        say("There are none.")


def _undo(on: Desk, batch: str, *, partly: bool) -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above

    view, now = _now(on)
    before = {one.batch: one.open for one in services.moves(view, now)}
    services.undo_move(on.store, on.settings, batch, actor=on.actor, at=on.at, view=view, partly=partly)
    show(f"{len(before[batch]):,} taken back.")
    tell_rigs(on, before[batch])
    tell_people(on)
