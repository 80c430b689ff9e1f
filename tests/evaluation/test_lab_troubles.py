"""What goes wrong in the example lab, kind by kind."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from autotrain_core.evaluation import decide_and_report
from autotrain_core.evaluation._lab import example_lab
from autotrain_core.evaluation._troubles import Troubles
from autotrain_core.models import Curriculum
from tests.evaluation import documents
from tests.evaluation.labs import COUPLED, FORAGING, MANY, NONE, before, near, suffering


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
    days = pd.to_datetime(sessions["session_date"]).map(pd.Timestamp.toordinal)
    assert set(days.groupby(sessions["subject_id"]).diff().dropna()) == {1, 3}


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
    changed = suffering(FORAGING, switches=1.0)
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
    made: Curriculum = documents.curriculum(ladder, name=name, metrics=metrics)
    return made


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
