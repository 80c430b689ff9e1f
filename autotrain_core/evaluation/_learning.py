"""
The learning model of the example lab: what a mouse would do in a session, given its practice and its stage.

A mouse has a latent **skill** (how well it forages) that approaches its own asymptote exponentially with practice, and a
**vigour** (how much it works), the square root of its finished trials: on that scale real counts are symmetric and their
spread is constant. Stages take away from both, more the harder they are and most on the first days; slow and fast daily
noise comes on top. Every number of the model is a field of `Learning`, with title, unit and reason, so that it can be
fitted to a lab's own history.
"""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from autotrain_core.evaluation._difficulty import Demands

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEARNERS = ("typical", "fast", "slow", "plateau")
METRICS = (
    "foraging_efficiency",
    "finished_trials",
    "ignored_trials",
    "ignore_rate",
    "finished_rate",
    "foraging_performance",
    "bias_naive",
    "early_lick_rate",
    "double_dipping_rate_finished_trials",
    "reaction_time_median",
)

_NOISES = (
    "slow efficiency",
    "daily efficiency",
    "sampling",
    "slow vigour",
    "daily vigour",
    "slow weight",
    "ignoring",
    "side bias",
    "early licks",
    "double dipping",
    "reaction time",
)


def _number(default: float, title: str, unit: str, why: str) -> Any:
    return field(default=default, metadata={"title": title, "unit": unit, "description": why})


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """
    The numbers of the learning model; `parameters(Learning)` lists them with title, unit and reason.

    Efficiencies are fractions of an ideal forager's reward. Vigour is counted in √trials: 20 √trials are 400 finished
    trials. Practice is counted in sessions of `practice_trials` finished trials.
    """

    fast_share: float = _number(0.20, "Fast learners", "fraction of mice", "learn in half the time")
    slow_share: float = _number(0.20, "Slow learners", "fraction of mice", "take several times as long, then do well")
    plateau_share: float = _number(0.15, "Mice that plateau", "fraction of mice", "stop learning early, many get stuck")

    asymptote: float = _number(0.92, "Skill at the end of learning", "skill, 0..1", "median of the mice that do not plateau")
    asymptote_spread: float = _number(0.07, "Spread of that skill", "skill, s.d.", "mice differ for ever, not only in speed")
    plateau_asymptote: float = _number(0.30, "Skill at the plateau", "skill, 0..1", "what such a mouse ends with")
    time_constant: float = _number(7.0, "Practice to learn 63 %", "sessions", "median of the typical learner")
    time_constant_spread: float = _number(0.35, "Spread of that practice", "log, s.d.", "within one kind of learner")
    fast_factor: float = _number(0.5, "Fast learners' time", "× typical", "multiplies the time constant")
    slow_factor: float = _number(3.0, "Slow learners' time", "× typical", "multiplies the time constant")
    practice_trials: float = _number(450.0, "Trials of one session of practice", "trials", "practice counts trials, not days")
    exposure: float = _number(0.3, "Practice of an empty session", "sessions", "being on the rig teaches something by itself")

    naive_efficiency: float = _number(0.605, "Efficiency without skill", "fraction", "automatic water and win-stay alone")
    skill_gain: float = _number(0.285, "Efficiency gained by full skill", "fraction", "on the easiest stage")
    talent_spread: float = _number(0.055, "Spread between mice", "efficiency, s.d.", "lasting, independent of skill")
    difficulty_cost: float = _number(0.065, "Efficiency lost to difficulty 1", "fraction", "at full skill, once used to it")
    change_cost: float = _number(0.05, "Efficiency lost on a harder stage's first day", "fraction", "a new task surprises")
    change_days: float = _number(1.5, "Days to get used to a stage", "sessions", "time constant of that loss")
    slow_efficiency: float = _number(0.062, "Slow efficiency noise", "fraction, s.d.", "good and bad weeks")
    daily_efficiency: float = _number(0.045, "Daily efficiency noise", "fraction, s.d.", "independent from day to day")
    sampling_noise: float = _number(0.85, "Sampling noise", "fraction × √trials, s.d.", "few trials measure badly")
    memory: float = _number(0.8, "Memory of slow noise", "correlation per session", "AR(1) from one session to the next")

    naive_vigour: float = _number(12.6, "Vigour on the first day", "√trials", "a mouse new to the rig")
    habituation_gain: float = _number(8.0, "Vigour gained by getting used to the rig", "√trials", "licking for water is quickly learned")
    habituation_days: float = _number(1.3, "Practice to get used to the rig", "sessions", "time constant of that gain")
    vigour_gain: float = _number(6.5, "Vigour gained by full skill", "√trials", "what pays is done more")
    vigour_spread: float = _number(3.6, "Spread between mice", "√trials, s.d.", "eager and lazy mice")
    vigour_cost: float = _number(1.3, "Vigour lost to difficulty 1", "√trials", "longer trials, later water")
    vigour_change_cost: float = _number(1.0, "Vigour lost on a harder stage's first day", "√trials", "fades like the efficiency's")
    slow_vigour: float = _number(2.6, "Slow vigour noise", "√trials, s.d.", "good and bad weeks")
    daily_vigour: float = _number(2.3, "Daily vigour noise", "√trials, s.d.", "independent from day to day")
    thirst: float = _number(18.0, "Vigour lost to body weight", "√trials per unit of weight ratio", "a heavier mouse is less thirsty")

    bad_days: float = _number(0.05, "Bad days", "fraction of sessions", "illness, noise in the room, a blocked spout")
    bad_day_efficiency: float = _number(0.12, "Efficiency lost on a bad day", "fraction, mean", "exponentially distributed")
    bad_day_vigour: float = _number(4.5, "Vigour lost on a bad day", "√trials, mean", "same day, same size relative to its mean")

    weight_ratio: float = _number(0.86, "Body weight on water restriction", "fraction of the first weight", "reached within days")
    weight_days: float = _number(3.0, "Sessions to reach that weight", "sessions", "time constant")
    weight_noise: float = _number(0.02, "Daily weight noise", "fraction, s.d.", "slow, like the other slow noise")

    ignore_rate: float = _number(0.10, "Ignored trials at median vigour", "fraction of trials", "more when vigour is low")
    reaction_time: float = _number(0.28, "Median reaction time without skill", "s", "shortens with skill")


def parameters(kind: type[Any]) -> tuple[tuple[str, float, str, str, str], ...]:
    """
    Every number of a model: name, default, title, unit and reason, in the order of its definition.

    Args:
        kind: `Learning` or `Difficulty`.
    """
    return tuple(
        (one.name, one.default, one.metadata["title"], one.metadata["unit"], one.metadata["description"])  # type: ignore[misc]
        for one in fields(kind)
    )
