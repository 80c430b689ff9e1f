"""The example lab: seeded, believable, and decided by the real engine."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from autotrain_core._places import shipped_curricula
from autotrain_core.evaluation import decide_and_report
from autotrain_core.evaluation import _lab as lab_module
from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._lab import Lab, example_lab
from autotrain_core.evaluation._learning import LEARNERS, METRICS, Learning
from autotrain_core.evaluation._model_number import model_numbers
from autotrain_core.evaluation._streams import subject_numbers
from autotrain_core.evaluation._troubles import Troubles
from autotrain_core.interop import read_library
from autotrain_core.models import Curriculum, Library
from tests.evaluation import documents

SHIPPED = read_library(shipped_curricula())[0]
FORAGING = [one for one in SHIPPED if one.schema_name == "DynamicForagingCurriculum"]
COUPLED = SHIPPED.get("Coupled Baiting", "2.3")
# The mean length of a lost stretch is no rate.
NONE = Troubles(**{one.name: 0.0 for one in fields(Troubles) if one.name != "lost_length"})
MANY = Troubles(
    overrides=0.1,
    open_loop=0.05,
    off_curriculum=0.03,
    lost=0.02,
    late=0.05,
    uncounted=0.02,
    twice=0.02,
    late_starters=0.2,
    switches=0.5,
)


@pytest.fixture(scope="module")
def lab() -> Lab:
    return example_lab(500, curricula=FORAGING, seed=7)


@pytest.fixture(scope="module")
def coupled() -> Lab:
    return example_lab(400, curricula=[COUPLED], seed=7)


@pytest.fixture(scope="module")
def unlucky() -> Lab:
    return example_lab(300, curricula=FORAGING, seed=2, troubles=MANY)


def suffering(**rates: float) -> Lab:
    """A lab in which only some kinds of trouble exist."""
    return example_lab(200, curricula=FORAGING, seed=4, troubles=replace(NONE, **rates))


def first_mice(lab: Lab, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    mice = lab.mice.head(count)
    return lab.sessions[lab.sessions["subject_id"].isin(mice["subject_id"])], mice


def before(lab: Lab, column: str) -> "pd.Series[Any]":
    """The same column of the mouse's row before; missing in its first."""
    return lab.sessions.groupby("subject_id", sort=False)[column].shift()


def near(rate: float, count: int) -> Any:
    """A share of `count` events within four standard errors of its rate."""
    return pytest.approx(rate, abs=4 * float(np.sqrt(rate * (1 - rate) / count)))


def test_the_same_seed_gives_the_same_lab() -> None:
    one, other = (example_lab(12, curricula=FORAGING, seed=3) for _ in range(2))

    assert_frame_equal(one.sessions, other.sessions)
    assert_series_equal(one.suggested, other.suggested)
    assert_frame_equal(one.mice, other.mice)


def test_another_seed_gives_other_mice() -> None:
    one, other = (example_lab(12, curricula=FORAGING, seed=seed) for seed in (3, 4))

    assert set(one.mice["subject_id"]).isdisjoint(other.mice["subject_id"])
    assert not one.mice["true_asymptote"].equals(other.mice["true_asymptote"])


def test_a_mouse_is_the_same_in_a_larger_lab(lab: Lab) -> None:
    small = example_lab(70, curricula=FORAGING, seed=7)

    sessions, mice = first_mice(lab, 70)

    assert_frame_equal(small.sessions, sessions)
    assert_frame_equal(small.mice, mice)


def test_a_mouse_does_not_depend_on_how_many_are_simulated_at_a_time(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_module, "CELLS", 1)

    pieces = example_lab(150, curricula=FORAGING, seed=7)

    sessions, mice = first_mice(lab, 150)
    assert_frame_equal(pieces.sessions, sessions)
    assert_frame_equal(pieces.mice, mice)


def test_mice_are_named_by_six_digits_each_once() -> None:
    numbers = subject_numbers(5, 700_000)

    assert min(numbers) == 300_000
    assert max(numbers) == 999_999
    assert len(set(numbers)) == 700_000


