"""What the shared result library does with the manager table, from contracts D5 and D9."""

import pandas as pd


def read(path: str) -> object:
    manager = pd.read_pickle(path)
    manager["session_date"] = pd.to_datetime(manager["session_date"])
    elsewhere = pd.DataFrame(
        {
            "subject_id": ["700000"],
            "session_date": [pd.Timestamp("2024-01-01")],
            "curriculum_name": ["Coupled Baiting"],
            "current_stage_actual": ["STAGE_1"],
            "if_closed_loop": [True],
        }
    )
    both = pd.concat([manager, elsewhere], axis=0, ignore_index=True)
    closed = both.query("if_closed_loop == True")
    first = closed.drop_duplicates(subset=["subject_id", "session_date"], keep="first")
    rows = first[["subject_id", "session_date", "current_stage_actual"]].astype(str)
    return {"pandas": pd.__version__, "closed": len(closed), "first": rows.values.tolist()}
