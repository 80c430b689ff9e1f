"""What somebody typed is not calculated by the spreadsheet that opens a download."""

import numpy as np
import pandas as pd
import pytest

from autotrain_core.services import for_spreadsheets


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://a.example")'])
@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_a_text_that_would_be_calculated_begins_with_an_apostrophe(text: str, dtype: str) -> None:
    table = pd.DataFrame({"notes": pd.Series([text, "slept well", None], dtype=dtype)})

    written = for_spreadsheets(table)["notes"]

    assert written.iloc[0] == f"'{text}"
    assert written.iloc[1] == "slept well"
    assert pd.isna(written.iloc[2])


def test_numbers_and_days_stay_what_they_are() -> None:
    table = pd.DataFrame(
        {"weight": [-1.5, np.nan], "day": pd.to_datetime(["2026-11-22", "NaT"]), "done": [True, False]}
    )

    pd.testing.assert_frame_equal(for_spreadsheets(table), table)


def test_the_table_that_was_given_is_not_changed() -> None:
    table = pd.DataFrame({"notes": ["=1"]})

    for_spreadsheets(table)

    assert table.loc[0, "notes"] == "=1"


def test_names_of_rows_and_columns_are_texts_too() -> None:
    table = pd.DataFrame([[1, 2]], columns=["=A", "B"], index=pd.MultiIndex.from_tuples([("@x", 1)], names=["a", "b"]))

    written = for_spreadsheets(table)

    assert list(written.columns) == ["'=A", "B"]
    assert list(written.index) == [("'@x", 1)]
    assert list(written.index.names) == ["a", "b"]


def test_columns_of_one_name_are_each_written() -> None:
    table = pd.DataFrame([["=1", "=2"]], columns=["a", "a"])

    assert for_spreadsheets(table).to_numpy().tolist() == [["'=1", "'=2"]]
