"""
What would have changed a decision: the smallest change of one number of the session.

Each input (the metrics measured in the session, its number, how long the mouse has been at its stage) is varied
alone. Copies of the mouse that differ in nothing else are asked together; where two neighbouring values lead to
different decisions, the place between them is narrowed down until nothing fits in between.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from autotrain_core.evaluation._engine import Choice, Course, ask, choose
from autotrain_core.evaluation._program import DECISIONS, Program
from autotrain_core.rules import (
    Comparison,
    Constant,
    Counter,
    Element,
    Floats,
    Histories,
    Item,
    Metric,
    View,
    Window,
    measure,
    metrics_of,
    walk,
)

SESSIONS = "session_total"
AT_STAGE = "session_at_current_stage"
_POINTS = 32
_FURTHEST = 1e12
_ROUNDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """
    A single change that would have led to another decision.

    Attributes:
        name: What would have been different: a metric, `session_total` or `session_at_current_stage`.
        title: The same in plain words.
        unit: Unit of the numbers below; empty for fractions.
        found: What it was; None where it was missing.
        needed: The nearest value with another decision, to three digits of the larger value.
        decision: That decision (enum NAME).
        next_stage: Where it leads (enum NAME).
    """

    name: str
    title: str
    unit: str
    found: float | None
    needed: float
    decision: str
    next_stage: str

    @property
    def size(self) -> float:
        """The change relative to the larger of the two values: 0 nothing, 1 everything."""
        if self.found is None:
            return math.inf
        return abs(self.needed - self.found) / max(abs(self.needed), abs(self.found))

    def __str__(self) -> str:
        """Say it in one sentence."""
        unit = f" {self.unit}" if self.unit else ""
        instead = "although it was not measured" if self.found is None else f"instead of {self.found:.6g}"
        where = "at" if self.decision == "STAY" else "to"
        return f"{self.title} {self.needed:.6g}{unit} {instead}: {self.decision} {where} {self.next_stage}"


class _Copies:
    """One mouse up to one of its sessions, many times over, with one input of that session varied."""

    def __init__(self, program: Program, histories: Histories, course: Course, row: int) -> None:
        self.program = program
        self.course = course
        self.row = row
        self.path = self._path(histories, row)
        self.values = {name: column[self.path] for name, column in histories.metrics.items()}
        self.total = histories.session_total[self.path]
        self.count = float(course.count[row])
        rules = set(program.conditions[course.state[row]].tolist()) - {len(program.questions)}
        self.asked = sorted(rules)

    def _path(self, histories: Histories, row: int) -> "np.ndarray":
        position = int(histories.position[row])
        return histories.earlier(np.full(position + 1, row), np.arange(position, -1, -1))

    def view(self, name: str, inputs: Floats) -> View:
        """Look at the session with each of k values of one input."""
        copies, length = len(inputs), len(self.path)
        metrics = {metric: np.repeat(values, copies) for metric, values in self.values.items()}
        total = np.repeat(self.total, copies)
        count = np.full(copies, self.count)
        last = slice((length - 1) * copies, length * copies)
        if name == SESSIONS:
            total[last] = inputs
        elif name == AT_STAGE:
            count = inputs
        else:
            metrics[name][last] = inputs
        histories = Histories(np.full(copies, length), metrics, total)
        return View(histories, length - 1, length, sessions_at_stage=count, previous=self._previous(copies))

    def ask(self, name: str, inputs: Floats) -> Choice:
        """Decide the session with each of k values of one input."""
        copies = len(inputs)
        answers = ask(self.program, self.view(name, inputs), self.asked)
        states = np.full(copies, self.course.state[self.row], dtype=np.int64)
        labels = np.full(copies, self.course.actual[self.row], dtype=np.int64)
        return choose(self.program, answers, states, labels, np.arange(copies))

    def crossings(self, name: str, start: float) -> list[float]:
        """Give the values of one input at which the two sides of a comparison would be equal, were they straight."""
        found: list[float] = []
        for number in self.asked:
            for part in walk(self.program.questions[number].condition):
                if isinstance(part, Comparison) and not any(isinstance(inner, Element) for inner in walk(part)):
                    found += self._crossings(part, name, start)
        return [value for value in found if abs(value) < _FURTHEST]

    def _crossings(self, comparison: Comparison, name: str, start: float) -> list[float]:
        view = self.view(name, np.array([start, start + 1]))
        numbers = [comparison.first, *(number for _, number in comparison.rest)]
        found = []
        for left, right in pairwise(numbers):
            here, there = (measure(left, view) - measure(right, view)).tolist()
            if math.isfinite(here) and math.isfinite(there) and here != there:
                found.append(start - here / (there - here))
        return found

    def _previous(self, copies: int) -> "np.ndarray":
        place = {int(row): block for block, row in enumerate(self.path)}
        before = [place.get(int(self.course.previous[row]), -1) for row in self.path]
        each = np.arange(copies)
        return np.concatenate([each + block * copies if block >= 0 else np.full(copies, -1) for block in before])


def smallest_flip(program: Program, histories: Histories, course: Course, row: int) -> Flip | None:
    """
    Find the smallest single change that would have led to another decision.

    Returns:
        The change that is smallest relative to its value; None where no change of a single input does it.
    """
    copies = _Copies(program, histories, course, row)
    conditions = [program.questions[number].condition for number in copies.asked]
    names = sorted(frozenset().union(*(metrics_of(condition) for condition in conditions)))
    parts = [part for condition in conditions for part in walk(condition)]
    counters = sorted({part.name for part in parts if isinstance(part, Counter)})
    numbers = {float(part.value) for part in parts if isinstance(part, Constant)}
    sizes = {1, *(part.size for part in parts if isinstance(part, Window) and part.size)}
    curriculum = program.curricula[program.owners[course.state[row]]]
    known = {metric.name: metric for metric in curriculum.metrics}
    at_stage = any(isinstance(part, Item | Window) and part.at_stage for part in parts)
    flips = [_flip(copies, known[name], histories.metrics[name][row], numbers, sizes) for name in names]
    # With a window at the stage, a longer stay would be another window too: that is no single change.
    if AT_STAGE in counters and not at_stage:
        flips.append(_flip(copies, _COUNTERS[AT_STAGE], float(course.count[row]), numbers, {1}))
    if SESSIONS in counters:
        flips.append(_flip(copies, _COUNTERS[SESSIONS], float(histories.session_total[row]), numbers, {1}))
    found = [flip for flip in flips if flip is not None]
    return min(found, key=lambda flip: flip.size, default=None)


_COUNTERS = {
    AT_STAGE: Metric(name=AT_STAGE, title="sessions at this stage", integer=True, minimum=1),
    SESSIONS: Metric(name=SESSIONS, title="total sessions", integer=True, minimum=1),
}


def _flip(copies: _Copies, metric: Metric, found: float, numbers: set[float], sizes: set[int]) -> Flip | None:
    """Find the nearest value of one input that leads to another decision."""
    course, row = copies.course, copies.row
    own = (int(course.decision[row]), int(course.following[row]))
    inputs = _ladder(copies, metric, found, numbers, sizes)
    choice = copies.ask(metric.name, inputs)
    other = inputs[(choice.decision != own[0]) | (choice.following != own[1])]
    if math.isnan(found):
        nearest = other[np.argsort(np.abs(other))][:1].tolist()
    else:
        # The nearest on each side first, and then the nearer of the two: between two values of the ladder there may
        # be much to narrow down.
        sides = [*other[other > found][:1].tolist(), *other[other < found][-1:].tolist()]
        nearest = [_neat(copies, metric, found, _narrow(copies, metric, found, value, own)) for value in sides]
        nearest.sort(key=lambda value: abs(value - found))
    if not nearest:
        return None
    choice = copies.ask(metric.name, np.array(nearest[:1]))
    return Flip(
        name=metric.name,
        title=metric.title,
        unit=metric.unit,
        found=None if math.isnan(found) else found,
        needed=float(nearest[0]),
        decision=DECISIONS[int(choice.decision[0])].name,
        next_stage=copies.program.labels[int(choice.following[0])],
    )


def _ladder(copies: _Copies, metric: Metric, found: float, numbers: set[float], sizes: set[int]) -> Floats:
    """Give values worth trying: steps away, numbers in the rules, and where a comparison would just be met."""
    low = -_FURTHEST if metric.minimum is None else metric.minimum
    high = _FURTHEST if metric.maximum is None else metric.maximum
    start = 0.0 if math.isnan(found) else found
    steps = [2.0**power for power in range(-10, 41)]
    edges = sorted({*(number * size for number in numbers for size in sizes), *copies.crossings(metric.name, start)})
    edges += [(left + right) / 2 for left, right in pairwise(edges)]
    near = [edge + step for edge in edges for step in (0.0, 1e-9, -1e-9, 1.0, -1.0)]
    values = np.array([start + sign * step for step in steps for sign in (1, -1)] + near + [low, high])
    if metric.integer:
        values = np.round(values)
    values = np.unique(np.clip(values, low, high))
    others: Floats = values[values != found]
    return others


def _narrow(copies: _Copies, metric: Metric, same: float, other: float, own: tuple[int, int]) -> float:
    """Move towards the value that was found for as long as the decision stays another one."""
    for _ in range(_ROUNDS):  # pragma: no branch - each round leaves a thirty-second of what was between
        between = np.linspace(same, other, _POINTS + 1)[1:]
        if metric.integer:
            between = np.unique(np.round(between))
            between = between if other > same else between[::-1]
        choice = copies.ask(metric.name, between)
        differs = (choice.decision != own[0]) | (choice.following != own[1])
        first = int(np.argmax(differs))
        if between[first] == other and (first == 0 or between[first - 1] == same):
            break
        other, same = float(between[first]), float(between[first - 1]) if first else same
    return other


def _neat(copies: _Copies, metric: Metric, found: float, needed: float) -> float:
    """Round away from what was found, so that a reader can check the number; keep it where that fails."""
    size = max(abs(found), abs(needed))
    if metric.integer or size == 0:
        return needed
    step = 10.0 ** (math.floor(math.log10(size)) - 2)
    digits = max(0, 2 - math.floor(math.log10(size)))
    outward = math.ceil if needed > found else math.floor
    rounded = outward(round(needed / step, 6)) * step
    further = rounded + step if needed > found else rounded - step
    # A limit that is not reached itself ("below 0.65") needs one step more.
    values = [needed, round(rounded, digits), round(further, digits)]
    choice = copies.ask(metric.name, np.array(values))
    same = (choice.decision == choice.decision[0]) & (choice.following == choice.following[0])
    return next((value for value, fits in zip(values[1:], same[1:], strict=True) if fits), needed)
