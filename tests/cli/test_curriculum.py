"""`autotrain curriculum check|show|list`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, parsed
from tests.interop.documents import LADDER, MAZE, document, maze, write_document


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    stages = {"A": [("progress", "Z", "metrics.trials[-1] >= 100")], "B": [("progress", "A", "metrics.trails[-1] > 1")]}
    return write_document(tmp_path, document(stages, name="Broken"), file="broken.json")


# ---- check ----


SOUND = {"A": [("progress", "Graduated", "metrics.trials[-1] >= 200")]}


def test_a_curriculum_without_faults_passes(run: Run, tmp_path: Path) -> None:
    result = run("curriculum", "check", write_document(tmp_path, document(SOUND)))

    assert result.stdout == "Toy@1: nothing to say\n"


def test_what_the_rules_can_do_is_told_with_the_history_that_shows_it(run: Run) -> None:
    (found,) = (
        each
        for each in parsed(run("curriculum", "check", "Uncoupled Without Baiting@2.3rwdDelay159", "--json"))
        if (each["stage"], each["kind"]) == ("Stage 2", "rules-overlap")
    )

    assert (found["severity"], found["rule"], found["witness"]["holds"]) == ("warning", 2, [1, 2])
    assert len(found["witness"]["sessions"]) == found["witness"]["sessions_at_stage"] == 3


def test_every_fault_is_told_with_its_place_and_ends_with_status_1(run: Run, broken: Path) -> None:
    result = run("curriculum", "check", broken, status=1)

    assert result.stdout.startswith("Broken@1: 2 errors, 3 warnings\n  error: A, rule 1: ")
    assert "'Z'" in result.stdout
    assert "  error: B, rule 1: " in result.stdout
    assert "did you mean 'trials'?" in result.stdout


def test_findings_in_json_name_curriculum_kind_place_and_witness(run: Run, broken: Path) -> None:
    found = parsed(run("curriculum", "check", "Coupled Baiting@2.3", broken, "--json", status=1))
    errors = [each for each in found if each["severity"] == "error"]

    assert [(each["curriculum"], each["stage"], each["rule"]) for each in errors] == [
        ("Broken@1", "A", 1),
        ("Broken@1", "B", 1),
    ]
    assert set(found[0]) == {"curriculum", "kind", "severity", "stage", "rule", "parameter", "sentence", "witness"}


def test_a_file_that_is_no_curriculum_is_an_error_and_the_others_are_checked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("[]")

    sound = write_document(tmp_path, document(SOUND))

    found = parsed(run("curriculum", "check", "none.json", sound, "--json", status=1))
    text = run("curriculum", "check", "none.json", sound, status=1).stdout

    assert [(each["curriculum"], each["kind"]) for each in found] == [("none.json", "no-curriculum")]
    assert "none.json: 1 error" in text
    assert "Toy@1: nothing to say" in text


def test_warnings_fail_only_where_that_was_asked(run: Run, tmp_path: Path) -> None:
    path = write_document(tmp_path, document({**LADDER, "Graduated": []}), file="toy.json")
    severities = {each["severity"] for each in parsed(run("curriculum", "check", path, "--json"))}

    assert severities == {"warning"}
    run("curriculum", "check", path, "--fail-on", "warning", status=1)
    run("curriculum", "check", "Coupled Baiting@2.3", "--fail-on", "warning")


def test_a_curriculum_that_is_not_there_is_the_stores_affair(run: Run) -> None:
    result = run("curriculum", "check", "Coupled Baiting@9", status=3)

    assert "has no version '9'" in result.stderr


def test_something_has_to_be_named(run: Run) -> None:
    assert "Missing argument" in run("curriculum", "check", status=2).stderr


# ---- show ----


def test_show_prints_rules_in_words_and_settings_with_their_differences(run: Run) -> None:
    out = run("curriculum", "show", "Coupled Baiting@2.3").stdout

    assert out.startswith("Coupled Baiting@2.3 (schema 1.0, Dynamic foraging)\n")
    assert "Stage 1 w/warmup (STAGE_1_WARMUP) — mice begin here\n" in out
    assert "  1. PROGRESS to Stage 2 if finished trials at least 200 and foraging efficiency at least 0.6\n" in out
    assert "Graduated (GRADUATED)\n  the end: mice stay\n" in out
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line[:1].isalpha()}
    assert rows["BaseRewardSum"] == ["0.8", "·", "0.6", "0.45", "·", "·"]
    assert rows["AutoReward"] == ["on", "·", "·", "·", "off", "·"]
    assert "MaxTime 75" in out.split("In all stages: ")[1]


def test_show_says_what_is_broken(run: Run, broken: Path) -> None:
    out = run("curriculum", "show", broken).stdout

    assert "  1. PROGRESS to Z if trials at least 100 (broken: mice stay here)\n" in out
    assert "  1. PROGRESS to A if cannot be read (broken: mice stay here)\n" in out
    assert "Broken@1: 2 errors" in out


def test_show_in_json_holds_the_same(run: Run) -> None:
    found = parsed(run("curriculum", "show", "Coupled Baiting@2.3", "--json"))

    assert (found["name"], found["version"], found["schema_version"]) == ("Coupled Baiting", "2.3", "1.0")
    assert [stage["label"] for stage in found["stages"]][:2] == ["STAGE_1_WARMUP", "STAGE_1"]
    rule = found["stages"][1]["rules"][0]
    assert (rule["decision"], rule["to_stage"], rule["broken"]) == ("PROGRESS", "Stage 2", False)
    assert rule["condition"].startswith("lambda metrics:")
    assert rule["words"] == "finished trials at least 200 and foraging efficiency at least 0.6"
    assert found["stages"][0]["parameters"]["BaseRewardSum"] == 0.8
    assert [metric["name"] for metric in found["metrics"]][:2]


def test_a_task_of_the_labs_own_is_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "maze.task.json").write_text(json.dumps(MAZE))
    write_document(tmp_path / "lab", maze())

    out = run("curriculum", "show", "Maze@1", "--curricula", "lab").stdout

    assert out.startswith("Maze@1 (schema 2.0, Maze)\n")
    assert "PROGRESS to B if laps at least 10" in out
    assert "B\n  no rules: mice stay\n" in out


# ---- list ----


def test_list_names_the_shipped_curricula(run: Run) -> None:
    found = parsed(run("curriculum", "list", "--json"))
    text = run("curriculum", "list").stdout

    assert "Coupled Baiting@2.3" in text
    assert {row["from"] for row in found["curricula"]} == {"shipped"}
    assert all(row["curriculum"] in text for row in found["curricula"])
    assert found["failures"] == []


def test_list_tells_a_labs_own_from_the_shipped_and_names_what_failed(run: Run, tmp_path: Path) -> None:
    write_document(tmp_path / "lab", document({"A": [("progress", "Z", "metrics.trials[-1] > 1")]}))
    (tmp_path / "lab" / "Bad_curriculum_v1_schema_v1.0.json").write_text("{")

    result = run("curriculum", "list", "--curricula", "lab", "--json")
    found = parsed(result)

    toy = next(row for row in found["curricula"] if row["curriculum"] == "Toy@1")
    assert (toy["from"], toy["errors"], toy["schema"], toy["stages"]) == ("folder", 1, "2.0", 2)
    assert [Path(failure["path"]).name for failure in found["failures"]] == ["Bad_curriculum_v1_schema_v1.0.json"]
    assert "Warning: " in result.stderr
