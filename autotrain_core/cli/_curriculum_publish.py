"""`autotrain curriculum publish`, `import`, `retire`: what the app does with curricula, from a shell or a lab's CI."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from autotrain_core.cli import _options as options
from autotrain_core.cli._streams import say, show, write_json
from autotrain_core.errors import DocumentError


class Said(TypedDict):
    """What is said with a publication."""

    changelog: str
    reason: str
    without_review: str


if TYPE_CHECKING:
    from autotrain_core.models import Curriculum
    from autotrain_core.services import Published, PublishingPlan, Settings
    from autotrain_core.store import Store

_changelog = click.option(
    "--changelog", default="", metavar="TEXT", help="What is new, in a line; needed for what is not published yet."
)
_as = click.option(
    "--as", "as_", metavar="NAME@VERSION", help="Publish one curriculum under this name and version instead of its own."
)
_reason = click.option(
    "--reason", default="", metavar="TEXT", help="Why it is published in spite of warnings; needed where there are any."
)
_without_review = click.option(
    "--without-review",
    default="",
    metavar="REASON",
    help="Why it is published though the policy of the lab asks for a review; the record tells.",
)
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")


@click.command(
    epilog="""
\b
Examples:
  autotrain curriculum publish curricula/*.json --changelog "$(git log -1 --format=%s)" --store s3://our-bucket
  autotrain curriculum publish 'Coupled Baiting_curriculum_v2.4_schema_v1.0.json' --dry-run
  autotrain curriculum publish 'Coupled Baiting@2.3' --changelog 'the shipped one, for our rigs'

Exit status: 0 all of them are published, also where they were before; 1 something speaks against one of them, and none
was published; 3 the store does not answer, or a review is needed; 4 somebody else published the same version just now.
"""
)
@click.argument("wanted", nargs=-1, required=True, metavar="NAME@VERSION|FILE...")
@options.store
@options.settings
@options.curricula
@_as
@_changelog
@_reason
@_without_review
@_dry_run
@options.as_json
@click.pass_context
def publish(
    ctx: click.Context,
    wanted: tuple[str, ...],
    store: str | None,
    settings: str | None,
    curricula: Path | None,
    as_: str | None,
    changelog: str,
    reason: str,
    without_review: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """
    Publish curricula: write the files that rigs and browsers look for, in every folder in which they look.

    All are looked at before any is written. A published version never changes: the same document again completes what
    was interrupted, and does nothing else; another document under the same name and version is refused.
    """
    from autotrain_core import services  # noqa: PLC0415 - the rooms take longer to import than --help may take

    if as_ and len(wanted) > 1:
        raise click.UsageError("--as names one curriculum; publish the others by themselves.")
    chosen = options.read_settings(ctx, store, settings)
    opened = options.open_store(chosen, reading=dry_run)
    shelf = services.shelf(curricula)
    options.tell_failures(shelf)
    found = [services.find_curriculum(each, shelf) for each in wanted]
    said = Said(changelog=changelog, reason=reason, without_review=without_review)
    publish_all(opened, chosen, found, as_=as_, said=said, dry_run=dry_run, as_json=as_json)


def publish_all(
    store: "Store",
    settings: "Settings",
    curricula: "list[Curriculum]",
    *,
    as_: str | None,
    said: "Said",
    dry_run: bool,
    as_json: bool,
) -> None:
    """Look at all, then publish all, and tell of each."""
    from autotrain_core import services  # noqa: PLC0415 - as in `publish`

    name, version = _parts(as_) if as_ else ("", "")
    plans = [services.publishing_plan(store, settings, each, name=name, version=version) for each in curricula]
    faults = [line for plan in plans for line in _faults(plan, said)]
    if faults:
        listed = "\n".join(faults)
        raise DocumentError(f"Nothing was published:\n{listed}")
    if dry_run:
        _tell_plans(plans, as_json=as_json)
        return
    actor, at = services.operator(options.whoever_runs_this()), datetime.now(UTC)
    for plan in plans:
        if plan.published is None and not said["without_review"]:
            services.require_agreement(store, settings, plan.curriculum.name, actor=actor, at=at)
    done = [
        services.publish(store, settings, each, name=name, version=version, actor=actor, at=at, **said)
        for each in curricula
    ]
    if as_json:
        write_json([_as_json(one) for one in done])
        return
    for one in done:
        state = "published before" if one.again else "published"
        show(f"{one.key}: {state}, {len(one.written):,} files written")
        _tell(one.notes)


def _parts(wanted: str) -> tuple[str, str]:
    name, at, version = wanted.rpartition("@")
    if not at or not name.strip() or not version.strip():
        raise click.UsageError(f"'{wanted}' is not NAME@VERSION.")
    return name.strip(), version.strip()


def _faults(plan: "PublishingPlan", said: Said) -> list[str]:
    from autotrain_core import services  # noqa: PLC0415 - as in `publish`

    try:
        services.require_publishable(plan, changelog=said["changelog"], reason=said["reason"])
    except DocumentError as error:
        return [str(error)]
    return []


def _tell_plans(plans: "list[PublishingPlan]", *, as_json: bool) -> None:
    if as_json:
        write_json(
            [
                {
                    "curriculum": plan.curriculum.key,
                    "published": plan.published is not None,
                    "files": list(plan.keys),
                    "warnings": list(plan.warnings),
                    "notes": list(plan.notes),
                }
                for plan in plans
            ]
        )
        return
    for plan in plans:
        show(f"{plan.curriculum.key}: {'published already' if plan.published else 'would be published'}")
        for key in plan.keys:
            show(f"  {key}")
        _tell(plan.notes)


def _tell(notes: tuple[str, ...]) -> None:
    for note in notes:
        say(f"  {note}")


def _as_json(one: "Published") -> dict[str, Any]:
    return {
        "curriculum": one.key,
        "schema": one.schema_version,
        "sha256": one.sha256,
        "again": one.again,
        "written": list(one.written),
        "notes": list(one.notes),
    }


@click.command(
    name="import",
    epilog="""
\b
Examples:
  autotrain curriculum import six-files.zip --store s3://our-bucket
  autotrain curriculum import saved_curriculums/'Coupled Baiting_curriculum_v2.4'* --publish --changelog 'made by hand'
""",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@options.store
@options.settings
@click.option("--publish", "publishes", is_flag=True, help="Publish it at once, rather than make a draft of it.")
@_changelog
@_reason
@_without_review
@_dry_run
@options.as_json
@click.pass_context
def import_(
    ctx: click.Context,
    files: tuple[Path, ...],
    store: str | None,
    settings: str | None,
    publishes: bool,
    changelog: str,
    reason: str,
    without_review: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """
    Make a draft of the files of one curriculum: its document, alone or with the others of its set, or a zip of them.

    Prints the id of the draft, which the builder opens. Nothing in the files is run, and no name in a zip is followed.
    """
    from autotrain_core import services  # noqa: PLC0415 - as in `publish`

    chosen = options.read_settings(ctx, store, settings)
    opened = options.open_store(chosen, reading=dry_run)
    known = services.known_tasks(opened.home, chosen)
    draft = services.from_upload([(path.name, _body(path)) for path in files], known=known)
    read = draft.curriculum(known)
    if publishes:
        said = Said(changelog=changelog, reason=reason, without_review=without_review)
        publish_all(opened, chosen, [read], as_=None, said=said, dry_run=dry_run, as_json=as_json)
        return
    identity = ""
    if not dry_run:
        actor = services.operator(options.whoever_runs_this())
        identity = services.start_draft(opened, draft, actor=actor, at=datetime.now(UTC)).id
    if as_json:
        write_json({"draft": identity or None, "curriculum": read.key, "findings": list(read.findings)})
        return
    show(f"{read.key}: {f'draft {identity}' if identity else 'would be a draft'}")
    for finding in read.findings:
        say(f"  {finding.severity.value}: {finding}")


def _body(path: Path) -> bytes:
    from autotrain_core.interop import LARGEST_DOCUMENT  # noqa: PLC0415 - as in `publish`

    if path.stat().st_size > LARGEST_DOCUMENT:
        raise DocumentError(f"{path} holds more than {LARGEST_DOCUMENT:,} bytes; it is no file of a curriculum.")
    return path.read_bytes()


@click.command(
    epilog="""
\b
Examples:
  autotrain curriculum retire 'Coupled Baiting@1.0' --reason 'replaced by 2.3'
  autotrain curriculum retire 'Coupled Baiting@1.0' --undo
"""
)
@click.argument("wanted", metavar="NAME@VERSION")
@options.store
@options.settings
@click.option("--reason", default="", metavar="TEXT", help="Why, in a line.")
@click.option("--undo", is_flag=True, help="Offer it again.")
@click.pass_context
def retire(ctx: click.Context, wanted: str, store: str | None, settings: str | None, reason: str, undo: bool) -> None:
    """
    Hide a version from new enrolments.

    Mice that follow it go on, rigs find it, and nothing is removed.
    """
    from autotrain_core import services  # noqa: PLC0415 - as in `publish`

    name, version = _parts(wanted)
    chosen = options.read_settings(ctx, store, settings)
    opened = options.open_store(chosen)
    actor, at = services.operator(options.whoever_runs_this()), datetime.now(UTC)
    if undo:
        services.unretire(opened, name, version, actor=actor, at=at)
        show(f"{name}@{version} is offered again.")
        return
    services.stored_shelf(opened.home, chosen).library.get(name, version)
    found = services.retire(opened, name, version, reason=reason, actor=actor, at=at)
    show(f"{found.key} is retired: {found.reason}")
