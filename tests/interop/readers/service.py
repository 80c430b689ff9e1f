"""
What today's hourly service does with a manager table that it finds, from contracts D4 to D6.

It looks for sessions that the table does not have, takes what was
suggested last, appends a row for each and counts stages.
"""

import pandas as pd

KEY = ["subject_id", "session"]


def read(manager_path: str, sessions_path: str) -> object:
    manager = pd.read_pickle(manager_path)
    behavior = pd.read_json(sessions_path, dtype={"subject_id": str, "session_date": str}, convert_dates=False)
    behavior["session"] = behavior["session"].astype(float)
    behavior = behavior.sort_values(by=KEY).reset_index(drop=True)
    found = behavior.merge(manager, on=KEY, how="left", indicator=True, suffixes=("", "_manager"))
    new = behavior[found["_merge"] == "left_only"]
    asked = []
    for row in new.to_dict(orient="records"):
        mouse = manager.query(f"subject_id == '{row['subject_id']}'")
        before = mouse.query(f"session == {row['session'] - 1}")["next_stage_suggested"]
        if not len(before):
            place = mouse[mouse.session < row["session"]].session.astype(int).idxmax()
            before = mouse.loc[[place], "next_stage_suggested"]
        stage, count = before.iloc[0], 1
        for ran in reversed(mouse["current_stage_actual"].to_list()):
            if ran != stage:
                break
            count += 1
        asked.append([row["subject_id"], row["session"], stage, count])
        appended = dict.fromkeys(["current_stage_suggested", "current_stage_actual", "next_stage_suggested"], stage)
        record = {
            "subject_id": row["subject_id"],
            "session": row["session"],
            "session_date": row["session_date"],
            "session_at_current_stage": count,
            "decision": "STAY",
            "if_closed_loop": True,
            "if_overriden_by_trainer": False,
            "foraging_efficiency": 0.5,
            "finished_trials": 300,
            "metrics": {"session_total": row["session"]},
            **appended,
        }
        manager = pd.concat([manager, pd.DataFrame.from_records([record])], ignore_index=True)
    spent = manager.groupby(["subject_id", "current_stage_actual"], sort=False)["session"].agg(["count", "min", "max"])
    decided = manager.groupby(["subject_id", "current_stage_actual", "decision"], sort=False)["session"].agg("count")
    counts = decided.to_frame().unstack(level="decision").fillna(0).astype("Int64").droplevel(level=0, axis=1)
    table = spent.merge(counts.add_prefix("n_"), how="left", on=["subject_id", "current_stage_actual"])
    table["spanned"] = table["max"] - table["min"] + 1
    return {
        "pandas": pd.__version__,
        "asked": asked,
        "rows": len(manager),
        "efficiency": str(manager["foraging_efficiency"].dtype),
        "stats": [[*key, *map(int, row)] for key, row in zip(table.index, table.to_numpy().tolist(), strict=True)],
        "columns": list(table.columns),
    }
