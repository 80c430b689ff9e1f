"""A task that is a JSON Schema document."""

import json
import pickle
from typing import Any

import pytest

from autotrain_core.errors import DocumentError
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
    assert task != task_of(changed(title="Labyrinth"))
    assert task != task_of(MAZE).name  # type: ignore[comparison-overlap]
    copied: Task = pickle.loads(pickle.dumps(task))
    assert copied == task
    assert copied.fields == task.fields


# ---- what it cannot say ----


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({}, "'title' is missing; it is the name of the task; 'type' must be 'object'; 'properties' must be an object"),
        (changed(title=...), "'title' is missing; it is the name of the task"),
        (changed(title=3), "'title' must be a text, found 3"),
        (changed(description=[]), "'description' must be a text, found a list of 0"),
        ({**MAZE, "x-version": 3}, "'x-version' must be a text, found 3"),
        ({**MAZE, "x-schema-name": None}, "'x-schema-name' must be a text, found null"),
        ({**MAZE, "x-schema-name": "a/b"}, "this is no task: the schema name 'a/b' holds /, which file names cannot"),
        (changed(type="array"), "'type' must be 'object'"),
        (changed(properties=[]), "'required' must be a list of settings that 'properties' has; 'x-order' holds"),
        (changed(additionalProperties=True), "'additionalProperties' must be false: a setting that is not listed"),
        (changed(oneOf=[]), "the document uses 'oneOf', which is not known here"),
        ({**MAZE, "if": {}}, "the document uses 'if', which is not known here"),
        (changed(propertees={}), "the document uses 'propertees', which is not known here; did you mean 'properties'?"),
        (changed(required="shortest"), "'required' must be a list of settings that 'properties' has; the setting"),
        (changed(required=["shortest", "longest", "sound", "x"]), "'required' must be a list of settings"),
        ({**MAZE, "x-metrics": {}}, "'x-metrics' must be a list of objects, found an object of 0"),
        ({**MAZE, "x-metrics": [{"name": "at_stage"}]}, "the metric 'at_stage' is a name that every condition"),
        ({**MAZE, "x-metrics": [{}] * 101}, "'x-metrics' declares 101 metrics, of at most 100"),
        ({**MAZE, "x-order": {}}, "'x-order' must be a list of pairs of settings, found an object of 0"),
        (
            {**MAZE, "x-order": [["shortest"]]},
            "'x-order' holds pairs of two numeric settings, the smaller first; found",
        ),
        ({**MAZE, "x-order": [["shortest", "side"]]}, "'x-order' holds pairs of two numeric settings"),
        ({**MAZE, "x-order": [["shortest", ["longest"]]]}, "'x-order' holds pairs of two numeric settings"),
        (
            changed(properties={f"p{i}": {"type": "boolean", "default": True} for i in range(251)}, required=[])
            | {"x-order": []},
            "it has 251 settings, of at most 250",
        ),
        (with_setting(), "the setting 'x' must have a 'type' of boolean, integer, number, string, array, found null"),
        (with_setting(type="object", default={}), "the setting 'x' must have a 'type' of boolean, integer"),
        (with_setting(type=["string", "integer"], default=1), "the setting 'x' must have a 'type' of"),
        (with_setting(type=["null"], default=None), "the setting 'x' must have a 'type' of"),
        (with_setting(type="string", format="date", default=""), "the setting 'x' uses 'format', which is not known"),
        (with_setting(type="string", minimum=1, default=""), "the setting 'x' uses 'minimum', which is not known here"),
        (
            with_setting(type="integer", minimun=1, default=1),
            "the setting 'x' uses 'minimun', which is not known here; did you mean 'minimum'?",
        ),
        (with_setting(type="integer", oneOf=[], default=1), "the setting 'x' uses 'oneOf', which is not known here"),
        (with_setting(type="integer", default="a"), "the setting 'x' has a default that does not fit it, 'a'; correct"),
        (with_setting(type="integer", minimum=1, default=0), "the setting 'x' has a default that does not fit it, 0"),
        (with_setting(type="integer", default=None), "the setting 'x' has a default that does not fit it, null"),
        (
            with_setting(type="integer"),
            "the setting 'x' needs a default; correct it, or list the setting in 'required'",
        ),
        (with_setting(type="integer", minimum=0.5, default=1), "'minimum' of the setting 'x' cannot be 0.5"),
        (with_setting(type="number", minimum="a", default=1), "'minimum' of the setting 'x' cannot be 'a'"),
        (with_setting(type="number", exclusiveMinimum=True, default=1), "'exclusiveMinimum' of the setting 'x' cannot"),
        (with_setting(type="number", multipleOf=0, default=1), "'multipleOf' of the setting 'x' cannot be 0"),
        (with_setting(type="string", maxLength=-1, default=""), "'maxLength' of the setting 'x' cannot be -1"),
        (with_setting(type="string", maxLength=10**30, default=""), "'maxLength' of the setting 'x' cannot be 1000"),
        (
            with_setting(type="string", pattern="(", default=""),
            "the setting 'x' has bounds that cannot be used: unclosed group",
        ),
        (
            with_setting(type="string", pattern="(?=a)", default=""),
            "the setting 'x' has bounds that cannot be used: look-around",
        ),
        (
            with_setting(type="string", pattern=4, default=""),
            "the setting 'x' has a pattern beyond the bounds: a text "
            "of at most 200 characters and 1,000 repeats, and at most 16 patterns in a document",
        ),
        (with_setting(type="string", pattern="a" * 201, default=""), "the setting 'x' has a pattern beyond the bounds"),
        (with_setting(type="string", pattern="((a{9}){9}){13}", default=""), "the setting 'x' has a pattern beyond"),
        (with_setting(type="string", pattern="a{1,1001}", default=""), "the setting 'x' has a pattern beyond"),
        (with_setting(type="string", pattern="a{,1001}", default=""), "the setting 'x' has a pattern beyond"),
        (with_setting(enum=[], default="a"), "the setting 'x' must have a 'type' of boolean"),
        (with_setting(type="string", enum=[], default="a"), "the setting 'x' must offer 1 to 200 texts or numbers"),
        (with_setting(type="string", enum="ab", default="a"), "the setting 'x' must offer 1 to 200 texts or numbers"),
        (with_setting(type="string", enum=["a", 1], default="a"), "the setting 'x' must offer 1 to 200 texts"),
        (with_setting(type="integer", enum=[1, 1.5], default=1), "the setting 'x' must offer 1 to 200 texts"),
        (with_setting(type="boolean", enum=[True], default=True), "the setting 'x' must offer 1 to 200 texts"),
        (with_setting(type="integer", enum=list(range(201)), default=1), "the setting 'x' must offer 1 to 200 texts"),
        (with_setting(enum=["a", 1], default="a"), "the setting 'x' must have a 'type' of"),
        (with_setting(enum=[True], default=True), "the setting 'x' must have a 'type' of"),
        (with_setting(type="array", default=[]), "the setting 'x' needs 'items' of a plain type"),
        (with_setting(type="array", items={"type": "array"}, default=[]), "each of the setting 'x' needs 'items'"),
        (
            with_setting(type="array", items={"type": "array", "items": {"type": "integer"}}, default=[]),
            "the setting 'x' needs 'items' of a plain type",
        ),
        (
            with_setting(type="array", items={"type": "object"}, default=[]),
            "each of the setting 'x' must have a 'type'",
        ),
        (with_setting(type="integer", default=1, title=3), "'title' of the setting 'x' must be a text, found 3"),
        (with_setting(type="integer", default=1, **{"x-unit": 3}), "'x-unit' of the setting 'x' must be a text"),
        (with_setting(type="integer", default=1, exclude_from_GUI="no"), "'exclude_from_GUI' of the setting 'x' must"),
        (changed(properties=MAZE["properties"] | {"x": 3}), "the setting 'x' must be an object, found 3"),
        (
            changed(properties=MAZE["properties"] | {"model_dump": {"type": "integer", "default": 1}}),
            "the setting 'model_dump' needs another name: letters, digits and '_', no word of pydantic's own",
        ),
        (changed(properties=MAZE["properties"] | {"_x": {"type": "integer", "default": 1}}), "the setting '_x' needs"),
        (
            changed(properties=MAZE["properties"] | {"a b": {"type": "integer", "default": 1}}),
            "the setting 'a b' needs",
        ),
        (changed(properties=MAZE["properties"] | {"é": {"type": "integer", "default": 1}}), "the setting 'é' needs"),
        (
            changed(properties=MAZE["properties"] | {"task": {"type": "integer", "default": 1}}),
            "the setting 'task' must be of type 'string': every stage has it",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_beyond_the_allow_list_is_refused(schema: Any, why: str) -> None:
    with pytest.raises(DocumentError) as caught:
        task_of(schema)

    assert str(caught.value).startswith(f"maze.json is not a task: {why}")


@pytest.mark.parametrize(
    "reference",
    [
        "https://example.org/schema.json",
        "file:///etc/passwd",
        "other.json#/$defs/Tone",
        "#/properties/sound",
        "#/$defs/Nobody",
        "#/$defs/a~1b",
        "#",
        "#/$defs/Tone/",
        3,
    ],
)
def test_a_reference_leads_nowhere_but_to_the_definitions_of_the_same_document(reference: Any) -> None:
    with pytest.raises(DocumentError) as caught:
        task_of(with_setting(**{"$ref": reference, "default": 1}))

    shown = f"'{reference}'" if isinstance(reference, str) else str(reference)
    assert f"the setting 'x' refers to {shown}; only '#/$defs/…' in the same document is followed" in str(caught.value)


def test_references_in_circles_are_refused() -> None:
    circle = with_setting(**{"$ref": "#/$defs/A", "default": 1})
    circle["$defs"] = MAZE["$defs"] | {"A": {"$ref": "#/$defs/B"}, "B": {"allOf": [{"$ref": "#/$defs/A"}]}}

    with pytest.raises(DocumentError, match="the setting 'x' refers in circles"):
        task_of(circle)


def test_definitions_of_older_drafts_are_followed() -> None:
    older = with_setting(**{"$ref": "#/definitions/Tone", "default": 2})
    older["definitions"] = older.pop("$defs")
    older["properties"].pop("tone")
    older["properties"].pop("mode")

    assert task_of(older).fields[-1].minimum == 1


def test_seventeen_patterns_are_too_many() -> None:
    patterned = {f"p{i}": {"type": "string", "pattern": "a{1000}|a*", "default": ""} for i in range(17)}
    few = dict(list(patterned.items())[:16])

    assert len(task_of({"title": "P", "type": "object", "properties": few}).fields) == 21
    with pytest.raises(DocumentError, match="the setting 'p16' has a pattern beyond the bounds"):
        task_of({"title": "P", "type": "object", "properties": patterned})


def test_every_problem_is_listed_up_to_twenty() -> None:
    with pytest.raises(DocumentError) as caught:
        task_of(changed(properties={f"p {i}": {} for i in range(30)}))

    assert str(caught.value).count("; ") == 19


@pytest.mark.parametrize("body", [b"", b"[]", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b" " * 3_000_000])
def test_what_is_no_json_object_is_refused_as_for_curricula(body: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^the document cannot be read: "):
        task_from_json_schema(body)


def test_no_pattern_keeps_the_program_busy() -> None:
    # Each of these would keep a backtracking engine busy until the mouse has died of old age.
    hostile = ["(a+)+$", "(a|aa)+$", "(a*)*b", "((a|aa){30}){33}!", "^(.*a){100}$"]
    properties = {f"p{i}": {"type": "string", "pattern": pattern} for i, pattern in enumerate(hostile)}
    task = task_of({"title": "P", "type": "object", "properties": properties, "required": list(properties)})

    _, found = task.read(dict.fromkeys(properties, "a" * 999 + "?"), stage="x")

    assert [fault.kind for fault in found] == ["parameter-bounds"] * 5
