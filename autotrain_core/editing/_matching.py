"""Finds what is the same thing in two states of a document: rules without names, stages with another name."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autotrain_core.models import GRADUATED

Rule = dict[str, Any]
_ALIKE = 0.8


def content(value: Any) -> str:
    """Write a JSON value so that two are written alike exactly where they are the same."""
    return json.dumps(value)


def matched_rules(before: Sequence[Rule], after: Sequence[Rule]) -> dict[int, int]:
    """
    Pair the rules of a stage then and now.

    Returns:
        Place before -> place after. The same content is the same rule; among the others, those that lead to one stage,
        then those with one condition, then those at one place. What is not there was removed, or is new.
    """
    pairs: dict[int, int] = {}
    for key in (content, lambda rule: content(rule.get("to_stage")), lambda rule: content(rule.get("condition"))):
        _pair(before, after, pairs, key)
    taken = set(pairs.values())
    for place in range(min(len(before), len(after))):
        if place not in pairs and place not in taken:
            pairs[place] = place
    return pairs


def _pair(before: Sequence[Rule], after: Sequence[Rule], pairs: dict[int, int], key: Callable[[Rule], str]) -> None:
    taken = set(pairs.values())
    places: dict[str, list[int]] = {}
    for place, rule in enumerate(after):
        if place not in taken:
            places.setdefault(key(rule), []).append(place)
    for place, rule in enumerate(before):
        if place not in pairs and places.get(key(rule)):
            pairs[place] = places[key(rule)].pop(0)


def renamed_stages(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """
    Find stages that have another name now.

    Returns:
        Old name -> new name: a stage that is gone, and a new one with its settings; where they stand at the same place,
        four settings of five are enough.
    """
    old, new = before["parameters"], after["parameters"]
    gone = [stage for stage in old if stage not in new and stage != GRADUATED]
    come = [stage for stage in new if stage not in old and stage != GRADUATED]
    places = {stage: place for place, stage in enumerate(old)}, {stage: place for place, stage in enumerate(new)}
    found: dict[str, str] = {}
    for stage in gone:
        for other in come:
            least = _ALIKE if places[0][stage] == places[1][other] else 1.0
            if other not in found.values() and _alike(old[stage], new[other]) >= least:
                found[stage] = other
                break
    return found


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Say which share of the settings of two stages agrees, the stage's own name aside."""
    names = (one.keys() | other.keys()) - {"training_stage"}
    agreeing = sum(name in one and name in other and content(one[name]) == content(other[name]) for name in names)
    return agreeing / len(names) if names else 1.0
