"""The parts of the Cohort page: what is chosen, the answer in five numbers, and what its tabs share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import get_args

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from autotrain_core import services
from autotrain_core.diagrams import StageColour, stage_colours
from autotrain_core.errors import TableError
from autotrain_core.evaluation import Survival
from autotrain_core.models import TrainingStage
from autotrain_core.services import Cohort, LabView, Selection, TrainingTimes
from autotrain_ui import address, chips, filters, words
from autotrain_ui.address import CohortFigure, CohortView
from autotrain_ui.charts.cohort import FEW_MICE, interval_told
from autotrain_ui.charts.framing import Caption, config
from autotrain_ui.frame import Here
from autotrain_ui.preferences import Look

PAGE = "cohort"

GROUPS: Mapping[str, str] = {
    "all": "All together",
    "curriculum": "By curriculum and version",
    "curriculum_name": "By curriculum",
    "curriculum_version": "By version",
    "task": "By task",
    "project": "By project",
    "PI": "By PI",
}
_GRADUATED = (TrainingStage.GRADUATED.name, TrainingStage.GRADUATED.value)
UNITS = {"sessions": "Sessions", "days": "Days"}
FLOWS = {"decided": "As decided", "ran": "As run"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """
    What the filters choose.

    Attributes:
        cohort: The mice and sessions; None where there are none.
        version: Of the lab; with the selection and the day it names the cohort.
        fault: Why the pattern for mice cannot be read; empty where it can.
    """

    cohort: Cohort | None = field(default=None, repr=False)
    version: str = ""
    fault: str = ""


def look(here: Here, view: CohortView) -> Shown:
    """Collect what the filters choose; what was collected before is kept."""
    only = Selection.model_validate(view.model_dump(include=set(Selection.model_fields)))
    return _shown(here.lab.version, repr(only), here.day, _lab=here.lab, _selection=only)


@st.cache_resource(show_spinner="Collecting the histories …", max_entries=6)
def _shown(version: str, chosen: str, day: date, *, _lab: LabView, _selection: Selection) -> Shown:
    try:
        cohort = services.cohort(_lab, _selection, on=day)
    except TableError as error:
        return Shown(fault=str(error))
    return Shown(cohort=cohort if cohort.mice else None, version=f"{version} {day} {chosen}")


def bar(here: Here, view: CohortView, shown: Shown) -> None:
    """Draw the filters, in the line above everything."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="cohort-bar"):
        filters.popover(here, PAGE, view, fault=shown.fault)
        filters.chips(PAGE, view)


def nothing_yet(here: Here) -> None:
    """Say what to do in a lab in which nothing has been decided."""
    if here.lab.sessions.empty:
        key = words.as_text(here.settings.sessions.key)
        told = f"**No sessions yet.** They are read from the session table of the store, `{key}`."
    else:
        number = words.count(len(here.lab.sessions), "session")
        told = f"**{number}, and none decided yet.** The next nightly run decides them."
    st.info(f"{told} After that run, this page says how training goes.", icon=":material/groups:")


def nothing_chosen(here: Here, view: CohortView, shown: Shown) -> None:
    """Say which filter leaves nothing to count."""
    if shown.fault:
        st.info(f"**Nothing is chosen.** {words.as_text(shown.fault)}", icon=":material/filter_list:")
        st.button(
            "Clear the pattern", key="cohort-unpattern", on_click=address.change, args=(PAGE,), kwargs={"subject": ""}
        )
        return
    st.info("**These filters choose no decided session.** Take one off, or clear all:", icon=":material/filter_list:")
    told = filters.active(view)
    with st.container(horizontal=True):
        for each in services.to_loosen(here.lab, view, on=here.day):
            name = filters.filter_of(each.fields)
            st.button(
                words.as_text(f"Without “{told.get(name, name)}”: {words.mice(each.mice)}"),
                key=f"cohort-loosen-{name}",
                on_click=filters.loosen,
                args=(PAGE, each.fields),
            )
        st.button("Clear all filters", key="cohort-unfilter", on_click=filters.clear, args=(PAGE,))


@st.cache_resource(show_spinner=False, max_entries=24)
def times_of(version: str, unit: str, by: str, *, _cohort: Cohort) -> TrainingTimes:  # noqa: ARG001 - names the cohort
    """Estimate times to graduation, once for each cohort, unit and grouping."""
    return services.training_times(_cohort, unit="days" if unit == "days" else "sessions", by="" if by == "all" else by)


