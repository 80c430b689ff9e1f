"""What the canvas draws. It lays nothing out: every node says where it stands, so that nothing jumps."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from autotrain_core.models import Decision

Finding = Literal["error", "warning", "info"]

GRID = 8
"""Pixels: whatever is moved on the canvas stands on multiples of it."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SIGNS = {Decision.PROGRESS: "up", Decision.ROLLBACK: "down", Decision.STAY: "stay", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """
    A stage.

    Attributes:
        id: Names it in edges, places and events. It is not shown.
        lines: What stands in the box; the first is its title, and what is renamed.
        fill: "#rrggbb" of the box.
        text: "#rrggbb" of the text in it.
        edge: "#rrggbb" of its border, seen against the page; empty for one that is mixed from the fill.
        badges: Short texts below the box, such as "12 mice".
        finding: The worst that the checks found here; None where they found nothing.
        remark: What they found, in words: shown while one points at the box.
        first: Training begins here.
        terminal: Training ends here.

    Raises:
        ValueError: There is no title, or a colour in another form.
    """

    id: str
    lines: tuple[str, ...]
    fill: str
    text: str
    edge: str = ""
    badges: tuple[str, ...] = ()
    finding: Finding | None = None
    remark: str = ""
    first: bool = False
    terminal: bool = False

    def __post_init__(self) -> None:
        """Refuse what the browser could not draw."""
        if not self.lines:
            raise ValueError(f"the node {self.id!r} has no line that could be its title")
        for colour in (self.fill, self.text, *filter(None, [self.edge])):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"the node {self.id!r}: {colour!r} is no colour like #35546b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """
    A rule.

    Attributes:
        id: Names it in events. It is not shown.
        source: Id of the stage that it belongs to.
        target: Id of the stage that it leads to; the same for a rule that stays.
        number: Of the rule at its stage, from 1: the first that holds decides.
        decision: What it decides: drawn as a sign and a colour; None for neither.
        words: The condition in few words, one clause a line, as `diagrams.short_words` gives it. Where there is no
            room they are left out, and stand in the tooltip.
        tooltip: The whole of it, shown while one points at the arrow.
        finding: The worst that the checks found here; None where they found nothing.
    """

    id: str
    source: str
    target: str
    number: int
    decision: Decision | None = None
    words: tuple[str, ...] = ()
    tooltip: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """
    A curriculum as the canvas shows it.

    Attributes:
        nodes: In the order of training; it tells a rule that leads on from one that leads back.
        edges: In the order of stages and rules; rules of one way are drawn side by side in it.
        places: Id of each node -> x and y of the middle of its box, in pixels, to the right and downwards. From
            `diagrams.layout`, or where a person moved it.
        title: What is drawn, for who cannot see it.
        editable: Whether it can be changed; otherwise one can look around and select.
        names: The names that a stage may have, where they are given; empty where any name will do.
        arrangeable: Stages stand where a person moved them, and there is an order of ours to go back to.

    Raises:
        ValueError: Two nodes or two edges have one id, a node has no place or one that is no number, or an edge has
            an end that is no node.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    title: str = "Stages and rules"
    editable: bool = True
    names: tuple[str, ...] = ()
    arrangeable: bool = False

    def __post_init__(self) -> None:
        """Refuse what the browser could not draw."""
        known = {node.id for node in self.nodes}
        if len(known) < len(self.nodes) or len({edge.id for edge in self.edges}) < len(self.edges):
            raise ValueError("two nodes, or two edges, of a graph have the same id")
        for node in known:
            if not all(math.isfinite(number) for number in self.places.get(node, (math.nan,))):
                raise ValueError(f"the node {node!r} has no place")
        for edge in self.edges:
            if not {edge.source, edge.target} <= known:
                ends = f"{edge.source!r} to {edge.target!r}"
                raise ValueError(f"the edge {edge.id!r} leads from {ends}, and not both are nodes")

    def drawn(self) -> dict[str, Any]:
        """Return it as the browser reads it: JSON values."""
        return {
            "title": self.title,
            "editable": self.editable,
            "names": list(self.names),
            "arrangeable": self.arrangeable,
            "grid": GRID,
            "nodes": [
                {
                    "id": node.id,
                    "lines": list(node.lines),
                    "fill": node.fill,
                    "text": node.text,
                    "edge": node.edge,
                    "badges": list(node.badges),
                    "finding": node.finding or "",
                    "remark": node.remark,
                    "first": node.first,
                    "terminal": node.terminal,
                    "x": self.places[node.id][0],
                    "y": self.places[node.id][1],
                }
                for node in self.nodes
            ],
            "edges": [
                {
                    "id": edge.id,
                    "source": edge.source,
                    "target": edge.target,
                    "number": edge.number,
                    "sign": _SIGNS[edge.decision],
                    "words": list(edge.words),
                    "tooltip": edge.tooltip,
                    "finding": edge.finding or "",
                }
                for edge in self.edges
            ],
        }
