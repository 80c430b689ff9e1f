"""The history of a mouse on one line of time, as HTML, with its filters and a box for comments."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from typing import Final

import streamlit as st

from autotrain_core import services
from autotrain_core.models import Right, Step
from autotrain_core.services import Moment, MomentKind
from autotrain_ui import address, inbox, links, override_words, people_acts, words
from autotrain_ui.address import MouseView
from autotrain_ui.chips import Colours, chip
from autotrain_ui.frame import Here

_KINDS: Final[Mapping[str, str]] = {
    MomentKind.RULES.value: "Rules",
    MomentKind.RAN.value: "Ran another stage",
    MomentKind.OVERRIDE.value: "Overrides",
    MomentKind.ENROLMENT.value: "Enrolments",
    MomentKind.MARK.value: "Sessions left out",
    MomentKind.COMMENT.value: "Comments",
}
_SIGNS: Final[Mapping[MomentKind, str]] = {
    MomentKind.RAN: "≠",
    MomentKind.OVERRIDE: "◆",
    MomentKind.ENROLMENT: "+",
    MomentKind.MARK: "⌀",
    MomentKind.COMMENT: "“",
}
_ACTS: Final[Mapping[str, str]] = {
    "enrol": "Enrolled in",
    "end": "Enrolment taken back:",
    "mark": "Session marked: it",
    "unmark": "Mark taken back: the session",
}
_MOST = 40
_LONGEST = 4_000


def draw(here: Here, subject: str, chosen: Sequence[str], *, colours: Colours) -> None:
    """
    Draw the history of a mouse.

    Args:
        here: The page, with what people have said until this moment; see `people_acts.fresh`.
        subject: The mouse.
        chosen: Values of `MomentKind` that are shown; all where it is empty.
        colours: See `chips.colours_of`.
    """
    moments = services.timeline(here.lab, subject)
    there = {moment.kind.value for moment in moments}
    with st.container(key="screen-moments"):
        if len(there) > 1:
            st.pills(
                "Show",
                [kind for kind in _KINDS if kind in there or kind in chosen],
                selection_mode="multi",
                key=address.key("mouse", "moment"),
                format_func=lambda kind: _KINDS.get(kind, kind),
                label_visibility="collapsed",
                wrap=True,
            )
        if here.may(Right.COMMENT):
            _comment_box(here, subject)
    shown = [moment for moment in moments if not chosen or moment.kind.value in chosen]
    if not shown:
        st.caption("Nothing happened yet: no change of stage, no word of a person.")
        return
    every = f"moments-all-{subject}"
    wanted = shown if st.session_state.get(every) else shown[:_MOST]
    called = inbox.called(here.store.url, here.store)
    st.html(f"<ol class='at-line-of-time'>{''.join(_lines(here, subject, wanted, called, colours))}</ol>")
    if len(shown) > len(wanted):
        st.button(f"Show all {len(shown):,}", key=f"{every}-button", on_click=partial(_show_all, every))


def _show_all(key: str) -> None:
    st.session_state[key] = True


def _lines(
    here: Here, subject: str, moments: Sequence[Moment], called: Mapping[str, str], colours: Colours
) -> Iterator[str]:
    for moment in moments:
        if moment.at is not None:
            local = moment.at.astimezone(here.now.tzinfo)
            when, exact = f"{words.day(local.date(), here.today)}, {local:%H:%M}", f"{moment.at:%Y-%m-%d %H:%M} UTC"
        else:
            when, exact = words.day(moment.day, here.today), f"{moment.day or ''}"
        title, told = _of_rules(moment, colours) if moment.at is None else _of_people(moment, called)
        session = ""
        if moment.session is not None:
            view = MouseView(subject=subject, session=moment.session)
            session = f" {links.link(f'session {moment.session}', 'mouse', view)}"
        sign = words.SIGNS.get(moment.decision) or _SIGNS.get(moment.kind, "·")
        yield (
            f"<li><time title='{words.as_html(exact)}'>{words.as_html(when)}</time>"
            f"<span class='at-sign' aria-hidden='true'>{sign}</span><div><p>{title}{session}</p>{told}</div></li>"
        )


def _of_rules(moment: Moment, colours: Colours) -> tuple[str, str]:
    before, after = (chip(moment.curriculum, stage, colours) for stage in (moment.before, moment.after))
    if moment.kind is MomentKind.RAN:
        return f"<b>Ran</b> {after} instead of {before}", ""
    lead = "The rules: on" if moment.decision == "PROGRESS" else "The rules: back"
    return f"<b>{lead}</b> from {before} to {after} after", ""


def _of_people(moment: Moment, called: Mapping[str, str]) -> tuple[str, str]:
    by = words.as_html(override_words.who(moment.by, called))
    what = words.as_html(override_words.said(moment.what))
    why = f"<p class='at-said'>{words.as_html(override_words.said(moment.why))}</p>"
    if not moment.why or moment.step == Step.PUBLISH:  # what it says of itself is said by the step
        why = ""
    about = ", written for" if moment.session is not None else ""
    match moment.kind:
        case MomentKind.COMMENT:
            text = f"<p>{words.as_html(moment.why)}</p>"
            return f"<b>{by}</b> commented{' on' if moment.session is not None else ''}", text
        case MomentKind.OVERRIDE:
            step = words.as_html(override_words.STEPS.get(moment.step, moment.step))
            return f"<b>Override {step}</b> by {by}: {what}{about}", why
        case MomentKind.MARK:
            return f"<b>{_ACTS.get(moment.step, '')}</b> {what} ({by}):", why
        case _:
            return f"<b>{_ACTS.get(moment.step, '')}</b> {what}, by {by}", why


# ---- comments ----


def _comment_box(here: Here, subject: str) -> None:
    """Draw a box for a comment; the id that it will have is drawn with it, so that it is said once."""
    place = f"comment:{subject}"
    identity = st.session_state.setdefault(place, token_hex(6))
    typed = f"comment-{identity}"
    with st.expander("Comment …", icon=":material/chat_bubble:", key=f"comment-box-{subject}"):
        st.text_area("What there is to say of this mouse", key=typed, max_chars=_LONGEST, height=96)
        st.button(
            "Say it",
            key=f"comment-say-{identity}",
            icon=":material/send:",
            on_click=partial(_say, here, subject, place, identity),
        )


def _say(here: Here, subject: str, place: str, identity: str) -> None:
    text = str(st.session_state.get(f"comment-{identity}") or "")
    at = datetime.now(UTC)
    act = partial(services.comment, here.store, here.lab, subject, text, actor=here.actor, at=at, identity=identity)
    if people_acts.attempt(here, act) is not None:
        st.session_state.pop(place, None)
