"""Python's own parser, and what its complaints mean for a designer."""

import ast
import re

from autotrain_core.errors import ConditionError, Problem
from autotrain_core.rules import _text

_CLOSING = {"(": ")", "[": "]"}


def parse_python(source: _text.Source) -> ast.expr:
    """
    Parse a condition as Python; nothing is evaluated.

    Raises:
        ConditionError: It is not Python; with the place and, where it can be told, the remedy.
    """
    try:
        return ast.parse(source.joined, mode="eval").body
    except SyntaxError as error:
        raise ConditionError((_syntax(source, error),)) from None
    except (RecursionError, MemoryError):  # pragma: no cover - the bounds of _text keep below these
        raise ConditionError((source.problem("the condition is nested too deeply", "simplify", 0),)) from None


def _syntax(source: _text.Source, error: SyntaxError) -> Problem:
    column = error.offset - 1 if error.offset else len(source.joined)
    if _parses(source.text.strip(" \t\n").replace("\n", " ")):
        return source.problem(
            "a line break joins two words: today's readers delete line breaks",
            "begin the next line with a blank",
            _joint(source),
        )
    if error.msg.endswith("was never closed"):
        opening = error.msg[1]
        closing = _CLOSING[opening]
        opened, closed = source.joined.count(opening), source.joined.count(closing)
        are = "is" if opened - closed == 1 else "are"
        return source.problem(
            f"{opened - closed} of {opened} brackets '{opening}' {are} never closed", f"add '{closing}'", column
        )
    message = error.msg.removeprefix("invalid syntax. ").removesuffix("?") or "invalid syntax"
    return source.problem(f"this cannot be read: {message[0].lower()}{message[1:]}", "", column)


def _parses(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _joint(source: _text.Source) -> int:
    """Find the first place where a deleted line break brings two word characters together."""
    joints = (
        column
        for column in range(1, len(source.joined))
        if source.places[column] != source.places[column - 1] + 1
        and re.fullmatch(r"\w\w", source.joined[column - 1 : column + 1])
    )
    return next(joints, 0)
