"""
The history of one mouse as unknowns: everything that a rule can see of it, and what is true of every history.

A history is n sessions, the last of them session number t >= n and the c-th in a row at the stage. A session without
any metric is part of windows, but is not decided, and so does not count for c nor stand in windows at the stage.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import z3

from autotrain_core.analysis._solver_terms import Term, Truth, both, either, negated, number
from autotrain_core.analysis._witness import Case
from autotrain_core.rules import Condition, Constant, Item, Metric, Window, walk

LONGEST = 10_000
"""More sessions than this are no history; see evaluation."""

WHOLE = 8
"""Sessions of a window over the whole history that stand for themselves, where no counter asks for more."""

AT_STAGE = "at_stage."

EXPLICIT = 24
"""Sessions of any window that stand for themselves at most; what lies further back is one unknown."""


@dataclass(frozen=True)
class Entries:
    """
    What stands in a window.

    Attributes:
        values: The values, newest first, as many as stand for themselves.
        inside: Whether the window is that long.
        length: How many values the window holds.
        beyond: Whether it holds more than `values`.
    """

    values: tuple[Term, ...]
    inside: tuple[Truth, ...]
    length: z3.ArithRef
    beyond: Truth


class Past(Protocol):
    """What conditions can be asked of."""

    context: z3.Context
    total: z3.ArithRef
    count: z3.ArithRef

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """What conditions speak of."""

    def item(self, metric: str, back: int, *, at_stage: bool) -> Term:
        """One earlier value, 1 is that of this session."""

    def window(self, window: Window, most: int) -> Entries:
        """The values of a window, at most `most` of them one by one."""


def reach(conditions: Iterable[Condition]) -> int:
    """Tell how many sessions of a window have to stand for themselves."""
    parts = [part for condition in conditions for part in walk(condition)]
    sizes = [part.size for part in parts if isinstance(part, Window) and part.size is not None]
    sizes += [part.back for part in parts if isinstance(part, Item)]
    if any(isinstance(part, Window) and part.size is None for part in parts):
        # Counters are held against numbers: where one asks for ten sessions, ten have to be there.
        asked = [part.value for part in parts if isinstance(part, Constant)]
        sizes += [WHOLE, *(int(value) + 1 for value in asked if value <= EXPLICIT)]
    return min(EXPLICIT, max(sizes, default=1))


class History:
    """
    Any history that a mouse may have.

    Args:
        context: Of the solver.
        metrics: What conditions may speak of.
        read: The metrics that they do speak of.
        depth: How many sessions stand for themselves.
        at_stage: Whether a condition looks at the sessions at the stage only.
    """

    def __init__(
        self,
        context: z3.Context,
        metrics: Sequence[Metric],
        read: Iterable[str],
        depth: int,
        *,
        at_stage: bool,
    ) -> None:
        self.context = context
        self.depth = depth
        self.length = z3.Int("length", context)
        self.count = z3.Int("count", context)
        self.total = z3.Int("total", context)
        known = {metric.name: metric for metric in metrics}
        self.metrics = {name: known.get(name, Metric(name=name, title=name)) for name in sorted(read)}
        self.others = sorted(set(known) - set(self.metrics))
        self.facts: list[z3.BoolRef] = [
            self.count >= 1,
            self.count <= self.length,
            self.length <= LONGEST,
            self.length <= self.total,
        ]
        self.values: dict[tuple[str, int], Term] = {}
        self.undecided: dict[int, Truth] = {}
        self.unplaced: dict[tuple[str, int], Term] = {}
        self.far: dict[tuple[str, int], Term] = {}
        for back in range(1, depth + 1):
            for name in self.metrics:
                self.values[name, back] = self._new(name, f"{name}[-{back}]")
            self.undecided[back] = self._undecided(back)
        if self.metrics:
            self._tell_undecided()
        self.at_stage = self._at_stage() if at_stage else {}

    def item(self, metric: str, back: int, *, at_stage: bool) -> Term:
        """One earlier value, 1 is that of this session."""
        if at_stage and back > 1:
            term = self.at_stage[metric, back] if back <= self.depth else self._far(metric, back, AT_STAGE)
            return Term(term.value, either(term.missing, self.count < back))
        term = self.values[metric, back] if back <= self.depth else self._far(metric, back, "")
        return Term(term.value, either(term.missing, self.length < back) if back > 1 else term.missing)

    def window(self, window: Window, most: int) -> Entries:
        """The values of a window, at most `most` of them one by one."""
        available = self.count if window.at_stage else self.length
        values = self.at_stage if window.at_stage else self.values
        explicit = min(self.depth, most, window.size or most)
        size = window.size
        length = available if size is None else z3.If(available >= size, z3.IntVal(size, self.context), available)
        return Entries(
            values=tuple(values[window.metric, back] for back in range(1, explicit + 1)),
            inside=tuple(True if back == 1 else available >= back for back in range(1, explicit + 1)),
            length=length,
            beyond=False if size == explicit else available > explicit,
        )

    def case(self, model: z3.ModelRef) -> Case:
        """Read a history out of what the solver has found."""
        length, count = (model.evaluate(each, model_completion=True).as_long() for each in (self.length, self.count))
        rows: list[dict[str, float | None]] = []
        for back in range(1, min(self.depth, length) + 1):
            if _is_true(model, self.undecided[back]):
                rows.append(dict.fromkeys((*self.metrics, *self.others)))
            else:
                rows.append(self._row(model, {name: self.values[name, back] for name in self.metrics}))
        rows += self._unplaced_rows(model, rows, length)
        while len(rows) < length:
            # What no rule looks at is as the earliest that one does.
            rows.append(dict(rows[-1]) if any(value is not None for value in rows[-1].values()) else dict(rows[0]))
        for (name, back), term in self.far.items():
            if back <= length:
                rows[back - 1] |= self._row(model, {name.removeprefix(AT_STAGE): term})
        here, left = [], count
        for row in rows:
            here.append(left > 0)
            left -= not row or any(value is not None for value in row.values())
        return Case(
            rows=tuple(reversed(rows)),
            here=tuple(reversed(here)),
            total=model.evaluate(self.total, model_completion=True).as_long(),
        )

    def _unplaced_rows(
        self, model: z3.ModelRef, rows: Sequence[Mapping[str, float | None]], length: int
    ) -> list[dict[str, float | None]]:
        """Read the sessions at the stage that lie further back than those that stand for themselves."""
        decided = sum(any(value is not None for value in row.values()) for row in rows)
        if len(rows) == length or decided == len(rows) or not self.unplaced:
            return []
        return [
            self._row(model, {name: self.unplaced[name, rank] for name in self.metrics})
            for rank in range(decided + 1, self.depth + 1)
        ][: length - len(rows)]

    def _row(self, model: z3.ModelRef, terms: Mapping[str, Term]) -> dict[str, float | None]:
        row: dict[str, float | None] = dict.fromkeys(self.others, 0.0)
        for name, term in terms.items():
            row[name] = None if _is_true(model, term.missing) else as_number(model.evaluate(term.value, True))
        return row

    def _new(self, metric: str, name: str) -> Term:
        declared = self.metrics[metric]
        value = (z3.Int if declared.integer else z3.Real)(name, self.context)
        self.facts += within(value, declared, self.context)
        return Term(value, z3.Bool(f"{name} is missing", self.context))

    def _far(self, metric: str, back: int, where: str) -> Term:
        """A single value further back than `depth`."""
        key = where + metric, back
        if key not in self.far:
            self.far[key] = self._new(metric, f"{where}{metric}[-{back}]")
        return self.far[key]

    def _undecided(self, back: int) -> Truth:
        """Whether a session has no value in any metric of the curriculum."""
        if not self.metrics:
            return False
        missing = both(*(self.values[name, back].missing for name in self.metrics))
        return both(missing, z3.Bool(f"session {back} has nothing", self.context)) if self.others else missing

    def _tell_undecided(self) -> None:
        self.facts.append(z3.Not(self.undecided[1]))
        if self.depth > 1:
            some = [z3.If(z3.And(self.length >= back, self.undecided[back]), 1, 0) for back in range(2, self.depth + 1)]
            self.facts.append(z3.Sum(*some) <= self.length - self.count)

    def _at_stage(self) -> dict[tuple[str, int], Term]:
        """Find the decided sessions among all: the j-th of them is as much further back as there are others."""
        passed, before = {1: z3.IntVal(0, self.context)}, z3.IntVal(0, self.context)
        for back in range(2, self.depth + 1):
            before = before + z3.If(self.undecided[back], 1, 0)
            passed[back] = before
        found = {(name, 1): self.values[name, 1] for name in self.metrics}
        for rank in range(2, self.depth + 1):
            own = {name: self._new(name, f"at_stage.{name}[-{rank}]") for name in self.metrics}
            if not self.others:
                self.facts.append(negated(both(*(term.missing for term in own.values()))))
            for name, term in own.items():
                self.unplaced[name, rank] = term
                value, missing = term.value, term.missing
                for back in range(self.depth, rank - 1, -1):
                    this = z3.And(z3.Not(self.undecided[back]), passed[back] == back - rank)
                    there = self.values[name, back]
                    value = z3.If(this, there.value, value)
                    missing = z3.If(this, there.missing, missing)
                found[name, rank] = Term(value, missing)
        return found


class Repeated:
    """
    The history of a mouse that repeats the same metrics for ever, at its c-th session at a stage.

    Args:
        context: Of the solver.
        values: Metric -> its value.
        metrics: What the conditions speak of.
        count: Consecutive sessions at the stage.
        total: Number of the session: large, so that what counts sessions has come about.
    """

    def __init__(
        self,
        context: z3.Context,
        values: Mapping[str, z3.ArithRef],
        metrics: Mapping[str, Metric],
        *,
        count: int,
        total: int,
    ) -> None:
        self.context = context
        self.metrics = metrics
        self.values = values
        self.sessions = count
        self.count = z3.IntVal(count, context)
        self.total = z3.IntVal(total, context)

    def item(self, metric: str, back: int, *, at_stage: bool) -> Term:
        """One earlier value, the same in all sessions."""
        return Term(self.values[metric], missing=at_stage and back > self.sessions)

    def window(self, window: Window, most: int) -> Entries:
        """The values of a window: one and the same; a longer one than `most` is as one of that length."""
        available = self.sessions if window.at_stage else most
        length = min(available, window.size or available, most)
        return Entries(
            values=(Term(self.values[window.metric]),) * length,
            inside=(True,) * length,
            length=z3.IntVal(length, self.context),
            beyond=False,
        )


def within(value: z3.ArithRef, metric: Metric, context: z3.Context) -> list[z3.BoolRef]:
    """Say that a value keeps to the bounds that its metric declares."""
    facts = []
    if metric.minimum is not None:
        facts.append(value >= number(metric.minimum, context))
    if metric.maximum is not None:
        facts.append(value <= number(metric.maximum, context))
    return facts


def as_number(value: z3.ExprRef) -> float:
    """Read a value out of a model."""
    if z3.is_int_value(value):
        return float(value.as_long())
    if z3.is_rational_value(value):
        return float(Fraction(value.numerator_as_long(), value.denominator_as_long()))
    return float(value.approx(20).as_fraction())


def _is_true(model: z3.ModelRef, truth: Truth) -> bool:
    return truth if isinstance(truth, bool) else z3.is_true(model.evaluate(truth, model_completion=True))
