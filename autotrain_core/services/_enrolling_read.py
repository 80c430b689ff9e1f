"""To read which mice begin what, from what somebody pasted or a file: everything wrong is named with its line."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from autotrain_core.errors import DocumentError
from autotrain_core.models import faults_of_name, listed, quoted

MOST_ENROLLED: Final = 1_000
LARGEST_LIST: Final = 1024**2
"""Bytes of a list: more than a thousand mice with long notes need."""

_COLUMNS: Final[Mapping[str, str]] = {
    "subject_id": "subject_id",
    "subject": "subject_id",
    "mouse": "subject_id",
    "mouse_id": "subject_id",
    "id": "subject_id",
    "curriculum": "curriculum",
    "curriculum_name": "curriculum",
    "version": "version",
    "curriculum_version": "version",
    "stage": "stage",
    "note": "note",
    "notes": "note",
}
_TOLD = ("subject_id", "curriculum", "version", "stage", "note")
_NAMES = {"subject_id": "the id", "curriculum": "the curriculum", "version": "the version", "stage": "the stage"}
_LONGEST_NOTE = 4_000
_MOST_FAULTS = 50
_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BETWEEN = re.compile(r"[\s,;]+")
_OF_A_SPREADSHEET = re.compile(r"[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+|[0-9]+\.0*")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentWish:
    """
    A mouse that somebody wants to begin a curriculum.

    Attributes:
        subject_id: The mouse.
        curriculum, version: What it begins; empty where nobody said so far.
        stage: Where, as tables or documents write it; empty for the first stage.
        note: Anything else.
        line: Where it stands in what was read, from 1; 0 where it was not read from a list.
    """

    subject_id: str
    curriculum: str = ""
    version: str = ""
    stage: str = ""
    note: str = ""
    line: int = 0


def list_as_text(body: bytes, *, source: str = "This list") -> str:
    """
    Decode a list of mice: UTF-8, or UTF-16 as spreadsheets save it.

    Args:
        body: The bytes of a file.
        source: What sentences call it.

    Raises:
        DocumentError: It is too large, or no such text; the place is named.
    """
    if len(body) > LARGEST_LIST:
        raise DocumentError(f"{source} has {len(body):,} bytes, of at most {LARGEST_LIST:,}: enrol in several parts.")
    encoding = next((name for mark, name in _MARKS.items() if body.startswith(mark)), "utf-8")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{source} cannot be read as text: line {line} holds bytes that are no UTF-8. Save it as csv in UTF-8."
        ) from None


def read_enrolments(
    given: str | bytes, *, curriculum: str = "", version: str = "", stage: str = "", source: str = "This list"
) -> tuple[EnrolmentWish, ...]:
    """
    Read which mice begin what.

    A first line that names a column `subject_id` makes it a table (csv with commas, semicolons or tabs) with columns
    subject_id, and if wanted curriculum, version, stage, note; else it is ids, with blanks, commas or line breaks in
    between.

    Args:
        given: What was pasted, or the bytes of a file.
        curriculum: For mice of which the list names none.
        version: Of that curriculum.
        stage: Where those mice begin, if it is not the first stage.
        source: What sentences call it.

    Returns:
        The mice in the order of the list; empty where nothing is listed.

    Raises:
        DocumentError: Something is wrong with it; everything is listed, each fault with its line.
    """
    text = list_as_text(given, source=source) if isinstance(given, bytes) else given.removeprefix("\ufeff")
    if len(text) > LARGEST_LIST:
        raise DocumentError(f"{source} has {len(text):,} letters, of at most {LARGEST_LIST:,}: enrol in several parts.")
    faults: list[str] = []
    head, between = _head(text)
    rows = list(_table(text, between, faults) if head else _ids(text))
    found = [_completed(row, curriculum, version, stage) for row in rows]
    faults += _faults(found)
    if len(found) > MOST_ENROLLED:
        faults.append(f"it lists {len(found):,} mice, of at most {MOST_ENROLLED:,}: enrol in several parts")
    if faults:
        if len(faults) > _MOST_FAULTS:
            faults[_MOST_FAULTS:] = [f"and {len(faults) - _MOST_FAULTS:,} more"]
        raise DocumentError("\n".join([f"{source} cannot be used:", *(f"  {one}" for one in faults)]))
    return tuple(found)


def _head(text: str) -> tuple[bool, str]:
    """Tell whether a list begins with the names of columns, and what stands between them."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = next((sign for sign in "\t;" if sign in first), ",")
    return "subject_id" in {_COLUMNS.get(_folded(cell)) for cell in first.split(between)}, between


