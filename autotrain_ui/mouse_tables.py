"""The tables and figures of one mouse, as they are drawn: its sessions, its stages beside others, its animal."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from autotrain_core import services
from autotrain_core.rules import Metric
from autotrain_core.services import LabView, Mouse
from autotrain_ui import address, words
from autotrain_ui.charts.mouse import KEY, measured, metrics_figure
from autotrain_ui.chips import Colours

_PAGE = "mouse"
_FIRST_METRICS = 3
_PRINTED = 200
_COLOURED = 400
"""Beyond so many sessions the cells of the table are not coloured: each of them is styled on its own."""

_FACTS: Mapping[str, tuple[str, str]] = {
    "weight_after": ("Weight after (g)", "%.1f"),
    "weight_after_ratio": ("Of base weight", "percent"),
    "water_in_session_total": ("Water in session (mL)", "%.3f"),
    "water_day_total": ("Water of the day (mL)", "%.3f"),
}


def choose_session(mouse: Mouse, *, today: date) -> None:
    """Offer the sessions of a mouse, newest first; none chosen is the last that was decided."""
    rows = mouse.rows.iloc[::-1]
    said = {
        int(number): f"{number} · {words.day(day, today)} · {words.stage(stage)} {words.decision(decision)}"
        for number, day, stage, decision in zip(
            rows["session"], rows["session_date"], rows["stage"], rows["decision"], strict=True
        )
    }
    chosen = st.session_state.get(address.key(_PAGE, "session"))
    st.selectbox(
        "Session",
        [*said, *([chosen] if chosen is not None and chosen not in said else [])],
        index=None,
        key=address.key(_PAGE, "session"),
        format_func=partial(_said, said),
        placeholder=_said(said, mouse.default_session),
        help="Type its number. A click on a point of the chart, or on a row of the table, chooses it too.",
    )


def _said(said: Mapping[int, str], number: int | None) -> str:
    return said.get(number, f"{number} · there is no such session") if number is not None else words.MISSING


def metrics_chart(
    mouse: Mouse, lab: LabView, metrics: Sequence[Metric], *, x: Any, selected: int | None, colours: Colours, dark: bool
) -> None:
    """Draw the metrics over the sessions; a click on one chooses it."""
    if not metrics:
        st.caption("No session was measured by any metric that a curriculum at hand knows.")
        return
    figure = metrics_figure(
        mouse.rows,
        services.stretches(lab, mouse.rows),
        metrics,
        x=x,
        selected=selected,
        colours=colours,
        dark=dark,
    )
    key = f"mouse-chart-{mouse.place}"
    titles = " and ".join(metric.title for metric in metrics)
    st.plotly_chart(
        figure,
        key=key,
        on_select=partial(pick_point, key),
        selection_mode="points",
        config={"displaylogo": False, "scrollZoom": False},
        alt=f"{titles} over {words.count(len(mouse.rows), 'session')}, by stage; the table below says the same.",
    )
    st.caption(KEY)


def pick_point(key: str) -> None:
    """Choose the session of the point that was clicked, from a callback."""
    points = st.session_state[key]["selection"]["points"]
    told = points[-1].get("customdata") if points else None
    number = told[0] if isinstance(told, list | tuple) and told else told
    if isinstance(number, int | float):
        address.change(_PAGE, session=int(number))


def pick_row(key: str, numbers: Sequence[int]) -> None:
    """Choose the session of the row that was clicked, from a callback."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        address.change(_PAGE, session=numbers[rows[0]])


