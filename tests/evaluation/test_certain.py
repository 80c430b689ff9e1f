"""A decision is certain unless some value in place of a missing one would have changed it."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.evaluation import decide, decide_and_report
from tests.evaluation.documents import curriculum, sessions
from tests.searching import search

NAN = math.nan


def single(body, decision="progress"):
    return curriculum({"A": [(decision, "B", body)], "B": []})


def last(rules, rows):
    # Every session is run at stage A, so that it is the last one that is asked.
    table = sessions([("m", number, *row, "A") for number, row in enumerate(rows, start=1)])
    return bool(decide(table, rules)["certain"].iloc[-1])


@pytest.mark.parametrize(
    ("body", "history", "certain"),
    [
        # a count of sessions that is decided whatever the missing one was
        ("sum(x >= 300 for x in metrics.trials[-5:]) >= 3", [400, 400, NAN, 400], True),
        ("sum(x >= 300 for x in metrics.trials[-5:]) >= 3", [400, 400, NAN, 100], False),
        ("sum(x >= 300 for x in metrics.trials[-5:]) >= 3", [400, 100, NAN, 100], True),
        # an aggregate is missing, but no value could have moved it across
        ("max(metrics.trials[-3:]) < 300", [NAN, 350, 100], True),
        ("max(metrics.trials[-3:]) < 300", [NAN, 250, 100], False),
        ("np.min(metrics.trials[-3:]) >= 300", [NAN, 250, 100], True),
        ("np.mean(metrics.trials[-3:]) >= 100", [NAN, 250, 100], False),
        # bounds: there is no negative count of trials, and it holds at least 350 in all
        ("sum(metrics.trials[-3:]) < 300", [NAN, 250, 100], True),
        ("sum(metrics.trials[-3:]) < 400", [NAN, 250, 100], False),
        ("np.mean(metrics.trials[-3:]) < -1", [NAN, 250, 100], True),
        # contradictions and tautologies
        ("metrics.trials[-1] > 200 and metrics.trials[-1] < 100", [NAN], True),
        ("metrics.trials[-1] > 100 and metrics.trials[-1] < 200", [NAN], False),
        ("metrics.trials[-1] > 100 or metrics.trials[-1] <= 100", [NAN], False),
        ("not metrics.trials[-1] > 100", [NAN], False),
        ("metrics.trials[-1] != 7", [NAN], False),
        ("metrics.trials[-1] == 7", [NAN], False),
        ("150 < np.mean(metrics.trials[-3:]) < 151", [NAN, 150, 150], False),
        # outside the window
        ("np.mean(metrics.trials[-2:]) >= 100", [NAN, 250, 100], True),
        ("metrics.trials[-2] >= 100", [NAN, 250, 100], True),
        ("metrics.trials[-3] >= 100", [NAN, 250, 100], False),
        ("len(metrics.trials) > 1", [NAN, NAN], True),
        # before the first session there was no value either
        ("metrics.trials[-3] >= 100", [250, 100], False),
        ("metrics.trials[-3] >= 100", [250, 100, 100], True),
        # two gaps of different values
        ("metrics.trials[-1] > metrics.trials[-2]", [NAN, NAN], False),
        ("metrics.trials[-1] < metrics.trials[-2]", [NAN, NAN], False),
        ("np.std(metrics.trials[-2:]) > 100", [NAN, NAN], False),
        # at the stage only
        ("np.mean(metrics.at_stage.trials[-2:]) >= 100 and metrics.session_total > 1", [NAN, 100], False),
        # a division that Python refuses to compute
        ("metrics.trials[-1] / metrics.trials[-2] > 2", [0, 100], False),
        ("metrics.trials[-1] / metrics.trials[-2] > 2", [10, 100], True),
        ("all(x > 10 for x in metrics.trials[-2:])", [5, NAN], True),
        ("all(x > 10 for x in metrics.trials[-2:])", [15, NAN], False),
        ("any(x > 10 for x in metrics.trials[-2:])", [15, NAN], True),
    ],
)
def test_certain(body, history, certain):
    rules = single(body)
    gaps = [row for row in history if math.isnan(row)]

    assert last(rules, [(value, 0.5) for value in history]) is certain
    assert gaps or "-3]" in body or "/" in body


def test_a_rule_that_comes_after_the_winner_cannot_matter():
    rules = curriculum(
        {
            "A": [
                ("progress", "B", "metrics.trials[-1] > 1"),
                ("rollback", "C", "metrics.efficiency[-1] > 1"),
            ],
            "B": [],
            "C": [],
        }
    )

    assert last(rules, [(5, NAN)])
    assert not last(rules, [(0, NAN)])


def test_a_rule_that_leads_to_the_same_end_cannot_matter():
    rules = curriculum(
        {
            "A": [
                ("progress", "B", "metrics.efficiency[-1] > 1"),
                ("progress", "B", "metrics.trials[-1] > 1"),
            ],
            "B": [],
        }
    )

    assert last(rules, [(5, NAN)])


def test_a_rule_of_the_same_decision_to_another_stage_matters():
    rules = curriculum(
        {
            "A": [
                ("progress", "C", "metrics.efficiency[-1] > 1"),
                ("progress", "B", "metrics.trials[-1] > 1"),
            ],
            "B": [],
            "C": [],
        }
    )

    assert not last(rules, [(5, NAN)])


def test_another_end_of_the_same_decision_is_found_by_trying():
    rules = curriculum(
        {
            "A": [("progress", "C", "150 < metrics.trials[-1] < 152"), ("progress", "B", "metrics.session_total > 0")],
            "B": [],
            "C": [],
        }
    )

    assert not last(rules, [(NAN, 0.5)])
    assert last(rules, [(9, NAN)])


@pytest.mark.parametrize("history", [[(50, NAN), (255, NAN)], [(50, 0.9), (60, NAN), (255, NAN)]])
def test_gaps_side_by_side_are_tried_apart(history):
    rules = [
        ("progress", "B", "all(x >= 0.5 for x in metrics.efficiency[-2:])"),
        ("progress", "C", "metrics.trials[-1] >= 200 and metrics.efficiency[-1] >= 0.6"),
        ("progress", "B", "np.median(metrics.trials[-3:]) > 50"),
    ]

    # Low and then high, the second rule wins; both low or both high, the others do, which come to the same.
    assert not last(curriculum({"A": rules, "B": [], "C": []}), history)


def test_each_session_is_judged_by_itself():
    table = sessions([("m", 1, 1, 0.5), ("m", 2, NAN, 0.5), ("m", 3, 1, 0.5), ("n", 1, 1, 0.5)])

    assert decide(table, single("np.mean(metrics.trials[-2:]) > 5"))["certain"].tolist() == [
        True,
        False,
        False,
        True,
    ]


BODIES = (
    "metrics.trials[-1] >= 200 and metrics.efficiency[-1] >= 0.6",
    "np.mean(metrics.trials[-3:]) >= 200 and np.mean(metrics.efficiency[-3:]) >= 0.6",
    "metrics.trials[-1] < 100 or metrics.efficiency[-1] < 0.4",
    "np.median(metrics.trials[-3:]) > 150",
    "sum(x >= 150 for x in metrics.trials[-3:]) >= 2",
    "all(x >= 0.5 for x in metrics.efficiency[-2:])",
    "not max(metrics.trials[-2:]) > 250",
    "metrics.session_at_current_stage >= 2 and metrics.trials[-1] > metrics.trials[-2]",
    "np.min(metrics.at_stage.trials[-2:]) > 120",
)
TRIALS = (0, 60, 99, 110, 149, 151, 170, 199, 201, 240, 260, 500, 1000, 5000)
EFFICIENCIES = (0.0, 0.3, 0.45, 0.55, 0.7, 1.2, 9.0)


@search(60)
@given(
    st.lists(st.tuples(st.sampled_from(["progress", "rollback", "stay"]), st.sampled_from("BC"), st.sampled_from(BODIES)), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from([50, 105, 155, 255, NAN]), st.sampled_from([0.35, 0.5, 0.65, NAN])), min_size=1, max_size=4),
)  # fmt: skip
def test_certain_means_that_no_filling_changes_the_decision(rules, history):
    gaps = [(place, column) for place, row in enumerate(history) for column in (0, 1) if math.isnan(row[column])]
    # A session without any value is not decided, and filled it is: that is another question.
    if not gaps or len(gaps) > 2 or any(all(map(math.isnan, row)) for row in history):
        return
    followed = curriculum({"A": rules, "B": [], "C": []})
    # Only the last session may move on, so that every filling is asked at stage A.
    made = [("m", number, *row, "A") for number, row in enumerate(history, start=1)]
    found = decide_and_report(sessions(made), followed).decisions.iloc[-1]
    choices = [TRIALS if column == 0 else EFFICIENCIES for _, column in gaps]

    fillings = itertools.product(*choices)
    changed = False
    for number, filling in enumerate(fillings):
        filled = [list(row) for row in history]
        for (place, column), value in zip(gaps, filling, strict=True):
            filled[place][column] = value
        # Every filling is a mouse of its own in one table.
        table = [(f"f{number}", session, *row, "A") for session, row in enumerate(filled, start=1)]
        changed = changed or _differs(found, table, followed)
        if changed:
            break
    assert found["certain"] == (not changed)


def _differs(found, rows, followed):
    other = decide_and_report(sessions(rows), followed).decisions.iloc[-1]
    columns = ["decision", "next_stage_suggested"]
    return found[columns].tolist() != other[columns].tolist()
