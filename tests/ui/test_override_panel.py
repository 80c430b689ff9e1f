"""The panel of overrides on the page of a mouse: proposed with open eyes, answered in place, and nothing by any trick."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.models import Kind, State
from autotrain_core.services import Seen
from tests.services.labs import HERON
from tests.services.people import MOUSE, VERA, Lab
from tests.ui.apps import drawn, said, toasts
from tests.ui.labs_of_people import Look, button, copied, keys, looking, made_in

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, Path]:
    folder = tmp_path_factory.mktemp("first")
    return made_in(folder), folder


@pytest.fixture
def lab(first: tuple[Lab, Path], place: Path) -> Lab:
    return copied(*first, place)


@pytest.fixture
def look(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Look:
    return looking(monkeypatch)


def press(app: AppTest, start: str) -> AppTest:
    return button(app, start).click().run()


def asking(look: Look, stage: str | None = "STAGE_1", kind: str = "stage") -> AppTest:
    """The form, opened by a trainer, with a stage chosen."""
    app = press(look("ben", "panel", subject=MOUSE), "override-open")
    app.button_group(key="override-kind-1").set_value(kind).run()
    return app.selectbox(key="override-stage-1").set_value(stage).run() if stage else app


def overrides(lab: Lab) -> list[State]:
    return [one.state for one in services.said(lab.store).overrides.values()]


# ---- proposing ----


def test_the_form_shows_what_changes_and_who_has_to_agree_before_anything_is_sent(lab: Lab, look: Look) -> None:
    app = asking(look)

    shown = said(app)
    assert "It needs approval by the PI of 700001, Dr. Heron (going back more than one stage)." in shown
    assert "BlockMin" in shown
    assert "Its last sessions" in shown
    assert app.button(key="override-send-1").label.replace("\\", "") == "Propose: 700001 goes to Stage 1"
    assert overrides(lab) == []


def test_what_is_sent_waits_for_the_pi_and_the_form_is_gone(lab: Lab, look: Look) -> None:
    app = asking(look)
    app.button_group(key="override-reason-1").set_value("bias")
    app.text_area(key="override-note-1").set_value(ATTACK)
    app.button(key="override-send-1").click().run()

    assert overrides(lab) == [State.PROPOSED]
    assert "Waits for an answer" in said(app)
    assert ATTACK not in drawn(app)
    assert keys(app, "override-send") == []


def test_without_a_reason_nothing_is_sent_and_what_was_typed_is_kept(lab: Lab, look: Look) -> None:
    app = asking(look)
    app.text_area(key="override-note-1").set_value("since Monday")
    app.button(key="override-send-1").click().run()

    assert any("Say why" in toast for toast in toasts(app))
    assert app.text_area(key="override-note-1").value == "since Monday"
    assert overrides(lab) == []


def test_what_the_policy_leaves_to_the_trainer_is_told_to_the_rigs_at_once(lab: Lab, look: Look) -> None:
    app = asking(look, stage=None, kind="hold")
    app.button_group(key="override-reason-1").set_value("health")
    app.button(key="override-send-1").click().run()

    assert overrides(lab) == [State.PUBLISHED]
    assert lab.latest()["next_stage_suggested"] == "STAGE_3"
    assert any("The rigs are told: Stage 3 for 700001." in toast for toast in toasts(app))
    assert "In force: the rigs are told" in said(app)


def test_a_session_that_came_meanwhile_is_told_and_the_form_stays(lab: Lab, look: Look) -> None:
    app = asking(look)
    app.button_group(key="override-reason-1").set_value("bias")
    lab.trains("STAGE_FINAL")
    app.button(key="override-send-1").click().run()

    assert overrides(lab) == []
    assert any("has come" in toast for toast in toasts(app))
    assert keys(app, "override-send") == ["override-send-1"]


def test_a_choice_that_was_not_drawn_yet_is_not_sent(lab: Lab, look: Look) -> None:
    app = asking(look)
    app.button_group(key="override-reason-1").set_value("bias")
    app.selectbox(key="override-stage-1").set_value("STAGE_2")
    app.button(key="override-send-1").click().run()

    assert overrides(lab) == []
    assert any("You changed it in that moment" in toast for toast in toasts(app))


def test_retired_versions_are_not_offered(lab: Lab, look: Look) -> None:
    offered = asking(look, stage=None, kind="curriculum").selectbox(key="override-curriculum-1").options
    name, _, version = offered[0].rpartition(" ")
    services.retire(lab.store, name, version, reason="old", actor=services.operator("op"), at=lab.at)

    after = asking(look, stage=None, kind="curriculum").selectbox(key="override-curriculum-1").options

    assert offered[0] not in after


def test_an_override_of_before_that_a_session_overtook_is_proposed_again_as_it_was(lab: Lab, look: Look) -> None:
    lab.propose(reason="other", reason_text="he said so", note="look")
    lab.trains("STAGE_FINAL")

    app = press(look("ben", "panel", subject=MOUSE), "override-again")

    assert "Overtaken: another session came first" in said(app)
    assert app.selectbox(key="override-stage-1").value == "STAGE_1"
    assert app.text_input(key="override-text-1").value == "he said so"
    assert app.text_area(key="override-note-1").value == "look"


# ---- answering in place ----


def test_the_pi_approves_on_the_page_of_the_mouse_and_the_rigs_are_told(lab: Lab, look: Look) -> None:
    lab.propose()
    app = press(look("heron", "panel", subject=MOUSE), "people-approve")

    assert overrides(lab) == [State.PUBLISHED]
    assert lab.latest()["next_stage_suggested"] == "STAGE_1"
    assert any("The rigs are told: Stage 1 for 700001." in toast for toast in toasts(app))


def test_the_page_of_the_mouse_says_what_people_and_what_the_rules_want(lab: Lab, look: Look) -> None:
    lab.propose()
    lab.answer(services.approve)

    app = look("vera", "mouse", subject=MOUSE)

    shown = " ".join(said(app).split())
    assert "Stage 1 by the will of people: see below The rules suggest Stage final" in shown
    assert "Approved, but the rigs are not told yet" in shown
    assert not app.exception


def test_where_the_rigs_cannot_be_told_it_says_why_and_tries_again(lab: Lab, look: Look, place: Path) -> None:
    lab.propose()
    table = place / "foraging_auto_training" / "df_manager_447_demo.pkl"
    ours = table.read_bytes()
    table.write_bytes(b"somebody else's")
    app = press(look("heron", "panel", subject=MOUSE), "people-approve")
    assert overrides(lab) == [State.APPROVED]
    assert "The rigs were not told of 700001." in said(app)

    table.write_bytes(ours)
    press(app, "people-tell-again")

    assert overrides(lab) == [State.PUBLISHED]
    assert "were not told" not in said(app)


def test_a_question_goes_back_with_its_words(lab: Lab, look: Look) -> None:
    lab.propose()
    app = look("heron", "panel", subject=MOUSE)
    (comment,) = [one for one in app.text_input if str(one.key).startswith("people-comment")]
    comment.set_value("how much did it weigh?")
    press(app, "people-return")

    assert overrides(lab) == [State.RETURNED]
    assert "how much did it weigh?" in said(app)


def test_a_proposal_is_taken_back_by_whoever_made_it(lab: Lab, look: Look) -> None:
    lab.propose()
    press(look("ben", "panel", subject=MOUSE), "override-withdraw")

    assert overrides(lab) == [State.WITHDRAWN]


def test_what_is_revoked_leaves_the_table_of_the_rigs(lab: Lab, look: Look) -> None:
    lab.propose(kind=Kind.HOLD, stage="")
    lab.tell()
    press(look("ben", "panel", subject=MOUSE), "override-revoke")

    assert overrides(lab) == [State.REVOKED]
    assert lab.latest()["next_stage_suggested"] == "STAGE_FINAL"


# ---- nothing by any trick ----


def test_whoever_only_looks_sees_all_of_it_and_has_no_button(lab: Lab, look: Look) -> None:
    lab.propose()
    app = look("vera", "panel", subject=MOUSE)

    assert "Waits for an answer" in said(app)
    assert "takes the role trainer or PI" in said(app)
    assert not [key for start in ("override-", "people-", "mark-", "comment-") for key in keys(app, start)]


def test_a_page_of_before_answers_nothing_and_names_who_was_faster(lab: Lab, look: Look) -> None:
    lab.propose()
    app = look("heron", "panel", subject=MOUSE)
    lab.answer(services.refuse, comment="not today")
    press(app, "people-approve")

    assert overrides(lab) == [State.REFUSED]
    assert any("was faster" in toast and "not today" in toast for toast in toasts(app))


def test_a_button_that_was_never_drawn_does_nothing_for_a_viewer(lab: Lab, look: Look) -> None:
    lab.propose()
    seen = Seen.of(lab.override())
    app = look("vera", "panel", subject=MOUSE)
    app.session_state["people:comment"] = "yes"
    for start in ("people-approve", "people-refuse", "override-revoke"):
        app.session_state[f"{start}-{seen.id}-{seen.version}"] = True
    app.run()

    assert overrides(lab) == [State.PROPOSED]


def test_who_is_no_pi_any_more_answers_nothing_from_an_old_page(lab: Lab, look: Look) -> None:
    lab.propose()
    app = look("heron", "panel", subject=MOUSE)
    after = HERON.model_copy(update={"roles": VERA.roles})
    services.save_member(lab.store, after, before=HERON, actor=services.operator("op"), at=lab.at)
    press(app, "people-approve")

    assert overrides(lab) == [State.PROPOSED]
    assert any("may not approve" in toast for toast in toasts(app))


# ---- sessions left out, and comments ----


def test_a_session_is_left_out_after_its_effect_was_shown(lab: Lab, look: Look) -> None:
    app = press(look("ben", "panel", subject=MOUSE), "mark-open")
    assert "By the rules it would run Stage 3 next" in " ".join(said(app).split())

    (reason,) = [one for one in app.button_group if str(one.key).startswith("mark-reason")]
    reason.set_value("rig-fault")
    press(app, "mark-exclude")
    assert "Session 3 is left out of every decision" in said(app)
    assert [one.excludes for one in services.marks_of(lab.store, MOUSE)] == [True]

    press(app, "mark-end")
    assert services.marks_of(lab.store, MOUSE) == ()


def test_a_comment_stands_in_the_history_once(lab: Lab, look: Look) -> None:
    app = look("ben", "panel", subject=MOUSE)
    (box,) = [one for one in app.text_area if str(one.key).startswith("comment-")]
    box.set_value(ATTACK)
    press(app, "comment-say")

    assert [one.text for one in services.said(lab.store).comments.values()] == [ATTACK]
    assert ATTACK in said(app)
    assert ATTACK not in drawn(app)


def test_the_history_shows_the_kinds_that_the_address_names(lab: Lab, look: Look) -> None:
    lab.propose()

    app = look("vera", "panel", subject=MOUSE, moment=["override"])

    history = drawn(app).split("<ol class='at-line-of-time'>")[1].split("</ol>")[0]
    assert "Override proposed" in history
    assert "The rules" not in history
