"""Answers that cost the solver time, kept while a designer edits something else."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

MOST = 1_024
"""Answers that are kept; the one that nobody asked for longest goes first."""

_kept: OrderedDict[object, Any] = OrderedDict()
_lock = Lock()

Answer = TypeVar("Answer")


def remembered(question: object, answer: Callable[[], Answer]) -> Answer:
    """
    Give the answer to a question, worked out once.

    Args:
        question: All that the answer depends on; hashable.
        answer: Works it out. Two who ask at once both do: nobody waits for another.
    """
    with _lock:
        if question in _kept:
            _kept.move_to_end(question)
            known: Answer = _kept[question]
            return known
    found = answer()
    with _lock:
        _kept[question] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found
