"""A home in the memory of one process: for tests, for trying things, and as the plainest reading of the protocol."""

import io
import threading
from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import BinaryIO

from autotrain_core.errors import ConflictError, DamagedError, NotStoredError
from autotrain_core.store._home import ABSENT, LARGEST, NO_LABELS, Head, Listed
from autotrain_core.store._keys import require_key


class MemoryHome:
    """Objects in memory; see `Home`."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, Head]] = {}
        self._keys: list[str] = []
        self._lock = threading.Lock()
        self._count = count(1)

    @property
    def url(self) -> str:
        """There is nothing to find it by."""
        return "memory:"

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        """Read; see `Home`."""
        body, head = self._find(key)
        if head.size > largest:
            raise DamagedError(key, f"holds {head.size:,} bytes, where {largest:,} are the most that are read.")
        return body, head

    def head(self, key: str) -> Head:
        """Tell; see `Home`."""
        return self._find(key)[1]

    def open(self, key: str) -> BinaryIO:
        """Open; see `Home`."""
        return io.BytesIO(self._find(key)[0])

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] = NO_LABELS) -> str:
        """Write; see `Home`."""
        require_key(key)
        with self._lock:
            there = self._objects[key][1].version if key in self._objects else ABSENT
            if there != replaces:
                raise ConflictError(key, expected=replaces, found=there)
            version = str(next(self._count))
            head = Head(version=version, size=len(body), modified=datetime.now(UTC), labels=dict(labels))
            if key not in self._objects:
                insort(self._keys, key, key=_ordered)
            self._objects[key] = (bytes(body), head)
        return version

    def list(self, prefix: str, *, after: str = "", most: int | None = None) -> Iterator[Listed]:
        """List; see `Home`."""
        with self._lock:
            start = bisect_right(self._keys, _ordered(after), key=_ordered) if after else 0
            found = [key for key in self._keys[start:] if key.startswith(prefix)][:most]
            heads = [replace(self._objects[key][1]) for key in found]
        for key, head in zip(found, heads, strict=True):
            yield Listed(key, head.size, head.modified)

    def folders(self, prefix: str) -> Iterator[str]:
        """List folders; see `Home`."""
        rests = [listed.key[len(prefix) :] for listed in self.list(prefix)]
        yield from sorted({rest.partition("/")[0] for rest in rests if "/" in rest}, key=_ordered)

    def _find(self, key: str) -> tuple[bytes, Head]:
        require_key(key)
        with self._lock:
            if key not in self._objects:
                raise NotStoredError(f"There is no {key} in the memory.")
            return self._objects[key]


def _ordered(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
