"""
Wrote the pickles beside it, once, each in an environment of its own; run it there again to write them anew.

    pip install pandas==1.5.3 numpy==1.24.4; python write.py
    pip install pandas==2.0.3 numpy==1.26.4; python write.py
    pip install pandas==2.2.2 numpy==1.26.4; python write.py
    pip install pandas==2.3.3 numpy==2.4.6;  python write.py
    pip install pandas==3.1.1 numpy==2.4.6;  python write.py      (with pyarrow)

A manager table grows as today's service lets it grow: an empty table of names, and a record at its end for each
session. So most columns are object, and hold numpy's numbers beside Python's.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = [
    "subject_id",
    "session_date",
    "task",
    "session",
    "session_at_current_stage",
    "curriculum_name",
    "task_schema_version",
    "curriculum_version",
    "curriculum_schema_version",
    "curriculum_json_name",
    "foraging_efficiency",
    "finished_trials",
    "metrics",
    "current_stage_suggested",
    "current_stage_actual",
    "if_closed_loop",
    "if_overriden_by_trainer",
    "decision",
    "next_stage_suggested",
]
SESSIONS = [
    ("447921", "2024-03-01", 1.0, 1, "STAGE_1_WARMUP", "STAGE_1_WARMUP", "PROGRESS", "STAGE_1", [0.25], [210]),
    ("447921", "2024-03-04", 2.0, 1, "STAGE_1", "STAGE_2", "STAY", "STAGE_2", [0.25, np.nan], [210, 0]),
    ("690001", "2024-03-01", 1.0, 1, "STAGE_1", "STAGE_1", "STAY", "STAGE_1", [1.125], [1872]),
]


def record(session):
    mouse, date, number, count, suggested, actual, decision, following, efficiencies, trials = session
    return {
        "subject_id": mouse,
        "session_date": date,
        "session": np.float64(number),
        "task": "Coupled Baiting",
        "curriculum_name": "Coupled Baiting",
        "curriculum_schema_version": "1.0",
        "curriculum_version": "2.3",
        "curriculum_json_name": "/capsule/scratch/saved_curriculums/Coupled Baiting_curriculum_v2.3_schema_v1.0.json",
        "session_at_current_stage": count,
        "current_stage_suggested": suggested,
        "current_stage_actual": actual,
        "if_closed_loop": True,
        "if_overriden_by_trainer": actual != suggested,
        "foraging_efficiency": np.float64(efficiencies[-1]),
        "finished_trials": np.int64(trials[-1]),
        "metrics": {
            "foraging_efficiency": efficiencies,
            "finished_trials": trials,
            "session_total": np.float64(number),
            "session_at_current_stage": count,
        },
        "decision": decision,
        "next_stage_suggested": following,
        # Of a later version of the service, say: nobody here knows it.
        "note_of_the_rig": None if mouse == "690001" else ("a", 1),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    table = pd.DataFrame(columns=COLUMNS)
    for session in SESSIONS:
        table = pd.concat([table, pd.DataFrame.from_records([record(session)])], ignore_index=True)
    table.to_pickle(Path(__file__).with_name(f"manager-pandas-{pd.__version__}.pkl"))
