"""A metric over the stages, and columns against each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.evaluation import metric_distribution, pivot
from tests.evaluation.cohorts import as_categories, rows_of
from tests.searching import search

NAN = float("nan")

numbers = st.lists(st.one_of(st.floats(), st.integers(0, 5).map(float)), max_size=30)


@pytest.fixture
def rows():
    # m: A 10, A 20, B 30; n: A missing, B 50; o: C infinite
    return rows_of({"m": "AABC", "n": "ABC", "o": "CC"}, trials=[10, 20, 30, NAN, 50, np.inf])


# ---- distribution ----


def test_a_metric_at_each_stage(rows):
    found = metric_distribution(rows, "trials", bins=4)

    assert found.edges.tolist() == [10, 20, 30, 40, 50]
    assert found.counts.index.tolist() == ["A", "B", "C"]
    assert found.counts.values.tolist() == [[1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]]
    assert found.summary[["n", "missing", "outside"]].values.tolist() == [[2, 1, 0], [2, 0, 0], [0, 1, 0]]
    assert found.summary["mean"].fillna(-1).tolist() == [15, 40, -1]
    assert found.summary["median"].fillna(-1).tolist() == [15, 40, -1]
    assert found.summary["quartile_1"].fillna(-1).tolist() == [12.5, 35, -1]


def test_beyond_given_edges_sessions_are_counted_apart(rows):
    found = metric_distribution(rows, "trials", bins=[20, 30, 49])

    assert found.counts.values.tolist() == [[1, 0], [0, 1], [0, 0]]
    assert found.summary["outside"].tolist() == [1, 1, 0]


def test_cells_that_are_no_numbers_count_as_missing(rows):
    rows["trials"] = ["10", "x", None, 4, 5.5, 6]

    assert metric_distribution(rows, "trials").summary["missing"].tolist() == [1, 1, 0]


def test_stages_keep_the_order_of_the_category(rows):
    found = metric_distribution(as_categories(rows.iloc[::-1]), "trials")

    assert found.counts.index.tolist() == found.summary.index.tolist() == ["A", "B", "C"]


def test_of_nothing_there_is_an_empty_distribution(rows):
    found = metric_distribution(rows.iloc[:0], "trials", bins=2)

    assert found.edges.tolist() == [0, 0.5, 1]
    assert found.counts.shape == (0, 2)
    assert found.summary.empty


@given(numbers, st.integers(1, 50))
@search(200)
def test_every_session_is_in_one_bin_or_missing(values, bins):
    rows = pd.DataFrame({"stage": "A", "trials": np.array(values, dtype=float)})

    found = metric_distribution(rows, "trials", bins=bins)

    finite = (rows["trials"].abs() <= 1e300).sum()
    assert len(found.edges) == bins + 1
    assert (found.edges[1:] > found.edges[:-1]).all()
    assert found.counts.to_numpy().sum() == finite
    assert found.summary["n"].sum() == finite
    assert found.summary["missing"].sum() == len(rows) - finite
    assert found.summary["outside"].sum() == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(1, 20))
@search(100)
def test_the_bins_are_those_of_numpy(values, bins):
    rows = pd.DataFrame({"stage": "A", "trials": values})

    found = metric_distribution(rows, "trials", bins=bins)

    assert found.counts.to_numpy().ravel().tolist() == np.histogram(values, found.edges)[0].tolist()


@pytest.mark.parametrize("bins", [0, 10_001, [1.0], [2.0, 1.0], [1.0, NAN], [[1.0, 2.0]]])
def test_bins_that_are_none_are_refused(rows, bins):
    with pytest.raises(ValueError, match="bins must be"):
        metric_distribution(rows, "trials", bins=bins)


# ---- pivot ----


def test_sessions_and_mice_of_each_pair(rows):
    sessions = pivot(rows, index="subject_id", columns="stage")
    mice = pivot(rows, index="stage", value="mice")

    assert sessions.index.name == "subject_id"
    assert sessions.columns.name == "stage"
    assert sessions.to_dict(orient="index") == {"m": {"A": 2, "B": 1, "C": 0}, "n": {"A": 1, "B": 1, "C": 0}, "o": {"A": 0, "B": 0, "C": 1}}  # fmt: skip
    assert mice.to_dict(orient="list") == {"mice": [2, 2, 1]}


def test_the_middle_of_a_metric_leaves_out_what_is_no_number(rows):
    rows["rig"] = ["r"] * 2 + ["s"] + ["r"] * 3
    rows.loc[3, "trials"] = 60

    median = pivot(rows, index="stage", columns="rig", value="trials")
    mean = pivot(rows, index="stage", columns="rig", value="trials", how="mean")

    assert median.fillna(-1).values.tolist() == [[20, -1], [50, 30], [-1, -1]]
    assert mean.fillna(-1).values.tolist() == [[30, -1], [50, 30], [-1, -1]]


def test_a_missing_group_comes_last(rows):
    rows["rig"] = [None, "s", "r", None, "r", "s"]

    table = pivot(rows, index="rig", columns="rig")

    assert table.index.tolist()[:2] == table.columns.tolist()[:2] == ["r", "s"]
    assert pd.isna(table.index[2])
    assert table.to_numpy().tolist() == [[2, 0, 0], [0, 2, 0], [0, 0, 2]]


def test_groups_are_sorted_or_keep_the_order_of_their_category(rows):
    rows["rig"] = ["s", "s", "r", "r", "s", "s"]
    rows["size"] = pd.Categorical(["big", "small"] * 3, categories=["small", "none", "big"])
    rows["mixed"] = [2, "one"] * 3

    assert pivot(rows, index="rig").index.tolist() == ["r", "s"]
    assert pivot(rows, index="size").index.tolist() == ["small", "big"]
    assert pivot(rows, index="mixed").index.tolist() == [2, "one"]
    assert pivot(rows, index="session").index.tolist() == [1, 2, 3]
    assert pivot(rows, index="session_date").index.is_monotonic_increasing


def test_a_table_without_groups_or_rows_is_empty_and_fails_nothing(rows):
    rows["rig"] = None

    assert pivot(rows, index="rig", columns="stage").shape == (1, 3)
    for value in ("sessions", "mice", "trials"):
        assert pivot(rows.iloc[:0], index="rig", columns="stage", value=value).shape == (0, 0)


def test_rows_without_a_mouse_are_passed_over(rows):
    rows.loc[5, "subject_id"] = None

    assert pivot(rows, index="stage").index.tolist() == ["A", "B"]


def test_what_cannot_be_laid_out_is_refused(rows, monkeypatch):
    with pytest.raises(ValueError, match="how must be median or mean, found 'mode'"):
        pivot(rows, index="stage", value="trials", how="mode")
    monkeypatch.setattr("autotrain_core.evaluation._cohort_metric.MOST_CELLS", 5)
    with pytest.raises(ValueError, match="stage has 3 groups and subject_id 3: too many pairs"):
        pivot(rows, index="stage", columns="subject_id")
