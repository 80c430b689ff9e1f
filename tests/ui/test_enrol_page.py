"""The page Enrol and move: the list and its dry run, what is enrolled, moved, and taken back; and who may not."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.models import State
from autotrain_core.services import EnrolmentWish
from tests.services.labs import acting
from tests.services.nights import Nights
from tests.services.people import MOUSE, OTHER, PEOPLE, Lab
from tests.ui.apps import opened, said, toasts

FROM, TO = "Coupled Baiting@2.3", "Uncoupled Baiting@2.3"
MOVING = {"show": "Move", "source": FROM, "to": TO}
ATTACK = "<img src=x onerror=alert(1)> **b** :red[x]"


@pytest.fixture
def lab(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab with two mice after its first night; its PI looks."""
    monkeypatch.setenv("AUTOTRAIN_PERSON", "heron@lab.org")
    return Lab(nights=nights)


def listed(text: str, **query: str) -> AppTest:
    """Open the page, and paste a list into it."""
    app = opened("enrol", **{"curriculum": FROM, **query})
    app.text_area[0].set_value(text)
    return app.run()


def table(app: AppTest, column: str) -> Any:
    """The first table that has a column."""
    return next(each.value for each in app.dataframe if column in each.value.columns)


def button(app: AppTest, key: str) -> Any:
    return app.button(key=key)


def keys(app: AppTest) -> set[str]:
    return {str(each.key) for each in app.button}


def enrolled(lab: Lab) -> dict[str, bool]:
    """Which mice were enrolled, and whether that stands."""
    return {one.subject_id: one.stands for one in services.said(lab.store).enrolments.values()}


def somebody_enrols(lab: Lab, mouse: str) -> None:
    """Do it as somebody else does, at another computer."""
    wanted = [EnrolmentWish(subject_id=mouse, curriculum="Coupled Baiting", version="2.3", note=ATTACK)]
    ben = acting("ben@lab.org", PEOPLE)
    seen = services.plan_enrolments(lab.store, lab.settings, lab.view(), wanted, actor=ben, at=lab.at).seen
    services.enrol(lab.store, lab.settings, wanted, seen=seen, actor=ben, at=lab.at, identity="other")


# ---- enrolling ----


def test_a_list_is_tried_enrolled_told_to_the_rigs_and_undone(lab: Lab) -> None:
    app = listed("700010 700011")

    assert table(app, "what")["mouse"].tolist() == ["700010", "700011"]
    assert "2 mice would be enrolled." in said(app)
    assert enrolled(lab) == {}

    button(app, "enrol-enrol").click().run()
    assert enrolled(lab) == {"700010": True, "700011": True}
    assert lab.latest("700010")["next_stage_suggested"] == "STAGE_1_WARMUP"
    assert app.text_area[0].value == ""
    assert table(app, "since")["mouse"].tolist() == ["700010", "700011"]
    assert any("The rigs are told" in toast for toast in toasts(app))

    button(app, "enrol-undo").click().run()
    assert enrolled(lab) == {"700010": False, "700011": False}
    assert "700010" not in set(lab.nights.read_by_rig()["subject_id"])


def test_what_cannot_be_enrolled_blocks_all_until_it_is_left_out(lab: Lab) -> None:
    app = listed(f"700010 {MOUSE}")

    assert button(app, "enrol-enrol").disabled
    assert "propose it on its page" in said(app)

    button(app, "enrol-leave-out").click().run()
    assert table(app, "what")["mouse"].tolist() == ["700010"]
    assert not button(app, "enrol-enrol").disabled


def test_what_is_wrong_with_a_list_is_told_with_its_lines(lab: Lab) -> None:
    app = listed("700010\n=1+1\n")

    assert "line 2: the id '=1+1' begins like a formula of a spreadsheet" in said(app)
    assert "enrol-enrol" not in keys(app)


def test_a_list_that_somebody_else_overtook_enrols_nobody(lab: Lab) -> None:
    app = listed("700010 700011")
    somebody_enrols(lab, "700011")

    button(app, "enrol-enrol").click().run()

    assert enrolled(lab) == {"700011": True}
    assert any("enrolled it in Coupled Baiting 2.3" in toast for toast in toasts(app))
    assert button(app, "enrol-enrol").disabled


