"""Conditions as people type them, without what every condition has: "finished_trials >= 310" is understood."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from autotrain_core.errors import ConditionError, Problem
from autotrain_core.rules import RESERVED, Metric, parse, to_text

_LEAD = "lambda metrics: "
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|[0-9][0-9.]*|[^\sA-Za-z_0-9]", re.ASCII)
_WORDS = ("and", "or", "not", "in", "if", "for")
_OF_NUMPY = ("mean", "median", "std")
_LONGEST = 4_000
"""Characters; a condition may not have more anyway."""

_Insertion = tuple[int, str]


def canonical(text: str, metrics: Iterable[Metric]) -> str:
    """
    Write out a condition that was typed in short.

    Args:
        text: "finished_trials >= 310 and mean(foraging_efficiency[-5:]) > 0.6".
        metrics: What it may speak of.

    Returns:
        The same as documents write it; empty where the text can be read as it is, or not even so.
    """
    known = tuple(metrics)
    try:
        parse(text, known)
    except ConditionError:
        try:
            return to_text(parse(_written_out(text, _missing(text, known)), known))
        except ConditionError:
            return ""
    return ""


def problems_of(text: str, metrics: Iterable[Metric]) -> tuple[Problem, ...]:
    """
    Say what is wrong with a condition beside what may be left out; each at its place in the text as it was typed.

    Returns:
        The problems; none where only that is wrong.
    """
    known = tuple(metrics)
    inserted = _missing(text, known)
    try:
        parse(_written_out(text, inserted), known)
    except ConditionError as error:
        return tuple(
            replace(each, text=text, offset=_place_before(each.offset, inserted, text)) for each in error.problems
        )
    return ()


def _written_out(text: str, inserted: Sequence[_Insertion]) -> str:
    pieces, start = [], 0
    for place, piece in inserted:
        pieces += [text[start:place], piece]
        start = place
    return "".join([*pieces, text[start:]])


def _place_before(offset: int, inserted: Sequence[_Insertion], text: str) -> int:
    """Find where something stood before the insertions."""
    for place, piece in inserted:
        if offset <= place:
            break
        offset = max(place, offset - len(piece))
    return min(offset, max(len(text) - 1, 0))


def _missing(text: str, metrics: Iterable[Metric]) -> list[_Insertion]:
    """Say what has to be put where, in the order of the text."""
    if len(text) > _LONGEST or not text.strip():
        return []
    found: list[_Insertion] = [] if re.match(r"\s*lambda\b", text) else [(0, _LEAD)]
    tokens = [*_TOKEN.finditer(text)]
    words = [token.group() for token in tokens]
    for number, token in enumerate(tokens):
        found += _around(words, number, token.span(), {metric.name for metric in metrics})
    return found


def _around(words: Sequence[str], number: int, span: tuple[int, int], known: Collection[str]) -> Iterator[_Insertion]:
    word, before, after = words[number], _at(words, number - 1), _at(words, number + 1)
    if word in _OF_NUMPY and word not in known and before != "." and after == "(":
        yield span[0], "np."
    if word not in known and word not in RESERVED:
        return
    if before != ".":
        yield span[0], "metrics."
    elif _at(words, number - 2) not in ("metrics", "at_stage"):
        return
    if word in known and after != "[" and not _is_whole_series(words, number, after):
        yield span[1], "[-1]"


def _is_whole_series(words: Sequence[str], number: int, after: str) -> bool:
    """Tell whether a name stands alone in the brackets of a function, or is gone through session by session."""
    first = number
    while _at(words, first - 1) == ".":
        first -= 2
    before, function = _at(words, first - 1), _at(words, first - 2)
    return before == "in" or (before == "(" and after == ")" and function.isidentifier() and function not in _WORDS)


def _at(words: Sequence[str], place: int) -> str:
    return words[place] if 0 <= place < len(words) else ""
