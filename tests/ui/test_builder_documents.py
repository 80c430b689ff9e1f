"""Documents in the builder: what somebody only looked at comes out as it went in, to the byte."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.editing import document_bytes
from autotrain_ui.builder.desk import Desk
from tests.services.nights import Nights
from tests.ui.apps import PROJECT, opened, said

ACTOR = services.operator("tester")
HOW_MANY = 22


def documents() -> Iterator[Path]:
    """All documents that are shipped, and those of the reference where they are at hand."""
    yield from sorted(PROJECT.glob("curriculums/*/*_curriculum_v*_schema_v*.json"))
    if folder := os.environ.get("AUTOTRAIN_REFERENCE"):
        yield from sorted(Path(folder, "data", "curricula").glob("*.json"))


DOCUMENTS = tuple(documents())


def test_all_documents_of_the_reference_are_among_them(reference: Path) -> None:
    found = [path for path in DOCUMENTS if reference in path.parents]

    assert len(found) == HOW_MANY


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_document_that_nobody_changed_comes_out_byte_by_byte(nights: Nights, path: Path) -> None:
    body = path.read_bytes()
    draft = services.from_upload([(path.name, body)], known=services.known_tasks(nights.home, services.Settings()))
    stored = services.start_draft(nights.store, draft, actor=ACTOR, at=nights.at)

    app = opened("builder", draft=stored.id)
    assert not app.exception
    desk: Desk = app.session_state["builder:desks"][stored.id]
    for shown in ("Settings", "Changes", "Document"):
        app.segmented_control(key=f"builder-shown-{stored.id}").set_value(shown).run()
        assert not app.exception
    desk.save(nights.store, ACTOR)
    desk.settle(wait=True)

    held = services.open_draft(nights.store, stored.id)
    assert document_bytes(held.draft.document) == body
    assert held.number == 1


def test_looking_at_each_stage_and_rule_changes_no_byte(nights: Nights) -> None:
    (path,) = PROJECT.glob("curriculums/coupled-baiting-2.3/*_schema_v1.0.json")
    stored = services.start_draft(
        nights.store, services.from_upload([(path.name, path.read_bytes())]), actor=ACTOR, at=nights.at
    )
    app = opened("builder", draft=stored.id)
    desk: Desk = app.session_state["builder:desks"][stored.id]

    seen = []
    for stage in desk.curriculum.stages:
        for rule in (None, *range(1, len(stage.rules) + 1)):
            place = {"stage": stage.name} if rule is None else {"stage": stage.name, "rule": str(rule)}
            shown = opened("builder", draft=stored.id, **place)
            assert not shown.exception
            seen.append(stage.name if rule is None else f"Rule {rule} of {len(stage.rules)}")
            assert seen[-1] in said(shown)

    assert len(seen) > len(desk.curriculum.stages)
    assert document_bytes(services.open_draft(nights.store, stored.id).draft.document) == path.read_bytes()
    assert services.open_draft(nights.store, stored.id).number == 1


def test_an_edit_that_was_saved_and_taken_back_leaves_no_byte(nights: Nights) -> None:
    (path,) = PROJECT.glob("curriculums/coupled-baiting-2.3/*_schema_v1.0.json")
    stored = services.start_draft(
        nights.store, services.from_upload([(path.name, path.read_bytes())]), actor=ACTOR, at=nights.at
    )
    app = opened("builder", draft=stored.id)
    desk: Desk = app.session_state["builder:desks"][stored.id]
    app.text_area(key=f"builder-description-{stored.id}").set_value("for nobody").run()
    desk.settle(wait=True)
    assert services.open_draft(nights.store, stored.id).draft.document["curriculum_description"] == "for nobody"

    app.button(key="builder-undo").click().run()
    desk.settle(wait=True)

    assert document_bytes(services.open_draft(nights.store, stored.id).draft.document) == path.read_bytes()
