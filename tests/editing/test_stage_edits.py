"""Edits of stages and their settings: what follows them, and what cannot be done."""

import pytest

from autotrain_core.editing import (
    MISSING,
    AddStage,
    DuplicateStage,
    ForgetPlaces,
    MoveStage,
    PlaceStage,
    RemoveStage,
    RenameStage,
    SetParameters,
    SetStageNote,
    apply,
    free_names,
    rules_that_lead_to,
)
from autotrain_core.errors import EditError
from autotrain_core.models import DUMMY
from tests.editing import drawn
from tests.editing.drawn import draft, foreign, free, rule, shipped


def stages_of(changed) -> list[str]:
    return list(changed.document["parameters"])


def refused(document, edit) -> str:
    with pytest.raises(EditError) as caught:
        apply(draft(document), edit, tasks=drawn.TASKS)
    return str(caught.value)


# ---- adding ----


def test_a_stage_is_added_behind_another_with_its_settings_and_without_rules() -> None:
    after = apply(draft(), AddStage("New", after="Calm", like="Free"))

    assert stages_of(after) == ["Calm", "New", "Free"]
    assert after.document["parameters"]["New"] == free()["parameters"]["Free"]
    assert list(after.document["curriculum"]) == ["Calm", "New", "Free"]
    assert after.document["curriculum"]["New"] == {"from_stage": "New", "transition_rules": []}


def test_a_stage_that_is_like_another_has_its_own_name_and_no_note() -> None:
    after = apply(draft(shipped()), AddStage("Stage 4", after="Stage 3", like="Stage 3"))

    settings = after.document["parameters"]["Stage 4"]
    assert (settings["training_stage"], settings["description"]) == ("Stage 4", "")
    assert settings["BlockMin"] == shipped()["parameters"]["Stage 3"]["BlockMin"]


def test_a_stage_is_added_last_but_before_graduated() -> None:
    assert stages_of(apply(draft(shipped()), AddStage("Stage 5")))[-2:] == ["Stage 5", "Graduated"]
    assert stages_of(apply(draft(), AddStage("New")))[-1] == "New"


def test_a_stage_like_no_other_has_values_that_the_task_takes() -> None:
    after = apply(draft(shipped()), AddStage("Stage 5"))

    assert not [one for one in after.curriculum().errors if one.stage == "Stage 5"]
    assert after.document["parameters"]["Stage 5"]["task"] == "Coupled Baiting"


def test_a_stage_of_an_unknown_task_has_only_its_name() -> None:
    document = {**free(), "curriculum_schema_name": "Maze"}

    assert apply(draft(document), AddStage("New")).document["parameters"]["New"] == {"training_stage": "New"}


def test_graduated_is_added_as_a_copy_of_the_last_stage_that_keeps_its_name() -> None:
    document = shipped()
    del document["parameters"]["Graduated"]

    after = apply(draft(document), AddStage("Graduated"))

    assert after.document["parameters"]["Graduated"] == document["parameters"]["Stage final"]
    assert "Graduated" not in after.document["curriculum"]


def test_rules_that_wait_for_their_stage_are_kept_when_it_is_added() -> None:
    after = apply(draft(foreign()), AddStage("Gone"))

    assert after.document["curriculum"]["Gone"] == foreign()["curriculum"]["Gone"]


@pytest.mark.parametrize(
    ("make", "edit", "why"),
    [
        (free, AddStage("Calm"), "there is a stage 'Calm' already"),
        (free, AddStage(""), "the stage name '' is empty"),
        (free, AddStage("x", after="Clam"), "there is no stage 'Clam'; did you mean 'Calm'?"),
        (free, AddStage("x", like="Nobody"), "there is no stage 'Nobody'"),
        (free, AddStage("\ud800"), "half of a surrogate pair"),
        (shipped, AddStage("Stage 9"), "schema 1.0 has no stage 'Stage 9'"),
        (shipped, AddStage(7), "expected a text, found int"),  # type: ignore[arg-type]
    ],
)
def test_a_stage_that_cannot_be_added_is_refused(make, edit, why: str) -> None:
    assert why in refused(make(), edit)


def test_no_more_stages_are_added_than_a_document_may_have() -> None:
    document = free()
    document["parameters"] |= {f"S{place}": {} for place in range(98)}

    assert "'parameters' has 101 stages, of at most 100" in refused(document, AddStage("x"))


def test_free_names_are_those_of_the_format_that_are_not_taken() -> None:
    assert free_names(shipped()) == ("Stage 4", "Stage 5")
    assert free_names(free()) == ("Stage 1",)
    assert free_names(apply(draft(), AddStage("Stage 1")).document) == ("Stage 2",)


# ---- renaming ----


