"""`autotrain enrol`: let mice begin a curriculum, many at once, or take that back before their first session."""

from typing import TYPE_CHECKING, BinaryIO

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._acting import Desk, as_member, desk, drawn, tell_people, tell_rigs
from autotrain_core.cli._streams import say, show, write_json

if TYPE_CHECKING:
    from autotrain_core.services import EnrolmentPlan, EnrolmentWish

_EPILOG = """
\b
Examples:
  autotrain enrol 700123 700124 --curriculum 'Coupled Baiting@2.3' --dry-run
  autotrain enrol 700123 --curriculum 'Coupled Baiting@2.3' --stage STAGE_1 --as ben@lab.org
  autotrain enrol --from mice.csv --as ben@lab.org
  autotrain enrol --end 700123 --as ben@lab.org

Exit status: 1 a mouse cannot be enrolled, and none was; 3 the person may not, or the store does not answer; 4 somebody
else was faster.
"""


@click.command(epilog=_EPILOG)
@options.store
@options.settings
@click.argument("mice", nargs=-1, metavar="[ID]...")
@click.option("--curriculum", metavar="NAME@VERSION", help="What they begin, where the list says nothing else.")
@click.option("--stage", default="", metavar="NAME", help="Where they begin; the first stage by default.")
@click.option("--note", default="", metavar="TEXT", help="Anything else, kept with each mouse of the command line.")
@click.option(
    "--from",
    "source",
    type=click.File("rb"),
    metavar="FILE",
    help="A list: ids, or csv with the columns subject_id and curriculum, version, stage, note if wanted; - is stdin.",
)
@click.option("--end", is_flag=True, help="Take the enrolments of these mice back; only before their first session.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen to each mouse.")
@as_member
@options.as_json
@click.pass_context
def enrol(
    ctx: click.Context,
    store: str | None,
    settings: str | None,
    mice: tuple[str, ...],
    curriculum: str | None,
    stage: str,
    note: str,
    source: BinaryIO | None,
    end: bool,
    dry_run: bool,
    email: str | None,
    as_json: bool,
) -> None:
    """Enrol mice in a curriculum, all of them or none; the rigs are told at once."""
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    name, _, version = (curriculum or "").rpartition("@")
    if curriculum and not name:
        raise click.UsageError("Name the version, too: --curriculum NAME@VERSION.")
    body = "" if source is None else source.read()
    listed = services.read_enrolments(
        body, curriculum=name, version=version, stage=stage, source="the list" if source is None else source.name
    )
    typed = tuple(
        services.EnrolmentWish(subject_id=mouse, curriculum=name, version=version, stage=stage, note=note)
        for mouse in mice
    )
    if as_json and not dry_run:
        raise click.UsageError("--json goes with --dry-run.")
    if not (listed or typed):
        raise click.UsageError("Name a mouse, or a list with --from.")
    on = desk(ctx, store, settings, email)
    if end:
        _end(on, [one.subject_id for one in (*typed, *listed)], dry_run=dry_run)
        return
    _enrol(on, (*typed, *listed), dry_run=dry_run, as_json=as_json)


def _enrol(on: Desk, wishes: "tuple[EnrolmentWish, ...]", *, dry_run: bool, as_json: bool) -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above

    view = on.view()
    plan = services.plan_enrolments(on.store, on.settings, view, wishes, actor=on.actor, at=on.at)
    _print(plan, as_json=as_json)
    if dry_run:
        return
    made = services.enrol(
        on.store, on.settings, wishes, seen=plan.seen, actor=on.actor, at=on.at, identity=drawn(), view=view
    )
    show(f"{len(made):,} enrolled.")
    tell_rigs(on, [one.subject_id for one in made])
    tell_people(on)


def _print(plan: "EnrolmentPlan", *, as_json: bool) -> None:
    if as_json:
        write_json(
            [
                {
                    "subject_id": row.wish.subject_id,
                    "ready": row.ready,
                    "sentence": row.sentence,
                    "warning": row.warning,
                    "curriculum": row.curriculum,
                    "stage": row.stage,
                    "settings": dict(plan.settings.get((row.curriculum, row.stage), {})),
                }
                for row in plan.rows
            ]
        )
        return
    for row in plan.rows:
        show(f"{'  ' if row.ready else '! '}{row.wish.subject_id}  {row.sentence}")
        if row.warning:
            say(f"{row.wish.subject_id}: {row.warning}")


def _end(on: Desk, mice: list[str], *, dry_run: bool) -> None:
    from autotrain_core import services  # noqa: PLC0415 - as above
    from autotrain_core.errors import NotStoredError  # noqa: PLC0415

    view = on.view()
    now = services.people_now(view, services.said(on.store), on=on.settings.run.day(on.at))
    waiting = {one.subject_id: one for one in services.waiting_enrolments(view, now)}
    lost = [mouse for mouse in mice if mouse not in waiting]
    if lost:
        raise NotStoredError(f"{lost[0]} is not enrolled, or has begun. Nothing was taken back.")
    for mouse in mice:
        one = waiting[mouse]
        show(f"{mouse}  {one.curriculum} {one.version} at {one.stage}, enrolled by {one.by} on {one.day}")
    if dry_run:
        return
    seen = [services.Seen(waiting[mouse].id, services.seen_of(waiting[mouse])) for mouse in mice]
    services.end_enrolment(on.store, on.settings, seen, actor=on.actor, at=on.at, view=view)
    show(f"{len(mice):,} taken back.")
    tell_rigs(on, mice)
    tell_people(on)
