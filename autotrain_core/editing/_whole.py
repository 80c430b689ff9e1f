"""Edits of the document as a whole: what it is called, its format, missing values, further metrics, what is mended."""

from typing import Any

from autotrain_core.editing._edits import DeclareMetric, RemoveMetric, SetOnMissing, SetSchema
from autotrain_core.editing._outline import (
    Document,
    all_rules,
    copied_stage,
    is_today,
    last_stage,
    rules_of,
    with_rules,
    with_settings,
    without,
)
from autotrain_core.errors import ConditionError, EditError
from autotrain_core.models import (
    DUMMY,
    DYNAMIC_FORAGING,
    FREE,
    GRADUATED,
    SCHEMA_VERSIONS,
    SESSIONS,
    Task,
    TrainingStage,
    fault_of_metric_name,
    listed,
    quoted,
    shown,
)
from autotrain_core.rules import Metric, metrics_of, parse

_OF_TODAY = (DYNAMIC_FORAGING.schema_name, DUMMY.schema_name)
_NAMES_OF_TODAY = tuple(stage.value for stage in TrainingStage)


def set_schema(document: Document, edit: SetSchema, task: Task | None) -> Document:
    """Write the document in another format."""
    if edit.version not in SCHEMA_VERSIONS:
        raise EditError(f"there is no format {quoted(edit.version)}; the formats are {listed(SCHEMA_VERSIONS)}")
    if edit.version == document["curriculum_schema_version"]:
        return document
    changed = {**document, "curriculum_schema_version": edit.version}
    if edit.version == FREE:
        return changed
    unfit = what_does_not_fit(document)
    if unfit:
        raise EditError(f"this does not fit into schema 1.0: {'; '.join(unfit)}")
    return mend(_with_metadata(changed, task))


def what_does_not_fit(document: Document) -> tuple[str, ...]:
    """Say what keeps a document from being written as schema 1.0; nothing where it can be."""
    task, stages = document["curriculum_schema_name"], document["parameters"]
    unknown = [stage for stage in stages if stage not in _NAMES_OF_TODAY]
    found = []
    if task not in _OF_TODAY:
        found.append(f"it knows the tasks {listed(_OF_TODAY)}, not {quoted(task)}")
    if unknown:
        names = ", ".join(map(quoted, unknown[:12])) + (f" and {len(unknown) - 12} more" if len(unknown) > 12 else "")
        found.append(f"its stages are {listed(_NAMES_OF_TODAY)}, so rename {names}")
    return tuple(found)


def _with_metadata(document: Document, task: Task | None) -> Document:
    """Write out what 2.0 takes from the task where a stage says nothing."""
    if task is None:
        return document
    usual = {"task": task.name, "task_schema_version": task.version}
    required = {field.name for field in task.fields if field.required}
    for stage, settings in document["parameters"].items():
        left = {key: value for key, value in usual.items() if key not in settings and value}
        named = {"training_stage": settings.get("training_stage", stage)}
        # A task that requires its own name has choices there: which one was meant, nobody knows.
        filled = {key: value for key, value in left.items() if key not in required or task.schema_name == _OF_TODAY[1]}
        if filled or "training_stage" not in settings:
            document = with_settings(document, stage, {**named, **filled, **settings})
    return document


def mend(document: Document) -> Document:
    """Put right what no person has to decide."""
    for stage, settings in document["parameters"].items():
        if stage != GRADUATED:
            said = settings.get("training_stage", stage if not is_today(document) else None)
            if said != stage:
                document = with_settings(document, stage, settings)
    for stage in document["parameters"]:
        if stage == GRADUATED:
            continue
        entry = document["curriculum"].get(stage)
        if (entry is None and is_today(document)) or (entry is not None and _misnamed(document, stage, entry)):
            document = with_rules(document, stage, rules_of(document, stage))
    graduated = document["parameters"].get(GRADUATED)
    named = GRADUATED if graduated is None else graduated.get("training_stage", GRADUATED)
    if graduated is not None and named != GRADUATED and not copied_stage(document) and last_stage(document):
        document = with_settings(document, GRADUATED, {**graduated, "training_stage": last_stage(document)})
    return document


def _misnamed(document: Document, stage: str, entry: dict[str, Any]) -> bool:
    return bool(entry.get("from_stage", None if is_today(document) else stage) != stage)


def set_on_missing(document: Document, edit: SetOnMissing) -> Document:
    """Choose what a comparison with a missing value is; what is meant without the key is not written."""
    if edit.value not in ("false", "stay"):
        raise EditError(
            f"a comparison with a missing value is 'false' or the mouse may 'stay', not {quoted(edit.value)}"
        )
    if document.get("on_missing", "false") == edit.value:
        return document
    return without(document, "on_missing") if edit.value == "false" else {**document, "on_missing": edit.value}


def declare_metric(document: Document, edit: DeclareMetric, task: Task | None) -> Document:
    """Declare a metric, or declare it otherwise."""
    metric, declared = edit.metric, document.get("metrics", [])
    taken = tuple(known.name for known in task.metrics) if task else ()
    why = "is a metric of the task already" if metric.name in taken else fault_of_metric_name(metric.name)
    if metric.name in {column.name for column in SESSIONS}:
        why = "is a column that says which session it was, not what was measured"
    if why:
        raise EditError(f"the metric {quoted(metric.name)} {why}")
    if metric.minimum is not None and metric.maximum is not None and metric.minimum > metric.maximum:
        raise EditError(f"the minimum of the metric {quoted(metric.name)} is more than its maximum")
    if not isinstance(declared, list):
        raise EditError(f"'metrics' of the document must be a list, found {shown(declared)}; correct it in the text")
    written = _declaration(metric)
    places = [place for place, one in enumerate(declared) if _is_called(one, metric.name)]
    if not places:
        return {**document, "metrics": [*declared, written]}
    return {**document, "metrics": [*declared[: places[0]], written, *declared[places[0] + 1 :]]}


def _declaration(metric: Metric) -> dict[str, Any]:
    told = {
        "title": metric.title if metric.title != metric.name.replace("_", " ") else "",
        "unit": metric.unit,
        "integer": metric.integer,
        "minimum": metric.minimum,
        "maximum": metric.maximum,
        "description": metric.description,
    }
    return {"name": metric.name} | {
        key: value for key, value in told.items() if value not in ("", None) and value is not False
    }


def remove_metric(document: Document, edit: RemoveMetric) -> Document:
    """Take a declared metric away, if no rule speaks of it."""
    declared = document.get("metrics", [])
    if not isinstance(declared, list) or not any(_is_called(one, edit.name) for one in declared):
        raise EditError(f"the document declares no metric {quoted(edit.name)}; perhaps somebody removed it")
    speaking = [f"{stage}, rule {place + 1}" for stage, place, rule in all_rules(document) if _speaks(rule, edit.name)]
    if speaking:
        raise EditError(f"the metric {quoted(edit.name)} is in use ({listed(speaking)}); change these rules first")
    left = [one for one in declared if not _is_called(one, edit.name)]
    return {**document, "metrics": left} if left else without(document, "metrics")


def _is_called(declaration: Any, name: str) -> bool:
    return isinstance(declaration, dict) and declaration.get("name") == name


def _speaks(rule: dict[str, Any], name: str) -> bool:
    text = rule.get("condition")
    if not isinstance(text, str) or name not in text:
        return False
    try:
        return name in metrics_of(parse(text))
    except ConditionError:
        # A condition that is being written: better asked than cut off.
        return True
