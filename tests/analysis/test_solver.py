"""Odd corners of asking about all histories: far values, bounds, roots; what is remembered; how a witness speaks."""

import pytest

from autotrain_core.analysis import Witness, analyse
from autotrain_core.analysis._rules_remembered import MOST, remembered
from autotrain_core.analysis._witness import Case, replay
from autotrain_core.models import read_curriculum
from tests.evaluation.documents import curriculum

UP = ("progress", "Graduated", "metrics.trials[-1] >= 900")


def kinds(*rules, **extra):
    return [(each.kind, each.rule) for each in analyse(curriculum({"A": list(rules)}, **extra))]


@pytest.mark.parametrize("where", ["", "at_stage."])
def test_a_value_far_back_is_part_of_the_history_that_is_shown(where):
    read = curriculum(
        {
            "A": [
                ("progress", "Graduated", f"metrics.{where}trials[-40] > 100 and metrics.trials[-1] > 300"),
                ("stay", "A", "metrics.trials[-1] > 200"),
            ]
        }
    )

    (found,) = analyse(read)

    assert found.kind == "rules-overlap"
    assert found.witness["sessions"][-40]["trials"] > 100


BOUNDED = [{"name": "trials", "title": "trials", "integer": True, "minimum": 0, "maximum": 100}]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("sum(metrics.trials) > 100 * len(metrics.trials)", ["rule-never-holds"]),
        ("max(metrics.trials) > 100", ["rule-never-holds"]),
        ("np.mean(metrics.trials) > 100", ["rule-never-holds"]),
        ("np.std(metrics.trials) < 0", ["rule-never-holds"]),
        ("sum(x > 50 for x in metrics.trials) > metrics.session_total", ["rule-never-holds"]),
        ("all(x > 50 for x in metrics.trials) and any(x < 50 for x in metrics.trials[-3:])", ["rule-never-holds"]),
        ("metrics.trials[-40] > 30 and metrics.trials[-40] < 20", ["rule-never-holds"]),
        ("np.percentile(metrics.trials[-4:], 30) > 20", []),
        ("metrics.trials[-1] / metrics.trials[-2] > 2", []),
        ("np.mean(metrics.trials[-2:]) / np.mean(metrics.trials[-3:]) > 1.2", []),
        ("round(np.mean(metrics.trials[-2:]), 1) >= 12.5 and abs(metrics.trials[-1] - 40) < 10", []),
    ],
)
def test_whole_histories_and_bounds_are_understood(condition, expected):
    found = kinds(("progress", "Graduated", condition), metrics=BOUNDED)

    assert [kind for kind, _ in found if kind != "no-way-to-graduate"] == expected


def test_a_sum_over_a_life_without_bounds_may_be_anything():
    unbounded = [{"name": "change", "title": "change"}]

    assert kinds(("progress", "Graduated", "sum(metrics.change) < -3"), metrics=unbounded) == []


def test_a_gap_that_cannot_be_decided_is_said():
    root = "metrics.efficiency[-1] * metrics.efficiency[-1]"
    document = curriculum({"A": [("progress", "Graduated", f"{root} < 2 or {root} > 2")]}, on_missing="stay").document
    document["curriculum"]["A"]["exhaustive"] = True

    (found,) = analyse(read_curriculum(document))

    assert found.kind == "undecided"
    assert "the mark of this stage" in found.sentence


def test_what_only_a_number_without_end_fulfils_is_undecided():
    found = kinds(("progress", "Graduated", "metrics.efficiency[-1] * metrics.efficiency[-1] == 2"))

    assert found == [("undecided", 1)]


def test_an_overlap_or_a_gap_that_cannot_be_decided_is_said():
    root = "metrics.efficiency[-1] * metrics.efficiency[-1]"
    read = curriculum(
        {
            "A": [
                ("progress", "Graduated", f"{root} >= 2 and metrics.trials[-1] > 0"),
                ("stay", "A", f"{root} <= 2 and metrics.trials[-1] > 0"),
                ("stay", "A", f"{root} < 2 or {root} > 2 or not {root} >= 0 or metrics.trials[-1] > 0"),
                ("stay", "A", "not metrics.trials[-1] >= 0"),
            ]
        },
    )

    assert ("undecided", 2) in [(each.kind, each.rule) for each in analyse(read)]


def test_in_three_valued_logic_what_hides_a_rule_may_be_unknown_for_ever():
    found = [
        each
        for each in analyse(
            curriculum(
                {"A": [("stay", "A", "metrics.efficiency[-2] < 0"), ("stay", "A", "metrics.session_total < 2"), UP]},
                on_missing="stay",
            )
        )
        if each.kind == "rule-hidden"
    ]

    assert [each.rule for each in found] == [2]
    assert "one before it is unknown" in found[0].sentence


def test_bounds_that_nothing_keeps_to_let_nothing_hold():
    nothing = [{"name": "trials", "title": "trials", "minimum": 5, "maximum": 5}]

    assert kinds(("progress", "Graduated", "metrics.trials[-1] < 5"), metrics=nothing)[-1] == ("rule-never-holds", 1)


def test_answers_are_worked_out_once_and_the_oldest_are_forgotten():
    asked = []

    def answer(number):
        asked.append(number)
        return number

    for number in (0, 0, *range(1, MOST + 1), 0):
        assert remembered(("test", number), lambda number=number: answer(number)) == number

    assert asked.count(1) == 1
    assert asked.count(0) == 2


def test_a_session_without_any_value_is_no_witness():
    read = curriculum({"A": [UP]})
    names = [metric.name for metric in read.metrics]

    found = replay(read, read.stage("A"), Case((dict.fromkeys(names),), (True,), 1))

    assert found is None


def witness(holds, decision="STAY", count=2, values=(300, 310)):
    sessions = tuple({"session": number, "trials": value} for number, value in enumerate(values, start=1))
    return Witness("A", sessions, count, holds, decision, "B", ("trials",))


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (witness(()), "after 2 sessions at the stage with trials 300, 310: no rule holds, and the decision is STAY"),
        (
            witness((1,), "PROGRESS", values=(300, 300)),
            "after 2 sessions at the stage with trials 300: rule 1 holds, and the decision is PROGRESS to B",
        ),
        (
            witness((1, 2, 4), "ROLLBACK", count=1),
            "after 1 session at the stage, in session 2, with trials 300, 310: rules 1, 2 and 4 hold, "
            "and the decision is ROLLBACK to B",
        ),
        (
            witness((), "", values=(None, 0.25)),
            "after 2 sessions at the stage with trials missing, 0.25: no rule holds",
        ),
    ],
)
def test_a_witness_speaks(shown, sentence):
    assert shown.sentence() == sentence
