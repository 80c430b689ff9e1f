"""Edits of rules: their order, their decisions, and what cannot be done."""

import pytest

from autotrain_core.editing import (
    AddRule,
    ChangeRule,
    MoveRule,
    MoveRuleToStage,
    RemoveRule,
    apply,
    inferred_decision,
)
from autotrain_core.errors import EditError
from tests.editing.drawn import draft, foreign, free, rule, shipped

ALWAYS = "lambda metrics: metrics.session_total >= 1"


def rules_of(after, stage: str):
    return after.document["curriculum"][stage]["transition_rules"]


def refused(document, edit) -> str:
    with pytest.raises(EditError) as caught:
        apply(draft(document), edit)
    return str(caught.value)


@pytest.mark.parametrize(
    ("stage", "to_stage", "decision"),
    [
        ("Stage 1", "Stage 3", "progress"),
        ("Stage 3", "Stage 1 w/warmup", "rollback"),
        ("Stage 3", "Stage 3", "stay"),
        ("Stage final", "Graduated", "progress"),
    ],
)
def test_a_decision_follows_the_order_of_the_stages_where_nobody_gives_one(stage, to_stage, decision) -> None:
    after = apply(draft(shipped()), AddRule(stage, to_stage, None, ALWAYS))

    assert rules_of(after, stage)[-1]["decision"] == decision == inferred_decision(shipped(), stage, to_stage)


def test_graduated_comes_after_every_stage_wherever_it_is_listed() -> None:
    document = free()
    document["parameters"] = {"Calm": {}, "Graduated": {}, "Free": {}}

    assert inferred_decision(document, "Free", "Graduated") == "progress"


def test_a_rule_is_added_last_or_at_its_place() -> None:
    last = apply(draft(), AddRule("Free", "Calm", "stay", ALWAYS, "why"))
    first = apply(draft(), AddRule("Free", "Calm", None, ALWAYS, place=0))

    assert rules_of(last, "Free")[2] == {
        "decision": "stay",
        "to_stage": "Calm",
        "condition": ALWAYS,
        "condition_description": "why",
    }
    assert [one["to_stage"] for one in rules_of(first, "Free")] == ["Calm", "Graduated", "Calm"]


def test_the_first_rule_of_a_stage_makes_its_list_in_the_order_of_the_stages() -> None:
    document = free()
    del document["curriculum"]["Calm"]

    after = apply(draft(document), AddRule("Calm", "Free", None, ALWAYS))

    assert list(after.document["curriculum"]) == ["Calm", "Free"]
    assert after.document["curriculum"]["Calm"]["from_stage"] == "Calm"


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (AddRule("Graduated", "Calm", None, ALWAYS), "Graduated has no rules"),
        (AddRule("Nobody", "Calm", None, ALWAYS), "there is no stage 'Nobody'"),
        (AddRule("Calm", "Nobody", None, ALWAYS), "there is no stage 'Nobody'"),
        (AddRule("Calm", "Free", "up", ALWAYS), "a rule decides stay, progress or rollback, not 'up'"),  # type: ignore[arg-type]
        (AddRule("Calm", "Free", None, ALWAYS, place=2), "there is no place 3 among the rules of 'Calm', which are 1"),
        (AddRule("Calm", "Free", None, None), "expected a text, found NoneType"),  # type: ignore[arg-type]
        (ChangeRule("Calm", 1), "'Calm' has no rule 2, it has 1"),
        (ChangeRule("Calm", -1), "'Calm' has no rule 0"),
        (ChangeRule("Calm", 0, to_stage="Nobody"), "there is no stage 'Nobody'"),
        (ChangeRule("Calm", 0, decision="up"), "not 'up'"),  # type: ignore[arg-type]
        (RemoveRule("Calm", 1), "'Calm' has no rule 2"),
        (MoveRule("Free", 0, 2), "there is no place 3"),
        (MoveRuleToStage("Free", 0, "Graduated"), "Graduated has no rules"),
    ],
)
def test_what_cannot_be_done_to_a_rule_is_refused(edit, why: str) -> None:
    assert why in refused(free(), edit)


def test_no_more_rules_are_added_than_a_document_may_have() -> None:
    document = free()
    document["curriculum"]["Calm"]["transition_rules"] = [rule("Free")] * 198

    assert "it has 201 rules, of at most 200" in refused(document, AddRule("Calm", "Free", None, ALWAYS))


