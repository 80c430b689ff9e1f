"""
What differs between two states of a draft, field by field: a setting, a part of a rule, a text, an order.

Plain differences of the documents, in words of the page where they were made; what a change means for a mouse is said
elsewhere. Places on the canvas are no fields: nobody needs to be told that a box was moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autotrain_core.editing._draft import Draft, same
from autotrain_core.editing._edits import MISSING
from autotrain_core.editing._matching import content, matched_rules, renamed_stages
from autotrain_core.models import listed, plain, shown

_LONGEST = 200
TEXTS = {
    "curriculum_name": "name",
    "curriculum_version": "version",
    "curriculum_description": "description of the curriculum",
    "curriculum_schema_name": "task",
    "curriculum_schema_version": "schema version",
    "on_missing": "on a missing value",
}
"""Key of a document -> what people call it."""

RULE_PARTS = {
    "decision": "decision",
    "to_stage": "stage that it leads to",
    "condition": "condition",
    "condition_description": "description",
}
"""Key of a rule -> what people call it."""

TASK_DOCUMENT = "the document of the task"
ORDER_OF_STAGES = "order of the stages"
STRUCTURE = ("parameters", "curriculum", "metrics")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """
    One field that differs.

    Attributes:
        place: Where, in words ("Stage 2, BlockMin").
        stage: The stage as it is called now; empty where it is about none.
        parameter: The key of the setting or metric; empty where it is about none.
        rule: Place of the rule among those of the stage, from 1, as it is now, or as it was where it was removed; None
            where it is about none.
        before: What was there, as a short text; empty where nothing was.
        after: What is there, as a short text; empty where nothing is.
    """

    place: str
    stage: str = ""
    parameter: str = ""
    rule: int | None = None
    before: str
    after: str


def field_changes(before: Draft, after: Draft) -> tuple[FieldChange, ...]:
    """
    List what differs between two states of a draft.

    Args:
        before: One state.
        after: Another one, of the same draft or of any.

    Returns:
        A change a field: the document as a whole, its metrics, then stage by stage in the order of the second, then
        stages that are gone; nothing where both documents are the same.
    """
    return tuple(_changes(before, after))


def _changes(before: Draft, after: Draft) -> Iterator[FieldChange]:
    old, new = before.document, after.document
    yield from _of_texts(old, new)
    if before.task_schema != after.task_schema:
        yield FieldChange(place=TASK_DOCUMENT, before=brief(before.task_schema), after=brief(after.task_schema))
    yield from _of_metrics(old, new)
    names = renamed_stages(old, new)
    stages, now_called = old["parameters"], {names.get(stage, stage): stage for stage in old["parameters"]}
    was_order = [name for name in now_called if name in new["parameters"]]
    now_order = [name for name in new["parameters"] if name in now_called]
    if was_order != now_order:
        yield FieldChange(place=ORDER_OF_STAGES, before=listed(was_order), after=listed(now_order))
    for stage in new["parameters"]:
        if stage not in now_called:
            yield FieldChange(place=f"{plain(stage)}", stage=stage, before="", after=summary(new, stage))
            continue
        was = now_called[stage]
        if was != stage:
            yield FieldChange(place=f"{plain(stage)}, name", stage=stage, before=plain(was), after=plain(stage))
        yield from _of_settings(stage, stages[was], new["parameters"][stage], names)
        yield from _of_entry(stage, old["curriculum"].get(was), new["curriculum"].get(stage), names)
    for name, was in now_called.items():
        if name not in new["parameters"]:
            yield FieldChange(place=plain(was), stage=was, before=summary(old, was), after="")
    yield from _of_orphans(old, new)


def _of_texts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key, MISSING), new.get(key, MISSING)
        if key not in STRUCTURE and not same_or_missing(was, now):
            yield FieldChange(place=TEXTS.get(key, plain(key)), before=brief(was), after=brief(now))


def _of_metrics(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    was, now = metrics_by_name(old), metrics_by_name(new)
    if was is None or now is None:
        whole = old.get("metrics", MISSING), new.get("metrics", MISSING)
        if not same_or_missing(*whole):
            yield FieldChange(place="metrics", before=brief(whole[0]), after=brief(whole[1]))
        return
    for name in [*now, *(name for name in was if name not in now)]:
        one, other = was.get(name, MISSING), now.get(name, MISSING)
        if not same_or_missing(one, other):
            told = [brief(None if value is MISSING else content(value)) for value in (one, other)]
            yield FieldChange(
                place=f"metric {plain(name)}",
                parameter=name,
                before="" if one is MISSING else told[0],
                after="" if other is MISSING else told[1],
            )


def metrics_by_name(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the declared metrics by name; None where the document's list is none of metrics with names of their own."""
    declared = document.get("metrics", [])
    if not isinstance(declared, list) or not all(isinstance(one, dict) for one in declared):
        return None
    names = [one.get("name") for one in declared]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return None
    return {one["name"]: one for one in declared}


