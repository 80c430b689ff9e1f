"""The board as HTML: what stands in a row, in which order, and what strangers wrote stays text."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from autotrain_core.diagrams import StageColour
from autotrain_core.models import ParameterChange
from autotrain_core.services import Alert, Proposal, TodayBoard, TodayRow
from autotrain_ui import board, chips, links
from autotrain_ui.address import MouseView

TODAY = date(2026, 10, 5)
CURRICULUM = "Coupled Baiting@2.3"
COLOURS = {(CURRICULUM, "STAGE_1"): StageColour(fill="#112233", text="#ffffff", edge="#445566")}
ROW = TodayRow(
    subject_id="700001",
    alias="Pip",
    trainer="Ash",
    rig="1-A",
    curriculum=CURRICULUM,
    stage="STAGE_1",
    session=7,
    session_date=date(2026, 10, 4),
    at_stage=2,
    decision="PROGRESS",
    following="STAGE_2",
    changes=(ParameterChange(name="BlockMin", title="Shortest block", unit="trials", before="10", after="20"),),
    changes_known=True,
    why="finished trials 512 (needs at least 400): goes on",
    alerts=(),
)
PLANTED = "<img src=x onerror=alert(1)>"


def shown(**other: Any) -> str:
    rows = (replace(ROW, **other),)
    made = TodayBoard(on=TODAY, rows=rows, listed=1, counts={}, newer=0, newest=TODAY)
    return board.board_html(made, colours=COLOURS, today=TODAY, caption="Monday")


def test_a_row_is_read_from_left_to_right() -> None:
    text = shown()

    places = [text.index(word) for word in ("700001", "Coupled Baiting", "Stage 1", "goes on", "Stage 2", "BlockMin")]
    assert places == sorted(places)
    assert text.index("BlockMin") < text.index("finished trials 512")


def test_a_row_leads_to_its_mouse() -> None:
    assert 'data-page="mouse" href="/mouse?subject=700001"' in shown()


def test_a_day_is_said_as_people_do_with_the_exact_one_at_hand() -> None:
    assert '<span title="2026-10-04">session 7, yesterday</span>' in shown()


def test_a_stage_has_its_colour_and_one_that_nobody_knows_has_a_border() -> None:
    text = shown()

    assert '<span class="at-chip" style="background:#112233;color:#ffffff">Stage 1</span>' in text
    assert '<span class="at-chip" style="border:1px solid currentColor">Stage 2</span>' in text


@pytest.mark.parametrize(("decision", "sign"), [("PROGRESS", "↑"), ("ROLLBACK", "↓"), ("STAY", "·")])
def test_a_decision_has_a_sign_beside_its_words(decision: str, sign: str) -> None:
    assert f'aria-hidden="true">{sign}</span>' in shown(decision=decision)


def test_a_change_stands_in_the_names_of_the_rig() -> None:
    assert "<code>BlockMin</code> 10<span aria-label='becomes'>→</span><b>20</b> trials" in shown()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(True, False, "on<span aria-label='becomes'>→</span><b>off</b>"), ("3", None, "<b>–</b></li>")],
)
def test_a_switch_is_on_or_off_and_what_is_gone_has_no_unit(
    before: str | bool, after: str | bool | None, said: str
) -> None:
    change = ParameterChange(name="X", title="X", unit="trials", before=before, after=after)

    assert said in shown(changes=(change,)).replace("</b> trials", "</b>")


def test_a_row_without_changes_says_so() -> None:
    assert "nothing" in shown(changes=())
    assert "not known here" in shown(changes=(), changes_known=False)


def test_a_mouse_of_which_nothing_is_known_has_dashes_and_its_alert() -> None:
    nobody = {"curriculum": "", "stage": "", "session": None, "session_date": None, "decision": "", "following": ""}
    alert = Alert(kind="not decided", severity="act", sentence="Session 1 was left out.")

    text = shown(**nobody, changes=(), why="", alerts=(alert,))

    assert "<b>Act:</b> Session 1 was left out." in text
    assert "at-needs" in text
    assert text.count("–") == 5


def test_what_asks_for_a_person_stands_before_the_reason_and_what_is_only_to_be_known_behind_it() -> None:
    alerts = (
        Alert(kind="stuck", severity="look", sentence="Stuck."),
        Alert(kind="missed", severity="know", sentence="Missed."),
    )

    text = shown(alerts=alerts)

    assert text.index("Stuck.") < text.index("finished trials 512") < text.index("Missed.")


def test_what_is_only_to_be_known_marks_no_row() -> None:
    assert "at-needs" not in shown(alerts=(Alert(kind="missed", severity="know", sentence="Missed."),))


def test_what_somebody_proposed_is_told_and_needs_a_person() -> None:
    text = shown(proposals=(Proposal(sentence="Stage 1 again", by="Ash"),))

    assert "<b>Proposed:</b> Stage 1 again" in text
    assert "at-needs" in text


def test_sessions_since_the_last_run_are_told() -> None:
    assert "session 7, yesterday, 2 newer ones not decided yet" in shown(newer=2)


@pytest.mark.parametrize(
    "planted",
    [
        {name: PLANTED}
        for name in ("subject_id", "alias", "trainer", "rig", "curriculum", "stage", "decision", "following", "why")
    ]
    + [
        {"alerts": (Alert(kind="x", severity="look", sentence=PLANTED),)},
        {"alerts": (Alert(kind="x", severity=PLANTED, sentence="x"),)},
        {"proposals": (Proposal(sentence=PLANTED, by="x"),)},
        {"changes": (ParameterChange(name=PLANTED, title=PLANTED, unit=PLANTED, before=PLANTED, after=PLANTED),)},
    ],
)
def test_what_a_stranger_wrote_stays_text(planted: dict[str, Any]) -> None:
    assert "<img" not in shown(**planted)


def test_a_caption_is_text() -> None:
    made = TodayBoard(on=TODAY, rows=(ROW,), listed=1, counts={}, newer=0, newest=TODAY)

    assert "<img" not in board.board_html(made, colours={}, today=TODAY, caption=PLANTED)


def test_the_counts_are_told_with_the_signs_of_the_decisions() -> None:
    counts = {"in training": 1200, "need a person": 1, "go on": 3, "go back": 2, "stay": 4}
    made = TodayBoard(on=TODAY, rows=(), listed=0, counts=counts, newer=0, newest=TODAY)

    text = board.counts_html(made)

    assert "<b>1,200</b> in training" in text
    assert '<li class="at-urgent"><b>1</b> needs a person' in text
    assert "↓</span> <b>2</b> go back" in text


def test_those_that_have_graduated_are_counted_only_where_there_are_some() -> None:
    made = TodayBoard(on=TODAY, rows=(), listed=0, counts={"have graduated": 0}, newer=0, newest=TODAY)

    assert "graduated" not in board.counts_html(made)
    assert "<b>1</b> has graduated" in board.counts_html(replace(made, counts={"have graduated": 1}))
    assert "<b>13</b> have graduated" in board.counts_html(replace(made, counts={"have graduated": 13}))


def test_those_that_have_graduated_are_one_line_of_links() -> None:
    made = TodayBoard(on=TODAY, rows=(), listed=0, counts={}, newer=0, newest=TODAY, graduated=("7", PLANTED))

    text = board.graduated_html(made)

    assert "<b>2</b> have graduated and stay: " in text
    assert 'href="/mouse?subject=7">7</a>, ' in text
    assert "<img" not in text
    assert board.graduated_html(replace(made, graduated=())) == ""


def test_of_many_that_have_graduated_some_are_only_counted() -> None:
    made = TodayBoard(on=TODAY, rows=(), listed=0, counts={}, newer=0, newest=TODAY, graduated=("7",) * 1300)

    text = board.graduated_html(made)

    assert text.count("<a ") == 200
    assert "<b>1,300</b>" in text
    assert "and 1,100 more, all of them in the CSV" in text


@pytest.mark.parametrize("name", ["subject_id", "alias", "curriculum", "stage", "why"])
def test_what_may_be_cut_off_is_there_whole(name: str) -> None:
    long = "long" * 100

    assert f'title="{long}' in shown(**{"trainer": "", "rig": "", name: f"{long}@1" if name == "curriculum" else long})


def test_characters_that_nobody_can_see_are_signs() -> None:
    assert "\u202e" not in shown(subject_id="\u202e321", alias="a\u200bb", why="\u2066c")
    assert "a\ufffdb" in shown(alias="a\u200bb")


def test_a_link_is_text_and_an_address_whatever_the_id() -> None:
    text = links.link('"><b>7</b>', "mouse", MouseView(subject='"><b>7</b>'))

    assert "<b>" not in text
    assert 'href="/mouse?subject=%22%3E%3Cb%3E7%3C%2Fb%3E"' in text


@pytest.mark.parametrize(
    "sent", [None, "mouse", {}, {"page": "nowhere"}, {"page": ["mouse"]}, {"page": 7, "query": {}}]
)
def test_a_click_that_nobody_could_have_made_leads_home(sent: object) -> None:
    assert links.where(sent) == ("today", {})


def test_a_click_leads_to_its_page_with_its_view() -> None:
    assert links.where({"page": "mouse", "query": "subject=7&session=3"}) == (
        "mouse",
        {"subject": ["7"], "session": ["3"]},
    )


def test_no_stage_is_a_dash() -> None:
    assert chips.chip(CURRICULUM, "", COLOURS) == '<span class="at-none">–</span>'