def test_only_the_parts_that_are_named_change() -> None:
    after = apply(draft(), ChangeRule("Free", 1, condition=ALWAYS, description="new"))

    assert rules_of(after, "Free") == [
        rule("Graduated"),
        {**rule("Calm", decision="rollback"), "condition": ALWAYS, "condition_description": "new"},
    ]


def test_a_decision_that_agreed_with_the_order_agrees_again_when_a_rule_is_led_elsewhere() -> None:
    after = apply(draft(), ChangeRule("Free", 1, to_stage="Free"))

    assert rules_of(after, "Free")[1]["decision"] == "stay"


def test_a_decision_that_was_meant_otherwise_stays_when_a_rule_is_led_elsewhere() -> None:
    document = free()
    document["curriculum"]["Free"]["transition_rules"][1]["decision"] = "stay"

    after = apply(draft(document), ChangeRule("Free", 1, to_stage="Graduated"))
    given = apply(draft(document), ChangeRule("Free", 1, to_stage="Graduated", decision="progress"))

    assert rules_of(after, "Free")[1]["decision"] == "stay"
    assert rules_of(given, "Free")[1]["decision"] == "progress"


def test_a_rule_that_led_nowhere_keeps_its_decision_when_it_is_led_somewhere() -> None:
    after = apply(draft(foreign()), ChangeRule("Free", 0, to_stage="Calm"))

    assert rules_of(after, "Free")[0] == {"to_stage": "Calm"}


def test_changing_a_rule_to_what_it_is_changes_nothing() -> None:
    before = draft()

    assert apply(before, ChangeRule("Free", 0, to_stage="Graduated", decision="progress")) is before


def test_a_rule_is_removed() -> None:
    assert rules_of(apply(draft(), RemoveRule("Free", 0)), "Free") == [rule("Calm", decision="rollback")]


def test_a_rule_is_tried_earlier_or_later() -> None:
    before = draft()

    assert rules_of(apply(before, MoveRule("Free", 1, 0)), "Free") == rules_of(before, "Free")[::-1]
    assert apply(before, MoveRule("Free", 1, 1)) is before


def test_a_rule_is_given_to_another_stage_and_its_decision_follows() -> None:
    after = apply(draft(), MoveRuleToStage("Free", 1, "Calm"))

    assert rules_of(after, "Free") == [rule("Graduated")]
    assert rules_of(after, "Calm") == [rule("Free"), rule("Calm", decision="stay")]


def test_a_decision_that_was_meant_otherwise_stays_when_a_rule_is_given_away() -> None:
    document = free()
    document["curriculum"]["Free"]["transition_rules"][1]["decision"] = "progress"

    assert rules_of(apply(draft(document), MoveRuleToStage("Free", 1, "Calm")), "Calm")[1]["decision"] == "progress"


def test_giving_a_rule_to_its_own_stage_changes_nothing() -> None:
    before = draft()

    assert apply(before, MoveRuleToStage("Free", 1, "Free")) is before


def test_a_wrong_name_beside_the_rules_is_mended_only_where_they_are_edited() -> None:
    document = shipped()
    document["curriculum"]["Stage 1"]["from_stage"] = "Stage 2"
    del document["curriculum"]["Stage 2"]["from_stage"]

    after = apply(draft(document), RemoveRule("Stage 3", 0)).document["curriculum"]
    first = apply(draft(document), RemoveRule("Stage 1", 0)).document["curriculum"]
    second = apply(draft(document), RemoveRule("Stage 2", 0)).document["curriculum"]

    assert (after["Stage 1"]["from_stage"], "from_stage" in after["Stage 2"]) == ("Stage 2", False)
    assert first["Stage 1"]["from_stage"] == "Stage 1"
    assert list(second["Stage 2"]) == ["from_stage", "transition_rules"]


def test_keys_of_others_beside_rules_and_in_them_are_kept() -> None:
    document = free()
    document["curriculum"]["Free"]["note"] = 1
    document["curriculum"]["Free"]["transition_rules"][0]["id"] = "r7"

    after = apply(draft(document), ChangeRule("Free", 0, condition=ALWAYS)).document["curriculum"]["Free"]

    assert (after["note"], after["transition_rules"][0]["id"]) == (1, "r7")
    assert "from_stage" not in after
