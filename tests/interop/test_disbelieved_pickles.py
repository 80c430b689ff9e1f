"""No shape, length, place or zone that a pickle names is believed."""

import pandas as pd
import pytest

from autotrain_core.errors import TableError
from tests.interop.conftest import Read
from tests.interop.opcodes import (
    BUILD,
    EMPTY_DICT,
    EMPTY_LIST,
    NEWOBJ,
    NONE,
    REDUCE,
    array,
    both,
    call,
    column_of,
    counted,
    dtype,
    integers,
    listed,
    listed_index,
    mapped,
    name,
    number,
    numbers,
    octets,
    pickled,
    table,
    text,
)

DATA_FRAME = name("pandas", "DataFrame")


def text_column(offsets: tuple[int, ...], letters: bytes, length: int = 2) -> bytes:
    buffers = [NONE, call(name("pyarrow.lib", "py_buffer"), integers(*offsets))]
    buffers.append(call(name("pyarrow.lib", "py_buffer"), octets(letters)))
    kind = call(name("pyarrow.lib", "type_for_alias"), text("large_string"))
    parts = both(kind, number(length), number(0), number(0), listed(buffers), EMPTY_LIST, NONE)
    arrow = call(name("pyarrow.lib", "_restore_array"), parts)
    values = name("pandas.arrays", "ArrowStringArray") + both() + NEWOBJ + mapped(_pa_array=arrow) + BUILD
    return pickled(table(values, labels=listed_index("a"), index=counted(length)))


def test_the_tables_of_these_tests_are_read_when_they_are_honest(read: Read) -> None:
    assert read(numbers((1, 2), integers(7, 8)))["a"].tolist() == [7, 8]
    assert read(text_column((0, 1, 3), b"xyz"))["a"].tolist() == ["x", "yz"]
    assert read(pickled(column_of(listed([text("x"), NONE]), 2)))["a"].tolist() == ["x", None]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(numbers((1, 2**40), integers(7, 8)), id="a terabyte of shape"),
        pytest.param(numbers((1, 3), integers(7, 8)), id="a shape one too long"),
        pytest.param(numbers((-1, -2), integers(7, 8)), id="a negative shape"),
        pytest.param(numbers((1, 1, 2), integers(7, 8)), id="three dimensions"),
        pytest.param(numbers((), integers(7)), id="no dimension"),
        pytest.param(numbers((1, 2), integers(7, 8), dtype("O8")), id="addresses as objects"),
        pytest.param(numbers((1, 2), integers(7, 8), dtype("V8")), id="records"),
        pytest.param(numbers((1, 2), integers(7, 8), dtype("i8", fields=EMPTY_DICT)), id="fields"),
        pytest.param(numbers((1, 2), integers(7, 8), dtype("i7")), id="seven bytes"),
        pytest.param(numbers((1, 2), b"", dtype("U0")), id="no letters"),
        pytest.param(numbers((1, 2), NONE), id="no bytes"),
        pytest.param(numbers((1, 2), listed([number(7), number(8)])), id="a list of numbers for bytes"),
        pytest.param(pickled(column_of(listed([NONE]), 2)), id="fewer objects than rows"),
        pytest.param(pickled(column_of(listed([DATA_FRAME]), 1)), id="a class in a cell"),
        pytest.param(
            pickled(column_of(listed([call(name("datetime", "date"), octets(b"\xff\xff\xff\xff"))]), 1)), id="no date"
        ),
        pytest.param(
            pickled(column_of(listed([call(name("datetime", "date"), number(1), number(1), number(1))]), 1)),
            id="a date spelled out",
        ),
        pytest.param(
            pickled(column_of(listed([call(name("datetime", "timedelta"), *[number(2**62)] * 3)]), 1)), id="no duration"
        ),
        pytest.param(text_column((0, 1, 2**40), b"xyz"), id="a text that ends beyond the letters"),
        pytest.param(text_column((-1, 1, 2), b"xyz"), id="a text that begins before them"),
        pytest.param(text_column((0, 3, 1), b"xyz"), id="a text that ends before it begins"),
        pytest.param(text_column((0, 1), b"xyz"), id="a text without an end"),
        pytest.param(text_column((0, 1, 2), b"\xff\xff"), id="letters that are none"),
        pytest.param(text_column((0, 1, 2), b"xy", length=2**40), id="a million million texts"),
        pytest.param(
            pickled(table(array(dtype("i8"), (1, 2), integers(7, 8)), labels=listed_index("a", "b"), index=counted(2))),
            id="a column without cells",
        ),
        pytest.param(
            pickled(table(array(dtype("i8"), (2, 1), integers(7, 8)), labels=listed_index("a"), index=counted(1))),
            id="more columns than labels",
        ),
        pytest.param(
            pickled(table(array(dtype("i8"), (1, 2), integers(7, 8)), labels=listed_index("a"), index=counted(10**18))),
            id="a million million million rows",
        ),
        pytest.param(
            pickled(table(array(dtype("i8"), (1, 2), integers(7, 8)), labels=counted(10**18), index=counted(2))),
            id="as many columns",
        ),
    ],
)
def test_no_shape_no_length_and_no_place_is_believed(read: Read, body: bytes) -> None:
    with pytest.raises(TableError, match=r"^sessions\.pkl cannot be read as a pickled table: "):
        read(body)


INDEX_OF = name("pandas.core.indexes.base", "_new_Index")
CLASSES = name("pandas", "MultiIndex")


