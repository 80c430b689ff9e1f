"""The sheet in a real browser: what is drawn, how one goes about in it, and that everybody can."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.ui.sheet_watching import Shown
from tests.ui.tables import HOSTILE

Show = Callable[..., Shown]


# What is drawn


def test_a_cell_says_whether_it_differs_is_a_default_or_is_at_fault(show_sheet: Show) -> None:
    sheet = show_sheet()

    expect(sheet.cell("Sum of p_reward", 3)).to_have_class("number differs")
    expect(sheet.cell("Warmup finish criterion: window size", 2)).to_have_class("number missing")
    expect(sheet.cell("Block length (max)", 3)).to_have_attribute("aria-invalid", "true")
    expect(sheet.cell("Colour of the cage", 4)).to_have_text("blue")


def test_below_the_table_stands_what_the_cell_may_be_and_what_is_wrong(show_sheet: Show) -> None:
    sheet = show_sheet()

    sheet.cell("Block length (max)", 3).click()

    expect(sheet.foot).to_contain_text("Block length (max) (BlockMax), Stage 2")
    expect(sheet.foot).to_contain_text("Stage 1 has 20. Most trials in a block.")
    expect(sheet.foot).to_contain_text("A whole number from 1 to 100000 trials.")
    expect(sheet.foot).to_contain_text("BlockMin (10) is more than BlockMax (1); change one.")
    expect(sheet.cell("Block length (max)", 3)).to_have_accessible_description(
        re.compile(r"Block length \(max\).* trials\. .*BlockMin \(10\) is more than BlockMax \(1\)")
    )


def test_the_head_and_the_first_column_stay_in_sight(show_sheet: Show) -> None:
    sheet = show_sheet(rows=60, columns=30)
    sheet.cell("Parameter 1", 1).click()
    corner = sheet.page.locator(".corner").bounding_box()

    sheet.press("Control+End")

    expect(sheet.cell("Parameter 60", 30)).to_be_focused()
    expect(sheet.cell("Parameter 60", 30)).to_be_in_viewport()
    assert sheet.page.locator(".corner").bounding_box() == corner
    expect(sheet.row("Parameter 60").locator("th")).to_be_in_viewport()
    expect(sheet.page.get_by_role("columnheader", name="Stage 30")).to_be_in_viewport()


def test_names_and_values_that_are_attacks_are_text(show_sheet: Show) -> None:
    sheet = show_sheet(hostile="")

    expect(sheet.page.locator("th.head .title").first).to_have_text(HOSTILE[0])
    expect(sheet.cell(HOSTILE[0], 1)).to_have_text(HOSTILE[0])
    sheet.cell(HOSTILE[1], 1).dblclick()
    expect(sheet.editor).to_have_value(HOSTILE[1])
    sheet.press("Escape")
    expect(sheet.foot).to_contain_text(HOSTILE[1])
    assert sheet.page.title() == "Sheet"
    assert sheet.root.locator("img, script").count() == 0
    assert "\u202e" not in sheet.root.inner_text()


def test_sixty_parameters_of_thirty_stages_are_drawn_at_once(show_sheet: Show) -> None:
    took = [float(show_sheet(rows=60, columns=30).root.get_attribute("data-took") or "nan") for _ in range(3)]

    assert min(took) <= 100  # milliseconds; the least, for others may be at work on this machine


def test_an_answer_draws_only_what_changed(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.page.evaluate(
        """() => {
            window.drawn = 0;
            const grid = document.querySelector('[data-testid^="stBidiComponent"]').shadowRoot?.querySelector(".grid") ?? document.querySelector(".grid");
            new MutationObserver((seen) => { window.drawn += seen.filter((one) => one.type === "childList").length; }).observe(grid, { subtree: true, childList: true });
        }"""
    )
    sheet.cell("Switch threshold", 2).click()

    sheet.press("0", ".", "9", "Enter")
    sheet.hears([["SwitchThr", "Stage 1", "0.9"]])

    assert 0 < sheet.page.evaluate("() => window.drawn") < 12


# Going about


def test_the_arrows_walk_and_tab_goes_on_in_the_next_row(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Sum of p_reward", 5).click()

    sheet.press("ArrowDown", "ArrowUp", "ArrowRight", "Tab")

    expect(sheet.cell("Reward family", 1)).to_be_focused()
    sheet.press("Shift+Tab", "Home", "ArrowUp")
    expect(sheet.cell("Sum of p_reward", 1)).to_be_focused()


def test_tab_comes_in_and_escape_and_tab_go_out(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.page.get_by_label("Only with faults").focus()

    sheet.press("Tab")
    expect(sheet.cell("Sum of p_reward", 1)).to_be_focused()
    sheet.press("Escape", "Tab")

    expect(sheet.page.get_by_label("A field")).to_be_focused()


def test_shift_and_drags_and_heads_select_ranges(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Sum of p_reward", 1).click()

    sheet.press("Shift+ArrowRight", "Shift+ArrowDown")
    assert sheet.selected() == 4
    sheet.cell("Number of pairs", 3).click(modifiers=["Shift"])
    assert sheet.selected() == 9
    sheet.drag(sheet.cell("Reward family", 2), sheet.cell("Number of pairs", 4))
    assert sheet.selected() == 6
    sheet.row("Reward family").locator("th").click()
    assert sheet.selected() == 6
    sheet.page.get_by_role("columnheader", name="Stage 2").click()
    assert sheet.selected() == len(sheet.titles())
    expect(sheet.foot).to_contain_text(f"{len(sheet.titles())} cells selected")


def test_a_row_is_found_by_its_name_title_or_unit(show_sheet: Show) -> None:
    sheet = show_sheet()
    field = sheet.page.get_by_label("Find a setting")

    field.fill("blockm")
    assert sheet.titles() == ["Block length (min)", "Block length (max)", "Minimal rewards in a block to switch"]
    field.fill("delay beta")
    assert sheet.titles() == ["Delay period (beta)"]
    field.fill("µl")
    assert sheet.titles() == ["Right reward size", "Left reward size"]
    field.fill("elephant")

    expect(sheet.page.get_by_text("No setting is called that.")).to_be_visible()
    assert sheet.page.locator("tr.heading:visible").count() == 0


def test_only_what_differs_and_only_faults_are_shown(show_sheet: Show) -> None:
    sheet = show_sheet()

    sheet.page.get_by_label("Only what differs").check()
    assert "Sum of p_reward" in sheet.titles()
    assert "Randomness mode" not in sheet.titles()
    sheet.page.get_by_label("Only what differs").uncheck()
    sheet.page.get_by_label("Only with faults (2)").check()

    assert sheet.titles() == ["Block length (max)", "Colour of the cage"]


def test_what_the_filter_hides_is_never_selected(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.page.get_by_label("Find a setting").fill("block length")
    sheet.cell("Block length (min)", 1).click()

    sheet.press("Shift+ArrowDown", "Shift+ArrowDown", "7", "Control+Enter")

    sheet.hears([[name, "Stage 1 w/warmup", "7"] for name in ("BlockMin", "BlockMax", "BlockBeta")])


# Everybody


def test_a_tap_goes_to_a_cell_and_a_second_one_writes(show_sheet: Show) -> None:
    sheet = show_sheet(touch=True, width=390)

    sheet.cell("Reward family", 1).tap()
    expect(sheet.cell("Reward family", 1)).to_be_focused()
    expect(sheet.editor).to_have_count(0)
    sheet.cell("Reward family", 1).tap()
    sheet.editor.fill("2")
    sheet.press("Enter")

    sheet.hears([["RewardFamily", "Stage 1 w/warmup", "2"]])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_keeps_anybody_out(show_sheet: Show, dark: bool, width: int) -> None:
    sheet = show_sheet(dark=dark, width=width)
    sheet.cell("Block length (max)", 3).click()
    sheet.press("Shift+ArrowRight", "Shift+ArrowUp")

    found = Axe().run(sheet.page, options={"resultTypes": ["violations"]}).response["violations"]
    sheet.press("F2")
    found += Axe().run(sheet.page, options={"resultTypes": ["violations"]}).response["violations"]

    serious = [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_narrow_window_holds_the_table_and_nothing_sticks_out(show_sheet: Show) -> None:
    sheet = show_sheet(width=390)

    assert sheet.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert (sheet.root.bounding_box() or {"width": 999})["width"] <= 390
