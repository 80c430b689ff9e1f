"""Whatever lies in the bucket: who asks for it is told which object is damaged, and all others are served."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import AutotrainError, DamagedError, NotStoredError, StoreUnavailableError
from autotrain_core.store import ABSENT, LARGEST, Event, Head, Home, Listed, MemoryHome, Store, TableRef
from tests.store.conftest import NOW
from tests.store.passing import PassingHome
from tests.store.tampering import entry_key, filled, line_with, tampered
from tests.store.test_tables import a_table, large_table

NEWEST = "autotrain/documents/a/9999999997.json"
OLDER = "autotrain/documents/a/9999999998.json"
Damage = Callable[[bytes], bytes]


@pytest.fixture
def sound(memory: Store) -> Store:
    """Two documents, one of them in two versions, three entries and a table."""
    memory.write("a", b"2", replaces=memory.write("a", b"1", replaces=ABSENT))
    memory.write("b", b"b", replaces=ABSENT)
    filled(memory, 3)
    memory.save_table("t", a_table())
    return memory


COMMITS: dict[str, Damage] = {
    "empty": lambda line: line[:0],
    "cut off": lambda line: line[:-10],
    "without its line break": lambda line: line[:-1],
    "no text": lambda line: b"\xff" + line,
    "no json": lambda line: b"<html>" + line,
    "another json": lambda line: line[:0] + b"[]\n",
    "no fields": lambda line: line[:0] + b"{}\n",
    "deep": lambda line: b"[" * 100_000 + line,
    "a number too long": lambda line: line.replace(b'"number":', b'"number":' + b"9" * 5000),
    "the number of another": lambda line: line_with(line, number=7),
    "a number in words": lambda line: line_with(line, number="2"),
    "a number as truth": lambda line: line_with(line, number=True),
    "no body": lambda line: line_with(line, body=None),
    "a body that is no text": lambda line: line_with(line, body={}),
    "removed in words": lambda line: line_with(line, removed="no"),
    "half of a surrogate pair": lambda line: json.dumps({**json.loads(line), "by": "\ud800"}).encode() + b"\n",
    "a time that is none": lambda line: line_with(line, at="yesterday"),
    "a time without a zone": lambda line: line_with(line, at="2026-01-01T00:00:00"),
    "a time of another zone": lambda line: line_with(line, at="2026-01-01T00:00:00.000000+01:00"),
    "a number that is none": lambda line: line.replace(b'"wid":', b'"x":NaN,"wid":'),
    "a field twice": lambda line: line.replace(b'"by":""', b'"by":"","by":"mallory"'),
    "other blanks": lambda line: json.dumps(json.loads(line)).encode() + b"\n",
    "two lines": lambda line: line + line,
}


@pytest.mark.parametrize("damage", COMMITS.values(), ids=COMMITS)
def test_a_damaged_document_is_named_and_the_others_are_served(sound: Store, damage: Damage) -> None:
    line, _ = sound.home.get(NEWEST)
    store = Store(tampered(sound.home, {NEWEST: damage(line)}))

    for ask in (
        lambda: store.read("a"),
        lambda: store.history("a"),
        lambda: store.write("a", b"3", replaces=ABSENT),
        lambda: store.update("a", lambda _: b"3"),
    ):
        with pytest.raises(DamagedError, match=NEWEST) as caught:
            ask()
        assert caught.value.key == NEWEST
    assert store.documents() == ("a", "b")
    assert store.read("b").body == b"b"
    assert len(store.record.read()) == 3
    assert [problem for problem in store.check() if NEWEST in problem and "The document 'a'" in problem]


def test_an_older_version_that_is_damaged_harms_only_the_history(sound: Store) -> None:
    store = Store(tampered(sound.home, {OLDER: b"{}\n"}))

    with pytest.raises(DamagedError, match=OLDER):
        store.history("a")

    assert store.read("a").body == b"2"
    assert store.history("a", most=1)[0].body == b"2"
    assert store.check() == ()
    assert len(store.check(thorough=True)) == 1


def test_a_version_that_is_gone_is_found(sound: Store) -> None:
    store = Store(tampered(sound.home, {OLDER: None}))

    assert store.read("a").body == b"2"
    assert store.check() == ("The document 'a' has lost its version 1.",)


def test_a_version_that_was_changed_is_found_by_a_thorough_check(sound: Store) -> None:
    line, _ = sound.home.get(OLDER)
    store = Store(tampered(sound.home, {OLDER: line_with(line, body="forged")}))

    assert store.check() == ()
    assert store.check(thorough=True) == ("The document 'a': version 2 was not written after this version 1.",)


def test_a_commit_of_a_later_program_with_more_to_say_is_read(sound: Store) -> None:
    line, _ = sound.home.get(NEWEST)
    store = Store(tampered(sound.home, {NEWEST: line_with(line, reviewed_by="ben")}))

    assert store.read("a").body == b"2"


FOREIGN = [
    "!",
    " ",
    "-",
    ".DS_Store",
    "0",
    "0000000000",
    "0000000000.json.bak",
    "0000000000.json/x",
    "0000000000.jsonl",
    "0000000001.JSON",
    "00000000010.json",
    "9999999997.json~",
    "9999999999.json",
    "99999999999.json",
    "٠٠٠٠٠٠٠٠٠١.json",
    "Thumbs.db",
    "latest.json",
    "~",
    "é.json",
]


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("place", ["autotrain/documents/a", "autotrain/record"])
def test_a_foreign_object_beside_commits_is_passed_over_and_told(sound: Store, place: str, name: str) -> None:
    home = tampered(sound.home, {f"{place}/{name}": b"foreign"})
    store = Store(home)

    assert store.read("a").body == b"2"
    assert [one.body for one in store.history("a")] == [b"2", b"1"]
    assert len(store.record.read()) == 3
    assert store.record.verify().problems == ()
    assert store.check() == (f"{place}/{name} is not ours: nothing in this program writes it, and nothing reads it.",)
    store.write("a", b"3", replaces=store.read("a").version)
    store.record.append([Event("x")], by="anna", at=NOW)
    assert store.read("a").number == 3
    assert len(store.record.read()) == 4


def test_a_thousand_foreign_objects_before_the_newest_are_passed_over(sound: Store) -> None:
    store = Store(tampered(sound.home, {f"autotrain/documents/a/0{number}": b"" for number in range(1_500)}))

    assert store.read("a").body == b"2"
    assert len(store.check()) == 1_500


@pytest.mark.parametrize(
    "key",
    [
        "autotrain/x",
        "autotrain/documents/9999999998.json",
        "autotrain/documents/a/b",
        "autotrain/documents/%61/9999999998.json",
        "autotrain/documents/c&d/9999999998.json",
        "autotrain/tables/t.parquet",
        "autotrain/tables/t/x.parquet",
        "autotrain/tables/a&b/" + "0" * 64 + ".parquet",
        "autotrain/tables/t/" + "A" * 64 + ".parquet",
        "autotrain/tables/" + "x" * 201 + "/" + "0" * 64 + ".parquet",
        "autotrain/documents/" + "x" * 201 + "/9999999998.json",
        "autotrain/adopted/x",
        "autotrain/probe/x",
        "autotrain/record/a/9999999998.json",
        "autotrain/record/segments/9999999998.json",
    ],
)
def test_a_foreign_object_anywhere_is_told(sound: Store, key: str) -> None:
    store = Store(tampered(sound.home, {key: b"foreign"}))

    assert [problem.split(" is not ours")[0] for problem in store.check(thorough=True)] == [key]
    assert store.documents() == ("a", "b")


@pytest.mark.parametrize("key", ["autotrain/adopted/" + "0" * 64, "autotrain/tables/t/" + "0" * 64 + ".parquet"])
def test_what_is_called_by_another_hash_is_found_by_a_thorough_check(sound: Store, key: str) -> None:
    store = Store(tampered(sound.home, {key: b"other"}))
    empty = Store(tampered(sound.home, {key: b""}))

    assert store.check() == ()
    assert [problem for problem in store.check(thorough=True) if key in problem and "its hash is another" in problem]
    assert [problem for problem in empty.check() if key in problem]


def test_a_version_that_vanishes_while_it_is_looked_for_is_told(sound: Store) -> None:
    store = Store(_Vanishing(sound.home))

    assert "Entry 1 was there a moment ago and is gone." in store.record.verify().problems
    assert len(store.check(thorough=True)) == 6
    with pytest.raises(DamagedError, match="entry 1 of the record is gone"):
        store.record.compact(2)


def test_a_disk_that_fails_in_the_middle_of_a_table_is_no_damage(large: tuple[Home, TableRef]) -> None:
    home, ref = large

    with pytest.raises(StoreUnavailableError, match=r"cannot be read from memory:.* Input/output error"):
        Store(_Failing(home)).load_table(ref, columns=["session"])


def test_a_table_that_ends_while_it_is_read_is_damaged(large: tuple[Home, TableRef]) -> None:
    home, ref = large

    with pytest.raises(DamagedError, match="it ends before its end"):
        Store(_Failing(home, ending=True)).load_table(ref, columns=["session"])


def test_a_reference_with_another_number_of_rows_is_found_out(sound: Store) -> None:
    ref = replace(sound.save_table("t", a_table()), rows=4)

    with pytest.raises(DamagedError, match="3 rows, where 4 were saved"):
        sound.load_table(ref)


def test_what_lies_outside_is_not_looked_at(sound: Store) -> None:
    store = Store(tampered(sound.home, {"foraging/df_sessions.pkl": b"", "autotrain2/x": b"", "autotrain/probe": b""}))

    assert store.check(thorough=True) == ()


TABLES: dict[str, Damage] = {
    "empty": lambda body: body[:0],
    "cut off": lambda body: body[: len(body) // 2],
    "without its last byte": lambda body: body[:-1],
    "longer": lambda body: body + b"x",
    "another": lambda body: b"x" * len(body),
    "another first byte": lambda body: b"X" + body[1:],
    "another byte in the middle": lambda body: _flipped(body, len(body) // 2),
    "another byte in the footer": lambda body: _flipped(body, len(body) - 100),
}


def _flipped(body: bytes, place: int) -> bytes:
    return body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :]


@pytest.mark.parametrize("damage", TABLES.values(), ids=TABLES)
def test_a_damaged_table_is_named_and_the_others_are_served(sound: Store, damage: Damage) -> None:
    ref = sound.save_table("other", a_table().head(2))
    body, _ = sound.home.get(ref.key)
    store = Store(tampered(sound.home, {ref.key: damage(body)}))

    for part in ({}, {"columns": ["session"]}, {"subjects": ["447921"]}):
        with pytest.raises(DamagedError) as caught:
            store.load_table(ref, **part)
        assert caught.value.key == ref.key
    assert len(store.load_table(sound.save_table("t", a_table()))) == 3
    assert [problem for problem in store.check(thorough=True) if ref.key in problem]
    if len(damage(body)) != len(body):
        with pytest.raises(DamagedError):
            store.save_table("other", a_table().head(2))


@pytest.fixture(scope="module")
def large() -> tuple[Home, TableRef]:
    home = MemoryHome()
    return home, Store(home).save_table("sessions", large_table(300))


@pytest.mark.parametrize(
    "damage", [one for name, one in TABLES.items() if "first" not in name and "middle" not in name]
)
def test_a_part_of_a_damaged_large_table_is_not_given(large: tuple[Home, TableRef], damage: Damage) -> None:
    home, ref = large
    body, _ = home.get(ref.key)
    store = Store(tampered(home, {ref.key: damage(body)}))

    for part in ({"columns": ["session", "stage"]}, {"subjects": ["100100"]}):
        with pytest.raises(DamagedError, match=ref.key):
            store.load_table(ref, **part)


def test_a_page_that_was_changed_is_found_by_its_checksum(large: tuple[Home, TableRef]) -> None:
    home, ref = large
    body, _ = home.get(ref.key)
    whole = Store(home).load_table(ref)
    found_out = 0

    for place in range(100, len(body) - 1000, len(body) // 40):
        store = Store(tampered(home, {ref.key: _flipped(body, place)}))
        try:
            part = store.load_table(ref, columns=["session", "metric_2", "stage"])
        except DamagedError:
            found_out += 1
        else:
            # The change lies in a column that was not asked for.
            pd.testing.assert_frame_equal(part, whole[["session", "metric_2", "stage"]])

    assert found_out > 3


@given(place=st.integers(0, 2_000), length=st.integers(1, 40), noise=st.binary(min_size=1, max_size=40))
def test_noise_in_a_table_is_never_a_crash(place: int, length: int, noise: bytes) -> None:
    store = Store(MemoryHome())
    ref = store.save_table("t", a_table())
    body, _ = store.home.get(ref.key)
    place = max(0, len(body) - 1 - place)
    home = tampered(store.home, {ref.key: body[:place] + noise + body[place + length :]})

    try:
        found = Store(home).load_table(ref)
    except DamagedError:
        return

    assert home.get(ref.key)[0] == body
    pd.testing.assert_frame_equal(found, a_table())


@given(data=st.data())
def test_noise_in_a_large_table_is_never_a_crash(data: st.DataObject, large_small_pages: tuple[Home, TableRef]) -> None:
    home, ref = large_small_pages
    body, _ = home.get(ref.key)
    place = len(body) - 1 - data.draw(st.integers(0, 6_000))
    noise = data.draw(st.binary(min_size=1, max_size=8))
    changed = (body[:place] + noise + body[place + len(noise) :])[: len(body)]

    try:
        found = Store(tampered(home, {ref.key: changed})).load_table(ref, columns=["session"], subjects=["100001"])
    except AutotrainError as error:
        assert isinstance(error, DamagedError)
    else:
        pd.testing.assert_frame_equal(found, pd.DataFrame({"session": range(1, 501)}))


@pytest.fixture(scope="module")
def large_small_pages() -> tuple[Home, TableRef]:
    home = MemoryHome()
    return home, Store(home).save_table("sessions", large_table(160))


def test_an_object_that_announces_five_gigabytes_is_not_read(sound: Store) -> None:
    ref = sound.save_table("t", a_table())
    store = Store(_Announcing(sound.home, 5 * 1024**3))

    for ask in (
        lambda: store.read("a"),
        store.record.read,
        lambda: store.load_table(ref),
        lambda: store.record.compact(2),
    ):
        with pytest.raises(DamagedError, match="5,368,709,120 bytes"):
            ask()
    assert len(store.check(thorough=True)) > 3


@pytest.mark.parametrize("key", [NEWEST, entry_key(3)])
def test_a_commit_that_is_larger_than_any_commit_is_not_read(sound: Store, key: str) -> None:
    store = Store(tampered(sound.home, {key: b" " * (33 * 1024**2)}))

    with pytest.raises(DamagedError, match=key):
        _ = store.read("a"), store.record.read()


class _Vanishing(PassingHome):
    """Lists what is no longer there, but for the newest."""

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        if key == entry_key(3):
            return super().get(key, largest=largest)
        raise NotStoredError(f"There is no {key}.")


class _Failing(PassingHome):
    """Opens files of a disk that is broken, or files that end too early."""

    def __init__(self, home: Home, *, ending: bool = False) -> None:
        super().__init__(home)
        self.ending = ending

    def open(self, key: str) -> BinaryIO:
        file = super().open(key)

        def fail(size: int | None = -1) -> bytes:
            if self.ending:
                return b""
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        file.read = fail  # type: ignore[method-assign]
        return file


class _Announcing(PassingHome):
    """Says of everything that it is huge, and gives nothing of it to whoever wants less."""

    def __init__(self, home: Home, size: int) -> None:
        super().__init__(home)
        self.size = size

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        if self.size > largest:
            raise DamagedError(key, f"has {self.size:,} bytes, where {largest:,} are the most that are read.")
        raise AssertionError(f"{key} would have been read")

    def list(self, prefix: str, *, after: str = "", most: int | None = None) -> Iterator[Listed]:
        for listed in super().list(prefix, after=after, most=most):
            yield Listed(listed.key, self.size, listed.modified)
