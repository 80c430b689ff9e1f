"""The pictures of a cohort: what they draw is what their numbers say, in few traces, and every text in them is a text."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from autotrain_core.diagrams import DARK_PAGE, LIGHT_PAGE, stage_colours
from autotrain_core.evaluation import Survival, decisions_per_stage, metric_distribution, survival
from autotrain_core.rules import Metric
from autotrain_core.services import TrainingTimes, training_curves
from autotrain_ui.charts.cohort import interval_told, median_told, occupancy_figure, survival_figure
from autotrain_ui.charts.cohort_stages import decisions_figure, dwell_figure, metric_figure, transitions_figure
from autotrain_ui.charts.framing import MOST_GROUPS, Caption, config, framed, plain
from tests.ui.hostile import ALL, PAYLOADS

CAPTION = Caption(title="A title", foot="40 mice · no filter")
STAGES = ["STAGE_1", "STAGE_2", "STAGE_FINAL"]
COLOURS = stage_colours(STAGES)
EFFICIENCY = Metric(name="foraging_efficiency", title="foraging efficiency", unit="of 1")


def times(mice: int = 30, *, groups: int = 2, seed: int = 0) -> TrainingTimes:
    """Groups of mice, about half of which graduate."""
    draw = np.random.default_rng(seed)
    found = {
        f"Group {number}": survival(draw.integers(1, 40, mice).astype(float), draw.random(mice) < 0.5)
        for number in range(groups)
    }
    return TrainingTimes(unit="sessions", overall=next(iter(found.values())), groups=found)


def survived(given: TrainingTimes, *, dark: bool = False, names: dict[str, str] | None = None) -> go.Figure:
    names = names or {name: name for name in given.groups}
    return survival_figure(
        training_curves(given), given.groups, unit=given.unit, names=names, caption=CAPTION, dark=dark
    )


def named(figure: go.Figure, name: str) -> Any:
    return next(trace for trace in figure.data if trace.name and trace.name.startswith(name))


def texts(figure: go.Figure) -> str:
    return json.dumps(figure.to_plotly_json(), default=lambda value: np.asarray(value).tolist(), ensure_ascii=False)


def test_a_curve_starts_with_everybody_and_steps_through_the_estimate() -> None:
    given = times(groups=1)
    curve = given.groups["Group 0"]

    line = named(survived(given), "Group 0")

    assert (line.x[0], line.y[0]) == (0, 1)
    assert np.array_equal(line.x[1:], curve.times)
    assert np.array_equal(line.y[1:], curve.share)
    assert line.line.shape == "hv"


def test_the_legend_says_how_many_mice_and_the_median_with_its_interval() -> None:
    legend = named(survived(times(groups=1)), "Group 0").name

    assert legend == "Group 0: 30 mice, median 30 (from 22, no upper end yet)"


def test_a_tick_stands_where_a_mouse_was_last_seen() -> None:
    given = times(groups=1)
    curve = given.groups["Group 0"]

    ticks = named(survived(given), "last seen")

    assert list(ticks.x) == list(curve.times[curve.censored > 0])
    assert ticks.marker.symbol == "line-ns-open"


def test_the_numbers_below_are_the_mice_that_are_still_watched() -> None:
    given = times(groups=2)

    below = named(survived(given), "still watched")

    for place, curve in enumerate(given.groups.values()):
        row = [(x, int(text)) for x, y, text in zip(below.x, below.y, below.text, strict=True) if y == place]
        assert row[0] == (0, 30)
        assert [number for _, number in row[1:]] == list(curve.at_risk_at(np.array([x for x, _ in row[1:]])))


def test_few_mice_have_a_curve_and_no_interval() -> None:
    few = times(3, groups=1)

    assert [trace.name for trace in survived(few).data if trace.name == "interval"] == []
    assert named(survived(few), "Group 0") is not None
    assert [trace.name for trace in survived(times(5, groups=1)).data].count("interval") == 1


def test_an_interval_holds_the_curve_at_every_step() -> None:
    given = times(groups=1)
    band = named(survived(given), "interval")

    assert band.fill == "toself"
    assert max(band.y) <= 1
    assert min(band.y) >= 0
    half = len(band.x) // 2
    assert band.y[half - 1] >= band.y[half]


def test_groups_differ_by_colour_and_by_line_and_no_more_are_drawn_than_can_be_told_apart() -> None:
    lines = [trace for trace in survived(times(groups=9)).data if trace.mode == "lines" and trace.name != "interval"]

    assert len(lines) == MOST_GROUPS
    assert len({line.line.color for line in lines}) == MOST_GROUPS
    assert len({line.line.dash for line in lines}) == MOST_GROUPS


def test_nine_groups_are_few_traces() -> None:
    assert len(survived(times(groups=9)).data) <= 2 * MOST_GROUPS + 2


def of(**numbers: Any) -> Survival:
    durations = np.array(numbers["durations"], dtype=float)
    return survival(durations, np.array(numbers["observed"], dtype=bool))


@pytest.mark.parametrize(
    ("curve", "told"),
    [
        (of(durations=[1, 2, 3], observed=[1, 1, 1]), "median 2 (too few mice for an interval)"),
        (of(durations=[5] * 6, observed=[0] * 6), "median not reached"),
        (of(durations=range(1, 41), observed=[1] * 40), "median 20 (14 to 26)"),
        (of(durations=[3, 4, 5, 6, 7, 8], observed=[1, 1, 1, 0, 0, 0]), "median 5 (from 3, no upper end yet)"),
    ],
    ids=["few", "none", "many", "open"],
)
def test_a_median_says_how_sure_it_is(curve: Survival, told: str) -> None:
    assert median_told(curve) == told


def test_an_interval_that_nobody_can_give_is_said() -> None:
    assert interval_told(of(durations=[5] * 6, observed=[0] * 6)) == "no interval yet"


def occupied(periods: int = 4) -> pd.DataFrame:
    index = pd.date_range("2026-10-05", periods=periods, freq="7D", name="week", unit="s")
    return pd.DataFrame({"STAGE_1": [2, 1, 0, 0][:periods], "STAGE_2": [0, 1, 2, 1][:periods]}, index=index)


def test_areas_stand_upon_each_other_in_the_colours_of_the_stages() -> None:
    figure = occupancy_figure(occupied(), over="week", colours=COLOURS, caption=CAPTION, dark=False)

    assert [area.name for area in figure.data] == ["Stage 1", "Stage 2"]
    assert {area.stackgroup for area in figure.data} == {"mice"}
    assert [area.fillcolor for area in figure.data] == [COLOURS["STAGE_1"].fill, COLOURS["STAGE_2"].fill]
    assert list(figure.data[1].y) == [0, 1, 2, 1, 1]


def test_the_last_week_is_as_wide_as_the_others() -> None:
    figure = occupancy_figure(occupied(), over="week", colours=COLOURS, caption=CAPTION, dark=False)

    days = pd.DatetimeIndex(figure.data[0].x)
    assert [(after - before).days for before, after in pairwise(days)] == [7, 7, 7, 7]


def test_a_stage_of_no_known_colour_is_drawn_all_the_same() -> None:
    table = pd.DataFrame({"Odd one": [1, 2]}, index=pd.Index([1, 2], name="session"))

    figure = occupancy_figure(table, over="session", colours={}, caption=CAPTION, dark=True)

    assert figure.data[0].name == "Odd one"
    assert list(figure.data[0].x) == [1, 2, 3]


def visits() -> pd.DataFrame:
    stage = pd.Categorical(["STAGE_1", "STAGE_FINAL", "STAGE_2"], categories=STAGES)
    return pd.DataFrame(
        {
            "group": ["A", "A", "B"],
            "stage": stage,
            "visits": [10, 3, 4],
            "ended": [10, 0, 4],
            "n": [10, 0, 4],
            "quartile_1": [1.0, np.nan, 2.0],
            "median": [2.0, np.nan, 3.0],
            "quartile_3": [4.0, np.nan, 5.0],
            "percentile_90": [8.0, np.nan, 6.0],
        }
    )


def test_boxes_are_the_quartiles_of_visits_that_ended_and_stages_stand_in_order() -> None:
    figure = dwell_figure(visits(), unit="sessions", names={"A": "A", "B": "B"}, caption=CAPTION, dark=False)

    first, second = figure.data
    assert (first.q1[0], first.median[0], first.q3[0], first.upperfence[0]) == (1, 2, 4, 8)
    assert list(first.x) == [0]
    assert list(second.x) == [1]
    assert list(figure.layout.xaxis.ticktext) == ["Stage 1<br>n = 10", "Stage 2<br>n = 4", "Stage final<br>n = 0 (+3)"]


def test_decisions_are_shares_with_signs_and_add_up() -> None:
    rows = pd.DataFrame(
        {
            "subject_id": ["a", "a", "a", "b"],
            "stage": pd.Categorical(["STAGE_1", "STAGE_1", "STAGE_1", "STAGE_2"], categories=STAGES),
            "decision": ["STAY", "STAY", "PROGRESS", "ROLLBACK"],
        }
    )

    figure = decisions_figure(decisions_per_stage(rows), caption=CAPTION, dark=False)

    bars = {bar.name: bar for bar in figure.data}
    assert set(bars) == {"↓ goes back", "· stays", "↑ goes on"}
    assert np.allclose(sum(np.asarray(bar.x) for bar in figure.data), 1)
    assert list(bars["· stays"].text) == ["· 67%", ""]
    assert list(figure.layout.yaxis.ticktext) == ["Stage 1<br>n = 3", "Stage 2<br>n = 1"]


def test_hills_have_the_shares_of_the_bins_and_rings_the_medians() -> None:
    rows = pd.DataFrame(
        {
            "stage": pd.Categorical(["STAGE_1"] * 4 + ["STAGE_2"] * 2, categories=STAGES),
            "foraging_efficiency": [0.0, 0.1, 0.1, 1.0, 0.5, np.nan],
        }
    )
    spread = metric_distribution(rows, "foraging_efficiency", bins=10)

    figure = metric_figure(spread, EFFICIENCY, colours=COLOURS, caption=CAPTION, dark=False)

    hill, rings = named(figure, "Stage 1"), named(figure, "median")
    heights = np.unique(np.round(-np.asarray(hill.y), 6))
    shares = np.unique(spread.counts.loc["STAGE_1"] / 4)
    assert np.allclose(heights / heights.max(), shares / shares.max())
    assert np.allclose(rings.x, [0.1, 0.5])
    assert "2 sessions" not in rings.hovertext[1]
    assert "1 session, 1 without a number" in rings.hovertext[1]
    assert list(figure.layout.yaxis.ticktext) == ["Stage 1<br>n = 4", "Stage 2<br>n = 1"]


def changes() -> pd.DataFrame:
    stage = pd.CategoricalDtype(STAGES)
    return pd.DataFrame(
        {
            "stage": pd.Series(["STAGE_1", "STAGE_1", "STAGE_2"], dtype=stage),
            "to": pd.Series(["STAGE_1", "STAGE_2", "STAGE_1"], dtype=stage),
            "mice": [2, 3, 1],
            "count": [10, 30, 1234],
            "share": [0.25, 0.75, 1.0],
        }
    )


def test_the_matrix_says_counts_shares_and_directions() -> None:
    figure = transitions_figure(changes(), stages=STAGES, caption=CAPTION, dark=False)

    cells = figure.data[0]
    assert cells.text.tolist() == [["· 10<br>25%", "↑ 30<br>75%"], ["↓ 1,234<br>100%", ""]]
    assert cells.z[0].tolist() == [0.25, 0.75]
    assert np.isnan(cells.z[1][1])
    assert list(figure.layout.xaxis.ticktext) == ["Stage 1", "Stage 2"]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_text_of_every_cell_can_be_read(dark: bool) -> None:
    cells = transitions_figure(changes(), stages=STAGES, caption=CAPTION, dark=dark).data[0]

    ink = luminance(cells.textfont.color)
    for _, fill in cells.colorscale:
        light, deep = sorted((ink, luminance(fill)), reverse=True)
        assert (light + 0.05) / (deep + 0.05) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_picture_carries_title_foot_and_the_page_it_was_drawn_on(dark: bool) -> None:
    figure = survived(times(), dark=dark)

    assert figure.layout.title.text == "A title"
    assert [each.text for each in figure.layout.annotations if each.name == "foot"] == ["40 mice · no filter"]
    assert figure.layout.paper_bgcolor == (DARK_PAGE if dark else LIGHT_PAGE)


def test_a_long_foot_goes_on_in_further_lines_and_ends_some_time() -> None:
    figure = framed(go.Figure(), Caption(title="T", foot="word " * 200), dark=False, plot=100)

    lines = figure.layout.annotations[0].text.split("<br>")
    assert len(lines) == 4
    assert lines[-1].endswith("…")


def test_the_button_of_a_picture_saves_svg_under_a_name_of_its_own() -> None:
    found = config("cohort Time at / a stage")

    assert found["toImageButtonOptions"] == {"format": "svg", "filename": "cohort-time-at-a-stage"}
    assert found["displaylogo"] is False


def test_a_long_name_keeps_both_of_its_ends() -> None:
    assert plain("Uncoupled Without Baiting@2.3rwdDelay159", most=20) == "Uncoupled …dDelay159"
    assert plain("exactly twenty chars", most=20) == "exactly twenty chars"


@pytest.mark.parametrize("payload", [*PAYLOADS, ALL])
def test_what_people_typed_is_text_in_every_picture(payload: str) -> None:
    given = times(groups=1)
    caption = Caption(title=payload, foot=payload)
    odd = (
        changes()
        .replace({})
        .assign(stage=pd.Categorical([payload] * 3), to=pd.Categorical([payload, payload, payload]))
    )
    of_stage = visits().assign(stage=pd.Categorical([payload] * 3))
    table = pd.DataFrame({payload: [1, 2]}, index=pd.Index([1, 2], name="session"))
    rows = pd.DataFrame({"stage": pd.Categorical([payload] * 2), "m": [0.1, 0.2]})
    metric = Metric(name="m", title=payload, unit=payload)
    figures = [
        survival_figure(
            training_curves(given), given.groups, unit="days", names={"Group 0": payload}, caption=caption, dark=False
        ),
        occupancy_figure(table, over="session", colours={}, caption=caption, dark=False),
        dwell_figure(of_stage, unit="days", names={"A": payload, "B": payload}, caption=caption, dark=False),
        transitions_figure(odd, stages=[payload], caption=caption, dark=False),
        metric_figure(metric_distribution(rows, "m"), metric, colours={}, caption=caption, dark=False),
    ]

    for figure in figures:
        # The only tags are those that we write ourselves.
        rest = texts(figure).replace("<br>", "").replace("</span>", "").replace("<span style='color:", "")
        assert "<" not in rest
