"""A task that is a JSON Schema document."""

import json
import pickle
from typing import Any

import pytest

from autotrain_core.models import (
    DYNAMIC_FORAGING,
    DynamicForaging,
    Fault,
    Parameter,
    Task,
    rig_parameters,
    task_from_json_schema,
)
from autotrain_core.rules import Metric
from tests.models.conftest import Document, Load

MAZE: Document = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.org/maze",
    "title": "Maze",
    "description": "The mouse runs laps.",
    "type": "object",
    "x-schema-name": "MazeCurriculum",
    "x-version": "0.3",
    "x-owner": "ignored",
    "x-metrics": [{"name": "laps", "title": "laps run", "integer": True, "minimum": 0}, {"name": "speed"}],
    "x-order": [["shortest", "longest"]],
    "additionalProperties": False,
    "required": ["shortest", "longest", "sound"],
    "properties": {
        "shortest": {"type": "number", "exclusiveMinimum": 0, "maximum": 10, "x-unit": "m", "x-group": "Corridor"},
        "longest": {"type": "number", "exclusiveMaximum": 10.5, "title": "Longest corridor"},
        "sound": {"type": "boolean", "description": "Plays a tone."},
        "laps_at_most": {"type": "integer", "minimum": 1.0, "maximum": 500, "multipleOf": 5, "default": 100.0},
        "side": {"enum": ["left", "right"], "default": "left"},
        "speedup": {"type": "number", "enum": [1, 1.5, 2], "default": 1},
        "protocol": {"const": 2, "default": 2},
        "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{1,3}$", "minLength": 4, "default": "AB-1"},
        "doors": {"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 3, "default": [0, 1]},
        "tone": {"$ref": "#/$defs/Tone", "x-unit": "kHz", "default": 4.5},
        "pause": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]},
        "note": {"type": ["string", "null"], "maxLength": 5},
        "mode": {"allOf": [{"$ref": "#/$defs/Mode"}], "default": "fast"},
        "seed": {"type": "integer", "default": 0, "exclude_from_GUI": True},
    },
    "$defs": {
        "Tone": {"type": "number", "minimum": 1, "maximum": 20, "title": "Tone"},
        "Mode": {"type": "string", "enum": ["fast", "slow"]},
    },
}
STAGE: Document = {"shortest": 1, "longest": 2.5, "sound": True}


def task_of(schema: Any) -> Task:
    return task_from_json_schema(json.dumps(schema).encode(), source="maze.json")


def changed(**changes: Any) -> Document:
    return {key: value for key, value in (MAZE | changes).items() if value is not ...}


def with_setting(**setting: Any) -> Document:
    return changed(properties={**MAZE["properties"], "x": setting})


def faults(**changes: Any) -> list[str]:
    _, found = task_of(MAZE).read(STAGE | changes, stage="Long")
    return [fault.sentence for fault in found]


# ---- what it can say ----


def test_a_schema_document_is_a_task() -> None:
    task = task_of(MAZE)

    assert (task.name, task.schema_name, task.version) == ("Maze", "MazeCurriculum", "0.3")
    assert task.description == "The mouse runs laps."
    assert task.metrics == (
        Metric(name="laps", title="laps run", integer=True, minimum=0),
        Metric(name="speed", title="speed"),
    )
    assert [field.name for field in task.fields] == [
        "training_stage",
        "task",
        "task_url",
        "task_schema_version",
        "description",
        *MAZE["properties"],
    ]


def test_settings_are_described_as_those_of_a_task_in_python() -> None:
    fields = {field.name: field for field in task_of(MAZE).fields}

    assert fields["shortest"] == Parameter(
        name="shortest",
        title="Shortest",
        kind="number",
        unit="m",
        group="Corridor",
        required=True,
        minimum=0,
        maximum=10,
        exclusive_minimum=True,
    )
    assert fields["longest"].title == "Longest corridor"
    assert (fields["longest"].maximum, fields["longest"].exclusive_maximum) == (10.5, True)
    assert fields["sound"].description == "Plays a tone."
    assert (fields["laps_at_most"].minimum, fields["laps_at_most"].default) == (1, 100)
    assert fields["side"].choices == ("left", "right")
    assert fields["speedup"].choices == (1, 1.5, 2)
    assert fields["protocol"].choices == (2,)
    assert (fields["tone"].unit, fields["tone"].minimum, fields["tone"].maximum) == ("kHz", 1, 20)
    assert (fields["pause"].kind, fields["pause"].minimum, fields["pause"].default) == ("number", 0, None)
    assert fields["mode"].choices == ("fast", "slow")
    assert [field.name for field in fields.values() if not field.on_rig] == ["seed"]
    assert [field.name for field in fields.values() if field.required] == [
        "training_stage",
        "shortest",
        "longest",
        "sound",
    ]


def test_what_pydantic_exports_is_read_back_the_same() -> None:
    exported = DynamicForaging.model_json_schema() | {"x-schema-name": "Again"}

    again = task_of(exported)

    assert again.name == "DynamicForaging"
    fields = {field.name: field for field in again.fields}
    assert fields == {field.name: field for field in DYNAMIC_FORAGING.fields}


