"""Whether the description of a rule says the same numbers, and the same "and" and "or", as its condition."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from autotrain_core.analysis._thresholds import Threshold, is_count, joined_by, thresholds
from autotrain_core.models import Finding, Rule, Severity, quoted
from autotrain_core.rules import RESERVED, Condition, Item, Metric, Window, metrics_of, walk

CONTRADICTS = "text-contradicts-values"
OR_AND = "text-or-and"

LONGEST = 4_000
"""Characters of a text that is judged at most; those of strangers may be long, and would keep a server busy."""

_TOTAL, _AT_STAGE = RESERVED[:2]
_COUNTERS = {
    _TOTAL: ("total sessions", "sessions in total", "session total"),
    _AT_STAGE: (
        *("sessions at final", "sessions at stage", "sessions at this stage", "sessions at the stage"),
        *("sessions at current stage", "session at current stage", "sessions at the current stage"),
    ),
}
_DOUBTFUL = re.compile(
    r"\b(?:not|no|never|unless|except|neither|nor|without|instead|was|were|previous\w*|until|about|around|roughly|"
    r"approximately|increases?|decreases?|sum|times)\b|n't\b|~|->|→|±|\|",
    re.IGNORECASE,
)
_AFTER = r"(?P<percent>\s*%)?(?!\w|\.?\d)(?!\s*(?:-|–|—|/|to|or)\s*-?\d)"
_COMPARED = re.compile(
    rf"(?P<words>[^\W\d][\w ]{{0,60}}?)\s*(?P<sign>>=|<=|≥|≤|>|<)\s*(?P<number>-?\d+(?:\.\d+)?){_AFTER}"
)
_STAY = re.compile(
    r"(?P<words>\bstay(?:s|ing)?)(?: for)?(?: at least)?\s*(?P<sign>>=|≥)?\s*(?P<number>\d+)(?P<percent>)"
    r"(?= (?:day|session)s?\b)",
    re.IGNORECASE,
)
_RECENT = re.compile(r"\b(?:recent|last|past) (?P<number>\d+) (?:session|day)s?\b", re.IGNORECASE)
# What may stand before the name of a metric without making another number of it.
_FILLING = frozenset(
    [
        "mean",
        "means",
        "average",
        "averaged",
        "median",
        "and",
        "or",
        "if",
        "when",
        "the",
        "a",
        "an",
        "with",
        "has",
        "have",
        "after",
        "both",
        "either",
    ]
)
_BETWEEN = re.compile(r"[\s,]*\b(?P<word>and|or)\b[\s,]*(?:(?:the|mean|average|median)\s+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Said:
    """A comparison in words: where its metric's name begins and it ends in the text."""

    metric: str
    sign: str
    values: tuple[float, ...]
    start: int
    end: int


def rule_texts(stage: str, number: int, rule: Rule, metrics: Iterable[Metric]) -> Iterator[Finding]:
    """
    Compare a rule's description with its condition.

    Args:
        stage: The stage as the document writes it.
        number: Place of the rule, from 1.
        rule: The rule; one without a condition that can be read is passed over.
        metrics: What conditions may speak of.

    Yields:
        Warnings, as `texts` lists them.
    """
    text, condition = rule.description, rule.condition
    if condition is None or not 0 < len(text) <= LONGEST or _DOUBTFUL.search(text):
        return
    known = {metric.name: metric for metric in metrics}
    compared = thresholds(condition)
    said = _said(text, known)
    for claim in said:
        yield from _of_claim(claim, text, condition, compared, known, stage, number)
    yield from _of_windows(text, condition, compared, stage, number)
    yield from _of_connectives(said, text, compared, known, stage, number)


def _of_claim(
    claim: _Said,
    text: str,
    condition: Condition,
    compared: tuple[Threshold, ...],
    known: Mapping[str, Metric],
    stage: str,
    number: int,
) -> Iterator[Finding]:
    own = [one for one in compared if one.metric == claim.metric]
    hidden = any(claim.metric in metrics_of(one.of) and not one.metric and not is_count(one.of) for one in compared)
    equal = any(one.sign in ("==", "!=") for one in own)
    if not own or hidden or equal or _reads_otherwise(condition, own, claim.metric):
        return
    if any(_is_same(claim, one, known) for one in own):
        return
    value = [one.value for one in own]
    words = text[claim.start : claim.end]
    told = " and ".join(f"{_SIGNS_IN_WORDS[one.sign]} {one.value:g}" for one in own)
    yield _warning(
        CONTRADICTS,
        f"its description says {quoted(words)}, but the condition asks for {told}; correct one of them",
        stage,
        number,
        parameter=claim.metric,
        witness={"text": words, "says": claim.values[0], "value": value[0] if len(value) == 1 else value},
    )


def _reads_otherwise(condition: Condition, own: list[Threshold], metric: str) -> bool:
    """Whether the condition reads a metric elsewhere than where it is compared with fixed values."""
    inside = sum(metric in metrics_of(one.of) or one.in_each for one in own)
    reads = sum(isinstance(part, Item | Window) and part.metric == metric for part in walk(condition))
    return reads > inside


