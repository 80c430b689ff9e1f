"""Session tables in csv and parquet are read as they stand, or refused in a sentence; tables are written whole."""

import gzip
import io
import os
import stat
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from pyarrow import parquet

from autotrain_core.errors import NotStoredError, TableError
from autotrain_core.interop import as_text, read_sessions, to_csv, write_table, write_text
from autotrain_core.interop._files import read_body
from autotrain_core.interop._parquet import MOST_ROWS, read_parquet


def write(folder: Path, body: bytes | str, name: str = "sessions.csv") -> Path:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


# ---- files ----


def test_a_missing_file_is_named_with_what_lies_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "a,b\n")

    with pytest.raises(NotStoredError, match=r"There is no file .*sessions\.parquet\. Beside it lies: sessions\.csv\."):
        read_sessions(tmp_path / "sessions.parquet")
    with pytest.raises(NotStoredError, match=r"There is no folder .*nowhere either"):
        read_sessions(tmp_path / "nowhere" / "sessions.csv")


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="is a folder; name a table in it"):
        read_sessions(tmp_path)


def test_a_packed_csv_is_unpacked(tmp_path: Path) -> None:
    body = b"subject_id,session\n1,2\n"
    packed = write(tmp_path, gzip.compress(body), "sessions.csv.gz")
    archive = tmp_path / "sessions.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("folder/sessions.csv", body)

    assert read_sessions(packed).to_dict("list") == {"subject_id": ["1"], "session": [2]}
    assert read_sessions(archive).to_dict("list") == {"subject_id": ["1"], "session": [2]}


