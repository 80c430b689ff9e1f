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
from hypothesis import given
from hypothesis import strategies as st
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


# ---- csv ----


def test_ids_versions_and_stages_are_text_letter_by_letter(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "subject_id,session,task,curriculum_name,curriculum_version,curriculum_schema_version,current_stage_actual\n"
        "447921,1,Coupled Baiting,Coupled Baiting,2.30,1.0,STAGE_1\n"
        "000012,2,Coupled Baiting,Coupled Baiting,2.0,1.0,\n",
    )

    table = read_sessions(path)

    assert table["subject_id"].tolist() == ["447921", "000012"]
    assert table["curriculum_version"].tolist() == ["2.30", "2.0"]
    assert table["curriculum_schema_version"].tolist() == ["1.0", "1.0"]
    assert table["current_stage_actual"].tolist()[0] == "STAGE_1"
    assert table["current_stage_actual"].isna().tolist() == [False, True]
    assert table["session"].dtype == np.int64


def test_an_id_that_a_spreadsheet_made_a_fraction_is_whole_again(tmp_path: Path) -> None:
    table = read_sessions(write(tmp_path, "subject_id,curriculum_version\n447921.0,2.0\n447922.50,2.00\n"))

    assert table["subject_id"].tolist() == ["447921", "447922.50"]
    assert table["curriculum_version"].tolist() == ["2.0", "2.00"]


def test_words_for_missing_are_missing_but_a_mouse_may_be_called_NA(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "subject_id,current_stage_actual,foraging_efficiency,rig\nNA,None,NaN,null\n,nan,,\nm3, STAGE_1 ,0.5, r 1\n",
    )

    table = read_sessions(path)

    assert table["subject_id"].isna().tolist() == [False, True, False]
    assert table["subject_id"][0] == "NA"
    assert table["current_stage_actual"].isna().tolist() == [True, True, False]
    assert table["current_stage_actual"][2] == "STAGE_1"
    assert table["foraging_efficiency"].isna().tolist() == [True, True, False]
    assert table["rig"].isna().tolist() == [True, True, False]


def test_numbers_are_read_to_the_last_digit(tmp_path: Path) -> None:
    exact = [0.1, 1 / 3, 0.30000000000000004, 1e-300, 123456789.12345679]

    table = read_sessions(write(tmp_path, "subject_id,x\n" + "".join(f"1,{value!r}\n" for value in exact)))

    assert table["x"].tolist() == exact


def test_a_column_without_any_value_is_a_column_of_missing_numbers(tmp_path: Path) -> None:
    table = read_sessions(write(tmp_path, "subject_id,foraging_efficiency\n1,\n2,\n"))

    assert table["foraging_efficiency"].dtype == np.float64
    assert table["foraging_efficiency"].isna().all()


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    table = read_sessions(write(tmp_path, "subject_id,session"))

    assert list(table.columns) == ["subject_id", "session"]
    assert len(table) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfsubject_id,session\n1,2\n",
        b"subject_id,session\r\n1,2\r\n",
        b"subject_id,session\n1,2",
        b"\n\n subject_id , session\n\n1 , 2\n\n",
        b'"subject_id","session"\n"1",2\n',
        b"subject_id\tsession\n1\t2\n",
        b",subject_id,session\n0,1,2\n",
    ],
    ids=["byte-order mark", "Windows", "no last line end", "blanks", "quotes", "tabs", "unnamed index"],
)
def test_every_program_that_writes_csv_is_understood(tmp_path: Path, body: bytes) -> None:
    table = read_sessions(write(tmp_path, body))

    assert table.to_dict("list") == {"subject_id": ["1"], "session": [2]}


def test_a_quoted_cell_may_hold_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    table = read_sessions(write(tmp_path, 'subject_id,note\n1,"a, b\nc"\n2,"say ""hi"""\n3,5" tube\n'))

    assert table["note"].tolist() == ["a, b\nc", 'say "hi"', '5" tube']


