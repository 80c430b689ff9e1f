"""Mice of a lab's view as a run decides them: a session without a known stage ran what was published for it."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.services._in_force import stages_taken

_STAGE = "current_stage_actual"


def with_published_stages(
    own: pd.DataFrame,
    rows: pd.DataFrame,
    places: npt.NDArray[np.int64],
    stages: Mapping[tuple[str, str], frozenset[str]],
) -> pd.DataFrame:
    """
    Fill in the stages that nobody recorded, as a run does before it decides.

    Args:
        own: The rows of some mice in the session table.
        rows: Their rows in the view, by mouse and session; see `LabView.sessions`.
        places: For each of `rows` its place in `own`; -1 where the session table does not have it.
        stages: Curriculum and version -> its stages.
    """
    recorded = own[_STAGE].to_numpy(dtype=object) if _STAGE in own.columns else np.full(len(own), None, dtype=object)
    is_open: npt.NDArray[np.bool_] = pd.isna(recorded)
    if not is_open.any():
        return own
    there, published = places >= 0, rows["published"].to_numpy(dtype=bool)
    seen = pd.DataFrame(
        {
            "subject_id": rows["subject_id"].astype("str").array[there],
            "session": rows["session"].to_numpy(dtype=np.int64)[there],
            "session_date": _days(rows)[there],
            "curriculum_name": rows["curriculum_name"].astype("str").array[there],
            "curriculum_version": rows["curriculum_version"].astype("str").array[there],
            "is_open": is_open[places[there]],
        }
    )
    before = pd.DataFrame(
        {
            "subject_id": rows["subject_id"].astype("str").array[published],
            "session": rows["session"].to_numpy(dtype=np.int64)[published],
            "session_date": _days(rows)[published],
            "next_stage_suggested": rows["following"].astype("str").array[published],
            _STAGE: rows["stage"].astype("str").array[published],
        }
    )
    pairs = np.where(there, np.cumsum(there) - 1, -1)[published]
    taken = stages_taken(before, seen, pairs, stages)
    known = np.array([stage is not None for stage in taken], dtype=bool)
    filled = recorded.copy()
    filled[places[there][known]] = taken[known]
    return own.assign(**{_STAGE: pd.array(filled.tolist(), dtype="str")})


def _days(rows: pd.DataFrame) -> pd.api.extensions.ExtensionArray:
    days: pd.api.extensions.ExtensionArray = rows["session_date"].dt.strftime("%Y-%m-%d").astype("str").array
    return days
