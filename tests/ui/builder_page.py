"""A page that holds one part of the builder; which one, and of which draft, stands in its query."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from autotrain_core import services
from autotrain_core.models import Right
from autotrain_ui import frame
from autotrain_ui.builder import changes, checks, meeting, past, publishing, reviewing
from autotrain_ui.builder.desk import Desk, open_desk
from autotrain_ui.frame import Here


def _dialog(opens: Callable[[Here, Desk], None], form: Callable[[Here, Desk], None], here: Here, desk: Desk) -> None:
    """Open a dialog once; from then on draw what stands in it, as a browser does."""
    opened = st.session_state.get("opened", False)
    st.session_state["opened"] = True
    (form if opened else opens)(here, desk)


PARTS: dict[str, Callable[[Here, Desk], object]] = {
    "checks": checks.checks,
    "changes": changes.changes,
    "publishing": partial(_dialog, publishing.open_publishing, publishing.publishing_form),
    "banner": reviewing.banner,
    "past": partial(_dialog, past.open_past, past.past_form),
    "conflict": meeting.conflict,
    "joined": meeting.joined,
}

with frame.page("builder") as here:
    wanted = st.query_params["part"]
    if wanted == "waiting":
        reviewing.waiting(here)
    elif wanted == "removed":
        past.removed(here)
    else:
        desk = open_desk(
            st.query_params["draft"],
            here.store,
            tasks=partial(services.known_tasks, here.store.home, here.settings),
            may_edit=here.may(Right.BUILD),
        )
        st.session_state["desk"] = desk
        PARTS[wanted](here, desk)
