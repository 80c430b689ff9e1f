"""The panels of a rule and of a stage: numbers as people type them, words that fall behind, labs with nothing in them."""

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core.editing import ChangeRule, RenameStage, apply
from autotrain_ui.builder.desk import Desk
from tests.services.nights import Nights, session
from tests.ui.apps import drawn, said
from tests.ui.rule_editing import named
from tests.ui.test_builder_page import DRAFT, chosen, desk_with, held, ladder

KEY = f"builder-{DRAFT}-Stage 2"
RULE = f"{KEY}-rule0"
TWO = "lambda metrics: metrics.finished_trials[-1] >= 300 and metrics.foraging_efficiency[-1] >= 0.65"


def stage_with(nights: Nights, group: str = "Blocks") -> tuple[AppTest, Desk]:
    app, desk = desk_with(nights)
    chosen(app, desk, "Stage 2")
    app.pills(key=f"builder-{DRAFT}-group").set_value(group).run()
    return app, desk


def rule_with(nights: Nights, description: str = "", condition: str = TWO) -> tuple[AppTest, Desk]:
    draft = apply(ladder(), ChangeRule("Stage 2", 0, condition=condition, description=description))
    app, desk = desk_with(nights, draft)
    return chosen(app, desk, "Stage 2", rule=0), desk


def rule_of(nights: Nights, desk: Desk) -> dict[str, str]:
    return dict(held(nights, desk)["curriculum"]["Stage 2"]["transition_rules"][0])


# ---- settings ----


@pytest.mark.parametrize("typed", ["3,5", "3.5", "nan", "abc", "", "1,500"])
def test_a_setting_that_cannot_be_read_stays_in_its_field_and_changes_nothing(nights: Nights, typed: str) -> None:
    app, desk = stage_with(nights)
    before = desk.draft

    app.text_input(key=f"{KEY}-BlockMin").input(typed).run()

    assert desk.draft == before
    assert app.text_input(key=f"{KEY}-BlockMin").value == typed
    assert "BlockMin must be a whole number" in said(app)


def test_the_reason_beside_a_setting_goes_when_a_number_comes(nights: Nights) -> None:
    app, desk = stage_with(nights)
    app.text_input(key=f"{KEY}-BlockMin").input("3,5").run()

    app.text_input(key=f"{KEY}-BlockMin").input("7 trials").run()

    assert held(nights, desk)["parameters"]["Stage 2"]["BlockMin"] == 7
    assert app.text_input(key=f"{KEY}-BlockMin").value == "7"
    assert "BlockMin must be" not in said(app)


def test_what_could_not_be_read_is_forgotten_when_the_setting_is_changed_elsewhere(nights: Nights) -> None:
    app, desk = stage_with(nights)
    app.text_input(key=f"{KEY}-BlockMin").input("7").run()
    app.text_input(key=f"{KEY}-BlockMin").input("7,7").run()

    app.button(key="builder-undo").click().run()

    shown = app.text_input(key=f"{KEY}-BlockMin~1").value
    assert shown == str(desk.draft.document["parameters"]["Stage 2"]["BlockMin"])
    assert "BlockMin must be" not in said(app)


def test_a_decimal_comma_in_a_setting_is_a_point(nights: Nights) -> None:
    app, desk = stage_with(nights, "Timing")

    app.text_input(key=f"{KEY}-DelayMin").input("0,65").run()

    assert held(nights, desk)["parameters"]["Stage 2"]["DelayMin"] == 0.65
    assert app.text_input(key=f"{KEY}-DelayMin").value == "0.65"


def test_the_same_number_in_another_spelling_is_no_change(nights: Nights) -> None:
    app, desk = stage_with(nights)
    before = app.text_input(key=f"{KEY}-BlockMin").value

    app.text_input(key=f"{KEY}-BlockMin").input(f"{before}.0").run()

    assert not desk.history.done
    assert app.text_input(key=f"{KEY}-BlockMin").value == before


# ---- what its author says of a rule ----


def test_words_that_still_hold_the_old_number_are_told_and_mended_in_one_step(nights: Nights) -> None:
    app, desk = rule_with(nights, "At least 300 trials")
    named(app, "text_input", "threshold").input("310").run()
    assert "It still says 300; the condition now asks for 310." in said(app)
    steps = len(desk.history.done)

    app.button(key=f"{RULE}-replace").click().run()

    assert rule_of(nights, desk)["condition_description"] == "At least 310 trials"
    assert len(desk.history.done) == steps + 1
    assert "It still says" not in said(app)


