"""The frame of every page: who is let in, what they may open, how fresh it is, and what is said when something fails."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from autotrain_core import services
from autotrain_core.models import Member, Members, Role
from autotrain_core.services import operator
from autotrain_core.store import ABSENT, Store, open_store
from autotrain_ui import routes
from tests.services.nights import Nights, session
from tests.ui.apps import forget, said

PROJECT = Path(__file__).parents[2]
NOW = datetime.now(UTC)


@pytest.fixture
def lab(place: Path) -> Store:
    """A small lab with one night behind it."""
    store = open_store(str(place))
    nights = Nights(home=store.home, at=NOW)
    nights.run([session("7", number, trainer="Ash", rig="1-A") for number in (1, 2, 3)] + [session("8", 1)])
    return store


def people(store: Store, *members: Member, contact: str = "") -> None:
    document = Members(members=members, contact=contact)
    services.save_members(store, document, replaces=ABSENT, actor=operator("tester"), at=NOW)


def person(email: str, *roles: Role, name: str = "") -> Member:
    return Member(email=email, roles=roles, name=name)


ADA = person("ada@example.org", Role.ADMIN, name="Ada")
VIC = person("vic@example.org", Role.VIEWER, name="Vic")


def opened(path: str = "", **query: str) -> AppTest:
    """Open a page as a link does: through the menu."""
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{path}.py").run() if path else app.run()


@pytest.mark.parametrize("route", routes.PAGES, ids=lambda route: route.path)
def test_every_page_opens(lab: Store, route: routes.Route) -> None:
    app = opened(route.path)

    assert not app.exception
    assert [title.value for title in app.title] == [route.title]
    assert "stumbled" not in said(app)


@pytest.mark.parametrize("route", routes.PAGES, ids=lambda route: route.path)
def test_every_page_opens_alone_as_the_first_of_a_fresh_server(lab: Store, route: routes.Route) -> None:
    app = AppTest.from_file(PROJECT / route.file, default_timeout=60).run()

    assert not app.exception
    assert [title.value for title in app.title] == [route.title]


@pytest.mark.parametrize("route", routes.PAGES, ids=lambda route: route.path)
def test_every_page_of_an_empty_store_says_what_to_do(place: Path, route: routes.Route) -> None:
    app = opened(route.path)

    assert not app.exception
    assert [title.value for title in app.title] == [route.title]
    assert "no session table" in said(app)
    assert "stumbled" not in said(app)


def test_on_a_computer_without_members_one_may_do_everything(lab: Store) -> None:
    app = opened()

    assert "Whoever sits at this computer" in said(app)


def test_with_members_the_app_asks_who_one_is(lab: Store) -> None:
    people(lab, ADA, VIC)

    app = opened()
    assert [title.value for title in app.title] == ["Who are you?"]
    app.button(key="choose-vic@example.org").click().run()

    assert [title.value for title in app.title] == ["Today"]
    assert "Vic" in said(app)


def test_who_started_the_app_is_not_asked(lab: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    people(lab, ADA, VIC)
    monkeypatch.setenv("AUTOTRAIN_PERSON", "ada@example.org")

    assert "Ada" in said(opened())


def test_one_may_say_again_who_one_is(lab: Store) -> None:
    people(lab, ADA, VIC)
    app = opened()
    app.button(key="choose-vic@example.org").click().run()

    next(button for button in app.button if button.label == "Change person").click().run()

    assert [title.value for title in app.title] == ["Who are you?"]


def test_a_page_that_a_role_may_not_open_refuses_by_deep_link_and_says_who_may(lab: Store) -> None:
    people(lab, ADA, VIC, contact="the training office")
    app = opened()
    app.button(key="choose-vic@example.org").click().run()

    app.switch_page("pages/runs.py").run()

    assert "Runs is for those who may" in said(app)
    assert "trainer or PI or admin" in said(app)
    assert "Ask the training office." in said(app)
    assert not app.dataframe


def test_a_page_that_a_role_may_not_open_is_not_listed(lab: Store) -> None:
    people(lab, ADA, VIC)
    listed = {route.path for route in routes.PAGES if services.local_actor(members(lab), VIC.email).may(route.right)}

    assert listed == {route.path for route in routes.PAGES} - {"builder", "enrol", "runs"}


def members(store: Store) -> Members:
    return services.members(store)[0]


def test_a_damaged_members_document_lets_nobody_in_and_says_whose_move_it_is(lab: Store) -> None:
    lab.write("members", b'{"members": 3}', replaces=ABSENT, by="somebody", at=NOW)

    app = opened()

    assert [title.value for title in app.title] == ["Nobody can be let in"]
    assert "members" in said(app)


def test_a_store_that_does_not_answer_is_said_and_the_last_view_stays(
    lab: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autotrain_core.errors import StoreUnavailableError
    from autotrain_ui import wiring

    app = opened("progress")
    gone = StoreUnavailableError("the disk is gone")

    def unavailable(*_: object, **__: object) -> None:
        raise gone

    monkeypatch.setattr(services, "lab_view", unavailable)
    app.button(key="frame-refresh").click().run()

    assert not app.exception
    assert "The store does not answer" in said(app)
    assert "the disk is gone" in said(app)
    assert wiring.known() is not None


def test_a_store_that_never_answered_is_said_on_every_page(place: Path) -> None:
    place.rmdir()

    app = opened("progress")

    assert not app.exception
    assert app.error or app.title[0].value == "Nobody can be let in"


def test_a_fault_of_ours_is_said_with_a_number_and_no_inside(lab: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(services, "select", broken)
    monkeypatch.setattr("autotrain_ui.frame._freshness", broken)

    app = opened("progress")

    assert not app.exception
    assert "stumbled over a fault of ours" in said(app)
    assert "secret inside" not in said(app)


def test_a_table_that_cannot_be_read_leaves_what_was_published(lab: Store, place: Path) -> None:
    (place / "foraging_nwb_bonsai_processed" / "df_sessions.csv").write_text("nothing\n1\n")

    app = opened("today")

    assert not app.exception
    assert "What was published is shown" in said(app)


def test_names_of_people_are_text(lab: Store) -> None:
    people(lab, ADA, person("x@example.org", Role.VIEWER, name="<b>**Eve**</b> :red[x]"))

    app = opened()

    button = app.button(key="choose-x@example.org")
    assert button.label.replace("\\", "").startswith("<b>**Eve**</b> :red[x]")
    assert "\\<b\\>\\*\\*Eve" in button.label


def test_without_a_store_the_example_lab_is_shown_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOTRAIN_STORE", raising=False)
    monkeypatch.setenv("AUTOTRAIN_PERSON", "you@example.org")
    monkeypatch.chdir(PROJECT)
    forget()

    app = opened("today")

    assert not app.exception
    assert any("example lab" in element.proto.body for element in app.get("html"))
    forget()


def test_a_look_that_a_browser_brings_may_be_anything() -> None:
    from autotrain_ui import preferences

    assert preferences.read("colours%3Dclassic%26density%3Dcompact") == preferences.Look("classic", "compact")
    for cookie in ("", "colours=<script>", "%%%", json.dumps({"a": 1}), "density=&&&=="):
        assert preferences.read(cookie) == preferences.Look()


def test_the_store_is_asked_once_in_a_while_and_not_on_every_click(lab: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    truly = services.lab_view

    def counted(*args: Any, **named: Any) -> services.LabView:
        asked.append(args)
        return truly(*args, **named)

    monkeypatch.setattr(services, "lab_view", counted)

    app = opened("today")
    app.run()
    app.run()

    assert len(asked) == 1


def test_every_page_has_a_route_and_every_route_a_page() -> None:
    assert {route.path for route in routes.PAGES} == {path.stem for path in (PROJECT / "pages").glob("*.py")}


@pytest.mark.usefixtures("place")
def test_a_part_that_is_drawn_by_itself_gives_way_to_the_whole_page_when_somebody_looks_again() -> None:
    def page() -> None:
        import streamlit as st

        from autotrain_ui import frame

        st.session_state["runs"] = st.session_state.get("runs", 0) + 1
        with frame.page("builder"):
            if st.session_state["runs"] == 1:
                frame.look_again()
            with frame.part("builder"):
                st.text("drawn")

    app = AppTest.from_function(page, default_timeout=60).run()

    assert app.session_state["runs"] == 2
    assert "drawn" in [str(text.value) for text in app.text]


def test_no_style_makes_a_browser_look_through_the_whole_page_at_each_change() -> None:
    # Measured: 10 ms for each change of a page, and a picture is hundreds of them.
    styles = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "autotrain_ui").rglob("*.css")}

    assert styles
    assert [name for name, text in styles.items() if re.search(r"(body|html|:root|\*):has\(", text)] == []
