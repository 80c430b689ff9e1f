"""Bytes of a file as they are needed here: bounded, unpacked, and written whole or not at all."""

import contextlib
import errno
import gzip
import io
import os
import stat
import uuid
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from autotrain_core.errors import NotStoredError, TableError

LARGEST = 2 * 1024**3
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


def require_file(path: Path) -> None:
    """
    Refuse what is no file before it is opened.

    Raises:
        NotStoredError: There is nothing at `path`.
        TableError: `path` is a folder.
        OSError: The disk does not tell, or forbids to ask.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise NotStoredError(f"There is no file {path}.{_near(path)}") from error
    if stat.S_ISDIR(mode):
        raise TableError(f"{path} is a folder; name a table in it.")


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f" There is no folder {path.parent} either."
    beside = sorted(other.name for other in path.parent.glob(f"{path.stem}.*") if other.is_file())[:3]
    return f" Beside it lies: {', '.join(beside)}." if beside else ""


def read_head(path: Path, count: int = 8) -> bytes:
    """Return the first bytes of a file; fewer where it is shorter."""
    require_file(path)
    with path.open("rb") as file:
        return file.read(count)


def read_body(path: Path, *, largest: int = LARGEST) -> bytes:
    """
    Read a file whole; one packed by gzip or zip is unpacked.

    Args:
        path: The file.
        largest: Most bytes that it may hold, unpacked.

    Raises:
        NotStoredError: There is nothing at `path`.
        TableError: It is a folder, too large, or packed and damaged.
        OSError: It cannot be read.
    """
    head = read_head(path)
    with path.open("rb") as file:
        return _plain(file, head, str(path), largest)


def unpacked(body: bytes, *, source: str, largest: int = LARGEST) -> bytes:
    """
    Unpack what gzip or zip packed; give back anything else as it is.

    Args:
        body: A file.
        source: What the errors call it.
        largest: Most bytes that it may hold, unpacked.

    Raises:
        TableError: It is too large, or packed and damaged.
    """
    if not body.startswith((_GZIP, _ZIP)) and len(body) <= largest:
        return body
    return _plain(io.BytesIO(body), body[:8], source, largest)


def _plain(file: BinaryIO, head: bytes, source: str, largest: int) -> bytes:
    if head.startswith(_GZIP):
        return _unpacked(source, lambda: _gunzip(file, source, largest))
    if head.startswith(_ZIP):
        return _unpacked(source, lambda: _unzip(file, source, largest))
    return _bounded(file, source, largest)


def _bounded(file: BinaryIO | gzip.GzipFile, source: str, largest: int) -> bytes:
    pieces, total = io.BytesIO(), 0
    while piece := file.read(4 * 1024 * 1024):
        total += len(piece)
        if total > largest:
            raise TableError(f"{source} holds more than {largest:,} bytes; split it, or save it as parquet.")
        pieces.write(piece)
    return pieces.getvalue()


def _gunzip(file: BinaryIO, source: str, largest: int) -> bytes:
    with gzip.GzipFile(fileobj=file) as inner:
        return _bounded(inner, source, largest)


def _unzip(file: BinaryIO, source: str, largest: int) -> bytes:
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if "[Content_Types].xml" in names:
            raise TableError(f"{source} is a workbook; save the sheet as csv (UTF-8) and name that file.")
        if len(names) != 1:
            raise TableError(f"{source} holds {len(names)} files; an archive with one table is needed.")
        with archive.open(names[0]) as inner:
            return _bounded(inner, source, largest)  # type: ignore[arg-type]


def _unpacked(source: str, unpack: Callable[[], bytes]) -> bytes:
    try:
        return unpack()
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise TableError(f"{source} is packed and cannot be unpacked ({error}); pack it again.") from error


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """
    Write a file beside `path`, then rename it: a reader sees the old file or the new one, never half of one.

    Args:
        path: Where the file belongs; what a link points to is replaced, not the link.
        write: Writes the file at the path that it is given.

    Raises:
        OSError: The folder does not exist, or the disk is full or forbids it; the old file stands as it was.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    if target.exists() and not target.is_file():
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "that is a folder; name a file in it", str(path))
        write(target)  # a pipe: nothing to rename
        return
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        write(beside)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):
            error.filename = str(path)  # not of the file beside it, of which nobody knows
        raise
