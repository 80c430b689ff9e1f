"""A bucket as a home: what only a server can do, and what its answers mean."""

import json
import re
import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from autotrain_core.errors import (
    AutotrainError,
    ConflictError,
    DamagedError,
    NotAllowedError,
    NotStoredError,
    StoreUnavailableError,
    UnfitStoreError,
)
from autotrain_core.store import ABSENT, Patience, S3Home
from autotrain_core.store._s3 import parse_s3_url
from autotrain_core.store._s3_answers import Asked, trouble_of
from autotrain_core.store._s3_file import open_file
from autotrain_core.store._s3_list import list_folders, list_keys
from autotrain_core.store._s3_writing import version_of
from tests.servers.seaweed import S3Server

ASKED = Asked("a/b", "bucket", "s3://bucket/x", "http://host:1")
HASTY = Patience(connect=0.5, read=0.5, total=0.6, first_wait=0.05)


@pytest.fixture
def foreigner(s3_server: S3Server, bucket_home: S3Home, place: str) -> Callable[..., Any]:
    """Puts an object into the same place without us: `foreigner("key", b"body")`."""
    client = bucket_home._server.client

    def put(key: str, body: bytes, **request: Any) -> Any:
        return client.put_object(Bucket=s3_server.bucket, Key=f"{place}/{key}", Body=body, **request)

    return put


def test_labels_come_back_with_the_id_of_the_write(bucket_home: S3Home) -> None:
    version = bucket_home.put("a", b"1", replaces=ABSENT, labels={"gen": "42", "run": "2026-03-02 a~b"})

    _, head = bucket_home.get("a")

    assert head.labels == {"gen": "42", "run": "2026-03-02 a~b", "wid": version.partition(".")[0]}
    assert bucket_home.head("a").labels == head.labels


