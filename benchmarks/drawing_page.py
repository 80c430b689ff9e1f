"""One picture of many sessions, by our canvas or by Plotly: the page that `drawing.py` measures."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from autotrain_ui.progress import picture_of, progress_chart
from tests.ui.tables import COLOURS, sessions_of

EACH = 100
kind, wanted = st.query_params["kind"], int(st.query_params["sessions"])
half = st.checkbox("Half")
sessions = st.cache_resource(sessions_of)(max(wanted // EACH, 1), EACH)
if half:
    sessions = sessions[sessions["session"] % 2 == 1]
stage, session = sessions["stage"].cat.codes.to_numpy(), sessions["session"].to_numpy()
mouse = sessions["subject_id"].cat.codes.to_numpy().astype(np.int32)

match kind:
    case "canvas":
        picture = picture_of(sessions, order=list(sessions["subject_id"].cat.categories), x="session", colours=COLOURS)
        progress_chart(picture, key="picture", on_open=lambda *_: None)
    case "scattergl":
        traces = [
            go.Scattergl(
                x=session[stage == code],
                y=mouse[stage == code],
                mode="markers",
                marker={"color": colour.fill, "size": 5},
                name=colour.label,
            )
            for code, colour in enumerate(COLOURS)
        ]
        st.plotly_chart(go.Figure(traces, layout={"height": 650}), key="picture")
    case "heatmap":
        cells = np.full((int(mouse.max()) + 1, EACH + 1), -1, dtype=np.int8)
        cells[mouse, session] = stage
        st.plotly_chart(go.Figure(go.Heatmap(z=cells), layout={"height": 650}), key="picture")
st.text(f"drawn {kind} {len(sessions)}")
