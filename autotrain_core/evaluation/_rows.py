"""The rows of a session table: whose they are, what number they have, and what is to be said about them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.evaluation._report import Notice
from autotrain_core.models import is_missing, read_numbers
from autotrain_core.rules import Bools, Floats, Ints

TABLE = "The session table"


@dataclass(slots=True)
class Rows:
    """
    The table's columns, row by row in table order, and what is wrong with them.

    Attributes:
        subjects: Place of each row's mouse in `names`, negative for none.
        names: Ids of the mice.
        sessions: Session numbers, NaN for none.
        counts: Whether a row is part of a history.
        notices: What is to be said.
        left_out: Rows that have been left out already.
    """

    subjects: Ints
    names: np.ndarray
    sessions: Floats
    counts: Bools
    notices: list[Notice]
    left_out: Bools

    def note(self, rows: Bools | Ints, kind: str, sentence: str | Callable[[int], str], *, left_out: bool) -> None:
        """Say something about some rows; a row is left out once, for the first reason found."""
        places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        if left_out:
            places = places[~self.left_out[places]]
            self.left_out[places] = True
        for place in places.tolist():
            number = self.sessions[place]
            self.notices.append(
                Notice(
                    subject_id=str(self.names[self.subjects[place]]) if self.subjects[place] >= 0 else "",
                    session=None if np.isnan(number) else int(number),
                    kind=kind,
                    left_out=left_out,
                    sentence=sentence if isinstance(sentence, str) else sentence(place),
                )
            )


def identify(sessions: pd.DataFrame) -> Rows:
    """Number the mice and read the session numbers; rows without either do not count."""
    codes, uniques = pd.factorize(as_text(sessions["subject_id"], whole=True))
    blank = np.array([not str(name).strip() for name in uniques] + [True])
    codes = np.where(blank[codes], -1, codes)
    numbers = read_numbers(sessions["session"], whole=True)
    counts = (codes >= 0) & ~np.isnan(numbers.values)
    rows = Rows(
        codes.astype(np.int64),
        np.asarray(uniques, dtype=object),
        numbers.values,
        counts,
        [],
        np.zeros(len(sessions), dtype=np.bool_),
    )
    if not counts.all():
        rows.note(codes < 0, "no-subject", "the row names no mouse; it was left out", left_out=True)
        found = sessions["session"]
        rows.note(
            (codes >= 0) & ~counts,
            "no-session-number",
            lambda place: (
                f"the session number is {shown(found.iloc[place])}, not a whole number; the row was left out"
                if not is_missing(found.iloc[place])
                else "the row has no session number; it was left out"
            ),
            left_out=True,
        )
    with np.errstate(invalid="ignore"):
        early = counts & (numbers.values < 1)
    if early.any():
        rows.note(early, "before-first", "session numbers start at 1; it was decided in its order", left_out=False)
    return rows


def as_text(column: "pd.Series[Any]", *, whole: bool = False) -> "pd.Series[Any]":
    """Give ids and versions as text; of ids (`whole`), 447921.0 is '447921', while version 2.0 is '2.0'."""
    if isinstance(column.dtype, pd.StringDtype):
        return column
    if column.dtype.kind in "iu":
        return column.astype(str)
    if column.dtype == object:
        texts = [None if is_missing(cell) else _text(cell, whole=whole) for cell in column]
        return pd.Series(texts, index=column.index, dtype=object)
    codes, uniques = pd.factorize(column)
    texts_of = pd.Series([_text(value, whole=whole) for value in uniques] or [""], dtype=object)
    return texts_of.reindex(codes).set_axis(column.index) if len(codes) else column.astype(str)


def _text(cell: object, *, whole: bool) -> str:
    """Give a cell as text; what is no id and no name (a list, say) is taken as what it prints."""
    if whole and isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell) if isinstance(cell, str | int | float | np.generic) else repr(cell)[:80]
    # Half of a surrogate pair is no letter; nothing could print or store it.
    return text.encode("utf-8", errors="backslashreplace").decode()


def shown(cell: object) -> str:
    """Print a cell for a notice, not longer than a line."""
    return repr(cell.item() if isinstance(cell, np.generic) else cell)[:60]
