"""What can be done with a version in the library: edit a copy of it, retire it; and who published it, when and why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError, NotStoredError
from autotrain_core.models import Curriculum, Right
from autotrain_core.services import Published, Retired
from autotrain_core.store import Store
from autotrain_ui import frame, words
from autotrain_ui.address import BuilderView
from autotrain_ui.frame import Here

OPEN = "curricula:open"
"""Where the session keeps the view that was asked for, until the page goes there."""

_LONGEST = 500
_SECONDS = 15


@st.cache_data(show_spinner=False, ttl=_SECONDS, max_entries=4)
def _retired(url: str, _store: Store) -> dict[str, Retired]:  # noqa: ARG001 - a store is known by its address
    return dict(services.retired(_store))


@st.cache_data(show_spinner=False, ttl=_SECONDS, max_entries=64)
def _published(url: str, name: str, version: str, _store: Store) -> Published | None:  # noqa: ARG001
    try:
        return services.published_curriculum(_store, name, version)
    except NotStoredError:
        return None


def retired(here: Here) -> Mapping[str, Retired]:
    """Read which versions are retired, by key; where that cannot be read it is said, and none is."""
    try:
        return _retired(here.store.url, here.store)
    except AutotrainError as error:
        frame.show(error)
        return {}


def facts(here: Here, curriculum: Curriculum) -> None:
    """Say who published a version, when and why, and whether it is retired."""
    gone = retired(here).get(curriculum.key)
    if gone is not None:
        when = words.ago(gone.at, here.now)
        st.warning(
            f"**Retired** by {words.as_text(gone.by)} {when}: {words.as_text(gone.reason)}\n\nNo mouse should begin "
            "with it any more. Mice that follow it go on as before, and nothing is removed.",
            icon=":material/inventory_2:",
        )
    try:
        made = _published(here.store.url, curriculum.name, curriculum.version, here.store)
    except AutotrainError as error:
        frame.show(error)
        return
    if made is None or made.schema_version != curriculum.schema_version:
        return
    agreed = f"; {made.reviewed_by} agreed" if made.reviewed_by else ""
    based = f", based on {words.curriculum(made.based_on)}" if made.based_on else ""
    told = f"Published by {made.by} {words.ago(made.at, here.now)}{based}{agreed}"
    exact = f"{made.at:%Y-%m-%d %H:%M} UTC, sha256 {made.sha256}"
    st.html(
        f"<p class='at-published'><b>What is new:</b> {words.as_html(made.changelog)} "
        f"<span class='at-quiet' title='{words.as_html(exact)}'>{words.as_html(told)}</span></p>"
    )
    reasons = {"In spite of warnings": made.reason, "Without a review": made.without_review}
    for what, why in reasons.items():
        if why:
            st.caption(words.as_text(f"{what}: {why}"))


def acts(here: Here, curriculum: Curriculum) -> None:
    """Offer what the person may do with a version; call it inside a horizontal container."""
    mark = f"{curriculum.key}-{curriculum.schema_version}"
    if here.may(Right.BUILD):
        st.button(
            "Edit a copy",
            key=f"curricula-copy-{mark}",
            icon=":material/edit:",
            help="Starts a draft from it in the Builder. This version stays as it is.",
            on_click=partial(_copy, here, curriculum),
        )
    if not here.may(Right.PUBLISH):
        return
    if curriculum.key in retired(here):
        st.button(
            "Offer it again",
            key=f"curricula-unretire-{mark}",
            icon=":material/unarchive:",
            help="Mice may begin with it again.",
            on_click=partial(_unretire, here, curriculum),
        )
        return
    with st.popover("Retire …", icon=":material/inventory_2:", key=f"curricula-retiring-{mark}"):
        reason = f"curricula-reason-{mark}"
        st.text_input("Why", key=reason, max_chars=_LONGEST, placeholder="2.4 replaces it")
        st.caption("It is no longer offered where a mouse begins. Mice that follow it go on; nothing is removed.")
        st.button(
            words.as_text(f"Retire {curriculum.name} {curriculum.version}"),
            key=f"curricula-retire-{mark}",
            on_click=partial(_retire, here, curriculum, reason),
        )


def _copy(here: Here, curriculum: Curriculum) -> None:
    draft = services.from_curriculum(curriculum)
    try:
        stored = services.start_draft(here.store, draft, actor=here.actor, at=datetime.now(UTC))
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
        return
    st.session_state[OPEN] = BuilderView(draft=stored.id)


def _retire(here: Here, curriculum: Curriculum, reason: str) -> None:
    said = str(st.session_state.get(reason) or "")
    try:
        services.retire(
            here.store, curriculum.name, curriculum.version, reason=said, actor=here.actor, at=datetime.now(UTC)
        )
    except AutotrainError as error:
        frame.notice(str(error), icon=":material/block:")
        return
    _retired.clear()
    frame.notice(f"{curriculum.name} {curriculum.version} is retired.", icon=":material/inventory_2:")


def _unretire(here: Here, curriculum: Curriculum) -> None:
    try:
        services.unretire(here.store, curriculum.name, curriculum.version, actor=here.actor, at=datetime.now(UTC))
    except AutotrainError as error:
        _retired.clear()
        frame.notice(str(error), icon=":material/block:")
        return
    _retired.clear()
    frame.notice(f"{curriculum.name} {curriculum.version} is offered again.", icon=":material/unarchive:")
