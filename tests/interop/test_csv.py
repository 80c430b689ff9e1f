"""Csv is read strictly: what it says, letter by letter where that matters, or not at all."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from autotrain_core.errors import TableError
from autotrain_core.interop import read_sessions


def write(folder: Path, body: bytes | str, name: str = "sessions.csv") -> Path:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


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


def test_words_for_missing_are_missing_but_a_mouse_may_be_called_na(tmp_path: Path) -> None:
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
        (b"a," + b"x" * 200_000 + b"\n1,2\n", "field larger than field limit"),
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

    with pytest.raises(TableError, match=rf"(?s)sessions\.csv.*{sentence}"):
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


def test_a_note_of_two_megabytes_does_not_hide_the_other_sessions(tmp_path: Path) -> None:
    note = "slept well " * 200_000
    rows = [f"m{number},1,Coupled Baiting,ok" for number in range(200)]
    rows[100] = f'm100,1,Coupled Baiting,"{note}"'

    table = read_sessions(write(tmp_path, "\n".join(["subject_id,session,task,notes", *rows]) + "\n"))

    assert table["subject_id"].tolist() == [f"m{number}" for number in range(200)]
    assert table.loc[100, "notes"] == note


def test_a_row_with_a_cell_too_many_beside_a_very_long_one_is_told(tmp_path: Path) -> None:
    body = f'subject_id,session,task\nm1,1,"{"x" * 2_500_000}"\nm2,2,task,more\n'

    with pytest.raises(TableError, match="row 3 has 4 cells"):
        read_sessions(write(tmp_path, body))
