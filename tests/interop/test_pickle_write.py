"""A table is pickled as calls of public constructors: the same bytes for equal tables, and the table again when read."""

import datetime
import math
import pickle
import pickletools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from autotrain_core.errors import TableError
from autotrain_core.interop import manager_from_bytes, manager_rows, pickle_bytes, stats_table
from tests.interop.published import history, published


def loaded(body: bytes) -> pd.DataFrame:
    """Read as every reader does: by running it."""
    table = pickle.loads(body)
    assert type(table) is pd.DataFrame
    return table


def names_in(body: bytes) -> set[str]:
    """What a pickle asks for by name, as "module name"."""
    texts: list[Any] = []
    memo: list[Any] = []
    found = set()
    for code, value, _ in pickletools.genops(body):
        given: Any = value
        match code.name:
            case "SHORT_BINUNICODE" | "BINUNICODE":
                texts.append(given)
            case "BINGET" | "LONG_BINGET":
                texts.append(memo[given])
            case "MEMOIZE":
                memo.append(texts[-1] if texts else None)
            case "STACK_GLOBAL":
                found.add(f"{texts[-2]} {texts[-1]}")
                texts.append(None)
    return found


def test_nothing_private_is_named_and_nothing_of_numpy() -> None:
    table = published({}, {"session": 2})
    rows = manager_rows(table, history(table)).rows

    assert names_in(pickle_bytes(rows)) == {f"pandas {name}" for name in ("DataFrame", "Series", "Index", "RangeIndex")}
    assert names_in(pickle_bytes(stats_table(rows))) >= {"pandas MultiIndex"}


def test_the_protocol_is_one_that_old_pythons_read() -> None:
    codes = [code for code, _, _ in pickletools.genops(pickle_bytes(published({})))]

    assert max(code.proto for code in codes) == 4


def test_numbers_truths_and_times_keep_their_dtype() -> None:
    table = pd.DataFrame(
        {
            "b": [True, False],
            "i1": np.array([1, -2], np.int8),
            "u8": np.array([1, 2**64 - 1], np.uint64),
            "f4": np.array([0.1, np.nan], np.float32),
            "f8": [0.1, -np.inf],
            "Int64": pd.array([1, None], dtype="Int64"),
            "Float64": pd.array([0.5, None], dtype="Float64"),
            "boolean": pd.array([True, None], dtype="boolean"),
            "ns": pd.to_datetime(["2024-03-01 10:00:00.123456789", "NaT"]).as_unit("ns"),
            "span": pd.to_timedelta([1, None], unit="s").as_unit("ns"),
        }
    )

    read = loaded(pickle_bytes(table))

    assert_frame_equal(read, table, check_column_type=False)


def test_times_are_written_in_the_one_unit_that_every_pandas_has() -> None:
    times = pd.to_datetime(["2024-03-01 10:00", "NaT"]).as_unit("s")

    read = loaded(pickle_bytes(pd.DataFrame({"when": times})))

    assert str(read["when"].dtype) == "datetime64[ns]"
    assert read["when"][0] == pd.Timestamp("2024-03-01 10:00")
    with pytest.raises(TableError, match="Column 'when' holds a time beyond the years 1678 to 2262"):
        pickle_bytes(pd.DataFrame({"when": pd.Series(np.array(["3000-01-01"], dtype="M8[s]"))}))


