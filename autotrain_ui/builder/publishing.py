"""Publishing a draft: one page with all that one has to know and to say, and a button that says what it does."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from autotrain_core import services
from autotrain_core.editing import Draft, SetIdentity
from autotrain_core.errors import AutotrainError, NoRendererError
from autotrain_core.models import Curriculum
from autotrain_core.services import MayPublish, Published, PublishingPlan, Review, ReviewState
from autotrain_core.store import Store
from autotrain_ui import address, frame, routes, words
from autotrain_ui.address import LibraryView
from autotrain_ui.builder import changes, reviewing
from autotrain_ui.builder import publishing_parts as parts
from autotrain_ui.builder.desk import Desk
from autotrain_ui.frame import Here

_LONGEST = 500
_TRIES = 3
_DONE = "builder:published"
_MICE = "builder:published-mice"
_REFUSED = "builder:publishing-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was on the screen when somebody pressed a button."""

    draft: Draft
    seen: str
    name: str
    version: str
    based_on: str
    curriculum: Curriculum


def open_publishing(here: Here, desk: Desk) -> None:
    """Save what is on the desk, and open the page on which it is published."""
    st.session_state.pop(_REFUSED, None)
    st.session_state.pop(_DONE, None)
    saved(here, desk)
    st.dialog("Publish", width="large", icon=":material/publish:", on_dismiss="rerun")(publishing_form)(here, desk)


def saved(here: Here, desk: Desk) -> bool:
    """
    Wait until the store has what is on the desk.

    Returns:
        Whether it has. Where it has not, the desk says why: a conflict, or a problem.
    """
    for _ in range(_TRIES):
        desk.settle(wait=True)
        if desk.is_saved or desk.conflict is not None:
            break
        desk.save(here.store, here.actor)
        desk.settle(wait=True)
        if desk.problem:
            break
    return desk.is_saved and desk.conflict is None


def publishing_form(here: Here, desk: Desk) -> None:
    """Draw what stands on that page."""
    done = st.session_state.get(_DONE)
    if isinstance(done, Published | Review):
        _said(done)
        return
    if desk.conflict is not None or not desk.is_saved:
        why = desk.problem or "somebody else saved it while you worked; close this and answer first"
        st.error(f"It is not saved yet: {words.as_text(why)}", icon=":material/cloud_off:")
        return
    name, version = _identity(here, desk)
    try:
        plan = services.publishing_plan(here.store, here.settings, desk.base.draft, name=name, version=version)
        may = services.may_publish(
            here.store,
            here.settings,
            plan.curriculum.name,
            actor=here.actor,
            at=here.now,
            lab=here.lab,
            authors=_authors(desk.identity, desk.base.version, here.store),
        )
        review = services.review_of(here.store, desk.identity)
    except NoRendererError as error:
        st.error(
            f"**Nothing here can draw the diagrams that rigs show, so nothing can be published.** "
            f"{words.as_text(error)}",
            icon=":material/draw:",
        )
        return
    except AutotrainError as error:
        frame.show(error)
        return
    for sentence in parts.taken(plan):
        st.error(words.as_text(sentence), icon=":material/block:")
    _what_is_new(desk)
    parts.heading("What the checks find")
    parts.faults(plan)
    if plan.warnings and not plan.faults:
        _in_spite_of(desk)
    parts.heading("What changes")
    parts.difference(here, desk, plan.curriculum)
    parts.heading("Which mice it concerns")
    parts.mice(here, plan.curriculum)
    parts.heading("Who agrees")
    st.text(may.sentence)
    parts.files(plan)
    if may.allowed:
        asked = _Asked(
            draft=desk.base.draft,
            seen=desk.base.version,
            name=name,
            version=version,
            based_on=_published_as(here, desk),
            curriculum=plan.curriculum,
        )
        _buttons(here, desk, plan, may, review, asked)


@st.cache_data(show_spinner=False, max_entries=32)
def _authors(draft: str, version: str, _store: Store) -> tuple[str, ...]:
    return services.draft_authors(_store, draft, seen=version)


def _key(desk: Desk, what: str) -> str:
    return f"builder-publish-{what}-{desk.identity}"


def _identity(here: Here, desk: Desk) -> tuple[str, str]:
    """Ask for name and version; the next version is proposed, and why."""
    version, why = changes.proposal(here, desk)
    st.session_state.setdefault(_key(desk, "name"), desk.curriculum.name)
    st.session_state.setdefault(_key(desk, "version"), version)
    left, right = st.columns([3, 1])
    name = left.text_input("Name", key=_key(desk, "name"))
    chosen = right.text_input("Version", key=_key(desk, "version"))
    parts.quiet(f"Proposed: {version} ({why}).")
    return (name or "").strip(), (chosen or "").strip()


def _published_as(here: Here, desk: Desk) -> str:
    """Give the version that the draft was published as before: the next one follows from that; else nothing."""
    key = desk.curriculum.key
    return key if any(one.key == key for one in here.lab.shelf.library) else ""


def _what_is_new(desk: Desk) -> None:
    st.text_input(
        "What is new, in a line (required)",
        key=_key(desk, "changelog"),
        max_chars=_LONGEST,
        placeholder="Stage 3 asks for 300 finished trials instead of 200",
        persist_state="session",
        help="It stands in the library beside this version, for whoever wonders in a year.",
    )


def _in_spite_of(desk: Desk) -> None:
    st.text_input(
        "Why it is published in spite of the warnings",
        key=_key(desk, "reason"),
        max_chars=_LONGEST,
        persist_state="session",
    )
    st.checkbox("I have seen the warnings, and no reason is needed", key=_key(desk, "accepted"))


