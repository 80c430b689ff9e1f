"""Metrics that send a mouse round a cycle of stages, as unknowns: the same in every session of its life."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import z3

from autotrain_core.analysis._solver import BRIEF, PATIENT, STEPS, TRIES, Proof, Settled, limited
from autotrain_core.analysis._solver_encode import Encoder
from autotrain_core.analysis._solver_past import Repeated, as_number, within
from autotrain_core.analysis._solver_terms import Truth, as_formula, both, either, negated
from autotrain_core.models import Stage
from autotrain_core.rules import Condition, Constant, Metric, metrics_of, walk


def repeated_values(
    stages: Sequence[Stage],
    stays: Sequence[int],
    metrics: Sequence[Metric],
    *,
    three_valued: bool,
    total: int,
    prove: Callable[[Mapping[str, float]], Proof | None],
) -> Settled[Proof]:
    """
    Find metrics with which a mouse that repeats them goes from each stage to the next, and from the last to the first.

    Args:
        stages: The cycle.
        stays: For each stage the sessions after which nothing changes there any more.
        metrics: What the conditions may speak of.
        three_valued: Whether a missing value makes a comparison unknown or false.
        total: Number of a session late in the life of the mouse.
        prove: Replays the metrics; None where they do not show it.
    """
    context = z3.Context()
    conditions = [rule.condition for stage in stages for rule in stage.rules if rule.condition is not None]
    read = {name for condition in conditions for name in metrics_of(condition)}
    known = {metric.name: metric for metric in metrics if metric.name in read}
    values = {name: (z3.Int if each.integer else z3.Real)(name, context) for name, each in known.items()}
    solver = z3.SimpleSolver(ctx=context)
    margins: list[z3.BoolRef] = []
    inexact: list[Truth] = []
    for name, metric in known.items():
        solver.add(*within(values[name], metric, context))
    for place, (stage, longest) in enumerate(zip(stages, stays, strict=True)):
        onward = stages[(place + 1) % len(stages)].name
        ways: list[Truth] = []
        waits: Truth = True
        for count in range(1, longest + 1):
            past = Repeated(context, values, known, count=count, total=total)
            encoder = Encoder(past, three_valued=three_valued)
            leaves, elsewhere = _ends(encoder, stage, onward)
            ways.append(both(waits, leaves))
            waits = both(waits, negated(leaves), negated(elsewhere))
            solver.add(*encoder.facts)
            margins += encoder.margins
            inexact += encoder.inexact
        solver.add(as_formula(either(*ways), context))
    limited(solver, STEPS, PATIENT)
    if solver.check() == z3.unsat:
        return Settled("impossible")
    limited(solver, TRIES, BRIEF)
    roof = max([10, *(part.value * 1.5 for each in conditions for part in walk(each) if isinstance(part, Constant))])
    coarse = [value % 10 == 0 if value.is_int() else z3.IsInt(value * 20) for value in values.values()]
    low = [value <= int(roof) for value in values.values()]
    plain = [value <= 1 for name, value in values.items() if not known[name].unit and not value.is_int()]
    exact = [as_formula(negated(each), context) for each in inexact]
    alive = [value > 0 for value in values.values()]
    nice = [*margins, *coarse, *low, *plain, *exact]
    for wishes in ([*nice, *alive], nice, [*margins, *coarse, *exact], [*margins, *exact], exact, []):
        solver.push()
        solver.add(*wishes)
        if solver.check() == z3.sat:
            model = solver.model()
            proof = prove({name: as_number(model.evaluate(value, True)) for name, value in values.items()})
            if proof is not None:
                return Settled("found", proof)
        solver.pop()
    return Settled("undecided")


def _ends(encoder: Encoder, stage: Stage, onward: str) -> tuple[Truth, Truth]:
    """Write when a mouse leaves a stage: for the next of the cycle, and for any other."""
    leaves: Truth = False
    elsewhere: Truth = False
    open_: Truth = True
    for rule in stage.rules:
        holds = encoder.truth(cast(Condition, rule.condition))
        if rule.to_stage == onward:
            leaves = either(leaves, both(open_, holds.sure))
        elif rule.to_stage != stage.name:
            elsewhere = either(elsewhere, both(open_, holds.sure))
        open_ = both(open_, negated(holds.possible))
    return leaves, elsewhere
