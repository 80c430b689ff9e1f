"""Where two people work on one draft: what came in from a colleague, and what both have to agree on."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

import streamlit as st

from autotrain_core.editing import Conflict, FieldChange
from autotrain_core.services import SavedDraft
from autotrain_ui import frame, words
from autotrain_ui.builder.desk import Desk, Joined
from autotrain_ui.frame import Here

MOST = 40
"""Conflicts, and changes, that are drawn one by one; the rest is answered, or counted, together."""

Side = Literal["mine", "theirs"]
_SIDES: tuple[Side, ...] = ("mine", "theirs")
_REST = "rest"


def joined(here: Here, desk: Desk) -> None:  # noqa: ARG001 - every part of the page is drawn in the same way
    """Say what a colleague changed in the meantime, until somebody has read it."""
    told = desk.joined
    if told is None:
        return
    if not told.changes:
        desk.joined = None
        return
    with st.container(border=True, key=f"builder-joined-{desk.identity}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f"<div class='atb-said' role='status'><b>{words.as_html(told.by or 'Somebody')}</b> changed "
                f"{words.count(len(told.changes), 'field')} while you worked. Both are in the draft now; Undo takes it "
                "back.</div>",
                width="stretch",
            )
            st.button(
                "Dismiss",
                key=f"builder-dismiss-{desk.identity}",
                icon=":material/check:",
                on_click=partial(_dismiss, desk, told),
            )
        st.html(field_list(told.changes, MOST))


def _dismiss(desk: Desk, told: Joined) -> None:
    if desk.joined is told:  # what came in after it was drawn has not been read
        desk.joined = None


def field_list(changes: Sequence[FieldChange], most: int) -> str:
    """
    Write changes of fields as a list in HTML.

    Args:
        changes: From `editing.field_changes`.
        most: How many of them; the rest is counted.
    """
    items = "".join(
        f"<li><b>{words.as_html(one.place)}</b> {_side(one.before, 'del')} → {_side(one.after, 'ins')}</li>"
        for one in changes[:most]
    )
    more = f"<li class='at-quiet'>and {len(changes) - most:,} more</li>" if len(changes) > most else ""
    return f"<div class='atb-changes'><ul>{items}{more}</ul></div>"


def _side(text: str, tag: str) -> str:
    return f"<{tag}>{words.as_html(text)}</{tag}>" if text else "<span class='at-quiet'>nothing</span>"


def conflict(here: Here, desk: Desk) -> None:
    """Let a person choose where both changed the same thing, and save both together."""
    theirs = desk.conflict
    if theirs is None:
        return
    conflicts = desk.both().conflicts
    # The same person may have it open in two windows.
    by = "the other window" if theirs.stored.by == here.actor.email else theirs.stored.by or "somebody else"
    who = "You, in another window," if theirs.stored.by == here.actor.email else f"<b>{words.as_html(by)}</b>"
    when = f" {words.ago(theirs.stored.at, here.now)}" if theirs.stored.at else ""
    with st.container(border=True, key=f"builder-conflict-{desk.identity}"):
        told = "It fits together with what is here."
        if conflicts:
            both = "one field was" if len(conflicts) == 1 else f"{len(conflicts):,} fields were"
            told = (
                f"<b>In both places {both} changed, and differently</b>; everything else fits together. Nothing of "
                "yours is lost, and nothing is saved until you choose."
            )
        st.html(
            f"<div class='atb-said' role='alert'>{who} saved this draft{words.as_html(when)}, while you worked here. "
            f"{told}</div>"
        )
        if not desk.is_review_only:
            _choices(here, desk, theirs, conflicts, by)


def _choices(here: Here, desk: Desk, theirs: SavedDraft, conflicts: tuple[Conflict, ...], by: str) -> None:
    mark = f"{desk.identity}-{theirs.stored.number}"
    drawn = conflicts[:MOST]
    if len(conflicts) > 1:
        with st.container(horizontal=True, gap="small"):
            for side, label in zip(_SIDES, ("Mine everywhere", f"Theirs everywhere: {by}"), strict=True):
                st.button(
                    words.as_text(label),
                    key=f"builder-all-{side}-{mark}",
                    type="tertiary",
                    on_click=partial(_choose_all, mark, len(drawn), side),
                )
    for place, one in enumerate(drawn):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(_told(one, by), width="stretch")
            _control(_key(mark, place), f"Which holds in {one.words}?", by)
    if len(conflicts) > MOST:
        left = words.count(len(conflicts) - MOST, "other field")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f"<div class='atb-conflict'><b>The {left}</b></div>", width="stretch")
            _control(_key(mark, _REST), f"Which holds in the {left}?", by)
    st.button(
        "Save both together",
        key=f"builder-answer-{mark}",
        type="primary",
        icon=":material/merge:",
        on_click=partial(_answer, here, desk, theirs, conflicts, mark),
    )


def _key(mark: str, place: int | str) -> str:
    return f"builder-conflict-{mark}-{place}"


def _control(key: str, label: str, by: str) -> None:
    st.session_state.setdefault(key, "mine")
    st.segmented_control(
        words.as_text(label),
        _SIDES,
        format_func=lambda side: "Mine" if side == "mine" else words.as_text(f"Theirs: {by}"),
        key=key,
        required=True,
        label_visibility="collapsed",
    )


def _told(one: Conflict, by: str) -> str:
    sides = (("before", one.base), ("mine", one.mine), (by, one.theirs))
    cells = "".join(
        f"<span class='atb-side'><i>{words.as_html(name)}</i> {_side(text, 'span')}</span>" for name, text in sides
    )
    return f"<div class='atb-conflict'><b>{words.as_html(one.words)}</b>{cells}</div>"


def _choose_all(mark: str, drawn: int, side: Side) -> None:
    for place in (*range(drawn), _REST):
        st.session_state[_key(mark, place)] = side


def _answer(here: Here, desk: Desk, theirs: SavedDraft, conflicts: tuple[Conflict, ...], mark: str) -> None:
    """Save both together as they were drawn and chosen; where the question changed since, ask it anew."""
    if desk.conflict is not theirs or desk.both().conflicts != conflicts:
        frame.notice("The draft changed once more while you chose; look at it again.", icon=":material/sync_problem:")
        return
    chosen = [
        one.path
        for place, one in enumerate(conflicts)
        if st.session_state.get(_key(mark, place if place < MOST else _REST)) == "theirs"
    ]
    desk.answer(chosen, here.store, here.actor)
    by = theirs.stored.by or "your colleague"
    told = f" In {len(chosen):,} of {len(conflicts):,} fields it is as {by} had it." if conflicts else ""
    frame.notice(f"Both are put together.{told}", icon=":material/merge:")
