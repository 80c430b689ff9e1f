"""Hypothesis strategies for trees of the condition language, and histories to ask them of."""

import math

import numpy as np
from hypothesis import strategies as st

from autotrain_core.rules import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Constant,
    Counter,
    Each,
    Element,
    Histories,
    Item,
    Negative,
    Not,
    Or,
    Quantified,
    Reduction,
    Round,
    View,
    Window,
)

METRICS = ("finished_trials", "foraging_efficiency")

constants = st.one_of(
    st.integers(0, 600),
    st.sampled_from([0.0, 0.05, 0.5, 0.6, 0.65, 0.7, 1.0, 2.675, 1e-07, 1e15]),
    st.floats(0, 1000, allow_nan=False).map(abs),
).map(Constant)
counters = st.sampled_from(["session_total", "session_at_current_stage"]).map(Counter)
windows = st.builds(Window, st.sampled_from(METRICS), st.one_of(st.none(), st.integers(1, 10)), at_stage=st.booleans())
items = st.builds(Item, st.sampled_from(METRICS), st.integers(1, 5), at_stage=st.booleans())


def _without_plain_division_by_zero(node):
    # Not a filter: what a filter refuses, hypothesis describes, and a grammar takes it pages.
    is_refused = node.operator == "/" and node.right in (Constant(0), Constant(0.0))
    return Arithmetic("*", node.left, node.right) if is_refused else node


def _numbers(leaves, depth):
    if depth == 0:
        return leaves
    inner = _numbers(leaves, depth - 1)
    return st.one_of(
        leaves,
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner).map(_without_plain_division_by_zero),
        st.builds(Negative, inner),
        st.builds(lambda operand: Call("abs", (operand,)), inner),
        st.builds(
            lambda function, arguments: Call(function, tuple(arguments)),
            st.sampled_from(["min", "max"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
        st.builds(Round, inner, st.one_of(st.none(), st.integers(0, 3))),
    )


def _comparisons(numbers):
    links = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers)
    return st.builds(
        lambda first, rest: Comparison(first, tuple(rest)), numbers, st.lists(links, min_size=1, max_size=2)
    )


def _truths(leaves, depth):
    if depth == 0:
        return leaves
    inner = _truths(leaves, depth - 1)
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(leaves, st.builds(And, several), st.builds(Or, several), st.builds(Not, inner))


plain_reductions = st.builds(
    Reduction,
    st.sampled_from(["np.mean", "np.median", "np.min", "np.max", "np.sum", "np.std", "len", "sum", "min", "max"]),
    windows,
)
percentiles = st.builds(
    lambda window, percent: Reduction("np.percentile", window, percent),
    windows,
    st.sampled_from([0, 10, 33.3, 90, 100]),
)
_outer = st.one_of(constants, counters, items, plain_reductions, percentiles)
_body_numbers = _numbers(st.one_of(st.just(Element()), st.just(Element()), _outer), 1)
_body_truths = _truths(_comparisons(_body_numbers), 1)
counts = st.builds(lambda body, window: Reduction("sum", Each(body, window)), _body_truths, windows)
transformed = st.builds(
    lambda function, body, window: Reduction(function, Each(body, window)),
    st.sampled_from(["sum", "min", "max"]),
    _body_numbers,
    windows,
)
quantified = st.builds(
    lambda function, body, window: Quantified(function, Each(body, window)),
    st.sampled_from(["any", "all"]),
    _body_truths,
    windows,
)
numbers = _numbers(st.one_of(_outer, _outer, counts, transformed), 2)
conditions = _truths(st.one_of(_comparisons(numbers), _comparisons(numbers), quantified), 2)


@st.composite
def cohorts(draw, *, missing=False):
    """Draw histories of up to five mice, longest first: lengths, and one list of (trials, efficiency) a mouse."""
    lengths = sorted(draw(st.lists(st.integers(1, 14), min_size=1, max_size=5)), reverse=True)
    trials = st.integers(0, 600).map(float)
    efficiencies = st.integers(0, 1300).map(lambda thousandths: thousandths / 1000)
    if missing:
        trials = st.one_of(trials, trials, st.just(math.nan))
        efficiencies = st.one_of(efficiencies, efficiencies, st.just(math.nan))
    return [
        (
            draw(st.lists(trials, min_size=length, max_size=length)),
            draw(st.lists(efficiencies, min_size=length, max_size=length)),
            draw(st.lists(st.booleans(), min_size=length, max_size=length)),
        )
        for length in lengths
    ]


class Asked:
    """The histories of a drawn cohort in blocks, with how long each mouse has been at its stage."""

    def __init__(self, cohort):
        self.cohort = cohort
        lengths = np.array([len(mouse[0]) for mouse in cohort])
        self.places = [
            (mouse, position) for position in range(lengths[0]) for mouse in range(int((lengths > position).sum()))
        ]
        self.counts = []
        for _, _, moved in cohort:
            runs, run = [], 0
            for position, move in enumerate(moved):
                run = 1 if position == 0 or move else run + 1
                runs.append(run)
            self.counts.append(runs)
        number = {place: row for row, place in enumerate(self.places)}
        self.histories = Histories(
            lengths,
            {
                name: np.array([cohort[mouse][column][position] for mouse, position in self.places])
                for column, name in enumerate(METRICS)
            },
            np.array([position + 1.0 for _, position in self.places]),
        )
        self.count = np.array([float(self.counts[mouse][position]) for mouse, position in self.places])
        self.previous = np.array([number.get((mouse, position - 1), -1) for mouse, position in self.places])

    def whole(self, **settings):
        return View(
            self.histories,
            0,
            self.histories.blocks,
            sessions_at_stage=self.count,
            previous=self.previous,
            **settings,
        )

    def picked(self, rows, **settings):
        return View(
            self.histories,
            rows=rows,
            sessions_at_stage=self.count[rows],
            previous=self.previous,
            **settings,
        )

    def block(self, number, **settings):
        here = slice(self.histories.offsets[number], self.histories.offsets[number + 1])
        return View(
            self.histories,
            number,
            number + 1,
            sessions_at_stage=self.count[here],
            previous=self.previous,
            **settings,
        )

    def metrics(self, row):
        """The object that a condition's lambda is called with at one session, as plain Python."""
        mouse, position = self.places[row]
        run = self.counts[mouse][position]
        histories = {
            name: [_plain(value, whole=column == 0) for value in self.cohort[mouse][column][: position + 1]]
            for column, name in enumerate(METRICS)
        }
        return _Namespace(
            session_total=position + 1,
            session_at_current_stage=run,
            at_stage=_Namespace(**{name: values[-run:] for name, values in histories.items()}),
            **histories,
        )


def _plain(value, *, whole):
    return int(value) if whole and not math.isnan(value) else float(value)


class _Namespace:
    def __init__(self, **values):
        self.__dict__.update(values)
