"""Work on the canvas in a browser: where things lie on the screen, and what it told the page."""

import re

from playwright.sync_api import Locator, expect

from tests.ui.watching import PATIENCE, Watched


class Drawn(Watched):
    """A page with the canvas on it."""

    def open(self, url: str) -> "Drawn":
        self.page.goto(url)
        expect(self.root).to_have_attribute("data-drawn", re.compile(r"\d+ \d+"), timeout=PATIENCE)
        self.rests()
        return self

    @property
    def root(self) -> Locator:
        return self.page.locator("section.canvas")

    @property
    def drawing(self) -> Locator:
        return self.page.locator("svg.drawing")

    @property
    def view(self) -> str:
        return self.page.locator("g.all").get_attribute("transform") or ""

    @property
    def told(self) -> list[str]:
        return self.page.get_by_test_id("stText").first.inner_text().split("\n")

    def rests(self) -> None:
        """Wait until the first run of the page is through and the canvas has found its place."""
        expect(self.page.get_by_role("button", name="Choose the last")).to_be_visible(timeout=PATIENCE)
        before = None
        while before != (before := (self.view, self.drawing.bounding_box())):
            self.page.wait_for_timeout(100)

    def node(self, name: str) -> Locator:
        return self.page.locator(f'[data-node="{name}"]')

    def edge(self, name: str) -> Locator:
        return self.page.locator(f'[data-edge="{name}"]')

    def at(self, found: Locator) -> tuple[float, float]:
        box = found.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def at_node(self, name: str) -> tuple[float, float]:
        return self.at(self.node(name).locator(".box"))

    def at_edge(self, name: str) -> tuple[float, float]:
        return self.at(self.edge(name).locator(".pill"))

    @property
    def ground(self) -> tuple[float, float]:
        """A spot of the ground at which nothing stands."""
        box = self.drawing.bounding_box()
        assert box is not None
        return box["x"] + 20, box["y"] + box["height"] - 20

    def click(self, place: tuple[float, float]) -> None:
        self.page.mouse.click(*place)

    def drag(self, first: tuple[float, float], last: tuple[float, float], *, drop: bool = True) -> None:
        self.page.mouse.move(*first)
        self.page.mouse.down()
        self.page.mouse.move(*last, steps=6)
        if drop:
            self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def hears(self, *events: str) -> None:
        """Wait until these were told, and nothing else."""
        expect(self.page.get_by_test_id("stText").first).to_have_text("\n".join(events), timeout=PATIENCE)

    def heard_last(self, event: str) -> None:
        """Wait until this was told after whatever else."""
        expect(self.page.get_by_test_id("stText").first).to_have_text(
            re.compile(rf"(^|\n){re.escape(event)}$"), timeout=PATIENCE
        )

    def labels(self) -> list[dict[str, float]]:
        """Where each label lies on the screen: left, right, top, bottom."""
        return self._boxes(".labels .edge .card")

    def boxes(self) -> list[dict[str, float]]:
        """Where each box of a stage lies on the screen."""
        return self._boxes(".node .box")

    def _boxes(self, which: str) -> list[dict[str, float]]:
        script = "(found) => found.map((one) => one.getBoundingClientRect()).map(({left, right, top, bottom}) => ({left, right, top, bottom}))"
        boxes: list[dict[str, float]] = self.page.locator(which).evaluate_all(script)
        return boxes
