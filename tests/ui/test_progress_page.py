"""The page Progress: its filters and chips, how much is chosen, what it says where nothing is, and its files."""

import re
import time
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core.services import Selection
from autotrain_ui import filters, session_table
from autotrain_ui.address import ProgressView
from autotrain_ui.progress import Span
from tests.services.nights import POOR, Nights, session
from tests.services.test_progress import climbing, lab
from tests.ui.apps import drawn, opened, said

LAB = [
    session("8", 1, stage="STAGE_1", trainer="Ash"),
    session("8", 2, stage="STAGE_2", trainer="Ash"),
    session("12", 1, stage="STAGE_1", trainer="Beech", **POOR),
]


def chips(app: AppTest) -> list[str]:
    return [button.label.replace("\\", "") for button in app.button if str(button.key).startswith("progress-chip")]


def query(app: AppTest, name: str) -> list[str]:
    """What the address says, which this test bench gives as a list only where there are several."""
    value = app.query_params[name]
    return [value] if isinstance(value, str) else value


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_all_is_chosen_at_first_and_no_chip_is_there(nights: Nights) -> None:
    nights.run(LAB)

    app = opened("progress")

    assert "2 of 2 mice, 3 of 3 sessions" in drawn(app)
    assert chips(app) == []
    assert len(app.get("bidi_component")) >= 1
    assert not app.exception


def test_a_link_filters_and_each_filter_is_a_chip_that_takes_it_off(nights: Nights) -> None:
    nights.run(LAB)

    app = opened("progress", stage="STAGE_1", trainer=["Ash", "Beech"], subject="8", first="2026-10-01")

    assert "1 of 2 mice, 1 of 3 sessions" in drawn(app)
    assert chips(app) == ["Mouse: 8", "Trainer: Ash, Beech", "Stage: Stage 1", "Period: since 2026-10-01"]
    press(app, "progress-chip-subject")
    assert "2 of 2 mice, 2 of 3 sessions" in drawn(app)
    assert "subject" not in app.query_params
    press(app, "progress-clear")
    assert "3 of 3 sessions" in drawn(app)
    assert dict(app.query_params) == {}


def test_a_choice_of_the_filters_goes_into_the_address(nights: Nights) -> None:
    nights.run(LAB)
    app = opened("progress")

    app.multiselect(key="progress:stage").set_value(["STAGE_2"]).run()

    assert query(app, "stage") == ["STAGE_2"]
    assert "1 of 2 mice, 1 of 3 sessions" in drawn(app)


def test_a_pattern_that_cannot_be_read_is_said_beside_its_field(nights: Nights) -> None:
    nights.run(LAB)

    app = opened("progress", subject="(")

    assert any("is no pattern for mice" in str(error.value) for error in app.error)
    assert "Nothing is chosen" in said(app)
    press(app, "progress-unpattern")
    assert "3 of 3 sessions" in drawn(app)


def test_filters_that_choose_nothing_name_the_one_to_take_off(nights: Nights) -> None:
    nights.run(LAB)

    app = opened("progress", trainer="Beech", stage="STAGE_2")

    assert "These filters choose no session" in said(app)
    labels = {button.key: button.label.replace("\\", "") for button in app.button}
    assert labels["progress-loosen-trainer"] == "Without “Trainer: Beech”: 1 session, 1 mouse"
    press(app, "progress-loosen-stage")
    assert "1 of 2 mice, 1 of 3 sessions" in drawn(app)
    assert query(app, "trainer") == ["Beech"]


def test_a_lab_without_sessions_says_what_to_do(nights: Nights) -> None:
    app = opened("progress")

    assert "No sessions yet" in said(app)
    assert "df_sessions" in said(app)
    assert not app.exception


def test_the_order_turns_round_and_stays_in_the_address(nights: Nights) -> None:
    nights.run(LAB)
    app = opened("progress", sort="id")

    press(app, "progress-turn")

    assert query(app, "order") == ["ascending"]
    assert query(app, "sort") == ["id"]


