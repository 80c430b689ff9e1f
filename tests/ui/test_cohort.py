"""The Cohort page: the answer in numbers, a picture on each tab, and what is said where there is little to count."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core.store import FolderHome
from autotrain_ui.address import CohortFigure
from autotrain_ui.cohort_figures import FIGURES, in_words
from autotrain_ui.cohort_parts import GROUPS, written
from tests.services.nights import POOR, Nights, session
from tests.ui.apps import opened, said

STAGES = ("STAGE_1_WARMUP", "STAGE_2", "STAGE_3", "STAGE_FINAL")
TODAY = datetime.now(UTC).date()
# No forecast of the past could be tried in a lab as young as the example.
DRAWN = [figure for figure in get_args(CohortFigure) if figure not in {"Any two columns", "Forecasts"}]


def trained(subject: str, sessions: int, **more: Any) -> list[dict[str, Any]]:
    """A mouse that climbed, its last session yesterday; after ten sessions it graduates."""
    return [
        session(
            subject,
            number,
            stage=STAGES[min(number, 4) - 1],
            **{"session_date": (TODAY - timedelta(days=1 + sessions - number)).isoformat(), **more},
        )
        for number in range(1, sessions + 1)
    ]


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven mice: five graduate after ten sessions, two are on their way. Nobody may change them."""
    folder = tmp_path_factory.mktemp("seven")
    rows = [row for subject in "abcde" for row in trained(subject, 10, project="P")]
    Nights(home=FolderHome(folder)).run([*rows, *trained("f", 4), *trained("g", 2, trainer="Ben")])
    return folder


