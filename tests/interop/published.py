"""Published tables in a line or two, and the readers of today to read them back with."""

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

PROJECT = Path(__file__).parents[2]
ENVIRONMENTS = PROJECT / ".venv" / "readers"
PROGRAMS = Path(__file__).parent / "readers"

COLUMNS = [
    "subject_id",
    "session",
    "session_date",
    "nwb_suffix",
    "task",
    "curriculum_schema_version",
    "finished_trials",
    "foraging_efficiency",
    "session_at_current_stage",
    "current_stage_suggested",
    "current_stage_actual",
    "closed_loop",
    "overridden_by_trainer",
    "decision",
    "next_stage_suggested",
    "certain",
    "curriculum_name",
    "curriculum_version",
    "publication",
]


def published(*rows: dict[str, Any]) -> pd.DataFrame:
    """Published rows; what a row does not say is that of an ordinary session."""
    usual = {
        "subject_id": "447921",
        "session": 1,
        "session_date": None,
        "nwb_suffix": None,
        "task": "Coupled Baiting",
        "curriculum_schema_version": "1.0",
        "finished_trials": 300.0,
        "foraging_efficiency": 0.5,
        "session_at_current_stage": 1,
        "current_stage_suggested": "STAGE_1",
        "current_stage_actual": "STAGE_1",
        "closed_loop": True,
        "overridden_by_trainer": False,
        "decision": "STAY",
        "next_stage_suggested": "STAGE_1",
        "certain": True,
        "curriculum_name": "Coupled Baiting",
        "curriculum_version": "2.3",
        "publication": 1,
    }
    full = [{**usual, "session_date": f"2024-03-{row.get('session', 1):02d}", **row} for row in rows]
    table = pd.DataFrame(full, columns=[*usual, *(name for row in rows for name in row if name not in usual)])
    text = [name for name in COLUMNS if isinstance(usual[name], str) or usual[name] is None]
    return table.astype(dict.fromkeys(text, "str")).astype({"finished_trials": float, "foraging_efficiency": float})


def history(table: pd.DataFrame) -> pd.DataFrame:
    return table[["subject_id", "session", "finished_trials", "foraging_efficiency"]]


class Reader:
    """A Python with the releases that one of today's programs pins."""

    def __init__(self, name: str, python: Path) -> None:
        self.name = name
        command = [str(python), "-B", str(PROGRAMS / "serve.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, program: str, *given: Path) -> Any:
        answer = self.attempt(program, *given)
        assert "error" not in answer, answer["error"]
        return answer["seen"]

    def attempt(self, program: str, *given: Path) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([program, *map(str, given)]) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        self.process.communicate()


def find_reader(name: str) -> Reader:
    """The environment that `scripts/readers` made; a test without it is skipped, but on the server it fails."""
    place = ENVIRONMENTS / name
    refused = place / "unavailable"
    if refused.is_file():
        pytest.skip(refused.read_text().strip())
    python = place / "bin" / "python"
    if not python.exists():
        missing = f"there is no environment {place.relative_to(PROJECT)}; scripts/readers makes it"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return Reader(name, python)


def write_json(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text(json.dumps(list(rows)), encoding="utf-8")
    return path
