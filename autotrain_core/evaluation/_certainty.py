"""
Would some value in place of a missing one have changed the decision?

First the sessions are found whose rules met a missing value at all. Three-valued logic clears most of them: where
every rule up to the one that won is known, no value can matter. What is left is tried. A rule that leans one way
in every metric is asked at the two extremes, which settles it. The few rules that lean both ways are asked with
rising and falling values in the gaps and with values around every number that they hold; a session for which one
of these changes the decision is uncertain, and that value is the proof.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice, pairwise, product

import numpy as np

from autotrain_core.evaluation._engine import Answers, Course, ask, choose
from autotrain_core.evaluation._program import Program, Question
from autotrain_core.rules import (
    Bools,
    Constant,
    Floats,
    Histories,
    Ints,
    Item,
    Metric,
    View,
    Window,
    directions,
    evaluate,
    metrics_of,
    walk,
)

FAR = 1e12
TRIALS = 512
RAMP = 1e6

Shape = tuple[float, float, float | None]
"""What stands in the gaps of a metric: a value, its growth with each session, and another one at every second."""

Filling = Mapping[str, Shape]
"""For each metric, what stands in its gaps."""


def certain(program: Program, histories: Histories, course: Course) -> Bools:
    """
    Tell which decisions no missing value could have changed.

    Args:
        program: The curricula.
        histories: The n sessions.
        course: What was decided.

    Returns:
        Shape (n,). False where a stage is broken or an unknown rule kept the mouse.
    """
    sure: Bools = ~(course.blocked | program.broken[course.state])
    doubtful = np.flatnonzero(_touched(program, histories) & course.decided & sure)
    if not len(doubtful):
        return sure
    owners = program.owners[course.state[doubtful]]
    for places, metrics in _vocabularies(program):
        gaps = _Gaps(program, histories, course, metrics)
        rows = gaps.uncertain(doubtful[np.isin(owners, places)])
        sure[rows] = False
    return sure


def _vocabularies(program: Program) -> Iterator[tuple[list[int], Mapping[str, Metric]]]:
    """Group the curricula by what they hold the metrics of the rules to be: bounds differ from one to the other."""
    groups: dict[tuple[Metric, ...], list[int]] = {}
    for place, curriculum in enumerate(program.curricula):
        known = {metric.name: metric for metric in curriculum.metrics}
        meaning = tuple(known.get(name, Metric(name=name, title=name)) for name in program.metrics)
        groups.setdefault(meaning, []).append(place)
    for meaning, places in groups.items():
        yield places, {metric.name: metric for metric in meaning}


def _touched(program: Program, histories: Histories) -> Bools:
    """Find the sessions at which some rule, of whatever stage, may have met a missing value."""
    touched = np.full(histories.size, program.divides)
    touched[: int(histories.offsets[min(program.furthest_item - 1, histories.blocks)])] = True
    for name in program.metrics:
        missing = np.isnan(histories.metrics[name])
        if not missing.any():
            continue
        reach = program.reach(name)
        gaps = histories.replaced({name: missing.astype(np.float64)})
        view = View(gaps, 0, gaps.blocks)
        seen = missing.copy()
        for back in range(2, (histories.blocks if reach is None else min(reach, histories.blocks)) + 1):
            seen |= view.item(name, back, at_stage=False) == 1
        touched |= seen
    return touched


class _Gaps:
    """The missing values of a cohort, and what the rules say when something stands in their place."""

    def __init__(self, program: Program, histories: Histories, course: Course, metrics: Mapping[str, Metric]) -> None:
        self.program = program
        self.histories = histories
        self.course = course
        self.metrics = metrics
        self.gaps = {name: np.flatnonzero(np.isnan(histories.metrics[name])) for name in program.metrics}
        self._filled: dict[tuple[str, float], Floats] = {}

    def uncertain(self, rows: Ints) -> Ints:
        """Give those of some rows whose decision a value in place of a missing one would have changed."""
        rows = rows[self.unknown(rows)]
        if not len(rows):
            return rows
        changed, settled = self.at_extremes(rows)
        found = [rows[changed]]
        rows = rows[~changed & ~settled]
        owners = self.program.owners[self.course.state[rows]]
        found += [self.tried(rows[owners == place], place) for place in np.unique(owners).tolist()]
        return np.concatenate(found)

    def tried(self, rows: Ints, place: int) -> Ints:
        """Give those of some rows of one curriculum for which a filling shows another decision to be possible."""
        found = []
        for filling in self.fillings(place):
            if not len(rows):
                break
            changed = self.changed(rows, filling)
            found.append(rows[changed])
            rows = rows[~changed]
        return np.concatenate(found)

    # ---- what three-valued logic knows ----

    def unknown(self, rows: Ints) -> Bools:
        """Tell at which rows an unknown rule comes before a true one."""
        program = self.program
        logic = replace(program, questions=tuple(Question(each.condition, True) for each in program.questions))
        answers = ask(logic, self._view(self.histories, rows, {}))
        blocked = choose(logic, answers, *self._places(rows)).blocked
        assert blocked is not None  # noqa: S101 - all questions are three-valued here
        return blocked

    # ---- rules that lean one way ----

    def at_extremes(self, rows: Ints) -> tuple[Bools, Bools]:
        """
        Ask the rules that lean one way at their extremes.

        Returns:
            Where that shows another decision to be possible, and where it shows that none is; a row may be neither.
        """
        program, course = self.program, self.course
        states, _, places = self._places(rows)
        worst, best = (Answers(program, len(rows)) for _ in range(2))
        leaning = np.ones(len(program.questions) + 1, dtype=np.bool_)
        for number, question in enumerate(program.questions):
            ways = directions(question.condition)
            leaning[number] = ways is not None
            for way, answers in ((-1, worst), (1, best)):
                self._ask_leaning(number, answers, rows, {} if ways is None else {m: w * way for m, w in ways.items()})
        changed, settled = (np.zeros(len(rows), dtype=np.bool_) for _ in range(2))
        open_ = np.ones(len(rows), dtype=np.bool_)
        for rank in range(program.conditions.shape[1]):
            questions = program.conditions[states, rank]
            open_ &= leaning[questions]
            sure, possible = (answers.sure[questions * len(rows) + places] for answers in (worst, best))
            same = (program.decisions[states, rank] == course.decision[rows]) & (
                program.targets[states, rank] == course.following[rows]
            )
            changed |= open_ & possible & ~same
            settled |= open_ & sure & same
            # Behind a rule that may hold and comes to the same, the later ones have to be tried together with it.
            open_ &= ~possible
        stays = (course.decision[rows] == 0) & (course.following[rows] == course.actual[rows])
        return changed | (open_ & ~stays), settled | (open_ & stays)

    def _ask_leaning(self, number: int, answers: Answers, rows: Ints, ways: Mapping[str, int]) -> None:
        values = {name: self._bounds(name)[(way + 1) // 2] for name, way in ways.items()}
        metrics = {name: self._fill(name, value) for name, value in values.items()}
        histories = self.histories.replaced({**self.histories.metrics, **metrics})
        truth = evaluate(self.program.questions[number].condition, self._view(histories, rows, values))
        answers.sure[number * len(rows) : (number + 1) * len(rows)] = truth.sure

    def _fill(self, name: str, value: float) -> Floats:
        key = (name, value)
        if key not in self._filled:
            self._filled[key] = self.histories.metrics[name].copy()
            self._filled[key][self.gaps[name]] = value
        return self._filled[key]

    # ---- rules that lean both ways ----

    def changed(self, rows: Ints, filling: Filling) -> Bools:
        """Tell at which rows the decision would have been another with the gaps filled."""
        for name, gaps in self.gaps.items():
            if name in filling:  # the others are read by other curricula only
                value, slope, other = filling[name]
                positions = self.histories.position[gaps]
                values = value + slope * positions
                self._scratch.metrics[name][gaps] = values if other is None else np.where(positions % 2, other, values)
        view = self._view(self._scratch, rows, {name: value for name, (value, _, _) in filling.items()})
        choice = choose(self.program, ask(self.program, view), *self._places(rows))
        course = self.course
        changed: Bools = (choice.decision != course.decision[rows]) | (choice.following != course.following[rows])
        return changed

    @cached_property
    def _scratch(self) -> Histories:
        return self.histories.replaced({name: values.copy() for name, values in self.histories.metrics.items()})

    def fillings(self, place: int) -> Iterator[Filling]:
        """
        Yield what to try in the gaps: the extremes of all metrics first, then everything that may matter.

        Only what this one curriculum reads: how far a mouse is searched must not depend on what the others are on.
        """
        own = np.unique(self.program.conditions[self.program.owners == place]).tolist()
        questions = [self.program.questions[number] for number in own if number < len(self.program.questions)]
        names = [*sorted(frozenset().union(*(metrics_of(question.condition) for question in questions))), ""]
        extremes = [self._shapes(name)[:2] for name in names]
        # Two rules may want a gap low and the one beside it high: shapes are tried with each other before all values.
        shapes = [self._shapes(name) if name else self._shapes(name)[:2] for name in names]
        everything = [self._candidates(name, questions) for name in names]
        for tried in (extremes, shapes, everything):
            for values in islice(product(*tried), TRIALS):
                yield dict(zip(names, values, strict=True))

    def _shapes(self, name: str) -> list[Shape]:
        """Give the two extremes, slopes up and down, and both extremes in turn."""
        low, high = self._bounds(name)
        middle = min(max(0.0, low), high)
        return [
            (low, 0.0, None),
            (high, 0.0, None),
            (middle, RAMP, None),
            (min(high, RAMP), -1.0, None),
            (low, 0.0, high),
            (high, 0.0, low),
        ]

    def _candidates(self, name: str, questions: Sequence[Question]) -> list[Shape]:
        """Give values around every number that stands in a rule on this metric, and the shapes."""
        low, high = self._bounds(name)
        numbers, sizes = set(), {1}
        for question in questions:
            parts = list(walk(question.condition))
            if name == "" or any(isinstance(part, Item | Window) and part.metric == name for part in parts):
                numbers |= {float(part.value) for part in parts if isinstance(part, Constant)}
                sizes |= {part.size for part in parts if isinstance(part, Window) and part.size}
        edges = sorted({sign * number * size for number in numbers for size in sizes for sign in (1, -1)})
        between = [(left + right) / 2 for left, right in pairwise(edges)]
        near = [edge + step for edge in edges for step in (0.0, -1e-6, 1e-6)]
        kept = [min(max(value, low), high) for value in [*between, *near]]
        if name and self.metrics[name].integer:
            kept = [round(value) for value in kept]
        return [*self._shapes(name), *((float(value), 0.0, None) for value in dict.fromkeys(kept))]

    # ---- what both need ----

    def _bounds(self, name: str) -> tuple[float, float]:
        metric = self.metrics.get(name, _ANYTHING)
        low = -FAR if metric.minimum is None else float(metric.minimum)
        return low, FAR if metric.maximum is None else float(metric.maximum)

    def _view(self, histories: Histories, rows: Ints, beyond: Mapping[str, float]) -> View:
        return View(
            histories,
            rows=rows,
            sessions_at_stage=self.course.count[rows].astype(np.float64),
            previous=self.course.previous,
            gapless=bool(self.course.decided.all()),
            beyond=beyond,
        )

    def _places(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        course = self.course
        return course.state[rows].astype(np.int64), course.actual[rows].astype(np.int64), np.arange(len(rows))


_ANYTHING = Metric(name="", title="")
