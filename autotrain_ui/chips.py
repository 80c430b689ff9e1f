"""Stages as small coloured labels, of one colour on every page."""

from collections.abc import Mapping

from autotrain_core.diagrams import StageColour, stage_colours
from autotrain_core.services import LabView
from autotrain_ui import words
from autotrain_ui.preferences import Look

Colours = Mapping[tuple[str, str], StageColour]

_LONG = 16
"""Letters that fit into a chip everywhere."""


def colours_of(lab: LabView, look: Look, *, dark: bool) -> Colours:
    """
    Give the colour of every stage of every curriculum at hand.

    Returns:
        (Name@version, stage label) -> its colours.
    """
    found: dict[tuple[str, str], StageColour] = {}
    for curriculum in lab.shelf.library:
        labels = [stage.label for stage in curriculum.stages]
        for label, colour in stage_colours(labels, scheme=look.colours, dark=dark).items():
            found[curriculum.key, label] = colour
    return found


def chip(curriculum: str, stage: str, colours: Colours) -> str:
    """
    Write a stage as HTML; one that nobody knows has a border and no colour.

    Args:
        curriculum: Name@version.
        stage: Its label; empty for no stage.
        colours: See `colours_of`.
    """
    if not stage:
        return f'<span class="at-none">{words.MISSING}</span>'
    known = colours.get((curriculum, stage))
    style = f"background:{known.fill};color:{known.text}" if known else "border:1px solid currentColor"
    said = words.as_html(words.stage(stage))
    # Long names are cut off where there is little room.
    title = f' title="{said}"' if len(said) > _LONG else ""
    return f'<span class="at-chip" style="{style}"{title}>{said}</span>'
