"""The command line in this process, in an empty folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from autotrain_core.cli import main

Run = Callable[..., Result]

SESSIONS = """\
subject_id,session,trials,efficiency,curriculum_name,curriculum_version,current_stage_actual
m1,1,120,0.7,Toy,1,A
m1,2,250,0.7,Toy,1,B
m2,1,80,0.7,Toy,1,A
m2,2,,,Toy,1,B
m3,1,120,0.7,Toy,9,A
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; nothing but an exit may come out of it."""
    monkeypatch.chdir(tmp_path)

    def start(*words: str | Path, status: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        assert result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return start


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """Three mice on the curriculum Toy; of one a session without metrics, of one a version that is not there."""
    path = tmp_path / "sessions.csv"
    path.write_text(SESSIONS, encoding="utf-8")
    return path


def parsed(result: Result) -> Any:
    """The JSON on stdout, which must be the only thing there, and real JSON (no NaN)."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(result.stdout, parse_constant=refuse)