def times(zone: bytes, *moments: int, unit: bytes = b"ns") -> bytes:
    """One column `a` of times in a zone."""
    kind = name("pandas", "DatetimeTZDtype") + both() + NEWOBJ + mapped(tz=zone) + BUILD
    cells = array(instants("M8", unit), (1, len(moments)), integers(*moments))
    given_ = both(name("pandas.arrays", "DatetimeArray"), number(0), NONE)
    values = name("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked") + given_ + REDUCE + both(kind, cells) + BUILD
    return pickled(table(values, labels=listed_index("a"), index=counted(len(moments))))


def instants(kind: str, unit: bytes) -> bytes:
    metadata = both(NONE, both(octets(unit), number(1), number(1), number(1)))
    rest = [number(-1), number(-1), number(0), metadata]
    state = both(number(4), text("<"), NONE, NONE, NONE, *rest)
    return call(name("numpy", "dtype"), text(kind), b"\x89", b"\x88") + state + BUILD


def rows_of(index: bytes) -> bytes:
    return pickled(table(array(dtype("i8"), (1, 2), integers(7, 8)), labels=listed_index("a"), index=index))


def levels(*parts: bytes, codes: tuple[bytes, ...], names: bytes) -> bytes:
    return call(INDEX_OF, CLASSES, mapped(levels=listed(parts), codes=listed(codes), names=names))


def places(*values: int) -> bytes:
    return array(dtype("i8"), (len(values),), integers(*values))


def zone(key: str) -> bytes:
    return call(name("pytz", "_p"), text(key), number(-28800), number(0), text("PST"))


def test_times_in_a_zone_of_older_pandas_are_read(read: Read) -> None:
    assert read(times(zone("America/Los_Angeles"), 0))["a"][0] == pd.Timestamp("1970-01-01", tz="UTC")
    assert read(times(name("pytz", "_UTC") + both() + REDUCE, 0))["a"][0] == pd.Timestamp("1970-01-01", tz="UTC")


def test_days_and_texts_of_fixed_length_are_read(read: Read) -> None:
    index = counted(1)
    days = table(array(instants("M8", b"D"), (1, 1), integers(1)), labels=listed_index("a"), index=index)
    word = table(array(dtype("U2"), (1, 1), octets("ab".encode("utf-32-le"))), labels=listed_index("a"), index=index)

    assert read(pickled(days))["a"].tolist() == [pd.Timestamp("1970-01-02")]
    assert read(pickled(word))["a"].tolist() == ["ab"]


def test_an_index_of_two_levels_with_gaps_is_read(read: Read) -> None:
    index = levels(
        listed_index("m1"),
        call(INDEX_OF, name("pandas", "Index"), mapped(data=places(5), name=NONE)),
        codes=(places(0, 0), places(0, -1)),
        names=listed([text("subject_id"), text("session")]),
    )

    found = read(rows_of(index))

    assert found["subject_id"].tolist() == ["m1", "m1"]
    assert found["session"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(times(zone("../../../etc/passwd"), 0), id="a zone elsewhere on the disk"),
        pytest.param(times(zone("Nowhere/At_All"), 0), id="a zone that is none"),
        pytest.param(times(NONE, 0), id="no zone"),
        pytest.param(
            times(call(name("datetime", "timezone"), call(name("datetime", "timedelta"), *[number(99)] * 3)), 0),
            id="a zone of 99 days",
        ),
        pytest.param(times(zone("America/Los_Angeles"), 2**62, unit=b"s"), id="the year of the sun's end"),
        pytest.param(times(zone("America/Los_Angeles"), 0, unit=b"as"), id="attoseconds"),
        pytest.param(rows_of(NONE), id="no index"),
        pytest.param(rows_of(call(INDEX_OF, CLASSES, mapped())), id="an index of nothing"),
        pytest.param(
            rows_of(levels(listed_index("m"), codes=(places(0, 7),), names=listed([NONE]))), id="a place beyond"
        ),
        pytest.param(
            rows_of(levels(listed_index("m"), codes=(places(0, -7),), names=listed([NONE]))), id="a place before"
        ),
        pytest.param(
            rows_of(levels(listed_index("m"), codes=(places(0, 0),), names=listed([EMPTY_LIST]))), id="a name of lists"
        ),
        pytest.param(
            rows_of(
                levels(
                    listed_index("m"),
                    listed_index("n"),
                    codes=(places(0, 0), places(0)),
                    names=listed([NONE, NONE]),
                )
            ),
            id="levels of two lengths",
        ),
        pytest.param(rows_of(levels(NONE, codes=(places(0, 0),), names=listed([NONE]))), id="a level of nothing"),
        pytest.param(
            rows_of(
                levels(
                    levels(listed_index("m"), codes=(places(0),), names=listed([NONE])),
                    codes=(places(0, 0),),
                    names=listed([NONE]),
                )
            ),
            id="levels in levels",
        ),
        pytest.param(
            pickled(table(array(dtype("i8"), (1, 1), text("Ā")), labels=listed_index("a"), index=counted(1))),
            id="text for bytes",
        ),
        pytest.param(
            numbers((1, 1), call(name("_codecs", "encode"), text("Ā" * 8), text("latin1"))),
            id="letters that are no bytes",
        ),
        pytest.param(
            numbers((1, 1), call(name("builtins", "bytearray"), *[octets(bytes(8))] * 2)), id="bytes of two things"
        ),
    ],
)
def test_no_zone_no_level_and_no_letter_is_believed(read: Read, body: bytes) -> None:
    with pytest.raises(TableError, match=r"^sessions\.pkl cannot be read as a pickled table: "):
        read(body)
