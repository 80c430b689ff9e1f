"""What is wrong with a stage, and what schema 2.0 allows."""

import json
import pickle
from typing import Any

import pytest

from autotrain_core.models import (
    Finding,
    Severity,
    load_curriculum,
)
from autotrain_core.rules import parse
from tests.models.conftest import Document, Load, broken_stages, error, only

TODAYS = "Stage 1 w/warmup, Stage 1, Stage 2, Stage 3, Stage 4, Stage 5, Stage final, Graduated"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("STAGE_1_WARMUP", "; did you mean 'Stage 1 w/warmup'?"),
        ("Stage Final", "; did you mean 'Stage final'?"),
        ("Stage 9", ""),
        ("Habituation", ""),
    ],
)
def test_schema_1_knows_eight_stages(document: Document, load: Load, name: str, near: str) -> None:
    document["parameters"][name] = document["parameters"]["Stage 1"] | {"training_stage": name}
    document["curriculum"][name] = {"from_stage": name, "transition_rules": []}

    curriculum = load(document)

    assert only(curriculum) == error(
        "stage-name", f"schema 1.0 has no stage '{name}' (its stages are {TODAYS}){near}", name
    )


def test_a_stage_that_schema_1_does_not_know_is_its_own_label(document: Document, load: Load) -> None:
    document["parameters"]["Habituation"] = document["parameters"]["Stage 1"]

    assert load(document).stages[-1].label == "Habituation"


def test_a_stage_spelled_like_another_ones_label_does_not_pass_for_it(document: Document, load: Load) -> None:
    document["parameters"]["STAGE_2"] = document["parameters"]["Stage 1"]

    curriculum = load(document)

    labels = [stage.label for stage in curriculum.stages]
    assert labels[-1] == "'STAGE_2'"
    assert len(set(labels)) == len(labels)
    assert curriculum.stage("STAGE_2").name == "Stage 2"


@pytest.mark.parametrize("value", ["Stage 2", "STAGE_1", None, 1, ["Stage 1"]])
def test_training_stage_has_to_equal_its_key(document: Document, load: Load, value: Any) -> None:
    document["parameters"]["Stage 1"]["training_stage"] = value

    finding = load(document).findings[0]

    shown = {None: "null", 1: "1"}.get(value, f"'{value}'") if not isinstance(value, list) else "a list of 1"
    assert finding == error(
        "training-stage",
        f"'training_stage' is {shown}, but the parameters stand under 'Stage 1'; rigs would show the wrong stage",
        "Stage 1",
        parameter="training_stage",
    )


def test_graduated_may_carry_the_name_of_the_stage_that_it_copies(document: Document, load: Load) -> None:
    for name in ("Graduated", "Stage final", "Stage 3"):
        document["parameters"]["Graduated"]["training_stage"] = name
        assert load(document).findings == ()

    document["parameters"]["Graduated"]["training_stage"] = "Stage 5"
    assert only(load(document)).kind == "training-stage"


@pytest.mark.parametrize(("value", "shown"), [("Stage 2", "'Stage 2'"), (None, "null"), ("", "''")])
def test_from_stage_has_to_equal_its_key_but_breaks_nothing(
    document: Document, load: Load, value: Any, shown: str
) -> None:
    document["curriculum"]["Stage 1"]["from_stage"] = value

    curriculum = load(document)

    assert only(curriculum) == error(
        "from-stage",
        f"'from_stage' is {shown}, but the rules stand under 'Stage 1'; deciding goes by the key, so correct "
        "'from_stage'",
        "Stage 1",
        witness={"from_stage": value, "key": "Stage 1"},
    )
    assert broken_stages(curriculum) == []


def test_schema_1_needs_from_stage(document: Document, load: Load) -> None:
    del document["curriculum"]["Stage 1"]["from_stage"]

    assert only(load(document)).sentence.startswith("'from_stage' is null, but")


def test_in_schema_1_a_stage_without_an_entry_for_its_rules_is_broken(document: Document, load: Load) -> None:
    del document["curriculum"]["Stage 2"]

    curriculum = load(document)

    assert only(curriculum) == error(
        "no-rules",
        "'curriculum' has no entry for this stage: add one, with an empty list of rules if mice stay",
        "Stage 2",
    )
    assert broken_stages(curriculum) == ["Stage 2"]
    assert not curriculum.stage("Stage 2").terminal
    assert curriculum.stage("Stage 2").rules == ()
    assert curriculum.stage("Stage 2").parameters == document["parameters"]["Stage 2"]


def test_a_stage_with_an_empty_list_of_rules_is_whole(document: Document, load: Load) -> None:
    document["curriculum"]["Stage 2"]["transition_rules"] = []

    curriculum = load(document)

    assert curriculum.findings == ()
    assert not curriculum.stage("Stage 2").terminal


def test_rules_for_a_stage_without_parameters_are_an_error(document: Document, load: Load) -> None:
    document["curriculum"]["Stage Final"] = {"from_stage": "Stage Final", "transition_rules": []}

    curriculum = load(document)

    assert only(curriculum) == error(
        "no-parameters",
        "there are rules for this stage, but 'parameters' does not list it; did you mean 'Stage final'?",
        "Stage Final",
    )
    assert "Stage Final" not in [stage.name for stage in curriculum.stages]


