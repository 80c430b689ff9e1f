"""Things that are registered as tasks and are none."""

from dataclasses import replace
from typing import Any

from maze_task import MAZE, Maze  # type: ignore[import-not-found]


class Opaque(Maze):  # type: ignore[misc]
    """A model that no form could show: pydantic knows no schema for a bare callable."""

    callback: Any = None

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        raise TypeError("a callback has no schema")


TWICE = MAZE
NO_TASK = {"name": "Maze"}
OPAQUE = replace(MAZE, schema_name="OpaqueCurriculum", parameters=Opaque)
