"""A message that does not go: it is tried again, it delays nobody, and nothing is lost."""

import threading
import time
from datetime import timedelta

import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError, StoreUnavailableError
from autotrain_core.services import _notify as notify
from autotrain_core.services._notify_send import Message
from autotrain_core.store import MemoryHome, Store
from tests.services.labs import Falling
from tests.services.notified import BEN, HAWK, HERON, Ears, Lab

HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture
def lab() -> Lab:
    """A lab in which everybody is told everything up to now."""
    found = Lab()
    found.tell()
    return found


def test_what_did_not_go_is_said_and_goes_later_and_nothing_is_lost(lab: Lab) -> None:
    lab.ears.refuses = {HERON.email}
    lab.propose("h1")

    report = lab.tell()
    assert report.problems == ("heron@lab.org by email: nobody is there. It is tried again.",)
    lab.ears.refuses = set()
    assert lab.tell().held == 1
    lab.later(minutes=2).tell()

    assert lab.ears.who == [HERON.email]


def test_a_digest_that_did_not_go_goes_with_the_next_call_of_any_kind(lab: Lab) -> None:
    lab.ears.refuses = {HERON.email}
    lab.enrol("h1", by=BEN.email)
    lab.tell(digest=True)
    lab.ears.refuses = set()

    lab.later(minutes=2).tell()

    assert lab.ears.who == [HERON.email]


def test_each_failure_waits_twice_as_long_but_never_longer_than_six_hours(lab: Lab) -> None:
    lab.ears.refuses = {HERON.email}
    lab.propose("h1")
    waits: list[float] = []

    for _ in range(12):
        tried = lab.at
        lab.tell()
        while lab.tell().held:
            lab.later(minutes=1 if not waits or waits[-1] < 60 else 30)
        waits.append((lab.at - tried) / timedelta(minutes=1))

    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) <= 6 * 60


def test_one_dead_way_keeps_nothing_from_the_other(lab: Lab) -> None:
    lab.chooses(HERON.email, webhook=HOOK)
    lab.tell()
    lab.ears.refuses = {HOOK}
    lab.propose("h1")

    for _ in range(3):
        lab.later(minutes=10).tell()

    assert [one.channel for one in lab.ears.heard] == ["email"]


def test_a_way_that_is_dead_for_three_days_is_shown(lab: Lab) -> None:
    lab.ears.refuses = {HERON.email}
    lab.propose("h1")
    since = lab.at
    lab.tell()

    assert services.channel_problems(lab.store, at=lab.later(days=2).at) == ()
    found = services.channel_problems(lab.store, at=lab.later(days=1).at)

    assert [(one.email, one.channel, one.since, one.why) for one in found] == [
        (HERON.email, "email", since, "nobody is there")
    ]


def test_a_slow_way_is_left_behind_and_delays_nobody(lab: Lab) -> None:
    stop = threading.Event()

    def send(settings: object, message: Message, seconds: float) -> str:
        if message.to == HERON.email:
            stop.wait(5)
        return ""

    lab.propose("h1")
    lab.propose("x1")
    started = time.monotonic()
    report = lab.tell(send=send, seconds=0.1)
    stop.set()

    assert time.monotonic() - started < 2
    assert [one.to for one in report.messages] == [HAWK.email]
    assert report.problems == ("heron@lab.org by email: it took longer than 0.1 seconds. It is tried again.",)


def test_a_sender_that_breaks_loses_nothing(lab: Lab) -> None:
    def send(settings: object, message: Message, seconds: float) -> str:
        raise ZeroDivisionError

    lab.propose("h1")

    assert "ZeroDivisionError" in lab.tell(send=send).problems[0]
    lab.later(minutes=2).tell()

    assert lab.ears.who == [HERON.email]


def test_a_message_whose_place_could_not_be_written_goes_once_more() -> None:
    home = Falling(MemoryHome(), "")
    lab = Lab(store=Store(home))
    lab.tell()
    lab.propose("h1")
    home.prefix = "autotrain/documents/notified"
    with pytest.raises(StoreUnavailableError):
        lab.tell()
    home.prefix = ""

    lab.tell()

    assert lab.ears.who == [HERON.email, HERON.email]


def test_a_dry_run_sends_and_writes_nothing(lab: Lab) -> None:
    lab.propose("h1")
    before = lab.store.home.list("autotrain")
    keys = [one.key for one in before]

    report = lab.tell(dry=True)

    assert [one.to for one in report.messages] == [HERON.email]
    assert lab.ears.heard == []
    assert [one.key for one in lab.store.home.list("autotrain")] == keys


def test_soon_comes_back_at_once_and_tells_what_came_meanwhile(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stop = threading.Event(), threading.Event()
    asked = []

    def deliver(store: Store, settings: object, *, at: object) -> None:
        asked.append(at)
        begun.set()
        stop.wait(5)

    monkeypatch.setattr(notify, "deliver_calmly", deliver)
    first, second = lab.at, lab.at + timedelta(minutes=1)
    services.deliver_soon(lab.store, lab.settings, at=first)
    assert begun.wait(5)
    services.deliver_soon(lab.store, lab.settings, at=second)
    services.deliver_soon(lab.store, lab.settings, at=second + timedelta(minutes=1))
    stop.set()
    deadline = time.monotonic() + 5
    while lab.store.record in notify._waiting and time.monotonic() < deadline:
        time.sleep(0.005)

    assert asked == [first, second]


def test_calmly_nothing_is_raised_into_the_action() -> None:
    home = Falling(MemoryHome(), "")
    lab = Lab(store=Store(home))
    home.prefix = "autotrain/documents/notified"

    report = services.deliver_calmly(lab.store, lab.settings, at=lab.at)

    assert report.messages == ()
    assert report.problems == ("The server does not answer.",)


def test_a_test_goes_by_each_way(lab: Lab) -> None:
    lab.chooses(HERON.email, webhook=HOOK)
    ears = Ears(refuses={HOOK})

    assert services.send_test(lab.store, lab.settings, HERON.email, send=ears) == {
        "email": "",
        "webhook": "nobody is there",
    }
    assert ears.who == [HERON.email]


def test_a_test_for_a_stranger_is_refused(lab: Lab) -> None:
    with pytest.raises(NotStoredError, match=r"eve@lab.org is not a member"):
        services.send_test(lab.store, lab.settings, "eve@lab.org")
    with pytest.raises(NotStoredError, match=r"no e-mail is set up"):
        services.send_test(lab.store, services.Settings(), BEN.email)
