"""Two designers at one draft: what came in is said, and what both changed is answered by the one who saves second."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core.editing import Edit, PlaceStage, SetDescription, SetParameters, apply
from autotrain_ui.builder import meeting
from tests.services.nights import Nights
from tests.services.publishing import DEE, EVE, HERON, acting
from tests.ui.apps import drawn, said, toasts
from tests.ui.desks import copied, desk_of, kept, labels, part, saved_by, stored

ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def designer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOTRAIN_PERSON", DEE.email)


def block(value: int) -> SetParameters:
    return SetParameters((("Stage 2", "BlockMin", value),))


def met(nights: Nights, *, mine: tuple[Edit, ...], theirs: tuple[Edit, ...]) -> AppTest:
    """Open a draft, let Eve save hers, and save mine after it."""
    base = kept(nights, copied())
    app = part("conflict")
    draft = base.draft
    for edit in theirs:
        draft = apply(draft, edit)
    saved_by(nights, EVE, draft, base)
    desk = desk_of(app)
    for edit in mine:
        desk.do(edit)
    desk.save(nights.store, acting(DEE))
    desk.settle(wait=True)
    return app.run()


def test_what_both_changed_is_asked_with_before_mine_and_theirs(nights: Nights) -> None:
    app = met(nights, mine=(block(12),), theirs=(block(15), SetDescription("by Eve")))

    told = " ".join(said(app).split())
    assert "eve@lab.org saved this draft" in told
    assert "Stage 2, BlockMin" in told
    assert "before 10 mine 12 eve@lab.org 15" in told
    assert stored(nights).draft.document["parameters"]["Stage 2"]["BlockMin"] == 15


def test_mine_is_kept_where_nobody_chooses_otherwise_and_what_fits_is_taken(nights: Nights) -> None:
    app = met(nights, mine=(block(12),), theirs=(block(15), SetDescription("by Eve")))

    app.button(key=f"builder-answer-d1-{stored(nights).number}").click().run()

    desk_of(app).settle(wait=True)
    document = stored(nights).draft.document
    assert document["parameters"]["Stage 2"]["BlockMin"] == 12
    assert document["curriculum_description"] == "by Eve"
    assert desk_of(app).conflict is None
    assert stored(nights).by == DEE.email


def test_theirs_is_taken_where_it_is_chosen(nights: Nights) -> None:
    app = met(nights, mine=(block(12), SetDescription("by Dee")), theirs=(block(15), SetDescription("by Eve")))
    number = stored(nights).number
    places = [one.words for one in desk_of(app).both().conflicts]

    app.button_group(key=f"builder-conflict-d1-{number}-{places.index('Stage 2, BlockMin')}").set_value("theirs")
    app.button(key=f"builder-answer-d1-{number}").click().run()

    document = desk_of(app).draft.document
    assert document["parameters"]["Stage 2"]["BlockMin"] == 15
    assert document["curriculum_description"] == "by Dee"
    assert any(told.startswith("Both are put together. In 1 of 2 fields it is as eve") for told in toasts(app))


def test_one_button_chooses_one_side_everywhere(nights: Nights) -> None:
    app = met(nights, mine=(block(12), SetDescription("by Dee")), theirs=(block(15), SetDescription("by Eve")))
    number = stored(nights).number

    app.button(key=f"builder-all-theirs-d1-{number}").click().run()
    app.button(key=f"builder-answer-d1-{number}").click().run()

    document = desk_of(app).draft.document
    assert document["parameters"]["Stage 2"]["BlockMin"] == 15
    assert document["curriculum_description"] == "by Eve"


def test_an_answer_to_another_question_than_was_drawn_is_refused(nights: Nights) -> None:
    app = met(nights, mine=(block(12),), theirs=(block(15),))
    desk = desk_of(app)
    desk.history = desk.history.do(SetDescription("by Dee"), desk.tasks)
    drawn_conflict = desk.conflict
    assert drawn_conflict is not None
    theirs = apply(drawn_conflict.stored.draft, SetDescription("by Eve"))
    desk.conflict = replace(drawn_conflict, stored=replace(drawn_conflict.stored, draft=theirs))

    app.button(key=f"builder-answer-d1-{stored(nights).number}").click().run()

    assert desk_of(app).conflict is not None
    assert any("changed once more while you chose" in told for told in toasts(app))


def test_whoever_may_only_look_cannot_answer(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    app = met(nights, mine=(block(12),), theirs=(block(15),))
    monkeypatch.setenv("AUTOTRAIN_PERSON", HERON.email)

    app.run()

    assert "saved this draft" in said(app)
    assert "Save both together" not in labels(app)


def test_what_a_colleague_changed_is_said_until_it_is_dismissed(nights: Nights) -> None:
    base = kept(nights, copied())
    app = part("joined")
    saved_by(nights, EVE, apply(apply(base.draft, block(15)), SetDescription(ATTACK)), base)

    app.run()

    told = " ".join(said(app).split())
    assert "eve@lab.org changed 2 fields while you worked" in told
    assert "Stage 2, BlockMin 10 → 15" in told
    assert ATTACK in told
    assert ATTACK not in drawn(app)
    app.button(key="builder-dismiss-d1").click().run()
    assert "while you worked" not in said(app)
    assert desk_of(app).draft.document["parameters"]["Stage 2"]["BlockMin"] == 15


def test_where_only_boxes_were_moved_nobody_is_told(nights: Nights) -> None:
    base = kept(nights, copied())
    app = part("joined")
    saved_by(nights, EVE, apply(base.draft, PlaceStage("Stage 2", 80, 80)), base)

    app.run()

    assert "while you worked" not in said(app)
    assert desk_of(app).joined is None


def test_no_value_of_a_conflict_becomes_markup(nights: Nights) -> None:
    app = met(nights, mine=(SetDescription(ATTACK),), theirs=(SetDescription("<script>1</script>"),))

    assert ATTACK in said(app)
    assert ATTACK not in drawn(app)
    assert "<script>" not in drawn(app)


def test_whoever_meets_himself_is_told_of_the_other_window(nights: Nights) -> None:
    base = kept(nights, copied())
    app = part("conflict")
    saved_by(nights, DEE, apply(base.draft, block(15)), base)
    desk_of(app).do(block(12))
    desk_of(app).save(nights.store, acting(DEE))
    desk_of(app).settle(wait=True)

    app.run()

    assert "You, in another window, saved this draft" in said(app)
    assert "the other window 15" in " ".join(said(app).split())


def test_of_very_many_conflicts_the_rest_is_answered_together(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting, "MOST", 1)
    app = met(nights, mine=(block(12), SetDescription("by Dee")), theirs=(block(15), SetDescription("by Eve")))
    number = stored(nights).number
    first, second = [one.words for one in desk_of(app).both().conflicts]
    assert second not in said(app)

    app.button_group(key=f"builder-conflict-d1-{number}-rest").set_value("theirs")
    app.button(key=f"builder-answer-d1-{number}").click().run()

    document = desk_of(app).draft.document
    taken = {"Stage 2, BlockMin": document["parameters"]["Stage 2"]["BlockMin"] == 15}
    taken.setdefault(first, document["curriculum_description"] == "by Eve")
    taken.setdefault(second, document["curriculum_description"] == "by Eve")
    assert (taken[first], taken[second]) == (False, True)


def test_what_fits_together_after_all_is_saved_with_one_press(nights: Nights) -> None:
    app = met(nights, mine=(block(12),), theirs=(block(15),))
    desk = desk_of(app)
    desk.history = desk.history.do(block(15), desk.tasks)
    app.run()
    assert "It fits together with what is here." in said(app)

    app.button(key=f"builder-answer-d1-{stored(nights).number}").click().run()

    assert desk_of(app).conflict is None
    assert any(told == "Both are put together." for told in toasts(app))
