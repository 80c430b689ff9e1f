"""
Writing to a disk so that a reader, and a machine that loses power, see all of an object or nothing of it.

An object is written beside, flushed, and then given its name in one step. Beside means in a folder of our own at the
root, which also holds the locks; no key leads into it.
"""

import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from filelock import FileLock, Timeout

from autotrain_core.errors import (
    AutotrainError,
    NotAllowedError,
    StoreUnavailableError,
    UnfitStoreError,
)

SCRATCH: Final = ".autotrain-locks"
"""The folder in a store that holds its locks, and what is being written."""

_STALE = 3600.0
_LOCKS = 256
_PATIENCE = 60.0
_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK}
_OPEN_ELSEWHERE = {32, 33}  # Windows lets nobody replace what another reads
_USE_A_DISK = "Use a folder on a local disk, or a bucket."


def told(error: OSError, what: str) -> AutotrainError:
    """Say whose move it is when the disk refuses; `what` was to be done."""
    if getattr(error, "winerror", 0) in _OPEN_ELSEWHERE:
        return StoreUnavailableError(f"The disk did not {what}: another program has it open. Try again.")
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return NotAllowedError(f"You may not {what}: the folder belongs to others. Ask whoever keeps it.")
        case errno.EROFS:
            return NotAllowedError(f"You may not {what}: the disk can only be read.")
        case errno.ENOSPC | errno.EDQUOT:
            return StoreUnavailableError(f"There is no room to {what}: the disk is full.")
        case errno.ENAMETOOLONG:
            return UnfitStoreError(f"This disk cannot {what}: the name is too long for it. {_USE_A_DISK}")
        case errno.EISDIR | errno.ENOTDIR:
            return UnfitStoreError(f"A folder cannot {what}: a name in it is both a folder and an object.")
        case _:
            return StoreUnavailableError(f"The disk did not {what}: {error.strerror or type(error).__name__}.")


@lru_cache(maxsize=256)
def name_of(user: int) -> str:
    """Give the name of the owner of a file; empty where the system does not tell."""
    try:
        import pwd  # noqa: PLC0415 - not on Windows

        return pwd.getpwuid(user).pw_name
    except (ImportError, KeyError):
        return ""


def version_of(facts: os.stat_result) -> str:
    """
    Give the version of a file: a hash of its time and its size.

    `Disk.replace` sees to it that the time of an object only ever grows, so A -> B -> A are three versions. Nothing of
    a file must be read for it, and moving a store to another disk, times included, changes no version.
    """
    return sha256(f"{facts.st_mtime_ns} {facts.st_size}".encode()).hexdigest()[:24]


