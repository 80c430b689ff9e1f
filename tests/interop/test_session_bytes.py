"""A session table is the same from a file and from bytes, with one level of names or two, whatever the lab calls it."""

import gzip
import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autotrain_core.errors import TableError
from autotrain_core.interop import read_sessions, sessions_from_bytes

FILES = Path(__file__).parent / "files"


def two_level() -> pd.DataFrame:
    """Today's session table: columns of two levels, and an index of mouse, date and suffix."""
    columns = {
        ("metadata", "session"): [1.0, 2.0, None],
        ("metadata", "task"): ["Coupled Baiting"] * 3,
        ("auto_train", "curriculum_version"): ["2.30", None, "2.3"],
        ("session_stats", "finished_trials"): [500, 250, 0],
        ("session_stats", "foraging_eff"): [0.5, None, 1.25],
        ("session_stats", "task"): ["another", "of", "that name"],
    }
    table = pd.DataFrame({"/".join(name): cells for name, cells in columns.items()})
    table.columns = pd.MultiIndex.from_tuples(columns, names=["type", "variable"])
    rows = [("447921", "2023-01-02", 0), ("447921", "2023-01-03", 101500), ("451234", "2023-01-02", 0)]
    table.index = pd.MultiIndex.from_tuples(rows, names=["subject_id", "session_date", "nwb_suffix"])
    return table


def parquet(table: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    table.to_parquet(file)
    return file.getvalue()


def zipped(body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("sessions", body)
    return file.getvalue()


def csv_of(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=table.index.names[0] is not None).encode()


@pytest.mark.parametrize("index", [True, False], ids=["index", "columns"])
@pytest.mark.parametrize("write", [pickle.dumps, parquet, csv_of], ids=["pickle", "parquet", "csv"])
def test_two_levels_of_names_become_one(write: Callable[[pd.DataFrame], bytes], index: bool) -> None:
    table = two_level() if index else two_level().reset_index()

    read = sessions_from_bytes(write(table), source="sessions")

    names = ["subject_id", "session_date", "nwb_suffix", "session", "task", "curriculum_version"]
    assert set(read.columns) == {*names, "finished_trials", "foraging_efficiency"}
    assert read["subject_id"].tolist() == ["447921", "447921", "451234"]
    assert read["session_date"].tolist() == ["2023-01-02", "2023-01-03", "2023-01-02"]
    assert read["nwb_suffix"].tolist() == ["0", "101500", "0"]
    assert read["task"].tolist() == ["Coupled Baiting"] * 3
    assert read["session"].fillna(-1).tolist() == [1.0, 2.0, -1.0]
    assert read["foraging_efficiency"].fillna(-1).tolist() == [0.5, -1.0, 1.25]


def test_versions_stay_letter_by_letter_in_a_csv_of_two_levels() -> None:
    read = sessions_from_bytes(csv_of(two_level()), source="sessions.csv")

    assert read["curriculum_version"].tolist()[::2] == ["2.30", "2.3"]


def test_a_csv_that_only_has_such_a_name_is_left_alone() -> None:
    read = sessions_from_bytes(b"subject_id,session,metadata\n1,2,x\n", source="sessions.csv")

    assert read.to_dict("list") == {"subject_id": ["1"], "session": [2], "metadata": ["x"]}


@pytest.mark.parametrize("label", ["('a', 'b', 'c')", "('a',", "(1, 2)", "(broken)", "('a', __import__('os'))"])
def test_a_name_that_is_no_pair_is_a_name(label: str) -> None:
    read = sessions_from_bytes(parquet(pd.DataFrame({label: [1]})), source="sessions.parquet")

    assert list(read.columns) == [label]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zipped], ids=["plain", "gzip", "zip"])
@pytest.mark.parametrize("write", [pickle.dumps, parquet, csv_of], ids=["pickle", "parquet", "csv"])
def test_bytes_are_read_as_a_file_is(
    write: Callable[[pd.DataFrame], bytes], pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    body = pack(write(two_level().reset_index()))
    path = tmp_path / "sessions"
    path.write_bytes(body)

    assert_frame_equal(sessions_from_bytes(body, source="sessions"), read_sessions(path))


@pytest.mark.parametrize("path", sorted(FILES.glob("*.pkl")), ids=lambda path: path.stem)
def test_a_session_pickle_of_any_pandas_is_read_from_bytes(path: Path) -> None:
    assert_frame_equal(sessions_from_bytes(path.read_bytes(), source=path.name), read_sessions(path))


def test_of_parquet_only_the_wanted_columns_are_read_under_either_name() -> None:
    body = parquet(two_level())

    read = sessions_from_bytes(body, source="s.parquet", columns={"session", "foraging_efficiency", "elsewhere"})

    assert list(read.columns) == ["session", "foraging_efficiency"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", r"bucket/df_sessions\.pkl is no pickle"),
        (b"\x80\x04.", r"bucket/df_sessions\.pkl cannot be read as a pickled table"),
        (b"\x1f\x8b\x08no", r"bucket/df_sessions\.pkl is packed and cannot be unpacked"),
        (b"PAR1", r"bucket/df_sessions\.pkl is no parquet table"),
    ],
)
def test_an_error_names_where_the_bytes_came_from(body: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        sessions_from_bytes(body, source="bucket/df_sessions.pkl")


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    from autotrain_core.interop import _files

    with pytest.raises(TableError, match="holds more than 1,000 bytes"):
        _files.unpacked(gzip.compress(bytes(10_000)), source="sessions", largest=1000)
    with pytest.raises(TableError, match="holds more than 1,000 bytes"):
        _files.unpacked(bytes(10_000), source="sessions", largest=1000)


# ---- the lab's own names ----


def test_a_lab_may_call_its_columns_otherwise() -> None:
    body = b"mouse,number,trials,eff,stage\n447921.0,1,500,0.5,STAGE_1\n"
    names = {
        "mouse": "subject_id",
        "number": "session",
        "trials": "finished_trials",
        "eff": "foraging_efficiency",
        "stage": "current_stage_actual",
    }

    read = sessions_from_bytes(body, source="sessions.csv", renames=names)

    assert read.to_dict("list") == {
        "subject_id": ["447921"],
        "session": [1],
        "finished_trials": [500],
        "foraging_efficiency": [0.5],
        "current_stage_actual": ["STAGE_1"],
    }


def test_a_version_under_another_name_stays_letter_by_letter() -> None:
    read = sessions_from_bytes(b"subject_id,v\n1,2.30\n", source="s.csv", renames={"v": "curriculum_version"})

    assert read["curriculum_version"].tolist() == ["2.30"]


def test_a_column_that_has_our_name_already_stays() -> None:
    body = b"subject_id,task,curriculum_name\n1,foraging,Coupled Baiting\n"

    read = sessions_from_bytes(body, source="sessions.csv", renames={"task": "curriculum_name"})

    assert read["curriculum_name"].tolist() == ["Coupled Baiting"]
    assert read["task"].tolist() == ["foraging"]


def test_what_a_lab_says_of_a_name_goes_before_todays() -> None:
    body = b"subject_id,foraging_eff\n1,0.5\n"

    read = sessions_from_bytes(body, source="sessions.csv", renames={"foraging_eff": "foraging_eff"})

    assert list(read.columns) == ["subject_id", "foraging_eff"]


def test_the_same_names_hold_for_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    pd.DataFrame({"mouse": ["1"], "n": [2], "other": [3]}).to_parquet(path)

    read = read_sessions(path, columns={"subject_id", "session"}, renames={"mouse": "subject_id", "n": "session"})

    assert read.to_dict("list") == {"subject_id": ["1"], "session": [2]}
