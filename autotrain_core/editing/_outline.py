"""
Finds the stages, settings and rules of a document, and makes documents in which one of them is another.

Nothing is changed in place. A stage whose settings or rules are replaced says its own name afterwards
(`training_stage`, `from_stage`), whatever was written there before; the others stay as they are.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from autotrain_core.errors import EditError
from autotrain_core.models import GRADUATED, TODAY, Decision, did_you_mean, quoted

Document = dict[str, Any]
Settings = dict[str, Any]
Rule = dict[str, Any]


def is_today(document: Mapping[str, Any]) -> bool:
    """Tell whether a document is of schema 1.0."""
    return bool(document["curriculum_schema_version"] == TODAY)


def settings_of(document: Mapping[str, Any], stage: str) -> Settings:
    """
    Find the settings of a stage.

    Raises:
        EditError: No such stage is listed.
    """
    stages: dict[str, Settings] = document["parameters"]
    if stage not in stages:
        known = tuple(stages)
        raise EditError(f"there is no stage {quoted(stage)}{did_you_mean(stage, known)}; perhaps somebody removed it")
    return stages[stage]


def rules_of(document: Mapping[str, Any], stage: str) -> list[Rule]:
    """Find the rules of a stage; none where the document has no entry for it."""
    rules: list[Rule] = document["curriculum"].get(stage, {"transition_rules": []})["transition_rules"]
    return rules


def rule_of(document: Mapping[str, Any], stage: str, rule: int) -> Rule:
    """
    Find a rule.

    Raises:
        EditError: No such stage is listed, or it has fewer rules.
    """
    settings_of(document, stage)
    rules = rules_of(document, stage)
    if not 0 <= rule < len(rules):
        raise EditError(f"{quoted(stage)} has no rule {rule + 1}, it has {len(rules)}; perhaps somebody removed it")
    return rules[rule]


def all_rules(document: Mapping[str, Any]) -> Iterator[tuple[str, int, Rule]]:
    """Yield stage, number from 0, and rule, in the order of the document."""
    for stage in document["curriculum"]:
        for place, rule in enumerate(rules_of(document, stage)):
            yield stage, place, rule


def require_target(document: Mapping[str, Any], stage: str) -> None:
    """
    Make sure that a rule may lead to a stage; to Graduated it always may.

    Raises:
        EditError: No such stage is listed.
    """
    if stage != GRADUATED:
        settings_of(document, stage)


def inferred(document: Mapping[str, Any], stage: str, to_stage: str) -> str:
    """Say which decision the order of the stages makes of a way: Graduated comes after all others."""
    order = {name: place for place, name in enumerate(document["parameters"]) if name != GRADUATED}
    last = len(document["parameters"])
    here, there = order.get(stage, last), order.get(to_stage, last)
    if here == there:
        return Decision.STAY.value
    return Decision.PROGRESS.value if there > here else Decision.ROLLBACK.value


def last_stage(document: Mapping[str, Any]) -> str:
    """Name the last stage before Graduated; empty where there is none."""
    return next((stage for stage in reversed(document["parameters"]) if stage != GRADUATED), "")


def copied_stage(document: Mapping[str, Any]) -> str:
    """Name the stage whose settings Graduated holds a copy of; empty where it holds none."""
    stages = document["parameters"]
    said = stages.get(GRADUATED, {}).get("training_stage")
    return said if isinstance(said, str) and said in stages and said != GRADUATED else ""


def with_settings(document: Mapping[str, Any], stage: str, settings: Settings) -> Document:
    """Return the document in which a stage that is listed has other settings, and says its own name in them."""
    named = settings
    if stage != GRADUATED and settings.get("training_stage") != stage:
        if "training_stage" in settings:
            named = {**settings, "training_stage": stage}
        elif is_today(document):
            named = {"training_stage": stage, **settings}
    return {**document, "parameters": {**document["parameters"], stage: named}}


def with_rules(document: Mapping[str, Any], stage: str, rules: list[Rule]) -> Document:
    """Return the document in which a stage has other rules, and says its own name beside them."""
    entries: dict[str, Any] = document["curriculum"]
    if stage not in entries:
        entry = {"from_stage": stage, "transition_rules": rules}
        return {**document, "curriculum": in_order({**entries, stage: entry}, stage, document["parameters"])}
    entry = {**entries[stage], "transition_rules": rules}
    if entry.get("from_stage") != stage:
        if "from_stage" in entry:
            entry["from_stage"] = stage
        elif is_today(document):
            entry = {"from_stage": stage, **entry}
    return {**document, "curriculum": {**entries, stage: entry}}


def in_order(entries: Mapping[str, Any], stage: str, order: Mapping[str, Any]) -> dict[str, Any]:
    """Return entries of stages in which that of one stage stands where the order of the stages wants it."""
    names = list(order)
    before = set(names[: names.index(stage)])
    rest = [name for name in entries if name != stage]
    place = max((index + 1 for index, name in enumerate(rest) if name in before), default=0)
    return {name: entries[name] for name in (*rest[:place], stage, *rest[place:])}


def without(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a mapping without a key."""
    return {name: value for name, value in mapping.items() if name != key}


def renamed(mapping: Mapping[str, Any], key: str, to: str) -> dict[str, Any]:
    """Return a mapping in which a key has another name, at its place."""
    return {to if name == key else name: value for name, value in mapping.items()}


def inserted(mapping: Mapping[str, Any], place: int, key: str, value: Any) -> dict[str, Any]:
    """Return a mapping with a further key at a place."""
    items = list(mapping.items())
    return dict([*items[:place], (key, value), *items[place:]])
