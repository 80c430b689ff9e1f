"""Tables: what is read is what was saved, equal tables are one object, and a part costs only a part."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from autotrain_core.errors import ConflictError, DocumentError, MissingColumnError, NotStoredError, TableError
from autotrain_core.store import ABSENT, MemoryHome, Store, TableRef, pack_table
from tests.store.passing import Counting, Interrupted


def a_table() -> pd.DataFrame:
    """A row for each sort of cell that sessions and decisions have."""
    return pd.DataFrame(
        {
            "subject_id": ["447921", "447921", "ü 2"],
            "session": [1, 2, 1],
            "session_date": ["2026-01-02", None, "2026-01-03"],
            "finished_trials": [500.0, np.nan, 0.0],
            "certain": [True, False, True],
            "sessions_left": pd.array([3, None, 2**60], dtype="Int64"),
            "closed_loop": pd.array([True, None, False], dtype="boolean"),
            "weight": pd.array([20.5, None, 21.0], dtype="Float64"),
            "born": [date(2025, 1, 1), None, date(1999, 12, 31)],
            "at": pd.to_datetime(pd.Series(["2026-01-02T03:04:05.123456Z", None, "2026-01-02T03:04:05.000001Z"])),
            "day": pd.to_datetime(pd.Series(["2026-01-02", None, "2026-01-03"])).astype("datetime64[s]"),
            "took": pd.to_timedelta([1, None, 3], unit="s"),
            "small": np.array([1, 2, 3], dtype="int8"),
            "never": pd.Series([None, None, None], dtype="str"),
        }
    )


def large_table(subjects: int = 600, sessions: int = 500) -> pd.DataFrame:
    """Rows of one mouse lie together; too large to be fetched whole for a part of it."""
    random = np.random.default_rng(1)
    rows = subjects * sessions
    return pd.DataFrame(
        {
            "subject_id": np.repeat([f"{100_000 + number}" for number in range(subjects)], sessions),
            "session": np.tile(np.arange(1, sessions + 1), subjects),
            "closed_loop": random.random(rows) < 0.9,
            **{f"metric_{number}": random.random(rows) for number in range(8)},
            "stage": pd.Series("STAGE_1", index=range(rows)).where(random.random(rows) > 0.1),
        }
    )


@pytest.fixture(scope="module")
def large() -> pd.DataFrame:
    return large_table()


@pytest.fixture(scope="module")
def large_saved(large: pd.DataFrame) -> tuple[MemoryHome, TableRef]:
    home = MemoryHome()
    return home, Store(home).save_table("sessions", large)


def test_a_table_comes_back_as_it_was_saved(store: Store) -> None:
    table = a_table()

    ref = store.save_table("decisions of ö/1", table)

    assert (ref.name, ref.rows) == ("decisions of ö/1", 3)
    assert ref.key == f"autotrain/tables/decisions of %C3%B6%2F1/{ref.sha256}.parquet"
    for reader in (store, Store(store.home)):
        assert_frame_equal(reader.load_table(ref), table)
    assert store.check(thorough=True) == ()


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(),
        a_table().head(0).drop(columns="born"),
        pd.DataFrame({"a": [1.0, 2.0]}),
        pd.DataFrame({"text": ["", "nan", "None", "\x00", "😀", None]}),
        pd.DataFrame({"n": pd.array([1, 2], dtype="Int64")}),
    ],
    ids=["nothing", "no rows", "one column", "odd texts", "nullable only"],
)
def test_odd_tables_come_back_as_they_were_saved(memory: Store, table: pd.DataFrame) -> None:
    ref = memory.save_table("odd", table)

    assert_frame_equal(Store(memory.home).load_table(ref), table, check_index_type=False, check_column_type=False)


def test_objects_and_categories_come_back_typed(memory: Store) -> None:
    table = pd.DataFrame(
        {
            "text": pd.Series(["a", None, float("nan"), pd.NA], dtype=object),
            "category": pd.Series(["a", "b", None, "a"], dtype="category"),
            "python": pd.Series(["a", None, "b", ""], dtype=pd.StringDtype("python", na_value=np.nan)),
            "missing": pd.Series([None, np.nan, None, pd.NA], dtype=object),
            "truth": pd.Series([True, False, True, False], dtype=object),
            "number": pd.Series([1, 2.5, None, 3], dtype=object),
        }
    )

    found = memory.load_table(memory.save_table("typed", table))

    assert [str(kind) for kind in found.dtypes] == ["str", "str", "str", "str", "bool", "float64"]
    assert found["text"].tolist()[0] == "a"
    assert found.isna().to_numpy().tolist() == table.isna().to_numpy().tolist()


def test_the_index_is_not_kept_and_one_with_a_name_is_refused(memory: Store) -> None:
    table = pd.DataFrame({"a": [1, 2, 3]})

    ref = memory.save_table("t", table[table["a"] > 1])

    assert_frame_equal(memory.load_table(ref), pd.DataFrame({"a": [2, 3]}))
    for named in (table.rename_axis("subject_id"), table.set_index(pd.MultiIndex.from_arrays([[1, 2, 3], [4, 5, 6]]))):
        with pytest.raises(TableError, match="use reset_index"):
            memory.save_table("t", named)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pd.DataFrame({1: [2]}), "a column whose name is no text: 1"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "has the column 'a' twice"),
        (pd.DataFrame({"a": [[1], [2]]}), "column 'a' cannot be kept: it holds values of more than one kind"),
        (pd.DataFrame({"a": [1, "1"]}, dtype=object), "column 'a' cannot be kept"),
        (pd.DataFrame({"a": [{"x": 1}]}), "column 'a' cannot be kept"),
        (pd.DataFrame({"a": [b"x"]}), "column 'a' cannot be kept"),
        (pd.DataFrame({"a": [1j]}), "of a type that cannot be kept: complex128"),
        (pd.DataFrame({"a": [date(2026, 1, 1), datetime(2026, 1, 1, 5, tzinfo=UTC)]}, dtype=object), "column 'a'"),
        (pd.DataFrame({"a": pd.Categorical([1, 2])}), "of a type that cannot be kept: category"),
        (pd.DataFrame({"a": pd.period_range("2026", periods=2, freq="D")}), "of a type that cannot be kept: period"),
        (pd.DataFrame({"a": [2**70]}), "column 'a' cannot be kept"),
        (pd.DataFrame({"a": pd.Series(["\ud800"], dtype=object)}), "column 'a' cannot be kept"),
    ],
)
def test_what_would_not_come_back_as_it_is_is_refused(memory: Store, table: pd.DataFrame, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        memory.save_table("t", table)

    assert list(memory.home.list("")) == []


def test_equal_tables_are_one_object_however_they_were_put_together(memory: Store) -> None:
    table = a_table()
    parts = pd.concat([table.head(1), table.iloc[1:2], table.tail(1)])
    ways: dict[str, pd.DataFrame] = {
        "the same": table.copy(),
        "of parts": parts,
        "with texts as objects": table.astype({"subject_id": object, "session_date": object, "never": object}),
        "cut out of another": pd.concat([parts, parts, parts]).iloc[3:6],
        "another order of columns, and back": table[table.columns[::-1]][table.columns],
    }

    refs = {way: memory.save_table("t", each) for way, each in ways.items()}

    assert {way: ref.sha256 for way, ref in refs.items()} == dict.fromkeys(ways, refs["the same"].sha256)
    assert len(list(memory.home.list(""))) == 1


@given(cuts=st.lists(st.integers(0, 5_000), max_size=6))
def test_where_a_table_was_cut_does_not_show(cuts: list[int]) -> None:
    rows = 5_000
    table = pd.DataFrame(
        {
            "subject_id": [f"{number // 50}" if number % 7 else None for number in range(rows)],
            "n": np.arange(rows) % 300,
            "x": np.where(np.arange(rows) % 3, np.arange(rows) / 7, np.nan),
        }
    )
    places = sorted([0, *cuts, rows])

    parts = [table.iloc[start:end] for start, end in pairwise(places)]

    assert pack_table("t", pd.concat(parts)).ref == pack_table("t", table).ref


def test_another_process_makes_the_same_bytes() -> None:
    program = (
        "from tests.store.test_tables import a_table, pack_table, large_table;"
        "print(pack_table('t', a_table()).ref.sha256, pack_table('t', large_table(200)).ref.sha256)"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == [pack_table("t", table).ref.sha256 for table in (a_table(), large_table(200))]


def test_nothing_of_pandas_or_of_the_clock_is_in_the_file() -> None:
    body = pack_table("t", a_table()).body

    assert b"pandas" not in body
    assert pd.__version__.encode() not in body


def test_saving_again_writes_nothing(memory: Store) -> None:
    counting = Counting(memory.home)
    store = Store(counting)

    first = store.save_table("t", a_table())
    second = store.save_table("t", a_table())

    assert first == second
    assert counting.asked == {"head": 2, "put": 1}


def test_two_who_save_the_same_at_once_both_succeed(memory: Store) -> None:
    racing = Store(Interrupted(memory.home, lambda: memory.save_table("t", a_table()), times=1))

    ref = racing.save_table("t", a_table())

    assert_frame_equal(memory.load_table(ref), a_table())


def test_columns_come_in_the_order_in_which_they_are_asked_for(store: Store) -> None:
    ref = store.save_table("t", a_table())

    found = Store(store.home).load_table(ref, columns=["weight", "session", "weight"])

    assert_frame_equal(found, a_table()[["weight", "session"]])
    assert_frame_equal(Store(store.home).load_table(ref, columns=[]), a_table()[[]], check_column_type=False)


def test_rows_of_some_mice_come_on_a_fresh_index(store: Store) -> None:
    ref = store.save_table("t", a_table())

    found = Store(store.home).load_table(ref, columns=["session"], subjects=["ü 2", "nobody"])

    assert_frame_equal(found, pd.DataFrame({"session": [1]}))
    assert len(Store(store.home).load_table(ref, subjects=())) == 0


Part = dict[str, Any]
PARTS: list[Part] = [
    {"columns": ["session", "metric_3"]},
    {"subjects": ["100000"]},
    {"subjects": ["100599", "100001", "x"], "columns": ["stage"]},
    {"subjects": [], "columns": ["stage", "subject_id"]},
    {"columns": []},
    {"subjects": ["0", "999999"]},
]


@pytest.mark.parametrize("part", PARTS, ids=str)
@pytest.mark.parametrize("is_whole_known", [False, True])
def test_a_part_is_the_part_of_the_whole(
    large: pd.DataFrame, large_saved: tuple[MemoryHome, TableRef], part: Part, is_whole_known: bool
) -> None:
    home, ref = large_saved
    store = Store(home)
    if is_whole_known:
        assert_frame_equal(store.load_table(ref), large)

    found = store.load_table(ref, **part)

    rows = large if "subjects" not in part else large[large["subject_id"].isin(part["subjects"])]
    wanted = rows.reset_index(drop=True)[part.get("columns", list(large.columns))]
    assert_frame_equal(found, wanted, check_column_type=False)


@pytest.mark.parametrize(
    ("part", "most"),
    [({"columns": ["session", "stage"]}, 0.1), ({"subjects": ["100300"]}, 0.3), ({"subjects": ["zzz"]}, 0.01)],
    ids=["two columns", "one mouse", "nobody"],
)
def test_of_a_large_table_only_what_is_wanted_is_fetched(
    large_saved: tuple[MemoryHome, TableRef], part: Part, most: float
) -> None:
    home, ref = large_saved
    watched = _Watched(home)

    Store(watched).load_table(ref, **part)

    assert ref.size > 10_000_000
    assert 0 < watched.fetched < most * ref.size
    assert set(watched.asked) == {"open"}


def test_a_table_whose_end_is_long_is_read_in_parts(
    large: pd.DataFrame, large_saved: tuple[MemoryHome, TableRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, ref = large_saved
    monkeypatch.setattr("autotrain_core.store._tables._ENDING", 1_000)

    assert_frame_equal(Store(home).load_table(ref, columns=["session"]), large[["session"]])


def test_a_large_table_in_a_home_is_read_in_parts(store: Store, large: pd.DataFrame) -> None:
    ref = store.save_table("sessions", large)

    found = Store(store.home).load_table(ref, columns=["session", "metric_7"], subjects=["100123"])

    wanted = large[large["subject_id"] == "100123"].reset_index(drop=True)
    assert_frame_equal(found, wanted[["session", "metric_7"]])


@pytest.mark.parametrize("known", [True, False])
def test_a_column_that_is_not_there_is_named(large_saved: tuple[MemoryHome, TableRef], known: bool) -> None:
    home, ref = large_saved
    store = Store(home)
    small = store.save_table("no mice", pd.DataFrame({"a": [1]}))
    if known:
        store.load_table(ref)
        store.load_table(small)

    with pytest.raises(
        MissingColumnError, match=r"The table 'sessions' has no column 'metric_x'\..* metric_0"
    ) as caught:
        store.load_table(ref, columns=["session", "metric_x"])
    with pytest.raises(MissingColumnError, match="no column 'subject_id'"):
        store.load_table(small, subjects=["1"])

    assert caught.value.missing == ("metric_x",)


@pytest.mark.parametrize("known", [True, False])
def test_mice_that_are_numbers_cannot_be_looked_for(memory: Store, known: bool) -> None:
    ref = memory.save_table("t", pd.DataFrame({"subject_id": [447921], "session": [1]}))
    if known:
        memory.load_table(ref)

    with pytest.raises(TableError, match="'subject_id' holds no texts but int64"):
        memory.load_table(ref, subjects=["447921"])


@pytest.mark.parametrize("change", [lambda table: table.pop("session"), lambda table: table.__setitem__("session", 0)])
def test_what_a_reader_does_to_his_table_nobody_else_sees(
    large_saved: tuple[MemoryHome, TableRef], large: pd.DataFrame, change: Callable[[pd.DataFrame], object]
) -> None:
    home, ref = large_saved
    store = Store(home)

    for part in ({}, {"columns": ["session", "stage"]}):
        wanted = large[part.get("columns", list(large.columns))]
        mine = store.load_table(ref, **part)
        mine.loc[0, "session"] = -1
        mine["session"].to_numpy()
        mine["stage"].array[1] = "mine"
        change(mine)
        assert_frame_equal(store.load_table(ref, **part), wanted)


def test_what_was_read_is_remembered_as_far_as_there_is_room(large_saved: tuple[MemoryHome, TableRef]) -> None:
    home, ref = large_saved
    counting = Counting(home)
    roomy, narrow = Store(counting), Store(counting, remembered=3_000_000)

    for _ in range(3):
        roomy.load_table(ref)
        roomy.load_table(ref, columns=["session"])
    assert counting.asked == {"get": 1}

    counting.asked.clear()
    narrow.load_table(ref, columns=["session"])
    once = counting.asked["open"]
    for column in ("metric_1", "session", "session", "session"):
        narrow.load_table(ref, columns=[column])
    narrow.load_table(ref)
    narrow.load_table(ref)
    assert counting.asked == {"open": 3 * once, "get": 2}


def test_many_threads_read_one_table(large_saved: tuple[MemoryHome, TableRef], large: pd.DataFrame) -> None:
    home, ref = large_saved
    store = Store(home, remembered=20_000_000)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: store.load_table(ref, columns=[f"metric_{n % 8}"]), range(24)))

    for number, each in enumerate(found):
        assert_frame_equal(each, large[[f"metric_{number % 8}"]])


def test_a_reference_is_written_and_read_as_plain_values(memory: Store) -> None:
    ref = memory.save_table("t", a_table())

    assert TableRef.from_json(ref.as_json()) == ref


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "autotrain/documents/a"},
        {"name": "other"},
        {"name": ""},
        {"sha256": "ab"},
        {"rows": -1},
        {"size": "1"},
        {"footer": None},
    ],
    ids=str,
)
def test_what_is_no_reference_is_refused(memory: Store, changes: dict[str, Any]) -> None:
    value = memory.save_table("t", a_table()).as_json()

    with pytest.raises(DocumentError, match="no reference to a table"):
        TableRef.from_json({**value, **changes})
    with pytest.raises(DocumentError, match="no reference to a table"):
        TableRef.from_json([value])


def test_a_table_that_was_never_saved_is_not_stored(memory: Store) -> None:
    small, large = pack_table("t", a_table()).ref, pack_table("t", large_table(160)).ref

    with pytest.raises(NotStoredError):
        memory.load_table(small)
    with pytest.raises(NotStoredError):
        memory.load_table(large, columns=["session"])


def test_a_table_is_never_overwritten(memory: Store) -> None:
    ref = memory.save_table("t", a_table())

    with pytest.raises(ConflictError):
        memory.home.put(ref.key, b"other", replaces=ABSENT)


class _Watched(Counting):
    """Counts the bytes that are read of what was opened."""

    fetched = 0

    def open(self, key: str) -> Any:
        file = super().open(key)
        read = file.read

        def counted(size: int = -1) -> bytes:
            piece = read(size)
            self.fetched += len(piece)
            return piece

        file.read = counted  # type: ignore[method-assign]
        return file
