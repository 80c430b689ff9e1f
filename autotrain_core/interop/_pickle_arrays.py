"""
Build numpy arrays out of the tree of a pickle, from bytes that are really in the file.

No shape is believed: an array is as long as its bytes, or the file is damaged. Text columns of pandas 3 are
cut from their bytes here rather than by pyarrow, which trusts the offsets that it is given.
"""

import datetime
import math
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from autotrain_core.interop._pickle_tree import Made, Name, UnreadablePickleError

Cells: TypeAlias = np.ndarray[Any, np.dtype[Any]]
_Time = TypeVar("_Time")

_SIMPLE_DTYPE = re.compile(r"(b1|[iu][1248]|f[248]|[US]\d{1,6}|O8|O|[mM]8)")
_UNITS = {7: "s", 8: "ms", 9: "us", 10: "ns"}
PLAIN = frozenset({str, int, float, bool, type(None), bytes})
"""Cells that are taken as they stand in the file."""

_DEEPEST_CELL = 8
_DEEPEST_BYTES = 4
_SMALLEST_BUDGET = 64 * 1024 * 1024


def need(holds: bool, sentence: str) -> None:
    """Refuse the pickle with `sentence` unless `holds`."""
    if not holds:
        raise UnreadablePickleError(sentence)


def as_list(node: object, sentence: str) -> list[Any]:
    """Give back a list; refuse the pickle with `sentence` where it is none."""
    if not isinstance(node, list):
        raise UnreadablePickleError(sentence)
    return node


@dataclass
class Budget:
    """
    How many bytes of cells one pickle may still become.

    Bytes may be named many times in a pickle; without a bound, one megabyte in the file is a terabyte here.
    """

    left: int

    @classmethod
    def of(cls, file_bytes: int) -> "Budget":
        return cls(_SMALLEST_BUDGET + 8 * file_bytes)

    def spend(self, count: int) -> None:
        self.left -= count
        need(self.left >= 0, "it says the same values so often that they would not fit in memory.")


def raw(node: object, depth: int = 0) -> bytes:
    """The bytes of a node: plain, or spelled as Latin-1 text (protocol 2), or in a bytearray or Arrow buffer."""
    match node:
        case bytes():
            return node
        case Made(what="encode", given=(str() as text, "latin1" | "latin-1")):
            try:
                return text.encode("latin-1")
            except UnicodeEncodeError as error:
                raise UnreadablePickleError("bytes that are spelled as text hold a letter that is no byte.") from error
        case Made(what="bytes", given=()):
            return b""
        case Made(what="bytes", given=(inner,)) if depth < _DEEPEST_BYTES:
            return raw(inner, depth + 1)
    raise UnreadablePickleError(f"there are no bytes where bytes are needed, but {_described(node)}.")


def _described(node: object) -> str:
    match node:
        case Made(what=what):
            return f"a made '{what}'"
        case Name(text=text):
            return f"the name '{text}'"
    return f"a {type(node).__name__}"


def dtype(node: object) -> np.dtype[Any]:
    """The numpy dtype of a node; of plain kinds only: no records, no sub-arrays, no metadata."""
    match node:
        case Made(what="dtype", given=(str() as kind, *_), state=(3 | 4, str() as order, None, None, None, *rest)):
            need(bool(_SIMPLE_DTYPE.fullmatch(kind)) and order in "<>|=", f"it holds cells of the kind '{kind[:20]}'.")
            return _with_unit(kind, rest) if kind in ("m8", "M8") else np.dtype((order if order != "|" else "") + kind)
    raise UnreadablePickleError(f"there is {_described(node)} where the kind of cells is needed.")


def _with_unit(kind: str, rest: list[Any]) -> np.dtype[Any]:
    match rest:
        case [_, _, _, (_, (unit, 1, 1, 1))]:
            name = raw(unit)
            need(name in (b"D", b"s", b"ms", b"us", b"ns"), "it holds times in an unknown unit.")
            return np.dtype(f"{kind}[{name.decode()}]")
    raise UnreadablePickleError("it holds times in an unknown unit.")


