"""
Decide, for every mouse at once, what comes after each session.

The one loop is over session positions (all first sessions, all second ones, …), because in open loop a stage
depends on the decision before it. Whatever does not depend on the stage is computed beforehand, once a column.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from autotrain_core.evaluation._program import NOWHERE, Program
from autotrain_core.rules import Bools, Condition, Floats, Histories, Ints, View, evaluate, settle

NONE = -1
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Course:
    """
    What became of n sessions; arrays of shape (n,) in block order, labels as numbers of the program.

    Attributes:
        suggested, actual, following: Stage that was to be run, that was run, and that comes next.
        count: Consecutive sessions at the stage, this one included.
        state: State of the program that the session was in, NOWHERE where it was not decided.
        decision: Place in DECISIONS.
        decided, closed, overridden: Whether it was decided, with a known stage, other than the suggested one.
        blocked: Whether an unknown rule kept the mouse at its stage.
        previous: Row of the mouse's decided session before this one, NONE where there is none.
    """

    suggested: Ints
    actual: Ints
    following: Ints
    count: Ints
    state: Ints
    decision: Ints
    decided: Bools
    closed: Bools
    overridden: Bools
    blocked: Bools
    previous: Ints


@dataclass(slots=True)
class Choice:
    """What the rules say at k sessions: decision, next stage, and whether an unknown rule stopped them."""

    decision: Ints
    following: Ints
    blocked: Bools | None


class Answers:
    """
    The answers to all questions of a program at all sessions.

    One row a question, and one of False for "no such rule"; kept flat, because picking from a flat array is cheap.
    """

    def __init__(self, program: Program, size: int) -> None:
        rows = len(program.questions) + 1
        self.size = size
        self.sure = np.zeros(rows * size, dtype=np.bool_)
        # In two-valued logic what is possible is sure.
        self.three_valued = any(question.three_valued for question in program.questions)
        self.possible = np.zeros(rows * size, dtype=np.bool_) if self.three_valued else self.sure

    def fill(self, number: int, where: slice, condition: Condition, view: View) -> None:
        """Ask a question at some sessions."""
        truth = evaluate(condition, view)
        start = number * self.size
        self.sure[start + where.start : start + where.stop] = truth.sure
        if self.three_valued:
            self.possible[start + where.start : start + where.stop] = truth.possible


def ask(program: Program, view: View, numbers: Iterable[int] | None = None) -> Answers:
    """
    Ask the questions of a program at all rows of a view, each in its own logic.

    Args:
        program: The curricula.
        view: The rows; what it knows of parts is kept from one question to the next of the same logic.
        numbers: Which questions; all where this is None. The others count as not holding.
    """
    answers = Answers(program, view.size)
    for number in range(len(program.questions)) if numbers is None else numbers:
        question = program.questions[number]
        if view.three_valued != question.three_valued:
            view.known.clear()
        view.three_valued = question.three_valued
        answers.fill(number, slice(0, view.size), question.condition, view)
    return answers


def choose(program: Program, answers: Answers, states: Ints, labels: Ints, rows: Ints) -> Choice:
    """
    Take the first rule that holds, for k sessions.

    Args:
        program: The curricula.
        answers: Answers at the sessions.
        states: State of each session, shape (k,).
        labels: Its stage, where it stays when no rule holds.
        rows: Its place in `answers`.
    """
    decision = np.zeros(len(states), dtype=np.int64)
    following = labels.copy()
    open_ = np.ones(len(states), dtype=np.bool_)
    blocked = np.zeros(len(states), dtype=np.bool_) if answers.three_valued else None
    for rank in range(program.conditions.shape[1]):
        places = program.conditions[states, rank] * answers.size + rows
        holds = answers.sure[places] & open_
        if holds.any():
            decision = np.where(holds, program.decisions[states, rank], decision)
            following = np.where(holds, program.targets[states, rank], following)
            open_ &= ~holds
        if blocked is not None:
            # An unknown rule closes the row: a later rule must not win by default.
            unknown = answers.possible[places] & open_
            blocked |= unknown
            open_ &= ~unknown
    return Choice(decision, following, blocked)


class Engine:
    """
    Walks through the blocks of a cohort; the state of each mouse is carried from block to block.

    Args:
        program: The curricula.
        histories: n sessions of m mice; `simulate` fills their metrics while the walk goes on.
        foresee: Whether all metrics are there already, so that conditions can be settled beforehand.
    """

    def __init__(self, program: Program, histories: Histories, *, foresee: bool) -> None:
        self.program = program
        self.histories = histories
        size, mice = histories.size, int(histories.widths[0]) if histories.blocks else 0
        self.answers = Answers(program, size)
        self.conditions = [question.condition for question in program.questions]
        self.per_block = tuple(range(len(program.questions)))
        if foresee:
            self._foresee()
        self.following = np.full(mice, NONE, dtype=np.int64)
        self.last = np.full(mice, NONE, dtype=np.int64)
        self.runs = np.zeros(mice, dtype=np.int64)
        self.rows = np.full(mice, NONE, dtype=np.int64)
        self.gapless = True
        self.course = Course(
            suggested=np.full(size, NONE, dtype=np.int32),
            actual=np.full(size, NONE, dtype=np.int32),
            following=np.full(size, NONE, dtype=np.int32),
            count=np.zeros(size, dtype=np.int32),
            state=np.full(size, NOWHERE, dtype=np.int32),
            decision=np.zeros(size, dtype=np.int8),
            decided=np.zeros(size, dtype=np.bool_),
            closed=np.zeros(size, dtype=np.bool_),
            overridden=np.zeros(size, dtype=np.bool_),
            blocked=np.zeros(size, dtype=np.bool_),
            previous=np.full(size, NONE, dtype=np.int64),
        )

    def _foresee(self) -> None:
        program, dynamic = self.program, set(self.program.dynamic)
        whole = slice(0, self.histories.size)
        memory: dict[bool, View] = {
            logic: View(self.histories, 0, self.histories.blocks, three_valued=logic) for logic in (False, True)
        }
        for number, question in enumerate(program.questions):
            view = memory[question.three_valued]
            if number in dynamic:
                self.conditions[number] = settle(question.condition, view)
            else:
                self.answers.fill(number, whole, question.condition, view)
        self.per_block = program.dynamic

    def suggest(self, curricula: Ints, sessions: Floats, starts: Ints | None = None) -> Ints:
        """Give the stages that the sessions of a block were to run: the decision before, or the first stage."""
        following = self.following[: len(curricula)]
        fresh = (following == NONE) | (sessions == 1)
        first = self.program.first_labels[curricula]
        if starts is not None:
            first = np.where(starts == NONE, first, starts)
        return np.where(fresh, first, following)

    def step(
        self,
        block: int,
        *,
        curricula: Ints,
        sessions: Floats,
        actual: Ints,
        decidable: Bools | None,
        forced: Ints | None = None,
        starts: Ints | None = None,
    ) -> None:
        """
        Decide the sessions of one block, w of them.

        Args:
            block: Its number; blocks are taken in order.
            curricula: Place of the curriculum, shape (w,).
            sessions: Session numbers.
            actual: Label of the stage that was run, NONE where it is not known.
            decidable: False where the session is to be passed over; None for nowhere.
            forced: Label of the stage that people suggested, NONE where nobody did; None for nowhere.
            starts: Label of the stage where a person let the mouse begin, likewise.
        """
        program, course = self.program, self.course
        start, stop = int(self.histories.offsets[block]), int(self.histories.offsets[block + 1])
        here, mice = slice(start, stop), slice(0, stop - start)
        suggested = self.suggest(curricula, sessions, starts)
        closed = actual != NONE
        late = closed & (self.following[mice] == NONE) & (sessions != 1)
        if starts is not None:
            late &= starts == NONE
        suggested = np.where(late, actual, suggested)
        if forced is not None:
            suggested = np.where(forced == NONE, suggested, forced)
        stage = np.where(closed, actual, suggested)
        state = program.states[curricula, stage]
        count = np.where(stage == self.last[mice], self.runs[mice] + 1, 1)
        course.previous[here] = self.rows[mice]
        rows = np.arange(start, stop)
        view = View(
            self.histories,
            block,
            block + 1,
            sessions_at_stage=count.astype(np.float64),
            previous=course.previous,
            gapless=self.gapless,
        )
        for number in self.per_block:
            view.three_valued = program.questions[number].three_valued
            self.answers.fill(number, here, self.conditions[number], view)
            view.known.clear()
        choice = choose(program, self.answers, state, stage, rows)
        decided = state != NOWHERE if decidable is None else decidable & (state != NOWHERE)
        course.suggested[here] = suggested
        course.actual[here] = stage
        course.following[here] = choice.following
        course.count[here] = count
        course.state[here] = state
        course.decision[here] = choice.decision
        course.decided[here] = decided
        course.closed[here] = closed
        course.overridden[here] = closed & (stage != suggested)
        if choice.blocked is not None:
            course.blocked[here] = choice.blocked
        if decided.all():
            self.following[mice], self.last[mice] = choice.following, stage
            self.runs[mice], self.rows[mice] = count, rows
        else:
            self.gapless = False
            self.following[mice] = np.where(decided, choice.following, self.following[mice])
            self.last[mice] = np.where(decided, stage, self.last[mice])
            self.runs[mice] = np.where(decided, count, self.runs[mice])
            self.rows[mice] = np.where(decided, rows, self.rows[mice])


def run(
    program: Program,
    histories: Histories,
    *,
    curricula: Ints,
    sessions: Floats,
    actual: Ints,
    decidable: Bools,
    forced: Ints | None = None,
    starts: Ints | None = None,
    progress: Progress | None = None,
) -> Course:
    """
    Decide all sessions of a cohort.

    Args:
        program: The curricula.
        histories: n sessions of m mice.
        curricula: Place of the curriculum of each session, shape (n,), block order as everything below.
        sessions: Session numbers.
        actual: Label of the stage that was run, NONE where it is not known.
        decidable: False where a session is part of the history but not decided.
        forced: Label of the stage that people suggested, NONE where nobody did; None for nowhere.
        starts: Label of the stage where a person let the mouse begin, likewise.
        progress: Called with (blocks done, blocks in all) now and then.
    """
    engine = Engine(program, histories, foresee=True)
    clean = bool(decidable.all())
    for block in range(histories.blocks):
        here = slice(int(histories.offsets[block]), int(histories.offsets[block + 1]))
        engine.step(
            block,
            curricula=curricula[here],
            sessions=sessions[here],
            actual=actual[here],
            decidable=None if clean else decidable[here],
            forced=None if forced is None else forced[here],
            starts=None if starts is None else starts[here],
        )
        if progress is not None:
            progress(block + 1, histories.blocks)
    return engine.course
