"""The picture as a Streamlit component: its files, its place on the page, and what it calls back."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from autotrain_ui.parts_of_ours import component
from autotrain_ui.progress._events import OnHide, OnOpen, OnSelect, hidden_of, tell
from autotrain_ui.progress._pack import headed
from autotrain_ui.progress._picture import Picture

_SCRIPTS = ("unpack", "scale", "pens", "glyphs", "draw", "legend", "card", "pointer", "keys", "export", "progress")

_component = component("progress", Path(__file__).parent, _SCRIPTS)


def progress_chart(
    picture: Picture,
    *,
    key: str,
    on_open: OnOpen,
    on_select: OnSelect | None = None,
    on_hide: OnHide | None = None,
    hidden: Sequence[str] = (),
    height: int | None = None,
) -> None:
    """
    Show the picture. What was sent before and is the same is not sent again.

    The callbacks run before the next run of the page, as those of a button do.

    Args:
        picture: From `picture_of`.
        key: Names this picture on the page; under it `st.session_state` keeps what is hidden.
        on_open: Called with mouse and session number when someone opens a session.
        on_select: Called with the spans that someone chose with a box, with none when the choice was cleared;
            see `chosen`. None: no box can be drawn.
        on_hide: Called with the keys of what the legend hides ("stage:…", "open-loop", "overridden", "no-stage").
            None: hiding stays in the browser and runs nothing.
        hidden: Keys that are hidden when the picture is first shown; later the reader's own choice counts.
        height: Pixels of the rows at most; None: what suits the window.
    """

    def told() -> None:
        tell(st.session_state[key].event, on_open=on_open, on_select=on_select)

    def hid() -> None:
        if on_hide is not None:
            on_hide(hidden_of(st.session_state[key]))

    # Were it to follow the address, every press in the legend would send the whole picture again.
    kept = f"{key}.hidden-at-first"
    if key not in st.session_state or kept not in st.session_state:
        st.session_state[kept] = list(hidden)
    words = {
        "digest": picture.digest,
        "hidden": st.session_state[kept],
        "tells": {"select": on_select is not None, "hidden": on_hide is not None},
        "height": height,
    }
    _component(key=key, data=headed(words, picture.body), on_event_change=told, on_hidden_change=hid)
