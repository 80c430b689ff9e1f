"""Sweeps of thresholds against the plain way: decide everything again with the other curriculum."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.evaluation import (
    FLIPS,
    Sensitivity,
    decide_and_report,
    flipped,
    past_of,
    sweep,
    sweep_histories,
    sweep_two,
    thresholds,
    thresholds_of,
    with_threshold,
)
from autotrain_core.evaluation._sensitivity_states import Asked
from autotrain_core.rules import to_text
from tests.evaluation.documents import curriculum
from tests.rules import grammar
from tests.searching import search

FORMS = (
    "metrics.trials[-1] >= {} and metrics.efficiency[-1] >= 0.5",
    "metrics.trials[-2] < {} or metrics.session_at_current_stage >= 2",
    "100 <= metrics.trials[-1] < {}",
    "np.mean(metrics.trials[-3:]) > {}",
    "np.median(metrics.at_stage.trials[-3:]) >= {}",
    "sum(x >= {} for x in metrics.trials[-4:]) >= 2",
    "all(x > {} for x in metrics.at_stage.trials[-2:])",
    "not any(x <= {} for x in metrics.trials[-3:])",
    "metrics.trials[-1] * 2 - metrics.trials[-2] >= {}",
    "metrics.trials[-1] == {} or metrics.session_total > 6",
    "not (metrics.trials[-1] > {} and metrics.efficiency[-1] > 0.4)",
    "5 / sum(x > {} for x in metrics.trials[-3:]) > 2",
)
VALUES = (0, 150, 200, 301)


def toy(*bodies, on_missing="false"):
    """Three stages; the middle one has the rules that are given, the first of them progress, then rollback."""
    middle = [
        (decision, to_stage, body)
        for (decision, to_stage), body in zip(
            itertools.cycle([("progress", "C"), ("rollback", "A")]), bodies, strict=False
        )
    ]
    return curriculum(
        {
            "A": [("progress", "B", "metrics.trials[-1] >= 100")],
            "B": middle,
            "C": [
                ("progress", "Graduated", "metrics.trials[-1] >= 250"),
                ("rollback", "B", "metrics.trials[-1] < 200"),
            ],
            "Graduated": None,
        },
        on_missing=on_missing,
    )


def sessions(*, mice=25, seed=0, ran=False):
    """Random sessions with missing values; where they were run is written down for some of them only if told so."""
    random = np.random.default_rng(seed)
    rows = []
    for mouse in range(mice):
        stage = "A"
        for session in range(1, int(random.integers(2, 12)) + 1):
            trials = float(random.choice([50, 100, 150, 200, 250, 300, math.nan]))
            efficiency = float(random.choice([0.3, 0.4, 0.5, 0.6, math.nan]))
            stage = str(random.choice(["A", "B", "B", "C", stage]))
            rows.append((f"m{mouse}", session, trials, efficiency, stage if ran and random.random() < 0.8 else None))
    names = ["subject_id", "session", "trials", "efficiency", "current_stage_actual"]
    return pd.DataFrame(rows, columns=names)


def decided(table, toy, **settings):
    return decide_and_report(table, toy, **settings).decisions


def kept(table, toy):
    """The same sessions, each with the stage that it had."""
    return table.assign(current_stage_actual=decided(table, toy)["current_stage_actual"].reindex(table.index))


def plainly(table, before, threshold, value):
    """Decide all anew and list what is another decision, with its kind."""
    own = kept(table, before)
    columns = ["subject_id", "session", "decision", "next_stage_suggested"]
    old, new = (decided(own, each)[columns] for each in (before, with_threshold(before, threshold, value)))
    both = old.assign(after=new["decision"], next_after=new["next_stage_suggested"])
    both = both[(both["decision"] != both["after"]) | (both["next_stage_suggested"] != both["next_after"])]
    return both.sort_values(["subject_id", "session"])


def kind_of(before, after):
    if before == after:
        return "elsewhere"
    if "ROLLBACK" in (before, after):
        return "sent_back" if after == "ROLLBACK" else "spared"
    return "promoted" if before == "STAY" else "held"


def moved(curriculum, body):
    return next(each for each in thresholds(curriculum) if each.stage == "B" and each.value == body)


@pytest.mark.parametrize("on_missing", ["false", "stay"])
@pytest.mark.parametrize("form", FORMS)
def test_a_sweep_finds_the_flips_that_deciding_anew_finds(form, on_missing):
    before = toy(form.format(175), "metrics.trials[-1] < 150 or metrics.efficiency[-1] < 0.4", on_missing=on_missing)
    threshold, table = moved(before, 175), sessions(seed=FORMS.index(form), ran=True)
    history = Sensitivity(past_of(table, before), before)

    found = sweep(history, threshold, VALUES).table

    for value in VALUES:
        flips = plainly(table, before, threshold, value)
        kinds = [kind_of(*pair) for pair in zip(flips["decision"], flips["after"], strict=True)]
        mice = flips["subject_id"]
        assert dict(found.loc[value]) == {
            "flips": len(flips),
            "mice": mice.nunique(),
            **{kind: kinds.count(kind) for kind in FLIPS},
            **{f"{kind}_mice": mice[np.array(kinds, dtype=str) == kind].nunique() for kind in FLIPS},
        }


@pytest.mark.parametrize(("rule", "value"), [(1, 149), (2, 160), (3, 149)])
def test_the_flips_of_each_rule_are_listed_with_before_and_after(rule, value):
    bodies = [f"metrics.trials[-1] {sign} {number}" for sign, number in ((">", 251), ("<", 101), (">", 199))]
    before, table = toy(*bodies), sessions(seed=rule)
    threshold = next(each for each in thresholds(before) if each.stage == "B" and each.rule == rule)
    history = Sensitivity(past_of(table, before), before)

    found = flipped(history, threshold, value)

    flips = plainly(table, before, threshold, value)
    assert len(found)
    assert found["subject_id"].tolist() == flips["subject_id"].tolist()
    assert found["session"].tolist() == flips["session"].tolist()
    assert found["before"].tolist() == flips["decision"].tolist()
    assert found["after"].tolist() == flips["after"].tolist()
    assert found["next_before"].tolist() == flips["next_stage_suggested"].tolist()
    assert found["next_after"].tolist() == flips["next_after"].tolist()


def test_the_same_decision_to_another_stage_is_a_flip_of_its_own_kind():
    before = curriculum(
        {
            "A": [
                ("progress", "C", "metrics.trials[-1] >= 250"),
                ("progress", "B", "metrics.trials[-1] >= 100"),
            ],
            "B": [],
            "C": [],
        }
    )
    history = Sensitivity(past_of(sessions(), before), before)

    found = flipped(history, thresholds(before)[0], 1000)

    assert set(found["kind"]) == {"elsewhere"}
    assert set(found["next_after"]) == {"B"}


@search(25)
@given(grammar.conditions, grammar.cohorts(missing=True), st.booleans(), st.lists(st.integers(0, 700), max_size=5))
def test_all_values_together_are_answered_as_one_by_one(condition, cohort, three_valued, values):
    drawn = grammar.Asked(cohort)
    rows = np.arange(drawn.histories.size)
    asked = Asked.at(drawn.histories, rows, drawn.count, drawn.previous, three_valued=three_valued)
    tried = np.unique(np.array([*values, 300.0]))

    for threshold in thresholds_of(condition):
        together = asked.swept(condition, threshold.path, tried)

        for value, states in zip(tried.tolist(), together, strict=True):
            assert (states == asked.states(with_threshold(condition, threshold, value))).all(), to_text(condition)


@pytest.mark.parametrize("second", ["metrics.efficiency[-1] >= 0.55", "metrics.efficiency[-1] < 0.35"])
def test_two_thresholds_together_flip_what_deciding_anew_flips(second):
    one = "metrics.trials[-1] >= 175"
    same_rule = ">=" in second
    before = toy(f"{one} and {second}") if same_rule else toy(one, second)
    table = sessions(ran=True)
    across, upwards = (each for each in thresholds(before) if each.stage == "B")
    history = Sensitivity(past_of(table, before), before)

    grid = sweep_two(history, across, upwards, (100, 200, 300), (0.0, 0.45))

    assert grid.flips.shape == grid.mice.shape == (2, 3)
    assert (grid.kinds.sum(axis=0) == grid.flips).all()
    for (row, y_value), (column, x_value) in itertools.product(enumerate((0.0, 0.45)), enumerate((100, 200, 300))):
        after = with_threshold(before, upwards, y_value)
        own = kept(table, before)
        old, new = (decided(own, each) for each in (before, with_threshold(after, across, x_value)))
        flips = old["next_stage_suggested"] != new["next_stage_suggested"]
        assert grid.flips[row, column] == flips.sum()
        assert grid.mice[row, column] == old["subject_id"][flips].nunique()


def test_a_heat_map_needs_two_thresholds_of_one_stage():
    before = toy("metrics.trials[-1] >= 175")
    one, two, *_ = thresholds(before)
    history = Sensitivity(past_of(sessions(), before), before)

    with pytest.raises(ValueError, match="of one stage"):
        sweep_two(history, one, two, (1,), (2,))
    with pytest.raises(ValueError, match="two different"):
        sweep_two(history, one, one, (1,), (2,))


def test_whole_histories_are_replayed_as_deciding_in_open_loop_does():
    before, table = toy("metrics.trials[-1] >= 175"), sessions(ran=True)
    threshold, seen = moved(before, 175), []
    history = Sensitivity(past_of(table, before), before)

    found = sweep_histories(history, threshold, (100, 275), progress=lambda *steps: seen.append(steps))

    assert seen == [(1, 2), (2, 2)]
    assert found.equals(sweep_histories(history, threshold, (100, 275)))
    for value in (100, 275):
        plain = decided(table, with_threshold(before, threshold, value), open_loop=True)
        graduated = plain["next_stage_suggested"] == "Graduated"
        assert dict(found.loc[value]) == {
            "subjects": 25,
            "graduates": plain["subject_id"][graduated].nunique(),
            "promotions": (plain["decision"] == "PROGRESS").sum(),
            "rollbacks": (plain["decision"] == "ROLLBACK").sum(),
        }


def test_a_stage_where_no_mouse_was_has_no_flips():
    before = toy("metrics.trials[-1] >= 175")
    table = sessions().assign(current_stage_actual="A")
    history = Sensitivity(past_of(table, before), before)

    found = sweep(history, moved(before, 175), (100, 300))

    assert (found.sessions, found.subjects) == (0, 0)
    assert found.table["flips"].tolist() == [0, 0]
    assert flipped(history, moved(before, 175), 300).empty


def test_a_stage_with_a_broken_rule_cannot_be_asked():
    broken = toy("metrics.trials[-1] >= 175", "metrics.nonsense[-1] > 3")
    whole = toy("metrics.trials[-1] >= 175")
    history = Sensitivity(past_of(sessions(), whole), broken)

    with pytest.raises(DocumentError, match=r"A rule of B in Toy@1 is broken"):
        sweep(history, moved(broken, 175), (100,))


def test_a_threshold_of_another_curriculum_is_told():
    history = Sensitivity(past_of(sessions(), toy("metrics.trials[-1] >= 175")), toy("metrics.trials[-1] >= 175"))
    foreign = moved(toy("metrics.trials[-1] >= 100 and metrics.efficiency[-1] > 175"), 175)

    with pytest.raises(NotStoredError, match="changed meanwhile"):
        sweep(history, foreign, (100,))


SCALES = {
    "metrics.trials[-1] >= 175": (50, 300, 5),
    "metrics.efficiency[-1] >= 175": (0.3, 175, 2),
    "all(x >= 175 for x in metrics.trials[-3:])": (50, 300, 5),
    "all(x - 1 >= 175 for x in metrics.trials[-3:])": (49, 299, 5),
    "all(x - metrics.efficiency[-1] >= 175 for x in metrics.trials[-3:])": (0, 350, 5),
    "sum(x > 3 for x in metrics.trials[-4:]) >= 175": (0, 175, 2),
    "metrics.trials[-1] * 1e15 * 1e15 >= 175": (0, 1e15, 1e13),
}


@pytest.mark.parametrize("body", SCALES)
def test_a_scale_covers_what_was_measured_and_what_is_asked_for(body):
    before = toy(body)
    history = Sensitivity(past_of(sessions(), before), before)

    scale = history.scale(moved(before, 175))

    low, high, step = SCALES[body]
    assert scale.step == step
    assert abs(scale.low - low) <= step
    assert abs(scale.high - high) <= step


def test_the_values_of_a_scale_are_even_and_hold_those_that_are_wanted():
    before = toy("metrics.trials[-1] >= 175")
    scale = Sensitivity(past_of(sessions(), before), before).scale(moved(before, 175))

    assert scale.values(176).tolist() == sorted([*range(50, 301, 5), 176])


def test_the_scale_of_a_threshold_without_data_and_size_still_has_two_ends():
    before = toy("metrics.trials[-1] - metrics.trials[-2] >= 0")
    table = sessions().assign(current_stage_actual="A")
    (threshold,) = (each for each in thresholds(before) if each.stage == "B")

    scale = Sensitivity(past_of(table, before), before).scale(threshold)

    assert (scale.low, scale.high, scale.step) == (0, 1, 0.01)


def test_the_scale_of_a_count_of_one_session_is_none_and_one():
    before = toy("sum(x > 3 for x in metrics.trials[-1:]) >= 0")
    table = sessions().assign(trials=0.0, current_stage_actual="B")
    threshold = [each for each in thresholds(before) if each.stage == "B"][1]

    scale = Sensitivity(past_of(table, before), before).scale(threshold)

    assert scale.values().tolist() == [0, 1]
