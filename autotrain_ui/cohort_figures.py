"""The tabs of the Cohort page: for each its choices, its picture, the numbers beside it, and what they do not say."""

from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.evaluation import (
    Calibration,
    Distribution,
    Survival,
    decisions_per_stage,
    metric_distribution,
    pivot,
)
from autotrain_core.services import Cohort, LabView
from autotrain_ui import address, words
from autotrain_ui.address import CohortView
from autotrain_ui.charts.cohort import FEW_MICE, interval_told, occupancy_figure, survival_figure
from autotrain_ui.charts.cohort_stages import decisions_figure, dwell_figure, metric_figure, transitions_figure
from autotrain_ui.charts.forecast import calibration_figure
from autotrain_ui.charts.framing import MOST_GROUPS
from autotrain_ui.cohort_parts import (
    FLOWS,
    GROUPS,
    PAGE,
    UNITS,
    Shown,
    caption,
    chart,
    colours,
    flow_choice,
    group_names,
    numbers,
    times_of,
)
from autotrain_ui.frame import Here

COLUMNS = {
    "curriculum": "Curriculum and version",
    "curriculum_name": "Curriculum",
    "curriculum_version": "Version",
    "task": "Task",
    "stage": "Stage",
    "decision": "Decision",
    "project": "Project",
    "PI": "PI",
    "trainer": "Trainer",
    "rig": "Rig",
}
NOTHING = "nothing"
_COUNTS = {"mice": "Mice", "sessions": "Sessions"}
_OVER = {"week": "Weeks", "date": "Days", "session": "Session number"}
_MOST_COLUMNS = 60


