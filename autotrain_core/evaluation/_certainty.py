"""
Would some value in place of a missing one have changed the decision?

First the sessions are found whose rules met a missing value at all. Three-valued logic then clears most of them:
where every rule up to the one that won is known, no value can matter. The rest are tried: with low, high, rising
and falling values in the gaps, and with values around every threshold that the rules hold. A session for which
one of these changes the decision is uncertain, and that value is the proof.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, pairwise, product

import numpy as np

from autotrain_core.evaluation._engine import Answers, Course, choose
from autotrain_core.evaluation._program import Program, Question
from autotrain_core.rules import Bools, Constant, Histories, Ints, Item, Metric, View, Window, walk

FAR = 1e12
TRIALS = 512
RAMP = 1e6

Filling = Mapping[str, tuple[float, float]]
"""For each metric, what stands in its gaps: a value, and how much it grows from session to session."""


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
    logic = replace(program, questions=tuple(Question(question.condition, True) for question in program.questions))
    doubtful = doubtful[_unknown(logic, histories, course, doubtful)]
    for filling in _fillings(program):
        if not len(doubtful):
            break
        changed = _changed(program, histories, course, doubtful, filling)
        sure[doubtful[changed]] = False
        doubtful = doubtful[~changed]
    return sure


def _touched(program: Program, histories: Histories) -> Bools:
    """Find the sessions at which some rule, of whatever stage, may have met a missing value."""
    touched = np.full(histories.size, program.divides)
    touched[: int(histories.offsets[min(program.furthest_item - 1, histories.blocks)])] = True
    for name in program.metrics:
        missing = np.isnan(histories.metrics[name])
        if not missing.any():
            continue
        reach = program.reach(name)
        gaps = Histories.replaced(histories, {name: missing.astype(np.float64)})
        view = View(gaps, 0, gaps.blocks)
        seen = missing.copy()
        for back in range(2, (histories.blocks if reach is None else min(reach, histories.blocks)) + 1):
            seen |= view.item(name, back, at_stage=False) == 1
        touched |= seen
    return touched


def _ask(program: Program, view: View) -> Answers:
    answers = Answers(program, view.size)
    whole = slice(0, view.size)
    for number, question in enumerate(program.questions):
        if view.three_valued != question.three_valued:
            view.known.clear()
        view.three_valued = question.three_valued
        answers.fill(number, whole, question.condition, view)
    return answers


def _view(histories: Histories, course: Course, rows: Ints, beyond: Mapping[str, float]) -> View:
    return View(
        histories,
        rows=rows,
        sessions_at_stage=course.count[rows].astype(np.float64),
        previous=course.previous,
        beyond=beyond,
    )


def _unknown(logic: Program, histories: Histories, course: Course, rows: Ints) -> Bools:
    """Tell at which rows an unknown rule comes before a true one."""
    answers = _ask(logic, _view(histories, course, rows, {}))
    choice = choose(logic, answers, course.state[rows], course.actual[rows].astype(np.int64), np.arange(len(rows)))
    assert choice.blocked is not None  # noqa: S101 - all questions are three-valued here
    return choice.blocked


def _changed(program: Program, histories: Histories, course: Course, rows: Ints, filling: Filling) -> Bools:
    """Tell at which rows the decision would have been another with the gaps filled."""
    position = histories.position
    metrics = {
        name: np.where(np.isnan(values), filling[name][0] + filling[name][1] * position, values)
        for name, values in histories.metrics.items()
    }
    beyond = {name: value for name, (value, _) in filling.items()}
    view = _view(histories.replaced(metrics), course, rows, beyond)
    state = course.state[rows]
    choice = choose(program, _ask(program, view), state, course.actual[rows].astype(np.int64), np.arange(len(rows)))
    changed: Bools = (choice.decision != course.decision[rows]) | (choice.following != course.following[rows])
    return changed


def _fillings(program: Program) -> Iterator[Filling]:
    """Yield what to try in the gaps: the extremes of all metrics first, then everything that may matter."""
    bounds = _bounds(program)
    names = [*bounds, ""]
    extremes = [[(low, 0.0), (high, 0.0)] for low, high in bounds.values()] + [[(-FAR, 0.0), (FAR, 0.0)]]
    everything = [_candidates(program, name, *bounds.get(name, (-FAR, FAR))) for name in names]
    for values in islice(product(*extremes), TRIALS):
        yield dict(zip(names, values, strict=True))
    for values in islice(product(*everything), TRIALS):
        yield dict(zip(names, values, strict=True))


def _bounds(program: Program) -> dict[str, tuple[float, float]]:
    known: dict[str, Metric] = {
        metric.name: metric for curriculum in program.curricula for metric in curriculum.metrics
    }
    return {
        name: (
            -FAR if known[name].minimum is None else float(known[name].minimum or 0),
            FAR if known[name].maximum is None else float(known[name].maximum or 0),
        )
        for name in program.metrics
    }


def _candidates(program: Program, metric: str, low: float, high: float) -> list[tuple[float, float]]:
    """Give values around every number that stands in a rule on this metric, and slopes up and down."""
    numbers, sizes = set(), {1}
    for question in program.questions:
        parts = list(walk(question.condition))
        if metric == "" or any(isinstance(part, Item | Window) and part.metric == metric for part in parts):
            numbers |= {float(part.value) for part in parts if isinstance(part, Constant)}
            sizes |= {part.size for part in parts if isinstance(part, Window) and part.size}
    edges = sorted({sign * number * size for number in numbers for size in sizes for sign in (1, -1)})
    between = [(left + right) / 2 for left, right in pairwise(edges)]
    near = [edge + step for edge in edges for step in (0.0, -1e-6, 1e-6)]
    kept = dict.fromkeys(min(max(value, low), high) for value in [*between, *near])
    middle = min(max(0.0, low), high)
    return [(low, 0.0), (high, 0.0), (middle, RAMP), (high if high < FAR else RAMP, -1.0)] + [
        (value, 0.0) for value in kept
    ]
