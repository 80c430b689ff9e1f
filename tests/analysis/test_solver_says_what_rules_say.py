"""What the solver is asked is what the engine decides: form by form, on random conditions and histories."""

import z3
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.analysis._solver import Solver
from autotrain_core.analysis._solver_terms import as_formula, negated
from autotrain_core.analysis._witness import Case, asked
from autotrain_core.models import DYNAMIC_FORAGING
from autotrain_core.rules import to_text
from tests.rules.grammar import conditions
from tests.searching import search

METRICS = DYNAMIC_FORAGING.metrics

# Eighths are the same in binary and in decimals: what differs then is the meaning, not the rounding.
trials = st.one_of(st.integers(0, 600).map(float), st.none())
efficiencies = st.one_of(st.integers(0, 12).map(lambda eighths: eighths / 8), st.none())


@st.composite
def cases(draw):
    length = draw(st.integers(1, 8))
    rows = [{"finished_trials": draw(trials), "foraging_efficiency": draw(efficiencies)} for _ in range(length)]
    if all(value is None for value in rows[-1].values()):
        rows[-1]["finished_trials"] = 200.0
    stay = draw(st.integers(1, length))
    here = tuple(place >= length - stay for place in range(length))
    return Case(tuple(rows), here, length + draw(st.integers(0, 3)))


def fixed(solver, case):
    """Say that the history is this one."""
    past, size = solver.past, len(case.rows)
    decided = sum(
        here and any(value is not None for value in row.values())
        for row, here in zip(case.rows, case.here, strict=True)
    )
    said = [past.length == size, past.count == decided, past.total == case.total]
    for (name, back), term in past.values.items():
        if name in past.metrics and back <= size:
            value = case.rows[-back][name]
            said.append(term.missing == (value is None))
            if value is not None:
                said.append(term.value == z3.RealVal(str(value), solver.context))
    for back, undecided in past.undecided.items():
        if back <= size and not isinstance(undecided, bool):
            said.append(undecided == all(value is None for value in case.rows[-back].values()))
    return said


def answer(solver, encoder, case, truths):
    asks = z3.SimpleSolver(ctx=solver.context)
    asks.set("rlimit", 300_000)
    asks.set("timeout", 300)
    asks.add(*solver.past.facts, *encoder.facts, *fixed(solver, case))
    asks.add(*(as_formula(truth, solver.context) for truth in truths))
    return asks.check()


def may_be(solver, encoder, case, *truths):
    """Whether the solver cannot exclude that all of these are true of this history."""
    return answer(solver, encoder, case, truths) != z3.unsat


def is_so(solver, encoder, case, *truths):
    """Whether the solver is sure that all of these can be true of this history."""
    return answer(solver, encoder, case, truths) == z3.sat


@search(20)
@given(conditions, cases(), st.booleans())
def test_a_formula_allows_what_the_engine_says(condition, case, three_valued):
    solver = Solver([condition], METRICS)
    encoder = solver.encoder(three_valued=three_valued)
    holds = encoder.truth(condition)

    witness, unknown = asked(case, [condition], [three_valued])

    is_sure, is_possible = witness.holds == (1,), witness.holds == (1,) or unknown[0]
    claimed = (
        holds.sure if is_sure else negated(holds.sure),
        holds.possible if is_possible else negated(holds.possible),
    )
    is_clear = may_be(solver, encoder, case, *encoder.margins)
    assert may_be(solver, encoder, case, *claimed) or not is_clear, to_text(condition)


@search(20)
@given(conditions, cases(), st.booleans())
def test_where_a_formula_is_exact_it_allows_nothing_else(condition, case, three_valued):
    solver = Solver([condition], METRICS)
    encoder = solver.encoder(three_valued=three_valued)
    holds = encoder.truth(condition)
    exact = [negated(each) for each in encoder.inexact]

    witness, _ = asked(case, [condition], [three_valued])

    other = negated(holds.sure) if witness.holds else holds.sure
    assert not is_so(solver, encoder, case, other, *exact, *encoder.margins), to_text(condition)
