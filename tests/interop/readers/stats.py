"""Reads the statistics table as whoever opens it does, from contracts D6."""

import pandas as pd


def read(path: str) -> object:
    table = pd.read_pickle(path)
    graduated = table.reset_index().set_index("subject_id").query('current_stage_actual == "GRADUATED"')["first_entry"]
    return {
        "pandas": pd.__version__,
        "index": list(table.index.names),
        "dtypes": {name: str(kind) for name, kind in table.dtypes.items()},
        "labels": [str(table.columns.dtype), *map(str, table.index.dtypes)],
        "rows": [[*key, *map(int, row)] for key, row in zip(table.index, table.to_numpy().tolist(), strict=True)],
        "graduated": graduated.sort_values().to_dict(),
    }
