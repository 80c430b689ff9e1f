"""The page Library in a browser: choosing, reading, comparing, taking files away."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.screens import Screen
from tests.e2e.servers import Running

NAME = "Coupled Baiting"
SIDES = ("Settings", "Changes", "Findings", "Mice", "Files")
FILE = "Coupled Baiting_curriculum_v2.3_schema_v1.0.json"


def show(screen: Screen, side: str) -> None:
    screen.page.get_by_role("tab", name=side).click()
    expect(screen.page.get_by_role("tab", name=side)).to_have_attribute("aria-selected", "true")


def test_a_link_opens_a_version_as_graph_and_in_words(app: Running, visit: Visit) -> None:
    screen = visit(app, "curricula", name=NAME, version="2.3")

    expect(screen.heading(f"{NAME} 2.3")).to_be_visible()
    expect(screen.page.get_by_test_id("stGraphVizChart").locator("svg").first).to_be_visible()
    expect(screen.main.locator(".at-rules").first).to_contain_text("goes on to Stage 1")
    screen.main.get_by_text("Condition as written").first.click()
    expect(screen.main.locator(".at-rules pre").first).to_contain_text("lambda metrics")


def test_a_row_of_the_list_opens_its_curriculum(app: Running, visit: Visit) -> None:
    screen = visit(app, "curricula", name=NAME, version="2.3")
    expect(screen.heading(f"{NAME} 2.3")).to_be_visible()

    # The list is a canvas: its second row, at the box that is ticked.
    place = screen.keyed("curricula-list").locator("canvas").first.bounding_box()
    assert place
    screen.page.mouse.click(place["x"] + 16, place["y"] + 35 * 2 + 17)

    expect(screen.heading("Dummy task 1.0")).to_be_visible()
    screen.asks("name=Dummy+task&version=1.0&schema_version=1.0")


def test_a_finding_unfolds_the_history_that_shows_it(app: Running, visit: Visit) -> None:
    screen = visit(app, "curricula", name="Uncoupled Without Baiting", version="2.3rwdDelay159", show="Findings")
    finding = screen.main.locator(".at-findings li", has_text="overtakes this one").first
    expect(finding.get_by_role("table")).to_be_hidden()

    finding.get_by_text("Show the example").click()

    expect(finding.get_by_role("columnheader")).to_have_text(["Session", "finished_trials", "foraging_efficiency"])
    expect(finding.get_by_role("row")).to_have_count(4)
    expect(finding).to_contain_text("After 3 sessions at the stage rules 1, 2 hold")
    assert not screen.violations(but=("list", "listitem"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_each_side_of_a_curriculum_can_be_used_by_everybody(app: Running, visit: Visit, dark: bool) -> None:
    screen = visit(app, "curricula", name=NAME, version="2.3", dark=dark)

    violations = {}
    for side in SIDES:
        show(screen, side)
        expect(screen.page).to_have_url(re.compile(f"show={side}"))
        screen.settle()
        # The menu of Streamlit is a list of lists that are none; it is the same on every page.
        violations[side] = screen.violations(but=("list", "listitem"))

    assert not any(violations.values()), violations


def test_the_document_is_taken_away_byte_for_byte(app: Running, visit: Visit, example_store: Path) -> None:
    stored = next(path for path in example_store.rglob(FILE)).read_bytes()
    screen = visit(app, "curricula", name=NAME, version="2.3", show="Files")

    with screen.page.expect_download() as download:
        screen.press("JSON document")

    assert download.value.suggested_filename == FILE
    assert Path(download.value.path()).read_bytes() == stored


def test_each_picture_is_taken_away_with_one_click(app: Running, visit: Visit) -> None:
    screen = visit(app, "curricula", name=NAME, version="2.3", show="Files")
    begins = {"DOT": b"digraph", "SVG": b"<?xml", "PNG": b"\x89PNG", "PDF": b"%PDF"}

    for place in (0, 1):
        for form, start in begins.items():
            with screen.page.expect_download() as download:
                screen.button(form).nth(place).click()
            assert Path(download.value.path()).read_bytes().startswith(start)


def test_a_link_to_an_unknown_version_offers_the_nearest(app: Running, visit: Visit) -> None:
    screen = visit(app, "curricula", name=NAME, version="2.2")

    expect(screen.main).to_contain_text("It is not here")
    screen.press(re.compile(f"^{NAME} 2.3"))

    expect(screen.heading(f"{NAME} 2.3")).to_be_visible()


def test_the_mice_of_a_curriculum_are_one_click_away(app: Running, visit: Visit) -> None:
    screen = visit(app, "curricula", name=NAME, version="2.3")

    screen.main.get_by_role("link", name="Its mice on Progress").click()

    expect(screen.main.get_by_role("heading", level=1)).to_have_text("Progress")
    expect(screen.button(f"Curriculum: {NAME}").first).to_be_visible()
    expect(screen.button("Version: 2.3").first).to_be_visible()
