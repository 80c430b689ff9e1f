"""Proposes the next version of a curriculum, by what changed in it."""

import re
from collections.abc import Collection, Iterator
from functools import partial
from itertools import count, takewhile

from autotrain_core.models import MAX_VERSION, Curriculum, Rule, Stage, plain

# What stands before the numbers, the numbers, and what stands after them: "2.3rwdDelay159" has all but the first.
_VERSION = re.compile(r"(\D*)(\d+(?:\.\d+)*)(.*)", re.DOTALL | re.ASCII)
_DIGITS = 30


def next_version(before: Curriculum, after: Curriculum, taken: Collection[str]) -> tuple[str, str]:
    """
    Propose the version under which a changed curriculum is published.

    Args:
        before: The version that it was started from.
        after: What it is now.
        taken: Versions of this name that there are already, in any spelling of upper and lower case.

    Returns:
        A version that is not taken, and why: "2.4: the rules changed". Where stages, rules, or what they speak of
        changed, the second number grows (2.3, 2.3.1 -> 2.4), else the third (2.3 -> 2.3.1). What stands around the
        numbers stays (2.3rwdDelay159 -> 2.4rwdDelay159).
    """
    why, weighty = _what_changed(before, after)
    known = {version.casefold() for version in (*taken, before.version)}
    proposal = next(one for one in _later(before.version, weighty) if one.casefold() not in known)
    return proposal, f"{plain(proposal)}: {why}"


def _what_changed(before: Curriculum, after: Curriculum) -> tuple[str, bool]:
    old, new = [stage.name for stage in before.stages], [stage.name for stage in after.stages]
    if before.schema_name != after.schema_name:
        return "another task", True
    if before.schema_version != after.schema_version:
        return "another format of the document", True
    if old != new:
        return "the stages changed" if set(old) != set(new) else "the order of the stages changed", True
    if any(_rules(one) != _rules(other) for one, other in zip(before.stages, after.stages, strict=True)):
        return "the rules changed", True
    if (before.on_missing, before.metrics) != (after.on_missing, after.metrics):
        return "what the rules speak of changed", True
    if any(_settings(one) != _settings(other) for one, other in zip(before.stages, after.stages, strict=True)):
        return "only settings changed", False
    return ("only texts changed" if _texts(before) != _texts(after) else "nothing changed"), False


def _rules(stage: Stage) -> tuple[object, ...]:
    return stage.terminal, tuple(map(_meaning, stage.rules))


def _meaning(rule: Rule) -> tuple[object, ...]:
    """Say what a rule does; blanks and line breaks in a condition that can be read do nothing."""
    return rule.decision, rule.to_stage, rule.condition or rule.condition_text


def _settings(stage: Stage) -> dict[str, object]:
    return {name: value for name, value in stage.parameters.items() if name != "description"}


def _texts(curriculum: Curriculum) -> dict[str, object]:
    return {**curriculum.document, "curriculum_name": "", "curriculum_version": ""}


def _later(version: str, weighty: bool) -> Iterator[str]:
    """Count on from a version without end; behind it where it has no numbers, or no room for more of them."""
    match = _VERSION.fullmatch(version)
    numbers = match[2].split(".") if match else []
    if match is not None and max(map(len, numbers)) <= _DIGITS:
        place = 1 if weighty else 2
        kept = [*numbers, "0", "0"][: place + 1]
        before = f"{match[1]}{'.'.join(kept[:place])}."
        grown = map(partial(_counted, before, match[3]), count(int(kept[place]) + 1))
        yield from takewhile(lambda one: len(one.encode()) <= MAX_VERSION, grown)
    yield from map(partial(_behind, version.strip()), count(2))


def _counted(before: str, after: str, number: int) -> str:
    return f"{before}{number}{after}"


def _behind(version: str, number: int) -> str:
    room = version.encode()[: MAX_VERSION - len(f"-{number}")].decode(errors="ignore").rstrip(" .-")
    return f"{room}-{number}" if room else f"{number}"
