"""Work in the sheet in a browser: where cells are, what is on the clipboard, and what it told the page."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.ui.watching import PATIENCE, Watched


class Shown(Watched):
    """A page with the sheet on it."""

    def open(self, url: str) -> "Shown":
        self.page.goto(url)
        expect(self.root).to_have_attribute("data-drawn", re.compile(r"\d+ \d+"), timeout=PATIENCE)
        expect(self.page.get_by_role("button", name="Undo")).to_be_visible(timeout=PATIENCE)
        return self

    @property
    def root(self) -> Locator:
        return self.page.locator("section.sheet")

    @property
    def grid(self) -> Locator:
        return self.page.get_by_role("grid")

    @property
    def foot(self) -> Locator:
        return self.page.locator(".foot")

    @property
    def said(self) -> Locator:
        return self.page.locator(".hint")

    @property
    def editor(self) -> Locator:
        return self.page.locator(".field")

    def row(self, title: str) -> Locator:
        head = self.page.locator("th.name", has=self.page.locator(f".title:text-is({json.dumps(title)})"))
        return self.page.locator("tr", has=head)

    def cell(self, title: str, column: int) -> Locator:
        """The cell of a parameter at a stage, counted from 1."""
        return self.row(title).locator("td").nth(column - 1)

    def titles(self) -> list[str]:
        """The parameters that are to be seen."""
        return self.page.locator("th.name:visible .title").all_inner_texts()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, first: Locator, last: Locator) -> None:
        first.hover()
        self.page.mouse.down()
        last.hover()
        self.page.mouse.up()

    def selected(self) -> int:
        return self.page.locator("td.in").count()

    def hears(self, *edits: Any) -> None:
        """Wait until these were told, and nothing else."""
        lines = [edit if isinstance(edit, str) else json.dumps(edit, ensure_ascii=False) for edit in edits]
        expect(self.page.get_by_test_id("stText").first).to_have_text("\n".join(lines), timeout=PATIENCE)
        expect(self.page.locator("td.waits")).to_have_count(0, timeout=PATIENCE)

    def paste(self, text: str) -> None:
        """Put a text on the clipboard as a spreadsheet would, and press the keys that paste it."""
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self.press("Control+v")

    def clipboard(self) -> str:
        text: str = self.page.evaluate("() => navigator.clipboard.readText()")
        return text
