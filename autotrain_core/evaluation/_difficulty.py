"""
How hard the stages of a curriculum are for a simulated mouse, and how much water they give.

Difficulty 0 is a first warm-up day, 1 is the final stage of today's coupled curriculum. It is derived from the
stage's parameters where they are known ones, and from its place in the curriculum: a task that nobody has
heard of still gets harder from stage to stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autotrain_core.evaluation._model_number import number
from autotrain_core.models import Curriculum, probabilities
from autotrain_core.rules import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """What each demand of a stage adds to its difficulty, counted in difficulties of the coupled final stage."""

    position: float = number(0.20, "Place in the curriculum", "at the last stage", "all that is not named below")
    delay: float = number(0.30, "Delay before the go cue", "per s", "impulsive licks start it anew")
    reward_delay: float = number(0.50, "Delay of the reward", "per s", "what paid is harder to tell")
    no_auto_water: float = number(0.15, "No free water", "when off", "nothing helps out of a wrong habit")
    no_baiting: float = number(0.15, "No baiting", "when off", "every visit to the worse side costs")
    uncoupled: float = number(0.15, "Uncoupled sides", "when uncoupled", "one side tells nothing about the other")
    reward_pairs: float = number(0.10, "More reward ratios", "from one to four", "some blocks are nearly even")
    lean_reward: float = number(0.15, "Lean reward", "from a sum of 0.8 to 0.45", "feedback is rarer")
    response_time: float = number(0.10, "Short response window", "from 5 s to 1 s", "hesitation is an ignored trial")


@dataclass(frozen=True, slots=True)
class Demands:
    """
    What the stages of one curriculum ask of a mouse; arrays of shape (stages,).

    Attributes:
        difficulty: 0 for the easiest, 1 for the final stage of today's coupled curriculum; it may exceed 1.
        reward_rate: Rewards that an ideal forager gets in a finished trial.
        volume: Water of one reward, µL.
    """

    difficulty: Floats
    reward_rate: Floats
    volume: Floats


def demands_of(curriculum: Curriculum, difficulty: Difficulty) -> Demands:
    """
    Measure the stages of a curriculum.

    Args:
        curriculum: Any; parameters that are absent or of a strange kind count as easy.
        difficulty: What each demand weighs.

    Returns:
        One entry a stage, in the order of `curriculum.stages`. A last stage without parameters (graduated mice go
        on with what they know) is as demanding as the one before.
    """
    written: list[Mapping[str, Any]] = []
    for stage in curriculum.stages:
        written.append(stage.parameters if stage.parameters or not written else written[-1])
    last = max(1, sum(not stage.terminal for stage in curriculum.stages) - 1)
    return Demands(
        difficulty=np.array([_weigh(one, min(1.0, place / last), difficulty) for place, one in enumerate(written)]),
        reward_rate=np.array([_reward_rate(one) for one in written]),
        volume=np.array([_number(one, "LeftValue_volume", 3.0) for one in written]),
    )


def _weigh(parameters: Mapping[str, Any], position: float, difficulty: Difficulty) -> float:
    task = str(parameters.get("task", ""))
    lean = (0.8 - _number(parameters, "BaseRewardSum", 0.8)) / 0.35
    return (
        difficulty.position * position
        + difficulty.delay * _number(parameters, "DelayMin", 0.0)
        + difficulty.reward_delay * _number(parameters, "RewardDelay", 0.0)
        + difficulty.no_auto_water * (parameters.get("AutoReward") is False)
        + difficulty.no_baiting * _without_baiting(task)
        + difficulty.uncoupled * _uncoupled(task)
        + difficulty.reward_pairs * (_number(parameters, "RewardPairsN", 1.0) - 1) / 3
        + difficulty.lean_reward * (0.0 if _uncoupled(task) else lean)
        + difficulty.response_time * (5.0 - _number(parameters, "ResponseTime", 5.0)) / 4
    )


def _reward_rate(parameters: Mapping[str, Any]) -> float:
    # Baiting keeps missed rewards, so alternating collects nearly both sides' sum; without it only the better pays.
    task = str(parameters.get("task", ""))
    if _uncoupled(task):
        chances = _chances(parameters.get("UncoupledReward"))
        both, better = 2 * float(np.mean(chances)), float(np.mean(np.maximum.outer(chances, chances)))
    else:
        both = _number(parameters, "BaseRewardSum", 0.8)
        better = 0.85 * both
    return better if _without_baiting(task) else min(1.0, 0.95 * both)


def _chances(written: object) -> Floats:
    try:
        chances = probabilities(str(written))
    except ValueError:
        chances = ()
    return np.array(chances or (0.1, 0.3, 0.7))


def _without_baiting(task: str) -> bool:
    return "Without Baiting" in task


def _uncoupled(task: str) -> bool:
    return task.startswith("Uncoupled")


def _number(parameters: Mapping[str, Any], name: str, otherwise: float) -> float:
    written = parameters.get(name)
    return float(written) if isinstance(written, int | float) and abs(written) <= 1e6 else otherwise
