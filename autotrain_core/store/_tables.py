"""Tables: parquet files that are called by the hash of their bytes, so that none is ever changed."""

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import BinaryIO, Final, TypeAlias

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from autotrain_core.errors import ConflictError, DamagedError, DocumentError, NotStoredError, StoreUnavailableError
from autotrain_core.store._columns import (
    SUBJECT,
    as_parquet,
    footer_of,
    groups_of,
    needed,
    open_parquet,
    ranges_of,
    read_frame,
    require_known,
)
from autotrain_core.store._commits import at_once
from autotrain_core.store._events import Json
from autotrain_core.store._home import ABSENT, Home
from autotrain_core.store._keys import as_name

PLACE: Final = "autotrain/tables"
WORTH_A_PART: Final = 4 * 1024**2
"""Bytes from which on a part of a table is fetched as a part; benchmarks/storing.py says why."""
_ENDING = 64 * 1024
_GAP = 256 * 1024
_LOTS = 8


@dataclass(frozen=True, slots=True)
class TableRef:
    """
    Says which table is meant: one that was saved, and no other.

    Attributes:
        name: What its writer called it.
        key: Where it lies.
        sha256: Of its bytes, in hexadecimal.
        rows: How many it has.
        size: Bytes.
        footer: SHA-256 of its end, which says where everything is: whoever reads only a part checks that.
    """

    name: str
    key: str
    sha256: str
    rows: int
    size: int
    footer: str

    def as_json(self) -> dict[str, str | int]:
        """Give it as plain values, for a document or an event."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Json) -> "TableRef":
        """
        Read what `as_json` gave.

        Raises:
            DocumentError: It is no reference to a table.
        """
        match value:
            case {
                "name": str(name),
                "key": str(key),
                "sha256": str(digest),
                "rows": int(rows),
                "size": int(size),
                "footer": str(footer),
            }:
                if name and key == key_of(name, digest) and rows >= 0 and size >= 0:
                    return cls(name=name, key=key, sha256=digest, rows=rows, size=size, footer=footer)
        raise DocumentError(f"This is no reference to a table: {str(value)[:200]}.")


def key_of(name: str, digest: str) -> str:
    """
    Say where a table lies.

    Raises:
        ValueError: The name is empty, or too long.
    """
    return f"{PLACE}/{as_name(name)}/{digest}.parquet"


@dataclass(frozen=True, slots=True)
class PackedTable:
    """A table as it would be saved: what to read it by, and its bytes."""

    ref: TableRef
    body: bytes


def pack_table(name: str, table: pd.DataFrame) -> PackedTable:
    """
    Make a table ready to be saved, without saving it; equal tables give equal bytes.

    Args:
        name: What to call it.
        table: See `Store.save_table`.

    Raises:
        TableError: It holds what would not come back as it is.
        ValueError: The name is empty or too long.
    """
    body = as_parquet(table, name=name)
    digest = hashlib.sha256(body).hexdigest()
    footer = hashlib.sha256(body[-footer_of(body) :]).hexdigest()
    ref = TableRef(name, key_of(name, digest), digest, rows=len(table), size=len(body), footer=footer)
    return PackedTable(ref, body)


_Part: TypeAlias = tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]


class Tables:
    """The tables of one home; see `Store`, which says what each of these does."""

    def __init__(self, home: Home, *, remembered: int) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._frames: OrderedDict[_Part, tuple[pd.DataFrame, int]] = OrderedDict()
        self._most = remembered
        self._bytes = 0

    def save(self, packed: PackedTable) -> TableRef:
        """Save; see `Store.save_packed`."""
        ref = packed.ref
        if not self._is_there(ref):
            try:
                self._home.put(ref.key, packed.body, replaces=ABSENT)
            except ConflictError:
                # Another saves the same at this moment: equal names have equal bytes.
                self._is_there(ref)
        return ref

    def _is_there(self, ref: TableRef) -> bool:
        try:
            head = self._home.head(ref.key)
        except NotStoredError:
            return False
        _require_size(ref, head.size)
        return True

    def load(self, ref: TableRef, *, columns: Sequence[str] | None, subjects: Collection[str] | None) -> pd.DataFrame:
        """Load; see `Store.load_table`."""
        part: _Part = (
            ref.sha256,
            None if columns is None else tuple(dict.fromkeys(columns)),
            None if subjects is None else tuple(sorted(set(subjects))),
        )
        known = self._recall(part)
        if known is None:
            try:
                known = self._fetch(ref, part)
            except (pa.ArrowException, OSError, ValueError) as error:
                # Arrow calls a damaged file an OSError too, but one that no disk numbered.
                if isinstance(error, OSError) and error.errno is not None:
                    sentence = f"{ref.key} cannot be read from {self._home.url}: {error.strerror}."
                    raise StoreUnavailableError(sentence) from error
                why = str(error).split("\n", 1)[0].rstrip(".")
                raise DamagedError(ref.key, f"is no whole table: {why}.") from error
            self._remember(part, known)
        return known.copy()

    def _fetch(self, ref: TableRef, part: _Part) -> pd.DataFrame:
        _, columns, subjects = part
        if (columns is None and subjects is None) or ref.size < WORTH_A_PART:
            file = open_parquet(self._whole(ref), rows=ref.rows)
            _require_columns(file, ref, part)
            return read_frame(file, columns=columns, subjects=subjects, groups=range(file.num_row_groups))
        with self._home.open(ref.key) as stored:
            body = _End(ref, stored)
            file = open_parquet(body.found, rows=ref.rows)
            _require_columns(file, ref, part)
            groups = groups_of(file, subjects)
            wanted = file.schema_arrow.names if columns is None else needed(columns, subjects)
            ranges = _joined(ranges_of(file, wanted, groups))
            lots = [lot for number in range(_LOTS) if (lot := ranges[number::_LOTS])]
            list(at_once(lambda lot: self._fetch_lot(body, lot, is_first=lot is lots[0]), lots))
        return read_frame(file, columns=columns, subjects=subjects, groups=groups)

    def _fetch_lot(self, body: "_End", lot: list[tuple[int, int]], *, is_first: bool) -> None:
        if is_first:
            body.fetch(*lot)
            return
        # A file is read at one place at a time: whoever reads besides opens it for himself.
        with self._home.open(body.ref.key) as stored:
            body.fetch(*lot, stored=stored)

    def _whole(self, ref: TableRef) -> bytes:
        body, _ = self._home.get(ref.key, largest=max(ref.size, 1))
        _require_size(ref, len(body))
        if hashlib.sha256(body).hexdigest() != ref.sha256:
            raise DamagedError(ref.key, "does not hold the table that was saved: its hash is another.")
        return body

    def _recall(self, part: _Part) -> pd.DataFrame | None:
        with self._lock:
            for known in (part, (part[0], None, None)):
                if known in self._frames:
                    self._frames.move_to_end(known)
                    frame, _ = self._frames[known]
                    return frame if known == part else _part_of(frame, part)
        return None

    def _remember(self, part: _Part, frame: pd.DataFrame) -> None:
        size = int(frame.memory_usage(deep=True).sum())
        if size > self._most:
            return
        with self._lock:
            _, before = self._frames.pop(part, (None, 0))
            self._frames[part] = (frame, size)
            self._bytes += size - before
            while self._bytes > self._most:
                _, (_, least) = self._frames.popitem(last=False)
                self._bytes -= least


def _part_of(whole: pd.DataFrame, part: _Part) -> pd.DataFrame | None:
    _, columns, subjects = part
    is_known = set(needed(columns or (), subjects)) <= set(whole.columns)
    if not is_known or (subjects is not None and not isinstance(whole[SUBJECT].dtype, pd.StringDtype)):
        return None
    rows = whole if subjects is None else whole[whole[SUBJECT].isin(subjects)].reset_index(drop=True)
    return rows if columns is None else rows[list(columns)]


class _End:
    """A file of which only the end and what was fetched are there; the rest is nothing, and takes no memory."""

    def __init__(self, ref: TableRef, stored: BinaryIO) -> None:
        self.ref = ref
        self._stored = stored
        size = stored.seek(0, io.SEEK_END)
        _require_size(ref, size)
        self.found = bytearray(size)
        self.fetch((max(0, size - _ENDING), size))
        footer = footer_of(self.found)
        if _ENDING < footer <= size:
            self.fetch((size - footer, size - _ENDING))
        if hashlib.sha256(self.found[-footer:]).hexdigest() != ref.footer:
            raise DamagedError(ref.key, "does not hold the table that was saved: the hash of its end is another.")

    def fetch(self, *ranges: tuple[int, int], stored: BinaryIO | None = None) -> None:
        """Read from byte to byte, from another opening of the same file where one is given."""
        stored = stored or self._stored
        for start, end in ranges:
            stored.seek(start)
            read = stored.read(end - start)
            if len(read) != end - start:
                raise DamagedError(self.ref.key, "is no whole table: it ends before its end.")
            self.found[start:end] = read


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges with little between them: to read that costs less than to ask once more."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start - joined[-1][1] <= _GAP:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _require_columns(file: parquet.ParquetFile, ref: TableRef, part: _Part) -> None:
    _, columns, subjects = part
    require_known(file, columns, subjects, name=f"The table '{ref.name}'")


def _require_size(ref: TableRef, found: int) -> None:
    if found != ref.size:
        raise DamagedError(ref.key, f"does not hold the table that was saved: {found:,} bytes, not {ref.size:,}.")
