"""The page Progress in a browser: filters, chips, the picture, what a box chooses, and what can be taken away."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import MICE, Visit
from tests.e2e.screens import Screen
from tests.e2e.servers import Running


def plot(screen: Screen) -> Locator:
    """The canvas of the picture, drawn."""
    canvas = screen.page.locator("canvas.plot")
    expect(canvas).to_be_visible()
    expect(screen.page.locator(".progress")).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    return canvas


def counted(screen: Screen) -> Locator:
    return screen.main.get_by_role("status").filter(has_text="mice")


def box(screen: Screen, x: float, y: float, to_x: float, to_y: float) -> None:
    """Draw a box over the picture."""
    place = plot(screen).bounding_box()
    assert place
    mouse = screen.page.mouse
    mouse.move(place["x"] + x, place["y"] + y)
    mouse.down()
    mouse.move(place["x"] + to_x, place["y"] + to_y, steps=4)
    mouse.up()


def test_a_filter_is_a_chip_in_the_address_and_the_back_button_takes_it_back(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress")
    plot(screen)
    expect(counted(screen)).to_contain_text(f"{MICE} of {MICE} mice")

    screen.press("Filters")
    screen.page.get_by_label("Mouse", exact=True).fill("^3")
    screen.page.keyboard.press("Enter")

    expect(screen.button("Mouse: ^3")).to_be_visible()
    expect(counted(screen)).not_to_contain_text(f"{MICE} of {MICE} mice")
    screen.asks("subject=%5E3")
    screen.page.go_back()
    expect(screen.button("Mouse: ^3")).to_have_count(0)
    expect(counted(screen)).to_contain_text(f"{MICE} of {MICE} mice")


def test_a_stage_is_chosen_from_the_list_and_its_chip_takes_it_off(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress")
    plot(screen)

    screen.press("Filters")
    screen.choose("Stage", "Stage 2")
    expect(screen.button("Stage: Stage 2").first).to_be_visible()
    expect(screen.page).to_have_url(re.compile("stage=STAGE_2"))
    screen.page.keyboard.press("Escape")
    screen.button("Stage: Stage 2").first.click()

    expect(counted(screen)).to_contain_text(f"{MICE} of {MICE} mice")
    screen.asks("")


def test_who_leaves_the_page_finds_it_again_as_it_was(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress", stage="STAGE_2", x="date", sort="id")
    plot(screen)

    screen.menu.get_by_role("link", name="Cohort").click()
    expect(screen.heading("Cohort")).to_be_visible()
    screen.page.mouse.move(700, 300)  # the help of a page lies on the name of the one above it
    screen.menu.get_by_role("link", name="Progress").click()

    expect(screen.button("Stage: Stage 2").first).to_be_visible()
    expect(screen.main.get_by_role("radio", name="Date")).to_be_checked()
    assert set(screen.query().split("&")) == {"stage=STAGE_2", "x=date", "sort=id"}


def test_a_session_that_is_clicked_opens_its_mouse(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress", sort="id", order="ascending")

    plot(screen).click(position={"x": 8, "y": 8})

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Mouse")
    expect(screen.page).to_have_url(re.compile(r"\?subject=\d+&session=1$"))


def test_a_box_lists_the_sessions_and_its_file_holds_them(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress")

    box(screen, 2, 2, 70, 40)

    heading = screen.heading(re.compile(r"chosen sessions?"))
    expect(heading).to_be_visible()
    number = int(heading.inner_text().split()[0])
    with screen.page.expect_download() as download:
        screen.button("CSV of these").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert len(lines) == number + 1
    assert lines[0].startswith('"subject_id","session_date","task","session"')
    screen.press("Clear the choice")
    expect(heading).to_have_count(0)


def test_the_file_of_the_page_holds_what_the_filters_choose(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress", stage="STAGE_2")
    plot(screen)
    sessions = re.search(r"mice, ([\d,]+) of", counted(screen).inner_text())
    assert sessions

    with screen.page.expect_download() as download:
        screen.button(re.compile("CSV$")).first.click()

    assert len(Path(download.value.path()).read_text().splitlines()) == int(sessions[1].replace(",", "")) + 1


def test_what_the_legend_hides_stands_in_the_address(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress")
    plot(screen)

    screen.page.locator(".legend button").first.click()

    expect(screen.page.locator(".legend button").first).to_have_attribute("aria-pressed", "false")
    expect(screen.page).to_have_url(re.compile("hidden="))


def test_filters_that_choose_nothing_offer_the_way_out(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress", stage="STAGE_9")

    screen.press(re.compile("Without .Stage: STAGE_9"))

    plot(screen)
    screen.asks("")


def test_the_open_filters_can_be_used_by_everybody(app: Running, visit: Visit) -> None:
    screen = visit(app, "progress", stage="STAGE_2")
    plot(screen)

    screen.press("Filters")
    expect(screen.page.get_by_label("Mouse", exact=True)).to_be_visible()

    # The menu of Streamlit is a list of lists that are none; it is the same on every page.
    assert screen.violations(but=("list", "listitem")) == []
    assert screen.main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def test_the_150_real_mice_are_drawn(real_app: Running, visit: Visit) -> None:
    screen = visit(real_app, "progress", x="days", sort="progress")

    plot(screen)

    expect(counted(screen)).to_contain_text("150 of 150 mice")
