"""Where rules really lead, in which order, and where a mouse is sent round for ever."""

import pytest

from autotrain_core.analysis import analyse
from autotrain_core.evaluation import decide
from tests.evaluation.documents import curriculum, sessions

UP = "metrics.trials[-1] >= 300"
DOWN = "metrics.trials[-1] < 100"


def told(read, *kinds):
    return [each for each in analyse(read) if each.kind in kinds]


def test_a_stage_that_only_rules_which_never_hold_lead_to_is_not_reached():
    read = curriculum(
        {
            "A": [("progress", "Graduated", UP), ("progress", "B", f"{UP} and {DOWN}")],
            "B": [("progress", "Graduated", UP)],
        }
    )

    (found,) = told(read, "stage-unreached")

    assert found.stage == "B"
    assert "rules that never decide lead nowhere" in found.sentence


def test_a_stage_that_only_a_hidden_rule_leaves_catches_mice_and_the_way_there_is_shown():
    read = curriculum(
        {
            "A": [("progress", "B", UP), ("progress", "Graduated", "metrics.trials[-1] >= 900")],
            "B": [("stay", "B", DOWN), ("progress", "C", f"{DOWN} and metrics.efficiency[-1] > 0.5")],
            "C": [("progress", "Graduated", UP)],
        }
    )

    (found,) = told(read, "stage-no-way-on", "no-way-to-graduate")

    assert (found.kind, found.stage) == ("no-way-to-graduate", "")


def test_stages_between_which_mice_go_round_are_told_of_once():
    read = curriculum(
        {
            "A": [("progress", "Graduated", "metrics.trials[-1] >= 900"), ("progress", "B", DOWN)],
            "B": [("progress", "C", UP)],
            "C": [("rollback", "B", DOWN)],
        }
    )

    (found,) = told(read, "cycle-without-exit", "stage-no-way-on")

    assert (found.kind, found.stage) == ("cycle-without-exit", "B")
    assert "'B' and 'C'" in found.sentence
    assert found.witness == {"path": ["A", "B"]}


def test_a_stage_that_leads_into_such_a_cycle_is_told_of_by_itself():
    read = curriculum(
        {
            "A": [("progress", "Graduated", "metrics.trials[-1] >= 900"), ("progress", "B", DOWN)],
            "B": [("progress", "C", UP)],
            "C": [("progress", "D", UP)],
            "D": [("rollback", "C", DOWN)],
        }
    )

    found = told(read, "cycle-without-exit", "stage-no-way-on")

    assert [(each.kind, each.stage) for each in found] == [("stage-no-way-on", "B"), ("cycle-without-exit", "C")]


@pytest.mark.parametrize(
    ("decision", "target", "part"),
    [
        ("progress", "A", "comes before"),
        ("rollback", "Graduated", "comes after"),
        ("stay", "Graduated", "leads from"),
    ],
)
def test_a_decision_against_the_order_of_the_stages_is_named(decision, target, part):
    read = curriculum({"A": [("progress", "B", UP)], "B": [(decision, target, DOWN), ("progress", "Graduated", UP)]})

    (found,) = told(read, "decision-against-order")

    assert (found.stage, found.rule, found.witness["next_stage"]) == ("B", 1, target)
    assert part in found.sentence


def test_a_rule_that_cannot_be_read_is_against_no_order():
    read = curriculum({"A": [("forward", "Graduated", UP), ("progress", "Nowhere", UP)]})

    assert told(read, "decision-against-order") == []


def round_(read):
    return told(read, "oscillation")


def test_a_mouse_that_repeats_itself_is_sent_round_and_two_rounds_are_shown():
    read = curriculum(
        {
            "A": [("progress", "B", "metrics.session_at_current_stage >= 2")],
            "B": [("progress", "Graduated", UP), ("rollback", "A", "np.mean(metrics.trials[-3:]) < 300")],
        }
    )

    (found,) = round_(read)

    stages = [session["current_stage_actual"] for session in found.witness["sessions"]]
    assert stages == ["A", "A", "B"] * 2
    assert found.witness["metrics"]["trials"] < 300
    assert found.witness["sessions"][2]["next_stage"] == "A"


