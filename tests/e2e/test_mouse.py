"""The page of one mouse in a browser: choosing, clicking, going on, going back, printing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from autotrain_core import services
from autotrain_core.services import LabView, Settings
from autotrain_core.store import open_store
from autotrain_ui import words
from tests.e2e.conftest import Visit
from tests.e2e.screens import Screen
from tests.e2e.servers import Running
from tests.ui import hostile


@pytest.fixture(scope="module")
def lab(example_store: Path) -> LabView:
    """The example lab as the app sees it."""
    return services.lab_view(open_store(str(example_store)), Settings(), at=datetime.now(UTC))


@pytest.fixture(scope="module")
def subject(lab: LabView) -> str:
    """A mouse with many sessions, all decided, and neighbours on both sides."""
    middle = lab.mice.iloc[1:-1]
    whole = middle[middle["decided"] == middle["sessions"]]
    return str(whole["sessions"].idxmax())


def identity(screen: Screen) -> Locator:
    return screen.main.locator(".at-mouse h2 .at-mono")


def why(screen: Screen) -> Locator:
    return screen.main.locator(".at-why")


def points(screen: Screen) -> Locator:
    """The sessions of the first panel: the only trace of it that has signs and no line."""
    chart = screen.page.locator(".js-plotly-plot").first
    expect(chart.locator(".scatterlayer path.point").first).to_be_visible()
    return chart.locator(".scatterlayer .trace:not(:has(.lines path))").first.locator("path.point")


def click_point(screen: Screen, place: int) -> None:
    point = points(screen).nth(place)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    screen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # Plotly takes a click for one on the point that it shows the text of.
    expect(screen.page.locator(".js-plotly-plot .hoverlayer .hovertext").first).to_be_visible()
    screen.page.mouse.down()
    screen.page.mouse.up()


def asked(screen: Screen, **wanted: object) -> None:
    """Wait until the address says what is shown."""
    for name, value in wanted.items():
        expect(screen.page).to_have_url(re.compile(rf"[?&]{name}={value}(&|$)"))


def test_a_link_shows_a_mouse_at_a_session(app: Running, visit: Visit, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject, session=2)

    expect(identity(screen)).to_have_text(subject)
    expect(why(screen).locator("dd").first).to_contain_text("2 ·")
    expect(screen.heading("Runs next")).to_be_visible()


def test_a_click_on_a_point_explains_its_session(app: Running, visit: Visit, lab: LabView, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject)

    click_point(screen, 3)

    number = int(lab.of(subject)["session"].iloc[3])
    asked(screen, session=number)
    expect(why(screen).locator("dd").first).to_contain_text(f"{number} ·")

    screen.settle()
    click_point(screen, 6)

    asked(screen, session=int(lab.of(subject)["session"].iloc[6]))


def test_a_click_on_a_row_explains_its_session(app: Running, visit: Visit, lab: LabView, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject)
    table = screen.keyed("screen-sessions").get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()

    table.click(position={"x": 20, "y": 35 * 3.5})

    asked(screen, session=int(lab.of(subject)["session"].iloc[-3]))


def test_a_session_is_found_by_typing_its_number(app: Running, visit: Visit, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject)

    screen.page.get_by_role("combobox", name="Session", exact=True).click()
    screen.page.keyboard.type("5 · ")
    screen.page.get_by_role("option", name=re.compile(r"^5 · ")).first.click()

    asked(screen, session=5)


def test_a_mouse_is_found_by_typing_part_of_its_id(app: Running, visit: Visit, lab: LabView, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject, session=2)
    other = str(lab.mice.index[0])

    screen.page.get_by_role("combobox", name="Mouse", exact=True).click()
    screen.page.keyboard.type(other[:5])
    screen.page.get_by_role("option", name=other).first.click()

    expect(identity(screen)).to_have_text(other)
    asked(screen, subject=other)
    assert "session=" not in screen.query()


def test_one_goes_from_mouse_to_mouse_with_buttons_keys_and_back(
    app: Running, visit: Visit, lab: LabView, subject: str
) -> None:
    screen = visit(app, "mouse", subject=subject)
    following = str(lab.mice.index[list(lab.mice.index).index(subject) + 1])

    screen.press(re.compile("Next mouse"))

    expect(identity(screen)).to_have_text(following)
    screen.settle()
    screen.page.keyboard.press("Alt+ArrowLeft")
    expect(identity(screen)).to_have_text(subject)
    screen.settle()
    screen.page.go_back()
    expect(identity(screen)).to_have_text(following)


def test_on_a_telephone_neighbours_are_two_arrows_that_are_read_out(app: Running, visit: Visit, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject, width=390)

    arrows = [screen.button(re.compile(name)).bounding_box() for name in ("Previous mouse", "Next mouse")]

    assert all(arrow is not None and arrow["width"] < 60 for arrow in arrows)
    expect(screen.main.get_by_text("Alt +").first).to_be_hidden()


def test_metrics_stand_along_dates_where_that_is_wanted(app: Running, visit: Visit, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject)

    screen.pick("Along the bottom", "Date")

    asked(screen, x="date")
    expect(screen.page.locator(".js-plotly-plot .xtitle").first).to_have_text("Date")


def test_without_a_mouse_a_row_of_the_list_opens_one(app: Running, visit: Visit, lab: LabView) -> None:
    screen = visit(app, "mouse")
    listed = screen.main.get_by_test_id("stDataFrame")

    listed.click(position={"x": 20, "y": 35 * 1.5})

    expect(identity(screen)).to_be_visible()
    asked(screen, subject="[^&]+")


def test_an_unknown_mouse_leads_to_one_that_is_there(app: Running, visit: Visit, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject[:-1])

    expect(screen.main.get_by_text("This lab has no mouse")).to_be_visible()
    screen.press(subject)

    expect(identity(screen)).to_have_text(subject)


def test_the_curriculum_of_a_mouse_is_a_link(app: Running, visit: Visit, lab: LabView, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject)

    screen.link(words.curriculum(lab.mice.loc[subject, "curriculum"])).click()

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Library")
    asked(screen, version=re.escape(str(lab.mice.loc[subject, "curriculum_version"])))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_the_page_of_a_mouse(app: Running, visit: Visit, subject: str, dark: bool) -> None:
    screen = visit(app, "mouse", subject=subject, session=3, dark=dark)
    points(screen)

    # The menu is drawn by Streamlit, and tests/e2e/test_frame.py looks at it.
    assert screen.violations(but=("list", "listitem")) == []


def test_the_page_of_a_mouse_fits_a_telephone(app: Running, visit: Visit, subject: str) -> None:
    screen = visit(app, "mouse", subject=subject, session=3, width=390)
    points(screen)

    assert screen.main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def test_a_mouse_is_printed_without_what_paper_cannot_do(
    app: Running, visit: Visit, lab: LabView, subject: str
) -> None:
    screen = visit(app, "mouse", subject=subject)
    points(screen)

    screen.page.emulate_media(media="print")

    expect(screen.main.locator(".at-print tbody tr, .at-print table tr").last).to_be_visible()
    assert screen.main.locator(".at-print tbody tr").count() == len(lab.of(subject))
    expect(screen.keyed("screen-sessions")).to_be_hidden()
    expect(screen.keyed("screen-neighbours")).to_be_hidden()


def test_real_mice_have_a_page(real_app: Running, real_store: Path, visit: Visit) -> None:
    settings = services.read_settings(real_store / "autotrain.toml", store=str(real_store), environment={})
    lab = services.lab_view(open_store(str(real_store)), settings, at=datetime.now(UTC))
    longest = str(lab.mice["sessions"].idxmax())

    screen = visit(real_app, "mouse", subject=longest)

    expect(identity(screen)).to_have_text(longest)
    points(screen)
    expect(screen.page.get_by_text("stumbled over a fault")).to_have_count(0)


@pytest.mark.parametrize("place", range(3))
def test_no_text_of_a_stranger_runs(hostile_app: Running, visit: Visit, place: int) -> None:
    screen = visit(hostile_app, "mouse", subject=hostile.IDS[place])
    click_point(screen, 1)
    expect(screen.page).to_have_url(re.compile("session="))

    assert screen.page.evaluate(f"window.{hostile.MARK}") is None
    expect(identity(screen)).to_have_text(hostile.IDS[place])
