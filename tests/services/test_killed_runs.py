"""A run that is killed at any moment: readers see the old tables or the new ones, and the next run completes it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.store import Home, open_home
from tests.searching import every
from tests.servers.seaweed import S3Server
from tests.services.nights import FIRST, GOOD, POOR, Nights, session

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
PROJECT = Path(__file__).parents[2]
# The same program runs in both: the bucket shows that its own requests may end anywhere.
EVERY = {"folder": every(13), "bucket": every(31)}


@dataclass(frozen=True)
class Killed:
    """A store after its first night, the same killed at each point of the second, and after all of the second."""

    place: str
    points: list[int]
    every: int
    count: int

    def home(self, name: str) -> Home:
        return open_home(f"{self.place}/{name}")

    def tables(self, name: str) -> dict[str, bytes]:
        home = self.home(name)
        return {listed.key: home.get(listed.key)[0] for listed in home.list("") if "/df_manager_" in listed.key}


@pytest.fixture(scope="module", params=["folder", "bucket"])
def killed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    environment = dict(os.environ)
    place = str(tmp_path_factory.mktemp("killed"))
    if request.param == "bucket":
        server: S3Server = request.getfixturevalue("s3_server")
        place = f"s3://{server.bucket}/killed-{os.urandom(4).hex()}"
        patch = request.getfixturevalue("module_environment")
        for name, value in server.environment.items():
            patch.setenv(name, value)
        environment |= server.environment
    else:
        Path(place, "before").mkdir()
    nights = Nights(home=open_home(f"{place}/before"))
    nights.run([session("700001", 1), session("700001", 2, **POOR), session("700002", 1)])
    nights.table([session("700001", 1), session("700001", 2, **GOOD), session("700002", 1), session("700002", 2)])
    step = EVERY[request.param]
    command = [sys.executable, "-m", "tests.services.killed_runs", place, str(step)]

    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=300, env=environment)

    told = json.loads(ran.stdout)
    return Killed(place, told["killed"], step, told["points"])


@pytest.fixture(scope="module")
def module_environment() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_there_are_many_points_and_each_was_tried(killed: Killed) -> None:
    assert killed.count >= 80
    assert killed.points == list(range(1, killed.count + 1, killed.every))


def test_whenever_a_run_is_killed_each_reader_finds_a_whole_table(killed: Killed) -> None:
    old, new = killed.tables("before"), killed.tables("whole")

    seen = {True: 0, False: 0}
    for point in killed.points:
        found = killed.tables(f"point-{point}")
        assert found.keys() == old.keys()
        for key, body in found.items():
            assert body in (old[key], new[key]), f"{key} after point {point}"
            seen[body == new[key]] += 1

    assert len(old) == 12
    assert old != new
    assert all(seen.values())


def test_whenever_a_run_is_killed_the_next_run_completes_it_and_nothing_is_lost(killed: Killed) -> None:
    expected = Nights(home=killed.home("whole")).rows()

    for point in killed.points:
        nights = Nights(home=killed.home(f"point-{point}"), at=FIRST)
        report = nights.run()
        again = nights.run_again_at_once()

        assert not report.foreign
        assert not again.changed
        assert again.written == ()
        assert not again.recorded
        assert killed.tables(f"point-{point}") == killed.tables("whole")
        pd.testing.assert_frame_equal(nights.rows(), expected)
        assert services.latest(nights.store).number == 2
        record = nights.store.record
        assert record.verify().problems == ()
        kinds = [event.kind for entry in record.read() for event in entry.events]
        assert kinds.count("amended") == 1
        assert nights.store.check() == ()
