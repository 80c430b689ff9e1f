"""The small parts of a rule's editor: scales of thresholds, sketches, typed histories."""

import numpy as np
import pytest

from autotrain_core import services
from autotrain_core.editing import Clause, How
from autotrain_core.rules import Metric
from autotrain_core.services import MetricSketch, RulePreview, SessionPreview
from autotrain_ui.builder.rule_numbers import (
    first_threshold,
    label_of,
    neat,
    outside_words,
    scale_of,
    share_of,
    sketch_html,
    sketch_words,
)
from autotrain_ui.builder.rule_previews import clauses_html, read_history, strip_html
from tests.ui.tables import HOSTILE

TRIALS = Metric(name="trials", title="trials", integer=True)
SHARE = Metric(name="share", title="share")
NOTHING = MetricSketch(values=0, missing=3)


def sketch(values) -> MetricSketch:
    return services.sketch_of(np.asarray(values, dtype=np.float64))


@pytest.mark.parametrize(
    ("values", "metric"),
    [
        (range(1000), TRIALS),
        (np.linspace(0, 1, 100), SHARE),
        ([5], TRIALS),
        ([0.25], SHARE),
        ([-3, -2], TRIALS),
        ([1e9, 2e9], SHARE),
    ],
)
def test_a_scale_holds_all_bars_in_round_steps(values, metric: Metric) -> None:
    drawn = sketch(values)

    scale = scale_of(Clause(metric="it"), metric, drawn)

    assert scale is not None
    assert scale.low <= drawn.edges[0] < drawn.edges[-1] <= scale.high
    assert f"{scale.step:e}"[0] in "125"
    assert (
        float(scale.low / scale.step).is_integer() or abs(scale.low / scale.step - round(scale.low / scale.step)) < 1e-6
    )


@pytest.mark.parametrize("clause", [Clause(metric="it", how="sum"), Clause(metric="it", how="std")])
def test_what_lies_on_another_axis_has_no_scale(clause: Clause) -> None:
    assert scale_of(clause, TRIALS, sketch(range(9))) is None


def test_without_values_there_is_no_scale() -> None:
    assert scale_of(Clause(metric="it"), TRIALS, NOTHING) is None
    assert scale_of(Clause(metric="it"), TRIALS, None) is None


def test_the_first_threshold_is_the_round_middle_of_what_was_measured() -> None:
    assert first_threshold(TRIALS, sketch(range(1000))) == 500
    assert first_threshold(SHARE, sketch(np.linspace(0.5, 0.9, 101))) == pytest.approx(0.7, abs=0.05)
    assert first_threshold(TRIALS, sketch([7, 7])) == 7
    assert (first_threshold(TRIALS, None), first_threshold(SHARE, NOTHING)) == (1, 0.5)


def test_a_count_is_written_whole_where_it_is() -> None:
    assert (neat(200.0, TRIALS), type(neat(200.0, TRIALS))) == (200, int)
    assert neat(200.5, TRIALS) == 200.5
    assert (neat(1.0, SHARE), type(neat(1.0, SHARE))) == (1.0, float)


@pytest.mark.parametrize(("sign", "share"), [(">=", 0.75), (">", 0.75), ("<", 0.25), ("<=", 0.25)])
def test_how_many_sessions_pass_is_told_by_whole_bars(sign: str, share: float) -> None:
    values = sketch(np.linspace(0, 1, 1001))

    assert share_of(Clause(metric="it", sign=sign, threshold=0.25), values) == pytest.approx(share, abs=0.05)


def test_of_exact_values_no_share_is_guessed() -> None:
    words = sketch_words(Clause(metric="it", sign="==", threshold=5), sketch(range(100)))

    assert words == "half lie in 24.8 to 74.2"


@pytest.mark.parametrize(
    ("how", "threshold", "said"),
    [
        ("value", 1.5, "No session was ever above 1.3."),
        ("mean", -1, "No session was ever below 0."),
        ("value", 1.3, ""),
        ("value", 0, ""),
        ("sum", 100, ""),
        ("std", 100, ""),
    ],
)
def test_a_threshold_that_nobody_ever_reached_is_said(how: How, threshold: float, said: str) -> None:
    clause = Clause(metric="it", how=how, threshold=threshold)

    assert outside_words(clause, sketch(np.linspace(0, 1.3, 50))) == said
    assert outside_words(clause, NOTHING) == ""


def test_a_sketch_marks_the_bars_that_pass() -> None:
    values = sketch(range(240))
    clause = Clause(metric="it", sign="<", threshold=120)
    scale = scale_of(clause, TRIALS, values)
    assert scale is not None

    drawn = sketch_html(clause, values, scale)

    assert drawn.count("at-bar-in") == pytest.approx(12, abs=1)
    assert drawn.count("at-bar-in") + drawn.count("at-bar-out") == len(values.counts)
    assert 'role="img"' in drawn


@pytest.mark.parametrize(
    ("typed", "values", "strange"),
    [
        ("", [], []),
        ("  ", [], []),
        ("1 2;3,4\n5\t6", [1, 2, 3, 4, 5, 6], []),
        ("1, -, NaN, ?, 2", [1, None, float("nan"), None, 2], []),
        ("1e3 x", [1000, None], ["x"]),
    ],
)
def test_numbers_are_read_as_people_paste_them(typed: str, values: list[float | None], strange: list[str]) -> None:
    found, odd = read_history(typed)

    np.testing.assert_array_equal(np.array(found, dtype=float), np.array(values, dtype=float))
    assert odd == strange


def test_of_a_long_history_the_last_sessions_are_drawn() -> None:
    sessions = tuple(SessionPreview(session=number, stage="", holds=number % 2 == 0) for number in range(1, 101))

    drawn = strip_html(RulePreview(sessions=sessions, session=100, clauses=()))

    assert "40 before" in drawn
    assert drawn.count("<span") == 60
    assert "holds in 50 of 100 sessions" in drawn


@pytest.mark.parametrize("text", HOSTILE)
def test_a_strangers_words_stay_words(text: str) -> None:
    clause = services.Clause(
        depth=0,
        joint="",
        words=text,
        holds=None,
        value=1.0,
        sign=">=",
        threshold=None,
        margin=None,
        unit=text,
        sessions=(),
    )
    stage = SessionPreview(session=1, stage=text, holds=None)

    html = clauses_html([clause]) + strip_html(RulePreview(sessions=(stage,), session=1, clauses=()))

    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("text", ["![x](http://a.b/c.png)", "**bold** `code` $x$ :red[x] _it_ <b>", *HOSTILE])
def test_a_label_holds_no_sign_that_would_be_drawn_as_something_else(text: str) -> None:
    label = label_of(Metric(name="it", title=text, unit=text))

    assert not set(label) & set("*_`[]<>$!:~#\\|&")


def test_a_label_is_what_people_call_the_metric() -> None:
    assert label_of(Metric(name="it", title="water in the session", unit="mL")) == "water in the session (mL)"


def test_no_lines_are_no_table() -> None:
    assert clauses_html(()) == ""
