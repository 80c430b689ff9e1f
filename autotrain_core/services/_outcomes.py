"""What a run made of each mouse: one row a mouse, for the record and for whoever looks for a failed one."""

import pandas as pd

from autotrain_core.evaluation import Notice
from autotrain_core.services._published import serves


def outcomes(
    sessions: pd.DataFrame, decisions: pd.DataFrame, rows: pd.DataFrame, report: tuple[Notice, ...]
) -> pd.DataFrame:
    """
    Say of each mouse what came of it.

    Args:
        sessions: The session table.
        decisions: What was decided of it.
        rows: What is published; see `services.published_rows`.
        report: Remarks on single sessions.

    Returns:
        A row a mouse, by id, on a fresh index: `subject_id` (str), `outcome` (str: "decided", "partly" where a session
        was left out, "not decided", and "gone" where the session table no longer has the mouse), `sessions`, `decided`,
        `published`, `left_out` (int64, counts), `last_session` (Int64),
        `last_date`, `curriculum`, `stage`, `decision`, `next_stage` (str; missing where nothing is published), `reason`
        (str; of the last session that was left out, else missing).
    """
    left_out = pd.DataFrame(
        [(notice.subject_id, notice.sentence) for notice in report if notice.left_out and notice.subject_id],
        columns=["subject_id", "reason"],
        dtype="str",
    )
    counts = sessions["subject_id"].dropna().value_counts()
    served = rows[serves(rows)]
    last = served[~served["subject_id"].duplicated(keep="last")].set_index("subject_id")
    mice = pd.Index(sorted({*counts.index, *last.index, *left_out["subject_id"]}), dtype="str", name="subject_id")
    table = pd.DataFrame(index=mice)
    table["sessions"] = counts.reindex(mice).fillna(0).astype("int64")
    table["decided"] = decisions["subject_id"].value_counts().reindex(mice).fillna(0).astype("int64")
    table["published"] = rows["subject_id"].value_counts().reindex(mice).fillna(0).astype("int64")
    table["left_out"] = left_out["subject_id"].value_counts().reindex(mice).fillna(0).astype("int64")
    table["last_session"] = last["session"].reindex(mice).astype("Int64")
    table["last_date"] = last["session_date"].reindex(mice)
    table["curriculum"] = (last["curriculum_name"] + "@" + last["curriculum_version"]).reindex(mice)
    table["stage"] = last["current_stage_actual"].reindex(mice)
    table["decision"] = last["decision"].reindex(mice)
    table["next_stage"] = last["next_stage_suggested"].reindex(mice)
    table["reason"] = (
        left_out.drop_duplicates("subject_id", keep="last").set_index("subject_id")["reason"].reindex(mice)
    )
    said = pd.Series("decided", index=mice, dtype="str").mask(table["left_out"] > 0, "partly")
    said = said.mask(table["decided"] == 0, "not decided").mask(table["sessions"] == 0, "gone")
    table.insert(0, "outcome", said)
    return table.reset_index()
