"""Every part of a condition at one session: value, threshold, margin, pass or fail, sessions used."""

import numpy as np
import pytest

from autotrain_core.rules import Histories, Metric, View, explain, measure, parse

METRICS = (Metric(name="trials", title="trials"), Metric(name="efficiency", title="efficiency"))


@pytest.fixture
def at():
    """One mouse of six sessions, two at its stage; the fourth efficiency is missing."""
    histories = Histories(
        np.array([6]),
        {
            "trials": np.array([100.0, 200, 300, 400, 500, 250]),
            "efficiency": np.array([0.1, 0.2, 0.3, np.nan, 0.5, 0.6]),
        },
        np.array([1.0, 2, 3, 5, 6, 7]),
    )

    def view(row=5, *, three_valued=False):
        return View(
            histories,
            rows=np.array([row]),
            sessions_at_stage=np.array([2.0]),
            previous=np.arange(-1, 5),
            three_valued=three_valued,
        )

    return view


def ask(text, view):
    return explain(parse(f"lambda metrics: {text}"), view, METRICS)


@pytest.mark.parametrize(
    ("sign", "holds", "margin"),
    [
        (">=", True, 50),
        (">", True, 50),
        ("<=", False, -50),
        ("<", False, -50),
        ("==", False, -50),
        ("!=", True, 50),
    ],
)
def test_a_comparison_has_value_threshold_and_margin(at, sign, holds, margin):
    part = ask(f"metrics.trials[-1] {sign} 200", at())

    assert (part.value, part.sign, part.threshold, part.margin) == (250, sign, 200, margin)
    assert part.holds is holds
    assert not part.missing
    assert part.sessions == (7,)
    assert part.words.startswith("trials ")
    assert part.text == f"metrics.trials[-1] {sign} 200"
    assert part.parts == ()


@pytest.mark.parametrize(("sign", "margin"), [(">=", -50), (">", -50), ("<=", 50), ("<", 50), ("==", -50), ("!=", 50)])
def test_the_margin_of_a_value_below_its_threshold(at, sign, margin):
    assert ask(f"metrics.trials[-1] {sign} 300", at()).margin == margin


@pytest.mark.parametrize(
    ("written", "sign"), [("200 <= ", ">="), ("200 < ", ">"), ("200 >= ", "<="), ("200 > ", "<"), ("200 == ", "=="), ("200 != ", "!=")]
)  # fmt: skip
def test_a_constant_on_the_left_is_the_threshold(at, written, sign):
    part = ask(written + "metrics.trials[-1]", at())

    assert (part.value, part.sign, part.threshold) == (250, sign, 200)


def test_the_sessions_of_a_window_are_named_by_number(at):
    part = ask("np.mean(metrics.trials[-4:]) > metrics.trials[-6]", at())

    assert part.sessions == (1, 3, 5, 6, 7)
    assert part.value == pytest.approx(362.5)


def test_a_window_at_the_stage_uses_only_its_sessions(at):
    assert ask("np.sum(metrics.at_stage.trials) > 1", at()).sessions == (6, 7)
    assert ask("metrics.trials[-6] < np.sum(metrics.at_stage.trials)", at()).sessions == (1, 6, 7)
    assert ask("metrics.at_stage.trials[-2] > 1", at()).sessions == (6,)
    assert ask("metrics.at_stage.trials[-3] > 1", at()).sessions == ()


def test_a_session_that_was_not_decided_is_no_session_at_the_stage(at):
    view = at()
    view.previous = np.array([-1, 0, 1, 2, 3, 3])

    assert ask("np.sum(metrics.at_stage.trials) > 1", view).sessions == (5, 7)
    assert ask("metrics.at_stage.trials[-2] > 1", view).sessions == (5,)
    assert ask("metrics.at_stage.trials[-2] > 1", view).value == 400


def test_a_value_before_the_first_session_is_missing(at):
    part = ask("metrics.trials[-3] > 1", at(row=1))

    assert (part.value, part.margin, part.holds, part.missing, part.sessions) == (None, None, False, True, ())


def test_a_missing_value_is_false_or_open(at):
    for three_valued, holds in ((False, False), (True, None)):
        part = ask("np.mean(metrics.efficiency[-3:]) > 0.1", at(three_valued=three_valued))

        assert (part.holds, part.missing, part.value, part.threshold) == (holds, True, None, 0.1)


def test_a_missing_value_that_does_not_matter_is_told_from_one_that_does(at):
    part = ask("metrics.efficiency[-3] > 0.1 or metrics.trials[-1] > 1", at(three_valued=True))

    assert part.holds is True
    assert not part.missing
    assert [inner.holds for inner in part.parts] == [None, True]


def test_and_or_not_and_chains_are_made_of_parts(at):
    part = ask("not (metrics.trials[-1] > 1 and 100 < metrics.trials[-1] <= 200)", at())

    assert part.holds is True
    (both,) = part.parts
    first, chain = both.parts
    assert [part_.text for part_ in chain.parts] == ["100 < metrics.trials[-1]", "metrics.trials[-1] <= 200"]
    assert [leaf.holds for leaf in part.leaves()] == [True, True, False]
    assert first.words == "trials above 1"
    assert both.text == "metrics.trials[-1] > 1 and 100 < metrics.trials[-1] <= 200"
    assert chain.value is None
    assert part.as_json()["parts"][0]["parts"][0]["margin"] == 249


def test_any_and_all_name_their_sessions(at):
    part = ask("all(x > 200 for x in metrics.trials[-3:])", at())

    assert (part.holds, part.sessions, part.parts, part.value) == (True, (5, 6, 7), (), None)


def test_a_count_shows_how_many(at):
    part = ask("sum(x > 200 for x in metrics.trials[-4:]) >= 5", at())

    assert (part.value, part.threshold, part.margin) == (4, 5, -1)


def test_asking_about_the_stage_without_knowing_it_is_an_error_of_the_caller(at):
    view = View(at().histories, rows=np.array([0]))

    for text in (
        "metrics.session_at_current_stage",
        "metrics.at_stage.trials[-1]",
        "np.sum(metrics.at_stage.trials)",
    ):
        number = parse(f"lambda metrics: {text} > 1").first
        if text == "metrics.at_stage.trials[-1]":
            assert measure(number, view)[0] == 100
        else:
            with pytest.raises(ValueError, match="without stages"):
                measure(number, view)
    view.sessions_at_stage = np.array([2.0])
    with pytest.raises(ValueError, match="without stages"):
        measure(parse("lambda metrics: metrics.at_stage.trials[-2] > 1").first, view)
