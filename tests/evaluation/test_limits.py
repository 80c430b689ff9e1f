"""The lines that a rule draws beside a metric."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import limits, limits_of_stage
from autotrain_core.models import DYNAMIC_FORAGING, Decision, load_curriculum
from autotrain_core.rules import (
    And,
    Comparison,
    Constant,
    Histories,
    Item,
    Not,
    Or,
    View,
    evaluate,
    metrics_of,
    parse,
    to_text,
    walk,
)
from tests.evaluation.documents import LADDER, curriculum
from tests.evaluation.labs import COUPLED
from tests.rules.grammar import conditions
from tests.searching import search

T = "metrics.finished_trials"


def lines(body):
    """The lines of a condition, each as text, and whether they are all."""
    found = limits(parse(f"lambda metrics: {body}"), DYNAMIC_FORAGING.metrics)
    return [str(line) for line in found.lines], found.complete


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{T}[-1] >= 200", ["finished trials >= 200 trials"]),
        (f"200 <= {T}[-1]", ["finished trials >= 200 trials"]),
        (f"200 <= {T}[-1] < 400.5", ["finished trials >= 200 trials", "finished trials < 400.5 trials"]),
        (f"{T}[-2] == 3", ["session before finished trials == 3 trials"]),
        (f"{T}[-4] != 3", ["3 sessions ago finished trials != 3 trials"]),
        (f"np.mean({T}[-5:]) < 300", ["mean of last 5 finished trials < 300 trials"]),
        (f"np.median({T}) < 300", ["median of all finished trials < 300 trials"]),
        (f"np.percentile({T}[-9:], 90) < 300", ["percentile 90 of last 9 finished trials < 300 trials"]),
        (f"max({T}[-3:]) > 7", ["largest of last 3 finished trials > 7 trials"]),
        (f"min(x for x in {T}[-3:]) > 7", ["smallest of last 3 finished trials > 7 trials"]),
        ("metrics.foraging_efficiency[-1] >= 0.65", ["foraging efficiency >= 0.65"]),
        ("metrics.session_total >= 10", ["total sessions >= 10 sessions"]),
        ("metrics.session_at_current_stage >= 5", ["sessions at this stage >= 5 sessions"]),
        ("np.mean(metrics.at_stage.finished_trials[-5:]) >= 300", ["mean of last 5 finished trials at this stage >= 300 trials"]),
        ("metrics.at_stage.finished_trials[-1] >= 300", ["finished trials >= 300 trials"]),
        ("metrics.at_stage.finished_trials[-2] >= 300", ["session before finished trials at this stage >= 300 trials"]),
        (f"{T}[-1] >= -(2 * 3 + 4 - 1) / 2", ["finished trials >= -4.5 trials"]),
        (f"all(x >= 300 for x in {T}[-3:])", ["every one of last 3 finished trials >= 300 trials"]),
        (f"any(x >= 300 for x in {T}[-3:])", ["at least one of last 3 finished trials >= 300 trials"]),
        ("any(1 < x < 3 for x in metrics.at_stage.finished_trials[-3:])", ["at least one of last 3 finished trials at this stage > 1 trials", "at least one of last 3 finished trials at this stage < 3 trials"]),
        (f"sum(x >= 300 for x in {T}[-5:]) >= 3", ["at least 3 of last 5 finished trials >= 300 trials"]),
        (f"2 > sum(x >= 300 for x in {T}[-5:])", ["fewer than 2 of last 5 finished trials >= 300 trials"]),
        (f"{T}[-1] > 5 or {T}[-1] > 5 and {T}[-1] < 9", ["finished trials > 5 trials", "finished trials < 9 trials"]),
        ("1 < 2", []),
    ],
)  # fmt: skip
def test_a_bound_on_one_metric_is_a_line(body, expected):
    assert lines(body) == (expected, True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"not {T}[-1] >= 200", ["finished trials < 200 trials"]),
        (f"not not {T}[-1] >= 200", ["finished trials >= 200 trials"]),
        (f"not ({T}[-1] < 5 or not 7 >= {T}[-1])", ["finished trials >= 5 trials", "finished trials <= 7 trials"]),
        (f"not all(x >= 300 for x in {T}[-3:])", ["at least one of last 3 finished trials < 300 trials"]),
        (f"not any(not x > 300 for x in {T}[-3:])", ["every one of last 3 finished trials > 300 trials"]),
        (f"not sum(x >= 300 for x in {T}[-5:]) >= 3", ["fewer than 3 of last 5 finished trials >= 300 trials"]),
        (f"not {T}[-1] == 2", ["finished trials != 2 trials"]),
        (f"not {T}[-1] != 2", ["finished trials == 2 trials"]),
        (f"not 1 <= {T}[-1] > 2", ["finished trials < 1 trials", "finished trials <= 2 trials"]),
    ],
)
def test_not_turns_the_sign(body, expected):
    assert lines(body) == (expected, True)


@pytest.mark.parametrize(
    "body",
    [
        f"{T}[-1] > {T}[-2]",
        f"{T}[-1] > metrics.session_total",
        f"{T}[-1] * 2 > 100",
        f"abs({T}[-1]) > 100",
        f"round({T}[-1]) > 100",
        f"np.std({T}[-5:]) > 1",
        f"np.sum({T}[-5:]) > 1000",
        f"sum(x for x in {T}[-5:]) > 1000",
        f"max(x - 1 for x in {T}[-5:]) > 1000",
        f"sum(abs(x) > 3 for x in {T}[-5:]) > 1",
        f"len({T}) >= 3",
        f"sum(0 < 1 for x in {T}) >= 3",
        f"any(0 < 1 for x in {T}[-3:])",
        f"{T}[-1] > 1 / (1 - 1)",
        f"{T}[-1] > -abs(1)",
        f"{T}[-1] > 1 + abs(1)",
        f"{T}[-1] > abs(1) + 1",
    ],
)
def test_what_is_no_number_on_the_axis_of_one_metric_is_left_out_and_said_to_be(body):
    assert lines(body) == ([], False)
    assert lines(f"{body} and {T}[-1] > 5") == (["finished trials > 5 trials"], False)


def test_a_metric_that_nobody_described_is_called_by_its_name():
    found = limits(parse("lambda metrics: metrics.lick_rate[-1] > 5"))

    assert (found.lines[0].title, found.lines[0].unit, found.lines[0].counter) == ("lick rate", "", False)
    assert limits(parse("lambda metrics: metrics.session_total > 5")).lines[0].counter


_comparisons = st.builds(
    lambda metric, sign, size: Comparison(Item(metric, 1), ((sign, Constant(size)),)),
    st.sampled_from(["finished_trials", "foraging_efficiency"]),
    st.sampled_from([">=", ">", "<=", "<", "==", "!="]),
    st.integers(0, 3),
)
_plain = st.recursive(
    _comparisons,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=6,
)
SIGNS = {
    ">=": np.greater_equal,
    ">": np.greater,
    "<=": np.less_equal,
    "<": np.less,
    "==": np.equal,
    "!=": np.not_equal,
}


def truth(condition, trials, efficiency):
    metrics = {"finished_trials": np.array([trials]), "foraging_efficiency": np.array([efficiency])}
    view = View(Histories(np.array([1]), metrics, np.array([1.0])), rows=np.array([0]))
    return bool(evaluate(condition, view).sure[0])


@given(_plain)
@search(150)
def test_a_condition_holds_where_all_of_its_lines_do(condition):
    found = limits(condition)
    grid = [place / 2 for place in range(-1, 9)]

    for trials in grid:
        for efficiency in grid:
            value = {"finished_trials": trials, "foraging_efficiency": efficiency}
            if all(SIGNS[line.sign](value[line.metric], line.threshold) for line in found.lines):
                assert truth(condition, trials, efficiency)
    assert found.complete


@given(conditions)
@search(300)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_every_condition_has_lines_and_they_speak_of_what_it_reads(condition):
    found = limits(condition)

    read = metrics_of(condition) | {part.name for part in walk(condition) if hasattr(part, "name")}
    assert {line.metric for line in found.lines} <= read
    assert all(not math.isnan(line.threshold) for line in found.lines)
    assert found.lines or not found.complete or not read


# ---- of a stage ----


def test_the_rules_of_a_stage_in_order():
    found = limits_of_stage(COUPLED, "STAGE_FINAL")

    assert [(rule.decision, rule.to_stage, rule.complete) for rule in found] == [
        (Decision.PROGRESS, "Graduated", True),
        (Decision.ROLLBACK, "Stage 3", True),
    ]
    assert [str(line) for line in found[0].lines] == [
        "total sessions >= 10 sessions",
        "sessions at this stage >= 5 sessions",
        "mean of last 5 finished trials >= 450 trials",
        "mean of last 5 foraging efficiency >= 0.7",
    ]


def test_a_stage_is_found_by_either_name_and_graduated_has_no_rules():
    assert limits_of_stage(COUPLED, "Stage final") == limits_of_stage(COUPLED, "STAGE_FINAL")
    assert limits_of_stage(COUPLED, "GRADUATED") == ()
    with pytest.raises(NotStoredError, match="no stage 'Stage 9'"):
        limits_of_stage(COUPLED, "Stage 9")


def test_a_rule_that_cannot_be_read_has_no_lines_and_says_so():
    broken = curriculum({**LADDER, "A": [("progress", "B", "metrics.trials[-1] >=")]})

    (rule,) = limits_of_stage(broken, "A")

    assert (rule.lines, rule.complete) == ((), False)


def test_all_conditions_of_the_stored_documents_are_drawn_whole(reference):
    seen = 0
    for file in sorted((reference / "data" / "curricula").glob("*.json")):
        one = load_curriculum(file.read_bytes(), source=file.name)
        for stage in one.stages:
            for rule, found in zip(stage.rules, limits_of_stage(one, stage.label), strict=True):
                if rule.condition is None:
                    assert (file.name, found.complete) == ("Dummy task_curriculum_v0.1_schema_v1.0.json", False)
                    continue
                written = [part for part in walk(rule.condition) if isinstance(part, Comparison)]
                assert found.complete, to_text(rule.condition)
                assert {line.threshold for line in found.lines} == {link[1].value for part in written for link in part.rest}  # fmt: skip
                assert len(found.lines) == len(set(written))
                seen += 1
    assert seen == 184
