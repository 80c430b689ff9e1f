"""The editor of a rule in a real browser: from the keyboard, on a phone, and for whoever does not see it."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screens import QUIET, Screen
from tests.e2e.tabs import Tabs
from tests.ui.conftest import lending

PATIENCE = 30_000
RULE = (
    "lambda metrics: metrics.finished_trials[-1] >= 200 and (np.mean(metrics.foraging_efficiency[-5:]) >= 0.6"
    " or not metrics.session_at_current_stage > 3 or metrics.finished_trials[-1] > metrics.finished_trials[-2])"
)
SHORT = "lambda metrics: metrics.finished_trials[-1] >= 200"
Open = Callable[..., Screen]


@pytest.fixture
def open_rule(tabs: Tabs, rule_server: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open a rule: `open_rule(SHORT, width=390, dark=True)`; at the end no console may have complained."""
    with lending(tabs, request) as lend:

        def opening(text: str, *, width: int = 1280, dark: bool = False) -> Screen:
            screen: Screen = lend(Screen, dark=dark, width=width, height=900)
            screen.page.goto(f"{rule_server}/?{urlencode({'text': text})}")
            expect(screen.page.get_by_text("Would have held in")).to_be_visible(timeout=PATIENCE)
            return screen

        yield opening


def words(page: Page) -> Locator:
    return page.locator(".at-rule-words")


def rests(page: Page) -> None:
    page.wait_for_selector(QUIET)


@pytest.mark.parametrize("dark", [False, True])
def test_nobody_is_left_out(open_rule: Open, dark: bool) -> None:
    screen = open_rule(RULE, dark=dark)

    assert screen.violations() == []


@pytest.mark.parametrize("width", [1280, 520, 390])
def test_nothing_is_wider_than_the_page(open_rule: Open, width: int) -> None:
    page = open_rule(RULE, width=width).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    inside = page.evaluate(
        """() => [...document.querySelectorAll('[class*="-at-rule"] :is(input, button, .at-sketch, textarea)')]
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1).length"""
    )
    assert inside == 0


def test_a_threshold_is_slid_from_the_keyboard_without_losing_the_place(open_rule: Open) -> None:
    page = open_rule(SHORT).page
    slider = page.get_by_role("slider", name="Slide the threshold of finished trials (trials)")

    slider.focus()
    for reached in (210, 220, 230):
        rests(page)
        page.keyboard.press("ArrowRight")
        expect(words(page)).to_have_text(f"Holds when finished trials at least {reached}.")

    expect(slider).to_be_focused()
    expect(page.get_by_label("Threshold of finished trials (trials)", exact=True)).to_have_value("230")


def test_a_typed_threshold_moves_the_slider(open_rule: Open) -> None:
    page = open_rule(SHORT).page
    field = page.get_by_label("Threshold of finished trials (trials)", exact=True)

    field.fill("333")
    field.press("Enter")

    expect(words(page)).to_have_text("Holds when finished trials at least 333.")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "333")


def test_an_emptied_number_of_sessions_means_all(open_rule: Open) -> None:
    page = open_rule("lambda metrics: np.mean(metrics.finished_trials[-5:]) >= 200").page
    field = page.get_by_label("How many sessions", exact=True)

    field.fill("")
    field.press("Enter")

    expect(words(page)).to_have_text("Holds when mean of all finished trials at least 200.")
    expect(field).to_have_value("")


def test_a_line_is_added_turned_round_and_removed_by_its_menu(open_rule: Open) -> None:
    page = open_rule(SHORT).page

    page.get_by_role("button", name="Add a line").click()
    expect(words(page)).to_contain_text("and finished trials")
    page.get_by_role("button", name="More").nth(1).click()
    page.get_by_role("button", name="Turn into its opposite").click()
    expect(words(page)).to_contain_text("and not (finished trials")
    page.get_by_role("button", name="More").nth(1).click()
    page.get_by_role("button", name="Remove").click()

    expect(words(page)).to_have_text("Holds when finished trials at least 200.")


def test_the_text_goes_through_the_browser_letter_by_letter(open_rule: Open) -> None:
    text = "lambda metrics: \n        metrics.finished_trials[-1] >= 200.0  \n   and metrics.session_total>1\n "
    page = open_rule(text).page

    page.get_by_text("Text", exact=True).click()
    field = page.get_by_label("Condition as text")

    expect(field).to_have_value(text)


def test_who_types_a_number_and_goes_straight_to_a_button_has_done_both(open_rule: Open) -> None:
    page = open_rule(SHORT).page

    page.get_by_label("Threshold of finished trials (trials)", exact=True).fill("333")
    page.get_by_role("button", name="Add a line").click()

    expect(words(page)).to_contain_text("Holds when finished trials at least 333 and finished trials")


def test_a_decimal_comma_is_no_longer_lost_on_the_way(open_rule: Open) -> None:
    page = open_rule("lambda metrics: metrics.foraging_efficiency[-1] >= 0.5").page
    field = page.get_by_label("Threshold of foraging efficiency", exact=True)

    field.fill("0,65")
    field.press("Enter")

    expect(words(page)).to_have_text("Holds when foraging efficiency at least 0.65.")
    expect(field).to_have_value("0.65")


def test_who_types_what_is_no_number_and_goes_straight_to_a_button_is_told(open_rule: Open) -> None:
    page = open_rule(SHORT).page

    page.get_by_label("Threshold of finished trials (trials)", exact=True).fill("310.5")
    page.get_by_role("button", name="Add a line").click()

    expect(words(page)).to_contain_text("Holds when finished trials at least 200 and finished trials")
    expect(page.get_by_text("“310.5” was not taken over.")).to_be_visible()