def zipped(**files: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (gzip.compress(b"subject_id,session\n1,2\n" * 99)[:-20], "is packed and cannot be unpacked"),
        (b"\x1f\x8b\x08nonsense", "is packed and cannot be unpacked"),
        (b"PK\x03\x04nonsense", "is packed and cannot be unpacked"),
        (zipped(a=b"1", b=b"2"), "holds 2 files; an archive with one table is needed"),
        (zipped(**{"[Content_Types].xml": b"", "sheet.xml": b""}), "is a workbook; save the sheet as csv"),
    ],
    ids=["cut off", "gzip", "zip", "two files", "workbook"],
)
def test_what_cannot_be_unpacked_is_refused(tmp_path: Path, body: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        read_sessions(write(tmp_path, body))


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_on_the_way(tmp_path: Path) -> None:
    bomb = write(tmp_path, gzip.compress(bytes(20_000_000)), "sessions.csv.gz")

    with pytest.raises(TableError, match=r"holds more than 10,000,000 bytes"):
        read_body(bomb, largest=10_000_000)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_the_disks_affair(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n")
    path.chmod(0)

    with pytest.raises(PermissionError):
        read_sessions(path)


# ---- parquet ----


def test_parquet_keeps_text_and_turns_numbers_of_ids_into_text(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    pd.DataFrame(
        {
            "subject_id": [447921.0, np.nan],
            "curriculum_version": ["2.30", None],
            "curriculum_schema_version": [1.0, 1.0],
            "current_stage_actual": pd.Categorical(["STAGE_1", None]),
            "session": [1, 2],
        }
    ).to_parquet(path)

    table = read_sessions(path)

    assert table["subject_id"].tolist()[0] == "447921"
    assert table["subject_id"].isna().tolist() == [False, True]
    assert table["curriculum_version"].tolist()[0] == "2.30"
    assert table["curriculum_schema_version"].tolist() == ["1.0", "1.0"]
    assert table["current_stage_actual"].tolist()[0] == "STAGE_1"
    assert table["session"].dtype == np.int64


def test_an_index_in_a_parquet_file_comes_back_as_columns(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    table = pd.DataFrame({"subject_id": ["1", "2"], "session": [1, 2], "x": [0.5, 1.5]})
    table.set_index(["subject_id", "session"]).to_parquet(path)
    other = tmp_path / "other.parquet"
    table.set_axis([5, 6]).to_parquet(other)

    assert set(read_sessions(path).columns) == {"subject_id", "session", "x"}
    assert list(read_sessions(other).columns) == ["subject_id", "session", "x"]


def test_only_the_columns_that_are_wanted_and_there_are_read_from_parquet(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    pd.DataFrame({"subject_id": ["1"], "session": [1], "note": ["x"], "foraging_eff": [0.5]}).to_parquet(path)

    table = read_sessions(path, columns=["subject_id", "foraging_efficiency", "lick_rate"])

    assert table.to_dict("list") == {"subject_id": ["1"], "foraging_efficiency": [0.5]}


def test_a_parquet_file_that_is_cut_off_or_none_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pd.DataFrame({"subject_id": ["1"] * 100}).to_parquet(whole)
    body = whole.read_bytes()

    for length in (4, 100, len(body) // 2, len(body) - 1):
        with pytest.raises(TableError, match=r"cut\.parquet is no parquet table, or is cut off"):
            read_sessions(write(tmp_path, body[:length], "cut.parquet"))
    with pytest.raises(TableError, match="does not begin with PAR1"):
        read_sessions(write(tmp_path, "subject_id,session\n", "false.parquet"))


def test_a_packed_parquet_file_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    pd.DataFrame({"subject_id": ["1"], "session": [1]}).to_parquet(path)

    read = read_sessions(write(tmp_path, gzip.compress(path.read_bytes()), "sessions.parquet.gz"))

    assert read.to_dict("list") == {"subject_id": ["1"], "session": [1]}


def test_a_damaged_parquet_file_is_a_table_or_a_table_error(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    pd.DataFrame({"subject_id": ["1", "2"] * 50, "session": range(100)}).to_parquet(path)
    body = path.read_bytes()

    for place in range(4, len(body), 11):
        damaged = body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :]
        try:
            read_sessions(write(tmp_path, damaged, "damaged.parquet"))
        except TableError as error:
            assert "damaged.parquet" in str(error)


def test_a_parquet_file_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    parquet.write_table(pa.table([pa.array([1]), pa.array([2])], names=["x", "x"]), path)

    with pytest.raises(TableError, match="has the column 'x' twice"):
        read_sessions(path)


def test_dates_in_any_form_keep_their_form(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    days = pd.DatetimeIndex(["2023-01-02"])
    pd.DataFrame({"session_date": [" 2023-01-02 "], "when": days}).to_parquet(path)

    table = read_sessions(path)

    assert table["session_date"].tolist() == ["2023-01-02"]
    assert table["when"].tolist() == list(days)


def test_a_parquet_file_of_absurd_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    rows = pa.table({"x": pa.nulls(10_000_000, pa.int8())})
    with parquet.ParquetWriter(path, rows.schema) as writer:
        for _ in range(MOST_ROWS // 10_000_000 + 1):
            writer.write_table(rows)

    with pytest.raises(TableError, match="says that it has 60,000,000 rows"):
        read_parquet(path)


# ---- text ----


def test_a_text_column_with_a_list_or_an_endless_text_is_refused() -> None:
    with pytest.raises(TableError, match="column subject_id: a cell holds a list"):
        as_text(pd.Series([["1"]], name="subject_id", dtype="object"))
    with pytest.raises(TableError, match="a cell holds 1,001 letters; 1,000 are the most"):
        as_text(pd.Series(["x" * 1001], name="curriculum_name"))


def test_numbers_and_texts_of_one_mouse_are_one_mouse() -> None:
    text = as_text(pd.Series([447921, "447921", 447921.0, b"447921", None], dtype=object, name="subject_id"))

    assert text.tolist()[:4] == ["447921"] * 4
    assert text.isna().tolist() == [False, False, False, False, True]


# ---- writing ----

TABLE = pd.DataFrame(
    {
        "subject_id": ["1", "a, b", None],
        "session": [1, 2, 3],
        "certain": [True, False, True],
        "x": [0.1, np.nan, 2.0],
    }
)


def test_csv_has_true_and_false_and_nothing_for_missing(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_bytes() == (
        b'subject_id,session,certain,x\n1,1,True,0.1\n"a, b",2,False,\n,3,True,2.0\n'
    )
    assert to_csv(TABLE).encode() == (tmp_path / "out.csv").read_bytes()


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "OUT.PARQUET"])
def test_what_is_written_is_read_back(tmp_path: Path, name: str) -> None:
    write_table(TABLE, tmp_path / name)

    assert_frame_equal(read_sessions(tmp_path / name), TABLE)


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_named_index_is_written_and_another_is_not(tmp_path: Path, name: str) -> None:
    named = TABLE.set_index(["subject_id", "session"])

    write_table(named, tmp_path / name)
    assert list(read_sessions(tmp_path / name).columns) == ["subject_id", "session", "certain", "x"]

    write_table(TABLE.set_axis([7, 8, 9]), tmp_path / name)
    assert list(read_sessions(tmp_path / name).columns) == ["subject_id", "session", "certain", "x"]


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.csv.gz"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError, match=r"ends in .*; a table is written to a file that ends in \.csv or \.parquet"):
        write_table(TABLE, tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_a_table_that_parquet_cannot_hold_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    write_table(TABLE, path)
    before = path.read_bytes()

    with pytest.raises(TableError, match=r"out\.parquet: .*x.*Save the table as csv"):
        write_table(pd.DataFrame({"x": pd.Series([1, "two", [3]], dtype=object)}), path)
    with pytest.raises(TableError, match="has the column 'x' twice"):
        write_table(pd.DataFrame([[1, 2]], columns=["x", "x"]), path)

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    write_table(TABLE, path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_table(TABLE.head(1), path)

    assert caught.value.filename == str(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        write_table(TABLE, tmp_path / "nowhere" / "out.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(IsADirectoryError, match="that is a folder"):
        write_table(TABLE, tmp_path / "folder.csv")


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither these links nor these modes")
def test_a_link_stays_a_link_and_the_file_is_as_readable_as_any(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)

    write_table(TABLE, link)

    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("subject_id,")
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_text("subject_id\n", pipe)

    assert os.read(reader, 100) == b"subject_id\n"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)
