"""
The dynamic foraging task: two lick ports whose reward probabilities change in blocks.

Names, defaults and order of the fields are those of the stored documents. Bounds are wide on purpose: they
stop a slip of the finger, not an experiment.
"""

import re
from enum import Enum
from typing import Annotated, Literal

from pydantic import Field, JsonValue, ValidationInfo, field_validator

from autotrain_core.models._task import Task, TaskParameters, at_most
from autotrain_core.models._wording import number
from autotrain_core.rules import Metric


class ForagingTask(Enum):
    """
    Which task the rig runs.

    Coupled (C1): one side's loss is the other's gain. Baited (B1): a missed reward waits for the next visit.
    """

    C1B1 = "Coupled Baiting"
    C0B1 = "Uncoupled Baiting"
    C1B0 = "Coupled Without Baiting"
    C0B0 = "Uncoupled Without Baiting"

    @property
    def coupled(self) -> bool:
        """The probabilities of both sides come as pairs."""
        return self in (ForagingTask.C1B1, ForagingTask.C1B0)


class AdvancedBlockMode(Enum):
    """When a block may end only after the mouse has settled on the better side."""

    OFF = "off"
    NOW = "now"
    ONCE = "once"


class AutoWaterMode(Enum):
    """Which side gets free water."""

    NATURAL = "Natural"
    BOTH = "Both"
    HIGH_PRO = "High pro"


REWARD_FAMILIES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((8, 1), (6, 1), (3, 1), (1, 1)),
    2: ((8, 1), (1, 1)),
    3: ((1, 0), (9, 1), (8, 2), (7, 3), (6, 4), (5, 5)),
    4: ((6, 1), (3, 1), (1, 1)),
}
"""Reward family -> ratios of the two sides' probabilities, in the order in which they are used."""

_NUMBER = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.", re.ASCII)


def probabilities(text: str) -> tuple[float, ...]:
    """
    Read the probabilities of an uncoupled task, as the rig's text field holds them.

    Args:
        text: Numbers from 0 to 1 with commas between them; empty for none.

    Raises:
        ValueError: Anything else.
    """
    if not text.strip():
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(_NUMBER.fullmatch(part) and float(part) <= 1 for part in parts):
        raise ValueError("UncoupledReward must be probabilities from 0 to 1, with commas, as in '0.1, 0.5, 0.9'")
    return tuple(float(part) for part in parts)


def _form(group: str, unit: str = "") -> dict[str, JsonValue]:
    return {"x-group": group, "x-unit": unit} if unit else {"x-group": group}


