"""The reason for a decision in one plain sentence, with the numbers of the session in it."""

import re

from autotrain_core.evaluation import Explanation, RuleExplanation
from autotrain_core.rules import Part

# Not "in at least 3 of the last 5 sessions …": there the limit does not stand at the end.
_COMPARISON = re.compile(
    r"(?!in )(?P<measured>.+) (?P<limit>(?:at least|above|at most|below|exactly|other than) .+)", re.DOTALL
)
_ENDS = {"PROGRESS": "goes on", "ROLLBACK": "goes back", "STAY": "stays"}


def why(explanation: Explanation) -> str:
    """
    Say in one sentence why a mouse goes where it goes.

    Returns:
        Such as "finished trials 512 (needs at least 400) and foraging efficiency 0.74 (needs at least 0.7): goes on";
        without a capital and without a full stop.
    """
    won = next((rule for rule in explanation.rules if rule.fired), None)
    if won is not None:
        reasons = _reasons(won.part, wanted=won.decision == "PROGRESS")
        return f"{_joined(reasons)}: {_ENDS[won.decision]}"
    asked = [rule for rule in explanation.rules if rule.asked]
    open_ = next((rule for rule in asked if rule.part.holds is None), None)
    if open_ is not None:
        return f"{_joined(_reasons(open_.part, wanted=True))}: stays until a person decides"
    ahead = next((rule for rule in asked if rule.decision == "PROGRESS"), None)
    if ahead is None:
        return _back_only(asked) or explanation.sentence
    return f"{_joined(_reasons(ahead.part, wanted=True))}: stays"


def _back_only(asked: list[RuleExplanation]) -> str:
    reasons = [reason for rule in asked for reason in _reasons(rule.part, wanted=False)]
    return f"{_joined(reasons)}: stays" if reasons else ""


def _joined(reasons: list[str]) -> str:
    return " and ".join(dict.fromkeys(reasons))


def _reasons(part: Part, *, wanted: bool) -> list[str]:
    """Collect the leaves that made a part come out as it did: of an `and` that failed, those that failed."""
    if not part.parts:
        return [_leaf(part, wanted=wanted)]
    alike = [inner for inner in part.parts if inner.holds is part.holds]
    if not alike:  # what a `not` turns round: its own words say it better
        return [part.words]
    return [reason for inner in alike for reason in _reasons(inner, wanted=wanted)]


def _leaf(part: Part, *, wanted: bool) -> str:
    said = _COMPARISON.fullmatch(part.words) if part.sign else None
    if said is None:
        return part.words
    value = "missing" if part.value is None else _number(part.value, part.threshold)
    return f"{said['measured']} {value} ({'needs ' if wanted else ''}{said['limit']})"


def _number(value: float, threshold: float | None) -> str:
    """Write a number to four digits, or to as many as it takes to tell it from the threshold."""
    if value.is_integer():
        return f"{value:,.0f}"
    for digits in range(4, 16):
        text = f"{value:.{digits}g}"
        if "e" not in text and (threshold is None or float(text) != threshold):
            return text
    return repr(value)
