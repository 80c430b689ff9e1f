"""Nothing of a hostile pickle runs, and none takes more memory or time than its size allows."""

import os
import pickle
import struct
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import TableError
from tests.interop.conftest import Read
from tests.interop.opcodes import (
    APPEND,
    BUILD,
    EMPTY_DICT,
    EMPTY_LIST,
    MARK,
    MEMOIZE,
    NEWOBJ,
    NONE,
    PROTOCOL,
    REDUCE,
    STOP,
    array,
    both,
    call,
    column_of,
    counted,
    dtype,
    integers,
    listed,
    mapped,
    name,
    number,
    numbers,
    octets,
    pickled,
    text,
)

FILES = sorted((Path(__file__).parent / "files").glob("*.pkl"))


class Running:
    """Pickles into a call that leaves a file behind when it is carried out."""

    def __init__(self, what: Any, *given: Any) -> None:
        self.what, self.given = what, given

    def __reduce__(self) -> Any:
        return self.what, self.given


def test_the_attack_of_these_tests_is_a_real_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    pickle.loads(pickle.dumps(Running(os.system, "echo > hacked")))

    assert Path("hacked").exists()


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(
    ("what", "given"),
    [
        (os.system, ("echo > hacked",)),
        (eval, ("open('hacked', 'w')",)),
        (exec, ("open('hacked', 'w')",)),
        (open, ("hacked", "w")),
        (getattr, (pd, "read_pickle")),
        (pd.read_pickle, ("sessions.pkl",)),
        (pd.eval, ("1 + 1",)),
        (np.save, ("hacked", 1)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_call_of_anything_else_is_refused_by_its_name(
    read: Read, protocol: int, what: Any, given: tuple[Any, ...]
) -> None:
    hostile = [Running(what, *(value if isinstance(value, str | int) else "x" for value in given))]

    with pytest.raises(TableError) as caught:
        read(pickle.dumps(hostile, protocol=protocol))

    assert f".{what.__name__}'" in str(caught.value)
    assert "Nothing of it was run" in str(caught.value)


def test_the_same_call_hidden_in_a_real_table_is_refused(read: Read) -> None:
    sessions = pd.DataFrame({"subject_id": ["1"], "note": pd.Series([Running(os.system, "echo > hacked")])})

    with pytest.raises(TableError, match=r"it asks for '(posix|nt)\.system'"):
        read(pickle.dumps(sessions))


@pytest.mark.parametrize(
    ("module", "attribute"),
    [
        ("pandas", "DataFrame.query"),
        ("pandas", "DataFrame.eval"),
        ("pandas", "io.common.os.system"),
        ("pandas.core.frame", "DataFrame.to_pickle"),
        ("numpy", "ndarray.tofile"),
        ("builtins", "slice.__class__"),
        ("builtins", "getattr"),
        ("operator", "attrgetter"),
        ("operator", "methodcaller"),
        ("functools", "partial"),
        ("importlib", "import_module"),
        ("pandas.io.pickle", "read_pickle"),
        ("pandas.compat.pickle_compat", "loads"),
        ("pandas.core.computation.eval", "eval"),
        ("numpy.testing._private.utils", "runstring"),
        ("pyarrow.lib", "_reconstruct_table"),
        ("copyreg", "_reconstructor"),
        ("codecs", "open"),
        ("_codecs", "decode"),
        ("", ""),
        ("pandas DataFrame", ""),
    ],
)
def test_a_name_is_taken_whole_and_never_walked(read: Read, module: str, attribute: str) -> None:
    with pytest.raises(TableError) as caught:
        read(pickled(name(module, attribute)))

    assert f"it asks for '{module}.{attribute}', which no table needs" in str(caught.value)


def test_a_name_of_a_million_letters_is_not_repeated_whole(read: Read) -> None:
    with pytest.raises(TableError) as caught:
        read(pickled(name("m" * 1_000_000, "n")))

    assert len(str(caught.value)) < 500


DATA_FRAME = name("pandas", "DataFrame")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(pickled(call(DATA_FRAME, text("a"))), id="a constructor with other arguments"),
        pytest.param(pickled(DATA_FRAME + both() + NEWOBJ), id="no state"),
        pytest.param(pickled(DATA_FRAME + both() + NEWOBJ + mapped(_mgr=NONE) + BUILD), id="no blocks"),
        pytest.param(
            pickled(DATA_FRAME + both() + NEWOBJ + mapped(__class__=name("pandas", "Index")) + BUILD), id="its class"
        ),
        pytest.param(
            pickled(DATA_FRAME + both() + NEWOBJ + EMPTY_DICT + BUILD + EMPTY_DICT + BUILD), id="state given twice"
        ),
        pytest.param(pickled(DATA_FRAME + EMPTY_DICT + BUILD), id="state of the class itself"),
        pytest.param(pickled(EMPTY_LIST + EMPTY_DICT + BUILD), id="state of a list"),
        pytest.param(pickled(text("os") + both(text("ls")) + REDUCE), id="a call of a text"),
        pytest.param(
            pickled(call(call(name("builtins", "slice"), number(1)), number(1))), id="a call of what was made"
        ),
        pytest.param(pickled(name("pandas", "DataFrame")), id="a class instead of a table"),
        pytest.param(pickled(number(1) + text("x") + b"\x93"), id="a name that is a number"),
        pytest.param(pickled(EMPTY_DICT + both() + text("x") + b"s"), id="a tuple as a key"),
        pytest.param(pickled(EMPTY_DICT + number(2**62) + NONE + b"s"), id="a huge number as a key"),
        pytest.param(pickled(EMPTY_DICT + text("x") + APPEND), id="appending to a dictionary"),
        pytest.param(pickled(EMPTY_LIST + text("x") + text("y") + b"s"), id="an item of a list"),
        pytest.param(pickled(EMPTY_DICT + MARK + text("x") + b"u"), id="half an item"),
        pytest.param(pickled(b"0"), id="an empty stack"),
        pytest.param(pickled(MARK + b"0"), id="a mark for a value"),
        pytest.param(pickled(b"e"), id="no mark"),
        pytest.param(pickled(b"h\x07"), id="a value that was never stored"),
        pytest.param(pickled(b"cos\nsystem"), id="a name without an end"),
        pytest.param(pickled(b"c" + b"m" * 1000 + b"\nn\n"), id="a long name"),
        pytest.param(pickled(b"Px\n"), id="a persistent id"),
        pytest.param(pickled(text("x") + b"Q"), id="a persistent id on the stack"),
        pytest.param(pickled(b"\x82\x01"), id="the extension registry"),
        pytest.param(pickled(b"(ios\nsystem\n"), id="an old-style instance"),
        pytest.param(pickled(MARK + DATA_FRAME + b"o"), id="another old-style instance"),
        pytest.param(pickled(DATA_FRAME + both() + EMPTY_DICT + b"\x92"), id="a constructor with keywords"),
        pytest.param(pickled(b"\x8f"), id="a set"),
        pytest.param(pickled(b"\x97"), id="a buffer outside"),
        pytest.param(pickled(b"\xff"), id="no operation at all"),
        pytest.param(b"\x80\x06.", id="an unknown protocol"),
        pytest.param(b"\x80\x00.", id="protocol 0 in disguise"),
        pytest.param(b"\x80", id="one byte"),
        pytest.param(PROTOCOL, id="no end"),
        pytest.param(PROTOCOL + STOP, id="nothing"),
    ],
)
def test_what_no_pickler_of_a_table_writes_is_refused(read: Read, body: bytes) -> None:
    with pytest.raises(TableError, match=r"^sessions\.pkl cannot be read as a pickled table: "):
        read(body)


HUGE = struct.pack("<Q", 2**62)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(pickled(b"\x8d" + HUGE), id="text"),
        pytest.param(pickled(b"\x8e" + HUGE), id="bytes"),
        pytest.param(pickled(b"\x96" + HUGE), id="a bytearray"),
        pytest.param(pickled(b"\x95" + HUGE), id="a frame"),
        pytest.param(pickled(b"\x8b" + b"\xff\xff\xff\x7f"), id="a number"),
        pytest.param(pickled(b"\x8b" + struct.pack("<I", 17) + bytes(17)), id="a number of 17 bytes"),
        pytest.param(pickled(NONE + b"r" + b"\xff\xff\xff\xff" + b"j" + b"\xff\xff\xff\x7f"), id="a place in the memo"),
        pytest.param(pickled(numbers((1, 2**62), integers(1))[2:-1]), id="an array"),
    ],
)
def test_an_announced_size_takes_no_memory(read: Read, body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(TableError):
            read(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8_000_000


def test_tuples_nested_without_end_do_not_overflow_the_stack(read: Read) -> None:
    nested = b")" + b"\x85" * 200_000

    for body in (
        nested,
        EMPTY_DICT + nested + NONE + b"s",
        column_of(listed([nested]), 1),
        column_of(listed([b"]" * 1000 + b"a" * 999]), 1),
        b"]" * 200_000 + b"a" * 199_999,
    ):
        with pytest.raises(TableError):
            read(pickled(body))


def test_a_list_that_holds_itself_is_refused(read: Read) -> None:
    itself = EMPTY_LIST + MEMOIZE + b"h\x00" + APPEND

    with pytest.raises(TableError, match="lists in lists without end"):
        read(pickled(column_of(listed([itself]), 1)))


def test_a_list_of_lists_of_one_list_does_not_become_a_billion(read: Read) -> None:
    ten = EMPTY_LIST + MARK + b"N" * 100 + b"e" + MEMOIZE
    for place in range(6):
        ten += b"0" + EMPTY_LIST + MARK + (b"h" + bytes([place])) * 100 + b"e" + MEMOIZE

    with pytest.raises(TableError, match="would not fit in memory"):
        read(pickled(column_of(listed([ten]), 1)))


def test_bytes_that_are_named_a_thousand_times_do_not_become_a_thousand_times_as_much(read: Read) -> None:
    million = octets(bytes(8_000_000)) + MEMOIZE + b"0"
    block = call(
        name("pandas._libs.internals", "_unpickle_block"),
        array(dtype("i8"), (1, 1_000_000), b"h\x00"),
        call(name("builtins", "slice"), number(0), number(1), number(1)),
        number(2),
    )
    manager = call(
        name("pandas.core.internals.managers", "BlockManager"),
        both(*[block] * 1000),
        listed([counted(1000), counted(1_000_000)]),
    )

    with pytest.raises(TableError):
        read(pickled(million + DATA_FRAME + both() + NEWOBJ + mapped(_mgr=manager) + BUILD))


def test_many_colliding_keys_take_no_quadratic_time(read: Read) -> None:
    # These integers share one hash; as keys of a dictionary 100,000 of them would take minutes.
    modulus = sys.hash_info.modulus
    items = b"".join(number(modulus * factor) + NONE for factor in range(1, 100_000))

    start = time.monotonic()
    with pytest.raises(TableError, match="neither text nor a small number"):
        read(pickled(EMPTY_DICT + MARK + items + b"u"))

    assert time.monotonic() - start < 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_pickle_that_is_cut_off_anywhere_is_refused(read: Read, path: Path) -> None:
    body = path.read_bytes()

    for length in range(1, len(body), 7):
        with pytest.raises(TableError):
            read(body[:length])


@given(st.data())
def test_a_damaged_pickle_is_a_table_or_a_table_error(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(FILES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(2, len(body) - 1))] = data.draw(st.integers(0, 255))

    from autotrain_core.interop._pickle_table import read_pickled_table

    try:
        read = read_pickled_table(bytes(body), source="sessions.pkl")
    except TableError:
        return
    assert type(read) is pd.DataFrame
