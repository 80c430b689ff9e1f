"""Documents: each write names the version that it replaces, and nothing that was written is lost."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from autotrain_core.errors import ConflictError, DocumentError, NotStoredError, StoreUnavailableError
from autotrain_core.store import ABSENT, Home, Store
from tests.store.conftest import NOW
from tests.store.passing import Counting, Deceiving, Interrupted


def test_what_was_written_is_read(store: Store) -> None:
    body = '{"name": "Čubička"}\r\n\ufeff'.encode()

    version = store.write("drafts/Coupled Baiting", body, replaces=ABSENT, by="anna", at=NOW, note="first try")

    found = store.read("drafts/Coupled Baiting")
    assert store.url == store.home.url
    assert found.key == "drafts/Coupled Baiting"
    assert found.body == body
    assert found.version == version
    assert (found.number, found.by, found.at, found.note, found.removed) == (1, "anna", NOW, "first try", False)


def test_what_is_not_there_is_not_stored(store: Store) -> None:
    with pytest.raises(NotStoredError, match="no document 'drafts/a'"):
        store.read("drafts/a")
    with pytest.raises(NotStoredError, match="never was"):
        store.history("drafts/a")


def test_of_two_writers_from_one_version_the_second_is_told(store: Store) -> None:
    first = store.write("a", b"1", replaces=ABSENT)
    second = store.write("a", b"2", replaces=first)

    with pytest.raises(ConflictError) as caught:
        store.write("a", b"3", replaces=first)

    assert (caught.value.key, caught.value.expected, caught.value.found) == ("a", first, second)
    assert store.read("a").body == b"2"


def test_of_two_writers_of_a_new_document_the_second_is_told(store: Store) -> None:
    first = store.write("a", b"1", replaces=ABSENT)

    with pytest.raises(ConflictError) as caught:
        store.write("a", b"2", replaces=ABSENT)

    assert (caught.value.expected, caught.value.found) == (ABSENT, first)


def test_who_replaces_what_never_was_is_told(store: Store) -> None:
    with pytest.raises(ConflictError) as caught:
        store.write("a", b"2", replaces="1.abc")

    assert (caught.value.expected, caught.value.found) == ("1.abc", ABSENT)
    assert store.documents() == ()


def test_a_body_that_came_back_is_another_version(store: Store) -> None:
    first = store.write("a", b"A", replaces=ABSENT)
    second = store.write("a", b"B", replaces=first)
    third = store.write("a", b"A", replaces=second)

    with pytest.raises(ConflictError):
        store.write("a", b"C", replaces=first)

    assert len({first, second, third}) == 3
    assert store.read("a").body == b"A"


def test_the_same_saved_twice_is_two_versions(store: Store) -> None:
    first = store.write("a", b"A", replaces=ABSENT)

    second = store.write("a", b"A", replaces=first)

    assert first != second


def test_who_comes_between_reading_and_writing_wins(memory: Store) -> None:
    other = Store(memory.home)
    racing = Store(Interrupted(memory.home, lambda: other.write("a", b"rival", replaces=ABSENT)))

    with pytest.raises(ConflictError) as caught:
        racing.write("a", b"mine", replaces=ABSENT)

    assert caught.value.found == memory.read("a").version
    assert memory.read("a").body == b"rival"


def test_what_was_removed_is_gone_and_its_history_stays(store: Store) -> None:
    first = store.write("a", b"1", replaces=ABSENT, by="anna")

    store.remove("a", replaces=first, by="ben", at=NOW, note="by mistake")

    with pytest.raises(NotStoredError, match=f"removed by ben on {NOW:%Y-%m-%d}"):
        store.read("a")
    assert store.documents() == ()
    assert [(one.number, one.body, one.removed, one.by, one.note) for one in store.history("a")] == [
        (2, b"", True, "ben", "by mistake"),
        (1, b"1", False, "anna", ""),
    ]


def test_what_was_removed_can_be_brought_back(store: Store) -> None:
    gone = store.remove("a", replaces=store.write("a", b"1", replaces=ABSENT))
    brought = store.write("a", store.history("a")[1].body, replaces=gone)
    store.remove("a", replaces=brought)

    store.write("a", b"again", replaces=ABSENT)

    assert store.read("a").body == b"again"
    assert [one.removed for one in store.history("a")] == [False, True, False, True, False]


def test_who_writes_to_a_version_that_was_removed_is_told_that_it_is_gone(store: Store) -> None:
    first = store.write("a", b"1", replaces=ABSENT)
    store.remove("a", replaces=first)

    with pytest.raises(ConflictError, match="no longer there") as caught:
        store.write("a", b"2", replaces=first)

    assert caught.value.found == ABSENT


def test_removing_needs_the_version_that_is_there(store: Store) -> None:
    first = store.write("a", b"1", replaces=ABSENT)
    store.write("a", b"2", replaces=first)

    with pytest.raises(ConflictError):
        store.remove("a", replaces=first)
    with pytest.raises(ConflictError):
        store.remove("a", replaces=ABSENT)
    with pytest.raises(NotStoredError):
        store.remove("b", replaces=ABSENT)

    assert store.read("a").body == b"2"


def test_an_update_changes_what_is_there(store: Store) -> None:
    seen: list[bytes | None] = []

    def grow(body: bytes | None) -> bytes:
        seen.append(body)
        return (body or b"") + b"."

    store.update("a", grow)
    version = store.update("a", grow, by="anna", at=NOW)

    assert seen == [None, b"."]
    assert (store.read("a").body, store.read("a").version, store.read("a").by) == (b"..", version, "anna")


def test_an_update_of_what_was_removed_starts_from_nothing(store: Store) -> None:
    store.remove("a", replaces=store.write("a", b"1", replaces=ABSENT))

    store.update("a", lambda body: b"new" if body is None else b"old")

    assert store.read("a").body == b"new"


def test_an_update_that_changes_nothing_writes_nothing(store: Store) -> None:
    first = store.write("a", b"1", replaces=ABSENT)

    again = store.update("a", lambda _: b"1")

    assert again == first
    assert len(store.history("a")) == 1


def test_an_update_begins_again_when_another_was_faster(memory: Store) -> None:
    other = Store(memory.home)
    racing = Store(Interrupted(memory.home, lambda: other.update("a", lambda body: (body or b"") + b"."), times=3))

    racing.update("a", lambda body: (body or b"") + b"me")

    assert memory.read("a").body == b"...me"


def test_an_update_that_is_always_too_late_gives_up(memory: Store) -> None:
    other = Store(memory.home)
    racing = Store(Interrupted(memory.home, lambda: other.update("a", lambda body: (body or b"") + b".")))

    with pytest.raises(ConflictError) as caught:
        racing.update("a", lambda body: (body or b"") + b"me", seconds=0.05)

    assert (caught.value.key, caught.value.found) == ("a", memory.read("a").version)
    assert b"me" not in memory.read("a").body


def test_a_home_that_does_not_answer_is_no_conflict(memory: Store) -> None:
    def fail() -> None:
        raise StoreUnavailableError("The bucket does not answer.")

    broken = Store(Interrupted(memory.home, fail))

    with pytest.raises(StoreUnavailableError):
        broken.update("a", lambda _: b"1")
    with pytest.raises(StoreUnavailableError):
        broken.write("a", b"1", replaces=ABSENT)

    assert memory.documents() == ()


def test_a_write_that_only_seemed_to_lose_is_known_by_its_id(memory: Store) -> None:
    deceived = Store(Deceiving(memory.home))

    version = deceived.write("a", b"1", replaces=ABSENT)

    assert memory.read("a").version == version
    assert len(memory.history("a")) == 1


def test_documents_of_a_folder_are_listed_in_order(store: Store) -> None:
    for key in ("drafts/b", "drafts/ä/1", "drafts/a", "drafts/%41", "other", "drafts/gone", "draft"):
        store.write(key, b"", replaces=ABSENT)
    store.remove("drafts/gone", replaces=store.read("drafts/gone").version)

    assert store.documents("drafts/") == ("drafts/%41", "drafts/a", "drafts/b")
    assert store.documents("drafts") == store.documents("drafts/")
    assert store.documents("drafts/ä/") == ("drafts/ä/1",)
    assert store.documents() == ("draft", "other")
    assert store.documents("nowhere/") == ()


@pytest.mark.parametrize(
    "name",
    [
        "9999999998.json",
        "0000000000.json",
        "9999999999.json",
        "a.tmp",
        ".",
        "..",
        " ",
        "ends with a dot.",
        "?*:|<>\\",
        "a&b=c",
        "%2F",
        "😀",
    ],
)
def test_any_name_is_a_document_of_its_own(store: Store, name: str) -> None:
    store.write("folder", b"the folder", replaces=ABSENT)
    store.write(f"folder/{name}", name.encode(), replaces=ABSENT)

    assert store.read("folder").body == b"the folder"
    assert store.read(f"folder/{name}").body == name.encode()
    assert store.documents("folder/") == (f"folder/{name}",)
    assert store.check() == ()


@pytest.mark.parametrize("key", ["", "/", "a/", "/a", "a//b", "x" * 300])
def test_a_key_with_an_empty_or_endless_name_is_refused(memory: Store, key: str) -> None:
    with pytest.raises(ValueError, match="a name has 1 to"):
        memory.write(key, b"", replaces=ABSENT)


def test_a_history_goes_back_as_far_as_it_is_asked_for(store: Store) -> None:
    version = ABSENT
    for number in range(1, 25):
        version = store.write("a", str(number).encode(), replaces=version)

    assert [one.number for one in store.history("a")] == list(range(24, 0, -1))
    assert [one.body for one in store.history("a", most=2)] == [b"24", b"23"]
    assert store.history("a", most=0) == ()
    assert store.history("a")[3].version != store.history("a")[4].version


def test_what_is_no_text_is_no_document(memory: Store) -> None:
    with pytest.raises(DocumentError, match=r"'a' is not UTF-8 \(byte 3\)"):
        memory.write("a", b"ok\xff", replaces=ABSENT)
    with pytest.raises(DocumentError, match="half of a surrogate pair"):
        memory.write("a", b"ok", replaces=ABSENT, by="\ud800")

    assert memory.documents() == ()


def test_a_document_that_is_too_large_is_refused(memory: Store) -> None:
    memory.write("largest", b"x" * 16 * 1024**2, replaces=ABSENT)

    with pytest.raises(DocumentError, match="'a' is too large to be kept"):
        memory.write("a", b"x" * (16 * 1024**2 + 1), replaces=ABSENT)
    with pytest.raises(DocumentError, match="too large to be kept"):
        memory.write("a", b"\x01" * 16 * 1024**2, replaces=ABSENT)

    assert memory.documents() == ("largest",)
    assert len(memory.read("largest").body) == 16 * 1024**2


def test_a_time_is_kept_as_the_same_moment(memory: Store) -> None:
    at = datetime(2026, 3, 4, 23, 30, 0, 125, tzinfo=timezone(timedelta(hours=-8)))

    memory.write("a", b"", replaces=ABSENT, at=at)

    assert memory.read("a").at == at
    assert memory.read("a").at == datetime(2026, 3, 5, 7, 30, 0, 125, tzinfo=UTC)
    with pytest.raises(ValueError, match="without a zone"):
        memory.write("b", b"", replaces=ABSENT, at=at.replace(tzinfo=None))


def test_a_commit_is_one_line_of_canonical_json_that_holds_the_hash_of_the_one_before(memory: Store) -> None:
    first = memory.write("a", b"1\n", replaces=ABSENT, by="anna", at=NOW)
    memory.write("a", "ü".encode(), replaces=first)

    lines = [memory.home.get(listed.key)[0] for listed in memory.home.list("autotrain/")]
    keys = [listed.key for listed in memory.home.list("autotrain/")]

    assert keys == ["autotrain/documents/a/9999999997.json", "autotrain/documents/a/9999999998.json"]
    newest, oldest = [json.loads(line) for line in lines]
    assert oldest == {
        "at": f"{NOW:%Y-%m-%dT%H:%M:%S.%fZ}",
        "body": "1\n",
        "by": "anna",
        "number": 1,
        "prev": "",
        "wid": oldest["wid"],
    }
    assert newest["prev"] == first.partition(".")[2]
    assert [line.count(b"\n") for line in lines] == [1, 1]
    assert "ü".encode() in lines[0]


def test_asking_again_for_what_did_not_change_reads_nothing(memory: Store) -> None:
    counting = Counting(memory.home)
    store = Store(counting)
    store.write("a", b"1", replaces=ABSENT)
    memory.update("b", lambda _: b"2")

    for _ in range(5):
        store.read("a")
        store.read("b")

    assert list(counting.read) == ["autotrain/documents/b/9999999998.json"]
    assert counting.asked["get"] == 1


def test_what_was_read_is_forgotten_where_there_is_no_room(memory: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autotrain_core.store._commits._REMEMBERED", 1_000)
    counting = Counting(memory.home)
    store = Store(counting)
    for key in ("a", "b", "c"):
        memory.write(key, b"x" * 300, replaces=ABSENT)

    for key in ("a", "b", "b", "a", "c", "a", "b"):
        store.read(key)

    assert counting.asked["get"] == 4


def test_what_others_wrote_is_seen_at_once(home: Home) -> None:
    one, other = Store(home), Store(home)
    first = one.write("a", b"1", replaces=ABSENT)

    other.write("a", b"2", replaces=first)

    assert one.read("a").body == b"2"
