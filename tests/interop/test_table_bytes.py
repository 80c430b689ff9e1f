"""Tables are written as parquet and csv whatever their cells are, and equal tables as equal bytes."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from autotrain_core.errors import TableError
from autotrain_core.interop import csv_bytes, manager_rows, parquet_bytes, stats_table
from tests.interop.published import history, published

ODD = pd.Series([1, "a", None, {"n": np.int64(3), "nan": np.nan}, [1.5, np.inf], np.array([1.0, 2.0]), "\ud800"])


def test_parquet_keeps_columns_dtypes_and_dictionaries() -> None:
    table = published({}, {"session": 2, "foraging_efficiency": None})
    rows = manager_rows(table, history(table)).rows

    read = pd.read_parquet(io.BytesIO(parquet_bytes(rows)))

    assert list(read.columns) == list(rows.columns)
    assert read["foraging_efficiency"].dtype == np.float64
    assert read["if_closed_loop"].tolist() == [True, True]
    assert read["metrics"][1]["finished_trials"].tolist() == [300, 300]


def test_a_column_that_mixes_kinds_is_written_as_text() -> None:
    read = pd.read_parquet(io.BytesIO(parquet_bytes(pd.DataFrame({"odd": ODD, "plain": range(len(ODD))}))))

    assert read["plain"].tolist() == list(range(7))
    assert [None if gone else cell for gone, cell in zip(read["odd"].isna(), read["odd"], strict=True)] == [
        "1",
        "a",
        None,
        '{"n": 3, "nan": null}',
        "[1.5, null]",
        "[1.0, 2.0]",
        "?",
    ]


def test_a_csv_has_json_where_a_cell_is_a_list_or_a_dictionary() -> None:
    text = csv_bytes(pd.DataFrame({"odd": ODD})).decode()
    read = pd.read_csv(io.StringIO(text))

    assert json.loads(read["odd"][3]) == {"n": 3, "nan": None}
    assert json.loads(read["odd"][4]) == [1.5, None]
    assert json.loads(read["odd"][5]) == [1.0, 2.0]
    assert read["odd"].isna().tolist() == [False, False, True, False, False, False, False]


def test_a_named_index_is_written_as_columns_in_front() -> None:
    table = published({})
    stats = stats_table(manager_rows(table, history(table)).rows)

    assert list(pd.read_parquet(io.BytesIO(parquet_bytes(stats))).columns[:2]) == list(stats.index.names)
    assert csv_bytes(stats).decode().startswith("subject_id,current_stage_actual,session_spent,")


def test_equal_tables_are_equal_bytes() -> None:
    table = published({}, {"session": 2})
    rows = manager_rows(table, history(table)).rows
    other = rows.iloc[::-1].iloc[::-1].set_index(pd.Index([5, 9]))

    assert parquet_bytes(other) == parquet_bytes(rows)
    assert csv_bytes(other) == csv_bytes(rows)


def test_the_table_that_is_written_is_not_changed() -> None:
    table = pd.DataFrame({"a": pd.Series([{"b": 1}], dtype=object)})

    csv_bytes(table)
    parquet_bytes(table)

    assert table["a"][0] == {"b": 1}


def test_two_columns_of_one_name_are_refused() -> None:
    table = pd.DataFrame([[1, 2]], columns=["a", "a"])

    for write in (parquet_bytes, csv_bytes):
        with pytest.raises(TableError, match="the column 'a' twice"):
            write(table)
