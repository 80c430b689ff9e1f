"""
The live graph as streamlit-agraph takes it: stages as boxes that can be clicked, and who went from which to which.

Three traps of that component, found by experiment. What stands in a node's `title` is put into the page as HTML: no
node here has one. A double click opens the text of an element that belongs to it as an address: it gets an empty one.
And the value of a click stays until there is another: ids carry a number, so that a stage can be clicked again after
something else was chosen beside the graph.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autotrain_core.diagrams import DARK_PAGE, LIGHT_PAGE, StageColour
from autotrain_core.services import Live
from autotrain_ui import words
from autotrain_ui.charts.panels import GREY, INK

_STEP = 160.0
_MARGIN = 70
_TALLEST = 2400
_WIDE = 215.0
_LETTERS = 24
_BESIDE = "\u2003" * 4
_PAGE = {False: LIGHT_PAGE, True: DARK_PAGE}
_WAYS = {
    "on": {False: "#0b5cad", True: "#8db4ec"},
    "back": {False: "#a34a05", True: "#ffb070"},
    "stay": {False: "#55606b", True: "#a9b4be"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """
    A picture for streamlit-agraph.

    Attributes:
        data: Nodes and edges, as JSON.
        config: Options of vis-network, as JSON.
    """

    data: str
    config: str


def graph(
    live: Live, *, active: bool, chosen: str, clicks: int, colours: Mapping[str, StageColour], dark: bool
) -> Graph:
    """
    Draw a curriculum with its mice.

    Args:
        live: What is drawn.
        active: Count only mice in training.
        chosen: Label of the stage to mark; "" for none.
        clicks: Changes when a stage was chosen otherwise than in the graph.
        colours: Stage label -> its colours.
        dark: The page is dark.
    """
    places = {label: number for number, label in enumerate(live.stages.index)}
    nodes = [
        _node(
            row, number, active=active, chosen=label == chosen, clicks=clicks, colour=colours.get(str(label)), dark=dark
        )
        for number, (label, row) in enumerate(live.stages.to_dict(orient="index").items())
    ]
    edges = [
        _edge(move, places[move["stage"]], places[move["to"]], clicks, dark=dark)
        for move in live.moves.to_dict(orient="records")
    ]
    height = min(_STEP * max(len(nodes) - 1, 0) + 2 * _MARGIN, _TALLEST)
    options = {
        "width": "100%",
        "height": f"{height:.0f}px",
        "autoResize": True,
        "physics": {"enabled": False},
        "layout": {"hierarchical": {"enabled": False}},
        # The wheel scrolls the page, and a stage stays where it is.
        "interaction": {
            "zoomView": False, "dragView": True, "dragNodes": False, "hover": False, "selectConnectedEdges": False,
        },
        "edges": {"arrows": {"to": {"enabled": True, "scaleFactor": 0.7}}, "selectionWidth": 0},
        "groups": {},
    }  # fmt: skip
    return Graph(data=json.dumps({"nodes": nodes, "edges": edges}), config=json.dumps(options))


def clicked(live: Live, value: object) -> str:
    """Say which stage was clicked, by the id that a browser sent; "" where it is none of them."""
    text = str(value or "")
    number = text.rpartition(":")[2]
    return str(live.stages.index[int(number)]) if number.isdecimal() and int(number) < len(live.stages) else ""


def _node(
    row: Mapping[Any, Any],
    number: int,
    *,
    active: bool,
    chosen: bool,
    clicks: int,
    colour: StageColour | None,
    dark: bool,
) -> dict[str, Any]:
    fill = colour.fill if colour else _PAGE[dark]
    edge = INK[dark] if chosen else colour.edge if colour else GREY[dark]
    return {
        "id": f"{clicks}:{number}",
        "div": {"innerHTML": ""},
        "label": node_label(row, active=active),
        "shape": "box",
        "x": 0,
        "y": number * _STEP,
        "widthConstraint": {"minimum": _WIDE, "maximum": _WIDE},
        "margin": 10,
        "borderWidth": 5 if chosen else 1.5,
        "borderWidthSelected": 5,
        "shapeProperties": {"borderRadius": 4, "borderDashes": [] if row["listed"] else [6, 4]},
        "font": {"color": colour.text if colour else INK[dark], "size": 15, "face": "sans-serif", "multi": False},
        "color": {
            "background": fill,
            "border": edge,
            "highlight": {"background": fill, "border": INK[dark]},
            "hover": {"background": fill, "border": edge},
        },
        "opacity": 1,
    }


def node_label(row: Mapping[Any, Any], *, active: bool) -> str:
    """Say a stage in three lines: its name, its mice, how long one stays."""
    title = one_line(words.stage(row["title"]))
    mice = words.mice(int(row["training"] if active else row["mice"]))
    here = f"{mice} in training" if active else mice
    length = f"{words.number(row['median'])} session{'' if row['median'] == 1 else 's'}"
    dwell = f"median {length} (n {row['n']})" if row["n"] else "nobody has left yet"
    return f"{title}\n{here}\n{dwell if row['visits'] else 'nobody was here'}"


def one_line(text: str) -> str:
    """Give a text that fits a box: signs that cannot be seen, or that turn the line round, become blanks."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= _LETTERS else f"{line[: _LETTERS - 1]}…"


def roundness(stages: int) -> float:
    """
    Say how much an edge bends that passes over so many stages: so far that it clears the boxes between.

    For "curvedCW" vis-network puts the handle of the curve at (1 + r) / 2 of the way, turned aside by r right angles.
    """
    aside = 70.0 if stages == 1 else _WIDE / 2 + 40 + 22 * (stages - 2)
    share = 2 * aside / (stages * _STEP)
    tried = [place / 100 for place in range(1, 101)]
    return min(tried, key=lambda r: abs((1 + r) / 2 * math.sin(r * math.pi / 2) - share))


def _edge(move: Mapping[Any, Any], start: int, end: int, clicks: int, *, dark: bool) -> dict[str, Any]:
    way = "stay" if start == end else "on" if end > start else "back"
    colour = _WAYS[way][dark]
    label = edge_label(move, way)
    # To the next stage straight; what passes others, or goes back, leaves the line of boxes.
    straight = end == start + 1
    return {
        "from": f"{clicks}:{start}",
        "to": f"{clicks}:{end}",
        # Beside its loop, not across it.
        "label": label.replace(" (", f"{_BESIDE}\n(") + _BESIDE if way == "stay" else label,
        "color": {"color": colour, "highlight": colour, "hover": colour, "inherit": False},
        "width": _width(move["share"]),
        "dashes": not move["count"],
        "smooth": {"enabled": False}
        if straight or way == "stay"
        else {"enabled": True, "type": "curvedCW", "roundness": roundness(abs(end - start))},
        "selfReference": {"size": 20, "angle": math.pi, "renderBehindTheNode": False},
        "font": {
            "size": 14, "color": INK[dark], "background": "none" if way == "stay" else _PAGE[dark], "strokeWidth": 0,
            "align": "horizontal", "face": "sans-serif", "multi": False,
        },
        "chosen": False,
    }  # fmt: skip


def edge_label(move: Mapping[Any, Any], way: str) -> str:
    """Say how often a way was gone, with its sign: "↑ 12 (34%)"."""
    sign = {"on": words.SIGNS["PROGRESS"], "back": words.SIGNS["ROLLBACK"], "stay": words.SIGNS["STAY"]}[way]
    return f"{sign} {move['count']:,} ({move['share']:.0%})" if move["count"] else f"{sign} never"


def _width(share: float) -> float:
    return 1.2 if math.isnan(share) else round(1.2 + 4 * share, 2)
