"""The figure of one mouse: what it draws, for whom, and that no name in it is HTML."""

import numpy as np
import pandas as pd
import pytest

from autotrain_core.diagrams import stage_colours
from autotrain_core.evaluation import Limit, RuleLimits
from autotrain_core.models import Decision
from autotrain_core.rules import Metric
from autotrain_core.services import Stretch
from autotrain_ui.charts.animal import animal_figure
from autotrain_ui.charts.mouse import measured, metrics_figure
from autotrain_ui.charts.panels import Panel

TRIALS = Metric(name="finished_trials", title="finished trials", unit="trials", integer=True, minimum=0)
EFFICIENCY = Metric(name="foraging_efficiency", title="foraging efficiency")
KEY = "Toy@1"
COLOURS = {(KEY, label): colour for label, colour in stage_colours(["A", "B"]).items()}
BAD = "<img src=x onerror=alert(1)>"


def rows_of(n: int = 6, **more) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "subject_id": ["7"] * n,
            "session": np.arange(1, n + 1, dtype=np.int32),
            "session_date": pd.date_range("2026-10-01", periods=n).astype("datetime64[s]"),
            "published": True,
            "closed_loop": True,
            "overridden": False,
            "certain": True,
            "stage": ["A"] * (n // 2) + ["B"] * (n - n // 2),
            "suggested": "A",
            "following": "B",
            "decision": "STAY",
            "finished_trials": np.linspace(100, 600, n),
            "foraging_efficiency": 0.5,
        }
    )
    return table.assign(**more)


def limit(sign: str, threshold: float, title: str = "finished trials") -> Limit:
    return Limit(metric="finished_trials", title=title, unit="trials", how="last", sign=sign, threshold=threshold)


def rule(decision: Decision, *lines: Limit, to_stage: str = "B") -> RuleLimits:
    return RuleLimits(decision=decision, to_stage=to_stage, lines=lines, complete=True)


def stretch(first: int, last: int, stage: str, *limits: RuleLimits, curriculum: str = KEY) -> Stretch:
    return Stretch(first=first, last=last, stage=stage, curriculum=curriculum, limits=limits)


TWO = (
    stretch(0, 2, "A", rule(Decision.PROGRESS, limit(">=", 300))),
    stretch(3, 5, "B", rule(Decision.PROGRESS, limit(">=", 400)), rule(Decision.ROLLBACK, limit("<", 200))),
)


def figure_of(rows=None, stretches=TWO, metrics=(TRIALS,), *, x="session", selected=None, dark=False):
    shown = rows_of() if rows is None else rows
    return metrics_figure(shown, stretches, metrics, x=x, selected=selected, colours=COLOURS, dark=dark)


def points(figure):
    return [trace for trace in figure.data if getattr(trace, "mode", None) == "markers"]


def test_each_metric_has_a_panel_of_its_own_on_one_x_axis() -> None:
    figure = figure_of(metrics=(TRIALS, EFFICIENCY))

    drawn = points(figure)
    assert [trace.yaxis for trace in drawn] == ["y2", "y3"]
    assert {trace.xaxis for trace in figure.data} == {None}
    assert list(drawn[0].y) == rows_of()["finished_trials"].tolist()
    above, below = figure.layout.yaxis2.domain, figure.layout.yaxis3.domain
    assert above[0] > below[1]


def test_few_traces_are_drawn_however_many_sessions_there_are() -> None:
    long = rows_of(1000)
    cut = tuple(stretch(n, n, "AB"[n % 2], *TWO[n % 2].limits) for n in range(1000))

    figure = figure_of(long, cut, (TRIALS, EFFICIENCY))

    assert len(figure.data) <= 12
    assert {trace.type for trace in figure.data} == {"bar", "scatter"}


def test_thresholds_stand_as_long_as_their_rules_did() -> None:
    figure = figure_of()

    dashed, dotted = (trace for trace in figure.data if getattr(trace, "mode", None) == "lines+markers")
    assert (list(dashed.x), list(dashed.y)) == ([0.5, 3.5, None, 3.5, 6.5, None], [300, 300, None, 400, 400, None])
    assert (list(dotted.x), list(dotted.y)) == ([3.5, 6.5, None], [200, 200, None])
    assert (dashed.line.dash, dotted.line.dash) == ("dash", "dot")
    assert (dashed.marker.symbol, dotted.marker.symbol) == ("triangle-up", "triangle-down")
    assert dashed.hovertext[0] == "goes on to B with finished trials ≥ 300 trials"


def test_a_threshold_on_another_metric_is_not_drawn_here() -> None:
    assert not [
        trace for trace in figure_of(metrics=(EFFICIENCY,)).data if getattr(trace, "mode", None) == "lines+markers"
    ]


