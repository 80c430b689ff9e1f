"""What the checks say of the rules of a stage, each with a history that the engine bears out."""

import pandas as pd
import pytest

from autotrain_core.analysis import analyse
from autotrain_core.evaluation import decide
from autotrain_core.models import Severity, read_curriculum
from tests.evaluation.documents import curriculum

ENDS = [("progress", "Graduated", "metrics.trials[-1] >= 900 and metrics.session_total >= 20")]


def stage_a(*rules, **extra):
    return curriculum({"A": list(rules), "B": ENDS}, **extra)


def findings(read, *kinds):
    return [(each.kind, each.rule) for each in analyse(read) if not kinds or each.kind in kinds]


def only(read, kind):
    (found,) = (each for each in analyse(read) if each.kind == kind)
    return found


def replayed(read, witness):
    """The last decision on the sessions of a witness, as somebody with a session table would ask for it."""
    sessions = pd.DataFrame(witness["sessions"]).assign(subject_id="m")
    last = decide(sessions, read).iloc[-1]
    return last["session_at_current_stage"], last["decision"], read.stage(last["next_stage_suggested"]).name


def is_borne_out(read, witness):
    claimed = (witness["sessions_at_stage"], witness["decision"], witness["next_stage"])
    return replayed(read, witness) == claimed


def test_rules_that_are_as_they_should_be_have_nothing_to_say():
    read = stage_a(("progress", "B", "metrics.trials[-1] >= 100"), ("stay", "A", "metrics.trials[-1] < 50"))

    assert findings(read) == []


def test_of_a_rule_that_can_never_hold_the_parts_are_named_that_contradict_one_another():
    condition = "metrics.trials[-1] > 300 and metrics.efficiency[-1] > 0.5 and metrics.trials[-1] < 200"

    found = only(stage_a(("progress", "B", condition)), "rule-never-holds")

    assert found.severity is Severity.WARNING
    assert found.witness is None
    assert "trials above 300" in found.sentence
    assert "trials below 200" in found.sentence
    assert "0.5" not in found.sentence


def test_a_rule_against_the_bounds_of_its_metric_never_holds():
    found = only(stage_a(("progress", "B", "metrics.trials[-1] < 0")), "rule-never-holds")

    assert "no session can fulfil" in found.sentence


def test_a_window_is_no_longer_than_the_history():
    never = "metrics.session_total <= 2 and len(metrics.trials[-5:]) >= 3"

    assert findings(stage_a(("progress", "B", never)), "rule-never-holds") == [("rule-never-holds", 1)]


def test_a_last_rule_that_always_holds_is_a_remark():
    read = stage_a(
        ("progress", "B", "metrics.trials[-1] >= 100"), ("stay", "A", "metrics.session_at_current_stage >= 1")
    )

    found = only(read, "rule-always-holds")

    assert (found.severity, found.rule) == (Severity.INFO, 2)
    assert is_borne_out(read, found.witness)


def test_rules_after_one_that_always_holds_are_hidden():
    read = stage_a(("progress", "B", "metrics.session_total >= 1"), ("rollback", "A", "metrics.trials[-1] < 50"))

    assert findings(read) == [("rule-always-holds", 1), ("rule-hidden", 2)]
    assert only(read, "rule-always-holds").severity is Severity.WARNING


def test_a_rule_that_only_holds_where_an_earlier_one_does_is_hidden_and_the_history_shows_it():
    read = stage_a(("progress", "B", "metrics.trials[-1] >= 100"), ("rollback", "A", "metrics.trials[-1] >= 200"))

    found = only(read, "rule-hidden")

    assert (found.severity, found.rule, found.witness["holds"]) == (Severity.WARNING, 2, [1, 2])
    assert is_borne_out(read, found.witness)


def test_two_earlier_rules_may_hide_one_between_them():
    read = stage_a(
        ("progress", "B", "metrics.trials[-1] >= 100"),
        ("stay", "A", "metrics.trials[-1] < 200"),
        ("rollback", "A", "metrics.trials[-1] > 50"),
    )

    assert findings(read, "rule-hidden") == [("rule-hidden", 3)]


@pytest.mark.parametrize(
    ("decision", "severity"), [("rollback", Severity.WARNING), ("progress", Severity.INFO)], ids=["opposite", "alike"]
)
def test_of_two_rules_with_different_ends_an_example_shows_which_one_wins(decision, severity):
    read = curriculum(
        {
            "A": [("progress", "B", "metrics.trials[-1] < 300")],
            "B": [
                ("progress", "C", "metrics.session_at_current_stage >= 3"),
                (decision, "A" if decision == "rollback" else "Graduated", "metrics.trials[-1] < 200"),
            ],
            "C": ENDS,
        }
    )

    found = only(read, "rules-overlap")

    assert (found.stage, found.rule, found.severity) == ("B", 2, severity)
    assert (found.witness["holds"], found.witness["sessions_at_stage"]) == ([1, 2], 3)
    assert is_borne_out(read, found.witness)


