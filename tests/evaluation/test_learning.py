"""The learning model: practice helps, hard stages cost, days differ."""

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from autotrain_core._places import shipped_curricula
from autotrain_core.evaluation._difficulty import Demands, Difficulty, demands_of
from autotrain_core.evaluation._learning import (
    LEARNERS,
    METRICS,
    Days,
    Learning,
    Mice,
    Situation,
    days_of,
    draw_mice,
    perform,
    practice_in,
    skill_of,
    traits_of,
)
from autotrain_core.evaluation._model_number import model_numbers
from autotrain_core.evaluation._streams import draw
from autotrain_core.interop import read_library
from autotrain_core.models import Curriculum
from autotrain_core.rules import Floats

SHIPPED = read_library(shipped_curricula())[0]
SESSIONS = 40
STEADY = Learning(
    slow_efficiency=0, daily_efficiency=0, sampling_noise=0, slow_vigour=0, daily_vigour=0, bad_days=0, thirst=0
)


def cohort(mice: int = 400, learning: Learning = STEADY, *, seed: int = 3, practice: float = 0.0) -> Mice:
    drawn = draw(seed, "learning", range(mice), lambda rng, size: draw_mice(learning, SESSIONS, rng, size))
    return Mice(learning, traits_of(learning, drawn), days_of(learning, drawn), np.full(mice, practice))


def train(mice: Mice, days: int = SESSIONS, *, difficulty: float = 0.0, stage: int = 0) -> dict[str, Floats]:
    """Train all mice at one stage from their first day on; metrics of shape (days, mice)."""
    everyone = np.arange(len(mice.traits.talent))
    sessions = [
        mice.train(
            everyone,
            np.full(len(everyone), day),
            np.full(len(everyone), stage),
            np.full(len(everyone), difficulty),
        )
        for day in range(days)
    ]
    return {name: np.array([metrics[name] for metrics in sessions]) for name in METRICS}


def situation(mice: Mice, **changed: Any) -> Situation:
    count = len(mice.traits.talent)
    usual: dict[str, Any] = {
        "mice": np.arange(count),
        "sessions": np.full(count, 5),
        "practice": np.full(count, 5.0),
        "difficulty": np.zeros(count),
        "surprise": np.zeros(count),
    }
    return Situation(**(usual | {name: np.full(count, value) for name, value in changed.items()}))


def run(mice: Mice, **changed: Any) -> dict[str, Floats]:
    return perform(mice.learning, mice.traits, mice.days, situation(mice, **changed))


def with_days(mice: Mice, **changed: float) -> Mice:
    """The same mice on other days."""
    whole = {field.name: getattr(mice.days, field.name) for field in fields(Days)}
    changed_days = {name: np.full_like(whole[name], value) for name, value in changed.items()}
    return Mice(mice.learning, mice.traits, Days(**(whole | changed_days)), np.zeros(len(mice.traits.talent)))


def test_after_one_time_constant_of_practice_63_percent_of_the_skill_are_learned() -> None:
    mice = cohort(50)

    skill = skill_of(mice.traits, np.arange(50), mice.traits.time_constant)

    assert skill == pytest.approx(mice.traits.asymptote * (1 - np.exp(-1)))


def test_efficiency_and_trials_rise_from_session_to_session() -> None:
    metrics = train(cohort(learning=Learning()))

    for name in ("foraging_efficiency", "finished_trials"):
        weeks = np.nanmean(metrics[name], axis=1)[[0, 4, 9, 19, 39]]
        assert (np.diff(weeks) > 0).all()


def test_a_mouse_that_learns_ignores_less_and_responds_faster() -> None:
    metrics = train(cohort())

    for name in ("ignore_rate", "reaction_time_median", "early_lick_rate", "double_dipping_rate_finished_trials"):
        assert metrics[name][-1].mean() < metrics[name][0].mean()


def test_fast_learners_lead_slow_ones_follow_and_some_stay_low() -> None:
    mice = cohort(1000)
    efficiency = train(mice)["foraging_efficiency"]

    kinds = {kind: mice.traits.learner == LEARNERS.index(kind) for kind in LEARNERS}
    early, late = ({kind: efficiency[day, who].mean() for kind, who in kinds.items()} for day in (4, -1))

    assert early["fast"] > early["typical"] > early["slow"]
    assert late["plateau"] < late["slow"] <= late["fast"]


def test_learners_come_in_the_shares_asked_for() -> None:
    mice = cohort(10_000, replace(STEADY, fast_share=0.1, slow_share=0.3, plateau_share=0.2))

    shares = np.bincount(mice.traits.learner) / 10_000

    assert shares == pytest.approx([0.4, 0.1, 0.3, 0.2], abs=0.02)


