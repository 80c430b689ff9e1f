"""One bucket of one S3 server: requests made once each, counted, and what they meet told in our own words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from autotrain_core.errors import DamagedError, StoreUnavailableError, UnfitStoreError
from autotrain_core.store._s3_answers import Asked, boto_errors, trouble_of
from autotrain_core.store._s3_traffic import Meter
from autotrain_core.store._trying import Patience, TroubleError

NO_SETTINGS: Final[Mapping[str, str]] = {}

_PIECE = 1024**2
# A body that comes slower than this, in bytes a second, is not waited for.
_SLOWEST = 64 * 1024


def make_client(patience: Patience, settings: Mapping[str, str] = NO_SETTINGS) -> Any:
    """
    Open a client of boto3 by the usual AWS settings.

    Args:
        patience: How long to wait for connections and answers.
        settings: What boto3 takes in their place: `endpoint_url`, `aws_access_key_id`, …

    Raises:
        NotAllowedError: AWS_PROFILE names no profile that is set up here.
        UnfitStoreError: Another setting is wrong.
    """
    import boto3  # noqa: PLC0415 - only when a bucket is opened
    from botocore.config import Config  # noqa: PLC0415

    # One attempt a call: whether an earlier one may have been carried out must be known; see _trying.py.
    # Where an endpoint is named, boto3 writes addresses as paths by itself, unless a setting says otherwise.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=patience.connect,
        read_timeout=patience.read,
        max_pool_connections=32,
    )
    expected: tuple[type[Exception], ...] = (ValueError, *boto_errors())
    try:
        return boto3.session.Session().client("s3", config=config, **settings)
    except expected as error:
        raise trouble_of(error, Asked("", "", "The store", "no address yet")).told from error


class Server:
    """Asks for objects of one bucket below one prefix; a prefix is empty, or ends in "/"."""

    def __init__(self, client: Any, *, bucket: str, prefix: str, patience: Patience) -> None:
        self.client, self.bucket, self.prefix, self.patience = client, bucket, prefix, patience
        self.url = f"s3://{bucket}/{prefix}".rstrip("/")
        # An address may hold a name and a password.
        scheme, _, rest = str(client.meta.endpoint_url).partition("://")
        self.address = f"{scheme}://{rest.rpartition('@')[2]}"
        self.meter = Meter()

    def ask(self, kind: str, key: str = "", **request: Any) -> dict[str, Any]:
        """Make one request, once; raise TroubleError where it failed, or nobody knows whether it did."""
        self.meter.asked(kind, sent=len(request.get("Body", b"")))
        of_one = {"Key": self.prefix + key} if key else {}
        with self.told(key):
            answer: dict[str, Any] = getattr(self.client, kind)(Bucket=self.bucket, **of_one, **request)
        return answer

    def fetch(self, key: str, *, largest: int, **request: Any) -> tuple[bytes, dict[str, Any]]:
        """
        Get an object, or a part of it, once; raise TroubleError where it failed.

        Raises:
            DamagedError: More than `largest` bytes are announced, or come; no more than these are read.
        """
        answer = self.ask("get_object", key, **request)
        body = answer["Body"]
        try:
            if int(answer.get("ContentLength", 0)) > largest:
                _refuse(key, int(answer["ContentLength"]), largest)
            with self.told(key):
                return self._read(body, key, largest), answer
        finally:
            body.close()

    def _read(self, body: Any, key: str, largest: int) -> bytes:
        start, size, pieces = monotonic(), 0, []
        while piece := body.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            self.meter.received(len(piece))
            if size > largest:
                _refuse(key, size, largest)
            if monotonic() - start > self.patience.total + size / _SLOWEST:
                told = StoreUnavailableError(f"{self.url} gives {key} too slowly (at {self.address}).")
                raise TroubleError(told, again=False)
        return b"".join(pieces)

    def fetch_part(self, key: str, *, start: int, stop: int, etag: str) -> bytes:
        """Get bytes of an object once; raise TroubleError where it failed, or the object was replaced meanwhile."""
        wanted = stop - start
        try:
            part, _ = self.fetch(key, largest=wanted, Range=f"bytes={start}-{stop - 1}", IfMatch=f'"{etag}"')
        except DamagedError:
            part = b""
        except TroubleError as trouble:
            if trouble.status in (404, 412):
                told = StoreUnavailableError(f"{key} was replaced while it was read. Read it again.")
                raise TroubleError(told, again=False) from trouble
            raise
        if len(part) != wanted:
            sentence = f"{self.url} does not give the {wanted:,} bytes of {key} that were asked for"
            raise TroubleError(UnfitStoreError(f"{sentence} (at {self.address})."), again=True)
        return part

    @contextmanager
    def told(self, key: str) -> Iterator[None]:
        """Turn what boto3 raises into trouble."""
        try:
            yield
        except boto_errors() as error:
            asked = Asked(key, self.bucket, self.url, self.address)
            raise trouble_of(error, asked) from error


def _refuse(key: str, size: int, largest: int) -> None:
    raise DamagedError(key, f"has {size:,} bytes or more, where {largest:,} are the most that are read.")
