"""Reviews on the page: whether somebody waits for an answer to this draft, and the answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.models import Right, roles_with
from autotrain_core.services import Review, ReviewState
from autotrain_ui import address, awaited, frame, routes, words
from autotrain_ui.address import BuilderView
from autotrain_ui.builder import publishing_parts as parts
from autotrain_ui.builder.desk import Desk
from autotrain_ui.frame import Here

_KNOWN = "builder:reviews"
_FRESH = timedelta(seconds=15)
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class _Known:
    review: Review | None
    may_agree: tuple[str, ...]
    at: datetime


def _known(here: Here, desk: Desk) -> _Known:
    """Read the review of a draft and who may agree to it; an edit does not wait for the store because of it."""
    known: dict[str, _Known] = st.session_state.setdefault(_KNOWN, {})
    now = datetime.now(UTC)
    found = known.get(desk.identity)
    if found is None or now - found.at > _FRESH:
        review = services.review_of(here.store, desk.identity)
        may: tuple[str, ...] = ()
        if review is not None and review.state is ReviewState.WAITING:
            may = services.reviewers_of(here.store, own={review.asked_by, *review.authors})
        found = known[desk.identity] = _Known(review, may, now)
    return found


def forget(identity: str) -> None:
    """Read the review of a draft anew when the page is drawn next."""
    st.session_state.get(_KNOWN, {}).pop(identity, None)
    awaited.forget(identity)


def banner(here: Here, desk: Desk) -> None:
    """Say how far the review of this draft is, and let those answer it who may."""
    try:
        known = _known(here, desk)
    except AutotrainError as error:
        frame.show(error)
        return
    review = known.review
    if review is None or review.state is ReviewState.WITHDRAWN:
        return
    if review.state is ReviewState.APPROVED and desk.base.version != review.draft_version:
        return  # the draft has gone on since
    title = f"{review.name} {review.version}"
    with st.container(border=True, key=f"builder-review-{desk.identity}"):
        match review.state:
            case ReviewState.WAITING:
                _waiting(here, desk, review, title, known.may_agree)
            case ReviewState.RETURNED:
                _line("Given back:", f"{review.answered_by} gave {title} back{_when(review, here)}", review.comment)
                st.caption("Put it right, then ask again: Publish … is above.")
            case ReviewState.APPROVED:
                _line(
                    "Approved:", f"{title} was approved by {review.answered_by}, and published{_when(review, here)}", ""
                )
                if review.comment:
                    st.text(f"“{words.seen(review.comment)}”")


def _when(review: Review, here: Here) -> str:
    return f" {words.ago(review.answered_at, here.now)}" if review.answered_at else ""


def _line(state: str, sentence: str, comment: str) -> None:
    said = f"<blockquote>{words.as_html(comment)}</blockquote>" if comment else ""
    st.html(f"<div class='atb-said' role='status'><b>{state}</b> {words.as_html(sentence)}.{said}</div>")


def _waiting(here: Here, desk: Desk, review: Review, title: str, may_agree: tuple[str, ...]) -> None:
    _line("Waiting:", f"{review.asked_by} asked {words.ago(review.asked_at, here.now)} for a review of {title}", "")
    stale = desk.base.version != review.draft_version or not desk.is_saved
    if stale:
        st.caption("The draft was changed since. What was asked for no longer stands: ask for a review once more.")
    if here.may(Right.REVIEW) and not review.is_own_work_of(here.actor.email) and not stale:
        _answer(here, desk, review, title)
    elif not stale:
        st.caption(words.as_text(_who_may(here, review, may_agree)))
    if here.may(Right.PUBLISH):
        st.button(
            "Withdraw the request",
            key=f"builder-withdraw-{desk.identity}",
            icon=":material/undo:",
            help="The draft stays as it is; nobody has to answer.",
            on_click=partial(_withdraw, here, desk, review),
        )


def _who_may(here: Here, review: Review, may: tuple[str, ...]) -> str:
    """Say who may agree, and why those who worked on the draft are not among them."""
    role = " or ".join(roles_with(Right.REVIEW))
    said = f"May agree: {', '.join(may)}." if may else f"Nobody here may agree: it takes the role {role}."
    worked = f" Worked on it: {', '.join(review.authors)}." if review.authors else ""
    mine = here.may(Right.REVIEW) and review.is_own_work_of(here.actor.email)
    why = " Nobody agrees to his own work, so you do not." if mine else ""
    return f"{said}{worked}{why}"


def _answer(here: Here, desk: Desk, review: Review, title: str) -> None:
    """Show what would be published, and let a reviewer answer exactly that."""
    if review.authors:
        st.caption(words.as_text(f"Worked on it: {', '.join(review.authors)}."))
    st.text(f"What is new: {words.seen(review.changelog)}")
    if review.reason:
        st.text(f"Warnings, and why all the same: {words.seen(review.reason)}")
    looked = st.expander(
        "What would be published: checks, changes, mice",
        icon=":material/fact_check:",
        key=f"builder-review-look-{desk.identity}",
        on_change="rerun",
    )
    if looked.open:
        with looked:
            _look(here, desk, review)
    comment = f"builder-review-comment-{desk.identity}"
    st.text_area(
        "Comment", key=comment, max_chars=_LONGEST, height=80, placeholder="What convinced you, or what is missing"
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            words.as_text(f"Approve: publishes {title}"),
            key=f"builder-approve-{desk.identity}",
            type="primary",
            icon=":material/check:",
            on_click=partial(_approve, here, desk, review, comment),
        )
        st.button(
            "Give back with the comment",
            key=f"builder-return-{desk.identity}",
            icon=":material/reply:",
            on_click=partial(_return, here, desk, review, comment),
        )


def _look(here: Here, desk: Desk, review: Review) -> None:
    plan = services.publishing_plan(
        here.store, here.settings, desk.base.draft, name=review.name, version=review.version
    )
    parts.faults(plan)
    for sentence in parts.taken(plan):
        st.error(words.as_text(sentence), icon=":material/block:")
    parts.heading("What changes")
    parts.difference(here, desk, plan.curriculum)
    parts.heading("Which mice it concerns")
    parts.mice(here, plan.curriculum)
    parts.files(plan)


def _approve(here: Here, desk: Desk, review: Review, comment: str) -> None:
    said = str(st.session_state.get(comment) or "")
    try:
        done = services.approve_review(
            here.store,
            here.settings,
            desk.identity,
            seen=review.seen,
            actor=here.actor,
            at=datetime.now(UTC),
            comment=said,
        )
    except AutotrainError as error:
        _refuse(desk, error)
        return
    forget(desk.identity)
    frame.look_again()
    notes = "".join(f" {note}" for note in done.notes)
    frame.notice(f"{done.name} {done.version} is published. It moves no mouse.{notes}", icon=":material/publish:")


def _return(here: Here, desk: Desk, review: Review, comment: str) -> None:
    said = str(st.session_state.get(comment) or "")
    try:
        services.return_review(
            here.store, desk.identity, seen=review.seen, comment=said, actor=here.actor, at=datetime.now(UTC)
        )
    except AutotrainError as error:
        _refuse(desk, error)
        return
    forget(desk.identity)
    frame.notice(f"{review.name} {review.version} is given back to {review.asked_by}.", icon=":material/reply:")


def _withdraw(here: Here, desk: Desk, review: Review) -> None:
    try:
        services.withdraw_review(here.store, desk.identity, seen=review.seen, actor=here.actor, at=datetime.now(UTC))
    except AutotrainError as error:
        _refuse(desk, error)
        return
    forget(desk.identity)
    frame.notice("The request is withdrawn.", icon=":material/undo:")


def _refuse(desk: Desk, error: AutotrainError) -> None:
    forget(desk.identity)  # somebody else may have answered
    frame.notice(str(error), icon=":material/block:")


def waiting(here: Here) -> tuple[Review, ...]:
    """
    List the drafts that wait for a review, with the way to each; nothing where none does.

    Returns:
        Those that the person may answer.
    """
    try:
        found = awaited.reviews(here.store)
    except AutotrainError as error:
        frame.show(error)
        return ()
    if not found:
        return ()
    theirs = tuple(one for one in found if here.may(Right.REVIEW) and not one.is_own_work_of(here.actor.email))
    st.header("Waiting for a review")
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"builder-waits-{one.draft}"):
            st.page_link(
                routes.route("builder").file,
                label=words.as_text(f"{one.name} {one.version}"),
                icon=":material/rate_review:",
                query_params=address.to_query(BuilderView(draft=one.draft)),
            )
            yours = "waits for you" if one in theirs else "waits"
            asked = f"{one.asked_by} asked {words.ago(one.asked_at, here.now)}, {yours}: {one.changelog}"
            st.caption(words.as_text(asked))
    return theirs
