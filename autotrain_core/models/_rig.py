"""The settings of a stage in the rig's own strings, as today's `to_GUI_format` prints them."""

from enum import Enum
from typing import Any

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.models._curriculum import Curriculum, Stage
from autotrain_core.models._task import METADATA, Task
from autotrain_core.models._vocabulary import TODAY
from autotrain_core.models._wording import plain


def rig_parameters(curriculum: Curriculum, stage_name: str) -> dict[str, str | bool]:
    """
    Give the settings of a stage as the rig's widgets take them.

    Args:
        curriculum: The curriculum.
        stage_name: As documents or as tables write it.

    Returns:
        Every field of the task, `training_stage`, `task`, `task_url`, `task_schema_version` and `description`
        included, in the order of the task; without those that the task keeps from the rig. Switches are
        bools (a text "False" would count as true), choices their values, everything else text: a float 4 is
        "4.0", a whole number 10.0 is "10".

    Raises:
        NotStoredError: There is no such stage, or the document has no settings for it.
        DocumentError: The settings do not fit the task, or nobody knows the task; nothing must reach a rig
            then.
    """
    stage = curriculum.stage(stage_name)
    if not stage.parameters:
        raise NotStoredError(
            f"{plain(curriculum.key)} has no settings for {plain(stage.name)}, so there is nothing to run"
        )
    if curriculum.task is None:
        raise DocumentError(
            f"{plain(curriculum.key)} is for the task {plain(curriculum.schema_name)}, which is not installed; "
            "its settings cannot be checked, so they are not sent to a rig"
        )
    values, faults = curriculum.task.read(
        stage.parameters, stage=None if curriculum.schema_version == TODAY else stage.name
    )
    if values is None:
        wrong = "\n".join(f"{plain(curriculum.key)}, {plain(stage.name)}: {fault.sentence}" for fault in faults)
        raise DocumentError(wrong)
    kept = {parameter.name for parameter in curriculum.task.fields if not parameter.on_rig}
    given = _metadata(curriculum.task, stage) | {name: getattr(values, name) for name in type(values).model_fields}
    return {name: _printed(value) for name, value in given.items() if name not in kept}


def _metadata(task: Task, stage: Stage) -> dict[str, Any]:
    """Fill in what a task of someone else's making need not know, but every rig asks for."""
    usual = {"training_stage": stage.name, "task": task.name, "task_schema_version": task.version}
    return {name: stage.parameters.get(name, usual.get(name, "")) for name in METADATA}


def _printed(value: Any) -> str | bool:
    if isinstance(value, bool):
        return value
    return str(value.value if isinstance(value, Enum) else value)