def _of_settings(
    stage: str, old: Mapping[str, Any], new: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[FieldChange]:
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key, MISSING), new.get(key, MISSING)
        if key == "training_stage" and isinstance(was, str) and names.get(was, was) == now:
            continue
        if not same_or_missing(was, now):
            place = f"{plain(stage)}, {plain(key)}"
            yield FieldChange(place=place, stage=stage, parameter=key, before=brief(was), after=brief(now))


def _of_entry(stage: str, old: Any, new: Any, names: Mapping[str, str]) -> Iterator[FieldChange]:
    was, now = old or {}, new or {}
    for key in [*now, *(key for key in was if key not in now)]:
        one, other = was.get(key, MISSING), now.get(key, MISSING)
        if key == "transition_rules" or (key == "from_stage" and (names.get(one, one) == other or not old)):
            continue
        if not same_or_missing(one, other):
            yield FieldChange(place=f"{plain(stage)}, {plain(key)}", stage=stage, before=brief(one), after=brief(other))
    if (old is None) != (new is None):
        told = ["" if entry is None else "a list of rules" for entry in (old, new)]
        yield FieldChange(place=f"{plain(stage)}, rules", stage=stage, before=told[0], after=told[1])
    yield from _of_rules(stage, _followed(was.get("transition_rules", []), names), now.get("transition_rules", []))


def _followed(rules: Sequence[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Let rules lead to stages as these are called now: that a rule followed its stage is no change of the rule."""
    return [
        {**rule, "to_stage": names[rule["to_stage"]]} if names and _leads_to(rule, names) else rule for rule in rules
    ]


def _leads_to(rule: Mapping[str, Any], names: Mapping[str, str]) -> bool:
    return isinstance(rule.get("to_stage"), str) and rule["to_stage"] in names


def _of_rules(stage: str, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> Iterator[FieldChange]:
    pairs = matched_rules(old, new)
    back = {now: was for was, now in pairs.items()}
    order = sorted(pairs)
    if [pairs[place] for place in order] != sorted(pairs.values()):
        was, now = (
            ", ".join(str(place + 1) for place in order),
            ", ".join(str(back[place] + 1) for place in sorted(back)),
        )
        yield FieldChange(place=f"{plain(stage)}, order of its rules", stage=stage, before=was, after=now)
    for place, rule in enumerate(new):
        where = f"{plain(stage)}, rule {place + 1}"
        if place not in back:
            yield FieldChange(place=where, stage=stage, rule=place + 1, before="", after=rule_in_brief(rule))
            continue
        was_rule = old[back[place]]
        for key in [*rule, *(key for key in was_rule if key not in rule)]:
            one, other = was_rule.get(key, MISSING), rule.get(key, MISSING)
            if not same_or_missing(one, other):
                part = RULE_PARTS.get(key, plain(key))
                yield FieldChange(
                    place=f"{where}, {part}", stage=stage, rule=place + 1, before=brief(one), after=brief(other)
                )
    for place, rule in enumerate(old):
        if place not in pairs:
            where = f"{plain(stage)}, rule {place + 1}"
            yield FieldChange(place=where, stage=stage, rule=place + 1, before=rule_in_brief(rule), after="")


def _of_orphans(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Compare what stands under 'curriculum' for stages that nobody lists."""
    was = {stage: entry for stage, entry in old["curriculum"].items() if stage not in old["parameters"]}
    now = {stage: entry for stage, entry in new["curriculum"].items() if stage not in new["parameters"]}
    for stage in [*now, *(stage for stage in was if stage not in now)]:
        one, other = was.get(stage, MISSING), now.get(stage, MISSING)
        if not same_or_missing(one, other) and not {stage} & {*old["parameters"], *new["parameters"]}:
            place = f"{plain(stage)}, rules without settings"
            yield FieldChange(place=place, stage=stage, before=brief(one), after=brief(other))


def same_or_missing(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, or are both not there."""
    if one is MISSING or other is MISSING:
        return one is other
    return same(one, other)


def summary(document: Mapping[str, Any], stage: str) -> str:
    """Say in a few words what a stage is made of."""
    settings = len(document["parameters"][stage])
    rules = len(document["curriculum"].get(stage, {"transition_rules": ()})["transition_rules"])
    return f"{settings} setting{'' if settings == 1 else 's'}, {rules} rule{'' if rules == 1 else 's'}"


def rule_in_brief(rule: Mapping[str, Any]) -> str:
    """Say in a line what a rule does."""
    text = rule.get("condition")
    when = brief(text).removeprefix("lambda metrics:").strip() if isinstance(text, str) else "?"
    return f"{brief(rule.get('decision', '?'))} to {brief(rule.get('to_stage', '?'))}, when {when}"


def brief(value: Any) -> str:
    """Show a value in a line of at most 200 characters; nothing where it is not there."""
    if value is MISSING or value is None:
        return "" if value is MISSING else "null"
    if not isinstance(value, str):
        return shown(value)
    line = " ".join(value[: _LONGEST * 4].split())
    seen = "".join(letter if letter.isprintable() else "\ufffd" for letter in line[:_LONGEST])
    return f"{seen[: _LONGEST - 1]}…" if len(line) > _LONGEST or len(value) > _LONGEST * 4 else seen
