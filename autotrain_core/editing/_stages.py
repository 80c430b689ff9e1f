"""Edits of stages: which there are, what they are called, in which order, and what they set."""

from collections.abc import Mapping, Sequence
from typing import Any

from autotrain_core.editing._draft import same
from autotrain_core.editing._edits import (
    MISSING,
    AddStage,
    DuplicateStage,
    MoveStage,
    RemoveStage,
    RenameStage,
    SetExhaustive,
    SetParameters,
    SetStageNote,
)
from autotrain_core.editing._first_values import first_values
from autotrain_core.editing._outline import (
    Document,
    Settings,
    all_rules,
    copied_stage,
    in_order,
    inserted,
    is_today,
    last_stage,
    renamed,
    rules_of,
    settings_of,
    with_rules,
    with_settings,
    without,
)
from autotrain_core.errors import EditError
from autotrain_core.models import GRADUATED, Task, TrainingStage, faults_of_name, listed, quoted

_NAMES_OF_TODAY = tuple(stage.value for stage in TrainingStage)
_METADATA = ("training_stage", "task", "task_url", "task_schema_version", "description")


def free_names(document: Mapping[str, Any]) -> tuple[str, ...]:
    """
    List names that a further stage may have.

    Returns:
        In schema 1.0 those of its eight that are not taken, in their order; in 2.0, which takes any name, the first
        "Stage 1", "Stage 2", … that is not taken.
    """
    taken = {*document["parameters"], *document["curriculum"]}
    if is_today(document):
        return tuple(name for name in _NAMES_OF_TODAY if name not in document["parameters"])
    number = next(number for number in range(1, len(taken) + 2) if f"Stage {number}" not in taken)
    return (f"Stage {number}",)


def add_stage(document: Document, edit: AddStage, task: Task | None) -> Document:
    """Add a stage."""
    _require_free(document, edit.name)
    stages = document["parameters"]
    if edit.after is not None:
        settings_of(document, edit.after)
        place = list(stages).index(edit.after) + 1
    else:
        place = len(stages) - (list(stages)[-1:] == [GRADUATED])
    if edit.name == GRADUATED:
        # Contracts of today: Graduated holds a copy of the final stage, whose name it still carries.
        settings = dict(settings_of(document, edit.like or last_stage(document)))
    elif edit.like is not None:
        settings = _called(document, settings_of(document, edit.like), edit.name) | _no_note(document, edit.like)
    else:
        settings = first_values(document, edit.name, task)
    added = {**document, "parameters": inserted(stages, place, edit.name, settings)}
    _require_first(added)
    return added if edit.name == GRADUATED or edit.name in document["curriculum"] else with_rules(added, edit.name, [])


def graduated_follows(before: Document, after: Document) -> Document:
    """Let Graduated, where it was a whole copy of the last stage, be one of the stage that is the last now."""
    last, now = last_stage(before), last_stage(after)
    settings = before["parameters"].get(GRADUATED)
    if not settings or last == now or copied_stage(before) != last or not same(settings, before["parameters"][last]):
        return after
    return {**after, "parameters": {**after["parameters"], GRADUATED: dict(after["parameters"][now])}}


def _no_note(document: Document, stage: str) -> dict[str, str]:
    return {"description": ""} if "description" in settings_of(document, stage) else {}


def _called(document: Document, settings: Settings, stage: str) -> Settings:
    if "training_stage" in settings:
        return {**settings, "training_stage": stage}
    return {"training_stage": stage, **settings} if is_today(document) else dict(settings)