def test_an_enrolment_is_taken_back_from_the_list_of_those_that_wait(lab: Lab) -> None:
    somebody_enrols(lab, "700011")
    app = opened("enrol")
    (key,) = [str(each.key) for each in app.dataframe]
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()

    button(app, "enrol-end").click().run()

    assert enrolled(lab) == {"700011": False}


def test_what_people_typed_is_shown_as_text(lab: Lab) -> None:
    somebody_enrols(lab, "700011")

    app = listed(f'subject_id,note\n700012,"{ATTACK}"\n')

    assert not app.exception
    assert ATTACK not in "".join(str(each.value) for each in app.markdown)


def test_a_file_takes_the_place_of_what_was_typed() -> None:
    def page() -> None:
        import streamlit as st

        from autotrain_ui import enrol_parts

        if "taken" not in st.session_state:
            st.session_state["taken"] = True
            st.session_state[enrol_parts._key()] = "1"
            enrol_parts._taken([("mice.csv", "700010;700011".encode("utf-16"))])
        st.text_area("Mice", key=enrol_parts._key())

    assert AppTest.from_function(page).run().text_area[0].value == "700010;700011"


# ---- moving ----


def test_mice_are_tried_moved_told_to_the_rigs_and_undone(lab: Lab) -> None:
    app = opened("enrol", **MOVING)

    assert table(app, "changes")["mouse"].tolist() == [MOUSE, OTHER]
    assert "2 mice would go." in said(app)

    app.text_input[0].set_value("new task")
    button(app, "move-move").click().run()
    assert {one.state for one in services.said(lab.store).overrides.values()} == {State.PUBLISHED}
    assert lab.latest()["curriculum_name"] == "Uncoupled Baiting"
    assert "2 mice to Uncoupled Baiting 2.3, by heron@lab.org just now: new task (2 mice have not run by it)" in said(
        app
    )

    button(app, "enrol-undo").click().run()
    assert {one.state for one in services.said(lab.store).overrides.values()} == {State.REVOKED}
    assert lab.latest()["curriculum_name"] == "Coupled Baiting"


def test_a_move_needs_a_reason(lab: Lab) -> None:
    app = opened("enrol", **MOVING)

    button(app, "move-move").click().run()

    assert any("say why" in toast for toast in toasts(app))
    assert not services.said(lab.store).overrides


def test_the_stage_map_that_was_edited_is_the_one_that_counts(lab: Lab) -> None:
    app = opened("enrol", **MOVING)
    app.session_state[f"move-stages-{FROM}-{TO}"] = {
        "edited_rows": {4: {"then": "STAGE_2"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    app.run()

    assert table(app, "changes").query("mouse == @MOUSE")["then"].tolist() == ["Stage 2"]


def test_mice_that_cannot_go_block_all_until_they_are_left_out(lab: Lab) -> None:
    lab.propose()
    app = opened("enrol", **MOVING)
    assert button(app, "move-move").disabled

    button(app, "move-leave-out").click().run()

    assert table(app, "changes")["mouse"].tolist() == [OTHER]
    assert not button(app, "move-move").disabled


def test_what_happened_since_the_plan_was_drawn_stops_the_move(lab: Lab) -> None:
    app = opened("enrol", **MOVING)
    app.text_input[0].set_value("new task")
    lab.propose()

    button(app, "move-move").click().run()

    assert list(services.said(lab.store).overrides) == ["ov-1"]
    assert any("proposed STAGE_1" in toast for toast in toasts(app))


def test_a_trainer_enrols_and_is_told_who_moves(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", "ben@lab.org")

    app = opened("enrol", **MOVING)

    assert "To move many mice to another curriculum or version takes the role PI." in said(app)
    assert "move-move" not in keys(app)


def test_a_viewer_does_not_come_in(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", "vera@lab.org")

    app = opened("enrol")

    assert "Enrol and move is for those who may enrol a mouse" in said(app)
    assert not app.text_area
