"""
Tree -> text: the canonical form of a condition, and what it says in plain words.

The text keeps `lambda metrics:` on a line of its own and blanks before every other line: today's diagrams drop
the first line, and today's readers delete the line feeds.
"""

from collections.abc import Iterable

from autotrain_core.rules._metric import Metric
from autotrain_core.rules._tree import (
    SESSION_TOTAL,
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
    Or,
    Quantified,
    Reduction,
    Round,
    Window,
    is_number,
)

_OR, _AND, _NOT, _SUM, _PRODUCT, _SIGN, _ATOM = range(7)
_INDENT = "\n    "


def to_text(condition: Condition) -> str:
    """
    Print a condition as documents hold it.

    Returns:
        Canonical text: `parse(to_text(condition)) == condition` for every tree that `parse` can return.
    """
    match condition:
        case And(parts=parts):
            lines = f"{_INDENT}and{_INDENT}".join(_inside(part, _NOT) for part in parts)
        case Or(parts=parts):
            lines = f"{_INDENT}or{_INDENT}".join(_inside(part, _AND) for part in parts)
        case _:
            lines = to_expression(condition)
    return f"lambda metrics:{_INDENT}{lines}"


def to_expression(node: Node) -> str:
    """Print one part of a condition on one line, without the `lambda`."""
    match node:
        case Constant(value=value):
            return repr(value)
        case Counter(name=name):
            return f"metrics.{name}"
        case Item(metric=metric, back=back, at_stage=at_stage):
            return f"{_history(metric, at_stage)}[-{back}]"
        case Window(metric=metric, size=size, at_stage=at_stage):
            return _history(metric, at_stage) + ("" if size is None else f"[-{size}:]")
        case Element():
            return "x"
        case Each(body=body, window=window):
            return f"{to_expression(body)} for x in {to_expression(window)}"
        case Reduction(function=function, over=over, percent=percent):
            return f"{function}({to_expression(over)}{'' if percent is None else f', {percent!r}'})"
        case Quantified(function=function, each=each):
            return f"{function}({to_expression(each)})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(to_expression(argument) for argument in arguments)})"
        case Round(operand=operand, digits=digits):
            return f"round({to_expression(operand)}{'' if digits is None else f', {digits}'})"
        case Negative(operand=operand):
            return f"-{_inside(operand, _SIGN)}"
        case Arithmetic(operator=operator, left=left, right=right):
            own = _rank(node)
            return f"{_inside(left, own)} {operator} {_inside(right, own + 1)}"
        case Comparison(first=first, rest=rest):
            others = "".join(f" {sign} {_inside(number, _SUM)}" for sign, number in rest)
            return f"{_inside(first, _SUM)}{others}"
        case Not(operand=operand):
            return f"not {_inside(operand, _NOT)}"
        case And(parts=parts):
            return " and ".join(_inside(part, _NOT) for part in parts)
    return " or ".join(_inside(part, _AND) for part in node.parts)


def _history(metric: str, at_stage: bool) -> str:
    return f"metrics.{'at_stage.' if at_stage else ''}{metric}"


def _inside(node: Node, least: int) -> str:
    """Print a part of something larger, in brackets where it binds less tightly than its place needs."""
    text = to_expression(node)
    return text if _rank(node) >= least else f"({text})"


def _rank(node: Node) -> int:
    match node:
        case Or():
            return _OR
        case And():
            return _AND
        case Arithmetic(operator="+" | "-"):
            return _SUM
        case Arithmetic():
            return _PRODUCT
        case _:
            return _ATOM


# ---- plain words ----

_SIGNS = {
    ">=": "at least",
    ">": "above",
    "<=": "at most",
    "<": "below",
    "==": "exactly",
    "!=": "other than",
}
TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}
"""What a sign becomes when its two sides change places."""
DENIED = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!=", "!=": "=="}
"""What a sign becomes under `not`, where no value is missing."""
_OPERATIONS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_FUNCTIONS = {
    "np.mean": "mean",
    "np.median": "median",
    "np.min": "smallest",
    "np.max": "largest",
    "np.sum": "sum",
    "np.std": "standard deviation",
    "len": "number",
    "sum": "sum",
    "min": "smallest",
    "max": "largest",
}


def to_words(node: Node, metrics: Iterable[Metric] = ()) -> str:
    """
    Say a condition, or a part of one, in plain words.

    Args:
        node: The condition.
        metrics: Whose titles and units the words use; a metric that is not among them is called by its name.

    Returns:
        Half a sentence, such as "finished trials at least 200 and foraging efficiency at least 0.6".
    """
    return _Words({metric.name: metric.title for metric in metrics}).say(node)


