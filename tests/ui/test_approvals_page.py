"""The inbox of proposals: what waits for whom, answered once and by those who may, alone or several at once."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.models import Kind, State
from autotrain_core.services import Seen
from autotrain_ui import people_acts
from tests.services.people import MOUSE, OTHER, Lab
from tests.ui.apps import drawn, said, toasts
from tests.ui.labs_of_people import Look, button, copied, keys, looking, made_in

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, Path]:
    """A lab in which the trainer asks the same for two mice."""
    folder = tmp_path_factory.mktemp("first")
    lab = made_in(folder)
    lab.propose(note=ATTACK)
    lab.propose(mouse=OTHER, identity="ov-2")
    return lab, folder


@pytest.fixture
def lab(first: tuple[Lab, Path], place: Path) -> Lab:
    return copied(*first, place)


@pytest.fixture
def look(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Look:
    return looking(monkeypatch)


def press(app: AppTest, start: str) -> AppTest:
    return button(app, start).click().run()


def tick(app: AppTest, *identities: str) -> AppTest:
    for identity in identities:
        (box,) = [one for one in app.checkbox if str(one.key).startswith(f"approvals-tick-{identity}-")]
        box.check()
    return app.run()


def states(lab: Lab) -> list[State]:
    return [one.state for one in services.said(lab.store).overrides.values()]


# ---- what is shown ----


def test_the_pi_sees_all_that_an_answer_needs(lab: Lab, look: Look) -> None:
    app = look("heron", "approvals")

    shown = " ".join(said(app).split())
    assert "700001 Stage 1 for the next session Struggling in a way that the rules do not see" in shown
    assert "proposed by Ben" in shown
    assert "Ran last Stage 3 Rules suggest Stage final Proposed Stage 1" in shown
    assert "BlockMin" in shown
    assert "The rules after session 3: Finished trials 500 (needs at least 400)" in shown
    assert "It needs approval by the PI of 700001, Dr. Heron" in shown
    assert [key[:19] for key in keys(app, "people-approve")] == ["people-approve-ov-1", "people-approve-ov-2"]


def test_what_people_typed_is_text(lab: Lab, look: Look) -> None:
    app = look("heron", "approvals")

    assert ATTACK in said(app)
    assert ATTACK not in drawn(app)


def test_the_menu_counts_what_waits_for_the_one_who_looks(lab: Lab, look: Look) -> None:
    counted = {}
    for who in ("heron", "crane", "ben"):
        app = look(who, "today").run()
        (counted[who],) = [
            one.proto.label for one in app.get("page_link") if str(one.proto.label).startswith("Approvals")
        ]

    assert counted == {"heron": "Approvals :red-badge[2]", "crane": "Approvals", "ben": "Approvals"}


def test_others_look_at_what_is_open_and_are_told_who_answers(lab: Lab, look: Look) -> None:
    app = look("vera", "approvals", show="open")

    assert "To answer a proposal takes the role PI." in said(app)
    assert "700002" in said(app)
    assert keys(app, "people-") == keys(app, "approvals-") == []


def test_filters_stand_in_the_address(lab: Lab, look: Look) -> None:
    app = look("heron", "approvals", subject=OTHER)

    assert [key[:19] for key in keys(app, "people-approve")] == ["people-approve-ov-2"]
    assert "Nothing fits" in said(look("heron", "approvals", kind="off"))


# ---- answers ----


def test_one_click_approves_and_the_rigs_are_told(lab: Lab, look: Look) -> None:
    app = press(look("heron", "approvals"), "people-approve-ov-1")

    assert states(lab) == [State.PUBLISHED, State.PROPOSED]
    assert lab.latest()["next_stage_suggested"] == "STAGE_1"
    assert any("The rigs are told: Stage 1 for 700001." in toast for toast in toasts(app))
    assert keys(app, "people-approve-ov-1") == []


def test_to_refuse_takes_words_and_what_was_decided_is_listed(lab: Lab, look: Look) -> None:
    app = press(look("heron", "approvals"), "people-refuse-ov-1")
    assert any("Say why" in toast for toast in toasts(app))
    (comment,) = [one for one in app.text_input if str(one.key).startswith("people-comment-ov-1")]
    comment.set_value("wait a day")
    press(app, "people-refuse-ov-1")
    assert states(lab) == [State.REFUSED, State.PROPOSED]

    shown = " ".join(said(look("heron", "approvals", show="decided")).split())

    assert "refused: wait a day Refused" in shown


def test_several_of_one_kind_are_approved_at_once(lab: Lab, look: Look) -> None:
    app = press(tick(look("heron", "approvals"), "ov-1", "ov-2"), "approvals-all")

    assert states(lab) == [State.PUBLISHED, State.PUBLISHED]
    assert any("The rigs are told: Stage 1 for 700001, Stage 1 for 700002." in toast for toast in toasts(app))
    assert "Nothing waits for you" in said(app)


def test_where_one_of_several_was_answered_none_is_approved_and_it_is_named(lab: Lab, look: Look) -> None:
    app = tick(look("heron", "approvals"), "ov-1", "ov-2")
    lab.answer(services.refuse, "heron", "ov-2", comment="not this one")

    press(app, "approvals-all")

    assert states(lab) == [State.PROPOSED, State.REFUSED]
    assert any("was faster. The override of 700002" in toast for toast in toasts(app))


def test_several_kinds_are_not_approved_together(lab: Lab, look: Look) -> None:
    lab.answer(services.withdraw, "ben", "ov-2")
    lab.propose(mouse=OTHER, identity="ov-3", kind=Kind.OFF, stage="", sessions=None)

    app = tick(look("heron", "approvals"), "ov-1", "ov-3")

    assert app.button(key="approvals-all").disabled
    assert "several kinds" in said(app)


# ---- nothing by any trick ----


def test_a_page_of_before_approves_nothing_and_says_who_and_what(lab: Lab, look: Look) -> None:
    app = look("heron", "approvals")
    lab.answer(services.return_proposal, comment="which side?")
    press(app, "people-approve-ov-1")

    assert states(lab) == [State.RETURNED, State.PROPOSED]
    assert any("was faster" in toast and "which side?" in toast for toast in toasts(app))


def test_what_is_approved_twice_is_approved_once(lab: Lab, look: Look) -> None:
    here, there = look("heron", "approvals"), look("heron", "approvals")
    press(here, "people-approve-ov-1")
    press(there, "people-approve-ov-1")

    steps = [entry.step.value for entry in lab.override("ov-1").history]
    assert steps == ["approve", "publish"]
    assert any("was faster" in toast for toast in toasts(there))


def test_a_forged_tick_or_button_does_nothing_for_those_who_may_not(lab: Lab, look: Look) -> None:
    for who in ("vera", "crane", "ben"):
        app = look(who, "approvals", show="open")
        for identity in ("ov-1", "ov-2"):
            seen = Seen.of(lab.override(identity))
            app.session_state[f"approvals-tick-{seen.id}-{seen.version}"] = True
            app.session_state[f"people-approve-{seen.id}-{seen.version}"] = True
        app.session_state["approvals-all"] = True
        app.run()

    assert states(lab) == [State.PROPOSED, State.PROPOSED]


def test_nobody_finds_a_proposal_of_ones_own_to_answer(lab: Lab, look: Look) -> None:
    lab.answer(services.withdraw, "ben")
    lab.propose("heron", identity="ov-4")

    app = look("heron", "approvals", subject=MOUSE)

    assert keys(app, "people-approve-ov-4") == []
    assert "Nobody answers a proposal of their own" in said(look("heron", "approvals", show="open", subject=MOUSE))


def test_the_page_is_drawn_again_only_where_the_record_went_on() -> None:
    assert people_acts.is_newer("12.abc", than="11.def")
    assert not people_acts.is_newer("12.abc", than="12.abc")
    assert people_acts.is_newer("1.abc", than="")
