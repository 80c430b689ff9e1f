"""
Asking a home again: how often, how long, and what an attempt that failed says about the next.

Botocore could do it, but would not tell whether an earlier attempt of a write may have been carried out; that is
what decides whether "somebody was faster" means us. See docs/decisions/doubt-is-settled-by-reading-back.md.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina

from autotrain_core.errors import AutotrainError

T = TypeVar("T")

# A request that is made again is no news. Where nobody set up logging, Python would print it without being asked.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """
    How long a server is waited for; all in seconds.

    Attributes:
        connect: Until a connection stands.
        read: Until the next bytes of an answer.
        total: No attempt begins later than this after the first; the last may still take its time.
        first_wait: Most that is waited before the second attempt; the bound doubles with each.
        longest_wait: Most that is ever waited between two.
    """

    connect: float = 3.0
    read: float = 15.0
    total: float = 60.0
    first_wait: float = 0.1
    longest_wait: float = 5.0


class TroubleError(Exception):
    """
    One attempt failed.

    Attributes:
        told: What is told if it stays so.
        again: Whether another attempt may help.
        doubtful: Whether the request may have been carried out all the same.
        status: Status of the answer; 0 where there was none.
    """

    def __init__(self, told: AutotrainError, *, again: bool, doubtful: bool = False, status: int = 0) -> None:
        self.told, self.again, self.doubtful, self.status = told, again, doubtful, status
        super().__init__(str(told))


def tried(attempt: Callable[[], T], patience: Patience) -> T:
    """
    Call `attempt` until it succeeds, or until trying again is of no use.

    Raises:
        TroubleError: The last attempt failed.
    """
    return stamina.RetryingCaller(attempts=None, timeout=None)(_Waits(patience), attempt)


class _Waits:
    """How long to wait after each failure: anything up to a bound that doubles, so that rivals do not meet again."""

    def __init__(self, patience: Patience) -> None:
        self.bound, self.longest = patience.first_wait, patience.longest_wait
        self.end = time.monotonic() + patience.total

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, TroubleError) or not error.again:
            return False
        wait = random.uniform(0, self.bound)  # noqa: S311  # lots, not secrets
        self.bound = min(2 * self.bound, self.longest)
        return wait if time.monotonic() + wait < self.end else False
