"""The contract of the tables: errors name row, column, what was found and what was expected."""

import numpy as np
import pandas as pd
import pytest

from autotrain_core.errors import MissingColumnError, TableError
from autotrain_core.models import (
    DECISIONS,
    SESSIONS,
    CellFault,
    Column,
    cell_faults,
    read_numbers,
    require_cells,
    require_columns,
)
from autotrain_core.models._tables import Kind


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "subject_id": ["1", "2"],
            "session": [1, 2],
            "session_date": ["2024-01-01", "2024-01-02"],
            "curriculum_name": ["Coupled Baiting", None],
            "curriculum_version": ["2.3", None],
        },
        index=["first", "second"],
    )


def test_a_good_table_has_no_faults(table):
    assert cell_faults(table, SESSIONS) == ()
    require_cells(table, SESSIONS, "The session table")


@pytest.mark.parametrize(
    ("column", "cells", "fault"),
    [
        ("subject_id", ["1", 2], CellFault("second", "subject_id", 2, "text")),
        ("subject_id", ["1", None], CellFault("second", "subject_id", None, "text")),
        ("session", [1.5, 2], CellFault("first", "session", 1.5, "a whole number")),
        ("session", [1, "two"], CellFault("second", "session", "two", "a whole number")),
        ("session_date", ["2024-01-01", "someday"], CellFault("second", "session_date", "someday", "a date")),
        ("curriculum_name", [7, None], CellFault("first", "curriculum_name", 7, "text")),
    ],
)
def test_a_wrong_cell_is_named(table, column, cells, fault):
    table[column] = pd.Series(cells, index=table.index, dtype=object)

    (found,) = cell_faults(table, SESSIONS)

    assert (found.row, found.column, found.expected) == (fault.row, fault.column, fault.expected)
    assert found.found == fault.found or (found.found is None) or pd.isna(found.found)
    with pytest.raises(TableError, match=f"The table has 1 wrong cells:\n  row {fault.row}, {column}: found "):
        require_cells(table, SESSIONS, "The table")


def test_dates_are_no_numbers(table):
    table["session"] = pd.to_datetime(["2024-01-01", "2024-01-02"])

    assert [fault.row for fault in cell_faults(table, SESSIONS)] == ["first", "second"]


def test_a_fault_is_said_in_one_line():
    assert str(CellFault(3, "session", "two", "a whole number")) == (
        "row 3, session: found 'two', expected a whole number"
    )


def test_ten_faults_are_listed_and_the_rest_counted(table):
    long = pd.DataFrame({"subject_id": ["1"] * 12, "session": ["x"] * 12})

    with pytest.raises(TableError, match=r"has 12 wrong cells:(?s:.*)row 9, session(?s:.*)and 2 more$"):
        require_cells(long, SESSIONS, "The table")
    with pytest.raises(TableError) as caught:
        require_cells(long.iloc[:10], SESSIONS, "The table")
    assert "more" not in str(caught.value)


@pytest.mark.parametrize("cells", [[True, False], np.array([True, False]), pd.array([True, None], dtype="boolean")])
def test_true_and_false(cells):
    column = (Column(name="certain", kind=Kind.TRUTH, meaning="", missing=True),)

    assert cell_faults(pd.DataFrame({"certain": cells}), column) == ()


def test_words_are_not_true():
    column = (Column(name="certain", kind=Kind.TRUTH, meaning=""),)

    (fault,) = cell_faults(pd.DataFrame({"certain": pd.Series([True, "yes"], dtype=object)}), column)

    assert str(fault) == "row 1, certain: found 'yes', expected True or False"


def test_a_column_of_categories_is_text():
    column = (Column(name="stage", kind=Kind.TEXT, meaning=""),)

    assert cell_faults(pd.DataFrame({"stage": pd.Categorical(["A", "B"])}), column) == ()


