"""Visits to stages, and what is usual: against tables counted by hand, and a plain loop."""

from itertools import groupby

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from autotrain_core.errors import MissingColumnError
from autotrain_core.evaluation import dwell, dwell_summary
from tests.evaluation.cohorts import as_categories, mice_in, rows_of, tables
from tests.searching import search


def test_a_visit_ends_where_another_stage_is_run_or_is_to_be_run():
    visits = dwell(rows_of({"m": "AABAA", "n": "CG"}))

    assert visits[["subject_id", "stage", "entered", "sessions", "days", "ended"]].values.tolist() == [
        ["m", "A", 1, 2, 2, True],
        ["m", "B", 3, 1, 1, True],
        ["m", "A", 4, 1, 1, False],
        ["n", "C", 1, 1, 1, True],
    ]
    assert visits["left_for"].astype(object).fillna("").tolist() == ["B", "A", "", "Graduated"]


def test_what_was_run_counts_not_what_was_to_be_run():
    rows = rows_of({"m": "AAAB"})
    rows.loc[1, "following"] = "C"

    assert dwell(rows)["sessions"].tolist() == [3]


def test_where_nothing_follows_the_visit_goes_on():
    rows = rows_of({"m": "AAB"})
    rows.loc[1, "following"] = None

    assert dwell(rows)["ended"].tolist() == [False]
    assert dwell(rows_of({"m": "BAC"}).assign(following=["A", None]))["ended"].tolist() == [True, False]


def test_a_change_of_curriculum_at_one_stage_continues_the_visit_under_the_later_one():
    visits = dwell(rows_of({"m": "AAAB"}).assign(curriculum=["Toy@1", "Toy@1", "Toy@2"]))

    assert visits[["curriculum", "sessions"]].values.tolist() == [["Toy@2", 3]]


def test_days_are_missing_where_dates_are():
    rows = rows_of({"m": "AABBC"})
    rows.loc[0, "session_date"] = None

    assert dwell(rows)["days"].fillna(-1).tolist() == [-1, 2]


@given(tables())
@search(100)
def test_visits_are_those_of_a_plain_loop(rows):
    expected = []
    for mouse, own in mice_in(rows):
        visits = [list(visit) for _, visit in groupby(own, key=lambda row: row["stage"])]
        for visit, later in zip(visits, [*visits[1:], None], strict=True):
            stage, follows = visit[0]["stage"], later[0]["stage"] if later else visit[-1]["following"]
            ended = follows != stage
            expected.append((mouse, visit[-1]["curriculum"], stage, visit[0]["session"], len(visit), ended, follows if ended else ""))  # fmt: skip

    visits = dwell(rows)

    columns = ["subject_id", "curriculum", "stage", "entered", "sessions", "ended", "left_for"]
    left_for = visits["left_for"].astype(object).fillna("")
    assert sorted(visits.assign(left_for=left_for)[columns].itertuples(index=False, name=None)) == sorted(expected)


# ---- what is usual ----


@pytest.fixture
def visits():
    mice = {f"m{length}": "A" * length + "B" for length in range(1, 12)} | {"n": "A" * 40}
    return dwell(rows_of(mice))


def test_what_is_usual_comes_from_visits_that_ended(visits):
    summary = dwell_summary(visits)

    assert summary.columns.tolist() == ["curriculum", "stage", "visits", "ended", "n", "quartile_1", "median", "quartile_3", "percentile_90"]  # fmt: skip
    assert summary.values.tolist() == [["Toy@1", "A", 12, 11, 11, 3.5, 6, 8.5, 10]]


def test_visits_are_measured_in_days_as_well(visits):
    visits.loc[0, "days"] = np.nan

    assert dwell_summary(visits, unit="days")[["ended", "n", "median"]].values.tolist() == [[11, 10, 6.5]]


def test_a_stage_that_nobody_left_has_no_usual_length():
    summary = dwell_summary(dwell(as_categories(rows_of({"m": "AAB", "n": "CC", "o": "GG"}))))

    assert summary["stage"].tolist() == ["A", "C", "Graduated"]
    assert summary["median"].fillna(-1).tolist() == [2, -1, -1]
    assert dwell_summary(dwell(rows_of({"n": "CC"})))["percentile_90"].isna().tolist() == [True]


def test_curricula_are_counted_apart_and_a_missing_one_not_at_all():
    rows = rows_of({"m": "AB", "n": "AAB", "o": "AAAB"})
    rows["curriculum"] = rows["subject_id"].map({"m": "Toy@2", "n": "Toy@1"})

    summary = dwell_summary(dwell(rows))

    assert summary[["curriculum", "stage", "n", "median"]].values.tolist() == [
        ["Toy@2", "A", 1, 1],
        ["Toy@1", "A", 1, 2],
    ]


@given(tables())
@search(50)
def test_the_quartiles_are_those_of_numpy(rows):
    visits = dwell(rows)

    for row in dwell_summary(visits).itertuples():
        own = visits[(visits["curriculum"] == row.curriculum) & (visits["stage"] == row.stage)]
        lengths = own.loc[own["ended"], "sessions"]
        assert (row.visits, row.ended, row.n) == (len(own), len(lengths), len(lengths))
        found = [row.quartile_1, row.median, row.quartile_3, row.percentile_90]
        expected = np.percentile(lengths, [25, 50, 75, 90]) if len(lengths) else np.full(4, np.nan)
        np.testing.assert_allclose(found, expected)


def test_another_table_is_refused(visits):
    with pytest.raises(MissingColumnError, match="The table of visits has no column 'days'"):
        dwell_summary(visits.drop(columns="days"), unit="days")


def test_of_no_visits_there_is_no_summary(visits):
    pd.testing.assert_index_equal(dwell_summary(visits.iloc[:0]).columns, dwell_summary(visits).columns)
