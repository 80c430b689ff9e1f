"""Nothing hidden in a cell or in a call of a stored manager table runs, and nothing that a call says is believed."""

import os
import pickle
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import TableError
from autotrain_core.interop import manager_from_bytes, manager_rows, pickle_bytes, stats_table
from tests.interop.opcodes import (
    APPEND,
    BUILD,
    EMPTY_DICT,
    EMPTY_LIST,
    MARK,
    MEMOIZE,
    NEWOBJ,
    NONE,
    both,
    call,
    column_of,
    listed,
    mapped,
    name,
    number,
    pickled,
    text,
)
from tests.interop.published import history, published


class Running:
    """Pickles into a call that leaves a file behind when it is carried out."""

    def __reduce__(self) -> Any:
        return os.system, ("echo > hacked",)


@pytest.mark.parametrize(
    "cell",
    [
        {"finished_trials": [Running()]},
        {"finished_trials": {"deeper": (1, [Running()])}},
        [Running()],
    ],
    ids=["in a list of a dictionary", "in a tuple of a dictionary of a dictionary", "in a list"],
)
def test_a_call_hidden_in_the_metrics_is_refused(cell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    table = pd.DataFrame({"subject_id": ["1"], "metrics": pd.Series([cell], dtype=object)})

    with pytest.raises(TableError, match=r"it asks for '(posix|nt)\.system'"):
        manager_from_bytes(pickle.dumps(table, protocol=4), source="manager.pkl")

    assert list(tmp_path.iterdir()) == []


def in_a_cell(cell: bytes) -> bytes:
    return pickled(column_of(listed([cell]), 1))


SERIES = name("pandas", "Series")
ITSELF = EMPTY_DICT + MEMOIZE + text("a") + b"h\x00" + b"s"
SHARED = EMPTY_LIST + MARK + b"N" * 200 + b"e" + MEMOIZE


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(mapped(a=SERIES), id="a class as a value"),
        pytest.param(mapped(a=call(SERIES, listed([number(1)]), NONE, text("object"))), id="a made Series"),
        pytest.param(mapped(a=call(name("pandas", "DataFrame"), EMPTY_DICT)), id="a made DataFrame"),
        pytest.param(mapped(a=call(name("pandas", "RangeIndex"), number(2**60))), id="a made index"),
        pytest.param(EMPTY_DICT + SERIES + NONE + b"s", id="a class as a key"),
        pytest.param(EMPTY_DICT + NONE + NONE + b"s", id="None as a key"),
        pytest.param(EMPTY_DICT + both(text("a")) + NONE + b"s", id="a tuple as a key"),
        pytest.param(EMPTY_DICT + EMPTY_DICT + BUILD, id="state of a dictionary"),
        pytest.param(mapped(a=EMPTY_DICT) + text("b") + APPEND, id="appending to a dictionary"),
        pytest.param(ITSELF, id="a dictionary that holds itself"),
        pytest.param(reduce(lambda inner, _: mapped(a=inner), range(9), mapped()), id="nine deep"),
        pytest.param(SERIES + both() + NEWOBJ + mapped(_mgr=NONE) + BUILD, id="an object with state"),
        pytest.param(call(name("pandas", "Timestamp"), text("now")), id="another time at each reading"),
        pytest.param(call(name("pandas", "Timestamp"), number(1)), id="a time that is a number"),
        pytest.param(call(name("pandas", "Timestamp"), text("2024-99-99")), id="a day that is none"),
        pytest.param(call(name("pandas", "Timedelta"), text("P" + "9" * 50 + "D")), id="a span beyond all spans"),
    ],
)
def test_a_dictionary_in_a_cell_may_hold_plain_values_only(cell: bytes) -> None:
    with pytest.raises(TableError, match=r"^manager\.pkl cannot be read as a pickled table: "):
        manager_from_bytes(in_a_cell(cell), source="manager.pkl")


def test_dictionaries_that_share_a_list_do_not_become_a_billion_cells() -> None:
    nested = SHARED + b"0"
    for place in range(4):
        nested += EMPTY_DICT + MARK
        nested += b"".join(text(str(key)) + b"h" + bytes([place]) for key in range(200)) + b"u" + MEMOIZE + b"0"

    with pytest.raises(TableError, match="would not fit in memory"):
        manager_from_bytes(pickled(nested, column_of(listed([b"h\x04"]), 1)), source="manager.pkl")


def test_a_long_history_in_every_cell_is_read() -> None:
    rows = pd.DataFrame({"metrics": pd.Series([{"finished_trials": list(range(3000))}] * 29, dtype=object)})

    read = manager_from_bytes(pickle_bytes(rows), source="manager.pkl")

    assert read["metrics"][28]["finished_trials"] == list(range(3000))


# ---- calls ----


def labels(*names: str) -> bytes:
    return call(name("pandas", "Index"), listed(map(text, names)), text("object"))


def of_calls(column: bytes, index: bytes, given: bytes | None = None) -> bytes:
    return pickled(call(name("pandas", "DataFrame"), mapped(a=column), index, given or labels("a")))


def series(cells: bytes, kind: str) -> bytes:
    return call(SERIES, cells, NONE, text(kind))


def numbers_of(*values: int) -> bytes:
    return listed(map(number, values))


ONE_ROW = call(name("pandas", "RangeIndex"), number(1))
HALF = b"G" + bytes([0x3F, 0xE0, 0, 0, 0, 0, 0, 0])
LEVEL = call(name("pandas", "Index"), listed([text("m")]), text("object"))