def test_texts_become_object_and_missing_ones_none() -> None:
    table = pd.DataFrame(
        {
            "str": pd.Series(["a", None], dtype="str"),
            "category": pd.Categorical(["a", None]),
            "object": pd.Series(["a", pd.NA], dtype=object),
            "zoned": pd.to_datetime(["2024-03-01", "NaT"], utc=True),
        }
    )

    read = loaded(pickle_bytes(table))

    assert {str(kind) for kind in read.dtypes} == {"object"}
    assert read.columns.dtype == object
    assert read["str"].tolist() == read["category"].tolist() == read["object"].tolist() == ["a", None]
    assert read["zoned"].tolist() == [pd.Timestamp("2024-03-01", tz="UTC"), None]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.datetime64("2024-03-01"), pd.Timestamp("2024-03-01")),
        (np.datetime64("NaT"), None),
        (np.array([[1, 2]]), [[1, 2]]),
        (np.array(["2024-03-01"], dtype="M8[D]"), [pd.Timestamp("2024-03-01")]),
        (pd.Timestamp("2024-03-01 10:00:00.123456789"), pd.Timestamp("2024-03-01 10:00:00.123456789")),
        (pd.Timedelta("1 days 00:00:01"), pd.Timedelta("1 days 00:00:01")),
        (pd.NaT, None),
        (datetime.date(2024, 3, 1), datetime.date(2024, 3, 1)),
        (datetime.timedelta(days=1), datetime.timedelta(days=1)),
        (b"bytes", b"bytes"),
        ([np.str_("a"), np.bytes_(b"b")], ["a", b"b"]),
        ({"a": [np.int64(1), {"b": (np.float64(2), None)}]}, {"a": [1, {"b": (2.0, None)}]}),
        (2**200, 2**200),
    ],
    ids=repr,
)
def test_a_cell_becomes_what_python_has_for_it(cell: object, expected: object) -> None:
    table = pd.DataFrame({"a": pd.Series([cell, "other"], dtype=object)})

    read = loaded(pickle_bytes(table))["a"][0]

    assert read == expected
    assert type(read) is type(expected)


def test_what_no_reader_knows_is_refused_by_name() -> None:
    for cell in ({1, 2}, object(), 1j, pd.Interval(0, 1)):
        table = pd.DataFrame({"note": pd.Series([cell], dtype=object)})

        with pytest.raises(TableError, match=f"Column 'note' holds a {type(cell).__name__}, which no reader"):
            pickle_bytes(table)


def test_a_list_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(TableError, match="lists in lists without end"):
        pickle_bytes(pd.DataFrame({"a": pd.Series([endless], dtype=object)}))


def test_columns_that_have_no_plain_name_are_refused() -> None:
    with pytest.raises(TableError, match="columns of several levels"):
        pickle_bytes(pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])))
    with pytest.raises(TableError, match="a column called 7"):
        pickle_bytes(pd.DataFrame({7: [1]}))
    with pytest.raises(TableError, match="the column 'a' twice"):
        pickle_bytes(pd.DataFrame([[1, 2]], columns=["a", "a"]))


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["m1", "m2"], name="subject_id"),
        pd.Index([5, 7], name="session"),
        pd.MultiIndex.from_tuples([("m1", 1), ("m1", 2)], names=["subject_id", "session"]),
        pd.MultiIndex.from_tuples([("m1", None), ("m2", "a")], names=["subject_id", None]),
    ],
)
def test_a_named_index_stays_one(index: pd.Index) -> None:
    table = pd.DataFrame({"a": [0.5, 1.5]}, index=index)

    read = loaded(pickle_bytes(table))

    assert list(read.index.names) == list(index.names)
    assert list(map(str, read.index)) == list(map(str, index))
    assert read["a"].tolist() == [0.5, 1.5]


def test_an_unnamed_index_is_counted_anew() -> None:
    read = loaded(pickle_bytes(pd.DataFrame({"a": [1, 2]}, index=[9, 9])))

    assert read.index.equals(pd.RangeIndex(2))
    assert read["a"].tolist() == [1, 2]


