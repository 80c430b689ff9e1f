"""Apply an edit to a draft: one door for every edit, and what must hold after each of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from autotrain_core.editing._draft import Draft, is_coordinate, same
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
from autotrain_core.editing._outline import Document, renamed, require_target, without
from autotrain_core.editing._stages import (
    add_stage,
    duplicate_stage,
    graduated_follows,
    move_stage,
    remove_stage,
    rename_stage,
    set_exhaustive,
    set_parameters,
    set_stage_note,
)
from autotrain_core.editing._transitions import add_rule, change_rule, move_rule, move_rule_to_stage, remove_rule
from autotrain_core.editing._values import require_plain, require_text
from autotrain_core.editing._whole import declare_metric, mend, remove_metric, set_on_missing, set_schema
from autotrain_core.errors import DocumentError, EditError
from autotrain_core.models import Bounds, Task, require_curriculum, require_document

# What is within these, however it nests, is within the bounds of documents too: no need to write it out to see.
_DEEPEST_INDENT = 1 + 4 * Bounds().depth


def apply(draft: Draft, edit: Edit, *, tasks: Mapping[str, Task] | None = None) -> Draft:
    """
    Make an edit.

    Args:
        draft: What is edited; it stays as it is.
        edit: What a person wants.
        tasks: Schema name -> task; every task of this installation where this is None. The draft's own is added.

    Returns:
        Another draft, which shares with the first what the edit does not name; the very same one where the edit
        changes nothing.

    Raises:
        EditError: It cannot be done; the sentence is for the person who asked for it.
    """
    match edit:
        case PlaceStage():
            return _placed(draft, edit)
        case ForgetPlaces():
            return replace(draft, places={}) if draft.places else draft
    try:
        document = _edited(draft, edit, tasks)
        if same(document, draft.document):
            return draft
        require_room(document)
    except EditError:
        raise
    except DocumentError as error:
        raise EditError(str(error)) from None
    return replace(draft, document=document, places=_places(draft, edit, document))


def _edited(draft: Draft, edit: Edit, tasks: Mapping[str, Task] | None) -> Document:
    document = dict(draft.document)
    match edit:
        case SetIdentity(name=name, version=version):
            texts = {"curriculum_name": require_text(name), "curriculum_version": require_text(version)}
            return {**document, **texts}
        case SetDescription(text=text):
            known = document.get("curriculum_description", "") == text
            return document if known else {**document, "curriculum_description": require_text(text)}
        case SetSchema():
            return set_schema(document, edit, task_of(draft, tasks))
        case SetOnMissing():
            return set_on_missing(document, edit)
        case DeclareMetric(metric=metric):
            for text in (metric.name, metric.title, metric.unit, metric.description):
                require_text(text)
            require_plain([metric.minimum, metric.maximum])
            return declare_metric(document, edit, task_of(draft, tasks))
        case RemoveMetric():
            return remove_metric(document, edit)
        case AddStage(name=name):
            require_text(name)
            return graduated_follows(document, add_stage(document, edit, task_of(draft, tasks)))
        case RenameStage(to=to):
            require_text(to)
            return rename_stage(document, edit)
        case DuplicateStage(to=to):
            require_text(to)
            return graduated_follows(document, duplicate_stage(document, edit))
        case RemoveStage():
            return remove_stage(document, edit)
        case MoveStage():
            return graduated_follows(document, move_stage(document, edit))
        case SetParameters(cells=cells):
            for _, name, value in cells:
                require_text(name)
                require_plain(None if value is MISSING else value)
            return set_parameters(document, edit, task_of(draft, tasks))
        case SetStageNote(text=text):
            require_text(text)
            return set_stage_note(document, edit, task_of(draft, tasks))
        case SetExhaustive():
            return set_exhaustive(document, edit)
        case AddRule(condition=condition, description=description):
            require_text(condition)
            require_text(description)
            return add_rule(document, edit)
        case ChangeRule(condition=condition, description=description):
            require_text(condition or "")
            require_text(description or "")
            return change_rule(document, edit)
        case RemoveRule():
            return remove_rule(document, edit)
        case MoveRule():
            return move_rule(document, edit)
        case MoveRuleToStage():
            return move_rule_to_stage(document, edit)
        case MendDocument():
            return mend(document)
        case ReplaceDocument(document=other):
            require_plain(dict(other), depth=Bounds().depth)
            copied: Document = json.loads(require_document(dict(other)))
            return copied
        case _:  # pragma: no cover
            assert_never(edit)  # type: ignore[arg-type]  # the two of the canvas were made before


def task_of(draft: Draft, tasks: Mapping[str, Task] | None = None) -> Task | None:
    """
    Find the task of a draft; None where nobody knows it.

    Args:
        draft: The draft.
        tasks: As in `apply`.

    Raises:
        DocumentError: The document of its task is none.
    """
    return draft.tasks(tasks).get(draft.document["curriculum_schema_name"])


def require_room(document: Document) -> None:
    """
    Make sure that a document made of one that could be read can be read, too.

    Raises:
        DocumentError: It holds too much, or a number without end.
    """
    require_curriculum(document, "the draft")
    try:
        text = json.dumps(document)
    except ValueError:  # a number of more digits than Python writes
        text = require_document(document, "the draft")
    breaks = text.count(",") + 2 * (text.count("{") + text.count("["))
    bounds = Bounds()
    if len(text) + breaks * _DEEPEST_INDENT > bounds.length or breaks > bounds.values:
        require_document(document, "the draft")


def _placed(draft: Draft, edit: PlaceStage) -> Draft:
    require_target(draft.document, edit.stage)
    if not is_coordinate(edit.x) or not is_coordinate(edit.y):
        raise EditError(f"{edit.x}, {edit.y} is no place on the canvas")
    place = (float(edit.x), float(edit.y))
    return (
        draft if draft.places.get(edit.stage) == place else replace(draft, places={**draft.places, edit.stage: place})
    )


def _places(draft: Draft, edit: Edit, document: Document) -> Mapping[str, tuple[float, float]]:
    match edit:
        case RenameStage(stage=stage, to=to):
            return renamed(without(draft.places, to), stage, to) if stage in draft.places else draft.places
        case RemoveStage(stage=stage):
            return without(draft.places, stage) if stage in draft.places else draft.places
        case ReplaceDocument():
            return {stage: place for stage, place in draft.places.items() if stage in document["parameters"]}
    return draft.places
