"""Publish a curriculum: from then on it is there for everybody, and never changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from autotrain_core.editing import Draft
from autotrain_core.errors import ConflictError, DocumentError, NotAllowedError, NotStoredError
from autotrain_core.models import (
    Actor,
    Curriculum,
    Right,
    Task,
    file_name,
    load_curriculum,
    task_from_json_schema,
    tasks,
)
from autotrain_core.services._authors import draft_authors
from autotrain_core.services._drafts import open_draft
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people import confirmed, require
from autotrain_core.services._policy import may_publish
from autotrain_core.services._publish_claims import Published, claim_key, read_claim, write_claim
from autotrain_core.services._publish_files import CurriculumFiles, curriculum_files
from autotrain_core.services._publish_plan import PublishingPlan, holds, keys_of, publishing_plan
from autotrain_core.services._publish_recorded import PUBLISHED, how_of, record_once
from autotrain_core.services._settings import Settings
from autotrain_core.services._targets import digest
from autotrain_core.store import ABSENT, Home, Json, Store

LONGEST_LINE = 500
"""Most characters of a changelog line, and of a reason."""


def publish(
    store: Store,
    settings: Settings,
    work: Draft | Curriculum,
    *,
    changelog: str,
    actor: Actor,
    at: datetime,
    name: str = "",
    version: str = "",
    based_on: str = "",
    accepted_warnings: bool = False,
    reason: str = "",
    draft: str = "",
    seen: str = "",
    without_review: str = "",
    lab: LabView | None = None,
) -> Published:
    """
    Publish a curriculum, in every folder in which readers look for it.

    Publishing the same again completes what was interrupted, and changes nothing else. It moves no mouse.

    Args:
        store: Where.
        settings: Says in which folders.
        work: What is to be published.
        changelog: What is new, in a line.
        actor: Who publishes.
        at: When, with a zone.
        name: Its name; empty: the one in the document.
        version: Its version; empty: the one in the document.
        based_on: What it was started from, "Name@Version"; empty: what the draft says.
        accepted_warnings: Whether the publisher has seen the warnings and wants it all the same.
        reason: Why, in spite of them.
        draft: The id of the draft that it comes from; empty for none.
        seen: The version of the draft that was on the screen.
        without_review: Why an operator publishes it though somebody else should agree.
        lab: The lab, where it is at hand, to count the mice that follow the name.

    Raises:
        NotAllowedError: The actor may not, or somebody else has to agree first.
        DocumentError: Errors in it, name and version are taken, warnings without a reason, no changelog; all of them
            are listed.
        ConflictError: Somebody else published this name and version, or saved the draft, at the same time.
        NoRendererError: Nothing here can draw its diagrams; nothing was written.
        DamagedError: What the store says of the version is not what was written.
        StoreUnavailableError: The store does not answer: publish the same again to complete it.
    """
    now = confirmed(store, actor)
    require(now, Right.PUBLISH)
    require_seen(store, draft, seen)
    plan = publishing_plan(store, settings, work, name=name, version=version, based_on=based_on)
    require_publishable(plan, changelog=changelog, accepted_warnings=accepted_warnings, reason=reason)
    if plan.published is None and not (now.operator and without_review.strip()):
        require_agreement(store, settings, plan.curriculum.name, actor=now, at=at, lab=lab)
    return carry_out(
        store,
        settings,
        plan,
        changelog=changelog,
        by=now.email,
        how=how_of(now),
        at=at,
        reason=reason,
        without_review=without_review,
        draft=draft,
        draft_version=seen,
        authors=draft_authors(store, draft, seen=seen) if draft else (),
    )


def require_seen(store: Store, draft: str, seen: str) -> None:
    """
    Make sure that a draft is still the one that was on the screen.

    Raises:
        ConflictError: Somebody saved it since.
        NotStoredError: It was removed.
    """
    if draft:
        found = open_draft(store, draft).version
        if found != seen:
            raise ConflictError(f"drafts/{draft}", expected=seen, found=found)


def require_publishable(
    plan: PublishingPlan, *, changelog: str, accepted_warnings: bool = False, reason: str = ""
) -> None:
    """
    Make sure that nothing speaks against publishing.

    Raises:
        DocumentError: Something does; all of it is listed.
    """
    faults = list(plan.faults)
    if plan.published is None:
        if not changelog.strip():
            faults.append("nobody has said what is new; write a line for the changelog")
        if plan.warnings and not accepted_warnings and not reason.strip():
            faults += [f"{finding}" for finding in plan.warnings]
            faults.append("warnings were found; say why it is to be published all the same")
    faults += [
        f"the {what} has {len(text):,} characters, of at most {LONGEST_LINE}"
        for what, text in (("changelog line", changelog), ("reason", reason))
        if len(text) > LONGEST_LINE
    ]
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise DocumentError(f"{plan.curriculum.key} is not published:\n{listed}")


def require_agreement(
    store: Store, settings: Settings, name: str, *, actor: Actor, at: datetime, lab: LabView | None = None
) -> None:
    """
    Make sure that nobody else has to agree before a curriculum is published.

    Raises:
        NotAllowedError: Somebody has to; the sentence says who.
        DocumentError: The policy cannot be used.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    found = may_publish(store, settings, name, actor=actor, at=at, lab=lab)
    if found.needs_review:
        hint = " An operator may say why it is published without one (--without-review)." if actor.operator else ""
        raise NotAllowedError(f"{found.sentence}{hint}")


