"""The dummy task: two settings and two metrics, for trying things out."""

from typing import Literal

from pydantic import Field

from autotrain_core.models._task import Task, TaskParameters
from autotrain_core.rules import Metric


class Dummy(TaskParameters):
    """Settings of the dummy task."""

    task: Literal["Dummy task"] = Field(title="Task", description="The task as the rig's menu names it.")
    task_schema_version: str = Field(
        default="0.1", title="Task schema version", description="Version of this list of settings."
    )
    dummy_para_bool: bool = Field(title="Dummy switch", description="A switch that changes nothing.")
    dummy_para_float: float = Field(title="Dummy number", description="A number that changes nothing.")


DUMMY = Task(
    name="Dummy task",
    schema_name="DummyTaskCurriculum",
    parameters=Dummy,
    metrics=(
        Metric(
            name="dummy_metric_float",
            title="dummy number",
            description="A number that a test makes up.",
        ),
        Metric(
            name="dummy_metric_int",
            title="dummy count",
            integer=True,
            description="A whole number that a test makes up.",
        ),
    ),
    description="Trains nobody: for trying out curricula and programs.",
    version="0.1",
)
