"""Today in a browser: choose whose mice, go to one and back, read it on a telephone, print it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.screens import Screen
from tests.e2e.servers import Running

A4_ACROSS = (842, 595)


@pytest.fixture(scope="module")
def board(app: Running, look: Visit) -> Screen:
    """The board, for tests that leave it as it is."""
    return look(app)


def test_a_mouse_opens_in_the_same_session_and_back_leads_to_the_same_board(app: Running, visit: Visit) -> None:
    screen = visit(app, "", who="rig", rig="1-A")
    screen.page.evaluate("window.sameSession = true")
    first = screen.main.locator("table.at-board a").first
    mouse = first.inner_text()

    first.click()
    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Mouse")

    screen.asks(f"subject={mouse}")
    assert screen.page.evaluate("window.sameSession")
    screen.page.go_back()
    expect(screen.main.locator("table.at-board")).to_be_visible()
    screen.asks("who=rig&rig=1-A")


def test_a_click_with_ctrl_opens_the_mouse_in_another_tab(board: Screen) -> None:
    with board.page.context.expect_page() as other:
        board.main.locator("table.at-board a").first.click(modifiers=["Control"])

    expect(other.value).to_have_url(re.compile(r"/mouse\?subject="))
    other.value.close()
    expect(board.main.get_by_role("heading", level=1)).to_have_text("Today")


def test_a_mouse_opens_by_the_keyboard(app: Running, visit: Visit) -> None:
    screen = visit(app)

    screen.main.locator("table.at-board a").first.focus()
    screen.page.keyboard.press("Enter")

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Mouse")


def test_those_that_have_graduated_are_a_line_of_links_below_the_board(app: Running, visit: Visit) -> None:
    screen = visit(app)
    first = screen.main.locator(".at-graduated a").first
    mouse = first.inner_text()

    first.click()

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Mouse")
    screen.asks(f"subject={mouse}")


def test_only_those_that_need_a_person_are_shown_and_counted_in_the_menu(app: Running, visit: Visit) -> None:
    screen = visit(app)

    screen.pick("Which", "Need a person")

    expect(screen.main.locator("tr.at-row:not(.at-needs)")).to_have_count(0)
    needed = screen.main.locator("tr.at-needs").count()
    screen.asks("only=attention")
    screen.press("Refresh")
    expect(screen.menu.get_by_role("link", name=re.compile("Today"))).to_contain_text(str(needed))


def test_one_rig_shows_the_mice_of_that_rig(app: Running, visit: Visit) -> None:
    screen = visit(app)

    screen.pick("Whose mice", "One rig")
    screen.choose("Rig", "1-A")

    expect(screen.main.locator("table.at-board caption")).to_contain_text("rig 1-A")
    rows = screen.main.locator("tr.at-row")
    assert rows.count() == screen.main.locator("tr.at-row", has_text="1-A").count() > 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_board_is_a_table_that_everybody_can_use(app: Running, visit: Visit, dark: bool) -> None:
    screen = visit(app, dark=dark)

    expect(screen.main.get_by_role("columnheader", name="Runs next")).to_be_visible()
    expect(screen.main.get_by_role("rowheader").first).to_be_visible()
    # Streamlit's menu with groups is no proper list; that is not of the board.
    assert screen.violations(but=("list", "listitem")) == []


def test_on_a_telephone_a_mouse_is_a_card_as_wide_as_the_screen(app: Running, visit: Visit) -> None:
    screen = visit(app, width=390)

    card = screen.main.locator("tr.at-row").first.bounding_box()
    assert card is not None
    assert 300 < card["width"] <= 390
    assert screen.main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def test_it_prints_across_a4_without_menu_and_buttons(board: Screen) -> None:
    board.page.emulate_media(media="print")

    expect(board.main.locator("table.at-board")).to_be_visible()
    expect(board.menu).to_be_hidden()
    expect(board.button("Print")).to_be_hidden()
    expect(board.button("Refresh")).to_be_hidden()
    body = board.page.pdf(prefer_css_page_size=True)
    board.page.emulate_media(media="null")
    sizes = {tuple(round(float(side)) for side in box) for box in _boxes(body)}
    assert sizes == {A4_ACROSS}


def _boxes(body: bytes) -> list[tuple[bytes, bytes]]:
    return re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", body)


def test_the_print_button_prints(board: Screen) -> None:
    board.page.evaluate("window.print = () => { window.printed = true; }")

    board.press("Print")

    assert board.page.evaluate("window.printed")


def test_the_board_comes_as_a_spreadsheet(board: Screen) -> None:
    rows = board.main.locator("tr.at-row").count() + board.main.locator(".at-graduated a").count()

    with board.page.expect_download() as download:
        board.press("CSV")

    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("subject_id,alias,")
    assert len(text.strip().splitlines()) == rows + 1


def test_the_real_mice_have_their_board(real_app: Running, visit: Visit) -> None:
    screen = visit(real_app)

    expect(screen.main.locator("tr.at-row").first).to_be_visible()
    expect(screen.main.locator("table.at-board caption")).to_contain_text("newest sessions")
