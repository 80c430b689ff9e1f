"""The sheet in a real browser: what is told when somebody writes, copies and pastes in it as in a spreadsheet."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.sheet_watching import Shown
from tests.ui.watching import PATIENCE

Show = Callable[..., Shown]


# Writing


def test_typing_replaces_and_enter_goes_down(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Block length (min)", 2).click()

    sheet.page.keyboard.type("12")
    expect(sheet.editor).to_have_value("12")
    sheet.press("Enter")

    expect(sheet.cell("Block length (max)", 2)).to_be_focused()
    sheet.hears([["BlockMin", "Stage 1", "12"]])
    expect(sheet.cell("Block length (min)", 2)).to_have_text("12")


@pytest.mark.parametrize("key", ["Enter", "F2"])
def test_a_cell_is_changed_where_it_ends(show_sheet: Show, key: str) -> None:
    sheet = show_sheet()
    sheet.cell("Block length (min)", 2).click()

    sheet.press(key, "5", "ArrowLeft", "Tab")

    sheet.hears([["BlockMin", "Stage 1", "105"]])
    expect(sheet.cell("Block length (min)", 3)).to_be_focused()


def test_escape_gives_up(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Block length (min)", 2).click()

    sheet.press("9", "9", "Escape", "Enter", "Enter", "Shift+Enter")

    expect(sheet.cell("Block length (min)", 2)).to_have_text("10")
    sheet.press("Escape")
    sheet.cell("Left reward size", 2).click()
    sheet.press("7", "Enter")
    sheet.hears([["LeftValue_volume", "Stage 1", "7"]])


def test_who_clicks_elsewhere_has_written(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Block length (min)", 2).dblclick()
    sheet.editor.fill("11")

    sheet.page.get_by_label("A field").click()

    sheet.hears([["BlockMin", "Stage 1", "11"]])


def test_letters_that_mean_something_to_the_page_are_written(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Description", 1).click()

    sheet.page.keyboard.type("cr 1ü")
    sheet.press("Alt+Enter")
    sheet.page.keyboard.type("more")
    sheet.press("Enter")

    sheet.hears([["description", "Stage 1 w/warmup", "cr 1ü\nmore"]])


def test_what_cannot_be_read_stays_with_the_reason(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Block length (min)", 2).click()

    sheet.page.keyboard.type("1,5")
    sheet.press("Enter", "ArrowUp")

    expect(sheet.foot).to_contain_text("found '1,5'; write 15, without commas", timeout=PATIENCE)
    expect(sheet.cell("Block length (min)", 2)).to_have_text("1,5")


def test_delete_asks_for_the_default_where_there_is_one(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Left reward size", 2).click()

    sheet.press("Delete")
    sheet.hears([["LeftValue_volume", "Stage 1", None]])
    expect(sheet.cell("Left reward size", 2)).to_have_class("number missing differs in at")
    expect(sheet.cell("Left reward size", 2)).to_have_text("3")
    sheet.cell("Block length (min)", 2).click()
    sheet.press("Delete")

    expect(sheet.said).to_have_text("Block length (min) has no default: every stage has to say it.")
    sheet.page.get_by_role("button", name="Undo").click()
    sheet.hears([["LeftValue_volume", "Stage 1", None]], "undo")


def test_space_toggles_a_switch_and_the_whole_selection(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Auto reward switch", 1).click()

    sheet.press("Space")
    sheet.hears([["AutoReward", "Stage 1 w/warmup", "off"]])
    sheet.press("Shift+ArrowRight", "Shift+ArrowLeft", "Shift+ArrowRight", "Space")

    sheet.hears([["AutoReward", "Stage 1 w/warmup", "off"]], [["AutoReward", "Stage 1", "off"]])


def test_a_choice_is_chosen(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Auto block mode", 1).click()

    sheet.press("Enter")
    assert sheet.editor.locator("option").all_inner_texts() == ["off", "now", "once"]
    sheet.editor.select_option("once")

    sheet.hears([["AdvancedBlockAuto", "Stage 1 w/warmup", "once"]])
    expect(sheet.cell("Auto block mode", 1)).to_be_focused()


def test_a_letter_chooses_what_begins_with_it(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Randomness mode", 1).click()

    sheet.press("e", "Escape")
    sheet.cell("Randomness mode", 2).click()
    sheet.page.keyboard.press("x")
    expect(sheet.editor).to_have_value("Exponential")
    sheet.page.get_by_label("A field").click()
    sheet.cell("Auto block mode", 1).click()
    sheet.press("o")
    expect(sheet.editor).to_have_value("off")
    sheet.page.get_by_label("A field").click()

    sheet.hears([["AdvancedBlockAuto", "Stage 1 w/warmup", "off"]])


def test_graduated_follows_and_cannot_be_edited(show_sheet: Show) -> None:
    sheet = show_sheet()
    expect(sheet.cell("Block length (min)", 6)).to_have_attribute("aria-readonly", "true")
    sheet.cell("Block length (min)", 6).click()

    sheet.press("5", "Delete")
    expect(sheet.said).to_have_text("Block length (min) has no default: every stage has to say it.")
    sheet.press("F2")
    expect(sheet.said).to_have_text("Graduated cannot be edited here: it follows Stage final.")
    sheet.press("ArrowLeft", "2", "5", "Enter")

    sheet.hears([["BlockMin", "Stage final", "25"]])
    expect(sheet.cell("Block length (min)", 6)).to_have_text("25")


def test_a_table_that_is_only_looked_at_changes_nothing(show_sheet: Show) -> None:
    sheet = show_sheet(fixed="")
    sheet.cell("Left reward size", 1).click()

    sheet.press("5", "Delete", "Control+r", "F2")
    sheet.paste("3")

    expect(sheet.said).to_have_text("Stage 1 w/warmup cannot be edited here.")
    sheet.page.get_by_role("button", name="Undo").click()
    sheet.hears("undo")


def test_what_the_page_refuses_is_taken_back(show_sheet: Show, tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    sheet = show_sheet(stubborn="", until=answer)
    sheet.cell("Block length (min)", 2).click()

    sheet.press("9", "Enter")
    expect(sheet.cell("Block length (min)", 2)).to_have_text("9")
    expect(sheet.cell("Block length (min)", 2)).to_have_class("number waits")
    answer.touch()

    sheet.hears([["BlockMin", "Stage 1", "9"]])
    expect(sheet.cell("Block length (min)", 2)).to_have_text("10")


def test_nothing_is_lost_or_doubled_while_the_page_is_slow(show_sheet: Show) -> None:
    sheet = show_sheet(slow=0.7)
    sheet.cell("Block length (min)", 1).click()

    for number in range(2, 7):
        sheet.press(str(number), "ArrowDown", "ArrowUp")
        sheet.page.wait_for_timeout(130)

    sheet.hears(*[[["BlockMin", "Stage 1 w/warmup", str(number)]] for number in range(2, 7)])
    expect(sheet.cell("Block length (min)", 1)).to_have_text("6")


def test_undo_takes_back_a_whole_edit(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Block length (min)", 1).click()
    sheet.press("Shift+ArrowRight", "Shift+ArrowRight", "7", "Control+Enter")
    expect(sheet.cell("Block length (min)", 3)).to_have_text("7")

    sheet.press("Control+z")
    expect(sheet.cell("Block length (min)", 3)).to_have_text("10", timeout=PATIENCE)
    expect(sheet.cell("Block length (min)", 1)).to_have_text("10")
    sheet.press("Control+Shift+z")

    expect(sheet.cell("Block length (min)", 1)).to_have_text("7", timeout=PATIENCE)
    sheet.hears([["BlockMin", stage, "7"] for stage in ("Stage 1 w/warmup", "Stage 1", "Stage 2")], "undo", "redo")


# Copying and pasting


def test_a_range_is_copied_as_a_spreadsheet_reads_it(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Sum of p_reward", 2).click()
    sheet.press("Shift+ArrowRight", "Shift+ArrowDown", "Control+c")

    expect(sheet.said).to_have_text("4 cells copied.")
    assert sheet.clipboard() == "0.8\t0.6\n3\t1"


def test_a_block_is_pasted_from_its_corner_as_one_edit(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Block length (min)", 1).click()

    sheet.paste("11\t12\r\n21\t22 trials\r\n")

    sheet.hears(
        [
            ["BlockMin", "Stage 1 w/warmup", "11"],
            ["BlockMin", "Stage 1", "12"],
            ["BlockMax", "Stage 1 w/warmup", "21"],
            ["BlockMax", "Stage 1", "22 trials"],
        ]
    )
    expect(sheet.cell("Block length (max)", 2)).to_have_text("22")
    assert sheet.selected() == 4


def test_one_value_fills_the_selection(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.drag(sheet.cell("Block length (min)", 1), sheet.cell("Block length (max)", 2))

    sheet.paste("33")

    sheet.hears([[name, stage, "33"] for name in ("BlockMin", "BlockMax") for stage in ("Stage 1 w/warmup", "Stage 1")])


def test_what_lies_outside_of_the_table_or_follows_is_left_out_and_said(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Sum of p_reward", 5).click()

    sheet.paste("0.5\t0.6\t0.7")

    sheet.hears([["BaseRewardSum", "Stage final", "0.5"]])
    expect(sheet.said).to_have_text("1 cell changed. 1 of them lie outside of the table and were left out.")


def test_texts_with_line_breaks_and_quotes_are_copied_and_pasted(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Description", 1).click()

    sheet.paste('"one ""two""\nthree"\tfour "five"\n')
    sheet.hears([["description", "Stage 1 w/warmup", 'one "two"\nthree'], ["description", "Stage 1", 'four "five"']])
    sheet.press("Control+c")

    assert sheet.clipboard() == '"one ""two""\nthree"\t"four ""five"""'


