"""A run that is killed at any moment: readers see the old tables or the new ones, and the next run completes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.store import open_home
from tests.services.nights import FIRST, GOOD, POOR, Nights, session

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
EVERY = 2
PROJECT = Path(__file__).parents[2]


def tables_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("df_manager*"))
        if path.is_file() and not path.name.endswith(".tmp")
    }


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int], int]:
    """A store after its first night; the same killed at each point of the second; and after all of the second."""
    folder = tmp_path_factory.mktemp("killed")
    before = folder / "before"
    before.mkdir()
    nights = Nights(home=open_home(str(before)))
    nights.run([session("700001", 1), session("700001", 2, **POOR), session("700002", 1)])
    nights.table([session("700001", 1), session("700001", 2, **GOOD), session("700002", 1), session("700002", 2)])
    command = [sys.executable, "-m", "tests.services.killed_runs", str(folder), str(EVERY)]

    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=300)

    told = json.loads(ran.stdout)
    return folder, told["killed"], told["points"]


def test_there_are_many_points_and_each_was_tried(killed: tuple[Path, list[int], int]) -> None:
    _, points, count = killed

    assert len(points) >= 20
    assert points == list(range(1, count + 1, EVERY))


def test_whenever_a_run_is_killed_each_reader_finds_a_whole_table(killed: tuple[Path, list[int], int]) -> None:
    folder, points, _ = killed
    old, new = tables_in(folder / "before"), tables_in(folder / "whole")

    seen = {True: 0, False: 0}
    for point in points:
        found = tables_in(folder / f"point-{point}")
        assert found.keys() == old.keys()
        for key, body in found.items():
            assert body in (old[key], new[key]), f"{key} after point {point}"
            seen[body == new[key]] += 1

    assert len(old) == 12
    assert old != new
    assert all(seen.values())


def test_whenever_a_run_is_killed_the_next_run_completes_it_and_nothing_is_lost(
    killed: tuple[Path, list[int], int],
) -> None:
    folder, points, _ = killed
    whole = Nights(home=open_home(str(folder / "whole")))
    expected = whole.rows()

    for point in points:
        nights = Nights(home=open_home(str(folder / f"point-{point}")), at=FIRST)
        report = nights.run()
        again = nights.run_again_at_once()

        assert not report.foreign
        assert not again.changed
        assert again.written == ()
        assert not again.recorded
        assert tables_in(folder / f"point-{point}") == tables_in(folder / "whole")
        pd.testing.assert_frame_equal(nights.rows(), expected)
        assert services.latest(nights.store).number == 2
        record = nights.store.record
        assert record.verify().problems == ()
        kinds = [event.kind for entry in record.read() for event in entry.events]
        assert kinds.count("amended") == 1
        assert nights.store.check() == ()
