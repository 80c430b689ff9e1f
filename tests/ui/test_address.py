"""The query string and the view of a page are two forms of one thing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from autotrain_ui import address
from autotrain_ui.address import MouseView, ProgressView, TodayView, from_query, link, to_query


def test_an_address_says_only_what_differs() -> None:
    assert to_query(ProgressView()) == {}
    assert to_query(ProgressView(x="date", trainer=("Ash", "Elm"), active=True)) == {
        "x": ["date"],
        "trainer": ["Ash", "Elm"],
        "active": ["yes"],
    }


def test_an_address_is_read_back() -> None:
    view = ProgressView(subject="^7", first=date(2026, 3, 1), stage=("STAGE_1",), sort="progress", order="ascending")

    assert from_query(ProgressView, to_query(view)) == view


texts = some.text(max_size=20)


@given(
    trainer=some.lists(some.text(min_size=1, max_size=20), max_size=3, unique=True),
    subject=texts,
    first=some.none() | some.dates(),
    x=some.sampled_from(["session", "date", "days"]),
)
def test_any_view_is_read_back(trainer: list[str], subject: str, first: date | None, x: str) -> None:
    view = ProgressView.model_validate({"trainer": trainer, "subject": subject, "first": first, "x": x})

    assert from_query(ProgressView, to_query(view)) == view


@given(some.dictionaries(some.sampled_from(sorted(ProgressView.model_fields)), some.lists(texts, min_size=1)))
def test_any_query_string_is_read(given_: dict[str, list[str]]) -> None:
    assert isinstance(from_query(ProgressView, given_), ProgressView)


def test_what_does_not_fit_is_left_out_and_the_rest_counts() -> None:
    view = from_query(ProgressView, {"x": ["sideways"], "first": ["yesterday"], "trainer": ["Ash"], "what": ["ever"]})

    assert view == ProgressView(trainer=("Ash",))


def test_a_link_leads_from_the_root() -> None:
    assert link("mouse", MouseView(subject="7 & 8", session=3)) == "/mouse?subject=7+%26+8&session=3"
    assert link("today", TodayView()) == "/today"


def app(page: str = "today") -> None:
    import streamlit as st

    from autotrain_ui import address
    from autotrain_ui.address import TodayView

    page = st.session_state.get("page", "today")
    address.arrive(page)
    view = address.open_view(TodayView, page=page)
    st.radio("who", ["all", "mine", "rig"], key=address.key(page, "who"))
    st.text(view.who)


@pytest.fixture
def run() -> AppTest:
    return AppTest.from_function(app, default_timeout=30)


def test_a_link_opens_the_view(run: AppTest) -> None:
    run.query_params["who"] = "mine"

    run.run()

    assert run.text[0].value == "mine"
    assert run.radio[0].value == "mine"


def test_a_choice_goes_into_the_address(run: AppTest) -> None:
    run.run()

    run.radio[0].set_value("rig").run()

    assert run.text[0].value == "rig"
    assert run.query_params["who"] == "rig"


def test_the_back_button_brings_the_choice_before_back(run: AppTest) -> None:
    run.run()
    run.radio[0].set_value("rig").run()

    del run.query_params["who"]
    run.run()

    assert run.text[0].value == "all"
    assert run.radio[0].value == "all"


def test_a_click_counts_though_the_address_is_an_old_one(run: AppTest) -> None:
    run.run()
    run.radio[0].set_value("rig").run()

    run.query_params["who"] = "mine"  # a browser that has not heard of "rig" yet
    run.radio[0].set_value("all").run()

    assert run.text[0].value == "all"


def test_a_page_that_was_left_is_as_it_was(run: AppTest) -> None:
    run.run()
    run.radio[0].set_value("rig").run()

    run.session_state["page"] = "progress"
    run.query_params.clear()
    run.run()
    assert run.text[0].value == "all"
    run.session_state["page"] = "today"
    run.query_params.clear()
    run.run()

    assert run.text[0].value == "rig"
    assert run.query_params["who"] == "rig"


def test_what_a_widget_offers_holds_what_is_chosen() -> None:
    def page() -> None:
        import streamlit as st

        from autotrain_ui import address
        from autotrain_ui.address import ProgressView

        address.arrive("progress")
        address.open_view(ProgressView, page="progress")
        st.multiselect(
            "trainer", address.options("progress", "trainer", ["Ash"]), key=address.key("progress", "trainer")
        )

    run = AppTest.from_function(page, default_timeout=30)
    run.query_params["trainer"] = ["Elm", "Ash"]

    run.run()

    assert not run.exception
    assert run.multiselect[0].value == ["Elm", "Ash"]


def test_the_key_of_a_widget_names_its_page() -> None:
    assert address.key("today", "who") != address.key("runs", "who")
