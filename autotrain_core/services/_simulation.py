"""
Closed-loop simulation over a lab's own history: what it is fitted to, and what a file or a page is told of it.

Nothing is changed, so that anybody who sees the lab may ask.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from autotrain_core.evaluation import ClosedLoop, Fit, Reproduced, closed_loop, fit_learning, reproduced
from autotrain_core.models import Curriculum, Library
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._selection import Selection, select, whole_histories

Progress = Callable[[float], None]
"""Told now and then which part is done, 0 to 1."""

_OF_FITTING, _OF_REPRODUCING = 0.8, 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedModel:
    """
    A model of learning that was fitted to real mice.

    Attributes:
        fit: Its numbers, with what is not known about them.
        reproduced: How well it reproduces the mice that it was fitted to.
    """

    fit: Fit = field(repr=False)
    reproduced: Reproduced = field(repr=False)


def learning_history(view: LabView, selection: Selection, *, on: date) -> pd.DataFrame:
    """
    Collect what a model of learning is fitted to: the whole histories of the mice that have a chosen session.

    Args:
        view: The lab.
        selection: Which mice; a filter of sessions does not cut their histories.
        on: See `select`.

    Returns:
        A row a published session, on a fresh index: `subject_id`, `session`, `current_stage_actual` (label of the stage
        that was run; missing where nobody recorded it), `curriculum_name`, `curriculum_version`, and a column for each
        metric of the lab and of its curricula.

    Raises:
        TableError: The pattern for mice is no regular expression.
    """
    sessions = view.sessions
    usable = sessions["published"].to_numpy() & sessions["stage"].notna().to_numpy()
    rows = sessions[whole_histories(view, select(view, selection, on=on), usable)]
    stages = rows["stage"].astype("object").where(rows["closed_loop"], None)
    metrics = dict.fromkeys(metric.name for curriculum in view.shelf.library for metric in curriculum.metrics)
    columns: dict[str, object] = {"current_stage_actual": stages}
    columns |= {name: rows[name].astype("str") for name in ("subject_id", "curriculum_name", "curriculum_version")}
    columns |= {name: rows[name] if name in rows.columns else np.nan for name in ("session", *metrics)}
    return pd.DataFrame(columns, index=rows.index).reset_index(drop=True)


def fit_lab(
    view: LabView, selection: Selection, *, on: date, seed: int = 0, progress: Progress | None = None
) -> FittedModel:
    """
    Fit the model of learning to a lab's history.

    Args:
        view: The lab.
        selection: See `learning_history`.
        on: See `select`.
        seed: Of all random numbers.
        progress: Told which part is done.

    Raises:
        TableError: There are not enough mice, or the pattern for mice is none.
    """
    return fit_model(learning_history(view, selection, on=on), view.shelf.library, seed=seed, progress=progress)


def fit_model(
    sessions: pd.DataFrame, curricula: Curriculum | Library, *, seed: int = 0, progress: Progress | None = None
) -> FittedModel:
    """
    Fit the model of learning to a session table, and train its mice once more in the model.

    Args:
        sessions: See `evaluation.fit_learning`.
        curricula: The one that all followed, or those that the rows name.
        seed: Of all random numbers.
        progress: Told which part is done.

    Raises:
        MissingColumnError: A column that is needed is not there at all.
        TableError: There are not enough mice, or the table is none that can be decided.
    """
    fit = fit_learning(sessions, curricula, seed=seed, progress=_part(progress, 0.0, _OF_FITTING))
    again = reproduced(fit, sessions, curricula, seed=seed, progress=_part(progress, _OF_FITTING, _OF_REPRODUCING))
    return FittedModel(fit=fit, reproduced=again)


def simulate_curricula(
    model: FittedModel,
    curricula: Sequence[Curriculum],
    *,
    mice: int = 200,
    sessions: int = 40,
    seed: int = 0,
    progress: Progress | None = None,
) -> ClosedLoop:
    """
    Train new simulated mice by some curricula; see `evaluation.closed_loop`.

    Raises:
        DocumentError: The rules of a curriculum read a metric that the model does not know.
    """
    return closed_loop(
        model.fit, curricula, mice=mice, sessions=sessions, seed=seed, progress=_part(progress, 0.0, 1.0)
    )


def _part(progress: Progress | None, begin: float, share: float) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, steps: progress(begin + share * done / steps)


def differences_in_words(found: ClosedLoop, *, name: Callable[[str], str] = str) -> list[str]:
    """
    Say how each later curriculum differs from the first: graduates, sessions and rollbacks, with 90 % intervals.

    Args:
        found: What was simulated.
        name: How to say a curriculum; name@version where this is not given.
    """
    told = []
    for row in found.differences.itertuples():
        times, digits, sentence = _SAID[str(row.measure)]
        change = [times * float(value) for value in (row.difference, row.lower, row.upper)]  # type: ignore[arg-type]
        pair = f"{name(str(row.curriculum))} compared with {name(str(row.against))}"
        told.append(f"{pair}: {_told(change, sentence, digits=digits)}.")
    return told


_SAID = {
    "graduates": (100, 1, "of 100 mice {} graduate"),
    "sessions": (1, 1, "a mouse trains for {} sessions"),
    "rollbacks": (1, 2, "a mouse has {} rollbacks"),
}


def _told(values: Sequence[float], sentence: str, *, digits: int) -> str:
    """Say a difference in one direction; where its interval holds 0, that none can be told."""
    middle, low, high = values
    if low <= 0 <= high:
        ends = f"{_signed(low, digits)} to {_signed(high, digits)}"
        return f"{sentence.format('as many')}, as far as can be told (90 % interval {ends})"
    more = middle > 0
    ends = f"{low if more else -high:.{digits}f} to {high if more else -low:.{digits}f}"
    number = f"{abs(middle):.{digits}f} {'more' if more else 'fewer'}"
    return f"{sentence.format(number)} (90 % interval {ends})"


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}" if round(value, digits) else "0"
