"""The sheet as a Streamlit component: its files, its place on the page, and what it calls back."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from autotrain_ui.parts_of_ours import NOBODY, component, unheard
from autotrain_ui.sheet._events import OnEdit, read
from autotrain_ui.sheet._table import Sheet

_SCRIPTS = ("outbox", "tsv", "places", "sift", "paint", "acts", "edit", "clipboard", "pointer", "keys", "sheet")
_component = component("sheet", Path(__file__).parent, _SCRIPTS, resends=True)


def sheet(
    table: Sheet,
    *,
    key: str,
    on_edit: OnEdit,
    height: int = 640,
    on_undo: Callable[[], None] | None = None,
    on_redo: Callable[[], None] | None = None,
) -> None:
    """
    Show the table, and tell what people write into it.

    The callbacks run before the next run of the page, as those of a button do, once for each thing that was done and
    in their order. What `on_edit` does not do did not happen: the cells go back to what `table` says.

    Args:
        table: What is drawn; from `sheet_of`, say.
        key: Names this sheet on the page.
        on_edit: Called with all cells of one edit at once: a cell that was typed, a block that was pasted, a range
            that was filled or emptied. `understood` makes one step of it.
        height: Pixels of the table at most; on a small window most of it.
        on_undo: Called when somebody presses Ctrl-Z or Cmd-Z in the table. None: the page may hear it.
        on_redo: Called for Shift-Ctrl-Z, Shift-Cmd-Z or Ctrl-Y there.
    """
    kept = f"{key}.heard"

    def told() -> None:
        for heard, sent in unheard(st.session_state[key].event, st.session_state.get(kept, NOBODY)):
            st.session_state[kept] = heard
            event = read(sent)
            if isinstance(event, tuple):
                on_edit(event)
            elif event == "undo" and on_undo is not None:
                on_undo()
            elif event == "redo" and on_redo is not None:
                on_redo()

    mount, number = st.session_state.get(kept, NOBODY)
    words = {
        "table": table.drawn(),
        "heard": {"mount": mount, "n": number},
        "height": height,
        "undoes": on_undo is not None,
        "redoes": on_redo is not None,
    }
    _component(key=key, data=words, on_event_change=told)
