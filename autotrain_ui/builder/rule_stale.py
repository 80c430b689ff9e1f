"""Numbers that the words of a rule still hold, though its condition asks for others by now."""

import re
from collections.abc import Mapping

from autotrain_core.rules import Condition, Constant, Item, Round, Window, walk
from autotrain_ui.builder.rule_numbers import text_of_number

_NUMBER = re.compile(r"(?<![\w.,])(?<!stage )[0-9]+(?:\.[0-9]+)?(?![\w]|[.,][0-9])", re.ASCII | re.IGNORECASE)


def stale_numbers(said: str, before: Condition, now: Condition) -> dict[str, str]:
    """
    Find the numbers in what somebody says of a rule that were in its condition, and are not any more.

    Args:
        said: The words of its author.
        before: The condition that they were written for.
        now: The condition as it is.

    Returns:
        Each number as the words have it, and the one that stands in its place; empty where nobody can tell which.
    """
    old, new = _numbers(before), _numbers(now)
    gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
    instead: dict[float, float] = {}
    if len(old) == len(new):
        instead = {was: is_ for was, is_ in zip(old, new, strict=True) if was != is_}
    elif len(set(gone)) == len(set(come)) == 1:
        instead = {gone[0]: come[0]}
    found = {match.group(): float(match.group()) for match in _NUMBER.finditer(said)}
    return {text: text_of_number(instead.get(value)) for text, value in found.items() if value in gone}


def stale_words(stale: Mapping[str, str]) -> str:
    """Say it: "It still says 300; the condition now asks for 310"."""
    asked = [new for new in stale.values() if new]
    said = f"It still says {' and '.join(stale)}"
    if len(asked) < len(stale):
        return f"{said}, which the condition has no more."
    return f"{said}; the condition now asks for {' and '.join(asked)}."


def with_numbers(said: str, stale: Mapping[str, str]) -> str:
    """Put the numbers of the condition into the words; what nobody can tell stays."""
    return _NUMBER.sub(lambda match: stale.get(match.group()) or match.group(), said)


def _numbers(condition: Condition) -> list[float]:
    """Give the numbers of a condition from left to right: what it compares with, and how many sessions it looks at."""
    found: list[float] = []
    for part in walk(condition):
        match part:
            case Constant(value=value):
                found.append(value)
            case Window(size=int(size)) | Item(back=size) | Round(digits=int(size)):
                found.append(size)
            case _:
                continue
    return found
