"""The past sessions of a lab, ready for asking how much hangs on a threshold of a draft."""

import numpy as np
import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import Past, Sensitivity
from autotrain_core.models import Curriculum
from autotrain_core.rules import And, Condition, metrics_of
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._metric_sketch import values_of
from autotrain_core.services._rule_preview import Further, sessions_in_blocks


def past_sessions(
    lab: LabView,
    curriculum: Curriculum,
    *,
    curriculum_name: str | None = None,
    further: Further | None = None,
) -> Past:
    """
    Read the past sessions of a lab as the rules of a draft would see them; as long as they read the same metrics.

    A session counts where it was decided and published on this curriculum, in any version; it keeps the stage that was
    run, and how long the mouse had been there. A mouse graduated where it was ever sent to the end.

    Args:
        lab: Whose sessions; what was run off curriculum is none of the history, as for deciding.
        curriculum: The draft, as it was read.
        curriculum_name: Whose sessions count; the draft's own where None.
        further: Values of columns that the view does not have; what is nowhere is missing in every session.
    """
    known = dict(further or {})
    rules = [rule.condition for each in curriculum.stages for rule in each.rules if rule.condition is not None]
    whole = And(tuple(rules))
    for name in metrics_of(whole):
        if not _is_there(lab, name, known):
            known[name] = np.full(len(lab.sessions), np.nan)
    found = sessions_in_blocks(lab, whole, curriculum.metrics, known)
    table = lab.sessions
    rows = found.sessions
    decided = table["published"].to_numpy(dtype=bool)[rows]
    name = curriculum.name if curriculum_name is None else curriculum_name
    ends = {each.label for each in curriculum.stages if each.terminal}
    blocks = found.histories
    first = rows[: int(blocks.widths[0])] if blocks.blocks else rows
    mice = np.arange(blocks.size) - blocks.offsets[blocks.position]
    ended = decided & (_is(table["stage"], ends) | _is(table["following"], ends))[rows]
    return Past(
        histories=blocks,
        labels=tuple(map(str, table["stage"].cat.categories)),
        stages=table["stage"].cat.codes.to_numpy().astype(np.int64)[rows],
        counts=found.counts.astype(np.int64),
        previous=found.previous,
        decided=decided,
        asked=decided & (found.counts > 0) & _is(table["curriculum_name"], {name})[rows],
        subjects=table["subject_id"].astype(str).to_numpy(dtype=object)[first],
        graduated=np.isin(np.arange(len(first)), mice[ended]),
    )


def sensitivity(
    lab: LabView,
    curriculum: Curriculum,
    stage: str,
    *,
    curriculum_name: str | None = None,
    further: Further | None = None,
    past: Past | None = None,
) -> Sensitivity:
    """
    Make the past sessions of a lab ready for sweeps of the thresholds of a draft.

    Args:
        lab: See `past_sessions`.
        curriculum: See `past_sessions`.
        stage: The stage whose rules are asked, as documents or tables name it.
        curriculum_name: See `past_sessions`.
        further: See `past_sessions`.
        past: The sessions, where they were read already.

    Raises:
        NotStoredError: The curriculum has no such stage, or a rule of it reads a column that is nowhere. What only
            rules of other stages read may be missing.
    """
    _require(lab, curriculum, stage, further or {})
    found = past_sessions(lab, curriculum, curriculum_name=curriculum_name, further=further) if past is None else past
    return Sensitivity(found, curriculum)


def _require(lab: LabView, curriculum: Curriculum, stage: str, further: Further) -> None:
    conditions: list[Condition] = [
        rule.condition for rule in curriculum.stage(stage).rules if rule.condition is not None
    ]
    for name in sorted(metrics_of(And(tuple(conditions)))):
        values_of(lab, name, further)


def _is_there(lab: LabView, name: str, further: Further) -> bool:
    try:
        values_of(lab, name, further)
    except NotStoredError:
        return False
    return True


def _is(column: "pd.Series[str]", names: set[str]) -> np.ndarray:
    found: np.ndarray = column.isin(names).to_numpy(dtype=bool)
    return found
