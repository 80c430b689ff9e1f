"""Watch a page with one part on it in a browser; the picture: where its sessions lie, and what it said last."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

PATIENCE = 30_000


@dataclass
class Watched:
    """
    A page in a tab that was lent.

    Attributes:
        page: The tab.
        complaints: What its console complained of.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", self._stumble)
        self.page.on("console", self._hear)

    def leave(self) -> None:
        """Listen no longer: the tab goes to somebody else."""
        self.page.remove_listener("pageerror", self._stumble)
        self.page.remove_listener("console", self._hear)

    def _stumble(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)


class Seen(Watched):
    """A page with the picture on it."""

    def open(self, url: str) -> "Seen":
        self.page.goto(url)
        expect(self.root).to_have_attribute("data-drawn", re.compile(r"\d+"), timeout=PATIENCE)
        return self

    @property
    def root(self) -> Locator:
        return self.page.locator(".progress")

    @property
    def plot(self) -> Locator:
        return self.page.locator("canvas.plot")

    @property
    def card(self) -> Locator:
        return self.page.locator(".card")

    def says(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}") or ""

    def at(self, row: int, column: int) -> tuple[float, float]:
        """Where on the screen the middle of a cell lies."""
        laid = json.loads(self.says("geometry"))
        box = self.plot.bounding_box()
        assert box is not None
        x = box["x"] + (column + 0.5) * laid["cell"] - laid["scrollLeft"]
        return x, box["y"] + (row + 0.5) * laid["rowHeight"] - laid["scrollTop"]

    def colour_at(self, row: int, column: int) -> tuple[int, ...]:
        """The colour in the middle of a cell, as it was painted."""
        x, y = self.at(row, column)
        box = self.plot.bounding_box()
        assert box is not None
        script = """(canvas, [x, y]) => {
            const ratio = window.devicePixelRatio;
            return [...canvas.getContext("2d").getImageData(x * ratio, y * ratio, 1, 1).data.slice(0, 3)];
        }"""
        return tuple(self.plot.evaluate(script, [x - box["x"], y - box["y"]]))

    def point(self, row: int, column: int) -> None:
        self.page.mouse.move(*self.at(row, column))

    def click(self, row: int, column: int) -> None:
        self.page.mouse.click(*self.at(row, column))

    def rest(self) -> None:
        """Wait until the picture has stopped moving: what stands above it may still be wrapped anew."""
        known: list[tuple[float, float]] = []

        def rests() -> bool:
            known.append(self.at(0, 0))
            return known[-4:] == [known[-1]] * 4

        self.until(rests)

    def box(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        self.rest()
        self.page.mouse.move(*self.at(*first))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*last), steps=4)
        self.page.mouse.up()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what no attribute says, such as a colour on the canvas; a frame or a theme may be on its way."""
        for _ in range(100):
            if holds():
                return
            self.page.wait_for_timeout(50)
        pytest.fail("what was waited for did not come", pytrace=False)

    def told(self, text: str) -> None:
        expect(self.page.get_by_test_id("stText").first).to_contain_text(text, timeout=PATIENCE)
