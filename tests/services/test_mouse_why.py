"""Why a session was decided as it was: every clause, and where it was published otherwise."""

import json
from pathlib import Path

import pytest

from autotrain_core import services
from tests.services.mice import climbing, seen, with_document_of_its_own
from tests.services.nights import POOR, Nights, put, session


def test_a_reason_goes_through_every_clause_of_every_rule() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage="STAGE_2", finished_trials=350, foraging_efficiency=0.6)])

    reason = services.why_of(seen(nights), "7", 1)

    assert reason.explanation is not None
    assert [(rule.decision, rule.outcome) for rule in reason.rules] == [("PROGRESS", "failed"), ("ROLLBACK", "failed")]
    top, trials, efficiency = reason.rules[0].clauses
    assert (top.joint, top.depth, top.holds, top.value) == ("all", 0, False, None)
    assert (trials.value, trials.sign, trials.threshold, trials.margin, trials.unit) == (350, ">=", 300, 50, "trials")
    assert (efficiency.holds, efficiency.unit, efficiency.depth) == (False, "", 1)
    assert efficiency.margin == pytest.approx(-0.05)
    assert reason.rules[1].clauses[0].joint == "any"
    assert reason.explanation.flip is not None
    assert reason.sentence == "foraging efficiency 0.6 (needs at least 0.65): stays"
    assert reason.otherwise == ()


def test_a_rule_behind_the_one_that_won_was_not_asked() -> None:
    nights = Nights()
    nights.run([session("7", 1, stage="STAGE_2")])

    outcomes = [rule.outcome for rule in services.why_of(seen(nights), "7", 1).rules]

    assert outcomes == ["won", "not asked"]


def conditions(tmp_path: Path, condition: str, **more) -> Nights:
    """A lab whose mouse is at a stage with one rule of this condition."""
    nights, key = with_document_of_its_own(tmp_path)
    document = json.loads((tmp_path / key).read_text()) | more
    document["curriculum"]["Stage 1"]["transition_rules"] = [
        {"decision": "progress", "to_stage": "Stage 2", "condition": condition, "condition_description": ""}
    ]
    put(nights.home, key, json.dumps(document).encode())
    return nights


@pytest.mark.parametrize(
    ("body", "joints", "units"),
    [
        ("not metrics.finished_trials[-1] < 200", ["not", ""], ["", "trials"]),
        ("100 <= metrics.finished_trials[-1] < 600", ["all", "", ""], ["", "", ""]),
        ("metrics.finished_trials[-1] > metrics.session_total", [""], [""]),
        ("sum(x >= 300 for x in metrics.finished_trials[-5:]) >= 3", [""], [""]),
        ("metrics.session_total >= 1", [""], ["sessions"]),
    ],
)
def test_a_condition_of_any_form_is_walked(tmp_path, body: str, joints: list[str], units: list[str]) -> None:
    nights = conditions(tmp_path, f"lambda metrics: {body}")
    nights.run([session("7", 1, stage="STAGE_1", curriculum_name="Gone one", curriculum_version="7")])

    clauses = services.why_of(seen(nights), "7", 1).rules[0].clauses

    assert [clause.joint for clause in clauses] == joints
    assert [clause.unit for clause in clauses] == units


def test_a_missing_value_leaves_a_rule_open(tmp_path) -> None:
    nights = conditions(tmp_path, "lambda metrics: metrics.finished_trials[-1] >= 200", on_missing="stay")
    row = session("7", 1, stage="STAGE_1", curriculum_name="Gone one", curriculum_version="7", finished_trials=None)
    nights.run([row])

    reason = services.why_of(seen(nights), "7", 1)

    assert [rule.outcome for rule in reason.rules] == ["open"]
    assert reason.rules[0].clauses[0].value is None


def test_an_open_loop_session_is_not_said_to_be_known() -> None:
    nights = Nights()
    nights.run([session("7", 1)])

    reason = services.why_of(seen(nights), "7", 1)

    assert reason.explanation is not None
    assert not reason.explanation.closed_loop


def test_a_session_off_curriculum_says_so() -> None:
    nights = Nights()
    nights.run([*climbing(), session("7", 4, curriculum_name=None)])

    reason = services.why_of(seen(nights), "7", 4)

    assert reason.explanation is None
    assert "off curriculum" in reason.sentence
    assert not reason.published


def test_a_session_that_vanished_stands_as_it_was_published() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.table(climbing()[:2])

    reason = services.why_of(seen(nights), "7", 3)

    assert reason.explanation is None
    assert reason.published
    assert reason.row["following"] == "STAGE_FINAL"
    assert "no longer has this session" in reason.sentence


def test_a_session_that_never_was_is_not_there() -> None:
    nights = Nights()
    nights.run(climbing())

    reason = services.why_of(seen(nights), "7", 99)

    assert (reason.row, reason.explanation, reason.published) == ({}, None, False)
    assert reason.sentence == "mouse 7 has no session 99"


def test_a_session_that_no_run_has_seen_is_explained_all_the_same() -> None:
    nights = Nights()
    nights.run(climbing(upto=1))
    nights.table(climbing(upto=2))

    reason = services.why_of(seen(nights), "7", 2)

    assert reason.explanation is not None
    assert reason.explanation.next_stage == "STAGE_3"
    assert not reason.published


def test_where_history_and_rules_part_the_reason_says_both() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.run([climbing()[0], climbing()[1] | POOR, climbing()[2]])

    reason = services.why_of(seen(nights), "7", 2)

    parted = {each.title: (each.published, each.now, each.reason) for each in reason.otherwise}
    assert parted["decision"] == ("PROGRESS", "ROLLBACK", "corrected")
    assert parted["next stage"][:2] == ("STAGE_3", "STAGE_1")


def test_a_correction_since_the_last_run_is_noticed_before_the_next() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.table([climbing()[0], climbing()[1] | POOR, climbing()[2]])

    reason = services.why_of(seen(nights), "7", 2)

    assert [(each.title, each.published, each.now) for each in reason.otherwise] == [
        ("decision", "PROGRESS", "ROLLBACK"),
        ("next stage", "STAGE_3", "STAGE_1"),
    ]


def test_of_two_sessions_of_one_number_the_one_that_is_there_is_explained() -> None:
    nights = Nights()
    nights.run(climbing())
    nights.table([*climbing()[:2], session("7", 3, day=20, stage="STAGE_3", **POOR)])
    view = seen(nights)
    assert (view.of("7")["session"] == 3).sum() == 2

    assert services.why_of(view, "7", 3).explanation is not None