def array(node: object, budget: Budget) -> Cells:
    """The numpy array of a node, any number of dimensions up to two."""
    match node:
        case Made(
            what="array",
            given=(Name(text="ndarray"), (0,), _),
            state=(1, tuple() as shape, kind, bool() as fortran, list() as cells),
        ) if dtype(kind).hasobject:
            return _of_objects(_checked(shape), cells, "F" if fortran else "C", budget)
        case Made(
            what="array",
            given=(Name(text="ndarray"), (0,), _),
            state=(1, tuple() as shape, kind, bool() as fortran, body),
        ):
            return _of_bytes(_checked(shape), dtype(kind), raw(body), "F" if fortran else "C", budget)
        case Made(what="array from buffer", given=(body, kind, tuple() as shape, "C" | "F" as order)):
            return _of_bytes(_checked(shape), dtype(kind), raw(body), order, budget)
    raise UnreadablePickleError(f"there is {_described(node)} where an array is needed.")


def _checked(shape: tuple[Any, ...]) -> tuple[int, ...]:
    need(
        len(shape) <= 2 and all(type(size) is int and size >= 0 for size in shape),
        "an array has a shape that no column has.",
    )
    return shape


def _of_bytes(shape: tuple[int, ...], kind: np.dtype[Any], body: bytes, order: str, budget: Budget) -> Cells:
    # From bytes, an object array would be an array of addresses.
    need(not kind.hasobject, "an array of objects is given as raw bytes.")
    need(
        kind.itemsize > 0 and math.prod(shape) * kind.itemsize == len(body),
        f"an array of shape {shape} has {len(body):,} bytes.",
    )
    budget.spend(len(body))
    flat: Cells = np.frombuffer(body, dtype=kind)
    values = flat.reshape(shape, order="F" if order == "F" else "C")
    return values.astype(kind.newbyteorder("="))


def _of_objects(shape: tuple[int, ...], cells: list[Any], order: str, budget: Budget) -> Cells:
    need(math.prod(shape) == len(cells), f"an array of shape {shape} has {len(cells):,} cells.")
    budget.spend(8 * len(cells))
    flat = np.empty(len(cells), dtype=object)
    for place, value in enumerate(cells):
        flat[place] = value if type(value) in PLAIN else cell(value, budget)
    return flat.reshape(shape, order="F" if order == "F" else "C")


# -------------------------------------------------------------------- cells


def cell(node: Any, budget: Budget, depth: int = 0) -> Any:
    """One cell of an object column: a plain value, a time, a numpy number, or small containers of them."""
    if type(node) in PLAIN:
        return node
    need(depth < _DEEPEST_CELL, "a cell holds lists in lists without end.")
    match node:
        case list() | tuple() | dict():
            budget.spend(64 + 8 * len(node))
            return _container(node, budget, depth + 1)
        case Name(text="NA"):
            return None
        case Made(what="array" | "array from buffer"):
            return array(node, budget)
        case Made(what="scalar", given=(kind, body)):
            return _of_bytes((1,), dtype(kind), raw(body), "C", budget)[0]
        case Made(what=what, given=given) if what in _TIMES:
            try:
                return _TIMES[what](given)
            except (TypeError, ValueError, OverflowError, LookupError) as error:
                raise UnreadablePickleError(f"a cell holds a '{what}' that is none.") from error
    raise UnreadablePickleError(f"a cell holds {_described(node)}.")


def _container(node: Any, budget: Budget, depth: int) -> Any:
    match node:
        case dict():
            return {key: cell(value, budget, depth) for key, value in node.items()}
    # Looked at here as well as in `cell`: a history is a list of a hundred numbers.
    values = [each if type(each) in PLAIN else cell(each, budget, depth) for each in node]
    return values if isinstance(node, list) else tuple(values)


def _packed_time(make: Callable[..., _Time], size: int) -> Callable[[tuple[Any, ...]], _Time]:
    def read(given: tuple[Any, ...]) -> _Time:
        body, *zone = given
        # Their constructors read these bytes as the packed form only when there are exactly so many.
        need(len(raw(body)) == size and len(zone) <= 1, "a cell holds a date of the wrong length.")
        return make(raw(body), *(timezone(each) for each in zone if each is not None))

    return read


