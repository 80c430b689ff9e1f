"""`autotrain forecast` and `autotrain snooze`: when mice graduate, and alerts that are quiet for a while."""

from pathlib import Path

import pandas as pd
import pytest

from autotrain_core.store import FolderHome
from tests.cli.conftest import Run, parsed
from tests.services.nights import Nights
from tests.services.people import EVE, MOUSE, STAGES, Lab, ran
from tests.services.test_forecast import early
from tests.services.test_snoozing import lost

PAST = [row for number in range(12) for row in early(f"60{number:04d}")]
COUPLED = ("--curriculum", "Coupled Baiting@2.3")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.csv"
    pd.DataFrame([*PAST, *ran(*STAGES)]).to_csv(path, index=False)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    nights = Nights(home=FolderHome(tmp_path / "lab"), at=EVE)
    Lab(nights=nights, rows=[*PAST, *ran(*STAGES), lost(4)])
    return tmp_path / "lab"


def test_a_file_is_forecast_for_eyes_and_for_machines(run: Run, file: Path) -> None:
    shown = run("forecast", "--sessions", file, *COUPLED)
    rows = parsed(run("forecast", "--sessions", file, *COUPLED, "--json"))

    assert "7 (7-7)" in shown.stdout
    assert "12 mice" in shown.stdout
    assert "1 forecasts; 12 graduated." in shown.stderr
    (mine,) = [row for row in rows if row["subject_id"] == MOUSE]
    assert (mine["status"], mine["sessions_50"], mine["comparable"]) == ("forecast", 7, 12)


def test_one_mouse_is_told_in_a_sentence(run: Run, file: Path) -> None:
    found = run("forecast", "--sessions", file, *COUPLED, "--mouse", MOUSE)

    assert f"Mouse {MOUSE}: Likely graduates" in found.stdout
    assert "From 12 mice that came to Stage final under Coupled Baiting 2.3; 12 graduated, 0 left." in found.stdout
    assert "stranger" in run("forecast", "--sessions", file, *COUPLED, "--mouse", "stranger", status=3).stderr


def test_a_store_is_forecast_as_its_lab_stands(run: Run, store: Path) -> None:
    found = run("forecast", "--store", store, "--mouse", MOUSE)

    assert "7 sessions left" in found.stdout
    assert "has graduated" in run("forecast", "--store", store, "--mouse", "600001").stdout
    assert "go with --sessions" in run("forecast", "--store", store, *COUPLED, status=2).stderr


def test_an_alert_is_quieted_listed_and_woken(run: Run, store: Path) -> None:
    ben = ("--as", "ben@lab.org")
    assert "not decided: Session 4" in run("snooze", "--store", store, MOUSE).stdout

    run("snooze", "--store", store, MOUSE, "not decided", "--reason", "known", "--until", "2099-01-01", *ben)

    listed = run("snooze", "--store", store, MOUSE).stdout
    assert listed.startswith("not decided, quiet until 2099-01-01, said ben@lab.org: known: Session 4")
    assert "awake" in run("snooze", "--store", store, MOUSE, "not decided", "--wake", *ben).stderr
    assert run("snooze", "--store", store, MOUSE).stdout.startswith("not decided: Session 4")
    assert "no quiet alert" in run("snooze", "--store", store, MOUSE, "not decided", "--wake", *ben, status=3).stderr
    assert "say why" in run("snooze", "--store", store, MOUSE, "not decided", *ben, status=1).stderr
