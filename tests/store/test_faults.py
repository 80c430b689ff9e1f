"""Every request against everything that can go wrong on its way: it is done, exactly once, or the right error says why."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from autotrain_core.errors import (
    AutotrainError,
    ConflictError,
    DamagedError,
    NotAllowedError,
    NotStoredError,
    StoreUnavailableError,
)
from autotrain_core.store import ABSENT, Patience, S3Home
from autotrain_core.store._trying import TroubleError
from tests.servers.proxy import AFTER, ANNOUNCED, BEFORE, FAULTS, FaultProxy
from tests.servers.seaweed import S3Server

QUICK = Patience(connect=1, read=0.5, total=8, first_wait=0.02, longest_wait=0.2)
HASTY = Patience(connect=0.3, read=0.3, total=0.4, first_wait=0.02, longest_wait=0.1)
OLD = bytes(range(256)) * 1000
NEW = bytes(reversed(OLD))


@pytest.fixture
def direct(bucket_home: S3Home) -> S3Home:
    """The same place without the proxy: what the server really holds. "there" is there."""
    bucket_home.put("there", OLD, replaces=ABSENT)
    return bucket_home


@pytest.fixture
def proxied(direct: S3Home, s3_server: S3Server, proxy: FaultProxy, place: str) -> S3Home:
    return s3_server.s3_home(place, patience=QUICK, endpoint=proxy.endpoint)


@pytest.fixture
def hasty(direct: S3Home, s3_server: S3Server, proxy: FaultProxy, place: str) -> S3Home:
    return s3_server.s3_home(place, patience=HASTY, endpoint=proxy.endpoint)


def read_part(home: S3Home) -> bytes:
    with home.open("there") as file:
        file.seek(1000)
        return file.read(100_000)


def write_new(home: S3Home) -> bytes:
    home.put("new", NEW, replaces=ABSENT)
    return NEW


def write_there(home: S3Home) -> bytes:
    home.put("there", NEW, replaces=home.head("there").version)
    return NEW


# What is asked, and what is right when it succeeds.
OPERATIONS: dict[str, tuple[Callable[[S3Home], Any], Any]] = {
    "get": (lambda home: home.get("there")[0], OLD),
    "range": (read_part, OLD[1000:101_000]),
    "head": (lambda home: home.head("there").size, len(OLD)),
    "list": (lambda home: [listed.key for listed in home.list("")], ["there"]),
    "create": (write_new, NEW),
    "replace": (write_there, NEW),
}
WRITES = {"create": "new", "replace": "there"}


def expected(operation: str, fault: str) -> type[AutotrainError] | None:
    if "Skewed" in fault:
        return StoreUnavailableError
    return DamagedError if (operation, fault) == ("get", "announce 5 GB") else None


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_success_or_in_the_right_error(
    proxied: S3Home, direct: S3Home, proxy: FaultProxy, operation: str, fault: str
) -> None:
    ask, right = OPERATIONS[operation]
    error = expected(operation, fault)
    before = direct.head("there").version
    proxy.fail(operation, fault)

    if error:
        with pytest.raises(error, match=r"clocks|5,368,709,120"):
            ask(proxied)
    else:
        found = ask(proxied)
        assert found == (ANNOUNCED if (operation, fault) == ("head", "announce 5 GB") else right)

    proxy.settle()
    assert [seen.fault for seen in proxy.seen if seen.fault] == [fault]
    if operation in WRITES and not error:
        assert direct.get(WRITES[operation])[0] == NEW
        assert proxy.count(operation, applied=True) == 1
    else:
        assert direct.head("there").version == before
        assert [listed.key for listed in direct.list("")] == ["there"]


@pytest.mark.parametrize("operation", ["get", "list", "create", "replace"])
@pytest.mark.parametrize("fault", ["503 SlowDown", "hang", "lost answer"])
def test_a_fault_that_lasts_ends_in_unavailable_within_the_time_given(
    hasty: S3Home, direct: S3Home, proxy: FaultProxy, operation: str, fault: str
) -> None:
    ask, _ = OPERATIONS[operation]
    proxy.fail("", fault, times=1000)
    start = time.monotonic()

    with pytest.raises(StoreUnavailableError, match=r"does not answer|too busy|not known whether"):
        ask(hasty)

    # The time given, one attempt that began within it, and one look at what came of it.
    assert time.monotonic() - start < HASTY.total + 2 * HASTY.read + 1
    assert [listed.key for listed in direct.list("")][-1] == "there"


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("fault", AFTER)
def test_a_version_that_is_told_after_doubt_is_the_one_that_is_there(
    proxied: S3Home, direct: S3Home, proxy: FaultProxy, operation: str, fault: str
) -> None:
    replaces = direct.head("there").version if operation == "replace" else ABSENT
    proxy.fail(operation, fault)

    version = proxied.put(WRITES[operation], NEW, replaces=replaces, labels={"gen": "7"})

    proxy.settle()
    head = direct.head(WRITES[operation])
    assert head.version == version
    assert head.labels["gen"] == "7"


def test_an_own_write_is_known_after_a_lost_answer_and_a_409(
    proxied: S3Home, direct: S3Home, proxy: FaultProxy
) -> None:
    proxy.fail("create", "lost answer", "409 ConditionalRequestConflict")

    version = proxied.put("new", NEW, replaces=ABSENT)

    assert direct.head("new").version == version
    assert proxy.count("create") == 3
    assert proxy.count("create", applied=True) == 1


def test_boto_alone_takes_its_own_write_for_that_of_somebody_else(
    s3_server: S3Server, direct: S3Home, proxy: FaultProxy, place: str
) -> None:
    """Why the attempts are counted by us; see docs/decisions/doubt-is-settled-by-reading-back.md."""
    settings = {**s3_server.settings, "endpoint_url": proxy.endpoint}
    client = boto3.client("s3", **settings, config=Config(retries={"mode": "standard", "total_max_attempts": 3}))
    proxy.fail("create", "lost answer")

    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=s3_server.bucket, Key=f"{place}/new", Body=NEW, IfNoneMatch="*")

    client.close()
    assert direct.get("new")[0] == NEW
    assert proxy.count("create", applied=True) == 1


def test_of_several_faults_in_a_row_nothing_remains(proxied: S3Home, direct: S3Home, proxy: FaultProxy) -> None:
    proxy.fail("create", "503 SlowDown", "cut upload", "409 OperationAborted", "500 after", "refuse", "lost answer")
    proxy.fail("head", "lost answer", "500 InternalError")

    version = proxied.put("new", NEW, replaces=ABSENT)

    assert direct.head("new").version == version
    assert proxy.count("create", applied=True) == 1


@pytest.fixture
def rival(direct: S3Home, proxied: S3Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """`rival("key")`: as soon as a write of ours has failed for the first time, somebody else writes this key."""
    server = proxied._server
    ask = server.ask
    keys: list[str] = []

    def ask_and_be_overtaken(kind: str, key: str = "", **request: Any) -> dict[str, Any]:
        try:
            return ask(kind, key, **request)
        except TroubleError:
            if kind == "put_object" and keys:
                name = keys.pop()
                direct.put(name, b"of the rival", replaces=version_in(direct, name))
            raise

    monkeypatch.setattr(server, "ask", ask_and_be_overtaken)
    yield keys.append
    assert keys == []


def version_in(home: S3Home, key: str) -> str:
    try:
        return home.head(key).version
    except NotStoredError:
        return ABSENT


@pytest.mark.parametrize("fault", BEFORE)
def test_a_rival_who_creates_first_wins_whatever_happened_to_us(
    proxied: S3Home, direct: S3Home, proxy: FaultProxy, rival: Callable[[str], None], fault: str
) -> None:
    proxy.fail("create", fault)
    rival("new")

    with pytest.raises(ConflictError) as caught:
        proxied.put("new", NEW, replaces=ABSENT)

    assert direct.get("new")[0] == b"of the rival"
    assert caught.value.found == direct.head("new").version


@pytest.mark.parametrize("fault", ["409 OperationAborted", "500 InternalError", "lost answer"])
def test_what_cannot_be_known_is_said_not_to_be_known(
    proxied: S3Home, direct: S3Home, proxy: FaultProxy, rival: Callable[[str], None], fault: str
) -> None:
    version = direct.head("there").version
    proxy.fail("replace", fault)
    rival("there")

    # Without doubt it is a conflict. In doubt, ours may have been there before the rival came.
    error = ConflictError if fault.startswith("409") else StoreUnavailableError
    with pytest.raises(error, match="Nothing was written" if error is ConflictError else "not known whether there was"):
        proxied.put("there", NEW, replaces=version)

    assert direct.get("there")[0] == b"of the rival"


def test_a_refusal_without_a_reason_is_asked_again(proxied: S3Home, direct: S3Home, proxy: FaultProxy) -> None:
    proxy.fail("create", "412 PreconditionFailed")
    proxy.fail("replace", "412 PreconditionFailed")

    new = proxied.put("new", NEW, replaces=ABSENT)
    there = proxied.put("there", NEW, replaces=direct.head("there").version)

    assert direct.head("new").version == new
    assert direct.head("there").version == there


def test_a_write_whose_answers_are_always_lost_is_found_by_looking(
    hasty: S3Home, direct: S3Home, proxy: FaultProxy
) -> None:
    proxy.fail("create", "lost answer", times=1000)

    version = hasty.put("new", NEW, replaces=ABSENT)

    assert direct.head("new").version == version
    assert proxy.count("create", applied=True) == 1


@pytest.mark.parametrize("operation", WRITES)
def test_a_write_that_never_arrives_is_said_not_to_be_there(
    hasty: S3Home, direct: S3Home, proxy: FaultProxy, operation: str
) -> None:
    version = version_in(direct, WRITES[operation])
    proxy.fail(operation, "500 InternalError", times=1000)

    with pytest.raises(StoreUnavailableError, match="not there when we looked last, and a late request may"):
        hasty.put(WRITES[operation], NEW, replaces=version)

    assert version_in(direct, WRITES[operation]) == version


@pytest.mark.parametrize(("operation", "error"), [("create", ConflictError), ("replace", StoreUnavailableError)])
def test_a_rival_is_found_by_looking_when_no_answer_comes(
    hasty: S3Home, direct: S3Home, proxy: FaultProxy, operation: str, error: type[AutotrainError]
) -> None:
    key = WRITES[operation]
    version = version_in(direct, key)
    proxy.fail(operation, "500 InternalError", times=1000)
    server = hasty._server
    ask = server.ask

    def ask_and_be_overtaken(kind: str, key: str = "", **request: Any) -> dict[str, Any]:
        if kind == "put_object" and version_in(direct, key) == version:
            direct.put(key, b"of the rival", replaces=version)
        return ask(kind, key, **request)

    server.ask = ask_and_be_overtaken  # type: ignore[method-assign]
    with pytest.raises(error, match=r"saved by someone else|another has written it since"):
        hasty.put(key, NEW, replaces=version)

    assert direct.get(key)[0] == b"of the rival"


def test_who_may_not_look_is_told_that_it_is_not_known(hasty: S3Home, direct: S3Home, proxy: FaultProxy) -> None:
    proxy.fail("create", "500 after", times=1000)
    proxy.fail("head", "403 AccessDenied", times=1000)

    with pytest.raises((StoreUnavailableError, NotAllowedError)):
        hasty.put("new", NEW, replaces=ABSENT)


def test_a_body_that_never_ends_is_not_waited_for(
    hasty: S3Home, direct: S3Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10_000, 100))
    monkeypatch.setattr("autotrain_core.store._s3_server.monotonic", lambda: float(next(clock)))

    with pytest.raises(StoreUnavailableError, match="gives there too slowly"):
        hasty.get("there")


def test_a_body_that_is_longer_than_announced_is_not_kept(direct: S3Home, monkeypatch: pytest.MonkeyPatch) -> None:
    server = direct._server
    ask = server.ask
    monkeypatch.setattr(server, "ask", lambda kind, key, **request: {**ask(kind, key, **request), "ContentLength": 0})

    with pytest.raises(DamagedError, match="or more"):
        direct.get("there", largest=1000)
