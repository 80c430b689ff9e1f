"""Many write at once, threads and processes: nothing is lost, nothing is there twice, and the chain holds."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autotrain_core.store import Event, FolderHome, Home, MemoryHome, S3Home, Store, open_home
from tests.servers.seaweed import S3Server
from tests.store.conftest import NOW

PROJECT = Path(__file__).parents[2]
WRITERS = 8
TIMES = 25
# A busy machine is no fault of the code.
DEADLINE = 300.0


def test_threads_that_count_up_one_document_lose_nothing(home: Home) -> None:
    # Threads of one store take turns. The server of the bucket lets rivals wait in steps of a second.
    stores = [Store(home) for _ in range(2 if isinstance(home, S3Home) else WRITERS)]

    def count(writer: int) -> None:
        store = stores[writer % len(stores)]
        for _ in range(TIMES):
            store.update("count", lambda body: str(int(body or b"0") + 1).encode(), by=str(writer), seconds=DEADLINE)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(count, range(WRITERS)))

    store = Store(home)
    history = store.history("count")
    assert store.read("count").body == str(WRITERS * TIMES).encode()
    assert [one.body for one in reversed(history)] == [str(n + 1).encode() for n in range(WRITERS * TIMES)]
    assert sorted(one.by for one in history) == sorted(str(n) for n in range(WRITERS) for _ in range(TIMES))
    assert store.check(thorough=True) == ()


@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_threads_that_append_lose_nothing_and_read_a_growing_record(kind: str, tmp_path: Path) -> None:
    home = FolderHome(tmp_path) if kind == "folder" else MemoryHome()
    shared = Store(home)

    def append(writer: int) -> list[int]:
        record, lengths = Store(home).record, []
        for number in range(TIMES):
            record.append([Event("counted", str(writer), {"n": number})], by=str(writer), at=NOW)
            lengths.append(len(shared.record.read()))
        return lengths

    with ThreadPoolExecutor(WRITERS) as pool:
        lengths = list(pool.map(append, range(WRITERS)))

    assert all(seen == sorted(seen) for seen in lengths)
    require_whole(Store(home), writers=WRITERS)


def test_processes_that_append_to_one_folder_lose_nothing(tmp_path: Path) -> None:
    append_by_processes(WRITERS, str(tmp_path), {})

    require_whole(Store(open_home(str(tmp_path))), writers=WRITERS)


def test_processes_that_append_to_one_bucket_lose_nothing(s3_server: S3Server) -> None:
    prefix = f"hammer/{os.urandom(6).hex()}"

    # Half as many: this server lets writers of one key wait in steps of a second.
    append_by_processes(WRITERS // 2, f"s3://{s3_server.bucket}/{prefix}", s3_server.environment)

    require_whole(Store(s3_server.s3_home(prefix)), writers=WRITERS // 2)


def append_by_processes(count: int, url: str, environment: Mapping[str, str]) -> None:
    """Let processes append, each its own events, all at once."""
    command = [sys.executable, "-m", "benchmarks.storing_once", "append", url]
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    writers = [
        subprocess.Popen(
            [*command, str(writer), str(TIMES)],
            cwd=PROJECT,
            env={**others, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for writer in range(count)
    ]
    for writer in writers:
        printed, complaints = writer.communicate(timeout=DEADLINE)
        assert writer.returncode == 0, complaints
        assert json.loads(printed)["worst"] > 0


def require_whole(store: Store, *, writers: int) -> None:
    """Every event of every writer is there once, each writer's own in order, in a chain that holds."""
    entries = store.record.read()
    by_writer: dict[str, list[object]] = {}
    for entry in entries:
        for event in entry.events:
            by_writer.setdefault(event.subject_id, []).append(event.facts["n"])
    assert by_writer == {str(writer): list(range(TIMES)) for writer in range(writers)}
    assert [entry.number for entry in entries] == list(range(1, writers * TIMES + 1))
    found = store.record.verify(store.record.head())
    assert (found.number, found.problems) == (writers * TIMES, ())
    assert store.check() == ()
