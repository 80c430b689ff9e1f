"""The slower second look at a threshold: whole histories replayed from their start with other values."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from autotrain_core.evaluation._engine import NONE, Progress, run
from autotrain_core.evaluation._program import DECISIONS, compile_program
from autotrain_core.evaluation._sensitivity import Sensitivity
from autotrain_core.evaluation._thresholds import Threshold, with_threshold
from autotrain_core.models import Decision


def sweep_histories(
    history: Sensitivity, threshold: Threshold, values: Iterable[float], *, progress: Progress | None = None
) -> pd.DataFrame:
    """
    Replay the whole histories of the mice with each of some values of a threshold, open loop.

    Every mouse begins at the first stage and follows each suggestion; what it measured is taken as it was, whatever
    stage it would have been at. What people said (overrides, where a mouse began) is left out.

    Args:
        history: The curriculum and the past; of mice none of whose decisions is asked nothing is counted.
        threshold: One of its thresholds.
        values: What to try; a full replay each.
        progress: Called with (values done, values in all).

    Returns:
        A row for each value, rising, indexed by `value`: `subjects` (mice), `graduates` (mice that were ever sent to
        the end), `promotions` and `rollbacks` (decisions); all int64.

    Raises:
        NotStoredError: There is no such threshold.
    """
    past, curriculum = history.past, history.curriculum
    size = past.histories.size
    everywhere = past.mice_of(np.arange(size))
    mice = np.unique(everywhere[past.asked])
    counts = np.isin(everywhere, mice)
    tried = np.unique(np.fromiter(values, dtype=np.float64))
    rows = []
    for place, value in enumerate(tried.tolist(), 1):
        program = compile_program((with_threshold(curriculum, threshold, value),))
        course = run(
            program,
            past.histories,
            curricula=np.zeros(size, dtype=np.int64),
            sessions=past.histories.session_total,
            actual=np.full(size, NONE, dtype=np.int64),
            decidable=past.decided,
        )
        decided = course.decided & counts
        ends = [program.labels.index(stage.label) for stage in curriculum.stages if stage.terminal]
        made = [int((decided & (course.decision == DECISIONS.index(each))).sum()) for each in _COUNTED]
        graduates = len(np.unique(everywhere[decided & np.isin(course.following, ends)]))
        rows.append((len(mice), graduates, *made))
        if progress is not None:
            progress(place, len(tried))
    names = ["subjects", "graduates", "promotions", "rollbacks"]
    return pd.DataFrame(rows, columns=names, index=pd.Index(tried, name="value"), dtype=np.int64)


_COUNTED = (Decision.PROGRESS, Decision.ROLLBACK)