def _folded(cell: str) -> str:
    return "_".join(cell.strip().strip('"').casefold().split())


def _ids(text: str) -> Iterator[EnrolmentWish]:
    for line, words in enumerate(text.splitlines(), start=1):
        for word in _BETWEEN.split(words):
            if word:
                yield EnrolmentWish(subject_id=word.strip('"'), line=line)


def _table(text: str, between: str, faults: list[str]) -> Iterator[EnrolmentWish]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    columns: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            faults.append(f"line {line}: it is no csv from here on ({error})")
            return
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _columns(cells, line, faults)
            continue
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            faults.append(f"line {line}: it has {len(cells)} cells, and the table has {len(columns)} columns")
            continue
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        yield EnrolmentWish(line=line, **{"subject_id": "", **row})


def _columns(cells: list[str], line: int, faults: list[str]) -> list[str]:
    found = [_COLUMNS.get(_folded(cell), "") for cell in cells]
    unknown = [cell.strip() for cell, name in zip(cells, found, strict=True) if cell.strip() and not name]
    if unknown:
        faults.append(f"line {line}: nobody knows the column {listed(unknown)} (the columns are {listed(_TOLD)})")
    twice = [name for name in _TOLD if found.count(name) > 1]
    if twice:
        faults.append(f"line {line}: the column {listed(twice)} is there more than once")
    return found


def _completed(row: EnrolmentWish, curriculum: str, version: str, stage: str) -> EnrolmentWish:
    """Fill in what is the same for all mice of which the list says nothing else."""
    name, number = row.curriculum, row.version
    if name and not number:
        before, at, after = name.rpartition("@")
        name, number = (before.strip(), after.strip()) if at else (name, "")
    where = row.stage
    if not name and not number:
        name, number, where = curriculum, version, row.stage or stage
    return EnrolmentWish(
        subject_id=row.subject_id, curriculum=name, version=number, stage=where, note=row.note, line=row.line
    )


def _faults(rows: list[EnrolmentWish]) -> Iterator[str]:
    first: dict[str, int] = {}
    for row in rows:
        where = f"line {row.line}: "
        for name, called in _NAMES.items():
            cell = getattr(row, name)
            if cell or name == "subject_id":
                yield from (f"{where}{called} {quoted(cell)} {fault}" for fault in _faults_of_cell(name, cell))
        if bool(row.curriculum) != bool(row.version):
            yield f"{where}a curriculum and its version go together, as in Coupled Baiting@2.3"
        if len(row.note) > _LONGEST_NOTE:
            yield f"{where}the note has {len(row.note):,} letters, of at most {_LONGEST_NOTE:,}"
        if row.subject_id and first.setdefault(row.subject_id, row.line) != row.line:
            yield f"{where}{quoted(row.subject_id)} stands in line {first[row.subject_id]} already"
    yield from _twice_in_a_line(rows)


def _twice_in_a_line(rows: list[EnrolmentWish]) -> Iterator[str]:
    known: set[tuple[str, int]] = set()
    for row in rows:
        if (row.subject_id, row.line) in known:
            yield f"line {row.line}: {quoted(row.subject_id)} is there twice"
        known.add((row.subject_id, row.line))


def _faults_of_cell(name: str, cell: str) -> Iterator[str]:
    if cell[:1] in ("=", "+", "-", "@"):
        yield "begins like a formula of a spreadsheet"
    elif name == "subject_id" and _OF_A_SPREADSHEET.fullmatch(cell):
        yield "was made a number by a spreadsheet: write the id as text"
    yield from faults_of_name(cell, as_file=False)