def rename_stage(document: Document, edit: RenameStage) -> Document:
    """Call a stage otherwise, everywhere."""
    old, new = edit.stage, edit.to
    settings = settings_of(document, old)
    if old == new:
        return document
    if old == GRADUATED:
        raise EditError("Graduated cannot be called otherwise: mice that reach it have finished")
    if new == GRADUATED:
        raise EditError("no stage can be renamed to Graduated, which every curriculum has; add a rule that leads to it")
    _require_free(document, new)
    if new in document["curriculum"]:
        raise EditError(f"there are rules for a stage {quoted(new)} without settings already; add that stage instead")
    copy = copied_stage(document) == old
    stages = renamed({**document["parameters"], old: _called(document, settings, new)}, old, new)
    if copy:
        stages[GRADUATED] = {**stages[GRADUATED], "training_stage": new}
    after = {**document, "parameters": stages, "curriculum": renamed(document["curriculum"], old, new)}
    if new in after["curriculum"]:
        after = with_rules(after, new, rules_of(after, new))
    return _redirected(after, old, new)


def _redirected(document: Document, old: str, new: str) -> Document:
    entries = dict(document["curriculum"])
    for stage, entry in entries.items():
        if any(rule.get("to_stage") == old for rule in entry["transition_rules"]):
            rules = [
                {**rule, "to_stage": new} if rule.get("to_stage") == old else rule for rule in entry["transition_rules"]
            ]
            entries[stage] = {**entry, "transition_rules": rules}
    return {**document, "curriculum": entries}


def duplicate_stage(document: Document, edit: DuplicateStage) -> Document:
    """Copy a stage with its rules; those that stay at it stay at the copy."""
    settings = settings_of(document, edit.stage)
    if GRADUATED in (edit.stage, edit.to):
        raise EditError("there is one Graduated, where training ends; copy another stage")
    _require_free(document, edit.to)
    if edit.to in document["curriculum"]:
        raise EditError(
            f"there are rules for a stage {quoted(edit.to)} without settings already; add that stage instead"
        )
    place = list(document["parameters"]).index(edit.stage) + 1
    copy = _called(document, settings, edit.to)
    added = {**document, "parameters": inserted(document["parameters"], place, edit.to, copy)}
    if edit.stage not in document["curriculum"]:
        return added
    rules = [
        {**rule, "to_stage": edit.to} if rule.get("to_stage") == edit.stage else rule
        for rule in rules_of(document, edit.stage)
    ]
    copied = with_rules(added, edit.to, rules)
    marked = document["curriculum"][edit.stage].get("exhaustive") is True
    return _marked(copied, edit.to) if marked else copied


def rules_that_lead_to(document: Mapping[str, Any], stage: str) -> tuple[tuple[str, int], ...]:
    """List the rules of other stages that lead to a stage: stage and number from 0."""
    return tuple(
        (source, place)
        for source, place, rule in all_rules(document)
        if source != stage and rule.get("to_stage") == stage
    )


def remove_stage(document: Document, edit: RemoveStage) -> Document:
    """Remove a stage and all that names it; where Graduated was its copy, it becomes one of the last stage left."""
    stage, stages = edit.stage, document["parameters"]
    leading = {source for source, _ in rules_that_lead_to(document, stage)}
    if not (stage == GRADUATED and leading):
        settings_of(document, stage)
    left = without(stages, stage)
    if not any(name != GRADUATED for name in left):
        raise EditError(f"{quoted(stage)} is the only stage, and a curriculum has one at least; rename it instead")
    entries = without(document["curriculum"], stage)
    after: Document = {**document, "parameters": left, "curriculum": entries}
    if copied_stage(document) == stage:
        left[GRADUATED] = dict(left[last_stage(after)])
    for source in leading:
        kept = [rule for rule in entries[source]["transition_rules"] if rule.get("to_stage") != stage]
        entries[source] = {**entries[source], "transition_rules": kept}
    _require_first(after)
    return after


def move_stage(document: Document, edit: MoveStage) -> Document:
    """Put a stage at another place in the order."""
    settings = settings_of(document, edit.stage)
    rest = without(document["parameters"], edit.stage)
    if not 0 <= edit.place <= len(rest):
        raise EditError(f"{quoted(edit.stage)} cannot be moved to place {edit.place + 1} of {len(rest) + 1}")
    if list(document["parameters"]).index(edit.stage) == edit.place:
        return document
    moved: Document = {**document, "parameters": inserted(rest, edit.place, edit.stage, settings)}
    _require_first(moved)
    if edit.stage in moved["curriculum"]:
        moved["curriculum"] = in_order(moved["curriculum"], edit.stage, moved["parameters"])
    return moved


