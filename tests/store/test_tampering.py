"""Whoever changes the record is found out, as far as a chain of hashes can find out."""

from collections.abc import Callable

import pytest

from autotrain_core.errors import DamagedError
from autotrain_core.store import Event, Home, MemoryHome, Store
from tests.store.conftest import NOW
from tests.store.passing import PassingHome
from tests.store.tampering import digest, entry_bodies, entry_key, filled, line_with, tampered

Bodies = dict[int, bytes]
Tampering = Callable[[Bodies], dict[str, bytes | None]]


def change_old(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(5): line_with(held[5], by="mallory")}


def change_last(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(40): line_with(held[40], by="mallory")}


def remove_one(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(5): None}


def remove_some(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(number): None for number in (5, 6, 7)}


def remove_first(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(1): None}


def remove_last(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(40): None}


def insert(held: Bodies) -> dict[str, bytes | None]:
    """A forged entry 5, and all later ones moved by one place, as they were."""
    forged = line_with(held[5], prev=digest(held[4]), by="mallory")
    moved = {entry_key(number + 1): line_with(held[number], number=number + 1) for number in range(5, 41)}
    return {**moved, entry_key(5): forged}


def swap(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(5): held[6], entry_key(6): held[5]}


def swap_and_renumber(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(5): line_with(held[6], number=5), entry_key(6): line_with(held[5], number=6)}


def rewrite_the_tail(held: Bodies) -> dict[str, bytes | None]:
    """From entry 38 on all is another story, and the chain is whole."""
    changes: dict[str, bytes | None] = {}
    prev = digest(held[37])
    for number in (38, 39, 40):
        line = line_with(held[number], by="mallory", prev=prev)
        changes[entry_key(number)], prev = line, digest(line)
    return changes


def pretend_a_beginning(held: Bodies) -> dict[str, bytes | None]:
    return {entry_key(1): line_with(held[1], prev="0" * 64)}


WITHOUT_ANCHOR = [
    change_old,
    remove_one,
    remove_some,
    remove_first,
    insert,
    swap,
    swap_and_renumber,
    pretend_a_beginning,
]
ONLY_WITH_ANCHOR = [change_last, remove_last, rewrite_the_tail]
SENTENCES: dict[Tampering, str] = {
    change_old: "Entry 6 was not written after this entry 5",
    remove_one: "Entry 5 is missing.",
    remove_some: "Entries 5 to 7 are missing.",
    remove_first: "Entry 1 is missing.",
    insert: "Entry 6 was not written after this entry 5",
    swap: "holds commit 6, where commit 5 belongs",
    swap_and_renumber: "Entry 5 was not written after this entry 4",
    pretend_a_beginning: "Entry 1 says that something came before it",
    change_last: "Entry 40 is not the one whose hash was noted as anchor",
    remove_last: "The anchor was noted at entry 40, and the record ends at entry 39",
    rewrite_the_tail: "Entry 40 is not the one whose hash was noted as anchor",
}


@pytest.fixture(scope="module")
def sound() -> Store:
    store = Store(MemoryHome())
    filled(store, 40)
    return store


def test_a_sound_record_is_found_sound(sound: Store) -> None:
    earlier = sound.record.read()[30].version

    found = sound.record.verify(sound.record.head())

    assert found.problems == sound.record.verify(earlier).problems == ()
    assert (found.number, found.version) == (40, sound.record.head())


@pytest.mark.parametrize("tamper", [*WITHOUT_ANCHOR, *ONLY_WITH_ANCHOR])
def test_tampering_is_found_and_named(sound: Store, tamper: Tampering) -> None:
    home = tampered(sound.home, tamper(entry_bodies(sound)))

    found = Store(home).record.verify(sound.record.head())

    assert any(SENTENCES[tamper] in problem for problem in found.problems), found.problems


@pytest.mark.parametrize("tamper", WITHOUT_ANCHOR)
def test_most_tampering_is_found_without_an_anchor(sound: Store, tamper: Tampering) -> None:
    home = tampered(sound.home, tamper(entry_bodies(sound)))

    assert Store(home).record.verify().problems
    assert Store(home).check()


@pytest.mark.parametrize("tamper", ONLY_WITH_ANCHOR)
def test_a_change_of_the_end_is_found_only_with_an_anchor(sound: Store, tamper: Tampering) -> None:
    home = tampered(sound.home, tamper(entry_bodies(sound)))

    assert Store(home).record.verify().problems == ()


@pytest.mark.parametrize("tamper", WITHOUT_ANCHOR)
def test_a_reader_is_not_given_a_broken_record(sound: Store, tamper: Tampering) -> None:
    home = tampered(sound.home, tamper(entry_bodies(sound)))

    with pytest.raises(DamagedError, match=r"autotrain/record/\d{10}\.json .*"):
        Store(home).record.read()


