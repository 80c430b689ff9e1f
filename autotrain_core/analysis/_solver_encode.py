"""
Conditions as formulas, form by form as `rules.evaluate` computes them; tests hold the two against each other.

Arithmetic is exact, where the engine computes with 53 bits. What cannot be written down exactly (the far end of a long
window, numpy's infinity) is left open: a formula allows at least what can happen. `inexact` says where it allows more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import cast

import z3

from autotrain_core.analysis._solver_past import EXPLICIT, Entries, Past, within
from autotrain_core.analysis._solver_terms import (
    Term,
    Truth,
    as_real,
    both,
    chosen,
    chosen_truth,
    either,
    negated,
    number,
    total,
)
from autotrain_core.rules import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Condition,
    Constant,
    Counter,
    Each,
    Element,
    Item,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Quantified,
    Reduction,
    Round,
    Window,
    is_condition,
    walk,
)

SORTED = 12
"""Values of a window that are put in order at most: the formulas grow with the square."""

SQUARED = 10
"""Values of a window of which the spread is written down at most."""

_SIGNS: dict[str, Callable[[z3.ArithRef, z3.ArithRef], z3.BoolRef]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}
_LENGTHS = {"np.median": SORTED, "np.percentile": SORTED, "np.std": SQUARED}


@dataclass(frozen=True)
class Holds:
    """Whether a condition holds whatever the missing values are, and whether it may hold."""

    sure: Truth
    possible: Truth


class Encoder:
    """
    Writes conditions about one past as formulas.

    Attributes:
        facts: What is true of the unknowns that were brought in on the way.
        inexact: Where a formula allows more than can happen.
        margins: Comparisons that are decided clearly, not by a hair: for numbers that convince.

    Args:
        past: What is asked.
        three_valued: Whether a missing value makes a comparison unknown or false.
    """

    def __init__(self, past: Past, *, three_valued: bool) -> None:
        self.past = past
        self.context = past.context
        self.three_valued = three_valued
        self.facts: list[z3.BoolRef] = []
        self.inexact: list[Truth] = []
        self.margins: list[z3.BoolRef] = []
        self._truths: dict[Condition, Holds] = {}
        self._numbers: dict[Number, Term] = {}
        self._element: Term | None = None

    # ---- true or false ----

    def truth(self, node: Condition) -> Holds:
        """Write a condition."""
        if self._element is not None:
            return self._truth(node)
        if node not in self._truths:
            self._truths[node] = self._truth(node)
        return self._truths[node]

    def _truth(self, node: Condition) -> Holds:
        match node:
            case Comparison(first=first, rest=rest):
                return self._comparison(first, rest)
            case And(parts=parts):
                return _joined(both, [self.truth(part) for part in parts])
            case Or(parts=parts):
                return _joined(either, [self.truth(part) for part in parts])
            case Not(operand=operand):
                inner = self.truth(operand)
                return Holds(negated(inner.possible), negated(inner.sure))
        return self._quantified(node)

    def _comparison(self, first: Number, rest: tuple[tuple[str, Number], ...]) -> Holds:
        pairs, left_node, left = [], first, self.number(first)
        for sign, node in rest:
            right = self.number(node)
            pairs.append(self._pair(sign, left, right))
            if sign not in ("==", "!=") and (_is_measured(left_node) or _is_measured(node)):
                self._keep_apart(left, right)
            left_node, left = node, right
        return _joined(both, pairs)

    def _pair(self, sign: str, left: Term, right: Term) -> Holds:
        unknown = either(left.missing, right.missing)
        holds = _SIGNS[sign](left.value, right.value)
        if self.three_valued:
            found = Holds(both(negated(unknown), holds), either(unknown, holds))
        else:
            answer = either(unknown, holds) if sign == "!=" else both(negated(unknown), holds)
            found = Holds(answer, answer)
        wild = either(left.wild, right.wild)
        if wild is False:
            return found
        sure = self._new_truth()
        possible = either(sure, self._new_truth()) if self.three_valued else sure
        return Holds(chosen_truth(wild, sure, found.sure), chosen_truth(wild, possible, found.possible))

    def _keep_apart(self, left: Term, right: Term) -> None:
        whole = left.value.is_int() and right.value.is_int()
        step = number(1 if whole else 0.01, self.context)
        difference = left.value - right.value
        self.margins.append(z3.Or(difference >= step, difference <= -step))

    def _quantified(self, node: Quantified) -> Holds:
        entries = self._entries(node.each.window, EXPLICIT)
        combine = both if node.function == "all" else either
        neutral = node.function == "all"
        parts = [
            Holds(chosen_truth(inside, body.sure, neutral), chosen_truth(inside, body.possible, neutral))
            for inside, body in zip(entries.inside, self._bodies(node.each, entries), strict=True)
            if isinstance(body, Holds)
        ]
        if entries.beyond is not False:
            sure = self._new_truth()
            possible = either(sure, self._new_truth()) if self.three_valued else sure
            parts.append(
                Holds(chosen_truth(entries.beyond, sure, neutral), chosen_truth(entries.beyond, possible, neutral))
            )
        return _joined(combine, parts)

    # ---- numbers ----

    def number(self, node: Number) -> Term:
        """Write a number."""
        if isinstance(node, Element):
            assert self._element is not None  # noqa: S101 - the parser allows `x` only in its own body
            return self._element
        if self._element is not None and not isinstance(node, Counter | Item | Reduction):
            return self._number(node)
        if node not in self._numbers:
            # What is no element is asked of the session, inside a body too.
            element, self._element = self._element, None
            try:
                self._numbers[node] = self._number(node)
            finally:
                self._element = element
        return self._numbers[node]

    def _number(self, node: Number) -> Term:
        match node:
            case Constant(value=value):
                return Term(number(value, self.context))
            case Counter(name=name):
                return Term(self.past.total if name == "session_total" else self.past.count)
            case Item(metric=metric, back=back, at_stage=at_stage):
                return self.past.item(metric, back, at_stage=at_stage)
            case Negative(operand=operand):
                term = self.number(operand)
                return Term(-term.value, term.missing, term.wild)
            case Call(function=function, arguments=arguments):
                return self._call(function, [self.number(argument) for argument in arguments])
            case Round(operand=operand, digits=digits):
                term = self.number(operand)
                return Term(self._rounded(term.value, digits or 0), term.missing, term.wild)
            case Arithmetic():
                return self._arithmetic(node, self.number(node.left), self.number(node.right))
        return self._reduction(cast(Reduction, node))

    def _call(self, function: str, terms: Sequence[Term]) -> Term:
        if function == "abs":
            value = terms[0].value
            found = z3.If(value >= 0, value, -value)
        else:
            found = reduce(_least if function == "min" else _greatest, [term.value for term in terms])
        return Term(found, either(*(term.missing for term in terms)), either(*(term.wild for term in terms)))

    def _rounded(self, value: z3.ArithRef, digits: int) -> z3.ArithRef:
        if value.is_int():
            return value
        scale = z3.RealVal(10**digits, self.context)
        scaled = value * scale
        below = z3.ToInt(scaled)
        rest = scaled - z3.ToReal(below)
        half = z3.RealVal("1/2", self.context)
        up = z3.Or(rest > half, z3.And(rest == half, below % 2 == 1))
        whole = z3.If(up, below + 1, below)
        return whole if digits == 0 else z3.ToReal(whole) / scale

    def _arithmetic(self, node: Arithmetic, left: Term, right: Term) -> Term:
        missing, wild = either(left.missing, right.missing), either(left.wild, right.wild)
        match node.operator:
            case "+":
                return Term(left.value + right.value, missing, wild)
            case "-":
                return Term(left.value - right.value, missing, wild)
            case "*":
                return Term(left.value * right.value, missing, wild)
        zero = right.value == 0
        value = as_real(left.value) / as_real(right.value)
        if not any(isinstance(part, Reduction) and part.function.startswith("np.") for part in walk(node)):
            return Term(value, either(missing, zero), wild)
        # numpy's numbers divide by zero: to infinity, or to nothing.
        self.inexact.append(zero)
        return Term(value, missing, either(wild, zero))

    # ---- windows ----

    def _entries(self, window: Window, most: int) -> Entries:
        entries = self.past.window(window, most)
        self.inexact.append(entries.beyond)
        return entries

    def _bodies(self, each: Each, entries: Entries) -> list[Term | Holds]:
        found: list[Term | Holds] = []
        for value in entries.values:
            self._element = value
            try:
                found.append(self.truth(each.body) if is_condition(each.body) else self.number(cast(Number, each.body)))
            finally:
                self._element = None
        return found

    def _reduction(self, node: Reduction) -> Term:
        function = node.function
        window = node.over if isinstance(node.over, Window) else node.over.window
        if function == "len":
            return Term(self.past.window(window, EXPLICIT).length)
        entries = self._entries(window, _LENGTHS.get(function, EXPLICIT))
        values = list(entries.values)
        if isinstance(node.over, Each):
            values = [_counted(body, self.context) for body in self._bodies(node.over, entries)]
        missing = either(*(both(inside, each.missing) for inside, each in zip(entries.inside, values, strict=True)))
        wild = either(*(both(inside, each.wild) for inside, each in zip(entries.inside, values, strict=True)))
        if entries.beyond is not False:
            missing = either(missing, both(entries.beyond, self._new_truth()))
        return Term(self._reduced(node, window, entries, [each.value for each in values]), missing, wild)

    def _reduced(self, node: Reduction, window: Window, entries: Entries, values: list[z3.ArithRef]) -> z3.ArithRef:
        zero = z3.IntVal(0, self.context)
        match node.function:
            case "sum" | "np.sum":
                kept = [chosen(inside, value, zero) for inside, value in zip(entries.inside, values, strict=True)]
                return total([*kept, *self._rest_of_sum(node, window, entries)])
            case "min" | "np.min" | "max" | "np.max":
                pick = _least if node.function in ("min", "np.min") else _greatest
                found = values[0]
                for inside, value in zip(entries.inside[1:], values[1:], strict=True):
                    found = chosen(inside, pick(found, value), found)
                if entries.beyond is False:
                    return found
                return chosen(entries.beyond, pick(found, self._open(node, window)), found)
        found = self._of_length(node, values[:1])
        for length in range(2, len(values) + 1):
            found = chosen(entries.inside[length - 1], self._of_length(node, values[:length]), found)
        return found if entries.beyond is False else chosen(entries.beyond, self._open(node, window), found)

    def _of_length(self, node: Reduction, values: list[z3.ArithRef]) -> z3.ArithRef:
        """Reduce a window of known length by mean, spread or place in the order."""
        size = z3.RealVal(len(values), self.context)
        match node.function:
            case "np.mean":
                return as_real(total(values)) / size
            case "np.std":
                mean = as_real(total(values)) / size
                return self._root(total([(as_real(value) - mean) * (as_real(value) - mean) for value in values]) / size)
        percent = 50 if node.percent is None else node.percent
        exact = Fraction(str(percent)) * (len(values) - 1) / 100
        ordered = self._ordered(values)
        below = int(exact)
        rest = exact - below
        if rest == 0:
            return ordered[below]
        low, high = as_real(ordered[below]), as_real(ordered[below + 1])
        return low + (high - low) * z3.RealVal(f"{rest.numerator}/{rest.denominator}", self.context)

    def _ordered(self, values: list[z3.ArithRef]) -> list[z3.ArithRef]:
        """Put values in order: neighbours change places as often as there are values."""
        ordered: list[z3.ArithRef] = []
        for value in values:
            moving, after = value, []
            for place in reversed(ordered):
                after.append(_greatest(place, moving))
                moving = _least(place, moving)
            ordered = [moving, *reversed(after)]
        return ordered

    def _root(self, variance: z3.ArithRef) -> z3.ArithRef:
        root = z3.FreshReal("spread", self.context)
        self.facts += [root >= 0, root * root == variance]
        return root

    def _open(self, node: Reduction, window: Window) -> z3.ArithRef:
        """Bring in a value of which only the bounds are known."""
        value = z3.FreshReal("open", self.context)
        if node.function == "np.std":
            self.facts.append(value >= 0)
        elif isinstance(node.over, Window):
            self.facts += within(value, self.past.metrics[window.metric], self.context)
        return value

    def _rest_of_sum(self, node: Reduction, window: Window, entries: Entries) -> list[z3.ArithRef]:
        if entries.beyond is False:
            return []
        rest = z3.FreshReal("rest", self.context)
        more = entries.length - len(entries.values)
        metric = self.past.metrics[window.metric]
        if isinstance(node.over, Each) and is_condition(node.over.body):
            self.facts += [rest >= 0, z3.Implies(entries.beyond, rest <= more)]
        elif isinstance(node.over, Window):
            if metric.minimum is not None:
                self.facts.append(z3.Implies(entries.beyond, rest >= more * number(metric.minimum, self.context)))
            if metric.maximum is not None:
                self.facts.append(z3.Implies(entries.beyond, rest <= more * number(metric.maximum, self.context)))
        return [chosen(entries.beyond, rest, z3.RealVal(0, self.context))]

    def _new_truth(self) -> z3.BoolRef:
        return z3.FreshBool("either way", self.context)


def _joined(combine: Callable[..., Truth], parts: Sequence[Holds]) -> Holds:
    sure = combine(*(part.sure for part in parts))
    if all(part.possible is part.sure for part in parts):
        return Holds(sure, sure)
    return Holds(sure, combine(*(part.possible for part in parts)))


def _counted(body: Term | Holds, context: z3.Context) -> Term:
    """Count a body that is true or false as 1 or 0; what is unknown is missing."""
    if isinstance(body, Term):
        return body
    one, zero = z3.IntVal(1, context), z3.IntVal(0, context)
    unknown = False if body.possible is body.sure else both(body.possible, negated(body.sure))
    return Term(chosen(body.sure, one, zero), missing=unknown)


def _least(left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
    return z3.If(left <= right, left, right)


def _greatest(left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
    return z3.If(left >= right, left, right)


def _is_measured(node: Node) -> bool:
    """Tell whether a number comes from measurements, rather than from counting sessions."""
    match node:
        case Item() | Element():
            return True
        case Reduction(function=function, over=over):
            return function != "len" and (isinstance(over, Window) or not is_condition(over.body))
    return any(_is_measured(part) for part in walk(node) if part is not node and not isinstance(part, Window | Each))
