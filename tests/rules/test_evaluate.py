"""Fixed histories, fixed conditions: every function and sign against Python itself, and the two exceptions."""

import numpy as np
import pytest

from autotrain_core.rules import Constant, Counter, Item, View, evaluate, measure, parse
from autotrain_core.rules import _histories as histories_module
from tests.rules.grammar import Asked
from tests.rules.python_reference import python_says

COHORT = [
    ([100.0, 0, 250, 250, 33, 410, 512, 7, 98, 600, 75, 60], [0.1, 0.25, 0.333, 0.0, 1.2, 0.675, 2.675, 0.5, 0.9, 0.15, 0.3, 0.45], [False] * 12),
    ([0.0, 5, 15, 25, 35, 45, 2], [0.005, 0.015, 0.025, 0.035, 0.5, 1.5, 2.5], [False, False, True, False, False, True, False]),
    ([300.0], [0.7], [False]),
]  # fmt: skip
T, E = "metrics.finished_trials", "metrics.foraging_efficiency"
CONDITIONS = [
    f"{T}[-1] >= 100",
    f"{T}[-1] > 100",
    f"{T}[-1] <= 100",
    f"{T}[-1] < 100",
    f"{T}[-1] == 100",
    f"{T}[-1] != 100",
    f"0.1 < {E}[-1] <= 0.675 != 0.5",
    f"not {T}[-1] > 100",
    f"{T}[-1] > 50 and {E}[-1] > 0.2 and {T}[-1] < 500",
    f"{T}[-1] < 50 or {E}[-1] < 0.2 or {T}[-1] > 500",
    "metrics.session_total >= 4",
    "metrics.session_at_current_stage >= 3",
    f"np.mean({T}[-5:]) > 150",
    f"np.mean({E}[-3:]) >= 0.025",
    f"np.mean({E}) > 0.3",
    f"np.median({T}[-4:]) > 60",
    f"np.median({T}) > 60",
    f"np.min({T}[-3:]) > 20",
    f"np.max({T}[-3:]) > 250",
    f"np.sum({E}) > 0.6",
    f"np.sum({E}[-9:]) > 3.4",
    f"np.std({T}[-5:]) > 100",
    f"np.percentile({T}, 33) > 40",
    f"np.percentile({T}[-6:], 0) < np.percentile({T}[-6:], 100) / 3",
    f"len({T}) > 3",
    f"len({T}[-4:]) == 4",
    f"sum({E}) > 1.3",
    f"sum({T}[-2:]) > 100",
    f"min({E}[-4:]) < 0.02",
    f"max({E}[-4:]) > 1",
    f"min({T}[-1], 40, metrics.session_total) > 2",
    f"max({T}[-1], 40) - metrics.session_total > 100",
    f"abs({T}[-1] - 100) < 60",
    f"-{T}[-1] < -50",
    f"{T}[-1] * 2 + 3 - {T}[-1] / 4 > 100",
    f"round({T}[-1] / 10) == 2",
    f"round({E}[-1], 2) == 0.03",
    f"round({E}[-1], 2) == 2.67",
    f"round({E}[-1], 1) * 10 == 5",
    f"round(np.mean({E}[-1:]), 2) == 0.02",
    f"round(np.mean({E}[-1:]), 2) == 2.68",
    f"round(np.mean({T}[-2:])) > 49",
    f"sum(x > 90 for x in {T}[-4:]) >= 2",
    f"sum(x > 90 and x < 300 for x in {T}) == 3",
    f"sum(x / 2 for x in {T}[-3:]) > 180",
    f"min(abs(x - 100) for x in {T}[-3:]) < 10",
    f"max(round(x, 1) for x in {E}) > 1",
    f"all(x > 10 for x in {T}[-3:])",
    f"any(x > 400 or x == 0 for x in {T}[-3:])",
    f"all(not x > metrics.session_total * 60 for x in {T})",
    f"any(x >= np.max({T}) for x in {T}[-2:])",
    "np.mean(metrics.at_stage.finished_trials[-3:]) > 20",
    "np.median(metrics.at_stage.finished_trials) > 30",
    "len(metrics.at_stage.finished_trials) < metrics.session_total",
    "sum(x > 20 for x in metrics.at_stage.finished_trials) >= 2",
    # numpy's numbers divide by zero without raising; what is made of one of them is one too
    f"np.mean({T}[-1:]) / {T}[-1] > 0.5",
    f"5 / np.min({T}[-2:]) > 1",
    f"-np.max({T}[-1:]) / {T}[-1] < 0",
    f"1 / abs(np.sum({T}[-1:])) > 1",
    f"1 / max(np.mean({T}[-1:]), np.mean({T}[-1:])) > 1",
    f"1 / (np.mean({T}[-1:]) * 2) > 1",
    f"1 / (2 * np.mean({T}[-1:])) > 1",
    f"1 / round(np.mean({T}[-1:]), 1) > 1",
    f"1 / sum(x > np.mean({T}) for x in {T}[-1:]) > 1",
    f"1 / sum(np.mean({T}) < x for x in {T}[-1:]) > 1",
    f"1 / sum(0 < x + np.mean({T}[-1:]) < 9 for x in {T}[-1:]) > 1",
    f"1 / sum(x * np.mean({T}) for x in {T}[-1:]) > 1",
    f"1 / sum(x > np.max({T}) and x > np.mean({T}) for x in {T}[-1:]) > 1",
    f"1 / sum(x > np.max({T}) or x > np.mean({T}) + 1 for x in {T}[-1:]) > 1",
]
RAISING = [
    f"{T}[-3] > 5",
    f"not {T}[-3] > 5",
    "metrics.at_stage.finished_trials[-2] <= 25",
    f"9 / {T}[-1] > 0.05",
    f"not 9 / {T}[-1] > 0.05",
    "1 / (5 - metrics.session_total) > 0.3",
    f"1 / round(np.mean({T}[-1:]) / 1000) > 0",
    f"1 / sum(x > 1000 for x in {T}) > 0",
    f"1 / sum(not x > 1000 and x > 700 for x in {T}) > 0",
    f"1 / len({T}[-1:]) / {T}[-1] > 0",
    f"1 / round({E}[-1], 1) > 3",
    f"1 / -{T}[-1] < 0",
    f"1 / abs({T}[-1]) > 0",
    f"round(1 / np.min({T}[-1:])) >= 0",
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_python_says_the_same(text):
    asked = Asked(COHORT)
    condition = parse(f"lambda metrics: {text}")

    answers = evaluate(condition, asked.whole()).sure.tolist()

    assert answers == [python_says(f"lambda metrics: {text}", asked.metrics(row)) for row in range(len(answers))]
    assert len(set(answers)) == 2 or "1 / sum" in text, "a condition that is always the same shows nothing"


@pytest.mark.parametrize("text", RAISING)
def test_where_python_raises_the_value_is_missing(text):
    asked = Asked(COHORT)
    condition = parse(f"lambda metrics: {text}")
    negated = text.startswith("not ")
    raised = 0

    for row, (sure, possible) in enumerate(
        zip(
            evaluate(condition, asked.whole(three_valued=True)).sure,
            evaluate(condition, asked.whole(three_valued=True)).possible,
            strict=True,
        )
    ):
        try:
            expected = python_says(f"lambda metrics: {text}", asked.metrics(row))
            assert (sure, possible) == (expected, expected)
        except (IndexError, ZeroDivisionError, OverflowError, ValueError):
            raised += 1
            assert (sure, possible) == (False, True)
            assert evaluate(condition, asked.whole()).sure[row] == negated
    assert raised


def test_an_infinity_cannot_be_rounded_to_a_whole_number():
    asked = Asked(COHORT)
    whole = parse(f"lambda metrics: round(np.mean({T}[-1:]) / {E}[-1]) > 0").first
    digits = parse(f"lambda metrics: round(np.mean({T}[-1:]) / {E}[-1], 1) > 0").first

    row = next(row for row, place in enumerate(asked.places) if place == (0, 3))
    assert np.isnan(measure(whole, asked.whole())[row])
    assert np.isposinf(measure(digits, asked.whole())[row])


def test_numbers_can_be_measured_by_themselves():
    asked = Asked(COHORT)

    assert measure(Constant(3), asked.whole()).tolist() == [3.0] * 20
    assert measure(Counter("session_total"), asked.block(1)).tolist() == [2.0, 2.0]
    assert measure(Counter("session_at_current_stage"), asked.picked(np.array([19, 0]))).tolist() == [12.0, 1.0]
    assert measure(Item("finished_trials", 2), asked.block(1)).tolist() == [100.0, 0.0]


def test_what_is_beyond_may_be_filled():
    asked = Asked(COHORT)

    filled = asked.block(0, beyond={"finished_trials": 7.0, "": 9.0})

    assert measure(Item("finished_trials", 2), filled).tolist() == [7.0, 7.0, 7.0]
    assert measure(Item("finished_trials", 2, at_stage=True), filled).tolist() == [7.0, 7.0, 7.0]
    assert measure(parse(f"lambda metrics: 1 / {T}[-1] > 0").first, filled).tolist() == [0.01, 9.0, 1 / 300]
    rows = View(asked.histories, rows=np.array([0, 3]), beyond={"finished_trials": 7.0})
    assert measure(Item("finished_trials", 2), rows).tolist() == [7.0, 100.0]


@pytest.mark.parametrize("cells", [1, 8, 9, 20, 10_000])
def test_windows_are_taken_in_parts_that_fit_the_memory(cells, monkeypatch):
    asked = Asked(COHORT)
    texts = (f"np.median({T}[-4:]) > 60", f"np.sum({E}) > 0.6", "np.std(metrics.at_stage.finished_trials[-9:]) > 4")
    whole = [evaluate(parse(f"lambda metrics: {text}"), asked.whole()).sure.tolist() for text in texts]

    monkeypatch.setattr(histories_module, "CELLS", cells)

    for view in (asked.whole(), asked.picked(np.arange(20))):
        assert [evaluate(parse(f"lambda metrics: {text}"), view).sure.tolist() for text in texts] == whole


def test_a_view_knows_its_rows():
    asked = Asked(COHORT)

    assert asked.whole().row_numbers().tolist() == list(range(20))
    assert asked.block(1).row_numbers().tolist() == [3, 4]
    assert (asked.block(1).size, asked.picked(np.array([5, 2])).size) == (2, 2)
    assert asked.picked(np.array([5, 2])).row_numbers().tolist() == [5, 2]
    assert asked.histories.earlier(np.array([4, 4, 19]), np.array([1, 2, 11])).tolist() == [1, -1, 0]
