"""
The learning model of the example lab: what a mouse would do in a session, given its practice and its stage.

A mouse has a latent **skill** (how well it forages) that approaches its own asymptote exponentially with practice,
and a **vigour** (how much it works), the square root of its finished trials: on that scale real counts are symmetric
and their spread is constant. Stages take away from both, more the harder they are and most on the first days; slow
and fast noise comes on top. Every number of the model is a field of `Learning`, with title, unit and reason, so that
it can be fitted to a lab's own history.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from autotrain_core.evaluation._model_number import number
from autotrain_core.rules import Floats, Ints

MAX_EFFICIENCY = 1.3
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """
    The numbers of the learning model; `model_numbers(Learning)` lists them with title, unit and reason.

    Efficiencies are fractions of an ideal forager's reward. Vigour is counted in √trials: 20 √trials are 400 finished
    trials. Practice is counted in sessions of `practice_trials` finished trials.
    """

    fast_share: float = number(0.2, "Fast learners", "fraction of mice", "learn in half the time")
    slow_share: float = number(0.2, "Slow learners", "fraction of mice", "take several times as long, then do well")
    plateau_share: float = number(0.1, "Mice that plateau", "fraction of mice", "stop learning early, many get stuck")

    asymptote: float = number(
        0.8, "Skill at the end of learning", "skill, 0..1", "mean of the mice that do not plateau"
    )
    asymptote_spread: float = number(
        0.045, "Spread of that skill", "skill, s.d.", "mice differ for ever, not only in speed"
    )
    plateau_asymptote: float = number(0.2, "Skill at the plateau", "skill, 0..1", "what such a mouse ends with")
    time_constant: float = number(3.5, "Practice to learn 63 %", "sessions", "median of the typical learner")
    time_constant_spread: float = number(0.42, "Spread of that practice", "log, s.d.", "within one kind of learner")
    fast_factor: float = number(0.5, "Fast learners' time", "× typical", "multiplies the time constant")
    slow_factor: float = number(3.0, "Slow learners' time", "× typical", "multiplies the time constant")
    practice_trials: float = number(
        450.0, "Trials of one session of practice", "trials", "practice counts trials, not days"
    )
    exposure: float = number(
        0.3, "Practice of an empty session", "sessions", "being on the rig teaches something by itself"
    )

    naive_efficiency: float = number(0.62, "Efficiency without skill", "fraction", "automatic water and win-stay alone")
    skill_gain: float = number(0.285, "Efficiency gained by full skill", "fraction", "on the easiest stage")
    talent_spread: float = number(0.035, "Spread between mice", "efficiency, s.d.", "lasting, independent of skill")
    difficulty_cost: float = number(
        0.065, "Efficiency lost to difficulty 1", "fraction", "at full skill, once used to it"
    )
    change_cost: float = number(
        0.045, "Efficiency lost on a harder stage's first day", "fraction", "a new task surprises"
    )
    change_days: float = number(1.5, "Days to get used to a stage", "sessions", "time constant of that loss")
    slow_efficiency: float = number(0.085, "Slow efficiency noise", "fraction, s.d.", "good and bad weeks")
    daily_efficiency: float = number(0.042, "Daily efficiency noise", "fraction, s.d.", "independent from day to day")
    sampling_noise: float = number(0.34, "Sampling noise", "fraction × √trials, s.d.", "few trials measure badly")
    memory: float = number(0.9, "Memory of slow noise", "correlation per session", "AR(1) from one session to the next")

    naive_vigour: float = number(14.5, "Vigour on the first day", "√trials", "a mouse new to the rig")
    habituation_gain: float = number(
        7.9, "Vigour gained by getting used to the rig", "√trials", "licking for water is quickly learned"
    )
    habituation_days: float = number(0.67, "Practice to get used to the rig", "sessions", "time constant of that gain")
    vigour_gain: float = number(5.2, "Vigour gained by full skill", "√trials", "what pays is done more")
    vigour_spread: float = number(2.7, "Spread between mice", "√trials, s.d.", "eager and lazy mice")
    vigour_cost: float = number(1.4, "Vigour lost to difficulty 1", "√trials", "longer trials, later water")
    vigour_change_cost: float = number(
        1.0, "Vigour lost on a harder stage's first day", "√trials", "fades like the efficiency's"
    )
    slow_vigour: float = number(3.5, "Slow vigour noise", "√trials, s.d.", "good and bad weeks")
    daily_vigour: float = number(2.1, "Daily vigour noise", "√trials, s.d.", "independent from day to day")
    thirst: float = number(
        12.0, "Vigour lost to body weight", "√trials per unit of weight ratio", "a heavier mouse is less thirsty"
    )

    bad_days: float = number(0.055, "Bad days", "fraction of sessions", "illness, noise in the room, a blocked spout")
    bad_day_efficiency: float = number(
        0.19, "Efficiency lost on a bad day", "fraction, mean", "exponentially distributed"
    )
    bad_day_vigour: float = number(
        3.2, "Vigour lost on a bad day", "√trials, mean", "same day, same size relative to its mean"
    )

    weight_ratio: float = number(
        0.86, "Body weight on water restriction", "fraction of the first weight", "reached within days"
    )
    weight_days: float = number(3.0, "Sessions to reach that weight", "sessions", "time constant")
    weight_noise: float = number(0.02, "Daily weight noise", "fraction, s.d.", "slow, like the other slow noise")

    median_vigour: float = number(23.0, "Vigour of a common day", "√trials", "where the rate below holds")
    ignore_rate: float = number(
        0.10, "Ignored trials at median vigour", "fraction of trials", "more when vigour is low"
    )
    reaction_time: float = number(0.28, "Median reaction time without skill", "s", "shortens with skill")


@dataclass(frozen=True, slots=True)
class Traits:
    """
    What lasts in m mice; arrays of shape (m,).

    Attributes:
        learner: Place in LEARNERS.
        asymptote: Skill that practice leads to, 0..1.
        time_constant: Practice to learn 63 % of it, sessions.
        talent: Lasting difference in efficiency.
        vigour: Lasting difference in vigour, √trials.
        side: Lasting preference of the right side, s.d. 1.
    """

    learner: Ints
    asymptote: Floats
    time_constant: Floats
    talent: Floats
    vigour: Floats
    side: Floats


@dataclass(frozen=True, slots=True)
class Days:
    """
    What comes over m mice in each of T sessions, whatever they have learned; arrays of shape (T, m).

    Attributes:
        efficiency: Sum of slow and daily noise, fraction.
        vigour: Sum of slow and daily noise, √trials.
        bad: Size of a bad day relative to its mean; 0 on other days.
        weight_ratio: Body weight as a fraction of the first one.
        sampling, ignoring, bias, licks, dips, reaction: Noise of s.d. 1 for the single metrics.
    """

    efficiency: Floats
    vigour: Floats
    bad: Floats
    weight_ratio: Floats
    sampling: Floats
    ignoring: Floats
    bias: Floats
    licks: Floats
    dips: Floats
    reaction: Floats


def draw_mice(learning: Learning, sessions: int, rng: np.random.Generator, mice: int) -> dict[str, Floats]:
    """Draw the raw random numbers of some mice: `traits_of` and `days_of` make something of them."""
    drawn = {"kind": rng.random(mice)}
    drawn |= {name: rng.standard_normal(mice) for name in ("asymptote", "time", "talent", "vigour", "side")}
    drawn["is_bad"] = rng.random((sessions, mice))
    drawn["bad"] = rng.standard_exponential((sessions, mice)) * (drawn.pop("is_bad") < learning.bad_days)
    for name in ("slow_efficiency", "slow_vigour", "slow_weight"):
        drawn[name] = _slow(rng.standard_normal((sessions, mice)), learning.memory)
    for name in ("daily_efficiency", "daily_vigour", "sampling", "ignoring", "bias", "licks", "dips", "reaction"):
        drawn[name] = rng.standard_normal((sessions, mice))
    return drawn


def _slow(noise: Floats, memory: float) -> Floats:
    """Turn independent noise of shape (T, k) into an AR(1) process of the same spread."""
    fresh = np.sqrt(1 - memory**2)
    for day in range(1, len(noise)):
        noise[day] = memory * noise[day - 1] + fresh * noise[day]
    return noise


def traits_of(learning: Learning, drawn: Mapping[str, Floats]) -> Traits:
    """Give what lasts in the mice of `draw_mice`."""
    bounds = np.cumsum([learning.fast_share, learning.slow_share, learning.plateau_share])
    fast, slow, plateau = (LEARNERS.index(name) for name in ("fast", "slow", "plateau"))
    kind = np.searchsorted(bounds, drawn["kind"], side="right")
    learner = np.array([fast, slow, plateau, LEARNERS.index("typical")])[kind]
    center = np.where(learner == plateau, learning.plateau_asymptote, learning.asymptote)
    factor = np.where(learner == fast, learning.fast_factor, np.where(learner == slow, learning.slow_factor, 1.0))
    return Traits(
        learner=learner,
        asymptote=np.clip(center + learning.asymptote_spread * drawn["asymptote"], 0.0, 1.0),
        time_constant=learning.time_constant * factor * np.exp(learning.time_constant_spread * drawn["time"]),
        talent=learning.talent_spread * drawn["talent"],
        vigour=learning.vigour_spread * drawn["vigour"],
        side=drawn["side"],
    )


def days_of(learning: Learning, drawn: Mapping[str, Floats]) -> Days:
    """Give what comes over the mice of `draw_mice`."""
    day = np.arange(len(drawn["bad"]))[:, np.newaxis]
    restricted = learning.weight_ratio + (1 - learning.weight_ratio) * np.exp(-day / learning.weight_days)
    return Days(
        efficiency=learning.slow_efficiency * drawn["slow_efficiency"]
        + learning.daily_efficiency * drawn["daily_efficiency"],
        vigour=learning.slow_vigour * drawn["slow_vigour"] + learning.daily_vigour * drawn["daily_vigour"],
        bad=drawn["bad"],
        weight_ratio=restricted + learning.weight_noise * drawn["slow_weight"],
        **{name: drawn[name] for name in ("sampling", "ignoring", "bias", "licks", "dips", "reaction")},
    )


@dataclass(frozen=True, slots=True)
class Situation:
    """
    What k mice bring to a session each; arrays of shape (k,).

    Attributes:
        mice: Their places.
        sessions: Which session of its life it is for each, from 0.
        practice: Practice so far, sessions.
        difficulty: Of the stage that is run.
        surprise: How new the stage is: 1 on the first day of a harder stage, fading; 0 once used to it.
    """

    mice: Ints
    sessions: Ints
    practice: Floats
    difficulty: Floats
    surprise: Floats


class Mice:
    """
    Simulated mice that learn while they are trained.

    Args:
        learning: The numbers of the model.
        traits: What lasts in m mice.
        days: What comes over them in each of T sessions.
        practice: What they have learned elsewhere, sessions, shape (m,).
    """

    def __init__(self, learning: Learning, traits: Traits, days: Days, practice: Floats) -> None:
        self.learning, self.traits, self.days = learning, traits, days
        mice = len(traits.talent)
        self._practice = practice.copy()
        self._next_session = np.zeros(mice, dtype=np.int64)
        self._stage = np.full(mice, -1, dtype=np.int64)
        self._difficulty = np.zeros(mice)
        self._surprise = np.zeros(mice)

    def train(self, mice: Ints, sessions: Ints, stages: Ints, difficulty: Floats) -> dict[str, Floats]:
        """
        Run one session of k mice.

        Args:
            mice: Their places, each once.
            sessions: Which session of its life it is for each, from 0, later than those before; the ones passed
                over count as ordinary practice.
            stages: The stages that are run, as any numbers; another number than before is a change of stage.
            difficulty: How hard those stages are.

        Returns:
            A column of shape (k,) for each of METRICS; see `perform`.
        """
        fading = np.exp(-1 / self.learning.change_days)
        changed = stages != self._stage[mice]
        harder = changed & (difficulty > self._difficulty[mice]) & (self._stage[mice] >= 0)
        surprise = np.where(harder, 1.0, np.where(changed, 0.0, fading * self._surprise[mice]))
        practice = self._practice[mice] + (sessions - self._next_session[mice])
        situation = Situation(mice, sessions, practice, difficulty, surprise)
        metrics = perform(self.learning, self.traits, self.days, situation)
        self._stage[mice], self._difficulty[mice], self._surprise[mice] = stages, difficulty, surprise
        self._next_session[mice] = sessions + 1
        self._practice[mice] = practice + practice_in(self.learning, metrics["finished_trials"])
        return metrics

    def practice(self, mice: Ints) -> Floats:
        """Practice so far, sessions."""
        return self._practice[mice]


def practice_in(learning: Learning, finished_trials: Floats) -> Floats:
    """Give what a session teaches, in sessions of practice."""
    return learning.exposure + (1 - learning.exposure) * finished_trials / learning.practice_trials


def skill_of(traits: Traits, mice: Ints, practice: Floats) -> Floats:
    """Give the latent skill, 0..1, after some practice."""
    return traits.asymptote[mice] * -np.expm1(-practice / traits.time_constant[mice])


def perform(learning: Learning, traits: Traits, days: Days, now: Situation) -> dict[str, Floats]:
    """
    Give what k mice do in one session each.

    Returns:
        Columns of shape (k,): `finished_trials` and `ignored_trials` (whole numbers), `foraging_efficiency`
        (0..1.3, three digits, NaN without trials), `ignore_rate` and `finished_rate` (fractions of all trials),
        `foraging_performance` (efficiency × finished rate), `bias_naive` (-1 left .. 1 right), `early_lick_rate`,
        `double_dipping_rate_finished_trials` (fractions), `reaction_time_median` (s).
    """
    mice, here = now.mice, (now.sessions, now.mice)
    skill = skill_of(traits, mice, now.practice)
    bad = days.bad[here]
    vigour = (
        learning.naive_vigour
        + learning.habituation_gain * -np.expm1(-now.practice / learning.habituation_days)
        + learning.vigour_gain * skill
        + traits.vigour[mice]
        - learning.vigour_cost * now.difficulty
        - learning.vigour_change_cost * now.surprise
        - learning.thirst * (days.weight_ratio[here] - learning.weight_ratio)
        + days.vigour[here]
        - learning.bad_day_vigour * bad
    )
    finished = np.floor(np.maximum(vigour, 0.0) ** 2)
    efficiency = (
        learning.naive_efficiency
        + learning.skill_gain * skill
        + traits.talent[mice]
        - learning.difficulty_cost * now.difficulty
        - learning.change_cost * now.surprise
        + days.efficiency[here]
        - learning.bad_day_efficiency * bad
        + learning.sampling_noise / np.sqrt(np.maximum(finished, 1.0)) * days.sampling[here]
    )
    efficiency = np.where(finished > 0, np.round(np.clip(efficiency, 0.0, MAX_EFFICIENCY), 3), np.nan)
    return {"foraging_efficiency": efficiency, "finished_trials": finished} | _beside(
        learning, traits, days, now, skill=skill, vigour=vigour, finished=finished, efficiency=efficiency
    )


def _beside(
    learning: Learning,
    traits: Traits,
    days: Days,
    now: Situation,
    *,
    skill: Floats,
    vigour: Floats,
    finished: Floats,
    efficiency: Floats,
) -> dict[str, Floats]:
    """
    Give the metrics that no rule of today reads: plausible in range and trend, not tuned to real mice.

    Even a mouse that finishes nothing is offered some twenty trials before the session is given up.
    """
    here = (now.sessions, now.mice)
    usual = learning.ignore_rate / (1 - learning.ignore_rate)
    odds = usual * np.exp(0.12 * (learning.median_vigour - vigour) + 0.4 * days.ignoring[here])
    ignored = np.floor((finished + 20) * odds)
    trials = np.maximum(finished + ignored, 1.0)
    ignore_rate = np.round(ignored / trials, 3)
    finished_rate = np.round(finished / trials, 3)
    return {
        "ignored_trials": ignored,
        "ignore_rate": ignore_rate,
        "finished_rate": finished_rate,
        "foraging_performance": np.round(efficiency * finished_rate, 3),
        "bias_naive": np.round(np.tanh(0.3 * (1 - skill) * traits.side[now.mice] + 0.12 * days.bias[here]), 3),
        "early_lick_rate": np.round(_chance(-1.2 - skill + 0.5 * now.difficulty + 0.35 * days.licks[here]), 3),
        "double_dipping_rate_finished_trials": np.round(_chance(-2.0 - 0.8 * skill + 0.4 * days.dips[here]), 3),
        "reaction_time_median": np.round(
            learning.reaction_time * np.exp(-0.35 * skill + 0.15 * days.reaction[here]), 3
        ),
    }


def _chance(logit: Floats) -> Floats:
    return 1 / (1 + np.exp(-logit))
