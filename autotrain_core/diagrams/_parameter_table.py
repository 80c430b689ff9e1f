"""What each stage sets, as a table: a row for each parameter, a column for each stage."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import pandas as pd

from autotrain_core.models import Curriculum, Parameter, Stage

# Said by the head of the column, or by nothing that a rig does.
_NOT_SHOWN = frozenset({"training_stage", "task_url", "task_schema_version", "description"})
NOTHING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterTable:
    """
    The settings of every stage, as text. All three have one index, `parameter` (str, the key in documents).

    Attributes:
        rows: What is told of each parameter: `title` (str, with the unit: "Block length (min), trials"), `unit`,
            `group`, `description` (str) and `constant` (bool: the same wherever it is set).
        cells: A column for each stage, by name (str). "–" is an empty text; an empty cell says that the stage
            does not set it.
        changed: The same columns (bool): it differs from the stage before. Never true of the first stage.
    """

    rows: pd.DataFrame
    cells: pd.DataFrame
    changed: pd.DataFrame


def parameter_table(curriculum: Curriculum) -> ParameterTable:
    """
    Lay out the settings of a curriculum.

    Args:
        curriculum: Any, with faults too: what does not fit the task is shown as it is written.

    Returns:
        The parameters in the order of the task, those that the task does not know after them; without the name,
        description and version of the stage. Stages in their order, those without settings left out. Settings that a
        document leaves out are shown with their default.
    """
    stages = [stage for stage in curriculum.stages if stage.parameters]
    values = {stage.name: _values(curriculum, stage) for stage in stages}
    known = {parameter.name: parameter for parameter in (curriculum.task.fields if curriculum.task else ())}
    written = [name for settings in values.values() for name in settings]
    names = [name for name in dict.fromkeys([*known, *written]) if name not in _NOT_SHOWN and name in written]
    index = pd.Index(names, name="parameter", dtype="str")
    cells = pd.DataFrame(
        {stage: [settings.get(name, "") for name in names] for stage, settings in values.items()},
        index=index,
        dtype="str",
    )
    changed = cells.ne(cells.shift(axis="columns"))
    if stages:
        changed[stages[0].name] = False
    rows = pd.DataFrame(
        [_row(name, known.get(name)) for name in names], index=index, columns=["title", "unit", "group", "description"]
    ).astype("str")
    return ParameterTable(rows=rows.assign(constant=~changed.any(axis="columns")), cells=cells, changed=changed)


def _values(curriculum: Curriculum, stage: Stage) -> dict[str, str]:
    if curriculum.task is None:
        return {name: _text(value) for name, value in stage.parameters.items()}
    typed, _ = curriculum.task.read(stage.parameters, stage=stage.name)
    if typed is None:
        return {name: _text(value) for name, value in stage.parameters.items()}
    return {name: _text(getattr(typed, name)) for name in type(typed).model_fields}


def _row(name: str, parameter: Parameter | None) -> tuple[str, str, str, str]:
    if parameter is None:
        return name, "", "", ""
    unit = f", {parameter.unit}" if parameter.unit else ""
    return f"{parameter.title}{unit}", parameter.unit, parameter.group, parameter.description


def _text(value: Any) -> str:
    """Print a value as people write it."""
    match value:
        case bool():
            return "on" if value else "off"
        case Enum():
            return _text(value.value)
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case None | "":
            return NOTHING
    return str(value)