def _buttons(
    here: Here, desk: Desk, plan: PublishingPlan, may: MayPublish, review: Review | None, asked: _Asked
) -> None:
    title = f"{plan.curriculum.name} {plan.curriculum.version}"
    if review is not None and review.state is ReviewState.WAITING:
        when = words.ago(review.asked_at, here.now)
        parts.quiet(f"{review.asked_by} asked for a review {when}; to ask again replaces that.")
    refused = st.session_state.get(_REFUSED)
    if refused:
        st.error(words.as_text(refused), icon=":material/block:")
    stop = bool(plan.faults) or not asked.name or not asked.version
    told = (
        "First put right what is marked above." if plan.faults else "It needs a name and a version." if stop else None
    )
    with st.container(horizontal=True, gap="small"):
        if not may.needs_review or plan.published is not None:
            st.button(
                words.as_text(f"Publish {title}" if plan.published is None else f"Complete {title}"),
                key="builder-publish-now",
                type="primary",
                icon=":material/publish:",
                disabled=stop,
                help=told,
                on_click=partial(_publish, here, desk, asked),
            )
        if plan.published is None:
            st.button(
                words.as_text(f"Ask for a review of {title}"),
                key="builder-ask-review",
                type="primary" if may.needs_review else "secondary",
                icon=":material/rate_review:",
                disabled=stop,
                help=told,
                on_click=partial(_ask, here, desk, asked),
            )


def _publish(here: Here, desk: Desk, asked: _Asked) -> None:
    told = _told(desk, asked)
    if told is None:
        return
    changelog, reason, accepted = told
    mice = parts.mice_csv(here, asked.curriculum)
    try:
        published = services.publish(
            here.store,
            here.settings,
            asked.draft,
            changelog=changelog,
            actor=here.actor,
            at=datetime.now(UTC),
            name=asked.name,
            version=asked.version,
            based_on=asked.based_on,
            accepted_warnings=accepted,
            reason=reason,
            draft=desk.identity,
            seen=asked.seen,
            lab=here.lab,
        )
    except AutotrainError as error:
        _refuse(str(error))
        return
    _finish(desk, published)
    st.session_state[_MICE] = mice
    frame.look_again()
    frame.notice(f"{published.name} {published.version} is published. It moves no mouse.", icon=":material/publish:")
    # From now on the draft is called what it was published as, so that the next version follows from that.
    if desk.draft is asked.draft and desk.curriculum.key != published.key:
        desk.do(SetIdentity(published.name, published.version))
        desk.save(here.store, here.actor)


def _ask(here: Here, desk: Desk, asked: _Asked) -> None:
    told = _told(desk, asked)
    if told is None:
        return
    changelog, reason, accepted = told
    try:
        review = services.ask_review(
            here.store,
            here.settings,
            desk.identity,
            seen=asked.seen,
            name=asked.name,
            version=asked.version,
            changelog=changelog,
            actor=here.actor,
            at=datetime.now(UTC),
            accepted_warnings=accepted,
            reason=reason,
        )
    except AutotrainError as error:
        _refuse(str(error))
        return
    _finish(desk, review)
    reviewing.forget(desk.identity)
    frame.notice(f"A review of {review.name} {review.version} is asked for.", icon=":material/rate_review:")


def _told(desk: Desk, asked: _Asked) -> tuple[str, str, bool] | None:
    """Read what was said beside the button; None where the button named another version than what stands there now."""
    now = tuple(str(st.session_state.get(_key(desk, what), "")).strip() for what in ("name", "version"))
    if now != (asked.name, asked.version):
        _refuse("Name or version changed at the last moment. Nothing was done; look once more, then press the button.")
        return None
    changelog, reason = (str(st.session_state.get(_key(desk, what)) or "") for what in ("changelog", "reason"))
    return changelog, reason, bool(st.session_state.get(_key(desk, "accepted")))


def _refuse(sentence: str) -> None:
    st.session_state[_REFUSED] = sentence
    frame.notice(sentence, icon=":material/block:")


def _finish(desk: Desk, done: Published | Review) -> None:
    st.session_state.pop(_REFUSED, None)
    st.session_state[_DONE] = done
    for what in ("changelog", "reason"):
        st.session_state[_key(desk, what)] = ""


def _said(done: Published | Review) -> None:
    """Show what came of it."""
    title = f"{done.name} {done.version}"
    if isinstance(done, Review):
        st.success(
            f"**A review of {words.as_text(title)} is asked for.** Whoever may review finds it on the Builder page. "
            "Where you change the draft before the answer, ask again.",
            icon=":material/rate_review:",
        )
        return
    st.success(
        f"**{words.as_text(title)} is published**, and never changes from now on. It moved no mouse: each goes on with "
        "the version that it follows until somebody moves it.",
        icon=":material/publish:",
    )
    for note in done.notes:
        parts.quiet(note)
    _offer_mice(done)
    st.page_link(
        routes.route("curricula").file,
        label=words.as_text(f"{title} in the library"),
        icon=":material/menu_book:",
        query_params=address.to_query(LibraryView(name=done.name, version=done.version)),
    )
    with st.expander(f"What was written: {words.count(len(done.written), 'file')}", icon=":material/folder:"):
        st.code("\n".join(words.seen(key) for key in done.written) or "everything was there already", language=None)
        parts.quiet(f"sha256 of the document: {done.sha256}")


def _offer_mice(done: Published) -> None:
    """Offer the mice that it concerns as a file: whoever moves them does so by a list."""
    mice = st.session_state.get(_MICE)
    if mice:
        st.download_button(
            "Mice that followed this name last (CSV)",
            mice,
            file_name=f"{done.name} {done.version} mice.csv",
            mime="text/csv",
            key="builder-published-mice",
            icon=":material/download:",
            on_click="ignore",
        )
