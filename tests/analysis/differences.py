"""Two documents of which one is spoiled, and what is told of them."""

import re
from typing import Any

from autotrain_core.analysis import Change, Difference, difference
from tests.analysis.documents import Document, read
from tests.editing.drawn import shipped

FINISHED = "metrics.finished_trials[-1]"


def between(before: Document, after: Document, **further: Any) -> Difference:
    return difference(read(before), read(after), **further)


def changed(*steps: tuple[str, Any], document: Document | None = None) -> Document:
    """Another document: each step names a place, keys with '/' between them, and what stands there then."""
    made = shipped() if document is None else document
    for path, value in steps:
        *outer, last = [int(key) if key.isdigit() else key for key in re.split("/(?!warmup)", path)]
        at: Any = made
        for key in outer:
            at = at[key]
        at[last] = value
    return made


def rule_of(stage: str, number: int, body: str) -> tuple[str, str]:
    return f"curriculum/{stage}/transition_rules/{number - 1}/condition", f"lambda metrics: {body}"


def told(found: Difference) -> list[tuple[str, str, str]]:
    return [(change.kind, change.place, change.sentence) for change in found.changes]


def only(found: Difference) -> Change:
    (change,) = found.changes
    return change
