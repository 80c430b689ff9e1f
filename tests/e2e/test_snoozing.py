"""An alert in a browser: quieted on the page of its mouse, gone from Today, and woken there."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

from playwright.sync_api import expect

from autotrain_core import services
from autotrain_core.services import Settings
from autotrain_core.store import open_store
from tests.e2e.conftest import ADMIN, Visit
from tests.e2e.servers import running_app


def test_an_alert_is_quieted_is_gone_from_today_and_is_woken(example_store: Path, visit: Visit, tmp_path: Path) -> None:
    # This one writes, and the other tests share their lab.
    store = open_store(str(copytree(example_store, tmp_path / "store")))
    view = services.lab_view(store, Settings(), at=datetime.now(UTC))
    board = services.today(view, on=services.board_day(view, today=datetime.now(UTC).date()), only_urgent=True)
    mouse, alert = next((row.subject_id, row.alerts[0]) for row in board.rows if row.alerts)

    with running_app(tmp_path / "app", store=store.url, person=ADMIN) as app:
        screen = visit(app, "mouse", subject=mouse)
        alerts = screen.main.get_by_role("list", name="Alerts")
        expect(alerts).to_contain_text(alert.sentence)
        screen.press(f"Snooze “{alert.kind}” …")
        screen.fill("Why it shall be quiet", "New <b>water</b> spout")
        screen.press(f"Snooze “{alert.kind}” of {mouse}")
        quiet = screen.main.locator(".at-quiet", has_text=alert.sentence)
        expect(quiet).to_contain_text("New <b>water</b> spout")
        expect(alerts.filter(has_text=alert.sentence)).to_have_count(0)

        screen.go(app.url, "today")
        row = screen.main.locator("table.at-board tr", has=screen.page.get_by_role("link", name=mouse, exact=True))
        expect(row).to_contain_text("Quiet:")
        expect(row.locator(".at-alert.at-look", has_text=alert.sentence)).to_have_count(0)
        screen.main.get_by_text("Quiet alerts: 1").click()
        screen.press("Wake")

        expect(row.locator(f".at-alert.at-{alert.severity}")).to_contain_text([alert.sentence])
        expect(screen.main.get_by_text("Quiet alerts")).to_have_count(0)
