"""What the sheet draws: parameters as rows, in groups, and stages as columns; every value is a text already."""

import re
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["boolean", "integer", "number", "text", "choice", "list", "other"]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MISSING, _DIFFERS = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    A stage.

    Attributes:
        id: Names it in edits. It is not shown.
        title: What stands above it.
        fill: "#rrggbb" behind the title.
        text: "#rrggbb" of the title.
        terminal: Training ends here.
        readonly: Its cells cannot be edited.
        note: A few words below the title, such as why they cannot.

    Raises:
        ValueError: A colour in another form.
    """

    id: str
    title: str
    fill: str
    text: str
    terminal: bool = False
    readonly: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what the browser could not draw."""
        for colour in (self.fill, self.text):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"the column {self.id!r}: {colour!r} is no colour like #35546b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """
    What a stage sets.

    Attributes:
        value: As text. Where the document says nothing, the default that stands instead; empty where there is none.
        missing: The document says nothing.
        differs: It is another value than that of the stage to the left.
        fault: What the checks say about it, in sentences; empty where they say nothing.
    """

    value: str = ""
    missing: bool = False
    differs: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    A parameter.

    Attributes:
        name: The key in documents; names it in edits.
        title: What stands at the left.
        cells: What each stage sets, in the order of the columns.
        kind: What it holds. A switch is chosen between "on" and "off".
        unit: Unit of a number; empty for others.
        help: What it does, in a sentence or two.
        choices: The texts to choose from, for a choice.
        expected: What a value has to be ("a whole number from 1 to 10 trials").
        removable: A cell may be without value: there is a default, or nobody needs the parameter.
        extra: The task does not know it.
    """

    name: str
    title: str
    cells: tuple[Cell, ...]
    kind: Kind = "text"
    unit: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    expected: str = ""
    removable: bool = False
    extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    Parameters under one heading.

    Attributes:
        heading: What stands above them; empty for no heading.
        rows: The parameters.
    """

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """
    All settings of a curriculum.

    Attributes:
        columns: The stages, in the order of training.
        groups: The parameters.
        title: What the table is, for who cannot see it.

    Raises:
        ValueError: Two columns or two rows have one name, or a row has not as many cells as there are columns.
    """

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    title: str = "Settings of all stages"

    def __post_init__(self) -> None:
        """Refuse what the browser could not draw."""
        rows = [row for group in self.groups for row in group.rows]
        if len({column.id for column in self.columns}) < len(self.columns):
            raise ValueError("two columns of a sheet have the same id")
        if len({row.name for row in rows}) < len(rows):
            raise ValueError("two rows of a sheet have the same name")
        for row in rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"the row {row.name!r} has {len(row.cells)} cells, not {len(self.columns)}")

    def drawn(self) -> dict[str, Any]:
        """Return it as the browser reads it: JSON values; a cell is [value, 1 missing + 2 differs, fault]."""
        return {
            "title": self.title,
            "columns": [
                {
                    "id": column.id,
                    "title": column.title,
                    "fill": column.fill,
                    "text": column.text,
                    "terminal": column.terminal,
                    "readonly": column.readonly,
                    "note": column.note,
                }
                for column in self.columns
            ],
            "groups": [
                {"heading": group.heading, "rows": [_drawn_row(row) for row in group.rows]} for group in self.groups
            ],
        }


def _drawn_row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "title": row.title,
        "kind": row.kind,
        "unit": row.unit,
        "help": row.help,
        "choices": list(row.choices),
        "expected": row.expected,
        "removable": row.removable,
        "extra": row.extra,
        "cells": [[cell.value, cell.missing * _MISSING + cell.differs * _DIFFERS, cell.fault] for cell in row.cells],
    }
