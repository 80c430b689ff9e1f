"""Pickles of today's session table are read, whichever pandas wrote them."""

import datetime
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autotrain_core.errors import TableError
from autotrain_core.interop import read_sessions

FILES = sorted((Path(__file__).parent / "files").glob("*.pkl"))


def write(folder: Path, table: object, protocol: int = 5) -> Path:
    path = folder / "sessions.pkl"
    path.write_bytes(pickle.dumps(table, protocol=protocol))
    return path


def cells(table: pd.DataFrame, column: str) -> list[Any]:
    """The cells of a column, every missing one as None."""
    return [None if gone else value for gone, value in zip(table[column].isna(), table[column], strict=True)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_session_pickle_of_any_pandas_is_read(path: Path) -> None:
    table = read_sessions(path)

    assert list(table.columns[:6]) == ["subject_id", "session_date", "nwb_suffix", "session", "rig", "task"]
    assert cells(table, "subject_id") == ["447921", "447921", "451234"]
    assert cells(table, "session_date") == ["2023-01-02", "2023-01-03", "2023-01-02"]
    assert cells(table, "nwb_suffix") == [None, "101500", None]
    assert cells(table, "session") == [1.0, 2.0, None]
    assert cells(table, "curriculum_name") == ["Coupled Baiting", None, "Coupled Baiting"]
    assert cells(table, "curriculum_version") == ["2.3", None, "2.30"]
    assert cells(table, "current_stage_actual") == ["STAGE_1", None, "STAGE_2"]
    assert cells(table, "if_overriden_by_trainer") == [True, False, None]
    assert cells(table, "finished_trials") == [500, 250, 0]
    assert cells(table, "foraging_efficiency") == [0.5, None, 1.25]
    assert "foraging_eff" not in table.columns
    assert table["foraging_efficiency"].dtype == np.float64


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_kind_of_column_in_a_pickle_keeps_its_values(path: Path) -> None:
    table = read_sessions(path)

    assert cells(table, "bias") == [1.5, 2.5, None]
    assert cells(table, "blocks") == [1, 2, 3]
    assert cells(table, "when") == [pd.Timestamp("2023-01-02 10:00:00.5"), None, pd.Timestamp("2023-01-04")]
    assert cells(table, "utc") == [pd.Timestamp("2023-01-02", tz="UTC"), None, pd.Timestamp("2023-01-04", tz="UTC")]
    assert cells(table, "lasted") == [pd.Timedelta(1, "s"), pd.Timedelta(2, "s"), None]
    assert cells(table, "side") == ["left", "right", None]
    assert cells(table, "count") == [1.0, None, 3.0]
    assert cells(table, "share") == [0.5, None, 1.5]
    assert cells(table, "light") == [True, None, False]
    assert cells(table, "note") == ["a", None, "b"]
    assert cells(table, "day") == [datetime.date(2023, 1, 2), None, datetime.date(2023, 1, 3)]
    assert cells(table, "moment") == [pd.Timestamp("2023-01-02"), None, pd.Timestamp("2023-01-02", tz="UTC")]
    assert list(table["history"]) == [[1, 2], {"a": [0.5]}, ()]
    assert list(table["scalar"]) == [1.5, 3, True]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_of_this_pandas_reads_the_same_in_every_protocol(tmp_path: Path, protocol: int) -> None:
    table = pd.DataFrame(
        {
            "subject_id": ["447921", "447922", None],
            "session": [1, 2, 3],
            "foraging_efficiency": [0.1, np.nan, np.inf],
            "trained": [True, False, True],
            "started": pd.DatetimeIndex(["2023-01-01 10:00", pd.NaT, "1990-12-31 23:59"]),
            "anything": pd.Series([1, "two", None], dtype=object),
        }
    )

    read = read_sessions(write(tmp_path, table, protocol))

    assert_frame_equal(read, table)


@pytest.mark.parametrize("protocol", [2, 5])
def test_the_order_of_columns_and_rows_survives_blocks_and_steps(tmp_path: Path, protocol: int) -> None:
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": list("xyz"), "c": [4.0, 5.0, 6.0], "d": [7, 8, 9]})
    shuffled = table[["c", "d", "b", "a"]].iloc[::-2]

    read = read_sessions(write(tmp_path, shuffled, protocol))

    assert_frame_equal(read, shuffled.reset_index(drop=True), check_dtype=False)


def test_a_fortran_ordered_block_is_not_turned_round(tmp_path: Path) -> None:
    table = pd.DataFrame(np.asfortranarray(np.arange(6.0).reshape(3, 2)), columns=["a", "b"])

    read = read_sessions(write(tmp_path, table))

    assert read["a"].tolist() == [0.0, 2.0, 4.0]
    assert read["b"].tolist() == [1.0, 3.0, 5.0]


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([447921, 447922], name="subject_id"),
        pd.Index([447921.0, 447922.0], name="subject_id"),
        pd.CategoricalIndex(["447921", "447922"], name="subject_id"),
        pd.RangeIndex(447921, 447923, name="subject_id"),
    ],
)
def test_a_named_index_of_any_kind_becomes_a_column_in_front(tmp_path: Path, index: pd.Index) -> None:
    table = pd.DataFrame({"session": [1, 2]}, index=index)

    read = read_sessions(write(tmp_path, table))

    assert list(read.columns) == ["subject_id", "session"]
    assert read["subject_id"].tolist() == ["447921", "447922"]


