"""Edits of rules: which a stage has, in which order they are tried, where they lead, when."""

from typing import Any, get_args

from autotrain_core.editing._edits import AddRule, ChangeRule, DecisionWord, MoveRule, MoveRuleToStage, RemoveRule
from autotrain_core.editing._outline import (
    Document,
    Rule,
    inferred,
    require_target,
    rule_of,
    rules_of,
    settings_of,
    with_rules,
)
from autotrain_core.errors import EditError
from autotrain_core.models import GRADUATED, quoted

_DECISIONS: tuple[str, ...] = get_args(DecisionWord)


def add_rule(document: Document, edit: AddRule) -> Document:
    """Add a rule to a stage."""
    _require_source(document, edit.stage)
    require_target(document, edit.to_stage)
    _require_decision(edit.decision)
    rule = {
        "decision": edit.decision or inferred(document, edit.stage, edit.to_stage),
        "to_stage": edit.to_stage,
        "condition": edit.condition,
        "condition_description": edit.description,
    }
    rules = rules_of(document, edit.stage)
    place = len(rules) if edit.place is None else edit.place
    _require_place(edit.stage, place, len(rules))
    return with_rules(document, edit.stage, [*rules[:place], rule, *rules[place:]])


def change_rule(document: Document, edit: ChangeRule) -> Document:
    """Change parts of a rule."""
    rule = rule_of(document, edit.stage, edit.rule)
    _require_decision(edit.decision)
    parts: dict[str, Any] = {
        "decision": edit.decision,
        "to_stage": edit.to_stage,
        "condition": edit.condition,
        "condition_description": edit.description,
    }
    if edit.to_stage is not None and edit.to_stage != rule.get("to_stage"):
        require_target(document, edit.to_stage)
        if edit.decision is None and _agrees(document, edit.stage, rule):
            parts["decision"] = inferred(document, edit.stage, edit.to_stage)
    wanted = {key: value for key, value in parts.items() if value is not None and rule.get(key) != value}
    if not wanted:
        return document
    rules = list(rules_of(document, edit.stage))
    rules[edit.rule] = {**rule, **wanted}
    return with_rules(document, edit.stage, rules)


def remove_rule(document: Document, edit: RemoveRule) -> Document:
    """Remove a rule."""
    rule_of(document, edit.stage, edit.rule)
    rules = rules_of(document, edit.stage)
    return with_rules(document, edit.stage, [*rules[: edit.rule], *rules[edit.rule + 1 :]])


def move_rule(document: Document, edit: MoveRule) -> Document:
    """Put a rule at another place among those of its stage."""
    rule = rule_of(document, edit.stage, edit.rule)
    rules = list(rules_of(document, edit.stage))
    del rules[edit.rule]
    _require_place(edit.stage, edit.place, len(rules))
    if edit.place == edit.rule:
        return document
    rules.insert(edit.place, rule)
    return with_rules(document, edit.stage, rules)


def move_rule_to_stage(document: Document, edit: MoveRuleToStage) -> Document:
    """Give a rule to another stage."""
    rule = rule_of(document, edit.stage, edit.rule)
    _require_source(document, edit.to)
    if edit.to == edit.stage:
        return document
    if _agrees(document, edit.stage, rule):
        rule = {**rule, "decision": inferred(document, edit.to, rule["to_stage"])}
    left = remove_rule(document, RemoveRule(edit.stage, edit.rule))
    return with_rules(left, edit.to, [*rules_of(left, edit.to), rule])


def _agrees(document: Document, stage: str, rule: Rule) -> bool:
    """Tell whether a rule's decision is the one that the order of the stages makes of its way."""
    to_stage = rule.get("to_stage")
    leads = isinstance(to_stage, str) and (to_stage == GRADUATED or to_stage in document["parameters"])
    return leads and rule.get("decision") == inferred(document, stage, str(to_stage))


def _require_source(document: Document, stage: str) -> None:
    if stage == GRADUATED:
        raise EditError("mice that graduated stay, so Graduated has no rules; begin the rule at another stage")
    settings_of(document, stage)


def _require_place(stage: str, place: int, rules: int) -> None:
    if not 0 <= place <= rules:
        raise EditError(f"there is no place {place + 1} among the rules of {quoted(stage)}, which are {rules}")


def _require_decision(decision: str | None) -> None:
    if decision is not None and decision not in _DECISIONS:
        raise EditError(f"a rule decides {', '.join(_DECISIONS[:-1])} or {_DECISIONS[-1]}, not {quoted(decision)}")
