"""The columns of a lab's view: which there are beside those that decide, and how texts become small and ordered."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.models import Library

PEOPLE = ("subject_alias", "trainer", "PI", "project", "rig")
"""Columns of text that say whose a session was."""

MEASURES = (
    "base_weight",
    "target_weight",
    "weight_after",
    "weight_after_ratio",
    "water_in_session_total",
    "water_after_session",
    "water_day_total",
)
"""Columns of numbers about the animal; see `interop.Columns` for units."""

NOTES = "notes"


def natural_order(texts: Iterable[str]) -> list[str]:
    """Sort m2 before m10."""
    return sorted(texts, key=natural)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Give the sort key of a text in which numbers count as numbers."""
    pieces = re.split(r"(\d+)", text)
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece]


@dataclass(frozen=True, slots=True)
class Coded:
    """
    A column of texts, each text once: a lab has a million sessions and a dozen stages.

    Attributes:
        codes: For each row the place of its text; -1 where it is missing.
        texts: Each text that occurs, as they come.
    """

    codes: npt.NDArray[np.int64]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, column: "pd.Series[Any]") -> "Coded":
        """Read a column of texts."""
        codes, texts = pd.factorize(column)
        return cls(np.asarray(codes, dtype=np.int64), tuple(map(str, texts)))

    def taken(self, rows: npt.NDArray[np.int64]) -> "Coded":
        """Give the texts of other rows, by their places; -1 is missing."""
        return Coded(np.append(self.codes, -1)[rows], self.texts)

    def or_else(self, other: "Coded") -> "Coded":
        """Fill what is missing from another column of as many rows."""
        texts = dict.fromkeys([*self.texts, *other.texts])
        place = {text: number for number, text in enumerate(texts)}
        theirs = np.array([*map(place.__getitem__, other.texts), -1])[other.codes]
        return Coded(np.where(self.codes >= 0, self.codes, theirs), tuple(texts))

    def replaced(self, texts: Mapping[str, str]) -> "Coded":
        """Put other texts in the place of these; one that has none is missing."""
        known = tuple(dict.fromkeys(texts[text] for text in self.texts if text in texts))
        return Coded(self._places([texts.get(text) for text in self.texts], known), known)

    @property
    def occurring(self) -> tuple[str, ...]:
        """The texts that some row has: of those that were taken from more rows, some may have gone."""
        found = np.bincount(self.codes + 1, minlength=len(self.texts) + 1)[1:]
        return tuple(text for text, rows in zip(self.texts, found, strict=True) if rows)

    def categories(self, ordered: Sequence[str] | None = None) -> "pd.Categorical[str]":
        """Give the column as categories: of these texts in their order; sorted where none are named."""
        known = sorted(self.occurring) if ordered is None else ordered
        return pd.Categorical.from_codes(
            self._places(self.texts, known),
            categories=pd.Index([*known], dtype="str"),
        )

    def _places(self, texts: Iterable[str | None], among: Iterable[str]) -> npt.NDArray[np.int64]:
        place = {text: number for number, text in enumerate(among)}
        return np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int64)[self.codes]  # type: ignore[arg-type]


def coded_together(columns: Mapping[str, Coded], *, first: Sequence[str]) -> "dict[str, pd.Categorical[str]]":
    """Give columns of text as categories of one common list: `first` in its order, then what else occurs, sorted."""
    found = {text for column in columns.values() for text in column.occurring}
    known = list(dict.fromkeys(first))
    ordered = [*(text for text in known if text in found), *sorted(found.difference(known))]
    return {name: column.categories(ordered) for name, column in columns.items()}


def curricula_of(name: Coded, version: Coded) -> "dict[str, pd.Categorical[str]]":
    """Give names, versions and both together as categories; what has no name has no curriculum."""
    names, versions = (each.categories(natural_order(each.occurring)) for each in (name, version))
    width = len(versions.categories)
    there = (names.codes >= 0) & (versions.codes >= 0)
    pairs = np.where(there, names.codes.astype(np.int64) * width + versions.codes, -1)
    used = [int(pair) for pair in np.unique(pairs) if pair >= 0]
    keys = {pair: f"{names.categories[pair // width]}@{versions.categories[pair % width]}" for pair in used}
    ordered = natural_order(keys.values())
    place = np.full(len(names.categories) * max(width, 1) + 1, -1)  # the last one stands for what has no curriculum
    place[used] = [ordered.index(keys[pair]) for pair in used]
    return {
        "curriculum": pd.Categorical.from_codes(place[pairs], categories=pd.Index(ordered, dtype="str")),
        "curriculum_name": names,
        "curriculum_version": versions,
    }


def progress_of(mice: pd.DataFrame, library: Library) -> npt.NDArray[np.float64]:
    """Say how far each mouse has come, 0..1: the place of its next stage; missing where nobody knows the stages."""
    progress = np.full(len(mice), np.nan)
    curricula = mice["curriculum"].to_numpy(dtype=object)
    following = mice["following"].to_numpy(dtype=object)
    for curriculum in library:
        places = {stage.label: place for place, stage in enumerate(curriculum.stages)}
        mine = np.flatnonzero(curricula == curriculum.key)
        last = max(len(places) - 1, 1)
        progress[mine] = [places[stage] / last if stage in places else np.nan for stage in following[mine]]
    return progress


def last_known(sessions: pd.DataFrame, column: str) -> "pd.Series[str]":
    """Return the last value of a column that each mouse has, by mouse."""
    known = sessions.loc[sessions[column].notna(), ["subject_id", column]]
    last: pd.Series[str] = known.drop_duplicates("subject_id", keep="last").set_index("subject_id")[column]
    last.index = last.index.astype("str")
    return last
