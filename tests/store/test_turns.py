"""Writers of one process take turns, and nobody waits for ever."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from autotrain_core.errors import ConflictError
from autotrain_core.store import Event, Store
from autotrain_core.store._patience import Turns, retry_conflicts
from tests.store.conftest import NOW
from tests.store.passing import Counting


def test_a_turn_goes_to_whoever_came_first() -> None:
    turns, order = Turns(), list[int]()
    gate = threading.Event()

    def wait_for_it(number: int) -> None:
        with turns.taken("a"):
            order.append(number)

    with ThreadPoolExecutor(6) as pool, turns.taken("a"):
        for number in range(6):
            pool.submit(wait_for_it, number)
            while len(turns._waiting["a"]) <= number:
                gate.wait(0.001)
        assert order == []

    assert order == [0, 1, 2, 3, 4, 5]
    assert turns._waiting == {}


def test_another_place_has_turns_of_its_own() -> None:
    turns = Turns()

    with turns.taken("a"), turns.taken("b"):
        assert set(turns._waiting) == {"a", "b"}


def test_who_waited_too_long_goes_on_without_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autotrain_core.store._patience._LONGEST_TURN", 0.02)
    turns = Turns()

    with turns.taken("a"):
        with turns.taken("a"), turns.taken("a"):
            assert len(turns._waiting["a"]) == 0
        assert "a" in turns._waiting

    assert turns._waiting == {}


def test_a_turn_is_passed_on_also_when_its_owner_fails() -> None:
    turns = Turns()

    with pytest.raises(RuntimeError), turns.taken("a"):
        raise RuntimeError

    assert turns._waiting == {}


def test_a_change_that_writes_the_same_document_is_no_deadlock(memory: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autotrain_core.store._patience._LONGEST_TURN", 0.02)
    once = iter([True])

    def change(body: bytes | None) -> bytes:
        if next(once, False):
            memory.update("a", lambda _: b"inner ")
        return (body or b"") + b"outer"

    memory.update("a", change)

    assert memory.read("a").body == b"inner outer"


def test_threads_of_one_store_lose_no_race(memory: Store) -> None:
    counting = Counting(memory.home)
    store = Store(counting)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.update("a", lambda body: (body or b"") + b"."), range(40)))
        list(pool.map(lambda _: store.record.append([Event("x")], by="anna", at=NOW), range(40)))

    assert len(store.read("a").body) == len(store.record.read()) == 40
    assert counting.asked["put"] == 80


def test_only_conflicts_are_tried_again_and_not_for_ever() -> None:
    tries: list[float] = []

    def conflict() -> None:
        tries.append(time.monotonic())
        raise ConflictError("a", expected="1", found="2")

    def fail() -> None:
        tries.append(time.monotonic())
        raise KeyError

    with pytest.raises(ConflictError):
        retry_conflicts(conflict, seconds=0.3)
    assert len(tries) > 2
    assert tries[-1] - tries[0] < 3

    tries.clear()
    with pytest.raises(KeyError):
        retry_conflicts(fail, seconds=5)
    with pytest.raises(ConflictError):
        retry_conflicts(conflict, seconds=0)
    assert len(tries) == 2
