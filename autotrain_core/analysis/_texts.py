"""
Whether what authors wrote of stages and rules agrees with what these do.

Only what can be read for certain is judged: a setting by its name, or by a phrase that is in use, next to a number. A
clause that speaks of another stage, of what was, or of what is not, is left alone: no alarm is better than a false one.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autotrain_core.analysis._texts_rules import LONGEST, rule_texts
from autotrain_core.models import (
    DYNAMIC_FORAGING,
    REWARD_FAMILIES,
    Curriculum,
    Finding,
    Parameter,
    Severity,
    Stage,
    plain,
    probabilities,
    quoted,
)

CONTRADICTS = "text-contradicts-values"

_NUMBER = r"-?\d+(?:\.\d+)?"
_LIST = rf"\[\s*{_NUMBER}(?:\s*,\s*{_NUMBER})*\s*\]"
_RATIO = rf"\[\s*{_NUMBER}\s*:\s*{_NUMBER}\s*\]"
_CLAUSE = re.compile(r";|\n|[.!?](?=\s)")
_DOUBTFUL = re.compile(
    r"\b(?:not|no|never|was|were|been|had|from|instead|unlike|except|previous\w*|former\w*|before|until|than|later|next|"
    r"should|would|could|may|might|if|about|around|approximately|roughly)\b|n't\b|~",
    re.IGNORECASE,
)
# What follows a number in a range, a change or a choice: then the number alone says nothing.
_MORE = r"(?!\.?\d)(?!\s*(?:-|–|—|->|→|/|,|to|or|and|±)\s*-?\d)(?!\s*(?:->|→|±))"
_UNITS: Mapping[str, tuple[str, float]] = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), ("s", 0.001)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("s", 1.0)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), ("s", 60.0)),
    **dict.fromkeys(("h", "hour", "hours"), ("s", 3_600.0)),
    **dict.fromkeys(("µl", "μl", "ul", "microliter", "microliters"), ("µl", 1.0)),
    **dict.fromkeys(("trial", "trials"), ("trials", 1.0)),
}
_WORD = re.compile(r"[A-Z]?[a-z]+", re.ASCII)
_UNIT = r"(?:\s*(?P<unit>[^\W\d_]+|%))?"


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a text says of settings, what these are, and the text."""

    names: tuple[str, ...]
    says: Any
    value: Any
    text: str


_Settings = Mapping[str, Any]
_Reader = Callable[["re.Match[str]", _Settings], _Claim | None]


def texts(curriculum: Curriculum) -> tuple[Finding, ...]:
    """
    Find descriptions that the stored values contradict.

    Args:
        curriculum: Any; rules that cannot be read are passed over.

    Returns:
        Warnings, in the order of the stages; of texts beyond 4,000 characters nothing is said.
        `text-contradicts-values`: a number in words that the settings of the stage, or the thresholds of the rule, are
        not; the witness holds `text`, `says` and `value`. `text-or-and`: "or" in words where the condition says "and",
        or the reverse.
    """
    found = [*_of_curriculum(curriculum)]
    for stage in curriculum.stages:
        if not _is_copy(stage, curriculum):
            found += _of_stage(stage, curriculum)
        for number, rule in enumerate(stage.rules, start=1):
            found += rule_texts(stage.name, number, rule, curriculum.metrics)
    return tuple(found)


def _is_copy(stage: Stage, curriculum: Curriculum) -> bool:
    """Whether it is Graduated with the settings of another stage, of which everything is said already."""
    return stage.terminal and any(
        other is not stage and other.parameters == stage.parameters for other in curriculum.stages
    )


def _of_stage(stage: Stage, curriculum: Curriculum) -> Iterator[Finding]:
    others = [one.name for one in curriculum.stages if one.name not in stage.name]
    for clause in _clauses(stage.parameters.get("description")):
        if any(re.search(rf"(?<!\w){re.escape(name)}(?![\w])", clause, re.IGNORECASE) for name in others):
            continue
        for claim in _claims(clause, stage.parameters, curriculum):
            if not _agree(claim.says, claim.value):
                yield _contradicted(claim, stage.name, "its description")


def _of_curriculum(curriculum: Curriculum) -> Iterator[Finding]:
    """Judge the curriculum's own description: it is wrong where no stage is as it says."""
    for clause in _clauses(curriculum.description):
        told: dict[str, list[_Claim]] = {}
        for stage in curriculum.stages:
            for claim in _claims(clause, stage.parameters, curriculum):
                told.setdefault(claim.text, []).append(claim)
        for claims in told.values():
            if not any(_agree(claim.says, claim.value) for claim in claims):
                yield _contradicted(claims[0], "", "the description of the curriculum")


def _clauses(text: Any) -> Iterator[str]:
    if isinstance(text, str) and len(text) <= LONGEST:
        for clause in _CLAUSE.split(text):
            if not _DOUBTFUL.search(clause):
                yield clause


def _contradicted(claim: _Claim, stage: str, where: str) -> Finding:
    names, is_ = ", ".join(claim.names), "is" if len(claim.names) == 1 else "are"
    here = "" if stage else " in the first stage, and no stage is as it says"
    told = f"{where} says {quoted(claim.text)}, but {names} {is_} {_shown(claim.value)}{here}; correct one of them"
    return Finding(
        kind=CONTRADICTS,
        severity=Severity.WARNING,
        sentence=told,
        stage=stage,
        parameter=claim.names[0],
        witness={"text": claim.text, "says": claim.says, "value": claim.value},
    )