def test_the_session_table_has_the_columns_that_rigs_file(lab: Lab) -> None:
    kinds = {name: lab.sessions[name].dtype for name in lab.sessions}

    texts = "subject_id session_date task curriculum_name curriculum_version curriculum_schema_version "
    texts += "current_stage_actual trainer PI project rig arrived"
    assert [name for name, kind in kinds.items() if isinstance(kind, pd.StringDtype)] == texts.split()
    assert [name for name, kind in kinds.items() if kind == np.int64] == ["session", "nwb_suffix"]
    assert [name for name, kind in kinds.items() if kind == bool] == ["if_overriden_by_trainer"]
    weights = ["weight_after", "weight_after_ratio", "water_in_session", "water_given"]
    assert [name for name, kind in kinds.items() if kind == np.float64] == [*METRICS, *weights]
    assert len(kinds) == 12 + 2 + 1 + 14


def test_numbers_keep_their_ranges(lab: Lab) -> None:
    sessions = lab.sessions

    assert sessions["foraging_efficiency"].dropna().between(0, 1.3).all()
    assert sessions["finished_trials"].dropna().between(0, 3000).all()
    assert sessions["weight_after_ratio"].between(0.7, 1.15).all()
    assert sessions["weight_after"].between(12, 40).all()
    assert sessions["water_in_session"].between(0, 4).all()
    assert (sessions["water_in_session"] + sessions["water_given"]).min() >= 1
    assert sessions["nwb_suffix"].between(80_000, 220_000).all()
    assert (sessions["nwb_suffix"] % 10_000 < 6_000).all()


def test_mice_train_on_workdays_one_after_the_other_within_the_labs_weeks(lab: Lab) -> None:
    days = pd.to_datetime(lab.sessions["session_date"])
    weeks = (days - pd.Timestamp(lab_module.FIRST_DAY)).dt.days // 7
    steps = days.groupby(lab.sessions["subject_id"]).diff().dt.days.dropna()

    assert (days.dt.day_of_week < 5).all()
    assert weeks.between(0, 15).all()
    assert (steps >= 0).all()
    assert (lab.sessions.groupby("subject_id")["session"].diff().dropna() > 0).all()
    assert pd.to_datetime(lab.mice["start_date"]).nunique() > 40


def test_the_first_day_may_be_any() -> None:
    saturday = example_lab(30, curricula=FORAGING, start=date(2024, 2, 3), weeks=2)

    days = saturday.sessions["session_date"]

    assert days.min() == "2024-02-05"
    assert days.max() <= "2024-02-16"


def test_training_that_goes_on_after_the_last_day_is_told_from_training_that_ended(lab: Lab) -> None:
    going_on = lab.mice.loc[lab.mice["in_training"], "last_date"]

    assert lab.mice["in_training"].mean() == pytest.approx(0.33, abs=0.08)
    assert going_on.min() > "2026-03-01"
    assert (going_on >= "2026-04-20").mean() > 0.8


@pytest.mark.parametrize("name", ["lab", "coupled", "unlucky"])
def test_deciding_the_table_gives_what_the_mice_were_told(name: str, request: pytest.FixtureRequest) -> None:
    made: Lab = request.getfixturevalue(name)

    outcome = decide_and_report(made.sessions, made.curricula)

    decided = outcome.decisions
    assert_series_equal(decided["current_stage_suggested"], made.suggested[decided.index])
    assert {notice.kind for notice in outcome.report} == {"off-curriculum"}
    assert len(decided) == made.sessions["curriculum_name"].notna().sum()


def test_every_stage_of_every_curriculum_is_reached(lab: Lab) -> None:
    recorded = lab.sessions.dropna(subset="current_stage_actual")
    met = recorded.groupby(["curriculum_name", "curriculum_version"])["current_stage_actual"].agg(set)

    assert len(met) == 5
    for curriculum in FORAGING:
        assert met[curriculum.name, curriculum.version] == {stage.label for stage in curriculum.stages}


def test_about_half_of_the_mice_graduate_many_are_rolled_back_and_some_are_stuck(coupled: Lab) -> None:
    decisions = decide_and_report(coupled.sessions, coupled.curricula).decisions
    by_mouse = decisions.groupby("subject_id")

    graduated = by_mouse["next_stage_suggested"].agg(lambda stages: "GRADUATED" in set(stages))
    rolled_back = by_mouse["decision"].agg(lambda taken: "ROLLBACK" in set(taken))
    long = by_mouse.size() >= 25

    assert 0.35 < graduated.mean() < 0.6
    assert 0.4 < rolled_back.mean() < 0.7
    assert 0.05 < 1 - graduated[long].mean() < 0.5