def test_a_column_of_numbers_may_hold_fractions_and_infinity():
    column = (Column(name="x", kind=Kind.NUMBER, meaning="", missing=True),)

    assert cell_faults(pd.DataFrame({"x": [1.5, np.inf, np.nan]}), column) == ()


def test_columns_that_must_be_there(table):
    with pytest.raises(MissingColumnError) as caught:
        require_columns(table.drop(columns=["session", "subject_id"]), SESSIONS, "The table", "Add them.")

    assert caught.value.missing == ("subject_id", "session")
    assert str(caught.value) == (
        "The table has no column 'subject_id', 'session'. "
        "Its columns are: session_date, curriculum_name, curriculum_version. Add them."
    )


def test_of_many_columns_a_dozen_is_named_and_of_none_none():
    wide = pd.DataFrame(columns=[f"c{number}" for number in range(13)])

    with pytest.raises(MissingColumnError, match=r"Its columns are: c0, .*, c11, …\.$"):
        require_columns(wide, SESSIONS, "The table")
    with pytest.raises(MissingColumnError, match=r"Its columns are: none\.$"):
        require_columns(pd.DataFrame(), SESSIONS, "The table")
    with pytest.raises(MissingColumnError, match=r"c11\.$"):
        require_columns(wide.iloc[:, :12], SESSIONS, "The table")


def test_a_column_may_stand_twice_only_where_it_is_not_used(table):
    spare = pd.concat([table, pd.DataFrame({"note": ["", ""]}, index=table.index)] * 1, axis=1)
    spare["note2"] = ""
    spare = spare.rename(columns={"note2": "note"})

    require_columns(spare, SESSIONS, "The table")
    with pytest.raises(TableError, match="The table has the column 'session' twice"):
        require_columns(pd.concat([table, table[["session"]]], axis=1), SESSIONS, "The table")


def test_the_contract_of_decisions_names_its_columns_in_order():
    assert [column.name for column in DECISIONS] == [
        "subject_id",
        "session",
        "session_at_current_stage",
        "current_stage_suggested",
        "current_stage_actual",
        "closed_loop",
        "overridden_by_trainer",
        "decision",
        "next_stage_suggested",
        "certain",
        "curriculum_name",
        "curriculum_version",
    ]


@pytest.mark.parametrize(
    ("cells", "whole", "values", "refused"),
    [
        ([1, 2], True, [1, 2], None),
        ([True, False], True, [1, 0], None),
        ([1.0, np.nan], True, [1, np.nan], None),
        ([1.5, 2.0], True, [np.nan, 2], [True, False]),
        ([1.5, 2.0], False, [1.5, 2], None),
        ([np.inf, -np.inf], True, [np.nan, np.nan], [True, True]),
        ([np.inf, 1.0], False, [np.inf, 1], None),
        (["1", "x", None, "2.5"], True, [1, np.nan, np.nan, np.nan], [False, True, False, True]),
        (["1", "x", None, "2.5"], False, [1, np.nan, np.nan, 2.5], [False, True, False, False]),
        (pd.array([1, None], dtype="Int64"), True, [1, np.nan], None),
        (pd.Categorical(["1", "2"]), True, [1, 2], None),
    ],
)
def test_numbers_are_read_cell_by_cell(cells, whole, values, refused):
    numbers = read_numbers(pd.Series(cells), whole=whole)

    np.testing.assert_array_equal(numbers.values, values)
    assert (None if numbers.refused is None else numbers.refused.tolist()) == refused


@pytest.mark.parametrize("whole", [True, False])
def test_dates_and_spans_are_refused(whole):
    for cells in (pd.to_datetime(["2024-01-01"]), pd.to_timedelta([1], unit="s")):
        expected = "a whole number" if whole else "a number"
        with pytest.raises(TableError, match=rf"x: found dates \(.*\), expected {expected}\."):
            read_numbers(pd.Series(cells, name="x"), whole=whole)
