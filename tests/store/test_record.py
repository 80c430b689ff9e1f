"""The record: everything in order, nothing changed unseen, and few requests to read it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from autotrain_core.errors import ConflictError, DocumentError
from autotrain_core.store import ABSENT, Event, MemoryHome, Record, Store
from tests.store.conftest import NOW
from tests.store.passing import Counting, Interrupted
from tests.store.tampering import entry_bodies, filled


def counted(record: Record, after: int = 0) -> list[int]:
    return [int(str(event.facts["n"])) for entry in record.read(after) for event in entry.events]


def test_an_empty_record_holds_nothing(store: Store) -> None:
    found = store.record.verify()

    assert store.record.head() == ABSENT
    assert store.record.read() == []
    assert (found.number, found.version, found.problems) == (0, ABSENT, ())
    assert store.record.compact() == ()


def test_what_was_appended_is_read_in_order(store: Store) -> None:
    events = [
        Event("run", facts={"counts": {"decided": 2}, "odd": ["ü\n", None, 1.5, True]}),
        Event("override", "447921"),
    ]

    first = store.record.append(events, by="anna", at=NOW)
    second = store.record.append([Event("approval", "447921")], by="ben", at=NOW + timedelta(hours=1))

    assert (first.number, second.number) == (1, 2)
    assert store.record.head() == second.version
    for record in (store.record, Store(store.home).record):
        entries = record.read()
        assert [(one.number, one.at, one.by, one.version) for one in entries] == [
            (1, NOW, "anna", first.version),
            (2, NOW + timedelta(hours=1), "ben", second.version),
        ]
        assert entries[0].events == tuple(events)
        assert record.read(1) == entries[1:]
        assert record.read(2) == record.read(99) == []
        assert record.read(-1) == entries


def test_a_caller_may_do_what_he_likes_with_the_list_that_he_was_given(memory: Store) -> None:
    filled(memory, 2)

    memory.record.read().clear()

    assert counted(memory.record) == [1, 2]


def test_what_another_process_appended_is_read_next(store: Store) -> None:
    filled(store, 3)
    other = Store(store.home).record
    seen = counted(other)

    store.record.append([Event("counted", facts={"n": 4}), Event("counted", facts={"n": 5})], by="ben", at=NOW)

    assert seen == [1, 2, 3]
    assert counted(other) == [1, 2, 3, 4, 5]
    assert counted(other, after=3) == [4, 5]


def test_what_was_checked_against_one_state_is_not_appended_to_another(store: Store) -> None:
    checked = store.record.append([Event("proposed", "1")], by="anna", at=NOW).version
    newer = store.record.append([Event("refused", "1")], by="ben", at=NOW).version

    with pytest.raises(ConflictError) as caught:
        store.record.append([Event("approved", "1")], by="cleo", at=NOW, after=checked)
    with pytest.raises(ConflictError):
        store.record.append([Event("approved", "1")], by="cleo", at=NOW, after=ABSENT)
    store.record.append([Event("approved", "2")], by="cleo", at=NOW, after=newer)

    assert (caught.value.expected, caught.value.found) == (checked, newer)
    assert [event.kind for entry in store.record.read() for event in entry.events] == [
        "proposed",
        "refused",
        "approved",
    ]


def test_of_two_who_approve_the_same_state_at_once_one_is_told() -> None:
    rival = Store(MemoryHome())
    store = Store(Interrupted(rival.home, lambda: rival.record.append([Event("refused")], by="ben", at=NOW)))
    state = rival.record.append([Event("proposed")], by="anna", at=NOW).version

    with pytest.raises(ConflictError) as caught:
        store.record.append([Event("approved")], by="cleo", at=NOW, after=state)

    assert caught.value.expected == state
    assert caught.value.found == rival.record.head()
    assert [entry.by for entry in rival.record.read()] == ["anna", "ben"]


def test_who_does_not_name_a_state_comes_behind_whoever_was_faster() -> None:
    rival = Store(MemoryHome())
    interrupt = Interrupted(rival.home, lambda: rival.record.append([Event("second")], by="ben", at=NOW), times=1)
    store = Store(interrupt)

    receipt = store.record.append([Event("first")], by="anna", at=NOW)

    assert receipt.number == 2
    assert [event.kind for entry in store.record.read() for event in entry.events] == ["second", "first"]
    assert store.record.verify(receipt.version).problems == ()


def test_times_of_any_zone_are_the_same_moment(memory: Store) -> None:
    at = datetime.fromisoformat("2026-03-04T23:00:00-08:00")

    memory.record.append([Event("x")], by="anna", at=at)

    assert Store(memory.home).record.read()[0].at == datetime(2026, 3, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("events", "error", "sentence"),
    [
        ([], ValueError, "nothing to append"),
        ([Event("x", facts={"n": float("nan")})], DocumentError, "cannot be kept as JSON"),
        ([Event("x", facts={"n": object()})], DocumentError, "cannot be kept as JSON"),  # type: ignore[dict-item]
        ([Event("x", "\udc80")], DocumentError, "half of a surrogate pair"),
        ([Event("x", "1" * 17_000_000)], DocumentError, "1 events are too large to be appended at once"),
    ],
)
def test_what_cannot_be_kept_is_not_appended(
    memory: Store, events: list[Event], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        memory.record.append(events, by="anna", at=NOW)
    with pytest.raises(ValueError, match="without a zone"):
        memory.record.append([Event("x")], by="anna", at=datetime(2026, 1, 1))  # noqa: DTZ001

    assert memory.record.head() == ABSENT


def test_a_reader_who_is_up_to_date_makes_one_listing(memory: Store) -> None:
    filled(memory, 50)
    home = Counting(memory.home)
    record = Store(home).record
    record.read()
    home.asked.clear()

    record.read()
    record.head()

    assert home.asked == {"list": 2}


def test_a_reader_who_is_one_behind_reads_one_entry(memory: Store) -> None:
    filled(memory, 50)
    home = Counting(memory.home)
    record = Store(home).record
    record.read()
    filled(memory, 1)
    home.asked.clear()

    record.read()

    assert home.asked == {"list": 1, "get": 1}


def test_a_first_reader_of_a_compacted_record_reads_segments(memory: Store) -> None:
    filled(memory, 120)
    memory.record.compact(50)
    home = Counting(memory.home)

    found = counted(Store(home).record)

    assert found == list(range(1, 121))
    # The newest, the list of segments, two segments, and the nineteen that are in none.
    assert home.asked == {"list": 2, "get": 1 + 2 + 19}


def test_many_threads_read_the_same(store: Store) -> None:
    filled(store, 20)
    record = Store(store.home).record

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: counted(record), range(16)))

    assert found == [list(range(1, 21))] * 16


def test_segments_hold_the_exact_bytes_of_the_entries(store: Store) -> None:
    filled(store, 11)

    written = store.record.compact(4)

    assert written == (
        "autotrain/record/segments/0000000001-0000000004.jsonl",
        "autotrain/record/segments/0000000005-0000000008.jsonl",
    )
    held = entry_bodies(store)
    assert store.home.get(written[0])[0] == b"".join(held[number] for number in (1, 2, 3, 4))
    assert store.home.get(written[1])[0] == b"".join(held[number] for number in (5, 6, 7, 8))
    assert store.record.compact(4) == ()
    assert store.record.verify().problems == ()
    assert store.check() == ()
    assert counted(Store(store.home).record) == list(range(1, 12))


def test_batches_of_different_sizes_do_no_harm(memory: Store) -> None:
    filled(memory, 100)

    memory.record.compact(7)
    memory.record.compact(10)
    filled(memory, 60)
    memory.record.compact(40)

    assert [event.facts["n"] for entry in Store(memory.home).record.read() for event in entry.events] == [
        *range(1, 101),
        *range(1, 61),
    ]
    assert memory.record.verify().problems == ()


def test_a_batch_that_is_too_large_to_be_worth_it_stays_as_it_is(
    memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(memory, 4)
    memory.record.append([Event("large", "x" * 5_000)], by="anna", at=NOW)
    filled(memory, 5)
    monkeypatch.setattr("autotrain_core.store._segments.LARGEST", 2_500)

    written = memory.record.compact(2)

    assert [key.rpartition("/")[2][:10] for key in written] == ["0000000001", "0000000003", "0000000007", "0000000009"]
    assert len(Store(memory.home).record.read()) == 10


@pytest.mark.parametrize("batch", [-1, 0, 1, 10_001])
def test_a_batch_has_bounds(memory: Store, batch: int) -> None:
    with pytest.raises(ValueError, match="2 to 10,000 entries"):
        memory.record.compact(batch)


def test_compacting_while_others_append_and_compact_loses_nothing(store: Store) -> None:
    done = threading.Event()

    def compact(_: int) -> int:
        record, rounds = Store(store.home).record, 0
        while not done.is_set() or rounds < 2:
            record.compact(5)
            rounds += 1
        return rounds

    def append(writer: int) -> None:
        record = Store(store.home).record
        for number in range(15):
            record.append([Event("counted", facts={"n": 100 * writer + number})], by=str(writer), at=NOW)

    with ThreadPoolExecutor(4) as pool:
        compacting = [pool.submit(compact, number) for number in range(2)]
        list(pool.map(append, range(2)))
        done.set()
        assert [one.result() > 1 for one in compacting] == [True, True]

    store.record.compact(5)
    found = store.record.verify(store.record.head())
    assert (found.number, found.problems) == (30, ())
    assert sorted(counted(Store(store.home).record)) == [*range(15), *range(100, 115)]
    assert store.check() == ()
