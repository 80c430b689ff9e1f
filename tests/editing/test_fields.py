"""What differs between two states of a draft, in words."""

import pytest

from autotrain_core.editing import (
    AddRule,
    AddStage,
    ChangeRule,
    DeclareMetric,
    FieldChange,
    MoveRule,
    MoveStage,
    PlaceStage,
    RemoveRule,
    RemoveStage,
    RenameStage,
    SetDescription,
    SetIdentity,
    SetOnMissing,
    SetParameters,
    apply,
    field_changes,
)
from autotrain_core.rules import Metric
from tests.editing.drawn import draft, foreign, free, rule, shipped

ALWAYS = "lambda metrics: metrics.session_total >= 1"
READS = "metrics.dummy_metric_int[-1] >= 5"


def changes(*edits, make=free) -> list[tuple[str, str, str]]:
    before = draft(make())
    after = before
    for edit in edits:
        after = apply(after, edit)
    return [(one.place, one.before, one.after) for one in field_changes(before, after)]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (SetIdentity("Licking", "2"), [("version", "1", "2")]),
        (SetDescription("new"), [("description of the curriculum", "", "new")]),
        (SetOnMissing("stay"), [("on a missing value", "", "stay")]),
        (SetParameters((("Calm", "dummy_para_float", 3),)), [("Calm, dummy_para_float", "1.5", "3")]),
        (SetParameters((("Calm", "dummy_para_float", None),)), [("Calm, dummy_para_float", "1.5", "null")]),
        (SetParameters((("Calm", "x\u202e", [1]),)), [("Calm, x\\u202e", "", "a list of 1")]),
        (ChangeRule("Calm", 0, description="x"), [("Calm, rule 1, description", "", "x")]),
        (
            ChangeRule("Calm", 0, condition=ALWAYS),
            [("Calm, rule 1, condition", f"lambda metrics: {READS}", ALWAYS)],
        ),
        (
            ChangeRule("Free", 1, to_stage="Free"),
            [("Free, rule 2, decision", "rollback", "stay"), ("Free, rule 2, stage that it leads to", "Calm", "Free")],
        ),
        (
            AddRule("Calm", "Calm", None, ALWAYS),
            [("Calm, rule 2", "", "stay to Calm, when metrics.session_total >= 1")],
        ),
        (RemoveRule("Free", 0), [("Free, rule 1", f"progress to Graduated, when {READS}", "")]),
        (MoveRule("Free", 0, 1), [("Free, order of its rules", "1, 2", "2, 1")]),
        (MoveStage("Free", 0), [("order of the stages", "Calm, Free", "Free, Calm")]),
        (AddStage("New"), [("New", "", "4 settings, 0 rules")]),
        (
            RemoveStage("Calm"),
            [("Free, rule 2", f"rollback to Calm, when {READS}", ""), ("Calm", "3 settings, 1 rule", "")],
        ),
        (RenameStage("Calm", "Quiet"), [("Quiet, name", "Calm", "Quiet")]),
        (DeclareMetric(Metric(name="x", title="x")), [("metric x", "", '{"name": "x"}')]),
        (PlaceStage("Calm", 1, 1), []),
    ],
)
def test_an_edit_is_told_as_the_field_that_it_changed(edit, expected) -> None:
    assert changes(edit) == expected


def test_a_change_says_which_stage_setting_and_rule_it_is_about() -> None:
    after = apply(draft(), ChangeRule("Free", 1, description="x"))
    setting = apply(draft(), SetParameters((("Calm", "dummy_para_float", 3),)))

    assert field_changes(draft(), after) == (
        FieldChange(place="Free, rule 2, description", stage="Free", rule=2, before="", after="x"),
    )
    assert [(one.stage, one.parameter) for one in field_changes(draft(), setting)] == [("Calm", "dummy_para_float")]


def test_a_renamed_stage_is_told_once_and_its_changes_with_it() -> None:
    found = changes(RenameStage("Stage 3", "Stage 5"), SetParameters((("Stage 5", "BlockMin", 13),)), make=shipped)

    assert found == [("Stage 5, name", "Stage 3", "Stage 5"), ("Stage 5, BlockMin", "20", "13")]


def test_a_stage_that_only_looks_like_one_that_is_gone_is_another() -> None:
    after = draft({**free(), "parameters": {"Other": {"dummy_para_bool": True}, "Free": free()["parameters"]["Free"]}})

    places = [one.place for one in field_changes(draft(), after)]

    assert places == ["Other", "Calm"]


