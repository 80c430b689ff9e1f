"""The nights of the last weeks: what each did, also where nothing ran."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from autotrain_core import services
from autotrain_core.services import NightlyRun


def run(at: datetime, *, failed: bool = False, changed: bool = True, seconds: float = 1.0, **counts: int) -> NightlyRun:
    return NightlyRun(
        entry=1, at=at, by="x", failed=failed, changed=changed and not failed, counts=counts, seconds={"read": seconds}
    )


def at(day: int, hour: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_every_day_has_a_night_the_oldest_first() -> None:
    found = services.nights([run(at(3))], until=date(2026, 11, 4), days=3, zone=UTC)

    assert [night.day.day for night in found] == [2, 3, 4]
    assert [night.outcome for night in found] == ["none", "quiet", "none"]


def test_a_night_sums_what_its_runs_published() -> None:
    told = [run(at(3), added=4, amended=1), run(at(3, 9), added=2, seconds=5.0)]

    (night,) = services.nights(told, until=date(2026, 11, 3), days=1, zone=UTC)

    assert (night.runs, night.added, night.amended, night.seconds) == (2, 6, 1, 5.0)
    assert night.outcome == "changed"


def test_a_run_that_published_nothing_does_not_count_again_what_stands() -> None:
    (night,) = services.nights([run(at(3), changed=False, added=9)], until=date(2026, 11, 3), days=1, zone=UTC)

    assert (night.added, night.outcome) == (0, "quiet")


def test_a_failure_shows_also_where_a_later_run_went_through() -> None:
    told = [run(at(3), failed=True), run(at(3, 9), added=2)]

    (night,) = services.nights(told, until=date(2026, 11, 3), days=1, zone=UTC)

    assert (night.failed, night.outcome) == (1, "failed")


def test_a_day_begins_at_midnight_where_the_person_is() -> None:
    late = run(at(3, 23), added=1)

    found = services.nights([late], until=date(2026, 11, 4), days=2, zone=ZoneInfo("Europe/Paris"))

    assert [night.runs for night in found] == [0, 1]