def test_the_old_name_of_the_efficiency_is_replaced_unless_the_new_one_is_there(tmp_path: Path) -> None:
    old = read_sessions(write(tmp_path, "subject_id,foraging_eff\n1,0.5\n"))
    both = read_sessions(write(tmp_path, "subject_id,foraging_eff,foraging_efficiency\n1,0.5,0.6\n"))

    assert list(old.columns) == ["subject_id", "foraging_efficiency"]
    assert both["foraging_efficiency"].tolist() == [0.6]
    assert both["foraging_eff"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "is empty; a table needs at least a line with the names of its columns"),
        (b"\n \n", "is empty"),
        ("a,b\n1,2\n".encode("utf-16"), "is written in UTF-16; save it as csv in UTF-8"),
        (b"a,b\n1,M\xfcller\n", r"line 2: b'a,b\\n1,M\\xfcller\\n' is not UTF-8"),
        (b"a,b\n1,\x00\n", "holds bytes that no text has"),
        (b"a;b\n1;2\n", "is separated by semicolons"),
        (b"a\n1\n", r"has one column only \('a'\); a table is separated by commas"),
        (b"a, a,b\n1,2,3\n", "has the column 'a' twice"),
        (b"a,b\n1,2\n3\n", r"do not fit its 2 columns \(the header is row 1\):\n  row 3 has 1 cell: 3"),
        (b"a,b\n1,2\n3,4,5\n6\n", r"\n  row 3 has 3 cells: 3,4,5\n  row 4 has 1 cell: 6"),
        (b"a,b\n" + b"1\n" * 9, r"  and 6 more"),
        (b'a,b\n1,"x\n2,y\n', "line 2: a quotation mark opens a cell that nothing closes"),
    ],
)
def test_what_is_wrong_with_a_csv_is_said_in_a_sentence(tmp_path: Path, body: bytes, sentence: str) -> None:
    path = write(tmp_path, body)

    with pytest.raises(TableError, match=f"(?s)sessions.csv.*{sentence}"):
        read_sessions(path)


@given(st.binary(max_size=200) | st.text('ab,"\n\r\t;1. \x1c\u2028\x0b', max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_a_table_error(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(body)

    try:
        table = read_sessions(path)
    except TableError:
        return
    assert type(table) is pd.DataFrame


def test_real_sessions_are_read_as_they_stand(reference: Path) -> None:
    path = reference / "data" / "janelia_sessions.csv"

    table = read_sessions(path)

    assert table.shape == (3522, 6)
    assert table["subject_id"].nunique() == 150
    assert table["foraging_efficiency"].isna().sum() == 5
    assert_frame_equal(table, pd.read_csv(path, dtype={"subject_id": "str"}), check_dtype=False)


# ---- files ----


def test_a_missing_file_is_named_with_what_lies_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "a,b\n")

    with pytest.raises(NotStoredError, match=r"There is no file .*sessions\.parquet\. Beside it lies: sessions\.csv\."):
        read_sessions(tmp_path / "sessions.parquet")
    with pytest.raises(NotStoredError, match="There is no folder .*nowhere either"):
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
    with pytest.raises(TableError, match="unpack it"):
        read_sessions(write(tmp_path, gzip.compress(body), "sessions.parquet.gz"))


def test_a_damaged_parquet_file_is_a_table_or_a_table_error(tmp_path: Path) -> None:
    path = tmp_path / "sessions.parquet"
    pd.DataFrame({"subject_id": ["1", "2"] * 50, "session": range(100)}).to_parquet(path)
    body = path.read_bytes()

    for place in range(4, len(body), 11):
        damaged = body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :]
        try:
            read_sessions(write(tmp_path, damaged, "damaged.parquet"))
        except TableError as error:
            assert "damaged.parquet" in str(error)  # noqa: PT017 - either is right


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
        as_text(pd.Series([["1"]], name="subject_id"))
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
