"""The columns of numbers of a session table, read without holding all of it."""

import gzip

import pandas as pd
import pytest

from autotrain_core.errors import TableError
from autotrain_core.interop import csv_bytes, number_columns, parquet_bytes


def table(**more) -> pd.DataFrame:
    columns = {"subject_id": ["7", "8"], "session": [1, 2], "foraging_eff": [0.5, None], "lick_rate": [3.5, 4.0]}
    return pd.DataFrame(columns | more)


def read(body: bytes, **asked) -> dict[str, list[float]]:
    return {str(column.name): column.fillna(-1).tolist() for column in number_columns(body, source="it", **asked)}


@pytest.mark.parametrize("written", [csv_bytes, parquet_bytes, lambda rows: gzip.compress(csv_bytes(rows))])
def test_numbers_come_under_our_names_and_texts_do_not_come(written) -> None:
    found = read(written(table(notes=["quiet", "loud"])))

    assert found == {"session": [1, 2], "foraging_efficiency": [0.5, -1], "lick_rate": [3.5, 4.0]}


def test_of_many_columns_only_the_wanted_ones_are_read() -> None:
    wide = table(**{f"column_{number}": [number, number] for number in range(30)})

    assert read(parquet_bytes(wide), only={"column_3", "column_29", "lick_rate", "absent"}) == {
        "lick_rate": [3.5, 4.0],
        "column_3": [3, 3],
        "column_29": [29, 29],
    }
    assert len(read(parquet_bytes(wide))) == 33


@pytest.mark.parametrize("written", [csv_bytes, parquet_bytes])
def test_a_column_that_has_our_name_stays_and_the_labs_beside_it(written) -> None:
    both = table(foraging_efficiency=[0.1, 0.2])

    found = read(written(both), renames={"lick_rate": "licks"})

    assert found["foraging_efficiency"] == [0.1, 0.2]
    assert found["foraging_eff"] == [0.5, -1]
    assert found["licks"] == [3.5, 4.0]


def test_a_number_where_a_name_is_expected_is_no_measurement() -> None:
    numbered = table(subject_id=[7, 8], nwb_suffix=[112233, 112244])

    assert set(read(csv_bytes(numbered))) == set(read(parquet_bytes(numbered)))
    assert "subject_id" not in read(parquet_bytes(numbered))


def test_a_table_that_is_cut_off_is_refused() -> None:
    with pytest.raises(TableError, match="cut off"):
        read(parquet_bytes(table())[:-20])
