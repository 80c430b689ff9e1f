"""An object of a bucket as a file to read at any place, of which only what is read is fetched."""

import io
from collections.abc import Callable
from typing import Any

_LEAST = 256 * 1024
# What `BufferedReader` reads behind the end of a request, so that it needs no request of its own.
_BUFFER = 8 * 1024


def open_file(fetch: Callable[[int, int], bytes], *, size: int) -> io.BufferedReader:
    """
    Make a file of what `fetch` gives.

    Args:
        fetch: Gives the bytes from a first place up to a last one.
        size: Bytes of the whole.
    """
    return io.BufferedReader(_Parts(fetch, size), _BUFFER)


class _Parts(io.RawIOBase):
    """Keeps the part that was fetched last; readers of tables go forward from wherever they jump to."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int) -> None:
        self._fetch, self._size = fetch, size
        self._place = self._start = 0
        self._part = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if place < 0:
            raise ValueError(f"there is no place {place} in a file")
        self._place = place
        return place

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        wanted = max(0, min(len(view), self._size - self._place))
        if not wanted:
            return 0
        if not self._start <= self._place < self._start + len(self._part):
            stop = min(self._size, self._place + max(wanted + _BUFFER, _LEAST))
            self._part, self._start = self._fetch(self._place, stop), self._place
        begin = self._place - self._start
        given = self._part[begin : begin + wanted]
        view[: len(given)] = given
        self._place += len(given)
        return len(given)
