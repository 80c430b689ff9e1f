"""Two people with one draft: what is put together, and what is asked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.editing import (
    AddRule,
    AddStage,
    ChangeRule,
    DeclareMetric,
    Draft,
    MoveRule,
    MoveStage,
    PlaceStage,
    RemoveMetric,
    RemoveRule,
    RemoveStage,
    RenameStage,
    ReplaceDocument,
    SetDescription,
    SetExhaustive,
    SetIdentity,
    SetOnMissing,
    SetParameters,
    apply,
    document_bytes,
    merge,
)
from autotrain_core.rules import Metric
from tests.editing.drawn import draft, foreign, free, rule, shipped
from tests.searching import search

LICKS = Metric(name="lick_rate", title="lick rate")
ALWAYS = "lambda metrics: metrics.session_total >= 1"


def edited(base: Draft, *edits) -> Draft:
    for edit in edits:
        base = apply(base, edit)
    return base


def both(mine, theirs, make=free, **further):
    """Merge what two made of one draft, each by a list of edits."""
    base = draft(make())
    return merge(base, edited(base, *mine), edited(base, *theirs), **further)


def cell(stage: str, name: str, value) -> SetParameters:
    return SetParameters(((stage, name, value),))


def told(merged) -> list[tuple[str, str, str, str]]:
    return [(one.words, one.base, one.mine, one.theirs) for one in merged.conflicts]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (cell("Calm", "dummy_para_float", 3), cell("Calm", "dummy_para_bool", False)),
        (cell("Calm", "dummy_para_float", 3), cell("Free", "dummy_para_float", 4)),
        (SetDescription("mine"), SetIdentity("Licking", "2")),
        (ChangeRule("Free", 0, condition=ALWAYS), ChangeRule("Free", 1, condition=ALWAYS)),
        (ChangeRule("Free", 0, condition=ALWAYS), ChangeRule("Free", 0, description="theirs")),
        (AddStage("New", like="Calm"), cell("Calm", "dummy_para_float", 3)),
        (RemoveStage("Calm"), SetOnMissing("stay")),
        (MoveStage("Free", 0), cell("Calm", "dummy_para_float", 3)),
        (MoveRule("Free", 0, 1), ChangeRule("Free", 0, description="theirs")),
        (AddRule("Calm", "Free", None, ALWAYS, place=0), RemoveRule("Free", 0)),
        (RenameStage("Calm", "Quiet"), cell("Calm", "dummy_para_float", 3)),
        (SetExhaustive("Free", value=True), ChangeRule("Free", 0, condition=ALWAYS)),
    ],
)
def test_what_two_changed_in_different_fields_is_put_together_without_a_question(mine, theirs) -> None:
    merged, turned = both([mine], [theirs]), both([theirs], [mine])

    assert merged.conflicts == turned.conflicts == ()
    assert merged.mine_changed == turned.theirs_changed != ()
    assert document_bytes(merged.draft.document) == document_bytes(turned.draft.document)


def test_both_changes_are_in_the_result() -> None:
    merged = both([cell("Calm", "dummy_para_float", 3)], [cell("Calm", "dummy_para_bool", False)]).draft

    assert merged.document["parameters"]["Calm"] == {
        "task": "Dummy task",
        "dummy_para_bool": False,
        "dummy_para_float": 3,
    }


def test_a_field_that_both_changed_is_mine_and_told() -> None:
    merged = both([cell("Calm", "dummy_para_float", 3)], [cell("Calm", "dummy_para_float", 4.5)])

    assert merged.draft.document["parameters"]["Calm"]["dummy_para_float"] == 3
    assert told(merged) == [("Calm, dummy_para_float", "1.5", "3", "4.5")]


def test_a_conflict_can_be_decided_for_the_other() -> None:
    mine, theirs = [cell("Calm", "dummy_para_float", 3)], [cell("Calm", "dummy_para_float", 4.5)]
    paths = {one.path for one in both(mine, theirs).conflicts}

    merged = both(mine, theirs, theirs_at=paths)

    assert merged.draft.document["parameters"]["Calm"]["dummy_para_float"] == 4.5
    assert len(merged.conflicts) == 1


def test_what_both_changed_alike_is_no_conflict() -> None:
    assert both([SetDescription("x"), SetOnMissing("stay")], [SetDescription("x")]).conflicts == ()


def test_texts_and_metrics_that_both_changed_are_called_as_people_call_them() -> None:
    rate = Metric(name="lick_rate", title="licks")
    mine = [SetDescription("mine"), DeclareMetric(LICKS)]

    merged = both(mine, [SetDescription("theirs"), DeclareMetric(rate)])

    assert [words for words, *_ in told(merged)] == ["description of the curriculum", "metric, lick_rate"]


def test_metrics_that_two_declared_are_both_there_mine_first() -> None:
    merged = both([DeclareMetric(LICKS)], [DeclareMetric(Metric(name="other", title="other"))])

    assert merged.conflicts == ()
    assert [metric["name"] for metric in merged.draft.document["metrics"]] == ["lick_rate", "other"]


def test_a_metric_that_one_removed_is_gone() -> None:
    base = edited(draft(), DeclareMetric(LICKS))

    merged = merge(base, edited(base, RemoveMetric("lick_rate")), edited(base, SetDescription("x")))

    assert "metrics" not in merged.draft.document


def test_metrics_that_are_no_list_of_metrics_are_merged_as_a_whole() -> None:
    base = draft(foreign())
    mine = draft({**foreign(), "metrics": ["mine"]})
    theirs = draft({**foreign(), "metrics": [{"name": "x"}, {"name": "x"}]})

    assert told(merge(base, mine, theirs)) == [("metrics", "none", "a list of 1", "a list of 2")]


# ---- stages ----


def test_stages_that_two_added_both_stand_where_they_were_put() -> None:
    merged = both([AddStage("Mine", after="Calm")], [AddStage("Theirs", after="Free")]).draft

    assert list(merged.document["parameters"]) == ["Calm", "Mine", "Free", "Theirs"]
    assert list(merged.document["curriculum"]) == ["Calm", "Mine", "Free", "Theirs"]


def test_two_stages_at_one_place_stand_mine_first() -> None:
    merged = both([AddStage("Mine", after="Calm")], [AddStage("Theirs", after="Calm")]).draft

    assert list(merged.document["parameters"]) == ["Calm", "Mine", "Theirs", "Free"]


def test_who_moved_nothing_takes_the_order_of_the_other_with_what_both_added() -> None:
    merged = both([AddStage("Mine", after="Calm")], [MoveStage("Free", 0), AddStage("Theirs", after="Calm")]).draft

    assert list(merged.document["parameters"]) == ["Free", "Calm", "Mine", "Theirs"]


def test_a_stage_of_one_name_that_both_added_is_one_stage() -> None:
    merged = both([AddStage("New", like="Calm")], [AddStage("New", like="Free")])

    assert [words for words, *_ in told(merged)] == ["New, dummy_para_bool", "New, dummy_para_float"]
    assert merged.draft.document["parameters"]["New"] == free()["parameters"]["Calm"]


def test_a_stage_that_one_removed_and_the_other_changed_is_a_conflict() -> None:
    change, remove = [cell("Calm", "dummy_para_float", 3)], [RemoveStage("Calm")]

    kept, gone = both(change, remove), both(remove, change)

    assert told(kept) == [("Calm", "3 settings, 1 rule", "changed", "removed")]
    assert "Calm" in kept.draft.document["parameters"]
    assert "Calm" not in gone.draft.document["parameters"]
    assert "Calm" not in gone.draft.document["curriculum"]


def test_a_stage_that_stays_keeps_its_rules_and_those_that_lead_to_it() -> None:
    change, remove = [cell("Calm", "dummy_para_float", 3)], [RemoveStage("Calm")]
    path = both(remove, change).conflicts[0].path

    for merged in (both(change, remove), both(remove, change, theirs_at=[path])):
        assert merged.draft.document["parameters"]["Calm"]["dummy_para_float"] == 3
        assert merged.draft.document["curriculum"] == free()["curriculum"]


def test_a_stage_that_is_given_up_for_the_other_goes_with_its_rules() -> None:
    change, remove = [cell("Calm", "dummy_para_float", 3)], [RemoveStage("Calm")]
    path = both(change, remove).conflicts[0].path

    merged = both(change, remove, theirs_at=[path]).draft.document

    assert list(merged["parameters"]) == list(merged["curriculum"]) == ["Free"]


def test_a_rule_to_a_stage_that_the_other_removed_is_told() -> None:
    merged = both([AddRule("Free", "Calm", None, ALWAYS)], [RemoveStage("Calm")])

    assert told(merged) == [("Free, rule 2, stage that it leads to", "Calm", "Calm", "removed")]


def test_a_stage_that_one_renamed_takes_the_changes_of_the_other() -> None:
    rename = [RenameStage("Calm", "Quiet"), PlaceStage("Quiet", 1, 1)]
    change = [cell("Calm", "dummy_para_float", 3), AddRule("Free", "Calm", None, ALWAYS), PlaceStage("Calm", 2, 2)]

    for merged in (both(rename, change), both(change, rename)):
        assert merged.conflicts == ()
        assert merged.draft.document["parameters"]["Quiet"]["dummy_para_float"] == 3
        assert [one["to_stage"] for one in merged.draft.document["curriculum"]["Free"]["transition_rules"]] == [
            "Graduated",
            "Quiet",
            "Quiet",
        ]
        assert list(merged.draft.places) == ["Quiet"]


def test_a_stage_whose_new_name_the_other_waits_for_is_not_renamed_for_both() -> None:
    base = draft(foreign())
    mine = edited(base, ReplaceDocument({**foreign(), "parameters": {"Gone": foreign()["parameters"]["Calm"]}}))

    merged = merge(base, mine, edited(base, cell("Free", "x", 1)))

    assert [words for words, *_ in told(merged)] == ["Free"]


def test_an_order_that_both_changed_differently_is_mine_or_theirs() -> None:
    mine, theirs = [MoveStage("Stage 1", 0)], [MoveStage("Stage 3", 1)]

    merged = both(mine, theirs, shipped)
    turned = both(mine, theirs, shipped, theirs_at=[("order",)])

    assert [one.words for one in merged.conflicts] == ["order of the stages"]
    assert list(merged.draft.document["parameters"])[:2] == ["Stage 1", "Stage 1 w/warmup"]
    assert list(turned.draft.document["parameters"])[:2] == ["Stage 1 w/warmup", "Stage 3"]


# ---- rules ----


def test_a_rule_that_one_removed_and_the_other_changed_is_a_conflict() -> None:
    change, remove = [ChangeRule("Calm", 0, condition=ALWAYS)], [RemoveRule("Calm", 0)]
    words = "progress to Free, when metrics.dummy_metric_int[-1] >= 5"
    path = both(change, remove).conflicts[0].path

    assert told(both(change, remove)) == [
        ("Calm, rule 1", words, "progress to Free, when metrics.session_total >= 1", "removed")
    ]
    assert both(change, remove, theirs_at=[path]).draft.document["curriculum"]["Calm"]["transition_rules"] == []
    assert both(remove, change).draft.document["curriculum"]["Calm"]["transition_rules"] == []


def test_a_rule_that_both_removed_is_gone() -> None:
    merged = both([RemoveRule("Free", 0), SetDescription("x")], [RemoveRule("Free", 0)])

    assert merged.draft.document["curriculum"]["Free"]["transition_rules"] == [rule("Calm", decision="rollback")]


def test_a_part_of_a_rule_that_both_changed_is_named() -> None:
    merged = both([ChangeRule("Free", 0, description="mine")], [ChangeRule("Free", 0, description="theirs")])

    assert told(merged) == [("Free, rule 1, description", "", "mine", "theirs")]


def test_rules_that_two_added_are_both_there_and_an_equal_one_once() -> None:
    mine = [AddRule("Calm", "Graduated", None, ALWAYS), AddRule("Calm", "Graduated", None, ALWAYS)]
    theirs = [AddRule("Calm", "Graduated", None, ALWAYS), AddRule("Calm", "Calm", None, ALWAYS)]

    rules = both(mine, theirs).draft.document["curriculum"]["Calm"]["transition_rules"]

    assert [one["to_stage"] for one in rules] == ["Free", "Graduated", "Graduated", "Calm"]


def test_an_order_of_rules_that_both_changed_differently_is_mine_or_theirs() -> None:
    def make():
        document = free()
        document["curriculum"]["Calm"]["transition_rules"] = [
            rule("Free", f"metrics.session_total > {n}") for n in range(3)
        ]
        return document

    mine, theirs = [MoveRule("Calm", 0, 2)], [MoveRule("Calm", 2, 0)]
    merged = both(mine, theirs, make)
    turned = both(mine, theirs, make, theirs_at=[("rules", "Calm", "order")])

    assert told(merged) == [("Calm, order of its rules", "1, 2, 3", "2, 3, 1", "3, 1, 2")]
    assert merged.draft == edited(draft(make()), *mine)
    assert turned.draft == edited(draft(make()), *theirs)


def test_a_list_of_rules_that_only_one_has_is_kept_or_dropped_as_that_one_did() -> None:
    base = draft({**free(), "curriculum": {"Free": free()["curriculum"]["Free"]}})
    with_list = edited(base, AddRule("Calm", "Free", None, ALWAYS))
    without = draft({**free(), "curriculum": {"Calm": free()["curriculum"]["Calm"]}})

    assert "Calm" in merge(base, with_list, edited(base, SetDescription("x"))).draft.document["curriculum"]
    dropped = merge(draft(), edited(draft(), SetDescription("x")), without).draft.document
    assert list(dropped["curriculum"]) == ["Calm"]


def test_rules_of_stages_that_nobody_lists_are_kept() -> None:
    base = draft(foreign())

    merged = merge(base, edited(base, SetDescription("x")), edited(base, cell("Free", "x", 1)))

    assert merged.draft.document["curriculum"]["Gone"] == foreign()["curriculum"]["Gone"]


# ---- the rest of a draft ----


def test_a_box_stands_where_somebody_put_it_and_mine_where_both_did() -> None:
    mine = [PlaceStage("Calm", 1, 1), PlaceStage("Graduated", 5, 5), SetDescription("x")]
    theirs = [PlaceStage("Calm", 2, 2), PlaceStage("Free", 3, 3)]

    merged = both(mine, theirs)

    assert merged.conflicts == ()
    assert merged.draft.places == {"Calm": (1.0, 1.0), "Graduated": (5.0, 5.0), "Free": (3.0, 3.0)}


def test_the_place_of_a_stage_that_is_gone_goes() -> None:
    assert both([RemoveStage("Calm")], [PlaceStage("Calm", 2, 2)]).draft.places == {}


def test_two_documents_of_a_task_are_a_conflict() -> None:
    base = draft()

    merged = merge(base, draft(task_schema="mine"), draft(task_schema="theirs"))

    assert told(merged) == [("the document of the task", "", "mine", "theirs")]
    assert merged.draft.task_schema == "mine"


def test_what_would_be_too_much_together_is_refused_as_a_whole() -> None:
    base = draft()
    mine = edited(base, *(AddStage(f"M{place}") for place in range(60)))
    theirs = edited(base, *(AddStage(f"T{place}") for place in range(60)))

    merged = merge(base, mine, theirs)

    assert [one.words for one in merged.conflicts] == ["the whole draft"]
    assert merged.draft is mine
    assert merge(base, mine, theirs, theirs_at=[()]).draft is theirs


def test_who_did_nothing_gets_what_the_other_did() -> None:
    base = draft()
    changed = edited(base, SetDescription("x"))

    assert merge(base, base, changed).draft is changed
    assert merge(base, changed, base).draft is changed
    assert merge(base, changed, edited(base, SetDescription("x"))).draft is changed


cells = st.lists(
    st.tuples(st.sampled_from(["Calm", "Free"]), st.sampled_from(["dummy_para_float", "x", "y"]), st.integers(10, 12)),
    max_size=4,
    unique_by=lambda one: one[:2],
)


@search(200)
@given(mine=cells, theirs=cells)
def test_of_settings_each_is_what_the_law_of_three_ways_says(mine, theirs) -> None:
    base = draft()
    one, other = apply(base, SetParameters(tuple(mine))), apply(base, SetParameters(tuple(theirs)))

    merged = merge(base, one, other)

    expected = {(stage, name): value for stage, name, value in theirs} | {
        (stage, name): value for stage, name, value in mine
    }
    for (stage, name), value in expected.items():
        assert merged.draft.document["parameters"][stage][name] == value
    clashes = {path[:2] for path in mine} & {path[:2] for path in theirs}
    values = [{path[:2]: json.dumps(path[2]) for path in side} for side in (mine, theirs)]
    assert len(merged.conflicts) == sum(values[0][path] != values[1][path] for path in clashes)
