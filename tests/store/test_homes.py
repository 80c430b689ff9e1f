"""What every home promises: the memory, a folder, and a bucket of a real server."""

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autotrain_core.errors import ConflictError, DamagedError, NotStoredError
from autotrain_core.store import ABSENT, Home, as_name

ODD_KEYS = [
    "saved_curriculums/Coupled Baiting_curriculum_v2.3_schema_v1.0.json",
    "a",
    "with blank",
    "ümläut/日本語/🐭",
    "50% off/100%/%41",
    "a+b=c&d;e",
    'it\'s "quoted"',
    "(brackets) [and] {braces} <angles>",
    "~tilde/!bang/$dollar/#hash/?question",
    ".hidden/..twice/...",
    "semi:colon,comma|pipe",
    "deep/" * 30 + "leaf",
    "n" * 200,
    "/".join(["x" * 199] * 3 + ["y" * 99]),
]


def test_what_was_created_is_read_as_it_was(home: Home) -> None:
    version = home.put("a/b.json", b'{"mice": 3}', replaces=ABSENT)

    body, head = home.get("a/b.json")

    assert body == b'{"mice": 3}'
    assert (head.version, head.size) == (version, 11)
    assert home.head("a/b.json") == head
    assert version


def test_a_time_is_told_in_utc(home: Home) -> None:
    home.put("a", b"1", replaces=ABSENT)

    (listed,) = home.list("a")

    for modified in (home.head("a").modified, listed.modified):
        assert modified.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - modified) < timedelta(minutes=1)


@pytest.mark.parametrize("body", [b"", b"\x00", bytes(range(256)) * 5000, b"\r\n\n\r"])
def test_any_bytes_come_back_unchanged(home: Home, body: bytes) -> None:
    home.put("a", body, replaces=ABSENT)

    found, head = home.get("a")

    assert found == body
    assert head.size == len(body)


def test_a_second_creator_is_told_what_is_there(home: Home) -> None:
    first = home.put("a", b"1", replaces=ABSENT)

    with pytest.raises(ConflictError) as caught:
        home.put("a", b"2", replaces=ABSENT)

    assert (caught.value.key, caught.value.expected, caught.value.found) == ("a", ABSENT, first)
    assert home.get("a")[0] == b"1"


def test_a_version_is_replaced_by_whoever_names_it(home: Home) -> None:
    first = home.put("a", b"1", replaces=ABSENT)

    second = home.put("a", b"2", replaces=first)

    assert second != first
    assert home.get("a")[0] == b"2"
    assert home.head("a").version == second


def test_of_two_writers_from_one_version_the_second_is_told(home: Home) -> None:
    first = home.put("a", b"1", replaces=ABSENT)
    second = home.put("a", b"2", replaces=first)

    with pytest.raises(ConflictError) as caught:
        home.put("a", b"3", replaces=first)

    assert (caught.value.expected, caught.value.found) == (first, second)
    assert home.get("a")[0] == b"2"


def test_nothing_is_replaced_where_nothing_is(home: Home) -> None:
    version = home.put("a", b"1", replaces=ABSENT)

    with pytest.raises(ConflictError) as caught:
        home.put("b", b"2", replaces=version)

    assert (caught.value.expected, caught.value.found) == (version, ABSENT)
    assert [listed.key for listed in home.list("")] == ["a"]


def test_a_return_to_earlier_content_is_a_new_version(home: Home) -> None:
    first = home.put("a", b"A", replaces=ABSENT)
    second = home.put("a", b"B", replaces=first)
    third = home.put("a", b"A", replaces=second)

    with pytest.raises(ConflictError):
        home.put("a", b"C", replaces=first)

    assert len({first, second, third}) == 3
    assert home.get("a")[0] == b"A"


def test_the_same_content_written_again_is_a_new_version(home: Home) -> None:
    versions = [home.put("a", b"A", replaces=ABSENT)]

    for _ in range(5):
        versions.append(home.put("a", b"A", replaces=versions[-1]))

    assert len(set(versions)) == 6


@pytest.mark.parametrize("ask", [Home.get, Home.head, Home.open], ids=["get", "head", "open"])
@pytest.mark.parametrize("key", ["a", "a/b", "nowhere/at/all", "a.json"])
def test_what_is_not_there_is_not_stored(home: Home, ask: Callable[..., object], key: str) -> None:
    home.put("a/b/c", b"1", replaces=ABSENT)

    with pytest.raises(NotStoredError, match=key):
        getattr(home, ask.__name__)(key)


