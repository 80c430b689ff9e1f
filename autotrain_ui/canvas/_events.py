"""
What people do on the canvas, as Python hears it.

Ids are those of the graph that was drawn when it happened: a stage may have gone since, and a name may be anything that
somebody typed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_LONGEST = 1_000
_FURTHEST = 1e6


@dataclass(frozen=True, slots=True)
class Select:
    """
    Somebody chose a node, an edge, or nothing. It also says to `canvas` what is chosen.

    Attributes:
        node: Id of the node; None where none is.
        edge: Id of the edge; None where none is.
    """

    node: str | None = None
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """
    Somebody moved a node.

    Attributes:
        node: Its id.
        x: Of its middle, in pixels, a multiple of `GRID`.
        y: The same, downwards.
    """

    node: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Connect:
    """
    Somebody wants a new rule.

    Attributes:
        source: Id of the stage that it shall belong to.
        target: Id of the stage that it shall lead to; may be the same.
    """

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Add:
    """
    Somebody wants a new stage.

    Attributes:
        x: Where its middle shall be, in pixels, a multiple of `GRID`.
        y: The same, downwards.
        after: Id of the stage it was asked for at, by key or button; None where it was asked for on the ground.
    """

    x: float
    y: float
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """
    Somebody wants a copy of a stage.

    Attributes:
        node: Its id.
    """

    node: str


@dataclass(frozen=True, slots=True)
class Rename:
    """
    Somebody gave a stage another name.

    Attributes:
        node: Its id.
        to: The name, without spaces around it; neither empty nor the one it has.
    """

    node: str
    to: str


@dataclass(frozen=True, slots=True)
class Delete:
    """
    Somebody wants a stage or a rule gone. Exactly one of the two is given.

    Attributes:
        node: Id of the node, or None.
        edge: Id of the edge, or None.
    """

    node: str | None = None
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class Prioritise:
    """
    Somebody wants a rule asked earlier or later.

    Attributes:
        edge: Its id.
        by: How many places further down it shall go; negative for up. By key or button one, by drag any.
    """

    edge: str
    by: int


@dataclass(frozen=True, slots=True)
class Arrange:
    """Somebody wants the stages back in the order of ours: the places that people gave are to be forgotten."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Somebody pressed Ctrl-Z or Cmd-Z, anywhere on the page but in a field."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Somebody pressed Shift-Ctrl-Z, Shift-Cmd-Z or Ctrl-Y, anywhere on the page but in a field."""


Event = Select | Move | Connect | Add | Duplicate | Rename | Delete | Prioritise | Arrange | Undo | Redo
OnEvent = Callable[[Event], None]


def read(event: Any) -> Event | None:
    """Read one event of the browser; None for what is not in our form."""
    match event:
        case {"type": "select", "node": str(node)} if _short(node):
            return Select(node=node)
        case {"type": "select", "edge": str(edge)} if _short(edge):
            return Select(edge=edge)
        case {"type": "select", "node": None, "edge": None}:
            return Select()
        case {"type": "move", "node": str(node), "x": x, "y": y} if _short(node) and _place(x) and _place(y):
            return Move(node, float(x), float(y))
        case {"type": "connect", "source": str(source), "target": str(target)} if _short(source) and _short(target):
            return Connect(source, target)
        case {"type": "add", "x": x, "y": y, "after": str(after)} if _place(x) and _place(y) and _short(after):
            return Add(float(x), float(y), after)
        case {"type": "add", "x": x, "y": y, "after": None} if _place(x) and _place(y):
            return Add(float(x), float(y))
        case {"type": "duplicate", "node": str(node)} if _short(node):
            return Duplicate(node)
        case {"type": "rename", "node": str(node), "to": str(to)} if _short(node) and _short(to.strip()):
            return Rename(node, to.strip())
        case {"type": "delete", "node": str(node)} if _short(node):
            return Delete(node=node)
        case {"type": "delete", "edge": str(edge)} if _short(edge):
            return Delete(edge=edge)
        case {"type": "prioritise", "edge": str(edge), "by": int(by)} if (
            _short(edge) and not isinstance(by, bool) and 0 < abs(by) <= _LONGEST
        ):
            return Prioritise(edge, by)
        case {"type": "arrange"}:
            return Arrange()
        case {"type": "undo"}:
            return Undo()
        case {"type": "redo"}:
            return Redo()
    return None


def _short(text: str) -> bool:
    return 0 < len(text) <= _LONGEST


def _place(number: Any) -> bool:
    numeric = isinstance(number, int | float) and not isinstance(number, bool)
    return numeric and math.isfinite(number) and abs(number) <= _FURTHEST
