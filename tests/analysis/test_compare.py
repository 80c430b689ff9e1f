"""Whether two conditions or two stages say the same: by the solver, and where they do not, by the engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.analysis import compare_conditions, compare_stages
from autotrain_core.analysis._witness import asked
from autotrain_core.models import DYNAMIC_FORAGING
from autotrain_core.rules import parse, to_text
from tests.analysis.test_solver_says_what_rules_say import cases
from tests.evaluation.documents import LADDER, curriculum
from tests.rules.grammar import conditions
from tests.searching import search

METRICS = DYNAMIC_FORAGING.metrics


def told(body):
    return parse(f"lambda metrics: {body}", METRICS)


def compared(first, second, **logic):
    return compare_conditions(told(first), told(second), METRICS, **logic)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("metrics.finished_trials[-1] > 199", "metrics.finished_trials[-1] >= 200"),
        ("metrics.session_total >= 1", "metrics.session_at_current_stage >= 1"),
        ("np.mean(metrics.finished_trials[-2:]) >= 200", "200 <= np.mean(metrics.finished_trials[-2:])"),
        ("sum(x >= 9 for x in metrics.finished_trials[-3:]) >= 1", "any(x >= 9 for x in metrics.finished_trials[-3:])"),
        ("np.median(metrics.finished_trials[-3:]) > 5", "np.percentile(metrics.finished_trials[-3:], 50) > 5"),
        ("max(metrics.finished_trials[-2:]) < 5", "all(x < 5 for x in metrics.finished_trials[-2:])"),
    ],
)
def test_texts_that_say_the_same_differently_are_the_same(first, second):
    assert compared(first, second).verdict == "same"


def test_a_window_that_is_not_full_yet_may_be_all_the_difference():
    found = compared("np.mean(metrics.finished_trials[-2:]) >= 200", "sum(metrics.finished_trials[-2:]) / 2 >= 200")

    assert found.verdict == "different"
    assert len(found.example.sessions) == 1


def test_the_same_text_is_the_same_without_asking():
    assert compared("metrics.session_total >= 3", "metrics.session_total >= 3").verdict == "same"


def test_where_two_conditions_differ_a_history_shows_it():
    found = compared("metrics.finished_trials[-1] >= 200", "metrics.finished_trials[-1] >= 250")

    assert found.verdict == "different"
    assert found.example.holds == (1,)
    assert 200 <= found.example.sessions[-1]["finished_trials"] < 250
    assert "finished_trials" in found.example.sentence()


def test_a_missing_value_may_be_all_the_difference():
    found = compared("metrics.finished_trials[-1] < 200", "not metrics.finished_trials[-1] >= 200")

    assert found.verdict == "different"
    assert found.example.sessions[-1]["finished_trials"] is None
    assert "missing" in found.example.sentence()


def test_in_three_valued_logic_what_is_unknown_counts():
    pair = "metrics.finished_trials[-1] < 200", "not metrics.finished_trials[-1] >= 200"

    assert compared(*pair, on_missing="stay").verdict == "same"
    assert compared(pair[0], pair[0], on_missing=("false", "stay")).verdict == "different"


def test_one_condition_differs_from_itself_in_another_logic_only_where_a_value_is_missing():
    far = "metrics.finished_trials[-40] > 5"

    found = compared(far, far, on_missing=("false", "stay"))

    assert found.verdict == "different"
    assert len(found.example.sessions) < 40 or found.example.sessions[-40]["finished_trials"] is None


def test_what_neither_is_shown_nor_excluded_is_said():
    far = "np.mean(metrics.finished_trials) {} np.median(metrics.finished_trials) + metrics.session_total * 99"
    both = f"metrics.session_total > 40 and len(metrics.finished_trials) > 30 and {far}"

    found = compared(both.format(">"), both.format(">="))

    assert found.verdict == "undecided"
    assert found.reason


def test_stages_that_decide_alike_in_other_words_are_the_same():
    before = curriculum(LADDER)
    after = curriculum(
        {**LADDER, "A": [("progress", "B", "metrics.efficiency[-1] >= 0.5 and metrics.trials[-1] > 99")]}
    )

    found = compare_stages(before, before.stage("A"), after, after.stage("A"))

    assert found.verdict == "same"


def test_rules_that_exclude_one_another_may_change_places():
    rules = [("progress", "B", "metrics.trials[-1] >= 200"), ("stay", "A", "metrics.trials[-1] < 100")]
    before, after = (curriculum({**LADDER, "A": each}) for each in (rules, rules[::-1]))

    assert compare_stages(before, before.stage("A"), after, after.stage("A")).verdict == "same"


def test_where_two_stages_differ_both_decisions_are_given():
    before = curriculum(LADDER)
    after = curriculum(
        {**LADDER, "A": [("progress", "B", "metrics.trials[-1] >= 120 and metrics.efficiency[-1] >= 0.5")]}
    )

    found = compare_stages(before, before.stage("A"), after, after.stage("A"))

    assert (found.example.decision, found.other.decision) == ("PROGRESS", "STAY")
    assert found.example.sessions == found.other.sessions


def test_a_stage_under_another_name_that_stays_the_same_way_is_the_same():
    before = curriculum(LADDER)
    other = {"X" if name == "A" else name: rules for name, rules in LADDER.items()}
    after = curriculum(
        {name: [(how, to, when) for how, to, when in rules if to != "A"] for name, rules in other.items()}
    )

    assert compare_stages(before, before.stage("A"), after, after.stage("X")).verdict == "same"


def test_a_broken_stage_keeps_its_mice():
    before = curriculum(LADDER)
    after = curriculum({**LADDER, "A": [("progress", "B", "metrics.trials[-1] >=")]})

    found = compare_stages(before, before.stage("A"), after, after.stage("A"))

    assert (found.example.decision, found.other.decision) == ("PROGRESS", "STAY")


def test_bounds_that_differ_are_taken_as_wide_as_either():
    narrow = [{"name": "trials", "title": "trials", "minimum": 0, "maximum": 100}]
    wide = [{"name": "trials", "title": "trials", "integer": True, "minimum": -5, "maximum": 500}]
    rules = {"A": [("progress", "Graduated", "metrics.trials[-1] > 200")]}
    before, after = curriculum(rules, metrics=narrow), curriculum({"A": []}, metrics=wide)

    found = compare_stages(before, before.stage("A"), after, after.stage("A"))

    assert found.verdict == "different"


@search(6)
@given(conditions, conditions, cases(), st.sampled_from(["false", "stay"]))
def test_no_history_contradicts_what_is_called_the_same(first, second, case, logic):
    found = compare_conditions(first, second, METRICS, on_missing=logic)

    witness, unknown = asked(case, [first, second], [logic == "stay"] * 2)

    if found.verdict == "same":
        assert len(witness.holds) != 1, (to_text(first), to_text(second))
        assert unknown[0] == unknown[1]
