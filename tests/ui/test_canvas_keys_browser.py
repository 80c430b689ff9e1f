"""The canvas in a real browser, worked on with the keys, and while the page is slow to answer."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.ui.canvas_watching import Drawn

Show = Callable[..., Drawn]


def test_the_keys_walk_select_and_connect(show: Show) -> None:
    canvas = show()
    canvas.page.get_by_role("button", name="Zoom in").focus()

    canvas.press("Tab")
    expect(canvas.node("s0")).to_be_focused()
    canvas.press("ArrowDown", "Enter")
    canvas.hears("Select(node='s1', edge=None)")
    canvas.press("c", "ArrowDown", "ArrowDown", "Enter")

    canvas.heard_last("Connect(source='s1', target='s3')")
    expect(canvas.node("s1")).to_be_focused()


def test_escape_gives_up_a_rule_that_was_begun(show: Show) -> None:
    canvas = show()
    canvas.click(canvas.at_node("s1"))

    canvas.press("c", "ArrowDown", "Escape", "Enter")

    canvas.hears("Select(node='s1', edge=None)", "Select(node='s2', edge=None)")


def test_alt_with_arrows_moves_and_several_steps_are_one_move(show: Show) -> None:
    canvas = show()
    canvas.node("s1").focus()

    canvas.press("Alt+ArrowRight", "Alt+ArrowRight", "Alt+ArrowUp")

    canvas.hears("Move(node='s1', x=16.0, y=112.0)")


def test_the_rules_of_a_stage_are_reached_and_ordered_by_keys(show: Show) -> None:
    canvas = show()
    canvas.node("s1").focus()

    canvas.press("r")
    expect(canvas.edge("r1.0")).to_be_focused()
    canvas.press("]")
    canvas.hears("Prioritise(edge='r1.0', by=1)")
    expect(canvas.edge("r1.0")).to_contain_text("2 ↑")
    expect(canvas.edge("r1.0")).to_be_focused()
    canvas.press("]")
    expect(canvas.edge("r1.0")).to_contain_text("3 ↑")
    canvas.press("]", "Delete")

    first = second = "Prioritise(edge='r1.0', by=1)"
    canvas.hears(first, second, "Delete(node=None, edge='r1.0')")


def test_delete_removes_a_stage_and_the_focus_is_not_lost(show: Show) -> None:
    canvas = show()
    canvas.node("s1").focus()

    canvas.press("Backspace")
    canvas.hears("Delete(node='s1', edge=None)")
    expect(canvas.node("s1")).to_have_count(0)
    canvas.press("d")

    canvas.heard_last("Duplicate(node='s0')")


def test_undo_and_redo_are_heard_anywhere_and_once(show: Show) -> None:
    canvas = show()

    canvas.press("Control+z")
    canvas.hears("Undo()")
    canvas.node("s1").focus()
    canvas.press("Control+z", "Control+Shift+z", "Control+y", "Meta+z", "Meta+Shift+z")

    canvas.hears("Undo()", "Undo()", "Redo()", "Redo()", "Undo()", "Redo()")


def test_in_a_field_undo_is_the_fields_own(show: Show) -> None:
    canvas = show()

    canvas.page.get_by_label("A field").press_sequentially("abc")
    canvas.press("Control+z")
    canvas.click(canvas.at_node("s1"))

    canvas.hears("Select(node='s1', edge=None)")


def test_nothing_is_lost_or_doubled_while_the_page_is_slow(show: Show) -> None:
    canvas = show(slow=0.7)
    canvas.node("s1").focus()

    for _ in range(8):
        canvas.press("d")
        canvas.page.wait_for_timeout(130)

    canvas.hears(*["Duplicate(node='s1')"] * 8)
    canvas.page.wait_for_timeout(1500)
    assert len(canvas.told) == 8


def test_the_rule_that_is_removed_is_the_one_that_was_seen(show: Show) -> None:
    canvas = show(numbered="", slow=2)
    expect(canvas.edge("2").locator("title")).to_have_text("Rule r1.0, in full")

    for edge in ("0", "2"):
        canvas.edge(edge).focus()
        canvas.page.wait_for_timeout(800)  # who presses twice at once does not mean it
        canvas.press("Delete")
        canvas.page.wait_for_timeout(50)

    canvas.hears("Delete(node=None, edge='0')", "Delete(node=None, edge='1')")
    titles = canvas.page.locator(".labels .edge > title")
    expect(titles).not_to_have_text(["Rule r0.0, in full", "Rule r1.0, in full"])
    assert not {"Rule r0.0, in full", "Rule r1.0, in full"} & set(titles.all_inner_texts())


def test_a_second_press_of_delete_removes_nothing_else(show: Show) -> None:
    canvas = show()
    canvas.node("s1").focus()

    canvas.press("Delete", "Delete")
    canvas.page.wait_for_timeout(300)
    canvas.press("Delete", "d")

    canvas.hears("Delete(node='s1', edge=None)", "Duplicate(node='s0')")


def test_after_a_click_on_the_ground_delete_removes_nothing(show: Show) -> None:
    canvas = show()
    canvas.click(canvas.at_node("s1"))
    canvas.click(canvas.ground)

    canvas.press("Delete", "Control+z")

    canvas.hears("Select(node='s1', edge=None)", "Select(node=None, edge=None)", "Undo()")


def test_who_may_only_look_changes_nothing(show: Show) -> None:
    canvas = show(fixed="")
    x, y = canvas.at_node("s1")

    canvas.drag((x, y), (x + 100, y))
    canvas.page.mouse.dblclick(*canvas.ground)
    canvas.node("s1").focus()
    canvas.press("Delete", "d", "c", "a", "F2", "Control+z", "Alt+ArrowUp")
    canvas.press("Enter")

    canvas.hears("Select(node='s1', edge=None)")
