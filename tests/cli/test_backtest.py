"""`autotrain backtest`: several versions over the same sessions."""

from pathlib import Path

import pytest

from autotrain_core.interop import read_sessions
from tests.cli.conftest import Run, parsed
from tests.interop.documents import LADDER, document, write_document

QUICK = {**LADDER, "A": [("progress", "B", "metrics.trials[-1] >= 50")]}


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    write_document(tmp_path / "lab", document(LADDER))
    write_document(tmp_path / "lab", document(QUICK, version="2"))
    return tmp_path / "lab"


def test_versions_stand_side_by_side_with_what_replay_assumes(run: Run, sessions: Path, lab: Path) -> None:
    result = run(
        "backtest", "--sessions", sessions, "--curricula", lab, "--curriculum", "Toy@1", "--curriculum", "Toy@2"
    )

    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[2][:3] == ["Toy@1", "3", "1"]
    assert rows[3][:2] == ["Toy@2", "3"]
    assert rows[3][-2:] == ["1", "mouse"]
    assert "Replay is open loop" in result.stdout
    assert "not decided: no-metrics 1" in result.stderr


def test_json_is_a_list_with_the_figures_of_each_version(run: Run, sessions: Path, lab: Path) -> None:
    words = ("backtest", "--sessions", sessions, "--curricula", lab, "--curriculum", "Toy@1", "--json")

    (told,) = parsed(run(*words))

    assert {"curriculum_name": "Toy", "curriculum_version": "1", "subjects": 3}.items() <= told.items()
    assert (told["graduates"], told["rollbacks"], told["median_sessions_to_graduate"]) == (1, 0, 2.0)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_figures_and_fates_are_written_to_files(run: Run, sessions: Path, lab: Path, ending: str) -> None:
    words = ("backtest", "--sessions", sessions, "--curricula", lab, "--curriculum", "Toy@1", "--curriculum", "Toy@2")

    run(*words, "--output", f"figures.{ending}", "--fates", f"fates.{ending}")

    figures, fates = (read_sessions(f"{name}.{ending}") for name in ("figures", "fates"))
    assert figures["changed_fates"].tolist() == [0, 1]
    assert fates["number"].tolist() == [1, 1, 1, 2, 2, 2]


def test_a_file_is_as_good_as_a_name(run: Run, sessions: Path, lab: Path) -> None:
    path = next(lab.glob("*_v2_*"))

    (told,) = parsed(run("backtest", "--sessions", sessions, "--curriculum", path, "--json"))

    assert told["curriculum_version"] == "2"


def test_what_is_wrong_ends_as_for_deciding(run: Run, sessions: Path, lab: Path) -> None:
    asked = ("backtest", "--curricula", lab, "--curriculum", "Toy@1")
    poor = sessions.with_name("poor.csv")
    poor.write_text("subject_id,session\nm1,1\n", encoding="utf-8")

    assert "There is no file" in run(*asked, "--sessions", "none.csv", status=3).stderr
    assert "no version '7'" in run(*asked, "--curriculum", "Toy@7", "--sessions", sessions, status=3).stderr
    assert "poor.csv has no column" in run(*asked, "--sessions", poor, status=1).stderr
    assert "Missing option '--curriculum'" in run("backtest", "--sessions", sessions, status=2).stderr
    assert "different files" in run(*asked, "--sessions", sessions, "--output", sessions, status=2).stderr
