"""Whether two conditions, or the rules of two stages, say the same of every history; and if not, of which not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from autotrain_core.analysis._witness import Case, Witness, asked, replay
from autotrain_core.models import Curriculum, OnMissing, Rule, Stage
from autotrain_core.rules import Condition, Metric

if TYPE_CHECKING:
    from autotrain_core.analysis._solver import Solver
    from autotrain_core.analysis._solver_terms import Truth

_STAY = ("STAY", "")


@dataclass(frozen=True)
class Compared:
    """
    How two conditions or two stages compare.

    Attributes:
        verdict: Whether they say the same of every history, or differ on some, or neither could be shown.
        example: A history on which they differ, with what the first makes of it; None where none was found.
        other: The same history, with what the second makes of it. Of conditions both are one: `holds` has 1 where the
            first holds, and 2 where the second does.
        reason: Why it could not be decided; empty where it was.
    """

    verdict: Literal["same", "different", "undecided"]
    example: Witness | None = None
    other: Witness | None = None
    reason: str = ""


def compare_conditions(
    first: Condition,
    second: Condition,
    metrics: Sequence[Metric],
    *,
    on_missing: OnMissing | tuple[OnMissing, OnMissing] = "false",
) -> Compared:
    """
    Ask whether two conditions hold in the same histories.

    Args:
        first: One condition.
        second: The other.
        metrics: What they may speak of, with the bounds that values keep to.
        on_missing: What a comparison with a missing value is, for both or for each.

    Returns:
        The verdict. In three-valued logic conditions are the same only where they are unknown for the same histories.
    """
    logics = (on_missing, on_missing) if isinstance(on_missing, str) else on_missing
    if first == second and logics[0] == logics[1]:
        return Compared("same")
    from autotrain_core.analysis._solver import Solver  # noqa: PLC0415 - z3 takes long to load
    from autotrain_core.analysis._solver_terms import both, either, negated  # noqa: PLC0415

    solver = Solver([first, second], metrics)
    three = tuple(logic == "stay" for logic in logics)
    one, two = (
        solver.encoder(three_valued=logic).truth(condition)
        for logic, condition in zip(three, (first, second), strict=True)
    )
    unlike = either(
        both(one.sure, negated(two.sure)),
        both(negated(one.sure), two.sure),
        both(one.possible, negated(two.possible)),
        both(negated(one.possible), two.possible),
    )

    def prove(case: Case) -> Witness | None:
        witness, unknown = asked(case, [first, second], three)
        return witness if len(witness.holds) == 1 or unknown[0] != unknown[1] else None

    return _compared(solver, unlike, lambda case: _doubled(prove(case)))


def compare_stages(before: Curriculum, stage: Stage, after: Curriculum, other: Stage) -> Compared:
    """
    Ask whether two stages decide the same, decision and next stage, for every history.

    Args:
        before: The curriculum of the first stage.
        stage: The first stage. Stages without rules, broken ones and the end keep every mouse.
        after: The curriculum of the other stage.
        other: The other stage; its own name stands for that of the first.

    Returns:
        The verdict.
    """
    ends = _ends(stage), _ends(other)
    if (
        ends[0] == ends[1]
        and before.on_missing == after.on_missing
        and [rule.condition for rule in _rules(stage)] == [rule.condition for rule in _rules(other)]
    ):
        return Compared("same")
    from autotrain_core.analysis._solver import Solver  # noqa: PLC0415 - z3 takes long to load
    from autotrain_core.analysis._solver_terms import both, either, negated  # noqa: PLC0415

    conditions = [rule.condition for each in (stage, other) for rule in _rules(each) if rule.condition is not None]
    solver = Solver(conditions, _metrics(before, after))
    outcomes = [
        _outcomes(solver, each, curriculum.on_missing) for each, curriculum in ((stage, before), (other, after))
    ]
    apart = negated(either(*(both(how, outcomes[1][end]) for end, how in outcomes[0].items() if end in outcomes[1])))

    def prove(case: Case) -> tuple[Witness, Witness] | None:
        found = [
            witness for witness in (replay(before, stage, case), replay(after, other, case)) if witness is not None
        ]
        ends = {
            (each.decision, "" if each.next_stage == own.name else each.next_stage)
            for each, own in zip(found, (stage, other), strict=True)
        }
        return (found[0], found[1]) if len(ends) > 1 else None

    return _compared(solver, apart, prove)


def _compared(solver: "Solver", unlike: "Truth", prove: Callable[[Case], tuple[Witness, Witness] | None]) -> Compared:
    settled = solver.settle(unlike, prove)
    if settled.verdict == "impossible":
        return Compared("same")
    if settled.proof is not None:
        return Compared("different", *settled.proof)
    return Compared("undecided", reason="no history was found on which they differ, and none could be ruled out")


def _doubled(witness: Witness | None) -> tuple[Witness, Witness] | None:
    return None if witness is None else (witness, witness)


def _rules(stage: Stage) -> tuple[Rule, ...]:
    """The rules that are tried: a stage that is broken, or the end, keeps its mice."""
    return () if stage.broken or stage.terminal else stage.rules


def _ends(stage: Stage) -> list[tuple[str, str]]:
    return [_end(rule, stage) for rule in _rules(stage)]


def _end(rule: Rule, stage: Stage) -> tuple[str, str]:
    decision = "" if rule.decision is None else rule.decision.name
    return decision, "" if rule.to_stage == stage.name else rule.to_stage


def _outcomes(solver: "Solver", stage: Stage, on_missing: OnMissing) -> "dict[tuple[str, str], Truth]":
    """Write for each end of a stage when it comes about."""
    from autotrain_core.analysis._solver_terms import both, either, negated  # noqa: PLC0415

    encoder = solver.encoder(three_valued=on_missing == "stay")
    found: dict[tuple[str, str], Truth] = {}
    left: Truth = True
    stays: Truth = False
    for rule in _rules(stage):
        holds = encoder.truth(cast(Condition, rule.condition))
        end = _end(rule, stage)
        found[end] = either(found.get(end, False), both(left, holds.sure))
        stays = either(stays, both(left, holds.possible, negated(holds.sure)))
        left = both(left, negated(holds.possible))
    found[_STAY] = either(found.get(_STAY, False), stays, left)
    return found


def _metrics(before: Curriculum, after: Curriculum) -> tuple[Metric, ...]:
    """Take the metrics of both, each within the wider bounds where they declare one differently."""
    found = {metric.name: metric for metric in before.metrics}
    for metric in after.metrics:
        known = found.get(metric.name, metric)
        lows, highs = (known.minimum, metric.minimum), (known.maximum, metric.maximum)
        found[metric.name] = replace(
            metric,
            integer=known.integer and metric.integer,
            minimum=min(low for low in lows if low is not None) if None not in lows else None,
            maximum=max(high for high in highs if high is not None) if None not in highs else None,
        )
    return tuple(found.values())
