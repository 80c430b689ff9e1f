"""Whoever decides, this process or a cluster whose workers die, the same comes out; and what goes wrong is said."""

import json
import multiprocessing
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import dask
import distributed
import pandas as pd
import pytest
from hypothesis import given, settings

from autotrain_core.errors import AutotrainError, EngineError, MissingColumnError, NotAllowedError, TableError
from autotrain_core.evaluation import Outcome, decide_and_report, terms_of
from autotrain_core.evaluation import example_lab as simulated
from autotrain_core.models import Curriculum, Library
from autotrain_core.services import DaskEngine, LocalEngine, StoredPart, _cluster, _engines, _stored, notices_table
from autotrain_core.services._cluster import Cluster, sent_out
from autotrain_core.store import FolderHome, Store
from tests.evaluation.documents import LADDER, curriculum, sessions
from tests.evaluation.labs import FORAGING, MANY
from tests.evaluation.test_parts import LIBRARY, odd_tables
from tests.services.killing import Killing

TOY = curriculum(LADDER)
GOOD = ("good", 1, 150, 0.6)
LAB = simulated(40, curricula=FORAGING, seed=3, troubles=MANY)


@contextmanager
def two_processes() -> Iterator[distributed.LocalCluster]:
    """A cluster that gives a piece up when two workers died of it."""
    with (
        _cluster._no_program(),
        dask.config.set(
            {
                **_cluster._SETTINGS,
                "distributed.scheduler.allowed-failures": 1,
                "distributed.comm.timeouts.connect": "3s",
            }
        ),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=100,
        ) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with two_processes() as cluster:
        yield cluster.scheduler_address
    assert multiprocessing.active_children() == []


@pytest.fixture
def client(address: str) -> Iterator[distributed.Client]:
    with distributed.Client(address, set_as_default=False) as client:
        yield client


@contextmanager
def killing(ending: str, times: int, notes: Path) -> Iterator[str]:
    """Such a cluster, whose workers are killed when they begin a certain piece."""
    notes.mkdir()
    with two_processes() as cluster:
        with distributed.Client(cluster, set_as_default=False) as client:
            client.register_plugin(Killing(ending, times, notes))
        yield cluster.scheduler_address
    assert len(list(notes.iterdir())) == times


def check_same(found: Outcome, whole: Outcome) -> None:
    pd.testing.assert_frame_equal(found.decisions, whole.decisions, check_exact=True, check_index_type=True)
    assert found.report == whole.report


def result(work: Any, *words: Any, **named: Any) -> Any:
    try:
        return work(*words, **named)
    except AutotrainError as error:
        return type(error), str(error)


# ---- the same comes out ----


def test_this_process_decides_as_ever() -> None:
    steps: list[tuple[int, int]] = []

    found = LocalEngine().decide(LAB.sessions, LAB.curricula, progress=lambda *step: steps.append(step))

    check_same(found, decide_and_report(LAB.sessions, LAB.curricula))
    assert steps[-1][0] == steps[-1][1]


def test_a_worker_that_is_killed_midway_changes_nothing(tmp_path: Path) -> None:
    table = LAB.sessions.sample(frac=1, random_state=1)
    steps: list[tuple[int, int]] = []

    with killing("-5", 1, tmp_path / "deaths") as address:
        found = DaskEngine(address, parts=12).decide(table, LAB.curricula, progress=lambda *step: steps.append(step))

    check_same(found, decide_and_report(table, LAB.curricula))
    assert found.left_out
    assert steps == [(done, 12) for done in range(1, 13)]


def test_processes_that_are_started_for_it_do_not_run_the_program_that_started_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.py"
    page.write_text("raise SystemExit('this page was run once more')", encoding="utf-8")
    program = ModuleType("__main__")
    program.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", program)

    found = DaskEngine(workers=1, parts=1).decide(LAB.sessions, FORAGING[0], open_loop=True)

    check_same(found, decide_and_report(LAB.sessions, FORAGING[0], open_loop=True))
    assert sys.modules["__main__"] is program


