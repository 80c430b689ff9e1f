"""The past of a draft: what is told of it, the way back, and that nothing is deleted for good."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.editing import PlaceStage, SetDescription, apply
from autotrain_core.errors import DamagedError, NotStoredError
from autotrain_ui.builder import past
from tests.services.nights import Nights
from tests.services.publishing import ADA, DEE, EVE, HERON, acting
from tests.ui.apps import drawn, said, toasts
from tests.ui.desks import BLOCK_MIN, DRAFT, copied, desk_of, kept, part, saved_by, stored

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def designer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


def with_a_past(nights: Nights) -> None:
    """Three versions: started by Dee, a setting by Eve, a description by Dee."""
    base = kept(nights, copied())
    second = saved_by(nights, EVE, apply(base.draft, BLOCK_MIN), base, note=f"Stage 2 {ATTACK}")
    saved_by(nights, DEE, apply(second.draft, SetDescription("as discussed")), second)


def chosen(row: int) -> AppTest:
    app = part("past")
    app.session_state["builder-past-list"] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    return app.run()


def test_versions_are_listed_with_who_and_what_the_newest_first(nights: Nights) -> None:
    with_a_past(nights)

    app = part("past")

    table = app.dataframe[0].value
    assert table["Version"].tolist() == [3, 2, 1]
    assert table["Who"].tolist() == [DEE.email, EVE.email, DEE.email]
    assert table["What"].tolist()[1:] == [f"Stage 2 {ATTACK}", "started"]
    assert "as discussed" in said(app)
    assert ATTACK not in drawn(app)


def test_of_a_version_that_is_ticked_it_is_told_what_changed_with_it(nights: Nights) -> None:
    with_a_past(nights)

    told = " ".join(said(chosen(1)).split())

    assert "What changed with version 2" in told
    assert "Stage 2, BlockMin 10 → 12" in told


def test_the_first_version_has_nothing_before_it(nights: Nights) -> None:
    with_a_past(nights)

    assert "This is the first version." in said(chosen(2))


def test_a_version_in_which_boxes_were_moved_says_so(nights: Nights) -> None:
    base = kept(nights, copied())
    saved_by(nights, EVE, apply(base.draft, PlaceStage("Stage 2", 80, 80)), base)

    assert "No field; boxes may have been moved." in said(part("past"))


def test_going_back_is_a_step_that_can_be_undone(nights: Nights) -> None:
    with_a_past(nights)
    app = chosen(2)

    app.button(key="builder-restore").click().run()

    desk = desk_of(app)
    assert desk.draft == copied()
    assert desk.joined is None
    assert stored(nights).draft == copied()
    assert desk.history.undo_label == "back to version 1"
    desk.undo()
    assert desk.draft.document["curriculum_description"] == "as discussed"


def test_what_was_saved_in_between_is_not_overwritten_by_going_back(nights: Nights) -> None:
    with_a_past(nights)
    app = chosen(2)
    base = stored(nights)
    saved_by(nights, EVE, apply(base.draft, SetDescription("by Eve")), base)

    app.button(key="builder-restore").click().run()

    assert stored(nights).draft.document["curriculum_description"] == "by Eve"
    assert any("saved by someone else" in told for told in toasts(app))


def test_what_was_edited_since_it_was_drawn_is_not_lost_by_going_back(nights: Nights) -> None:
    with_a_past(nights)
    app = chosen(2)
    desk_of(app).do(SetDescription("quickly"))

    app.button(key="builder-restore").click().run()

    assert desk_of(app).draft.document["curriculum_description"] == "quickly"
    assert any("The draft changed since this was drawn" in told for told in toasts(app))


def test_a_draft_is_deleted_and_brought_back_as_it_was(nights: Nights) -> None:
    with_a_past(nights)
    before = stored(nights).draft
    app = part("past")
    app.button(key="builder-past-delete").click().run()
    with pytest.raises(NotStoredError):
        services.open_draft(nights.store, DRAFT)
    app.query_params["part"] = "removed"
    app.run()
    assert "Deleted: Coupled Baiting 2.3" in said(app)

    app.button(key="builder-bring-back").click().run()

    assert stored(nights).draft == before
    assert "Deleted:" not in said(app)


def test_a_draft_that_somebody_saved_since_is_not_deleted(nights: Nights) -> None:
    with_a_past(nights)
    app = part("past")
    base = stored(nights)
    saved_by(nights, EVE, apply(base.draft, SetDescription("by Eve")), base)

    app.button(key="builder-past-delete").click().run()

    assert stored(nights).draft.document["curriculum_description"] == "by Eve"


def test_the_history_of_a_draft_that_was_gone_for_a_while_says_so(nights: Nights) -> None:
    with_a_past(nights)
    services.remove_draft(nights.store, DRAFT, replaces=stored(nights).version, actor=acting(DEE), at=nights.at)
    services.bring_back_draft(nights.store, DRAFT, actor=acting(DEE), at=nights.at)

    app = chosen(1)

    assert "deleted" in app.dataframe[0].value["What"].tolist()
    assert "With version 4 the draft was deleted" in said(app)


def test_whoever_may_only_look_sees_the_past_and_changes_nothing(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_past(nights)
    monkeypatch.setenv("AUTOTRAIN_PERSON", HERON.email)

    app = chosen(2)

    assert len(app.dataframe[0].value) == 3
    assert {"builder-restore", "builder-past-delete"}.isdisjoint(button.key for button in app.button)


def test_of_a_long_past_the_newest_are_listed(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_past(nights)
    monkeypatch.setattr(past, "MOST", 2)

    app = part("past")

    assert app.dataframe[0].value["Version"].tolist() == [3, 2]
    assert "The newest 2; there are older ones." in said(app)


def test_a_damaged_past_is_said(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object, **__: object) -> object:
        raise DamagedError("drafts/d1", "is not what was written.")

    with_a_past(nights)
    monkeypatch.setattr(services, "draft_history", damaged)

    assert "is damaged" in said(part("past"))


def test_whoever_lost_the_right_since_brings_nothing_back(nights: Nights) -> None:
    with_a_past(nights)
    app = part("past")
    app.button(key="builder-past-delete").click().run()
    app.query_params["part"] = "removed"
    app.run()
    members, version = services.members(nights.store)
    gone = members.with_member(DEE.model_copy(update={"roles": HERON.roles}))
    services.save_members(nights.store, gone, replaces=version, actor=acting(ADA), at=nights.at)

    app.button(key="builder-bring-back").click().run()

    with pytest.raises(NotStoredError):
        services.open_draft(nights.store, DRAFT)
