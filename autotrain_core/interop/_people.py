"""Read which PI a mouse belongs to, from the mapping that the pipeline keeps beside the session table."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autotrain_core.errors import DocumentError

_LARGEST = 64 * 1024**2


def read_people(body: bytes, *, source: str, mouse: str = "subject_id", person: str = "PI") -> Mapping[str, str]:
    """
    Read `mouse_pi_mapping.json`.

    Args:
        body: JSON. As today: a list of objects with `subject_id` and `PI`. Read too: one object of mouse -> PI, and
            one object of the columns `subject_id` and `PI`, as lists or by row label.
        source: What the errors call it.
        mouse: What the file calls `subject_id`.
        person: What it calls `PI`.

    Returns:
        Mouse -> PI, both without blanks around them; a mouse without a PI is left out. A mouse that is named more than
        once has all its PIs, in order, separated by commas.

    Raises:
        DocumentError: It is no JSON, or of no such form.
    """
    form = _Form(source, mouse, person)
    found: dict[str, list[str]] = {}
    for name, people in form.pairs(_parsed(body, source)):
        known = found.setdefault(name, [])
        if people and people not in known:
            known.append(people)
    return {name: ", ".join(people) for name, people in found.items() if people}


def _parsed(body: bytes, source: str) -> Any:
    if len(body) > _LARGEST:
        raise DocumentError(f"{source} holds {len(body):,} bytes; a list of mice and PIs has {_LARGEST:,} at most.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{source} is no JSON: {error}.") from error


@dataclass(frozen=True)
class _Form:
    """What a mapping may look like, and what it calls its two columns."""

    source: str
    mouse: str
    person: str

    def pairs(self, document: Any) -> Iterable[tuple[str, str]]:
        match document:
            case list():
                return [self.of_row(row, place) for place, row in enumerate(document, start=1)]
            case dict() if {self.mouse, self.person} <= document.keys():
                return self.of_columns(document[self.mouse], document[self.person])
            case dict():
                return [(name.strip(), self.text(person)) for name, person in document.items()]
        raise DocumentError(
            f"{self.source} is a {type(document).__name__}; a list of objects with {self.mouse} and {self.person} is "
            "needed."
        )

    def of_row(self, row: Any, place: int) -> tuple[str, str]:
        if isinstance(row, dict) and {self.mouse, self.person} <= row.keys():
            return self.text(row[self.mouse]), self.text(row[self.person])
        raise DocumentError(
            f"{self.source}, entry {place}: an object with {self.mouse} and {self.person} is needed, found "
            f"{str(row)[:80]!r}."
        )

    def of_columns(self, mice: Any, people: Any) -> list[tuple[str, str]]:
        match mice, people:
            case list(), list() if len(mice) == len(people):
                return [(self.text(mouse), self.text(person)) for mouse, person in zip(mice, people, strict=True)]
            case dict(), dict():
                return [(self.text(mouse), self.text(people.get(row))) for row, mouse in mice.items()]
        raise DocumentError(f"{self.source}: the columns {self.mouse} and {self.person} do not fit each other.")

    def text(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case str():
                return value.strip()
            case int() if not isinstance(value, bool):
                return str(value)
            case float() if value.is_integer():
                return str(int(value))
        raise DocumentError(f"{self.source}: a mouse or a PI is a text, found {str(value)[:80]!r}.")