def test_processes_that_are_started_for_it_decide_alike_and_are_gone_afterwards() -> None:
    others = set(multiprocessing.active_children())
    started: list[set[Any]] = []

    found = DaskEngine(workers=2, parts=3).decide(
        LAB.sessions,
        FORAGING[0],
        open_loop=True,
        progress=lambda *_: started.append(set(multiprocessing.active_children()) - others),
    )

    check_same(found, decide_and_report(LAB.sessions, FORAGING[0], open_loop=True))
    assert len(started[0]) == 2
    assert set(multiprocessing.active_children()) <= others


@settings(max_examples=12)
@given(odd_tables())
def test_a_cluster_takes_odd_tables_as_this_process_does(address: str, table: pd.DataFrame) -> None:
    whole = result(LocalEngine().decide, table, LIBRARY)

    found = result(DaskEngine(address, parts=3).decide, table, LIBRARY)

    if isinstance(whole, tuple):
        assert found == whole
    else:
        check_same(found, whole)


@pytest.mark.parametrize("rows", [[], [(None, 1, 1, 1)]])
def test_a_table_of_nothing_gives_nothing(address: str, rows: list[Any]) -> None:
    table = sessions([*rows, GOOD]).iloc[: len(rows)]

    check_same(DaskEngine(address).decide(table, TOY), decide_and_report(table, TOY))


def test_what_cannot_be_decided_at_all_is_said_before_a_cluster_is_asked() -> None:
    nowhere = DaskEngine("tcp://127.0.0.1:9", patience=0.1)

    with pytest.raises(MissingColumnError, match="has no column 'efficiency'"):
        nowhere.decide(sessions([GOOD]).drop(columns="efficiency"), TOY)
    with pytest.raises(TableError, match="names no curriculum that is there: Toy 7"):
        nowhere.decide(sessions([GOOD], curriculum_name="Toy", curriculum_version="7"), Library([TOY]))


@pytest.mark.parametrize(("rows", "at_once", "parts"), [
    (0, 2, 1), (9_999, 2, 1), (25_000, 2, 2), (100_000, 2, 4), (900_000, 2, 4), (2_000_000, 2, 8), (2_000_000, 90, 180),
])  # fmt: skip
def test_a_table_is_cut_as_its_size_and_the_cluster_suggest(rows: int, at_once: int, parts: int) -> None:
    assert _engines._parts(rows, at_once) == parts


# ---- what goes wrong is said ----


def test_a_piece_that_kills_whoever_takes_it_is_given_up(tmp_path: Path) -> None:
    with (
        killing("-2", 2, tmp_path / "deaths") as address,
        pytest.raises(EngineError, match=r"Piece \d of the work was given up: 2 workers died .* too little memory"),
    ):
        DaskEngine(address, parts=6).decide(LAB.sessions, LAB.curricula)


def test_without_the_extra_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("distributed", "cryptography"):
        with monkeypatch.context() as without:
            without.setitem(sys.modules, package, None)
            with pytest.raises(EngineError, match=r"needs packages .* pip install 'autotrain\[dask\]'"):
                DaskEngine().decide(sessions([GOOD]), TOY)


def test_the_services_do_not_import_dask() -> None:
    program = "import autotrain_core.services, json, sys; print(json.dumps(list(sys.modules)))"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert {"dask", "distributed", "cryptography"} & set(json.loads(ran.stdout)) == set()


def test_a_scheduler_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(EngineError, match=rf"The dask cluster at {closed} cannot be used: .*tls://HOST:PORT"):
            DaskEngine(closed, patience=0.2).decide(sessions([GOOD]), TOY)
    with pytest.raises(EngineError, match=r"The dask cluster at nowhere cannot be used: ValueError: missing port"):
        DaskEngine("nowhere", patience=0.2).decide(sessions([GOOD]), TOY)


