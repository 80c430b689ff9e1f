"""Font and colours of a diagram, apart from those of the stages."""

from dataclasses import dataclass

from autotrain_core.diagrams._colours import DARK_PAGE, LIGHT_PAGE

FONT = "Helvetica"
"""Graphviz knows how wide its letters are without having it, and every system has one of the same widths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Colours as "#rrggbb": texts and lines are read on the page with a contrast of at least 4.5."""

    dark: bool
    page: str
    ink: str
    quiet: str
    rule: str
    band: str
    marked: str
    progress: str
    rollback: str
    stay: str
    fault: str


# Blue and orange rather than green and red: they differ to colour-blind eyes too.
_LIGHT = Look(
    dark=False,
    page=LIGHT_PAGE,
    ink="#1d242b",
    quiet="#5b6670",
    rule="#d5dbe1",
    band="#f4f6f8",
    marked="#ffe9b8",
    progress="#0b62c0",
    rollback="#a84e00",
    stay="#5b6670",
    fault="#c01f1f",
)
_DARK = Look(
    dark=True,
    page=DARK_PAGE,
    ink="#e4e9ee",
    quiet="#9aa7b2",
    rule="#36414b",
    band="#1a222a",
    marked="#5a4100",
    progress="#74b6ff",
    rollback="#ffac5e",
    stay="#9aa7b2",
    fault="#ff8f85",
)


def look(*, dark: bool) -> Look:
    """Return the colours for a dark page or a light one."""
    return _DARK if dark else _LIGHT
