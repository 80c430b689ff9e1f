"""`autotrain lab` and `autotrain demo`: something true to show, on any machine."""

from pathlib import Path

import pytest

from autotrain_core.interop import read_sessions
from tests.cli.conftest import Run, parsed


def test_a_lab_is_written_and_the_other_commands_read_it(run: Run) -> None:
    made = parsed(run("lab", "--mice", 4, "--seed", 7, "--output", "lab", "--json"))

    assert made["mice"] == 4
    assert all(Path(file).is_file() for file in made["files"])
    decided = run("decide", "--sessions", "lab/sessions.csv", "--curricula", "lab/curricula")
    assert decided.stdout == Path("lab/decisions.csv").read_text(encoding="utf-8")
    assert len(read_sessions("lab/sessions.parquet")) == made["sessions"]


def test_the_same_seed_is_the_same_lab(run: Run) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        run("lab", "--mice", 2, "--seed", seed, "--output", folder)

    sessions = {folder: Path(folder, "sessions.csv").read_bytes() for folder in "abc"}
    assert sessions["a"] == sessions["b"]
    assert sessions["a"] != sessions["c"]


def test_sessions_of_a_mouse_can_be_counted_out(run: Run) -> None:
    made = parsed(run("lab", "--mice", 2, "--sessions-per-mouse", 5, "--output", "lab", "--json"))

    assert made["sessions"] <= 10


def test_the_files_of_a_lab_are_named_one_a_line(run: Run) -> None:
    result = run("lab", "--mice", 1, "--output", "lab")

    assert Path("lab/sessions.csv").as_posix() in [Path(line).as_posix() for line in result.stdout.splitlines()]
    assert "1 mouse, " in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("lab", "--output", "lab", "--mice", "0"),
        ("lab", "--output", "lab", "--seed", "-1"),
        ("lab", "--mice", "2"),
        ("demo", "--mice", "none"),
    ],
)
def test_a_lab_of_no_size_is_a_wrong_command_line(run: Run, words: tuple[str, ...]) -> None:
    assert "Error: " in run(*words, status=2).stderr


def test_the_board_shows_each_mouse_with_stage_decision_next_and_why(run: Run) -> None:
    lines = run("demo", "--mice", 6, "--seed", 0).stdout.splitlines()
    rows = parsed(run("demo", "--mice", 6, "--seed", 0, "--json"))["board"]

    assert lines[0].split() == ["mouse", "curriculum", "session", "stage", "decision", "next", "why"]
    assert len(lines) == 2 + 6
    for line, row in zip(lines[2:], rows, strict=True):
        for key in ("subject_id", "curriculum", "stage", "decision", "next_stage", "why"):
            assert row[key] in line


def test_the_demo_writes_its_lab_and_its_board(run: Run) -> None:
    result = run("demo", "--mice", 3, "--output", "demo")

    assert {path.name for path in Path("demo").iterdir()} == {
        "board.csv",
        "curricula",
        "decisions.csv",
        "mice.csv",
        "report.csv",
        "sessions.csv",
        "sessions.parquet",
    }
    assert "The tables lie in demo." in result.stderr


def test_a_large_board_is_cut_and_counted(run: Run) -> None:
    result = run("demo", "--mice", 70)

    assert len(result.stdout.splitlines()) == 2 + 60
    assert "… and 10 more mice; --output DIR writes them all." in result.stderr
