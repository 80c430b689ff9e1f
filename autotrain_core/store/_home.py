"""
What a place to keep things must be able to do: the one protocol that a folder, a bucket and the memory keep.

There is no way to delete, and none to overwrite blindly: every write names the version that it replaces.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final, Protocol

ABSENT: Final = ""
"""The version of what is not there."""

LARGEST: Final = 2 * 1024**3
"""Most bytes that an object may have: one that announces more is refused before it is read."""

NO_LABELS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """
    What a home says of an object without giving it.

    Attributes:
        version: Stands for exactly these bytes, written at that time: what `put` is told to replace.
        size: Bytes.
        modified: When it was written, UTC, by the clock of the home.
        labels: What its writer put beside it; a folder keeps none.
        owner: Who wrote it, as far as the home knows; else empty.
    """

    version: str
    size: int
    modified: datetime
    labels: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One object of a listing: its key, its size in bytes, when it was written (UTC)."""

    key: str
    size: int
    modified: datetime


class Home(Protocol):
    """
    Objects by key, in a folder, a bucket or the memory.

    A key is a path of names joined by "/"; see `require_key`. All methods may be called from many threads at once.
    Every method raises StoreUnavailableError where the home does not answer, and NotAllowedError where it refuses.
    """

    @property
    def url(self) -> str:
        """Where this is, for people; without any secret."""
        ...

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        """
        Read an object whole.

        Raises:
            NotStoredError: There is none.
            DamagedError: It is larger than `largest` bytes, or announces to be; nothing of it was read.
        """
        ...

    def head(self, key: str) -> Head:
        """
        Say what is known of an object.

        Raises:
            NotStoredError: There is none.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """
        Open an object for reading at any place of it; only what is read is fetched.

        Raises:
            NotStoredError: There is none.
        """
        ...

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] = NO_LABELS) -> str:
        """
        Write an object whole, in the place of the version that is named.

        Args:
            key: Where.
            body: What.
            replaces: The version that is to be there until now; ABSENT where nothing is.
            labels: A few short ASCII texts kept beside it, where the home can.

        Returns:
            The version that it has now.

        Raises:
            ConflictError: Another version is there, or none; nothing was written.
            StoreUnavailableError: Also where it is not known whether it was written; the sentence says which.
        """
        ...

    def list(self, prefix: str, *, after: str = "", most: int | None = None) -> Iterator[Listed]:
        """
        List the objects whose key begins with `prefix`, in the order of the bytes of their keys.

        Args:
            prefix: Any beginning of a key; empty for all.
            after: Only keys behind this one.
            most: End after so many.
        """
        ...

    def folders(self, prefix: str) -> Iterator[str]:
        """
        List the names that stand between `prefix` and the next "/", each once, in order.

        Args:
            prefix: Empty, or ending in "/".
        """
        ...
