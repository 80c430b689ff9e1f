"""The canvas of the builder: stages as nodes, rules as arrows, to be moved, connected, named and removed by hand."""

from autotrain_ui.canvas._events import (
    Add,
    Arrange,
    Connect,
    Delete,
    Duplicate,
    Event,
    Move,
    OnEvent,
    Prioritise,
    Redo,
    Rename,
    Select,
    Undo,
)
from autotrain_ui.canvas._graph import GRID, Edge, Finding, Graph, Node
from autotrain_ui.canvas._mounted import canvas

__all__ = [
    "GRID",
    "Add",
    "Arrange",
    "Connect",
    "Delete",
    "Duplicate",
    "Edge",
    "Event",
    "Finding",
    "Graph",
    "Move",
    "Node",
    "OnEvent",
    "Prioritise",
    "Redo",
    "Rename",
    "Select",
    "Undo",
    "canvas",
]
