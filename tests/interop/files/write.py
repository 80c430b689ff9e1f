"""
Wrote the pickles beside it, once, each in an environment of its own; run it there again to write them anew.

    pip install pandas==1.5.3 numpy==1.24.4; python write.py
    pip install pandas==2.2.2 numpy==1.26.4; python write.py
    pip install pandas==2.3.3 numpy==2.4.0;  python write.py
    pip install pandas==3.1.1 numpy==2.4.6;  python write.py      (once without pyarrow, once with)

Protocol as `to_pickle` chooses it (5). The table has the shape of today's session table: two-level columns `type`
and `variable`, and an index of subject, date and suffix; and a column of every kind that a lab's pickle may hold.
"""

import datetime
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd

INDEX = [("447921", "2023-01-02", ""), ("447921", "2023-01-03", "101500"), ("451234", "2023-01-02", "")]
COLUMNS = {
    ("metadata", "session"): [1.0, 2.0, np.nan],
    ("metadata", "rig"): ["r1", "r2", None],
    ("metadata", "task"): ["Coupled Baiting", "Coupled Baiting", "Uncoupled Baiting"],
    ("auto_train", "curriculum_name"): ["Coupled Baiting", None, "Coupled Baiting"],
    ("auto_train", "curriculum_version"): ["2.3", None, "2.30"],
    ("auto_train", "current_stage_actual"): ["STAGE_1", None, "STAGE_2"],
    ("auto_train", "if_overriden_by_trainer"): [True, False, None],
    ("session_stats", "finished_trials"): [500, 250, 0],
    ("session_stats", "foraging_eff"): [0.5, np.nan, 1.25],
    ("session_stats", "bias"): np.array([1.5, 2.5, np.nan], np.float32),
    ("session_stats", "blocks"): np.array([1, 2, 3], np.int32),
    ("session_stats", "when"): pd.DatetimeIndex(["2023-01-02 10:00:00.5", pd.NaT, "2023-01-04 00:00:00.0"]),
    ("session_stats", "utc"): pd.DatetimeIndex(["2023-01-02", pd.NaT, "2023-01-04"], tz="UTC"),
    ("session_stats", "lasted"): pd.to_timedelta([1, 2, None], unit="s"),
    ("session_stats", "side"): pd.Categorical(["left", "right", None]),
    ("session_stats", "count"): pd.array([1, None, 3], dtype="Int64"),
    ("session_stats", "share"): pd.array([0.5, None, 1.5], dtype="Float64"),
    ("session_stats", "light"): pd.array([True, None, False], dtype="boolean"),
    ("session_stats", "note"): pd.array(["a", None, "b"], dtype="string"),
    ("session_stats", "day"): [datetime.date(2023, 1, 2), None, datetime.date(2023, 1, 3)],
    ("session_stats", "moment"): np.array(
        [pd.Timestamp("2023-01-02"), pd.NaT, pd.Timestamp("2023-01-02", tz="UTC")], dtype=object
    ),
    ("session_stats", "history"): pd.Series([[1, 2], {"a": [0.5]}, ()], dtype=object).to_numpy(),
    ("session_stats", "scalar"): np.array([np.float64(1.5), np.int64(3), np.bool_(True)], dtype=object),
}

if __name__ == "__main__":
    sessions = pd.DataFrame({"/".join(name): cells for name, cells in COLUMNS.items()})
    sessions.columns = pd.MultiIndex.from_tuples(COLUMNS, names=["type", "variable"])
    sessions.index = pd.MultiIndex.from_tuples(INDEX, names=["subject_id", "session_date", "nwb_suffix"])
    arrow = "" if pd.__version__ < "3" or importlib.util.find_spec("pyarrow") else "-without-pyarrow"
    sessions.to_pickle(Path(__file__).with_name(f"sessions-pandas-{pd.__version__}{arrow}.pkl"))
