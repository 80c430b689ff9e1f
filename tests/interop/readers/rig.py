"""What a rig does with the manager table, from contracts D7 and D8."""

import pandas as pd

TABLE = [
    "subject_id",
    "session",
    "session_date",
    "curriculum_name",
    "curriculum_version",
    "curriculum_schema_version",
    "task",
    "current_stage_suggested",
    "current_stage_actual",
    "decision",
    "next_stage_suggested",
    "if_closed_loop",
    "if_overriden_by_trainer",
    "finished_trials",
    "foraging_efficiency",
]


def read(path: str) -> object:
    manager = pd.read_pickle(path)
    ordered = manager.sort_values(by=["subject_id", "session"], ascending=[True, False])
    shown = ordered[TABLE].copy()
    shown["foraging_efficiency"] = shown["foraging_efficiency"].round(3)
    last = {}
    for mouse in ordered["subject_id"].unique():
        row = ordered[ordered["subject_id"] == mouse].iloc[0]
        last[mouse] = {
            "session": int(row["session"]),
            "curriculum": f"{row['curriculum_name']} (v{row['curriculum_version']}@{row['curriculum_schema_version']})",
            "ran": row["current_stage_actual"],
            "next": row["next_stage_suggested"],
        }
    by_hand = ordered[ordered["if_overriden_by_trainer"] == True]  # noqa: E712 - so do they
    return {
        "pandas": pd.__version__,
        "dtypes": {name: str(kind) for name, kind in manager.dtypes.items()},
        "labels": str(manager.columns.dtype),
        "shown": [[str(cell) for cell in row] for row in shown.itertuples(index=False)],
        "last": last,
        "overridden": by_hand[["subject_id", "session"]].to_numpy().tolist(),
        "days": pd.to_datetime(manager["session_date"]).dt.strftime("%Y-%m-%d").fillna("").tolist(),
    }
