"""The learning model fitted to labs whose numbers are known."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autotrain_core.errors import DocumentError, TableError
from autotrain_core.evaluation import Difficulty, Fit, Learning, closed_loop, fit_learning, reproduced
from autotrain_core.evaluation._fit import FITTED, OF_STAGES
from autotrain_core.evaluation._fit_history import History, clones, read_history, train_again
from autotrain_core.evaluation._fit_moments import moments_of, sums_of_mice, yardstick
from autotrain_core.evaluation._lab import example_lab
from autotrain_core.interop import read_sessions
from autotrain_core.models import Curriculum, Library, load_curriculum
from tests.evaluation.documents import LADDER, curriculum
from tests.evaluation.labs import COUPLED, NONE

TRUE = Learning(
    time_constant=5.0,
    naive_efficiency=0.56,
    skill_gain=0.33,
    naive_vigour=12.5,
    vigour_spread=2.1,
    slow_vigour=2.6,
    daily_efficiency=0.06,
)
SLOW = replace(TRUE, time_constant=2 * TRUE.time_constant)
HARD = Difficulty()
COLUMNS = ["subject_id", "session", "foraging_efficiency", "finished_trials", "current_stage_actual"]


def lab(learning: Learning = TRUE, mice: int = 60, sessions: int = 16, seed: int = 5) -> pd.DataFrame:
    """Sessions of a lab with this learning: what a fit needs, and nothing else."""
    made = example_lab(
        mice, curricula=[COUPLED], seed=seed, sessions_per_mouse=sessions, learning=learning, troubles=NONE
    )
    return made.sessions[COLUMNS]


def fit(table: pd.DataFrame, **settings: Any) -> Fit:
    return fit_learning(table, COUPLED, **{"seed": 1, "simulated": 300, **settings})


def small(mice: int = 12, sessions: int = 9) -> pd.DataFrame:
    return lab(mice=mice, sessions=sessions)


def brief(**settings: Any) -> Fit:
    """A fit that is over soon: few mice, one step."""
    return fit(small(), **{"simulated": 12, "steps": 1, **settings})


def history(table: pd.DataFrame, **settings: Any) -> History:
    return read_history(table, COUPLED, difficulty=HARD, **settings)


@pytest.fixture(scope="module")
def found() -> Fit:
    return fit(lab(), draws=60)


@pytest.fixture(scope="module")
def slower() -> Fit:
    return fit(lab(SLOW), draws=60)


@pytest.fixture(scope="module")
def rough() -> Fit:
    return brief()


# ---- recovery ----


def test_nine_in_ten_true_numbers_lie_within_their_intervals(found: Fit, slower: Fit) -> None:
    held = 0
    for one, learning in ((found, TRUE), (slower, SLOW)):
        rows = one.numbers[one.numbers["fitted"]]
        true = np.array([getattr(learning, name) for name in rows["name"]])
        held += int(((rows["lower"] <= true) & (true <= rows["upper"])).sum())

    # Of 40 intervals that hold nine times in ten, fewer than 31 hold once in fifty.
    assert held >= 31


def test_a_lab_twice_as_slow_is_seen_as_slower(found: Fit, slower: Fit) -> None:
    quick, slow = (one.numbers.set_index("name").loc["time_constant"] for one in (found, slower))

    assert slow["lower"] > quick["upper"]
    assert slow["estimate"] / quick["estimate"] == pytest.approx(2, rel=0.4)


def test_a_fit_comes_as_near_as_chance_allows(found: Fit) -> None:
    start = float(np.abs(Learning().naive_efficiency - TRUE.naive_efficiency))

    assert found.distance == pytest.approx(1, abs=0.35)
    assert abs(found.learning.naive_efficiency - TRUE.naive_efficiency) < start / 2


def test_what_is_not_fitted_stays_as_it_is(rough: Fit) -> None:
    start = replace(Learning(), memory=0.7, fast_share=0.3)
    other = brief(start=start)
    fitted = {one.name for one in FITTED}

    assert (other.learning.memory, other.learning.fast_share) == (0.7, 0.3)
    assert all(each.memory == 0.7 for each in other.bootstrap)
    assert set(rough.numbers.loc[rough.numbers["fitted"], "name"]) == fitted
    assert rough.numbers.loc[~rough.numbers["fitted"], ["lower", "upper"]].isna().all(axis=None)
    assert (rough.numbers["estimate"] == rough.numbers["start"])[~rough.numbers["fitted"]].all()


def test_what_stages_cost_is_learned_only_where_they_were_recorded(rough: Fit) -> None:
    table = small().drop(columns="current_stage_actual")
    replayed = fit(table, simulated=12, steps=1)

    for name in OF_STAGES:
        told, untold = (one.numbers.set_index("name").loc[name] for one in (rough, replayed))
        assert (told["fitted"], untold["fitted"]) == (True, False)
        assert untold["estimate"] == pytest.approx(untold["start"])
        assert untold["lower"] < untold["start"] < untold["upper"]


def test_the_same_seed_gives_the_same_fit(rough: Fit) -> None:
    again = brief()

    assert again.learning == rough.learning
    assert again.bootstrap == rough.bootstrap
    assert brief(seed=2).learning != rough.learning


def test_every_number_stays_within_its_bounds(rough: Fit) -> None:
    for one in FITTED:
        drawn = [getattr(each, one.name) for each in (rough.learning, *rough.bootstrap)]
        assert one.lower * 0.999 <= min(drawn), one.name
        assert max(drawn) <= one.upper * 1.001, one.name


def test_a_fit_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []

    brief(draws=0, progress=lambda done, steps: told.append((done, steps)))

    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_without_draws_there_are_no_intervals() -> None:
    alone = brief(draws=0)

    assert alone.bootstrap == ()
    assert alone.numbers["lower"].isna().all()


# ---- what it is fitted to ----


@pytest.mark.parametrize(("mice", "sessions"), [(9, 20), (12, 8)])
def test_of_few_mice_nothing_is_learned(mice: int, sessions: int) -> None:
    with pytest.raises(TableError, match=f"Not enough mice.*at least 10 mice and 100 sessions.*{mice} mice"):
        fit(lab(mice=mice, sessions=sessions))


def test_where_no_stage_was_recorded_the_rules_tell_it() -> None:
    table = small().drop(columns="current_stage_actual")

    replayed, recorded = history(table), history(small())

    assert (replayed.replayed, recorded.replayed) == (1, 0)
    # Nobody overrode anything in that lab.
    assert replayed.seen.difficulty.tolist() == recorded.seen.difficulty.tolist()


def test_a_missing_value_is_missing_in_the_clones_too() -> None:
    table = small()
    table.loc[table.index[3], "foraging_efficiency"] = np.nan
    table.loc[table.index[5], "finished_trials"] = np.nan
    seen = history(table)

    again = train_again(clones(seen, TRUE, HARD, times=2, rng=np.random.default_rng(0)), TRUE)

    # A clone may have a session without trials, too.
    assert np.isnan(again.efficiency[[3, 3 + len(table)]]).all()
    assert not np.isnan(again.efficiency).all()
    assert np.flatnonzero(np.isnan(again.vigour)).tolist() == [5, 5 + len(table)]


def test_clones_start_where_their_mouse_started() -> None:
    table = small()
    late = table["subject_id"] == table["subject_id"].iloc[0]
    table.loc[late, "session"] += 20
    table.loc[table.index[0], "current_stage_actual"] = "STAGE_3"
    seen = history(table)

    again = train_again(clones(seen, TRUE, HARD, times=1, rng=np.random.default_rng(0)), TRUE)

    assert again.difficulty[0] == pytest.approx(0.53, abs=0.01)
    assert again.difficulty[9] == pytest.approx(0.03, abs=0.01)


def test_sessions_that_come_very_late_are_not_looked_at() -> None:
    table = small()
    table.loc[table.index[8], "session"] = 61

    assert history(table).sessions == len(table) - 1


def test_of_many_mice_some_are_drawn_with_the_seed() -> None:
    table = small(mice=30)

    one, same, other = (history(table, most=15, seed=seed) for seed in (1, 1, 2))

    assert (one.mice, one.left_out) == (15, 0)
    assert one.seen.efficiency.tolist() == same.seen.efficiency.tolist()
    assert one.seen.efficiency.tolist() != other.seen.efficiency.tolist()


def test_mice_of_curricula_that_the_model_does_not_know_are_left_out() -> None:
    strange = curriculum(LADDER, name="Strange")
    table = small().assign(curriculum_name=COUPLED.name, curriculum_version=COUPLED.version, trials=5.0, efficiency=0.5)
    guest = table.iloc[:9].assign(subject_id="guest", curriculum_name="Strange", curriculum_version="1")
    both = pd.concat([table, guest.drop(columns="current_stage_actual")])

    found = read_history(both, Library([COUPLED, strange]), difficulty=HARD)

    assert (found.mice, found.left_out) == (12, 1)
    assert [one.key for one in found.curricula] == [COUPLED.key]


# ---- what is compared ----


def test_the_moments_are_those_of_the_mice() -> None:
    seen = history(small())
    stick = yardstick(seen)
    first = seen.seen.efficiency[seen.day == 0]

    moments = moments_of(sums_of_mice(seen.seen, stick).sum(axis=0), stick)

    assert moments[0] == pytest.approx(first.mean())
    assert moments[1] == pytest.approx(first.std())
    assert moments[3] == pytest.approx((first <= np.median(first)).mean())
    assert moments[-1] == 0  # nobody graduates within nine sessions


def test_clones_are_summed_up_as_their_mice_are() -> None:
    seen = history(small())
    stick = yardstick(seen)
    twice = replace(seen.seen, **{name: np.tile(getattr(seen.seen, name), 2) for name in seen.seen.__slots__})

    once = sums_of_mice(seen.seen, stick)

    assert sums_of_mice(twice, stick, times=2) == pytest.approx(np.concatenate([once, once]))


def test_a_period_without_any_value_has_no_moment() -> None:
    table = small()
    table.loc[table["session"] == 1, "finished_trials"] = np.nan
    seen = history(table)
    stick = yardstick(seen)

    moments = moments_of(sums_of_mice(seen.seen, stick).sum(axis=0), stick)

    assert ("vigour", 0) not in stick.marks
    assert np.isnan(moments).any()
    assert fit(table, simulated=12, steps=1).distance > 0


# ---- posterior predictive ----


def test_a_model_that_is_right_reproduces_the_mice() -> None:
    table = lab(sessions=10)
    right = replace(brief(), learning=TRUE, bootstrap=(TRUE,))

    again = reproduced(right, table, COUPLED, seed=3, draws=20)

    assert again.curves.groupby("metric")["session"].max().tolist() == [10, 10]
    assert again.curves["mice"].max() == 60
    for name in ("foraging_efficiency", "finished_trials"):
        assert again.medians_inside[name] >= 0.6
        assert again.sessions_inside[name] == pytest.approx(0.9, abs=0.06)


def test_a_model_that_is_wrong_does_not(rough: Fit) -> None:
    wrong = replace(TRUE, naive_efficiency=0.2)
    told: list[tuple[int, int]] = []

    again = reproduced(
        replace(rough, learning=wrong, bootstrap=()),
        small(),
        COUPLED,
        seed=3,
        draws=4,
        progress=lambda done, steps: told.append((done, steps)),
    )

    assert again.medians_inside["foraging_efficiency"] == 0
    assert again.sessions_inside["foraging_efficiency"] < 0.1
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_nine_in_ten_sessions_of_the_real_mice_are_reproduced(reference: Path) -> None:
    real = read_sessions(reference / "data" / "janelia_sessions.csv")
    rough = fit(real, simulated=150, steps=2)

    again = reproduced(rough, real, COUPLED, seed=0, draws=8)

    assert (rough.mice, rough.replayed) == (150, 1)
    assert min(again.sessions_inside.values()) > 0.85
    assert min(again.medians_inside.values()) > 0.2


# ---- closed loop ----


def changed(*texts: tuple[str, str]) -> Curriculum:
    """Coupled Baiting 2.4: as 2.3 but for some texts."""
    document = COUPLED.text.replace('"curriculum_version": "2.3"', '"curriculum_version": "2.4"')
    for before, after in texts:
        assert before in document
        document = document.replace(before, after)
    return load_curriculum(document.encode())


def test_a_curriculum_does_not_differ_from_itself(rough: Fit) -> None:
    same = closed_loop(rough, [COUPLED, changed()], mice=40, sessions=15, seed=2, draws=5)

    assert same.differences["measure"].tolist() == ["graduates", "sessions", "rollbacks"]
    assert not same.differences[["difference", "lower", "upper"]].to_numpy().any()


def test_two_curricula_of_one_name_are_told_apart(rough: Fit) -> None:
    both = closed_loop(rough, [COUPLED, changed((">= 450", ">= 350")), COUPLED], mice=5, sessions=3, seed=2, draws=2)

    assert both.table["curriculum"].tolist() == [
        "Coupled Baiting@2.3",
        "Coupled Baiting@2.4",
        "Coupled Baiting@2.3 (2)",
    ]
    assert set(both.dwell["curriculum"]) == set(both.flows["curriculum"]) == set(both.table["curriculum"])


def test_the_table_of_a_closed_loop_adds_up(rough: Fit) -> None:
    told: list[tuple[int, int]] = []

    one = closed_loop(
        replace(rough, bootstrap=()),
        [COUPLED],
        mice=60,
        sessions=30,
        seed=2,
        draws=1,
        progress=lambda done, steps: told.append((done, steps)),
    )

    row = one.table.iloc[0]
    assert 0.3 < row["graduates"] < 1
    assert row["graduates_lower"] == row["graduates"] == row["graduates_upper"]
    assert one.dwell["sessions"].sum() == pytest.approx(row["sessions"])
    assert one.flows["times"].sum() == pytest.approx(row["sessions"])
    ends = one.flows[one.flows["to"] == "GRADUATED"]["times"].sum()
    assert ends == pytest.approx(row["graduates"])
    assert told == [(1, 1)]


def test_pairs_of_mice_tell_a_difference_better_than_two_groups(rough: Fit) -> None:
    two = closed_loop(rough, [COUPLED, changed((">= 450", ">= 350"))], mice=40, sessions=20, seed=2, draws=12)

    change = two.differences.set_index("measure").loc["graduates"]
    alone = (two.table["graduates_upper"] - two.table["graduates_lower"]).to_numpy(dtype=float)
    assert change["difference"] > 0
    assert change["upper"] - change["lower"] < np.hypot(*alone)


def test_a_median_that_is_not_reached_is_missing(rough: Fit) -> None:
    short = closed_loop(rough, [COUPLED], mice=20, sessions=5, seed=2, draws=3)

    assert short.table.loc[0, "graduates"] == 0
    assert short.table["median_sessions"].isna().all()


def test_rules_on_what_the_model_does_not_know_are_refused(rough: Fit) -> None:
    strange = curriculum(LADDER, name="Strange")

    with pytest.raises(DocumentError, match=r"Strange@1 cannot be simulated: its rules read 'efficiency', 'trials'"):
        closed_loop(rough, [strange], seed=2)