@pytest.mark.parametrize("tamper", [change_last, remove_last, rewrite_the_tail])
def test_a_process_that_read_the_end_sees_that_it_was_changed(sound: Store, tamper: Tampering) -> None:
    home = PassingHome(sound.home)
    record = Store(home).record
    record.read()
    home.home = tampered(sound.home, tamper(entry_bodies(sound)))

    with pytest.raises(DamagedError, match="start this process again"):
        record.read()


def test_a_process_that_read_the_end_sees_that_another_story_goes_on(sound: Store) -> None:
    home = PassingHome(sound.home)
    record = Store(home).record
    record.read()
    home.home = tampered(sound.home, rewrite_the_tail(entry_bodies(sound)))
    filled(Store(home.home), 1)

    with pytest.raises(DamagedError, match="as entry 40"):
        record.read()


@pytest.mark.parametrize("anchor", ["40", "40.", "0." + "0" * 64, "40." + "A" * 64, "x", "٤." + "0" * 64])
def test_what_is_no_anchor_is_refused(sound: Store, anchor: str) -> None:
    with pytest.raises(ValueError, match="an anchor is a number, a dot and 64 hexadecimal digits"):
        sound.record.verify(anchor)


def segments_of(home: Home) -> list[str]:
    return [listed.key for listed in home.list("autotrain/record/segments/")]


def forge(body: bytes) -> bytes:
    """A segment whose own chain is whole, and which tells another story."""
    lines = body.splitlines(keepends=True)
    forged, prev = [], b""
    for line in lines:
        forged.append(line_with(line, by="mallory", prev=digest(prev) if prev else ""))
        prev = forged[-1]
    return b"".join(forged)


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[:0],
        lambda body: body[:-1],
        lambda body: body[: len(body) // 2],
        lambda body: body + body,
        lambda body: body.replace(b"anna", b"nana", 1),
        lambda body: b"\xff" * len(body),
        lambda body: body[-1:] * 20,
        forge,
    ],
    ids=["empty", "without its end", "half", "twice", "changed", "noise", "blank", "forged"],
)
@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_segment_is_passed_over_and_named(sound: Store, damage: Callable[[bytes], bytes], which: int) -> None:
    compacted = Store(tampered(sound.home, {}))
    compacted.record.compact(20)
    key = segments_of(compacted.home)[which]
    home = tampered(compacted.home, {key: damage(compacted.home.get(key)[0])})

    found = Store(home).record

    assert found.read() == sound.record.read()
    assert any(key in problem for problem in found.verify().problems)
    assert any(key in problem for problem in Store(home).check())


def test_what_only_looks_like_a_segment_is_passed_over(sound: Store) -> None:
    names = ["0000000001-9999999999.jsonl", "0000000003-0000000002.jsonl", "0000000000-0000000003.jsonl", "x"]
    home = tampered(sound.home, {f"autotrain/record/segments/{name}": b"{}\n" for name in names})

    assert Store(home).record.read() == sound.record.read()
    assert len(Store(home).check()) == len(names)


def test_entries_that_are_gone_are_read_from_a_segment_that_fits_and_still_named(sound: Store) -> None:
    compacted = Store(tampered(sound.home, {}))
    compacted.record.compact(20)
    home = tampered(compacted.home, remove_some(entry_bodies(sound)))

    assert Store(home).record.read() == sound.record.read()
    assert "Entries 5 to 7 are missing." in Store(home).record.verify().problems


@pytest.mark.parametrize("batch", [10, 5, 4])
def test_a_broken_record_is_not_compacted(sound: Store, batch: int) -> None:
    home = tampered(sound.home, change_old(entry_bodies(sound)))

    with pytest.raises(DamagedError, match=entry_key(5)):
        Store(home).record.compact(batch)

    assert segments_of(home) == ([] if batch > 4 else ["autotrain/record/segments/0000000001-0000000004.jsonl"])


def test_a_commit_that_holds_no_events_is_no_entry(sound: Store) -> None:
    for body in ("", "[]", "{}", "[1]", '[{"kind":"x"}]', '[{"kind":1,"subject_id":"","facts":{}}]', "[" * 100_000):
        forged = line_with(entry_bodies(sound)[40], body=body)
        home = tampered(sound.home, {entry_key(40): forged})

        with pytest.raises(DamagedError, match="it holds no events"):
            Store(home).record.read()
        assert any("it holds no events" in problem for problem in Store(home).record.verify().problems)


def test_nobody_appends_behind_a_damaged_end(sound: Store) -> None:
    home = tampered(sound.home, {entry_key(41): b'{"number":41'})

    with pytest.raises(DamagedError):
        Store(home).record.append([Event("x")], by="anna", at=NOW)


def test_a_forged_number_far_ahead_is_found_without_a_search_for_all_before_it(sound: Store) -> None:
    far = 9_999_999_000
    home = tampered(sound.home, {entry_key(far): line_with(entry_bodies(sound)[40], number=far)})

    with pytest.raises(DamagedError):
        Store(home).record.read()
    assert f"Entries 41 to {far - 1} are missing." in Store(home).record.verify().problems
