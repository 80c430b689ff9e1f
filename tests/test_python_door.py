"""`import autotrain_core as at`: all that a notebook needs, and nothing before it is asked for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import autotrain_core as at


def fresh(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_everything_on_the_door_is_there() -> None:
    assert [name for name in at.__all__ if getattr(at, name, None) is None] == []
    assert set(at.__all__) <= set(dir(at))


def test_a_name_that_is_not_there_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="module 'autotrain_core' has no attribute 'decode'"):
        at.decode  # type: ignore[attr-defined]  # noqa: B018


def test_the_door_opens_only_as_far_as_it_is_pushed() -> None:
    heavy = ("pandas", "numpy", "pyarrow", "pydantic", "click", "streamlit", "boto3", "plotly")
    listed = f"[name for name in {heavy} if name in sys.modules]"

    found = json.loads(
        fresh(
            f"import autotrain_core as at, sys, json; a = {listed}; at.errors; b = {listed}; at.decide; at.shipped;"
            f"print(json.dumps([a, b, {listed}]))"
        )
    )

    assert found[0] == []
    assert found[1] == []
    assert "pandas" in found[2]
    assert not {"click", "streamlit", "boto3", "plotly"} & set(found[2])


def test_all_names_come_with_a_star() -> None:
    assert fresh("from autotrain_core import *; print(decide.__name__, Library.__name__)") == "decide Library\n"


def test_a_notebook_goes_from_files_to_reasons(tmp_path: Path) -> None:
    lab = at.example_lab(mice=3, seed=1)
    at.write_table(lab.sessions, tmp_path / "sessions.parquet")

    sessions = at.read_sessions(tmp_path / "sessions.parquet")
    outcome = at.decide_and_report(sessions, at.shipped())
    last = outcome.decisions.iloc[-1]
    explanation = at.explain(sessions, at.shipped(), subject_id=last["subject_id"], session=int(last["session"]))
    statistics = at.statistics(outcome.decisions)

    assert explanation.decision == last["decision"]
    assert statistics["session_spent"].sum() == len(outcome.decisions)
    assert at.cohort_statistics(outcome.decisions).subjects == 3
    assert len(at.board(sessions, at.shipped(), outcome)) == 3


def test_a_document_goes_in_and_out_unchanged(tmp_path: Path) -> None:
    body = at.save_curriculum(at.shipped().get("Coupled Baiting", "2.3"))
    (tmp_path / "Coupled Baiting_curriculum_v2.3_schema_v1.0.json").write_bytes(body)

    library, failures = at.read_library(tmp_path)

    assert failures == ()
    assert at.save_curriculum(library.get("Coupled Baiting", "2.3")) == body
    assert at.check(at.load_curriculum(body, source="any.json")) == ()


def test_the_version_is_a_text() -> None:
    assert at.__version__[0].isdigit()
