"""The desk of the builder: edits, undo, saving behind the page, and two people at one draft."""

from datetime import UTC, datetime

import pytest
import streamlit as st

from autotrain_core import services
from autotrain_core.editing import (
    AddRule,
    AddStage,
    Draft,
    PlaceStage,
    SetDescription,
    SetIdentity,
    SetParameters,
    SetSchema,
    templates,
)
from autotrain_core.errors import StoreUnavailableError
from autotrain_core.models import DYNAMIC_FORAGING, TODAY, Actor
from autotrain_core.store import MemoryHome, Store
from autotrain_ui.builder.desk import Desk, close, open_desk
from autotrain_ui.canvas import Select

ANNA, BERT = services.operator("anna"), services.operator("bert")
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    return Store(MemoryHome())


@pytest.fixture(autouse=True)
def a_session(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})


def ladder() -> Draft:
    ladder = next(template for template in templates() if "ladder" in template.title.lower())
    return ladder.draft(DYNAMIC_FORAGING, "Ladder", "0.1", TODAY)


def started(store: Store) -> str:
    return services.start_draft(store, ladder(), actor=ANNA, at=NOW).id


def desk_of(store: Store, identity: str) -> Desk:
    close(identity)
    return open_desk(
        identity, store, tasks=lambda: services.known_tasks(store.home, services.Settings()), may_edit=True
    )


def saved(desk: Desk, store: Store, actor: Actor) -> None:
    desk.save(store, actor)
    desk.settle(wait=True)


def first_stage(desk: Desk) -> str:
    return str(next(iter(desk.draft.document["parameters"])))


def test_what_is_edited_is_in_the_store_soon_after(store):
    desk = desk_of(store, started(store))

    desk.do(SetDescription("for juveniles"))
    saved(desk, store, ANNA)

    assert services.open_draft(store, desk.identity).draft.document["curriculum_description"] == "for juveniles"
    assert desk.is_saved


def test_what_changed_in_kind_only_is_saved_too(store):
    desk = desk_of(store, started(store))
    stage = first_stage(desk)
    desk.do(SetParameters(((stage, "MaxTime", 75),)))
    saved(desk, store, ANNA)

    desk.do(SetParameters(((stage, "MaxTime", 75.0),)))
    saved(desk, store, ANNA)

    assert repr(services.open_draft(store, desk.identity).draft.document["parameters"][stage]["MaxTime"]) == "75.0"


def test_what_two_people_change_in_different_places_is_put_together(store):
    identity = started(store)
    hers, his = desk_of(store, identity), desk_of(store, identity)

    hers.do(SetDescription("for juveniles"))
    saved(hers, store, ANNA)
    his.do(SetIdentity("Ladder", "0.2"))
    saved(his, store, BERT)

    held = services.open_draft(store, identity).draft.document
    assert (held["curriculum_description"], held["curriculum_version"]) == ("for juveniles", "0.2")
    assert his.joined is not None
    assert his.joined.by == "anna"
    assert [change.place for change in his.joined.changes] == ["description of the curriculum"]


def test_what_a_colleague_did_is_a_step_that_can_be_taken_back(store):
    identity = started(store)
    hers, his = desk_of(store, identity), desk_of(store, identity)
    hers.do(SetDescription("for juveniles"))
    saved(hers, store, ANNA)
    his.do(SetIdentity("Ladder", "0.2"))
    saved(his, store, BERT)

    assert his.history.undo_label == "changes by anna"
    his.undo()

    assert his.draft.document.get("curriculum_description", "") != "for juveniles"
    assert his.draft.document["curriculum_version"] == "0.2"


def test_where_both_changed_the_same_nothing_is_saved_until_somebody_says_which(store):
    identity = started(store)
    hers, his = desk_of(store, identity), desk_of(store, identity)
    hers.do(SetIdentity("Ladder", "0.3"))
    saved(hers, store, ANNA)

    his.do(SetIdentity("Ladder", "0.2"))
    saved(his, store, BERT)

    assert his.conflict is not None
    assert services.open_draft(store, identity).draft.document["curriculum_version"] == "0.3"
    assert not his.do(SetDescription("lost?"))

    his.answer((), store, BERT)
    his.settle(wait=True)

    assert services.open_draft(store, identity).draft.document["curriculum_version"] == "0.2"


