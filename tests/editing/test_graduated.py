"""Graduated copies the final stage, also where another stage becomes the final one."""

import pytest

from autotrain_core.editing import AddStage, DuplicateStage, MoveStage, apply
from tests.editing.drawn import draft, shipped


@pytest.mark.parametrize(
    "edit",
    [
        AddStage("Stage 5", after="Stage final", like="Stage 1"),
        DuplicateStage("Stage final", "Stage 5"),
        MoveStage("Stage 1", 4),
    ],
    ids=["added", "copied", "moved"],
)
def test_graduated_copies_the_stage_that_is_the_last_one_now(edit):
    after = apply(draft(shipped()), edit).document["parameters"]

    last = stages_of_document(after)[-1]
    assert last != "Stage final"
    assert after["Graduated"] == after[last]


def test_graduated_that_was_changed_by_hand_stays_as_it_is():
    document = shipped()
    document["parameters"]["Graduated"]["MaxTime"] = 30

    after = apply(draft(document), AddStage("Stage 5", after="Stage final", like="Stage 1")).document["parameters"]

    assert after["Graduated"] == document["parameters"]["Graduated"]


def stages_of_document(parameters):
    return [stage for stage in parameters if stage != "Graduated"]
