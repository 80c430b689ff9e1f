"""
Reviews: a designer asks, somebody else looks and agrees, and exactly what was seen is published.

A request names the version of the draft and the hash of the document. Where the draft is saved again, the request no
longer holds for what it says, and has to be made anew. Nobody agrees to what he worked on himself, whoever asked.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from autotrain_core.errors import ConflictError, DamagedError, DocumentError, NotAllowedError, NotStoredError
from autotrain_core.models import Actor, Right
from autotrain_core.services._authors import draft_authors
from autotrain_core.services._drafts import StoredDraft, draft_key, open_draft
from autotrain_core.services._people import confirmed, require
from autotrain_core.services._publish import carry_out, require_publishable
from autotrain_core.services._publish_claims import Published
from autotrain_core.services._publish_plan import PublishingPlan, publishing_plan
from autotrain_core.services._publish_recorded import REVIEW, how_of, record_once
from autotrain_core.services._settings import Settings
from autotrain_core.store import ABSENT, Store

FOLDER = "reviews/"
LONGEST_COMMENT = 4_000


class ReviewState(StrEnum):
    """How far a review is."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """
    A request for somebody else to look at a draft, and what became of it.

    Attributes:
        draft: The id of the draft.
        state: How far it is.
        name: Under which it is to be published.
        version: Likewise.
        changelog: What is new, in a line.
        reason: Why it is to be published in spite of warnings.
        draft_version: The version of the draft that is asked about.
        sha256: Of the document that would be published.
        asked_by: Who asks.
        asked_at: When, UTC.
        authors: Who saved the draft since it was started, or since it was published before; addresses.
        answered_by: Who answered, or withdrew it; empty while it is waiting.
        answered_at: When, UTC; None while it is waiting.
        comment: What was said with the answer.
        seen: Stands for the review as it is now: what an answer names.
    """

    draft: str
    state: ReviewState
    name: str
    version: str
    changelog: str
    reason: str
    draft_version: str
    sha256: str
    asked_by: str
    asked_at: datetime
    authors: tuple[str, ...] = ()
    answered_by: str = ""
    answered_at: datetime | None = None
    comment: str = ""
    seen: str = ""

    @property
    def key(self) -> str:
        """Name and version, "Coupled Baiting@2.4"."""
        return f"{self.name}@{self.version}"

    def is_own_work_of(self, email: str) -> bool:
        """Tell whether somebody asked for it, or worked on the draft, and so must not answer."""
        return email in (self.asked_by, *self.authors)


def review_of(store: Store, draft: str) -> Review | None:
    """
    Read the newest review of a draft; None where nobody ever asked for one.

    Raises:
        NotStoredError: No draft can have this id.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    draft_key(draft)
    key = f"{FOLDER}{draft}"
    try:
        document = store.read(key)
    except NotStoredError:
        return None
    return _parsed(key, document.body, document.version)


