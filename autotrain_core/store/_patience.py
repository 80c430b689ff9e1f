"""Try again when someone else was faster, after a wait that is drawn by lot so that rivals do not meet again."""

import logging
import random
from collections.abc import Callable
from typing import TypeVar

import stamina

from autotrain_core.errors import ConflictError

T = TypeVar("T")

# In seconds. The bound grows little: whoever lost often would otherwise wait longest, and those who write without
# a pause would be first again and again.
_FIRST_WAIT = 0.05
_LONGEST_WAIT = 0.25

# A lost race is told as a warning. Where nobody set up logging, Python would print it without being asked.
logging.getLogger("stamina").addHandler(logging.NullHandler())


def retry_conflicts(attempt: Callable[[], T], *, seconds: float) -> T:
    """
    Call `attempt` until no other writer comes before it.

    Args:
        attempt: Reads, changes and writes; raises ConflictError where another wrote in between.
        seconds: After so long the last conflict is raised.

    Raises:
        ConflictError: Others were faster, each time.
    """
    waits = _Waits()
    return stamina.RetryingCaller(attempts=None, timeout=max(seconds, _FIRST_WAIT))(waits, attempt)


class _Waits:
    """How long to wait after each conflict, in seconds: anything up to a bound that doubles."""

    def __init__(self) -> None:
        self.bound = _FIRST_WAIT

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, ConflictError):
            return False
        wait = random.uniform(0, self.bound)  # noqa: S311 - a lot, no secret
        self.bound = min(2 * self.bound, _LONGEST_WAIT)
        return wait
