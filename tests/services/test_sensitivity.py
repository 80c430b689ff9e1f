"""The past sessions of a lab, asked for the thresholds of a draft."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import flipped, thresholds
from autotrain_core.services import LabView, Settings
from tests.evaluation.documents import curriculum

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def lab() -> LabView:
    shown = services.demo(9, 3, now=NOW, code="0")
    return services.lab_view(shown.store, Settings(), at=NOW)


def followed(lab):
    """The curriculum of most sessions."""
    key = lab.sessions["curriculum"].mode()[0]
    return next(each for each in lab.shelf.library if each.key == key)


def test_with_the_thresholds_as_they_are_past_decisions_are_what_was_published(lab) -> None:
    draft = followed(lab)
    own = lab.sessions.set_index(["subject_id", "session"])
    asked = 0

    for stage in draft.stages:
        history = services.sensitivity(lab, draft, stage.name)
        at = history.at(stage.name)
        asked += len(at.rows)
        sessions = history.past.histories.session_total[at.rows]
        for mouse, session, outcome in zip(at.mice, sessions, at.outcomes, strict=True):
            row = own.loc[(history.past.subjects[mouse], int(session))]
            if row["curriculum"] == draft.key:
                assert (row["decision"], row["following"]) == (at.decisions[outcome].name, at.targets[outcome])

    assert asked == (lab.sessions["published"] & (lab.sessions["curriculum_name"] == draft.name)).sum()


def test_flips_name_mice_and_sessions_of_the_lab(lab) -> None:
    draft = followed(lab)
    threshold = next(each for each in thresholds(draft) if each.stage == draft.stages[2].name)
    history = services.sensitivity(lab, draft, threshold.stage)

    found = flipped(history, threshold, 10_000)

    own = lab.sessions.set_index(["subject_id", "session"])
    assert len(found)
    for row in found.itertuples():
        session = own.loc[(row.subject_id, row.session)]
        assert session["stage"] == draft.stage(threshold.stage).label
        assert session["curriculum_name"] == draft.name


def test_sessions_of_another_curriculum_do_not_count(lab) -> None:
    draft = followed(lab)

    history = services.sensitivity(lab, draft, draft.stages[1].name, curriculum_name="another")

    assert not history.past.asked.any()


def test_mice_that_were_sent_to_the_end_have_graduated(lab) -> None:
    draft = followed(lab)
    published = lab.sessions[lab.sessions["published"] & (lab.sessions["following"] == "GRADUATED")]

    past = services.sensitivity(lab, draft, draft.stages[1].name).past

    assert set(past.subjects[past.graduated]) == set(published["subject_id"])


def test_a_metric_that_only_another_stage_reads_may_be_missing(lab) -> None:
    draft = curriculum(
        {
            "A": [("progress", "B", "metrics.trials[-1] >= 300")],
            "B": [("progress", "Graduated", "metrics.session_total >= 3")],
            "Graduated": None,
        }
    )

    with pytest.raises(NotStoredError, match="'trials'"):
        services.sensitivity(lab, draft, "A")
    assert services.sensitivity(lab, draft, "B").past.histories.size
    further = {"trials": np.ones(len(lab.sessions))}
    assert services.sensitivity(lab, draft, "A", further=further).past.histories.size


def test_a_lab_without_sessions_has_no_past(lab) -> None:
    empty = replace(lab, sessions=lab.sessions.iloc[:0])
    draft = followed(lab)

    history = services.sensitivity(empty, draft, draft.stages[0].name)

    assert history.past.histories.size == 0