def test_each_way_of_running_has_a_sign_of_its_own() -> None:
    rows = rows_of(
        4,
        published=[True, True, True, False],
        closed_loop=[True, True, False, False],
        overridden=[False, True, False, False],
    )

    (drawn,) = points(figure_of(rows, ()))

    assert list(drawn.marker.symbol) == ["circle", "diamond", "circle-open", "x-thin-open"]
    said = list(drawn.hovertext)
    assert "suggested was A" in said[1]
    assert "open loop" in said[2]
    assert said[3].endswith("not decided")


def test_a_session_is_known_by_its_number_when_it_is_clicked() -> None:
    rows = rows_of().assign(finished_trials=[1, np.nan, 3, 4, 5, 6])

    (drawn,) = points(figure_of(rows))

    assert list(drawn.customdata) == [1, 3, 4, 5, 6]


def test_stages_have_their_colour_and_their_name() -> None:
    figure = figure_of()

    (strip,) = (trace for trace in figure.data if trace.type == "bar")
    assert list(strip.text) == ["A", "B"]
    assert list(strip.marker.color) == [COLOURS[KEY, "A"].fill, COLOURS[KEY, "B"].fill]
    assert list(strip.width) == [3, 3]
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(band.x0, band.x1) for band in bands] == [(0.5, 3.5), (3.5, 6.5)]


def test_a_stage_that_nobody_knows_is_grey_and_a_gap_is_a_gap() -> None:
    figure = figure_of(stretches=(stretch(0, 2, "A", curriculum="Gone@1"), stretch(3, 5, "")))

    (strip,) = (trace for trace in figure.data if trace.type == "bar")
    assert list(strip.text) == ["A"]
    assert strip.marker.color[0] not in {colour.fill for colour in COLOURS.values()}


def test_along_dates_a_session_without_one_is_left_out() -> None:
    rows = rows_of()
    rows.loc[1, "session_date"] = pd.NaT

    figure = figure_of(rows, x="date")

    (drawn,) = points(figure)
    assert len(drawn.x) == 5
    (strip,) = (trace for trace in figure.data if trace.type == "bar")
    assert strip.width[0] == 3 * 24 * 3600 * 1000


def test_without_any_date_nothing_is_drawn_along_dates() -> None:
    figure = figure_of(rows_of(session_date=pd.NaT), x="date", selected=2)

    assert [trace for trace in figure.data if trace.x is not None and len(trace.x)] == []


@pytest.mark.parametrize(("selected", "lines"), [(2, [2]), (None, []), (99, [])])
def test_the_chosen_session_is_marked(selected, lines) -> None:
    figure = figure_of(selected=selected)

    assert [shape.x0 for shape in figure.layout.shapes if shape.type == "line"] == lines


def test_a_mouse_with_one_session_has_a_figure() -> None:
    figure = figure_of(rows_of(1, stage="A"), (stretch(0, 0, "A"),), selected=1)

    assert figure.layout.xaxis.range == pytest.approx((0.2, 1.8))


def test_on_a_dark_page_points_are_seen() -> None:
    light, dark = (points(figure_of(dark=dark))[0].marker.color[0] for dark in (False, True))

    assert light == COLOURS[KEY, "A"].fill
    assert dark == COLOURS[KEY, "A"].edge


def test_names_are_text_wherever_they_stand() -> None:
    metric = Metric(name="finished_trials", title=BAD, unit=BAD)
    rows = rows_of(stage=BAD, suggested=BAD, following=BAD, overridden=True)
    cut = (stretch(0, 5, BAD, rule(Decision.PROGRESS, limit(">=", 1, title=BAD), to_stage=BAD), curriculum=BAD),)

    for figure in (
        figure_of(rows, cut, (metric,)),
        animal_figure(
            rows, [Panel(metric=metric, values=np.ones(6), aim=np.ones(6))], x="session", selected=1, dark=True
        ),
    ):
        assert "<img" not in figure.to_json().replace("\\u003c", "<")


def test_only_what_was_measured_is_offered() -> None:
    rows = rows_of(foraging_efficiency=np.nan)

    assert measured(rows, [TRIALS, EFFICIENCY, Metric(name="other", title="other")]) == [TRIALS]


def test_the_animal_is_drawn_with_its_aim() -> None:
    weight = Panel(
        metric=Metric(name="weight_after", title="weight", unit="g"),
        values=np.array([20, np.nan, 22]),
        aim=np.array([21, 21, np.nan]),
    )
    water = Panel(
        metric=Metric(name="water", title="water", unit="mL"), values=np.array([1.0, 1, 1]), aim=np.full(3, np.nan)
    )

    figure = animal_figure(rows_of(3), [weight, water], x="session", selected=None, dark=False)

    measured_, aim, drunk = figure.data
    assert (list(measured_.x), list(aim.x), list(drunk.x)) == ([1, 3], [1, 2], [1, 2, 3])
    assert aim.line.dash == "dash"
    assert measured_.hovertext[0] == "session 1<br>weight 20 g"
