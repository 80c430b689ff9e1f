"""What changed from one version of a curriculum to another, as far as their documents say it: value by value."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

import pandas as pd

from autotrain_core.diagrams import ParameterTable, parameter_table
from autotrain_core.models import Curriculum, Decision, Rule, Stage
from autotrain_core.rules import to_words

COLUMNS = ("kind", "stage", "what", "before", "after")

_VERBS = {Decision.PROGRESS: "goes on", Decision.ROLLBACK: "goes back", Decision.STAY: "stays"}

_Change = tuple[str, str, str, str | None, str | None]


def version_changes(before: Curriculum, after: Curriculum) -> pd.DataFrame:
    """
    List what differs between two documents, stage by stage.

    Plain differences: it does not say what a change means for a mouse. Two conditions that say the same in different
    words differ; two that differ in blanks and line breaks only do not.

    Args:
        before: One document.
        after: Another; both are usually versions of one curriculum.

    Returns:
        A row a difference, in the order of the document after: `kind` (curriculum, stage, parameter, rule), `stage`
        (empty where it is about none), `what` (the setting with its unit, or the rule), `before` and `after` (all str;
        missing where there is no such thing).
    """
    rows = [*_of_all(before, after), *_of_stages(before, after)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def _of_all(before: Curriculum, after: Curriculum) -> Iterator[_Change]:
    told = {
        "name": (before.name, after.name),
        "description": (before.description, after.description),
        "task": (before.schema_name, after.schema_name),
        "schema version": (before.schema_version, after.schema_version),
        "on a missing value": (before.on_missing, after.on_missing),
        "metrics": (_metrics(before), _metrics(after)),
        "stages": (_stages(before), _stages(after)),
    }
    for what, (old, new) in told.items():
        if old != new:
            yield "curriculum", "", what, old, new


def _metrics(curriculum: Curriculum) -> str:
    return ", ".join(metric.name for metric in curriculum.metrics)


def _stages(curriculum: Curriculum) -> str:
    return ", ".join(stage.name for stage in curriculum.stages)


def _of_stages(before: Curriculum, after: Curriculum) -> Iterator[_Change]:
    old = {stage.name: stage for stage in before.stages}
    new = {stage.name: stage for stage in after.stages}
    settings = parameter_table(before), parameter_table(after)
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in old or name not in new:
            # All its settings and rules are new, or gone: one line says so.
            yield "stage", name, "the stage", _summary(old.get(name)), _summary(new.get(name))
            continue
        yield from _of_settings(name, settings[0], settings[1])
        yield from _of_rules(old[name], before, new[name], after)


def _summary(stage: Stage | None) -> str | None:
    if stage is None:
        return None
    settings, rules = len(stage.parameters), len(stage.rules)
    return f"{settings} setting{'' if settings == 1 else 's'}, {rules} rule{'' if rules == 1 else 's'}"


def _of_settings(stage: str, before: ParameterTable, after: ParameterTable) -> Iterator[_Change]:
    old, new = _cells(before, stage), _cells(after, stage)
    for name in [*new, *(name for name in old if name not in new)]:
        if old.get(name) != new.get(name):
            title = (after if name in after.rows.index else before).rows.at[name, "title"]
            yield "parameter", stage, str(title), old.get(name), new.get(name)


def _cells(table: ParameterTable, stage: str) -> dict[str, str]:
    """Give what a stage sets, by the key in documents; an empty cell says that it does not."""
    if stage not in table.cells.columns:
        return {}
    column = table.cells[stage]
    return {str(name): str(value) for name, value in column[column != ""].items()}


def _of_rules(old: Stage, before: Curriculum, new: Stage, after: Curriculum) -> Iterator[_Change]:
    first, second = [_told(rule, before) for rule in old.rules], [_told(rule, after) for rule in new.rules]
    for kind, start, end, other_start, other_end in SequenceMatcher(a=first, b=second, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        was, now = first[start:end], second[other_start:other_end]
        for place, (one, other) in enumerate(zip_longest(was, now)):
            number = (other_start if other is not None else start) + place + 1
            yield "rule", new.name, f"rule {number}", one, other


def _told(rule: Rule, curriculum: Curriculum) -> str:
    """Say a rule in words; one that cannot be read as it is written."""
    does = _VERBS[rule.decision] if rule.decision is not None else "?"
    when = to_words(rule.condition, curriculum.metrics) if rule.condition is not None else rule.condition_text
    told = f"{does}, to {rule.to_stage}, when {when}"
    return f"{told} ({rule.description})" if rule.description else told
