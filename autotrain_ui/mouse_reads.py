"""What the page of one mouse asks that takes time, kept as long as the lab is the same."""

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.services import LabView, Mouse, Reason


def why(lab: LabView, subject: str, session: int) -> Reason:
    """Explain a session; see `services.why_of`."""
    return _why(lab, lab.version, subject, session)


def why_next(lab: LabView, mouse: Mouse) -> str:
    """Say why a mouse runs what it runs next, in one sentence; empty where nothing was, or a problem says it."""
    after = mouse.coming.after
    if after is None:
        return ""
    reason = why(lab, mouse.subject_id, after)
    if reason.explanation is None and mouse.coming.problem:
        return ""
    sentence = reason.sentence
    return f"{sentence[:1].upper()}{sentence[1:]}."


def usual_stages(lab: LabView) -> pd.DataFrame:
    """Say what is usual at each stage; see `services.usual_stages`."""
    return _usual_stages(lab, lab.version)


@st.cache_data(show_spinner=False, max_entries=256)
def _why(_lab: LabView, version: str, subject: str, session: int) -> Reason:  # noqa: ARG001 - the version is the key
    return services.why_of(_lab, subject, session)


@st.cache_data(show_spinner=False, max_entries=2)
def _usual_stages(_lab: LabView, version: str) -> pd.DataFrame:  # noqa: ARG001 - the version is the key
    return services.usual_stages(_lab)
