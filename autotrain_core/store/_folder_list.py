"""Listing a folder as if it were a bucket: one row of keys in the order of their bytes, and no empty folders."""

import os
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from autotrain_core.errors import NotAllowedError, StoreUnavailableError
from autotrain_core.store._folder_disk import SCRATCH, told
from autotrain_core.store._home import Listed
from autotrain_core.store._order import is_key, ordered

Entry = os.DirEntry[str]


def list_files(root: Path, *, prefix: str, after: str) -> Iterator[Listed]:
    """List files; see `Home`."""
    return _walk(root, prefix[: prefix.rfind("/") + 1], prefix, after)


def list_folders(root: Path, *, prefix: str) -> Iterator[str]:
    """List folders that have a file in them, however deep; see `Home`."""
    for entry in sorted(_entries(root, prefix), key=lambda entry: ordered(entry.name)):
        is_named = _is_folder(entry) and is_key_here(prefix + entry.name)
        if is_named and any(True for _ in list_files(root, prefix=f"{prefix}{entry.name}/", after="")):
            yield entry.name


def moment_of(facts: os.stat_result) -> datetime:
    """Give the time at which a file was written."""
    return datetime.fromtimestamp(facts.st_mtime, UTC)


def require_root(root: Path) -> None:
    """
    Tell a folder that lacks something from one that is gone.

    Raises:
        StoreUnavailableError: It is gone.
    """
    if not root.is_dir():
        raise StoreUnavailableError(f"The folder {root} is gone. Is its disk connected?")


def require_no_link(root: Path, path: Path) -> None:
    """
    Refuse to leave the folder through a link.

    Raises:
        NotAllowedError: A link lies on the way from `root` to `path`, or at its end.
    """
    step = root
    for name in path.relative_to(root).parts:
        step /= name
        if step.is_symlink():
            raise NotAllowedError(f"{step} is a link, and links are not followed. Put there what it leads to.")


def is_key_here(key: str) -> bool:
    """Whether a file can have this key; none can in the folder that holds the locks."""
    return is_key(key) and key.partition("/")[0].casefold() != SCRATCH


def _walk(root: Path, folder: str, prefix: str, after: str) -> Iterator[Listed]:
    # A folder stands where its name and "/" stand among the keys: "a-b" comes before "a/b". Whoever wants only the
    # first of many thousands does not wait until all have been looked at.
    found = sorted((ordered(_name_of(entry)), entry) for entry in _entries(root, folder))
    behind, begin = ordered(after), ordered(folder)
    for name, entry in found:
        is_behind = begin + name > behind
        if not is_behind and not behind.startswith(begin + name):
            continue
        key = folder + _name_of(entry)
        if not is_key_here(key.removesuffix("/")):
            continue
        if key.endswith("/"):
            if key.startswith(prefix) or prefix.startswith(key):
                yield from _walk(root, key, prefix, after)
        elif is_behind and key.startswith(prefix):
            yield from _listed(key, entry)


def _name_of(entry: Entry) -> str:
    return f"{entry.name}/" if _is_folder(entry) else entry.name


def _listed(key: str, entry: Entry) -> Iterator[Listed]:
    try:
        facts = entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # somebody cleared it away by hand
        return
    if stat.S_ISREG(facts.st_mode):
        yield Listed(key, facts.st_size, moment_of(facts))


def _entries(root: Path, folder: str) -> Sequence[Entry]:
    """Give what lies directly in a folder of keys."""
    if folder and not is_key_here(folder.removesuffix("/")):
        return ()
    path = root.joinpath(*folder.split("/"))
    try:
        require_no_link(root, path)
        with os.scandir(path) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError, NotAllowedError):
        require_root(root)
        return ()
    except OSError as error:
        raise told(error, f"list {path}") from error


def _is_folder(entry: Entry) -> bool:
    return entry.is_dir(follow_symlinks=False)