def _timedelta(given: tuple[Any, ...]) -> datetime.timedelta:
    need(len(given) == 3 and all(type(part) is int for part in given), "a cell holds a duration that is none.")
    return datetime.timedelta(*given)


def _moment(given: tuple[Any, ...]) -> Any:
    value, _, zone, *resolution = given
    need(type(value) is int and abs(value) < 2**63, "a cell holds a time that is none.")
    stamp = pd.Series(np.array([value], dtype=f"M8[{_unit(resolution)}]"))[0]
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(timezone(zone))


def _duration(given: tuple[Any, ...]) -> Any:
    value, *resolution = given
    need(type(value) is int and abs(value) < 2**63, "a cell holds a duration that is none.")
    return pd.Series(np.array([value], dtype=f"m8[{_unit(resolution)}]"))[0]


def _unit(resolution: list[Any]) -> str:
    """The unit by pandas' number for it; before 1.5 there was only one."""
    return _UNITS[resolution[0]] if resolution else "ns"


def _written(make: Callable[[str], _Time], form: str) -> Callable[[tuple[Any, ...]], _Time]:
    def read(given: tuple[Any, ...]) -> _Time:
        # Not every text that pandas takes is a time: "now" is another one at each reading.
        match given:
            case (str() as text,) if re.fullmatch(form, text):
                return make(text)
        raise UnreadablePickleError("a cell holds a time that is none.")

    return read


_TIMES: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "date": _packed_time(datetime.date, 4),
    "datetime": _packed_time(datetime.datetime, 10),
    "time": _packed_time(datetime.time, 6),
    "timedelta": _timedelta,
    "Timestamp": _moment,
    "Timedelta": _duration,
    "Stamp": _written(pd.Timestamp, r"[-0-9]{10,11}([T ][0-9:.]{2,18})?(Z|[-+][0-9:]{5,15})?"),
    "Span": _written(pd.Timedelta, r"-?P[-0-9DTHMS.]{2,60}"),
    "NaT": lambda _: pd.NaT,
}


def timezone(node: object) -> datetime.tzinfo:
    """The time zone of a node."""
    match node:
        case Made(what="timezone", given=(Made(what="timedelta", given=given),)):
            return datetime.timezone(_timedelta(given))
        case Made(what="utc"):
            return datetime.UTC
        case Made(what="zone", given=(str() as name, *_)):
            try:
                return zoneinfo.ZoneInfo(name)
            except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise UnreadablePickleError(f"no time zone is called '{name[:60]}'.") from error
    raise UnreadablePickleError(f"there is {_described(node)} where a time zone is needed.")


# ------------------------------------------------------------------ columns


def column(node: object, budget: Budget) -> Cells:
    """
    The cells of a node, plain: numbers, times, or objects with None where a text or truth value is missing.

    Whole numbers of a nullable column with a missing cell become float64; categories become their values.
    """
    match node:
        case Made(what="backed", given=(Name(text="Categorical"), *_), state=(Made(state=dict() as kind), codes, *_)):
            return _of_categories(kind.get("categories"), array(codes, budget), budget)
        case Made(what="backed", given=(Name(text="StringArray"), *_), state=(_, cells, *_)):
            return array(cells, budget)
        case Made(what="backed", given=(Name(text="DatetimeArray" | "TimedeltaArray"), *_), state=(kind, cells, *_)):
            return _of_times(kind, array(cells, budget))
        case Made(what="IntegerArray" | "FloatingArray" | "BooleanArray", state=dict() as state):
            return _of_nullable(array(state.get("_data"), budget), array(state.get("_mask"), budget))
        case Made(what="ArrowStringArray", state=dict() as state):
            return _of_arrow_text(state.get("_pa_array"), budget)
    return array(node, budget)


