"""The canvas as a Streamlit component: its files, its place on the page, and what it calls back."""

from pathlib import Path

import streamlit as st

from autotrain_ui.canvas._events import Move, OnEvent, Select, read
from autotrain_ui.canvas._graph import Graph
from autotrain_ui.canvas._meant import is_of_rule, marks, meant
from autotrain_ui.parts_of_ours import NOBODY, component, unheard

_SCRIPTS = ("svg", "ways", "labels", "outbox", "view", "paint", "rename", "acts", "pointer", "keys", "tools", "canvas")
_component = component("canvas", Path(__file__).parent, _SCRIPTS, resends=True)


def canvas(graph: Graph, *, key: str, on_event: OnEvent, selected: Select = Select(), height: int = 560) -> None:  # noqa: B008  # it is frozen
    """
    Show the graph, and tell what people do with it.

    The callback runs before the next run of the page, as those of a button do, once for each event and in their order.
    What it does not do did not happen: a stage that was dragged goes back where `graph` says, a name that was typed is
    gone. Selecting is the only thing that does not wait for an answer. Ids are those of `graph`: where rules changed
    after somebody pressed and before it was heard, the callback gets the id that the same rule has now.

    Args:
        graph: What is drawn.
        key: Names this canvas on the page. Only one canvas of a page hears undo and redo.
        on_event: Called with what somebody did: one of `Event`.
        selected: What is chosen now. Where it changes to what is out of sight, the canvas goes there.
        height: Pixels of the drawing; on a small window at most two thirds of it.
    """
    kept, changed = f"{key}.heard", f"{key}.changed"

    def told() -> None:
        for heard, sent in unheard(st.session_state[key].event, st.session_state.get(kept, NOBODY)):
            event = read(sent)
            if is_of_rule(event) and st.session_state.get(changed):
                break  # ids may mean other rules by now; the browser sends it again when the change has been drawn
            st.session_state[kept] = heard
            event = meant(event, sent.get("mark"), graph)
            if event is None:
                continue
            if not isinstance(event, Select | Move):
                st.session_state[changed] = True
            on_event(event)

    st.session_state[changed] = False
    mount, number = st.session_state.get(kept, NOBODY)
    words = {
        "graph": graph.drawn(),
        "marks": marks(graph),
        "selected": {"node": selected.node, "edge": selected.edge},
        "heard": {"mount": mount, "n": number},
        "height": height,
    }
    _component(key=key, data=words, on_event_change=told)