def test_undo_of_the_condition_takes_the_remark_back(nights: Nights) -> None:
    app, _ = rule_with(nights, "At least 300 trials")
    named(app, "text_input", "threshold").input("310").run()

    app.button(key="builder-undo").click().run()

    assert "It still says" not in said(app)


def test_a_number_that_is_gone_altogether_is_told_and_nothing_is_offered_for_it(nights: Nights) -> None:
    app, _ = rule_with(nights, "At least 300 trials")

    named(app, "button", "remove").click().run()

    assert "It still says 300, which the condition has no more." in said(app)
    assert not [each for each in app.button if each.key == f"{RULE}-replace"]


# ---- labs with nothing in them ----


def test_an_empty_lab_says_so_beside_the_threshold_and_below_the_rule(nights: Nights) -> None:
    app, _ = rule_with(nights)

    assert "This lab has no sessions yet" in drawn(app)
    assert "This lab has no sessions yet. A history can be typed all the same." in said(app)
    app.segmented_control(key=f"{RULE}-condition:way").set_value("One mouse").run()
    assert "This lab has no sessions yet. A history can be typed all the same." in said(app)


def test_a_mouse_without_sessions_that_can_be_asked_says_so(nights: Nights) -> None:
    nights.run([session("8", 1, stage="STAGE_1"), session("9", 1, curriculum_name=None, curriculum_version=None)])
    app, _ = rule_with(nights)
    app.segmented_control(key=f"{RULE}-condition:way").set_value("One mouse").run()

    app.selectbox(key=f"{RULE}-condition:mouse").select("9").run()

    assert not app.exception
    assert "Mouse 9 has no session that a rule can be asked of." in said(app)


def test_a_history_without_values_is_no_refusal(nights: Nights) -> None:
    app, _ = rule_with(nights)

    app.segmented_control(key=f"{RULE}-condition:way").set_value("Typed history").run()

    assert "Type some values above" in said(app)
    assert "at-strip" not in drawn(app).replace(".at-strip", "")
    app.text_input(key=f"{RULE}-condition:typed:finished_trials").input("310").run()
    assert 'class="at-strip"' in drawn(app)


def test_a_comma_in_a_history_is_told_to_part_values(nights: Nights) -> None:
    app, _ = rule_with(nights)
    app.segmented_control(key=f"{RULE}-condition:way").set_value("Typed history").run()

    app.text_input(key=f"{RULE}-condition:typed:foraging_efficiency").input("0,65").run()

    assert "A comma parts values here: 2 sessions. Fractions have a point." in said(app)


# ---- what a browser sends late ----


def test_where_undo_changes_a_field_a_new_one_takes_its_place(nights: Nights) -> None:
    """A browser that has not drawn it yet sends what it showed before, and that must not be taken for typed."""
    app, desk = stage_with(nights)
    before = app.text_input(key=f"{KEY}-BlockMin").value
    app.text_input(key=f"{KEY}-BlockMin").input("7").run()

    app.button(key="builder-undo").click().run()
    shown = [field.key for field in app.text_input if (field.key or "").split("~")[0] == f"{KEY}-BlockMin"]
    app.button(key="builder-redo").click().run()

    assert shown == [f"{KEY}-BlockMin~1"]
    assert app.text_input(key=f"{KEY}-BlockMin~2").value == "7"
    assert before != "7"
    assert len(desk.history.done) == 1


def test_a_setting_of_a_stage_that_has_gone_changes_nothing(nights: Nights) -> None:
    app, desk = stage_with(nights)
    app.text_input(key=f"{KEY}-BlockMin").input("7")
    desk.do(RenameStage("Stage 2", "Stage 4"))

    app.run()

    assert not app.exception
    assert desk.draft.document["parameters"]["Stage 4"]["BlockMin"] != 7
    assert len(desk.history.done) == 1


def test_a_group_stays_chosen_though_its_label_tells_another_number(nights: Nights) -> None:
    app, desk = stage_with(nights)

    app.text_input(key=f"{KEY}-BlockMin").input("7").run()
    app.text_input(key=f"{KEY}-BlockMax").input("77").run()

    assert app.session_state[f"builder-{desk.identity}-group:chosen"] == "Blocks"
    assert app.text_input(key=f"{KEY}-BlockMax").value == "77"


def test_a_stage_is_marked_as_deciding_every_history_and_undo_takes_the_mark_back(nights: Nights) -> None:
    app, desk = stage_with(nights)

    app.checkbox(key=f"{KEY}-exhaustive").check().run()
    marked = dict(held(nights, desk)["curriculum"]["Stage 2"])
    desk.undo()
    app.run()

    assert marked["exhaustive"] is True
    assert "exhaustive" not in held(nights, desk)["curriculum"]["Stage 2"]
    assert not app.checkbox[0].value
