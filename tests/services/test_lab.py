"""The example lab from end to end: simulated, decided, on the board, in files."""

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from autotrain_core import services
from autotrain_core.errors import TableError
from autotrain_core.evaluation import decide_and_report
from autotrain_core.interop import read_library, read_sessions


def test_the_mice_follow_the_shipped_curricula_of_dynamic_foraging() -> None:
    lab = services.example_lab(mice=5, seed=1)

    assert {curriculum.key for curriculum in lab.curricula} == {
        curriculum.key for curriculum in services.shipped() if curriculum.name != "Dummy task"
    }
    assert len(lab.mice) == 5


def test_a_demo_has_every_mouse_of_the_lab_on_its_board() -> None:
    demo = services.demo(mice=12, seed=0)

    assert {row.subject_id for row in demo.board} == set(demo.lab.mice["subject_id"])
    assert all(row.why for row in demo.board)
    assert services.demo(mice=12, seed=0).board == demo.board
    assert services.demo(mice=12, seed=1).board != demo.board


def test_a_saved_lab_is_decided_from_its_files_as_it_was_in_memory(tmp_path: Path) -> None:
    lab = services.example_lab(mice=3, seed=2)
    outcome = decide_and_report(lab.sessions, lab.curricula)

    written = services.save_lab(lab, tmp_path / "new" / "lab")

    assert {path.name for path in written if path.suffix != ".json"} == {
        "sessions.csv",
        "sessions.parquet",
        "mice.csv",
        "decisions.csv",
        "report.csv",
    }
    library, failures = read_library(tmp_path / "new" / "lab" / "curricula")
    assert failures == ()
    for name in ("sessions.csv", "sessions.parquet"):
        sessions = read_sessions(tmp_path / "new" / "lab" / name)
        again = decide_and_report(sessions, library)
        assert_frame_equal(again.decisions, outcome.decisions.reset_index(drop=True), check_index_type=False)
        assert len(again.report) == len(outcome.report)


def test_a_saved_demo_has_a_board(tmp_path: Path) -> None:
    demo = services.demo(mice=4)

    services.save_demo(demo, tmp_path)

    rows = (tmp_path / "board.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "subject_id,curriculum,stage,session,sessions_at_stage,decision,next_stage,why,certain"
    assert len(rows) == 1 + len(demo.board)


def test_the_report_is_a_table_even_when_there_is_nothing_to_report() -> None:
    lab = services.example_lab(mice=1, seed=0)
    outcome = decide_and_report(lab.sessions.head(1), lab.curricula)

    table = services.report_table(outcome)

    assert list(table.columns) == ["subject_id", "session", "kind", "left_out", "sentence"]
    assert len(table) == len(outcome.report)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lab").touch()

    with pytest.raises(TableError, match="is a file; name a folder for the lab"):
        services.save_lab(services.example_lab(mice=1), tmp_path / "lab")
