"""The closed loop in a browser: started, watched, told, kept for whoever comes next, and taken along as a file."""

import csv
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.servers import Running

PATIENT_MS = 90_000
CHOSEN = ["Coupled Baiting@2.3", "Uncoupled Baiting@2.3"]
MICE = {"curriculum": ["Coupled Baiting", "Uncoupled Baiting"]}  # fewer are fitted sooner


def test_two_curricula_are_simulated_once_for_everybody(app: Running, visit: Visit) -> None:
    screen = visit(app, "backtest", versions=CHOSEN, figure="Closed loop", **MICE)
    screen.page.get_by_role("button", name="Simulate 2 curricula").click()

    difference = screen.page.get_by_text("Uncoupled Baiting 2.3 compared with Coupled Baiting 2.3: of 100 mice")
    expect(difference).to_be_visible(timeout=PATIENT_MS)
    told = difference.inner_text()
    expect(screen.main).to_contain_text("A model, not mice.")
    expect(screen.page.get_by_role("tabpanel").locator(".js-plotly-plot .main-svg").first).to_be_visible()
    with screen.page.expect_download() as waiting:
        screen.page.get_by_role("button", name="CSV of the differences").click()
    with Path(waiting.value.path()).open(encoding="utf-8", newline="") as file:
        measures = [row["measure"] for row in csv.DictReader(file)]
    assert measures == ["graduates", "sessions", "rollbacks"]
    # A colleague who follows the same address finds it as it is, and starts nothing.
    colleague = visit(app, "backtest", width=390, dark=True, versions=CHOSEN, figure="Closed loop", **MICE)
    expect(colleague.page.get_by_text(told)).to_be_visible()
