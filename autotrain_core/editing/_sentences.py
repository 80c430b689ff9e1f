"""Says what an edit does, for the buttons that take it back: short, and with the value that was there before."""

from typing import Any, assert_never

from autotrain_core.editing._draft import Draft
from autotrain_core.editing._edits import (
    MISSING,
    AddRule,
    AddStage,
    ChangeRule,
    DeclareMetric,
    DuplicateStage,
    Edit,
    ForgetPlaces,
    MendDocument,
    MoveRule,
    MoveRuleToStage,
    MoveStage,
    PlaceStage,
    RemoveMetric,
    RemoveRule,
    RemoveStage,
    RenameStage,
    ReplaceDocument,
    SetDescription,
    SetExhaustive,
    SetIdentity,
    SetOnMissing,
    SetParameters,
    SetSchema,
    SetStageNote,
)
from autotrain_core.editing._outline import rules_of
from autotrain_core.editing._stages import rules_that_lead_to
from autotrain_core.models import plain, shown


def describe_edit(edit: Edit, before: Draft | None = None) -> str:
    """
    Say what an edit does, in a few words without a full stop.

    Args:
        edit: The edit.
        before: What it is applied to: then it is said what was there before, "Stage 2: BlockMin 20 → 10".

    Returns:
        One line that can be shown as it is.
    """
    match edit:
        case SetIdentity(name=name, version=version):
            return f"Called {plain(f'{name} {version}')}"
        case SetDescription():
            return "Description of the curriculum"
        case SetSchema(version=version):
            return f"Written as schema {plain(version)}"
        case SetOnMissing(value="stay"):
            return "Mice stay where a value is missing"
        case SetOnMissing():
            return "A comparison with a missing value does not hold"
        case DeclareMetric(metric=metric):
            return f"Metric {plain(metric.name)} declared"
        case RemoveMetric(name=name):
            return f"Metric {plain(name)} removed"
        case AddStage(name=name):
            return f"{plain(name)} added"
        case RenameStage(stage=stage, to=to):
            return f"{plain(stage)} renamed to {plain(to)}"
        case DuplicateStage(stage=stage, to=to):
            return f"{plain(stage)} copied to {plain(to)}"
        case RemoveStage():
            return _removed(edit, before)
        case MoveStage(stage=stage, place=place):
            return f"{plain(stage)} moved to place {place + 1}"
        case PlaceStage(stage=stage):
            return f"{plain(stage)} moved on the canvas"
        case ForgetPlaces():
            return "Canvas laid out anew"
        case SetParameters(cells=cells):
            return _set(cells, before)
        case SetStageNote(stage=stage):
            return f"{plain(stage)}: its description"
        case SetExhaustive(stage=stage, value=value):
            every = "rules are meant for every history" if value else "rules may leave histories undecided"
            return f"{plain(stage)}: its {every}"
        case AddRule(stage=stage, to_stage=to_stage):
            return f"{plain(stage)}: rule to {plain(to_stage)} added"
        case ChangeRule():
            return _changed(edit)
        case RemoveRule(stage=stage, rule=rule):
            return f"{plain(stage)}: rule {rule + 1}{_target(before, stage, rule)} removed"
        case MoveRule(stage=stage, rule=rule, place=place):
            return f"{plain(stage)}: rule {rule + 1} is now rule {place + 1}"
        case MoveRuleToStage(stage=stage, rule=rule, to=to):
            return f"{plain(stage)}: rule {rule + 1} moved to {plain(to)}"
        case MendDocument():
            return "Names of stages put right"
        case ReplaceDocument():
            return "Whole document replaced"
        case _:  # pragma: no cover
            assert_never(edit)


def _removed(edit: RemoveStage, before: Draft | None) -> str:
    leading = len(rules_that_lead_to(before.document, edit.stage)) if before else 0
    if not leading:
        return f"{plain(edit.stage)} removed"
    return f"{plain(edit.stage)} removed, with {leading} rule{'' if leading == 1 else 's'} that led to it"


def _set(cells: tuple[tuple[str, str, Any], ...], before: Draft | None) -> str:
    if len(cells) == 1:
        ((stage, name, value),) = cells
        was = before.document["parameters"].get(stage, {}).get(name, MISSING) if before else MISSING
        if value is MISSING:
            return f"{plain(stage)}: {plain(name)} left out"
        arrow = f"{shown(was)} → " if was is not MISSING else ""
        return f"{plain(stage)}: {plain(name)} {arrow}{shown(value)}"
    if not cells:
        return "No setting"
    stages, names = {stage for stage, _, _ in cells}, {name for _, name, _ in cells}
    what = plain(next(iter(names))) if len(names) == 1 else f"{len(cells)} settings"
    where = plain(next(iter(stages))) if len(stages) == 1 else f"{len(stages)} stages"
    return f"{where}: {what}" if len(stages) == 1 else f"{what} of {where}"


def _changed(edit: ChangeRule) -> str:
    rule = f"{plain(edit.stage)}: rule {edit.rule + 1}"
    if edit.to_stage is not None:
        return f"{rule} leads to {plain(edit.to_stage)}"
    if edit.decision is not None:
        return f"{rule} decides {edit.decision}"
    return f"{rule}, its condition" if edit.condition is not None else f"{rule}, its description"


def _target(before: Draft | None, stage: str, rule: int) -> str:
    rules = rules_of(before.document, stage) if before else []
    to_stage = rules[rule].get("to_stage") if 0 <= rule < len(rules) else None
    return f" to {plain(to_stage)}" if isinstance(to_stage, str) else ""
