"""Runs in a browser: what a night did, what came of each mouse, and a run now."""

import re
from pathlib import Path
from shutil import copytree

from playwright.sync_api import expect

from autotrain_core import services
from autotrain_core.store import open_store
from tests.e2e.conftest import ADMIN, Visit
from tests.e2e.servers import Running, running_app


def test_the_newest_night_is_told_and_another_can_be_chosen(app: Running, visit: Visit) -> None:
    screen = visit(app, "runs")
    expect(screen.main).to_contain_text("publication 2, with")

    table = screen.page.get_by_test_id("stDataFrame").first.bounding_box()
    assert table is not None
    screen.page.mouse.click(table["x"] + 16, table["y"] + 34 * 2.5)

    expect(screen.main).to_contain_text("publication 1, with")
    expect(screen.page).to_have_url(re.compile(r"\?run="))


def test_mice_are_found_by_outcome(app: Running, visit: Visit) -> None:
    screen = visit(app, "runs")

    screen.pick("Outcome", "gone")

    expect(screen.main).to_contain_text("No mouse fits")
    screen.asks("outcome=gone")


def test_a_trial_says_what_would_change_and_a_run_publishes(example_store: Path, visit: Visit, tmp_path: Path) -> None:
    # This one writes, and the other tests share their lab.
    store = Path(copytree(example_store, tmp_path / "store"))
    key = services.read_settings(None, store=str(store), environment={}).sessions.key
    table = next(path for path in (store / key).parent.glob("df_sessions.*") if path.is_file())
    before = services.latest(open_store(str(store))).number
    with running_app(tmp_path / "app", store=str(store), person=ADMIN) as own:
        screen = visit(own, "runs")

        screen.press("Run now")
        screen.press("Only try")
        expect(screen.main).to_contain_text("A run would find nothing new.")
        screen.press("Done")
        screen.press("Run now")
        screen.press("Run now: decide 40 mice and publish")

        expect(screen.main).to_contain_text("The run went through and found nothing new.")
        expect(screen.page.get_by_test_id("stDialog")).to_have_count(0)
    assert services.latest(open_store(str(store))).number == before
    newest = services.runs(open_store(str(store)))[0]
    assert table.exists()
    assert newest.by in (ADMIN, "demo")
