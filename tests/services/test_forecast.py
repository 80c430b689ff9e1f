"""When the mice of a lab will graduate: what people decided counts, and nothing is guessed."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import MissingColumnError, NotStoredError
from autotrain_core.evaluation import decide_and_report
from autotrain_core.models import Kind
from autotrain_core.services import LabView, MouseForecast
from tests.evaluation.labs import COUPLED
from tests.services.nights import session
from tests.services.people import MOUSE, Lab, ran

ON = date(2026, 11, 5)
LADDER = ["STAGE_1_WARMUP", "STAGE_2", "STAGE_3", *["STAGE_FINAL"] * 7]
"""What a good mouse runs until it graduates: ten sessions, of which five at the last stage."""


def early(subject: str) -> list[dict[str, object]]:
    """A mouse of the past: one session a day from the first of October on."""
    return [session(subject, number, stage=stage, day=number) for number, stage in enumerate(LADDER, start=1)]


@pytest.fixture(scope="module")
def lab() -> Lab:
    past = [row for number in range(12) for row in early(f"60{number:04d}")]
    return Lab(rows=[*past, *ran("STAGE_1_WARMUP", "STAGE_2", "STAGE_3"), *ran("STAGE_1_WARMUP", subject="700002")])


def told(view: LabView, mouse: str = MOUSE) -> MouseForecast:
    return services.forecast_of(view, mouse, on=ON)


def test_a_mouse_is_forecast_from_those_that_were_where_it_is(lab: Lab) -> None:
    found = told(lab.view())

    assert (found.status, found.stage, found.at_stage, found.compared) == ("forecast", "STAGE_FINAL", 0, "version")
    assert (found.comparable, found.graduated, found.left) == (12, 12, 0)
    assert (found.probability, found.sessions[50], found.within[10]) == (1.0, 7.0, 1.0)
    assert found.told


def test_the_sentence_says_when_and_from_whom(lab: Lab) -> None:
    found = told(lab.view())

    assert services.forecast_sentence(found).endswith("7 sessions left; 100 % of such mice graduate.")
    assert services.compared_words(found) == "12 mice that came to Stage final under Coupled Baiting 2.3"


def test_graduates_those_that_left_and_strangers_have_none(lab: Lab) -> None:
    view = lab.view()

    assert told(view, "600001").status == "graduated"
    assert told(view, "stranger").status == ""
    assert not told(view, "stranger").told


def test_where_the_lab_asks_for_more_mice_nothing_is_said(lab: Lab) -> None:
    settings = services.Settings.model_validate({"forecast": {"comparable": 13}})
    view = services.lab_view(lab.store, settings, at=lab.at)

    found = told(view)

    assert (found.status, found.probability) == ("too few", None)
    assert services.forecast_sentence(found, needed=(13, 5)) == (
        "Not enough mice for a forecast: 12 mice that came to Stage final under any version of Coupled Baiting, 12 of "
        "them graduated. It takes 13, of which 5 have graduated."
    )


def test_the_curve_and_the_calibration_are_of_the_same_mice(lab: Lab) -> None:
    view = lab.view()

    assert services.curve_of(view, MOUSE, on=ON).n == 12
    assert services.forecast_calibration(view, on=ON).within == 10  # a young lab
    with pytest.raises(NotStoredError, match="stranger"):
        services.curve_of(view, "stranger", on=ON)


def test_on_the_board_it_stands_in_a_few_words(lab: Lab) -> None:
    board = services.today(lab.view(), on=ON)

    (row,) = [one for one in board.rows if one.subject_id == MOUSE]
    assert row.forecast.endswith("· 100 %")
    assert "12 mice that came to Stage final" in row.forecast_why
    assert services.today_table(board)["forecast"].tolist().count(row.forecast) >= 1


def test_what_people_decided_counts() -> None:
    past = [row for number in range(12) for row in early(f"60{number:04d}")]
    lab = Lab(rows=[*past, *ran("STAGE_1_WARMUP", "STAGE_2", "STAGE_3"), *ran("STAGE_1_WARMUP", subject="700002")])
    lab.propose(stage="STAGE_2")
    lab.propose(mouse="700002", identity="ov-2", kind=Kind.OFF, stage="", reason="health")
    lab.answer(services.approve, "heron", "ov-2")

    view = lab.view()

    assert (told(view).stage, told(view).at_stage) == ("STAGE_2", 0)
    assert told(view).sessions[50] == 9
    assert (told(view, "700002").status, told(view, "700002").told) == ("off", False)


def test_a_table_is_forecast_without_a_lab() -> None:
    past = pd.DataFrame([row for number in range(12) for row in early(f"60{number:04d}")])
    now = pd.DataFrame(ran("STAGE_1_WARMUP", "STAGE_2", "STAGE_3"))
    table = pd.concat([past, now], ignore_index=True)
    decided = decide_and_report(table, COUPLED).decisions

    found = services.forecasts_of_decisions(decided, table).set_index("subject_id")

    assert found.loc[MOUSE, "sessions_50"] == 7
    with pytest.raises(MissingColumnError, match="session_date"):
        services.forecasts_of_decisions(decided, table.drop(columns="session_date"))
    assert len(services.forecasts_of_decisions(decided.iloc[:0], table)) == 0


GIVEN = MouseForecast(
    subject_id="m",
    status="forecast",
    curriculum="Toy@1",
    stage="Free",
    at_stage=1,
    compared="name",
    comparable=1,
    probability=0.83,
    sessions={10: 8, 50: 12, 90: 19},
    days={10: date(2026, 12, 3), 90: date(2026, 12, 17)},
)


@pytest.mark.parametrize(
    ("days", "brief", "sentence"),
    [
        ((date(2026, 12, 3), date(2026, 12, 17)), "3–17 Dec", "between 3 and 17 Dec (80 %)"),
        ((date(2026, 11, 30), date(2026, 12, 2)), "30 Nov – 2 Dec", "between 30 Nov and 2 Dec (80 %)"),
        ((date(2026, 12, 30), date(2027, 1, 2)), "30 Dec – 2 Jan", "between 30 Dec 2026 and 2 Jan 2027 (80 %)"),
        ((date(2026, 12, 3), date(2026, 12, 3)), "3 Dec", "on 3 Dec (80 %)"),
    ],
)
def test_days_are_said_as_people_say_them(days: tuple[date, date], brief: str, sentence: str) -> None:
    one = replace(GIVEN, days=dict(zip((10, 90), days, strict=True)))

    assert services.forecast_brief(one) == f"{brief} · 83 %"
    assert services.forecast_sentence(one) == (
        f"Likely graduates {sentence}; 12 sessions left (8–19); 83 % of such mice graduate."
    )


def test_without_a_rhythm_sessions_stand_for_days() -> None:
    one = replace(GIVEN, days={}, sessions={10: 1, 50: 1, 90: 1})

    assert services.forecast_brief(one) == "1 session · 83 %"
    assert services.forecast_sentence(one) == "Likely graduates; 1 session left; 83 % of such mice graduate."


@pytest.mark.parametrize("status", ["graduated", "left", "off", ""])
def test_where_there_is_none_it_is_said_why(status: str) -> None:
    one = MouseForecast(subject_id="m", status=status)

    assert services.forecast_sentence(one).endswith(".")
    assert services.forecast_brief(one) == ""


def test_one_mouse_and_one_session_are_not_many() -> None:
    assert services.compared_words(GIVEN) == "1 mouse at Free for 1 session under any version of Toy"
    assert np.isfinite(GIVEN.probability or 0)
