"""How much was asked of a server: requests and bytes, counted as they are made."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traffic:
    """
    What a home has asked of its server so far; attempts that failed count as well.

    Attributes:
        requests: How many of each kind, by the name that boto3 has for it: 'put_object', 'list_objects_v2', …
        bytes_in: Bytes of bodies received.
        bytes_out: Bytes of bodies sent.
    """

    requests: Mapping[str, int]
    bytes_in: int
    bytes_out: int


class Meter:
    """Counts from many threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._in = self._out = 0

    def asked(self, kind: str, *, sent: int) -> None:
        """Count a request."""
        with self._lock:
            self._requests[kind] += 1
            self._out += sent

    def received(self, size: int) -> None:
        """Count bytes of an answer."""
        with self._lock:
            self._in += size

    def read(self) -> Traffic:
        """Tell what was counted."""
        with self._lock:
            return Traffic(dict(self._requests), self._in, self._out)
