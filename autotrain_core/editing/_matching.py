"""Finds what is the same thing in two states of a document: rules without names, stages with another name."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autotrain_core.models import GRADUATED

Rule = dict[str, Any]
_ALIKE = 0.8
_LIKELY = 0.5


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
        Old name -> new name: a stage that is gone, and a new one with its settings, or with half of what it was known
        by: its settings, its rules, and the rules that led to it, each of which counts a third; where neither has rules
        and both stand at the same place, four settings of five. Of several that are like it, it is the one that is most
        so, then the one at its place, then the first.
    """
    gone, come = _missing(before, after), _missing(after, before)
    if not gone or not come:
        return {}
    was, now = _traits(before, gone), _traits(after, come)
    likes: list[tuple[float, bool, str, str]] = []
    for stage in gone:
        for other in come:
            settings, rules = was[stage].shares(now[other])
            likeness = sum((settings, *rules)) / (1 + len(rules))
            moved = was[stage].place != now[other].place
            if settings == 1 or (likeness >= _LIKELY if rules else settings >= _ALIKE and not moved):
                likes.append((-likeness, moved, stage, other))
    found: dict[str, str] = {}
    for _, _, stage, other in sorted(likes, key=lambda one: one[:2]):
        if stage not in found and other not in found.values():
            found[stage] = other
    return {stage: found[stage] for stage in gone if stage in found}


def _missing(here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """List the stages of one state of which the other one says nothing, not even rules without settings."""
    elsewhere = {*there["parameters"], *there["curriculum"], GRADUATED}
    return [stage for stage in here["parameters"] if stage not in elsewhere]


@dataclass(frozen=True, slots=True)
class _Traits:
    """What a stage is known by, its name aside: its settings, its rules, and the rules that lead to it."""

    place: int
    settings: Mapping[str, str]
    rules: Counter[str]
    leading: Counter[str]

    def shares(self, other: "_Traits") -> tuple[float, list[float]]:
        """Say which share of the settings agrees, and which of the rules, of those kinds of which there are any."""
        names = self.settings.keys() | other.settings.keys()
        agreeing = sum(self.settings.get(name) == other.settings.get(name) for name in names)
        of_rules = [
            2 * (one & another).total() / (one.total() + another.total())
            for one, another in ((self.rules, other.rules), (self.leading, other.leading))
            if one or another
        ]
        return (agreeing / len(names) if names else 1.0), of_rules


def _traits(document: Mapping[str, Any], stages: Sequence[str]) -> dict[str, _Traits]:
    """Gather what stages are known by; rules without where they lead, which may have another name too."""
    rules: dict[str, Counter[str]] = {}
    leading: dict[str, Counter[str]] = {}
    for stage, entry in document["curriculum"].items():
        for rule in entry["transition_rules"]:
            text = content({key: value for key, value in rule.items() if key != "to_stage"})
            rules.setdefault(stage, Counter())[text] += 1
            if isinstance(rule.get("to_stage"), str):
                leading.setdefault(rule["to_stage"], Counter())[text] += 1
    places = {stage: place for place, stage in enumerate(document["parameters"])}
    return {
        stage: _Traits(
            places[stage],
            {name: content(value) for name, value in document["parameters"][stage].items() if name != "training_stage"},
            rules.get(stage, Counter()),
            leading.get(stage, Counter()),
        )
        for stage in stages
    }
