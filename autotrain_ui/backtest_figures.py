"""The tabs of the Backtest page: who graduates when, how long stages take, where mice go, and whose fate changes."""

import math
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from itertools import groupby
from typing import Any, get_args

import numpy as np
import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.evaluation import CHANGES
from autotrain_core.services import TrainingTimes
from autotrain_ui import address, routes, words
from autotrain_ui.address import BacktestFigure, BacktestView, MouseView
from autotrain_ui.backtest_parts import PAGE, Shown, caption, chart, colours
from autotrain_ui.charts.backtest import Strip, flow_figure, strips_figure
from autotrain_ui.charts.cohort import FEW_MICE, interval_told, survival_figure
from autotrain_ui.charts.cohort_stages import dwell_figure
from autotrain_ui.cohort_parts import written
from autotrain_ui.frame import Here
from autotrain_ui.simulation_parts import simulation

_RUN = "As it was run"


def pictures(here: Here, view: BacktestView, shown: Shown) -> None:
    """Draw the tab that is open; the others cost nothing."""
    titles = list(get_args(BacktestFigure))
    for title, tab in zip(titles, st.tabs(titles, key=address.key(PAGE, "figure"), on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                _FIGURES[title](here, view, shown)


def graduation(here: Here, _: BacktestView, shown: Shown) -> None:
    """Draw who has not graduated yet, session by session."""
    groups = {name: version.waiting for name, version in zip(shown.result.names, shown.found.versions, strict=True)}
    curves = services.training_curves(TrainingTimes(unit="sessions", overall=None, groups=groups))
    figure = survival_figure(
        curves,
        groups,
        unit="sessions",
        names=shown.names,
        caption=caption(here, shown, "Time to graduation"),
        dark=here.dark,
    )
    told = "; ".join(f"{shown.names[name]}: median {interval_told(curve)}" for name, curve in groups.items())
    chart(figure, name="graduation", alt=f"Share of mice that has not graduated yet, by decided sessions. {told}.")
    _numbers(curves.replace({"group": shown.names}), "graduation")
    few = [shown.names[name] for name, curve in groups.items() if curve.n < FEW_MICE]
    st.caption(
        words.as_text(
            "A tick is a mouse whose history ends there without having graduated. Bands are 95 % intervals of each "
            "curve; all are of the same mice, so that two versions may well differ though their bands overlap. "
            + (f"Fewer than {FEW_MICE} mice, so no interval: {', '.join(few)}." if few else "")
        )
    )


def dwell(here: Here, _: BacktestView, shown: Shown) -> None:
    """Draw how long mice would have stayed at each stage."""
    summary = _visits(shown)
    figure = dwell_figure(
        summary,
        unit="sessions",
        names=shown.names,
        caption=caption(here, shown, "Time at a stage"),
        dark=here.dark,
    )
    told = [
        f"{shown.names[str(row.group)]}, {words.stage(row.stage)} {words.number(row.median)} (n {row.n})"
        for row in summary[summary["n"] > 0].head(16).itertuples()
    ]
    chart(figure, name="dwell", alt=f"Sessions at each stage, one visit. Median: {'; '.join(told)}.")
    _numbers(summary.replace({"group": shown.names}), "dwell")
    st.caption(
        "A visit is a run of consecutive sessions at one stage. Boxes reach from quartile to quartile, whiskers to the "
        "90th percentile. n counts visits that have ended, of all versions; those that go on stand in brackets."
    )


def _visits(shown: Shown) -> pd.DataFrame:
    """Lay the visits of all versions below each other, as `dwell_figure` takes them."""
    labels = list(dict.fromkeys(stage.label for one in shown.curricula for stage in one.stages))
    tables = []
    for name, version in zip(shown.result.names, shown.found.versions, strict=True):
        table = version.dwell.reset_index()
        table.insert(0, "group", name)
        tables.append(table.assign(n=table["ended"]))
    found = pd.concat(tables, ignore_index=True)
    return found.assign(stage=pd.Categorical(found["stage"], categories=labels))


def flow(here: Here, _: BacktestView, shown: Shown) -> None:
    """Draw where each version sends mice."""
    hues = colours(here, shown)
    tables = []
    for place, version in enumerate(shown.found.versions):
        told = shown.labels[place]
        moves = version.flows[version.flows["stage"].astype("str") != version.flows["to"].astype("str")]
        tables.append(version.flows.assign(version=told).astype({"stage": "str", "to": "str"}))
        if moves.empty:
            st.info(f"{words.as_text(told)} moves no mouse.", icon=":material/pause:")
            continue
        stages = [stage.label for stage in version.curriculum.stages]
        figure = flow_figure(version.flows, stages, colours=hues, caption=caption(here, shown, told), dark=here.dark)
        said = "; ".join(
            f"{words.stage(row.stage)} to {words.stage(row.to)} {row.decisions}"
            for row in moves.sort_values("decisions", ascending=False).head(10).itertuples()
        )
        chart(figure, name=f"flow-{place}", alt=f"Where {told} sends mice, from left to right. {said}.")
    _numbers(pd.concat(tables, ignore_index=True), "flow")
    st.caption(
        "From the stage on the left to the one on the right; blue goes on, orange goes back. Staying is left out."
    )


def mice(here: Here, view: BacktestView, shown: Shown) -> None:
    """List whose fate changes from the first version to another, and open one of them."""
    if len(shown.labels) == 1:
        st.info(
            "**One version alone changes nothing.** Choose a second one to compare it with.", icon=":material/compare:"
        )
        _one_mouse(list(shown.found.versions[0].fates.index))
        _opened(here, view, shown, None)
        return
    others = dict(zip(shown.result.names[1:], shown.labels[1:], strict=True))
    other = view.against if view.against in others else next(iter(others))
    place = shown.result.names.index(other)
    changed = shown.found.changed_fates(0, place)
    listed = changed[changed["change"].isin(view.change)] if view.change else changed
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="backtest-mice"):
        if len(others) > 1:
            _against(shown.labels[0], others)
        _changes(changed)
        _one_mouse(list(listed.index))
    _opened(here, view, shown, place)
    if listed.empty:
        st.info(
            f"**No mouse has another fate by {words.as_text(others[other])}**"
            + (" in this way." if view.change else f" than by {words.as_text(shown.labels[0])}."),
            icon=":material/check:",
        )
        return
    st.dataframe(
        _listed(listed, shown.labels[0], others[other]),
        hide_index=True,
        alt=f"{words.mice(len(listed))} whose fate changes from {shown.labels[0]} to {others[other]}",
        key="backtest-changed",
        column_config={"from session": st.column_config.NumberColumn("Parts after session", format="%d")},
    )
    _numbers(listed.reset_index(), "changed-fates")


def _against(first: str, others: Mapping[str, str]) -> None:
    st.selectbox(
        f"{first} compared with",
        address.options(PAGE, "against", ["", *list(others)[1:]]),
        key=address.key(PAGE, "against"),
        format_func=lambda name: others.get(name) or next(iter(others.values())),
        width=300,
    )


def _changes(changed: pd.DataFrame) -> None:
    counted = {name: int((changed["change"] == name).sum()) for name in CHANGES}
    st.multiselect(
        "Only those that",
        address.options(PAGE, "change", [name for name, number in counted.items() if number]),
        key=address.key(PAGE, "change"),
        format_func=lambda name: f"{name}: {words.mice(counted.get(name, 0))}",
        placeholder=f"All: {words.mice(len(changed))}",
        width=340,
    )


def _one_mouse(offered: list[str]) -> None:
    st.selectbox(
        "Look at one mouse",
        address.options(PAGE, "mouse", ["", *offered]),
        key=address.key(PAGE, "mouse"),
        format_func=words.or_choose,
        width=240,
    )


def _listed(changed: pd.DataFrame, first: str, other: str) -> pd.DataFrame:
    names = (first, other) if first != other else (f"{first} (1)", f"{other} (2)")
    return pd.DataFrame(
        {
            "Mouse": changed.index.to_numpy(),
            "Change": changed["change"].astype("str").to_numpy(),
            "from session": changed["from_session"].to_numpy(),
            names[0]: [_fate(row, "a") for row in changed.to_dict(orient="records")],
            names[1]: [_fate(row, "b") for row in changed.to_dict(orient="records")],
        }
    )


def _fate(row: Mapping[Hashable, object], letter: str) -> str:
    fate = str(row[f"fate_{letter}"])
    if fate == "graduated":
        return f"graduates after {words.count(int(float(str(row[f'sessions_to_graduate_{letter}']))), 'session')}"
    return fate if fate == "not decided" else f"{fate}, next {words.stage(row[f'stage_{letter}'])}"


def _opened(here: Here, view: BacktestView, shown: Shown, other: int | None) -> None:
    """Draw one mouse by the two versions side by side, and beside it what it ran."""
    if not view.mouse:
        return
    fates = shown.found.versions[0].fates
    if view.mouse not in fates.index:
        st.info(f"Mouse {words.as_text(view.mouse)} does not take part.", icon=":material/search_off:")
        return
    places = [0] if other is None else [0, other]
    changed = shown.found.changed_fates(0, places[-1])
    parting = float(changed["from_session"].get(view.mouse, np.nan))
    own = here.lab.of(view.mouse)
    strips = [Strip(name=_RUN, sessions=_whole(own["session"]), stages=_texts(own["stage"]))]
    for place in places:
        rows = shown.found.decisions(place, view.mouse).sort_values("session", kind="stable")
        strips.append(
            Strip(
                name=shown.labels[place],
                sessions=_whole(rows["session"]),
                stages=_texts(rows["current_stage_actual"]),
            )
        )
    figure = strips_figure(
        strips,
        parting=parting,
        colours=colours(here, shown),
        caption=caption(here, shown, f"Mouse {view.mouse}"),
        dark=here.dark,
    )
    told = "; ".join(f"{strip.name}: {_path(strip)}" for strip in strips)
    chart(figure, name="mouse", alt=f"Stages of mouse {view.mouse} by session. {told}.")
    session = None if math.isnan(parting) else int(parting)
    if session is not None:
        st.caption(f"Dotted: after session {session} the two versions say another next stage for the first time.")
    elif other is not None:
        st.caption("The two versions say the same next stage after each of its sessions.")
    st.page_link(
        routes.route("mouse").file,
        label="Open this mouse" + (f" at session {session}" if session is not None else ""),
        icon=":material/cruelty_free:",
        query_params=address.to_query(MouseView(subject=view.mouse, session=session)),
    )


def _path(strip: Strip) -> str:
    """Say the stages of a strip in order, each once a visit."""
    return ", ".join(words.stage(stage) for stage, _ in groupby(filter(None, strip.stages))) or "not known"


def _whole(column: "pd.Series[int]") -> list[int]:
    return [int(number) for number in column]


def _texts(column: "pd.Series[Any]") -> list[str]:
    return ["" if pd.isna(each) else str(each) for each in column]


def closed_loop(here: Here, _: BacktestView, shown: Shown) -> None:
    """Ask a model of learning what mice would have done."""
    tasks = shown.result.tasks
    chosen = shown.selection.model_copy(update={"task": tasks}) if tasks else shown.selection
    simulation(here, shown.curricula, selection=chosen)


def _numbers(table: pd.DataFrame, name: str) -> None:
    st.download_button(
        "CSV of these numbers",
        data=partial(written, table, index=False),
        file_name=f"backtest-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        help="Exactly the numbers that are shown.",
        key=f"backtest-csv-{name}",
        on_click="ignore",
    )


_FIGURES: Mapping[str, Callable[[Here, BacktestView, Shown], None]] = {
    "Graduation": graduation,
    "Time at a stage": dwell,
    "From stage to stage": flow,
    "Mice": mice,
    "Closed loop": closed_loop,
}
"""Tab -> what draws it."""
