"""Curricula to begin with, for whatever task there is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, model_validator

from autotrain_core.editing import Template, document_bytes, draft_from_bytes, draft_to_bytes, first_values, templates
from autotrain_core.errors import EditError
from autotrain_core.models import (
    DUMMY,
    DYNAMIC_FORAGING,
    Decision,
    Rule,
    Task,
    TaskParameters,
    load_curriculum,
    task_from_json_schema,
)
from autotrain_core.rules import Condition, metrics_of
from tests.editing.drawn import free
from tests.searching import search


def task(properties: dict[str, Any], required: list[str] | None = None, metrics: Any = None, **further: Any) -> Task:
    schema = {
        "x-schema-name": "MazeCurriculum",
        "title": "Maze",
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "x-metrics": metrics or [],
        **further,
    }
    return task_from_json_schema(json.dumps(schema).encode())


NO_METRICS = task({"arms": {"type": "integer", "minimum": 2}})
BOUNDED = task(
    {"arms": {"type": "integer", "minimum": 2}},
    metrics=[{"name": "errors", "minimum": -5, "maximum": 5}, {"name": "score", "maximum": 3}],
)
UNBOUNDED = task({}, metrics=[{"name": "drift"}, {"name": "laps", "integer": True}])


def condition_of(rule: Rule) -> Condition:
    assert rule.condition is not None
    return rule.condition


def key(template: Template) -> str:
    return template.key


@pytest.mark.parametrize("template", templates(), ids=key)
@pytest.mark.parametrize(
    ("of", "schema"),
    [
        (DYNAMIC_FORAGING, "1.0"),
        (DYNAMIC_FORAGING, "2.0"),
        (DUMMY, "1.0"),
        (DUMMY, "2.0"),
        (NO_METRICS, "2.0"),
        (BOUNDED, "2.0"),
        (UNBOUNDED, "2.0"),
    ],
)
def test_every_template_of_every_task_has_no_fault_and_can_be_saved(template: Template, of: Task, schema: str) -> None:
    draft = template.draft(of, "Uncoupled Baiting", "0.1", schema)

    curriculum = draft.curriculum()

    assert not curriculum.findings
    assert draft_from_bytes(draft_to_bytes(draft)) == draft
    assert load_curriculum(document_bytes(draft.document), tasks=draft.tasks()) == curriculum


@pytest.mark.parametrize("template", templates(), ids=key)
def test_every_template_says_what_it_is(template: Template) -> None:
    assert template.title
    assert template.words.endswith(".")


@pytest.mark.parametrize("template", templates()[1:], ids=key)
def test_rules_of_templates_read_only_metrics_of_the_task_and_lead_to_the_end(template: Template) -> None:
    curriculum = template.draft(BOUNDED, "x", "1", "2.0").curriculum()

    read = {name for stage in curriculum.stages for rule in stage.rules for name in metrics_of(condition_of(rule))}
    assert read <= {metric.name for metric in BOUNDED.metrics}
    assert any(rule.to_stage == "Graduated" for stage in curriculum.stages for rule in stage.rules)


def test_the_ladders_differ_by_the_way_back() -> None:
    drafts = {one.key: one.draft(DUMMY, "x", "1", "1.0").curriculum() for one in templates()}

    back = {
        name: any(rule.decision is Decision.ROLLBACK for stage in curriculum.stages for rule in stage.rules)
        for name, curriculum in drafts.items()
    }
    assert back == {
        "blank": False,
        "ladder": False,
        "ladder-with-rollback": True,
        "lasting": False,
        "handoff": True,
    }


def test_thresholds_lie_within_the_bounds_of_a_metric() -> None:
    text = templates()[1].draft(BOUNDED, "x", "1", "2.0").curriculum().text

    assert "metrics.errors[-1] >= 1.0" in text


def test_a_curriculum_that_1_0_cannot_hold_is_refused() -> None:
    with pytest.raises(EditError, match=r"schema 1\.0 cannot hold this: it knows the tasks"):
        templates()[0].draft(NO_METRICS, "x", "1", "1.0")
    with pytest.raises(EditError, match=r"there is no format '3\.0'"):
        templates()[0].draft(DUMMY, "x", "1", "3.0")


def test_a_task_that_came_as_a_document_goes_with_the_draft() -> None:
    assert templates()[0].draft(NO_METRICS, "x", "1", "2.0").task_schema
    assert not templates()[0].draft(DUMMY, "x", "1", "2.0").task_schema


def test_a_variant_of_a_task_is_chosen_by_the_name_of_the_curriculum() -> None:
    def chosen(name: str) -> Any:
        return templates()[0].draft(DYNAMIC_FORAGING, name, "1", "1.0").document["parameters"]["Stage 1"]["task"]

    assert chosen("Uncoupled Baiting") == "Uncoupled Baiting"
    assert chosen("Something else") == "Coupled Baiting"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "number", "minimum": 2.5}, 2.5),
        ({"type": "number", "maximum": -2.5}, -2.5),
        ({"type": "number"}, 0.0),
        ({"type": "integer", "exclusiveMinimum": 3}, 4),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}, 0.25),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, 0.25),
        ({"type": "number", "exclusiveMaximum": 0}, -1.0),
        ({"type": "number", "multipleOf": 0.3, "minimum": 0.1, "maximum": 0.5}, 0.3),
        ({"type": "integer", "minimum": 4, "multipleOf": 3}, 6),
        ({"type": "boolean"}, False),
        ({"type": "string"}, ""),
        ({"type": "string", "minLength": 2}, "--"),
        ({"type": "string", "enum": ["slow", "fast"]}, "slow"),
        ({"type": "array", "items": {"type": "integer", "minimum": 4}, "minItems": 2}, [4, 4]),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 1}, [False]),
    ],
)
def test_a_setting_without_a_default_begins_with_a_value_that_fits(field: dict[str, Any], expected) -> None:
    of = task({"it": field})

    values = first_values({**free(), "curriculum_schema_name": "MazeCurriculum"}, "New", of)

    assert repr(values["it"]) == repr(expected)
    assert not of.read(values, stage="New")[1]


def test_a_setting_with_a_default_begins_with_it() -> None:
    of = task({"it": {"type": "integer", "default": 7}}, required=[])

    assert first_values(free(), "New", of)["it"] == 7


def test_a_setting_begins_with_the_example_that_its_task_gives() -> None:
    class Maze(TaskParameters):
        code: str = Field(pattern="^[A-Z]{3}$", examples=["ABC"])

    of = Task(name="Maze", schema_name="MazeCurriculum", parameters=Maze)

    assert first_values(free(), "New", of) == {"code": "ABC"}


def test_what_is_wrong_with_the_settings_as_a_whole_is_left_to_the_designer() -> None:
    class Maze(TaskParameters):
        task_url: str = Field(min_length=5)
        code: str = Field(pattern="^[A-Z]{3}$")
        other: str = "b"

        @model_validator(mode="after")
        def _never(self) -> "Maze":
            raise ValueError("the maze is closed")

    of = Task(name="Maze", schema_name="MazeCurriculum", parameters=Maze)

    assert first_values(free(), "New", of) == {"task_url": "", "code": "", "other": "b"}
    assert first_values({**free(), "curriculum_schema_version": "1.0"}, "New", of)["task"] == "Maze"


def test_a_default_that_its_own_task_refuses_gives_way_to_a_bound() -> None:
    class Maze(TaskParameters):
        other: int = Field(default=5, validate_default=True, le=3)

    of = Task(name="Maze", schema_name="MazeCurriculum", parameters=Maze)

    assert first_values(free(), "New", of) == {"other": 3}


def test_settings_that_have_to_be_in_order_begin_in_order() -> None:
    of = task(
        {"low": {"type": "integer", "minimum": 5}, "high": {"type": "integer", "maximum": 9}},
        **{"x-order": [["low", "high"]]},  # type: ignore[arg-type]
    )

    values = first_values(free(), "New", of)

    assert not of.read(values, stage="New")[1]


numbers = st.integers(-20, 20) | st.floats(-20, 20).map(lambda number: round(number, 2))


@search(300)
@given(
    low=st.none() | numbers,
    width=st.none() | st.floats(0.5, 10).map(lambda number: round(number, 2)),
    kind=st.sampled_from(["integer", "number"]),
    sharp=st.booleans(),
)
def test_a_number_within_any_bounds_is_found(low, width, kind, sharp) -> None:
    field: dict[str, Any] = {"type": kind}
    if low is not None:
        low = int(low) if kind == "integer" else low
        field["exclusiveMinimum" if sharp else "minimum"] = low
    if width is not None and kind == "number":
        field["exclusiveMaximum" if sharp else "maximum"] = (low or 0) + width
    of = task({"it": field})

    assert not of.read(first_values(free(), "New", of), stage="New")[1]