def test_processes_that_cannot_be_started_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr(distributed, "LocalCluster", refuse)

    with pytest.raises(EngineError, match="3 worker processes could not be started here: RuntimeError: Nanny failed"):
        DaskEngine(workers=3).decide(sessions([GOOD]), TOY)


@contextmanager
def threads_as_workers(count: int) -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        n_workers=count, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False}, silence_logs=100,
    ) as cluster:  # fmt: skip
        yield cluster


def test_a_cluster_without_workers_is_told_from_one_that_is_not_there() -> None:
    with (
        threads_as_workers(0) as cluster,
        pytest.raises(EngineError, match="cannot be used: WorkerStartTimeoutError: Only 0/1 workers arrived"),
    ):
        DaskEngine(cluster.scheduler_address, patience=0.3).decide(sessions([GOOD]), TOY)


def leave(cluster: distributed.LocalCluster) -> None:
    cluster.close()


def test_a_cluster_that_goes_away_midway_is_an_error_and_not_a_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cluster, "LONGEST_GREETING", 1.0)

    with threads_as_workers(1) as cluster:
        engine = DaskEngine(cluster.scheduler_address, parts=8)

        with pytest.raises(EngineError, match="The cluster went away in the middle of the work"):
            engine.decide(LAB.sessions, LAB.curricula, progress=lambda *_: leave(cluster))


def test_workers_of_another_version_decide_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_engines, "version", lambda _: "99.0")

    with pytest.raises(EngineError, match=r"A worker has autotrain .*, but 99\.0 sent it work"):
        DaskEngine(address).decide(sessions([GOOD]), TOY)
    with pytest.raises(EngineError, match=r"A worker has autotrain 99\.0, but 0\.0 sent it work"):
        _engines.require_same("0.0")


def test_what_fails_on_the_workers_is_told_in_a_sentence(client: distributed.Client) -> None:
    done = sent_out(client, int, ["1", "two"], patience=60)

    with pytest.raises(EngineError, match="Piece 2 of the work failed on the workers: ValueError: invalid literal"):
        list(done)


def test_a_cluster_that_does_nothing_is_given_up(client: distributed.Client) -> None:
    with pytest.raises(EngineError, match=r"finished nothing in 0\.2 seconds, with 1 pieces of work under way"):
        list(sent_out(client, time.sleep, [1.0], patience=0.2))


def test_no_more_is_sent_than_the_cluster_can_begin(client: distributed.Client) -> None:
    taken = 0
    most = 0

    def pieces() -> Iterator[int]:
        nonlocal taken
        for piece in range(40):
            taken += 1
            yield piece

    for done, _ in enumerate(sent_out(client, abs, pieces(), patience=60)):
        most = max(most, taken - done)

    assert taken == 40
    assert most <= 4


def test_a_cluster_that_is_started_here_is_for_this_machine_and_this_program_alone() -> None:
    with Cluster(scheduler=None, workers=1, patience=60).opened() as client:
        place = client.scheduler.address
        assert place.startswith("tls://127.0.0.1:")

        for stranger in (place, place.replace("tls://", "tcp://")):
            with pytest.raises((OSError, TypeError, RuntimeError)):
                distributed.Client(stranger, set_as_default=False, timeout=0.5)


# ---- parts that are stored ----


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with the lab's sessions in three parts: two of parquet, one of csv."""
    place = tmp_path / "store"
    (place / "sessions").mkdir(parents=True)
    mice = LAB.sessions["subject_id"].unique()
    for number in range(3):
        part = LAB.sessions[LAB.sessions["subject_id"].isin(mice[number::3])]
        if number:
            part.to_parquet(place / "sessions" / f"{number}.parquet", index=False)
        else:
            part.to_csv(place / "sessions" / "0.csv", index=False)
    return place


KEYS = ("sessions/0.csv", "sessions/1.parquet", "sessions/2.parquet")


