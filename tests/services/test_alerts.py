"""Which mice of a lab need a person: counted, listed, and not because the night has not come yet."""

from datetime import date

import pytest

from autotrain_core import services
from autotrain_core.services import LabView
from tests.services.nights import GOOD, Nights, session

TODAY = date(2026, 10, 5)


def seen(nights: Nights) -> LabView:
    return services.lab_view(nights.store, nights.settings, at=nights.at)


def kinds(view: LabView, subject: str, on: date = TODAY) -> list[str]:
    return [alert.kind for alert in services.alerts_of(view, subject, on=on)]


def test_a_lab_without_sessions_needs_nobody() -> None:
    view = seen(Nights())

    assert services.need_a_person(view, on=TODAY) == 0
    assert services.alerts_of(view, "7", on=TODAY) == ()


def test_a_mouse_whose_last_session_was_left_out_needs_a_person_who_acts() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("7", 2, curriculum_version="9"), session("8", 2)])

    view = seen(nights)

    (alert,) = services.alerts_of(view, "7", on=TODAY)
    assert (alert.kind, alert.severity, alert.urgent) == ("not decided", "act", True)
    assert alert.sentence.startswith("Session 2")
    assert services.need_a_person(view, on=TODAY) == 1


def test_what_is_only_to_be_known_needs_nobody() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("8", 1), session("8", 2)])

    view = seen(nights)

    assert kinds(view, "7") == ["missed"]
    assert services.need_a_person(view, on=TODAY) == 0


def test_a_mouse_with_two_alerts_counts_once() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("7", 2)])
    nights.run([session("7", 1, finished_trials=1), session("7", 2, **{**GOOD, "finished_trials": None})])

    view = seen(nights)

    urgent = [alert for alert in services.alerts_of(view, "7", on=TODAY) if alert.urgent]
    assert len(urgent) >= 2
    assert services.need_a_person(view, on=TODAY) == 1


def test_a_session_since_the_last_run_is_no_alert() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("8", 1)])
    nights.table([session("7", 1), session("7", 2), session("8", 1), session("8", 2)])

    view = seen(nights)

    assert kinds(view, "7") == kinds(view, "8") == []


def test_a_mouse_that_trained_since_the_last_run_was_not_missed() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("8", 1), session("8", 2)])
    nights.table([session("7", 1), session("7", 2), session("8", 1), session("8", 2)])

    assert kinds(seen(nights), "7") == []


def test_a_session_that_the_last_run_left_out_stays_an_alert() -> None:
    nights = Nights()
    rows = [session("7", 1), session("7", 2, curriculum_version="9")]
    nights.run(rows)
    nights.table([*rows, session("8", 2)])

    assert kinds(seen(nights), "7") == ["not decided"]


@pytest.mark.parametrize(("on", "needed"), [(date(2026, 10, 16), 1), (date(2026, 10, 17), 0)])
def test_a_mouse_that_is_no_longer_in_training_needs_nobody(on: date, needed: int) -> None:
    nights = Nights()
    nights.run([session("7", 2, curriculum_version="9"), session("8", 2)])

    view = seen(nights)

    assert services.need_a_person(view, on=on) == needed
    assert len(services.alerts_of(view, "7", on=on)) == needed


def test_what_changes_in_the_lab_changes_the_count() -> None:
    nights = Nights()
    nights.run([session("7", 1), session("7", 2, curriculum_version="9")])
    before = services.need_a_person(seen(nights), on=TODAY)

    nights.run([session("7", 1), session("7", 2)])

    assert (before, services.need_a_person(seen(nights), on=TODAY)) == (1, 0)
