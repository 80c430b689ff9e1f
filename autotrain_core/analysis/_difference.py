"""
What differs between two curricula, in the words of a lab: what mice run, and how they are decided.

Documents are compared by what they mean. A setting that is written out and is the default differs in nothing, rules are
compared by the solver, and where two decide differently a history shows it.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from autotrain_core.analysis._difference_model import Change, Difference, texts_apart
from autotrain_core.analysis._difference_rules import Pair, Prover, rule_in_words, rules_changes
from autotrain_core.analysis._difference_settings import settings_changes
from autotrain_core.editing import renamed_stages
from autotrain_core.models import GRADUATED, Curriculum, Rule, Stage, listed, plain
from autotrain_core.rules import Metric

_QUESTIONS = 30
"""Questions that the solver is asked at most: the rest of a difference that is larger is left open."""

_ON_MISSING = {
    "false": "a comparison with it does not hold",
    "stay": "the mouse stays",
}


def difference(before: Curriculum, after: Curriculum, *, prove: bool = True) -> Difference:
    """
    Tell what differs between two curricula.

    Args:
        before: One, usually the older version.
        after: The other.
        prove: Ask the solver which rules mean the same, and for a history where they do not; without it, `equivalent`
            and `example` stay None, and nothing takes long. No more than 30 questions are asked; the rest is left open.

    Returns:
        The difference; name and version are no part of it.
    """
    return _difference(before, after, prove)


# A page draws the same difference again with every click.
@lru_cache(maxsize=64)
def _difference(before: Curriculum, after: Curriculum, prove: bool) -> Difference:
    return Difference(
        before=before.key, after=after.key, changes=tuple(_changes(before, after, Prover(_QUESTIONS if prove else 0)))
    )


def _changes(before: Curriculum, after: Curriculum, prover: Prover) -> Iterator[Change]:
    names = renamed_stages(before.document, after.document)
    old = _renamed(before, names) if names else before
    was, now = ({stage.name: stage for stage in one.stages} for one in (old, after))
    pairs = [(was[name], stage) for name, stage in now.items() if name in was]
    yield from _of_all(before, after)
    yield from _of_metrics(before, after)
    for one, other in names.items():
        yield Change(
            kind="stage-renamed",
            stage=other,
            stages=(other,),
            before=one,
            after=other,
            sentence=f"{plain(one)} is called {plain(other)} now",
        )
    yield from _of_stages(old, after)
    yield from settings_changes(old, after, pairs)
    for name, stage in now.items():
        if name in was:
            yield from rules_changes(Pair(old, was[name], after, stage), prover)
    for kept, whose, word in ((now, was, "removed"), (was, now, "added")):
        for name, stage in whose.items():
            if name not in kept and not (name == GRADUATED and stage.terminal):
                yield _one_stage(stage, after if word == "added" else before, word)


def _renamed(curriculum: Curriculum, names: dict[str, str]) -> Curriculum:
    """Call stages as they are called after, and let rules lead to them."""
    labels = {stage.name: stage.label for stage in curriculum.stages}

    def of(rule: Rule) -> Rule:
        return replace(rule, to_stage=names.get(rule.to_stage, rule.to_stage))

    stages = tuple(
        replace(
            stage,
            name=names.get(stage.name, stage.name),
            label=names.get(stage.name, labels[stage.name]),
            rules=tuple(map(of, stage.rules)),
        )
        for stage in curriculum.stages
    )
    return replace(curriculum, stages=stages)


def _of_all(before: Curriculum, after: Curriculum) -> Iterator[Change]:
    if before.schema_name != after.schema_name:
        yield _whole("task", "the task", before.schema_name, after.schema_name)
    if before.schema_version != after.schema_version:
        yield _whole("schema", "the format of the document", before.schema_version, after.schema_version)
    if before.on_missing != after.on_missing:
        yield Change(
            kind="policy",
            parameter="on_missing",
            before=before.on_missing,
            after=after.on_missing,
            sentence=f"what a missing value does: {_ON_MISSING[before.on_missing]} -> {_ON_MISSING[after.on_missing]}",
        )
    if before.description != after.description:
        yield Change(
            kind="description",
            before=before.description,
            after=after.description,
            sentence=f"the description of the curriculum: {texts_apart(before.description, after.description)}",
        )


def _whole(kind: str, what: str, before: str, after: str) -> Change:
    return Change(
        kind=kind,  # type: ignore[arg-type]  # one of two
        before=before,
        after=after,
        sentence=f"{what}: {plain(before)} -> {plain(after)}",
    )


def _of_metrics(before: Curriculum, after: Curriculum) -> Iterator[Change]:
    was, now = ({metric.name: metric for metric in one.metrics} for one in (before, after))
    for name in {**now, **was}:
        old, new = was.get(name), now.get(name)
        if old == new:
            continue
        told = [None if metric is None else _in_brief(metric) for metric in (old, new)]
        how = "may be spoken of by rules now" if old is None else "is no longer known to rules"
        said = (
            f"the metric {plain(name)} {how}" if None in told else f"the metric {plain(name)}: {told[0]} -> {told[1]}"
        )
        yield Change(kind="metric", parameter=name, before=told[0], after=told[1], sentence=said)


def _in_brief(metric: Metric) -> str:
    bounds = [None if bound is None else f"{bound:g}" for bound in (metric.minimum, metric.maximum)]
    parts = [
        metric.title,
        metric.unit,
        "whole numbers" if metric.integer else "",
        f"at least {bounds[0]}" if bounds[0] else "",
        f"at most {bounds[1]}" if bounds[1] else "",
        metric.description,
    ]
    return ", ".join(plain(part) for part in parts if part)


def _of_stages(before: Curriculum, after: Curriculum) -> Iterator[Change]:
    first = before.first_stage.name, after.first_stage.name
    if first[0] != first[1]:
        yield Change(
            kind="first-stage",
            before=first[0],
            after=first[1],
            sentence=f"where mice begin: {plain(first[0])} -> {plain(first[1])}",
        )
    was, now = ([stage.name for stage in one.stages] for one in (before, after))
    rest = [name for name in was if name in now], [name for name in now if name in was]
    if rest[0] != rest[1]:
        yield Change(
            kind="stage-order",
            before=", ".join(was),
            after=", ".join(now),
            sentence=f"the order of the stages: {listed(rest[0])} -> {listed(rest[1])}",
            equivalent=True if first[0] == first[1] else None,
        )


def _one_stage(stage: Stage, curriculum: Curriculum, word: str) -> Change:
    rules = "; ".join(rule_in_words(rule, curriculum.metrics) for rule in stage.rules) or "no rules"
    said = f"new, with these rules: {rules}" if word == "added" else f"removed, with its rules: {rules}"
    settings = f"{len(stage.parameters)} settings, {len(stage.rules)} rules"
    return Change(
        kind="stage-added" if word == "added" else "stage-removed",
        stage=stage.name,
        stages=(stage.name,),
        before=None if word == "added" else settings,
        after=settings if word == "added" else None,
        sentence=said,
    )
