"""
Two judges of what a condition means: Python itself, and a slow interpreter that knows the two exceptions.

Python's own answer counts wherever it does not raise and no value is missing. The interpreter walks the tree for
one session at a time, with plain lists; it says what a missing value and a value that Python refuses to compute do.
"""

import math
import operator
import warnings

import numpy as np

from autotrain_core.rules import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Constant,
    Counter,
    Each,
    Element,
    Item,
    Negative,
    Not,
    Or,
    Quantified,
    Reduction,
    Round,
    Window,
)
from autotrain_core.rules._evaluate import _is_numpy

COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def python_says(text, metrics):
    """Let Python evaluate the text as today's readers do; may raise whatever Python raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):
            return bool(eval(text.replace("\n", ""), {"np": np})(metrics))


def _missing(value):
    return isinstance(value, float | np.floating) and math.isnan(value)


class Interpreter:
    """Says True, False or (in three-valued logic) None at one session."""

    def __init__(self, metrics, *, three_valued=False):
        self.metrics = metrics
        self.three_valued = three_valued
        self.element = None

    def ask(self, node):
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.truth(node)

    def window(self, window):
        source = self.metrics.at_stage if window.at_stage else self.metrics
        values = getattr(source, window.metric)
        return values if window.size is None else values[-window.size :]

    def each(self, each, ask):
        answers = []
        for value in self.window(each.window):
            self.element = value
            answers.append(ask(each.body))
        self.element = None
        return answers

    def number(self, node):
        match node:
            case Constant(value=value):
                return value
            case Counter(name=name):
                return getattr(self.metrics, name)
            case Item(metric=metric, back=back, at_stage=at_stage):
                values = self.window(Window(metric, None, at_stage))
                return values[-back] if back <= len(values) else math.nan
            case Element():
                return self.element
            case Reduction():
                outer, self.element = self.element, None
                found = self.reduction(node)
                self.element = outer
                return found
            case Negative(operand=operand):
                return -self.number(operand)
            case Call(function=function, arguments=arguments):
                values = [self.number(argument) for argument in arguments]
                if any(map(_missing, values)):
                    return math.nan
                return {"abs": lambda only: abs(*only), "min": min, "max": max}[function](values)
            case Round(operand=operand, digits=digits):
                value = self.number(operand)
                if _missing(value) or (digits is None and math.isinf(value)):
                    return math.nan
                return round(value) if digits is None else round(value, digits)
            case Arithmetic(operator=sign, left=left, right=right):
                first, second = self.number(left), self.number(right)
                try:
                    return ARITHMETIC[sign](first, second)
                except ZeroDivisionError:
                    return math.nan
                except OverflowError:
                    return math.inf

    def reduction(self, node):
        if isinstance(node.over, Each):
            if isinstance(node.over.body, Comparison | Quantified | Not | And | Or):
                values = self.each(node.over, self.truth)
                if any(value is None for value in values):
                    return math.nan
            else:
                values = self.each(node.over, self.number)
        else:
            values = self.window(node.over)
        if node.function == "len":
            return len(values)
        if any(map(_missing, values)):
            return math.nan
        if node.function == "np.percentile":
            return np.percentile(values, node.percent)
        name = node.function
        if name.startswith("np."):
            return getattr(np, name[3:])(values)
        if name == "sum":
            total = 0
            for value in values:
                total = total + value
            # True and False add up to numpy's numbers where numpy compared them; see `_is_numpy`.
            return np.float64(total) if _is_numpy(node) else total
        return {"min": min, "max": max}[name](values)

    def truth(self, node):
        match node:
            case Comparison(first=first, rest=rest):
                answers, left = [], self.number(first)
                for sign, number in rest:
                    right = self.number(number)
                    unknown = self.three_valued and (_missing(left) or _missing(right))
                    answers.append(None if unknown else bool(COMPARE[sign](left, right)))
                    left = right
                return _all(answers)
            case And(parts=parts):
                return _all([self.truth(part) for part in parts])
            case Or(parts=parts):
                return _any([self.truth(part) for part in parts])
            case Not(operand=operand):
                inner = self.truth(operand)
                return None if inner is None else not inner
            case Quantified(function=function, each=each):
                return (_all if function == "all" else _any)(self.each(each, self.truth))


def _all(answers):
    return False if False in answers else None if None in answers else True


def _any(answers):
    return True if True in answers else None if None in answers else False
