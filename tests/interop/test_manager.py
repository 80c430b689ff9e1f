"""The manager table is made as rigs and browsers need it, and says what it cannot hold."""

import math

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autotrain_core.errors import MissingColumnError
from autotrain_core.interop import MANAGER_COLUMNS, manager_rows, stats_table
from tests.interop.published import history, published


def sessions_of(table: pd.DataFrame) -> list[tuple[str, int]]:
    rows = manager_rows(table, history(table)).rows
    return [(str(mouse), int(number)) for mouse, number in rows[["subject_id", "session"]].to_numpy()]


def test_the_columns_are_those_of_today_with_the_dtypes_that_its_readers_need() -> None:
    table = published({}, {"session": 2})

    rows = manager_rows(table, history(table)).rows

    assert tuple(rows.columns) == MANAGER_COLUMNS
    assert {str(kind) for kind in rows[["session", "session_at_current_stage", "finished_trials"]].dtypes} == {"int64"}
    assert rows["foraging_efficiency"].dtype == np.float64
    others = rows.columns.difference(["session", "session_at_current_stage", "finished_trials", "foraging_efficiency"])
    assert {str(kind) for kind in rows[others].dtypes} == {"object"}
    assert rows["if_closed_loop"].tolist() == [True, True]
    assert {type(cell) for cell in [*rows["if_closed_loop"], *rows["if_overriden_by_trainer"]]} == {bool}


def test_a_row_says_what_was_published() -> None:
    table = published(
        {
            "session": 7,
            "session_date": "2024-03-09",
            "task": "Uncoupled Baiting",
            "curriculum_name": "Uncoupled Baiting",
            "curriculum_version": "2.3.1rwdDelay159",
            "current_stage_suggested": "STAGE_2",
            "current_stage_actual": "STAGE_3",
            "overridden_by_trainer": True,
            "decision": "ROLLBACK",
            "next_stage_suggested": "STAGE_2",
            "session_at_current_stage": 3,
        }
    )

    row = manager_rows(table, history(table)).rows.iloc[0]

    assert row["subject_id"] == "447921"
    assert row["session_date"] == "2024-03-09"
    assert row["task"] == "Uncoupled Baiting"
    assert (row["session"], row["session_at_current_stage"]) == (7, 3)
    assert row["curriculum_json_name"] == "Uncoupled Baiting_curriculum_v2.3.1rwdDelay159_schema_v1.0.json"
    assert (row["current_stage_suggested"], row["current_stage_actual"]) == ("STAGE_2", "STAGE_3")
    assert (row["decision"], row["next_stage_suggested"]) == ("ROLLBACK", "STAGE_2")
    assert row["if_overriden_by_trainer"] is True
    assert math.isnan(row["task_schema_version"])


@pytest.mark.parametrize(
    ("task", "value"),
    [
        ("coupled_block_baiting", "Coupled Baiting"),
        ("Uncoupled Without Baiting", "Uncoupled Without Baiting"),
        ("coupled_block_nobaiting", "Coupled Without Baiting"),
        ("RewardN", "RewardN"),
        ("some other task", "some other task"),
    ],
)
def test_a_task_has_its_name_of_today_and_an_unknown_one_its_own(task: str, value: str) -> None:
    table = published({"task": task})

    assert manager_rows(table, history(table)).rows["task"].tolist() == [value]


def test_rows_stand_by_mouse_and_session_whatever_the_order_was() -> None:
    table = published(
        {"subject_id": "690001", "session": 2},
        {"subject_id": "447921", "session": 10},
        {"subject_id": "690001"},
        {"subject_id": "447921", "session": 9},
    )

    assert sessions_of(table) == [("447921", 9), ("447921", 10), ("690001", 1), ("690001", 2)]


# ---- metrics ----


def test_metrics_hold_each_session_up_to_the_row_as_plain_numbers() -> None:
    table = published(
        {"finished_trials": 100, "foraging_efficiency": 0.25},
        {"session": 3, "finished_trials": None, "foraging_efficiency": None, "session_at_current_stage": 2},
    )
    between = published({"session": 2, "finished_trials": 0, "foraging_efficiency": 1})
    seen = pd.concat([history(table), history(between), history(published({"subject_id": "1"}))])

    first, last = manager_rows(table, seen).rows["metrics"]

    assert first == {
        "foraging_efficiency": [0.25],
        "finished_trials": [100],
        "session_total": 1,
        "session_at_current_stage": 1,
    }
    assert last["finished_trials"][:2] == [100, 0]
    assert [type(each) for each in last["finished_trials"]] == [int, int, float]
    assert last["foraging_efficiency"][:2] == [0.25, 1.0]
    assert math.isnan(last["finished_trials"][2])
    assert (last["session_total"], last["session_at_current_stage"]) == (3, 2)
    assert {type(each) for each in last["foraging_efficiency"]} == {float}


