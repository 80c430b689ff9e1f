"""Let the writers of one process take turns, and try again when a writer elsewhere was faster."""

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import stamina

from autotrain_core.errors import ConflictError

T = TypeVar("T")

# In seconds. The bound grows little: whoever lost often would otherwise wait longest, and those who write without
# a pause would be first again and again.
_FIRST_WAIT = 0.05
_LONGEST_WAIT = 0.25

_LONGEST_TURN = 10.0

# A lost race is told as a warning. Where nobody set up logging, Python would print it without being asked.
logging.getLogger("stamina").addHandler(logging.NullHandler())


def retry_conflicts(attempt: Callable[[], T], *, seconds: float) -> T:
    """
    Call `attempt` until no other writer comes before it.

    Args:
        attempt: Reads, changes and writes; raises ConflictError where another wrote in between.
        seconds: After so long the last conflict is raised; zero for a single attempt.

    Raises:
        ConflictError: Others were faster, each time.
    """
    # Zero would mean "for ever" there.
    return stamina.RetryingCaller(attempts=None, timeout=max(seconds, 1e-6))(_Waits(), attempt)


class Turns:
    """
    Lets those who write to one place in this process do so one after the other, in the order in which they came.

    A courtesy, and no promise: only the home keeps writers apart. But a race that is lost at a server costs requests,
    and with some servers seconds, where a writer in the same process needs only to be let finish.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # A place is here while somebody has its turn.
        self._waiting: dict[str, deque[threading.Event]] = {}

    @contextmanager
    def taken(self, place: str) -> Iterator[None]:
        """Wait for a turn at this place, but not for ever: who has it may be waiting for us, or for a slow server."""
        is_ours = self._came(place)
        try:
            yield
        finally:
            if is_ours:
                self._pass_on(place)

    def _came(self, place: str) -> bool:
        with self._lock:
            if place not in self._waiting:
                self._waiting[place] = deque()
                return True
            called = threading.Event()
            self._waiting[place].append(called)
        if called.wait(_LONGEST_TURN):
            return True
        with self._lock:
            # It may have been called at the last moment.
            if not called.is_set():
                self._waiting[place].remove(called)
            return called.is_set()

    def _pass_on(self, place: str) -> None:
        with self._lock:
            if self._waiting[place]:
                self._waiting[place].popleft().set()
            else:
                del self._waiting[place]


class _Waits:
    """
    How long to wait after each conflict, in seconds: anything up to a bound that doubles.

    It is drawn by lot, so that rivals do not meet again.
    """

    def __init__(self) -> None:
        self.bound = _FIRST_WAIT

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, ConflictError):
            return False
        wait = random.uniform(0, self.bound)  # noqa: S311 - a lot, no secret
        self.bound = min(2 * self.bound, _LONGEST_WAIT)
        return wait