def test_equal_tables_are_equal_bytes_whatever_objects_they_are_made_of() -> None:
    table = published({}, {"session": 2}, {"session": 3, "foraging_efficiency": None})
    rows = manager_rows(table, history(table)).rows
    # The same texts as other objects, and lists that two rows share: a plain pickle tells them apart.
    other = rows.copy()
    for name in ("subject_id", "task", "decision"):
        other[name] = pd.Series(["".join(list(cell)) for cell in rows[name]], dtype=object)
    shared = rows.assign(first=rows["metrics"], second=rows["metrics"])
    apart = rows.assign(first=rows["metrics"], second=rows["metrics"].map(dict))

    assert pickle_bytes(other) == pickle_bytes(rows)
    assert pickle_bytes(shared) == pickle_bytes(apart)
    assert pickle.dumps(other) != pickle.dumps(rows)
    assert pickle.dumps(shared) != pickle.dumps(apart)


def test_our_own_reader_reads_it_without_running_it() -> None:
    table = published({}, {"session": 2, "foraging_efficiency": None, "finished_trials": None})
    rows = manager_rows(table, history(table)).rows

    read = manager_from_bytes(pickle_bytes(rows), source="manager.pkl")
    stats = manager_from_bytes(pickle_bytes(stats_table(rows)), source="stats.pkl")

    assert_frame_equal(read, rows)
    assert_frame_equal(stats, stats_table(rows).reset_index(), check_dtype=False)
    assert pickle_bytes(read) == pickle_bytes(rows)


def test_every_kind_of_column_goes_through_our_own_reader() -> None:
    table = pd.DataFrame(
        {
            "i1": np.array([1, -2], np.int8),
            "Int64": pd.array([1, None], dtype="Int64"),
            "UInt8": pd.array([1, 2], dtype="UInt8"),
            "b": [True, False],
            "boolean": pd.array([True, None], dtype="boolean"),
            "full": pd.array([True, False], dtype="boolean"),
            "when": pd.to_datetime(["2024-03-01", "NaT"]),
            "span": pd.to_timedelta([1, None], unit="s"),
            "stamp": pd.Series([pd.Timestamp("2024-03-01"), pd.Timedelta(1, "s")], dtype=object),
        }
    )

    read = manager_from_bytes(pickle_bytes(table), source="table.pkl")

    assert read["i1"].tolist() == [1, -2]
    assert read["Int64"].tolist() == [1.0, pytest.approx(np.nan, nan_ok=True)]
    assert read["UInt8"].dtype == np.uint8
    assert read["boolean"].tolist() == [True, None]
    assert read["full"].dtype == read["b"].dtype == bool
    assert read["when"].tolist() == table["when"].tolist()
    assert read["span"].tolist() == table["span"].tolist()
    assert read["stamp"].tolist() == table["stamp"].tolist()


CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3) | st.tuples(inner, inner)
    ),
    max_leaves=8,
)


def same(one: object, other: object) -> bool:
    """Equal and of one type, all the way down; a missing number equals another."""
    if type(one) is not type(other):
        return False
    match one, other:
        case (list() | tuple(), list() | tuple()):
            return len(one) == len(other) and all(map(same, one, other))
        case (dict(), dict()):
            return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
        case (float(), float()) if math.isnan(one):
            return math.isnan(other)
    return one == other


@given(st.lists(CELLS, max_size=5))
def test_any_plain_cell_is_read_by_python_and_by_us_as_it_was(listed: list[object]) -> None:
    held = np.empty(len(listed), dtype=object)
    held[:] = listed
    body = pickle_bytes(pd.DataFrame({"a": pd.Series(held, dtype=object)}))

    for read in (loaded(body), manager_from_bytes(body, source="table.pkl")):
        assert all(map(same, read["a"].tolist(), listed))


@given(st.lists(st.floats(width=64), max_size=4), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4))
def test_numbers_are_read_to_the_last_bit(fractions: list[float], numbers: list[int]) -> None:
    for table in (pd.DataFrame({"a": np.array(fractions)}), pd.DataFrame({"a": np.array(numbers, dtype=np.int64)})):
        body = pickle_bytes(table)

        assert_frame_equal(loaded(body), table, check_exact=True, check_column_type=False)
        assert_frame_equal(manager_from_bytes(body, source="table.pkl"), table, check_exact=True)
