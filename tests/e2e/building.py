"""A designer's hands in a browser: what is written here as one step is done with mouse and keyboard, as people do it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, expect

from autotrain_core.editing import text_of_value
from autotrain_core.models import GRADUATED, load_curriculum
from autotrain_ui.sheet import sheet_of
from tests.e2e.screens import Screen

SAVED = "Saved"


@dataclass
class Hands:
    """
    Hands at a draft.

    Attributes:
        screen: The tab.
    """

    screen: Screen

    @property
    def panel(self) -> Locator:
        """What stands beside the graph."""
        return self.screen.keyed("builder-panel")

    def node(self, stage: str) -> Locator:
        """A stage on the canvas."""
        return self.screen.page.locator(f"[data-node={json.dumps(stage, ensure_ascii=False)}]")

    def edge(self, stage: str, rule: int) -> Locator:
        """A rule on the canvas; the first of a stage is 1."""
        return self.screen.page.locator(f"[data-edge={json.dumps(f'{rule - 1}/{stage}', ensure_ascii=False)}]")

    # ---- the whole draft ----

    def start(self, name: str, *, version: str = "0.1", task: str = "", template: str = "Blank") -> None:
        """Start a new draft from a template."""
        page = self.screen.page
        page.get_by_test_id("stRadio").get_by_text(template, exact=True).click()
        if task:
            self.screen.choose("Task", task)
        self.type_into(page.get_by_role("textbox", name="Version"), version)
        self.type_into(page.get_by_role("textbox", name="Name"), name)
        start = page.get_by_role("button", name="Start", exact=True)
        expect(start).to_be_enabled()
        start.click()
        page.locator("[data-node]").first.wait_for()

    def drop_files(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Choose files to start from."""
        page = self.screen.page
        page.get_by_role("tab", name="From files").click()
        chosen = [{"name": name, "mimeType": "application/json", "buffer": body} for name, body in files]
        page.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]

    def name_curriculum(self, name: str, version: str) -> None:
        """Call the curriculum otherwise; nothing is chosen on the canvas."""
        self.type_into(self.panel.get_by_role("textbox", name="Name"), name)
        self.type_into(self.panel.get_by_role("textbox", name="Version"), version)

    def type_into(self, field: Locator, text: str) -> None:
        """Fill a field, and leave it."""
        field.fill(text)
        field.press("Control+Enter" if "\n" in text or field.evaluate("e => e.tagName") == "TEXTAREA" else "Enter")
        self.screen.settle()

    def saved(self) -> None:
        """Wait until the store has all of it."""
        expect(self.screen.keyed("builder-bar").get_by_text(SAVED)).to_be_visible()

    def describe(self, text: str) -> None:
        """Say what the curriculum is for; nothing is chosen on the canvas."""
        self.type_into(self.panel.get_by_label("Description", exact=True), text)

    def show(self, what: str) -> None:
        """Choose what is shown below the graph."""
        row = self.screen.page.get_by_test_id("stButtonGroup").filter(has_text="Document").last
        row.get_by_text(what, exact=False).first.click()
        self.screen.settle()

    # ---- stages ----

    def add_stage(self, name: str, *, renamed: bool = True) -> None:
        """Add a stage behind the chosen one, and give it its name where another was proposed."""
        page = self.screen.page
        before = page.locator("[data-node]").count()
        self.screen.keyed("builder-add-stage").get_by_role("button").click()
        expect(page.locator("[data-node]")).to_have_count(before + 1)
        self.screen.settle()
        if renamed:
            self.name_stage(name)

    def name_stage(self, name: str) -> None:
        """Call the chosen stage otherwise."""
        if self.node(name).count():
            return
        listed = self.panel.get_by_role("combobox", name="Name")
        if listed.count():
            self.screen.choose("Name", name)
        else:
            self.type_into(self.panel.get_by_label("Name", exact=True), name)
        expect(self.node(name)).to_be_visible()
        self.screen.settle()

    def choose_stage(self, stage: str) -> None:
        """Click on a stage."""
        self.node(stage).click()
        expect(self.panel.get_by_role("heading", name=stage, exact=True)).to_be_visible()
        self.screen.settle()

    def note_stage(self, stage: str, text: str) -> None:
        """Say what a stage is for."""
        self.choose_stage(stage)
        self.type_into(self.panel.get_by_label("What this stage is for"), text)

    # ---- settings ----

    def paste_settings(self, document: Mapping[str, Any], tasks: Any = None) -> None:
        """Paste all settings of a document from a spreadsheet into the table, whose rows stand in the same order."""
        page = self.screen.page
        curriculum = load_curriculum(json.dumps(document).encode(), tasks=tasks)
        assert curriculum.task is not None
        fields = {field.name: field for field in curriculum.task.fields}
        rows = [row.name for group in sheet_of(curriculum).groups for row in group.rows]
        stages = [stage for stage in document["parameters"] if stage != GRADUATED]
        cells = [[text_of_value(document["parameters"][s].get(name), fields[name]) for s in stages] for name in rows]
        self.show("Settings")
        grid = page.get_by_role("grid")
        grid.wait_for()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        text = "\n".join("\t".join(row) for row in cells)
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        grid.get_by_role("gridcell").first.click()
        page.keyboard.press("Control+v")
        self.screen.settle()

    # ---- rules ----

    def connect(self, source: str, target: str) -> None:
        """Draw an arrow from one stage to another, with the fields below the graph."""
        page = self.screen.page
        before = page.locator("[data-edge]").count()
        bar = self.screen.keyed("builder-by-hand")
        for label, stage in (("From", source), ("To", target)):
            bar.get_by_role("combobox", name=label).click()
            page.get_by_role("option", name=stage, exact=True).click()
            self.screen.settle()
        bar.get_by_role("button", name="Add a rule").click()
        expect(page.locator("[data-edge]")).to_have_count(before + 1)
        self.screen.settle()

    def drag_rule(self, source: str, target: str) -> None:
        """Drag from the handle of a stage to another one."""
        page = self.screen.page
        before = page.locator("[data-edge]").count()
        self.node(source).hover()
        handle = self.node(source).locator(".handle").bounding_box()
        goal = self.node(target).bounding_box()
        assert handle is not None
        assert goal is not None
        page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
        page.mouse.down()
        page.mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] / 2, steps=8)
        page.mouse.up()
        expect(page.locator("[data-edge]")).to_have_count(before + 1)
        self.screen.settle()

    def write_rule(self, condition: str, *, decision: str = "", description: str = "") -> None:
        """Write the condition of the chosen rule as text, and what its author says of it."""
        self.panel.get_by_test_id("stButtonGroup").first.get_by_text("Text", exact=True).click()
        self.type_into(self.panel.get_by_label("Condition as text"), condition)
        if decision:
            combo = self.panel.get_by_role("combobox", name="Decision")
            if decision not in (combo.get_attribute("value") or combo.inner_text()):
                combo.click()
                self.screen.page.get_by_role("option", name=decision).click()
                self.screen.settle()
        if description:
            self.type_into(self.panel.get_by_label("What you say of it"), description)

    def build(self, document: Mapping[str, Any], *, dragged: int = 1) -> None:
        """Add all rules of a document, in order; the first few by dragging."""
        names: Sequence[str] = list(document["curriculum"])
        for stage in names:
            for rule in document["curriculum"][stage]["transition_rules"]:
                if dragged > 0:
                    dragged -= 1
                    self.drag_rule(stage, rule["to_stage"])
                else:
                    self.connect(stage, rule["to_stage"])
                self.write_rule(
                    rule["condition"], decision=rule["decision"], description=rule.get("condition_description", "")
                )

    # ---- publishing ----

    def publish(self, version: str, line: str, *, reason: str = "") -> None:
        """Publish the draft; in spite of warnings where a reason is given."""
        page = self.screen.page
        self.saved()
        page.get_by_role("button", name="Publish …").click()
        dialog = page.get_by_role("dialog")
        self.type_into(dialog.get_by_role("textbox", name="Version"), version)
        self.type_into(dialog.get_by_role("textbox", name="What is new"), line)
        if reason:
            self.type_into(dialog.get_by_role("textbox", name="Why it is published"), reason)
        button = dialog.get_by_role("button", name=re.compile(f"Publish .* {re.escape(version)}"))
        expect(button).to_be_enabled()
        button.click()