@pytest.mark.parametrize("labels", [{"wid": "1"}, {"a": "ü"}])
def test_a_label_that_no_header_carries_is_a_fault_of_the_program(bucket_home: S3Home, labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is no label"):
        bucket_home.put("a", b"", replaces=ABSENT, labels=labels)


def test_what_others_put_there_is_read_and_replaced(bucket_home: S3Home, foreigner: Callable[..., Any]) -> None:
    foreigner("old.pkl", b"by hand")

    body, head = bucket_home.get("old.pkl")
    ours = bucket_home.put("old.pkl", b"by us", replaces=head.version)

    assert (body, head.labels) == (b"by hand", {})
    assert bucket_home.get("old.pkl")[1].version == ours


def test_a_change_by_others_is_a_conflict_also_when_they_bring_the_content_back(
    bucket_home: S3Home, foreigner: Callable[..., Any]
) -> None:
    ours = bucket_home.put("a", b"A", replaces=ABSENT)
    foreigner("a", b"B")
    foreigner("a", b"A")

    with pytest.raises(ConflictError) as caught:
        bucket_home.put("a", b"C", replaces=ours)

    assert caught.value.found == bucket_home.head("a").version
    assert bucket_home.get("a")[0] == b"A"


def test_an_id_that_others_made_up_is_none() -> None:
    assert version_of({"ETag": '"abc"', "Metadata": {"wid": "no.id"}}) == ".abc"
    assert version_of({"ETag": '"abc"', "Metadata": {"wid": "0123456789abcdef"}}) == "0123456789abcdef.abc"


def test_what_no_key_can_name_is_not_listed(bucket_home: S3Home, foreigner: Callable[..., Any]) -> None:
    for key in ("a/", "a/b", "c.tmp", "d"):
        foreigner(key, b"")

    assert [listed.key for listed in bucket_home.list("")] == ["a/b", "d"]
    assert [listed.key for listed in bucket_home.list("", most=1)] == ["a/b"]
    assert list(bucket_home.folders("")) == ["a"]


def test_a_file_fetches_only_what_is_read(bucket_home: S3Home) -> None:
    body = bytes(range(256)) * 40_000
    bucket_home.put("a", body, replaces=ABSENT)
    before = bucket_home.traffic

    with bucket_home.open("a") as file:
        file.seek(-300, 2)
        tail = file.read(300)
        file.seek(1_000_000)
        part = b"".join(file.read(1000) for _ in range(200))

    after = bucket_home.traffic
    assert (tail, part) == (body[-300:], body[1_000_000:1_200_000])
    assert after.requests["get_object"] - before.requests.get("get_object", 0) == 2
    assert after.bytes_in - before.bytes_in < 300_000


def test_a_file_that_is_replaced_while_it_is_read_is_not_mixed(bucket_home: S3Home) -> None:
    version = bucket_home.put("a", b"old" * 400_000, replaces=ABSENT)

    with bucket_home.open("a") as file:
        file.read(10)
        bucket_home.put("a", b"new" * 400_000, replaces=version)
        file.seek(900_000)

        with pytest.raises(StoreUnavailableError, match=r"a was replaced while it was read\. Read it again"):
            file.read(10)


def test_a_server_that_gives_another_part_than_was_asked_for_is_not_believed(
    bucket_home: S3Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket_home.put("a", b"0123456789" * 100_000, replaces=ABSENT)
    server = bucket_home._server
    monkeypatch.setattr(server, "patience", HASTY)
    ask = server.ask
    monkeypatch.setattr(
        server,
        "ask",
        lambda kind, key, **request: ask(
            kind, key, **{**request, "Range": "bytes=0-9"} if "Range" in request else request
        ),
    )

    with bucket_home.open("a") as file, pytest.raises(UnfitStoreError, match=r"does not give the .* bytes of a"):
        file.read(100)


@pytest.mark.parametrize("place", [-1, -20])
def test_there_is_no_place_before_a_file(place: int) -> None:
    file = open_file(lambda start, stop: b"0123456789"[start:stop], size=10)

    with pytest.raises(ValueError, match="no place"):
        file.seek(place)

    assert file.read(3) == b"012"


def test_requests_and_bytes_are_counted(bucket_home: S3Home) -> None:
    version = bucket_home.put("a", b"12345", replaces=ABSENT)
    bucket_home.put("a", b"678", replaces=version)
    bucket_home.get("a")
    list(bucket_home.list(""))

    traffic = bucket_home.traffic

    assert traffic.requests == {"put_object": 2, "head_object": 1, "get_object": 1, "list_objects_v2": 1}
    assert (traffic.bytes_out, traffic.bytes_in) == (8, 3)


def test_a_home_that_was_closed_opens_its_connections_again(s3_server: S3Server, place: str) -> None:
    home = S3Home.opened(f"s3://{s3_server.bucket}/{place}", settings=s3_server.settings)
    home.put("a", b"1", replaces=ABSENT)

    home.close()

    assert home.get("a")[0] == b"1"
    home.close()


def test_after_an_outage_all_goes_on_with_nothing_lost() -> None:
    server = S3Server()
    try:
        server.start()
        home = server.s3_home("outage", patience=HASTY)
        version = home.put("a", b"1", replaces=ABSENT)

        server.stop()
        for ask in (
            lambda: home.get("a"),
            lambda: home.head("a"),
            lambda: list(home.list("")),
            lambda: home.put("a", b"2", replaces=version),
            lambda: home.put("b", b"2", replaces=ABSENT),
        ):
            with pytest.raises(StoreUnavailableError, match="does not answer") as caught:
                ask()
            assert "not known" not in str(caught.value)
        server.start()

        # It answers before it has found all that it holds.
        patient = server.s3_home("outage")
        assert [listed.key for listed in patient.list("")] == ["a"]
        assert patient.get("a")[1].version == version
    finally:
        server.close()


@pytest.mark.parametrize(
    ("url", "bucket", "prefix"),
    [
        ("s3://lab-data", "lab-data", ""),
        ("s3://lab-data/", "lab-data", ""),
        ("s3://lab.data_1/a b/c/", "lab.data_1", "a b/c"),
    ],
)
def test_an_address_names_a_bucket_and_a_prefix(url: str, bucket: str, prefix: str) -> None:
    assert parse_s3_url(url) == (bucket, prefix)


def test_aws_is_asked_by_the_name_of_the_bucket_and_others_by_path(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-west-2"}

    addresses = {}
    for name, endpoint in (("aws", {}), ("other", {"endpoint_url": "https://s3.lab.example"})):
        home = S3Home.opened("s3://lab-data/x", settings={**keys, **endpoint})
        addresses[name] = home._server.client.generate_presigned_url("get_object", {"Bucket": "lab-data", "Key": "k"})
        home.close()

    assert addresses["aws"].startswith("https://lab-data.s3.")
    assert addresses["other"].startswith("https://s3.lab.example/lab-data/k")


def test_opening_a_folder_imports_no_boto(tmp_path: Any) -> None:
    program = (
        "import json, sys; from autotrain_core.store import open_home; open_home(sys.argv[1]);"
        "print(json.dumps([name for name in ('boto3', 'botocore', 'urllib3') if name in sys.modules]))"
    )

    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)

    assert json.loads(ran.stdout) == []


def refusal(status: int, code: str = "", **headers: str) -> boto.ClientError:
    answer = {"HTTPStatusCode": status, "HTTPHeaders": headers}
    return boto.ClientError({"Error": {"Code": code or str(status)}, "ResponseMetadata": answer}, "PutObject")


def ahead(**time: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**time), usegmt=True)


ANSWERS: list[tuple[Exception, type[AutotrainError], str, str]] = [
    (refusal(503, "SlowDown"), StoreUnavailableError, "again doubtful", "503 SlowDown.*too busy"),
    (refusal(500, "InternalError"), StoreUnavailableError, "again doubtful", "something is wrong with it"),
    (refusal(502), StoreUnavailableError, "again doubtful", "'502'"),
    (refusal(429, "TooManyRequests"), StoreUnavailableError, "again", "too busy"),
    (refusal(400, "RequestTimeout"), StoreUnavailableError, "again", "did not arrive whole"),
    (refusal(400, "BadDigest"), StoreUnavailableError, "again", "did not arrive whole"),
    (refusal(409, "ConditionalRequestConflict"), StoreUnavailableError, "again", "at the same time"),
    (refusal(501, "NotImplemented"), UnfitStoreError, "", "Use AWS S3 or SeaweedFS"),
    (refusal(404, "NoSuchBucket"), NotStoredError, "", "no bucket 'bucket'"),
    (refusal(404, "NoSuchKey"), NotStoredError, "", "There is no a/b in s3://bucket/x"),
    (refusal(403, "AccessDenied"), NotAllowedError, "", "403 AccessDenied"),
    (refusal(403, date="yesterday"), NotAllowedError, "", "'403'"),
    (refusal(400, "ExpiredToken"), NotAllowedError, "", "sign in again"),
    (refusal(403, "InvalidAccessKeyId"), NotAllowedError, "", "sign in again"),
    (refusal(403, "RequestTimeTooSkewed"), StoreUnavailableError, "", "clocks .* differ too much"),
    (refusal(301, "PermanentRedirect", **{"x-amz-bucket-region": "eu-west-1"}), UnfitStoreError, "", r"\(eu-west-1\)"),
    (refusal(405, "MethodNotAllowed"), UnfitStoreError, "", "405 MethodNotAllowed"),
    (boto.ConnectTimeoutError(endpoint_url="x"), StoreUnavailableError, "again", "cannot be reached in time"),
    (boto.EndpointConnectionError(endpoint_url="x"), StoreUnavailableError, "again", "nothing answers"),
    (boto.ReadTimeoutError(endpoint_url="x"), StoreUnavailableError, "again doubtful", "no answer came in time"),
    (boto.ConnectionClosedError(endpoint_url="x"), StoreUnavailableError, "again doubtful", "connection broke"),
    (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), StoreUnavailableError, "again doubtful", "broke"),
    (ConnectionResetError(), StoreUnavailableError, "again doubtful", "connection broke"),
    (HTTPError(), StoreUnavailableError, "again doubtful", "no answer of an S3 server"),
    (ResponseParserError(), StoreUnavailableError, "again doubtful", "no answer of an S3 server"),
    (boto.SSLError(endpoint_url="x", error=ssl.SSLError("CERTIFICATE_VERIFY_FAILED")), StoreUnavailableError, "", "AWS_CA_BUNDLE"),
    (boto.SSLError(endpoint_url="x", error=ssl.SSLError("EOF")), StoreUnavailableError, "again doubtful", "broke"),
    (boto.FlexibleChecksumError(error_msg="x"), DamagedError, "again", "a/b of s3://bucket/x does not have the checksum"),
    (boto.NoCredentialsError(), NotAllowedError, "", "nobody is signed in"),
    (boto.CredentialRetrievalError(provider="p", error_msg="s"), NotAllowedError, "", "nobody is signed in"),
    (boto.UnauthorizedSSOTokenError(), NotAllowedError, "", "nobody is signed in"),
    (boto.ProfileNotFound(profile="lab"), NotAllowedError, "", "no profile 'lab'"),
    (boto.NoRegionError(), UnfitStoreError, "", r"settings do not do \(NoRegionError\)"),
    (ValueError("Invalid endpoint: http://anna:secret@x"), UnfitStoreError, "", r"settings do not do \(ValueError\)"),
]  # fmt: skip


