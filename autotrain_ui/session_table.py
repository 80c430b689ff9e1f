"""A table of sessions as people read it: a row a session, every published column in words, with units."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from autotrain_core.rules import Metric
from autotrain_ui import words

_TITLES = {
    "subject_id": "Mouse",
    "session": "Session",
    "session_date": "Date",
    "stage": "Ran",
    "suggested": "Suggested",
    "decision": "Decision",
    "following": "Next",
    "at_stage": "Sessions at stage",
    "remarks": "Remarks",
    "curriculum": "Curriculum",
    "task": "Task",
    "subject_alias": "Alias",
    "trainer": "Trainer",
    "PI": "PI",
    "project": "Project",
    "rig": "Rig",
    "nwb_suffix": "File suffix",
    "notes": "Notes",
}
_MEASURES = {
    "base_weight": "Base weight, g",
    "target_weight": "Target weight, g",
    "weight_after": "Weight after, g",
    "weight_after_ratio": "Weight after, of base",
    "water_in_session_total": "Water in session, mL",
    "water_after_session": "Water after session, mL",
    "water_day_total": "Water that day, mL",
}
_SAID: Mapping[str, Callable[[object], str]] = {
    "stage": words.stage,
    "suggested": words.stage,
    "following": words.stage,
    "decision": words.decision,
    "curriculum": words.curriculum,
}
_FIRST = ("subject_id", "session", "session_date", "stage", "suggested", "decision", "following", "at_stage", "remarks")


def in_words(sessions: pd.DataFrame, metrics: Mapping[str, Metric]) -> pd.DataFrame:
    """
    Say sessions in words.

    Args:
        sessions: Rows of `services.LabView.sessions`.
        metrics: Those of the lab.

    Returns:
        The same rows under the titles that people read; columns without any value are left out. Stages, decisions
        and curricula are said as people say them (str), `Remarks` tells what is unusual: run freely, overridden, not
        certain, not decided.
    """
    table = pd.DataFrame(index=sessions.index)
    for name in _FIRST:
        table[_TITLES[name]] = _remarks(sessions) if name == "remarks" else _said(sessions, name)
    for name, metric in metrics.items():
        table[f"{_capital(metric.title)}{f', {metric.unit}' if metric.unit else ''}"] = sessions[name]
    for name in (*(name for name in _TITLES if name not in _FIRST), *_MEASURES):
        title = _TITLES.get(name) or _MEASURES[name]
        if sessions[name].notna().any():
            table[title] = _said(sessions, name)
    return table


def columns(metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """Give the configuration of the columns of `in_words`, for `st.dataframe`."""
    numbers = {"Session": "%d", "Sessions at stage": "%d"}
    numbers |= dict.fromkeys(_MEASURES.values(), "%.2f") | {_MEASURES["weight_after_ratio"]: "percent"}
    for metric in metrics.values():
        title = f"{_capital(metric.title)}{f', {metric.unit}' if metric.unit else ''}"
        numbers[title] = "%d" if metric.integer else "%.3f"
    found: dict[str, Any] = {
        title: st.column_config.NumberColumn(title, format=form) for title, form in numbers.items()
    }
    found["Mouse"] = st.column_config.TextColumn("Mouse", pinned=True)
    found["Date"] = st.column_config.DateColumn("Date", format="YYYY-MM-DD")
    return found


def _said(sessions: pd.DataFrame, name: str) -> "pd.Series[Any]":
    column = sessions[name]
    say = _SAID.get(name)
    if say is not None:
        # By code: a category is said once, however many sessions it has; two of them may read alike.
        said = np.array([*(say(each) for each in column.cat.categories), None], dtype=object)
        return pd.Series(said[column.cat.codes.to_numpy()], index=column.index, dtype="str")
    if name == "at_stage":
        return column.where(sessions["published"]).astype("Int64")
    return column


def _remarks(sessions: pd.DataFrame) -> "pd.Series[str]":
    """Say what is unusual about each session; missing where nothing is."""
    facts = {
        "not decided": ~sessions["published"],
        "run freely": sessions["published"] & ~sessions["closed_loop"],
        "overridden": sessions["overridden"],
        "not certain": sessions["published"] & ~sessions["certain"],
        "no longer in the table": ~sessions["in_table"],
    }
    number = sum(fact.to_numpy(dtype=np.int64) << place for place, fact in enumerate(facts.values()))
    told = [
        ", ".join(word for place, word in enumerate(facts) if each >> place & 1) or None
        for each in range(1 << len(facts))
    ]
    return pd.Series(np.array(told, dtype=object)[number], index=sessions.index, dtype="str")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