_MOST_TRIALS = 100_000
Trials = Annotated[int, Field(ge=0, le=_MOST_TRIALS)]
SomeTrials = Annotated[int, Field(ge=1, le=_MOST_TRIALS)]
Seconds = Annotated[float, Field(ge=0, le=600)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Microliters = Annotated[float, Field(gt=0, le=100)]


class DynamicForaging(TaskParameters):
    """Settings of the dynamic foraging task."""

    task: ForagingTask = Field(  # type: ignore[assignment]  # narrower than any text, on purpose
        strict=False, title="Task", description="Coupled or uncoupled sides, with or without baiting."
    )
    task_schema_version: str = Field(
        default="1.1.0", title="Task schema version", description="Version of this list of settings."
    )
    BaseRewardSum: float = Field(
        gt=0,
        le=2,
        title="Sum of p_reward",
        description="Coupled tasks: the reward probabilities of left and right, added up.",
        json_schema_extra=_form("Reward"),
    )
    RewardFamily: int = Field(
        ge=1,
        le=4,
        title="Reward family",
        description="Coupled tasks: the set of ratios from which the two sides' probabilities are drawn.",
        json_schema_extra=_form("Reward"),
    )
    RewardPairsN: int = Field(
        ge=1,
        le=6,
        title="Number of pairs",
        description="Coupled tasks: how many ratios of the family are used, from the first on.",
        json_schema_extra=_form("Reward"),
    )
    UncoupledReward: str = Field(
        default="0.1,0.3,0.7",
        max_length=200,
        title="Uncoupled reward",
        description="Uncoupled tasks: the probabilities that a side takes in turn, whatever the other does.",
        json_schema_extra=_form("Reward"),
    )
    Randomness: Literal["Exponential", "Even"] = Field(
        default="Exponential",
        title="Randomness mode",
        description="How block lengths, ITIs and delays are drawn between their minimum and maximum.",
        json_schema_extra=_form("Timing"),
    )
    BlockMin: SomeTrials = Field(
        title="Block length (min)",
        description="Fewest trials in a block.",
        json_schema_extra=_form("Blocks", "trials"),
    )
    BlockMax: SomeTrials = Field(
        title="Block length (max)",
        description="Most trials in a block.",
        json_schema_extra=_form("Blocks", "trials"),
    )
    BlockBeta: Trials = Field(
        title="Block length (beta)",
        description="Scale of the exponential that block lengths are drawn from; longer blocks are rarer.",
        json_schema_extra=_form("Blocks", "trials"),
    )
    BlockMinReward: Trials = Field(
        default=1,
        title="Minimal rewards in a block to switch",
        description="A block goes on until the mouse has had so many rewards in it.",
        json_schema_extra=_form("Blocks", "rewards"),
    )
    DelayMin: Seconds = Field(
        title="Delay period (min)",
        description="Shortest wait without licks before the go cue.",
        json_schema_extra=_form("Timing", "s"),
    )
    DelayMax: Seconds = Field(
        title="Delay period (max)",
        description="Longest wait without licks before the go cue; a lick starts it anew.",
        json_schema_extra=_form("Timing", "s"),
    )
    DelayBeta: Seconds = Field(
        title="Delay period (beta)",
        description="Scale of the exponential that delays are drawn from.",
        json_schema_extra=_form("Timing", "s"),
    )
    RewardDelay: Seconds = Field(
        title="Reward delay",
        description="Wait between a choice and its reward.",
        json_schema_extra=_form("Timing", "s"),
    )
    AutoReward: bool = Field(
        title="Auto reward switch",
        description="Gives free water to a mouse that goes without reward or does not respond.",
        json_schema_extra=_form("Auto water"),
    )
    AutoWaterType: AutoWaterMode = Field(
        default=AutoWaterMode.NATURAL,
        strict=False,
        title="Auto water mode",
        description="Free water comes at the baited side, at both, or at the better one.",
        json_schema_extra=_form("Auto water"),
    )
    Multiplier: float = Field(
        ge=0,
        le=2,
        title="Multiplier for auto reward",
        description="Free water as a fraction of an earned reward.",
        json_schema_extra=_form("Auto water"),
    )
    Unrewarded: Trials = Field(
        title="Number of unrewarded trials before auto water",
        description="Free water comes after so many trials in a row without reward.",
        json_schema_extra=_form("Auto water", "trials"),
    )
    Ignored: Trials = Field(
        title="Number of ignored trials before auto water",
        description="Free water comes after so many trials in a row without response.",
        json_schema_extra=_form("Auto water", "trials"),
    )
    ITIMin: Seconds = Field(
        title="ITI (min)",
        description="Shortest pause between two trials.",
        json_schema_extra=_form("Timing", "s"),
    )
    ITIMax: Seconds = Field(
        title="ITI (max)",
        description="Longest pause between two trials.",
        json_schema_extra=_form("Timing", "s"),
    )
    ITIBeta: Seconds = Field(
        title="ITI (beta)",
        description="Scale of the exponential that pauses are drawn from.",
        json_schema_extra=_form("Timing", "s"),
    )
    ITIIncrease: Seconds = Field(
        default=0.0,
        title="ITI increase",
        description="Kept for old documents; rigs do not use it.",
        json_schema_extra=_form("Timing", "s"),
    )
    ResponseTime: Annotated[float, Field(gt=0, le=600)] = Field(
        title="Response time",
        description="After the go cue, a mouse that has not licked for so long has ignored the trial.",
        json_schema_extra=_form("Timing", "s"),
    )
    RewardConsumeTime: Seconds = Field(
        title="Reward consume time",
        description="Time for drinking: no licks for so long end the trial.",
        json_schema_extra=_form("Timing", "s"),
    )
    StopIgnores: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        title="Number of ignored trials before stop",
        description="The session ends after so many ignored trials; a very large number switches this off.",
        json_schema_extra=_form("Session", "trials"),
    )
    AdvancedBlockAuto: AdvancedBlockMode = Field(
        strict=False,
        title="Auto block mode",
        description="Whether a block may end only after the mouse has settled on the better side.",
        json_schema_extra=_form("Blocks"),
    )
    SwitchThr: Fraction = Field(
        title="Switch threshold",
        description="Auto block: share of choices of the better side from which the mouse counts as settled.",
        json_schema_extra=_form("Blocks"),
    )
    PointsInARow: Annotated[int, Field(ge=1, le=1_000)] = Field(
        title="Points in a row",
        description="Auto block: how many times in a row the threshold must be passed.",
        json_schema_extra=_form("Blocks"),
    )
    MaxTrial: SomeTrials = Field(
        title="Maximal number of trials",
        description="The session ends after so many trials.",
        json_schema_extra=_form("Session", "trials"),
    )
    MaxTime: Annotated[int, Field(ge=1, le=1_440)] = Field(
        title="Session time",
        description="The session ends after so many minutes.",
        json_schema_extra=_form("Session", "min"),
    )
    RightValue_volume: Microliters = Field(
        default=3.0,
        title="Right reward size",
        description="Water of one reward at the right port.",
        json_schema_extra=_form("Reward", "µL"),
    )
    LeftValue_volume: Microliters = Field(
        default=3.0,
        title="Left reward size",
        description="Water of one reward at the left port.",
        json_schema_extra=_form("Reward", "µL"),
    )
    warmup: Literal["on", "off"] = Field(
        default="off",
        title="Warmup master switch",
        description="Begins the session with easy trials until the mouse meets the criteria below.",
        json_schema_extra=_form("Warm-up"),
    )
    warm_min_trial: Trials = Field(
        default=50,
        title="Warmup finish criterion: minimal trials",
        description="Warm-up lasts at least so many trials.",
        json_schema_extra=_form("Warm-up", "trials"),
    )
    warm_max_choice_ratio_bias: Fraction = Field(
        default=0.1,
        title="Warmup finish criterion: maximal choice ratio bias",
        description="Warm-up ends when the share of right choices is no further than this from one half.",
        json_schema_extra=_form("Warm-up"),
    )
    warm_min_finish_ratio: Fraction = Field(
        default=0.8,
        title="Warmup finish criterion: minimal finish ratio",
        description="Warm-up ends when at least this share of trials is answered.",
        json_schema_extra=_form("Warm-up"),
    )
    warm_windowsize: SomeTrials = Field(
        default=20,
        title="Warmup finish criterion: window size",
        description="The criteria look at so many trials before the present one.",
        json_schema_extra=_form("Warm-up", "trials"),
    )

    _blocks_in_order = field_validator("BlockMax")(at_most("BlockMin", "BlockMax"))
    _delays_in_order = field_validator("DelayMax")(at_most("DelayMin", "DelayMax"))
    _pauses_in_order = field_validator("ITIMax")(at_most("ITIMin", "ITIMax"))

    @field_validator("RewardPairsN")
    @classmethod
    def _pairs_in_family(cls, pairs: int, info: ValidationInfo) -> int:
        family = info.data.get("RewardFamily")
        if family is None:
            return pairs
        ratios = REWARD_FAMILIES[family]
        if pairs > len(ratios):
            raise ValueError(
                f"RewardPairsN is {pairs}, but reward family {family} has {len(ratios)} pairs; "
                f"use at most {len(ratios)}"
            )
        task, total = info.data.get("task"), info.data.get("BaseRewardSum")
        if task is None or total is None or not task.coupled:
            return pairs
        left, right = max(ratios[:pairs], key=lambda ratio: ratio[0] / sum(ratio))
        better = total * left / (left + right)
        if better > 1:
            raise ValueError(
                f"BaseRewardSum {number(total)} at the ratio {left}:{right} makes a reward probability "
                f"of {better:.2f}; use a sum of at most {(left + right) / left:.2f}"
            )
        return pairs

    @field_validator("UncoupledReward")
    @classmethod
    def _probabilities_where_uncoupled(cls, text: str, info: ValidationInfo) -> str:
        task = info.data.get("task")
        if not probabilities(text) and task is not None and not task.coupled:
            raise ValueError(
                f"'{task.value}' needs the probabilities of a side, but UncoupledReward is empty; "
                "write them with commas, as in '0.1, 0.5, 0.9'"
            )
        return text


FINISHED_TRIALS = Metric(
    name="finished_trials",
    title="finished trials",
    unit="trials",
    integer=True,
    minimum=0,
    description="Trials with a response; those with free water do not count.",
)
FORAGING_EFFICIENCY = Metric(
    name="foraging_efficiency",
    title="foraging efficiency",
    minimum=0,
    description=(
        "Rewards obtained, as a fraction of what an ideal forager would expect in the same finished trials. "
        "Luck may lift it above 1; without trials it is missing."
    ),
)

DYNAMIC_FORAGING = Task(
    name="Dynamic foraging",
    schema_name="DynamicForagingCurriculum",
    parameters=DynamicForaging,
    metrics=(FINISHED_TRIALS, FORAGING_EFFICIENCY),
    description="The mouse chooses between two lick ports whose reward probabilities change without warning.",
    version="1.1.0",
)
