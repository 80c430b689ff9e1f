"""The Backtest page: the choice, the figures, whose fate changes, and what is said where there is nothing to show."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.store import FolderHome
from autotrain_ui.address import BacktestFigure
from tests.services.nights import POOR, Nights, put, session
from tests.ui.apps import drawn, opened, said
from tests.ui.test_cohort import trained

COUPLED, OTHER = "Coupled Baiting@2.3", "Coupled Baiting@quick"
KEY = "foraging_auto_training/saved_curriculums/Coupled Baiting_curriculum_vquick_schema_v1.0.json"
DRAFT = "quick-1"
TODAY = datetime.now(UTC).date()


def quick() -> dict[str, Any]:
    """A version by which every mouse graduates as soon as it is at Stage final."""
    document = services.shipped().get("Coupled Baiting", "2.3").document
    document["curriculum_version"] = "quick"
    document["curriculum"]["Stage final"]["transition_rules"] = [
        {
            "decision": "progress",
            "to_stage": "Graduated",
            "condition": "lambda metrics: metrics.session_at_current_stage >= 1",
            "condition_description": "",
        }
    ]
    return document


@pytest.fixture(scope="module")
def trainers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five mice that graduate after ten sessions, one of six sessions, one that learns nothing. Nobody may change them."""
    folder = tmp_path_factory.mktemp("backtested")
    home = FolderHome(folder)
    put(home, KEY, json.dumps(quick()).encode())
    poor = [session("g", n, session_date=(TODAY - timedelta(days=9 - n)).isoformat(), **POOR) for n in range(1, 5)]
    rows = [row for subject in "abcde" for row in trained(subject, 10, project="P")]
    Nights(home=home).run([*rows, *trained("f", 6), *poor])
    store = Nights(home=home).store
    draft = services.from_curriculum(services.shipped().get("Coupled Baiting", "2.3"))
    actor = services.operator("tester")
    services.start_draft(store, draft, actor=actor, at=datetime.now(UTC), identity=DRAFT)
    return folder