class Disk:
    """Creates and replaces files of one folder; `root` must be there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scratch = root / SCRATCH
        self._waiting = [Lock() for _ in range(_LOCKS)]

    @contextmanager
    def beside(self, body: bytes) -> Iterator[Path]:
        """Write a file beside, flushed to the disk, and remove it at the end unless it was moved."""
        self.scratch.mkdir(exist_ok=True)
        path = self.scratch / f"{secrets.token_hex(12)}.tmp"
        try:
            with path.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def create(self, path: Path, body: bytes) -> os.stat_result:
        """
        Write a new file.

        Raises:
            FileExistsError: There is one.
            UnfitStoreError: The disk has no hard links.
        """
        if path.is_file():
            raise FileExistsError(path)
        with self.beside(body) as whole:
            self._make_folders(path.parent)
            self._link(whole, path)
            facts = path.lstat()
        _flush_folder(path.parent)
        return facts

    def replace(self, path: Path, body: bytes, *, key: str, replaces: str) -> tuple[bool, os.stat_result]:
        """
        Write in the place of a version.

        Returns:
            Whether it was written, and the facts of the file that is there now.

        Raises:
            FileNotFoundError: There is none.
            StoreUnavailableError: Somebody else keeps the lock.
            UnfitStoreError: The disk cannot tell two versions from each other.
        """
        if version_of(there := path.lstat()) != replaces:
            return False, there
        with self.beside(body) as whole, self.locked(key):
            there = path.lstat()
            if version_of(there) != replaces:
                return False, there
            whole.chmod(stat.S_IMODE(there.st_mode))
            _make_later(whole, there)
            whole.replace(path)
            facts = path.lstat()
        _flush_folder(path.parent)
        return True, facts

    @contextmanager
    def locked(self, key: str) -> Iterator[None]:
        """
        Keep all other writers of this key waiting, those of other processes included.

        Raises:
            StoreUnavailableError: Somebody else keeps the lock.
        """
        shard = sha256(key.encode("utf-8", "surrogatepass")).digest()[0]
        # Threads of one process wait in line for the first lock; for the second, processes ask again and again.
        if not self._waiting[shard].acquire(timeout=_PATIENCE):
            raise self._busy(key)
        try:
            with self.lock(f"{shard:02x}.lock"):
                yield
        except Timeout as error:
            raise self._busy(key) from error
        finally:
            self._waiting[shard].release()

    def lock(self, name: str, *, seconds: float = _PATIENCE) -> FileLock:
        """Make a lock that processes share; where the disk has no locks, taking it raises OSError."""
        self.scratch.mkdir(exist_ok=True)
        return FileLock(self.scratch / name, timeout=seconds, poll_interval=0.005, fallback_to_soft=False)

    def _busy(self, key: str) -> StoreUnavailableError:
        return StoreUnavailableError(
            f"{key} was not written: another program keeps {self.scratch} locked. Look for one that hangs."
        )

    def _make_folders(self, folder: Path) -> None:
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            new.mkdir(exist_ok=True)
            _flush_folder(new.parent)

    def _link(self, whole: Path, path: Path) -> None:
        try:
            path.hardlink_to(whole)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            sentence = "a whole object cannot be given its name in one step, as the disk has no hard links there"
            raise UnfitStoreError(f"{path.parent} is no place for a store: {sentence}. {_USE_A_DISK}") from error

    def require_fit(self) -> None:
        """
        Try what a store needs of a disk, and clear away what writers left that were killed.

        Raises:
            UnfitStoreError: It has no hard links, or no locks.
            OSError: The folder cannot be written.
        """
        self._sweep()
        with self.beside(b"probe") as first, self.beside(b"probe") as second:
            name = first.with_name(f"{first.stem}-link.tmp")
            try:
                self._link(first, name)
                holds = _refuses_to_link(second, name)
            finally:
                name.unlink(missing_ok=True)
        if not holds:
            raise UnfitStoreError(f"{self.root} is no place for a store: two files get one name. {_USE_A_DISK}")
        if not self._locks_hold():
            sentence = "two programs can hold the same lock, so each could overwrite what the other has just written"
            raise UnfitStoreError(f"{self.root} is no place for a store: {sentence}. {_USE_A_DISK}")

    def _locks_hold(self) -> bool:
        try:
            with self.lock("probe.lock", seconds=0):
                try:
                    with self.lock("probe.lock", seconds=0):
                        return False
                except Timeout:
                    return True
        except Timeout:  # another program tries the same just now, and keeps us out
            return True
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            return False

    def _sweep(self) -> None:
        self.scratch.mkdir(exist_ok=True)
        for path in self.scratch.glob("*.tmp"):
            with suppress(OSError):  # another program may sweep as well
                if time.time() - path.stat().st_mtime > _STALE:
                    path.unlink()


def _refuses_to_link(whole: Path, name: Path) -> bool:
    try:
        name.hardlink_to(whole)
    except FileExistsError:
        return True
    return False


def _make_later(path: Path, there: os.stat_result) -> None:
    """See to it that the time of a file is later than that of the one it replaces, whatever the clocks say."""
    for step in (1_000, 2_000_000_000):
        if path.stat().st_mtime_ns > there.st_mtime_ns:
            return
        os.utime(path, ns=(there.st_mtime_ns + step, there.st_mtime_ns + step))
    if path.stat().st_mtime_ns <= there.st_mtime_ns:
        raise UnfitStoreError(f"{path.parent} is no place for a store: the disk keeps no times. {_USE_A_DISK}")


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # has no such thing
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
