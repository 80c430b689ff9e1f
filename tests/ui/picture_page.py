"""A page with nothing but the picture, for the tests that look at it in a browser."""

import streamlit as st

from autotrain_core.rules import Metric
from autotrain_ui.progress import chosen, picture_of, progress_chart
from tests.ui.tables import COLOURS, HOSTILE, sessions_of

asked = st.query_params
mice, each = int(asked.get("mice", "12")), int(asked.get("each", "20"))
hostile = "hostile" in asked
sessions = sessions_of(mice, each, subjects=(*HOSTILE, *map(str, range(mice)))[:mice] if hostile else None)
st.session_state.setdefault("told", [])
told = st.session_state["told"]
if "fewer" in asked or st.checkbox("Fewer"):
    sessions = sessions[sessions["session"] <= each // 2]

port = asked.get("port", "1")
picture = picture_of(
    sessions,
    order=list(sessions["subject_id"].cat.categories),
    x=asked.get("x", "session"),  # type: ignore[arg-type]  # a link may ask for anything; a test asks for an axis
    colours=COLOURS,
    metrics=[
        Metric(name="foraging_efficiency", title="foraging efficiency"),
        Metric(name="finished_trials", title="finished trials", unit="trials", integer=True),
    ],
    highlight=asked.get("highlight", "").split(",") if "highlight" in asked else (),
    title=HOSTILE[0] if hostile else "Progress",
    subtitle=HOSTILE[1] if hostile else "PI: Dr Curie",
    dated="22 November 2026, 07:15",
    pictures={"Choices": f"http://127.0.0.1:{port}/{{name}}/{{name}}_choice_history.png"} if "port" in asked else {},
    detailed=int(asked.get("detailed", "20000")),
)
progress_chart(
    picture,
    key="picture",
    on_open=lambda subject, session: told.append(f"open {subject} {session}"),
    on_select=lambda spans: told.append(f"select {len(spans)} mice {chosen(sessions, spans).sum()} sessions"),
    on_hide=lambda hidden: told.append(f"hide {' '.join(hidden)}"),
    hidden=asked.get_all("hidden"),
    height=int(asked["height"]) if "height" in asked else None,
)
st.text("\n".join(told) or "nothing was told")
st.text(f"run {st.session_state.setdefault('runs', 0)}")
st.session_state["runs"] += 1
