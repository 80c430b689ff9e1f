"""
Questions about all histories: is there one in which this holds, and what does it look like in numbers?

A "no" is proved by the solver. A "yes" is a history in plain numbers that somebody (the real engine) has agreed to;
where neither is had, the answer says so. Work is counted in the solver's own steps: answers are the same everywhere.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Literal, TypeVar

import z3

from autotrain_core.analysis._solver_encode import Encoder
from autotrain_core.analysis._solver_past import History, reach
from autotrain_core.analysis._solver_terms import Truth, as_formula, both, negated
from autotrain_core.analysis._witness import Case
from autotrain_core.rules import Condition, Constant, Item, Metric, Window, metrics_of, walk

STEPS = 600_000
"""What one question may cost, in the solver's own steps (rlimit): about a second where it multiplies unknowns."""

TRIES = 100_000
"""What one attempt at nicer numbers may cost."""

PATIENT, BRIEF = 1_500, 300
"""The same in milliseconds: what multiplies unknowns may take long over few steps."""

PATIENCE = 3
"""Attempts at nicer numbers that may come to nothing."""

PLAIN = 1_000_000
"""Numbers of conditions above this are no measure of what a plain value is."""

COARSE = 100
"""From here on whole numbers are plain in steps of ten."""

SHORT = (1, 2, 3, 5, 8, 12, 20, 30)
"""Lengths of history that are tried, before any length will do."""

Verdict = Literal["impossible", "found", "undecided"]
Proof = TypeVar("Proof")


@dataclass(frozen=True)
class Settled(Generic[Proof]):
    """
    The answer to a question.

    Attributes:
        verdict: That it is impossible, that it was found, or that neither is known.
        proof: What was made of the history that was found.
    """

    verdict: Verdict
    proof: Proof | None = None