def _is_same(claim: _Said, one: Threshold, known: Mapping[str, Metric]) -> bool:
    # Of what is asked of every session, the count of sessions says which way it is meant.
    if not one.in_each and claim.sign[0] != one.sign[0]:
        return False
    whole = claim.metric in RESERVED or known[claim.metric].integer
    ends = {float(one.value), _inclusive(one.sign, one.value) if whole else float(one.value)}
    said = {*claim.values, *(_inclusive(claim.sign, value) for value in claim.values if whole)}
    return any(abs(end - value) < 1e-9 for end in ends for value in said)


def _inclusive(sign: str, value: float) -> float:
    """Write a bound of whole numbers with "at least" or "at most": more than 4 is at least 5."""
    return value + {">": 1, "<": -1}.get(sign, 0)


def _of_windows(
    text: str, condition: Condition, compared: tuple[Threshold, ...], stage: str, number: int
) -> Iterator[Finding]:
    windows = [part for part in walk(condition) if isinstance(part, Window)]
    back = any(isinstance(part, Item) and part.back > 1 for part in walk(condition))
    sizes = sorted({window.size for window in windows if window.size is not None})
    if back or not sizes or any(window.size is None for window in windows):
        return
    others = {one.value for one in compared if one.metric in RESERVED or not one.metric}
    for match in _RECENT.finditer(text):
        says = int(match["number"])
        if says not in sizes and says not in others:
            told = f"{quoted(match[0])}, but the condition looks at the last {' and '.join(map(str, sizes))}"
            yield _warning(
                CONTRADICTS,
                f"its description says {told}; correct one of them",
                stage,
                number,
                witness={"text": match[0], "says": says, "value": sizes[0] if len(sizes) == 1 else sizes},
            )


def _of_connectives(
    said: list[_Said],
    text: str,
    compared: tuple[Threshold, ...],
    known: Mapping[str, Metric],
    stage: str,
    number: int,
) -> Iterator[Finding]:
    """Compare "and" and "or" between two comparisons in words with what joins the same two in the condition."""
    for one, other in pairwise(said):
        word = _BETWEEN.fullmatch(text[one.end : other.start])
        pair = [[each for each in compared if _means(claim, each, known)] for claim in (one, other)]
        if word is None or any(len(found) != 1 for found in pair):
            continue
        first, second = pair[0][0], pair[1][0]
        joined, says = joined_by(first, second), word["word"].casefold()
        if not joined or joined == says or first.denied or second.denied or first.in_each or second.in_each:
            continue
        words = text[one.start : other.end]
        yield _warning(
            OR_AND,
            f'its description says "{says}" ({quoted(words)}), but the condition says "{joined}"; correct one of them',
            stage,
            number,
            witness={"text": words, "says": says, "value": joined},
        )


def _means(claim: _Said, one: Threshold, known: Mapping[str, Metric]) -> bool:
    return one.metric == claim.metric and _is_same(claim, one, known)


# ---- reading the words ----


def _said(text: str, known: Mapping[str, Metric]) -> list[_Said]:
    names = _names(known)
    found = []
    for pattern in (_COMPARED, _STAY):
        for match in pattern.finditer(text):
            metric, words = (_AT_STAGE, match["words"]) if pattern is _STAY else _named(match["words"], names)
            if metric:
                value = float(match["number"])
                values = (value, value / 100) if match["percent"] else (value,)
                sign = {"≥": ">=", "≤": "<="}.get(match["sign"] or ">=", match["sign"] or ">=")
                start = match.start("words") + len(match["words"]) - len(words)
                found.append(_Said(metric, sign, values, start, match.end()))
    return sorted(found, key=lambda one: one.start)


def _names(known: Mapping[str, Metric]) -> dict[tuple[str, ...], str]:
    """Say what people call a metric: its name, its title, or the end of either where no other metric ends so."""
    ends: dict[tuple[str, ...], set[str]] = {}
    for metric in known.values():
        for name in (metric.name.replace("_", " "), metric.title):
            parts = tuple(name.casefold().split())
            for place in range(len(parts)):
                ends.setdefault(parts[place:], set()).add(metric.name)
        ends.setdefault((metric.name.casefold(),), set()).add(metric.name)
    named = {words: next(iter(names)) for words, names in ends.items() if len(names) == 1}
    for counter, phrases in _COUNTERS.items():
        named |= {tuple(phrase.split()): counter for phrase in phrases}
        named[(counter,)] = counter
    return named


def _named(words: str, names: Mapping[tuple[str, ...], str]) -> tuple[str, str]:
    """Find the metric that stands at the end of some words, and the words for it; nothing where others change it."""
    parts = words.split()
    for place in range(len(parts)):
        metric = names.get(tuple(part.casefold() for part in parts[place:]))
        if metric:
            sound = place == 0 or parts[place - 1].casefold() in _FILLING
            begins = re.search(r"\s+".join(map(re.escape, parts[place:])) + "$", words)
            return (metric, words[begins.start() :]) if sound and begins else ("", "")
    return "", ""


_SIGNS_IN_WORDS = {
    ">=": "at least",
    "<=": "at most",
    ">": "more than",
    "<": "less than",
}


def _warning(kind: str, sentence: str, stage: str, number: int, *, witness: Any, parameter: str = "") -> Finding:
    return Finding(
        kind=kind,
        severity=Severity.WARNING,
        sentence=sentence,
        stage=stage,
        rule=number,
        parameter=parameter,
        witness=witness,
    )
