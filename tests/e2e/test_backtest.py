"""The Backtest page in a browser: two versions chosen and read, a link that shows the same, one mouse opened."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.servers import Running

COUPLED, WITHOUT = "Coupled Baiting@2.3", "Uncoupled Without Baiting@2.3"


def test_two_versions_are_chosen_and_their_figures_read(real_app: Running, visit: Visit) -> None:
    screen = visit(real_app, "backtest")

    screen.choose("Versions", "Coupled Baiting 2.3")
    screen.choose("Versions", "Uncoupled Without Baiting 2.3")

    table = screen.page.get_by_role("region", name="Versions compared")
    expect(table.get_by_role("row")).to_have_count(3)
    first = table.get_by_role("row").nth(1)
    expect(first).to_contain_text("150")
    expect(first).to_contain_text("75")
    expect(first).to_contain_text("189")
    expect(screen.page.locator(".js-plotly-plot").last).to_contain_text("150 mice, 3,522 sessions")
    expect(screen.page).to_have_url(re.compile(r"versions=Coupled\+Baiting%402\.3&versions=Uncoupled"))
    screen.page.get_by_role("tab", name="From stage to stage").click()
    bands = screen.page.locator(".sankey-link")
    expect(bands.first).to_be_attached()
    screen.settle()
    assert set(bands.evaluate_all("found => found.map(band => getComputedStyle(band).opacity)")) == {"1"}
    assert screen.complaints == []


def test_a_link_shows_the_same_and_a_mouse_whose_fate_changes_is_opened(app: Running, visit: Visit) -> None:
    screen = visit(app, "backtest", versions=[COUPLED, WITHOUT], tasks="all", figure="Mice")
    grid = screen.page.get_by_test_id("stDataFrame").locator('table[role="grid"]')
    expect(grid).to_contain_text("graduates after")
    mouse = str(grid.locator('[role="gridcell"]').first.text_content()).strip()

    screen.choose("Look at one mouse", mouse)
    expect(screen.page.locator(".js-plotly-plot").last).to_contain_text(f"Mouse {mouse}")
    again = visit(app, f"backtest?{screen.query()}")

    expect(again.page.locator(".js-plotly-plot").last).to_contain_text(f"Mouse {mouse}")
    again.link(re.compile("Open this mouse")).click()
    expect(again.heading(re.compile(mouse))).to_be_visible()
    expect(again.page).to_have_url(re.compile(f"mouse.*subject={mouse}"))
