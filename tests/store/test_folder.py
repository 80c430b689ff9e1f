"""A folder as a home: what only a disk can do wrong."""

import os
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autotrain_core.errors import (
    ConflictError,
    NotAllowedError,
    NotStoredError,
    StoreUnavailableError,
    UnfitStoreError,
)
from autotrain_core.store import ABSENT, FolderHome
from autotrain_core.store import _folder_disk as disk
from autotrain_core.store._folder_disk import SCRATCH
from tests.store.conftest import files_of


def test_a_key_is_a_path_that_people_can_read(folder_home: FolderHome, root: Path) -> None:
    folder_home.put("saved_curriculums/Coupled Baiting_curriculum_v2.3_schema_v1.0.json", b"{}", replaces=ABSENT)

    assert files_of(root) == ["saved_curriculums/Coupled Baiting_curriculum_v2.3_schema_v1.0.json"]


def test_what_others_put_there_is_read_and_replaced(folder_home: FolderHome, root: Path) -> None:
    (root / "tables").mkdir()
    (root / "tables" / "old.pkl").write_bytes(b"by hand")

    body, head = folder_home.get("tables/old.pkl")
    folder_home.put("tables/old.pkl", b"by us", replaces=head.version)

    assert body == b"by hand"
    assert (root / "tables" / "old.pkl").read_bytes() == b"by us"


def test_a_change_by_others_is_a_conflict(folder_home: FolderHome, root: Path) -> None:
    version = folder_home.put("a", b"1", replaces=ABSENT)
    (root / "a").write_bytes(b"2")

    with pytest.raises(ConflictError):
        folder_home.put("a", b"3", replaces=version)

    assert (root / "a").read_bytes() == b"2"


def test_the_owner_of_a_file_is_named(folder_home: FolderHome, root: Path) -> None:
    folder_home.put("a", b"1", replaces=ABSENT)

    assert folder_home.head("a").owner == ("" if os.name == "nt" else (root / "a").owner())


def test_an_owner_that_the_system_does_not_know_has_no_name() -> None:
    assert disk.name_of(2**31 - 7) == ""


def test_a_copy_of_a_store_with_its_times_has_the_same_versions(folder_home: FolderHome, tmp_path: Path) -> None:
    version = folder_home.put("a/b", b"1", replaces=ABSENT)

    shutil.copytree(folder_home.url, tmp_path / "copy")

    assert FolderHome(tmp_path / "copy").head("a/b").version == version


def test_a_clock_that_goes_back_makes_no_old_version(folder_home: FolderHome, root: Path) -> None:
    first = folder_home.put("a", b"A", replaces=ABSENT)
    tomorrow = time.time_ns() + 86_400 * 10**9
    os.utime(root / "a", ns=(tomorrow, tomorrow))
    second = folder_home.head("a").version

    third = folder_home.put("a", b"B", replaces=second)
    fourth = folder_home.put("a", b"A", replaces=third)

    assert len({first, second, third, fourth}) == 4
    assert (root / "a").stat().st_mtime_ns > tomorrow