def test_empty_cells_of_a_spreadsheet_are_defaults(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Left reward size", 1).click()

    sheet.paste("\t5\n")

    sheet.hears([["LeftValue_volume", "Stage 1 w/warmup", None], ["LeftValue_volume", "Stage 1", "5"]])


def test_a_row_is_filled_to_the_right_from_its_first_selected_cell(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.drag(sheet.cell("ITI (max)", 1), sheet.cell("ITI (max)", 4))

    sheet.press("Control+r")
    sheet.hears([["ITIMax", "Stage 2", "7"], ["ITIMax", "Stage 3", "7"]])
    sheet.cell("ITI (max)", 5).click()
    sheet.press("Control+d")

    expect(sheet.cell("ITI (max)", 5)).to_have_text("7", timeout=PATIENCE)


def test_cutting_copies_and_empties(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.cell("Left reward size", 1).click()

    sheet.press("Control+x")

    sheet.hears([["LeftValue_volume", "Stage 1 w/warmup", None]])
    assert sheet.clipboard() == "4"


def test_copying_and_pasting_need_no_permission(show_sheet: Show) -> None:
    sheet = show_sheet(clipboard=False)
    sheet.cell("ITI (max)", 3).click()

    sheet.press("Control+c", "ArrowRight", "Control+v")

    sheet.hears([["ITIMax", "Stage 3", "10"]])


def test_a_block_repeats_where_the_selection_is_a_multiple_of_it(show_sheet: Show) -> None:
    sheet = show_sheet()
    sheet.drag(sheet.cell("ITI (max)", 1), sheet.cell("ITI (max)", 4))

    sheet.paste("8\t9")

    sheet.hears(
        [
            ["ITIMax", "Stage 1 w/warmup", "8"],
            ["ITIMax", "Stage 1", "9"],
            ["ITIMax", "Stage 2", "8"],
            ["ITIMax", "Stage 3", "9"],
        ]
    )


def test_an_edit_while_the_answer_to_another_is_on_its_way_is_not_lost(show_sheet: Show) -> None:
    sheet = show_sheet(slow=1)
    sheet.cell("Colour of the cage", 4).click()

    sheet.press("Delete", "ArrowUp")
    sheet.page.keyboard.type("On")
    sheet.page.wait_for_timeout(2500)
    sheet.page.keyboard.type("ly")
    sheet.press("Enter")

    sheet.hears([["Colour of the cage", "Stage 3", None]], [["description", "Stage 3", "Only"]])
    expect(sheet.row("Colour of the cage")).to_have_count(0)
