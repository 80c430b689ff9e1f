"""What the behavior browser does with the manager table, from contracts D5 and D9."""

import pandas as pd

COLOURS = {
    name: f"#{place}"
    for place, name in enumerate(
        ["STAGE_1_WARMUP", "STAGE_1", "STAGE_2", "STAGE_3", "STAGE_4", "STAGE_5", "STAGE_FINAL", "GRADUATED"]
    )
}
MERGED = [
    "curriculum_name",
    "curriculum_version",
    "curriculum_schema_version",
    "current_stage_suggested",
    "current_stage_actual",
    "session_at_current_stage",
    "decision",
    "next_stage_suggested",
    "if_overriden_by_trainer",
]


def read(manager_path: str, sessions_path: str) -> object:
    manager = pd.read_pickle(manager_path)
    numbers = manager["subject_id"].astype(int)
    manager = manager[(numbers > 300000) & (numbers < 999999)]
    sessions = pd.read_json(sessions_path, dtype={"subject_id": str, "session_date": str}, convert_dates=False)
    closed = manager[manager["if_closed_loop"] == True]  # noqa: E712 - so do they
    merged = sessions.merge(
        closed[["subject_id", "session_date", *MERGED]], on=["subject_id", "session_date"], how="left"
    )
    drawn = (
        manager.drop_duplicates(subset=["subject_id", "session_date"], keep="last")
        .drop(columns=["session", "task", "foraging_efficiency", "finished_trials"])
        .merge(sessions, on=["subject_id", "session_date"], how="right")
    )
    drawn["edge"] = drawn["current_stage_suggested"].map(COLOURS).fillna("#d3d3d3")
    drawn["session_date"] = pd.to_datetime(drawn["session_date"])
    first = drawn.groupby("subject_id").session_date.min().sort_values()
    return {
        "pandas": pd.__version__,
        "kept": sorted(manager["subject_id"].unique()),
        "rows": len(merged),
        "found": int(merged["decision"].notna().sum()),
        "merged": merged[["subject_id", "session_date", *MERGED]]
        .astype(object)
        .where(merged.notna(), None)
        .astype(str)
        .values.tolist(),
        "edges": drawn["edge"].tolist(),
        "mice": first.index.tolist(),
        "metrics": [row["session_total"] for row in manager["metrics"]],
    }
