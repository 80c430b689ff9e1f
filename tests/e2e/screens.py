"""
What tests do with a page, in words of people: open it, choose, press, read. Nothing here sleeps: it waits for results.

    screen = visit(app, "progress", sort="id")
    screen.choose("Sort by", "Last session")
    expect(screen.heading("Progress")).to_be_visible()
"""

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, WebSocket, expect

PATIENCE_MS = 20_000
QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
OURS = {"127.0.0.1", "localhost", "::1"}
GRAVE = {"serious", "critical"}
# Streamlit asks whether the address of a page is where an app begins, and a browser complains that it is not.
HARMLESS = re.compile(r"404 \(Not Found\) \(http://[\w.:]+/\w+/_stcore/(?:health|host-config)\)")
# A busy machine is no fault of the code.
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Screen:
    """
    One tab of a browser, and what went on in it.

    Attributes:
        page: The tab.
        asked: Address of everything that it fetched.
        complaints: Errors and warnings of its console, and exceptions.
        provider: Where people sign in: what those pages do is not our doing.
    """

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    provider: str = ""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", self._ask)
        self.page.on("websocket", self._ask)
        self.page.on("pageerror", self._stumble)
        self.page.on("console", self._hear)

    def leave(self) -> None:
        """Listen no longer: the tab goes to somebody else."""
        self.page.remove_listener("request", self._ask)
        self.page.remove_listener("websocket", self._ask)
        self.page.remove_listener("pageerror", self._stumble)
        self.page.remove_listener("console", self._hear)

    def _ask(self, asked: Request | WebSocket) -> None:
        self._note(self.asked, asked.url)

    def _stumble(self, error: Error) -> None:
        self._note(self.complaints, f"exception: {error}")

    def _hear(self, message: ConsoleMessage) -> None:
        said = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not HARMLESS.search(said):
            self._note(self.complaints, f"{message.type}: {said}")

    def _note(self, notes: list[str], what: str) -> None:
        if not self.provider or not self.page.url.startswith(self.provider):
            notes.append(what)

    def outside(self) -> list[str]:
        """What was fetched from anywhere but this computer."""
        hosts = ((url, urlsplit(url)) for url in self.asked)
        return [
            url for url, parts in hosts if parts.scheme not in ("data", "blob") and (parts.hostname or "") not in OURS
        ]

    def go(self, url: str, path: str = "", **query: Any) -> "Screen":
        """Open an address, and wait until the page is drawn."""
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        self.page.goto(f"{url}/{path}{asked}", wait_until="commit")
        return self.settle()

    def settle(self) -> "Screen":
        """
        Wait until the script of the page has run to its end and all of it is drawn.

        For a moment after a click nothing has begun yet: wait for its result, where there is one to see.
        """
        self.page.locator(QUIET).wait_for(state="attached")
        expect(self.page.locator('[data-testid="stSkeleton"]')).to_have_count(0, timeout=PATIENCE_MS)
        expect(self.page.locator('[data-testid="stElementContainer"][data-stale="true"]')).to_have_count(
            0, timeout=PATIENCE_MS
        )
        return self

    def heading(self, text: str | re.Pattern[str]) -> Locator:
        """A heading of the page itself."""
        return self.main.get_by_role("heading", name=text)

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("link", name=name)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.button(name).first.click()

    def choose(self, label: str | re.Pattern[str], option: str) -> None:
        """Choose from a list that opens; one of several choices is added."""
        self.page.get_by_role("combobox", name=label).first.click()
        self.page.get_by_role("option", name=option, exact=True).first.click()
        self.page.keyboard.press("Escape")

    def pick(self, group: str | re.Pattern[str], option: str) -> None:
        """Pick one of a row of buttons, which stand under a label."""
        groups = self.page.get_by_test_id("stButtonGroup").filter(has_text=group)
        groups.first.get_by_text(option, exact=True).click()

    def fill(self, label: str | re.Pattern[str], text: str) -> None:
        field_ = self.page.get_by_label(label).first
        field_.fill(text)
        field_.press("Enter")

    def keyed(self, key: str) -> Locator:
        """The widget or container that the page gave a key."""
        return self.page.locator(f".st-key-{key}")

    @property
    def main(self) -> Locator:
        """The page without its menu."""
        return self.page.get_by_test_id("stMain")

    @property
    def menu(self) -> Locator:
        """The side of the page, where the menu is."""
        return self.page.get_by_test_id("stSidebar")

    def text(self) -> str:
        """Everything that can be read on the page."""
        return self.main.inner_text()

    def query(self) -> str:
        """The query string of the address as it is now."""
        return urlsplit(self.page.url).query

    def asks(self, query: str) -> None:
        """Wait until the query string of the address is this: it may change a moment after the page."""
        wanted = rf"\?{re.escape(query)}$" if query else r"^[^?]*$"
        expect(self.page).to_have_url(re.compile(wanted))

    def violations(self, *, but: Iterable[str] = ()) -> list[str]:
        """What some people could not use, by the rules of axe-core: only what is serious, or worse."""
        found = Axe().run(self.page, options={"resultTypes": ["violations"]})
        return [
            f"{each['id']} ({each['impact']}): {each['help']} at "
            + "; ".join(" ".join(map(str, node["target"])) for node in each["nodes"][:5])
            for each in found.response["violations"]
            if each["impact"] in GRAVE and each["id"] not in set(but)
        ]

    def cookies(self) -> set[str]:
        return {str(cookie["name"]) for cookie in self.page.context.cookies()}

    def close(self) -> None:
        with contextlib.suppress(Error):
            self.page.context.close()
