"""A folder on a disk that fails: writers that are killed, locks that hang, rights that are missing, no room."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from autotrain_core.errors import (
    AutotrainError,
    NotAllowedError,
    StoreUnavailableError,
    UnfitStoreError,
)
from autotrain_core.store import ABSENT, FolderHome, open_home
from autotrain_core.store import _folder_disk as disk
from autotrain_core.store._folder_disk import SCRATCH, told
from tests.store.conftest import files_of


def killed(script: str, folder: str, *, after: str) -> None:
    """Run a program and kill it when it has printed this."""
    process = subprocess.Popen([sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if line.strip() == after:
                break
        process.send_signal(signal.SIGKILL)
        process.wait()


WRITER = """
import sys
from autotrain_core.store import ABSENT, FolderHome
home = FolderHome(sys.argv[1])
version = home.put("a", b"0" * 300_000, replaces=ABSENT)
for number in range(10_000):
    version = home.put("a", b"%d" % (number % 10) * 300_000, replaces=version)
    if number == 20:
        print("busy", flush=True)
"""
HOLDER = """
import sys, time
from pathlib import Path
from autotrain_core.store._folder_disk import Disk
with Disk(Path(sys.argv[1])).locked("a"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_writer_that_is_killed_leaves_whole_objects_and_no_lock(folder_home: FolderHome) -> None:
    killed(WRITER, folder_home.url, after="busy")

    body, head = folder_home.get("a")
    folder_home.put("a", b"next", replaces=head.version)

    assert len(set(body)) == 1
    assert len(body) == 300_000
    assert [listed.key for listed in folder_home.list("")] == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_lock_ends_with_the_process_that_held_it(folder_home: FolderHome) -> None:
    version = folder_home.put("a", b"1", replaces=ABSENT)
    killed(HOLDER, folder_home.url, after="held")

    folder_home.put("a", b"2", replaces=version)

    assert folder_home.get("a")[0] == b"2"


def test_a_lock_that_is_never_given_back_ends_in_a_sentence(
    folder_home: FolderHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = folder_home.put("a", b"1", replaces=ABSENT)
    monkeypatch.setattr(disk, "_PATIENCE", 0.05)
    waiting = disk.Disk(Path(folder_home.url))

    with (
        waiting.locked("a"),
        ThreadPoolExecutor(1) as pool,
        pytest.raises(StoreUnavailableError, match=r"another program keeps .* locked"),
    ):
        pool.submit(waiting.replace, Path(folder_home.url, "a"), b"2", key="a", replaces=version).result()

    assert folder_home.get("a")[0] == b"1"


def test_a_lock_of_another_process_is_waited_for_only_so_long(
    folder_home: FolderHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = folder_home.put("a", b"1", replaces=ABSENT)
    lock = disk.Disk(Path(folder_home.url)).lock
    monkeypatch.setattr(disk.Disk, "lock", lambda _, name: lock(name, seconds=0.05))

    with disk.Disk(Path(folder_home.url)).locked("a"), ThreadPoolExecutor(1) as pool:
        written = pool.submit(folder_home.put, "a", b"2", replaces=version)
        with pytest.raises(StoreUnavailableError, match="Look for one that hangs"):
            written.result()


PROCESS = """
import sys
from autotrain_core.errors import ConflictError
from autotrain_core.store import ABSENT, FolderHome
home, name = FolderHome(sys.argv[1]), sys.argv[2]
won = 0
for number in range(40):
    try:
        home.put(f"row/{number}", name.encode(), replaces=ABSENT)
        won += 1
    except ConflictError:
        pass
for _ in range(25):
    while True:
        body, head = home.get("count")
        try:
            home.put("count", b"%d" % (int(body) + 1), replaces=head.version)
            break
        except ConflictError:
            pass
print(won)
"""


def test_processes_lose_nothing_to_each_other(folder_home: FolderHome) -> None:
    folder_home.put("count", b"0", replaces=ABSENT)

    running = [
        subprocess.Popen([sys.executable, "-c", PROCESS, folder_home.url, str(name)], stdout=subprocess.PIPE, text=True)
        for name in range(3)
    ]
    won = [int(process.communicate(timeout=120)[0]) for process in running]

    assert sum(won) == 40
    assert folder_home.get("count")[0] == b"75"


def test_what_killed_writers_left_is_swept_after_an_hour(folder_home: FolderHome, root: Path) -> None:
    (root / SCRATCH).mkdir()
    for name, age in (("old.tmp", 3700), ("new.tmp", 3500), ("00.lock", 99_999)):
        (root / SCRATCH / name).touch()
        os.utime(root / SCRATCH / name, (time.time() - age,) * 2)

    open_home(str(root))

    left = {path.name for path in (root / SCRATCH).iterdir()}
    assert left >= {"new.tmp", "00.lock"}
    assert "old.tmp" not in left
    assert not [name for name in left if name.endswith(".tmp") and name != "new.tmp"]


def refusing(code: int) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV])
def test_a_disk_without_hard_links_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(os, "link", refusing(code))

    with pytest.raises(UnfitStoreError, match=r"no hard links there. Use a folder on a local disk, or a bucket\."):
        open_home(str(root))

    assert files_of(root) == []


def test_a_disk_that_links_two_files_to_one_name_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def link_over(source: Path, name: Path) -> None:
        Path(name).unlink(missing_ok=True)
        link(source, name)

    monkeypatch.setattr(os, "link", link_over)

    with pytest.raises(UnfitStoreError, match="two files get one name"):
        FolderHome(root).require_fit()


def test_a_disk_whose_locks_do_not_hold_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "FileLock", NoLock)

    with pytest.raises(UnfitStoreError, match="two programs can hold the same lock"):
        open_home(str(root))


