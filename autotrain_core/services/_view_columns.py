"""The columns of a lab's view: which there are beside those that decide, and how texts become small and ordered."""

import re
from collections.abc import Iterable, Mapping, Sequence

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


def texts_as_categories(
    columns: Mapping[str, pd.api.extensions.ExtensionArray], *, first: Sequence[str]
) -> "dict[str, pd.Categorical[object]]":
    """Give columns of text as categories of one common list: `first` in its order, then what else occurs, sorted."""
    found = {text for column in columns.values() for text in pd.unique(pd.Series(column).dropna())}
    known = list(dict.fromkeys(first))
    categories = [*(text for text in known if text in found), *sorted(found.difference(known))]
    return {name: pd.Categorical(column, categories=categories) for name, column in columns.items()}


def curricula_of(name: "pd.Series[str]", version: "pd.Series[str]") -> "dict[str, pd.Categorical[str]]":
    """Give names, versions and both together as categories; what has no name has no curriculum."""
    names, versions = _coded(name), _coded(version)
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


def _coded(texts: "pd.Series[str]") -> "pd.Categorical[str]":
    codes, uniques = pd.factorize(texts)
    ordered = natural_order(uniques)
    place = np.array([ordered.index(text) for text in uniques] + [-1])
    return pd.Categorical.from_codes(place[codes], categories=pd.Index(ordered, dtype="str"))


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
