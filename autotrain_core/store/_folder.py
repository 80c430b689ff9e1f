"""A home in a folder of a local disk; on a network share only where links and locks work, which opening it tries."""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from autotrain_core.errors import ConflictError, DamagedError, NotStoredError, StoreUnavailableError
from autotrain_core.store._folder_disk import Disk, name_of, told, version_of
from autotrain_core.store._folder_list import (
    is_key_here,
    list_files,
    list_folders,
    moment_of,
    require_no_link,
    require_root,
)
from autotrain_core.store._home import ABSENT, LARGEST, NO_LABELS, Head, Listed
from autotrain_core.store._keys import require_key
from autotrain_core.store._labels import require_labels

# A pipe that somebody left there must not be waited for.
_TO_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class FolderHome:
    """
    Objects as files of one folder; see `Home`.

    The key is the path. A symbolic link in the folder is not followed, wherever it leads, so that nothing outside is
    read or written. Programs that write here without this class are seen afterwards, as everywhere, but nothing keeps
    them from writing at the same moment.
    """

    def __init__(self, path: str | Path) -> None:
        """
        Open a folder that is there.

        Raises:
            NotStoredError: There is none.
            NotAllowedError: It may not be entered.
        """
        try:
            self._root = Path(path).resolve(strict=True)
            is_folder = self._root.is_dir()
        except (FileNotFoundError, NotADirectoryError):
            is_folder = False
        except OSError as error:
            raise told(error, f"open {path}") from error
        if not is_folder:
            raise NotStoredError(f"There is no folder {path}. Make it first, if a new store is to begin there.")
        self._disk = Disk(self._root)

    @property
    def url(self) -> str:
        """Where this is; see `Home`."""
        return str(self._root)

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        """Read; see `Home`."""
        with self._reading(key), self._opened(key) as file:
            facts = os.fstat(file.fileno())
            if facts.st_size > largest:
                raise DamagedError(key, f"has {facts.st_size:,} bytes, where {largest:,} are the most that are read.")
            body = file.read(facts.st_size + 1)
            if len(body) != facts.st_size or version_of(os.fstat(file.fileno())) != version_of(facts):
                raise StoreUnavailableError(f"{key} is being written by another program. Read it again.")
        return body, _head_of(facts)

    def head(self, key: str) -> Head:
        """Tell; see `Home`."""
        path = self._path(key)
        with self._reading(key):
            require_no_link(self._root, path)
            facts = path.lstat()
            if not stat.S_ISREG(facts.st_mode):
                raise self._absent(key)
        return _head_of(facts)

    def open(self, key: str) -> BinaryIO:
        """Open; see `Home`. It stays as it was opened, also when it is replaced."""
        with self._reading(key):
            return self._opened(key)

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] = NO_LABELS) -> str:
        """Write; see `Home`. Labels are not kept."""
        path = self._path(key)
        require_labels(labels)
        with self._writing(key):
            require_no_link(self._root, path)
            if replaces == ABSENT:
                return self._created(key, path, body)
            return self._replaced(key, path, body, replaces)

    def list(self, prefix: str, *, after: str = "", most: int | None = None) -> Iterator[Listed]:
        """List; see `Home`. Links and special files are passed over."""
        return islice(list_files(self._root, prefix=prefix, after=after), most)

    def folders(self, prefix: str) -> Iterator[str]:
        """List folders; see `Home`."""
        return list_folders(self._root, prefix=prefix)

    def require_fit(self) -> None:
        """
        Try whether the disk can do what a store needs, and clear away what writers left that were killed.

        Raises:
            UnfitStoreError: It cannot.
            NotAllowedError: Nothing may be written there.
        """
        with self._writing("a probe"):
            self._disk.require_fit()

    def _created(self, key: str, path: Path, body: bytes) -> str:
        try:
            return version_of(self._disk.create(path, body))
        except FileExistsError as error:
            there = path.lstat()
            if stat.S_ISDIR(there.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path) from error
            raise ConflictError(key, expected=ABSENT, found=version_of(there)) from error

    def _replaced(self, key: str, path: Path, body: bytes, replaces: str) -> str:
        try:
            is_written, there = self._disk.replace(path, body, key=key, replaces=replaces)
        except FileNotFoundError as error:
            require_root(self._root)
            raise ConflictError(key, expected=replaces, found=ABSENT) from error
        if not is_written:
            raise ConflictError(key, expected=replaces, found=version_of(there))
        return version_of(there)

    def _path(self, key: str) -> Path:
        require_key(key)
        names = tuple(key.split("/"))
        path = self._root.joinpath(*names)
        # A name that the system takes as more than one, as Windows does "..\\x", would lead somewhere else.
        if not is_key_here(key) or path.parts[len(self._root.parts) :] != names:
            raise ValueError(f"{key!r} is no key: a name in it cannot be used here")
        return path

    def _opened(self, key: str) -> BinaryIO:
        path = self._path(key)
        require_no_link(self._root, path)
        descriptor = os.open(path, _TO_READ)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise self._absent(key)
        return os.fdopen(descriptor, "rb")

    def _absent(self, key: str) -> NotStoredError:
        require_root(self._root)
        return NotStoredError(f"There is no {key} in {self._root}.")

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise self._absent(key) from error
        except OSError as error:
            raise told(error, f"read {key} in {self._root}") from error

    @contextmanager
    def _writing(self, key: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            require_root(self._root)
            raise told(error, f"write {key} in {self._root}") from error


def _head_of(facts: os.stat_result) -> Head:
    return Head(version=version_of(facts), size=facts.st_size, modified=moment_of(facts), owner=name_of(facts.st_uid))