@pytest.fixture
def lab(trainers: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app of this test looks at these mice."""
    monkeypatch.setenv("AUTOTRAIN_STORE", str(trainers))


def shown(*versions: str, **query: str | list[str]) -> AppTest:
    return opened("backtest", versions=list(versions or (COUPLED, OTHER)), **query)


def test_two_versions_stand_side_by_side_with_the_difference(lab: None) -> None:
    app = shown()

    assert not app.exception
    told = " ".join(said(app).split())
    assert "Coupled Baiting 2.3 7 5 " in told
    assert "Coupled Baiting quick 7 6 +1 " in told
    assert "Replay is open loop" in told


@pytest.mark.parametrize("figure", [each for each in get_args(BacktestFigure) if each not in ("Mice", "Closed loop")])
def test_every_tab_draws_its_picture(lab: None, figure: str) -> None:
    app = shown(figure=figure)

    assert not app.exception
    assert len(app.get("plotly_chart")) == (2 if figure == "From stage to stage" else 1)


def test_the_closed_loop_has_its_tab(lab: None) -> None:
    app = shown(figure="Closed loop")

    assert not app.exception
    assert "stumbled" not in said(app)


def test_mice_whose_fate_changes_are_listed_with_both_fates(lab: None) -> None:
    app = shown(figure="Mice")

    rows = app.dataframe[0].value
    assert rows["Mouse"].tolist() == list("abcdef")
    assert rows["Change"].tolist() == ["graduates earlier"] * 5 + ["graduates"]
    assert rows["Coupled Baiting 2.3"].tolist()[-1] == "in training, next Stage final"
    assert rows["Coupled Baiting quick"].tolist()[-1].startswith("graduates after")


def test_one_kind_of_change_can_be_looked_at_alone(lab: None) -> None:
    app = shown(figure="Mice", change="graduates")

    assert app.dataframe[0].value["Mouse"].tolist() == ["f"]
    assert "in this way" in said(shown(figure="Mice", change="ends elsewhere"))


def test_a_mouse_is_opened_with_both_histories_and_a_way_to_its_page(lab: None) -> None:
    app = shown(figure="Mice", mouse="f")

    (strips,) = app.get("plotly_chart")
    assert "Mouse f" in strips.proto.spec
    assert "As it was run" in strips.proto.spec
    (link,) = [each.proto for each in app.get("page_link") if each.proto.label.startswith("Open this mouse")]
    assert "subject=f" in link.query_string
    assert "session=4" in link.query_string


def test_of_a_mouse_that_two_versions_treat_alike_that_is_said(lab: None) -> None:
    assert "say the same next stage" in said(shown(figure="Mice", mouse="g"))


def test_a_mouse_that_takes_no_part_is_said(lab: None) -> None:
    assert "Mouse nobody does not take part" in said(shown(figure="Mice", mouse="nobody"))


def test_a_version_alone_and_a_version_twice_as_a_draft_change_nothing(lab: None) -> None:
    assert "One version alone changes nothing" in said(shown(COUPLED, figure="Mice"))

    app = shown(COUPLED, f"draft:{DRAFT}", figure="Mice")
    assert "No mouse has another fate" in said(app)
    assert "Draft Coupled Baiting 2.3" in said(app)


def test_of_three_versions_the_one_to_compare_with_is_chosen(lab: None) -> None:
    app = shown(COUPLED, OTHER, f"draft:{DRAFT}", figure="Mice", against=f"draft:{DRAFT}")

    assert "No mouse has another fate" in said(app)


def test_who_opens_a_link_again_sees_at_once_what_was_replayed(lab: None, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(figure="Mice")

    def again(*_: object, **__: object) -> None:
        raise AssertionError("it was replayed twice")

    monkeypatch.setattr(services, "backtest_lab", again)
    assert shown(figure="Mice").dataframe[0].value["Mouse"].tolist() == list("abcdef")


def test_filters_choose_mice(lab: None) -> None:
    assert "5 mice" in said(shown(project="P"))
    assert "No mouse is chosen" in said(shown(subject="nobody"))
    assert "is no pattern for mice" in said(shown(subject="("))


def test_nothing_is_replayed_before_versions_are_chosen_and_one_click_chooses_some(lab: None) -> None:
    app = opened("backtest")
    assert "Choose versions of a curriculum" in said(app)

    app.button(key="backtest-suggest-0").click().run()

    assert sorted(app.query_params["versions"]) == [COUPLED, OTHER]
    assert "Rollbacks" in drawn(app)


def test_a_version_that_is_not_there_is_said_and_the_others_are_replayed(lab: None) -> None:
    app = shown(COUPLED, "Coupled Baiting@77", "draft:gone")

    assert [warning.value.replace("\\", "")[:40] for warning in app.warning] == [
        "**Coupled Baiting 77 is left out.** 'Cou",
        "**Draft gone is left out.** There is no ",
    ]
    assert "Coupled Baiting 2.3 7 5" in " ".join(said(app).split())


def test_more_versions_than_can_be_told_apart_are_said(lab: None) -> None:
    app = shown(*(f"Coupled Baiting@{number}" for number in range(7)))

    assert "Only 6 versions" in said(app)


def test_without_sessions_the_page_says_where_they_come_from(place: Path) -> None:
    assert "No sessions yet" in said(opened("backtest"))


def test_files_hold_what_is_shown(lab: None) -> None:
    from autotrain_core.evaluation import backtest
    from autotrain_ui.backtest_parts import as_json
    from autotrain_ui.cohort_parts import written
    from tests.evaluation.documents import LADDER, curriculum, sessions

    found = backtest(sessions([("=m", 1, 150, 0.6), ("n", 1, 10, 0.6)]), [curriculum(LADDER)])

    (told,) = json.loads(as_json(found))
    rows = list(csv.DictReader(io.StringIO(written(services.backtest_fates(found), index=False).decode())))
    assert (told["curriculum_name"], told["subjects"]) == ("Toy", 2)
    assert [row["subject_id"] for row in rows] == ["'=m", "n"]


def test_the_builder_leads_here_with_the_draft(lab: None) -> None:
    app = opened("builder", draft=DRAFT)

    (link,) = [each.proto for each in app.get("page_link") if each.proto.label == "Backtest this draft"]
    assert "draft%3Aquick-1" in link.query_string
    assert "Coupled+Baiting%402.3" in link.query_string