@pytest.mark.parametrize(("code", "error"), [(errno.ENOLCK, UnfitStoreError), (errno.EACCES, NotAllowedError)])
def test_a_disk_without_locks_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[AutotrainError]
) -> None:
    monkeypatch.setattr(disk, "FileLock", type("Refusing", (NoLock,), {"__enter__": refusing(code)}))

    with pytest.raises(error):
        FolderHome(root).require_fit()


class NoLock:
    """A lock that everybody gets."""

    def __init__(self, *_: object, **__: object) -> None:
        """Nothing is kept."""

    def __enter__(self) -> None:
        """Nobody waits."""

    def __exit__(self, *_: object) -> None:
        """Nobody was kept waiting."""


def test_who_opens_while_another_opens_need_not_wait(root: Path) -> None:
    (root / SCRATCH).mkdir()

    with FileLock(root / SCRATCH / "probe.lock"), ThreadPoolExecutor(1) as pool:
        pool.submit(FolderHome(root).require_fit).result()


@pytest.mark.parametrize(
    ("code", "error", "sentence"),
    [
        (errno.EACCES, NotAllowedError, "You may not write it: the folder belongs to others"),
        (errno.EROFS, NotAllowedError, "can only be read"),
        (errno.ENOSPC, StoreUnavailableError, "the disk is full"),
        (errno.EDQUOT, StoreUnavailableError, "the disk is full"),
        (errno.ENAMETOOLONG, UnfitStoreError, "too long"),
        (errno.ENOTDIR, UnfitStoreError, "both a folder and an object"),
        (errno.EIO, StoreUnavailableError, "The disk did not write it: Input/output error"),
        (errno.ESTALE, StoreUnavailableError, "The disk did not write it"),
    ],
)
def test_whose_move_it_is_when_the_disk_refuses(code: int, error: type[AutotrainError], sentence: str) -> None:
    found = told(OSError(code, os.strerror(code)), "write it")

    assert type(found) is error
    assert sentence in str(found)


def test_a_file_that_windows_keeps_open_may_be_written_later() -> None:
    error = PermissionError(errno.EACCES, "Access is denied")
    error.winerror = 32  # type: ignore[attr-defined]

    found = told(error, "write it")

    assert isinstance(found, StoreUnavailableError)
    assert "another program has it open" in str(found)


@pytest.fixture
def somebody_else() -> Iterator[Path]:
    """Be somebody who may do nothing in this folder, also where tests run as root, who may do everything."""
    with tempfile.TemporaryDirectory() as folder:
        user = os.geteuid()
        Path(folder).chmod(0o755)
        (Path(folder) / "a").write_bytes(b"1")
        (Path(folder) / "hidden").mkdir(mode=0o700)
        (Path(folder) / "secret").touch(mode=0o600)
        if user == 0:
            os.seteuid(65534)
        else:
            for path in (Path(folder), Path(folder) / "hidden", Path(folder) / "secret"):
                path.chmod(0o555 if path == Path(folder) else 0)
        yield Path(folder)
        os.seteuid(user)
        for path in (Path(folder), Path(folder) / "hidden"):
            path.chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="this system has other rights")
def test_what_the_rights_forbid_is_not_allowed(somebody_else: Path) -> None:
    home = open_home(str(somebody_else), probe=False)

    assert home.get("a")[0] == b"1"
    for ask in (
        lambda: home.put("b", b"", replaces=ABSENT),
        lambda: home.put("a", b"", replaces=home.head("a").version),
        lambda: home.get("secret"),
        lambda: home.get("hidden/a"),
        lambda: list(home.list("hidden/")),
        lambda: open_home(str(somebody_else)),
    ):
        with pytest.raises(NotAllowedError, match="You may not"):
            ask()
    with pytest.raises(NotAllowedError, match="You may not open"):
        FolderHome(somebody_else / "hidden" / "deeper")


def test_a_full_disk_leaves_nothing_half_written(
    folder_home: FolderHome, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = folder_home.put("a", b"1", replaces=ABSENT)
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC))

    with pytest.raises(StoreUnavailableError, match="There is no room to write a"):
        folder_home.put("a", b"2", replaces=version)
    with pytest.raises(StoreUnavailableError, match="There is no room to write b"):
        folder_home.put("b", b"2", replaces=ABSENT)

    assert files_of(root) == ["a"]
    assert (root / "a").read_bytes() == b"1"
