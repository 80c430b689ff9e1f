"""The Cohort page in a browser: tabs, choices, filters, files and pictures; on the example lab and on the real mice."""

import csv
import io
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright.sync_api import Locator, expect

from autotrain_ui.address import CohortFigure
from tests.e2e.conftest import Visit
from tests.e2e.screens import PATIENCE_MS, Screen
from tests.e2e.servers import Running

# No forecast of the past could be tried in a lab as young as the example.
DRAWN = [figure for figure in get_args(CohortFigure) if figure not in {"Any two columns", "Forecasts"}]


def chart(screen: Screen) -> Locator:
    return screen.page.locator(".js-plotly-plot")


def downloaded(screen: Screen, click: Locator) -> tuple[str, str]:
    """Name and text of the file that a click brings."""
    with screen.page.expect_download() as waiting:
        click.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text(encoding="utf-8")


def rows_of(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


def show(screen: Screen, figure: str) -> None:
    """Go to a tab, and wait until its picture is there."""
    tab = screen.page.get_by_role("tab", name=figure, exact=True)
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    if figure in DRAWN:
        # While a picture is replaced there are two.
        expect(chart(screen)).to_have_count(1)
        expect(screen.page.get_by_role("tabpanel").locator(".js-plotly-plot .main-svg").first).to_be_visible()
    screen.settle()


def test_the_real_mice_are_drawn(real_app: Running, visit: Visit) -> None:
    screen = visit(real_app, "cohort", figure=DRAWN[-1])

    for figure in (DRAWN[-1], *DRAWN[:-1]):
        show(screen, figure)
        expect(chart(screen).last).to_contain_text("150 mice, 3,522 sessions")


def test_the_real_mice_take_as_long_as_was_found_by_hand(real_app: Running, visit: Visit) -> None:
    screen = visit(real_app, "cohort")

    expect(screen.main).to_contain_text("15 sessions")
    expect(screen.main).to_contain_text("95 %: 13 to 19")


def test_the_file_holds_the_numbers_of_the_picture(app: Running, visit: Visit) -> None:
    screen = visit(app, "cohort", by="all")

    name, text = downloaded(screen, screen.button("CSV of these numbers"))

    rows = rows_of(text)
    assert name == "cohort-graduation.csv"
    assert {row["group"] for row in rows} == {"All mice"}
    assert rows[0]["at_risk"] == "40"
    assert float(rows[-1]["not_graduated"]) <= float(rows[0]["not_graduated"])


def test_a_picture_is_saved_as_svg_with_title_and_foot(app: Running, visit: Visit) -> None:
    screen = visit(app, "cohort", figure="Decisions")
    chart(screen).hover()

    name, text = downloaded(screen, chart(screen).locator('[data-title^="Download"]'))

    assert name == "cohort-decisions.svg"
    assert text.startswith("<svg")
    assert "Decisions at each stage" in text
    assert "40 mice" in text


def test_a_choice_redraws_and_a_link_shows_it_to_others(app: Running, visit: Visit) -> None:
    screen = visit(app, "cohort")

    screen.pick("Time in", "Days")
    screen.choose("Groups", "By project")

    expect(screen.page).to_have_url(re.compile(r"by=project"))
    expect(chart(screen).last).to_contain_text("Calendar days")
    again = visit(app, f"cohort?{screen.query()}")
    expect(chart(again).last).to_contain_text("Calendar days")
    expect(chart(again).last).to_contain_text("by project")


def test_a_filter_counts_fewer_mice_and_can_be_taken_off(app: Running, visit: Visit) -> None:
    screen = visit(app, "cohort", curriculum="Coupled Baiting")
    expect(chart(screen).last).to_contain_text("7 mice")

    screen.press("Curriculum: Coupled Baiting")

    expect(chart(screen).last).to_contain_text("40 mice")
    expect(screen.page).not_to_have_url(re.compile("curriculum="))


def test_the_back_button_brings_the_tab_before_back(app: Running, visit: Visit) -> None:
    screen = visit(app, "cohort", figure="Decisions")
    expect(chart(screen).last).to_contain_text("Decisions at each stage")
    screen.page.get_by_role("tab", name="Transitions").click()
    expect(chart(screen).last).to_contain_text("From stage to stage")
    screen.settle()

    screen.page.go_back()

    expect(chart(screen)).to_have_count(1, timeout=PATIENCE_MS)
    expect(chart(screen).last).to_contain_text("Decisions at each stage", timeout=PATIENCE_MS)


def test_changes_are_counted_as_decided_or_as_run(app: Running, visit: Visit) -> None:
    screen = visit(app, "cohort", figure="Transitions")
    expect(chart(screen).last).to_contain_text("as decided")

    screen.pick("Count", "As run")

    expect(chart(screen).last).to_contain_text("as run")


def test_any_two_columns_make_a_table(app: Running, visit: Visit) -> None:
    screen = visit(app, "cohort", figure="Any two columns")

    screen.choose("Rows", "Project")
    screen.choose("In each cell", "foraging efficiency")

    expect(screen.page).to_have_url(re.compile(r"value=foraging_efficiency"))
    grid = screen.page.get_by_test_id("stDataFrame").locator('table[role="grid"]')
    expect(grid).to_contain_text("Stage final", timeout=PATIENCE_MS)
    expect(screen.page.get_by_text("Of all sessions")).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), [(False, 390), (True, 1280)], ids=["light telephone", "dark"])
def test_everybody_can_use_every_tab(app: Running, visit: Visit, dark: bool, width: int) -> None:
    screen = visit(app, "cohort", dark=dark, width=width)

    violations = {}
    # The first tab is open already: it comes last.
    for figure in (*get_args(CohortFigure)[1:], get_args(CohortFigure)[0]):
        show(screen, figure)
        violations[figure] = screen.violations()
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= width, figure
        assert screen.main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0, figure
        if figure != get_args(CohortFigure)[0]:
            spelt = figure.replace(" ", r"(%20|\+)")
            expect(screen.page).to_have_url(re.compile(f"figure={spelt}"))

    assert not any(violations.values()), violations
