"""The parts of the Live graph page: which curriculum, its graph, the mice of a stage, and the same as tables."""

import zlib
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

# The public function takes no key: it would begin anew, and forget what was clicked, whenever a number changes.
from streamlit_agraph import _agraph

from autotrain_core import services
from autotrain_core.diagrams import StageColour
from autotrain_core.services import LabView, Live
from autotrain_ui import address, chips, routes, words
from autotrain_ui.address import LiveView, MouseView
from autotrain_ui.charts import live as charts
from autotrain_ui.cohort_parts import flow_choice, written
from autotrain_ui.frame import Here

PAGE = "live"
EVERY = "all"
"""The version that stands for all of them."""

_OPEN, _CLICKS, _LISTED = "live:open", "live:clicks", "live-mice"


def go() -> None:
    """Go to the mouse that was chosen since the page was drawn."""
    wanted = st.session_state.pop(_OPEN, None)
    if isinstance(wanted, MouseView):
        st.switch_page(routes.route("mouse").file, query_params=address.to_query(wanted))


@st.cache_data(show_spinner=False, max_entries=4)
def followed(version: str, day: date, *, _lab: LabView) -> pd.DataFrame:  # noqa: ARG001 - what is kept until it changes
    """List the curricula with their mice, once for each state of the lab."""
    return services.followed(_lab, on=day)


