"""Runs that are started from the app: one at a time, whoever asks, and always with an end."""

import threading
from datetime import UTC, datetime
from typing import cast

from autotrain_core.errors import AutotrainError, StoreUnavailableError
from autotrain_core.services import RunReport
from autotrain_ui.running import Desk, Job, Work

PATIENCE = 20
REPORT = cast("RunReport", object())


def job(name: str = "Ada") -> Job:
    return Job(by=f"{name}@example.org", name=name, at=datetime.now(UTC), dry=False)


def ended(desk: Desk, asked: Job, work: Work) -> Job:
    found = desk.ask(asked, work)
    assert found.over.wait(PATIENCE)
    return found


def failing(error: Exception) -> Work:
    def work(_note: object) -> RunReport:
        raise error

    return work


def test_a_run_ends_with_its_report() -> None:
    found = ended(Desk(), job(), lambda _note: REPORT)

    assert (found.report, found.failure) == (REPORT, None)


def test_how_far_it_is_can_be_asked() -> None:
    asked = job()

    before = asked.part
    asked.note(1, 4)

    assert (before, asked.part) == (0.0, 0.25)


def test_whoever_asks_while_a_run_is_under_way_is_shown_that_one() -> None:
    desk, gate = Desk(), threading.Event()
    started: list[str] = []

    def slow(_note: object) -> RunReport:
        started.append("first")
        gate.wait(PATIENCE)
        return REPORT

    first = desk.ask(job("Ada"), slow)
    second = desk.ask(job("Ben"), failing(AutotrainError("never")))
    gate.set()

    assert first.over.wait(PATIENCE)
    assert second is first
    assert (started, first.failure) == (["first"], None)


def test_after_one_is_over_the_next_may_begin() -> None:
    desk = Desk()
    ended(desk, job("Ada"), lambda _note: REPORT)

    found = ended(desk, job("Ben"), lambda _note: REPORT)

    assert found.name == "Ben"
    assert desk.job is found


def test_what_goes_wrong_is_kept_for_whoever_waits() -> None:
    error = StoreUnavailableError("The server does not answer.")

    assert ended(Desk(), job(), failing(error)).failure is error


def test_a_fault_of_ours_ends_the_run_too_and_tells_nothing_of_the_server() -> None:
    found = ended(Desk(), job(), failing(ZeroDivisionError("/secret/path")))

    assert found.failure is not None
    assert "/secret" not in str(found.failure)