def test_a_refusal_by_a_server_of_another_hour_is_about_clocks_and_one_of_this_minute_about_rights() -> None:
    late, timely = (trouble_of(refusal(403, date=ahead(minutes=minutes)), ASKED).told for minutes in (-60, 2))

    assert type(timely) is NotAllowedError
    assert type(late) is StoreUnavailableError
    assert re.search(r"clocks .* differ by \d+ minutes", str(late))


@pytest.mark.parametrize(("error", "told", "then", "sentence"), ANSWERS, ids=range(len(ANSWERS)))
def test_every_answer_has_its_meaning(error: Exception, told: type[AutotrainError], then: str, sentence: str) -> None:
    trouble = trouble_of(error, ASKED)

    assert type(trouble.told) is told
    assert (trouble.again, trouble.doubtful) == ("again" in then, "doubtful" in then)
    with pytest.raises(told, match=sentence):
        raise trouble.told
    assert "secret" not in str(trouble.told)


class Pages:
    """A server that lists in an order of its own, a few at a time, and tells what it was asked."""

    def __init__(self, keys: list[str], *, size: int = 2) -> None:
        self.keys, self.size = keys, size
        self.asked: list[dict[str, Any]] = []

    def __call__(self, _: str, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        begin = int(request.get("ContinuationToken", 0))
        found = [key for key in self.keys if key.startswith(request["Prefix"])]
        page = found[begin : begin + min(self.size, request.get("MaxKeys", self.size))]
        now = datetime.now(UTC)
        answer: dict[str, Any] = {"Contents": [{"Key": key, "Size": 1, "LastModified": now} for key in page]}
        if begin + len(page) < len(found):
            answer |= {"IsTruncated": True, "NextContinuationToken": str(begin + len(page))}
        return answer


def test_a_flat_listing_ends_as_soon_as_its_reader_has_enough() -> None:
    pages = Pages([f"root/row/{number}" for number in range(1, 10)])

    listing = list_keys(pages, root="root/", prefix="row/", after="row/0", most=1)

    assert [listed.key for listed in listing] == ["row/1"]
    assert pages.asked == [{"Prefix": "root/row/", "MaxKeys": 1}]


def test_a_listing_is_asked_for_from_a_little_before_the_place_behind_which_it_begins() -> None:
    starts = {}
    for after in ("row/9999999987.json", "row/ab/cd", "row/a", "row/", "a", "row/a-b", "row/é/1"):
        pages = Pages([])
        list(list_keys(pages, root="root/", prefix="row/", after=after, most=None))
        starts[after] = pages.asked[0].get("StartAfter")

    assert starts == {
        "row/9999999987.json": "root/row/999999998",
        "row/ab/cd": "root/row/a",
        "row/a": None,
        "row/": None,
        "a": None,
        "row/a-b": None,
        "row/é/1": None,
    }


def test_a_listing_that_can_hold_nothing_is_not_asked_for() -> None:
    pages = Pages(["a"])

    assert list(list_keys(pages, root="", prefix="row/", after="rox", most=None)) == []
    assert list(list_keys(pages, root="", prefix="row/", after="", most=0)) == []
    assert list(list_keys(pages, root="", prefix="row//", after="", most=None)) == []
    assert list(list_folders(pages, root="", prefix="row//")) == []
    assert pages.asked == []


def test_the_order_of_a_server_that_keeps_folders_is_put_right() -> None:
    pages = Pages(["a", "a/b", "a/b/c", "a b", "a-b", "b"])

    listing = list_keys(pages, root="", prefix="", after="", most=None)

    assert [listed.key for listed in listing] == ["a", "a b", "a-b", "a/b", "a/b/c", "b"]