def test_windows_that_look_back_differently_overlap_and_the_history_is_long_enough():
    read = stage_a(
        ("progress", "B", "metrics.session_at_current_stage >= 5 and np.mean(metrics.trials[-5:]) >= 400"),
        ("rollback", "Graduated", "np.mean(metrics.trials[-2:]) < 300"),
    )

    witness = only(read, "rules-overlap").witness

    assert len(witness["sessions"]) == 5
    assert is_borne_out(read, witness)


def test_rules_that_lead_to_the_same_stage_may_overlap():
    read = stage_a(("progress", "B", "metrics.trials[-1] >= 300"), ("progress", "B", "metrics.efficiency[-1] >= 0.5"))

    assert findings(read) == []


def test_rules_that_cover_everything_between_them_leave_no_mouse():
    read = stage_a(
        ("progress", "B", "metrics.session_at_current_stage >= 3"),
        ("stay", "A", "metrics.session_at_current_stage < 3"),
    )

    found = only(read, "stage-never-stays")

    assert (found.severity, found.rule) == (Severity.INFO, None)


def marked(*rules, **extra):
    read = stage_a(*rules, **extra)
    document = read.document
    document["curriculum"]["A"]["exhaustive"] = True
    return read_curriculum(document)


def test_of_a_stage_that_is_meant_to_decide_everything_a_gap_is_shown():
    read = marked(("progress", "B", "metrics.trials[-1] >= 300"), ("stay", "A", "metrics.trials[-1] < 200"))

    found = only(read, "gap")

    assert 200 <= found.witness["sessions"][-1]["trials"] < 300
    assert found.witness["holds"] == []
    assert is_borne_out(read, found.witness)


def test_a_missing_value_is_a_gap_too():
    read = marked(("progress", "B", "metrics.trials[-1] >= 300"), ("stay", "A", "metrics.trials[-1] < 300"))

    assert only(read, "gap").witness["sessions"][-1]["trials"] is None


def test_where_missing_values_let_mice_stay_they_are_no_gap():
    read = marked(
        ("progress", "B", "metrics.trials[-1] >= 300"), ("stay", "A", "metrics.trials[-1] < 300"), on_missing="stay"
    )

    assert findings(read) == []


def test_in_three_valued_logic_a_rule_may_be_hidden_by_one_that_is_unknown():
    rules = (("progress", "B", "metrics.trials[-1] >= 0"), ("stay", "A", "metrics.efficiency[-1] >= 0.5"))

    careful, plain = stage_a(*rules, on_missing="stay"), stage_a(*rules)

    assert findings(careful, "rule-hidden") == [("rule-hidden", 2)]
    assert findings(plain, "rule-hidden") == []


def test_what_cannot_be_decided_is_said():
    hard = "np.std(metrics.trials[-9:]) * metrics.efficiency[-1] * metrics.efficiency[-2] != 7.3"

    assert findings(stage_a(("progress", "B", hard))) == [("undecided", 1)]


def test_a_stage_of_very_many_rules_is_not_looked_at_which_is_said():
    read = stage_a(*(("stay", "A", f"metrics.trials[-1] > {place}") for place in range(25)))

    (found,) = (each for each in analyse(read) if each.stage == "A" and each.kind.startswith(("rule", "undecided")))

    assert found.kind == "undecided"
    assert "too many rules" in found.sentence


def test_a_broken_stage_is_passed_over():
    read = stage_a(("progress", "B", "metrics.trials[-1] <"), ("stay", "A", "metrics.session_total >= 1"))

    assert findings(read, "rule-always-holds") == []


def test_windows_at_the_stage_hold_no_more_than_the_sessions_there():
    never = "metrics.session_at_current_stage < 3 and len(metrics.at_stage.trials[-5:]) >= 3"

    assert findings(stage_a(("progress", "B", never)), "rule-never-holds") == [("rule-never-holds", 1)]


def test_a_session_without_any_value_does_not_count_at_the_stage():
    apart = "metrics.session_at_current_stage >= 2 and metrics.at_stage.trials[-2] > metrics.trials[-2] + 10"

    # Sessions that were decided are the latest ones: the two only differ where one between them has no value.
    assert findings(stage_a(("progress", "B", apart)), "rule-never-holds") == [("rule-never-holds", 1)]


def test_a_long_window_is_looked_at_as_far_as_it_has_to_be():
    read = stage_a(("progress", "B", "np.mean(metrics.trials[-200:]) >= 100 and metrics.session_total >= 30"))

    assert findings(read) == []


def test_beyond_what_stands_for_itself_nothing_is_claimed():
    never = "metrics.session_total >= 100 and len(metrics.trials) >= 90 and min(metrics.trials) > max(metrics.trials)"

    assert findings(stage_a(("progress", "B", never)), "rule-never-holds", "undecided") != []