@pytest.fixture
def lab(seven: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app of this test looks at these seven mice."""
    monkeypatch.setenv("AUTOTRAIN_STORE", str(seven))


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: str(metric.value) for metric in app.metric}


def chart(app: AppTest) -> Any:
    return app.get("plotly_chart")[0].proto


def test_the_answer_stands_above_everything_else(lab: None) -> None:
    app = opened("cohort")

    assert not app.exception
    assert metrics(app) == {
        "Mice": "7",
        "Sessions": "56",
        "Graduated": "5",
        "Median time to graduate": "10 sessions",
        "Most training sessions at": "Stage final",
    }


@pytest.mark.parametrize("figure", DRAWN)
def test_every_tab_draws_one_picture_with_its_numbers(lab: None, figure: str) -> None:
    app = opened("cohort", figure=figure)

    assert not app.exception
    assert "stumbled" not in said(app)
    assert len(app.get("plotly_chart")) == 1
    assert len(chart(app).alt) > 40
    assert [button.proto.label for button in app.get("download_button")] == ["CSV of these numbers"]


def test_every_tab_has_something_that_draws_it() -> None:
    assert set(FIGURES) == set(get_args(CohortFigure))


def test_a_tab_that_is_not_open_costs_nothing(lab: None) -> None:
    app = opened("cohort")

    assert [tab.label for tab in app.tabs] == list(get_args(CohortFigure))
    assert len(app.get("plotly_chart")) == 1


def test_a_tab_that_is_opened_stands_in_the_address(lab: None) -> None:
    app = opened("cohort")

    app.session_state["cohort:figure"] = "Decisions"
    app.run()

    assert app.query_params["figure"] in ("Decisions", ["Decisions"])
    assert "Decisions at each stage" in chart(app).spec


def test_a_choice_on_a_tab_is_there_when_one_comes_back_to_it(lab: None) -> None:
    app = opened("cohort", by="project", unit="days")
    app.session_state["cohort:figure"] = "Decisions"
    app.run()

    app.session_state["cohort:figure"] = "Graduation"
    app.run()

    assert app.selectbox(key="cohort:by").value == "project"
    assert "Calendar days" in chart(app).spec


@pytest.mark.parametrize("by", list(GROUPS))
def test_mice_can_be_grouped(lab: None, by: str) -> None:
    app = opened("cohort", by=by)

    assert not app.exception
    assert len(app.get("plotly_chart")) == 1


def test_of_few_mice_no_interval_is_given(nights: Nights) -> None:
    nights.run([*trained("a", 10), *trained("b", 10), *trained("c", 3)])

    app = opened("cohort")

    assert [metric.delta for metric in app.metric if metric.label.startswith("Median")] == [
        "3 mice: too few mice for an interval"
    ]
    assert "Fewer than 5 mice, so no interval: Coupled Baiting" in said(app)


def test_filters_choose_and_say_what_was_chosen(lab: None) -> None:
    app = opened("cohort", project="P", figure="Decisions")

    assert metrics(app)["Mice"] == "5"
    assert "Project: P" in chart(app).spec


def test_filters_that_choose_nothing_can_be_taken_off(lab: None) -> None:
    app = opened("cohort", trainer="Ben", project="P")
    assert "choose no decided session" in said(app)

    app.button(key="cohort-loosen-project").click().run()

    assert metrics(app)["Mice"] == "1"


def test_a_pattern_that_is_none_is_explained(lab: None) -> None:
    app = opened("cohort", subject="(")
    assert "is no pattern for mice" in said(app)

    app.button(key="cohort-unpattern").click().run()

    assert metrics(app)["Mice"] == "7"


def test_before_the_first_run_the_page_says_what_to_do(nights: Nights) -> None:
    nights.table(trained("a", 2))

    assert "2 sessions, and none decided yet" in said(opened("cohort"))


def test_a_lab_without_sessions_says_where_they_are_looked_for(nights: Nights) -> None:
    assert "df_sessions" in said(opened("cohort"))


def test_a_metric_that_nobody_knows_is_no_fault(lab: None) -> None:
    app = opened("cohort", figure="Metrics", metric="charm")

    assert "knows a metric “charm”" in said(app)


def test_a_metric_without_numbers_is_said(nights: Nights) -> None:
    nights.run(trained("a", 2, foraging_efficiency=None))

    assert "has a number for this metric" in said(opened("cohort", figure="Metrics"))


def test_stages_of_a_time_at_which_nobody_trained_are_said(lab: None) -> None:
    app = opened("cohort", figure="Stages over time", stage="STAGE_2", last="2001-01-01")
    assert "choose no decided session" in said(app)


def test_any_two_columns_make_a_table(lab: None) -> None:
    app = opened("cohort", figure="Any two columns", rows="project", columns="stage", value="mice")

    table = app.dataframe[0].value
    assert list(table.index) == ["P", "none named"]
    assert list(table.columns) == ["Stage 1 w/warmup", "Stage 2", "Stage 3", "Stage final"]
    assert list(table.to_dict(orient="index")["P"].values()) == [5, 5, 5, 5]


def test_a_metric_can_stand_in_the_table(lab: None) -> None:
    app = opened(
        "cohort", figure="Any two columns", rows="stage", columns="nothing", value="finished_trials", how="mean"
    )

    assert app.dataframe[0].value.columns.to_list() == ["finished trials"]


@pytest.mark.parametrize("query", [{"rows": "stage", "columns": "stage"}, {"rows": "charm"}, {"value": "charm"}])
def test_columns_that_make_no_table_are_said(lab: None, query: dict[str, str]) -> None:
    app = opened("cohort", figure="Any two columns", **query)

    assert not app.exception
    assert "Choose two different columns" in said(app)


def test_no_two_headings_are_alike() -> None:
    table = pd.DataFrame(
        [[1, 2]], columns=pd.Index(["STAGE_1", "Stage 1"], name="stage"), index=pd.Index(["x"], name="rig")
    )

    assert list(in_words(table, value="Mice").columns) == ["Stage 1 (STAGE_1)", "Stage 1 (Stage 1)"]


def test_the_file_holds_the_numbers_of_the_picture() -> None:
    table = pd.DataFrame({"group": ["ä,b"], "n": [3]})

    assert pd.read_csv(io.BytesIO(written(table, index=False))).to_dict(orient="list") == {"group": ["ä,b"], "n": [3]}


def test_what_an_address_asks_that_there_is_not_is_left_out(lab: None) -> None:
    app = opened("cohort", figure="Charm", by="charm", unit="years", over="moon")

    assert not app.exception
    assert metrics(app)["Mice"] == "7"


def test_mice_that_never_graduate_have_no_median(nights: Nights) -> None:
    nights.run([row for subject in "abcdef" for row in trained(subject, 3, **POOR)])

    assert metrics(opened("cohort"))["Median time to graduate"] == "not reached"


@pytest.mark.parametrize("figure", get_args(CohortFigure))
def test_hostile_texts_are_texts_on_every_tab(hostile_place: None, figure: str) -> None:
    app = opened("cohort", figure=figure, rows="project", columns="stage", metric="constructor")

    assert not app.exception
    assert "stumbled" not in said(app)
    for drawn in app.get("plotly_chart"):
        assert "<img" not in drawn.proto.spec
        assert "<script" not in drawn.proto.spec