@pytest.mark.parametrize("key", ODD_KEYS, ids=range(len(ODD_KEYS)))
def test_odd_keys_are_keys(home: Home, key: str) -> None:
    version = home.put(key, b"1", replaces=ABSENT)

    assert home.get(key)[1].version == version
    assert [listed.key for listed in home.list("")] == [key]
    assert [listed.key for listed in home.list(key[:-1])] == [key]
    assert home.put(key, b"2", replaces=version) == home.head(key).version


@pytest.mark.parametrize("text", ["CON", "a/b", "..", "mouse 1.", "x.tmp", "ü" * 30, "\n", "%"])
def test_any_text_is_a_name_of_a_key(home: Home, text: str) -> None:
    key = f"documents/{as_name(text)}/1.json"

    home.put(key, b"1", replaces=ABSENT)

    assert list(home.folders("documents/")) == [as_name(text)]
    assert home.get(key)[0] == b"1"


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/./b", "a\nb", "a.tmp", "n" * 701])
def test_what_is_no_key_is_a_fault_of_the_program(home: Home, key: str) -> None:
    for ask in (home.get, home.head, home.open):
        with pytest.raises(ValueError, match="key"):
            ask(key)
    with pytest.raises(ValueError, match="key"):
        home.put(key, b"", replaces=ABSENT)


TREE = ["a", "a b/x", "a!", "a-b", "a.json", "a/b", "a/b-c/1", "a/b/1", "a/b/2", "a0", "b", "é", "~"]
# A folder cannot hold an object and a folder of one name, and no program of ours makes them.
PLAIN_TREE = [key for key in TREE if not any(other.startswith(f"{key}/") for other in TREE)]


def planted(home: Home, keys: list[str]) -> Home:
    for key in reversed(keys):
        home.put(key, key.encode(), replaces=ABSENT)
    return home


def keys_of(home: Home, prefix: str = "", *, after: str = "", most: int | None = None) -> list[str]:
    return [listed.key for listed in home.list(prefix, after=after, most=most)]


def in_order(keys: list[str]) -> list[str]:
    return sorted(keys, key=lambda key: key.encode())


def test_a_listing_comes_in_the_order_of_bytes(home: Home) -> None:
    planted(home, PLAIN_TREE)

    listed = list(home.list(""))

    assert [one.key for one in listed] == in_order(PLAIN_TREE)
    assert [one.size for one in listed] == [len(key.encode()) for key in in_order(PLAIN_TREE)]


def test_a_listing_begins_behind_any_key_and_ends_after_so_many(home: Home) -> None:
    planted(home, PLAIN_TREE)
    places = ["", *PLAIN_TREE, "a", "a/", "a/b", "a/b/", "a/zzz", "0", "zzz"]

    for after in places:
        behind = [key for key in in_order(PLAIN_TREE) if key.encode() > after.encode()]
        assert keys_of(home, after=after) == behind
        assert keys_of(home, after=after, most=2) == behind[:2]
    assert keys_of(home, most=0) == []


@pytest.mark.parametrize(
    "prefix", ["a", "a/", "a/b", "a/b/", "a/b/1", "a b", "nothing", "a/nothing/", "é", "./", "../", "/"]
)
def test_a_listing_holds_what_begins_with_the_prefix(home: Home, prefix: str) -> None:
    planted(home, PLAIN_TREE)
    wanted = [key for key in in_order(PLAIN_TREE) if key.startswith(prefix)]

    assert keys_of(home, prefix) == wanted
    for after in (f"{prefix}/", "a/b/1", "a-", "", "b", "~~"):
        assert keys_of(home, prefix, after=after) == [key for key in wanted if key.encode() > after.encode()]
    assert keys_of(home, prefix, most=1) == wanted[:1]


def test_folders_are_the_names_before_the_next_slash(home: Home) -> None:
    planted(home, [*PLAIN_TREE, "a/é/x", "a/B/x", "a/a b/x"])

    assert list(home.folders("")) == ["a", "a b"]
    assert list(home.folders("a/")) == ["B", "a b", "b", "b-c", "é"]
    assert list(home.folders("a/b/")) == []
    assert list(home.folders("nothing/")) == []


