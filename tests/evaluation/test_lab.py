"""The example lab: seeded, believable, and decided by the real engine."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from autotrain_core.evaluation import _lab as lab_module
from autotrain_core.evaluation import decide_and_report
from autotrain_core.evaluation._difficulty import Difficulty
from autotrain_core.evaluation._lab import Lab, example_lab
from autotrain_core.evaluation._learning import LEARNERS, METRICS, Learning
from autotrain_core.evaluation._model_number import model_numbers
from autotrain_core.evaluation._streams import subject_numbers
from autotrain_core.evaluation._troubles import Troubles
from autotrain_core.models import Library
from tests.evaluation import documents
from tests.evaluation.labs import COUPLED, FORAGING, MANY, NONE, first_mice, near


@pytest.fixture(scope="module")
def lab() -> Lab:
    return example_lab(500, curricula=FORAGING, seed=7)


@pytest.fixture(scope="module")
def coupled() -> Lab:
    return example_lab(400, curricula=[COUPLED], seed=7)


@pytest.fixture(scope="module")
def unlucky() -> Lab:
    return example_lab(200, curricula=FORAGING, seed=2, troubles=MANY)


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


def test_a_mouse_does_not_depend_on_how_many_are_simulated_at_a_time(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert [name for name, kind in kinds.items() if kind == np.bool_] == ["if_overriden_by_trainer"]
    weights = ["weight_after", "weight_after_ratio", "water_in_session_total", "water_after_session"]
    assert [name for name, kind in kinds.items() if kind == np.float64] == [*METRICS, *weights]
    assert len(kinds) == 12 + 2 + 1 + 14


def test_numbers_keep_their_ranges(lab: Lab) -> None:
    sessions = lab.sessions

    assert sessions["foraging_efficiency"].dropna().between(0, 1.3).all()
    assert sessions["finished_trials"].dropna().between(0, 3000).all()
    assert sessions["weight_after_ratio"].between(0.7, 1.15).all()
    assert sessions["weight_after"].between(12, 40).all()
    assert sessions["water_in_session_total"].between(0, 4).all()
    assert (sessions["water_in_session_total"] + sessions["water_after_session"]).min() >= 1
    assert sessions["nwb_suffix"].between(80_000, 220_000).all()
    assert (sessions["nwb_suffix"] % 10_000 < 6_000).all()


def test_mice_train_on_workdays_one_after_the_other_within_the_labs_weeks(lab: Lab) -> None:
    days = pd.to_datetime(lab.sessions["session_date"])
    weeks = (days - pd.Timestamp(lab_module.FIRST_DAY)).dt.days // 7
    steps = days.map(pd.Timestamp.toordinal).groupby(lab.sessions["subject_id"]).diff().dropna()

    assert (days.dt.day_of_week < 5).all()
    assert weeks.between(0, 15).all()
    assert steps.min() >= 0
    assert (lab.sessions.groupby("subject_id")["session"].diff().dropna() > 0).all()
    assert pd.to_datetime(lab.mice["start_date"]).nunique() > 40


def test_the_first_day_may_be_any() -> None:
    saturday = example_lab(30, curricula=FORAGING, start=date(2024, 2, 3), weeks=2)

    days = saturday.sessions["session_date"]

    assert days.min() == "2024-02-05"
    assert days.max() <= "2024-02-16"


def test_training_that_goes_on_after_the_last_day_is_told_from_training_that_ended(lab: Lab) -> None:
    going_on = lab.mice.loc[lab.mice["in_training"], "last_date"]

    assert lab.mice["in_training"].mean() == pytest.approx(0.45, abs=0.08)
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


def test_simulated_mice_resemble_real_ones(coupled: Lab, reference: Path) -> None:
    real = pd.read_csv(reference / "data" / "janelia_sessions.csv", dtype={"subject_id": "str"})
    places = [0.05, 0.25, 0.5, 0.75, 0.95]

    simulated_counts, real_counts = (one.groupby("subject_id").size() for one in (coupled.sessions, real))
    assert simulated_counts.quantile(places).to_list() == pytest.approx(
        real_counts.quantile(places).to_list(), rel=0.15, abs=1
    )
    for name, allowed in (("finished_trials", 45), ("foraging_efficiency", 0.04)):
        simulated, measured = (one[name].quantile(places).to_list() for one in (coupled.sessions, real))
        assert simulated == pytest.approx(measured, abs=allowed)


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

    day = smallest.sessions["session_date"].item()
    assert repr(smallest) == f"Lab(mice=1, sessions=1, first={day}, last={day})"
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
