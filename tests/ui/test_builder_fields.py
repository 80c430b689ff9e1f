"""Numbers as people type them into the form of a stage."""

from typing import Literal

import pytest

from autotrain_core.errors import EditError
from autotrain_core.models import Parameter
from autotrain_ui.builder.fields import number_typed, value_typed, with_point


def parameter(kind: Literal["integer", "number", "text"], **given: float) -> Parameter:
    return Parameter(name="It", title="It", kind=kind, unit="s", minimum=given.get("low"), maximum=given.get("high"))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0,65", "0.65"),
        (" 3,5 s", "3.5 s"),
        ("-0,655", "-0.655"),
        ("1234,567", "1234.567"),
        ("12,34", "12.34"),
        ("1,500", "1,500"),
        ("1,500,000", "1,500,000"),
        ("1,5e3", "1,5e3"),
        ("1,5,3", "1,5,3"),
        ("a,5", "a,5"),
        ("0.65", "0.65"),
    ],
)
def test_a_comma_is_a_point_where_it_can_be_nothing_else(typed: str, written: str) -> None:
    assert with_point(typed) == written


def test_a_whole_number_is_written_without_a_fraction() -> None:
    assert (value_typed(parameter("integer"), "7.0"), type(value_typed(parameter("integer"), "7.0"))) == (7, int)


def test_of_a_text_no_comma_is_touched() -> None:
    assert value_typed(parameter("text"), "0,65") == "0,65"


@pytest.mark.parametrize("typed", ["0", "11", "2,5", "nan", "inf", "1,500", ""])
def test_what_lies_outside_or_is_none_is_refused(typed: str) -> None:
    with pytest.raises(EditError, match="It must be a whole number from 1 to 10 s; found"):
        number_typed(parameter("integer", low=1, high=10), typed)


def test_the_ends_lie_inside() -> None:
    assert [number_typed(parameter("integer", low=1, high=10), each) for each in ("1", "10")] == [1, 10]
