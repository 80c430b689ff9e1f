"""Curricula: what the rules of each shipped curriculum say, stage by stage, in plain words."""

from pathlib import Path

import streamlit as st

from autotrain_core import services
from autotrain_core.rules import to_words

# A visit by deep link runs this page without app.py, so that each page dresses itself.
st.set_page_config(page_title="Curricula", page_icon=Path(__file__).with_name("icon.svg"), layout="wide")
st.title("Curricula")
st.write("What moves a mouse on, and what back? The first rule that holds decides; when none does, it stays.")

library = services.shipped()
name = st.selectbox("Curriculum", [read.key for read in library], key="curriculum", bind="query-params")
curriculum = next(read for read in library if read.key == name)

st.write(curriculum.description)
for stage in curriculum.stages:
    st.subheader(stage.name)
    if not stage.rules:
        st.write("Mice stay here." if stage.terminal else "There are no rules: mice stay.")
    for rule in stage.rules:
        said = to_words(rule.condition, curriculum.metrics) if rule.condition else "cannot be read"
        st.text(f"{rule.decision.value if rule.decision else '?'} to {rule.to_stage} if {said}")