def test_who_takes_the_answer_of_the_colleague_has_it(store):
    identity = started(store)
    hers, his = desk_of(store, identity), desk_of(store, identity)
    hers.do(SetIdentity("Ladder", "0.3"))
    saved(hers, store, ANNA)
    his.do(SetIdentity("Ladder", "0.2"))
    saved(his, store, BERT)

    his.answer([conflict.path for conflict in his.both().conflicts], store, BERT)
    his.settle(wait=True)

    assert his.draft.document["curriculum_version"] == "0.3"
    assert services.open_draft(store, identity).draft.document["curriculum_version"] == "0.3"


def test_what_was_done_while_a_colleague_was_taken_in_is_asked_too(store):
    identity = started(store)
    hers, his = desk_of(store, identity), desk_of(store, identity)
    hers.do(SetIdentity("Ladder", "0.3"))
    saved(hers, store, ANNA)

    his.do(SetDescription("for juveniles"))
    his.save(store, BERT)
    his.do(SetIdentity("Ladder", "0.2"))
    his.settle(wait=True)

    assert his.conflict is not None
    assert [conflict.words for conflict in his.both().conflicts] == ["version"]
    his.answer([his.both().conflicts[0].path], store, BERT)
    his.settle(wait=True)
    held = services.open_draft(store, identity).draft.document
    assert (held["curriculum_version"], held["curriculum_description"]) == ("0.3", "for juveniles")


def test_a_store_that_does_not_answer_costs_nothing_that_was_done(store, monkeypatch):
    desk = desk_of(store, started(store))
    desk.do(SetDescription("for juveniles"))

    def silent(*_: object, **__: object) -> None:
        raise StoreUnavailableError("The store does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(services, "save_or_merge", silent)
        saved(desk, store, ANNA)
        assert desk.problem == "The store does not answer."
    desk.problem = ""
    saved(desk, store, ANNA)

    assert services.open_draft(store, desk.identity).draft.document["curriculum_description"] == "for juveniles"


def test_a_draft_that_was_left_is_found_as_it_was_with_its_undo(store):
    desk = desk_of(store, started(store))
    desk.do(SetDescription("for juveniles"))
    desk.selected = Select(node=first_stage(desk))

    again = open_desk(desk.identity, store, tasks=dict, may_edit=True)

    assert again is desk
    assert again.history.undo_label


def test_what_a_colleague_saved_meanwhile_is_there_when_one_comes_back(store):
    identity = started(store)
    hers, his = desk_of(store, identity), desk_of(store, identity)
    hers.do(SetDescription("for juveniles"))
    saved(hers, store, ANNA)

    back = open_desk(identity, store, tasks=dict, may_edit=True)

    assert back is his
    assert back.draft.document["curriculum_description"] == "for juveniles"
    assert back.joined is not None


def test_who_may_only_look_changes_nothing(store):
    desk = desk_of(store, started(store))
    desk.is_review_only = True

    assert not desk.do(SetDescription("lost?"))
    desk.undo()

    assert desk.is_saved


def test_stages_stand_still_while_rules_are_edited_and_stages_come_behind_them(store):
    desk = desk_of(store, started(store))
    desk.do(SetSchema("2.0"))
    before = desk.places()
    stages = list(desk.draft.document["parameters"])

    desk.do(AddRule(stages[0], stages[2], None, "lambda metrics: metrics.session_total >= 9"))
    desk.do(AddStage("Between", after=stages[1], like=stages[1]))

    after = desk.places()
    assert [after[stage] for stage in stages[:2]] == [before[stage] for stage in stages[:2]]
    assert after["Between"] == before[stages[2]]


def test_a_stage_that_somebody_moved_stays_and_others_make_room(store):
    desk = desk_of(store, started(store))
    desk.do(SetSchema("2.0"))
    stages = list(desk.draft.document["parameters"])
    taken = desk.places()[stages[1]]
    desk.do(PlaceStage(stages[-1], *taken))

    places = desk.places()

    assert places[stages[-1]] == taken
    assert places[stages[1]] != taken


def test_what_is_done_together_is_taken_back_together(store):
    desk = desk_of(store, started(store))
    desk.do(SetSchema("2.0"))
    before = desk.draft

    desk.do_together(AddStage("Here", after=None), PlaceStage("Here", 400.0, 80.0))

    assert desk.places()["Here"] == (400.0, 80.0)
    desk.undo()
    assert desk.draft is before
