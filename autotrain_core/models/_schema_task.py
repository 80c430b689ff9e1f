"""
A task that is a JSON Schema document, so that a designer needs no release of the program.

The document is turned into the same kind of model that a task in Python has: one definition for forms,
tables, sentences and rig strings, and one set of rules for what a number is. A general JSON Schema
validator would give neither titles nor typed values for the rig; it would follow `$ref` to other servers,
and match patterns with an engine that a hostile pattern can keep busy for hours (pydantic's takes linear
time). So an allow-list reads the part of JSON Schema that a flat list of settings needs, and says so where
a document wants more: nothing that was meant as a check is skipped in silence.
"""

import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model, field_validator
from pydantic_core import SchemaError

from autotrain_core.errors import DocumentError
from autotrain_core.models._declared import read_metrics
from autotrain_core.models._json import MAX_BYTES, read_object
from autotrain_core.models._shape import MAX_METRICS, MAX_PARAMETERS
from autotrain_core.models._task import METADATA, Task, TaskParameters, at_most
from autotrain_core.models._wording import did_you_mean, listed, quoted, shown

MAX_CHOICES = 200
MAX_PATTERNS = 16
MAX_PATTERN = 200
MAX_REPEATS = 1_000
MAX_MATCHED = 1_000
_STEPS = 5

_ROOT = (
    *(
        "$schema",
        "$id",
        "$comment",
        "$defs",
        "definitions",
        "title",
        "description",
        "type",
        "properties",
        "required",
    ),
    *("additionalProperties", "x-schema-name", "x-version", "x-metrics", "x-order"),
)
_EXTRAS = ("x-unit", "x-group", "exclude_from_GUI")
_EVERYWHERE = (
    *("title", "description", "default", "type", "enum", "const", "examples", "deprecated", "$comment"),
    *_EXTRAS,
)
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LENGTHS = ("minLength", "maxLength", "minItems", "maxItems")
_OF_TYPE: dict[str, tuple[str, ...]] = {
    "boolean": (),
    "integer": _BOUNDS,
    "number": _BOUNDS,
    "string": ("minLength", "maxLength", "pattern"),
    "array": ("items", "minItems", "maxItems"),
}
_AS_FIELD = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
}
_PYTHON: dict[str, type] = {"boolean": bool, "integer": int, "number": float, "string": str}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_REFERENCE = re.compile(r"#/(?:\$defs|definitions)/([^/~%]+)")
_REPEAT = re.compile(r"\{(\d*),?(\d*)\}", re.ASCII)


@dataclass(frozen=True, kw_only=True, eq=False)
class SchemaTask(Task):
    """
    A task that came as a document.

    Attributes:
        document: The JSON Schema document; two tasks of the same document are the same.
    """

    document: bytes = field(default=b"", repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SchemaTask) and self.document == other.document

    def __hash__(self) -> int:
        return hash(self.document)

    def __reduce__(self) -> tuple[Any, ...]:
        # Its model is made while the program runs: no pickle can name it, but the document can be read again.
        return task_from_json_schema, (self.document,)


def task_from_json_schema(body: bytes, *, source: str = "") -> Task:
    """
    Read a task from a JSON Schema document.

    Args:
        body: An object schema of flat properties, with the further keys `x-schema-name`, `x-version`,
            `x-metrics` and `x-order`, and in its properties `x-unit` and `x-group`; `docs/documents.md` has
            them all.
        source: What sentences call the document.

    Returns:
        The task; its settings begin with those of `TaskParameters`.

    Raises:
        DocumentError: Not JSON, a keyword that is not known here, a reference to elsewhere, a pattern or a
            size beyond the bounds; every problem is listed.
    """
    name = source or "the document"
    document, _ = read_object(body, name)
    reader = _Reader(document)
    fields = dict(reader.fields())
    metrics = reader.metrics()
    order = reader.order()
    reader.root()
    if not reader.problems:
        try:
            model = create_model("Settings", __base__=TaskParameters, __validators__=dict(_validators(order)), **fields)
            return SchemaTask(
                name=document["title"],
                schema_name=document.get("x-schema-name", document["title"]),
                parameters=model,
                metrics=metrics,
                description=document.get("description", ""),
                version=document.get("x-version", ""),
                document=body,
            )
        except DocumentError as error:
            reader.problems.append(str(error))
    raise DocumentError(f"{name} is not a task: {'; '.join(reader.problems[:20])}")


