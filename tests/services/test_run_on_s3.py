"""The nightly run on a real S3 server: the real mice, what it asks of the server, and readers meanwhile."""

import threading
from pathlib import Path

import pandas as pd

from autotrain_core import services
from autotrain_core.evaluation import decide
from autotrain_core.interop import manager_from_bytes, read_sessions
from autotrain_core.models import DECISIONS
from tests.servers.seaweed import S3Server
from tests.services.nights import BROWSER, RIG, SESSIONS, Nights, put, session

WRITES = {"put_object", "copy_object", "delete_object", "delete_objects", "create_multipart_upload"}


def test_the_real_150_mice_are_published_as_the_engine_decides_and_a_second_run_writes_nothing(
    s3_server: S3Server, reference: Path
) -> None:
    path = reference / "data" / "janelia_sessions.csv"
    home = s3_server.s3_home("real-mice")
    settings = services.Settings.model_validate({"sessions": {"curriculum_version": "2.3"}})
    nights = Nights(home=home, settings=settings)
    put(home, SESSIONS, path.read_bytes())
    nights.run()
    before = home.traffic.requests

    again = nights.run_again_at_once()

    after = home.traffic.requests
    assert sum(after.get(kind, 0) - before.get(kind, 0) for kind in WRITES) == 0
    assert not again.changed
    sessions = read_sessions(path).assign(curriculum_name="Coupled Baiting", curriculum_version="2.3")
    decided = decide(sessions, services.shipped()).sort_values(["subject_id", "session"], ignore_index=True)
    names = [column.name for column in DECISIONS]
    pd.testing.assert_frame_equal(nights.rows()[names], decided[names], check_dtype=False)
    assert set(again.publication.targets) == {
        f"{folder}df_manager_{table}447_demo.{ending}"
        for folder in settings.publish.folders
        for table in ("", "stats_")
        for ending in ("pkl", "parquet", "csv")
    }


def test_the_program_never_deletes(s3_server: S3Server) -> None:
    home = s3_server.s3_home("never-deletes")
    nights = Nights(home=home)

    nights.run([session("700001", 1)])
    nights.run([session("700001", 1), session("700001", 2)])

    assert set(home.traffic.requests) <= {"get_object", "head_object", "list_objects_v2", "put_object"}


def test_rigs_that_read_while_runs_publish_find_whole_tables_that_only_grow(s3_server: S3Server) -> None:
    nights = Nights(home=s3_server.s3_home("readers"))
    nights.run([session("700001", 1)])
    lengths: dict[str, list[int]] = {RIG: [], BROWSER: []}
    done = threading.Event()

    def read() -> None:
        home = s3_server.s3_home("readers")
        while not done.is_set():
            for key, found in lengths.items():
                found.append(len(manager_from_bytes(home.get(key)[0], source=key)))

    reader = threading.Thread(target=read)
    reader.start()
    for last in range(2, 6):
        nights.run([session("700001", number) for number in range(1, last + 1)])
    done.set()
    reader.join()

    for found in lengths.values():
        assert len(found) > 3
        assert found == sorted(found)


def test_runs_at_the_same_time_publish_each_session_once(s3_server: S3Server) -> None:
    nights = Nights(home=s3_server.s3_home("at-once"))
    nights.table([session("700001", number) for number in (1, 2, 3)])
    reports: list[services.RunReport] = []

    def run() -> None:
        mine = Nights(home=s3_server.s3_home("at-once"))
        reports.append(mine.run())

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(report.changed for report in reports) == 1
    assert not any(report.foreign for report in reports)
    assert nights.rows()["session"].tolist() == [1, 2, 3]
    assert nights.home.get(RIG)[0] == nights.home.get(BROWSER)[0]
    assert nights.store.record.verify().problems == ()
