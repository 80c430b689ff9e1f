"""An example lab that stays somewhere is one of these days, and the same lab whenever one looks again."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.store import MemoryHome, Store

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_its_mice_trained_until_the_day_before() -> None:
    shown = services.demo(8, 1, now=NOW)

    days = pd.to_datetime(shown.lab.sessions["session_date"])
    assert days.max() == pd.Timestamp("2026-11-17")
    assert days.min() >= pd.Timestamp("2026-08-03")


def test_its_last_night_has_just_passed() -> None:
    shown = services.demo(8, 1, now=NOW)

    assert services.status(shown.store, services.Settings(), at=NOW + timedelta(hours=1)).healthy


def test_a_week_later_it_is_the_same_lab_and_nothing_new_is_published() -> None:
    store = Store(MemoryHome())
    first = services.demo(8, 1, store=store, now=NOW)

    second = services.demo(8, 1, store=store, now=NOW + timedelta(days=7))

    pd.testing.assert_frame_equal(second.lab.sessions, first.lab.sessions)
    assert [night.changed for night in second.nights] == [False, False]


@pytest.mark.parametrize("weekday", range(7))
def test_on_any_day_of_the_week_there_is_a_board(weekday: int) -> None:
    shown = services.demo(6, 0, now=NOW + timedelta(days=weekday))

    days = pd.to_datetime(shown.lab.sessions["session_date"])
    assert timedelta(0) < (NOW + timedelta(days=weekday)).date() - days.max().date() <= timedelta(days=3)
    assert shown.nights[1].changed


def test_without_a_day_it_is_the_lab_of_the_documentation() -> None:
    assert pd.to_datetime(services.demo(8, 1).lab.sessions["session_date"]).min() < pd.Timestamp("2026-05-01")