class Solver:
    """
    Asks about all histories that some conditions can see.

    Args:
        conditions: All that are asked about.
        metrics: What they may speak of.
    """

    def __init__(self, conditions: Sequence[Condition], metrics: Sequence[Metric]) -> None:
        self.context = z3.Context()
        read = {name for condition in conditions for name in metrics_of(condition)}
        self.past = History(
            self.context,
            metrics,
            read,
            reach(conditions),
            at_stage=any(
                isinstance(part, Item | Window) and part.at_stage for each in conditions for part in walk(each)
            ),
        )
        # What is plain to a reader: no number much beyond those that the conditions name.
        named = [part.value for each in conditions for part in walk(each) if isinstance(part, Constant)]
        self.roof = max([10, *(int(value * 1.5) for value in named if value <= PLAIN)])
        self.encoders: dict[bool, Encoder] = {}
        self._solver: z3.Solver | None = None
        self._known = 0
        self._given_up = 0

    def encoder(self, *, three_valued: bool) -> Encoder:
        """Give the one that writes conditions in two- or three-valued logic."""
        if three_valued not in self.encoders:
            self.encoders[three_valued] = Encoder(self.past, three_valued=three_valued)
        return self.encoders[three_valued]

    def settle(self, goal: Truth, prove: Callable[[Case], Proof | None]) -> Settled[Proof]:
        """
        Find a history in which something holds.

        Args:
            goal: What is to hold.
            prove: Replays a history; None where it does not show what it should.
        """
        solver = self._prepared()
        solver.push()
        try:
            solver.add(as_formula(goal, self.context))
            answer = self._check(solver)
            if answer == z3.unsat:
                return Settled("impossible")
            rough = self.past.case(solver.model()) if answer == z3.sat else None
            for case in chain(self._cases(solver), (rough,)):
                proof = None if case is None else prove(case)
                if proof is not None:
                    return Settled("found", proof)
        finally:
            solver.pop()
        return Settled("undecided")

    def is_impossible(self, goal: Truth) -> bool | None:
        """Tell whether something holds in no history; None where that is not known."""
        solver = self._prepared()
        solver.push()
        try:
            solver.add(as_formula(goal, self.context))
            answer = self._check(solver)
        finally:
            solver.pop()
        return None if answer == z3.unknown else answer == z3.unsat

    def contradiction(self, parts: Sequence[Truth]) -> tuple[int, ...]:
        """Pick a smallest selection of parts that cannot hold together, where all of them cannot: their places."""
        left = list(range(len(parts)))
        for place in range(len(parts)):
            fewer = [each for each in left if each != place]
            if self.is_impossible(both(*(parts[each] for each in fewer))):
                left = fewer
        return tuple(left)

    def _check(self, solver: z3.Solver) -> z3.CheckSatResult:
        """Ask; whoever has given up before is given half the time."""
        limited(solver, STEPS >> self._given_up, PATIENT >> self._given_up)
        answer = solver.check()
        self._given_up += answer == z3.unknown
        return answer

    def _prepared(self) -> z3.Solver:
        """Give the solver with everything that is true of every history, and what makes numbers nice."""
        facts = [*self.past.facts, *(fact for each in self.encoders.values() for fact in each.facts)]
        margins = sum(len(each.margins) + len(each.inexact) for each in self.encoders.values())
        if self._solver is None or self._known != len(facts) + margins:
            self._known = len(facts) + margins
            self._solver = z3.SimpleSolver(ctx=self.context)
            self._solver.add(*facts)
            for name, wishes in self._wishes().items():
                self._solver.add(*(z3.Implies(self._wish(name), wish) for wish in wishes))
        return self._solver

    def _cases(self, solver: z3.Solver) -> Iterable[Case]:
        """Yield histories, the nicest first."""
        levels = (
            ("exact", "there", "plain", "clear", "coarse", "alive", "low", "same"),
            ("exact", "there", "plain", "clear", "coarse", "alive", "low", "step"),
            ("exact", "there", "plain", "clear", "coarse", "low"),
            ("exact", "there", "plain", "clear", "coarse"),
            ("exact", "there", "clear", "coarse", "low"),
            ("exact", "there", "clear", "coarse"),
            ("exact", "there", "clear", "fine"),
            ("exact", "there"),
            ("exact", "clear", "fine"),
            ("exact",),
        )
        limited(solver, TRIES >> self._given_up, BRIEF >> self._given_up)
        given_up = 0
        for level in levels:
            wishes = [self._wish(name) for name in level]
            answer = solver.check(*wishes)
            given_up += answer == z3.unknown
            if given_up == PATIENCE:
                return
            if answer == z3.sat:
                yield self.past.case(self._shortest(solver, wishes))

    def _shortest(self, solver: z3.Solver, wishes: Sequence[z3.BoolRef]) -> z3.ModelRef:
        model = solver.model()
        length = model.evaluate(self.past.length, model_completion=True).as_long()
        for most in SHORT:
            if most >= length:
                break
            if solver.check(*wishes, self._wish(f"at most {most}")) == z3.sat:
                return solver.model()
        return model

    def _wish(self, name: str) -> z3.BoolRef:
        return z3.Bool(f"wish: {name}", self.context)

    def _wishes(self) -> dict[str, list[z3.BoolRef]]:
        past, encoders = self.past, list(self.encoders.values())
        step = 10 if self.roof >= COARSE else 1
        terms = [*past.values.values(), *past.unplaced.values(), *past.far.values()]
        whole = [term.value for term in terms if term.value.is_int()]
        broken = [term.value for term in terms if not term.value.is_int()]
        return {
            "exact": [as_formula(negated(each), self.context) for encoder in encoders for each in encoder.inexact],
            "there": [as_formula(negated(term.missing), self.context) for term in terms],
            "plain": [past.total == past.length, past.count == past.length],
            "clear": [margin for encoder in encoders for margin in encoder.margins],
            "coarse": [*(value % step == 0 for value in whole), *(z3.IsInt(value * 20) for value in broken)],
            "fine": [z3.IsInt(value * 100) for value in broken],
            "alive": [value > 0 for value in (*whole, *broken)],
            "low": [value <= self.roof for value in whole] + [value <= self.roof for value in broken],
            "same": list(self._alike(1)),
            "step": list(self._alike(2)),
            **{f"at most {most}": [past.length <= most] for most in SHORT},
        }

    def _alike(self, blocks: int) -> Iterable[z3.BoolRef]:
        """Wish that all sessions are alike, or the last two, and all before them."""
        past = self.past
        for name in past.metrics:
            for back in range(2, past.depth + 1):
                like = 1 if blocks == 1 or back <= blocks else blocks + 1
                if like < back:
                    yield past.values[name, back].value == past.values[name, like].value


def limited(solver: z3.Solver, steps: int, milliseconds: int) -> None:
    """Limit what the next question may cost."""
    solver.set("rlimit", steps)
    solver.set("timeout", max(1, milliseconds))
