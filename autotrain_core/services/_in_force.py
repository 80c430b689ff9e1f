"""What was in force when a session ran: what had been published after the one before it, whatever the rules say now."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.services._pairing import Places

Texts = npt.NDArray[np.object_]
Bools = npt.NDArray[np.bool_]


def published_before(
    published: pd.DataFrame, sessions: pd.DataFrame, pairs: Places, *, skipped: Bools | None = None
) -> Texts:
    """
    Say for each session what had been published to follow the one before it.

    Args:
        published: Published rows by mouse and session: `subject_id`, `session_date`, `session`,
            `next_stage_suggested`.
        sessions: m sessions by mouse and session: `subject_id`, `session`, `session_date`.
        pairs: For each published row its place in `sessions`; -1 where its session vanished.
        skipped: Sessions, shape (m,), that people left out: they are before none.

    Returns:
        Stages, shape (m,); None where the session before was not published, or there is none.
    """
    left = np.zeros(len(sessions), dtype=np.bool_) if skipped is None else skipped
    said: Texts = np.full(len(sessions), None, dtype=object)
    following = published["next_stage_suggested"].to_numpy(dtype=object)
    said[pairs[pairs >= 0]] = following[pairs >= 0]
    live = pd.DataFrame(
        {"subject_id": sessions["subject_id"].array, "number": sessions["session"].to_numpy(dtype=np.float64)}
    )
    live["said"], live["place"] = said, np.arange(len(sessions))
    line = pd.concat([live[~left], _by_day(published[pairs < 0], sessions)], ignore_index=True)
    line = line.sort_values(["subject_id", "number"], kind="stable", ignore_index=True)
    before = line.groupby("subject_id", sort=False)["said"].shift(1).to_numpy(dtype=object)
    there = line["place"].to_numpy() >= 0
    result: Texts = np.full(len(sessions), None, dtype=object)
    result[line["place"].to_numpy(dtype=np.int64)[there]] = before[there]
    result[pd.isna(result)] = None
    return result


def behind_skipped(sessions: pd.DataFrame, skipped: Bools) -> Bools:
    """Tell which sessions come right after one of their mouse that people left out."""
    mice = sessions["subject_id"].to_numpy(dtype=object)
    found: Bools = np.zeros(len(sessions), dtype=np.bool_)
    found[1:] = skipped[:-1] & (mice[1:] == mice[:-1])
    return found


def _by_day(vanished: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Put sessions that vanished behind the last one that is there up to their day: their numbers mean nothing now."""
    table = pd.DataFrame(
        {
            "subject_id": vanished["subject_id"].array,
            "day": pd.to_datetime(vanished["session_date"]).array,
            "said": vanished["next_stage_suggested"].to_numpy(dtype=object),
        }
    )
    dated = sessions[sessions["session_date"].notna()]
    known = pd.DataFrame(
        {
            "subject_id": dated["subject_id"].array,
            "day": pd.to_datetime(dated["session_date"]).array,
            "number": dated["session"].to_numpy(dtype=np.float64),
        }
    )
    table = table[table["day"].notna()].sort_values("day", kind="stable")
    known = known.sort_values("day", kind="stable")
    if not len(table):
        return pd.DataFrame({"subject_id": [], "number": [], "said": [], "place": []})
    placed = pd.merge_asof(table, known, on="day", by="subject_id")
    placed["number"] = placed["number"].fillna(0) + 0.5
    placed["place"] = -1
    return placed[["subject_id", "number", "said", "place"]]


def stages_taken(
    published: pd.DataFrame,
    sessions: pd.DataFrame,
    pairs: Places,
    stages: Mapping[tuple[str, str], frozenset[str]],
    *,
    by_people: Texts | None = None,
) -> Texts:
    """
    Say for each session that nobody knows the stage of which one it was taken to run.

    Args:
        published: See `published_before`, and `current_stage_actual`.
        sessions: See `published_before`, and `is_open` (bool), `curriculum_name`, `curriculum_version`.
        pairs: See `published_before`.
        stages: Curriculum and version -> its stages.
        by_people: Stages, shape (m,), that people suggested in place of the rules; None where nobody did.

    Returns:
        Stages, shape (m,): what was published of the session itself, else what was published to follow the one before;
        None where neither is, where the stage is known, where people suggested another one (deciding knows of it), and
        where the curriculum has no such stage.
    """
    taken = published_before(published, sessions, pairs)
    if by_people is not None:
        taken[np.array([stage is not None for stage in by_people], dtype=bool)] = None
    there = pairs >= 0
    taken[pairs[there]] = published["current_stage_actual"].to_numpy(dtype=object)[there]
    is_open = sessions["is_open"].to_numpy(dtype=bool)
    names = sessions["curriculum_name"].to_numpy(dtype=object)
    versions = sessions["curriculum_version"].to_numpy(dtype=object)
    for place in np.flatnonzero([stage is not None for stage in taken]).tolist():
        if not is_open[place] or taken[place] not in stages.get((names[place], versions[place]), frozenset()):
            taken[place] = None
    return taken
