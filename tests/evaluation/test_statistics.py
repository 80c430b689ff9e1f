"""Sessions, decisions and graduates, for a mouse and for a cohort."""

import pandas as pd
import pytest

from autotrain_core.errors import MissingColumnError, TableError
from autotrain_core.evaluation import cohort_statistics, decide, statistics
from autotrain_core.models import load_curriculum
from tests.evaluation.documents import curriculum, sessions

DOCUMENT = {
    "curriculum_schema_name": "DummyTaskCurriculum",
    "curriculum_schema_version": "1.0",
    "curriculum_name": "Toy",
    "curriculum_version": "1",
    "curriculum_description": "",
    "metrics": [{"name": "trials", "title": "trials"}, {"name": "efficiency", "title": "efficiency"}],
    "parameters": {
        stage: {"training_stage": stage, "task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 0.1}
        for stage in ("Stage 1", "Stage final")
    },
    "curriculum": {
        "Stage 1": {
            "from_stage": "Stage 1",
            "transition_rules": [
                {"decision": "progress", "to_stage": "Stage final", "condition": "lambda metrics: metrics.trials[-1] > 5", "condition_description": ""}
            ],
        },
        "Stage final": {
            "from_stage": "Stage final",
            "transition_rules": [
                {"decision": "progress", "to_stage": "Graduated", "condition": "lambda metrics: metrics.trials[-1] > 9", "condition_description": ""},
                {"decision": "rollback", "to_stage": "Stage 1", "condition": "lambda metrics: metrics.trials[-1] < 2", "condition_description": ""},
            ],
        },
    },
}  # fmt: skip


@pytest.fixture
def decisions():
    import json

    toy = load_curriculum(json.dumps(DOCUMENT).encode())
    rows = [
        ("m", 1, 6),
        ("m", 2, 1),
        ("m", 4, 6),
        ("m", 5, 7),
        ("m", 9, 10),
        ("m", 10, 0),
        ("n", 1, 1),
        ("n", 2, 3),
        ("o", 3, 8),
    ]
    return decide(sessions([(*row, 0.5) for row in rows]), toy)


def test_each_mouse_at_each_stage(decisions):
    table = statistics(decisions)

    assert table.index.names == ["subject_id", "current_stage_actual"]
    assert table.reset_index().values.tolist() == [
        ["m", "STAGE_1", 2, 1, 4, 4, 0, 2, 0],
        ["m", "STAGE_FINAL", 3, 2, 9, 8, 1, 1, 1],
        ["m", "GRADUATED", 1, 10, 10, 1, 1, 0, 0],
        ["n", "STAGE_1", 2, 1, 2, 2, 2, 0, 0],
        ["o", "STAGE_1", 1, 3, 3, 1, 0, 1, 0],
    ]
    assert table.columns.tolist() == [
        "session_spent", "first_entry", "last_leave", "session_spanned", "n_STAY", "n_PROGRESS", "n_ROLLBACK",
    ]  # fmt: skip
    assert table["session_spent"].dtype == "int64"
    assert table["n_STAY"].dtype == "Int64"


def test_a_decision_that_never_occurs_has_no_column(decisions):
    assert statistics(decisions[decisions["subject_id"] == "n"]).columns.tolist()[4:] == ["n_STAY"]
    assert statistics(decisions.iloc[:0]).columns.tolist() == [
        "session_spent",
        "first_entry",
        "last_leave",
        "session_spanned",
    ]


def test_the_cohort(decisions):
    cohort = cohort_statistics(decisions)

    assert (cohort.subjects, cohort.sessions, cohort.graduates) == (3, 9, 1)
    assert cohort.decisions == {"STAY": 4, "PROGRESS": 4, "ROLLBACK": 1}
    assert (cohort.uncertain, cohort.overridden) == (0, 0)
    assert cohort.median_sessions_to_graduate == 5
    assert cohort.to_graduate.to_dict() == {"m": 5}
    assert cohort.by_stage.columns.tolist() == [
        "mice", "session_spent", "median_spent", "median_first_entry", "median_last_leave", "n_STAY", "n_PROGRESS", "n_ROLLBACK",
    ]  # fmt: skip
    assert cohort.by_stage.reset_index().values.tolist() == [
        ["STAGE_1", 3, 5, 2.0, 1.0, 3.0, 2, 3, 0],
        ["STAGE_FINAL", 1, 3, 3.0, 2.0, 9.0, 1, 1, 1],
        ["GRADUATED", 1, 1, 1.0, 10.0, 10.0, 1, 0, 0],
    ]


def test_mice_graduate_from_curricula_of_schema_two_as_well():
    two = curriculum({"A": [("progress", "Graduated", "metrics.trials[-1] > 5")]})

    cohort = cohort_statistics(decide(sessions([("m", 1, 3, 1), ("m", 2, 9, 1), ("m", 3, 9, 1)]), two))

    assert (cohort.graduates, cohort.median_sessions_to_graduate) == (1, 2)


def test_a_cohort_without_graduates_has_no_median(decisions):
    cohort = cohort_statistics(decisions[decisions["subject_id"] != "m"])

    assert (cohort.graduates, cohort.median_sessions_to_graduate) == (0, None)
    assert cohort.by_stage["n_ROLLBACK"].tolist() == [0]
    assert cohort.decisions == {"STAY": 2, "PROGRESS": 1, "ROLLBACK": 0}


def test_the_order_of_the_rows_does_not_matter(decisions):
    shuffled = decisions.sample(frac=1, random_state=1)

    pd.testing.assert_frame_equal(statistics(shuffled).sort_index(), statistics(decisions).sort_index())
    assert cohort_statistics(shuffled).to_graduate.to_dict() == {"m": 5}


def test_uncertain_and_overridden_sessions_are_counted(decisions):
    changed = decisions.assign(certain=[False, True] + [True] * 7, overridden_by_trainer=[True, True] + [False] * 7)

    cohort = cohort_statistics(changed)

    assert (cohort.uncertain, cohort.overridden) == (1, 2)


def test_the_cohort_can_be_written_as_json(decisions):
    plain = cohort_statistics(decisions).as_json()

    assert plain["graduates"] == 1
    assert plain["to_graduate"] == {"m": 5}
    assert plain["by_stage"][1]["current_stage_actual"] == "STAGE_FINAL"
    assert "decisions" in plain


def test_cells_that_are_none_of_ours_are_named(decisions):
    for column, cell, message in (
        ("session", "x", "row 0, session: found 'x', expected a whole number"),
        ("certain", "maybe", "row 0, certain: found 'maybe', expected True or False"),
        ("decision", "foo", "holds the decision 'foo', expected STAY, PROGRESS, ROLLBACK"),
    ):
        wrong = decisions.copy()
        wrong[column] = wrong[column].astype(object)
        wrong.loc[0, column] = cell

        with pytest.raises(TableError, match=message):
            statistics(wrong)


def test_another_table_is_refused(decisions):
    for count in (statistics, cohort_statistics):
        with pytest.raises(MissingColumnError, match="The decision table has no column 'decision'"):
            count(decisions.drop(columns="decision"))