def _validators(order: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for place, (lower, upper) in enumerate(order):
        check: Any = at_most(lower, upper)
        yield f"_order_{place}", field_validator(lower, upper)(check)


class _Reader:
    """Reads one document and collects what it wants beyond the allow-list."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.problems: list[str] = []
        self.patterns = 0
        properties = document.get("properties")
        self.properties: dict[str, Any] = properties if isinstance(properties, dict) else {}
        self.types: dict[str, str] = {}

    def wrong(self, problem: str) -> None:
        self.problems.append(problem)

    # ---- the document as a whole ----

    def root(self) -> None:
        document = self.document
        self._known(document, _ROOT, "the document")
        for key in ("title", "description", "x-schema-name", "x-version"):
            if not isinstance(document.get(key, ""), str):
                self.wrong(f"'{key}' must be a text, found {shown(document[key])}")
        if not document.get("title"):
            self.wrong("'title' is missing; it is the name of the task")
        if document.get("type") != "object":
            self.wrong("'type' must be 'object'")
        if not isinstance(document.get("properties"), dict):
            self.wrong("'properties' must be an object with a key for each setting")
        if len(self.properties) > MAX_PARAMETERS:
            self.wrong(f"it has {len(self.properties):,} settings, of at most {MAX_PARAMETERS}")
        if document.get("additionalProperties", False) is not False:
            self.wrong("'additionalProperties' must be false: a setting that is not listed must not reach a rig")

    def metrics(self) -> tuple[Any, ...]:
        declared = self.document.get("x-metrics", [])
        if isinstance(declared, list) and len(declared) > MAX_METRICS:
            self.wrong(f"'x-metrics' declares {len(declared):,} metrics, of at most {MAX_METRICS}")
            return ()
        metrics, wrong = read_metrics(declared, ())
        self.problems += [sentence.replace("'metrics'", "'x-metrics'", 1) for _, sentence in wrong]
        return metrics

    def order(self) -> tuple[tuple[str, str], ...]:
        pairs = self.document.get("x-order", [])
        numeric = [name for name, kind in self.types.items() if kind in ("integer", "number")]
        if not isinstance(pairs, list) or len(pairs) > MAX_PARAMETERS:
            self.wrong(f"'x-order' must be a list of pairs of settings, found {shown(pairs)}")
            return ()
        for pair in pairs:
            if not (isinstance(pair, list) and len(pair) == 2 and all(name in numeric for name in pair)):
                self.wrong(f"'x-order' holds pairs of two numeric settings, the smaller first; found {shown(pair)}")
                return ()
        return tuple((lower, upper) for lower, upper in pairs)

    def _known(self, found: dict[str, Any], known: tuple[str, ...], place: str) -> None:
        for key in found:
            if key not in known and not key.startswith("x-"):
                near = did_you_mean(key, known)
                self.wrong(f"{place} uses {quoted(key)}, which is not known here{near}")

    # ---- settings ----

    def fields(self) -> Iterator[tuple[str, Any]]:
        """Read each property into what `create_model` takes; a wrong one is left out and noted."""
        required = self.document.get("required", [])
        if not (isinstance(required, list) and all(name in self.properties for name in map(str, required))):
            self.wrong("'required' must be a list of settings that 'properties' has")
            required = []
        for name, property_ in list(self.properties.items())[:MAX_PARAMETERS]:
            place = f"the setting {quoted(name)}"
            before = len(self.problems)
            if not _NAME.fullmatch(name) or (hasattr(BaseModel, name) and name not in METADATA):
                self.wrong(f"{place} needs another name: letters, digits and '_', no word of pydantic's own")
            if not isinstance(property_, dict):
                self.wrong(f"{place} must be an object, found {shown(property_)}")
                continue
            flat, nullable = self._flattened(place, property_)
            annotation = self._annotation(place, name, flat)
            self._texts(place, flat)
            if name in METADATA and self.types.get(name) != "string":
                self.wrong(f"{place} must be of type 'string': every stage has it")
            if len(self.problems) == before:
                field_ = self._field(place, flat, annotation | None if nullable else annotation, name in required)
                yield name, field_

    def _flattened(self, place: str, found: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Follow references within the document, and take apart what only says 'or null'."""
        nullable = False
        for _ in range(_STEPS):
            if "$ref" in found:
                found = self._referred(place, found)
            elif isinstance(found.get("allOf"), list) and len(found["allOf"]) == 1:
                found = _merged(found, "allOf", found["allOf"][0])
            elif isinstance(found.get("anyOf"), list) and {"type": "null"} in found["anyOf"]:
                others = [inner for inner in found["anyOf"] if inner != {"type": "null"}]
                nullable = True
                found = _merged(found, "anyOf", others[0] if len(others) == 1 else None)
            elif isinstance(found.get("type"), list) and len(found["type"]) == 2 and "null" in found["type"]:
                nullable = True
                found = found | {"type": next((kind for kind in found["type"] if kind != "null"), "null")}
            else:
                return found, nullable
        self.wrong(f"{place} refers in circles")
        return {}, nullable

    def _referred(self, place: str, found: dict[str, Any]) -> dict[str, Any]:
        match = _REFERENCE.fullmatch(found["$ref"]) if isinstance(found["$ref"], str) else None
        definitions = self.document.get("$defs", self.document.get("definitions"))
        target = definitions.get(match[1]) if match and isinstance(definitions, dict) else None
        if not isinstance(target, dict):
            self.wrong(f"{place} refers to {shown(found['$ref'])}; only '#/$defs/…' in the same document is followed")
        return _merged(found, "$ref", target)

    def _annotation(self, place: str, name: str, found: dict[str, Any]) -> Any:
        kind = found.get("type", _kind_of_choices(found))
        if not (isinstance(kind, str) and kind in _OF_TYPE):
            self.wrong(f"{place} must have a 'type' of {listed(_OF_TYPE)}, found {shown(found.get('type'))}")
            return None
        self.types[name] = kind
        self._known(found, (*_EVERYWHERE, *_OF_TYPE[kind]), place)
        if "enum" in found or "const" in found:
            return self._choice(place, found, kind)
        if kind == "array":
            return self._list(place, name, found)
        return self._constrained(place, found, _PYTHON[kind], _OF_TYPE[kind])

    def _choice(self, place: str, found: dict[str, Any], kind: str) -> Any:
        choices = found.get("enum", [found.get("const")])
        fits = isinstance(choices, list) and 1 <= len(choices) <= MAX_CHOICES
        if not fits or kind not in ("string", "integer", "number") or not all(_is(kind, one) for one in choices):
            self.wrong(f"{place} must offer 1 to {MAX_CHOICES} texts or numbers of its type")
            return None
        return Literal[tuple(choices)]

    def _list(self, place: str, name: str, found: dict[str, Any]) -> Any:
        items = found.get("items")
        inner = self._annotation(f"each of {place}", name, items) if isinstance(items, dict) else None
        if inner is None or self.types[name] == "array":
            self.wrong(f"{place} needs 'items' of a plain type")
            return None
        self.types[name] = "array"
        return self._constrained(place, found, types.GenericAlias(list, (inner,)), _OF_TYPE["array"])

    def _constrained(self, place: str, found: dict[str, Any], python: Any, keys: tuple[str, ...]) -> Any:
        bounds = {key: found[key] for key in keys if key in found and key != "items"}
        for key, value in bounds.items():
            if key != "pattern" and not _can_bound(key, value, whole=python is int):
                self.wrong(f"'{key}' of {place} cannot be {shown(value)}")
                return None
            if python is int or key in _LENGTHS:
                bounds[key] = int(value)
        if "pattern" in bounds:
            if not self._pattern(place, bounds["pattern"]):
                return None
            bounds["maxLength"] = min(bounds.get("maxLength", MAX_MATCHED), MAX_MATCHED)
        limits = {_AS_FIELD[key]: value for key, value in bounds.items()}
        annotation = Annotated[python, Field(**limits)]
        try:
            TypeAdapter(annotation)
        except (SchemaError, TypeError) as error:
            reason = str(error).strip().splitlines()[-1]
            self.wrong(f"{place} has bounds that cannot be used: {reason.removeprefix('error: ')}")
            return None
        return annotation

    def _pattern(self, place: str, pattern: Any) -> bool:
        self.patterns += 1
        repeats = 1
        for low, high in _REPEAT.findall(pattern) if isinstance(pattern, str) else ():
            repeats *= max(int((high or low or "1")[:9]), 1)
        fits = isinstance(pattern, str) and len(pattern) <= MAX_PATTERN and repeats <= MAX_REPEATS
        if not fits or self.patterns > MAX_PATTERNS:
            self.wrong(
                f"{place} has a pattern beyond the bounds: a text of at most {MAX_PATTERN} characters and "
                f"{MAX_REPEATS:,} repeats, and at most {MAX_PATTERNS} patterns in a document"
            )
            return False
        return True

    def _texts(self, place: str, found: dict[str, Any]) -> None:
        for key in ("title", "description", "x-unit", "x-group"):
            if not isinstance(found.get(key, ""), str):
                self.wrong(f"'{key}' of {place} must be a text, found {shown(found[key])}")
        if not isinstance(found.get("exclude_from_GUI", False), bool):
            self.wrong(f"'exclude_from_GUI' of {place} must be true or false, found {shown(found['exclude_from_GUI'])}")

    def _field(self, place: str, found: dict[str, Any], annotation: Any, required: bool) -> Any:
        about: dict[str, Any] = {key: found[key] for key in ("title", "description") if key in found}
        about["json_schema_extra"] = {key: found[key] for key in _EXTRAS if key in found}
        if required:
            return annotation, Field(**about)
        default: Any = found.get("default")
        if found.get("type") == "integer" and _is("integer", default):
            default = int(default)
        adapter = TypeAdapter(annotation, config=ConfigDict(strict=True))
        try:
            adapter.validate_python(default)
        except ValidationError:
            told = f"has a default that does not fit it, {shown(default)}" if "default" in found else "needs a default"
            self.wrong(f"{place} {told}; correct it, or list the setting in 'required'")
        return annotation, Field(default=default, **about)


def _merged(found: dict[str, Any], key: str, inside: Any) -> dict[str, Any]:
    """Replace what points to a schema by that schema; what stands beside the pointer wins."""
    beside = {name: value for name, value in found.items() if name != key}
    return (inside if isinstance(inside, dict) else {}) | beside


def _can_bound(key: str, value: Any, *, whole: bool) -> bool:
    if key in _LENGTHS:
        return _is("integer", value) and 0 <= value <= MAX_BYTES
    return _is("integer" if whole else "number", value) and (key != "multipleOf" or value > 0)


def _kind_of_choices(found: dict[str, Any]) -> str | None:
    choices = found.get("enum", [found["const"]] if "const" in found else None)
    if not isinstance(choices, list) or not choices:
        return None
    return next((kind for kind in ("string", "integer", "number") if all(_is(kind, one) for one in choices)), None)


def _is(kind: str, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return not isinstance(value, bool) and (whole if kind == "integer" else isinstance(value, int | float))
