"""Whom a new version would concern: who follows the name, and what would be decided for them."""

import json
from datetime import date
from typing import Any

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.models import Curriculum, load_curriculum
from tests.services.nights import POOR, SESSIONS, Nights, put, session
from tests.services.publishing import NOW, SETTINGS, changed, ladder, shipped

ON = date(2026, 11, 2)


@pytest.fixture
def nights() -> Nights:
    """Two mice in training, of which one goes on; one long gone; one of another curriculum."""
    made = Nights()
    made.run(
        [
            session("700001", 1, day=29, stage="STAGE_1"),
            session("700001", 2, day=30, stage="STAGE_1", **POOR),
            session("700002", 1, day=30, stage="STAGE_2", finished_trials=250, foraging_efficiency=0.65),
            session("700003", 1, day=1, stage="STAGE_1", **POOR),
            session("700004", 1, day=30, curriculum_name="Uncoupled Baiting"),
        ]
    )
    return made


def view(nights: Nights) -> services.LabView:
    return services.lab_view(nights.store, SETTINGS, at=NOW)


def affected(nights: Nights, curriculum: Curriculum | None = None) -> services.Affected:
    return services.affected_mice(view(nights), curriculum or shipped(), on=ON)


def eager(**extra: Any) -> Curriculum:
    """The shipped one, in which every first rule holds."""
    made = {**shipped().document, "curriculum_version": "2.4", **extra}
    for stage in made["curriculum"].values():
        for rule in stage["transition_rules"][:1]:
            rule["condition"] = "lambda metrics: metrics.session_total >= 0"
    return load_curriculum(json.dumps(made).encode())


def test_the_mice_of_the_name_are_listed_those_in_training_first(nights: Nights) -> None:
    found = affected(nights)

    assert list(found.mice.index) == ["700001", "700002", "700003"]
    assert list(found.mice["in_training"]) == [True, True, False]
    assert list(found.mice["curriculum_version"]) == ["2.3", "2.3", "2.3"]
    assert list(found.mice["last_session"]) == [2, 1, 1]
    assert found.in_training == 2


def test_the_version_that_they_follow_changes_nothing(nights: Nights) -> None:
    found = affected(nights)

    assert found.mice["would"].tolist() == found.mice["following"].tolist()
    assert found.changes == 0
    assert found.mice["certain"].all()
    assert "all would run the same stage next" in found.sentence


def test_another_rule_shows_where_it_would_lead(nights: Nights) -> None:
    found = affected(nights, eager())

    row = found.mice.loc["700001"]
    assert (row["stage"], row["following"], row["would"], row["changes"]) == ("STAGE_1", "STAGE_1", "STAGE_2", True)
    assert found.changes == int((found.mice["changes"] & found.mice["in_training"]).sum())
    assert "of them would run another stage next" in found.sentence


def test_it_always_says_that_publishing_moves_nobody(nights: Nights) -> None:
    assert affected(nights).sentence.endswith("until somebody moves it.")
    assert affected(nights, changed(shipped(), curriculum_name="New")).sentence.startswith(
        "No mouse has followed New last. Publishing moves no mouse"
    )


def test_capitals_do_not_make_another_curriculum(nights: Nights) -> None:
    assert affected(nights, changed(shipped(), curriculum_name="coupled baiting")).in_training == 2


def test_a_stage_that_the_new_version_does_not_have_is_told(nights: Nights) -> None:
    found = affected(nights, changed(ladder(), curriculum_name="Coupled Baiting"))

    assert found.mice["would"].isna().all()
    assert found.mice["reason"].notna().all()
    assert found.changes == 0


def test_a_metric_that_the_table_lacks_is_told(nights: Nights) -> None:
    declared = [{"name": "licks", "title": "licks"}]
    work = eager(metrics=declared)
    made = work.document
    made["curriculum"]["Stage 1"]["transition_rules"][0]["condition"] = "lambda metrics: metrics.licks[-1] > 1"
    found = affected(nights, load_curriculum(json.dumps(made).encode()))

    assert len(found.mice) == 3
    assert not found.mice["changes"].loc["700001"]


def test_a_session_that_the_table_lost_is_told(nights: Nights) -> None:
    nights.table([session("700002", 1, day=30, stage="STAGE_2")])

    found = affected(nights)

    row = found.mice.loc["700001"]
    assert row["reason"] == "its last session is no longer in the session table"
    assert pd.isna(row["would"])


def test_a_lab_without_sessions_has_nobody() -> None:
    found = affected(Nights())

    assert list(found.mice.index) == []
    assert found.in_training == 0


def test_a_session_off_curriculum_is_not_seen_by_the_rules(nights: Nights) -> None:
    rows = [
        session("700001", 1, day=28, stage="STAGE_1", **POOR),
        session("700001", 2, day=29, stage="STAGE_1", curriculum_name=None, curriculum_version=None),
        session("700001", 3, day=30, stage="STAGE_1", **POOR),
    ]
    put(nights.home, SESSIONS, pd.DataFrame(rows).to_csv(index=False).encode())
    nights.run()

    found = affected(nights)

    row = found.mice.loc["700001"]
    assert row["last_session"] == 3
    assert row["would"] == row["following"]


def test_one_mouse_is_said_in_the_singular(nights: Nights) -> None:
    found = affected(nights, changed(shipped(), curriculum_name="Uncoupled Baiting"))

    assert found.sentence.startswith("1 mouse in training follows Uncoupled Baiting;")


def test_mice_that_are_gone_are_said_to_have_followed_it(nights: Nights) -> None:
    found = services.affected_mice(view(nights), shipped(), on=date(2027, 6, 1))

    assert found.sentence.startswith("0 mice in training follow Coupled Baiting, and 3 did last.")
