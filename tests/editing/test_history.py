"""Undo and redo, and what the buttons say."""

import pytest

from autotrain_core.editing import (
    MISSING,
    AddRule,
    AddStage,
    ChangeRule,
    DeclareMetric,
    DuplicateStage,
    ForgetPlaces,
    History,
    MendDocument,
    MoveRule,
    MoveRuleToStage,
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
    SetSchema,
    SetStageNote,
    describe_edit,
)
from autotrain_core.errors import EditError
from autotrain_core.rules import Metric
from tests.editing.drawn import draft, free, shipped


def cell(value) -> SetParameters:
    return SetParameters((("Calm", "dummy_para_float", value),))


def test_nothing_can_be_taken_back_at_the_start() -> None:
    start = History.start(draft())

    assert start.undo() is start
    assert start.redo() is start
    assert (start.undo_label, start.redo_label) == ("", "")


def test_a_step_is_taken_back_and_again() -> None:
    start = History.start(draft())

    done = start.do(cell(3))

    assert done.undo().draft is start.draft
    assert done.undo().redo().draft is done.draft
    assert (done.undo_label, done.undo().redo_label) == ("Calm: dummy_para_float 1.5 → 3",) * 2


def test_a_new_step_after_taking_back_forgets_the_way_that_was_left() -> None:
    history = History.start(draft()).do(cell(3)).undo().do(cell(4))

    assert history.redo() is history
    assert history.draft.document["parameters"]["Calm"]["dummy_para_float"] == 4


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    start = History.start(draft())

    assert start.do(cell(1.5)) is start


def test_an_edit_that_cannot_be_made_leaves_the_history_alone() -> None:
    history = History.start(draft()).do(cell(3))

    with pytest.raises(EditError):
        history.do(RemoveStage("Nobody"))

    assert history.undo_label == "Calm: dummy_para_float 1.5 → 3"


def test_many_steps_can_be_taken_back_and_the_oldest_are_forgotten() -> None:
    history = History.start(draft())
    for value in range(1, 1_101):
        history = history.do(cell(value))

    assert len(history.done) == 1_000
    for _ in range(1_000):
        history = history.undo()

    assert history.draft.document["parameters"]["Calm"]["dummy_para_float"] == 100


def test_a_slider_that_is_drawn_is_one_step_when_asked_for() -> None:
    start = History.start(draft())

    history = start.do(cell(3), coalesce=True).do(cell(4), coalesce=True).do(cell(5), coalesce=True)

    assert history.undo_label == "Calm: dummy_para_float 1.5 → 5"
    assert history.undo().draft is start.draft


def test_a_stage_that_is_dragged_is_one_step_when_asked_for() -> None:
    history = History.start(draft()).do(PlaceStage("Calm", 1, 1)).do(PlaceStage("Calm", 2, 2), coalesce=True)

    assert len(history.done) == 1


def test_a_slider_that_comes_back_to_where_it_was_leaves_one_step() -> None:
    history = History.start(draft()).do(cell(3), coalesce=True).do(cell(1.5), coalesce=True)

    assert len(history.done) == 1


@pytest.mark.parametrize(
    ("first", "second", "coalesce"),
    [
        (cell(3), cell(4), False),
        (cell(3), SetParameters((("Free", "dummy_para_float", 4),)), True),
        (PlaceStage("Calm", 1, 1), PlaceStage("Free", 1, 1), True),
        (PlaceStage("Calm", 1, 1), cell(3), True),
        (RemoveRule("Free", 0), RemoveRule("Free", 0), True),
    ],
)
def test_other_steps_stay_apart(first, second, coalesce: bool) -> None:
    history = History.start(draft()).do(first).do(second, coalesce=coalesce)

    assert len(history.done) == 2


def test_a_step_is_not_joined_with_one_that_was_taken_back() -> None:
    history = History.start(draft()).do(cell(3)).do(PlaceStage("Calm", 1, 1)).undo().do(cell(4), coalesce=True)

    assert len(history.done) == 2


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SetIdentity("Licking", "2"), "Called Licking 2"),
        (SetDescription("x"), "Description of the curriculum"),
        (SetSchema("2.0"), "Written as schema 2.0"),
        (SetOnMissing("stay"), "Mice stay where a value is missing"),
        (SetOnMissing("false"), "A comparison with a missing value does not hold"),
        (DeclareMetric(Metric(name="x", title="x")), "Metric x declared"),
        (RemoveMetric("x"), "Metric x removed"),
        (AddStage("New"), "New added"),
        (RenameStage("Calm", "New"), "Calm renamed to New"),
        (DuplicateStage("Calm", "New"), "Calm copied to New"),
        (RemoveStage("Calm"), "Calm removed, with 1 rule that led to it"),
        (MoveStage("Calm", 1), "Calm moved to place 2"),
        (PlaceStage("Calm", 1, 1), "Calm moved on the canvas"),
        (ForgetPlaces(), "Canvas laid out anew"),
        (cell(MISSING), "Calm: dummy_para_float left out"),
        (cell("a\u202eb"), "Calm: dummy_para_float 1.5 → 'a\\u202eb'"),
        (SetParameters((("Calm", "new", 1),)), "Calm: new 1"),
        (SetParameters((("Nobody", "new", 1),)), "Nobody: new 1"),
        (SetParameters((("Calm", "a", 1), ("Calm", "b", 1))), "Calm: 2 settings"),
        (SetParameters((("Calm", "a", 1), ("Free", "a", 1))), "a of 2 stages"),
        (SetParameters((("Calm", "a", 1), ("Free", "b", 1))), "2 settings of 2 stages"),
        (SetStageNote("Calm", "x"), "Calm: its description"),
        (SetExhaustive("Calm", value=True), "Calm: its rules are meant for every history"),
        (SetExhaustive("Calm", value=False), "Calm: its rules may leave histories undecided"),
        (AddRule("Calm", "Free", None, ""), "Calm: rule to Free added"),
        (ChangeRule("Calm", 0, to_stage="Free"), "Calm: rule 1 leads to Free"),
        (ChangeRule("Calm", 0, decision="stay"), "Calm: rule 1 decides stay"),
        (ChangeRule("Calm", 0, condition=""), "Calm: rule 1, its condition"),
        (ChangeRule("Calm", 0, description=""), "Calm: rule 1, its description"),
        (RemoveRule("Free", 1), "Free: rule 2 to Calm removed"),
        (RemoveRule("Free", 9), "Free: rule 10 removed"),
        (MoveRule("Free", 1, 0), "Free: rule 2 is now rule 1"),
        (MoveRuleToStage("Free", 1, "Calm"), "Free: rule 2 moved to Calm"),
        (MendDocument(), "Names of stages put right"),
        (ReplaceDocument(free()), "Whole document replaced"),
    ],
)
def test_every_edit_says_what_it_does(edit, words: str) -> None:
    assert describe_edit(edit, draft()) == words
    assert describe_edit(edit)


def test_an_edit_can_be_told_without_knowing_what_was_there() -> None:
    assert describe_edit(cell(3)) == "Calm: dummy_para_float 3"
    assert describe_edit(RemoveStage("Calm")) == "Calm removed"
    assert describe_edit(RemoveRule("Free", 1)) == "Free: rule 2 removed"


def test_removing_a_stage_that_many_rules_lead_to_counts_them() -> None:
    words = describe_edit(RemoveStage("Stage 2"), draft(shipped()))

    assert words == "Stage 2 removed, with 3 rules that led to it"


def test_setting_nothing_is_told_as_such() -> None:
    assert describe_edit(SetParameters(())) == "No setting"
