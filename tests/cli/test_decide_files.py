"""One file for two purposes is a slip of the keyboard, and nothing is written."""

from pathlib import Path

from click.testing import CliRunner

from autotrain_core.cli import main

TABLE = "subject_id,session,finished_trials,foraging_efficiency\nm,1,500,0.7\n"


def test_neither_sessions_nor_decisions_are_written_over(tmp_path: Path) -> None:
    sessions = tmp_path / "sessions.csv"
    sessions.write_text(TABLE)
    other = tmp_path / "other.csv"
    start = ["decide", "--sessions", str(sessions), "--curriculum", "Coupled Baiting@2.3"]

    for words in (["--output", str(sessions)], ["--output", str(other), "--report", str(tmp_path / "." / "other.csv")]):
        ran = CliRunner().invoke(main, [*start, *words])

        assert ran.exit_code == 2
        assert "have to be different files" in ran.output
    assert sessions.read_text() == TABLE
    assert not other.exists()