def test_what_is_shown_is_what_such_a_mouse_gets():
    read = curriculum(
        {"A": [("progress", "B", UP)], "B": [("rollback", "A", "np.mean(metrics.at_stage.trials[-2:]) >= 300")]}
    )
    (found,) = round_(read)
    value = found.witness["metrics"]["trials"]

    decided = decide(sessions([("m", number, value, 0.5) for number in range(1, 9)]), read)

    assert decided["current_stage_actual"].tolist() == ["A", "B"] * 4


def test_ways_up_and_back_that_exclude_one_another_send_nobody_round():
    read = curriculum({"A": [("progress", "B", UP)], "B": [("progress", "Graduated", UP), ("rollback", "A", DOWN)]})

    assert round_(read) == []


def test_what_the_engine_does_not_bear_out_is_not_claimed():
    root = "metrics.efficiency[-1] * metrics.efficiency[-1] == 2"
    read = curriculum({"A": [("progress", "B", root)], "B": [("rollback", "A", root), ("progress", "Graduated", UP)]})

    assert [each.kind for each in told(read, "oscillation")] == []
    assert "sent round" in told(read, "undecided")[-1].sentence


def test_what_a_mouse_does_at_the_stage_may_hold_it_there_for_some_sessions():
    read = curriculum(
        {
            "A": [("progress", "B", "metrics.at_stage.trials[-3] > 100 and len(metrics.trials[-3:]) >= 1")],
            "B": [("stay", "B", "metrics.session_at_current_stage < 2"), ("rollback", "A", UP)],
        }
    )

    (found,) = round_(read)

    stages = [session["current_stage_actual"] for session in found.witness["sessions"]]
    assert stages == ["A", "A", "A", "B", "B"] * 2


def test_a_rule_to_the_same_stage_is_no_cycle():
    read = curriculum({"A": [("progress", "A", DOWN), ("progress", "Graduated", UP)]})

    assert round_(read) == []


def test_what_holds_only_early_in_training_sends_nobody_round_for_ever():
    read = curriculum(
        {
            "A": [("progress", "B", "metrics.session_total <= 30")],
            "B": [("rollback", "A", "metrics.session_total <= 30"), ("progress", "Graduated", UP)],
        }
    )

    assert round_(read) == []


def test_a_way_out_that_comes_first_is_taken():
    read = curriculum(
        {
            "A": [("progress", "B", "metrics.trials[-1] >= 100")],
            "B": [
                ("progress", "Graduated", "metrics.session_at_current_stage >= 2"),
                ("rollback", "A", "metrics.session_at_current_stage >= 3"),
            ],
        }
    )

    assert round_(read) == []


def test_counts_beyond_what_is_looked_at_are_said_to_be():
    read = curriculum(
        {
            "A": [("progress", "B", "metrics.session_at_current_stage >= 300")],
            "B": [("rollback", "A", DOWN), ("progress", "Graduated", UP)],
        }
    )

    assert [each.kind for each in told(read, "oscillation", "undecided")] == ["undecided"]


@pytest.mark.parametrize("counted", ["sum(metrics.trials)", "len(metrics.trials)", "metrics.session_total * 10"])
def test_of_what_grows_with_every_session_nothing_is_claimed_for_ever(counted):
    read = curriculum(
        {
            "A": [("progress", "B", f"{counted} < 5000")],
            "B": [("rollback", "A", f"{counted} < 5000"), ("progress", "Graduated", UP)],
        }
    )

    assert [each.kind for each in told(read, "oscillation", "undecided")] == ["undecided"]


def test_of_very_many_cycles_some_are_looked_at():
    names = [f"S{place}" for place in range(5)]
    rules = {
        name: [("stay", other, f"metrics.trials[-1] == {place}") for other in names] for place, name in enumerate(names)
    }

    found = told(curriculum(rules), "undecided")

    assert "more cycles of stages than could be looked at" in found[-1].sentence


def test_after_some_cycles_that_are_too_hard_the_others_are_left_alone():
    names = [f"S{place}" for place in range(5)]
    rules = {name: [("stay", other, "metrics.session_total * 2 > 9") for other in names] for name in names}

    found = [each for each in told(curriculum(rules), "undecided") if "sent round" in each.sentence]

    assert len(found) == 4


def test_where_very_many_ways_lead_on_and_none_back_nobody_goes_round():
    names = [f"S{place}" for place in range(10)]
    rules = {
        name: [("progress", other, UP) for other in [*names, "Graduated"][place + 1 :]]
        for place, name in enumerate(names)
    }

    assert round_(curriculum(rules)) == []