def test_an_index_of_dates_becomes_a_column_of_dates(tmp_path: Path) -> None:
    days = pd.DatetimeIndex(["2023-01-01", "2023-01-02"], name="session_date")

    read = read_sessions(write(tmp_path, pd.DataFrame({"session": [1, 2]}, index=days)))

    assert read["session_date"].tolist() == list(days)


def test_of_two_columns_that_lose_their_difference_the_first_stays(tmp_path: Path) -> None:
    labels = pd.MultiIndex.from_tuples([("metadata", "task"), ("session_stats", "task")])

    read = read_sessions(write(tmp_path, pd.DataFrame([["foraging", 3]], columns=labels)))

    assert read["task"].tolist() == ["foraging"]


def test_a_table_without_rows_is_read(tmp_path: Path) -> None:
    table = pd.DataFrame({"subject_id": pd.Series([], dtype=str), "session": pd.Series([], dtype=float)})

    read = read_sessions(write(tmp_path, table))

    assert list(read.columns) == ["subject_id", "session"]
    assert len(read) == 0


def test_a_pickled_call_of_the_constructor_with_lists_is_read(tmp_path: Path) -> None:
    class AsLists:
        def __reduce__(self) -> Any:
            return pd.DataFrame, ({"subject_id": ["1", "2"], "session": [1, 2], "x": [0.5, None]},)

    read = read_sessions(write(tmp_path, AsLists(), 4))

    assert read["subject_id"].tolist() == ["1", "2"]
    assert read["session"].tolist() == [1, 2]
    assert cells(read, "x") == [0.5, None]


@pytest.mark.parametrize("zone", ["timezone.utc", "UTC+2"])
def test_times_of_a_fixed_zone_are_read(tmp_path: Path, zone: str) -> None:
    hours = 0 if zone == "timezone.utc" else 2
    times = pd.to_datetime(["2023-01-01", "2023-07-01"]).tz_localize(datetime.timezone(datetime.timedelta(hours=hours)))

    read = read_sessions(write(tmp_path, pd.DataFrame({"started": times})))

    assert read["started"].tolist() == list(times)


@pytest.mark.parametrize(
    "cell",
    [
        datetime.datetime(2023, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001 - a naive one is what is tested
        datetime.datetime(2023, 1, 2, 3, tzinfo=datetime.UTC),
        datetime.time(3, 4),
        datetime.timedelta(days=1, seconds=2),
        pd.Timedelta(5, "s"),
        np.datetime64("2023-01-02"),
        b"bytes",
        2**100,
        -1,
        "\ud800",
    ],
    ids=repr,
)
def test_an_odd_cell_is_read_as_it_was(tmp_path: Path, cell: object) -> None:
    table = pd.DataFrame({"a": pd.Series([cell], dtype=object)})

    read = read_sessions(write(tmp_path, table))

    assert read["a"][0] == cell
    assert type(read["a"][0]) is type(cell)


@pytest.mark.parametrize("ending", ["gz", "zip"])
def test_a_packed_pickle_is_unpacked(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"sessions.pkl.{ending}"
    pd.DataFrame({"subject_id": ["1"], "session": [1]}).to_pickle(path)

    assert read_sessions(path)["subject_id"].tolist() == ["1"]


def test_what_a_file_is_is_told_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    path = tmp_path / "sessions.csv"
    path.write_bytes(pickle.dumps(pd.DataFrame({"subject_id": ["1"]})))

    assert read_sessions(path)["subject_id"].tolist() == ["1"]


def test_a_pickle_of_something_else_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, {"subject_id": ["1"]})

    with pytest.raises(TableError, match=r"sessions\.pkl cannot be read .* it holds no DataFrame"):
        read_sessions(path)


def test_a_pickle_of_protocol_0_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = write(tmp_path, pd.DataFrame({"subject_id": ["1"]}), 0)

    with pytest.raises(TableError, match="save it again"):
        read_sessions(path)


def test_an_arrow_column_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, pd.DataFrame({"a": pd.array([1, None], dtype="int64[pyarrow]")}))

    with pytest.raises(TableError, match=r"'pandas\.arrays\.ArrowExtensionArray'"):
        read_sessions(path)
