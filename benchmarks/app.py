"""
What the app costs, in a real browser that has never seen it.

In seconds until a page is there and until a filter has been redrawn, in bytes and in memory, and in the time that
twenty people wait who click at once.

    python -m benchmarks.app [--sizes 3500 50000 350000 1000000] [--repeat 3] [--people 20] [--json]

The labs are made once and kept in build/labs. Whatever is compared is measured in one run.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from benchmarks.app_crowd import crowd, percentile
from benchmarks.app_labs import store_with
from benchmarks.app_visits import Traffic, cold_tab, seconds_until_changed, seconds_until_drawn
from tests.e2e.browser import running_browser
from tests.e2e.servers import Running, free_port, running, running_app

PROJECT = Path(__file__).parents[1]
SIZES = (3_500, 50_000, 350_000, 1_000_000)
TITLE = "h1"
PICTURE = ".progress[data-drawn]"
FILTERS = ("Stage", "Trainer", "Curriculum", "Rig")
CHOICES = 2
# Other mice, another order, another stage: few clicks are what somebody else has just clicked.
VIEWS = tuple(
    f"subject=%5E{mouse}&sort={sort}{stage}"
    for mouse in range(1, 10)
    for sort in ("last", "id", "progress")
    for stage in ("", "&stage=STAGE_2", "&stage=STAGE_FINAL")
)
CLICKS = 10
GOAL_FIRST, GOAL_PEOPLE, GOAL_MEMORY = 5.0, 1.5, 600.0
GOAL_RATIO = {3_500: 2.5, 350_000: 2.5}
GOAL_FILTER = {3_500: 0.5, 350_000: 1.0}


@dataclass(frozen=True, kw_only=True)
class Found:
    """
    What was measured of one lab.

    Attributes:
        sessions: Of the lab.
        first: Seconds from the start of the process until the first page can be used; best.
        empty: Seconds from the address of an empty page until it is drawn; best.
        progress: The same of Progress; best.
        ratio: progress / empty.
        filtered: Seconds from a choice in a filter until it has been drawn; median.
        http: Bytes by HTTP of the first visit to Progress, compressed.
        messages: Bytes of messages to the page of that visit.
        filter_messages: Bytes of messages of a choice in a filter; median.
        memory: MiB of the server afterwards, when nobody looks.
        people: Seconds that 95 of 100 clicks of many people at once did not exceed.
        people_median: The same for every second click.
    """

    sessions: int
    first: float
    empty: float
    progress: float
    ratio: float
    filtered: float
    http: int
    messages: int
    filter_messages: int
    memory: float
    people: float
    people_median: float


COLUMNS: tuple[tuple[str, int, Callable[[Found], str]], ...] = (
    ("sessions", 9, lambda found: f"{found.sessions:,}"),
    ("first s", 8, lambda found: f"{found.first:.2f}"),
    ("empty s", 8, lambda found: f"{found.empty:.2f}"),
    ("Progress s", 10, lambda found: f"{found.progress:.2f}"),
    ("× empty", 8, lambda found: f"{found.ratio:.2f}"),
    ("filter s", 8, lambda found: f"{found.filtered:.2f}"),
    ("HTTP kB", 8, lambda found: f"{found.http / 1000:,.0f}"),
    ("messages kB", 11, lambda found: f"{found.messages / 1000:,.0f}"),
    ("filter kB", 9, lambda found: f"{found.filter_messages / 1000:,.0f}"),
    ("idle MiB", 8, lambda found: f"{found.memory:,.0f}"),
    ("people s", 8, lambda found: f"{found.people_median:.2f}"),
    ("p95 s", 8, lambda found: f"{found.people:.2f}"),
)


@contextmanager
def app_on(store: Path) -> Iterator[Running]:
    """Run the app on a store, in local mode."""
    with tempfile.TemporaryDirectory() as folder:
        words = ("--settings", str(store / "autotrain.toml"))
        with running_app(Path(folder), store=str(store), words=words) as started:
            yield started


@contextmanager
def empty_app(store: Path) -> Iterator[Running]:
    """Run an app of one empty page behind the same server."""
    port = free_port()
    serve = str(PROJECT / "benchmarks" / "empty" / "serve.py")
    command = [serve, "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    settings = {"AUTOTRAIN_STORE": str(store), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    url = f"http://127.0.0.1:{port}"
    with (
        tempfile.TemporaryDirectory() as folder,
        running(command, url=url, answers_at="/healthz", folder=Path(folder), settings=settings) as started,
    ):
        yield started


def first_page(browser: Browser, store: Path) -> float:
    """Seconds from the start of the process until its first page can be used, in a browser that is open already."""
    started = time.perf_counter()
    with app_on(store) as app, cold_tab(browser) as (page, _):
        seconds_until_drawn(page, app.url, TITLE)
        return time.perf_counter() - started


def choices(page: Page, name: str, traffic: Traffic) -> tuple[list[float], list[int]]:
    """Choose in a filter again and again, each time something that nobody chose before; seconds and bytes of each."""
    page.locator(".st-key-progress-filters").get_by_role("button").first.click()
    field = page.get_by_role("combobox", name=name)
    seconds, sizes = [], []
    for _ in range(CHOICES):
        field.click()
        option = page.get_by_role("option").nth(2)  # the first one is all of them
        option.wait_for()
        page.wait_for_timeout(300)
        traffic.begin()
        seconds.append(seconds_until_changed(page, PICTURE, "data-picture", option.click))
        sizes.append(traffic.since()[1])
    return seconds, sizes


def together(url: str, people: int) -> list[float]:
    """Let people click at once; seconds of each click."""
    work = crowd(url, people=people, clicks=CLICKS, page="progress", views=VIEWS)
    # Playwright keeps the event loop of this thread.
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()


def measured(browser: Browser, size: int, *, folder: Path, repeat: int, people: int) -> Found:
    """Measure everything of a lab of one size."""
    store = store_with(size, folder)
    first = min(first_page(browser, store) for _ in range(repeat))
    with empty_app(store) as nothing, app_on(store) as app:
        with cold_tab(browser) as (page, _):  # whoever comes first waits for the lab to be read: told by `first`
            seconds_until_drawn(page, f"{app.url}/progress", PICTURE)
        empty, progress, filtered, sent = [], [], [], []
        for turn in range(repeat):
            with cold_tab(browser) as (page, _):
                empty.append(seconds_until_drawn(page, nothing.url, TITLE))
            with cold_tab(browser) as (page, traffic):
                traffic.begin()
                progress.append(seconds_until_drawn(page, f"{app.url}/progress", PICTURE))
                page.wait_for_timeout(300)
                http, messages = traffic.since()
                seconds, sizes = choices(page, FILTERS[turn % len(FILTERS)], traffic)
                filtered += seconds
                sent += sizes
        time.sleep(5)
        memory = psutil.Process(app.process.pid).memory_info().rss / 2**20
        waited = together(app.url, people) if people else [0.0]
    return Found(
        sessions=size,
        first=first,
        empty=min(empty),
        progress=min(progress),
        ratio=min(progress) / min(empty),
        filtered=statistics.median(filtered),
        http=http,
        messages=messages,
        filter_messages=int(statistics.median(sent)),
        memory=memory,
        people=percentile(waited, 95),
        people_median=percentile(waited, 50),
    )


def goals(found: Found) -> Iterator[tuple[str, float, float]]:
    """What was to be reached with a lab, as sentences with figure and goal."""
    of = f"{found.sessions:,} sessions:"
    yield f"{of} first page, seconds", found.first, GOAL_FIRST
    if found.sessions in GOAL_RATIO:
        yield f"{of} Progress, times an empty page", found.ratio, GOAL_RATIO[found.sessions]
    if found.sessions in GOAL_FILTER:
        yield f"{of} a filter redrawn, seconds", found.filtered, GOAL_FILTER[found.sessions]
    if found.sessions == 350_000:
        yield f"{of} idle server, MiB", found.memory, GOAL_MEMORY
    if found.people:
        yield f"{of} people at work, p95 seconds", found.people, GOAL_PEOPLE


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="sessions of the example labs")
    parser.add_argument("--repeat", type=int, default=3, help="how often each is measured; the best counts")
    parser.add_argument("--people", type=int, default=20, help="who click at once; 0 leaves them out")
    parser.add_argument("--labs", type=Path, default=PROJECT / "build" / "labs", help="where the labs are kept")
    parser.add_argument("--json", action="store_true", help="print the results for a machine")
    given = parser.parse_args()
    results = []
    if not given.json:
        print("  ".join(f"{title:>{width}}" for title, width, _ in COLUMNS))
    for size in given.sizes:
        with running_browser() as browser:
            found = measured(browser, size, folder=given.labs, repeat=given.repeat, people=given.people)
        results.append(found)
        if not given.json:
            print("  ".join(f"{form(found):>{width}}" for _, width, form in COLUMNS), flush=True)
    if given.json:
        print(json.dumps([asdict(found) for found in results], indent=2))
        return 0
    print()
    for found in results:
        for what, figure, goal in goals(found):
            print(f"{'reached' if figure <= goal else 'MISSED ':8} {what}: {figure:.2f} (goal {goal:g})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
