"""A task as such: who may make one, and how the model of somebody else is treated."""

from dataclasses import replace
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic_core import PydanticCustomError

from autotrain_core.errors import DocumentError
from autotrain_core.models import DUMMY, Fault, Parameter, Task, TaskParameters
from autotrain_core.rules import Metric

MAZE = Task(name="Maze/2", schema_name="Maze", parameters=TaskParameters)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"schema_name": "a/b"}, "the schema name 'a/b' holds /, which file names cannot"),
        ({"name": ""}, "the name '' is empty"),
        (
            {"metrics": (Metric(name="at_stage", title=""),)},
            "the metric 'at_stage' is a name that every condition already has",
        ),
        ({"metrics": (Metric(name="x", title=""), Metric(name="x", title=""))}, "the metric 'x' stands twice"),
        (
            {"name": " ", "metrics": (Metric(name="x y", title=""),)},
            "the name ' ' is empty; the metric 'x y' cannot stand after 'metrics.'; use letters, digits and '_', "
            "beginning with a letter",
        ),
    ],
)
def test_a_task_that_no_document_could_use_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(DocumentError) as caught:
        replace(MAZE, **changes)

    assert str(caught.value) == f"this is no task: {why}"


def test_a_model_of_somebody_else_is_checked_as_it_wishes() -> None:
    class Inner(BaseModel):
        depth: int

    class Odd(BaseModel):
        model_config = ConfigDict(extra="allow")

        inner: Inner | None = None
        many: list[int] = []
        word: str = "x"
        free: Any = None

        @field_validator("word")
        @classmethod
        def _fails(cls, word: str) -> str:
            if word == "bad":
                raise ZeroDivisionError
            assert word != "worse", "a word that is worse"
            return word

    odd = Task(name="Odd", schema_name="Odd", parameters=Odd)

    assert {field.name: field.kind for field in odd.fields} == {
        "inner": "other",
        "many": "list",
        "word": "text",
        "free": "other",
    }
    assert odd.read({"anything": 1, "many": ["7"]})[1] == ()
    assert odd.read({"inner": {"depth": "deep"}, "many": ["x"]})[1] == (
        Fault(
            "parameter-type",
            "inner.depth",
            "inner.depth: input should be a valid integer, unable to parse string as an integer, found 'deep'",
        ),
        Fault(
            "parameter-type",
            "many.0",
            "many.0: input should be a valid integer, unable to parse string as an integer, found 'x'",
        ),
    )
    assert odd.read({"inner": 3})[1][0].sentence.startswith("inner: input should be a valid dictionary")
    assert odd.read({"word": "bad"})[1] == (
        Fault("parameter-conflict", "", "the task's own check failed: ZeroDivisionError"),
    )
    ((kind, _, sentence),) = [(one.kind, one.parameter, one.sentence) for one in odd.read({"word": "worse"})[1]]
    assert (kind, sentence.splitlines()[0]) == ("parameter-conflict", "a word that is worse")


def test_a_required_setting_of_any_kind_may_be_missing() -> None:
    class Anything(BaseModel):
        thing: Any

    _, found = Task(name="Any", schema_name="Any", parameters=Anything).read({})

    assert found == (Fault("parameter-missing", "thing", "thing is missing; it is something else"),)


def test_a_complaint_about_the_whole_has_no_place() -> None:
    class Whole(BaseModel):
        laps: int

        @model_validator(mode="after")
        def _never(self) -> "Whole":
            raise PydanticCustomError("mine", "Too many laps")

    _, (fault,) = Task(name="Whole", schema_name="Whole", parameters=Whole).read({"laps": 1})

    assert (fault.kind, fault.parameter) == ("parameter-type", "")
    assert fault.sentence == "too many laps, found an object of 1"


class Side(Enum):
    LEFT = "left"


def test_a_setting_without_a_title_is_called_by_its_name() -> None:
    class Sided(BaseModel):
        side: Side

    (field,) = Task(name="Sided", schema_name="Sided", parameters=Sided).fields

    assert (field.title, field.choices) == ("side", ("left",))


def test_a_long_complaint_of_a_foreign_check_is_cut() -> None:
    class Wordy(BaseModel):
        word: str

        @field_validator("word")
        @classmethod
        def _complain(cls, word: str) -> str:
            raise ValueError(word * 600)

    _, (fault,) = Task(name="Wordy", schema_name="Wordy", parameters=Wordy).read({"word": "x"})

    assert fault.sentence == "x" * 500


def test_what_rigs_ask_for_beside_a_foreign_model_has_to_be_text() -> None:
    class Bare(BaseModel):
        laps: int

    bare = Task(name="Bare", schema_name="Bare", parameters=Bare)

    values, found = bare.read({"laps": 1, "description": 7, "task": "x"})

    assert values is None
    assert found == (Fault("parameter-type", "description", "description must be a text; found 7"),)
    assert bare.read({"laps": 1, "task": "x"})[1] == ()
    assert bare.read({"laps": 1, "lapse": 2})[1][0].kind == "parameter-unknown"


def test_a_silent_field_of_the_base_takes_what_the_task_says() -> None:
    class Maze(TaskParameters):
        laps: int

    maze = Task(name="Maze", schema_name="Maze", parameters=Maze, version="3")

    values, _ = maze.read({"laps": 1}, stage="Long")
    given, _ = maze.read({"laps": 1, "training_stage": "x", "task": "y", "task_schema_version": "4"}, stage="Long")

    assert values == Maze(training_stage="Long", task="Maze", task_schema_version="3", laps=1)
    assert given == Maze(training_stage="x", task="y", task_schema_version="4", laps=1)
    assert [fault.kind for fault in maze.read({"laps": 1})[1]] == ["parameter-missing"]


def test_a_task_that_requires_the_name_of_its_variant_is_not_given_one() -> None:
    _, found = DUMMY.read({"dummy_para_bool": True, "dummy_para_float": 1}, stage="x")

    assert [(fault.kind, fault.parameter) for fault in found] == [("parameter-missing", "task")]


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (Parameter(name="x", title="x", kind="number"), "a number"),
        (Parameter(name="x", title="x", kind="number", unit="s"), "a number (s)"),
        (Parameter(name="x", title="x", kind="number", unit="s", minimum=0.5), "a number, at least 0.5 s"),
        (Parameter(name="x", title="x", kind="integer", maximum=2.0), "a whole number, at most 2"),
        (
            Parameter(name="x", title="x", kind="number", minimum=0, exclusive_minimum=True),
            "a number, above 0",
        ),
        (
            Parameter(name="x", title="x", kind="number", maximum=9, exclusive_maximum=True),
            "a number, below 9",
        ),
        (Parameter(name="x", title="x", kind="number", minimum=1, maximum=9), "a number from 1 to 9"),
        (
            Parameter(name="x", title="x", kind="number", minimum=1, maximum=9, exclusive_maximum=True),
            "a number, at least 1 and below 9",
        ),
        (Parameter(name="x", title="x", kind="choice", choices=(1, "a", True)), "one of 1, 'a', true"),
        (Parameter(name="x", title="x", kind="list"), "a list"),
        (Parameter(name="x", title="x", kind="other"), "something else"),
    ],
)
def test_what_is_expected_is_said_in_words(parameter: Parameter, expected: str) -> None:
    assert parameter.expected == expected