def answer(view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Answer the question of the page in five numbers."""
    times = times_of(shown.version, view.unit, "all", _cohort=cohort).overall
    sessions = cohort.sessions
    with st.container(horizontal=True, gap="medium", key="cohort-answer"):
        mice, number, graduates, median, most = (st.container(width="content") for _ in range(5))
    mice.metric("Mice", f"{cohort.mice:,}", help="Mice with a chosen session.")
    number.metric("Sessions", f"{len(sessions):,}", help="Chosen sessions that were decided.")
    if times is not None:
        graduates.metric(
            "Graduated",
            f"{times.observed:,}",
            help="Mice that were sent to Graduated, at any time; of those whose last session fits the filters.",
        )
        told = "not reached" if times.median is None else f"{words.number(times.median)} {view.unit}"
        median.metric(
            "Median time to graduate",
            told,
            delta=_interval(times),
            delta_color="off",
            delta_arrow="off",
            help="Kaplan-Meier: mice that have not graduated count as still waiting, not as failures. "
            "The interval holds the true median in 95 of 100 such cohorts.",
        )
    at_stage = sessions["stage"].value_counts().drop(list(_GRADUATED), errors="ignore")
    if at_stage.sum():
        most.metric(
            "Most training sessions at",
            words.stage(at_stage.index[0]),
            delta=f"{at_stage.iloc[0] / at_stage.sum():.0%} of the sessions before graduation",
            delta_color="off",
            delta_arrow="off",
        )


def _interval(times: Survival) -> str:
    told = interval_told(times)
    if times.n < FEW_MICE:
        return f"{words.mice(times.n)}: {told}"
    return told if times.median is None else f"95 %: {told}"


def caption(here: Here, view: CohortView, cohort: Cohort, title: str) -> Caption:
    """Say of a picture what it shows, of whom and when."""
    run = here.lab.publication
    parts = [
        f"{words.mice(cohort.mice)}, {words.count(int(np.count_nonzero(cohort.chosen)), 'session')}",
        filters.in_words(view) or "no filter",
        f"as of the run of {datetime.fromisoformat(run.at):%Y-%m-%d %H:%M} UTC",
        f"drawn {here.today:%Y-%m-%d}",
    ]
    return Caption(title=title, foot=" · ".join(parts))


def group_names(groups: "list[str]") -> dict[str, str]:
    """Say groups as people do."""
    return {name: {"": "none named", "All": "All mice"}.get(name, name) for name in groups}


def colours(here: Here, cohort: Cohort) -> dict[str, StageColour]:
    """Give each stage one colour: that of the curriculum under which most of the sessions at it were run."""
    labels = [str(label) for label in cohort.histories["stage"].cat.categories]
    found = stage_colours(labels, scheme=here.look.colours, dark=here.dark)
    return found | _of_curricula(here.lab, here.look, here.dark, cohort)


def _of_curricula(lab: LabView, look: Look, dark: bool, cohort: Cohort) -> dict[str, StageColour]:
    followed = cohort.histories["curriculum"].value_counts()
    known = chips.colours_of(lab, look, dark=dark)
    in_order = sorted(known, key=lambda key: int(followed.get(key[0], 0)))
    return {label: known[key, label] for key, label in in_order}


def chart(figure: go.Figure, *, name: str, alt: str, table: pd.DataFrame, index: bool = False) -> None:
    """Draw a picture, and beside it a button for the numbers in it."""
    st.plotly_chart(figure, key=f"cohort-{name}", config=config(f"cohort {name}"), alt=alt)
    numbers(table, name=name, index=index)


def numbers(table: pd.DataFrame, *, name: str, index: bool = False) -> None:
    """Offer the numbers of a picture as a file, which is written when somebody wants it."""
    st.download_button(
        "CSV of these numbers",
        data=partial(written, table, index=index),
        file_name=f"cohort-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        help="Exactly the numbers that are drawn.",
        key=f"cohort-csv-{name}",
        on_click="ignore",
    )


def flow_choice(label: str, page: str) -> None:
    """Draw the choice of what counts as the way of a mouse."""
    st.segmented_control(
        label,
        list(FLOWS),
        key=address.key(page, "flow"),
        format_func=FLOWS.__getitem__,
        required=True,
        help="As decided: where the rules sent mice. As run: what they ran next, which a trainer may have changed.",
    )


def written(table: pd.DataFrame, *, index: bool) -> bytes:
    """Write a table as a CSV file, UTF-8."""
    return services.spreadsheet_csv(table, index=index)


def pictures(here: Here, view: CohortView, shown: Shown, drawn: Mapping[str, Callable[..., None]]) -> None:
    """Draw the tab that is open; the others cost nothing."""
    titles = list(get_args(CohortFigure))
    for title, tab in zip(titles, st.tabs(titles, key=address.key(PAGE, "figure"), on_change="rerun"), strict=True):
        if tab.open and shown.cohort is not None:
            with tab:
                drawn[title](here, view, shown, shown.cohort)
