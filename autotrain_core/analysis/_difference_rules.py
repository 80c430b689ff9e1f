"""Rules that differ, in words: what asks for more or less, what means the same, and a history that shows the rest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from operator import ne
from typing import Any

from autotrain_core.analysis._difference_model import Change, Example, texts_apart
from autotrain_core.analysis._rules_compared import Compared, compare_conditions, compare_stages
from autotrain_core.analysis._thresholds import Threshold, thresholds
from autotrain_core.editing import matched_rules
from autotrain_core.models import Curriculum, Decision, Rule, Stage, plain
from autotrain_core.rules import And, Comparison, Condition, Constant, Metric, Negative, Or, to_words, walk

_DOES = {Decision.PROGRESS: "goes on", Decision.ROLLBACK: "goes back", Decision.STAY: "stays"}
_TO_DO = {Decision.PROGRESS: "to go on", Decision.ROLLBACK: "to fall back", Decision.STAY: "to stay"}
_Numbers = tuple[int | None, int | None]
"""Number of a rule before and after, from 1; None where there is none."""

_UNASKED = ("description", "stage-ends")
"""Kinds of changes that the rules of a stage do not speak of."""

_MORE = {">=": 1, ">": 1, "<=": -1, "<": -1}


@dataclass(frozen=True, slots=True)
class Pair:
    """
    A stage in both curricula.

    Attributes:
        before: Its curriculum before, stages called as they are called after.
        old: The stage before.
        after: Its curriculum after.
        new: The stage after.
    """

    before: Curriculum
    old: Stage
    after: Curriculum
    new: Stage

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What rules of either may speak of."""
        return tuple({metric.name: metric for metric in (*self.before.metrics, *self.after.metrics)}.values())


class Prover:
    """
    Asks the solver, and stops asking when that has taken enough: two curricula may have thousands of rules.

    Args:
        questions: How many it may ask; all that is asked later is undecided.
    """

    def __init__(self, questions: int) -> None:
        self.left = questions

    def conditions(self, pair: Pair, old: Condition, new: Condition) -> Compared:
        """Ask whether two conditions hold in the same histories."""
        both = pair.before.on_missing, pair.after.on_missing
        return self._asked(lambda: compare_conditions(old, new, pair.metrics, on_missing=both))

    def stages(self, pair: Pair) -> Compared:
        """Ask whether a stage decides as it did."""
        return self._asked(lambda: compare_stages(pair.before, pair.old, pair.after, pair.new))

    def _asked(self, question: Callable[[], Compared]) -> Compared:
        self.left -= 1
        return question() if self.left >= 0 else Compared("undecided", reason="nothing more was asked")


def rules_changes(pair: Pair, prover: Prover) -> tuple[Change, ...]:
    """
    List what differs in the rules of a stage.

    Args:
        pair: The stage, before and after.
        prover: Says whether changes mean the same, and gives a history where they do not.
    """
    changes = list(_changes(pair, prover))
    policy = pair.before.on_missing != pair.after.on_missing
    if not policy and all(change.kind in _UNASKED for change in changes):
        return tuple(changes)
    whole = prover.stages(pair)
    if whole.verdict == "same":
        return tuple(change if change.kind in _UNASKED else replace(change, equivalent=True) for change in changes)
    if whole.example is None or whole.other is None:
        return tuple(changes)
    example = Example(before=whole.example, after=whole.other)
    open_ = [place for place, change in enumerate(changes) if change.kind not in _UNASKED and not change.equivalent]
    if not open_:
        return (*changes, _as_a_whole(pair, example))
    # One history shows what all changes of a stage do together; it stands where it is decided.
    shown = next((place for place in open_ if _decides(changes[place], example)), open_[0])
    changes[shown] = replace(changes[shown], equivalent=False, example=example)
    return tuple(changes)


def _decides(change: Change, example: Example) -> bool:
    """Whether it is a rule that decides the history before or after."""
    before, after = (witness.holds[:1] for witness in (example.before, example.after))
    return (change.rule_before,) == before or (change.rule_after,) == after