def test_a_quick_period_reaches_back_from_the_day_of_the_board(nights: Nights) -> None:
    nights.run(LAB)
    app = opened("progress", last="2026-10-05")

    press(app, "progress-last-3")

    chosen, today = date.fromisoformat(query(app, "first")[0]), datetime.now(UTC).date()
    assert "last" not in app.query_params
    # The example trained long before today or yesterday: then the day after its last session counts.
    assert chosen in (filters.months_before(today, 3), date(2026, 7, 3))


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 22), 1, date(2026, 10, 22)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 1), 12, date(2025, 3, 1)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, before: date) -> None:
    assert filters.months_before(day, months) == before


def test_sessions_that_were_chosen_with_a_box_are_listed(nights: Nights) -> None:
    nights.run(LAB)
    app = opened("progress")

    app.session_state["progress:spans"] = (Span("8", 1, 2), Span("12", 4, 9))
    app.run()

    table = app.dataframe[0].value
    assert table["Mouse"].tolist() == ["8", "8"]
    assert table["Ran"].tolist() == ["Stage 1", "Stage 2"]
    assert app.header[0].value == "2 chosen sessions"
    press(app, "progress-unchoose")
    assert len(app.dataframe) == 0


def test_who_clicked_a_session_is_led_to_the_mouse(nights: Nights) -> None:
    from autotrain_ui.address import MouseView

    nights.run(LAB)
    app = opened("progress")

    app.session_state["progress:open"] = MouseView(subject="8", session=2)
    app.run()

    assert (query(app, "subject"), query(app, "session")) == (["8"], ["2"])


def test_filters_are_told_in_few_words() -> None:
    view = ProgressView(stage=("STAGE_1", "STAGE_2", "STAGE_3"), decision=("STAY",), active=True, last=date(2026, 1, 2))

    assert filters.active(view) == {
        "stage": "Stage: Stage 1, Stage 2 and 1 more",
        "decision": "Decision: · stays",
        "period": "Period: until 2026-01-02",
        "active": "Only in training",
    }
    assert filters.active(ProgressView()) == {}
    assert set(Selection.model_fields) == {field for name in filters.TITLES for field in filters.fields_of(name)}


def test_sessions_are_told_in_words_and_what_is_unusual_is_said() -> None:
    view = lab(session("m1", 1, stage="STAGE_1"), session("m1", 2, stage="STAGE_5"))
    rows = view.sessions.copy()
    rows["overridden"] = [True, *[False] * (len(rows) - 1)]

    table = session_table.in_words(rows, view.metrics)

    assert table.iloc[0]["Remarks"] == "overridden"
    assert "not decided" in table["Remarks"].dropna().tolist()
    assert "Finished trials, trials" in table.columns or "Finished trials" in table.columns
    assert "Weight after, g" not in table.columns
    undecided = table[table["Remarks"] == "not decided"]
    assert undecided["Sessions at stage"].isna().all()
    assert undecided["Ran"].eq("–").all() or undecided["Ran"].isna().all()


def test_many_sessions_are_told_by_category_and_not_one_by_one() -> None:
    view = climbing()
    rows = view.sessions.iloc[np.tile(np.arange(len(view.sessions)), 15_000)].reset_index(drop=True)
    start = time.process_time()

    table: pd.DataFrame = session_table.in_words(rows, view.metrics)

    assert len(table) == 105_000
    assert time.process_time() - start < 5


def test_texts_of_strangers_stay_texts(nights: Nights) -> None:
    hostile = "<img src=x onerror=alert(1)> [a](javascript:b) :red[c]"
    nights.run([session("8", 1, stage="STAGE_1", trainer=hostile)])

    app = opened("progress", trainer=hostile, project=hostile)

    assert "<img" not in drawn(app)
    labels = [button.label for button in app.button]
    assert [label for label in labels if re.search(r"(?<!\\)[<\[]", label)] == []
    assert any("img src" in label for label in labels)
