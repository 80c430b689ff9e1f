"""Who graduates when, which stages are occupied, who goes where: against tables counted by hand, and a plain loop."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from autotrain_core.errors import MissingColumnError, TableError
from autotrain_core.evaluation import (
    cohort_statistics,
    decisions_per_stage,
    dwell,
    metric_distribution,
    occupancy,
    pivot,
    survival,
    time_to_graduate,
    transitions,
)
from tests.evaluation.cohorts import DAY, LADDER, as_categories, mice_in, rows_of, tables
from tests.searching import search

# m graduates after five sessions, n is still at B, o graduates and is run once more.
MICE = {"m": "AABCCG", "n": "ABBB", "o": "BCGG"}


@pytest.fixture
def rows():
    return rows_of(MICE)


# ---- time to graduate ----


def test_mice_graduate_or_are_last_seen(rows):
    times = time_to_graduate(rows)

    assert times.columns.tolist() == ["subject_id", "duration", "observed", "curricula"]
    assert times.values.tolist() == [["m", 5, True, 1], ["n", 3, False, 1], ["o", 2, True, 1]]


def test_days_count_the_first_and_the_last(rows):
    rows.loc[rows["session"] > 1, "session_date"] += pd.Timedelta(days=9)

    assert time_to_graduate(rows, unit="days")["duration"].tolist() == [14, 12, 11]


def test_a_mouse_counts_with_the_group_of_its_last_row(rows):
    rows["curriculum"] = ["Toy@1"] * 4 + ["Toy@2"] * (len(rows) - 4)
    rows["project"] = ["old"] * 5 + [None] * (len(rows) - 5)

    times = time_to_graduate(rows, by=["curriculum", "project"])

    assert times["curriculum"].tolist() == ["Toy@2"] * 3
    assert times["curricula"].tolist() == [2, 1, 1]
    assert times["project"].fillna("?").tolist() == ["old", "?", "?"]


def test_a_curriculum_that_is_not_known_is_none(rows):
    rows["curriculum"] = None

    assert time_to_graduate(rows)["curricula"].tolist() == [0, 0, 0]


def test_a_mouse_that_was_there_from_its_first_row_took_nobody_knows_how_long():
    times = time_to_graduate(rows_of({"m": "GGG"}))

    assert times["duration"].isna().tolist() == [True]
    assert times["observed"].tolist() == [False]


def test_days_are_missing_where_dates_are(rows):
    rows.loc[(rows["subject_id"] == "m") & (rows["session"] == 5), "session_date"] = None
    rows.loc[rows["subject_id"] == "n", "session_date"] = None

    times = time_to_graduate(rows, unit="days")

    assert times["duration"].fillna(-1).tolist() == [-1, -1, 2]
    assert times["observed"].tolist() == [True, False, True]


def test_nobody_graduates_in_less_than_a_day():
    rows = rows_of({"m": "ABG"})
    rows["session_date"] = [pd.NaT, DAY]
    later = rows.assign(session_date=[DAY + pd.Timedelta(days=8), DAY])

    assert time_to_graduate(rows, unit="days")["duration"].tolist() == [1]
    assert time_to_graduate(later, unit="days")["duration"].tolist() == [1]


def test_survival_takes_the_times_as_they_are(rows):
    times = time_to_graduate(rows)

    found = survival(times["duration"].to_numpy(), times["observed"].to_numpy())

    assert (found.n, found.observed, found.median) == (3, 2, 5)


def test_graduates_are_those_of_the_cohort_statistics(rows):
    decided = rows.rename(columns={"stage": "current_stage_actual", "following": "next_stage_suggested"}).assign(
        session_at_current_stage=1,
        current_stage_suggested="A",
        closed_loop=True,
        overridden_by_trainer=False,
        certain=True,
        curriculum_name="Toy",
        curriculum_version="1",
    )

    times = time_to_graduate(rows)
    graduates = times[times["observed"]].set_index("subject_id")["duration"]

    assert graduates.to_dict() == cohort_statistics(decided).to_graduate.to_dict()


@given(tables())
@search(100)
def test_times_are_those_of_a_plain_loop(rows):
    expected = {}
    for mouse, own in mice_in(rows):
        sent = [
            place for place, row in enumerate(own) if row["following"] == "Graduated" and row["stage"] != "Graduated"
        ]
        there = own[0]["stage"] == "Graduated"
        known = [row["session_date"] for row in own if not pd.isna(row["session_date"])]
        end = own[sent[0]]["session_date"] if sent else max(known, default=pd.NaT)
        first = min(known, default=pd.NaT)
        expected[mouse] = (
            bool(sent) and not there,
            None if there else (sent[0] + 1 if sent else len(own)),
            None if there or pd.isna(end) else max((end - first).days + 1, 1),
        )

    sessions, days = time_to_graduate(rows), time_to_graduate(rows, unit="days")

    found = {
        mouse: (observed, *(None if np.isnan(time) else time for time in times))
        for mouse, observed, *times in zip(
            sessions["subject_id"], sessions["observed"], sessions["duration"], days["duration"], strict=True
        )
    }
    assert found == expected


# ---- occupancy ----


def test_each_mouse_counts_once_from_its_first_to_its_last_day():
    rows = rows_of({"m": "AAB", "n": "BCG"})
    rows.loc[3, "session_date"] = DAY + pd.Timedelta(days=6)

    mice = occupancy(rows)

    assert mice.index.name == "date"
    assert [day.day for day in mice.index] == [5, 6, 7, 11]
    assert mice.to_dict(orient="list") == {"A": [1, 1, 0, 0], "B": [1, 1, 1, 0], "C": [0, 0, 0, 1]}


def test_weeks_begin_on_monday_and_the_later_session_counts():
    rows = rows_of({"m": "A" * 6 + "BBBB", "n": "AAAC"})

    mice = occupancy(rows, by="week")

    assert mice.index.tolist() == [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-12")]
    assert mice.to_dict(orient="list") == {"A": [1, 0], "B": [1, 1]}  # B on the first Sunday


def test_session_numbers_align_the_mice(rows):
    mice = occupancy(rows, by="session")

    assert mice.index.tolist() == [1, 2, 3, 4, 5]
    assert mice.to_dict(orient="list") == {"A": [2, 1, 0, 0, 0], "B": [1, 1, 2, 0, 0], "C": [0, 1, 0, 1, 1], "Graduated": [0, 0, 1, 0, 0]}  # fmt: skip


def test_a_session_number_out_of_all_bounds_costs_no_memory():
    rows = rows_of({"m": "AB"}).assign(session=[2**53])

    assert occupancy(rows, by="session").index.tolist() == [2**53]


def test_stages_stand_in_the_order_of_the_category_and_unused_ones_are_left_out(rows):
    assert occupancy(as_categories(rows.iloc[::-1])).columns.tolist() == list(LADDER)


@pytest.mark.parametrize("by", ["date", "week", "session"])
@given(rows=tables())
@search(60)
def test_occupancy_is_that_of_a_plain_loop(by, rows):
    def time_of(row):
        if by == "session":
            return row["session"]
        day = row["session_date"]
        return day if by == "date" or pd.isna(day) else day - pd.Timedelta(days=day.weekday())

    timelines = [
        sorted((time_of(row), row["session"], row["stage"]) for row in own if not pd.isna(time_of(row)))
        for _, own in mice_in(rows)
    ]

    mice = occupancy(rows, by=by)

    assert sorted({time for line in timelines for time, _, _ in line}) == [
        time for time in mice.index if any(time == start for line in timelines for start, _, _ in line)
    ]
    for at, counts in mice.iterrows():
        there = [line for line in timelines if line and line[0][0] <= at <= line[-1][0]]
        expected = Counter([entry for entry in line if entry[0] <= at][-1][2] for line in there)
        assert {stage: count for stage, count in counts.items() if count} == expected


# ---- decisions and transitions ----


def test_decisions_at_each_stage(rows):
    counted = decisions_per_stage(rows)

    assert counted.columns.tolist() == ["mice", "sessions", "STAY", "PROGRESS", "ROLLBACK"]
    assert counted.reset_index().values.tolist() == [
        ["A", 2, 3, 1, 2, 0],
        ["B", 3, 4, 2, 2, 0],
        ["C", 2, 3, 1, 2, 0],
        ["Graduated", 1, 1, 1, 0, 0],
    ]


def test_rows_without_a_decision_are_passed_over(rows):
    rows.loc[0, "decision"] = None
    rows.loc[1, "stage"] = None

    assert decisions_per_stage(rows).loc["A", "sessions"] == 1
    assert decisions_per_stage(rows.iloc[:0]).empty


def test_transitions_as_decided_and_as_run():
    rows = rows_of({"m": "AABCG", "n": "AB"})
    rows.loc[1, "following"] = "A"

    pairs = transitions(as_categories(rows)).astype({"stage": str, "to": str})

    assert pairs.columns.tolist() == ["stage", "to", "decided", "decided_share", "ran", "ran_share"]
    assert pairs[["stage", "to", "decided", "ran"]].values.tolist() == [
        ["A", "A", 2, 1],
        ["A", "B", 1, 1],
        ["B", "C", 1, 1],
        ["C", "Graduated", 1, 0],
    ]
    assert pairs["decided_share"].tolist() == [2 / 3, 1 / 3, 1, 1]
    assert pairs["ran_share"].fillna(-1).tolist() == [0.5, 0.5, 1, -1]


def test_transitions_of_groups_are_counted_apart_and_the_missing_group_comes_last(rows):
    rows["project"] = rows["subject_id"].map({"m": "p", "o": "q"})

    pairs = transitions(rows, by="project")

    assert pairs.columns[0] == "project"
    assert pairs["project"].astype(object).where(pairs["project"].notna(), None).drop_duplicates().tolist() == ["p", "q", None]  # fmt: skip
    assert pairs.groupby("project", observed=True, dropna=False)["decided"].sum().tolist() == [5, 3, 3]


@given(tables())
@search(100)
def test_transitions_are_those_of_a_plain_loop(rows):
    decided, ran = Counter(), Counter()
    for _, own in mice_in(rows):
        decided.update((row["curriculum"], row["stage"], row["following"]) for row in own)
        ran.update((one["curriculum"], one["stage"], two["stage"]) for one, two in pairwise(own))

    pairs = transitions(rows, by="curriculum")

    keys = list(zip(pairs["curriculum"], pairs["stage"], pairs["to"], strict=True))
    assert {key: count for key, count in zip(keys, pairs["decided"], strict=True) if count} == decided
    assert {key: count for key, count in zip(keys, pairs["ran"], strict=True) if count} == ran
    shares = pairs.groupby(["curriculum", "stage"], observed=True)["decided_share"].sum()
    assert shares.round(9).isin([0.0, 1.0]).all()


# ---- all of them ----


@pytest.mark.parametrize(
    ("count", "column"),
    [
        (time_to_graduate, "following"),
        (occupancy, "session_date"),
        (decisions_per_stage, "decision"),
        (transitions, "session"),
        (dwell, "curriculum"),
        (lambda rows: metric_distribution(rows, "trials"), "trials"),
        (lambda rows: pivot(rows, index="rig"), "rig"),
    ],
)
def test_another_table_is_refused(rows, count, column):
    with pytest.raises(MissingColumnError, match=f"The table of decided sessions has no column '{column}'"):
        count(rows.drop(columns=column, errors="ignore"))


def test_a_column_that_stands_twice_is_refused(rows):
    with pytest.raises(TableError, match="has the column 'stage' twice"):
        decisions_per_stage(pd.concat([rows, rows[["stage"]]], axis=1))


@pytest.mark.parametrize("count", [time_to_graduate, occupancy, transitions, dwell])
def test_rows_without_mouse_session_or_stage_are_passed_over(rows, count):
    odd = pd.concat([rows.head(1)] * 3, ignore_index=True).astype({"session": "float64"})
    odd["subject_id"], odd["session"], odd["stage"] = [None, "m", "m"], [9, None, 9], ["C", "C", None]
    with_odd = pd.concat([rows, odd], ignore_index=True)

    pd.testing.assert_frame_equal(count(with_odd), count(rows))


@pytest.mark.parametrize("count", [time_to_graduate, occupancy, decisions_per_stage, transitions, dwell])
@pytest.mark.parametrize("shape", [lambda rows: rows, as_categories])
def test_an_empty_table_gives_an_empty_table(rows, count, shape):
    full, empty = count(shape(rows)), count(shape(rows).iloc[:0])

    assert len(empty) == 0
    if count is not occupancy:
        assert empty.columns.tolist() == full.columns.tolist()
