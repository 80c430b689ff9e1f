"""What an answer of an S3 server means, or that there was none: whose move it is, and whether asking again may help."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from autotrain_core.errors import (
    AutotrainError,
    DamagedError,
    NotAllowedError,
    NotStoredError,
    StoreUnavailableError,
    UnfitStoreError,
)
from autotrain_core.store._trying import TroubleError

_BUSY = {
    "SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException", "TooManyRequests", "RequestLimitExceeded",
}  # fmt: skip
_BROKEN_ON_THE_WAY = {
    "RequestTimeout", "IncompleteBody", "BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch",
    "XAmzContentChecksumMismatch",
}  # fmt: skip
_SIGN_IN = {
    "ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired", "AuthorizationHeaderMalformed",
    "InvalidAccessKeyId", "SignatureDoesNotMatch",
}  # fmt: skip
_ELSEWHERE = {"PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException", "Redirect"}
_WRONG_TIME = {"RequestTimeTooSkewed", "RequestExpired"}
# Servers bear 15 minutes. The answer to HEAD has no code, only the time of the server.
_MOST_SKEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Asked:
    """
    Of which request an answer is read.

    Attributes:
        key: The object that it is about; empty where it is about many.
        bucket: The bucket.
        store: Address of the store, for people.
        server: Address of the server, for people.
    """

    key: str
    bucket: str
    store: str
    server: str


def boto_errors() -> tuple[type[Exception], ...]:
    """Name what boto3 raises when it is asked, and while the body of an answer is read."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only when a bucket is opened
    from botocore.parsers import ResponseParserError  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    return (BotoCoreError, ClientError, ResponseParserError, HTTPError, OSError)


def trouble_of(error: Exception, asked: Asked) -> TroubleError:
    """Say what is wrong when boto3 raises `error`."""
    from botocore import exceptions as boto  # noqa: PLC0415 - as above

    match error:
        case boto.ClientError():
            return _refusal(error.response, asked)
        case boto.ConnectTimeoutError():
            return _silence(asked, "it cannot be reached in time", doubtful=False)
        case boto.EndpointConnectionError() | boto.ProxyConnectionError():
            return _silence(asked, "nothing answers at this address", doubtful=False)
        case boto.SSLError() if "CERTIFICATE_VERIFY_FAILED" in str(error):
            sentence = "its certificate is not trusted. Name the right authority in AWS_CA_BUNDLE"
            return TroubleError(StoreUnavailableError(f"{_no_answer(asked)}: {sentence}."), again=False)
        case boto.FlexibleChecksumError():
            told = DamagedError(asked.key, f"of {asked.store} does not have the checksum that the server tells.")
            return TroubleError(told, again=True)
        case boto.ReadTimeoutError():
            return _silence(asked, "no answer came in time", doubtful=True)
        case boto.ProfileNotFound():
            sentence = f"no profile '{error.kwargs.get('profile', '')}' is set up here (AWS_PROFILE)"
            return TroubleError(NotAllowedError(f"{asked.store} was not asked: {sentence}."), again=False)
        case _ if isinstance(error, _without_credentials()):
            sentence = "nobody is signed in here: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            return TroubleError(NotAllowedError(f"{asked.store} was not asked: {sentence}."), again=False)
        case boto.HTTPClientError() | boto.ConnectionError() | boto.IncompleteReadError() | OSError():
            return _silence(asked, "the connection broke", doubtful=True)
        case boto.BotoCoreError() | ValueError():
            # Its text may hold what it was given, so only its kind is told; the text is in the cause.
            sentence = f"the AWS settings do not do ({type(error).__name__})"
            return TroubleError(UnfitStoreError(f"{asked.store} was not asked: {sentence}."), again=False)
        case _:
            return _silence(asked, "what came back is no answer of an S3 server", doubtful=True)