def loaded(folder: Path, parts: tuple[StoredPart, ...], field: str) -> pd.DataFrame:
    store = Store(FolderHome(folder))
    return pd.concat([store.load_table(getattr(part, field)) for part in parts], ignore_index=True)


def by_session(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["subject_id", "session", *table.columns], ignore_index=True)


def files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_stored_parts_are_decided_where_they_are_read_though_a_worker_dies(tmp_path: Path, folder: Path) -> None:
    steps: list[tuple[int, int]] = []

    with killing("-1", 1, tmp_path / "deaths") as address:
        engine = DaskEngine(address)
        parts = engine.decide_stored(str(folder), KEYS, LAB.curricula, progress=lambda *step: steps.append(step))
        written = files(folder)
    again = LocalEngine().decide_stored(str(folder), KEYS, LAB.curricula)

    whole = decide_and_report(LAB.sessions, LAB.curricula)
    pd.testing.assert_frame_equal(by_session(loaded(folder, parts, "decisions")), by_session(whole.decisions))
    pd.testing.assert_frame_equal(by_session(loaded(folder, parts, "report")), by_session(notices_table(whole.report)))
    assert [part.key for part in parts] == list(KEYS)
    assert sum(part.sessions for part in parts) == len(LAB.sessions)
    assert sum(sum(part.notices.values()) for part in parts) == len(whole.report)
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert again == parts
    assert files(folder) == written


def in_store(folder: Path, key: str, followed: Curriculum | Library = TOY) -> tuple[StoredPart, tuple[str, ...]]:
    return _stored.decide_in_store(key, _stored.Errand(url=str(folder), terms=terms_of(followed), name="decisions"))


def test_a_part_that_cannot_be_used_says_why_and_the_others_are_done(folder: Path) -> None:
    sessions([GOOD]).to_parquet(folder / "sessions" / "good.parquet")
    sessions([GOOD]).drop(columns="efficiency").to_parquet(folder / "sessions" / "lacking.parquet")
    (folder / "sessions" / "cut.parquet").write_bytes(b"PAR1 and no more")

    parts = [in_store(folder, f"sessions/{name}.parquet") for name in ("good", "lacking", "cut", "absent")]

    assert [mice for _, mice in parts] == [("good",), (), (), ()]
    assert [part.problem.split(".")[0] for part, _ in parts[:2]] == [
        "",
        "The session table has no column 'efficiency'",
    ]
    assert all(part.problem and part.decisions is None for part, _ in parts[1:])
    assert "sessions/cut.parquet" in parts[2][0].problem
    assert "sessions/absent.parquet" in parts[3][0].problem


def test_a_part_may_hold_nothing_that_anybody_knows(folder: Path) -> None:
    rows = sessions([("m", 1, 150, 0.6), ("m", 2, 150, 0.6)], curriculum_name="Toy", curriculum_version="9")
    rows.to_parquet(folder / "sessions" / "unknown.parquet")

    part, mice = in_store(folder, "sessions/unknown.parquet", Library([TOY]))

    assert part.problem == ""
    assert dict(part.notices) == {"unknown-curriculum": 2}
    assert part.decisions is not None
    assert part.decisions.rows == 0
    assert mice == ("m",)


def test_a_mouse_in_two_parts_is_refused(folder: Path) -> None:
    first, second = (StoredPart(key=f"sessions/{number}.parquet") for number in (1, 2))

    with pytest.raises(TableError, match=r"Mouse b stands in sessions/1\.parquet and in sessions/2\.parquet"):
        list(_stored.in_order_of([first.key, second.key], [(second, ("b", "c")), (first, ("a", "b"))]))


def test_a_store_that_a_worker_may_not_read_is_no_problem_of_the_part(folder: Path, monkeypatch: Any) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NotAllowedError("The store refuses.")

    monkeypatch.setattr(FolderHome, "get", refuse)

    with pytest.raises(NotAllowedError):
        in_store(folder, KEYS[1])
