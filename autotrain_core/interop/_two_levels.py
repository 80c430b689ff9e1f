"""
Columns of two levels, `type` and `variable`, as today's session table has them: the first level is dropped.

Source of the forms: what pandas writes for such columns to pickle, parquet (a column called "('type', 'variable')") and
csv (two lines of names, and a third one for the index).
"""

import ast
import csv
import io
from collections.abc import Sequence

TYPES = frozenset({"metadata", "auto_train", "session_stats", "logistic_regression"})
"""The first level of today's session table."""

_LONGEST_HEADER = 1_000_000


def plain_name(first: str, second: str) -> str:
    """The name of a column: its second level; the first where that is empty, as `reset_index` leaves it."""
    return second if second.strip() and second != "nan" else first


def plain_names(names: Sequence[str]) -> list[str]:
    """The names of the columns of a parquet file."""
    return [_of_pair(name) for name in names]


def _of_pair(name: str) -> str:
    if not (name.startswith("(") and name.endswith(")") and len(name) < _LONGEST_HEADER):
        return name
    try:
        pair = ast.literal_eval(name)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return name
    match pair:
        case (str() as first, str() as second):
            return plain_name(first, second)
    return name


def with_one_header(body: bytes) -> bytes:
    """Give a csv one line of names where it has two of levels; of two columns of one name the first keeps it."""
    lines = _first_lines(body)
    if len(lines) < 2 or not _is_two_level(lines[0]):
        return body
    count, names = 2, [plain_name(*pair) for pair in zip(lines[0], lines[1], strict=False)]
    if lines[0][0] == "type":
        names = ["" if name == "variable" else name for name in names]
        if len(lines) > 2 and not any(cell for cell, name in zip(lines[2], names, strict=False) if name):
            count, names = 3, [cell or name for cell, name in zip(lines[2], names, strict=False)]
    single = [name if name not in names[:place] else "" for place, name in enumerate(names)]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(single)
    return written.getvalue().encode() + b"\n".join(body.split(b"\n", count)[count:])


def _first_lines(body: bytes) -> list[list[str]]:
    start = body[:_LONGEST_HEADER].decode("utf-8-sig", errors="ignore").splitlines()[:3]
    try:
        return [row for line in start for row in csv.reader([line], strict=True)]
    except csv.Error:
        return []


def _is_two_level(names: Sequence[str]) -> bool:
    known = TYPES.intersection(names)
    return bool(known) and (names[0] == "type" or any(names.count(name) > 1 for name in known))
