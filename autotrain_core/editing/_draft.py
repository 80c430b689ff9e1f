"""
A draft: the document of a curriculum while people work on it, and what only they need of it.

The document is plain JSON values and is never changed: an edit makes another one that shares what it left alone, so
undoing costs nothing and is exact. What a person never touched is written as it was read, to the byte.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from autotrain_core.errors import DocumentError
from autotrain_core.models import (
    DUMMY,
    DYNAMIC_FORAGING,
    Bounds,
    Curriculum,
    Task,
    plain,
    read_curriculum,
    read_object,
    require_document,
    shown,
    task_from_json_schema,
    tasks,
    write_object,
)

FORMAT = "1"
# A draft holds a document and a task's document, each in full, and some keys around them.
BOUNDS = Bounds(length=16 * 1024 * 1024, depth=33, values=51_000)
FARTHEST = 1_000_000.0
_KEYS = ("draft_format", "based_on", "task_schema", "places", "document")
_BUILT_IN = (DYNAMIC_FORAGING.schema_name, DUMMY.schema_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    A curriculum that is being made.

    Attributes:
        document: The curriculum document as plain JSON values; never changed, so drafts share their parts.
        places: Stage -> x and y on the canvas, in pixels, of what a person moved there; never published.
        task_schema: The JSON Schema document of its task, where the task came with the draft; else empty.
        based_on: What it was started from, "Name@Version"; empty for a blank one.
    """

    document: Mapping[str, Any] = field(hash=False)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict, hash=False)
    task_schema: str = ""
    based_on: str = ""

    @property
    def title(self) -> str:
        """Name and version as people say them, safe to show ("Coupled Baiting 2.4")."""
        return plain(f"{self.document['curriculum_name']} {self.document['curriculum_version']}".strip())

    def tasks(self, installed: Mapping[str, Task] | None = None) -> Mapping[str, Task]:
        """
        List the tasks that the draft may be of: the installed ones, and the one that came with it.

        Args:
            installed: Schema name -> task; every task of this installation where this is None.

        Raises:
            DocumentError: The document of its task is none.
        """
        known = tasks() if installed is None else installed
        if not self.task_schema:
            return known
        own = _task_of(self.task_schema)
        # What every rig knows by that name is not what somebody's document says.
        return known if own.schema_name in _BUILT_IN else {**known, own.schema_name: own}

    def curriculum(self, installed: Mapping[str, Task] | None = None) -> Curriculum:
        """
        Read the document, with everything that is wrong with it.

        Args:
            installed: As in `tasks`.

        Raises:
            DocumentError: The document of its task is none.
        """
        return read_curriculum(dict(self.document), tasks=self.tasks(installed))


@lru_cache(maxsize=64)
def _task_of(schema: str) -> Task:
    return task_from_json_schema(schema.encode(), source="the task of the draft")


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """
    Write a document as `save_curriculum` does.

    Raises:
        DocumentError: It is no curriculum document.
    """
    return require_document(dict(document)).encode("ascii")


def draft_to_bytes(draft: Draft) -> bytes:
    """
    Write a draft as the store keeps it.

    Returns:
        JSON with four blanks of indent, ASCII only: `draft_format`, `based_on`, `task_schema`, `places` (stage -> [x,
        y]) and `document`; `draft_from_bytes` gives an equal draft, and its document is the same to the byte.

    Raises:
        DocumentError: The document is no curriculum document.
    """
    require_document(dict(draft.document))
    held = {
        "draft_format": FORMAT,
        "based_on": draft.based_on,
        "task_schema": draft.task_schema,
        "places": {stage: list(place) for stage, place in draft.places.items()},
        "document": dict(draft.document),
    }
    return write_object(held, "the draft", bounds=BOUNDS).encode("ascii")


def draft_from_bytes(body: bytes, source: str = "") -> Draft:
    """
    Read a draft as the store keeps it.

    Args:
        body: What `draft_to_bytes` wrote.
        source: What sentences call it; "the draft" where it is empty.

    Raises:
        DocumentError: This is no draft; the sentence says why.
    """
    name = source or "the draft"
    held, _ = read_object(body, name, kind="drafts", bounds=BOUNDS)
    missing = [key for key in _KEYS if key not in held]
    if missing:
        raise DocumentError(f"{name} is no draft: {' and '.join(map(repr, missing))} missing")
    if held["draft_format"] != FORMAT:
        found = shown(held["draft_format"])
        raise DocumentError(f"{name} is a draft of the format {found}, which only a newer version of the program reads")
    if not isinstance(held["based_on"], str) or not isinstance(held["task_schema"], str):
        raise DocumentError(f"{name} is no draft: 'based_on' and 'task_schema' must be texts")
    document = held["document"]
    if not isinstance(document, dict):
        raise DocumentError(f"{name} is no draft: 'document' must be an object, found {shown(document)}")
    require_document(document, name)
    draft = Draft(
        document=document,
        places=_read_places(held["places"], name),
        task_schema=held["task_schema"],
        based_on=held["based_on"],
    )
    draft.tasks()
    return draft


def _read_places(held: Any, name: str) -> dict[str, tuple[float, float]]:
    if not isinstance(held, dict) or not all(map(_is_place, held.values())):
        raise DocumentError(f"{name} is no draft: 'places' must be an object of stages, each with [x, y]")
    return {stage: (float(place[0]), float(place[1])) for stage, place in held.items()}


def _is_place(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_coordinate, value))


def is_coordinate(value: Any) -> bool:
    """Tell whether a value is a number of pixels that some canvas may have."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and abs(value) <= FARTHEST


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are written alike: unlike `==`, this knows 1 from 1.0 and from true."""
    return one is other or (one == other and json.dumps(one) == json.dumps(other))
