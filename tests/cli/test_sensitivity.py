"""`autotrain curriculum sensitivity`: what hangs on a number of a rule."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, parsed
from tests.interop.documents import document, write_document

ROWS = "\n".join(
    f"m{mouse},{number},{60 + 10 * mouse if number == 1 else 300},0.7,{stage}"
    for mouse in range(12)
    for number, stage in ((1, "A"), (2, "A"), (3, "Graduated"))
)
STAGES = {
    "A": [("progress", "Graduated", "metrics.trials[-1] >= 100 and metrics.efficiency[-1] >= 0.5")],
    "Graduated": [],
}


@pytest.fixture
def words(tmp_path: Path) -> tuple[str | Path, ...]:
    path = tmp_path / "sessions.csv"
    path.write_text(f"subject_id,session,trials,efficiency,current_stage_actual\n{ROWS}\n", encoding="utf-8")
    write_document(tmp_path / "lab", document(STAGES))
    return ("curriculum", "sensitivity", "Toy@1", "--curricula", tmp_path / "lab", "--sessions", path, "--stage", "A")


def test_a_number_is_swept_with_the_value_of_now_marked(run: Run, words: tuple[str | Path, ...]) -> None:
    told = run(*words).stdout

    assert "A, rule 1: trials >= 100 trials" in told
    assert "24 decisions of 12 mice." in told
    assert [line.split() for line in told.splitlines() if "(now)" in line] == [["100", "(now)", "0", "0", "0", "0"]]


def test_json_has_every_value_and_no_suggestion_that_nobody_asked_for(run: Run, words: tuple[str | Path, ...]) -> None:
    told = parsed(run(*words, "--threshold", "2", "--json"))

    assert (told["stage"], told["rule"], told["value"], told["suggestion"]) == ("A", 1, 0.5, None)
    assert {"value": 0.5, "flips": 0, "mice": 0}.items() <= next(
        each for each in told["values"] if each["value"] == 0.5
    ).items()


def test_a_target_gives_a_value(run: Run, words: tuple[str | Path, ...]) -> None:
    target = ("--share", "0.75", "--within", "1")

    told = parsed(run(*words, *target, "--json"))["suggestion"]

    assert (told["is_met"], told["mice"], told["promoted"]) == (True, 12, 9)
    assert f"Suggested {told['value']:g}: 9 of 12 mice that graduated (75%)" in run(*words, *target).stdout


def test_too_few_mice_are_told(run: Run, words: tuple[str | Path, ...]) -> None:
    table = Path(words[6])
    table.write_text("\n".join(table.read_text(encoding="utf-8").splitlines()[:10]), encoding="utf-8")

    assert "Not enough mice: 3 graduated" in run(*words, "--share", "0.8").stdout
    assert parsed(run(*words, "--share", "0.8", "--json"))["suggestion"]["value"] is None


def test_a_target_that_nothing_meets_is_told(run: Run, words: tuple[str | Path, ...]) -> None:
    table = Path(words[6])
    table.write_text(table.read_text(encoding="utf-8").replace(",0.7,", ",0.1,"), encoding="utf-8")

    assert "No value meets the target; the closest is" in run(*words, "--share", "1", "--within", "1").stdout


def test_a_number_that_is_not_there_is_told_with_those_that_are(run: Run, words: tuple[str | Path, ...]) -> None:
    told = run(*words, "--threshold", "3", status=3).stderr

    assert "has no threshold 3. Its thresholds are 1: trials >= 100 trials; 2: efficiency >= 0.5." in told
