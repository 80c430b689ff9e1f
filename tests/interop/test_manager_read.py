"""A manager table that stands in a bucket is read as it is, whoever wrote it, and nothing of it is run."""

import gzip
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autotrain_core.errors import TableError
from autotrain_core.interop import (
    csv_bytes,
    manager_from_bytes,
    manager_rows,
    parquet_bytes,
    pickle_bytes,
)
from tests.interop.published import Reader, history, published

FILES = sorted((Path(__file__).parent / "managers").glob("*.pkl"))
FILE_OF_A_RIG = "/capsule/scratch/saved_curriculums/Coupled Baiting_curriculum_v2.3_schema_v1.0.json"


def made(*rows: dict[str, Any]) -> pd.DataFrame:
    table = published(*rows)
    return manager_rows(table, history(table)).rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_table_of_todays_service_keeps_every_cell(path: Path) -> None:
    table = manager_from_bytes(path.read_bytes(), source=path.name)

    assert len(table.columns) == 20
    assert table["subject_id"].tolist() == ["447921", "447921", "690001"]
    assert table["session_date"].tolist() == ["2024-03-01", "2024-03-04", "2024-03-01"]
    assert table["session"].tolist() == [1.0, 2.0, 1.0]
    assert table["curriculum_version"].tolist() == ["2.3"] * 3
    assert table["curriculum_json_name"][0] == FILE_OF_A_RIG
    assert table["task_schema_version"].isna().all()
    assert table["foraging_efficiency"].tolist()[::2] == [0.25, 1.125]
    assert math.isnan(table["foraging_efficiency"][1])
    assert table["finished_trials"].tolist() == [210, 0, 1872]
    assert table["if_overriden_by_trainer"].tolist() == [False, True, False]
    assert table["note_of_the_rig"].tolist() == [("a", 1), ("a", 1), None]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_dictionaries_of_metrics_are_dictionaries_again(path: Path) -> None:
    metrics = manager_from_bytes(path.read_bytes(), source=path.name)["metrics"]

    assert type(metrics[1]) is dict
    assert metrics[0] == {
        "foraging_efficiency": [0.25],
        "finished_trials": [210],
        "session_total": 1.0,
        "session_at_current_stage": 1,
    }
    assert metrics[1]["finished_trials"] == [210, 0]
    assert math.isnan(metrics[1]["foraging_efficiency"][1])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_table_of_todays_service_is_served_on_with_the_same_content(
    path: Path, reader: Reader, tmp_path: Path
) -> None:
    table = manager_from_bytes(path.read_bytes(), source=path.name)
    copy = tmp_path / "manager.pkl"
    # Of pandas 3 the old service leaves efficiencies as objects, and rigs stop: that cell by cell copy is not ours to mend.
    table["foraging_efficiency"] = table["foraging_efficiency"].astype(float)
    copy.write_bytes(pickle_bytes(table))

    seen = reader.run("rig", copy)

    assert seen["last"]["447921"]["next"] == "STAGE_2"
    assert seen["shown"][0][:4] == ["447921", "2.0", "2024-03-04", "Coupled Baiting"]
    assert_frame_equal(manager_from_bytes(copy.read_bytes(), source="copy.pkl"), table)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("write", "ending"), [(pickle_bytes, "pkl"), (parquet_bytes, "parquet"), (csv_bytes, "csv")])
def test_what_we_wrote_is_read_in_every_form(write: Any, ending: str, packed: bool) -> None:
    rows = made({}, {"session": 2, "foraging_efficiency": None, "finished_trials": None, "task": None})
    body = gzip.compress(write(rows)) if packed else write(rows)

    read = manager_from_bytes(body, source=f"manager.{ending}")

    apart = ["metrics", "task_schema_version"]
    assert_frame_equal(read.drop(columns=apart), rows.drop(columns=apart), check_dtype=False)
    assert read["task_schema_version"].isna().all()
    for found, meant in zip(read["metrics"], rows["metrics"], strict=True):
        assert found.keys() == meant.keys()
        for key, value in meant.items():
            assert found[key] == pytest.approx(value, nan_ok=True)
    assert read["task"].tolist() == ["Coupled Baiting", None]
    assert read["curriculum_version"].tolist() == ["2.3", "2.3"]


def test_metrics_that_python_printed_into_a_csv_are_read() -> None:
    body = (
        b"subject_id,session,metrics\n"
        b"447921,1,\"{'foraging_efficiency': [0.5, nan, inf], 'session_total': 3, 'stage': 'nano'}\"\n"
        b"447921,2,\n"
    )

    metrics = manager_from_bytes(body, source="manager.csv")["metrics"]

    assert metrics[0]["foraging_efficiency"][0] == 0.5
    assert math.isnan(metrics[0]["foraging_efficiency"][1])
    assert metrics[0]["foraging_efficiency"][2] == math.inf
    assert (metrics[0]["session_total"], metrics[0]["stage"]) == (3, "nano")
    assert metrics[1] is None


@pytest.mark.parametrize("cell", ["[1, 2]", "__import__('os').system('echo')", "{1: 2", "{" * 5000])
def test_metrics_that_are_no_dictionary_are_refused(cell: str) -> None:
    body = f'subject_id,session,metrics\n447921,1,"{cell}"\n'.encode()

    with pytest.raises(TableError, match=r"manager\.csv, column metrics: .* is no dictionary of metrics"):
        manager_from_bytes(body, source="manager.csv")


@pytest.mark.parametrize("mouse", [447921, 447921.0, np.int64(447921), " 447921 "])
def test_a_mouse_is_text_whatever_it_was(mouse: object) -> None:
    table = pd.DataFrame({"subject_id": pd.Series([mouse, None], dtype=object), "session": [1, 2]})

    read = manager_from_bytes(pickle.dumps(table, protocol=4), source="manager.pkl")

    assert read["subject_id"].dtype == object
    assert read["subject_id"].tolist() == ["447921", None]


def test_an_index_of_the_mouse_becomes_a_column() -> None:
    table = made({}).set_index(["subject_id", "session"])

    read = manager_from_bytes(pickle.dumps(table), source="manager.pkl")

    assert list(read.columns[:2]) == ["subject_id", "session"]


@pytest.mark.parametrize(
    ("body", "source", "sentence"),
    [
        (b"", "manager.pkl", "is no pickle of protocol 2 to 5, or is damaged"),
        (b"", "manager.csv", "is empty"),
        (b"PAR1nonsense", "manager.parquet", "is no parquet table, or is cut off"),
        (pickle.dumps({"a": 1}), "manager.pkl", "it holds no DataFrame"),
        (gzip.compress(b"a,b\n", mtime=0)[:-5], "manager.csv.gz", "is packed and cannot be unpacked"),
        (b"<html>500</html>", "manager.pkl", "is no pickle"),
    ],
)
def test_what_is_no_table_is_refused(body: bytes, source: str, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        manager_from_bytes(body, source=source)
