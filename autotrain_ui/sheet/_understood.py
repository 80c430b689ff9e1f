"""What somebody typed into the sheet, as one step of a draft, and what of it could not be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autotrain_core.editing import MISSING, Missing, SetParameters, text_of_value, value_from_text
from autotrain_core.errors import EditError
from autotrain_core.models import Curriculum, Parameter
from autotrain_ui.sheet._events import Typed


@dataclass(frozen=True, slots=True)
class Refused:
    """
    A cell whose text could not be read.

    Attributes:
        row: Name of the parameter.
        column: The stage.
        text: What was typed.
        sentence: Why it was refused, and what is expected.
    """

    row: str
    column: str
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Understood:
    """
    What somebody meant.

    Attributes:
        edit: What could be read, as one step; None where nothing would change.
        refused: What could not.
    """

    edit: SetParameters | None
    refused: tuple[Refused, ...] = ()


def understood(curriculum: Curriculum, typed: Iterable[Typed]) -> Understood:
    """
    Read what somebody typed.

    Args:
        curriculum: The draft as it is now.
        typed: What `on_edit` was given.

    Returns:
        One step for all that could be read, and what could not; show that by `sheet_of(curriculum, refused=…)`. A
        cell that would not change is in neither. A stage that has gone is in the step, and making it says so.
    """
    known = known_parameters(curriculum)
    settings = {stage.name: stage.parameters for stage in curriculum.stages}
    cells: list[tuple[str, str, Any]] = []
    refused: list[Refused] = []
    for row, column, text in typed:
        parameter = known.get(row, unknown_parameter(row))
        before = settings.get(column, {}).get(row, MISSING)
        if text is None:
            value: Any = MISSING
        elif not isinstance(before, Missing) and text_of_value(before, parameter) == text:
            value = before  # it may be spelled otherwise, which nobody sees
        else:
            try:
                value = value_from_text(parameter, text)
            except EditError as error:
                refused.append(Refused(row, column, text, str(error)))
                continue
        if value is not before:
            cells.append((column, row, value))
    return Understood(SetParameters(tuple(cells)) if cells else None, tuple(refused))


def known_parameters(curriculum: Curriculum) -> dict[str, Parameter]:
    """Return the parameters of the task by name; none where nobody knows the task."""
    return {parameter.name: parameter for parameter in curriculum.task.fields} if curriculum.task else {}


def unknown_parameter(name: str) -> Parameter:
    """Return what stands in for a parameter that the task does not know."""
    return Parameter(name=name, title=name, kind="other")
