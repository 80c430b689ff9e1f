"""`autotrain enrol` and `autotrain move`: many mice at once, from a shell."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from autotrain_core import services
from autotrain_core.store import FolderHome
from tests.cli.conftest import Run, parsed
from tests.services.nights import Nights
from tests.services.people import MOUSE, OTHER, Lab

Typed = Callable[..., Result]
FROM, TO = "Coupled Baiting@2.3", "Uncoupled Baiting@2.3"
BEN, HERON = ("--as", "ben@lab.org"), ("--as", "heron@lab.org")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "lab").mkdir()
    return Lab(nights=Nights(home=FolderHome(tmp_path / "lab"), at=datetime(2026, 11, 3, 3, tzinfo=UTC)))


@pytest.fixture
def typed(run: Run, lab: Lab, tmp_path: Path) -> Typed:
    def typed(*words: str, status: int = 0) -> Result:
        return run("--store", tmp_path / "lab", *words, status=status)

    return typed


def test_mice_are_tried_enrolled_and_taken_back(lab: Lab, typed: Typed) -> None:
    words = ("enrol", "700010", "m11", "--curriculum", FROM, *BEN)
    tried = typed(*words, "--dry-run")
    assert "700010  A mouse without sessions. It begins Coupled Baiting 2.3 at Stage 1 w/warmup." in tried.stdout
    assert "m11: Today's rigs and browsers read ids as plain numbers" in tried.stderr
    assert not services.said(lab.store).enrolments

    assert "2 enrolled.\nThe rigs are told" in typed(*words).stdout
    assert lab.latest("700010")["next_stage_suggested"] == "STAGE_1_WARMUP"

    assert "1 taken back." in typed("enrol", "--end", "700010", *BEN).stdout
    assert [one.stands for one in services.said(lab.store).enrolments.values()] == [False, True]
    assert "700010 is not enrolled" in typed("enrol", "--end", "700010", *BEN, status=3).stderr


def test_mice_are_enrolled_from_a_list(lab: Lab, typed: Typed) -> None:
    Path("mice.csv").write_text("subject_id,stage\n700010,\n700011,STAGE_2\n", encoding="utf-8")

    told = parsed(typed("enrol", "--from", "mice.csv", "--curriculum", FROM, "--dry-run", "--json", *BEN))

    assert [(row["subject_id"], row["ready"], row["stage"]) for row in told] == [
        ("700010", True, "STAGE_1_WARMUP"),
        ("700011", True, "STAGE_2"),
    ]
    assert told[1]["settings"]["training_stage"] == "Stage 2"


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("enrol",), 2, "Name a mouse"),
        (("enrol", "1", "--curriculum", "Coupled Baiting"), 2, "Name the version, too"),
        (("enrol", MOUSE, "--curriculum", TO, *BEN), 1, "Nobody was enrolled, because 1 of 1 cannot be"),
        (("enrol", "1", "--curriculum", FROM, "--as", "vera@lab.org"), 3, "may not enrol"),
        (("move",), 2, "Say where to"),
        (("move", "--to", TO), 2, "Name a mouse"),
        (("move", "--to", TO, "--mouse", MOUSE), 2, "Say why"),
        (("move", "--to", TO, "--mouse", MOUSE, "--stage", "A"), 2, "as A=B"),
        (
            ("move", "--to", TO, "--mouse", "1", "--reason", "x", *HERON),
            1,
            "Nobody was moved, because 1 of 1 cannot be",
        ),
        (("move", "--undo", "nothing", *HERON), 3, "There is no move"),
    ],
)
def test_what_cannot_be_is_said(typed: Typed, words: tuple[str, ...], status: int, sentence: str) -> None:
    assert sentence in typed(*words, status=status).stderr


def test_mice_are_moved_once_it_is_confirmed_and_moved_back(lab: Lab, typed: Typed) -> None:
    words = ("move", "--from", FROM, "--to", TO, "--stage", "STAGE_FINAL=STAGE_2", "--reason", "new task", *HERON)
    assert "700001  STAGE_FINAL -> STAGE_2: " in typed(*words, "--dry-run").stdout
    assert "Move 2 to Uncoupled Baiting 2.3?" in typed(*words, status=130).stderr
    assert not services.said(lab.store).overrides

    assert "2 moved." in typed(*words, "--yes").stdout
    (batch,) = services.said(lab.store).batches
    assert lab.latest(OTHER)["next_stage_suggested"] == "STAGE_2"
    assert f"{batch}  " in typed("move", "--list").stdout

    assert "2 taken back." in typed("move", "--undo", batch, *HERON).stdout
    assert lab.latest(OTHER)["curriculum_name"] == "Coupled Baiting"


def test_what_a_move_would_change_is_printed_as_json(lab: Lab, typed: Typed) -> None:
    (row,) = parsed(typed("move", "--mouse", MOUSE, "--to", TO, "--dry-run", "--json", *HERON))

    assert (row["following"], row["stage"], row["problem"]) == ("STAGE_FINAL", "STAGE_FINAL", "")
    assert "task" in [change["name"] for change in row["changes"]]
