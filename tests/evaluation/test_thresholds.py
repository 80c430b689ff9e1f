"""The thresholds of rules: which there are, what they are held against, and rules with another number."""

import pytest
from hypothesis import given

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import thresholds, thresholds_of, with_threshold
from autotrain_core.evaluation._thresholds import direction
from autotrain_core.rules import Metric, parse, to_expression
from tests.evaluation.documents import LADDER, curriculum
from tests.rules import grammar
from tests.searching import search

METRICS = (
    Metric(name="trials", title="finished trials", unit="trials", integer=True, minimum=0),
    Metric(name="efficiency", title="efficiency", minimum=0, maximum=1),
)


def of(body):
    return thresholds_of(parse(f"lambda metrics: {body}", METRICS), METRICS)


SAID = {
    "metrics.trials[-1] >= 300": ["finished trials >= 300 trials"],
    "300 <= metrics.trials[-1]": ["finished trials >= 300 trials"],
    "200 < metrics.trials[-1] <= 400": ["finished trials > 200 trials", "finished trials <= 400 trials"],
    "metrics.trials[-1] <= 3 <= metrics.trials[-2]": ["finished trials <= 3 trials"],
    "not metrics.trials[-1] >= 300": ["finished trials < 300 trials"],
    "metrics.efficiency[-2] > -0.5": ["session before efficiency > -0.5"],
    "metrics.trials[-1] > 2 * 150": ["finished trials > 300 trials"],
    "np.mean(metrics.trials[-5:]) >= 450 and metrics.session_total >= 10": [
        "mean of last 5 finished trials >= 450 trials",
        "total sessions >= 10 sessions",
    ],
    "all(x > 0.6 for x in metrics.at_stage.efficiency[-3:])": ["every one of last 3 efficiency at this stage > 0.6"],
    "not any(x > 0.6 for x in metrics.efficiency[-3:])": ["every one of last 3 efficiency <= 0.6"],
    "sum(x >= 300 for x in metrics.trials[-5:]) >= 3": [
        "counted of last 5 finished trials >= 300 trials",
        "number of last 5 sessions with finished trials at least 300 >= 3 sessions",
    ],
    "len(metrics.at_stage.trials) == 4": ["number of sessions at this stage == 4 sessions"],
    "metrics.trials[-1] - metrics.trials[-2] > 50": [
        "finished trials minus finished trials of the session before > 50"
    ],
    "metrics.trials[-1] / metrics.efficiency[-1] > 50": ["finished trials divided by efficiency > 50"],
    "any(x - 3 > 5 for x in metrics.trials[-2:])": ["finished trials minus 3 over the last 2 sessions > 5"],
    "metrics.session_total - metrics.session_at_current_stage > 5": ["total sessions minus sessions at this stage > 5"],
    "metrics.trials[-1] > metrics.trials[-2] or 1 < 2": [],
    "metrics.trials[-1] > 1e15 * 10": [],
    "abs(sum(x > 3 for x in metrics.trials) - 2) > metrics.trials[-1]": [
        "counted of all finished trials > 3 trials",
    ],
}


@pytest.mark.parametrize("body", SAID)
def test_every_number_that_something_is_held_against_is_a_threshold(body):
    assert [str(each) for each in of(body)] == SAID[body]


@pytest.mark.parametrize("body", SAID)
def test_each_number_can_be_changed_where_it_stands(body):
    condition = parse(f"lambda metrics: {body}", METRICS)

    for place, threshold in enumerate(of(body)):
        changed = with_threshold(condition, threshold, 77)

        assert [each.value for each in thresholds_of(changed, METRICS)] == [
            77 if other == place else each.value for other, each in enumerate(of(body))
        ]


def test_a_threshold_knows_the_bounds_of_its_metric_and_of_a_count():
    counted, efficient = of("sum(x >= 300 for x in metrics.trials[-5:]) >= 3 and metrics.efficiency[-1] > 0.5")[1:]

    assert (counted.low, counted.high, counted.integer) == (0, 5, True)
    assert (efficient.low, efficient.high, efficient.integer) == (0, 1, False)


def test_a_count_over_all_sessions_has_no_upper_bound():
    bounds = [each.high for each in of("sum(x > 0 for x in metrics.trials) > 3 or len(metrics.trials) > 3")[1:]]

    assert bounds == [float("inf"), float("inf")]


def test_a_count_of_sessions_begins_at_one():
    (threshold,) = of("metrics.session_at_current_stage >= 2")

    assert (threshold.low, threshold.integer, threshold.how) == (1, True, "now")