def carry_out(
    store: Store,
    settings: Settings,
    plan: PublishingPlan,
    *,
    changelog: str,
    by: str,
    at: datetime,
    how: str = "",
    reviewed_by: str = "",
    reason: str = "",
    without_review: str = "",
    draft: str = "",
    draft_version: str = "",
    authors: tuple[str, ...] = (),
) -> Published:
    """
    Write what was planned, and record it; whoever calls this has made sure that it may be.

    Raises:
        ConflictError: Somebody else published this name and version at the same time.
        DamagedError: What the store says of the version is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    curriculum = plan.curriculum
    claim = plan.published or Published(
        name=curriculum.name,
        version=curriculum.version,
        schema_version=curriculum.schema_version,
        sha256=plan.sha256,
        changelog=_line(changelog),
        by=by,
        at=at.astimezone(UTC),
        how=how,
        reviewed_by=reviewed_by,
        based_on=plan.based_on,
        reason=_line(reason),
        without_review=_line(without_review),
        document=curriculum.text,
        task_schema=plan.task_schema,
        draft=draft,
        draft_version=draft_version,
        authors=authors,
    )
    if plan.published is None:
        write_claim(store, claim)
    written = _complete(store, settings, claim, by=by, at=at, files=plan.files)
    return replace(claim, again=plan.published is not None, written=written, notes=plan.notes)


def _line(text: str) -> str:
    return " ".join(text.split())


def unfinished_publications(store: Store, settings: Settings, known: tuple[Published, ...]) -> tuple[Published, ...]:
    """
    List what was published and is not in every folder in which readers look for it.

    Args:
        store: Where.
        settings: Says in which folders.
        known: What the store says was published; see `published_curricula`.

    Raises:
        StoreUnavailableError: The store does not answer.
    """
    folders = (*settings.curricula.copies, settings.curricula.key)
    there = {listed.key for folder in folders for listed in store.home.list(folder)}
    return tuple(
        one
        for one in known
        if not all(f"{folder}{file_name(one.name, one.version, one.schema_version)}" in there for folder in folders)
    )


def finish_publication(
    store: Store, settings: Settings, name: str, version: str, *, actor: Actor, at: datetime
) -> Published:
    """
    Write what an interrupted publication left undone, or what somebody removed.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: It was not published from here.
        ConflictError: Something else of that name lies there.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.PUBLISH)
    claim, _ = read_claim(store, name, version)
    if claim is None:
        raise NotStoredError(f"{name}@{version} was not published from here.")
    return replace(claim, again=True, written=_complete(store, settings, claim, by=now.email, at=at))


def _complete(
    store: Store,
    settings: Settings,
    claim: Published,
    *,
    by: str,
    at: datetime,
    files: CurriculumFiles | None = None,
) -> tuple[str, ...]:
    """Write every file that is not there yet, and tell the record; what is there is left as it is."""
    _, mark = read_claim(store, claim.name, claim.version)
    if files is None:
        files = curriculum_files(_curriculum_of(claim))
    written = []
    for key in keys_of(settings, files):
        name = key.rpartition("/")[2]
        if _created(store.home, key, files.bodies[name]):
            written.append(key)
        elif name == files.document and not holds(store.home, key, claim.document):
            raise ConflictError(key, expected=ABSENT, found=store.home.head(key).version)
    facts: dict[str, Json] = {
        "name": claim.name,
        "version": claim.version,
        "schema_version": claim.schema_version,
        "sha256": claim.sha256,
        "changelog": claim.changelog,
        "by": claim.by,
        "at": claim.at.isoformat(),
        "how": claim.how,
        "reviewed_by": claim.reviewed_by,
        "based_on": claim.based_on,
        "reason": claim.reason,
        "without_review": claim.without_review,
        "draft": claim.draft,
        "draft_version": claim.draft_version,
        "authors": list(claim.authors),
    }
    record_once(store, PUBLISHED, facts, mark=mark, by=by, at=at)
    return tuple(written)


def _created(home: Home, key: str, body: bytes) -> bool:
    try:
        home.put(key, body, replaces=ABSENT, labels={"sha256": digest(body)})
    except ConflictError:
        return False
    return True


def _curriculum_of(claim: Published) -> Curriculum:
    known: Mapping[str, Task] = tasks()
    if claim.task_schema:
        own = task_from_json_schema(claim.task_schema.encode(), source=claim_key(claim.name, claim.version))
        known = {**known, own.schema_name: own}
    return load_curriculum(claim.document.encode(), tasks=known)
