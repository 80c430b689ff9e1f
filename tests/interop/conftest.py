"""How a pickle is read in these tests: in an empty folder where nothing else may appear."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from autotrain_core.interop import read_sessions
from tests.interop.published import Reader, find_reader

Read = Callable[[bytes], pd.DataFrame]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read a pickle in an empty folder; fail if anything appeared in it."""
    monkeypatch.chdir(tmp_path)

    def attempt(body: bytes) -> pd.DataFrame:
        Path("sessions.pkl").write_bytes(body)
        try:
            return read_sessions("sessions.pkl")
        finally:
            assert [path.name for path in tmp_path.iterdir()] == ["sessions.pkl"]

    return attempt


@pytest.fixture(scope="session", params=["browser", "rig"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    """A Python with what the browser pins, then one with what the rigs pin."""
    found = find_reader(request.param)
    yield found
    found.close()