def test_the_newest_of_a_row_of_inverted_numbers_is_one_listing(home: Home) -> None:
    names = [f"row/{9_999_999_999 - number:010}.json" for number in range(1, 8)]
    planted(home, [*names, "row/-foreign"])

    assert keys_of(home, "row/", after="row/0", most=1) == [names[-1]]
    assert keys_of(home, "row/", after=names[-1], most=2) == [names[-2], names[-3]]


def test_a_listing_of_more_than_a_page_is_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    # A page of a server has 1000 keys; so many would take long to write.
    monkeypatch.setattr("autotrain_core.store._s3_list._PAGE", 20)
    flat = [f"many/{number:04}" for number in range(70)]
    deep = [f"many/deep/{number:04}/x" for number in range(50)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: home.put(key, b"", replaces=ABSENT), [*flat, *deep]))

    assert keys_of(home, "many/") == [*flat, *deep]
    assert keys_of(home, "many/", after=flat[40]) == [*flat[41:], *deep]
    assert keys_of(home, "many/", after=deep[30]) == deep[31:]
    assert keys_of(home, "many/", most=61) == flat[:61]
    assert list(home.folders("")) == ["many"]
    assert list(home.folders("many/deep/")) == [f"{number:04}" for number in range(50)]


def test_a_file_is_read_at_any_place(home: Home) -> None:
    body = bytes(range(256)) * 4096
    home.put("a", body, replaces=ABSENT)

    with home.open("a") as file:
        assert file.seek(0, io.SEEK_END) == len(body)
        assert file.read() == b""
        for place, size in [
            (0, 10),
            (700_000, 300),
            (700_100, 300_000),
            (5, 5),
            (len(body) - 3, 10),
            (len(body) + 9, 5),
        ]:
            file.seek(place)
            assert file.read(size) == body[place : place + size]
        assert file.seek(-4, io.SEEK_CUR)
        file.seek(-10, io.SEEK_END)
        assert file.tell() == len(body) - 10
        assert file.read() == body[-10:]
        file.seek(0)
        assert file.read() == body


def test_an_empty_file_is_read(home: Home) -> None:
    home.put("a", b"", replaces=ABSENT)

    with home.open("a") as file:
        assert file.read() == b""


def test_a_part_of_a_table_is_read_from_an_open_file(home: Home) -> None:
    table = pa.table({"subject": [f"{number // 1000}" for number in range(50_000)], "value": range(50_000)})
    written = pa.BufferOutputStream()
    pq.write_table(table, written, row_group_size=5_000)
    home.put("table.parquet", written.getvalue().to_pybytes(), replaces=ABSENT)

    with home.open("table.parquet") as file:
        part = pq.ParquetFile(file).read_row_group(3, columns=["value"])

    assert part.column("value").to_pylist() == list(range(15_000, 20_000))


def test_what_is_larger_than_allowed_is_not_read(home: Home) -> None:
    home.put("a", b"12345", replaces=ABSENT)

    with pytest.raises(DamagedError, match=r"a (has|holds) 5 bytes") as caught:
        home.get("a", largest=4)

    assert caught.value.key == "a"
    assert home.get("a", largest=5)[0] == b"12345"


def test_of_many_creators_at_once_one_wins(home: Home) -> None:
    start = threading.Barrier(4)

    def create(number: int) -> str:
        start.wait()
        try:
            return home.put("a", b"%d" % number, replaces=ABSENT)
        except ConflictError:
            return ""

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(create, range(4)))

    (winner,) = [number for number, version in enumerate(versions) if version]
    body, head = home.get("a")
    assert (body, head.version) == (b"%d" % winner, versions[winner])


def test_of_many_increments_at_once_none_is_lost(home: Home) -> None:
    home.put("count", b"0", replaces=ABSENT)

    def increment(_: int) -> None:
        while True:
            body, head = home.get("count")
            try:
                home.put("count", b"%d" % (int(body) + 1), replaces=head.version)
            except ConflictError:
                continue
            return

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(increment, range(12)))

    assert home.get("count")[0] == b"12"


def test_a_home_says_where_it_is(home: Home) -> None:
    assert home.url
