"""
Truths and numbers as the solver knows them, with what is missing beside what is there.

Imported only where something is really asked: z3 takes longer to load than a page may take.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import z3

Truth: TypeAlias = bool | z3.BoolRef
"""A truth: known already, or a formula."""


@dataclass(frozen=True)
class Term:
    """
    One number of a history.

    Attributes:
        value: What it is, where it is not missing.
        missing: Whether it is missing.
        wild: Whether arithmetic cannot say what it is (numpy's infinity): then every comparison may come out in any
            way.
    """

    value: z3.ArithRef
    missing: Truth = False
    wild: Truth = False


def both(*parts: Truth) -> Truth:
    """Hold where all parts hold."""
    left = [part for part in parts if part is not True]
    if any(part is False for part in left):
        return False
    if not left:
        return True
    return left[0] if len(left) == 1 else z3.And(*left)


def either(*parts: Truth) -> Truth:
    """Hold where some part holds."""
    left = [part for part in parts if part is not False]
    if any(part is True for part in left):
        return True
    if not left:
        return False
    return left[0] if len(left) == 1 else z3.Or(*left)


def negated(part: Truth) -> Truth:
    """Hold where the part does not."""
    return not part if isinstance(part, bool) else z3.Not(part)


def chosen(condition: Truth, this: z3.ArithRef, that: z3.ArithRef) -> z3.ArithRef:
    """Take one number where a condition holds, and else another."""
    if isinstance(condition, bool):
        return this if condition else that
    return z3.If(condition, this, that)


def chosen_truth(condition: Truth, this: Truth, that: Truth) -> Truth:
    """Take one truth where a condition holds, and else another."""
    if isinstance(condition, bool):
        return this if condition else that
    return either(both(condition, this), both(z3.Not(condition), that))


def as_formula(truth: Truth, context: z3.Context) -> z3.BoolRef:
    """Write a truth as a formula, known or not."""
    return z3.BoolVal(truth, context) if isinstance(truth, bool) else truth


def number(value: float, context: z3.Context) -> z3.ArithRef:
    """Write a number as it is written in decimals, so that 0.6 is 3/5: whole numbers stay whole."""
    exact = Fraction(str(value))
    if exact.denominator == 1:
        return z3.IntVal(exact.numerator, context)
    return z3.RealVal(f"{exact.numerator}/{exact.denominator}", context)


def as_real(value: z3.ArithRef) -> z3.ArithRef:
    """Read a whole number as a number that may have a fraction."""
    return z3.ToReal(value) if value.is_int() else value


def total(values: Iterable[z3.ArithRef]) -> z3.ArithRef:
    """Add numbers up, at least one."""
    kept = list(values)
    return kept[0] if len(kept) == 1 else z3.Sum(*kept)
