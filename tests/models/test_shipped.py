"""The curricula that ship with the program."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from autotrain_core.models import REWARD_FAMILIES, load_curriculum, rig_parameters, save_curriculum
from autotrain_core.rules import parse, to_text
from tests.models.conftest import PROJECT

FILES = sorted((PROJECT / "curriculums").rglob("*.json"))
OURS = [file for file in FILES if not file.name.startswith("Dummy")]


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def name_of(path: Path) -> str:
    return path.parent.name


def test_six_curricula_ship_in_a_folder_each() -> None:
    assert [f"{file.parent.name}/{file.name}" for file in FILES] == [
        "coupled-baiting-2.3/Coupled Baiting_curriculum_v2.3_schema_v1.0.json",
        "dummy-task-1.0/Dummy task_curriculum_v1.0_schema_v1.0.json",
        "uncoupled-baiting-2.3/Uncoupled Baiting_curriculum_v2.3_schema_v1.0.json",
        "uncoupled-without-baiting-2.3/Uncoupled Without Baiting_curriculum_v2.3_schema_v1.0.json",
        "uncoupled-without-baiting-2.3.1rwdDelay159/"
        "Uncoupled Without Baiting_curriculum_v2.3.1rwdDelay159_schema_v1.0.json",
        "uncoupled-without-baiting-2.3rwdDelay159/"
        "Uncoupled Without Baiting_curriculum_v2.3rwdDelay159_schema_v1.0.json",
    ]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_shipped_curriculum_has_nothing_to_find_and_is_written_as_today(file: Path) -> None:
    curriculum = load_curriculum(file.read_bytes(), source=file.name)

    assert curriculum.findings == ()
    assert save_curriculum(curriculum) == file.read_bytes()
    assert all(rig_parameters(curriculum, stage.name) for stage in curriculum.stages)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_shipped_condition_is_canonical_and_fit_for_readers_that_delete_line_breaks(file: Path) -> None:
    rules = [rule for stage in read(file)["curriculum"].values() for rule in stage["transition_rules"]]

    for rule in rules:
        text = rule["condition"]
        assert to_text(parse(text)) == text
        first, *rest = text.split("\n")
        assert first == "lambda metrics:"
        assert all(line.startswith("    ") for line in rest)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_graduated_is_a_copy_of_the_final_stage(file: Path) -> None:
    document = read(file)

    assert list(document["parameters"])[-2:] == ["Stage final", "Graduated"]
    assert document["parameters"]["Graduated"] == document["parameters"]["Stage final"]
    assert list(document["curriculum"]) == list(document["parameters"])[:-1]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_shipped_text_names_an_address(file: Path) -> None:
    assert "://" not in file.read_text(encoding="utf-8")
    assert "@" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_a_description_of_a_stage_is_true(file: Path) -> None:
    for stage in read(file)["parameters"].values():
        assert stage["description"] == described(stage)


def described(stage: dict[str, Any]) -> str:
    """Say of a stage what its values say: today's texts contradict theirs in five places."""
    coupled, baiting = stage["task"].split()[0], " ".join(stage["task"].split()[1:]).lower()
    kind = f"{coupled.lower()} sides {baiting if 'without' in baiting else 'with baiting'}"
    ratios = [f"{left}:{right}" for left, right in REWARD_FAMILIES[stage["RewardFamily"]][: stage["RewardPairsN"]]]
    shared = alternatives(ratios)
    assert stage["DelayMin"] == stage["DelayMax"]
    parts = [
        f"reward probabilities that add up to {stage['BaseRewardSum']:g}, shared {shared}"
        if coupled == "Coupled"
        else f"each side is rewarded with a probability of {alternatives(stage['UncoupledReward'].split(', '))}",
        f"blocks of {stage['BlockMin']} to {stage['BlockMax']} trials",
        f"a delay of {stage['DelayMin']:g} s before the go cue" if stage["DelayMin"] else "no delay before the go cue",
        f"reward {stage['RewardDelay']:g} s after the choice" if stage["RewardDelay"] else "",
        f"free water after {stage['Unrewarded']} unrewarded or {stage['Ignored']} ignored trials in a row"
        if stage["AutoReward"]
        else "no free water",
    ]
    lead = f"Warm-up, then {kind}" if stage["warmup"] == "on" else kind[0].upper() + kind[1:]
    return f"{lead}: {'; '.join(filter(None, parts))}."


def alternatives(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_description_of_a_rule_names_the_numbers_of_its_condition(file: Path) -> None:
    rules = [rule for stage in read(file)["curriculum"].values() for rule in stage["transition_rules"]]

    for rule in rules:
        condition = rule["condition"].replace("[-1]", "").replace("[-5:]", " 5 ")
        numbers = {float(found) for found in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", condition)}
        said = rule["condition_description"].replace("one session", "1 session").replace("stage 2", "stage two")
        assert {float(found) for found in re.findall(r"\d+(?:\.\d+)?", said)} == numbers


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_a_description_of_a_curriculum_is_true(file: Path) -> None:
    document = read(file)
    stages = list(document["parameters"].values())

    assert f" {['five', 'six'][len(stages) - 6]} stages" in document["curriculum_description"]
    assert {stage["MaxTime"] for stage in stages} == {75}
    assert document["curriculum_description"].endswith(" Sessions last at most 75 minutes.")


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_a_shipped_curriculum_says_what_the_stored_one_says(file: Path, reference: Path) -> None:
    ours = load_curriculum(file.read_bytes())
    theirs = load_curriculum((reference / "data" / "curricula" / file.name).read_bytes())

    for mine, stored in zip(ours.stages, theirs.stages, strict=True):
        texts = {"description", "task_url"}
        values = [
            [(name, repr(value)) for name, value in stage.parameters.items() if name not in texts]
            for stage in (mine, stored)
        ]
        assert (mine.name, values[0]) == (stored.name, values[1])
        assert [(rule.decision, rule.to_stage, rule.condition) for rule in mine.rules] == [
            (rule.decision, rule.to_stage, rule.condition) for rule in stored.rules
        ]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_stored_text_is_copied(file: Path, reference: Path) -> None:
    stored = {text for path in (reference / "data" / "curricula").glob("*.json") for text in texts_of(read(path))}

    assert set(texts_of(read(file))) & stored == set()


def texts_of(document: Any) -> list[str]:
    rules = [rule for stage in document["curriculum"].values() for rule in stage["transition_rules"]]
    return [
        document["curriculum_description"],
        *(stage["description"] for stage in document["parameters"].values()),
        *(rule["condition_description"] for rule in rules),
    ]