def _as_a_whole(pair: Pair, example: Example) -> Change:
    """Say that a stage decides otherwise though none of its rules says so: what is missing counts otherwise."""
    return Change(
        kind="stage-rules",
        stage=pair.new.name,
        stages=(pair.new.name,),
        sentence="decides otherwise where values are missing",
        equivalent=False,
        example=example,
    )


# ---- rule by rule ----


def _changes(pair: Pair, prover: Prover) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if old.terminal != new.terminal:
        ends = "mice that reach it stay: training ends here" if new.terminal else "training no longer ends here"
        yield Change(kind="stage-ends", stage=new.name, stages=(new.name,), sentence=ends)
    if old.exhaustive != new.exhaustive:
        told = (
            "its rules are meant to decide every history" if new.exhaustive else "its rules may leave a mouse undecided"
        )
        yield Change(
            kind="description",
            stage=new.name,
            stages=(new.name,),
            parameter="exhaustive",
            before=str(old.exhaustive).lower(),
            after=str(new.exhaustive).lower(),
            sentence=f"{told} (for the checks; nothing is decided otherwise)",
        )
    places = matched_rules([_known_by(rule) for rule in old.rules], [_known_by(rule) for rule in new.rules])
    back = {now: was for was, now in places.items()}
    moved = _moved(places)
    for place, rule in enumerate(new.rules):
        numbers = (None if place not in back else back[place] + 1, place + 1)
        if place not in back:
            yield _whole("rule-added", "new", pair, None, rule, numbers)
            continue
        if place in moved:
            was = back[place] + 1
            yield _whole("rule-moved", f"tried as rule {place + 1}, was rule {was}", pair, rule, rule, numbers)
        yield from _of_rule(pair, old.rules[back[place]], rule, numbers, prover)
    for place, rule in enumerate(old.rules):
        if place not in places:
            yield _whole("rule-removed", "gone", pair, rule, None, (place + 1, None))


def _known_by(rule: Rule) -> dict[str, Any]:
    """Give what a rule is known by in another version: its meaning before its words."""
    decision = "" if rule.decision is None else rule.decision.value
    when = rule.condition_text if rule.condition is None else repr(rule.condition)
    return {"decision": decision, "to_stage": rule.to_stage, "condition": when}


def _moved(places: dict[int, int]) -> set[int]:
    """List the fewest rules, by their place after, that have to be moved to make the one order of the other."""
    row = [places[place] for place in sorted(places)]
    rising: list[list[int]] = [[]]
    for now in row:
        rising.append([*_longest([one for one in rising if not one or one[-1] < now]), now])
    return set(row) - set(_longest(rising))


def _longest(rows: list[list[int]]) -> list[int]:
    return max(rows, key=len)


def _whole(kind: Any, why: str, pair: Pair, old: Rule | None, new: Rule | None, numbers: _Numbers) -> Change:
    told = [None if rule is None else rule_in_words(rule, pair.metrics) for rule in (old, new)]
    return Change(
        kind=kind,
        stage=pair.new.name,
        stages=(pair.new.name,),
        before=told[0],
        after=told[1],
        sentence=f"{told[1] or told[0]} ({why})",
        rule_before=numbers[0],
        rule_after=numbers[1],
    )


def _of_rule(pair: Pair, old: Rule, new: Rule, numbers: _Numbers, prover: Prover) -> Iterator[Change]:
    at: dict[str, Any] = {"stage": pair.new.name, "stages": (pair.new.name,)}
    at |= {"rule_before": numbers[0], "rule_after": numbers[1]}
    metrics = pair.metrics
    if old.description != new.description:
        yield Change(
            kind="description",
            before=old.description,
            after=new.description,
            sentence=f"its description: {texts_apart(old.description, new.description)}",
            **at,
        )
    ends = (old.decision, old.to_stage) == (new.decision, new.to_stage)
    if ends and (old.condition or old.condition_text) == (new.condition or new.condition_text):
        return
    before, after = rule_in_words(old, metrics), rule_in_words(new, metrics)
    told: dict[str, Any] = {"before": before, "after": after, "sentence": f"{before} -> {after}"}
    if ends and old.condition is not None and new.condition is not None:
        found = _steeper(old.condition, new.condition, new.decision, metrics)
        if found is not None:
            told["sentence"], told["direction"] = found
        elif pair.before.on_missing == pair.after.on_missing and _are_alike(pair, old.condition, new.condition, prover):
            told["equivalent"] = True
            told["sentence"] = f"{after} (written otherwise, and means the same)"
    yield Change(kind="rule-changed", **at, **told)