def waiting_reviews(store: Store) -> tuple[Review, ...]:
    """
    List the reviews that somebody waits for, the oldest first.

    Raises:
        DamagedError: One is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    found = [review_of(store, key.removeprefix(FOLDER)) for key in store.documents(FOLDER)]
    waiting = [one for one in found if one is not None and one.state is ReviewState.WAITING]
    return tuple(sorted(waiting, key=lambda one: one.asked_at))


def ask_review(
    store: Store,
    settings: Settings,
    draft: str,
    *,
    seen: str,
    name: str,
    version: str,
    changelog: str,
    actor: Actor,
    at: datetime,
    accepted_warnings: bool = False,
    reason: str = "",
) -> Review:
    """
    Ask somebody else to look at a draft before it is published; an earlier request for it is replaced.

    Args:
        store: Where.
        settings: What lies where.
        draft: The id of the draft.
        seen: Its version that was on the screen.
        name: Under which it is to be published.
        version: Likewise.
        changelog: What is new, in a line.
        actor: Who asks.
        at: When, with a zone.
        accepted_warnings: As in `publish`.
        reason: As in `publish`.

    Raises:
        NotAllowedError: The actor may not publish, not even with a review.
        DocumentError: It could not be published even if somebody agreed; all reasons are listed.
        ConflictError: Somebody saved the draft, or asked, at the same time.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.PUBLISH)
    stored = _draft_as_seen(store, draft, seen)
    plan = publishing_plan(store, settings, stored.draft, name=name, version=version)
    require_publishable(plan, changelog=changelog, accepted_warnings=accepted_warnings, reason=reason)
    before = review_of(store, draft)
    if before is not None and before.state is ReviewState.APPROVED and before.sha256 == plan.sha256:
        raise DocumentError(f"{before.key} was approved by {before.answered_by} already.")
    asked = Review(
        draft=draft,
        state=ReviewState.WAITING,
        name=plan.curriculum.name,
        version=plan.curriculum.version,
        changelog=" ".join(changelog.split()),
        reason=" ".join(reason.split()) or ("seen and accepted" if accepted_warnings and plan.warnings else ""),
        draft_version=seen,
        sha256=plan.sha256,
        asked_by=now.email,
        asked_at=at.astimezone(UTC),
        authors=draft_authors(store, draft, seen=seen),
    )
    return _put(store, asked, replaces=before.seen if before else ABSENT, by=now, at=at)


def approve_review(
    store: Store, settings: Settings, draft: str, *, seen: str, actor: Actor, at: datetime, comment: str = ""
) -> Published:
    """
    Agree, and publish exactly what was asked about.

    To approve once more what was approved and then interrupted completes it.

    Args:
        store: Where.
        settings: What lies where.
        draft: The id of the draft.
        seen: The review that was on the screen, `Review.seen`.
        actor: Who agrees.
        at: When, with a zone.
        comment: What to say with it.

    Raises:
        NotAllowedError: The actor may not review, asked for it, or worked on the draft.
        NotStoredError: Nobody asked for a review, or the draft was removed.
        ConflictError: The review or the draft changed since; nothing was published.
        DocumentError: It can no longer be published; all reasons are listed.
        NoRendererError: Nothing here can draw its diagrams.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now, review, authors = _to_answer(store, draft, seen=seen, actor=actor, comment=comment)
    stored = _draft_as_seen(store, draft, review.draft_version)
    plan = _plan_of(store, settings, review, stored)
    require_publishable(plan, changelog=review.changelog, accepted_warnings=bool(review.reason), reason=review.reason)
    answered_by = review.answered_by
    if review.state is ReviewState.WAITING:
        # The answer first: of an approval and a withdrawal at the same time only one can be written.
        _answer(store, review, ReviewState.APPROVED, by=now, at=at, comment=comment)
        answered_by = now.email
    return carry_out(
        store,
        settings,
        plan,
        changelog=review.changelog,
        by=review.asked_by,
        at=at,
        reviewed_by=answered_by,
        reason=review.reason,
        draft=draft,
        draft_version=review.draft_version,
        authors=authors,
    )


def return_review(store: Store, draft: str, *, seen: str, comment: str, actor: Actor, at: datetime) -> Review:
    """
    Give a draft back to whoever asked, and say what is missing.

    Raises:
        NotAllowedError: The actor may not review, asked for it, or worked on the draft.
        NotStoredError: Nobody asked for a review.
        ConflictError: The review changed since.
        DocumentError: The comment is missing or too long, or the review is not waiting.
        StoreUnavailableError: The store does not answer.
    """
    now, review, _ = _to_answer(store, draft, seen=seen, actor=actor, comment=comment)
    if not comment.strip():
        raise DocumentError("Say what is missing: a draft is given back with a comment.")
    _require_waiting(review)
    return _answer(store, review, ReviewState.RETURNED, by=now, at=at, comment=comment)


def withdraw_review(store: Store, draft: str, *, seen: str, actor: Actor, at: datetime) -> Review:
    """
    Take a request back; any designer may.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: Nobody asked for a review.
        ConflictError: The review changed since.
        DocumentError: The review is not waiting.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.PUBLISH)
    review = _as_seen(store, draft, seen)
    _require_waiting(review)
    return _answer(store, review, ReviewState.WITHDRAWN, by=now, at=at, comment="")


