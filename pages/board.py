"""Board: which stage each mouse of an example lab ran, what was decided, what it runs next, and why."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.models import Decision, TrainingStage

# A visit by deep link runs this page without app.py, so that each page dresses itself.
st.set_page_config(page_title="Board", page_icon=Path(__file__).with_name("icon.svg"), layout="wide")
st.title("Board")
st.write("What does each mouse run next, and why? These mice are simulated: nothing here is a real animal.")

with st.sidebar:
    mice = st.number_input("Mice", min_value=1, max_value=1000, value=12, key="mice", bind="query-params")
    seed = st.number_input(
        "Seed",
        min_value=0,
        max_value=999_999,
        key="seed",
        bind="query-params",
        help="The same seed, the same lab.",
    )

demo = st.cache_resource(max_entries=8, show_spinner="The mice are training …")(services.demo)(mice, seed)
board = pd.DataFrame([asdict(row) for row in demo.board])

goes_on, goes_back, stays, uncertain = st.columns(4)
goes_on.metric("Go on", int((board["decision"] == Decision.PROGRESS.name).sum()))
goes_back.metric("Go back", int((board["decision"] == Decision.ROLLBACK.name).sum()))
stays.metric("Stay", int((board["decision"] == Decision.STAY.name).sum()))
uncertain.metric("Not certain", int((~board["certain"]).sum()), help="A missing value could have changed the decision.")

words = {stage.name: stage.value for stage in TrainingStage}
signs = {"PROGRESS": "↑ goes on", "ROLLBACK": "↓ goes back", "STAY": "· stays"}
st.dataframe(
    board.assign(
        stage=board["stage"].replace(words),
        next_stage=board["next_stage"].replace(words),
        decision=board["decision"].replace(signs) + board["certain"].map({True: "", False: " ?"}),
    ),
    hide_index=True,
    height="content" if mice <= 60 else 900,
    column_order=[
        "subject_id",
        "curriculum",
        "stage",
        "decision",
        "next_stage",
        "why",
        "certain",
        "session",
        "sessions_at_stage",
    ],
    alt="The board: one row a mouse",
    column_config={
        "subject_id": st.column_config.TextColumn("Mouse", pinned=True),
        "curriculum": st.column_config.TextColumn("Curriculum"),
        "stage": st.column_config.TextColumn("Ran"),
        "session": st.column_config.NumberColumn("Session", format="%d"),
        "sessions_at_stage": st.column_config.NumberColumn(
            "At this stage", help="Sessions in a row, the last included."
        ),
        "decision": st.column_config.TextColumn("Decision"),
        "next_stage": st.column_config.TextColumn("Runs next"),
        "why": st.column_config.TextColumn("Why", width=640),
        "certain": st.column_config.CheckboxColumn("Certain", help="No missing value could have changed the decision."),
    },
)