def _of_times(kind: object, cells: Cells) -> Cells:
    need(cells.dtype.kind in "mM" or cells.dtype == np.int64, "a column of times holds other cells.")
    match kind:
        case Made(what="DatetimeTZDtype", state={"tz": zone}):
            moments = pd.DatetimeIndex(cells.reshape(-1)).tz_localize("UTC").tz_convert(timezone(zone))
            aware: Cells = moments.to_numpy(dtype=object)
            return aware.reshape(cells.shape)
    return cells


def _of_nullable(cells: Cells, missing: Cells) -> Cells:
    need(cells.ndim == 1 and cells.shape == missing.shape and missing.dtype == bool, "a nullable column is damaged.")
    if not missing.any():
        return cells
    plain: Cells = cells.astype(object if cells.dtype == bool else np.float64)
    plain[missing] = None if cells.dtype == bool else np.nan
    return plain


def _of_categories(categories: object, codes: Cells, budget: Budget) -> Cells:
    match categories:
        case Made(what="index", given=(Name(), {"data": data}), state=_):
            return taken(column(data, budget), codes, budget)
    raise UnreadablePickleError("a column of categories has no categories.")


def taken(values: Cells, codes: Cells, budget: Budget) -> Cells:
    """`values` by their places in `codes`; -1 is a missing cell."""
    need(values.ndim == 1 and codes.dtype.kind == "i", "an index is damaged.")
    need(codes.size == 0 or (codes.min() >= -1 and codes.max() < len(values)), "an index points beyond its values.")
    budget.spend(8 * codes.size)
    if not (codes < 0).any():
        found: Cells = values[codes]
        return found
    kind = values.dtype.kind
    held = values if kind in "fMmO" else values.astype(np.float64 if kind in "iu" else object)
    missing = {"f": np.nan, "M": np.datetime64("NaT"), "m": np.timedelta64("NaT")}.get(held.dtype.kind)
    chosen: Cells = np.concatenate([held, np.array([missing], dtype=held.dtype)])[codes]
    return chosen


def _of_arrow_text(node: object, budget: Budget) -> Cells:
    match node:
        case Made(
            what="arrow array",
            given=((Made(what="arrow type", given=(str() as kind,)), int() as length, _, int() as start, buffers, *_),),
        ) if kind in ("string", "large_string"):
            return _cut(kind, length, start, buffers, budget)
    raise UnreadablePickleError(f"a column of text is {_described(node)}.")


def _cut(kind: str, length: int, start: int, buffers: object, budget: Budget) -> Cells:
    parts = as_list(buffers, "a column of text is damaged.")
    need(len(parts) == 3 and length >= 0 and start >= 0, "a column of text is damaged.")
    valid, places, body = (b"" if each is None else raw(each) for each in parts)
    offsets = np.frombuffer(places[: len(places) // 8 * 8], dtype="<i8" if kind == "large_string" else "<i4")
    offsets = offsets[start : start + length + 1]
    need(length == 0 or len(offsets) == length + 1, "a column of text has fewer cells than it says.")
    if length == 0:
        return np.empty(0, dtype=object)
    need(
        bool(offsets[0] >= 0 and offsets[-1] <= len(body) and (np.diff(offsets) >= 0).all()),
        "a column of text points beyond its letters.",
    )
    budget.spend(8 * length + int(offsets[-1] - offsets[0]))
    return _decoded(body, offsets.tolist(), _validity(valid, start, length))


def _validity(bitmap: bytes, start: int, length: int) -> list[bool]:
    if not bitmap:
        return [True] * length
    bits = np.unpackbits(np.frombuffer(bitmap, dtype=np.uint8), bitorder="little")[start : start + length]
    need(len(bits) == length, "a column of text has fewer cells than it says.")
    return [bool(bit) for bit in bits]


def _decoded(body: bytes, offsets: list[int], valid: list[bool]) -> Cells:
    cells = np.empty(len(valid), dtype=object)
    try:
        for place, (there, begin, end) in enumerate(zip(valid, offsets[:-1], offsets[1:], strict=True)):
            cells[place] = body[begin:end].decode("utf-8") if there else None
    except UnicodeDecodeError as error:
        raise UnreadablePickleError("a column of text is not UTF-8.") from error
    return cells
