"""
One colour for each stage: the same on every page, picture and badge.

Stages are ordered, so the colours are: a sequence that is even to the eye and rises in lightness, which
colour-blind readers see too. The last stage of all, Graduated, stands apart at its bright end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from autotrain_core.diagrams._contrast import Rgb, contrast, hexadecimal, mixed, rgb
from autotrain_core.models import GRADUATED, TrainingStage

Scheme = Literal["even", "classic"]

LIGHT_PAGE = "#ffffff"
DARK_PAGE = "#0f1418"

# Ten values of viridis, evenly spaced (S. van der Walt and N. Smith, matplotlib 1.5, 2015; public domain, CC0).
_VIRIDIS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
# The eleven classes of RdYlGn (C. Brewer, colorbrewer2.org), between which matplotlib and today's pictures draw lines.
_RED_TO_GREEN = (
    "#a50026", "#d73027", "#f46d43", "#fdae61", "#fee08b", "#ffffbf", "#d9ef8b", "#a6d96a", "#66bd63", "#1a9850",
    "#006837",
)  # fmt: skip
_SCALES = {"even": _VIRIDIS, "classic": _RED_TO_GREEN}

# Stages share this part of the even scale; what is left keeps Graduated more than a step away.
_STAGES_END = 0.82
_KNOWN = {name: place for place, stage in enumerate(TrainingStage) for name in (stage.name, stage.value)}
_GRADUATED = (GRADUATED, TrainingStage.GRADUATED.name)
# Least contrast of a line, WCAG 2.2, 1.4.11.
_SEEN = 3.0
_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StageColour:
    """
    The colours of a stage, each as "#rrggbb".

    Attributes:
        fill: The area.
        text: Black or white, whichever is read better on the fill; the contrast is at least 4.5.
        edge: A line of the same hue that is seen on the page; the contrast is at least 3.
    """

    fill: str
    text: str
    edge: str


def stage_colours(stages: Sequence[str], *, scheme: Scheme = "even", dark: bool = False) -> dict[str, StageColour]:
    """
    Give each stage its colour.

    Args:
        stages: All stages that a page or a curriculum shows, in order. The eight of schema 1.0, in either
            spelling, have a fixed place among eight, whichever of them are asked for; other names are spread
            evenly in the order given, so ask for all of a curriculum's at once.
        scheme: "even" (viridis, lightness rising), or "classic" (red to green, as today's pictures).
        dark: The page is dark. It moves the edges only; a fill is the same on every page.

    Returns:
        Stage -> its colours, in the order given. Graduated, in either spelling, is always at the far end.
    """
    page = DARK_PAGE if dark else LIGHT_PAGE
    return {stage: _coloured(place, scheme, page) for stage, place in _places(stages, scheme).items()}


def _places(stages: Sequence[str], scheme: Scheme) -> dict[str, float]:
    """Where each stage stands on its scale, from 0 to 1."""
    free = list(dict.fromkeys(stage for stage in stages if stage not in _KNOWN))
    known = len(TrainingStage) - 1
    places = {stage: _place(_KNOWN[stage], known, scheme) for stage in stages if stage in _KNOWN}
    places |= {stage: _place(number, len(free), scheme) for number, stage in enumerate(free)}
    return {stage: 1.0 if stage in _GRADUATED else places[stage] for stage in stages}


def _place(number: int, stages: int, scheme: Scheme) -> float:
    if scheme == "classic":
        return number / stages
    return _STAGES_END * (number / (stages - 1) if stages > 1 else 0.5)


@lru_cache(maxsize=1024)  # every page asks for the same dozen again
def _coloured(place: float, scheme: Scheme, page: str) -> StageColour:
    colour = _sampled(_SCALES[scheme], place)
    fill = hexadecimal(colour)
    # One of the two always reaches 4.58: their contrasts multiply to 21.
    text = max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, fill))
    return StageColour(fill=fill, text=text, edge=_seen_on(page, colour))


def _sampled(scale: Sequence[str], place: float) -> Rgb:
    at = place * (len(scale) - 1)
    start = min(int(at), len(scale) - 2)
    low, high = list(pairwise(scale))[start]
    return mixed(rgb(low), rgb(high), at - start)


def _seen_on(page: str, colour: Rgb) -> str:
    """Move a colour away from the page, no further than needed."""
    ink = rgb("#ffffff" if page == DARK_PAGE else "#000000")
    moved = (hexadecimal(mixed(colour, ink, step / _STEPS)) for step in range(_STEPS + 1))
    return next(candidate for candidate in moved if contrast(candidate, page) >= _SEEN)
