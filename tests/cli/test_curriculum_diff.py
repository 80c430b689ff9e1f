"""`autotrain curriculum diff`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, parsed
from tests.interop.documents import LADDER, document, write_document

HARDER = {**LADDER, "A": [("progress", "B", "metrics.trials[-1] >= 150 and metrics.efficiency[-1] >= 0.5")]}
SAME = {**LADDER, "A": [("progress", "B", "metrics.efficiency[-1] >= 0.5 and metrics.trials[-1] > 99")]}


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    for version, stages in (("1", LADDER), ("2", HARDER), ("3", SAME)):
        write_document(tmp_path / "lab", document(stages, version=version))
    return tmp_path / "lab"


@pytest.mark.usefixtures("lab")
def test_a_difference_is_told_in_a_sentence_and_change_by_change_with_an_example(run: Run) -> None:
    told = run("curriculum", "diff", "Toy@1", "Toy@2", "--curricula", "lab").stdout

    assert told.startswith(
        "Toy@1 -> Toy@2\nThis only changes A, rule 1: trials at least 100 -> 150 (harder to go on).\n\nA\n  rule 1: "
    )
    assert "such as after 1 session at the stage with trials " in told
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.usefixtures("lab")
def test_rules_that_mean_the_same_are_said_to(run: Run) -> None:
    found = parsed(run("curriculum", "diff", "Toy@1", "Toy@3", "--curricula", "lab", "--json"))
    told = run("curriculum", "diff", "Toy@1", "Toy@3", "--curricula", "lab").stdout

    assert [(each["kind"], each["equivalent"], each["example"]) for each in found["changes"]] == [
        ("rule-changed", True, None)
    ]
    assert (found["before"], found["after"]) == ("Toy@1", "Toy@3")
    assert "means the same" in " ".join(told.split())


def test_files_may_be_compared_with_versions(run: Run, lab: Path) -> None:
    own = next(lab.glob("*v1_*"))

    assert "Nothing changes in what mice run" in run("curriculum", "diff", own, own).stdout
    assert run("curriculum", "diff", own, "Coupled Baiting@2.3").stdout.startswith("Toy@1 -> Coupled Baiting@2.3\n")


def test_a_curriculum_that_is_not_there_is_the_stores_affair(run: Run) -> None:
    told = run("curriculum", "diff", "Coupled Baiting@2.3", "Coupled Baiting@9", status=3).stderr

    assert "has no version '9'" in told
