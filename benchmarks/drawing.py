"""
What a picture of many sessions costs in a browser: our canvas beside Plotly's points and cells, in one run.

    python -m benchmarks.drawing [--sizes 3500 50000 350000] [--repeat 2]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table

from benchmarks.app_visits import cold_tab
from tests.e2e.browser import running_browser
from tests.e2e.servers import free_port, running

PROJECT = Path(__file__).parents[1]
KINDS = ("nothing", "canvas", "scattergl", "heatmap")
DRAWN = {"canvas": ".progress[data-drawn]", "scattergl": ".js-plotly-plot .xtick", "heatmap": ".js-plotly-plot .xtick"}
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def visit(browser: Browser, url: str, kind: str, sessions: int) -> tuple[float, float, float, float]:
    """
    Open the page in a cold tab, and choose half of the sessions.

    Returns:
        Seconds until it is drawn and until the half is, and megabytes of messages for each.
    """
    with cold_tab(browser) as (page, traffic):
        traffic.begin()
        started = time.perf_counter()
        page.goto(f"{url}/?kind={kind}&sessions={sessions}", wait_until="commit")
        wait(page, kind, sessions)
        first, sent = time.perf_counter() - started, traffic.since()[1]
        page.wait_for_timeout(500)
        traffic.begin()
        started = time.perf_counter()
        page.get_by_text("Half").click()
        wait(page, kind, sessions // 2)
        return first, time.perf_counter() - started, sent / 1e6, traffic.since()[1] / 1e6


def wait(page: Page, kind: str, sessions: int) -> None:
    """Wait until so many sessions stand there and have been painted."""
    page.get_by_text(f"drawn {kind} {sessions}", exact=True).wait_for()
    if kind == "canvas":
        page.locator(f'.progress[data-points="{sessions}"]').wait_for(state="attached")
    elif kind in DRAWN:
        page.locator(DRAWN[kind]).first.wait_for(state="attached")
    page.evaluate(TWO_FRAMES)


def main() -> None:
    """Measure, and print a table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--sizes", nargs="+", type=int, default=[3_500, 50_000, 350_000])
    words.add_argument("--repeat", type=int, default=2)
    given = words.parse_args()
    table = Table("sessions", "picture", "drawn s", "÷ nothing", "half drawn s", "MB", "MB again")
    port = free_port()
    command = ["-m", "streamlit", "run", str(PROJECT / "benchmarks" / "drawing_page.py"), "--server.headless=true"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running(
            [*command, f"--server.port={port}", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"],
            url=f"http://127.0.0.1:{port}",
            answers_at="/_stcore/health",
            folder=Path(folder),
            settings={"PYTHONPATH": str(PROJECT)},
        ) as server,
        running_browser() as browser,
    ):
        for sessions in given.sizes:
            nothing = 0.0
            for kind in KINDS:
                visit(browser, server.url, kind, sessions)  # the table is made, and the modules are imported
                tries = [visit(browser, server.url, kind, sessions) for _ in range(given.repeat)]
                drawn, again, sent, resent = (min(column) for column in zip(*tries, strict=True))
                nothing = nothing or drawn
                figures = (f"{drawn:.2f}", f"{drawn / nothing:.2f}", f"{again:.2f}", f"{sent:.2f}", f"{resent:.2f}")
                table.add_row(f"{sessions:,}", kind, *figures)
                print(f"{sessions:,} {kind}: done", file=sys.stderr)
    Console().print(table)


if __name__ == "__main__":
    main()