def _without_credentials() -> tuple[type[Exception], ...]:
    from botocore import exceptions as boto  # noqa: PLC0415 - as above

    return (
        boto.NoCredentialsError,
        boto.PartialCredentialsError,
        boto.CredentialRetrievalError,
        boto.TokenRetrievalError,
        boto.NoAuthTokenError,
        boto.MetadataRetrievalError,
        boto.SSOError,
        getattr(boto, "LoginError", boto.SSOError),  # from 1.41 on
        boto.ConfigNotFound,
        boto.ConfigParseError,
        boto.RefreshWithMFAUnsupportedError,
    )


def _no_answer(asked: Asked) -> str:
    return f"{asked.store} does not answer (at {asked.server})"


def _silence(asked: Asked, why: str, *, doubtful: bool) -> TroubleError:
    return TroubleError(StoreUnavailableError(f"{_no_answer(asked)}: {why}."), again=True, doubtful=doubtful)


def _refusal(response: dict[str, Any], asked: Asked) -> TroubleError:
    code = str(response.get("Error", {}).get("Code", ""))
    answer = response.get("ResponseMetadata", {})
    status = int(answer.get("HTTPStatusCode", 0))
    shown = f"{status} {code}".strip() if code != str(status) else code
    said = f"{asked.store} answers '{shown}' (at {asked.server})"

    def trouble(told: AutotrainError, *, again: bool = False, doubtful: bool = False) -> TroubleError:
        return TroubleError(told, again=again, doubtful=doubtful, status=status)

    if status == 501:
        sentence = "it cannot do what this program needs. Use AWS S3 or SeaweedFS, or a folder on a local disk"
        return trouble(UnfitStoreError(f"{said}: {sentence}."))
    if status >= 500 or status == 429 or code in _BUSY:
        sentence = "it is too busy" if status != 500 else "something is wrong with it"
        return trouble(StoreUnavailableError(f"{said}: {sentence}."), again=True, doubtful=status >= 500)
    if status == 409 or code in _BROKEN_ON_THE_WAY:
        sentence = "others write the same at the same time" if status == 409 else "what was sent did not arrive whole"
        return trouble(StoreUnavailableError(f"{said}: {sentence}."), again=True)
    if code == "NoSuchBucket":
        return trouble(NotStoredError(f"There is no bucket '{asked.bucket}' (at {asked.server})."))
    if status == 404:
        return trouble(NotStoredError(f"There is no {asked.key or asked.bucket} in {asked.store}."))
    return _lasting(code, status, said, answer, trouble)


def _lasting(
    code: str, status: int, said: str, answer: dict[str, Any], trouble: Callable[[AutotrainError], TroubleError]
) -> TroubleError:
    if code in _WRONG_TIME or (status == 403 and _skew(answer) > _MOST_SKEW):
        skew = _skew(answer)
        by = f"by {round(skew / timedelta(minutes=1))} minutes" if skew > _MOST_SKEW else "too much"
        sentence = f"the clocks of this computer and of the server differ {by}. Set the one that is wrong"
        return trouble(StoreUnavailableError(f"{said}: {sentence}."))
    if code in _SIGN_IN or status in (401, 403):
        sentence = "sign in again, or ask whoever keeps the bucket for the right"
        return trouble(NotAllowedError(f"{said}: {sentence}."))
    if code in _ELSEWHERE or status in (301, 307, 308):
        region = answer.get("HTTPHeaders", {}).get("x-amz-bucket-region", "another one")
        return trouble(UnfitStoreError(f"{said}: the bucket lies in another region ({region}). Set AWS_REGION."))
    return trouble(UnfitStoreError(f"{said}: this program does not know what to make of it."))


def _skew(answer: dict[str, Any]) -> timedelta:
    """How far the clock of the server is from ours, as far as its answer says."""
    try:
        told = parsedate_to_datetime(answer.get("HTTPHeaders", {}).get("date", ""))
    except (TypeError, ValueError):
        return timedelta()
    return abs(told.replace(tzinfo=told.tzinfo or UTC) - datetime.now(UTC))
