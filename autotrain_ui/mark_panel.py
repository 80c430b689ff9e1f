"""To leave a session out of every decision, with what that changes before it is said; and to let it count again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from typing import Final

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.models import MARK_REASONS, Right, SessionMark
from autotrain_core.services import MarkPreview, seen_of
from autotrain_ui import frame, inbox, override_words, people_acts, words
from autotrain_ui.frame import Here

_LONGEST = 1_000
_COLUMNS: Final = {
    "decision": "Decision",
    "next_stage_suggested": "Next stage",
    "session_at_current_stage": "Sessions at the stage",
}


@dataclass(frozen=True, slots=True)
class _Open:
    """What is about to be left out, or only remarked on; and the id that it will have."""

    session: int
    identity: str

    def key(self, field: str) -> str:
        return f"mark-{field}-{self.identity}"


def draw(here: Here, subject: str, session: int) -> None:
    """
    Say what was said of sessions of this mouse, and offer to leave the chosen one out.

    Args:
        here: The page, with what people have said until this moment; see `people_acts.fresh`.
        subject: The mouse.
        session: Number of the session.
    """
    called = inbox.called(here.store.url, here.store)
    every = [one for one in here.lab.people.of(subject).marks.values() if one.ended_at is None]
    marks = [one for one in every if one.session.session == session]
    for mark in every:
        _standing(here, mark, override_words.who(mark.by, called))
    if not here.may(Right.EXCLUDE):
        return
    form: _Open | None = st.session_state.get(_place(subject))
    if form is None or form.session != session:
        st.button(
            f"Leave session {session} out …" if not any(one.excludes for one in marks) else f"Remark on {session} …",
            key=f"mark-open-{subject}-{session}",
            icon=":material/block:",
            help="A rig fault, the wrong animal. You see what that changes before it is said.",
            on_click=partial(_begin, subject, session),
        )
        return
    _draw_form(here, subject, form, excluded=any(one.excludes for one in marks))


def _standing(here: Here, mark: SessionMark, by: str) -> None:
    left = mark.excludes
    lead = "is left out of every decision" if left else "has a remark"
    loud = " at-ov-loud" if left else ""
    st.html(
        f"<div class='at-ov{loud}'><p class='at-ov-head'><b>Session {mark.session.session} {lead}</b></p>"
        f"<p>{words.as_html(mark.reason_words)}</p>"
        f"<p class='at-small'>{words.as_html(by)}, {words.ago(mark.at, here.now)}</p></div>"
    )
    if here.may(Right.EXCLUDE):
        if left:
            _again(here, mark)
        st.button(
            "Let it count again" if left else "Take the remark back",
            key=f"mark-end-{mark.id}-{seen_of(mark)}",
            icon=":material/undo:",
            on_click=partial(_end, here, mark, seen_of(mark)),
        )


def _again(here: Here, mark: SessionMark) -> None:
    """Say what it would change to let a session count again."""
    try:
        found = services.preview_mark(here.lab, mark.session.subject_id, mark.session.session, exclude=False)
    except AutotrainError as error:
        st.caption(words.as_text(error))
        return
    now, then = (words.stage(stage or None) for stage in (found.next_now, found.next_then))
    told = f"{then} next, and not {now}" if now != then else f"{now} next, as without it"
    others = words.count(len(found.changes), "thing")
    more = f"; {others} about other sessions would be decided otherwise" if len(found.changes) else ""
    st.caption(words.as_text(f"If it counts again, the rules suggest {told}{more}."))


def _place(subject: str) -> str:
    return f"mark:form:{subject}"


def _begin(subject: str, session: int) -> None:
    st.session_state[_place(subject)] = _Open(session, token_hex(6))


def _close(subject: str) -> None:
    st.session_state.pop(_place(subject), None)


def _draw_form(here: Here, subject: str, form: _Open, *, excluded: bool) -> None:
    with st.container(border=True, key="mark-form"):
        try:
            found = services.preview_mark(here.lab, subject, form.session)
        except AutotrainError as error:
            frame.show(error)
            st.button("Cancel", key=form.key("cancel"), on_click=partial(_close, subject))
            return
        st.pills("Why", list(MARK_REASONS), key=form.key("reason"), format_func=MARK_REASONS.__getitem__, wrap=True)
        st.text_input("In your own words", key=form.key("text"), max_chars=_LONGEST)
        if not excluded:
            _changes(form, found)
        with st.container(horizontal=True):
            if not excluded:
                st.button(
                    f"Leave session {form.session} out",
                    key=form.key("exclude"),
                    type="primary",
                    icon=":material/block:",
                    on_click=partial(_mark, here, subject, form, found, exclude=True),
                )
            st.button(
                "Only remark on it",
                key=form.key("annotate"),
                icon=":material/sticky_note_2:",
                on_click=partial(_mark, here, subject, form, found, exclude=False),
            )
            st.button("Cancel", key=form.key("cancel"), on_click=partial(_close, subject))


def _changes(form: _Open, found: MarkPreview) -> None:
    if found.next_then != found.next_now:
        now, then = words.stage(found.next_now or None), words.stage(found.next_then or None)
        st.html(f"<p>By the rules it would run <b>{words.as_html(then)}</b> next, and not {words.as_html(now)}.</p>")
    else:
        st.html("<p>What the rules suggest next stays the same.</p>")
    if not len(found.changes):
        st.caption(f"No later decision would be another without session {form.session}.")
        return
    table = found.changes.assign(
        column=found.changes["column"].map(_COLUMNS),
        now=found.changes["now"].map(_cell),
        then=found.changes["then"].map(_cell),
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config={"session": "Session", "column": "What", "now": "Now", "then": "Without it"},
        alt=f"{words.count(len(table), 'thing')} that would be decided otherwise",
        height=min(38 + 35 * len(table), 260),
    )


def _cell(text: str) -> str:
    return words.decision(text) if text in words.DECISIONS else words.stage(text)


def _mark(here: Here, subject: str, form: _Open, found: MarkPreview, *, exclude: bool) -> None:
    reason = str(st.session_state.get(form.key("reason")) or "")
    text = str(st.session_state.get(form.key("text")) or "").strip()
    if not reason or (reason == override_words.OTHER and not text):
        frame.notice("Say why: choose a reason, or say it in your own words.", icon=":material/block:")
        return
    act = partial(
        services.mark_session,
        here.store,
        here.settings,
        subject,
        form.session,
        exclude=exclude,
        reason=reason,
        text=text,
        seen=found.seen,
        actor=here.actor,
        at=datetime.now(UTC),
        identity=form.identity,
        view=here.lab,
    )
    if people_acts.attempt(here, act) is None:
        return
    _close(subject)
    frame.notice(f"Session {form.session} of {subject} {'is left out' if exclude else 'has a remark'}.")
    if exclude:
        people_acts.to_tell((subject,))


def _end(here: Here, mark: SessionMark, seen: str) -> None:
    act = partial(services.unmark_session, here.store, mark.id, seen=seen, actor=here.actor, at=datetime.now(UTC))
    if people_acts.attempt(here, act) is None:
        return
    frame.notice(f"Session {mark.session.session} counts as before.")
    if mark.excludes:
        people_acts.to_tell((mark.session.subject_id,))
