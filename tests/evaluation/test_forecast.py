"""When mice will graduate: from whom it is concluded, from how many, and whether it comes true."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from autotrain_core.errors import MissingColumnError, NotStoredError
from autotrain_core.evaluation import Enough, calibration, decide_and_report, example_lab, forecast, forecast_curve
from autotrain_core.evaluation._forecast_calibration import binomial_interval
from tests.evaluation.cohorts import DAY, as_categories, rows_of
from tests.evaluation.labs import COUPLED

LATER = date(2026, 6, 1)
FEW = Enough(comparable=3, graduated=2)
PAST = {"one": "AABCG", "two": "ABCG", "three": "ABBBCG", "four": "AAAA"}
"""What four mice ran; the last of them left."""


def cohort(now, *, past=None, began=40, **columns):
    """Give the rows of mice of the past, and of mice that are being trained: those began so many days later."""
    late = rows_of(now, **columns)
    late["session_date"] += pd.Timedelta(days=began)
    return pd.concat([rows_of(past or PAST), late], ignore_index=True)


def foretold(rows, mouse="now", on=LATER, **how):
    found = forecast(rows, on=on, **{"enough": FEW, **how}).set_index("subject_id").loc[mouse]
    return found.to_dict()


@pytest.fixture(scope="module")
def large():
    lab = example_lab(700, curricula=[COUPLED], seed=0, weeks=30)
    decided = decide_and_report(lab.sessions, lab.curricula).decisions
    sessions = lab.sessions.loc[decided.index]
    return pd.DataFrame(
        {
            "subject_id": sessions["subject_id"].astype("category"),
            "session": sessions["session"],
            "session_date": pd.to_datetime(sessions["session_date"]).astype("datetime64[s]"),
            "curriculum": pd.Categorical([COUPLED.key] * len(sessions)),
            "stage": decided["current_stage_actual"].astype("category"),
            "following": decided["next_stage_suggested"].astype("category"),
        }
    )


def test_a_mouse_is_compared_with_those_that_were_where_it_is():
    found = foretold(cohort({"now": "ABB"}))

    assert (found["stage"], found["at_stage"]) == ("B", 1)
    assert (found["comparable"], found["graduated"], found["left"]) == (1, 1, 0)  # "three" only was at B for longer


def test_before_its_first_session_at_a_stage_the_count_is_0():
    found = foretold(cohort({"now": "AB"}))

    assert (found["stage"], found["at_stage"], found["status"], found["compared"]) == ("B", 0, "forecast", "version")
    assert (found["comparable"], found["graduated"], found["left"]) == (3, 3, 0)
    assert (found["sessions_50"], found["sessions_90"], found["probability"]) == (2, 4, 1)


def test_who_left_takes_of_the_chance_to_graduate():
    found = foretold(cohort({"now": "AA"}), enough=Enough(comparable=2, graduated=1))

    assert (found["comparable"], found["graduated"], found["left"]) == (2, 1, 1)
    assert found["probability"] == 0.5


def test_who_still_trains_counts_as_long_as_it_was_watched():
    rows = cohort({"now": "AB"}, past={**PAST, "five": "ABBB"}, began=20)
    rows.loc[(rows["subject_id"] == "five") & (rows["session"] == 3), "session_date"] += pd.Timedelta(days=8)

    found = foretold(rows, active_days=13)

    assert (found["comparable"], found["graduated"], found["left"]) == (4, 3, 0)
    assert found["probability"] == 1


def test_of_too_few_nothing_is_concluded_but_what_is_there_is_said():
    found = foretold(cohort({"now": "AB"}), enough=Enough(comparable=4, graduated=2))

    assert (found["status"], found["comparable"], found["graduated"]) == ("too few", 3, 3)
    assert np.isnan(found["probability"])
    assert np.isnan(found["sessions_50"])
    assert pd.isna(found["day_50"])


def test_of_too_few_graduates_nothing_is_concluded_either():
    found = foretold(cohort({"now": "AB"}), enough=Enough(comparable=3, graduated=4))

    assert found["status"] == "too few"


def test_where_nobody_was_there_the_comparison_has_no_name():
    found = foretold(cohort({"now": "AC"}, past={"one": "AG"}))

    assert (found["status"], found["compared"], found["comparable"]) == ("too few", "", 0)


def test_mice_of_another_version_count_where_those_of_the_same_are_too_few():
    found = foretold(cohort({"now": "AB"}, curriculum="Toy@2"))

    assert (found["status"], found["compared"], found["comparable"]) == ("forecast", "name", 3)


def test_mice_of_another_curriculum_count_never():
    found = foretold(cohort({"now": "AB"}, curriculum="Train@1"))

    assert (found["status"], found["comparable"]) == ("too few", 0)


def test_whoever_changed_to_another_curriculum_has_left():
    rows = cohort({"now": "AB"})
    rows.loc[(rows["subject_id"] == "one") & (rows["session"] == 4), "curriculum"] = "Train@1"

    assert foretold(rows)["left"] == 1


def test_a_mouse_is_one_witness_however_often_it_was_there():
    found = foretold(cohort({"now": "AB"}, past={**PAST, "back": "ABABABCG"}))

    assert found["comparable"] == 4
    assert found["sessions_95"] == 6


def test_a_mouse_is_no_witness_of_its_own():
    rows = cohort({"now": "ABAB"})

    assert foretold(rows)["comparable"] == 3


def test_graduated_mice_and_those_that_left_have_no_forecast():
    rows = cohort({"now": "ABCG", "on": "A"}, past={**PAST, "gone": "ABB"})

    assert foretold(rows)["status"] == "graduated"
    assert foretold(rows, "gone")["status"] == "left"


def test_after_the_day_nothing_is_looked_at():
    rows = cohort({"now": "ABCG"})
    until = (DAY + pd.Timedelta(days=40)).date()

    found = foretold(rows, on=until)

    assert (found["status"], found["stage"]) == ("forecast", "B")


def test_days_follow_the_days_of_the_week_on_which_the_mouse_trains():
    rows = cohort({"now": "A" * 15 + "B"}, past={f"p{number}": "A" * 15 + "B" + "BBBBG" for number in range(3)})
    mine = rows["subject_id"] == "now"
    trained = [DAY + pd.Timedelta(days=63 + 7 * (number // 3) + 2 * (number % 3)) for number in range(15)]
    rows.loc[mine, "session_date"] = pd.Series(trained, index=rows.index[mine]).astype("datetime64[s]")

    found = foretold(rows, on=trained[-1].date())

    assert (found["rhythm"], found["own_rhythm"], found["sessions_50"]) == (3.0, True, 5)
    assert trained[-1].day_name() == "Friday"
    assert found["day_50"] == trained[-1] + pd.Timedelta(days=12)  # Mon, Wed, Fri, Mon, Wed


def test_a_mouse_that_has_just_begun_has_the_rhythm_of_the_others():
    past = {**PAST, "other": "A" * 41 + "B"}

    found = foretold(cohort({"now": "AB"}, past=past))

    assert (found["rhythm"], found["own_rhythm"]) == (7.0, False)


def test_where_nobody_has_a_rhythm_no_day_is_told():
    found = foretold(cohort({"now": "AB"}))

    assert found["sessions_50"] == 2
    assert pd.isna(found["day_50"])


def test_the_curve_is_the_one_that_the_forecast_is_made_of(large):
    on = large["session_date"].max().date()
    table = forecast(large, on=on)
    for row in table[table["status"] == "forecast"].head(5).to_dict(orient="records"):
        curve = forecast_curve(large, row["subject_id"], on=on)

        assert curve.share[0, -1] == pytest.approx(row["probability"], abs=1e-12)
        assert (curve.lower[0, -1], curve.upper[0, -1]) == pytest.approx((row["lower"], row["upper"]), abs=1e-9)
        assert curve.events[0].sum() == row["graduated"]


def test_of_a_graduate_there_is_no_curve_and_of_a_stranger_an_error():
    rows = cohort({"now": "ABCG"})

    assert forecast_curve(rows, "now", on=LATER).n == 0
    with pytest.raises(NotStoredError, match="stranger"):
        forecast_curve(rows, "stranger", on=LATER)


def test_portions_of_the_work_do_not_change_what_comes_out(large, monkeypatch):
    on = large["session_date"].max().date()
    whole, tried = forecast(large, on=on), calibration(large, on=on)

    monkeypatch.setattr("autotrain_core.evaluation._forecast_paths._MOST_PAIRS", 300)
    monkeypatch.setattr("autotrain_core.evaluation._forecast_paths._MOST_TARGETS", 7)

    pd.testing.assert_frame_equal(forecast(large, on=on), whole)
    pd.testing.assert_frame_equal(calibration(large, on=on).tried, tried.tried)


def test_of_very_many_mice_some_are_tried(large, monkeypatch):
    on = large["session_date"].max().date()
    every = calibration(large, on=on)

    monkeypatch.setattr("autotrain_core.evaluation._forecast_calibration._MOST_MICE", 100)
    some = calibration(large, on=on)

    assert 50 < len(some.tried) + some.too_few + some.still_open <= 100
    assert set(some.tried["subject_id"]) < set(every.tried["subject_id"])


def test_neither_order_nor_kind_of_the_columns_matters():
    rows = cohort({"now": "AB"})

    shuffled = forecast(as_categories(rows.sample(frac=1, random_state=1)), on=LATER, enough=FEW)

    plain = forecast(rows, on=LATER, enough=FEW).set_index("subject_id")
    again = shuffled.astype({"subject_id": "str"}).set_index("subject_id").loc[plain.index]
    assert again["probability"].tolist() == pytest.approx(plain["probability"].tolist(), nan_ok=True)


def test_an_empty_table_has_no_forecasts_and_one_that_lacks_columns_is_refused():
    rows = cohort({"now": "AB"})

    found = forecast(rows.iloc[:0], on=LATER)
    assert len(found) == 0
    assert len(calibration(rows.iloc[:0], on=LATER).tried) == 0
    with pytest.raises(MissingColumnError, match="following"):
        forecast(rows.drop(columns="following"), on=LATER)


def test_on_mice_left_out_the_forecasts_are_within_the_binomial_error(large):
    found = calibration(large, on=large["session_date"].max().date(), level=0.999)

    assert len(found.tried) > 250
    assert (found.bins["lower"] <= found.bins["predicted"]).all()
    assert (found.bins["predicted"] <= found.bins["upper"]).all()
    assert abs(found.standard_errors) < 3.3  # in 999 of 1,000 labs, were each forecast exactly right
    assert found.brier < found.brier_of_mean


def test_a_mouse_is_tried_once_and_only_on_what_was_known(large):
    found = calibration(large, on=large["session_date"].max().date())
    first = found.tried.iloc[0]

    known = large[large["session_date"] <= first["day"]]
    then = forecast(known, on=first["day"].date()).set_index("subject_id").loc[first["subject_id"]]

    assert found.tried["subject_id"].is_unique
    assert then["within_20"] == pytest.approx(first["predicted"])


def test_a_mouse_of_which_nobody_knows_yet_what_became_is_not_tried():
    rows = cohort({"now": "AB"}, past={**PAST, "slow": "ABBBB"}, began=60)
    rows.loc[(rows["subject_id"] == "slow") & (rows["session"] > 2), "session_date"] += pd.Timedelta(days=57)

    found = calibration(rows, on=LATER, within=6, after=(1,), enough=FEW)

    assert found.still_open == 1
    assert "slow" not in found.tried["subject_id"].tolist()


def test_of_too_few_others_no_forecast_is_tried():
    found = calibration(cohort({"now": "AB"}), on=LATER, within=6, after=(1,), enough=FEW)

    assert (found.too_few, len(found.tried), len(found.bins)) == (4, 0, 0)
    assert np.isnan([found.brier, found.standard_errors]).all()


def test_binomial_intervals_are_those_of_wilson():
    lower, upper = binomial_interval(np.array([0, 5, 10]), np.array([10, 10, 10]), level=0.95)

    assert lower.round(4).tolist() == [0.0, 0.2366, 0.7225]
    assert upper.round(4).tolist() == [0.2775, 0.7634, 1.0]
