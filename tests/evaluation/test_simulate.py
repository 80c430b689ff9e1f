"""Closed loop through the engine: what a simulated lab saw is what deciding its table gives."""

import numpy as np
import pandas as pd

from autotrain_core.evaluation import decide, simulate
from tests.evaluation.documents import LADDER, curriculum

TOY = curriculum(LADDER)
NAMES = np.array([stage.label for stage in TOY.stages])


def laboratory(seed, *, moves):
    """Make a lab whose mice do better and better, and whose trainers sometimes run another stage."""
    random = np.random.default_rng(seed)

    def run(position, mice, suggested):
        actual = suggested.copy()
        if moves and position:
            moved = random.random(len(mice)) < 0.2
            actual[moved] = random.integers(0, 3, int(moved.sum()))
        trials = np.round(random.uniform(0, 150 + 40 * position, len(mice)))
        efficiency = random.uniform(0.2, 1, len(mice))
        efficiency[random.random(len(mice)) < 0.1] = np.nan
        return actual, {"trials": trials, "efficiency": efficiency}

    return run


def as_table(simulated, numbers):
    return pd.DataFrame(
        {
            "subject_id": [f"m{mouse}" for mouse in simulated.mouse],
            "session": numbers,
            "trials": simulated.metrics["trials"],
            "efficiency": simulated.metrics["efficiency"],
            "current_stage_actual": NAMES[simulated.actual],
        }
    )


def test_deciding_the_simulated_table_repeats_the_simulation():
    lengths = np.array([3, 12, 0, 7, 12])
    simulated = simulate(TOY, lengths, laboratory(3, moves=True))

    decisions = decide(as_table(simulated, simulated.position + 1), TOY)

    assert decisions["current_stage_suggested"].tolist() == NAMES[simulated.suggested].tolist()
    assert decisions["next_stage_suggested"].tolist() == NAMES[simulated.following].tolist()
    assert decisions["decision"].tolist() == simulated.decision.tolist()
    assert decisions["session_at_current_stage"].tolist() == simulated.count.tolist()
    assert decisions["overridden_by_trainer"].any()
    assert np.bincount(simulated.mouse).tolist() == [3, 12, 0, 7, 12]


def test_session_numbers_may_have_gaps():
    numbers = np.array([1, 2, 9, 10, 11, 1, 20])
    simulated = simulate(TOY, np.array([5, 2]), laboratory(1, moves=False), session_numbers=numbers)

    decisions = decide(as_table(simulated, numbers), TOY)

    assert decisions["next_stage_suggested"].tolist() == NAMES[simulated.following].tolist()
    assert simulated.position.tolist() == [0, 1, 2, 3, 4, 0, 1]


def test_rules_see_the_session_numbers():
    late = curriculum({"A": [("progress", "B", "metrics.session_total >= 10")], "B": []})

    def run(position, mice, suggested):
        return suggested, {"trials": np.ones(len(mice))}

    assert simulate(late, np.array([3]), run, session_numbers=np.array([2, 9, 10])).following.tolist() == [0, 0, 1]
    assert simulate(late, np.array([11]), run).following.tolist() == [0] * 9 + [1, 1]


def test_a_stage_that_nobody_recorded_is_the_suggested_one():
    def run(position, mice, suggested):
        unknown = np.full(len(mice), -1)
        return unknown, {"trials": np.full(len(mice), 150.0), "efficiency": np.full(len(mice), 0.6)}

    simulated = simulate(TOY, np.array([3]), run)

    assert simulated.actual.tolist() == simulated.suggested.tolist() == [0, 1, 1]


def test_a_session_without_any_value_is_passed_over():
    def run(position, mice, suggested):
        value = np.nan if position == 1 else 150.0
        return suggested, {"trials": np.full(1, value), "efficiency": np.full(1, value)}

    simulated = simulate(TOY, np.array([3]), run)

    assert simulated.suggested.tolist() == [0, 1, 1]
    assert simulated.count.tolist() == [1, 1, 1]


def test_a_lab_without_sessions_is_empty():
    simulated = simulate(TOY, np.array([0, 0]), laboratory(1, moves=False))

    assert len(simulated.mouse) == 0
