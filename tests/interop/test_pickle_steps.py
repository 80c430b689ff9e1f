"""A pickle that goes on and on is put down."""

from pathlib import Path

import pytest

from autotrain_core.errors import TableError
from autotrain_core.interop import _pickle_tree, read_sessions

FILE = Path(__file__).parent / "files" / "sessions-pandas-2.2.2.pkl"


def test_a_pickle_of_too_many_steps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read_sessions(FILE))

    monkeypatch.setattr(_pickle_tree, "MAX_STEPS", 20)

    with pytest.raises(TableError, match="it takes more than 20 steps; save it as parquet"):
        read_sessions(FILE)