def test_stuck_mice_are_mostly_those_that_plateau(coupled: Lab) -> None:
    mice = coupled.mice[coupled.mice["sessions"] >= 20].set_index("subject_id")
    last = coupled.sessions.groupby("subject_id")["current_stage_actual"].last()

    graduated = last[mice.index].eq("GRADUATED").groupby(mice["true_learner"]).mean()

    assert set(graduated.index) == set(LEARNERS)
    assert graduated["fast"] > graduated["slow"] > graduated["plateau"]


def test_curricula_are_followed_in_equal_shares(lab: Lab) -> None:
    shares = lab.mice.groupby(["curriculum_name", "curriculum_version"]).size() / len(lab.mice)

    assert shares.to_list() == [near(0.2, 500)] * 5


def test_efficiency_is_missing_exactly_where_there_were_no_trials(lab: Lab) -> None:
    missing = lab.sessions["foraging_efficiency"].isna()

    assert missing.any()
    assert lab.sessions["finished_trials"].eq(0).equals(missing)


def test_a_lab_without_troubles_follows_every_suggestion() -> None:
    ideal = suffering()
    sessions = ideal.sessions

    assert (sessions["current_stage_actual"] == ideal.suggested).all()
    assert not sessions["if_overriden_by_trainer"].any()
    assert (sessions["session"] == sessions.groupby("subject_id").cumcount() + 1).all()
    assert sessions["finished_trials"].notna().all()
    assert (sessions["arrived"] > sessions["session_date"]).all()
    assert (sessions.groupby("subject_id")["curriculum_name"].nunique() == 1).all()
    assert (sessions.groupby("subject_id")[["trainer", "rig"]].nunique() == 1).all(axis=None)
    steps = pd.to_datetime(sessions["session_date"]).groupby(sessions["subject_id"]).diff().dt.days
    assert set(steps.dropna()) == {1, 3}


def test_trainers_run_another_stage_now_and_then_and_mostly_tick_the_box() -> None:
    overruled = suffering(overrides=0.1, unticked=0.2)
    sessions = overruled.sessions

    other = sessions["current_stage_actual"] != overruled.suggested
    assert other.mean() == near(0.1, len(sessions))
    assert sessions.loc[other, "if_overriden_by_trainer"].mean() == near(0.8, other.sum())
    assert not sessions.loc[~other, "if_overriden_by_trainer"].any()
    assert not sessions.loc[other, "current_stage_actual"].eq("GRADUATED").any()


def test_after_a_late_file_the_rig_shows_the_stage_of_the_session_before() -> None:
    tardy = suffering(late=0.1)
    sessions = tardy.sessions

    waited = pd.to_datetime(sessions["arrived"]) - pd.to_datetime(sessions["session_date"])
    shown = tardy.suggested.groupby(sessions["subject_id"], sort=False).shift()
    after = before(tardy, "arrived").fillna("") > sessions["session_date"]

    assert (waited > pd.Timedelta(days=1)).mean() == near(0.1, len(sessions))
    assert after.mean() == pytest.approx(0.095, abs=0.02)
    assert (sessions["current_stage_actual"] == tardy.suggested.where(~after, shown)).all()
    assert not sessions["if_overriden_by_trainer"].any()


def test_a_stage_that_nobody_recorded_was_the_suggested_one() -> None:
    silent = suffering(open_loop=0.1)

    missing = silent.sessions["current_stage_actual"].isna()
    decided = decide_and_report(silent.sessions, silent.curricula).decisions

    assert missing.mean() == near(0.1, len(missing))
    assert (decided["closed_loop"] == ~missing).all()
    assert not decided["overridden_by_trainer"].any()


def test_a_session_off_curriculum_has_metrics_but_neither_curriculum_nor_stage() -> None:
    astray = suffering(off_curriculum=0.1)

    off = astray.sessions[astray.sessions["curriculum_name"].isna()]

    assert len(off) / len(astray.sessions) == pytest.approx(0.1, abs=0.02)
    named = ["curriculum_version", "curriculum_schema_version", "current_stage_actual"]
    assert off[named].isna().all(axis=None)
    assert off["finished_trials"].median() > 200
    assert off["task"].str.contains("Baiting").all()
    assert astray.suggested[off.index].isna().all()
    assert (off["session"] > 1).all()


def test_lost_files_leave_gaps_in_the_session_numbers() -> None:
    careless = suffering(lost=0.02)

    gaps = careless.sessions["session"] - before(careless, "session").fillna(0) - 1

    assert (gaps >= 0).all()
    assert (gaps > 0).mean() == pytest.approx(0.02, abs=0.006)
    assert gaps[gaps > 0].mean() == pytest.approx(Troubles().lost_length, abs=0.7)