def test_everything_that_names_a_stage_follows_its_new_name() -> None:
    after = apply(draft(shipped(), places={"Stage final": (1.0, 2.0)}), RenameStage("Stage final", "Stage 5")).document

    assert list(after["parameters"])[-2:] == ["Stage 5", "Graduated"]
    assert after["parameters"]["Stage 5"]["training_stage"] == "Stage 5"
    assert after["parameters"]["Graduated"]["training_stage"] == "Stage 5"
    assert list(after["curriculum"])[-1] == "Stage 5"
    assert after["curriculum"]["Stage 5"]["from_stage"] == "Stage 5"
    assert [one["to_stage"] for one in after["curriculum"]["Stage 3"]["transition_rules"]] == ["Stage 5", "Stage 2"]


def test_renaming_leaves_no_fault_behind() -> None:
    assert not apply(draft(shipped()), RenameStage("Stage final", "Stage 5")).curriculum().errors


def test_the_place_of_a_stage_on_the_canvas_follows_its_name() -> None:
    after = apply(draft(places={"Calm": (1.0, 2.0), "New": (3.0, 4.0)}), RenameStage("Calm", "New"))

    assert after.places == {"New": (1.0, 2.0)}


def test_renaming_a_stage_that_has_no_place_and_no_rules_of_its_own_works() -> None:
    document = free()
    del document["curriculum"]["Calm"]

    after = apply(draft(document), RenameStage("Calm", "New"))

    assert stages_of(after) == ["New", "Free"]
    assert "New" not in after.document["curriculum"]


def test_other_stages_are_shared_when_one_is_renamed() -> None:
    before = draft(shipped())

    after = apply(before, RenameStage("Stage 3", "Stage 5"))

    assert after.document["parameters"]["Stage 1"] is before.document["parameters"]["Stage 1"]
    assert after.document["curriculum"]["Stage 1"] is before.document["curriculum"]["Stage 1"]


def test_renaming_a_stage_to_itself_changes_nothing() -> None:
    before = draft()

    assert apply(before, RenameStage("Calm", "Calm")) is before


