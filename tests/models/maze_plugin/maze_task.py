"""A task of somebody else: its model knows nothing of stages."""

from pydantic import BaseModel, Field, model_validator

from autotrain_core.models import Task
from autotrain_core.rules import Metric


class Maze(BaseModel):
    """Settings of the maze."""

    corridor: float = Field(gt=0, le=10, title="Corridor length", json_schema_extra={"x-unit": "m"})
    laps_at_most: int = Field(ge=1, title="Most laps")
    sound: bool = False
    seed: int = Field(default=0, json_schema_extra={"exclude_from_GUI": True})

    @model_validator(mode="after")
    def _not_too_far(self) -> "Maze":
        if self.corridor * self.laps_at_most > 1_000:
            raise ValueError("the mouse would run more than 1 km; shorten the corridor or ask for fewer laps")
        return self


MAZE = Task(
    name="Maze",
    schema_name="MazeCurriculum",
    parameters=Maze,
    metrics=(Metric(name="laps", title="laps", integer=True, minimum=0),),
    version="3",
)
