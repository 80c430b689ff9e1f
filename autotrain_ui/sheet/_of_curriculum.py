"""The sheet of a curriculum: its task gives the rows, its stages the columns, its findings the faults."""

from collections.abc import Iterable
from typing import Any

from autotrain_core.diagrams import stage_colours
from autotrain_core.editing import text_of_value
from autotrain_core.models import GRADUATED, TODAY, Curriculum, Parameter, Stage, TaskParameters
from autotrain_ui.sheet._table import Cell, Column, Group, Row, Sheet
from autotrain_ui.sheet._understood import Refused, known_parameters, unknown_parameter

ABOUT = "About the stage"
UNKNOWN = "Not known to the task"
_METADATA = frozenset(TaskParameters.model_fields)
_HEAD = "training_stage"
"""The stage's own name, which stands above its column."""
_NOWHERE = object()


def sheet_of(curriculum: Curriculum, *, refused: Iterable[Refused] = (), editable: bool = True) -> Sheet:
    """
    Lay out all settings of a curriculum.

    Args:
        curriculum: Any, with faults too; one whose task nobody knows is shown as it is written.
        refused: Texts that could not be read: they stand in their cells, with the reason.
        editable: Whether somebody may write into it.

    Returns:
        A column for each stage, Graduated only where the document lists it, read-only where it follows another stage.
        Rows in the groups of the task, then what tasks have in common, then what the task does not know.
    """
    stages = tuple(stage for stage in curriculum.stages if stage.parameters or stage.name != GRADUATED)
    known = known_parameters(curriculum)
    kept = {(one.row, one.column): one for one in refused}
    faults = _faults(curriculum, known)
    written = (name for stage in stages for name in stage.parameters if name not in known)
    groups: dict[str, list[Row]] = {}
    about: list[Row] = []
    for parameter in (*known.values(), *(unknown_parameter(name) for name in dict.fromkeys(written))):
        if parameter.name == _HEAD:
            continue
        row = _row(parameter, stages, extra=parameter.name not in known, faults=faults, refused=kept)
        if parameter.name in _METADATA:
            about.append(row)
        else:
            heading = UNKNOWN if row.extra and known else parameter.group
            groups.setdefault(heading, []).append(row)
    beyond = groups.pop(UNKNOWN, [])
    headed = [*groups.items(), (ABOUT, about), (UNKNOWN, beyond)]
    return Sheet(
        columns=_columns(curriculum, stages, editable=editable),
        groups=tuple(Group(heading=heading, rows=tuple(rows)) for heading, rows in headed if rows),
    )


def _columns(curriculum: Curriculum, stages: tuple[Stage, ...], *, editable: bool) -> tuple[Column, ...]:
    names = [stage.name for stage in stages]
    colours = stage_colours(names)
    columns = []
    for stage in stages:
        said = stage.parameters.get(_HEAD)
        copies = stage.name == GRADUATED and said != GRADUATED and said in names
        follows = copies or (stage.name == GRADUATED and curriculum.schema_version == TODAY)
        columns.append(
            Column(
                id=stage.name,
                title=stage.name,
                fill=colours[stage.name].fill,
                text=colours[stage.name].text,
                terminal=stage.terminal,
                readonly=follows or not editable,
                note=f"follows {said}" if copies else "",
            )
        )
    return tuple(columns)


def _row(
    parameter: Parameter,
    stages: tuple[Stage, ...],
    *,
    extra: bool,
    faults: dict[tuple[str, str], str],
    refused: dict[tuple[str, str], Refused],
) -> Row:
    cells = []
    left: Any = _NOWHERE
    default = _NOWHERE if parameter.required or extra else parameter.default
    for place, stage in enumerate(stages):
        missing = parameter.name not in stage.parameters
        value = default if missing else stage.parameters[parameter.name]
        wrong = refused.get((parameter.name, stage.name))
        shown = "" if value is _NOWHERE or (missing and value is None) else text_of_value(value, parameter)
        cells.append(
            Cell(
                value=wrong.text if wrong else shown,
                missing=missing and wrong is None,
                differs=place > 0 and not alike(left, value),
                fault=wrong.sentence if wrong else faults.get((parameter.name, stage.name), ""),
            )
        )
        left = value
    return Row(
        name=parameter.name,
        title=parameter.title,
        cells=tuple(cells),
        kind=parameter.kind,
        unit=parameter.unit,
        help=parameter.description,
        choices=tuple(text_of_value(choice, parameter) for choice in parameter.choices),
        expected="" if extra else parameter.expected,
        removable=extra or not parameter.required,
        extra=extra,
    )


def alike(one: Any, other: Any) -> bool:
    """Compare two values as the task would read them: 6 is 6.0, but 1 is not true."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _faults(curriculum: Curriculum, known: dict[str, Parameter]) -> dict[tuple[str, str], str]:
    """Return what the checks say about (parameter, stage); about a part of a list, at the list."""
    found: dict[tuple[str, str], list[str]] = {}
    for finding in curriculum.findings:
        if finding.stage and finding.parameter:
            whole = finding.parameter.partition(".")[0]
            name = finding.parameter if finding.parameter in known or whole not in known else whole
            found.setdefault((name, finding.stage), []).append(finding.sentence)
    return {place: "; ".join(sentences) for place, sentences in found.items()}
