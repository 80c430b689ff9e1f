"""What a rig can be told to run, and what a session of it is measured by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from autotrain_core.errors import DocumentError
from autotrain_core.models._names import fault_of_metric_name, faults_of_name
from autotrain_core.models._parameters import Fault, Parameter, check, describe
from autotrain_core.models._wording import number, quoted, shown
from autotrain_core.rules import Metric


class TaskParameters(BaseModel):
    """
    What every stage says beside the settings of its task; a good base for a task's own model.

    Strict: a number is no text and a switch is no number, because the rig shows them in different widgets.
    Only 10.0 is read as 10 where a whole number is wanted, as today's readers do.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, protected_namespaces=())

    training_stage: str = Field(title="Training stage", description="The stage that these settings belong to.")
    task: str = Field(default="", title="Task", description="The task as the rig's menu names it.")
    task_url: str = Field(default="", title="Task address", description="Where the task is described.")
    task_schema_version: str = Field(
        default="", title="Task schema version", description="Version of this list of settings."
    )
    description: str = Field(default="", title="Description", description="What this stage is for.")

    @field_validator("*", mode="before")
    @classmethod
    def _numbers(cls, value: Any, info: ValidationInfo) -> Any:
        annotation = cls.model_fields[info.field_name or ""].annotation
        # Python takes True for 1, and would find it among the choices 1 and 2.
        if isinstance(value, bool) and get_origin(annotation) is Literal:
            raise PydanticCustomError("literal_error", "a switch is no choice")
        whole = isinstance(value, float) and value.is_integer()
        return int(value) if whole and annotation in (int, int | None) else value


METADATA = tuple(TaskParameters.model_fields)


def at_most(lower: str, upper: str) -> Callable[[Any, ValidationInfo], Any]:
    """Return the check that one field is at most another; to be hung on the one that stands later."""

    def check_order(value: Any, info: ValidationInfo) -> Any:
        both: dict[Any, Any] = {**info.data, info.field_name: value}
        low, high = both.get(lower), both.get(upper)
        if low is not None and high is not None and low > high:
            raise ValueError(f"{lower} ({number(low)}) is more than {upper} ({number(high)}); change one")
        return value

    return check_order


@dataclass(frozen=True, kw_only=True)
class Task:
    """
    A behavioral task: its settings and its metrics.

    Attributes:
        name: As people call it ("Dynamic foraging").
        schema_name: What a document's `curriculum_schema_name` says ("DynamicForagingCurriculum").
        parameters: The model of a stage's settings. Documents use its field names as keys, never aliases.
        metrics: What its sessions are measured by.
        description: What the animal does, in a sentence or two.
        version: Version of the list of settings; empty where it has none.

    Raises:
        DocumentError: Two metrics share a name, or a name is one that no document or condition could use.
    """

    name: str
    schema_name: str
    parameters: type[BaseModel]
    metrics: tuple[Metric, ...] = ()
    description: str = ""
    version: str = ""

    def __post_init__(self) -> None:
        wrong = [f"the schema name {quoted(self.schema_name)} {why}" for why in faults_of_name(self.schema_name)]
        wrong += [f"the name {quoted(self.name)} {why}" for why in faults_of_name(self.name, as_file=False)]
        names = [metric.name for metric in self.metrics]
        for place, name in enumerate(names):
            why = "stands twice" if name in names[:place] else fault_of_metric_name(name)
            wrong += [f"the metric {quoted(name)} {why}"] * bool(why)
        if wrong:
            raise DocumentError(f"this is no task: {'; '.join(wrong)}")

    @cached_property
    def fields(self) -> tuple[Parameter, ...]:
        """The settings, in the order of the model: what forms, tables and differences are made of."""
        return describe(self.parameters)

    def _stand_ins(self, stage: str) -> dict[str, Any]:
        usual = {"training_stage": stage, "task": self.name, "task_schema_version": self.version}
        # A field that says nothing by itself; one that a task requires is the task's own choice to make.
        silent = {field.name for field in self.fields if field.default == "" or field.name == "training_stage"}
        return {name: value for name, value in usual.items() if name in silent}

    def read(
        self, parameters: Mapping[str, Any], *, stage: str | None = None
    ) -> tuple[BaseModel | None, tuple[Fault, ...]]:
        """
        Check the parameters of one stage.

        Args:
            parameters: As written in the document.
            stage: Stands in for a missing `training_stage`, and lets name and version of the task stand in
                for theirs; None where the document has to say it itself.

        Returns:
            The typed values, or None where the parameters do not fit, and every fault.
        """
        own = set(self.parameters.model_fields)
        given = {name: value for name, value in parameters.items() if name in own or name not in METADATA}
        if stage is not None:
            given = self._stand_ins(stage) | given
        values, faults = check(self.parameters, self.fields, given)
        texts = tuple(
            Fault("parameter-type", name, f"{name} must be a text; found {shown(parameters[name])}")
            for name in METADATA
            if name not in own and not isinstance(parameters.get(name, ""), str)
        )
        return (None if texts else values), (*texts, *faults)
