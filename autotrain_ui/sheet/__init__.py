"""The sheet of the builder: every setting of every stage in one table, edited as a spreadsheet is."""

from autotrain_ui.sheet._events import OnEdit, Typed
from autotrain_ui.sheet._mounted import sheet
from autotrain_ui.sheet._of_curriculum import alike, sheet_of
from autotrain_ui.sheet._table import Cell, Column, Group, Row, Sheet
from autotrain_ui.sheet._understood import Refused, Understood, understood

__all__ = [
    "Cell",
    "Column",
    "Group",
    "OnEdit",
    "Refused",
    "Row",
    "Sheet",
    "Typed",
    "Understood",
    "alike",
    "sheet",
    "sheet_of",
    "understood",
]
