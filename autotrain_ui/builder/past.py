"""The past of a draft: who saved what, when; what changed from one version to the next; and the way back."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.editing import Draft, field_changes
from autotrain_core.errors import AutotrainError
from autotrain_core.models import Right
from autotrain_core.services import DraftVersion
from autotrain_ui import address, frame, words
from autotrain_ui.builder import desk as desks
from autotrain_ui.builder import publishing
from autotrain_ui.builder.desk import Desk
from autotrain_ui.builder.meeting import field_list
from autotrain_ui.frame import Here

PAGE = "builder"
REMOVED = "builder:removed"
"""Where the session keeps (id, title) of the draft that was deleted last, for whoever wants it back."""

MOST = 100
"""Versions that are listed, the newest first."""

_MOST_CHANGES = 60
_REFUSED = "builder:past-refused"
_LEAVE = "builder:past-leave"


def open_past(here: Here, desk: Desk) -> None:
    """Save what is on the desk, and open its history."""
    st.session_state.pop(_REFUSED, None)
    st.session_state.pop(_LEAVE, None)
    publishing.saved(here, desk)
    st.dialog("History of this draft", width="large", icon=":material/history:", on_dismiss="rerun")(past_form)(
        here, desk
    )


def past_form(here: Here, desk: Desk) -> None:
    """Draw what stands in it."""
    if st.session_state.pop(_LEAVE, False):
        st.rerun()  # what is behind this has changed
    if not desk.is_saved or desk.conflict is not None:
        why = desk.problem or "somebody else saved it while you worked; close this and answer first"
        st.error(f"It is not saved yet: {words.as_text(why)}", icon=":material/cloud_off:")
        return
    try:
        versions = services.draft_history(here.store, desk.identity, most=MOST + 1)
        _list(here, versions[:MOST])
        if len(versions) > MOST:
            st.caption(f"The newest {MOST}; there are older ones.")
        _one(here, desk, versions, _chosen(versions[:MOST]))
    except AutotrainError as error:
        frame.show(error)
    refused = st.session_state.get(_REFUSED)
    if refused:
        st.error(words.as_text(refused), icon=":material/block:")
    if here.may(Right.BUILD):
        _delete(here, desk)


def _list(here: Here, versions: tuple[DraftVersion, ...]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "Version": [one.number for one in versions],
                "Who": [one.by or "nobody says" for one in versions],
                "When": [words.ago(one.at, here.now) if one.at else words.MISSING for one in versions],
                "At": [None if one.at is None else one.at.astimezone(here.now.tzinfo) for one in versions],
                "What": ["deleted" if one.removed else one.note or words.MISSING for one in versions],
            }
        ),
        column_config={"At": st.column_config.DatetimeColumn("At", format="YYYY-MM-DD HH:mm")},
        hide_index=True,
        height=min(36 * 7, 35 * (len(versions) + 1) + 3),
        key="builder-past-list",
        on_select="rerun",
        selection_mode="single-row",
        alt="Versions of this draft, the newest first",
    )


def _chosen(versions: tuple[DraftVersion, ...]) -> DraftVersion:
    state = st.session_state.get("builder-past-list") or {}
    rows = state.get("selection", {}).get("rows", ())
    return versions[rows[0]] if rows and rows[0] < len(versions) else versions[0]


def _one(here: Here, desk: Desk, versions: tuple[DraftVersion, ...], chosen: DraftVersion) -> None:
    """Show what changed with a version, and offer to go back to it."""
    if chosen.removed:
        st.text(f"With version {chosen.number} the draft was deleted; it was brought back later.")
        return
    draft = services.draft_version(here.store, desk.identity, chosen.number).draft
    before = _before(here, desk, versions, chosen)
    st.html(f"<h3 class='atb-step'>What changed with version {chosen.number}</h3>")
    if before is None:
        st.text("This is the first version.")
    else:
        found = field_changes(before, draft)
        if found:
            st.html(field_list(found, _MOST_CHANGES))
        else:
            st.text("No field; boxes may have been moved.")
    if chosen.current:
        st.caption("This is the draft as it is now. Tick another version above to see it, and to go back to it.")
    elif here.may(Right.BUILD):
        st.button(
            f"Go back to version {chosen.number}",
            key="builder-restore",
            type="primary",
            icon=":material/settings_backup_restore:",
            help="The draft becomes what it was then. Nothing is lost: it can be undone, and every version stays here.",
            on_click=partial(_restore, here, desk, desk.base.draft, desk.base.version, chosen.number),
        )


def _before(here: Here, desk: Desk, versions: tuple[DraftVersion, ...], chosen: DraftVersion) -> Draft | None:
    """Read the version before one, passing over what says that the draft was gone."""
    older = [one for one in versions if one.number < chosen.number and not one.removed]
    return services.draft_version(here.store, desk.identity, older[0].number).draft if older else None


def _restore(here: Here, desk: Desk, drawn: Draft, replaces: str, number: int) -> None:
    if desk.draft is not drawn:
        _refuse("The draft changed since this was drawn. Nothing was done; look at its history again.")
        return
    try:
        stored = services.restore_draft_version(
            here.store, desk.identity, number, replaces=replaces, actor=here.actor, at=datetime.now(UTC)
        )
    except AutotrainError as error:
        _refuse(str(error))
        return
    before = desk.history
    desk.take_in(stored)
    desk.joined = None  # nobody else did it
    if desk.history is not before:
        *done, last = desk.history.done
        desk.history = replace(desk.history, done=(*done, replace(last, label=f"back to version {number}")))
    st.session_state[_LEAVE] = True
    frame.notice(f"The draft is what it was in version {number}; Undo takes it back.", icon=":material/history:")


def _refuse(sentence: str) -> None:
    st.session_state[_REFUSED] = sentence
    frame.notice(sentence, icon=":material/block:")


def _delete(here: Here, desk: Desk) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Delete this draft",
            key="builder-past-delete",
            type="tertiary",
            icon=":material/delete:",
            on_click=partial(_remove, here, desk, desk.base.version),
        )
        st.caption("It leaves the list of drafts and can be brought back there. What was published of it stays.")


def _remove(here: Here, desk: Desk, replaces: str) -> None:
    try:
        services.remove_draft(here.store, desk.identity, replaces=replaces, actor=here.actor, at=datetime.now(UTC))
    except AutotrainError as error:
        _refuse(str(error))
        return
    st.session_state[REMOVED] = (desk.identity, desk.draft.title)
    desks.close(desk.identity)
    st.session_state[_LEAVE] = True
    address.change(PAGE, draft="")
    frame.notice(f"{desk.draft.title} is deleted; it can be brought back below the list.", icon=":material/delete:")


def removed(here: Here) -> tuple[tuple[str, str], ...]:
    """
    List drafts that were removed lately in this tab, and offer to bring them back.

    Returns:
        Id and title of each.
    """
    found = st.session_state.get(REMOVED)
    if not found or not here.may(Right.BUILD):
        return ()
    identity, title = found
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.as_text(f"Deleted: {title}"))
        st.button(
            "Bring it back",
            key="builder-bring-back",
            icon=":material/undo:",
            on_click=partial(_bring_back, here, identity, title),
        )
    return ((identity, title),)


def _bring_back(here: Here, identity: str, title: str) -> None:
    try:
        services.bring_back_draft(here.store, identity, actor=here.actor, at=datetime.now(UTC))
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
        return
    st.session_state.pop(REMOVED, None)
    frame.notice(f"{title} is back.", icon=":material/undo:")
