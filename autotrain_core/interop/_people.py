"""Read which PI a mouse belongs to, from the mapping that the pipeline keeps beside the session table."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from autotrain_core.errors import DocumentError

_LARGEST = 64 * 1024**2


def read_people(body: bytes, *, source: str) -> Mapping[str, str]:
    """
    Read `mouse_pi_mapping.json`.

    Args:
        body: JSON. As today: a list of objects with `subject_id` and `PI`. Read too: one object of mouse -> PI, and
            one object of the columns `subject_id` and `PI`, as lists or by row label.
        source: What the errors call it.

    Returns:
        Mouse -> PI, both without blanks around them; a mouse without a PI is left out. A mouse that is named more than
        once has all its PIs, in order, separated by commas.

    Raises:
        DocumentError: It is no JSON, or of no such form.
    """
    found: dict[str, list[str]] = {}
    for mouse, person in _pairs(_parsed(body, source), source):
        known = found.setdefault(mouse, [])
        if person and person not in known:
            known.append(person)
    return {mouse: ", ".join(people) for mouse, people in found.items() if people}


def _parsed(body: bytes, source: str) -> Any:
    if len(body) > _LARGEST:
        raise DocumentError(f"{source} holds {len(body):,} bytes; a list of mice and PIs has {_LARGEST:,} at most.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{source} is no JSON: {error}.") from error


def _pairs(document: Any, source: str) -> Iterable[tuple[str, str]]:
    match document:
        case list():
            return [_of_row(row, place, source) for place, row in enumerate(document, start=1)]
        case {"subject_id": list() as mice, "PI": list() as people} if len(mice) == len(people):
            return [(_text(mouse, source), _text(person, source)) for mouse, person in zip(mice, people, strict=True)]
        case {"subject_id": dict() as mice, "PI": dict() as people}:
            return [(_text(mouse, source), _text(people.get(row), source)) for row, mouse in mice.items()]
        case dict():
            return [(mouse.strip(), _text(person, source)) for mouse, person in document.items()]
    raise DocumentError(f"{source} is a {type(document).__name__}; a list of objects with subject_id and PI is needed.")


def _of_row(row: Any, place: int, source: str) -> tuple[str, str]:
    match row:
        case {"subject_id": mouse, "PI": person}:
            return _text(mouse, source), _text(person, source)
    raise DocumentError(
        f"{source}, entry {place}: an object with subject_id and PI is needed, found {str(row)[:80]!r}."
    )


def _text(value: Any, source: str) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case int() if not isinstance(value, bool):
            return str(value)
        case float() if value.is_integer():
            return str(int(value))
    raise DocumentError(f"{source}: a mouse or a PI is a text, found {str(value)[:80]!r}.")
