"""Settings of the foraging task that do not fit together."""

import pytest

from autotrain_core.models import DYNAMIC_FORAGING, REWARD_FAMILIES, ForagingTask, probabilities
from tests.models.conftest import Document, faults_of


@pytest.mark.parametrize("what", ["Block", "Delay", "ITI"])
def test_a_minimum_is_at_most_its_maximum(stage: Document, what: str) -> None:
    assert faults_of(stage | {f"{what}Min": 7, f"{what}Max": 7}) == []
    assert faults_of(stage | {f"{what}Min": 8, f"{what}Max": 7}) == [
        ("parameter-conflict", f"{what}Min (8) is more than {what}Max (7); change one")
    ]


def test_every_conflict_is_listed_beside_every_other_fault(stage: Document) -> None:
    _, found = DYNAMIC_FORAGING.read(stage | {"BlockMin": 90, "ITIMin": 90, "DelayBeta": "x", "Delaymin": 1})

    assert [(fault.kind, fault.parameter) for fault in found] == [
        ("parameter-unknown", "Delaymin"),
        ("parameter-conflict", "BlockMax"),
        ("parameter-type", "DelayBeta"),
        ("parameter-conflict", "ITIMax"),
    ]


@pytest.mark.parametrize(("family", "most"), [(1, 4), (2, 2), (3, 6), (4, 3)])
@pytest.mark.parametrize("task", list(ForagingTask))
def test_pairs_come_from_the_family(stage: Document, family: int, most: int, task: ForagingTask) -> None:
    stage |= {"RewardFamily": family, "task": task.value, "UncoupledReward": "0.1, 0.9", "BaseRewardSum": 0.1}

    assert len(REWARD_FAMILIES[family]) == most
    assert faults_of(stage | {"RewardPairsN": most}) == []
    if most < 6:
        assert faults_of(stage | {"RewardPairsN": most + 1}) == [
            (
                "parameter-conflict",
                f"RewardPairsN is {most + 1}, but reward family {family} has {most} pairs; use at most {most}",
            )
        ]


@pytest.mark.parametrize(
    ("family", "pairs", "most"), [(1, 1, 1.125), (1, 4, 1.125), (3, 1, 1.0), (3, 6, 1.0), (4, 3, 7 / 6)]
)
def test_no_reward_is_more_than_certain(stage: Document, family: int, pairs: int, most: float) -> None:
    stage |= {"RewardFamily": family, "RewardPairsN": pairs}

    assert faults_of(stage | {"BaseRewardSum": most - 1e-9}) == []
    ((kind, sentence),) = faults_of(stage | {"BaseRewardSum": most + 1e-2})
    assert kind == "parameter-conflict"
    assert sentence.endswith(
        f"makes a reward probability of {(most + 0.01) / most:.2f}; use a sum of at most {most:.2f}"
    )
    assert faults_of(stage | {"BaseRewardSum": 2, "task": "Uncoupled Baiting", "UncoupledReward": "1"}) == []


def test_a_too_large_sum_names_the_ratio(stage: Document) -> None:
    assert faults_of(stage | {"BaseRewardSum": 1.8}) == [
        (
            "parameter-conflict",
            "BaseRewardSum 1.8 at the ratio 8:1 makes a reward probability of 1.60; use a sum of at most 1.12",
        )
    ]


@pytest.mark.parametrize("left_out", ["RewardFamily", "BaseRewardSum", "task"])
def test_what_is_missing_conflicts_with_nothing(stage: Document, left_out: str) -> None:
    stage |= {"BaseRewardSum": 1.9, "RewardPairsN": 6, "RewardFamily": 3, "UncoupledReward": ""}
    del stage[left_out]

    assert [kind for kind, _ in faults_of(stage)] == ["parameter-missing"]


@pytest.mark.parametrize("task", ["Uncoupled Baiting", "Uncoupled Without Baiting"])
@pytest.mark.parametrize("text", ["", "  "])
def test_an_uncoupled_task_needs_probabilities(stage: Document, task: str, text: str) -> None:
    assert faults_of(stage | {"task": task, "UncoupledReward": text}) == [
        (
            "parameter-conflict",
            f"'{task}' needs the probabilities of a side, but UncoupledReward is empty; write them with commas, as "
            "in '0.1, 0.5, 0.9'",
        )
    ]
    assert faults_of(stage | {"task": task, "UncoupledReward": "0.5"}) == []
    assert faults_of(stage | {"task": task.replace("Unc", "C"), "UncoupledReward": text}) == []


@pytest.mark.parametrize("task", list(ForagingTask))
@pytest.mark.parametrize("text", ["0.1; 0.5", "0.1,,0.5", "1.1", "-0.1", "a", "[0.1]", "1e-1", "٠.١", ",", "nan", "."])
def test_probabilities_are_numbers_with_commas(stage: Document, task: ForagingTask, text: str) -> None:
    assert faults_of(stage | {"task": task.value, "UncoupledReward": text}) == [
        (
            "parameter-conflict",
            "UncoupledReward must be probabilities from 0 to 1, with commas, as in '0.1, 0.5, 0.9'",
        )
    ]


def test_probabilities_are_read() -> None:
    assert probabilities("0.1, 0.5 ,0.9") == (0.1, 0.5, 0.9)
    assert probabilities("0,1,.5,1.") == (0, 1, 0.5, 1)
    assert probabilities(" ") == ()
    with pytest.raises(ValueError, match="from 0 to 1"):
        probabilities("2")
