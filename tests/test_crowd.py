"""The people of the benchmark of the app speak to it as a browser does."""

from pathlib import Path

import pytest

from benchmarks.app_crowd import crowd, percentile
from benchmarks.app_labs import store_with
from tests.e2e.servers import running_app
from tests.loops import run_apart


@pytest.mark.parametrize(
    ("seconds", "percent", "expected"),
    [([1.0], 95, 1.0), ([3.0, 1.0, 2.0], 50, 2.0), (list(range(1, 101)), 95, 95), (list(range(1, 21)), 95, 19)],
)
def test_a_percentile_is_the_value_that_so_many_are_not_above(seconds, percent: int, expected: float) -> None:
    assert percentile(seconds, percent) == expected


def test_two_people_get_an_answer_to_each_click(tmp_path: Path) -> None:
    store = store_with(100, tmp_path / "labs")
    words = ("--settings", str(store / "autotrain.toml"))

    with running_app(tmp_path / "app", store=str(store), words=words) as app:
        seconds = run_apart(crowd(app.url, people=2, clicks=1, page="progress", views=["sort=id"]))

        assert len(seconds) == 2
        assert all(0 < each < 30 for each in seconds)
        with pytest.raises(RuntimeError, match="there is no page nonsense"):
            run_apart(crowd(app.url, people=1, clicks=1, page="nonsense", views=[""]))


def test_a_lab_is_made_once(tmp_path: Path) -> None:
    first = store_with(100, tmp_path)
    made = (first / "made").stat().st_mtime_ns

    assert store_with(100, tmp_path) == first
    assert (first / "made").stat().st_mtime_ns == made
