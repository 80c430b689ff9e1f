"""The truth table in docs/conditions.md is true, row by row."""

import re
from pathlib import Path

import numpy as np
import pytest

from autotrain_core.rules import Histories, View, evaluate, parse

PAGE = Path(__file__).parents[2] / "docs" / "conditions.md"
ROWS = re.findall(
    r"^\| `(.+?)` \| (true|false) \| (true|false|unknown) \|$",
    PAGE.read_text(encoding="utf-8").partition("<!-- truth table")[2],
    flags=re.MULTILINE,
)
NAMES = {
    r"\bx\b": "metrics.gap[-1]",
    r"\ba\b": "metrics.five[-1]",
    r"\bw\b": "metrics.both[-2:]",
    r"\bbefore\b": "metrics.five[-9]",
}


def view(*, three_valued):
    metrics = {"gap": np.array([1.0, np.nan]), "five": np.array([5.0, 5.0]), "both": np.array([5.0, np.nan])}
    histories = Histories(np.array([2]), metrics, np.array([1.0, 2.0]))
    return View(histories, rows=np.array([1]), three_valued=three_valued)


def test_the_page_holds_a_table():
    assert len(ROWS) > 40


@pytest.mark.parametrize(("condition", "today", "stay"), ROWS)
def test_a_row_of_the_table(condition, today, stay):
    text = condition
    if " x in " not in text:
        for name, meaning in NAMES.items():
            text = re.sub(name, meaning, text)
    if "a / 0" in condition:
        # Written out, the parser refuses it; computed, it happens.
        text = text.replace("/ 0", "/ (metrics.five[-1] - 5)")
    tree = parse(f"lambda metrics: {text}")

    for three_valued, expected in ((False, today), (True, stay)):
        truth = evaluate(tree, view(three_valued=three_valued))
        found = {(True, True): "true", (False, False): "false", (False, True): "unknown"}
        assert found[bool(truth.sure[0]), bool(truth.possible[0])] == expected, three_valued