def test_where_trials_were_not_counted_the_efficiency_is_still_there() -> None:
    broken = suffering(uncounted=0.1)

    uncounted = broken.sessions[broken.sessions["finished_trials"].isna()]

    assert len(uncounted) / len(broken.sessions) == near(0.1, len(broken.sessions))
    assert uncounted["foraging_efficiency"].notna().all()
    counts = ["ignored_trials", "ignore_rate", "finished_rate", "foraging_performance"]
    assert uncounted[counts].isna().all(axis=None)


def test_a_second_session_on_a_day_comes_later_in_that_day() -> None:
    busy = suffering(twice=0.05)

    same = before(busy, "session_date") == busy.sessions["session_date"]

    assert same.mean() == pytest.approx(0.046, abs=0.012)
    assert (busy.sessions["nwb_suffix"] > before(busy, "nwb_suffix"))[same].all()
    triple = same & same.groupby(busy.sessions["subject_id"]).shift(fill_value=False)
    assert not triple.any()


def test_days_are_missed_and_breaks_taken() -> None:
    absent = suffering(missed=0.1, breaks=0.02)
    days = pd.Series(absent.sessions["session_date"].to_numpy(dtype="datetime64[D]"))
    last = pd.Series(before(absent, "session_date")).fillna(absent.sessions["session_date"])

    workdays = np.busday_count(last.to_numpy(dtype="datetime64[D]"), days.to_numpy(dtype="datetime64[D]"))
    steps = workdays[(before(absent, "session")).notna().to_numpy()]

    assert (steps > 1).mean() == near(0.118, len(steps))
    assert (steps > 5).mean() == near(0.02, len(steps))


def test_a_mouse_from_another_lab_is_taken_where_it_is() -> None:
    moved = suffering(late_starters=0.3)

    first = moved.sessions.groupby("subject_id", sort=False).head(1)
    late = first[first["session"] > 1]

    assert len(late) / len(first) == near(0.3, len(first))
    assert set(late["current_stage_actual"]) == {"STAGE_1_WARMUP", "STAGE_1", "STAGE_2"}
    assert (moved.suggested[late.index] == late["current_stage_actual"]).all()


def test_a_mouse_that_changes_curriculum_goes_on_at_the_same_stage() -> None:
    changed = suffering(switches=1.0)
    sessions = changed.sessions

    key = sessions["curriculum_name"] + sessions["curriculum_version"]
    comes = key != key.groupby(sessions["subject_id"], sort=False).shift().fillna(key)
    labels = {one.name + one.version: {stage.label for stage in one.stages} for one in FORAGING}
    known = np.array([stage in labels[one] for stage, one in zip(changed.suggested, key, strict=True)])

    assert sessions.loc[comes, "subject_id"].is_unique
    assert comes.sum() > 150
    assert (sessions["current_stage_actual"] == changed.suggested)[known].all()
    assert (sessions["current_stage_actual"] != changed.suggested)[~known].all()
    assert not (comes & ~pd.Series(known)).equals(comes)
    last = sessions.groupby("subject_id", sort=False)["curriculum_version"].last()
    assert last.to_list() == changed.mice["curriculum_version"].to_list()


def toy(name: str, stages: Sequence[str]) -> Curriculum:
    """A ladder of stages that are left after two sessions, or at once by a good one."""
    ladder: dict[str, list[tuple[str, str, str]]] = {
        stage: [
            ("progress", following, "metrics.session_at_current_stage >= 2"),
            ("progress", following, "np.mean(metrics.at_stage.finished_trials[-2:]) >= 600"),
        ]
        for stage, following in zip(stages, [*stages[1:], "Graduated"], strict=True)
    }
    # With neither of these a session is not decided at all, which `simulate` cannot foresee.
    metrics = [{"name": measured, "title": measured} for measured in ("finished_trials", "foraging_efficiency")]
    return documents.curriculum(ladder, name=name, metrics=metrics)


def test_time_at_a_stage_is_counted_rightly_across_curricula_whose_stages_differ() -> None:
    curricula = [toy("Left", "ABCDEF"), toy("Right", "ACEG"), toy("Short", "B")]

    mixed = example_lab(200, curricula=curricula, seed=1, troubles=MANY)

    decided = decide_and_report(mixed.sessions, mixed.curricula).decisions
    assert_series_equal(decided["current_stage_suggested"], mixed.suggested[decided.index])
    assert (mixed.sessions.groupby("subject_id")["curriculum_name"].nunique() > 1).mean() > 0.2