def set_parameters(document: Document, edit: SetParameters, task: Task | None) -> Document:
    """Set cells, one after the other; what Graduated copies of the final stage follows."""
    order = (*_METADATA, *(field.name for field in task.fields if field.name not in _METADATA)) if task else _METADATA
    changed: dict[str, Settings] = {}
    copied = copied_stage(document)
    for stage, name, value in edit.cells:
        before = settings_of(document, stage)
        _require_cell(document, stage, name, value)
        settings = changed.get(stage, before)
        if stage == copied:
            copy = changed.get(GRADUATED, document["parameters"][GRADUATED])
            if same(copy.get(name, MISSING), settings.get(name, MISSING)):
                changed[GRADUATED] = _with_cell(copy, name, value, order)
        changed[stage] = _with_cell(settings, name, value, order)
    for stage, settings in changed.items():
        if settings is not document["parameters"][stage]:
            document = with_settings(document, stage, settings)
    return document


def set_stage_note(document: Document, edit: SetStageNote, task: Task | None) -> Document:
    """Set what the author says of a stage."""
    return set_parameters(document, SetParameters(((edit.stage, "description", edit.text),)), task)


def set_exhaustive(document: Document, edit: SetExhaustive) -> Document:
    """Say whether a stage's rules are meant to decide every history; what is meant without the key is not written."""
    settings_of(document, edit.stage)
    entry = document["curriculum"].get(edit.stage, {})
    if entry.get("exhaustive", False) is edit.value:
        return document
    if edit.stage == GRADUATED or not entry:
        raise EditError(f"{quoted(edit.stage)} has no rules that could decide; add a rule first")
    if edit.value:
        return _marked(document, edit.stage)
    entries = {**document["curriculum"], edit.stage: without(entry, "exhaustive")}
    return {**document, "curriculum": entries}


def _marked(document: Document, stage: str) -> Document:
    entry = {**document["curriculum"][stage], "exhaustive": True}
    return {**document, "curriculum": {**document["curriculum"], stage: entry}}


def _require_cell(document: Document, stage: str, name: str, value: Any) -> None:
    if not name:
        raise EditError("a setting needs a name")
    if name != "training_stage" or value == stage or (value is MISSING and not is_today(document)):
        return
    if stage != GRADUATED or not isinstance(value, str) or value not in document["parameters"]:
        raise EditError(f"'training_stage' of {quoted(stage)} is the stage itself; rename the stage instead")


def _with_cell(settings: Settings, name: str, value: Any, order: Sequence[str]) -> Settings:
    if value is MISSING:
        return without(settings, name) if name in settings else settings
    if name in settings:
        return settings if same(settings[name], value) else {**settings, name: value}
    before = set(order[: order.index(name)]) if name in order else set(settings)
    place = max((index + 1 for index, key in enumerate(settings) if key in before), default=0)
    return inserted(settings, place, name, value)


def _require_free(document: Document, name: str) -> None:
    if name in document["parameters"]:
        raise EditError(f"there is a stage {quoted(name)} already; choose another name")
    if is_today(document):
        if name not in _NAMES_OF_TODAY:
            raise EditError(
                f"schema 1.0 has no stage {quoted(name)} (its stages are {listed(_NAMES_OF_TODAY)}); "
                "take one of them, or write the curriculum as schema 2.0"
            )
        return
    faults = list(faults_of_name(name, as_file=False))
    if faults:
        raise EditError(f"the stage name {quoted(name)} {' and '.join(faults)}")


def _require_first(document: Document) -> None:
    if next(iter(document["parameters"])) == GRADUATED:
        raise EditError("mice begin at the first stage, so Graduated cannot stand there")
