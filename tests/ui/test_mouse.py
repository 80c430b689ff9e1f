"""The page of one mouse: which mouse, which session, and what it says where there is little to say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autotrain_core.evaluation import Flip
from autotrain_ui import address, mouse_tables, why_panel
from tests.services.nights import POOR, Nights, session
from tests.ui import hostile
from tests.ui.apps import drawn, opened, said

STAGES = ("STAGE_1_WARMUP", "STAGE_2", "STAGE_3", "STAGE_FINAL")
TODAY = datetime.now(UTC).date()


def trained(subject: str, sessions: int = 3, **more: Any) -> list[dict[str, Any]]:
    """A mouse that climbed, its last session yesterday."""
    return [
        session(
            subject,
            number,
            stage=STAGES[min(number, 4) - 1],
            **{"session_date": (TODAY - timedelta(days=1 + sessions - number)).isoformat(), **more},
        )
        for number in range(1, sessions + 1)
    ]


def why(app: Any) -> str:
    return drawn(app).split('<section class="at-why">')[1].split("</section>")[0]


def address_of(app: Any) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[-1] for name, value in dict(app.query_params).items()}


def test_a_link_opens_a_mouse_at_a_session(nights: Nights) -> None:
    nights.run(trained("8"))

    app = opened("mouse", subject="8", session="2")

    assert not app.exception
    assert "<h2>" in drawn(app)
    assert "2 · " in why(app)
    assert "Go on to Stage 3" in why(app)
    assert app.selectbox(key="mouse:session").value == 2


def test_unless_a_session_is_asked_for_the_last_decided_one_is_explained(nights: Nights) -> None:
    nights.run([*trained("8"), session("8", 4, curriculum_name=None, session_date=TODAY.isoformat())])

    app = opened("mouse", subject="8")

    assert "<dd>3 · " in why(app)
    assert "Session 4 was not decided" in said(app)


def test_every_clause_stands_there_with_a_sign_and_a_word(nights: Nights) -> None:
    nights.run([*trained("8", 1), session("9", 1, stage="STAGE_2", finished_trials=350, foraging_efficiency=0.6)])

    shown = why(opened("mouse", subject="9"))

    for words in ("not held", "held", "350 trials", "≥ 300 trials", "met by 50", "missed by 0.05", "all of these:"):
        assert words in shown
    assert "What would have changed it" in shown
    assert "would have led on to Stage 3" in shown


def test_without_a_mouse_the_mice_in_training_are_listed(nights: Nights) -> None:
    nights.run([*trained("8"), session("9", 1, session_date="2020-01-01")])

    app = opened("mouse")

    assert "1 mouse in training" in said(app)
    assert app.dataframe[0].value["Mouse"].tolist() == ["8"]
    assert app.selectbox(key="mouse:subject").options == ["Choose …", "8", "9"]


def test_where_none_is_in_training_all_are_listed(nights: Nights) -> None:
    nights.run([session("9", 1, session_date="2020-01-01")])

    app = opened("mouse")

    assert app.dataframe[0].value["Mouse"].tolist() == ["9"]


def test_a_curriculum_is_said_with_its_version(nights: Nights) -> None:
    nights.run(trained("8"))

    one, listed = opened("mouse", subject="8"), opened("mouse")

    assert one.dataframe[-1].value["Curriculum"].tolist() == ["Coupled Baiting 2.3"] * 3
    assert listed.dataframe[0].value["Curriculum"].tolist() == ["Coupled Baiting 2.3"]
    assert ">Coupled Baiting 2.3</a>" in drawn(one)
    assert "<dd>Coupled Baiting 2.3</dd>" in why(one)
    assert "Baiting@" not in drawn(one)


def test_an_unknown_mouse_leads_to_those_that_may_have_been_meant(nights: Nights) -> None:
    nights.run(trained("70012", subject_alias="Sesame") + trained("9"))

    app = opened("mouse", subject="Sesame")

    assert "no mouse Sesame" in said(app)
    app.button(key="mouse-near-70012").click().run()
    assert address_of(app) == {"subject": "70012"}
    assert "<h2>" in drawn(app)


def test_mice_follow_each_other_and_forget_the_session(nights: Nights) -> None:
    nights.run(trained("8") + trained("9") + trained("10"))
    app = opened("mouse", subject="8", session="2")
    assert app.button(key="mouse-previous").disabled

    app.button(key="mouse-next").click().run()

    assert address_of(app) == {"subject": "9"}
    assert "<dd>3 · " in why(app)


def test_mice_follow_each_other_as_progress_shows_them(nights: Nights) -> None:
    nights.run(trained("8", rig="A") + trained("9", rig="B") + trained("10", rig="A"))
    app = opened("progress", rig="A", sort="id", order="ascending")

    app.query_params["subject"] = "8"
    app.switch_page("pages/mouse.py").run()

    assert "in the order of Progress" in said(app)
    app.button(key="mouse-next").click().run()
    assert address_of(app) == {"subject": "10"}


def test_a_session_that_never_was_is_said_to_be_none(nights: Nights) -> None:
    nights.run(trained("8"))

    app = opened("mouse", subject="8", session="99")

    assert not app.exception
    assert "Mouse 8 has no session 99." in said(app)


def test_a_mouse_with_one_session_has_a_page(nights: Nights) -> None:
    nights.run(trained("8", 1))

    app = opened("mouse", subject="8", x="date")

    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == 1


def test_a_mouse_of_which_nothing_was_decided_has_a_page(nights: Nights) -> None:
    nights.run(trained("8") + trained("9", curriculum_name="Nobody's"))

    app = opened("mouse", subject="9")

    assert not app.error
    assert "None of its sessions was decided" in said(app)
    assert "the lab has no document of Nobody's 2.3 any more" in said(app).replace("The lab", "the lab")


def test_a_mouse_with_a_thousand_sessions_has_a_page(nights: Nights) -> None:
    rows = [
        session("8", n, stage=STAGES[n % 4], session_date=(TODAY - timedelta(days=1001 - n)).isoformat(), notes=f"n{n}")
        for n in range(1, 1001)
    ]
    nights.run(rows)

    app = opened("mouse", subject="8")

    assert not app.error
    assert len(app.dataframe[-1].value) == 1000
    assert "The newest 100 of 1,000" in said(app)


def test_a_session_that_vanished_stays_as_it_was_published(nights: Nights) -> None:
    nights.run(trained("8"))
    nights.table(trained("8")[:2])

    app = opened("mouse", subject="8", session="3")

    assert "There is no reason to show." in said(app)
    assert "1 vanished from the session table" in said(app)


def test_where_history_and_rules_part_the_page_says_both(nights: Nights) -> None:
    nights.run(trained("8"))
    rows = trained("8")
    nights.run([rows[0], rows[1] | POOR, rows[2]])

    shown = why(opened("mouse", subject="8", session="2"))

    assert "Published otherwise." in shown
    assert "next stage: published <b>Stage 3</b>, now <b>Stage 1</b> (the session table was corrected)" in shown


def test_the_animal_is_shown_where_the_table_says_something(nights: Nights) -> None:
    nights.run(trained("8", weight_after=21.5, target_weight=20.0, water_day_total=1.0) + trained("9"))

    with_animal, without = opened("mouse", subject="8"), opened("mouse", subject="9")

    assert len(with_animal.get("plotly_chart")) == 2
    assert len(without.get("plotly_chart")) == 1
    assert "says nothing of weight or water" in said(without)


def test_an_empty_lab_says_what_it_waits_for(nights: Nights) -> None:
    app = opened("mouse")

    assert not app.exception
    assert "no session yet" in said(app)


@pytest.mark.parametrize("subject", hostile.IDS)
def test_no_text_of_a_stranger_becomes_html(hostile_place: None, subject: str) -> None:
    app = opened("mouse", subject=subject)

    assert not app.error
    assert "<h2>" in drawn(app)
    for attack in ("<img src=x", "<script", "<iframe", "<svg onload"):
        assert attack not in drawn(app)
        assert all(attack not in str(element.value) for element in app.markdown)


def test_a_click_on_a_point_chooses_its_session(monkeypatch) -> None:
    changed: list[dict[str, Any]] = []
    monkeypatch.setattr(address, "change", lambda _, **fields: changed.append(fields))
    for told in (7, [7], None, "x"):
        state = {"chart": {"selection": {"points": [{"customdata": told}]}}}
        monkeypatch.setattr("streamlit.session_state", state)
        mouse_tables.pick_point("chart")
    monkeypatch.setattr("streamlit.session_state", {"chart": {"selection": {"points": []}}})
    mouse_tables.pick_point("chart")

    assert changed == [{"session": 7}, {"session": 7}]


def test_a_click_on_a_row_chooses_what_it_shows(monkeypatch) -> None:
    changed: list[dict[str, Any]] = []
    monkeypatch.setattr(address, "change", lambda _, **fields: changed.append(fields))
    for rows in ([1], []):
        monkeypatch.setattr("streamlit.session_state", {"table": {"selection": {"rows": rows}}})
        mouse_tables.pick_row("table", [30, 29])
        mouse_tables.pick_mouse("table", ["a", "b"])

    assert changed == [{"session": 29}, {"subject": "b", "session": None}]


@pytest.mark.parametrize(
    ("found", "needed", "decision", "sentence"),
    [
        (250.0, 300.0, "PROGRESS", "trials 300 n instead of 250 would have led on to Stage 2."),
        (None, 300.0, "ROLLBACK", "trials 300 n where it was not measured would have led back to Stage 2."),
        (0.70001, 0.7, "STAY", "trials 0.7 n instead of 0.70001 would have led to stay at Stage 2."),
    ],
)
def test_what_would_have_changed_it_is_one_sentence(found, needed, decision, sentence) -> None:
    flip = Flip(name="t", title="trials", unit="n", found=found, needed=needed, decision=decision, next_stage="STAGE_2")

    assert why_panel.flip_sentence(flip) == sentence
