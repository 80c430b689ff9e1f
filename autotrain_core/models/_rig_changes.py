"""What a rig will do otherwise when a mouse goes from one stage to another."""

from dataclasses import dataclass

from autotrain_core.models._curriculum import Curriculum
from autotrain_core.models._rig import rig_parameters

# They say which stage it is, not how it runs.
_NAMES_OF_THE_STAGE = frozenset({"training_stage", "description"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChange:
    """
    One setting that differs.

    Attributes:
        name: As the rig calls it ("BlockMin").
        title: As people call it; the name where the task says nothing.
        unit: Unit of a number; empty where it has none.
        before: As the rig is told; None where the task before has no such setting.
        after: As the rig is told; None where the task after has no such setting.
    """

    name: str
    title: str
    unit: str
    before: str | bool | None
    after: str | bool | None


def describe_changes(
    curriculum: Curriculum, before: str, after: str, *, of: Curriculum | None = None
) -> tuple[ParameterChange, ...]:
    """
    Tell what changes on the rig between two stages.

    Args:
        curriculum: The one that `after` is a stage of.
        before: A stage, as documents or as tables write it.
        after: The same.
        of: The curriculum that `before` is a stage of; None where it is the same one.

    Returns:
        The settings that differ as the rig is told them, in the order of the task after, then what only the task
        before had. Name and description of the stage itself are left out.

    Raises:
        NotStoredError: A stage does not exist, or its document has no settings for it.
        DocumentError: The settings of a stage do not fit the task, or nobody knows the task: neither can be sent.
    """
    source = of or curriculum
    old, new = rig_parameters(source, before), rig_parameters(curriculum, after)
    described = {
        parameter.name: parameter
        for task in (source.task, curriculum.task)
        if task is not None
        for parameter in task.fields
    }
    names = [name for name in {**new, **old} if name not in _NAMES_OF_THE_STAGE]
    return tuple(
        ParameterChange(
            name=name,
            title=described[name].title if name in described else name,
            unit=described[name].unit if name in described else "",
            before=old.get(name),
            after=new.get(name),
        )
        for name in names
        if old.get(name) != new.get(name)
    )