def test_thresholds_of_a_curriculum_name_stage_and_rule():
    toy = curriculum(LADDER)

    assert [(each.stage, each.rule, each.value) for each in thresholds(toy)[:6]] == [
        ("A", 1, 100),
        ("A", 1, 0.5),
        ("B", 1, 200),
        ("B", 1, 2),
        ("B", 2, 50),
        ("B", 2, 0.3),
    ]


def test_a_curriculum_with_another_threshold_is_the_same_elsewhere():
    toy = curriculum(LADDER)
    threshold = thresholds(toy)[2]

    changed = with_threshold(toy, threshold, 250)

    rule = changed.stage("B").rules[0]
    assert "metrics.trials[-1] >= 250" in rule.condition_text
    assert rule.condition == parse(rule.condition_text, toy.metrics)
    assert with_threshold(changed, threshold, 200).stages[1].rules[0].condition == toy.stage("B").rules[0].condition
    assert [each.value for each in thresholds(changed)].count(250) == 1
    assert changed.stages[0] is toy.stages[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (0.25, "0.25"), (-2, "-2"), (-0.5, "-0.5"), (0, "0"), (-0.0, "0"), (1e300, "1e+300")],
)
def test_a_number_is_written_as_people_would(value, text):
    condition = parse("lambda metrics: metrics.trials[-1] >= 1", METRICS)

    changed = with_threshold(condition, of("metrics.trials[-1] >= 1")[0], value)

    assert to_expression(changed) == f"metrics.trials[-1] >= {text}"


def test_a_threshold_of_a_rule_that_was_changed_meanwhile_is_not_there():
    (threshold,) = of("metrics.trials[-1] >= metrics.trials[-2] >= 1")
    now = parse("lambda metrics: metrics.trials[-1] >= 1", METRICS)

    with pytest.raises(NotStoredError, match="changed meanwhile"):
        with_threshold(now, threshold, 1)


def test_a_rule_that_is_not_there_has_no_threshold():
    toy = curriculum(LADDER)
    last = [each for each in thresholds(toy) if each.stage == "B"][-1]

    with pytest.raises(NotStoredError, match="no rule 2"):
        with_threshold(curriculum(LADDER | {"B": LADDER["B"][:1]}), last, 1)


DIRECTIONS = {
    "metrics.trials[-1] >= 300": -1,
    "metrics.trials[-1] < 300": 1,
    "300 < metrics.trials[-1]": -1,
    "metrics.trials[-1] == 300": 0,
    "metrics.trials[-1] <= 300 <= metrics.trials[-2]": 0,
    "metrics.trials[-2] <= 300 > metrics.trials[-1]": 1,
    "not (metrics.trials[-1] >= 300 or metrics.session_total > metrics.trials[-2])": 1,
    "sum(x >= 300 for x in metrics.trials) >= metrics.trials[-1]": -1,
    "2 + sum(x >= 300 for x in metrics.trials) >= metrics.trials[-1]": -1,
    "2 - sum(x >= 300 for x in metrics.trials) >= metrics.trials[-1]": 1,
    "sum(x >= 300 for x in metrics.trials) / 5 >= metrics.trials[-1]": -1,
    "sum(x >= 300 for x in metrics.trials) * -5 >= metrics.trials[-1]": 1,
    "sum(x >= 300 for x in metrics.trials) * metrics.trials[-1] >= metrics.trials[-1]": 0,
    "5 / sum(x >= 300 for x in metrics.trials) >= metrics.trials[-1]": 0,
    "metrics.trials[-1] <= abs(sum(x >= 300 for x in metrics.trials))": 0,
    "metrics.trials[-1] <= -round(sum(x >= 300 for x in metrics.trials))": 1,
    "metrics.trials[-1] <= max(sum(x >= 300 for x in metrics.trials), metrics.trials[-1])": -1,
}


@pytest.mark.parametrize("body", DIRECTIONS)
def test_a_rising_threshold_moves_the_truth_one_way_or_nobody_knows(body):
    condition = parse(f"lambda metrics: {body}", METRICS)

    found = {direction(condition, each.path) for each in of(body) if each.value == 300}

    assert found == {DIRECTIONS[body]}


@search(50)
@given(grammar.conditions)
def test_every_threshold_that_is_listed_can_be_put_in_anew(condition):
    for threshold in thresholds_of(condition):
        changed = with_threshold(condition, threshold, threshold.value)

        assert with_threshold(changed, threshold, threshold.value) == changed
        assert threshold.value in [each.value for each in thresholds_of(changed)]