def test_a_disk_with_coarse_times_still_tells_versions_apart(
    folder_home: FolderHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_time = os.utime

    def in_two_seconds(path: Path, *, ns: tuple[int, int]) -> None:
        set_time(path, ns=(ns[0] // 2_000_000_000 * 2_000_000_000,) * 2)

    monkeypatch.setattr(os, "utime", in_two_seconds)
    versions = [folder_home.put("a", b"A", replaces=ABSENT)]
    for _ in range(3):
        versions.append(folder_home.put("a", b"A", replaces=versions[-1]))

    assert len(set(versions)) == 4


def test_a_disk_without_times_is_refused(folder_home: FolderHome, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = folder_home.put("a", b"A", replaces=ABSENT)
    os.utime(root / "a", ns=(2**62, 2**62))
    version = folder_home.head("a").version
    monkeypatch.setattr(os, "utime", lambda *_, **__: None)

    with pytest.raises(UnfitStoreError, match="keeps no times"):
        folder_home.put("a", b"B", replaces=version)

    assert (root / "a").read_bytes() == b"A"


def test_rights_are_kept_when_a_file_is_replaced(folder_home: FolderHome, root: Path) -> None:
    version = folder_home.put("a", b"A", replaces=ABSENT)
    (root / "a").chmod(0o640)
    version = folder_home.head("a").version

    folder_home.put("a", b"B", replaces=version)

    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o640


def test_an_open_file_stays_as_it_was_opened(folder_home: FolderHome) -> None:
    version = folder_home.put("a", b"old" * 100_000, replaces=ABSENT)

    with folder_home.open("a") as file:
        folder_home.put("a", b"new", replaces=version)

        assert file.read() == b"old" * 100_000


@pytest.mark.parametrize("target", ["../outside", "inside"])
def test_a_link_is_not_followed(folder_home: FolderHome, root: Path, target: str) -> None:
    (root / target).mkdir()
    (root / target / "secret").write_bytes(b"secret")
    (root / "linked").symlink_to(root / target, target_is_directory=True)
    (root / "file").symlink_to(root / target / "secret")

    for key in ("linked/secret", "file", "linked/new"):
        for ask in (folder_home.get, folder_home.head, folder_home.open):
            with pytest.raises(NotAllowedError, match="is a link, and links are not followed"):
                ask(key)
        with pytest.raises(NotAllowedError, match="is a link"):
            folder_home.put(key, b"", replaces=ABSENT)
    listed = ["inside/secret"] if target == "inside" else []
    assert [one.key for one in folder_home.list("")] == listed
    assert list(folder_home.list("linked/")) == []
    assert list(folder_home.folders("")) == [key.partition("/")[0] for key in listed]
    assert (root / target / "secret").read_bytes() == b"secret"


def test_a_link_that_leads_in_a_circle_ends_no_listing(folder_home: FolderHome, root: Path) -> None:
    folder_home.put("a/b", b"", replaces=ABSENT)
    (root / "a" / "round").symlink_to(root, target_is_directory=True)

    assert [listed.key for listed in folder_home.list("")] == ["a/b"]


def test_the_folder_itself_may_be_a_link(folder_home: FolderHome, tmp_path: Path) -> None:
    (tmp_path / "other name").symlink_to(folder_home.url)

    FolderHome(tmp_path / "other name").put("a", b"1", replaces=ABSENT)

    assert folder_home.get("a")[0] == b"1"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for(folder_home: FolderHome, root: Path) -> None:
    os.mkfifo(root / "pipe")

    for ask in (folder_home.get, folder_home.head, folder_home.open):
        with pytest.raises(NotStoredError):
            ask("pipe")
    assert list(folder_home.list("")) == []


def test_an_empty_folder_is_no_folder(folder_home: FolderHome, root: Path) -> None:
    (root / "empty" / "deeper").mkdir(parents=True)
    folder_home.put("full/deeper/a", b"", replaces=ABSENT)

    assert list(folder_home.folders("")) == ["full"]


def test_what_a_folder_cannot_hold_is_told(folder_home: FolderHome) -> None:
    folder_home.put("a/b", b"", replaces=ABSENT)

    with pytest.raises(UnfitStoreError, match="both a folder and an object"):
        folder_home.put("a", b"", replaces=ABSENT)
    with pytest.raises(UnfitStoreError, match="both a folder and an object"):
        folder_home.put("a/b/c", b"", replaces=ABSENT)
    with pytest.raises(UnfitStoreError, match="too long"):
        folder_home.put("n" * 300, b"", replaces=ABSENT)


@pytest.mark.parametrize("key", [f"{SCRATCH}/00.lock", SCRATCH, f"{SCRATCH.upper()}/x"])
def test_our_own_folder_is_out_of_reach(folder_home: FolderHome, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        folder_home.get(key)
    with pytest.raises(ValueError, match="no key"):
        folder_home.put(key, b"", replaces=ABSENT)


def test_our_own_files_are_not_listed(folder_home: FolderHome, root: Path) -> None:
    version = folder_home.put("a", b"", replaces=ABSENT)
    folder_home.put("a", b"", replaces=version)
    (root / SCRATCH / "left.tmp").touch()
    (root / "foreign.tmp").touch()

    assert [listed.key for listed in folder_home.list("")] == ["a"]
    assert list(folder_home.list(f"{SCRATCH}/")) == []
    assert list(folder_home.folders("")) == []
    assert list(folder_home.folders(f"{SCRATCH}/")) == []


def test_a_file_that_is_written_meanwhile_is_not_half_read(
    folder_home: FolderHome, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_home.put("a", b"1", replaces=ABSENT)
    look = os.fstat
    looks = iter([lambda: None, lambda: None, lambda: (root / "a").write_bytes(b"12")])

    def look_while_others_write(descriptor: int) -> os.stat_result:
        next(looks, lambda: None)()
        return look(descriptor)

    monkeypatch.setattr(os, "fstat", look_while_others_write)
    with pytest.raises(StoreUnavailableError, match="written by another program"):
        folder_home.get("a")


def test_what_is_cleared_away_during_a_listing_is_passed_over(folder_home: FolderHome, root: Path) -> None:
    for key in ("a", "b", "c"):
        folder_home.put(key, b"", replaces=ABSENT)

    listing = folder_home.list("")
    first = next(listing)
    (root / "b").unlink()

    assert [first.key, *(listed.key for listed in listing)] == ["a", "c"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda home: home.get("a"),
        lambda home: home.head("a"),
        lambda home: home.open("a"),
        lambda home: list(home.list("")),
        lambda home: list(home.folders("")),
        lambda home: home.put("a", b"", replaces=ABSENT),
        lambda home: home.put("a", b"", replaces="1"),
    ],
    ids=["get", "head", "open", "list", "folders", "create", "replace"],
)
def test_a_folder_that_is_gone_is_not_an_empty_one(
    folder_home: FolderHome, root: Path, ask: Callable[[FolderHome], object]
) -> None:
    root.rmdir()

    with pytest.raises(StoreUnavailableError, match=r"is gone. Is its disk connected\?"):
        ask(folder_home)


@pytest.mark.parametrize(
    "labels", [{"wid": "1"}, {"A": "1"}, {"a": ""}, {"a": " 1"}, {"a": "ü"}, {"a": "1\n"}, {"a": "1" * 201}, {"": "1"}]
)
def test_a_label_that_no_header_carries_is_a_fault_of_the_program(
    folder_home: FolderHome, labels: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="is no label"):
        folder_home.put("a", b"", replaces=ABSENT, labels=labels)


def test_a_folder_keeps_no_labels(folder_home: FolderHome) -> None:
    folder_home.put("a", b"", replaces=ABSENT, labels={"run": "2026-03-02 a"})

    assert folder_home.head("a").labels == {}
