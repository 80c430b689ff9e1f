"""The curricula that mice are trained with: nothing of them is lost, and they can be made by edits alone."""

import json
from pathlib import Path

import pytest

from autotrain_core.editing import (
    AddRule,
    AddStage,
    Draft,
    History,
    RenameStage,
    SetDescription,
    SetParameters,
    SetStageNote,
    document_bytes,
    draft_from_bytes,
    draft_to_bytes,
    templates,
)
from autotrain_core.models import DYNAMIC_FORAGING, load_curriculum, save_curriculum
from tests.editing import drawn


@pytest.fixture(scope="session")
def shipped(reference: Path) -> list[bytes]:
    files = sorted((reference / "data" / "curricula").glob("*_curriculum_*.json"))
    assert len(files) == 22
    return [file.read_bytes() for file in files]


def test_every_shipped_document_comes_out_of_a_draft_as_it_went_in(shipped: list[bytes]) -> None:
    for body in shipped:
        draft = Draft(document=load_curriculum(body).document)

        kept = draft_from_bytes(draft_to_bytes(draft))

        assert document_bytes(kept.document) == body == save_curriculum(load_curriculum(body))


def test_every_shipped_document_is_the_same_after_edits_are_taken_back(shipped: list[bytes]) -> None:
    for body in shipped:
        draft = Draft(document=json.loads(body))
        first = next(iter(draft.document["parameters"]))
        history = History.start(draft).do(SetStageNote(first, "other")).do(RenameStage(first, "Stage 5"))
        assert document_bytes(history.draft.document) != body

        back = history.undo().undo()

        assert document_bytes(back.draft.document) == body


def test_a_shipped_document_is_read_from_a_draft_as_from_its_file(shipped: list[bytes]) -> None:
    for body in shipped:
        assert Draft(document=json.loads(body)).curriculum() == load_curriculum(body)


def test_coupled_baiting_can_be_made_from_blank_by_edits_alone() -> None:
    wanted = load_curriculum(drawn.SHIPPED.read_bytes())
    blank = next(template for template in templates() if template.key == "blank")
    history = History.start(blank.draft(DYNAMIC_FORAGING, wanted.name, wanted.version, "1.0"))

    history = history.do(SetDescription(wanted.description)).do(RenameStage("Stage 1", "Stage 1 w/warmup"))
    for stage in wanted.stages[1:-1]:
        history = history.do(AddStage(stage.name))
    for stage in wanted.stages[:-1]:
        cells = tuple((stage.name, name, value) for name, value in stage.parameters.items())
        history = history.do(SetParameters(cells))
    final = tuple(("Graduated", name, value) for name, value in wanted.stages[-1].parameters.items())
    history = history.do(SetParameters(final))
    for stage in wanted.stages:
        for rule in stage.rules:
            history = history.do(AddRule(stage.name, rule.to_stage, None, rule.condition_text, rule.description))

    made = load_curriculum(document_bytes(history.draft.document))
    assert made == wanted
    assert json.loads(made.text) == json.loads(wanted.text)
    assert made.text == wanted.text
