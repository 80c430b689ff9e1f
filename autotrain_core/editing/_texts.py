"""Settings as people type them into a table and paste them from a spreadsheet, and as such a table shows them."""

import json
import math
import re
import unicodedata
from typing import Any

from autotrain_core.editing._values import require_plain
from autotrain_core.errors import EditError
from autotrain_core.models import Parameter, did_you_mean, quoted

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_WITH_COMMAS = re.compile(r"[+-]?[0-9]+(?:,[0-9]+)+(?:\.[0-9]*)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", re.ASCII)
_SWITCHES = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
_NOTHING = "null"
_LONGEST = 400
"""Characters of a number: more than any has that a document can hold."""
_WHOLE = 1e15
"""Below it a number without a fraction is shown without one."""


def text_of_value(value: Any, parameter: Parameter | None = None) -> str:
    """
    Show a setting as people type it.

    Args:
        value: A plain JSON value, as a document has it.
        parameter: The setting; None where nobody knows it.

    Returns:
        "on" and "off" for a switch, a text as it is, lists and objects as JSON. `value_from_text` reads it back as the
        same value; a number of a parameter that may have a fraction is shown without one where it has none.
    """
    kind = parameter.kind if parameter else "other"
    match value:
        case bool() if kind != "other":
            return "on" if value else "off"
        case float() if kind == "number" and value.is_integer() and abs(value) < _WHOLE and str(value) != "-0.0":
            return str(int(value))
        case str():
            return json.dumps(value, ensure_ascii=False) if parameter and kind == "other" and _is_json(value) else value
    return json.dumps(value, ensure_ascii=False)


def value_from_text(parameter: Parameter, text: str) -> Any:
    """
    Read a setting from what somebody typed or pasted.

    Whether the value lies within the bounds is left to the checks of the document, which say so where it stands.

    Args:
        parameter: The setting.
        text: A number may have the unit of the setting behind it ("20 trials"); a switch is on, true, yes, off, false
            or no, in any case; a choice is written as the task spells it, in any case; a list is JSON or has commas.

    Returns:
        A plain JSON value, spelled as documents do: 6 is 6.0 where a number may have a fraction.

    Raises:
        EditError: It is none of these; the sentence names the setting, and says what is expected.
    """
    if text == _NOTHING and _may_be_nothing(parameter):
        return None
    match parameter.kind:
        case "text":
            value: Any = text
        case "choice":
            value = _choice(parameter, text)
        case "boolean":
            value = _switch(parameter, text)
        case "integer" | "number":
            value = _number(parameter, text)
        case "list":
            value = _list(parameter, text)
        case _:
            value = _json(text) if _is_json(text) else text
    try:
        require_plain(value)
    except EditError as error:
        raise EditError(f"{parameter.name}: {error}") from None
    return value


def _may_be_nothing(parameter: Parameter) -> bool:
    return not parameter.required and parameter.default is None


def _unfit(parameter: Parameter, text: str, remedy: str = "") -> EditError:
    found = quoted(text) if text.strip() else "nothing"
    return EditError(f"{parameter.name} must be {parameter.expected}; found {found}{remedy}")


def _choice(parameter: Parameter, text: str) -> Any:
    texts = [text_of_value(choice, parameter) for choice in parameter.choices]
    for wanted, known in ((text, texts), (_compared(text), [_compared(one) for one in texts])):
        if wanted in known:
            return parameter.choices[known.index(wanted)]
    raise _unfit(parameter, text, did_you_mean(text, texts))


def _switch(parameter: Parameter, text: str) -> bool:
    found = _SWITCHES.get(_compared(text))
    if found is None:
        raise _unfit(parameter, text, "; write on or off")
    return found


def _number(parameter: Parameter, text: str) -> int | float:
    bare = text.strip().replace("\N{MINUS SIGN}", "-")
    digits = _without_unit(bare, parameter.unit)
    if len(digits) > _LONGEST:
        raise _unfit(parameter, text)
    if not _NUMBER.fullmatch(digits):
        raise _unfit(parameter, text, _remedy(parameter, digits))
    if digits.lstrip("+-").isdigit() and parameter.kind == "integer":
        return int(digits)
    value = float(digits)
    if not math.isfinite(value):
        raise _unfit(parameter, text, "; that is more than any number can be")
    if parameter.kind == "integer" and not value.is_integer():
        raise _unfit(parameter, text)
    return value


def _without_unit(text: str, unit: str) -> str:
    match = re.match(r"([-+0-9.,]*[0-9.](?:[eE][+-]?[0-9]+)?)\s*(\D.*)", text, re.ASCII | re.DOTALL)
    one = _compared(unit).removesuffix("s") if len(unit) > 2 else _compared(unit)
    if unit and match and _compared(match[2]) in {_compared(unit), one}:
        return match[1]
    return text


def _remedy(parameter: Parameter, digits: str) -> str:
    if _WITH_COMMAS.fullmatch(digits):
        whole, pointed = digits.replace(",", ""), digits.replace(",", ".")
        if parameter.kind == "integer" or not _NUMBER.fullmatch(pointed):
            return f"; write {whole}, without commas"
        thousands = f"{whole} for thousands, or " if _THOUSANDS.fullmatch(digits) else ""
        return f"; write {thousands}{pointed} with a point"
    share = digits.removesuffix("%").rstrip()
    if parameter.kind == "number" and share != digits and _NUMBER.fullmatch(share):
        return f"; write {float(share) / 100:g} for {share} %"
    return ""


def _list(parameter: Parameter, text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        value = _json(text) if _is_json(text) else None
        if not isinstance(value, list):
            raise _unfit(parameter, text, "; it begins with [ but is no list in JSON")
        return value
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(parts):
        raise _unfit(parameter, text, "; between two commas there is nothing")
    return [_json(part) if _is_json(part) else part for part in parts]


def _is_json(text: str) -> bool:
    try:
        _json(text)
    except (ValueError, RecursionError):
        return False
    return True


def _json(text: str) -> Any:
    return json.loads(text, parse_constant=_refused)


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _compared(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
