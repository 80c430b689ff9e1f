"""Addresses of the app that this one replaces lead to the page that shows the same."""

import pytest

from autotrain_ui import old_addresses
from autotrain_ui.address import CurriculumView, MouseView, ProgressView
from tests.services.nights import Nights, session
from tests.ui.apps import opened

NONE: dict[str, list[str]] = {}


def moved(**given: str) -> tuple[str, object]:
    return old_addresses.moved({name: [value] for name, value in given.items()})


# The three links of the rig's program (contracts D8).


def test_the_rig_opens_the_curriculum_that_it_runs() -> None:
    led = moved(
        tab_id="tab_auto_train_curriculum",
        auto_training_curriculum_name="Coupled Baiting",
        auto_training_curriculum_version="2.3",
        auto_training_curriculum_schema_version="1.0",
    )

    assert led == ("curricula", CurriculumView(name="Coupled Baiting", version="2.3", schema_version="1.0"))


def test_the_rig_opens_the_history_of_its_mouse_in_the_order_that_it_asks_for() -> None:
    led = moved(
        filter_subject_id="700123",
        tab_id="tab_auto_train_history",
        auto_training_history_x_axis="session",
        auto_training_history_sort_by="subject_id",
        auto_training_history_sort_order="descending",
    )

    assert led == ("progress", ProgressView(subject="700123", x="session", sort="id", order="descending"))


def test_the_rig_opens_all_sessions_of_its_mouse() -> None:
    assert moved(filter_subject_id="700123") == ("mouse", MouseView(subject="700123"))


# What people have bookmarked (contracts D9).


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"auto_training_history_x_axis": "relative_date"}, {"x": "days"}),
        ({"auto_training_history_x_axis": "date"}, {"x": "date"}),
        ({"auto_training_history_sort_by": "progress_to_graduated"}, {"sort": "progress"}),
        ({"auto_training_history_sort_by": "first_date"}, {"sort": "first"}),
        ({"auto_training_history_sort_order": "ascending"}, {"order": "ascending"}),
        ({"filter_PI": "Heron"}, {"PI": ("Heron",)}),
        ({"filter_current_stage_actual": "STAGE_2"}, {"stage": ("STAGE_2",)}),
        ({"filter_h2o": "Pip"}, {"alias": ("Pip",)}),
    ],
)
def test_a_bookmark_shows_what_it_showed(old: dict[str, str], new: dict[str, object]) -> None:
    assert moved(tab_id="tab_auto_train_history", **old) == ("progress", ProgressView.model_validate(new))


def test_a_filter_with_several_values_keeps_them() -> None:
    given = {"tab_id": ["tab_auto_train_history"], "filter_rig": ["1-A", "1-B"], "filter_subject_id": ["7", "8"]}

    path, view = old_addresses.moved(given)

    assert (path, view) == ("progress", ProgressView(rig=("1-A", "1-B"), subject="7|8"))


def test_a_pattern_for_mice_is_no_mouse() -> None:
    assert moved(filter_subject_id="70012.*") == ("progress", ProgressView(subject="70012.*"))


@pytest.mark.parametrize(
    "given",
    [
        {"auto_training_history_x_axis": "moon"},
        {"auto_training_history_sort_by": "moon"},
        {"tab_id": "tab_session_inspector"},
        {"if_load_docDB": "True"},
        {"filter_foraging_eff": "0.5"},
        {"filter_subject_id": ""},
        {"filter_subject_id": "7" * 5_000, "tab_id": "tab_auto_train_history"},
    ],
)
def test_what_this_app_cannot_show_is_left_out(given: dict[str, str]) -> None:
    path, view = moved(**given)

    assert path == "progress"
    assert isinstance(view, ProgressView)


@pytest.mark.parametrize("given", [NONE, {"who": ["mine"]}, {"subject": ["7"]}, {"code": ["x"], "state": ["y"]}])
def test_our_own_addresses_are_not_taken_for_old_ones(given: dict[str, list[str]]) -> None:
    assert not old_addresses.is_old(given)


@pytest.mark.parametrize("name", ["tab_id", "filter_subject_id", "auto_training_curriculum_name", "if_load_docDB"])
def test_an_old_address_is_known_by_any_of_its_words(name: str) -> None:
    assert old_addresses.is_old({name: ["x"]})


def test_at_the_root_of_the_app_an_old_address_leads_on(nights: Nights) -> None:
    nights.run([session("7", 1), session("8", 1)])

    app = opened("today", filter_subject_id="8")

    assert app.title[0].value == "Mouse"
    assert app.query_params["subject"] == "8"
