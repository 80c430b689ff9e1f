"""Homes that pass everything on to another one, and do something besides."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from autotrain_core.errors import ConflictError
from autotrain_core.store import LARGEST, Head, Home, Listed


class PassingHome:
    """Passes everything on; `home` may be another one at any time, as when a backup is brought back."""

    def __init__(self, home: Home) -> None:
        self.home = home

    @property
    def url(self) -> str:
        return self.home.url

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        return self.home.get(key, largest=largest)

    def head(self, key: str) -> Head:
        return self.home.head(key)

    def open(self, key: str) -> BinaryIO:
        return self.home.open(key)

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        return self.home.put(key, body, replaces=replaces, labels=labels or {})

    def list(self, prefix: str, *, after: str = "", most: int | None = None) -> Iterator[Listed]:
        return self.home.list(prefix, after=after, most=most)

    def folders(self, prefix: str) -> Iterator[str]:
        return self.home.folders(prefix)


class Interrupted(PassingHome):
    """Lets something happen before each write, as often as told."""

    def __init__(self, home: Home, action: Callable[[], object], *, times: int = 1_000_000) -> None:
        super().__init__(home)
        self.action, self.times = action, times

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        if self.times:
            self.times -= 1
            self.action()
        return super().put(key, body, replaces=replaces, labels=labels)


class Deceiving(PassingHome):
    """Writes, and says that somebody else was faster."""

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        version = super().put(key, body, replaces=replaces, labels=labels)
        raise ConflictError(key, expected=replaces, found=version)


class Counting(PassingHome):
    """Counts what it is asked for, and bytes that are read."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self.asked: Counter[str] = Counter()
        self.read: Counter[str] = Counter()

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        self.asked["get"] += 1
        body, head = super().get(key, largest=largest)
        self.read[key] += len(body)
        return body, head

    def head(self, key: str) -> Head:
        self.asked["head"] += 1
        return super().head(key)

    def open(self, key: str) -> BinaryIO:
        self.asked["open"] += 1
        return super().open(key)

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        self.asked["put"] += 1
        return super().put(key, body, replaces=replaces, labels=labels)

    def list(self, prefix: str, *, after: str = "", most: int | None = None) -> Iterator[Listed]:
        self.asked["list"] += 1
        return super().list(prefix, after=after, most=most)
