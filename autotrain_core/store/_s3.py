"""A home in a bucket of AWS S3, or of any server that speaks its language and keeps its conditions."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import partial
from typing import Any, BinaryIO, Self, TypeVar

from autotrain_core.errors import NotStoredError
from autotrain_core.store._home import LARGEST, NO_LABELS, Head, Listed
from autotrain_core.store._keys import require_key
from autotrain_core.store._labels import require_labels
from autotrain_core.store._probe import LOST, PROBE, overwrites
from autotrain_core.store._s3_file import open_file
from autotrain_core.store._s3_list import list_folders, list_keys
from autotrain_core.store._s3_server import NO_SETTINGS, Server, make_client
from autotrain_core.store._s3_traffic import Traffic
from autotrain_core.store._s3_writing import Writing, version_of
from autotrain_core.store._trying import Patience, TroubleError, tried

T = TypeVar("T")

_BUCKET = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,254}")


class S3Home:
    """
    Objects of one bucket below one prefix; see `Home`.

    A version is the id of the write, a dot and the ETag. A return to earlier content, A -> B -> A, is a new version.
    `put` looks at the id first and names the ETag to the server, so a return that takes place between the two, within
    the same moment, is not seen; what must never be lost is created once, and never replaced.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "", *, patience: Patience | None = None) -> None:
        """
        Use a client that is open already.

        Args:
            client: A client of boto3 for S3 that makes one attempt a call; see `opened`.
            bucket: Name of the bucket.
            prefix: What stands before every key, without "/" at its end; may be empty.
            patience: How long to wait.
        """
        root = f"{prefix}/" if prefix else ""
        self._server = Server(client, bucket=bucket, prefix=root, patience=patience or Patience())

    @classmethod
    def opened(cls, url: str, *, patience: Patience | None = None, settings: Mapping[str, str] = NO_SETTINGS) -> Self:
        """
        Open a bucket by the usual AWS settings: profile, region, endpoint and credentials.

        Args:
            url: As "s3://bucket" or "s3://bucket/prefix".
            patience: How long to wait.
            settings: What boto3 takes in place of its settings: `endpoint_url`, `aws_access_key_id`, …

        Raises:
            NotStoredError: The address is none.
            NotAllowedError: AWS_PROFILE names no profile that is set up here.
            UnfitStoreError: Another setting is wrong.
        """
        bucket, prefix = parse_s3_url(url)
        patience = patience or Patience()
        return cls(make_client(patience, settings), bucket, prefix, patience=patience)

    @property
    def url(self) -> str:
        """Where this is; see `Home`."""
        return self._server.url

    @property
    def traffic(self) -> Traffic:
        """What was asked of the server so far."""
        return self._server.meter.read()

    def close(self) -> None:
        """Close the connections that are kept open; the next request opens new ones."""
        self._server.client.close()

    def get(self, key: str, *, largest: int = LARGEST) -> tuple[bytes, Head]:
        """Read; see `Home`."""
        require_key(key)
        body, answer = self._tried(partial(self._server.fetch, key, largest=largest))
        return body, _head_of(answer)

    def head(self, key: str) -> Head:
        """Tell; see `Home`. The owner is not known."""
        require_key(key)
        answer: dict[str, Any] = self._tried(partial(self._server.ask, "head_object", key))
        return _head_of(answer)

    def open(self, key: str) -> BinaryIO:
        """Open; see `Home`. Reading on after it was replaced raises StoreUnavailableError."""
        head = self.head(key)
        etag = head.version.partition(".")[2]

        def fetch(start: int, stop: int) -> bytes:
            return self._tried(partial(self._server.fetch_part, key, start=start, stop=stop, etag=etag))

        return open_file(fetch, size=head.size)

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] = NO_LABELS) -> str:
        """Write; see `Home`. The id of the write is kept as the label "wid"."""
        require_key(key)
        require_labels(labels)
        return Writing(self._server, key, bytes(body), replaces=replaces, labels=labels).run()

    def list(self, prefix: str, *, after: str = "", most: int | None = None) -> Iterator[Listed]:
        """List; see `Home`. Where a key lies deeper than one folder, all that follow are read before it is given."""
        return list_keys(self._page, root=self._server.prefix, prefix=prefix, after=after, most=most)

    def folders(self, prefix: str) -> Iterator[str]:
        """List folders; see `Home`."""
        return list_folders(self._page, root=self._server.prefix, prefix=prefix)

    def require_fit(self) -> None:
        """
        Try whether the server itself keeps what `put` relies on; see `require_promises`, which is to come first.

        Raises:
            UnfitStoreError: It does not.
        """
        # `put` looks at the version before it asks the server, so here the server is asked by hand.
        wrong = partial(self._server.ask, "put_object", PROBE, Body=LOST, IfMatch=f'"{"0" * 32}"')
        try:
            tried(wrong, self._server.patience)
        except TroubleError as trouble:
            if trouble.status in (404, 412):
                return
            raise trouble.told from trouble.__cause__
        raise overwrites(self.url, "only in the place of a version that is not there")

    def _page(self, kind: str, **request: Any) -> dict[str, Any]:
        return self._tried(partial(self._server.ask, kind, **request))

    def _tried(self, attempt: partial[T]) -> T:
        try:
            return tried(attempt, self._server.patience)
        except TroubleError as trouble:
            raise trouble.told from trouble.__cause__


def parse_s3_url(url: str) -> tuple[str, str]:
    """
    Read the address of a bucket.

    Args:
        url: As "s3://bucket" or "s3://bucket/prefix".

    Returns:
        The bucket, and the prefix without "/" at its end; it may be empty.

    Raises:
        NotStoredError: It is none.
    """
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    prefix = prefix.rstrip("/")
    try:
        require_key(prefix or "all")
        is_address = url.startswith("s3://") and _BUCKET.fullmatch(bucket)
    except ValueError:
        is_address = None
    if not is_address:
        # Not shown: somebody may have written a password into it.
        raise NotStoredError("The address of the store names no bucket: write it as s3://bucket or s3://bucket/prefix.")
    return bucket, prefix


def _head_of(answer: Mapping[str, Any]) -> Head:
    return Head(
        version=version_of(answer),
        size=int(answer["ContentLength"]),
        modified=answer["LastModified"].astimezone(UTC),
        labels=dict(answer.get("Metadata", {})),
    )
