"""What a person can do, one function each."""

from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._curricula import Shelf, find_curriculum, shelf, shipped
from autotrain_core.services._lab import Demo, demo, example_lab, report_table, save_demo, save_lab
from autotrain_core.services._why import why

__all__ = [
    "BoardRow",
    "Demo",
    "Shelf",
    "board",
    "demo",
    "example_lab",
    "find_curriculum",
    "report_table",
    "save_demo",
    "save_lab",
    "shelf",
    "shipped",
    "why",
]
