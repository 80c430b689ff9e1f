"""Competing ends: the estimates of another library on published data, and what must hold of any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sksurv import datasets
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator

from autotrain_core.evaluation import incidence, survival
from tests.searching import search

PUBLISHED = {
    "load_bmt": ("status", "ftime"),
    "load_cgvhd": ("status", "ftime"),
    "load_veterans_lung_cancer": ("Status", "Survival_in_days"),
    "load_gbsg2": ("cens", "time"),
    "load_whas500": ("fstat", "lenfol"),
    "load_aids": ("censor", "time"),
}
"""Data that come with scikit-survival -> the columns of the end and of the time."""

watches = st.lists(
    st.tuples(st.one_of(st.integers(0, 9).map(float), st.floats(0, 50)), st.integers(0, 2)), min_size=1, max_size=40
)


def published(name):
    end, time = PUBLISHED[name]
    _, outcome = getattr(datasets, name)()
    return np.ascontiguousarray(outcome[time]), np.ascontiguousarray(outcome[end])


def with_two_ends(ends):
    """Give data of one end a second one, every other row's: scikit-survival 0.28 goes wrong where there is but one."""
    return ends if ends.max() > 1 else np.where(ends, 1 + np.arange(len(ends)) % 2, 0)


def estimate(watched, **how):
    return incidence(np.array([time for time, _ in watched]), np.array([end for _, end in watched], dtype=int), **how)


@pytest.mark.parametrize("name", PUBLISHED)
def test_kaplan_meier_is_that_of_scikit_survival_on_published_data(name):
    times, ends = published(name)

    ours = survival(times, ends > 0)
    at, share, (lower, upper) = kaplan_meier_estimator(ends > 0, times, conf_type="log-log")

    defined = (ours.share > 0) & (ours.share < 1)
    np.testing.assert_array_equal(ours.times, at)
    np.testing.assert_allclose(ours.share, share, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.lower[defined], lower[defined], rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.upper[defined], upper[defined], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", PUBLISHED)
def test_aalen_johansen_is_that_of_scikit_survival_on_published_data(name):
    times, ends = published(name)
    ends = with_two_ends(ends.astype(int))

    ours = incidence(times, ends)
    at, share, between = cumulative_incidence_competing_risks(ends, times, conf_type="log-log")

    seen = (ours.share > 0) & (ours.share < 1)
    np.testing.assert_array_equal(ours.times, at)
    np.testing.assert_allclose(1 - ours.waiting, share[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.share, share[1:], rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.lower[seen], between[1:, 0][seen], rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.upper[seen], between[1:, 1][seen], rtol=0, atol=1e-9)


@given(watches.filter(lambda watched: {1, 2} <= {end for _, end in watched}))
@search(60)
def test_scikit_survival_finds_the_same_on_drawn_data_with_ties(watched):
    ends = np.array([end for _, end in watched])
    times = np.array([time for time, _ in watched])

    ours = incidence(times, ends)
    _, share = cumulative_incidence_competing_risks(ends, times)

    np.testing.assert_allclose(ours.share, share[1:], rtol=0, atol=1e-12)


@given(watches)
@search(60)
def test_the_curves_and_those_who_wait_add_up_to_all(watched):
    found = estimate(watched, n_causes=2)

    np.testing.assert_allclose(found.share.sum(axis=0) + found.waiting, 1.0, atol=1e-12)
    assert (np.diff(found.share, axis=1) >= 0).all()


@given(watches)
@search(60)
def test_the_interval_stays_between_0_and_1_and_holds_the_share(watched):
    found = estimate(watched, n_causes=2)

    open_ = (found.share < 1 - 1e-12) & (found.share > 0)
    assert (found.lower[open_] >= 0).all()
    assert (found.upper[open_] <= 1).all()
    assert (found.lower <= found.share + 1e-12)[open_].all()
    assert (found.share <= found.upper + 1e-12)[open_].all()


def test_with_one_end_only_it_is_the_rest_of_kaplan_meier():
    times, ends = published("load_veterans_lung_cancer")

    found = incidence(times, ends)

    np.testing.assert_allclose(found.share[0], 1 - survival(times, ends).share, atol=1e-12)


def test_who_left_is_not_promised_the_luck_of_those_who_stayed():
    found = estimate([(1.0, 1), (2.0, 2), (2.0, 2), (3.0, 1)])

    assert found.share[0].tolist() == [0.25, 0.25, 0.5]
    assert found.share[1].tolist() == [0.0, 0.5, 0.5]
    assert found.waiting.tolist() == [0.75, 0.25, 0.0]


def test_counts_are_kept_beside_the_shares():
    found = estimate([(1.0, 1), (2.0, 0), (2.0, 2), (3.0, 0), (float("nan"), 1)])

    assert found.at_risk.tolist() == [4, 3, 1]
    assert found.events.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert found.censored.tolist() == [0, 1, 1]
    assert (found.n, found.left_out, found.level) == (4, 1, 0.95)


def test_before_an_end_was_met_there_is_no_spread_and_at_1_none_can_be_told():
    found = estimate([(1.0, 2), (2.0, 1)], n_causes=3)

    assert found.lower[2].tolist() == found.upper[2].tolist() == [0.0, 0.0]
    whole = estimate([(1.0, 1), (2.0, 1)])
    assert np.isnan([whole.lower[0, -1], whole.upper[0, -1]]).all()


def test_of_nobody_nothing_is_known():
    found = estimate([], n_causes=2)

    assert (found.n, found.share.shape) == (0, (2, 0))


@pytest.mark.parametrize(
    ("durations", "causes", "how", "message"),
    [
        ([1.0], [1, 0], {}, "of one length"),
        ([[1.0]], [[1]], {}, "of one length"),
        ([-1.0], [1], {}, "0 or more"),
        ([np.inf], [1], {}, "finite"),
        ([1.0], [-1], {}, "between 0"),
        ([1.0], [3], {"n_causes": 2}, "and 2"),
        ([1.0], [1], {"level": 1.0}, "found 1.0"),
    ],
)
def test_what_cannot_be_is_refused(durations, causes, how, message):
    with pytest.raises(ValueError, match=message):
        incidence(np.array(durations), np.array(causes), **how)
