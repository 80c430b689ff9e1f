"""The Kaplan-Meier estimate: published figures, another implementation, and what must hold of any."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.evaluation import survival
from tests.searching import search

# Weeks in remission of 42 children with leukaemia (Freireich et al. 1963, Blood 21:699): 6-mercaptopurine, placebo.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

watches = st.lists(
    st.tuples(st.one_of(st.integers(0, 12).map(float), st.floats(0, 100)), st.booleans()), min_size=1, max_size=40
)


def estimate(watched, **how):
    return survival(
        np.array([time for time, _ in watched]), np.array([event for _, event in watched], dtype=bool), **how
    )


@pytest.fixture
def treated():
    return survival(np.array(TREATED, dtype=float), np.array(RELAPSED))


def test_the_treated_children_of_freireich(treated):
    at = np.flatnonzero(treated.events)

    assert treated.times[at].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert treated.at_risk[at].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert treated.events[at].tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert treated.share[at].round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert treated.lower[at].round(4).tolist() == [0.6197, 0.5631, 0.5032, 0.4316, 0.3675, 0.2678, 0.1881]
    assert treated.upper[at].round(4).tolist() == [0.9516, 0.9228, 0.8894, 0.8491, 0.8049, 0.7468, 0.6801]


def test_the_medians_of_freireich(treated):
    placebo = survival(np.array(PLACEBO, dtype=float), np.ones(21, dtype=bool))

    assert (treated.median, treated.median_lower, treated.median_upper) == (23, 13, None)
    assert (placebo.median, placebo.median_lower, placebo.median_upper) == (8, 4, 11)
    assert (treated.n, treated.observed) == (21, 9)
    assert (placebo.n, placebo.observed) == (21, 21)


def test_who_leaves_without_an_event_is_at_risk_until_then(treated):
    at_ten = treated.times == 10

    assert treated.censored[at_ten].tolist() == [1]
    assert treated.at_risk[at_ten].tolist() == [15]
    assert treated.at_risk_at(np.array([0.0, 6.0, 6.5, 10.0, 35.0, 36.0])).tolist() == [21, 21, 17, 15, 1, 0]


def test_wider_certainty_gives_wider_intervals(treated):
    wide = survival(np.array(TREATED, dtype=float), np.array(RELAPSED), level=0.99)

    assert (wide.lower < treated.lower).all()
    assert (wide.upper > treated.upper).all()
    assert wide.level == 0.99


@given(watches)
@search(200)
def test_scipy_finds_the_same(watched):
    from scipy.stats import CensoredData, ecdf

    times = np.array([time for time, _ in watched])
    events = np.array([event for _, event in watched], dtype=bool)

    ours = survival(times, events)
    theirs = ecdf(CensoredData.right_censored(times, ~events)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that the interval is undefined in places
        interval = theirs.confidence_interval(method="log-log")

    defined = (ours.share > 0) & (ours.share < 1)
    assert ours.times.tolist() == theirs.quantiles.tolist()
    np.testing.assert_allclose(ours.share, theirs.probabilities, atol=1e-12)
    np.testing.assert_allclose(ours.lower[defined], interval.low.probabilities[defined], atol=1e-9)
    np.testing.assert_allclose(ours.upper[defined], interval.high.probabilities[defined], atol=1e-9)


@given(watches)
@search(200)
def test_the_share_falls_and_lies_in_its_interval(watched):
    found = estimate(watched)

    open_ = found.share > 0
    assert (np.diff(found.share, prepend=1.0) <= 0).all()
    assert ((found.lower >= 0) & (found.upper <= 1))[open_].all()
    assert (found.lower <= found.share + 1e-12)[open_].all()
    assert (found.share <= found.upper + 1e-12)[open_].all()
    assert np.isnan(found.lower[~open_]).all()


@given(watches)
@search(100)
def test_everybody_leaves_once(watched):
    found = estimate(watched)

    assert found.at_risk.tolist() == [sum(time >= at for time, _ in watched) for at in found.times]
    assert (found.events + found.censored).sum() == found.n == len(watched)
    assert found.observed == sum(event for _, event in watched)


@given(st.lists(st.integers(0, 20).map(float), min_size=1, max_size=40))
@search(100)
def test_where_all_are_seen_to_the_end_it_is_the_plain_share_and_median(times):
    found = estimate([(time, True) for time in times])

    plain = [np.mean([time > at for time in times]) for at in found.times]
    np.testing.assert_allclose(found.share, plain, atol=1e-12)
    assert found.median == sorted(times)[(len(times) - 1) // 2]


@given(watches, st.randoms())
@search(50)
def test_the_order_does_not_matter(watched, random):
    shuffled = random.sample(watched, len(watched))

    assert estimate(shuffled).share.tolist() == estimate(watched).share.tolist()


def test_without_events_the_share_stays_one():
    found = estimate([(3.0, False), (5.0, False)])

    assert found.share.tolist() == found.lower.tolist() == found.upper.tolist() == [1, 1]
    assert (found.median, found.median_lower, found.median_upper) == (None, None, None)


def test_of_nobody_nothing_is_known():
    found = estimate([])

    assert (found.n, found.observed, found.median, len(found.times)) == (0, 0, None, 0)
    assert found.at_risk_at(np.array([0.0])).tolist() == [0]


def test_a_missing_duration_leaves_one_out_and_says_so():
    found = estimate([(3.0, True), (float("nan"), True), (5.0, False)])

    assert (found.n, found.observed, found.left_out) == (2, 1, 1)
    assert found.share.tolist() == [0.5, 0.5]
    assert found.median == 3


@pytest.mark.parametrize(
    ("durations", "observed", "level", "message"),
    [
        ([1.0], [True, False], 0.95, "of one length"),
        ([[1.0]], [[True]], 0.95, "of one length"),
        ([-1.0], [True], 0.95, "0 or more"),
        ([np.inf], [True], 0.95, "finite"),
        ([1.0], [True], 1.0, "between 0 and 1, found 1.0"),
        ([1.0], [True], 0.0, "between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(durations, observed, level, message):
    with pytest.raises(ValueError, match=message):
        survival(np.array(durations), np.array(observed), level=level)