def levels(codes: bytes, *parts: bytes, names: bytes | None = None) -> bytes:
    given = names if names is not None else listed([text("mouse")])
    return call(name("pandas", "MultiIndex"), listed(parts), listed([codes]), NONE, given)


def test_the_calls_of_these_tests_are_read_when_they_are_honest() -> None:
    flat = manager_from_bytes(of_calls(series(numbers_of(7), "int64"), ONE_ROW), source="manager.pkl")
    deep = manager_from_bytes(of_calls(series(numbers_of(7), "int64"), levels(numbers_of(0), LEVEL)), source="m.pkl")

    assert flat.to_dict("list") == {"a": [7]}
    assert deep.to_dict("list") == {"mouse": ["m"], "a": [7]}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(of_calls(series(numbers_of(7), "category"), ONE_ROW), id="a kind that is none"),
        pytest.param(of_calls(series(numbers_of(7), "int64[pyarrow]"), ONE_ROW), id="a kind of Arrow"),
        pytest.param(of_calls(series(numbers_of(7), "complex128"), ONE_ROW), id="complex numbers"),
        pytest.param(of_calls(series(numbers_of(2**70), "int64"), ONE_ROW), id="a number that is too large"),
        pytest.param(of_calls(series(numbers_of(300), "uint8"), ONE_ROW), id="a number that is too large for its kind"),
        pytest.param(of_calls(series(listed([HALF]), "int64"), ONE_ROW), id="a fraction as a whole number"),
        pytest.param(of_calls(series(listed([text("7")]), "int64"), ONE_ROW), id="text as a number"),
        pytest.param(of_calls(series(listed([NONE]), "int64"), ONE_ROW), id="nothing as a number"),
        pytest.param(of_calls(series(numbers_of(1), "bool"), ONE_ROW), id="a number as a truth value"),
        pytest.param(of_calls(series(numbers_of(1), "boolean"), ONE_ROW), id="a number as a nullable truth value"),
        pytest.param(of_calls(series(listed([HALF]), "M8[ns]"), ONE_ROW), id="a fraction as a time"),
        pytest.param(of_calls(series(text("abc"), "object"), ONE_ROW), id="a text as a column"),
        pytest.param(of_calls(series(numbers_of(1, 2), "int64"), ONE_ROW), id="more cells than rows"),
        pytest.param(of_calls(numbers_of(1), call(name("pandas", "RangeIndex"), number(-1))), id="less than no rows"),
        pytest.param(of_calls(numbers_of(1), call(name("pandas", "RangeIndex"), number(2**60))), id="endless rows"),
        pytest.param(of_calls(numbers_of(1), call(name("pandas", "RangeIndex"))), id="rows that nobody counted"),
        pytest.param(of_calls(numbers_of(1), text("index")), id="a text as an index"),
        pytest.param(of_calls(numbers_of(1), ONE_ROW, text("labels")), id="labels that are none"),
        pytest.param(of_calls(numbers_of(1), levels(numbers_of(1), LEVEL)), id="a place beyond the level"),
        pytest.param(of_calls(numbers_of(1), levels(numbers_of(-2), LEVEL)), id="a place before it"),
        pytest.param(of_calls(numbers_of(1), levels(listed([HALF]), LEVEL)), id="half a place"),
        pytest.param(of_calls(numbers_of(1), levels(numbers_of(0), text("m"))), id="a level that is none"),
        pytest.param(
            of_calls(numbers_of(1), levels(numbers_of(0), LEVEL, names=listed([]))), id="levels without names"
        ),
        pytest.param(
            of_calls(numbers_of(1), levels(numbers_of(0), LEVEL, names=listed([number(1)]))), id="a number as a name"
        ),
        pytest.param(
            of_calls(numbers_of(1), call(name("pandas", "Index"), numbers_of(1), text("object"), NONE, number(1))),
            id="an index with a number for a name",
        ),
    ],
)
def test_no_kind_no_place_and_no_count_of_a_call_is_believed(body: bytes) -> None:
    with pytest.raises(TableError, match=r"^manager\.pkl cannot be read as a pickled table: "):
        manager_from_bytes(body, source="manager.pkl")


def test_more_numbers_than_fit_in_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from autotrain_core.interop import _pickle_tree

    body = pickle_bytes(pd.DataFrame({"a": [0.5] * 100}))
    monkeypatch.setattr(_pickle_tree, "MAX_NUMBERS", 99)

    with pytest.raises(TableError, match="it holds more than 99 numbers; save it as parquet"):
        manager_from_bytes(body, source="manager.pkl")


# ---- damage ----

MANAGERS = sorted((Path(__file__).parent / "managers").glob("*.pkl"))


def _bodies() -> list[bytes]:
    table = published({}, {"session": 2, "foraging_efficiency": None})
    rows = manager_rows(table, history(table)).rows
    return [*(path.read_bytes() for path in MANAGERS), pickle_bytes(rows), pickle_bytes(stats_table(rows))]


BODIES = _bodies()


@pytest.mark.parametrize("body", BODIES, ids=[*(path.stem for path in MANAGERS), "our manager", "our statistics"])
def test_a_manager_table_that_is_cut_off_anywhere_is_refused(body: bytes) -> None:
    for length in range(1, len(body), 13):
        with pytest.raises(TableError):
            manager_from_bytes(body[:length], source="manager.pkl")


@given(st.data())
def test_a_damaged_manager_table_is_a_table_or_a_table_error(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(BODIES)))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(2, len(body) - 1))] = data.draw(st.integers(0, 255))

    try:
        read = manager_from_bytes(bytes(body), source="manager.pkl")
    except TableError:
        return
    assert type(read) is pd.DataFrame
