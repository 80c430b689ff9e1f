"""
Settings that a new stage begins with: those of the task, and where it leaves one open, a value that fits.

What fits is no advice. For dynamic foraging there are values with which mice were trained; for other tasks the first
choice, or the number nearest to zero within the bounds.
"""

import math
from collections.abc import Mapping
from typing import Any

from autotrain_core.models import DYNAMIC_FORAGING, TODAY, Parameter, Task

METADATA = ("training_stage", "task", "task_url", "task_schema_version", "description")

_KNOWN: dict[str, dict[str, Any]] = {
    DYNAMIC_FORAGING.schema_name: {
        "BaseRewardSum": 0.8,
        "RewardFamily": 3,
        "RewardPairsN": 1,
        "BlockMin": 10,
        "BlockMax": 20,
        "BlockBeta": 5,
        "DelayMin": 0.1,
        "DelayMax": 0.1,
        "DelayBeta": 0.0,
        "RewardDelay": 0.0,
        "AutoReward": True,
        "Multiplier": 0.5,
        "Unrewarded": 5,
        "Ignored": 5,
        "ITIMin": 1.0,
        "ITIMax": 7.0,
        "ITIBeta": 3.0,
        "ResponseTime": 5.0,
        "RewardConsumeTime": 1.0,
        "StopIgnores": 25,
        "AdvancedBlockAuto": "off",
        "SwitchThr": 0.5,
        "PointsInARow": 5,
        "MaxTrial": 1000,
        "MaxTime": 75,
    }
}


def first_values(document: Mapping[str, Any], stage: str, task: Task | None) -> dict[str, Any]:
    """
    Make up the settings of a new stage.

    Args:
        document: The document that it is for; its name and its other stages say which variant of a task is run.
        stage: The new stage.
        task: The task; None where nobody knows it, and then only the names of stage and task are there.

    Returns:
        Key -> value, in the order of documents. In schema 2.0 without what the task fills in by itself.
    """
    today = document["curriculum_schema_version"] == TODAY
    head: dict[str, Any] = {"training_stage": stage, "task": "", "task_url": "", "task_schema_version": ""}
    head["description"] = ""
    if task is None:
        return {"training_stage": stage}
    fields = {field.name: field for field in task.fields}
    head["task"] = _task_name(document, task, fields.get("task"))
    head["task_schema_version"] = task.version
    if not today:
        silent = {name for name in METADATA if name not in fields or fields[name].default == ""}
        head = {name: value for name, value in head.items() if name not in silent | {"training_stage"}}
    known = _KNOWN.get(task.schema_name, {})
    schemas = task.parameters.model_json_schema(mode="validation")["properties"]
    own = {
        name: known[name] if name in known else _value(field, schemas[name])
        for name, field in fields.items()
        if name not in METADATA
    }
    return _fitting({**head, **own}, stage, task)


def _task_name(document: Mapping[str, Any], task: Task, field: Parameter | None) -> Any:
    if field is None or not field.choices:
        return task.name
    used = [settings.get("task") for settings in document["parameters"].values()]
    wished = [*used, document["curriculum_name"]]
    return next((name for name in wished if name in field.choices), field.choices[0])


def _value(field: Parameter, schema: Mapping[str, Any]) -> Any:
    if not field.required:
        return field.default
    if schema.get("examples"):
        return schema["examples"][0]
    if field.choices:
        return field.choices[0]
    match field.kind:
        case "boolean":
            return False
        case "integer" | "number":
            return _number(field, schema.get("multipleOf"))
        case "list":
            return [_item(schema.get("items", {}))] * schema.get("minItems", 0)
    return "-" * schema.get("minLength", 0)


def _item(schema: Mapping[str, Any]) -> Any:
    plain: dict[str, Any] = {"boolean": False, "string": "-" * schema.get("minLength", 0)}
    return schema.get("enum", [plain.get(schema.get("type", ""), schema.get("minimum", 0))])[0]


def _number(field: Parameter, step: float | None) -> int | float:
    """Find the number nearest to zero within the bounds; a whole one, or one of the steps, where there is one."""
    low = -math.inf if field.minimum is None else field.minimum
    high = math.inf if field.maximum is None else field.maximum
    size = step or 1
    nearest = min(max(0.0, low), high)
    for wished in (nearest, math.ceil(nearest / size) * size, math.floor(nearest / size) * size):
        for value in (wished, wished + size, wished - size):
            above = value > low if field.exclusive_minimum else value >= low
            below = value < high if field.exclusive_maximum else value <= high
            if above and below and (float(value / size).is_integer() or (field.kind == "number" and step is None)):
                return int(value) if field.kind == "integer" else float(value)
    middle = (low + high) / 2
    return middle if math.isfinite(middle) else nearest


def _fitting(settings: dict[str, Any], stage: str, task: Task) -> dict[str, Any]:
    """
    Try the bounds where a value does not go with another one, and leave out what the task would refuse anyway.

    Args:
        settings: What was made up.
        stage: The stage.
        task: Its task.
    """
    fields = {field.name: field for field in task.fields if field.name not in METADATA}
    for name in _refused(settings, stage, task):
        if name in fields:
            bounds = (fields[name].maximum, fields[name].minimum)
            whole = int if fields[name].kind == "integer" else float
            tried = [settings | {name: whole(bound)} for bound in bounds if bound is not None]
            settings = next((one for one in tried if name not in _refused(one, stage, task)), settings)
    wrong = {name for name in _refused(settings, stage, task) if name in fields and not fields[name].required}
    return {name: value for name, value in settings.items() if name not in wrong}


def _refused(settings: Mapping[str, Any], stage: str, task: Task) -> tuple[str, ...]:
    _, faults = task.read(settings, stage=stage)
    return tuple(fault.parameter for fault in faults)
