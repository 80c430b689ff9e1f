"""
What people do in the sheet, as Python hears it.

Names are those of the table that was drawn when it happened.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

_MOST_CELLS = 100_000
_LONGEST_NAME = 1_000
_LONGEST_TEXT = 100_000


class Typed(NamedTuple):
    """
    A cell that somebody filled or emptied.

    Attributes:
        row: Name of the parameter.
        column: Id of the stage.
        text: What it shall be, as typed or pasted; None for the default, and then the document says nothing.
    """

    row: str
    column: str
    text: str | None


Event = tuple[Typed, ...] | Literal["undo", "redo"]
OnEdit = Callable[[tuple[Typed, ...]], None]


def read(event: Any) -> Event | None:
    """Read one event of the browser; None for what is not in our form."""
    match event:
        case {"type": "edit", "cells": list(cells)} if 0 < len(cells) <= _MOST_CELLS:
            typed = tuple(Typed(*cell) for cell in cells if _is_typed(cell))
            return typed if len(typed) == len(cells) else None
        case {"type": "undo"}:
            return "undo"
        case {"type": "redo"}:
            return "redo"
    return None


def _is_typed(cell: Any) -> bool:
    match cell:
        case [str(row), str(column), None]:
            return _is_name(row) and _is_name(column)
        case [str(row), str(column), str(text)]:
            return _is_name(row) and _is_name(column) and len(text) <= _LONGEST_TEXT
    return False


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME
