"""Settings as texts: what a table shows is read back as it was, and what cannot be read is refused with a remedy."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.editing import text_of_value, value_from_text
from autotrain_core.errors import EditError
from autotrain_core.models import Parameter, load_curriculum, task_from_json_schema, tasks
from tests.editing.drawn import SHIPPED
from tests.searching import search

SCHEMA = {
    "type": "object",
    "title": "Poking",
    "x-schema-name": "PokingCurriculum",
    "properties": {
        "Ports": {"type": "integer", "minimum": 1, "maximum": 8, "x-unit": "ports"},
        "Volume": {"type": "number", "minimum": 0, "x-unit": "µL"},
        "Light": {"type": "boolean"},
        "Side": {"type": "string", "enum": ["left", "Right"]},
        "Size": {"type": "integer", "enum": [1, 2, 4]},
        "Tones": {"type": "array", "items": {"type": "number"}},
        "Words": {"type": "array", "items": {"type": "string"}},
        "Note": {"type": "string"},
    },
    "required": ["Ports", "Volume", "Light", "Side", "Size", "Tones", "Words", "Note"],
}
EVERY_TASK = [*tasks().values(), task_from_json_schema(json.dumps(SCHEMA).encode())]
EVERY_PARAMETER = [(task.schema_name, parameter) for task in EVERY_TASK for parameter in task.fields]
TRIALS = Parameter(name="BlockMin", title="Block length", kind="integer", unit="trials", minimum=1, required=True)
SECONDS = Parameter(name="Delay", title="Delay", kind="number", unit="s", required=True)
SHARE = Parameter(name="Share", title="Share", kind="number", minimum=0, maximum=1, required=True)
WATER = Parameter(name="Water", title="Water", kind="number", unit="\N{MICRO SIGN}L", required=True)
LIGHT = Parameter(name="Light", title="Light", kind="boolean", required=True)
SIDE = Parameter(name="Side", title="Side", kind="choice", choices=("left", "Right", "LEFT"), required=True)
SIZE = Parameter(name="Size", title="Size", kind="choice", choices=(1, 2, 4), required=True)
TONES = Parameter(name="Tones", title="Tones", kind="list", required=True)
NOTE = Parameter(name="Note", title="Note", kind="text", required=True)
PAUSE = Parameter(name="Pause", title="Pause", kind="number", required=False, default=None)
UNKNOWN = Parameter(name="Cage", title="Cage", kind="other")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS


def values_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Draw values as documents spell them."""
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    return {
        "boolean": st.booleans(),
        "integer": st.integers(-(10**38), 10**38),
        "number": st.floats(allow_nan=False, allow_infinity=False),
        "text": TEXTS,
        "list": st.lists(SCALARS, max_size=5),
        "other": st.none() | SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(TEXTS, SCALARS, max_size=3),
    }[parameter.kind]


@pytest.mark.parametrize(
    "parameter",
    [parameter for _, parameter in EVERY_PARAMETER] + [UNKNOWN],
    ids=[f"{task}.{parameter.name}" for task, parameter in EVERY_PARAMETER] + ["unknown"],
)
@search(20)
@given(data=st.data())
def test_a_setting_of_any_task_is_read_back_as_it_was_shown(parameter: Parameter, data: st.DataObject) -> None:
    value = data.draw(values_of(parameter))

    read = value_from_text(parameter, text_of_value(value, parameter))

    assert json.dumps(read) == json.dumps(value)


def test_every_cell_of_a_shipped_curriculum_is_read_back_as_it_was_shown() -> None:
    curriculum = load_curriculum(SHIPPED.read_bytes())
    assert curriculum.task is not None

    for stage in curriculum.stages:
        for parameter in curriculum.task.fields:
            value = stage.parameters[parameter.name]
            assert json.dumps(value_from_text(parameter, text_of_value(value, parameter))) == json.dumps(value)


@pytest.mark.parametrize(
    ("value", "parameter", "text"),
    [
        (True, LIGHT, "on"),
        (False, LIGHT, "off"),
        (True, UNKNOWN, "true"),
        (True, None, "true"),
        (6.0, SECONDS, "6"),
        (6.0, None, "6.0"),
        (0.25, SECONDS, "0.25"),
        (-0.0, SECONDS, "-0.0"),
        (1e16, SECONDS, "1e+16"),
        (20, TRIALS, "20"),
        ("left", SIDE, "left"),
        ("20", NOTE, "20"),
        ("20", UNKNOWN, '"20"'),
        ("20", None, "20"),
        ("blue", UNKNOWN, "blue"),
        ([1.5, "µL"], TONES, '[1.5, "µL"]'),
        (None, PAUSE, "null"),
    ],
)
def test_a_value_is_shown_as_people_type_it(value: Any, parameter: Parameter | None, text: str) -> None:
    assert text_of_value(value, parameter) == text


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (TRIALS, " 20 ", 20),
        (TRIALS, "+20", 20),
        (TRIALS, "20 trials", 20),
        (TRIALS, "1 trial", 1),
        (TRIALS, "20Trials", 20),
        (TRIALS, "20.0", 20.0),
        (TRIALS, "2e3", 2000.0),
        (TRIALS, "-3", -3),
        (SECONDS, "6", 6.0),
        (SECONDS, ".5 s", 0.5),
        (SECONDS, "5. s", 5.0),
        (SECONDS, "1e-3s", 0.001),
        (SECONDS, "\N{MINUS SIGN}1.5", -1.5),
        (WATER, "3 \N{GREEK SMALL LETTER MU}l", 3.0),
        (LIGHT, "TRUE", True),
        (LIGHT, "Yes", True),
        (LIGHT, " off", False),
        (SIDE, "right ", "Right"),
        (SIDE, "LEFT", "LEFT"),
        (SIZE, "4", 4),
        (TONES, "", []),
        (TONES, "0.1, 3, true, low", [0.1, 3, True, "low"]),
        (TONES, ' ["a, b"]', ["a, b"]),
        (NOTE, " as it is ", " as it is "),
        (NOTE, "null", "null"),
        (PAUSE, "null", None),
        (UNKNOWN, "[1, 2]", [1, 2]),
        (UNKNOWN, "NaN", "NaN"),
    ],
)
def test_what_people_type_is_read(parameter: Parameter, text: str, value: Any) -> None:
    assert json.dumps(value_from_text(parameter, text)) == json.dumps(value)


@pytest.mark.parametrize(
    ("parameter", "text", "sentence"),
    [
        (TRIALS, "many", "BlockMin must be a whole number, at least 1 trials; found 'many'"),
        (TRIALS, " ", "BlockMin must be a whole number, at least 1 trials; found nothing"),
        (TRIALS, "20 s", "BlockMin must be a whole number, at least 1 trials; found '20 s'"),
        (TRIALS, "10.5", "BlockMin must be a whole number, at least 1 trials; found '10.5'"),
        (TRIALS, "20,000", "found '20,000'; write 20000, without commas"),
        (TRIALS, "٣", "found '٣'"),
        (TRIALS, "null", "found 'null'"),
        (TRIALS, "9" * 401, "BlockMin must be a whole number"),
        (TRIALS, "9" * 40, "BlockMin: a whole number has at most 39 digits"),
        (SECONDS, "0,5", "Delay must be a number (s); found '0,5'; write 0.5 with a point"),
        (SECONDS, "0,5 s", "write 0.5 with a point"),
        (SECONDS, "1,500", "write 1500 for thousands, or 1.500 with a point"),
        (SECONDS, "1,500.5", "write 1500.5, without commas"),
        (SECONDS, "1e999", "that is more than any number can be"),
        (SECONDS, "nan", "found 'nan'"),
        (SHARE, "80 %", "Share must be a number from 0 to 1; found '80 %'; write 0.8 for 80 %"),
        (SHARE, "5 s", "Share must be a number from 0 to 1; found '5 s'"),
        (LIGHT, "1", "Light must be true or false; found '1'; write on or off"),
        (SIDE, "Rigth", "Side must be one of 'left', 'Right', 'LEFT'; found 'Rigth'; did you mean 'Right'?"),
        (SIZE, "3", "Size must be one of 1, 2, 4; found '3'"),
        (TONES, "1,,2", "between two commas there is nothing"),
        (TONES, "[1, 2", "it begins with [ but is no list in JSON"),
        (TONES, "[" * 100_000, "it begins with [ but is no list in JSON"),
        (TONES, "[" * 40 + "]" * 40, "Tones: a value is nested too deep"),
        (NOTE, "\ud800", "Note: the text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_expected(parameter: Parameter, text: str, sentence: str) -> None:
    with pytest.raises(EditError) as caught:
        value_from_text(parameter, text)

    assert sentence in str(caught.value)


@search(200)
@given(
    parameter=st.sampled_from([TRIALS, SECONDS, SHARE, LIGHT, SIDE, SIZE, TONES, NOTE, PAUSE, UNKNOWN]), text=st.text()
)
def test_whatever_is_pasted_is_read_or_refused(parameter: Parameter, text: str) -> None:
    try:
        value = value_from_text(parameter, text)
    except EditError as refused:
        assert parameter.name in str(refused)
    else:
        assert json.dumps(value, allow_nan=False)