def test_with_one_curriculum_nobody_changes() -> None:
    alone = example_lab(40, curricula=[COUPLED], troubles=replace(NONE, switches=1.0))

    assert set(alone.sessions["curriculum_name"]) == {"Coupled Baiting"}


def test_colleagues_cover_and_rigs_are_repaired() -> None:
    helped = suffering(other_trainer=0.2, other_rig=0.1)
    own = helped.mice.set_index("subject_id").loc[helped.sessions["subject_id"]]

    elsewhere = helped.sessions["rig"].to_numpy() != own["rig"].to_numpy()
    covered = helped.sessions["trainer"].to_numpy() != own["trainer"].to_numpy()
    hall = [rig.split("-")[0] for rig in own["rig"]]

    assert covered.mean() == near(0.2, len(covered))
    assert elsewhere.mean() == near(0.1, len(elsewhere))
    assert [rig.split("-")[0] for rig in helped.sessions["rig"]] == hall


def test_people_and_rigs_are_shared_out_evenly(lab: Lab) -> None:
    mice = lab.mice

    assert mice.groupby("rig").size().max() == 6
    assert mice.groupby("trainer").size().max() == 8
    assert (mice.groupby("project")["PI"].nunique() == 1).all()
    assert mice.head(12)[["trainer", "PI", "project", "rig"]].nunique().to_list() == [3, 2, 4, 4]
    assert {"Yew", "Alder 2"} <= set(mice["trainer"])
    assert mice["sex"].eq("male").mean() == near(0.5, 500)
    age = pd.to_datetime(mice["start_date"]) - pd.to_datetime(mice["birth_date"])
    assert age.dt.days.between(60, 119).all()


def test_each_mouse_trains_as_often_as_asked() -> None:
    measured = example_lab(20, curricula=[COUPLED], sessions_per_mouse=30, weeks=1, troubles=NONE)

    assert measured.sessions.groupby("subject_id").size().to_list() == [30] * 20
    assert measured.mice["sessions"].to_list() == [30] * 20
    assert not measured.mice["in_training"].any()


def test_the_smallest_lab_is_one_session_of_one_mouse() -> None:
    smallest = example_lab(1, curricula=iter([COUPLED]), sessions_per_mouse=1)

    assert repr(smallest).startswith("Lab(1 mice, 1 sessions, 2026-0")
    assert isinstance(smallest.curricula, Library)
    assert [one.key for one in smallest.curricula] == ["Coupled Baiting@2.3"]


def test_progress_is_told_mouse_by_mouse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_module, "CELLS", 6400)
    told: list[tuple[int, int]] = []

    example_lab(150, curricula=[COUPLED], progress=lambda done, total: told.append((done, total)))

    assert told == [(64, 150), (128, 150), (150, 150)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"mice": 0}, "mice must be a whole number from 1 to 700,000, found 0"),
        ({"mice": 700_001}, "mice must be a whole number from 1 to 700,000, found 700001"),
        ({"mice": True}, "mice must be a whole number from 1 to 700,000, found True"),
        ({"mice": 2.5}, "mice must be a whole number from 1 to 700,000, found 2.5"),
        ({"seed": -1}, "seed must be a whole number from 0, found -1"),
        ({"weeks": 0}, "weeks must be a whole number from 1 to 520, found 0"),
        ({"sessions_per_mouse": 0}, "sessions_per_mouse must be a whole number from 1 to 10,000, found 0"),
        ({"curricula": []}, "curricula is empty: the mice need at least one to follow"),
        (
            {"curricula": [documents.curriculum({"Graduated": None})]},
            "cannot follow Toy@1: it has no stage to train at",
        ),
        (
            {"curricula": [documents.curriculum(documents.LADDER)]},
            "cannot follow Toy@1: its rules read efficiency, trials, but the learning model yields foraging",
        ),
    ],
)
def test_an_argument_out_of_its_range_is_named(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        example_lab(**({"curricula": [COUPLED]} | arguments))


def test_the_numbers_of_the_models_stand_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "example-lab.md").read_text(encoding="utf-8")

    rows = [
        f"| `{one.name}` | {one.title} | {one.default:g} | {one.unit} | {one.reason} |"
        for model in (Learning, Difficulty, Troubles)
        for one in model_numbers(model)
    ]

    assert [row for row in rows if row not in page] == []
