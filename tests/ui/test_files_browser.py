"""Files in a real browser: chosen, dropped, too large, from the keyboard, and for whoever does not see the page."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.e2e.screens import Screen
from tests.e2e.tabs import Tabs
from tests.ui.conftest import lending

PATIENCE = 30_000
Open = Callable[..., Screen]


@pytest.fixture
def open_files(tabs: Tabs, files_server: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open the page: `open_files(dark=True, most=1000)`; at the end no console may have complained."""
    with lending(tabs, request) as lend:

        def opening(*, dark: bool = False, width: int = 1280, **query: object) -> Screen:
            screen: Screen = lend(Screen, dark=dark, width=width, height=700)
            screen.page.goto(f"{files_server}/?{urlencode(query)}")
            expect(screen.page.get_by_role("button", name="Choose files")).to_be_visible(timeout=PATIENCE)
            return screen.settle()

        yield opening


def mark(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]


def test_chosen_files_arrive_byte_for_byte_twice_if_need_be(open_files: Open, tmp_path: Path) -> None:
    page = open_files().page
    bodies = {"ä <b>.json": bytes(range(256)) * 400, "two.zip": b"PK\x03\x04"}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)

    for times in (1, 2):
        page.locator("input[type=file]").set_input_files([tmp_path / name for name in bodies])
        for name, body in bodies.items():
            expect(page.get_by_text(f"{name} | {len(body)} | {mark(body)}")).to_have_count(times, timeout=PATIENCE)


def test_as_much_as_is_taken_comes_through(open_files: Open, tmp_path: Path) -> None:
    page = open_files().page
    body = b"0123456789abcdef" * (6 * 1024**2 // 16)
    (tmp_path / "large.json").write_bytes(body)

    page.locator("input[type=file]").set_input_files(tmp_path / "large.json")

    expect(page.get_by_text(f"large.json | {len(body)} | {mark(body)}")).to_be_visible(timeout=PATIENCE)


def test_what_is_too_large_is_not_sent(open_files: Open, tmp_path: Path) -> None:
    page = open_files(most=1_000_000).page
    (tmp_path / "large.json").write_bytes(b"x" * 1_200_000)

    page.locator("input[type=file]").set_input_files(tmp_path / "large.json")

    expect(page.get_by_text("Nothing was sent.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("large.json |")).to_have_count(0)


def test_dropped_files_arrive(open_files: Open) -> None:
    page = open_files().page
    body = json.dumps({"dropped": True})
    dropped = page.evaluate_handle(
        "body => { const data = new DataTransfer(); data.items.add(new File([body], 'dropped.json')); return data; }",
        body,
    )

    page.locator(".drop").dispatch_event("drop", {"dataTransfer": dropped})

    expect(page.get_by_text(f"dropped.json | {len(body)} | {mark(body.encode())}")).to_be_visible(timeout=PATIENCE)


def test_the_keyboard_opens_the_choice(open_files: Open) -> None:
    page = open_files().page
    field = page.locator("input[type=file]")
    field.evaluate("input => { input.onclick = (event) => { event.preventDefault(); input.title += 'asked '; }; }")
    page.get_by_role("button", name="Choose files").focus()
    expect(page.get_by_role("button", name="Choose files")).to_be_focused()

    page.keyboard.press("Enter")

    expect(field).to_have_attribute("title", "asked ", timeout=PATIENCE)
    expect(field).to_have_attribute("multiple", "")


@pytest.mark.parametrize("dark", [False, True])
def test_nobody_is_left_out(open_files: Open, dark: bool) -> None:
    screen = open_files(dark=dark, width=390)

    assert screen.violations() == []
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 390
