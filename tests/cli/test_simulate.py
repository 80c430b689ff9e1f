"""`autotrain simulate`: a model of learning, fitted to a session table."""

from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.interop import to_csv
from tests.cli.conftest import Run, parsed

COUPLED = "Coupled Baiting@2.3"
UNCOUPLED = "Uncoupled Baiting@2.3"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve mice of an example lab, without the columns that say what they were trained by."""
    path = tmp_path_factory.mktemp("lab") / "sessions.csv"
    lab = services.example_lab(12, seed=1, sessions_per_mouse=9)
    table = lab.sessions[["subject_id", "session", "foraging_efficiency", "finished_trials"]]
    path.write_text(to_csv(table), encoding="utf-8")
    return path


def test_two_curricula_are_compared(run: Run, history: Path) -> None:
    words = ("--sessions", history, "--curriculum", COUPLED, "--curriculum", UNCOUPLED)

    result = run("simulate", *words, "--mice", 20, "--most-sessions", 12, "--seed", 3)

    assert "105 sessions of 12 mice; 20 mice simulated 40 times, for at most 12 sessions" in result.stdout
    assert f"{UNCOUPLED} compared with {COUPLED}: of 100 mice" in result.stdout
    assert "The sessions name no curriculum: they are taken to have followed Coupled Baiting@2.3" in result.stderr
    assert "Of 100% of the sessions no stage was recorded" in result.stdout


def test_everything_is_there_as_json(run: Run, history: Path) -> None:
    words = ("--sessions", history, "--curriculum", COUPLED, "--trained-by", COUPLED, "--mice", 5, "--json")

    found = parsed(run("simulate", *words))

    assert found["curricula"][0]["curriculum"] == COUPLED
    assert found["differences"] == []
    assert found["fit"]["mice"] == 12
    assert {row["name"] for row in found["fit"]["numbers"] if row["fitted"]} >= {"time_constant", "naive_vigour"}
    assert set(found["reproduced"]["medians_inside"]) == {"foraging_efficiency", "finished_trials"}


def test_too_few_mice_are_refused(run: Run, tmp_path: Path) -> None:
    rows = [f"m{mouse},{number},0.7,300" for mouse in range(3) for number in (1, 2)]
    table = tmp_path / "few.csv"
    table.write_text("subject_id,session,foraging_efficiency,finished_trials\n" + "\n".join(rows), encoding="utf-8")

    result = run("simulate", "--sessions", table, "--curriculum", COUPLED, status=1)

    assert "Not enough mice" in result.stderr


def test_what_the_model_does_not_know_is_refused(run: Run, history: Path) -> None:
    result = run("simulate", "--sessions", history, "--trained-by", COUPLED, "--curriculum", "Dummy task@1.0", status=1)

    assert "Dummy task@1.0 cannot be simulated" in result.stderr