def test_the_title_is_the_schema_name_where_there_is_no_other() -> None:
    task = task_of({"title": "Maze", "type": "object", "properties": {}})

    assert (task.name, task.schema_name, task.version, task.metrics) == ("Maze", "Maze", "", ())
    assert len(task.fields) == 5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"shortest": 0}, "shortest must be a number, above 0 and at most 10 m; found 0"),
        ({"longest": 10.5}, "longest must be a number, below 10.5; found 10.5"),
        ({"shortest": 3}, "shortest (3) is more than longest (2.5); change one"),
        ({"sound": 1}, "sound must be true or false; found 1"),
        ({"laps_at_most": 0}, "laps_at_most must be a whole number from 1 to 500; found 0"),
        ({"laps_at_most": 7}, "laps_at_most must be a whole number from 1 to 500; found 7"),
        ({"laps_at_most": 5.5}, "laps_at_most must be a whole number from 1 to 500; found 5.5"),
        ({"laps_at_most": "5"}, "laps_at_most must be a whole number from 1 to 500; found '5'"),
        ({"side": "Left"}, "side must be one of 'left', 'right'; found 'Left'; did you mean 'left'?"),
        ({"speedup": 3}, "speedup must be one of 1, 1.5, 2; found 3"),
        ({"speedup": True}, "speedup must be one of 1, 1.5, 2; found true"),
        ({"protocol": 3}, "protocol must be one of 2; found 3"),
        ({"code": "AB-12x"}, "code: string should match pattern '^[A-Z]{2}-[0-9]{1,3}$'; found 'AB-12x'"),
        ({"code": "A"}, "code: string should have at least 4 characters; found 'A'"),
        ({"code": "A" * 1001}, f"code: string should have at most 1000 characters; found '{'A' * 60}…'"),
        ({"doors": [1, 2, 3, 4]}, "doors: list should have at most 3 items after validation, not 4; found a list of 4"),
        ({"doors": "x"}, "doors must be a list; found 'x'"),
        ({"tone": 0.5}, "tone must be a number from 1 to 20 kHz; found 0.5"),
        ({"pause": -1}, "pause must be a number, at least 0; found -1"),
        ({"note": "123456"}, "note: string should have at most 5 characters; found '123456'"),
        ({"mode": "slwo"}, "mode must be one of 'fast', 'slow'; found 'slwo'; did you mean 'slow'?"),
        ({"doorz": []}, "the task has no parameter 'doorz'; did you mean 'doors'?"),
    ],
)
def test_settings_are_checked_like_those_of_a_task_in_python(changes: Document, sentence: str) -> None:
    assert faults(**changes) == [sentence]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"laps_at_most": 5.0, "shortest": 2.5},
        {"speedup": 1.0, "protocol": 2.0},
        {"pause": None, "note": None},
        {"pause": 3, "note": "12345"},
        {"doors": [], "code": "XY-123", "tone": 20},
        {"description": "x", "task": "Other", "training_stage": "y"},
    ],
)
def test_settings_that_fit_are_accepted(changes: Document) -> None:
    assert faults(**changes) == []


def test_a_fault_inside_a_list_names_its_place() -> None:
    _, found = task_of(MAZE).read(STAGE | {"doors": [0, -1]}, stage="Long")

    assert found == (
        Fault("parameter-type", "doors.1", "doors.1: input should be greater than or equal to 0, found -1"),
    )


def test_an_order_holds_whichever_of_the_two_stands_first() -> None:
    schema = changed(properties=MAZE["properties"] | {"last": {"type": "number", "default": 0}}) | {
        "x-order": [["last", "shortest"], ["shortest", "longest"]]
    }

    sentences = [fault.sentence for fault in task_of(schema).read(STAGE | {"last": 3, "longest": 0.5}, stage="x")[1]]

    assert sentences == [
        "shortest (1) is more than longest (0.5); change one",
        "last (3) is more than shortest (1); change one",
    ]


def test_a_curriculum_on_such_a_task_is_loaded_and_sent_to_a_rig(free: Document, load: Load) -> None:
    free["curriculum_schema_name"] = "MazeCurriculum"
    free["parameters"] = {"Habituation": STAGE, "Free licking": STAGE | {"laps_at_most": 50.0, "tone": 5}}
    free["curriculum"]["Habituation"]["transition_rules"][0]["condition"] = "lambda metrics: metrics.laps[-1] > 3"
    free["curriculum"]["Free licking"]["transition_rules"][0]["condition"] = "lambda metrics: metrics.speed[-1] > 3"

    curriculum = load(free, tasks={"MazeCurriculum": task_of(MAZE)})

    assert curriculum.findings == ()
    assert rig_parameters(curriculum, "Free licking") == {
        "training_stage": "Free licking",
        "task": "Maze",
        "task_url": "",
        "task_schema_version": "0.3",
        "description": "",
        "shortest": "1.0",
        "longest": "2.5",
        "sound": True,
        "laps_at_most": "50",
        "side": "left",
        "speedup": "1",
        "protocol": "2",
        "code": "AB-1",
        "doors": "[0, 1]",
        "tone": "5.0",
        "pause": "None",
        "note": "None",
        "mode": "fast",
    }


def test_two_tasks_of_one_document_are_the_same_and_can_be_pickled() -> None:
    task = task_of(MAZE)

    assert task == task_of(MAZE)
    assert hash(task) == hash(task_of(MAZE))
    other = task_of(changed(title="Labyrinth"))
    assert task != other
    assert hash(task) != hash(other)
    assert task != task_of(MAZE).name  # type: ignore[comparison-overlap]
    copied: Task = pickle.loads(pickle.dumps(task))
    assert copied == task
    assert copied.fields == task.fields
