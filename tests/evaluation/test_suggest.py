"""Suggested thresholds: stays replayed from the first session at a stage, and the strictest value that meets a target."""

import numpy as np
import pandas as pd
import pytest

from autotrain_core.evaluation import Sensitivity, Target, past_of, suggest, thresholds
from tests.evaluation.documents import curriculum

UP = ("progress", "Graduated", "metrics.trials[-1] >= 200")


def toy(*rules, **extra):
    return curriculum({"A": list(rules) or [UP], "Graduated": None}, **extra)


def table(mice):
    """Make sessions from mouse -> trials of each; all were run at A, but those at Graduated, written as negative."""
    return pd.DataFrame(
        [
            (mouse, number, abs(trials), "Graduated" if trials < 0 else "A")
            for mouse, sessions in mice.items()
            for number, trials in enumerate(sessions, 1)
        ],
        columns=["subject_id", "session", "trials", "current_stage_actual"],
    ).assign(efficiency=0.5)


def history(mice, *rules, **extra):
    document = toy(*rules, **extra)
    return Sensitivity(past_of(table(mice), document), document)


def graduates(first):
    """Ten mice that graduate in their fourth session, with these trials in the first, and one that never does."""
    mice = {f"m{number}": (trials, 50, 50, 200) for number, trials in enumerate(first)}
    return mice | {"never": (120, 50, 50, 50)}


FIRST = (100, 110, 120, 130, 140, 150, 160, 170, 180, 190)


def asked(mice, target, values=range(60, 260, 10), *, at=0, rules=(), **extra):
    ready = history(mice, *rules, **extra)
    return suggest(ready, thresholds(ready.curriculum)[at], target, values)


def test_the_strictest_value_that_promotes_the_share_is_suggested():
    found = asked(graduates(FIRST), Target(share=0.8, sessions=1))

    assert (found.value, found.is_met, found.mice, found.others) == (120, True, 10, 1)
    assert found.table.loc[120, ["promoted", "share", "others_promoted"]].tolist() == [8, 0.8, 1]
    assert found.table.loc[130, ["promoted", "others_promoted"]].tolist() == [7, 0]


def test_the_sessions_of_the_target_count_from_the_first_one_at_the_stage():
    found = asked(graduates(FIRST), Target(share=1, sessions=4))

    assert found.value == 200


def test_the_value_of_today_is_in_the_table():
    assert 200 in asked(graduates(FIRST), Target(), (100,)).table.index


def test_where_no_value_meets_the_target_the_one_that_comes_closest_is_given():
    found = asked(graduates(FIRST), Target(share=1, sessions=1), range(130, 200, 10))

    assert (found.value, found.is_met) == (130, False)
    assert found.table.loc[130, "share"] == 0.7


def test_of_nine_graduated_mice_nothing_is_suggested():
    found = asked(graduates(FIRST[:9]), Target())

    assert (found.value, found.is_met, found.has_enough, found.mice) == (None, False, False, 9)


def test_without_a_graduated_mouse_the_share_is_missing():
    found = asked({"never": (120, 50)}, Target())

    assert np.isnan(found.table["share"]).all()


def test_nobody_at_the_stage_is_no_fault():
    found = asked({"there": (-120, -50)}, Target())

    assert (found.mice, found.others, found.value) == (0, 0, None)


BACK = ("rollback", "B", "metrics.trials[-1] < 40")


def test_of_a_rule_that_sends_back_the_strictest_value_is_the_one_that_sends_most_back():
    mice = {f"m{number}": (trials, 200) for number, trials in enumerate((30, 35, *FIRST[2:]))}
    document = curriculum({"B": [], "A": [BACK, UP], "Graduated": None})
    ready = Sensitivity(past_of(table(mice), document), document)

    found = suggest(ready, thresholds(document)[0], Target(share=0.8, sessions=2), (20, 31, 36, 100, 150))

    assert found.value == 100
    assert found.table["sent_back"].tolist() == [0, 1, 2, 2, 2, 5]


def test_of_a_condition_without_an_order_the_value_that_promotes_fewest_others_is_suggested():
    mice = {f"m{number}": (100, 110, 200) for number in range(10)} | {"never": (100, 50), "nor": (120, 60)}
    rules = [UP, ("progress", "Graduated", "metrics.trials[-1] == 130")]

    found = asked(mice, Target(share=0.8, sessions=2), (100, 110, 120), at=1, rules=rules)

    assert found.value == 110


def test_a_mouse_that_was_promoted_is_asked_as_if_it_had_stayed():
    mice = {f"m{number}": (210, -150) for number in range(10)}

    found = asked(mice, Target(share=1, sessions=2), (150, 211, 220), at=0)

    assert found.table["promoted"].tolist() == [10, 10, 0, 0]


def test_sessions_at_the_stage_are_those_of_the_stay():
    mice = {f"m{number}": (100, 100, 200) for number in range(10)}
    rules = [UP, ("progress", "Graduated", "metrics.session_at_current_stage >= 5")]

    found = asked(mice, Target(share=1, sessions=2), (1, 2, 3), at=1, rules=rules)

    assert found.value == 2


def test_an_unknown_answer_keeps_the_mouse():
    mice = {f"m{number}": (float("nan"), 150, 200) for number in range(10)}

    found = asked(mice, Target(share=1, sessions=1), (0, 150), on_missing="stay")

    assert found.table["promoted"].tolist() == [0, 0, 0]


def test_the_scale_of_the_threshold_is_tried_by_itself():
    ready = history(graduates(FIRST))

    found = suggest(ready, thresholds(ready.curriculum)[0], Target(share=0.8, sessions=1))

    assert found.value == 120


@pytest.mark.parametrize("target", [Target(share=1.2), Target(share=-0.1), Target(sessions=0)])
def test_what_is_no_target_is_refused(target):
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        asked(graduates(FIRST), target)
