"""A page with nothing but the editor of one rule, for the tests of it; a document of one rule lies behind it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from autotrain_core import services
from autotrain_core.models import Curriculum, load_curriculum
from autotrain_core.rules import Metric
from autotrain_core.services import LabView, Settings
from autotrain_core.store import Store
from autotrain_ui import words
from autotrain_ui.builder.rule_editor import rule_editor

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@st.cache_resource
def lab() -> tuple[Store, LabView]:
    shown = services.demo(12, 0, now=NOW, code="0")
    return shown.store, services.lab_view(shown.store, Settings(), at=NOW)


@st.cache_resource
def curriculum() -> Curriculum:
    shipped = next(each for each in services.shipped() if each.key == "Coupled Baiting@2.3")
    return load_curriculum(shipped.text.encode())


store, seen = lab()
st.session_state.setdefault("text", st.query_params.get("text", "lambda metrics: metrics.finished_trials[-1] >= 200"))
st.session_state.setdefault("told", [])


def changed(text: str) -> None:
    st.session_state["told"].append(text)
    if not st.query_params.get("refused"):
        st.session_state["text"] = text


def declared(metric: Metric) -> None:
    st.session_state["told"].append(f"declare {metric.name}")


def put(text: str) -> None:
    st.session_state["text"] = text


st.set_page_config(layout="wide")
st.html(f"<style>{(Path(words.__file__).parent / 'style.css').read_text(encoding='utf-8')}</style>")
st.title("A rule")
rule_editor(
    "rule",
    st.session_state["text"],
    curriculum=replace(curriculum(), name=st.query_params.get("name", "Coupled Baiting")),
    based_on="" if "alone" in st.query_params else "Coupled Baiting@2.3",
    stage="Stage 2",
    lab=seen,
    store=store,
    on_change=changed,
    on_declare=declared,
    disabled="look" in st.query_params,
)
st.button("Undo", on_click=put, args=[st.query_params.get("text", "lambda metrics: 1 > 0")])
