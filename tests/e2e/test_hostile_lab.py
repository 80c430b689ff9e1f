"""A lab in which every text is an attack, seen in a browser: nothing of it is run, and it is seen as what it is."""

from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import new_page
from tests.e2e.screens import Screen
from tests.e2e.servers import Running
from tests.ui import hostile

MOUSE = hostile.IDS[0]
WATCH = """
window.opened = [];
for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = (...given) => { window.opened.push([name, ...given]); };
"""
# Also those in shadow roots, where components of ours draw.
LINKS = """() => {
  const found = [];
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      const address = each.getAttribute("href") ?? each.getAttribute("xlink:href") ?? each.getAttribute("src") ?? "";
      if (/^\\s*(javascript|vbscript|data:text)/i.test(address) || address.includes("attacker.example")) found.push(address);
      for (const name of each.getAttributeNames()) if (name.startsWith("on")) found.push(`${each.tagName} ${name}`);
      if (each.shadowRoot) look(each.shadowRoot);
    }
  };
  look(document);
  return found;
}"""

Open = Callable[..., Screen]


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all of them, in which is written down what a page opens."""
    page: Page = new_page(browser, dark=False, width=1280, height=2400)
    page.add_init_script(WATCH)
    yield page
    page.context.close()


@pytest.fixture
def visit(tab: Page, hostile_app: Running) -> Iterator[Open]:
    """Open a page; at the end nothing was run, nothing was opened, nothing was fetched, nobody complained."""
    screens: list[Screen] = []

    def opened(path: str = "", **query: Any) -> Screen:
        screens.append(Screen(tab))
        return screens[-1].go(hostile_app.url, path, **query)

    yield opened
    for screen in screens:
        # A picture that is not there fails a moment after it was put into the page.
        screen.page.wait_for_timeout(300)
        for frame in screen.page.frames:
            assert frame.evaluate(f"window.{hostile.MARK} ?? null") is None
            assert frame.evaluate(LINKS) == []
        assert screen.page.evaluate("window.opened") == []
        assert screen.outside() == []
        assert screen.complaints == []
        screen.leave()
        tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")


def stands(screen: Screen, text: str) -> None:
    """See a text of the lab as text, letter by letter."""
    expect(screen.main.get_by_text(text, exact=False).first).to_be_attached()


def test_the_board(visit: Open) -> None:
    screen = visit("today")

    stands(screen, MOUSE)
    stands(screen, hostile.STAGES[0])
    expect(screen.menu).to_contain_text(hostile.PAYLOADS[1])
    expect(screen.main.get_by_role("heading", name="Everybody is fired")).to_have_count(0)


def test_the_picture_of_progress_and_its_cards(visit: Open) -> None:
    screen = visit("progress")
    stands(screen, hostile.STAGES[1])

    screen.main.get_by_role("application").focus()
    screen.page.keyboard.press("Home")
    screen.page.keyboard.press("ArrowRight")

    card = screen.main.locator(".card")
    expect(card).to_contain_text(hostile.PAYLOADS[1])
    expect(card.locator("img, script, iframe, a")).to_have_count(0)


def test_a_pattern_and_filters_that_nobody_can_read(visit: Open) -> None:
    screen = visit("progress", subject=f"(({MOUSE}", trainer=[hostile.PAYLOADS[0], hostile.PAYLOADS[5]])

    stands(screen, hostile.PAYLOADS[0])


def test_a_mouse(visit: Open) -> None:
    screen = visit("mouse", subject=MOUSE, session=2)

    expect(screen.heading(f"{MOUSE} in training")).to_be_visible()
    stands(screen, f"note {hostile.PAYLOADS[0]}")
    stands(screen, hostile.CURRICULUM)


def test_a_mouse_that_is_not_there(visit: Open) -> None:
    screen = visit("mouse", subject=hostile.PAYLOADS[5])

    stands(screen, f"no mouse {hostile.PAYLOADS[5][:8]}")


def test_the_cohort(visit: Open) -> None:
    screen = visit("cohort")

    stands(screen, "mice")


def test_the_live_graph_in_its_frame(visit: Open) -> None:
    screen = visit("live", name=hostile.CURRICULUM, version="1")

    inside = screen.page.frame_locator("iframe").first.locator("canvas")
    expect(inside).to_be_visible()
    # Where one points at a stage, the graph would show what was given as its title, as HTML.
    inside.hover()
    stands(screen, "mice")


def test_the_library(visit: Open) -> None:
    screen = visit("curricula", name=hostile.CURRICULUM, version="1")

    stands(screen, hostile.PAYLOADS[0])
    expect(screen.main.get_by_role("heading", name="Everybody is fired")).to_have_count(0)


def test_the_runs(visit: Open) -> None:
    screen = visit("runs")

    stands(screen, f"by {hostile.PAYLOADS[0]}")
    stands(screen, f"Program 0 {hostile.PAYLOADS[1]}")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("PUT", "/_stcore/upload_file/a/b", 405), ("GET", "/_stcore/metrics", 404)]
)
def test_the_server_takes_no_files_and_tells_no_figures(
    hostile_app: Running, method: str, path: str, status: int
) -> None:
    connection = HTTPConnection(urlsplit(hostile_app.url).netloc, timeout=20)

    connection.request(method, path)

    assert connection.getresponse().status == status
    connection.close()
