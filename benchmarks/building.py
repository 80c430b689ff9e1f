"""
How long an edit in the builder takes, in a real browser: from the click until it is drawn.

The draft has 30 stages, 60 settings of each and 120 rules: more than anybody has. Each kind of edit is made again and
again; the median of each is held against the goal of half a second.

    python -m benchmarks.building [--repeat 7] [--json]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from autotrain_core import services
from autotrain_core.store import open_store
from benchmarks.building_draft import large_draft
from tests.e2e.browser import running_browser
from tests.e2e.servers import running_app

GOAL = 0.5
DRAFT = "large"
_READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def lab(folder: Path) -> None:
    """Make a lab with the draft in it."""
    folder.mkdir()
    store = open_store(str(folder))
    services.demo(12, 0, store=store, code="benchmark")
    services.start_draft(
        store, large_draft(), actor=services.operator("benchmark"), at=datetime.now(UTC), identity=DRAFT
    )


def seconds(act: Callable[[], object], shown: Callable[[], object]) -> float:
    """Time from an act until what it does is on the screen."""
    started = time.perf_counter()
    act()
    shown()
    return time.perf_counter() - started


def measured(page: Page, repeat: int) -> dict[str, list[float]]:
    """Make each kind of edit some times; seconds of each."""
    found: dict[str, list[float]] = {}
    for turn in range(repeat):
        for what, time_taken in edits(page, turn):
            found.setdefault(what, []).append(time_taken)
            page.wait_for_selector(_READY)
            page.wait_for_timeout(400)
    return found


def edits(page: Page, turn: int) -> Iterator[tuple[str, float]]:
    """Make each kind of edit once, at a stage of its own; undo what adds something."""
    undo = page.get_by_role("button", name="Undo", exact=True)
    nodes, edges = page.locator("[data-node]"), page.locator("[data-edge]")
    panel = page.locator(".st-key-builder-panel")
    name = f"Stage {turn % 9 + 1:02d}"
    stages, rules = nodes.count(), edges.count()

    def there_are(things: Locator, number: int) -> Callable[[], object]:
        return lambda: expect(things).to_have_count(number)

    heading = panel.get_by_role("heading", name=name)
    yield (
        "choose a stage",
        seconds(page.locator(f'[data-node="{name}"]').click, lambda: expect(heading).to_be_visible()),
    )
    field = panel.get_by_label("Setting 0 (ms)", exact=True)

    def set_it() -> None:
        field.fill(str(1_000 + turn))
        field.press("Enter")

    yield "set a setting", seconds(set_it, lambda: expect(undo).to_be_enabled())
    yield "add a rule", seconds(panel.get_by_role("button", name="Add rule").click, there_are(edges, rules + 1))
    yield "undo", seconds(undo.click, there_are(edges, rules))
    yield "add a stage", seconds(page.get_by_role("button", name="Add a stage").click, there_are(nodes, stages + 1))
    yield "undo a stage", seconds(undo.click, there_are(nodes, stages))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeat", type=int, default=7, help="how often each edit is made")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_browser() as browser:
        place = Path(folder)
        lab(place / "lab")
        with running_app(place / "home", store=str(place / "lab"), person="you@example.org") as app:
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.goto(f"{app.url}/builder?draft={DRAFT}")
            page.locator("[data-node]").first.wait_for()
            page.get_by_role("button", name="Fit", exact=True).click()
            page.wait_for_timeout(1_500)
            found = measured(page, given.repeat)
    if given.json:
        print(json.dumps(found, indent=2))
        return 0
    for what, times in found.items():
        middle = statistics.median(times)
        told = "reached" if middle <= GOAL else "MISSED"
        print(f"{told:8} {what:16} {middle:.2f} s (worst {max(times):.2f}, goal {GOAL})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