def test_rules_of_graduated_are_never_tried(document: Document, load: Load) -> None:
    document["curriculum"]["Graduated"] = document["curriculum"]["Stage 1"]

    curriculum = load(document)

    assert only(curriculum) == Finding(
        kind="graduated-rules",
        severity=Severity.WARNING,
        sentence="graduated mice stay, so the rules of Graduated are never tried; remove them",
        stage="Graduated",
    )
    assert curriculum.errors == ()
    assert curriculum.stages[-1].rules == ()
    assert curriculum.stages[-1].terminal


def test_nobody_begins_as_a_graduate(document: Document, load: Load) -> None:
    document["parameters"] = {"Graduated": document["parameters"].pop("Graduated")} | document["parameters"]

    assert only(load(document)) == error(
        "first-stage", "the first stage listed is where mice begin, and this is Graduated", "Graduated"
    )


# ---- schema 2.0 ----


def test_schema_2_has_stage_names_of_its_own(free: Document, load: Load) -> None:
    curriculum = load(free)

    assert curriculum.findings == ()
    assert [stage.name for stage in curriculum.stages] == ["Habituation", "Free licking", "Graduated"]
    assert [stage.label for stage in curriculum.stages] == ["Habituation", "Free licking", "Graduated"]
    assert curriculum.first_stage.name == "Habituation"
    assert curriculum.file_name == "Licking_curriculum_v1_schema_v2.0.json"
    assert curriculum.stage("Habituation").rules[0].condition == parse(
        "lambda metrics: metrics.dummy_metric_int[-1] >= 5"
    )


def test_in_schema_2_a_stage_without_rules_ends_the_training(free: Document, load: Load) -> None:
    del free["curriculum"]["Free licking"]

    curriculum = load(free)

    assert only(curriculum) == Finding(
        kind="no-rules",
        severity=Severity.WARNING,
        sentence="'curriculum' has no entry for this stage: mice that reach it stay",
        stage="Free licking",
    )
    assert curriculum.errors == ()
    stage = curriculum.stage("Free licking")
    assert (stage.terminal, stage.broken) == (True, False)


def test_in_schema_2_names_of_stages_may_be_said_again_but_truly(free: Document, load: Load) -> None:
    free["parameters"]["Habituation"]["training_stage"] = "Habituation"
    free["curriculum"]["Habituation"]["from_stage"] = "Habituation"
    assert load(free).findings == ()

    free["parameters"]["Habituation"]["training_stage"] = "Free licking"
    free["curriculum"]["Habituation"]["from_stage"] = "Free licking"
    assert [finding.kind for finding in load(free).findings] == ["training-stage", "from-stage"]


def test_schema_2_may_have_parameters_for_graduated(free: Document, load: Load) -> None:
    free["parameters"]["Graduated"] = free["parameters"]["Free licking"]

    curriculum = load(free)

    assert curriculum.findings == ()
    assert curriculum.stages[-1].terminal
    assert dict(curriculum.stages[-1].parameters) == free["parameters"]["Free licking"]


def test_a_stage_name_may_hold_what_a_file_name_cannot(free: Document, load: Load) -> None:
    free["parameters"] = {"w/ help: 1st?": free["parameters"]["Habituation"]} | free["parameters"]
    free["curriculum"]["w/ help: 1st?"] = {"transition_rules": []}

    assert load(free).findings == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is empty"),
        ("a ", "begins or ends with a blank"),
        ("a\tb", "holds characters that cannot be seen"),
        ("x" * 121, "is 121 bytes long, of at most 120"),
    ],
)
def test_a_stage_name_that_no_menu_can_show_is_an_error(free: Document, load: Load, name: str, why: str) -> None:
    free["parameters"][name] = free["parameters"]["Habituation"]
    free["curriculum"][name] = {"transition_rules": []}

    finding = only(load(free))

    assert (finding.kind, finding.stage) == ("stage-name", name)
    assert finding.sentence.endswith(why)


def test_the_source_of_a_curriculum_is_no_part_of_it(document: Document) -> None:
    body = json.dumps(document).encode()

    assert load_curriculum(body, source="a.json") == load_curriculum(body, source="b.json")


def test_a_stage_may_be_meant_to_decide_every_history(document: Document, load: Load) -> None:
    document["curriculum"]["Stage 2"]["exhaustive"] = True

    curriculum = load(document)

    assert not curriculum.findings
    assert [stage.name for stage in curriculum.stages if stage.exhaustive] == ["Stage 2"]
    assert pickle.loads(pickle.dumps(curriculum)) == curriculum


def test_what_is_neither_true_nor_false_marks_no_stage(document: Document, load: Load) -> None:
    document["curriculum"]["Stage 2"]["exhaustive"] = 1

    curriculum = load(document)

    assert only(curriculum) == error("exhaustive", "'exhaustive' must be true or false, found 1", "Stage 2")
    assert not curriculum.stage("Stage 2").exhaustive
    assert curriculum.document["curriculum"]["Stage 2"]["exhaustive"] == 1