def test_rules_are_known_by_content_then_by_where_they_lead_then_by_condition_then_by_place() -> None:
    def of(*rules):
        return draft({**free(), "curriculum": {"Calm": {"transition_rules": list(rules)}}})

    before = of(rule("Free", "1 > 0"), rule("Calm", "2 > 0"), rule("Graduated", "3 > 0"), rule("Free", "4 > 0"))
    after = of(rule("Calm", "9 > 0"), rule("Free", "1 > 0"), rule("Calm", "3 > 0"), rule("Nowhere", "8 > 0"))

    assert [one.place for one in field_changes(before, after)] == [
        "Calm, order of its rules",
        "Calm, rule 1, condition",
        "Calm, rule 3, stage that it leads to",
        "Calm, rule 4, stage that it leads to",
        "Calm, rule 4, condition",
    ]


def test_a_rule_that_is_new_and_one_that_is_gone_are_two() -> None:
    before = draft({**free(), "curriculum": {"Calm": {"transition_rules": [rule("Free"), rule("Calm", "1 > 0")]}}})
    after = draft({**free(), "curriculum": {"Calm": {"transition_rules": [rule("Graduated", "2 > 0"), rule("Free")]}}})

    found = [(one.place, bool(one.before), bool(one.after)) for one in field_changes(before, after)]

    assert found == [("Calm, rule 1", False, True), ("Calm, rule 2", True, False)]


def test_lists_of_rules_that_come_and_go_are_told() -> None:
    document = free()
    document["curriculum"]["Calm"]["transition_rules"] = []
    without = {**document, "curriculum": {"Free": document["curriculum"]["Free"]}}

    found = field_changes(draft(document), draft(without))
    back = field_changes(draft(without), draft(document))

    assert [(one.place, one.before, one.after) for one in found] == [("Calm, rules", "a list of rules", "")]
    assert [(one.place, one.before, one.after) for one in back] == [("Calm, rules", "", "a list of rules")]


def test_keys_of_others_and_rules_without_settings_are_compared_too() -> None:
    after = foreign()
    after["ours"] = 1
    after["metrics"] = [{"name": 1}]
    after["curriculum"]["Free"]["note"] = "y"
    after["curriculum"]["Free"]["from_stage"] = "Calm"
    after["curriculum"]["Gone"] = {"transition_rules": []}
    after["curriculum"]["Come"] = {"transition_rules": []}

    found = [(one.place, one.before, one.after) for one in field_changes(draft(foreign()), draft(after))]

    assert found == [
        ("ours", "an object of 1", "1"),
        ("metrics", "none", "a list of 1"),
        ("Free, from_stage", "7", "Calm"),
        ("Free, note", "x", "y"),
        ("Gone, rules without settings", "an object of 1", "an object of 1"),
        ("Come, rules without settings", "", "an object of 1"),
    ]


def test_what_is_gone_is_told_as_such() -> None:
    found = field_changes(draft({**foreign(), "metrics": [{"name": "a"}, {"name": "b"}]}), draft({**free()}))

    places = {one.place: (one.before, one.after) for one in found}
    assert places["ours"] == ("an object of 1", "")
    assert places["metric a"] == ('{"name": "a"}', "")
    assert places["Graduated"] == ("1 setting, 0 rules", "")
    assert places["Calm, unknown"] == ("an object of 1", "")


def test_a_metric_without_a_name_of_its_own_makes_the_list_one_field() -> None:
    twice = {**free(), "metrics": [{"name": "a"}, {"name": "a"}]}

    assert [one.place for one in field_changes(draft(), draft(twice))] == ["metrics"]
    assert field_changes(draft(twice), draft(twice)) == ()


def test_another_document_of_the_task_is_told() -> None:
    (change,) = field_changes(draft(), draft(task_schema="{}"))

    assert (change.place, change.before, change.after) == ("the document of the task", "", "{}")


def test_long_texts_are_cut_and_a_rule_that_says_nothing_is_shown() -> None:
    document = free()
    document["curriculum"]["Calm"]["transition_rules"].append({})

    (text,) = field_changes(draft(), apply(draft(), SetDescription("a " * 5_000)))
    (empty,) = field_changes(draft(), draft(document))

    assert (len(text.after), text.after[-1]) == (200, "…")
    assert empty.after == "? to ?, when ?"