class _Words:
    def __init__(self, titles: dict[str, str]) -> None:
        self.titles = titles
        self.element = "it"

    def title(self, metric: str) -> str:
        return self.titles.get(metric) or metric.replace("_", " ")

    def say(self, node: Node) -> str:
        match node:
            case Constant(value=value):
                return f"{value:,}" if isinstance(value, int) else f"{value:,.12g}"
            case Counter(name=name):
                return "total sessions" if name == SESSION_TOTAL else "sessions at this stage"
            case Item(metric=metric, back=back, at_stage=at_stage):
                return self.title(metric) + _ago(back) + (" at this stage" if at_stage and back > 1 else "")
            case Window(metric=metric, size=size, at_stage=at_stage):
                return f"{_last(size)}{self.title(metric)}{' at this stage' if at_stage else ''}"
            case Element():
                return self.element
            case Each(body=body, window=window):
                return f"{self._of_each(body, window)} over {_sessions(window)}"
            case Quantified(function=function, each=each):
                number = "every one" if function == "all" else "at least one"
                return f"in {number} of {_sessions(each.window)} {self._of_each(each.body, each.window)}"
            case Reduction():
                return self._reduction(node)
            case Call(function="abs", arguments=(operand,)):
                return f"size of {self._group(operand)}"
            case Call(function=function, arguments=arguments):
                return f"{_FUNCTIONS[function]} of {' and '.join(self._group(part) for part in arguments)}"
            case Round(operand=operand, digits=digits):
                return f"{self._group(operand)} rounded" + (f" to {digits} digits" if digits else "")
            case Negative(operand=operand):
                return f"minus {self._group(operand)}"
            case Arithmetic(operator=operator, left=left, right=right):
                return f"{self._group(left)} {_OPERATIONS[operator]} {self._group(right)}"
            case Comparison():
                return self._comparison(node)
            case Not(operand=operand):
                return f"not ({self.say(operand)})"
            case And(parts=parts):
                return " and ".join(self._clause(part) for part in parts)
        return " or ".join(self._clause(part) for part in node.parts)

    def _clause(self, node: Node) -> str:
        return f"({self.say(node)})" if isinstance(node, And | Or) else self.say(node)

    def _group(self, node: Node) -> str:
        return f"({self.say(node)})" if isinstance(node, Arithmetic | Negative | Call) else self.say(node)

    def _of_each(self, body: Node, window: Window) -> str:
        outer, self.element = self.element, self.title(window.metric)
        try:
            return self.say(body)
        finally:
            self.element = outer

    def _reduction(self, node: Reduction) -> str:
        match node:
            case Reduction(function="np.percentile", over=over, percent=percent):
                return f"percentile {percent:g} of {self.say(over)}"
            case Reduction(function="len", over=Window() as window):
                return f"number of {_sessions(window).removeprefix('the ').removeprefix('all ')}"
            case Reduction(function="sum", over=Each(body=body, window=window)) if not is_number(body):
                return f"number of {_sessions(window).removeprefix('the ')} with {self._of_each(body, window)}"
            case _:
                return f"{_FUNCTIONS[node.function]} of {self.say(node.over)}"

    def _comparison(self, node: Comparison) -> str:
        numbers = [node.first, *(number for _, number in node.rest)]
        said: list[str] = []
        subject: Node | None = None
        for left, (sign, right) in zip(numbers, node.rest, strict=False):
            if isinstance(left, Constant) and not isinstance(right, Constant):
                left, sign, right = right, TURNED[sign], left  # noqa: PLW2901 - said the other way round
            said.append(self._limit(sign, right) if left == subject else self._pair(left, sign, right))
            subject = left
        return " and ".join(said)

    def _pair(self, left: Node, sign: str, right: Node) -> str:
        match left:
            case Reduction(function="sum", over=Each(body=body, window=window)) if not is_number(body):
                limit = self._limit(sign, right)
                return f"in {limit} of {_sessions(window)} {self._of_each(body, window)}"
            case Arithmetic(
                operator="/",
                left=Reduction(function="sum", over=Each(body=body, window=window)),
                right=Reduction(function="len", over=Window() as counted),
            ) if window == counted and not is_number(body):
                limit = self._limit(sign, right)
                return f"in a share of {limit} of {_sessions(window)} {self._of_each(body, window)}"
        return f"{self.say(left)} {self._limit(sign, right)}"

    def _limit(self, sign: str, right: Node) -> str:
        return f"{_SIGNS[sign]} {self._group(right)}"


def _ago(back: int) -> str:
    if back == 1:
        return ""
    return " of the session before" if back == 2 else f" {back - 1} sessions ago"


def _last(size: int | None) -> str:
    if size is None:
        return "all "
    return "the last " if size == 1 else f"the last {size} "


def _sessions(window: Window) -> str:
    stage = " at this stage" if window.at_stage else ""
    if window.size is None:
        return f"all sessions{stage}"
    return f"the last {window.size} sessions{stage}" if window.size > 1 else f"the last session{stage}"
