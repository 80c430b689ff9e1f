"""Widgets that show what is on the desk: they follow undo, and colleagues, and what could not be done."""

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

from autotrain_core.editing import text_of_value, value_from_text
from autotrain_core.errors import EditError
from autotrain_core.models import Parameter

_COMMA = re.compile(r"(?P<before>[-+\N{MINUS SIGN}]?[0-9]+),(?P<after>[0-9]+)(?P<unit>[^0-9.,]*)", re.ASCII)
_THOUSANDS = re.compile(r"[-+\N{MINUS SIGN}]?[1-9][0-9]{0,2}", re.ASCII)
_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class _Refused:
    """What was typed and could not be read, why, and what the draft held instead."""

    text: str
    reason: str
    held: str


def shows(key: str, value: Any) -> str:
    """
    Make a widget show a value when it is drawn next.

    Streamlit lets a widget keep what was typed; here the draft is the truth, also where an edit was refused.

    Args:
        key: The key of the widget.
        value: What it is to show.

    Returns:
        The key.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def shows_typed(key: str, text: str) -> str:
    """
    Make a field of text show what the draft holds, or what was typed there and could not be read.

    Args:
        key: The key of the field.
        text: What the draft holds; where that is another one by now, what was typed is forgotten.

    Returns:
        The key.
    """
    refused: _Refused | None = st.session_state.get(_place(key))
    if refused is not None and refused.held != text:
        take(key)
        refused = None
    return shows(key, text if refused is None else refused.text)


def refuse(key: str, error: EditError, held: str) -> None:
    """Leave in a field what was typed there; `reason` says why the draft still holds something else."""
    st.session_state[_place(key)] = _Refused(str(st.session_state[key]), str(error), held)


def take(key: str) -> None:
    """Forget what could not be read in a field, for it could now."""
    st.session_state.pop(_place(key), None)


def reason(key: str) -> str:
    """Say why what stands in a field was not taken over; empty where it was."""
    refused: _Refused | None = st.session_state.get(_place(key))
    return "" if refused is None else refused.reason


def _place(key: str) -> str:
    return f"{key}:refused"


def value_typed(parameter: Parameter, text: str) -> Any:
    """
    Read a setting as `editing.value_from_text`, of numbers with a comma too where that can only be a decimal one.

    Raises:
        EditError: It cannot be read; the sentence says what is expected.
    """
    if parameter.kind not in ("integer", "number"):
        return value_from_text(parameter, text)
    value = value_from_text(parameter, with_point(text))
    is_whole = parameter.kind == "integer" and isinstance(value, float) and abs(value) < _EXACT
    return int(value) if is_whole else value


def number_typed(parameter: Parameter, text: str) -> int | float:
    """
    Read a number that has to lie within the bounds of what it is for.

    Raises:
        EditError: It cannot be read, or lies outside; the sentence says what is expected.
    """
    value: int | float = value_typed(parameter, text)
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise EditError(f"{parameter.name} must be {parameter.expected}; found {text_of_value(value, parameter)}")
    return value


def with_point(text: str) -> str:
    """
    Write a decimal comma as a point: "0,65" is 0.65.

    What may be thousands as well ("1,500") stays as it is.
    """
    found = _COMMA.fullmatch(text.strip())
    if found is None or (len(found["after"]) == 3 and _THOUSANDS.fullmatch(found["before"])):
        return text
    return f"{found['before']}.{found['after']}{found['unit']}"
