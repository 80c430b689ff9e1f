"""Two people with one draft who call its stages otherwise: a stage stays one stage, and nobody's wish is lost."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.editing import (
    AddRule,
    AddStage,
    ChangeRule,
    Draft,
    DuplicateStage,
    MoveStage,
    PlaceStage,
    RemoveRule,
    RemoveStage,
    RenameStage,
    ReplaceDocument,
    SetDescription,
    SetParameters,
    apply,
    field_changes,
    merge,
)
from autotrain_core.errors import EditError
from autotrain_core.models import check
from tests.editing.drawn import TASKS, draft, free, rule, shipped
from tests.searching import search

ALWAYS = "lambda metrics: metrics.session_total >= 1"


def edited(base: Draft, *edits) -> Draft:
    for edit in edits:
        base = apply(base, edit, tasks=TASKS)
    return base


def both(mine, theirs, make=free, **further):
    base = draft(make())
    return merge(base, edited(base, *mine), edited(base, *theirs), **further)


def cell(stage: str, name: str, value) -> SetParameters:
    return SetParameters(((stage, name, value),))


def told(merged) -> list[tuple[str, str, str, str]]:
    return [(one.words, one.base, one.mine, one.theirs) for one in merged.conflicts]


def stages(merged) -> list[str]:
    return list(merged.draft.document["parameters"])


def ways(merged) -> list[tuple[str, str]]:
    curriculum = merged.draft.document["curriculum"]
    return [(stage, rule["to_stage"]) for stage, entry in curriculum.items() for rule in entry["transition_rules"]]


# ---- one stage, two names ----


def test_a_stage_that_both_renamed_differently_is_one_stage_with_my_name_and_told() -> None:
    merged = both([RenameStage("Calm", "Aa")], [RenameStage("Calm", "Bb")])

    assert stages(merged) == ["Aa", "Free"]
    assert ways(merged) == [("Aa", "Free"), ("Free", "Graduated"), ("Free", "Aa")]
    assert told(merged) == [("name of the stage Calm", "Calm", "Aa", "Bb")]


def test_their_name_can_be_chosen_and_rules_follow_it() -> None:
    mine = [RenameStage("Calm", "Aa"), AddRule("Free", "Aa", None, ALWAYS), PlaceStage("Aa", 1, 1)]
    theirs = [RenameStage("Calm", "Bb"), AddRule("Bb", "Bb", None, ALWAYS)]

    merged = both(mine, theirs, theirs_at=[("name", "Calm")])

    assert stages(merged) == ["Bb", "Free"]
    assert ways(merged) == [("Bb", "Free"), ("Bb", "Bb"), ("Free", "Graduated"), ("Free", "Bb"), ("Free", "Bb")]
    assert merged.draft.places == {"Bb": (1.0, 1.0)}
    assert len(merged.conflicts) == 1


@pytest.mark.parametrize(("theirs_at", "name"), [((), "Aa"), ([("name", "Calm")], "Bb")])
def test_other_edits_of_a_stage_that_both_renamed_are_merged_as_ever(theirs_at, name) -> None:
    mine = [RenameStage("Calm", "Aa"), cell("Aa", "dummy_para_float", 3), cell("Aa", "x", 1)]
    theirs = [RenameStage("Calm", "Bb"), cell("Bb", "dummy_para_bool", False), cell("Bb", "x", 2)]

    merged = both(mine, theirs, theirs_at=theirs_at)

    settings = {"task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 3, "x": 1}
    assert merged.draft.document["parameters"][name] == settings
    assert [words for words, *_ in told(merged)] == ["name of the stage Calm", f"{name}, x"]


def test_what_a_conflict_is_called_stays_whichever_name_is_chosen() -> None:
    mine = [RenameStage("Calm", "Aa"), cell("Aa", "x", 1)]
    theirs = [RenameStage("Calm", "Bb"), cell("Bb", "x", 2)]
    paths = [one.path for one in both(mine, theirs).conflicts]

    merged = both(mine, theirs, theirs_at=paths)

    assert [one.path for one in merged.conflicts] == paths
    assert merged.draft.document["parameters"]["Bb"]["x"] == 2


def test_a_stage_that_both_renamed_alike_is_one_stage_without_a_question() -> None:
    mine, theirs = [RenameStage("Calm", "Aa"), cell("Aa", "x", 1)], [RenameStage("Calm", "Aa"), cell("Aa", "y", 2)]

    merged = both(mine, theirs)

    assert (stages(merged), merged.conflicts) == (["Aa", "Free"], ())
    assert {"x": 1, "y": 2}.items() <= merged.draft.document["parameters"]["Aa"].items()


def test_in_todays_schema_stages_say_the_chosen_name_and_graduated_its_copy() -> None:
    mine = [RenameStage("Stage final", "Stage 4"), cell("Stage 4", "BlockMin", 21)]
    theirs = [RenameStage("Stage final", "Stage 5"), cell("Stage 5", "BlockMax", 63)]

    for theirs_at, name in (((), "Stage 4"), ([("name", "Stage final")], "Stage 5")):
        merged = both(mine, theirs, shipped, theirs_at=theirs_at).draft

        document = merged.document
        assert [document["parameters"][stage]["training_stage"] for stage in (name, "Graduated")] == [name, name]
        assert document["curriculum"][name]["from_stage"] == name
        assert check(merged.curriculum(TASKS)) == ()


def test_two_stages_that_both_renamed_crosswise_are_told_and_stay_two() -> None:
    mine = [RenameStage("Calm", "Aa"), RenameStage("Free", "Bb")]
    theirs = [RenameStage("Calm", "Bb"), RenameStage("Free", "Aa")]

    merged = both(mine, theirs)
    half = both(mine, theirs, theirs_at=[("name", "Calm")])
    whole = both(mine, theirs, theirs_at=[("name", "Calm"), ("name", "Free")])

    assert (stages(merged), stages(whole)) == (["Aa", "Bb"], ["Bb", "Aa"])
    assert merged.draft.document["parameters"]["Aa"] == free()["parameters"]["Calm"]
    assert whole.draft.document["parameters"]["Bb"] == free()["parameters"]["Calm"]
    assert len(stages(half)) == 2


# ---- one renames, the other removes ----


def test_a_stage_that_one_renamed_and_the_other_removed_is_told_with_both() -> None:
    rename, remove = [RenameStage("Calm", "Aa")], [RemoveStage("Calm")]

    kept, gone = both(rename, remove), both(remove, rename)

    assert told(kept) == [("Calm", "3 settings, 1 rule", "renamed to Aa", "removed")]
    assert told(gone) == [("Calm", "3 settings, 1 rule", "removed", "renamed to Aa")]
    assert (stages(kept), stages(gone)) == (["Aa", "Free"], ["Free"])
    assert ways(kept) == [("Aa", "Free"), ("Free", "Graduated"), ("Free", "Aa")]
    assert ways(gone) == [("Free", "Graduated")]


def test_it_can_be_decided_for_the_other() -> None:
    rename, remove = [RenameStage("Calm", "Aa")], [RemoveStage("Calm")]
    path = both(rename, remove).conflicts[0].path

    assert both(remove, rename, theirs_at=[path]).draft == edited(draft(), *rename)
    assert both(rename, remove, theirs_at=[path]).draft == edited(draft(), *remove)


def test_a_stage_that_one_renamed_and_changed_says_so() -> None:
    merged = both([RenameStage("Calm", "Aa"), cell("Aa", "dummy_para_float", 3)], [RemoveStage("Calm")])

    assert [one.mine for one in merged.conflicts] == ["renamed to Aa and changed"]


# ---- two stages, one name ----


def test_a_name_that_i_gave_to_a_stage_and_they_to_a_new_one_is_told_and_both_stay() -> None:
    mine, theirs = [RenameStage("Calm", "Aa")], [AddStage("Aa", like="Free"), AddRule("Aa", "Free", None, ALWAYS)]

    merged = both(mine, theirs)
    turned = both(theirs, mine)

    assert told(merged) == [("the name Aa", "", "Calm, renamed", "a new stage")]
    assert sorted(stages(merged)) == ["Aa", "Aa 2", "Free"]
    assert ("Aa 2", "Free") in ways(merged)
    assert ("Free", "Aa") in ways(merged)
    assert sorted(stages(turned)) == ["Aa", "Calm", "Free"]
    assert stages(both(mine, theirs, theirs_at=[("called", "Aa")])) == ["Calm", "Free", "Aa"]


def test_a_name_that_both_gave_to_a_stage_is_told_and_the_other_keeps_its_own() -> None:
    mine, theirs = [RenameStage("Calm", "Aa")], [RenameStage("Free", "Aa")]

    merged, turned = both(mine, theirs), both(mine, theirs, theirs_at=[("called", "Aa")])

    assert told(merged) == [("the name Aa", "", "Calm, renamed", "Free, renamed")]
    assert (stages(merged), stages(turned)) == (["Aa", "Free"], ["Calm", "Aa"])


def test_in_todays_schema_a_new_stage_gives_way_to_one_of_its_names() -> None:
    mine, theirs = [RenameStage("Stage 3", "Stage 4")], [AddStage("Stage 4", like="Stage 1")]

    merged = both(mine, theirs, shipped)

    assert "Stage 5" in stages(merged)
    assert merged.draft.document["parameters"]["Stage 5"]["training_stage"] == "Stage 5"


def test_a_name_for_which_there_are_rules_without_settings_is_left_alone() -> None:
    orphan = {**free(), "curriculum": {**free()["curriculum"], "Aa": {"transition_rules": [rule("Free")]}}}

    merged = both([RenameStage("Calm", "Aa")], [ReplaceDocument(orphan)])

    assert stages(merged) == ["Aa", "Free"]
    assert told(merged) == []


# ---- which stage is which ----


def renamed(*edits, make=free) -> list[tuple[str, str]]:
    before = draft(make())
    return [
        (one.before, one.after) for one in field_changes(before, edited(before, *edits)) if one.place.endswith(", name")
    ]


def test_a_copy_that_stands_before_it_is_not_taken_for_the_renamed_stage() -> None:
    edits = [DuplicateStage("Calm", "Copy"), RenameStage("Calm", "Aa"), MoveStage("Copy", 0)]

    assert renamed(*edits) == [("Calm", "Aa")]
    merged = both(edits, [cell("Calm", "x", 1), RenameStage("Calm", "Bb")])
    assert [words for words, *_ in told(merged)] == ["name of the stage Calm"]
    assert merged.draft.document["parameters"]["Aa"]["x"] == 1
    assert "x" not in merged.draft.document["parameters"]["Copy"]


def test_a_copy_by_one_and_a_new_name_by_the_other_are_both_there() -> None:
    merged = both([DuplicateStage("Calm", "Copy")], [RenameStage("Calm", "Aa")])

    assert (stages(merged), merged.conflicts) == (["Aa", "Copy", "Free"], ())


def test_a_stage_with_new_settings_is_known_by_its_rules() -> None:
    edits = [RenameStage("Calm", "Aa"), cell("Aa", "dummy_para_float", 9), cell("Aa", "dummy_para_bool", False)]

    assert renamed(*edits) == [("Calm", "Aa")]


def test_a_stage_without_rules_is_known_by_its_place_and_most_of_its_settings() -> None:
    def make():
        settings = {f"p{number}": number for number in range(5)}
        return {**free(), "parameters": {"Calm": settings, "Free": {}}, "curriculum": {}}

    change = [RenameStage("Calm", "Aa"), cell("Aa", "p0", 7)]

    assert renamed(*change, make=make) == [("Calm", "Aa")]
    assert renamed(*change, MoveStage("Aa", 1), make=make) == []


def test_a_new_stage_with_the_usual_settings_is_not_the_one_that_was_removed() -> None:
    assert renamed(RemoveStage("Calm"), AddStage("New"), MoveStage("New", 0)) == []


# ---- whatever two people do ----

HELD = ("One", "Two", "Three", "Four")
_names = st.sampled_from(["Aa", "Bb", "Cc"])
_held = st.sampled_from(HELD)
_edits = st.lists(
    st.one_of(
        st.builds(RenameStage, _held, _names),
        st.builds(RenameStage, _held, _names),
        st.builds(RemoveStage, _held),
        st.builds(DuplicateStage, _held, _names),
        st.builds(MoveStage, _held, st.integers(0, 3)),
        st.builds(cell, _held, st.sampled_from(["p0", "p1"]), st.integers(10, 12)),
        st.builds(AddRule, _held, _held, st.none(), st.just(ALWAYS)),
        st.builds(ChangeRule, _held, st.just(0), description=st.sampled_from(["x", "y"])),
        st.builds(SetDescription, st.sampled_from(["x", "y"])),
    ),
    max_size=5,
)


def ladder() -> dict[str, Any]:
    """Four stages in a row, each with a mark by which a test knows it again."""
    parameters = {
        stage: {"mark": stage, **{f"p{number}": f"{stage} {number}" for number in range(8)}} for stage in HELD
    }
    leads = list(zip(HELD, (*HELD[1:], "Graduated"), strict=True))
    curriculum = {
        stage: {
            "transition_rules": [
                rule(to, f"metrics.session_total > {place}"),
                rule(stage, f"metrics.session_total > {place + 10}", "stay"),
            ]
        }
        for place, (stage, to) in enumerate(leads)
    }
    return {**free(), "parameters": parameters, "curriculum": curriculum}


def by_hand(edits) -> tuple[Draft, set[str], dict[str, str]]:
    """
    Edit stages by their first names, whatever they are called meanwhile.

    Returns:
        The draft, marks of stages that were changed, and mark -> name of those that are there.
    """
    state, called, changed = draft(ladder()), {stage: stage for stage in HELD}, set()
    for edit in edits:
        wanted = _meant(edit, called)
        if wanted is None:
            continue
        try:
            after = apply(state, wanted)
        except EditError:
            continue
        if isinstance(wanted, DuplicateStage):  # it becomes another stage at once, so that no test has to guess
            names = after.document["parameters"][wanted.to]
            after = apply(after, SetParameters(tuple((wanted.to, name, f"copy {wanted.to}") for name in names)))
            for _ in after.document["curriculum"][wanted.to]["transition_rules"]:
                after = apply(after, RemoveRule(wanted.to, 0))
        state = after
        if isinstance(edit, RenameStage):
            called[edit.stage] = edit.to
        if isinstance(edit, RemoveStage):
            del called[edit.stage]
    before = ladder()
    for stage, name in called.items():
        if state.document["parameters"][name] != before["parameters"][stage] or name != stage:
            changed.add(stage)
    return state, changed, called


def _meant(edit, called):
    match edit:
        case SetDescription():
            return edit
        case SetParameters(cells=((stage, name, value),)):
            return cell(called[stage], name, value) if stage in called else None
        case AddRule(stage=stage, to_stage=to):
            return AddRule(called[stage], called[to], None, ALWAYS) if {stage, to} <= called.keys() else None
        case RenameStage(stage=stage, to=to):
            return RenameStage(called[stage], to) if stage in called else None
        case DuplicateStage(stage=stage, to=to):
            return DuplicateStage(called[stage], to) if stage in called else None
        case MoveStage(stage=stage, place=place):
            return MoveStage(called[stage], place) if stage in called else None
        case RemoveStage(stage=stage):
            return RemoveStage(called[stage]) if stage in called else None
        case ChangeRule(stage=stage, rule=number, description=text):
            return ChangeRule(called[stage], number, description=text) if stage in called else None
    raise AssertionError(edit)


def marks(state: Draft) -> list[str]:
    return [settings["mark"] for settings in state.document["parameters"].values()]


def all_theirs(base: Draft, mine: Draft, theirs: Draft):
    """Decide every conflict for theirs, also those that come up by that."""
    merged, paths = merge(base, mine, theirs), set[tuple[str, ...]]()
    while not {one.path for one in merged.conflicts} <= paths:
        paths |= {one.path for one in merged.conflicts}
        merged = merge(base, mine, theirs, theirs_at=paths)
    return merged


@search(300)
@given(mine=_edits, theirs=_edits)
def test_no_stage_of_the_base_becomes_two_and_each_keeps_a_name_that_somebody_gave_it(mine, theirs) -> None:
    base, (one, _, mine_called), (other, _, their_called) = draft(ladder()), by_hand(mine), by_hand(theirs)

    for merged in (merge(base, one, other), all_theirs(base, one, other)):
        found = [mark for mark in marks(merged.draft) if mark in HELD]
        assert len(found) == len(set(found))
        for name, settings in merged.draft.document["parameters"].items():
            mark = settings["mark"]
            if mark in HELD:
                assert name in {mark, mine_called.get(mark), their_called.get(mark)}


@search(300)
@given(mine=_edits, theirs=_edits)
def test_no_removal_and_no_work_on_a_removed_stage_is_lost_without_a_conflict(mine, theirs) -> None:
    base, (one, mine_changed, _), (other, their_changed, _) = draft(ladder()), by_hand(mine), by_hand(theirs)
    merged = merge(base, one, other)
    asked = {conflict.path for conflict in merged.conflicts}

    for mark in HELD:
        removed = [mark not in marks(side) for side in (one, other)]
        if any(removed) and mark in marks(merged.draft):
            assert ("parameters", mark) in asked
        if not all(removed) and mark not in marks(merged.draft):
            assert any(removed)
            assert ("parameters", mark) in asked or mark not in (their_changed if removed[0] else mine_changed)


@search(300)
@given(mine=_edits, theirs=_edits)
def test_both_called_differently_is_asked_exactly_where_it_is_so(mine, theirs) -> None:
    base, (one, _, mine_called), (other, _, their_called) = draft(ladder()), by_hand(mine), by_hand(theirs)

    asked = {conflict.path[1] for conflict in merge(base, one, other).conflicts if conflict.path[:1] == ("name",)}

    both_there = mine_called.keys() & their_called.keys()
    expected = {mark for mark in both_there if len({mark, mine_called[mark], their_called[mark]}) == 3}
    assert asked == expected


@search(300)
@given(mine=_edits, theirs=_edits)
def test_who_of_two_merges_makes_no_difference_but_for_which_side_conflicts_take(mine, theirs) -> None:
    base, (one, *_), (other, *_) = draft(ladder()), by_hand(mine), by_hand(theirs)

    assert in_any_order(all_theirs(base, one, other).draft) == in_any_order(merge(base, other, one).draft)


def in_any_order(state: Draft) -> str:
    """Write a document without its orders: what both added at one place stands mine first."""
    document = dict(state.document)
    document["curriculum"] = {
        stage: sorted(json.dumps(rule, sort_keys=True) for rule in entry["transition_rules"])
        for stage, entry in document["curriculum"].items()
    }
    return json.dumps(document, sort_keys=True)