def _agree(says: Any, value: Any) -> bool:
    """Compare as people do: 10 is 10.0, and the last digit of a conversion does not count."""
    if isinstance(says, list) and isinstance(value, list):
        return len(says) == len(value) and all(map(_agree, says, value))
    if isinstance(says, bool) or isinstance(value, bool) or not isinstance(value, int | float):
        return bool(says == value)
    return bool(abs(says - value) <= 1e-9 * max(1.0, abs(says), abs(value)))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value) or "empty"
    return plain(f"{value:g}" if isinstance(value, float) else str(value))


# ---- reading a clause ----


def _claims(clause: str, settings: _Settings, curriculum: Curriculum) -> Iterator[_Claim]:
    if curriculum.schema_name == DYNAMIC_FORAGING.schema_name:
        for pattern, read in _PHRASES:
            for match in pattern.finditer(clause):
                claim = read(match, settings)
                if claim is not None:
                    yield claim
    for field in curriculum.task.fields if curriculum.task else ():
        if field.kind in ("integer", "number"):
            yield from _named(clause, field, settings)


def _named(clause: str, field: Parameter, settings: _Settings) -> Iterator[_Claim]:
    """Read settings that are called by their key ("MaxTime = 75 min", "MaxTime 75 min")."""
    named = rf"(?<![\w.])(?P<name>{re.escape(field.name)})\s*(?P<sign>=|:|is|of)?\s*(?P<number>{_NUMBER}){_MORE}{_UNIT}"
    for match in re.finditer(named, clause):
        unit = match["unit"] or ""
        if not match["sign"] and unit.casefold() not in _UNITS:
            continue
        # "Ignored 3 trials" may be said of a mouse: what is a word of the language needs its sign.
        if _WORD.fullmatch(field.name) and match["sign"] != "=":
            continue
        claim = _number(match, field.name, field.unit, settings)
        if claim is not None:
            yield claim


def _number(match: "re.Match[str]", name: str, unit: str, settings: _Settings) -> _Claim | None:
    value, said = settings.get(name), float(match["number"])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    written = (match["unit"] or "").casefold()
    if written in _UNITS and unit.casefold() in _UNITS:
        (kind, factor), (own, of_own) = _UNITS[written], _UNITS[unit.casefold()]
        if kind != own:
            return None
        said = said * factor / of_own
    elif written == "%":
        return None
    told = int(said) if said.is_integer() else said
    return _Claim((name,), told, value, " ".join(match[0].split()))


def _blocks(match: "re.Match[str]", settings: _Settings) -> _Claim | None:
    names, says = ("BlockMin", "BlockMax", "BlockBeta"), _numbers(match["list"])
    if len(says) != len(names) or any(name not in settings for name in names):
        return None
    return _Claim(names, says, [settings[name] for name in names], match[0])


def _sum(match: "re.Match[str]", settings: _Settings) -> _Claim | None:
    return _number(match, "BaseRewardSum", "", settings) if _coupled(settings) else None


def _ratios(match: "re.Match[str]", settings: _Settings) -> _Claim | None:
    ratios = REWARD_FAMILIES.get(settings["RewardFamily"]) if _is_whole(settings.get("RewardFamily")) else None
    pairs = settings.get("RewardPairsN")
    if ratios is None or not _is_whole(pairs) or not _coupled(settings):
        return None
    says = [_numbers(one) for one in re.findall(_RATIO, match["list"])]
    return _Claim(("RewardFamily", "RewardPairsN"), says, [list(one) for one in ratios[:pairs]], match[0])


def _rewards(match: "re.Match[str]", settings: _Settings) -> _Claim | None:
    text = settings.get("UncoupledReward")
    if not isinstance(text, str) or _coupled(settings):
        return None
    try:
        value: Any = list(probabilities(text))
    except ValueError:
        return None  # the reader has said so
    offered = [_numbers(one) for one in re.findall(_LIST, match["list"])]
    says = next((one for one in offered if _agree(one, value)), offered[0])
    return _Claim(("UncoupledReward",), says, value, match[0])


def _water(match: "re.Match[str]", settings: _Settings) -> _Claim | None:
    value = settings.get("AutoReward")
    return _Claim(("AutoReward",), match["on"].casefold() == "on", value, match[0]) if isinstance(value, bool) else None


def _longest(match: "re.Match[str]", settings: _Settings) -> _Claim | None:
    return _number(match, "MaxTime", "min", settings)


def _ignores(match: "re.Match[str]", settings: _Settings) -> _Claim | None:
    return _number(match, "StopIgnores", "trials", settings)


def _coupled(settings: _Settings) -> bool:
    return str(settings.get("task", "")).startswith("Coupled")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _numbers(text: str) -> list[int | float]:
    found = [float(one) for one in re.findall(_NUMBER, text)]
    return [int(one) if one.is_integer() else one for one in found]


_PHRASES: tuple[tuple["re.Pattern[str]", _Reader], ...] = (
    (re.compile(rf"\bblock\s*=\s*(?P<list>{_LIST})"), _blocks),
    (re.compile(rf"\bp_sum\s*=\s*(?P<number>{_NUMBER}){_MORE}(?P<unit>)"), _sum),
    (re.compile(rf"\bp_ratio\s*=\s*(?P<list>{_RATIO}(?:\s*,\s*{_RATIO})*)"), _ratios),
    (re.compile(rf"\bp_rew\s*=\s*(?P<list>{_LIST}(?:\s+or\s+{_LIST})*)"), _rewards),
    (re.compile(r"\bturn(?:ed)? (?P<on>on|off) auto[ -]?water\b", re.IGNORECASE), _water),
    (re.compile(rf"\bmax_len\s*=\s*(?P<number>{_NUMBER}){_MORE}\s*(?P<unit>mins?|minutes)\b"), _longest),
    (re.compile(rf"\bAutoIgnore\s*=\s*(?P<number>{_NUMBER}){_MORE}(?P<unit>)"), _ignores),
)
"""Phrases that authors of dynamic foraging curricula use for settings."""