def test_a_session_that_the_history_does_not_know_ends_its_own_lists() -> None:
    table = published({"session": 4, "finished_trials": 12, "foraging_efficiency": 0.5})

    rows = manager_rows(table, history(published({"session": 1, "finished_trials": 9}))).rows

    assert rows["metrics"][0]["finished_trials"] == [9, 12]
    assert rows["metrics"][0]["foraging_efficiency"] == [0.5, 0.5]


def test_later_sessions_and_other_mice_are_not_in_the_metrics() -> None:
    table = published({"session": 1}, {"session": 2, "finished_trials": 7}, {"subject_id": "447922", "session": 1})

    rows = manager_rows(table, history(table)).rows

    assert [len(each["finished_trials"]) for each in rows["metrics"]] == [1, 2, 1]


def test_what_an_adopted_row_brought_along_is_kept() -> None:
    held = {"finished_trials": [1], "session_total": 9}
    table = published(
        {"metrics": held, "curriculum_json_name": "/capsule/x.json", "task_schema_version": "1.0", "note": ("a", 1)},
        {"session": 2},
    )

    rows = manager_rows(table, history(table)).rows

    assert rows["metrics"][0] == held
    assert rows["metrics"][1]["session_total"] == 2
    assert rows["curriculum_json_name"][0] == "/capsule/x.json"
    assert rows["curriculum_json_name"][1].startswith("Coupled Baiting_curriculum_v2.3")
    assert rows["task_schema_version"][0] == "1.0"
    assert rows["note"][0] == ("a", 1)
    assert list(rows.columns) == [*MANAGER_COLUMNS, "note"]


def test_columns_of_our_own_bookkeeping_are_not_shown_to_rigs() -> None:
    table = published({"archive": 0, "archive_row": 3})

    assert tuple(manager_rows(table, history(table)).rows.columns) == MANAGER_COLUMNS


# ---- missing values ----


def test_missing_cells_stay_missing_and_stop_nothing() -> None:
    table = published(
        {
            "task": None,
            "curriculum_schema_version": None,
            "finished_trials": None,
            "foraging_efficiency": None,
            "curriculum_name": None,
        }
    )
    table["closed_loop"] = pd.Series([None], dtype=object)

    rows = manager_rows(table, history(table)).rows

    assert rows["finished_trials"].dtype == np.float64
    assert rows[["finished_trials", "foraging_efficiency"]].isna().all(axis=None)
    assert rows["task"][0] is None
    assert rows["curriculum_schema_version"][0] == "1.0"
    assert rows["if_closed_loop"][0] is False


def test_a_table_without_rows_has_all_columns_and_dtypes() -> None:
    table = published({})

    empty = manager_rows(table.iloc[:0], history(table).iloc[:0])
    one = manager_rows(table, history(table))

    assert empty.rows.dtypes.equals(one.rows.dtypes)
    assert (len(empty.rows), empty.left_out) == (0, ())


def test_a_table_that_lacks_columns_names_all_of_them() -> None:
    table = published({})

    with pytest.raises(MissingColumnError, match="the published table has no column 'decision', 'curriculum_name'"):
        manager_rows(table.drop(columns=["decision", "curriculum_name"]), history(table))
    with pytest.raises(MissingColumnError, match="the history has no column 'finished_trials'"):
        manager_rows(table, history(table).drop(columns=["finished_trials"]))


# ---- one row a mouse and date ----


def test_of_two_sessions_on_a_date_the_one_with_more_trials_has_the_row() -> None:
    table = published(
        {"session": 1, "session_date": "2024-03-01", "finished_trials": 500},
        {"session": 2, "session_date": "2024-03-01", "finished_trials": 100},
        {"session": 3, "session_date": "2024-03-02", "finished_trials": None},
        {"session": 4, "session_date": "2024-03-02", "finished_trials": 0},
        {"subject_id": "447922", "session": 1, "session_date": "2024-03-01"},
    )

    made = manager_rows(table, history(table))

    assert sessions_of(table) == [("447921", 1), ("447921", 4), ("447922", 1)]
    assert [(each.subject_id, each.session) for each in made.left_out] == [("447921", 2), ("447921", 3)]
    assert made.left_out[0].sentence == (
        "It is not in the manager table: a mouse has one row a date, and on 2024-03-01 its session 1 has as many "
        "finished trials or more."
    )


def test_of_equals_on_a_date_the_latest_session_has_the_row() -> None:
    table = published(
        {"session": 1, "session_date": "2024-03-01"},
        {"session": 3, "session_date": "2024-03-01"},
        {"session": 2, "session_date": "2024-03-01"},
    )

    assert sessions_of(table) == [("447921", 3)]