@pytest.mark.parametrize(
    ("make", "edit", "why"),
    [
        (shipped, RenameStage("Graduated", "Stage 5"), "Graduated cannot be called otherwise"),
        (shipped, RenameStage("Stage 3", "Graduated"), "no stage can be renamed to Graduated"),
        (shipped, RenameStage("Stage 3", "Stage 2"), "there is a stage 'Stage 2' already"),
        (foreign, RenameStage("Calm", "Gone"), "there are rules for a stage 'Gone' without settings"),
        (foreign, RenameStage("Gone", "x"), "there is no stage 'Gone'"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused(make, edit, why: str) -> None:
    assert why in refused(make(), edit)


# ---- copying ----


def test_a_copy_of_a_stage_stands_behind_it_with_its_settings_and_rules() -> None:
    after = apply(draft(shipped()), DuplicateStage("Stage 2", "Stage 5")).document

    assert list(after["parameters"])[2:4] == ["Stage 2", "Stage 5"]
    assert after["parameters"]["Stage 5"] == {**shipped()["parameters"]["Stage 2"], "training_stage": "Stage 5"}
    assert after["curriculum"]["Stage 5"]["from_stage"] == "Stage 5"
    assert after["curriculum"]["Stage 5"]["transition_rules"] == shipped()["curriculum"]["Stage 2"]["transition_rules"]


def test_a_rule_that_stays_at_its_stage_stays_at_the_copy() -> None:
    document = free()
    document["curriculum"]["Calm"]["transition_rules"] = [rule("Calm", decision="stay")]

    after = apply(draft(document), DuplicateStage("Calm", "New"))

    assert after.document["curriculum"]["New"]["transition_rules"][0]["to_stage"] == "New"


def test_a_stage_that_ends_the_training_is_copied_as_one_that_does() -> None:
    document = free()
    del document["curriculum"]["Free"]

    assert "New" not in apply(draft(document), DuplicateStage("Free", "New")).document["curriculum"]


@pytest.mark.parametrize(
    ("make", "edit", "why"),
    [
        (shipped, DuplicateStage("Graduated", "Stage 5"), "there is one Graduated"),
        (free, DuplicateStage("Calm", "Graduated"), "there is one Graduated"),
        (free, DuplicateStage("Calm", "Free"), "there is a stage 'Free' already"),
        (foreign, DuplicateStage("Calm", "Gone"), "there are rules for a stage 'Gone'"),
    ],
)
def test_a_copy_that_cannot_be_made_is_refused(make, edit, why: str) -> None:
    assert why in refused(make(), edit)


# ---- removing ----


def test_a_stage_goes_with_its_rules_its_place_and_the_rules_that_lead_to_it() -> None:
    after = apply(draft(places={"Calm": (1.0, 2.0)}), RemoveStage("Calm"))

    assert stages_of(after) == ["Free"]
    assert after.document["curriculum"] == {"Free": {"transition_rules": [rule("Graduated")]}}
    assert after.places == {}


def test_the_rules_that_lead_to_a_stage_can_be_counted_before() -> None:
    assert rules_that_lead_to(shipped(), "Stage 2") == (("Stage 1 w/warmup", 0), ("Stage 1", 0), ("Stage 3", 1))


def test_graduated_becomes_a_copy_of_the_last_stage_that_is_left() -> None:
    after = apply(draft(shipped()), RemoveStage("Stage final")).document

    assert after["parameters"]["Graduated"] == after["parameters"]["Stage 3"]


def test_graduated_can_be_taken_off_the_list() -> None:
    after = apply(draft(shipped()), RemoveStage("Graduated")).document

    assert "Graduated" not in after["parameters"]
    assert [one["to_stage"] for one in after["curriculum"]["Stage final"]["transition_rules"]] == ["Stage 3"]


def test_rules_to_a_graduated_that_is_not_listed_can_be_removed() -> None:
    after = apply(draft(), RemoveStage("Graduated")).document

    assert [one["to_stage"] for one in after["curriculum"]["Free"]["transition_rules"]] == ["Calm"]


def test_the_last_stage_and_one_that_is_not_there_are_not_removed() -> None:
    alone = apply(draft(), RemoveStage("Calm")).document
    first = {**free(), "parameters": {"Calm": {}, "Graduated": {}, "Free": {}}}

    assert "'Free' is the only stage" in refused(alone, RemoveStage("Free"))
    assert "there is no stage 'Nobody'" in refused(free(), RemoveStage("Nobody"))
    assert "mice begin at the first stage" in refused(first, RemoveStage("Calm"))


# ---- order ----


def test_a_stage_is_moved_with_its_rules() -> None:
    after = apply(draft(), MoveStage("Free", 0)).document

    assert list(after["parameters"]) == list(after["curriculum"]) == ["Free", "Calm"]


def test_a_stage_without_rules_is_moved_alone() -> None:
    document = free()
    del document["curriculum"]["Free"]

    assert stages_of(apply(draft(document), MoveStage("Free", 0))) == ["Free", "Calm"]


def test_moving_a_stage_to_where_it_stands_changes_nothing() -> None:
    before = draft()

    assert apply(before, MoveStage("Calm", 0)) is before


def test_a_stage_is_not_moved_out_of_the_list_nor_graduated_to_its_top() -> None:
    assert "'Calm' cannot be moved to place 3 of 2" in refused(free(), MoveStage("Calm", 2))
    assert "cannot be moved to place 0" in refused(free(), MoveStage("Calm", -1))
    assert "mice begin at the first stage" in refused(shipped(), MoveStage("Graduated", 0))


# ---- the canvas ----


def test_where_a_stage_was_put_is_kept_beside_the_document() -> None:
    before = draft()

    after = apply(before, PlaceStage("Calm", 8, 16))

    assert after.places == {"Calm": (8.0, 16.0)}
    assert after.document is before.document
    assert apply(after, PlaceStage("Calm", 8, 16)) is after
    assert apply(after, PlaceStage("Graduated", 0, 0)).places["Graduated"] == (0.0, 0.0)


def test_places_can_be_forgotten() -> None:
    placed = draft(places={"Calm": (1.0, 2.0)})

    assert apply(placed, ForgetPlaces()).places == {}
    assert apply(draft(), ForgetPlaces()) == draft()


def test_a_stage_cannot_be_put_nowhere() -> None:
    assert "no place on the canvas" in refused(free(), PlaceStage("Calm", float("nan"), 0))
    assert "no place on the canvas" in refused(free(), PlaceStage("Calm", 0, 1e9))
    assert "there is no stage 'Nobody'" in refused(free(), PlaceStage("Nobody", 0, 0))


# ---- settings ----


def test_many_cells_are_set_in_one_step_and_nothing_else() -> None:
    before = draft(shipped())

    after = apply(before, SetParameters((("Stage 1", "BlockMin", 12), ("Stage 2", "ITIMin", 2.0)))).document

    expected = shipped()
    expected["parameters"]["Stage 1"]["BlockMin"] = 12
    expected["parameters"]["Stage 2"]["ITIMin"] = 2.0
    assert after == expected
    assert after["parameters"]["Stage 3"] is before.document["parameters"]["Stage 3"]


def test_a_cell_is_emptied_by_taking_its_key_away() -> None:
    after = apply(draft(), SetParameters((("Calm", "dummy_para_bool", MISSING), ("Calm", "never there", MISSING))))

    assert list(after.document["parameters"]["Calm"]) == ["task", "dummy_para_float"]


def test_a_new_key_stands_where_the_task_wants_it() -> None:
    emptied = apply(draft(), SetParameters((("Calm", "dummy_para_bool", MISSING),)))

    after = apply(emptied, SetParameters((("Calm", "dummy_para_bool", True), ("Calm", "unknown", 1))))

    assert list(after.document["parameters"]["Calm"]) == ["task", "dummy_para_bool", "dummy_para_float", "unknown"]


def test_a_whole_number_a_fraction_and_a_switch_are_three_values() -> None:
    before = draft()

    assert apply(before, SetParameters((("Free", "dummy_para_float", 2),))) is before
    changed = apply(before, SetParameters((("Free", "dummy_para_float", 2.0),)))
    assert repr(changed.document["parameters"]["Free"]["dummy_para_float"]) == "2.0"


def test_what_graduated_copies_of_the_final_stage_follows_it() -> None:
    after = apply(draft(shipped()), SetParameters((("Stage final", "BlockMin", 33),))).document

    assert after["parameters"]["Graduated"] == after["parameters"]["Stage final"]


def test_what_graduated_has_of_its_own_stays() -> None:
    document = shipped()
    document["parameters"]["Graduated"]["BlockMin"] = 5

    after = apply(draft(document), SetParameters((("Stage final", "BlockMin", 33),))).document

    assert after["parameters"]["Graduated"]["BlockMin"] == 5


def test_a_wrong_name_beside_the_settings_is_mended_only_where_they_are_edited() -> None:
    document = shipped()
    document["parameters"]["Stage 1"]["training_stage"] = "Stage 2"
    del document["parameters"]["Stage 2"]["training_stage"]

    after = apply(draft(document), SetParameters((("Stage 3", "BlockMin", 12),))).document["parameters"]
    mended = apply(draft(document), SetParameters((("Stage 1", "BlockMin", 12), ("Stage 2", "BlockMin", 12))))

    assert after["Stage 1"]["training_stage"] == "Stage 2"
    assert [mended.document["parameters"][stage]["training_stage"] for stage in ("Stage 1", "Stage 2")] == [
        "Stage 1",
        "Stage 2",
    ]


def test_the_note_of_a_stage_is_its_description() -> None:
    after = apply(draft(), SetStageNote("Calm", "first days"))

    assert after.document["parameters"]["Calm"]["description"] == "first days"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (("Nobody", "x", 1), "there is no stage 'Nobody'"),
        (("Stage 1", "", 1), "a setting needs a name"),
        (("Stage 1", "training_stage", "Stage 2"), "is the stage itself; rename"),
        (("Stage 1", "training_stage", MISSING), "is the stage itself; rename"),
        (("Graduated", "training_stage", []), "is the stage itself; rename"),
        (("Graduated", "training_stage", "Stage 9"), "is the stage itself; rename"),
        (("Stage 1", "BlockMin", float("inf")), "inf is no number that a document can hold"),
        (("Stage 1", "BlockMin", 10**39), "at most 39 digits"),
        (("Stage 1", "BlockMin", (1, 2)), "cannot hold a tuple"),
        (("Stage 1", "BlockMin", "\udfff"), "half of a surrogate pair"),
        (("Stage 1", "BlockMin", {"\udfff": 1}), "half of a surrogate pair"),
        (("Stage 1", "BlockMin", [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]), "nested too deep"),
    ],
)
def test_a_value_that_no_document_can_hold_is_refused(cell, why: str) -> None:
    assert why in refused(shipped(), SetParameters((cell,)))


def test_the_name_beside_the_settings_may_be_set_to_what_it_has_to_be() -> None:
    cells = (("Graduated", "training_stage", "Stage 3"), ("Stage 1", "training_stage", "Stage 1"))

    after = apply(draft(shipped()), SetParameters(cells))

    assert after.document["parameters"]["Graduated"]["training_stage"] == "Stage 3"


def test_a_draft_grows_to_what_a_document_may_hold_and_no_further() -> None:
    before = draft()

    large = apply(before, SetParameters((("Calm", "x", "a" * 2_000_000),)))

    with pytest.raises(EditError, match="bytes long when written out, of at most"):
        apply(large, SetParameters((("Calm", "y", "a" * 200_000),)))


def test_the_task_of_a_draft_may_be_given() -> None:
    tasks = {"DummyTaskCurriculum": DUMMY}

    assert not apply(draft(), AddStage("New"), tasks=tasks).curriculum(tasks).errors
