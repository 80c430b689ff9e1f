"""The page Today: whose mice, which of them, and what it says where there is nothing to show."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.models import Member, Members, Role
from autotrain_core.store import ABSENT
from autotrain_ui import today_parts
from autotrain_ui.address import TodayView
from tests.services.nights import Nights, session
from tests.ui.apps import drawn, opened, said

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()


def trained(subject: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return session(subject, number, **{"session_date": YESTERDAY, **more})


def rows(app: Any) -> list[str]:
    """The mice on the board, in order."""
    return [piece.split('"')[0] for piece in drawn(app).split('href="/mouse?subject=')[1:]]


def test_every_mouse_in_training_has_a_row(nights: Nights) -> None:
    nights.run([trained("8"), trained("12")])

    app = opened("today")

    assert rows(app) == ["8", "12"]
    assert "2 in training" in said(app).replace("  ", " ")
    assert not app.exception


def test_only_those_that_need_a_person_can_be_asked_for(nights: Nights) -> None:
    nights.run([trained("8"), trained("12", curriculum_version="9")])

    app = opened("today", only="attention")

    assert rows(app) == ["12"]


def test_my_mice_are_those_that_name_me(nights: Nights) -> None:
    member = Member(email="ash@example.org", name="Ash", roles=(Role.TRAINER,), trainer="Ash")
    services.save_members(
        nights.store,
        Members(members=(member, Member(email="ada@example.org", roles=(Role.ADMIN,)))),
        replaces=ABSENT,
        actor=services.operator("x"),
        at=datetime.now(UTC),
    )
    nights.run([trained("8", trainer="Ash"), trained("12", trainer="Beech")])

    app = opened("today", who="mine")
    app.button(key="choose-ash@example.org").click().run()

    assert rows(app) == ["8"]


def test_a_rig_shows_its_mice(nights: Nights) -> None:
    nights.run([trained("8", rig="1-A"), trained("12", rig="1-B")])

    app = opened("today", who="rig", rig="1-B")

    assert rows(app) == ["12"]
    assert app.selectbox(key="today:rig").options == ["Choose …", "1-A", "1-B"]


def test_a_rig_that_nobody_knows_is_said_to_be_empty(nights: Nights) -> None:
    nights.run([trained("8", rig="1-A")])

    app = opened("today", who="rig", rig="9-Z")

    assert rows(app) == []
    assert "No mouse trains there" in said(app)


def test_a_choice_goes_into_the_address(nights: Nights) -> None:
    nights.run([trained("8")])
    app = opened("today")

    app.session_state["today:only"] = "attention"
    app.run()

    assert app.query_params["only"] == "attention"
    assert "Nobody is needed" in said(app)


def graduate(subject: str) -> list[dict[str, Any]]:
    return [trained(subject, number, stage="GRADUATED") for number in (1, 2)]


def test_those_that_have_graduated_stand_in_one_line_at_the_end_and_in_the_csv(nights: Nights) -> None:
    nights.run([trained("8"), *graduate("9"), *graduate("10")])

    app = opened("today")

    assert rows(app) == ["8", "9", "10"]
    assert drawn(app).count('<tr role="row" class="at-row') == 1
    assert "2 have graduated and stay: 9 , 10" in " ".join(said(app).split())
    lab = services.lab_view(nights.store, nights.settings, at=nights.at)
    text = today_parts.csv(lab, TodayView(), services.operator("x"), on=date.fromisoformat(YESTERDAY)).decode()
    assert [line.split(",")[0] for line in text.splitlines()] == ["subject_id", "8", "9", "10"]


def test_where_all_have_graduated_it_says_so(nights: Nights) -> None:
    nights.run(graduate("9"))

    app = opened("today")

    assert "Every mouse that trains has graduated" in said(app)
    assert rows(app) == ["9"]
    assert "All 1 mouse go" not in said(app)


def test_before_the_first_session_it_says_what_to_do(place: object) -> None:
    app = opened("today")

    assert "No session yet" in said(app)
    assert ".at-counts {" in drawn(app)
    assert not app.exception


def test_of_mice_that_nobody_has_it_says_whose_they_are(nights: Nights) -> None:
    nights.run([trained("8", trainer="Ash")])

    app = opened("today", who="mine")

    assert "No mouse of yours is in training" in said(app)


def test_a_lab_that_rests_shows_what_came_after_its_newest_session(nights: Nights) -> None:
    nights.run([session("8", 1), session("8", 2)])

    app = opened("today")

    assert rows(app) == ["8"]
    assert f"{date(2026, 10, 3):%A} 3 October 2026 (newest sessions: " in said(app)


def test_sessions_since_the_last_run_are_told(nights: Nights) -> None:
    nights.run([trained("8")])
    nights.table([trained("8"), trained("8", 2), trained("12")])

    app = opened("today")

    assert "2 mice trained since the last run" in said(app)


@pytest.mark.parametrize("column", ["subject_alias", "trainer", "rig", "curriculum_name"])
def test_what_a_stranger_typed_into_the_table_is_text(nights: Nights, column: str) -> None:
    planted = "<script>alert(1)</script>**bold**"
    nights.run([trained("8"), trained("12", 1, **{column: planted})])

    app = opened("today")

    assert "<script>" not in drawn(app)
    assert rows(app) != []