@pytest.mark.parametrize("name", ["foraging_efficiency", "finished_trials"])
def test_a_harder_stage_lowers_performance_of_every_mouse(name: str) -> None:
    mice = cohort()

    easy, hard = run(mice)[name], run(mice, difficulty=1.0)[name]

    assert (hard < easy).all()


def test_the_first_days_of_a_harder_stage_cost_something_that_fades() -> None:
    mice, others = cohort(), cohort()
    everyone = np.arange(400)
    train(mice, 10, difficulty=0.3)
    train(others, 10, difficulty=0.5, stage=1)

    lost = [
        others.train(everyone, np.full(400, day), np.ones(400, dtype=int), np.full(400, 0.5))["foraging_efficiency"]
        - mice.train(everyone, np.full(400, day), np.ones(400, dtype=int), np.full(400, 0.5))["foraging_efficiency"]
        for day in range(10, 20)
    ]

    assert lost[0].mean() == pytest.approx(STEADY.change_cost, abs=0.01)
    assert lost[2].mean() == pytest.approx(STEADY.change_cost * np.exp(-2 / STEADY.change_days), abs=0.01)
    assert lost[-1].mean() == pytest.approx(0, abs=0.005)


def test_falling_back_to_an_easier_stage_costs_nothing() -> None:
    mice, others = cohort(), cohort()
    everyone = np.arange(400)
    train(mice, 1, difficulty=0.5)
    train(others, 1, difficulty=0.5)

    back = mice.train(everyone, np.ones(400, dtype=int), np.full(400, 7), np.full(400, 0.2))
    same = others.train(everyone, np.ones(400, dtype=int), np.zeros(400, dtype=int), np.full(400, 0.2))

    assert (back["foraging_efficiency"] == same["foraging_efficiency"]).all()


def test_sessions_that_nobody_filed_are_practice_too() -> None:
    mice, others = cohort(), cohort()
    everyone, stage, easy = np.arange(400), np.zeros(400, dtype=int), np.zeros(400)

    mice.train(everyone, np.full(400, 5), stage, easy)
    others.train(everyone, np.full(400, 0), stage, easy)

    assert mice.practice(everyone) - others.practice(everyone) == pytest.approx(5.5, abs=0.75)


def test_a_mouse_from_another_lab_brings_its_practice() -> None:
    naive, trained = cohort(), cohort(practice=8.0)

    first, later = train(naive, 1), train(trained, 1)

    assert later["foraging_efficiency"].mean() > first["foraging_efficiency"].mean() + 0.05


def test_practice_counts_trials_and_being_there() -> None:
    practice = practice_in(STEADY, np.array([0.0, STEADY.practice_trials]))

    assert practice == pytest.approx([STEADY.exposure, 1.0])


def test_slow_noise_remembers_and_keeps_its_spread() -> None:
    learning = replace(STEADY, slow_efficiency=0.1, memory=0.7)

    noise = cohort(4000, learning).days.efficiency

    assert np.corrcoef(noise[9], noise[10])[0, 1] == pytest.approx(0.7, abs=0.03)
    assert np.corrcoef(noise[9], noise[12])[0, 1] == pytest.approx(0.7**3, abs=0.04)
    assert noise.std(axis=1) == pytest.approx(np.full(SESSIONS, 0.1), abs=0.006)


def test_bad_days_come_at_their_rate_and_lower_both_efficiency_and_trials() -> None:
    learning = replace(STEADY, bad_days=0.1)
    mice = cohort(2000, learning)

    good, bad = run(with_days(mice, bad=0.0)), run(with_days(mice, bad=1.0))

    assert (mice.days.bad > 0).mean() == pytest.approx(0.1, abs=0.005)
    assert mice.days.bad[mice.days.bad > 0].mean() == pytest.approx(1, abs=0.05)
    for name in ("foraging_efficiency", "finished_trials"):
        assert (bad[name] < good[name]).all()


def test_a_heavier_mouse_works_less() -> None:
    mice = cohort(learning=replace(STEADY, thirst=20))

    light, heavy = run(with_days(mice, weight_ratio=0.8)), run(with_days(mice, weight_ratio=0.95))

    assert (heavy["finished_trials"] < light["finished_trials"]).all()


def test_mice_lose_weight_in_their_first_days() -> None:
    ratio = cohort().days.weight_ratio.mean(axis=1)

    assert ratio[0] == pytest.approx(1.0, abs=0.01)
    assert ratio[20] == pytest.approx(STEADY.weight_ratio, abs=0.01)


def test_few_trials_measure_efficiency_badly() -> None:
    mice = cohort(2000, replace(STEADY, sampling_noise=0.8, vigour_spread=0, talent_spread=0, asymptote_spread=0))

    lazy, busy = (run(mice, practice=0.0, difficulty=d)["foraging_efficiency"] for d in (4.0, 0.0))

    assert lazy.std() > busy.std()