def _are_alike(pair: Pair, old: Condition, new: Condition, prover: Prover) -> bool:
    return prover.conditions(pair, old, new).verdict == "same"


def rule_in_words(rule: Rule, metrics: Sequence[Metric]) -> str:
    """Say a rule in words, "goes on to Stage 2 when finished trials at least 200"; else as it is written."""
    does = _DOES[rule.decision] if rule.decision is not None else "?"
    when = plain(" ".join(rule.condition_text.split())) if rule.condition is None else to_words(rule.condition, metrics)
    return f"{does} to {plain(rule.to_stage)} when {when}"


# ---- conditions of one form ----


def _steeper(
    old: Condition, new: Condition, decision: Decision | None, metrics: Sequence[Metric]
) -> tuple[str, str] | None:
    """Say which thresholds are others, or which parts came or went, and whether this is harder; None of other forms."""
    if _form(old) == _form(new):
        pairs = [
            (one, other)
            for one, other in zip(thresholds(old), thresholds(new), strict=True)
            if one.value != other.value
        ]
        numbers = [[part.value for part in walk(one) if isinstance(part, Constant)] for one in (old, new)]
        if sum(map(ne, *numbers)) != len(pairs) or any(one.in_each for one, _ in pairs):
            return None
        said = [f"{_compared(one, metrics)} -> {to_words(_constant(other.value))}" for one, other in pairs]
        ways = {_way(one, other) for one, other in pairs}
        return _with_way("; ".join(said), ways, decision)
    return _parts(old, new, decision, metrics)


def _parts(
    old: Condition, new: Condition, decision: Decision | None, metrics: Sequence[Metric]
) -> tuple[str, str] | None:
    for joined in (And, Or):
        was, now = _flat(old, joined), _flat(new, joined)
        come, gone = [part for part in now if part not in was], [part for part in was if part not in now]
        if bool(come) == bool(gone) or len(was) + len(come) != len(now) + len(gone) or not any(p in now for p in was):
            continue
        asks = "also asks for" if joined is And else "also holds for"
        asked = "no longer asks for" if joined is And else "no longer holds for"
        said = ", ".join(to_words(part, metrics) for part in come or gone)
        harder = bool(come) == (joined is And)
        return _with_way(f"{asks if come else asked} {said}", {1 if harder else -1}, decision)
    return None


def _flat(condition: Condition, joined: type[And] | type[Or]) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, joined) else (condition,)


def _with_way(said: str, ways: set[int], decision: Decision | None) -> tuple[str, str]:
    way = {1: "harder", -1: "easier"}.get(ways.pop(), "") if len(ways) == 1 else ""
    to_do = f" {_TO_DO[decision]}" if decision is not None else ""
    return (f"{said} ({way}{to_do})" if way else said), way


def _way(old: Threshold, new: Threshold) -> int:
    """Tell whether a comparison asks for more than it did: 1, for less: -1, or for something else: 0."""
    return _MORE.get(old.sign, 0) * (1 if new.value > old.value else -1)


def _compared(one: Threshold, metrics: Sequence[Metric]) -> str:
    return to_words(Comparison(one.of, ((one.sign, _constant(one.value)),)), metrics)


def _constant(value: float) -> Constant | Negative:
    return Negative(Constant(-value)) if value < 0 else Constant(value)


def _form(node: Any) -> Any:
    """Give a condition without its numbers, so that two that differ in numbers only are alike."""
    if isinstance(node, Constant):
        return Constant
    if isinstance(node, tuple):
        return tuple(map(_form, node))
    if is_dataclass(node):
        return type(node), tuple(_form(getattr(node, field.name)) for field in fields(node))
    return node