def bar(view: LiveView, curricula: pd.DataFrame) -> None:
    """Draw the choices above the graph."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="live-bar"):
        names = ["", *dict.fromkeys(curricula["name"])]
        st.selectbox(
            "Curriculum",
            address.options(PAGE, "name", names),
            key=address.key(PAGE, "name"),
            format_func=lambda name: name or "With most mice in training",
            on_change=partial(address.change, PAGE, version="", stage=""),
            width=300,
        )
        if view.name:
            mine = curricula[curricula["name"] == view.name]
            told = {
                "": "With most mice in training",
                EVERY: "All versions together",
                **{
                    str(version): f"{version} ({training} of {words.mice(number)} in training)"
                    for version, number, training in zip(mine["version"], mine["mice"], mine["training"], strict=True)
                },
            }
            st.selectbox(
                "Version",
                address.options(PAGE, "version", told),
                key=address.key(PAGE, "version"),
                format_func=lambda version: told.get(version, version),
                on_change=partial(address.change, PAGE, stage=""),
                width=300,
            )
        flow_choice("Count ways", PAGE)
        st.toggle(
            "Only mice in training",
            key=address.key(PAGE, "active"),
            help="Counts only mice that had a session lately; the median and the ways are those of all mice, ever.",
        )


def wanted(view: LiveView, curricula: pd.DataFrame) -> tuple[str, str]:
    """Say which curriculum is to be shown: name and version, the version "" for all of them together."""
    if not view.name:
        first = curricula.head(1)
        return (str(first["name"].iloc[0]), str(first["version"].iloc[0])) if len(first) else ("", "")
    if view.version == EVERY:
        return view.name, ""
    mine = curricula[curricula["name"] == view.name]
    if not view.version and len(mine):
        return view.name, str(mine["version"].iloc[0])
    return view.name, view.version


@st.cache_resource(show_spinner=False, max_entries=24)
def look(version: str, day: date, name: str, of: str, flow: str, *, _lab: LabView) -> Live:  # noqa: ARG001 - until it changes
    """Say where the mice are, once for each state of the lab."""
    return services.live(_lab, name, of, on=day, flow="ran" if flow == "ran" else "decided")


def title(live: Live, *, active_days: int) -> None:
    """Say what is shown, and how many mice follow it."""
    st.header(words.as_text(f"{live.name} {live.version or '(all versions)'}"))
    training = int(live.mice["training"].sum())
    told = f"{words.mice(len(live.mice))} on it, {training} in training (a session within {active_days} days)."
    if live.mice.empty:
        told = "Nobody follows it now."
    if live.curriculum is None:
        told += " No document of it is at hand, so the stages stand in the order in which they are known."
    elif not live.version:
        told += f" Drawn as version {live.curriculum.version} has it."
    if not live.stages["listed"].all() and live.curriculum is not None:
        told += " Stages with a dashed border are not in the document."
    st.caption(words.as_text(told))


def chosen(view: LiveView, live: Live) -> str:
    """Say which stage is chosen; "" where it is none of those that are drawn."""
    return view.stage if view.stage in live.stages.index else ""


def graph(here: Here, view: LiveView, live: Live) -> None:
    """Draw the graph; a click on a stage chooses it."""
    which = zlib.crc32(f"{live.name}\x00{live.version}".encode())
    key = f"live-graph-{which}"
    drawn = charts.graph(
        live,
        active=view.active,
        chosen=chosen(view, live),
        clicks=st.session_state.get(_CLICKS, 0),
        colours=_colours(here, live),
        dark=here.dark,
    )
    _agraph(data=drawn.data, config=drawn.config, key=key, on_change=partial(_clicked, live, key))


def _clicked(live: Live, key: str) -> None:
    stage = charts.clicked(live, st.session_state.get(key))
    if stage:
        address.change(PAGE, stage=stage)


def _colours(here: Here, live: Live) -> dict[str, StageColour]:
    if live.curriculum is None:
        return {}
    known = chips.colours_of(here.lab, here.look, dark=here.dark)
    return {label: colour for (key, label), colour in known.items() if key == live.curriculum.key}


def _chosen_beside() -> None:
    """Let every stage of the graph be clicked again, also the one that was clicked last."""
    st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1


def stage_mice(here: Here, view: LiveView, live: Live) -> None:
    """List the mice of the chosen stage."""
    counts = live.stages["training" if view.active else "mice"]
    told = {label: f"{_said(live, label)} ({words.mice(int(counts[label]))})" for label in live.stages.index}
    st.selectbox(
        "Stage",
        address.options(PAGE, "stage", ["", *live.stages.index]),
        key=address.key(PAGE, "stage"),
        format_func=lambda label: told.get(label, label) if label else "Every stage",
        on_change=_chosen_beside,
        help="Or click a stage in the graph.",
    )
    stage = chosen(view, live)
    if view.stage and not stage:
        st.info(
            f"This curriculum has no stage “{words.as_text(view.stage)}”, and nobody is there.", icon=":material/help:"
        )
    mice = live.mice[live.mice["training"]] if view.active else live.mice
    mice = mice[mice["following"] == stage] if stage else mice
    if mice.empty:
        where = f"is at {_said(live, stage)}" if stage else "follows it"
        st.text(f"No mouse{' in training' if view.active else ''} {where} now.")
        return
    table = _mice_told(mice, live)
    st.dataframe(
        table,
        hide_index=True,
        column_config=_mouse_columns(),
        key=_LISTED,
        on_select=partial(_note_row, table),
        selection_mode="single-row",
        alt=f"Mice that run {_said(live, stage) if stage else 'any stage'} next, one a row",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _csv("CSV of these mice", mice, f"live-mice-{here.today}.csv")
        st.caption("Tick a row to open the mouse.")


def _said(live: Live, label: str) -> str:
    return words.stage(live.stages["title"].get(label, label))


def _mice_told(mice: pd.DataFrame, live: Live) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subject_id": mice["subject_id"].to_numpy(),
            "following": [_said(live, label) for label in mice["following"]],
            "here": mice["here"].to_numpy(),
            "days": mice["days"].to_numpy(),
            "stage": [_said(live, label) for label in mice["stage"]],
            "last_date": mice["last_date"].to_numpy(),
            "alert": mice["alert"].to_numpy(),
            "version": mice["version"].to_numpy(),
        }
    )


def _mouse_columns() -> dict[str, "st.column_config.ColumnConfig | str | None"]:  # type: ignore[name-defined]  # as Streamlit spells it
    number = partial(st.column_config.NumberColumn, format="%d")
    return {
        "subject_id": st.column_config.TextColumn("Mouse", pinned=True),
        "following": "Runs next",
        "here": number("Sessions here", help="Consecutive sessions at this stage; 0 where the next is the first."),
        "days": number("Days here", help="Calendar days from the first of those sessions to the last."),
        "stage": "Ran last",
        "last_date": st.column_config.DateColumn("Last session", format="YYYY-MM-DD"),
        "alert": st.column_config.TextColumn("Needs", width="medium"),
        "version": "Version",
    }


def _note_row(table: pd.DataFrame) -> None:
    picked = st.session_state[_LISTED]["selection"]["rows"]
    if picked and picked[0] < len(table):
        st.session_state[_OPEN] = MouseView(subject=str(table["subject_id"].iloc[picked[0]]))


def tables(here: Here, live: Live) -> None:
    """Give the numbers of the graph as tables, for whoever cannot see or click it."""
    st.header("The same as tables")
    number = partial(st.column_config.NumberColumn, format="%d")
    stages = live.stages.assign(title=[_said(live, label) for label in live.stages.index]).reset_index(drop=True)
    st.dataframe(
        stages,
        hide_index=True,
        column_config={
            "title": "Stage",
            "listed": st.column_config.CheckboxColumn("In the document"),
            "mice": number("Mice now"),
            "training": number("In training"),
            "visits": number("Visits", help="Runs of consecutive sessions, of all mice, ever."),
            "ended": number("Ended"),
            "n": None,
            "median": st.column_config.NumberColumn("Median stay, sessions", format="%.1f"),
            "quartile_1": st.column_config.NumberColumn("Quarter stay up to", format="%.1f"),
            "quartile_3": st.column_config.NumberColumn("Three quarters up to", format="%.1f"),
        },
        key="live-stages",
        alt="Stages with their mice and the usual length of a stay",
    )
    moves = live.moves.assign(
        stage=[_said(live, label) for label in live.moves["stage"]],
        to=[_said(live, label) for label in live.moves["to"]],
        share=live.moves["share"] * 100,
    )
    if len(moves):
        st.dataframe(
            moves,
            hide_index=True,
            column_config={
                "stage": "From",
                "to": "To",
                "count": number("Times"),
                "share": st.column_config.NumberColumn("Share", format="%.0f %%"),
                "rule": st.column_config.CheckboxColumn("A rule leads so"),
            },
            key="live-moves",
            alt="Ways from stage to stage, and how often each was gone",
        )
    with st.container(horizontal=True):
        _csv("CSV of the stages", live.stages.reset_index(), f"live-stages-{here.today}.csv")
        _csv("CSV of the ways", live.moves, f"live-ways-{here.today}.csv")


def _csv(label: str, table: pd.DataFrame, name: str) -> None:
    st.download_button(
        label,
        data=partial(written, table, index=False),
        file_name=name,
        mime="text/csv",
        icon=":material/download:",
        key=f"live-{label}",
        on_click="ignore",
        disabled=not np.size(table),
    )
