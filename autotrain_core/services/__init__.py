"""What a person can do, one function each."""

from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._curricula import Shelf, find_curriculum, shelf, shipped
from autotrain_core.services._why import why

__all__ = ["BoardRow", "Shelf", "board", "find_curriculum", "shelf", "shipped", "why"]
