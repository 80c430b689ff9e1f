"""One mouse beside the others, stage by stage; and the animal: its weight and its water."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from autotrain_core.models import GRADUATED, TrainingStage
from autotrain_core.rules import Metric
from autotrain_core.services import LabView, Mouse
from autotrain_ui import words
from autotrain_ui.charts.animal import animal_figure
from autotrain_ui.charts.panels import Panel
from autotrain_ui.chips import Colours, chip

_FINISHED = (GRADUATED, TrainingStage.GRADUATED.name)
"""Nobody is to leave it."""

_WEIGHT = Metric(name="weight_after", title="weight after the session", unit="g")
_WATER = (
    Metric(name="water_in_session_total", title="water in the session", unit="mL", minimum=0),
    Metric(name="water_after_session", title="water after the session", unit="mL", minimum=0),
    Metric(name="water_day_total", title="water of the day", unit="mL", minimum=0),
)


def stages(compared: pd.DataFrame, metrics: Sequence[Metric], *, mouse: Mouse, colours: Colours, lab: LabView) -> None:
    """Draw the stages that a mouse was at beside what is usual there."""
    if compared.empty:
        st.caption("None of its sessions was decided, so that there is nothing to compare.")
        return
    st.html(stages_html(compared, metrics, colours=colours, keys=_keys(mouse, lab)))


def _keys(mouse: Mouse, lab: LabView) -> dict[str, str]:
    """Name a version for each name of a curriculum, for the colours of its stages."""
    keys = {curriculum.name: curriculum.key for curriculum in lab.shelf.library}
    own = mouse.rows[["curriculum_name", "curriculum"]].dropna().astype("str")
    return keys | dict(zip(own["curriculum_name"], own["curriculum"], strict=True))


def stages_html(compared: pd.DataFrame, metrics: Sequence[Metric], *, colours: Colours, keys: Mapping[str, str]) -> str:
    """
    Write the comparison as a table.

    Args:
        compared: See `services.stages_compared`; at least one row.
        metrics: Which to compare.
        colours: See `chips.colours_of`.
        keys: Name of a curriculum -> a key of it, under which its colours are known.
    """
    several = compared["curriculum_name"].nunique() > 1
    heads = ["Stage", *(["Curriculum"] if several else []), "Sessions", "Visits", "Longest stay", "Usual stay"]
    heads += [f"{metric.title[:1].upper()}{metric.title[1:]}" for metric in metrics]
    rows = []
    for row in compared.to_dict(orient="records"):
        name = str(row["curriculum_name"])
        here = ' <span class="at-small">it is here</span>' if row["here"] else ""
        cells = [words.as_html(name)] if several else []
        cells += [f"{row['sessions']:,}", f"{row['visits']:,}", _stay(row), _usual(row)]
        cells += [_beside(row, metric) for metric in metrics]
        first = f'<th scope="row">{chip(keys.get(name, name), str(row["stage"]), colours)}{here}</th>'
        rows.append(f"<tr>{first}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    titles = "".join(f'<th scope="col">{words.as_html(head)}</th>' for head in heads)
    return (
        '<div class="at-scroll" role="region" aria-label="Stages compared" tabindex="0"><table class="at-table at-num">'
        "<caption>Stays are counted in sessions. Usual are those that have ended, of all mice of the same "
        "curriculum in any version: the median, and from quartile to quartile. Metrics are medians over the sessions "
        "there.</caption>"
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _stay(row: Mapping[Any, Any]) -> str:
    """Say how long the longest stay was, and whether that is long or short."""
    longest = int(row["longest"])
    if row["stage"] in _FINISHED:
        return f"{longest:,}"
    if row["quartile_3"] < longest:
        return f"<b>{longest:,}</b> ▲ longer than three in four"
    if row["quartile_1"] > longest and not row["here"]:
        return f"{longest:,} ▼ shorter than three in four"
    return f"{longest:,}"


def _usual(row: Mapping[Any, Any]) -> str:
    if not words.text(row["median"], ""):
        return f'{words.MISSING} <span class="at-small">no stay has ended yet</span>'
    between = f"{words.number(row['quartile_1'])} to {words.number(row['quartile_3'])}"
    counted = f"{words.count(int(row['n']), 'stay')}, {words.mice(int(row['mice']))}"
    return f'{words.number(row["median"])} ({between}) <span class="at-small">{counted}</span>'


def _beside(row: Mapping[Any, Any], metric: Metric) -> str:
    own, usual = words.number(row[metric.name]), words.number(row[f"{metric.name}:usual"])
    return f'{own} <span class="at-small">usually {usual}</span>'


def animal(mouse: Mouse, *, x: Any, selected: int | None, dark: bool) -> None:
    """Draw weight and water, where the lab's table has them."""
    panels = animal_panels(mouse.rows)
    if not panels:
        st.caption("The session table says nothing of weight or water of this mouse.")
        return
    figure = animal_figure(mouse.rows, panels, x=x, selected=selected, dark=dark)
    titles = " and ".join(panel.metric.title for panel in panels)
    st.plotly_chart(
        figure,
        key=f"mouse-animal-{mouse.place}",
        config={"displaylogo": False},
        alt=f"{titles} over {words.count(len(mouse.rows), 'session')}; the table of sessions says the same.",
    )


def animal_panels(rows: pd.DataFrame) -> list[Panel]:
    """Pick what was measured of the animal: weight with its target, and of water what there is most of."""
    weight = rows[_WEIGHT.name].to_numpy(dtype=np.float64)
    panels = []
    if np.isfinite(weight).any():
        panels.append(Panel(metric=_WEIGHT, values=weight, aim=rows["target_weight"].to_numpy(dtype=np.float64)))
    known = [metric for metric in _WATER if rows[metric.name].notna().any()]
    if known:
        most = max(known, key=lambda metric: rows[metric.name].notna().sum())
        panels.append(Panel(metric=most, values=rows[most.name].to_numpy(dtype=np.float64)))
    return panels
