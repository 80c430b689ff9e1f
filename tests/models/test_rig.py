"""The settings of a stage in the rig's own strings."""

import pytest
from pydantic import BaseModel, Field

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.models import Task, TaskParameters, rig_parameters
from tests.models.conftest import Document, Load


def test_a_stage_is_printed_as_todays_rigs_take_it(document: Document, load: Load) -> None:
    description = document["parameters"]["Stage 1 w/warmup"]["description"]

    assert rig_parameters(load(document), "STAGE_1_WARMUP") == {
        "training_stage": "Stage 1 w/warmup",
        "task": "Coupled Baiting",
        "task_url": "",
        "task_schema_version": "1.1.0",
        "description": description,
        "BaseRewardSum": "0.8",
        "RewardFamily": "3",
        "RewardPairsN": "1",
        "UncoupledReward": "",
        "Randomness": "Exponential",
        "BlockMin": "10",
        "BlockMax": "20",
        "BlockBeta": "5",
        "BlockMinReward": "0",
        "DelayMin": "0.1",
        "DelayMax": "0.1",
        "DelayBeta": "0.0",
        "RewardDelay": "0.0",
        "AutoReward": True,
        "AutoWaterType": "Natural",
        "Multiplier": "0.5",
        "Unrewarded": "3",
        "Ignored": "3",
        "ITIMin": "1.0",
        "ITIMax": "7.0",
        "ITIBeta": "3.0",
        "ITIIncrease": "0.0",
        "ResponseTime": "5.0",
        "RewardConsumeTime": "1.0",
        "StopIgnores": "20000",
        "AdvancedBlockAuto": "now",
        "SwitchThr": "0.5",
        "PointsInARow": "5",
        "MaxTrial": "1000",
        "MaxTime": "75",
        "RightValue_volume": "4.0",
        "LeftValue_volume": "4.0",
        "warmup": "on",
        "warm_min_trial": "50",
        "warm_max_choice_ratio_bias": "0.1",
        "warm_min_finish_ratio": "0.8",
        "warm_windowsize": "20",
    }


def test_the_rig_gets_the_typed_value_however_the_document_spells_it(document: Document, load: Load) -> None:
    document["parameters"]["Stage 1"] |= {"ResponseTime": 5, "BlockMin": 10.0, "AutoReward": False}
    del document["parameters"]["Stage 1"]["AutoWaterType"]

    sent = rig_parameters(load(document), "Stage 1")

    assert (sent["ResponseTime"], sent["BlockMin"], sent["AutoReward"]) == ("5.0", "10", False)
    assert sent["AutoWaterType"] == "Natural"


def test_graduated_still_says_the_final_stage(document: Document, load: Load) -> None:
    assert rig_parameters(load(document), "Graduated")["training_stage"] == "Stage final"


def test_in_schema_2_the_stage_stands_in_for_its_name(free: Document, load: Load) -> None:
    assert rig_parameters(load(free), "Free licking") == {
        "training_stage": "Free licking",
        "task": "Dummy task",
        "task_url": "",
        "task_schema_version": "0.1",
        "description": "",
        "dummy_para_bool": False,
        "dummy_para_float": "2.0",
    }


class Private(TaskParameters):
    """Has a setting that no rig may see."""

    task_url: str = Field(default="", json_schema_extra={"exclude_from_GUI": True})
    seed: int = Field(default=4, json_schema_extra={"exclude_from_GUI": True})
    pairs: list[int] = Field(default=[1, 2], json_schema_extra={"exclude_from_GUI": False})
    nothing: float | None = None


def test_settings_kept_from_the_rig_are_left_out(free: Document, load: Load) -> None:
    task = Task(name="Private", schema_name="DummyTaskCurriculum", parameters=Private)
    free["parameters"]["Habituation"] = {"description": "x"}

    curriculum = load(free, tasks={"DummyTaskCurriculum": task})

    assert rig_parameters(curriculum, "Habituation") == {
        "training_stage": "Habituation",
        "task": "Private",
        "task_schema_version": "",
        "description": "x",
        "pairs": "[1, 2]",
        "nothing": "None",
    }


class Bare(BaseModel):
    """Knows nothing of stages."""

    laps: int


def test_what_a_model_does_not_know_of_comes_from_the_document_or_from_the_task(free: Document, load: Load) -> None:
    task = Task(name="Bare task", schema_name="DummyTaskCurriculum", parameters=Bare, version="0.7")
    free["parameters"] = {
        "Habituation": {"laps": 3},
        "Free licking": {
            "laps": 4,
            "task": "Other",
            "task_url": "here",
            "task_schema_version": "8",
            "description": "x",
            "training_stage": "Free licking",
        },
    }
    for stage in ("Habituation", "Free licking"):
        free["curriculum"][stage] = {"transition_rules": []}

    curriculum = load(free, tasks={"DummyTaskCurriculum": task})

    assert curriculum.findings == ()
    assert rig_parameters(curriculum, "Habituation") == {
        "training_stage": "Habituation",
        "task": "Bare task",
        "task_url": "",
        "task_schema_version": "0.7",
        "description": "",
        "laps": "3",
    }
    assert rig_parameters(curriculum, "Free licking") == {
        "training_stage": "Free licking",
        "task": "Other",
        "task_url": "here",
        "task_schema_version": "8",
        "description": "x",
        "laps": "4",
    }


def test_nothing_that_does_not_fit_reaches_a_rig(document: Document, load: Load) -> None:
    document["parameters"]["Stage 1"] |= {"MaxTime": 0, "BlockMin": 99}
    curriculum = load(document)

    with pytest.raises(DocumentError) as caught:
        rig_parameters(curriculum, "STAGE_1")

    assert str(caught.value).splitlines() == [
        "Coupled Baiting@2.3, Stage 1: BlockMin (99) is more than BlockMax (20); change one",
        "Coupled Baiting@2.3, Stage 1: MaxTime must be a whole number from 1 to 1440 min; found 0",
    ]
    assert rig_parameters(curriculum, "STAGE_2")["MaxTime"] == "75"


def test_in_schema_1_nothing_stands_in_for_a_missing_name(document: Document, load: Load) -> None:
    del document["parameters"]["Stage 1"]["training_stage"]

    with pytest.raises(DocumentError, match="training_stage is missing"):
        rig_parameters(load(document), "Stage 1")


def test_without_its_task_nothing_is_sent(document: Document, load: Load) -> None:
    with pytest.raises(DocumentError) as caught:
        rig_parameters(load(document, tasks={}), "Stage 1")

    assert str(caught.value) == (
        "Coupled Baiting@2.3 is for the task DynamicForagingCurriculum, which is not installed; its settings "
        "cannot be checked, so they are not sent to a rig"
    )


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        ("Graduated", "Licking@1 has no settings for Graduated, so there is nothing to run"),
        (
            "Habituated",
            "Licking@1 has no stage 'Habituated' (its stages are Habituation, Free licking, Graduated); "
            "did you mean 'Habituation'?",
        ),
    ],
)
def test_a_stage_without_settings_is_not_stored(free: Document, load: Load, stage: str, sentence: str) -> None:
    with pytest.raises(NotStoredError) as caught:
        rig_parameters(load(free), stage)

    assert str(caught.value) == sentence


def test_every_value_is_a_text_or_a_switch(document: Document, load: Load) -> None:
    curriculum = load(document)

    for stage in curriculum.stages:
        sent = rig_parameters(curriculum, stage.name)
        assert {type(value) for value in sent.values()} == {str, bool}