def graduation(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Draw the time to graduation."""
    with _choices("graduation"):
        _by()
        _unit()
    times = times_of(shown.version, view.unit, view.by, _cohort=cohort)
    if not times.groups:
        st.info("No mouse had its last session under what is chosen.", icon=":material/filter_list:")
        return
    names = group_names(list(times.groups))
    curves = services.training_curves(times)
    title = "Time to graduation" + ("" if view.by == "all" else f", {GROUPS[view.by][0].lower()}{GROUPS[view.by][1:]}")
    drawn = list(times.groups)[:MOST_GROUPS]
    figure = survival_figure(
        curves, times.groups, unit=view.unit, names=names, caption=caption(here, view, cohort, title), dark=here.dark
    )
    told = "; ".join(f"{names[name]}: {interval_told(times.groups[name])}" for name in drawn)
    chart(
        figure,
        name="graduation",
        alt=f"Share of mice that has not graduated yet, by {view.unit}. Median with interval: {told}.",
        table=curves[curves["group"].isin(drawn)].replace({"group": names}),
    )
    st.dataframe(
        _medians(times.groups, names),
        hide_index=True,
        column_config=_median_columns(view.unit),
        alt="Time to graduation of each group, with intervals",
        key="cohort-medians",
    )
    few = [names[name] for name, curve in times.groups.items() if curve.n < FEW_MICE]
    left_out = sum(curve.left_out for curve in times.groups.values())
    st.caption(
        words.as_text(
            "A tick is a mouse that was last seen there without having graduated. Bands are 95 % intervals. "
            "Mice that were taken off because they do not learn count as still waiting, so the truth may be slower. "
            + (f"Only the {MOST_GROUPS} largest groups are drawn. " if len(times.groups) > MOST_GROUPS else "")
            + (f"Fewer than {FEW_MICE} mice, so no interval: {', '.join(few)}. " if few else "")
            + (
                f"{words.mice(left_out)} without a time: Graduated from the first session, or no date."
                if left_out
                else ""
            )
        )
    )


def _medians(groups: dict[str, Survival], names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "group": names[name],
                "mice": curve.n,
                "graduated": curve.observed,
                "median": curve.median,
                "lower": curve.median_lower if curve.n >= FEW_MICE else None,
                "upper": curve.median_upper if curve.n >= FEW_MICE else None,
            }
            for name, curve in groups.items()
        ]
    ).astype({"median": float, "lower": float, "upper": float})


def _median_columns(unit: str) -> dict[str, Any]:
    number = partial(st.column_config.NumberColumn, format="%d")
    return {
        "group": "Group",
        "mice": number("Mice"),
        "graduated": number("Graduated"),
        "median": number(f"Median, {unit}", help="Empty where fewer than half would have graduated."),
        "lower": number("95 % from", help="Empty where there are too few mice."),
        "upper": number("to", help="Empty where it is not reached yet."),
    }


def dwell(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Draw how long mice stay at each stage."""
    with _choices("dwell"):
        _by()
        _unit()
    summary = _visits(shown.version, view.unit, view.by, _cohort=cohort)
    names = group_names(_largest(summary))
    figure = dwell_figure(
        summary, unit=view.unit, names=names, caption=caption(here, view, cohort, "Time at a stage"), dark=here.dark
    )
    table = summary.replace({"group": group_names(list(summary["group"].unique()))})
    told = [
        f"{words.stage(row.stage)} {words.number(row.median)} (n {row.n})"
        for row in table[table["n"] > 0].head(12).itertuples()
    ]
    chart(
        figure,
        name="dwell",
        alt=f"{UNITS[view.unit]} at each stage, one visit. Median: {', '.join(told)}.",
        table=table,
    )
    st.caption(
        "A visit is a run of consecutive sessions at one stage. Boxes reach from quartile to quartile, whiskers to the "
        "90th percentile. n counts visits that have ended; those that go on stand in brackets and are left out, so "
        "that a stage at which many still are looks shorter than it is."
    )


@st.cache_data(show_spinner=False, max_entries=12)
def _visits(version: str, unit: str, by: str, *, _cohort: Cohort) -> pd.DataFrame:  # noqa: ARG001 - names the cohort
    return services.visits_by_stage(
        _cohort, unit="days" if unit == "days" else "sessions", by="" if by == "all" else by
    )


def _largest(summary: pd.DataFrame) -> list[str]:
    ended = summary.groupby("group")["n"].sum()
    return [str(name) for name in ended[ended > 0].sort_values(ascending=False, kind="stable").index]


def over_time(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Draw how many mice are at each stage over time."""
    with _choices("over"):
        st.segmented_control(
            "Along the bottom", list(_OVER), key=address.key(PAGE, "over"), format_func=_OVER.__getitem__, required=True
        )
    table = _occupied(shown.version, view.over, _cohort=cohort)
    if table.empty or not table.shape[1]:
        st.info("No session of these mice has a date in the chosen period.", icon=":material/event_busy:")
        return
    figure = occupancy_figure(
        table,
        over=view.over,
        colours=colours(here, cohort),
        caption=caption(here, view, cohort, "Mice at each stage"),
        dark=here.dark,
    )
    last = ", ".join(f"{words.stage(label)} {number}" for label, number in table.iloc[-1].items() if number)
    chart(
        figure,
        name="stages-over-time",
        alt=f"Mice at each stage over time. At the end: {last or 'none'}.",
        table=table,
        index=True,
    )
    st.caption("A mouse counts from its first to its last session, at the stage that it ran last.")


@st.cache_data(show_spinner=False, max_entries=12)
def _occupied(version: str, over: str, *, _cohort: Cohort) -> pd.DataFrame:  # noqa: ARG001 - names the cohort
    return services.stages_over_time(
        _cohort, over="date" if over == "date" else "session" if over == "session" else "week"
    )


def decisions(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Draw what is decided at each stage."""
    table = _decided(shown.version, _cohort=cohort)
    if table.empty:
        st.info("No decision is known of these sessions.", icon=":material/filter_list:")
        return
    figure = decisions_figure(table, caption=caption(here, view, cohort, "Decisions at each stage"), dark=here.dark)
    told = "; ".join(
        f"{words.stage(stage)}: {row['PROGRESS']} on, {row['STAY']} stay, {row['ROLLBACK']} back"
        for stage, row in table.iterrows()
    )
    chart(figure, name="decisions", alt=f"Decisions at each stage. {told}.", table=table, index=True)


@st.cache_data(show_spinner=False, max_entries=12)
def _decided(version: str, *, _cohort: Cohort) -> pd.DataFrame:  # noqa: ARG001 - names the cohort
    return decisions_per_stage(_cohort.sessions)


def metrics(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Draw how a metric spreads at each stage."""
    known = here.lab.metrics
    with _choices("metric"):
        st.selectbox(
            "Metric",
            address.options(PAGE, "metric", known),
            key=address.key(PAGE, "metric"),
            format_func=lambda name: known[name].title if name in known else name,
            width=280,
        )
    metric = known.get(view.metric)
    if metric is None:
        st.info(
            f"No curriculum at hand knows a metric “{words.as_text(view.metric)}”. Choose another.",
            icon=":material/help:",
        )
        return
    spread = _spread(shown.version, view.metric, _cohort=cohort)
    if not spread.summary["n"].sum():
        st.info("None of these sessions has a number for this metric.", icon=":material/filter_list:")
        return
    title = f"{metric.title[:1].upper()}{metric.title[1:]} at each stage"
    figure = metric_figure(
        spread, metric, colours=colours(here, cohort), caption=caption(here, view, cohort, title), dark=here.dark
    )
    told = "; ".join(
        f"{words.stage(label)} {words.number(row['median'])} "
        f"({words.number(row['quartile_1'])} to {words.number(row['quartile_3'])})"
        for label, row in spread.summary[spread.summary["n"] > 0].iterrows()
    )
    edges = [f"{low:.6g} to {high:.6g}" for low, high in zip(spread.edges[:-1], spread.edges[1:], strict=True)]
    table = spread.summary.join(spread.counts.set_axis(edges, axis=1))
    chart(figure, name="metric", alt=f"{title}. Median and quartiles: {told}.", table=table, index=True)
    st.caption(
        "Each hill has the same area. The ring is the median, the thick bar holds the middle half of the sessions, the "
        "thin one nine in ten."
    )


@st.cache_resource(show_spinner=False, max_entries=12)
def _spread(version: str, metric: str, *, _cohort: Cohort) -> Distribution:  # noqa: ARG001 - names the cohort
    return metric_distribution(_cohort.sessions, metric, bins=30)


def transitions(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Draw who goes from which stage to which."""
    with _choices("transitions"):
        flow_choice("Count", PAGE)
    changes = _changes(shown.version, view.flow, _cohort=cohort)
    if changes.empty:
        st.info("Nothing followed these sessions yet.", icon=":material/filter_list:")
        return
    title = f"From stage to stage, {FLOWS[view.flow].lower()}"
    stages = [str(label) for label in cohort.histories["stage"].cat.categories]
    figure = transitions_figure(changes, stages=stages, caption=caption(here, view, cohort, title), dark=here.dark)
    most = changes.sort_values("count", ascending=False).head(8)
    told = "; ".join(
        f"{words.stage(row.stage)} to {words.stage(row.to)} {row.count} ({row.share:.0%})" for row in most.itertuples()
    )
    chart(figure, name="transitions", alt=f"{title}. The most frequent: {told}.", table=changes)
    st.caption("Shares are of all that followed a session at the stage on the left; the diagonal is staying.")


@st.cache_data(show_spinner=False, max_entries=12)
def _changes(version: str, flow: str, *, _cohort: Cohort) -> pd.DataFrame:  # noqa: ARG001 - names the cohort
    return services.stage_changes(_cohort, flow="ran" if flow == "ran" else "decided")


def any_two(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Lay two columns against each other."""
    known = {name: metric.title for name, metric in here.lab.metrics.items()}
    with _choices("pivot"):
        _select("Rows", "rows", COLUMNS)
        _select("Columns", "columns", {NOTHING: "None"} | COLUMNS)
        _select("In each cell", "value", _COUNTS | known)
        if view.value in known:
            st.segmented_control(
                "Of all sessions",
                ["median", "mean"],
                key=address.key(PAGE, "how"),
                format_func=str.capitalize,
                required=True,
            )
    fits = view.rows in COLUMNS and view.columns in {NOTHING, *COLUMNS} and view.value in {*_COUNTS, *known}
    if not fits or view.rows == view.columns:
        st.info("Choose two different columns, and what to count.", icon=":material/pivot_table_chart:")
        return
    table = _laid(shown.version, view.rows, view.columns, view.value, view.how, _cohort=cohort)
    told = in_words(table, value=(_COUNTS | known)[view.value])
    shown_columns = list(told.columns[:_MOST_COLUMNS])
    form = "%d" if view.value in _COUNTS else "%.3f"
    st.dataframe(
        told[shown_columns],
        column_config={name: st.column_config.NumberColumn(format=form) for name in shown_columns},
        alt=f"{(_COUNTS | known)[view.value]} by {COLUMNS[view.rows]} and {COLUMNS.get(view.columns, 'nothing')}",
        key="cohort-pivot",
    )
    if len(told.columns) > _MOST_COLUMNS:
        st.caption(f"The first {_MOST_COLUMNS} of {len(told.columns)} columns; the file holds all.")
    numbers(told, name="table", index=True)


@st.cache_data(show_spinner=False, max_entries=12)
def _laid(
    version: str,  # noqa: ARG001 - names the cohort
    rows: str,
    columns: str,
    value: str,
    how: str,
    *,
    _cohort: Cohort,
) -> pd.DataFrame:
    across = None if columns == NOTHING else columns
    return pivot(_cohort.sessions, index=rows, columns=across, value=value, how="mean" if how == "mean" else "median")


def in_words(table: pd.DataFrame, *, value: str) -> pd.DataFrame:
    """Say the headings of a pivot table; no two of them are alike."""
    named = table.copy()
    named.columns = pd.Index(_headings(table.columns, value))
    named.index = pd.Index(
        _headings(table.index, value), name=COLUMNS.get(str(table.index.name), str(table.index.name))
    )
    return named


def _headings(labels: pd.Index, value: str) -> list[str]:
    say = {"stage": words.stage, "decision": words.decision}.get(str(labels.name), str)
    told = [value if labels.name is None else "none named" if pd.isna(label) else str(say(label)) for label in labels]
    return [each if told.count(each) == 1 else f"{each} ({label})" for each, label in zip(told, labels, strict=True)]


def _choices(name: str) -> "st.delta_generator.DeltaGenerator":
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"cohort-choices-{name}")


def _by() -> None:
    st.selectbox("Groups", list(GROUPS), key=address.key(PAGE, "by"), format_func=GROUPS.__getitem__, width=260)


def _unit() -> None:
    st.segmented_control(
        "Time in",
        list(UNITS),
        key=address.key(PAGE, "unit"),
        format_func=UNITS.__getitem__,
        required=True,
        help="Decided sessions, or calendar days with the first and the last counted.",
    )


def _select(label: str, field: str, offered: dict[str, str]) -> None:
    st.selectbox(
        label,
        address.options(PAGE, field, offered),
        key=address.key(PAGE, field),
        format_func=lambda name: offered.get(name, name),
        width=220,
    )


def forecasts(here: Here, view: CohortView, shown: Shown, cohort: Cohort) -> None:
    """Draw how far forecasts of these mice came true."""
    found = _calibration(shown.version, here.day, _cohort=cohort, _lab=here.lab)
    if not len(found.bins):
        st.info(
            "**Nobody can say yet whether forecasts come true.** It takes mice that began long enough ago, and enough "
            "others that were known by then.",
            icon=":material/timeline:",
        )
        return
    told = [f"{row.predicted:.0%} foretold, {row.observed:.0%} found (n {row.mice})" for row in found.bins.itertuples()]
    chart(
        calibration_figure(found, caption=caption(here, view, cohort, "Foretold and found"), dark=here.dark),
        name="forecasts",
        alt=f"Foretold to graduate within {found.within} sessions, and found: {'; '.join(told)}.",
        table=found.bins,
    )
    st.caption(
        f"{words.mice(len(found.tried))} were forecast once each, from the others and from nothing that was not known "
        f"on that day. Numbers count mice, lines are 95 % intervals. Brier score {found.brier:.2f}; who always says "
        f"the same share has {found.brier_of_mean:.2f}. Not tried: {found.too_few:,} with too few others, "
        f"{found.still_open:,} of which nobody knows yet. {services.calibration_warning(found)}"
    )


@st.cache_resource(show_spinner="Trying the forecasts of the past …", max_entries=6)
def _calibration(version: str, day: date, *, _cohort: Cohort, _lab: LabView) -> Calibration:  # noqa: ARG001 - the key
    return services.calibration_of(_lab, _cohort, on=day)


FIGURES = {
    "Graduation": graduation,
    "Time at a stage": dwell,
    "Stages over time": over_time,
    "Decisions": decisions,
    "Metrics": metrics,
    "Transitions": transitions,
    "Forecasts": forecasts,
    "Any two columns": any_two,
}
"""Tab -> what draws it."""
