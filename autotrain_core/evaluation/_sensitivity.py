"""
How much hangs on a threshold: which past decisions would have been others with another value.

Decision by decision: every past session keeps its stage and how long the mouse had been there, and only its decision
is asked anew. So nothing has to be decided again but the rule that changes, and only at its own stage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pandas as pd

from autotrain_core.evaluation._sensitivity_past import Past
from autotrain_core.evaluation._sensitivity_scale import Scale, scale_of
from autotrain_core.evaluation._sensitivity_stage import FLIPS, StagePast, stage_past
from autotrain_core.evaluation._sensitivity_states import States
from autotrain_core.evaluation._thresholds import Threshold, compared_with, rule_of, with_threshold
from autotrain_core.models import Curriculum
from autotrain_core.rules import Condition, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sweep:
    """
    What each of m values of a threshold would have changed.

    Attributes:
        threshold: The threshold, with the value that it has.
        sessions: Past sessions at its stage whose decisions were asked.
        subjects: Mice that these are of.
        table: A row for each value, rising, indexed by `value` (float64, in the unit of the threshold): `flips`
            (decisions that are others), `mice` (mice that have one), and for each kind of flip its decisions
            (`promoted`, `held`, `sent_back`, `spared`, `elsewhere`) and mice (`promoted_mice`, …); all int64. A mouse
            can count for several kinds.
    """

    threshold: Threshold
    sessions: int
    subjects: int
    table: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """
    What each pair of values of two thresholds of a stage would have changed.

    Attributes:
        first: The threshold across.
        second: The threshold upwards.
        across: Values of the first, rising: (m,).
        upwards: Values of the second, rising: (n,).
        sessions: Past sessions at the stage whose decisions were asked.
        subjects: Mice that these are of.
        flips: Decisions that are others: (n, m).
        kinds: The same by kind of flip: (5, n, m), in the order of FLIPS.
        mice: Mice that have one: (n, m).
    """

    first: Threshold
    second: Threshold
    across: Floats
    upwards: Floats
    sessions: int
    subjects: int
    flips: Ints
    kinds: Ints
    mice: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """
    A curriculum, and the past sessions that its thresholds are asked of.

    What was found out about a stage is kept, so that the next question about it is quick. Several people may ask at the
    same time.

    Attributes:
        past: The sessions.
        curriculum: Whose rules.
    """

    past: Past
    curriculum: Curriculum
    _stages: dict[str, StagePast] = field(default_factory=dict, repr=False)

    def at(self, stage: str) -> StagePast:
        """
        Give the sessions at a stage with what its rules say of them.

        Raises:
            NotStoredError: The curriculum has no such stage.
            DocumentError: One of its rules is broken.
        """
        found = self._stages.get(stage)
        if found is None:
            found = self._stages[stage] = stage_past(self.past, self.curriculum, stage)
        return found

    def scale(self, threshold: Threshold) -> Scale:
        """
        Lay out sensible values of a threshold: where values were measured, within the bounds of the metric.

        Raises:
            NotStoredError: There is no such threshold.
            DocumentError: A rule of its stage is broken.
        """
        stage = self.at(threshold.stage)
        held = compared_with(_condition(self.curriculum, threshold), threshold.path)
        return scale_of(threshold, held, stage.asked)


def sweep(history: Sensitivity, threshold: Threshold, values: Iterable[float]) -> Sweep:
    """
    Try values of a threshold, decision by decision.

    Args:
        history: The curriculum and the past.
        threshold: One of its thresholds.
        values: What to try; each once.

    Raises:
        NotStoredError: There is no such threshold.
        DocumentError: A rule of its stage is broken.
    """
    condition, stage = _condition(history.curriculum, threshold), history.at(threshold.stage)
    tried = _rising(values)
    changing = stage.changing((threshold.rule,))
    flips = np.zeros((len(tried), len(FLIPS)), dtype=np.int64)
    mice = np.zeros((len(tried), len(FLIPS) + 1), dtype=np.int64)
    for place, states in enumerate(stage.asked.swept(condition, threshold.path, tried)):
        kinds, where = changing.flips({threshold.rule: states})
        flips[place] = np.bincount(kinds, minlength=len(FLIPS))
        mice[place] = _mice(stage.mice[where], kinds, len(history.past.subjects))
    columns = {"flips": flips.sum(axis=1), "mice": mice[:, -1]}
    columns |= {kind: flips[:, place] for place, kind in enumerate(FLIPS)}
    columns |= {f"{kind}_mice": mice[:, place] for place, kind in enumerate(FLIPS)}
    return Sweep(
        threshold=threshold,
        sessions=len(stage.rows),
        subjects=len(np.unique(stage.mice)),
        table=pd.DataFrame(columns, index=pd.Index(tried, name="value")),
    )


def sweep_two(
    history: Sensitivity,
    first: Threshold,
    second: Threshold,
    across: Iterable[float],
    upwards: Iterable[float],
) -> Grid:
    """
    Try pairs of values of two thresholds of one stage, decision by decision.

    Args:
        history: The curriculum and the past.
        first: One of its thresholds.
        second: Another one of the same stage, of the same rule or another.
        across: Values of the first; each once.
        upwards: Values of the second; each once.

    Raises:
        NotStoredError: There is no such threshold.
        DocumentError: A rule of the stage is broken.
        ValueError: The two are of different stages, or one and the same.
    """
    if first.stage != second.stage or (first.rule, first.path) == (second.rule, second.path):
        message = f"two different thresholds of one stage are needed, not {first} and {second}"
        raise ValueError(message)
    stage = history.at(first.stage)
    x_values, y_values = _rising(across), _rising(upwards)
    one, other = (_condition(history.curriculum, each) for each in (first, second))
    changing = stage.changing(tuple(sorted({first.rule, second.rule})))
    shape = (len(y_values), len(x_values))
    kinds, mice = np.zeros((len(FLIPS), *shape), dtype=np.int64), np.zeros(shape, dtype=np.int64)

    def count(row: int, column: int, changed: dict[int, States]) -> None:
        found, where = changing.flips(changed)
        kinds[:, row, column] = np.bincount(found, minlength=len(FLIPS))
        mice[row, column] = np.count_nonzero(np.bincount(stage.mice[where]))

    if first.rule == second.rule:
        for row, value in enumerate(y_values.tolist()):
            condition = with_threshold(other, second, value)
            for column, states in enumerate(stage.asked.swept(condition, first.path, x_values)):
                count(row, column, {first.rule: states})
    else:
        firsts = list(stage.asked.swept(one, first.path, x_values))
        for row, seconds in enumerate(stage.asked.swept(other, second.path, y_values)):
            for column, states in enumerate(firsts):
                count(row, column, {first.rule: states, second.rule: seconds})
    return Grid(
        first=first,
        second=second,
        across=x_values,
        upwards=y_values,
        sessions=len(stage.rows),
        subjects=len(np.unique(stage.mice)),
        flips=kinds.sum(axis=0),
        kinds=kinds,
        mice=mice,
    )


def flipped(history: Sensitivity, threshold: Threshold, value: float) -> pd.DataFrame:
    """
    List the past decisions that would have been others with one value of a threshold, decision by decision.

    Args:
        history: The curriculum and the past.
        threshold: One of its thresholds.
        value: What to try.

    Returns:
        A row for each, by mouse and session: `subject_id` (str), `session` (int64), `kind` (str: one of FLIPS),
        `before`, `after` (str: STAY, PROGRESS, ROLLBACK), `next_before` and `next_after` (str: stages as tables write
        them).

    Raises:
        NotStoredError: There is no such threshold.
        DocumentError: A rule of its stage is broken.
    """
    past, stage = history.past, history.at(threshold.stage)
    condition = with_threshold(_condition(history.curriculum, threshold), threshold, value)
    changing = stage.changing((threshold.rule,))
    changed = {threshold.rule: stage.asked.states(condition)}
    kinds, where = changing.flips(changed)
    after = np.zeros(len(stage.rows), dtype=np.int64)
    after[changing.rows] = changing.outcomes(changed)
    rows = stage.rows[where]
    table = pd.DataFrame(
        {
            "subject_id": past.subjects[stage.mice[where]].astype(str),
            "session": past.histories.session_total[rows].astype(np.int64),
            "kind": _named(FLIPS, kinds),
            "before": _named([each.name for each in stage.decisions], stage.outcomes[where]),
            "after": _named([each.name for each in stage.decisions], after[where]),
            "next_before": _named(stage.targets, stage.outcomes[where]),
            "next_after": _named(stage.targets, after[where]),
        }
    )
    return table.sort_values(["subject_id", "session"], ignore_index=True)


def _condition(curriculum: Curriculum, threshold: Threshold) -> Condition:
    condition = cast(Condition, rule_of(curriculum, threshold).condition)
    with_threshold(condition, threshold, threshold.value)  # fails where the rule was changed meanwhile
    return condition


def _rising(values: Iterable[float]) -> Floats:
    return np.unique(np.fromiter(values, dtype=np.float64))


def _mice(mice: Ints, kinds: np.ndarray, size: int) -> list[int]:
    """Count the mice that have a flip of each kind, and of any."""
    there = np.zeros((len(FLIPS), size), dtype=np.bool_)
    there[kinds, mice] = True
    return [*there.sum(axis=1).tolist(), int(there.any(axis=0).sum())]


def _named(names: Sequence[str], places: np.ndarray) -> list[str]:
    return [names[place] for place in places.tolist()]
