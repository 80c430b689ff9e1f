"""
The parameters of a task, described and checked, from the pydantic model that is their only definition.

Forms, tables, sentences and rig strings all read the same `Parameter`; pydantic's own complaints are
translated here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from autotrain_core.models._wording import did_you_mean, number, plain, quoted, shown

Kind = Literal["boolean", "integer", "number", "text", "choice", "list", "other"]

_KINDS: dict[str, Kind] = {
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
    "string": "text",
    "array": "list",
}
_NOUNS: dict[Kind, str] = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "text": "a text",
    "list": "a list",
    "other": "something else",
}
# Looking for the name that was meant takes time; a stage with so many unknown ones was meant for another
# task.
_HELPED = 10
_BEYOND = (
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "string_too_short",
    "string_too_long",
    "string_pattern_mismatch",
    "too_short",
    "too_long",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """
    One field of a task, as forms and tables need it.

    Attributes:
        name: The key in documents and the name of the rig's widget.
        title: The label in a form.
        kind: What it holds.
        unit: Unit of a number; empty for fractions, texts and switches.
        group: Heading that it stands under in a form; empty where there are none.
        description: What it does, in a sentence or two.
        required: It has no default.
        default: The value where a document leaves it out; None where it is required.
        minimum: Smallest number; None without a bound.
        maximum: Largest number; None without a bound.
        exclusive_minimum: `minimum` itself is too small already.
        exclusive_maximum: `maximum` itself is too large already.
        choices: The values that it may take; empty where any of its kind will do.
        on_rig: It is sent to the rig.
    """

    name: str
    title: str
    kind: Kind
    unit: str = ""
    group: str = ""
    description: str = ""
    required: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    choices: tuple[Any, ...] = ()
    on_rig: bool = True

    @property
    def expected(self) -> str:
        """What a value has to be, as the middle of a sentence ("a whole number from 1 to 10 trials")."""
        if self.choices:
            return f"one of {', '.join(shown(choice) for choice in self.choices)}"
        unit = f" {self.unit}" if self.unit else ""
        low = None if self.minimum is None else number(self.minimum)
        high = None if self.maximum is None else number(self.maximum)
        above = "above" if self.exclusive_minimum else "at least"
        below = "below" if self.exclusive_maximum else "at most"
        noun = _NOUNS[self.kind]
        match low, high:
            case None, None:
                return f"{noun} ({self.unit})" if unit else noun
            case _, None:
                return f"{noun}, {above} {low}{unit}"
            case None, _:
                return f"{noun}, {below} {high}{unit}"
        if above == "at least" and below == "at most":
            return f"{noun} from {low} to {high}{unit}"
        return f"{noun}, {above} {low} and {below} {high}{unit}"


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One parameter that does not fit its task.

    Attributes:
        kind: `parameter-unknown`, `-missing`, `-type`, `-bounds`, `-choice` or `-conflict`.
        parameter: The key; empty where a check is about several.
        sentence: What was expected and found.
    """

    kind: str
    parameter: str
    sentence: str


def describe(model: type[BaseModel]) -> tuple[Parameter, ...]:
    """Describe every field of a task's model, in its order."""
    schema = model.model_json_schema(mode="validation")
    required = schema.get("required", ())
    return tuple(
        _parameter(name, schema["properties"][name], schema.get("$defs", {}), required=name in required)
        for name in model.model_fields
    )


def _parameter(name: str, field: dict[str, Any], definitions: dict[str, Any], *, required: bool) -> Parameter:
    choice = _resolved(field, definitions)
    choices = tuple(choice.get("enum", ())) or ((choice["const"],) if "const" in choice else ())
    return Parameter(
        name=name,
        title=field.get("title", name),
        kind="choice" if choices else _KINDS.get(str(choice.get("type")), "other"),
        unit=field.get("x-unit", ""),
        group=field.get("x-group", ""),
        description=field.get("description", ""),
        required=required,
        default=field.get("default"),
        minimum=choice.get("exclusiveMinimum", choice.get("minimum")),
        maximum=choice.get("exclusiveMaximum", choice.get("maximum")),
        exclusive_minimum="exclusiveMinimum" in choice,
        exclusive_maximum="exclusiveMaximum" in choice,
        choices=choices,
        on_rig=not field.get("exclude_from_GUI", False),
    )


def _resolved(field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Follow a field to where its type is written: an enum of its own, or the one type beside null."""
    if "$ref" in field:
        found: dict[str, Any] = definitions[field["$ref"].rpartition("/")[2]]
        return found
    types = [inner for inner in field.get("anyOf", ()) if inner.get("type") != "null"]
    return _resolved(types[0], definitions) if len(types) == 1 else field


def check(
    model: type[BaseModel], fields: tuple[Parameter, ...], values: Mapping[str, Any]
) -> tuple[BaseModel | None, tuple[Fault, ...]]:
    """
    Read the parameters of one stage.

    Args:
        model: The task's model.
        fields: What `describe` says of it.
        values: The parameters as written.

    Returns:
        The typed values, or None where they do not fit, and everything that is wrong with them.
    """
    known = {parameter.name: parameter for parameter in fields}
    extra = [] if model.model_config.get("extra") == "allow" else [name for name in values if name not in known]
    faults = [_unknown(name, tuple(known) if place < _HELPED else ()) for place, name in enumerate(extra)]
    try:
        checked = model.model_validate({name: value for name, value in values.items() if name not in extra})
    except ValidationError as error:
        faults += [_translated(problem, known) for problem in error.errors(include_url=False)]
    except Exception as error:  # A plugin's own check may raise anything; it must stop nothing else.
        faults.append(Fault("parameter-conflict", "", f"the task's own check failed: {_told(error)}"))
    return (None if faults else checked), tuple(faults)


def _unknown(name: str, known: tuple[str, ...]) -> Fault:
    return Fault("parameter-unknown", name, f"the task has no parameter {quoted(name)}{did_you_mean(name, known)}")


def _translated(problem: ErrorDetails, known: Mapping[str, Parameter]) -> Fault:
    path = [str(part) for part in problem["loc"]]
    name, found, kind = ".".join(path), problem["input"], problem["type"]
    error = problem.get("ctx", {}).get("error")
    if isinstance(error, Exception):
        return Fault("parameter-conflict", name, _told(error))
    parameter = known.get(name)
    if parameter is None or (parameter.kind == "other" and kind != "missing"):
        place = f"{plain(name)}: " if name else ""
        return Fault("parameter-type", name, f"{place}{_lowered(problem['msg'])}, found {shown(found)}")
    if kind == "missing":
        return Fault("parameter-missing", name, f"{name} is missing; it is {parameter.expected}")
    sentence = f"{name} must be {parameter.expected}; found {shown(found)}"
    if kind in ("enum", "literal_error"):
        texts = tuple(choice for choice in parameter.choices if isinstance(choice, str))
        near = did_you_mean(found, texts) if isinstance(found, str) else ""
        return Fault("parameter-choice", name, sentence + near)
    if kind in _BEYOND:
        numeric = parameter.kind in ("integer", "number")
        told = sentence if numeric else f"{name}: {_lowered(problem['msg'])}; found {shown(found)}"
        return Fault("parameter-bounds", name, told)
    return Fault("parameter-type", name, sentence)


def _told(error: Exception) -> str:
    """Say what an error says; its class where it says nothing."""
    return str(error)[:500] or type(error).__name__


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]
