"""When a mouse will graduate, and alerts that are quiet: what the pages show of it, and what they take."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.evaluation import Calibration, incidence
from autotrain_ui.charts.forecast import calibration_figure, curve_figure
from autotrain_ui.charts.framing import Caption
from autotrain_ui.forecast_parts import in_words, span_html
from tests.services.nights import POOR, Nights, session
from tests.services.test_forecast import GIVEN, LADDER
from tests.ui.apps import drawn, opened, said

TODAY = datetime.now(UTC).date()
CAPTION = Caption(title="What <b>became</b>", foot="of them")
EVERY = (5, 10, 25, 50, 75, 90, 95)


def trained(subject: str, last: date, sessions: int, **more: Any) -> list[dict[str, Any]]:
    """A good mouse whose last session was on a day."""
    return [
        session(
            subject,
            number,
            stage=stage,
            **{"session_date": (last - timedelta(days=sessions - number)).isoformat()} | more,
        )
        for number, stage in enumerate(LADDER[:sessions], start=1)
    ]


@pytest.fixture
def lab(nights: Nights) -> Nights:
    """Twelve mice graduated in the past, one is at its third session, one could not be decided."""
    past = [row for number in range(12) for row in trained(f"60{number:02d}", TODAY - timedelta(days=30), 10)]
    lost = trained("9", TODAY - timedelta(days=1), 3)
    lost[-1]["curriculum_version"] = "9"
    poor = trained("7", TODAY - timedelta(days=1), 1, **POOR)
    nights.run([*past, *trained("8", TODAY - timedelta(days=1), 3), *poor, *lost])
    return nights


def test_a_mouse_says_when_it_graduates_from_whom_and_what_became_of_those(lab: Nights) -> None:
    app = opened("mouse", subject="8")
    assert not app.get("plotly_chart") or "comparable" not in app.get("plotly_chart")[0].proto.spec
    app.session_state["forecast-more-8"] = True
    app.run()

    assert not app.exception
    assert "7 sessions left" in drawn(app)
    assert "From 12 mice that came to Stage final under Coupled Baiting 2.3: 12 graduated, 0 left" in drawn(app)
    figures = [each.proto.spec for each in app.get("plotly_chart")]
    assert any("What became of comparable mice" in spec for spec in figures)
    assert "cannot be told yet" in drawn(app)


def test_a_graduate_and_a_mouse_of_too_few_others_say_that(lab: Nights) -> None:
    assert "It has graduated." in drawn(opened("mouse", subject="6001"))
    assert "Not enough mice for a forecast" in drawn(opened("mouse", subject="7"))


def test_today_says_it_below_the_next_stage(lab: Nights) -> None:
    board = drawn(opened("today"))

    assert "graduates " in board
    assert 'title="Likely graduates' in board


def test_an_alert_is_quieted_with_a_reason_and_woken(lab: Nights) -> None:
    app = opened("mouse", subject="9")
    (opens,) = [each for each in app.button if each.label == "Snooze “not decided” …"]
    app = opens.click().run()
    (does,) = [each for each in app.button if "of 9" in each.label and "Snooze" in each.label]
    app = does.click().run()
    assert [toast.value for toast in app.toast] == ["Say why it shall be quiet\\."]

    field = next(each for each in app.text_input if each.label == "Why it shall be quiet")
    app = field.set_value("The <i>rig</i> knows").run()
    (does,) = [each for each in app.button if "of 9" in each.label and "Snooze" in each.label]
    app = does.click().run()

    assert "Quiet until it changes:" in drawn(app)
    assert "The &lt;i&gt;rig&lt;/i&gt; knows" in drawn(app)
    assert 'aria-label="Alerts"' not in drawn(app)
    (wakes,) = [each for each in app.button if each.label == "Wake"]
    app = wakes.click().run()
    assert 'aria-label="Alerts"' in drawn(app)
    assert len(services.said(lab.store).snoozes) == 1


def test_the_bar_shows_where_most_of_the_graduates_are() -> None:
    one = replace(GIVEN, sessions=dict(zip(EVERY, (6, 8, 10, 12, 15, 19, 20), strict=True)))

    written = span_html(one)

    assert '<i class="at-wide" style="left:35.0%;width:60.0%">' in written
    assert '<i class="at-near" style="left:45.0%;width:30.0%">' in written
    assert "20 sessions" in written


@pytest.mark.parametrize("dark", [False, True])
def test_the_curve_is_the_share_that_graduated_with_its_interval(dark: bool) -> None:
    curve = incidence(np.array([2.0, 3.0, 3.0, 5.0]), np.array([1, 1, 2, 0]))

    figure = curve_figure(curve, caption=CAPTION, dark=dark)

    band, graduated, left = figure.data
    assert list(graduated.y) == pytest.approx([0, *curve.share[0]])
    assert list(left.y) == pytest.approx([0, *curve.share[1]])
    assert max(band.y) <= 1
    assert "<b>" not in figure.layout.title.text


def tried(number: int, off: float = 0.5) -> Calibration:
    table = pd.DataFrame({"predicted": [0.4] * number, "graduated": [True] * (number // 2) + [False] * (number // 2)})
    row = {"low": 0.4, "high": 0.6, "mice": number, "graduated": number // 2, "predicted": 0.4, "observed": 0.5}
    bins = pd.DataFrame([{**row, "lower": 0.3, "upper": 0.7}] if number else [])
    return Calibration(
        tried=table,
        bins=bins,
        within=20,
        level=0.95,
        brier=0.26,
        brier_of_mean=0.25,
        too_few=1,
        still_open=2,
        standard_errors=off,
    )


def test_what_was_foretold_stands_beside_what_was_found() -> None:
    figure = calibration_figure(tried(20), caption=CAPTION, dark=False)

    line, mice = figure.data
    assert (list(line.x), list(line.y)) == ([0, 1], [0, 1])
    assert (list(mice.x), list(mice.y)) == ([0.4], [0.5])
    assert mice.hovertext[0] == "40% foretold, 50% graduated<br>20 mice, 95% interval 30% to 70%"


def test_how_far_forecasts_came_true_is_said_in_a_sentence() -> None:
    assert in_words(tried(20)) == (
        "Tried on 20 mice of the past, each left out of its own forecast: 40% were foretold to graduate within 20 "
        "sessions, 50% did. Brier score 0.26; who always says 50% has 0.25."
    )
    assert "cannot be told yet" in in_words(tried(0))


@pytest.mark.parametrize(("off", "said_of_it"), [(-4.9, "as too hopeful"), (4.9, "as too cautious")])
def test_what_is_more_than_chance_is_said_as_a_warning(off: float, said_of_it: str) -> None:
    assert said_of_it in in_words(tried(20, off))


def test_in_a_young_lab_the_tab_of_forecasts_says_so(lab: Nights) -> None:
    app = opened("cohort", figure="Forecasts")

    assert not app.exception
    assert "Nobody can say yet whether forecasts come true" in said(app)