def test_without_trials_there_is_no_efficiency() -> None:
    metrics = run(cohort(learning=replace(STEADY, naive_vigour=-50.0)))

    assert (metrics["finished_trials"] == 0).all()
    assert np.isnan(metrics["foraging_efficiency"]).all()
    assert np.isnan(metrics["foraging_performance"]).all()
    assert (metrics["ignore_rate"] == 1).all()


def test_metrics_keep_their_ranges_and_their_arithmetic() -> None:
    metrics = train(cohort(learning=replace(Learning(), sampling_noise=5.0)), difficulty=0.5)

    efficiency, finished, ignored = (
        metrics[name] for name in ("foraging_efficiency", "finished_trials", "ignored_trials")
    )
    measured = efficiency[~np.isnan(efficiency)]
    assert measured.min() == 0
    assert measured.max() == 1.3
    assert (measured == np.round(measured, 3)).all()
    assert (finished == np.floor(finished)).all()
    assert metrics["ignore_rate"] == pytest.approx(ignored / (ignored + finished), abs=0.001)
    assert metrics["finished_rate"] + metrics["ignore_rate"] == pytest.approx(np.ones_like(finished), abs=0.0011)
    assert np.abs(metrics["bias_naive"]).max() <= 1
    for name in ("early_lick_rate", "double_dipping_rate_finished_trials"):
        assert ((metrics[name] > 0) & (metrics[name] < 1)).all()
    assert ((metrics["reaction_time_median"] > 0.05) & (metrics["reaction_time_median"] < 1)).all()


def test_every_number_of_the_models_says_what_it_is() -> None:
    numbers = (*model_numbers(Learning), *model_numbers(Difficulty))

    assert len(numbers) == len(fields(Learning)) + len(fields(Difficulty))
    assert all(one.title and one.unit and one.reason for one in numbers)
    assert numbers[0].default == Learning().fast_share


def demands(*stages: dict[str, Any], graduated: bool = True) -> Demands:
    made = [SimpleNamespace(parameters=parameters, terminal=False) for parameters in stages]
    if graduated:
        made.append(SimpleNamespace(parameters={}, terminal=True))
    return demands_of(cast(Curriculum, SimpleNamespace(stages=made)), Difficulty())


def test_the_final_stage_of_the_coupled_curriculum_is_the_measure_of_difficulty() -> None:
    coupled = SHIPPED.get("Coupled Baiting", "2.3")

    difficulty = demands_of(coupled, Difficulty()).difficulty

    assert 0 <= difficulty[0] < 0.05
    assert difficulty[-2] == pytest.approx(1)


@pytest.mark.parametrize("key", [one.key for one in SHIPPED if one.schema_name == "DynamicForagingCurriculum"])
def test_stages_of_the_shipped_curricula_get_harder_and_graduated_mice_go_on_as_before(key: str) -> None:
    name, version = key.split("@")

    difficulty = demands_of(SHIPPED.get(name, version), Difficulty()).difficulty

    assert (np.diff(difficulty[:-1]) > 0).all()
    assert difficulty[-1] == pytest.approx(difficulty[-2])


def test_a_task_that_nobody_has_heard_of_gets_harder_from_stage_to_stage() -> None:
    difficulty = demands({"speed": 3}, {"speed": 4}, {"speed": 9}).difficulty

    assert difficulty == pytest.approx(np.array([0, 0.5, 1, 1]) * Difficulty().position)


@pytest.mark.parametrize("strange", ["fast", None, float("nan"), float("inf"), 10**400, [1]])
def test_a_parameter_of_a_strange_kind_counts_as_easy(strange: object) -> None:
    difficulty = demands({"DelayMin": strange, "RewardPairsN": strange}, graduated=False).difficulty

    assert difficulty == pytest.approx([0])


@pytest.mark.parametrize(
    ("parameters", "rate"),
    [
        ({"task": "Coupled Baiting", "BaseRewardSum": 0.8}, 0.76),
        ({"task": "Coupled Without Baiting", "BaseRewardSum": 0.8}, 0.68),
        ({"task": "Uncoupled Baiting", "UncoupledReward": "0.2, 0.6"}, 0.76),
        ({"task": "Uncoupled Without Baiting", "UncoupledReward": "0.2, 0.6"}, 0.5),
        ({"task": "Uncoupled Without Baiting", "UncoupledReward": "often"}, 0.5),
        ({"task": "Uncoupled Without Baiting", "UncoupledReward": ""}, 0.5),
    ],
)
def test_an_ideal_forager_earns_what_the_probabilities_allow(parameters: dict[str, Any], rate: float) -> None:
    assert demands(parameters).reward_rate[0] == pytest.approx(rate, abs=1e-4)