def _to_answer(
    store: Store, draft: str, *, seen: str, actor: Actor, comment: str
) -> tuple[Actor, Review, tuple[str, ...]]:
    now = confirmed(store, actor)
    require(now, Right.REVIEW)
    review = _as_seen(store, draft, seen)
    if now.email == review.asked_by:
        raise NotAllowedError(f"{now.name} asked for this review, and nobody reviews what he asks for himself.")
    # A request of an earlier program does not say who worked on the draft; its history does.
    authors = review.authors or draft_authors(store, draft, seen=review.draft_version)
    if now.email in authors:
        raise NotAllowedError(
            f"{now.name} worked on this draft, and nobody agrees to his own work: that is for somebody who saved "
            f"nothing in it ({', '.join(authors)} did)."
        )
    if len(comment) > LONGEST_COMMENT:
        raise DocumentError(f"The comment has {len(comment):,} characters, of at most {LONGEST_COMMENT:,}.")
    if review.state is not ReviewState.APPROVED:
        _require_waiting(review)
    return now, review, authors


def _as_seen(store: Store, draft: str, seen: str) -> Review:
    review = review_of(store, draft)
    if review is None:
        raise NotStoredError(f"Nobody asked for a review of the draft {draft}.")
    if review.seen != seen:
        raise ConflictError(f"{FOLDER}{draft}", expected=seen, found=review.seen)
    return review


def _require_waiting(review: Review) -> None:
    if review.state is not ReviewState.WAITING:
        raise DocumentError(f"The review of {review.key} is not waiting for anybody: it was {review.state}.")


def _draft_as_seen(store: Store, draft: str, version: str) -> StoredDraft:
    stored = open_draft(store, draft)
    if stored.version != version:
        raise ConflictError(draft_key(draft), expected=version, found=stored.version)
    return stored


def _plan_of(store: Store, settings: Settings, review: Review, stored: StoredDraft) -> PublishingPlan:
    plan = publishing_plan(store, settings, stored.draft, name=review.name, version=review.version)
    if plan.sha256 != review.sha256:
        raise DocumentError(f"What would be published as {review.key} is not what the review was asked for; ask anew.")
    return plan


def _answer(store: Store, review: Review, state: ReviewState, *, by: Actor, at: datetime, comment: str) -> Review:
    answered = replace(
        review, state=state, answered_by=by.email, answered_at=at.astimezone(UTC), comment=comment.strip()
    )
    return _put(store, answered, replaces=review.seen, by=by, at=at)


def _put(store: Store, review: Review, *, replaces: str, by: Actor, at: datetime) -> Review:
    facts = {name: value for name, value in asdict(review).items() if name != "seen"}
    facts["state"] = review.state.value
    facts["authors"] = list(review.authors)
    facts["asked_at"] = review.asked_at.isoformat()
    facts["answered_at"] = "" if review.answered_at is None else review.answered_at.isoformat()
    body = json.dumps(facts, indent=1, sort_keys=True).encode()
    seen = store.write(f"{FOLDER}{review.draft}", body, replaces=replaces, by=by.email, at=at, note=review.state)
    told = {
        name: facts[name] for name in ("draft", "state", "name", "version", "sha256", "asked_by", "authors", "comment")
    }
    record_once(store, REVIEW, {**told, "how": how_of(by)}, mark=seen, by=by.email, at=at)
    return replace(review, seen=seen)


def _parsed(key: str, body: bytes, version: str) -> Review:
    try:
        facts = json.loads(body)
        answered_at = datetime.fromisoformat(facts["answered_at"]) if facts["answered_at"] else None
        times = {"asked_at": datetime.fromisoformat(facts["asked_at"]), "answered_at": answered_at}
        authors = tuple(str(one) for one in facts.get("authors", ()))
        return Review(**{**facts, **times, "authors": authors, "state": ReviewState(facts["state"]), "seen": version})
    except (ValueError, TypeError, KeyError):
        raise DamagedError(key, "is no review: something else wrote it.") from None
