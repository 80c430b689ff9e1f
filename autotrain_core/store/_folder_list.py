"""Listing a folder as if it were a bucket: one row of keys in the order of their bytes, and no empty folders."""

import os
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
        if _is_folder(entry) and any(True for _ in list_files(root, prefix=f"{prefix}{entry.name}/", after="")):
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
    # A folder stands where its name and "/" stand among the keys: "a-b" comes before "a/b".
    keys = [
        (f"{folder}{entry.name}/" if _is_folder(entry) else f"{folder}{entry.name}", entry)
        for entry in _entries(root, folder)
    ]
    for key, entry in sorted(keys, key=lambda pair: ordered(pair[0])):
        is_behind = ordered(key) > ordered(after)
        if not key.endswith("/"):
            if is_behind and key.startswith(prefix):
                yield from _listed(key, entry)
        elif (is_behind or after.startswith(key)) and (key.startswith(prefix) or prefix.startswith(key)):
            yield from _walk(root, key, prefix, after)


def _listed(key: str, entry: Entry) -> Iterator[Listed]:
    try:
        facts = entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # somebody cleared it away by hand
        return
    yield Listed(key, facts.st_size, moment_of(facts))


def _entries(root: Path, folder: str) -> Sequence[Entry]:
    """Give what lies directly in a folder of keys: files and folders that a key can name, no links."""
    if folder and not is_key_here(folder.removesuffix("/")):
        return ()
    path = root.joinpath(*folder.split("/"))
    try:
        require_no_link(root, path)
        with os.scandir(path) as found:
            return [entry for entry in found if is_key_here(folder + entry.name) and _is_plain(entry)]
    except (FileNotFoundError, NotADirectoryError, NotAllowedError):
        require_root(root)
        return ()
    except OSError as error:
        raise told(error, f"list {path}") from error


def _is_plain(entry: Entry) -> bool:
    return entry.is_file(follow_symlinks=False) or _is_folder(entry)


def _is_folder(entry: Entry) -> bool:
    return entry.is_dir(follow_symlinks=False)
