"""What the rules saw of each session, as the manager table keeps it: histories as lists, and two counts."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.interop._cells import texts
from autotrain_core.models import read_numbers

HISTORIES = ("foraging_efficiency", "finished_trials")
"""The metrics that the table keeps, each with its whole history."""

_Known: TypeAlias = tuple[npt.NDArray[np.float64], list[list[Any]]]
_NOTHING: _Known = (np.empty(0), [[] for _ in HISTORIES])


def metrics(rows: pd.DataFrame, history: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Tell of each row what its rule saw: every session of the mouse up to this one.

    A row whose session stands nowhere in `history` (another program published it) ends its lists with its own values.
    """
    known = dict(_by_mouse(history))
    numbers = _plain(read_numbers(rows["session"], whole=True).values)
    counts = _plain(read_numbers(rows["session_at_current_stage"], whole=False).values)
    own = [_listed(rows, name) for name in HISTORIES]
    made = []
    for place, (mouse, number) in enumerate(zip(texts(rows["subject_id"]), numbers, strict=True)):
        sessions, values = known.get(mouse, _NOTHING)
        until = int(sessions.searchsorted(number, side="right"))
        seen = [each[:until] for each in values]
        if not until or sessions[until - 1] != number:
            seen = [[*each, mine[place]] for each, mine in zip(seen, own, strict=True)]
        lists = dict(zip(HISTORIES, seen, strict=True))
        made.append({**lists, "session_total": number, "session_at_current_stage": counts[place]})
    return made


def _by_mouse(history: pd.DataFrame) -> Iterator[tuple[str | None, _Known]]:
    sessions = read_numbers(history["session"], whole=True).values
    table = pd.DataFrame({"mouse": texts(history["subject_id"]), "session": sessions})
    table = table.dropna().sort_values(["mouse", "session"], kind="stable")
    order = table.index.to_numpy()
    columns = [_listed(history.iloc[order], name) for name in HISTORIES]
    mice, sorted_sessions = table["mouse"].to_numpy(dtype=object), sessions[order]
    edges = [0, *(np.flatnonzero(mice[1:] != mice[:-1]) + 1).tolist(), len(mice)] if len(mice) else [0]
    for start, end in pairwise(edges):
        yield mice[start], (sorted_sessions[start:end], [each[start:end] for each in columns])


def _listed(table: pd.DataFrame, name: str) -> list[Any]:
    values = read_numbers(table[name], whole=False).values
    if name == "foraging_efficiency":
        fractions: list[Any] = values.tolist()
        return fractions
    return _plain(values)


def _plain(values: npt.NDArray[np.float64]) -> list[Any]:
    return [int(value) if value.is_integer() else value for value in values.tolist()]
