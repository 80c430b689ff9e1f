"""A visit to the app as a browser measures it: seconds until something is drawn, and bytes on the way there."""

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
PATIENCE_MS = 120_000


@dataclass
class Traffic:
    """
    What came over the network.

    Attributes:
        http: Bytes of answers, as they were sent: compressed where they were.
        socket: Bytes of messages to the page, before they are compressed on the way.
    """

    http: int = 0
    socket: int = 0
    _marks: list[tuple[int, int]] = field(default_factory=list)

    def begin(self) -> None:
        """Count from here."""
        self._marks.append((self.http, self.socket))

    def since(self) -> tuple[int, int]:
        """Bytes by HTTP and by messages since `begin`."""
        http, socket = self._marks.pop()
        return self.http - http, self.socket - socket


@contextmanager
def cold_tab(browser: Browser) -> Iterator[tuple[Page, Traffic]]:
    """Open a tab that has never seen anything, and listen to its network."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    traffic = Traffic()
    network = context.new_cdp_session(page)
    network.send("Network.enable")

    def received(event: dict[str, Any]) -> None:
        frame = event["response"]
        text = frame["payloadData"]
        traffic.socket += len(base64.b64decode(text)) if frame["opcode"] == 2 else len(text)

    def finished(event: dict[str, Any]) -> None:
        traffic.http += int(event["encodedDataLength"])

    network.on("Network.webSocketFrameReceived", received)
    network.on("Network.loadingFinished", finished)
    try:
        yield page, traffic
    finally:
        context.close()


def seconds_until_drawn(page: Page, url: str, shown: str) -> float:
    """
    Open an address, and wait until the script has ended and something is drawn.

    Args:
        page: A tab.
        url: The address.
        shown: Selector of what is to be seen.
    """
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(shown).first.wait_for(state="attached")
    page.locator(QUIET).wait_for(state="attached")
    return time.perf_counter() - started


def seconds_until_changed(page: Page, shown: str, attribute: str, act: Any) -> float:
    """
    Do something, and wait until an attribute of what is shown has changed and been painted.

    Args:
        page: A tab.
        shown: Selector of what has the attribute.
        attribute: Its name.
        act: Does the click that is measured.
    """
    element = page.locator(shown).first.element_handle()
    before = element.get_attribute(attribute)
    started = time.perf_counter()
    act()
    page.wait_for_function(
        "([element, name, before]) => element.getAttribute(name) !== before", arg=[element, attribute, before]
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - started
