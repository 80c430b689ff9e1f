"""What a JSON Schema document may not say of a task."""

from typing import Any

import pytest

from autotrain_core.errors import DocumentError
from autotrain_core.models import task_from_json_schema
from tests.models.test_schema_tasks import MAZE, changed, task_of, with_setting


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
