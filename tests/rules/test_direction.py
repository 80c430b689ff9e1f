"""Which way a condition leans in its metrics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.rules import Histories, directions, evaluate, parse
from tests.rules.grammar import Asked, cohorts, conditions
from tests.searching import search


@pytest.mark.parametrize(
    ("text", "lean"),
    [
        ("metrics.a[-1] >= 3", {"a": 1}),
        ("metrics.a[-1] > 3", {"a": 1}),
        ("metrics.a[-1] <= 3", {"a": -1}),
        ("metrics.a[-1] < 3", {"a": -1}),
        ("3 < metrics.a[-1]", {"a": 1}),
        ("metrics.a[-1] == 3", None),
        ("metrics.a[-1] != 3", None),
        ("1 < metrics.a[-1] < 3", None),
        ("metrics.session_total == 3", {}),
        ("metrics.session_at_current_stage >= 3 and metrics.a[-1] > 1", {"a": 1}),
        ("metrics.a[-1] > metrics.b[-1]", {"a": 1, "b": -1}),
        ("metrics.a[-1] > metrics.a[-2]", None),
        ("metrics.a[-1] > 1 or metrics.b[-1] < 2", {"a": 1, "b": -1}),
        ("metrics.a[-1] > 1 or metrics.a[-1] < 0", None),
        ("not metrics.a[-1] > 1", {"a": -1}),
        ("np.mean(metrics.a[-5:]) > 1", {"a": 1}),
        ("np.percentile(metrics.at_stage.a, 10) > 1", {"a": 1}),
        ("np.std(metrics.a[-5:]) > 1", None),
        ("len(metrics.a) > 1", {}),
        ("min(metrics.a[-1], metrics.b[-1]) > 1", {"a": 1, "b": 1}),
        ("abs(metrics.a[-1]) > 1", None),
        ("abs(metrics.session_total) > 1", {}),
        ("round(metrics.a[-1], 2) > 1", {"a": 1}),
        ("-metrics.a[-1] > 1", {"a": -1}),
        ("metrics.a[-1] + metrics.b[-1] > 1", {"a": 1, "b": 1}),
        ("metrics.a[-1] - metrics.b[-1] > 1", {"a": 1, "b": -1}),
        ("2 * metrics.a[-1] > 1", {"a": 1}),
        ("metrics.a[-1] * 2 > 1", {"a": 1}),
        ("metrics.a[-1] / 2 > 1", {"a": 1}),
        ("2 / metrics.a[-1] > 1", None),
        ("metrics.a[-1] * metrics.b[-1] > 1", None),
        ("metrics.a[-1] * metrics.session_total > 1", None),
        ("sum(x > 1 for x in metrics.a[-5:]) >= 3", {"a": 1}),
        ("sum(x < 1 for x in metrics.a[-5:]) >= 3", {"a": -1}),
        ("sum(x < metrics.b[-1] for x in metrics.a[-5:]) >= 3", {"a": -1, "b": 1}),
        ("max(-x for x in metrics.a[-5:]) >= 3", {"a": -1}),
        ("all(x > 1 for x in metrics.a)", {"a": 1}),
        ("any(x == 1 for x in metrics.a)", None),
    ],
)
def test_directions(text, lean):
    assert directions(parse(f"lambda metrics: {text}")) == lean


@search(200)
@given(conditions, cohorts(), st.integers(0, 10_000))
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_a_condition_that_leans_one_way_is_never_lost_by_going_that_way(condition, cohort, seed):
    lean = directions(condition)
    if lean is None:
        return
    asked = Asked(cohort)
    before = evaluate(condition, asked.whole()).sure
    random = np.random.default_rng(seed)
    metrics = {
        name: values + lean.get(name, random.choice([-1, 1])) * random.integers(0, 300, len(values)) / 2
        for name, values in asked.histories.metrics.items()
    }
    asked.histories = Histories(np.array([len(mouse[0]) for mouse in cohort]), metrics, asked.histories.session_total)

    after = evaluate(condition, asked.whole()).sure

    assert not (before & ~after).any()