def test_a_date_is_the_same_day_however_it_is_written() -> None:
    table = published(
        {"session": 1, "session_date": "2024-03-01T09:30:00", "finished_trials": 1},
        {"session": 2, "session_date": "2024-03-01", "finished_trials": 2},
    )
    stamps = table.assign(session_date=pd.to_datetime(table["session_date"], format="ISO8601"))

    for each in (table, stamps):
        rows = manager_rows(each, history(table)).rows

        assert rows["session_date"].tolist() == ["2024-03-01"]


def test_of_sessions_without_a_date_only_the_latest_has_a_row() -> None:
    table = published(
        {"session": 1, "session_date": None, "finished_trials": 900},
        {"session": 2, "session_date": "not known", "finished_trials": 1},
        {"session": 3},
    )

    made = manager_rows(table, history(table))

    assert made.rows["session"].tolist() == [2, 3]
    assert made.rows["session_date"].tolist() == [None, "2024-03-03"]
    assert "of sessions without one only the latest (2) has a place" in made.left_out[0].sentence


def test_of_two_rows_of_one_session_the_one_with_more_trials_has_the_row() -> None:
    table = published(
        {"session": 1, "session_date": "2024-03-01", "finished_trials": 5},
        {"session": 1, "session_date": "2024-03-02", "finished_trials": 6},
    )

    made = manager_rows(table, history(table))

    assert made.rows["session_date"].tolist() == ["2024-03-02"]
    assert "another row of that session number" in made.left_out[0].sentence


@pytest.mark.parametrize("subject", ["ZZ01", "", "447921.0", "+447921", "４４７９２１", "0447921", "1" * 19, "4 4"])
def test_a_mouse_whose_id_is_no_plain_number_is_left_out_and_named(subject: str) -> None:
    table = published({"subject_id": subject}, {"subject_id": "0"})

    made = manager_rows(table, history(table))

    assert made.rows["subject_id"].tolist() == ["0"]
    assert made.left_out[0].subject_id == subject
    assert "is no plain number" in made.left_out[0].sentence


def test_a_lab_with_other_ids_may_have_them() -> None:
    table = published({"subject_id": "ZZ01"}, {"subject_id": "447921"})

    made = manager_rows(table, history(table), numeric_subjects_only=False)

    assert made.rows["subject_id"].tolist() == ["447921", "ZZ01"]
    assert made.left_out == ()


def test_a_row_without_a_session_number_is_left_out() -> None:
    table = published({"session": 1}, {"session": 2})
    table["session"] = [1.0, np.nan]

    made = manager_rows(table, history(table))

    assert made.rows["session"].tolist() == [1]
    assert made.left_out[0].session is None
    assert "no session number" in made.left_out[0].sentence


def test_the_same_rows_in_another_order_make_the_same_table() -> None:
    table = published(
        {"session": 1},
        {"session": 2, "session_date": "2024-03-01"},
        {"subject_id": "12", "session": 5, "session_date": None},
        {"subject_id": "12", "session": 4, "session_date": None},
    )
    mixed = table.iloc[[2, 0, 3, 1]].set_index(pd.Index([7, 7, 1, 0]))

    assert_frame_equal(manager_rows(mixed, history(mixed)).rows, manager_rows(table, history(table)).rows)


# ---- statistics ----


def test_statistics_count_sessions_and_decisions_of_each_stage() -> None:
    table = published(
        {"session": 1, "current_stage_actual": "STAGE_1", "decision": "PROGRESS"},
        {"session": 2, "current_stage_actual": "STAGE_2", "decision": "ROLLBACK"},
        {"session": 6, "current_stage_actual": "STAGE_1", "decision": "PROGRESS"},
        {"subject_id": "12", "session": 1, "current_stage_actual": "STAGE_1", "decision": "ROLLBACK"},
    )

    stats = stats_table(manager_rows(table, history(table)).rows)

    assert list(stats.index.names) == ["subject_id", "current_stage_actual"]
    assert stats.index.tolist() == [("12", "STAGE_1"), ("447921", "STAGE_1"), ("447921", "STAGE_2")]
    assert stats.to_dict(orient="index")["447921", "STAGE_1"] == {
        "session_spent": 2,
        "first_entry": 1,
        "last_leave": 6,
        "session_spanned": 6,
        "n_PROGRESS": 2,
        "n_ROLLBACK": 0,
    }
    assert [str(kind) for kind in stats.dtypes] == ["int64"] * 4 + ["Int64"] * 2


def test_statistics_of_nothing_are_a_table_of_no_rows() -> None:
    table = published({})

    stats = stats_table(manager_rows(table.iloc[:0], history(table)).rows)

    assert list(stats.columns) == ["session_spent", "first_entry", "last_leave", "session_spanned"]
    assert list(stats.index.names) == ["subject_id", "current_stage_actual"]
    assert len(stats) == 0