def pick_mouse(key: str, subjects: Sequence[str]) -> None:
    """Show the mouse of the row that was clicked, from a callback."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        address.change(_PAGE, subject=subjects[rows[0]], session=None)


def offered(mouse: Mouse, lab: LabView) -> list[Metric]:
    """Give the metrics that this mouse was measured by."""
    return measured(mouse.rows, lab.metrics.values())


def chosen_metrics(metrics: Sequence[Metric], names: Sequence[str]) -> list[Metric]:
    """Give the metrics that were chosen; the first few where none was."""
    return [metric for metric in metrics if metric.name in names] or list(metrics[:_FIRST_METRICS])


def choose_metrics(metrics: Sequence[Metric]) -> None:
    """Offer the metrics, where there are more than are drawn unasked."""
    if len(metrics) > _FIRST_METRICS:
        titles = {metric.name: metric.title for metric in metrics}
        st.multiselect(
            "Metrics",
            address.options(_PAGE, "metric", titles),
            key=address.key(_PAGE, "metric"),
            format_func=partial(_title, titles),
            placeholder=f"The first {_FIRST_METRICS}",
        )


def _title(titles: Mapping[str, str], name: str) -> str:
    return titles.get(name, name)


def sessions(mouse: Mouse, metrics: Sequence[Metric], colours: Colours) -> None:
    """Draw all sessions as a table, newest first; a click on a row chooses it. On paper it is a table of HTML."""
    rows = mouse.rows.iloc[::-1].reset_index(drop=True)
    table = session_table(rows, metrics)
    key = f"mouse-table-{mouse.place}"
    shown: Any = table
    if len(table) <= _COLOURED:
        shown = table.style.apply(partial(_cell_colours, rows=rows, colours=colours), axis=None)
    config: dict[str, Any] = {
        "Session": st.column_config.NumberColumn(format="%d", pinned=True, width="small"),
        "Date": st.column_config.DateColumn(format="ddd D MMM YYYY"),
        "In a row": st.column_config.NumberColumn(
            format="%d", help="Consecutive sessions at the stage, this included."
        ),
        "Remarks": st.column_config.TextColumn(help="What is special about the session."),
    }
    for metric in metrics:
        config[_heading(metric)] = st.column_config.NumberColumn(
            format="%d" if metric.integer else "%.3f", help=words.as_text(metric.description) or None
        )
    config |= {title: st.column_config.NumberColumn(format=form) for title, form in _FACTS.values()}
    with st.container(key="screen-sessions"):
        st.dataframe(
            shown,
            key=key,
            hide_index=True,
            column_config=config,
            height=min(38 + 35 * max(len(table), 1), 430),
            on_select=partial(pick_row, key, rows["session"].tolist()),
            selection_mode="single-row",
            placeholder=words.MISSING,
            alt=f"{words.count(len(table), 'session')}, newest first",
        )
    st.html(printed(table))


def session_table(rows: pd.DataFrame, metrics: Sequence[Metric]) -> pd.DataFrame:
    """
    Give sessions as people read them.

    Args:
        rows: See `LabView.sessions`.
        metrics: Which have a column.

    Returns:
        A row a session, in the order of `rows`; columns of which nothing is known are left out.
    """
    table = pd.DataFrame(
        {
            "Session": rows["session"],
            "Date": rows["session_date"],
            "Ran": _stages(rows["stage"]),
            "In a row": rows["at_stage"].where(rows["at_stage"] > 0).astype("Int32"),
            "Decision": _decisions(rows["decision"]),
            "Next": _stages(rows["following"]),
        }
    )
    for metric in metrics:
        table[_heading(metric)] = rows[metric.name]
    table["Remarks"] = _specials(rows)
    for column, (title, _) in _FACTS.items():
        table[title] = rows[column]
    table["Trainer"], table["Rig"] = rows["trainer"].astype("str"), rows["rig"].astype("str")
    table["Curriculum"], table["Notes"] = _curricula(rows["curriculum"]), rows["notes"].astype("str")
    optional = [*(title for title, _ in _FACTS.values()), "Trainer", "Rig", "Notes"]
    return table.drop(columns=[title for title in optional if table[title].isna().all()])


def _heading(metric: Metric) -> str:
    title = f"{metric.title[:1].upper()}{metric.title[1:]}"
    return f"{title} ({metric.unit})" if metric.unit and metric.unit not in title.lower() else title


def _stages(column: "pd.Series[Any]") -> "pd.Series[str]":
    said: pd.Series[str] = column.astype(object).map(words.stage, na_action="ignore").astype("str")
    return said


def _decisions(column: "pd.Series[Any]") -> "pd.Series[str]":
    said: pd.Series[str] = column.astype(object).map(words.decision, na_action="ignore").astype("str")
    return said


def _curricula(column: "pd.Series[Any]") -> "pd.Series[str]":
    said: pd.Series[str] = column.astype(object).map(words.curriculum, na_action="ignore").astype("str")
    return said


def _specials(rows: pd.DataFrame) -> "pd.Series[str]":
    """Say what is special about each session; nothing of one that is as usual."""
    published = rows["published"].to_numpy(dtype=bool)
    suggested = _stages(rows["suggested"]).fillna(words.MISSING)
    facts = (
        (~published, "not decided"),
        (published & ~rows["closed_loop"].to_numpy(dtype=bool), "open loop"),
        (published & ~rows["certain"].to_numpy(dtype=bool), "not certain"),
        (~rows["in_table"].to_numpy(dtype=bool), "vanished from the table"),
    )
    overridden = rows["overridden"].to_numpy(dtype=bool)
    said = pd.Series(np.where(overridden, "overridden, suggested was " + suggested, ""), index=rows.index, dtype="str")
    for where, what in facts:
        said = said.where(~where, said.where(said == "", said + "; ") + what)
    return said


def _cell_colours(table: pd.DataFrame, *, rows: pd.DataFrame, colours: Colours) -> pd.DataFrame:
    """Give the cells of stages the colours of the stages."""
    styles = pd.DataFrame("", index=table.index, columns=table.columns)
    keys = rows["curriculum"].astype(object)
    for column, title in (("stage", "Ran"), ("following", "Next")):
        known = (colours.get((key, label)) for key, label in zip(keys, rows[column].astype(object), strict=True))
        styles[title] = [f"background-color: {each.fill}; color: {each.text}" if each else "" for each in known]
    return styles


def printed(table: pd.DataFrame) -> str:
    """Write the sessions as HTML for paper, where a table on a canvas would be cut off."""
    leading = table.drop(columns=["Notes", "Curriculum"], errors="ignore").iloc[:_PRINTED]
    heads = "".join(f"<th>{words.as_html(str(name))}</th>" for name in leading.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{words.as_html(_plain(cell))}</td>' for cell in row)}</tr>"
        for row in leading.itertuples(index=False)
    )
    more = f"<p>The newest {_PRINTED} of {len(table):,} sessions.</p>" if len(table) > _PRINTED else ""
    return f'<div class="at-print"><table class="at-table"><thead><tr>{heads}</tr></thead>{rows}</table>{more}</div>'


def _plain(cell: object) -> str:
    if isinstance(cell, pd.Timestamp) and not pd.isna(cell):
        return f"{cell:%Y-%m-%d}"
    return words.number(cell) if isinstance(cell, float | np.floating) else words.text(cell)


def in_training(lab: LabView, *, on: date) -> None:
    """List the mice in training, or all where none is; a click on a row opens it."""
    active = services.in_training(lab, on=on)
    mice = lab.mice[active] if active.any() else lab.mice
    st.subheader(
        f"{words.mice(len(mice))} in training" if active.any() else f"No mouse is in training; all {len(mice):,}"
    )
    table = pd.DataFrame(
        {
            "Mouse": mice.index.astype("str"),
            "Called": mice["subject_alias"].array,
            "Runs next": _stages(mice["following"]).array,
            "Decision": _decisions(mice["decision"]).array,
            "Last session": mice["last_date"].array,
            "Sessions": mice["sessions"].array,
            "Curriculum": _curricula(mice["curriculum"]).array,
            "Trainer": mice["trainer"].array,
            "PI": mice["PI"].array,
            "Project": mice["project"].array,
        }
    )
    key = "mouse-list"
    st.dataframe(
        table.drop(columns=[name for name in ("Called", "Trainer", "PI", "Project") if table[name].isna().all()]),
        key=key,
        hide_index=True,
        column_config={
            "Mouse": st.column_config.TextColumn(pinned=True),
            "Last session": st.column_config.DateColumn(format="ddd D MMM YYYY"),
        },
        on_select=partial(pick_mouse, key, table["Mouse"].tolist()),
        selection_mode="single-row",
        placeholder=words.MISSING,
        alt=f"{words.mice(len(table))}; a click on a row opens one",
    )
