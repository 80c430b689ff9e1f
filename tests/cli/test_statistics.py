"""`autotrain statistics`: of each mouse and stage, and of the cohort."""

from pathlib import Path

import pandas as pd
import pytest

from autotrain_core.interop import read_sessions
from tests.cli.conftest import Run, parsed
from tests.interop.documents import LADDER, document, write_document


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    write_document(tmp_path / "lab", document(LADDER))
    return tmp_path / "lab"


def test_statistics_of_sessions_are_printed_for_cohort_and_mice(run: Run, sessions: Path, lab: Path) -> None:
    result = run("statistics", "--sessions", sessions, "--curricula", lab)

    assert "2 mice, 3 decided sessions" in result.stdout
    assert "Decisions: STAY 1, PROGRESS 2, ROLLBACK 0; not certain 0; overridden 0" in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["m1", "A", "1", "1", "1", "1", "0", "1"] in rows
    assert ["m1", "B", "1", "2", "2", "1", "0", "1"] in rows
    assert ["m2", "A", "1", "1", "1", "1", "1", "0"] in rows
    assert "not decided: no-metrics 1" in result.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_statistics_of_decisions_are_those_of_their_sessions(run: Run, sessions: Path, lab: Path, ending: str) -> None:
    run("decide", "--sessions", sessions, "--curricula", lab, "--output", f"decisions.{ending}")

    of_decisions = parsed(run("statistics", "--decisions", f"decisions.{ending}", "--json"))
    of_sessions = parsed(run("statistics", "--sessions", sessions, "--curricula", lab, "--json"))

    assert of_decisions == of_sessions
    assert of_decisions["cohort"]["subjects"] == 2
    assert of_decisions["subjects"][0] == {
        "subject_id": "m1",
        "current_stage_actual": "A",
        "session_spent": 1,
        "first_entry": 1,
        "last_leave": 1,
        "session_spanned": 1,
        "n_STAY": 0,
        "n_PROGRESS": 1,
    }


def test_statistics_are_written_to_the_file_that_is_named(run: Run, sessions: Path, lab: Path) -> None:
    result = run("statistics", "--sessions", sessions, "--curricula", lab, "--output", "statistics.csv")

    table = read_sessions("statistics.csv")
    assert list(table.columns[:3]) == ["subject_id", "current_stage_actual", "session_spent"]
    assert len(table) == 3
    assert "2 mice" in result.stdout


def test_many_rows_are_cut_and_counted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    pd.DataFrame({"subject_id": range(100), "session": 1, "finished_trials": 9, "foraging_efficiency": 0.5}).to_csv(
        path, index=False
    )

    result = run("statistics", "--sessions", path, "--curriculum", "Coupled Baiting@2.3")

    assert "… and 60 more rows; --output FILE has them all." in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Give one of --decisions FILE and --sessions FILE"),
        (("--decisions", "a.csv", "--sessions", "b.csv"), "Give one of"),
        (("--decisions", "a.csv", "--open-loop"), "go with --sessions, not with --decisions"),
    ],
)
def test_one_table_is_counted(run: Run, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in run("statistics", *words, status=2).stderr


def test_a_table_that_holds_no_decisions_is_wrong_as_a_whole(run: Run, sessions: Path) -> None:
    result = run("statistics", "--decisions", sessions, status=1)

    assert "The decision table has no column" in result.stderr
