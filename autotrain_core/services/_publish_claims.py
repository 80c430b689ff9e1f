"""
What the store says of each published version: who published what, why, and who agreed.

The document of a version is written before any of its files. It is created and never replaced, so that of two who
publish one name and version exactly one wins; and it holds all that the files are made of, so that whatever a crash
left undone can be done by anybody.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

from autotrain_core.errors import DamagedError, NotStoredError
from autotrain_core.models import folded
from autotrain_core.store import ABSENT, Store

FOLDER = "published/"
_LONGEST = 180
_TEXTS = (
    *("name", "version", "schema_version", "sha256", "changelog", "by", "how", "reviewed_by", "based_on", "reason"),
    *("without_review", "document", "task_schema"),
)
_SINCE = ("draft", "draft_version")
"""Texts that what was published by earlier programs lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """
    A published version of a curriculum.

    Attributes:
        name: "Coupled Baiting".
        version: "2.4".
        schema_version: Of the document format.
        sha256: Of the document, hexadecimal.
        changelog: What is new, in a line.
        by: Who published it.
        at: When, UTC.
        how: "local mode" or "operator" where nobody had signed in; else empty.
        reviewed_by: Who agreed; empty where nobody had to.
        based_on: "Name@Version" that it was started from; empty where nobody said.
        reason: Why it was published in spite of warnings.
        without_review: Why an operator published it though somebody should have agreed.
        document: The document.
        task_schema: The JSON Schema document of its task, where the task came as a document.
        draft: The id of the draft that it comes from; empty where it comes from none, or nobody knows.
        draft_version: Which version of that draft.
        authors: Who had saved that draft since it was started, or since it was published before; addresses.
        again: It had been published before; only what was missing of it was written.
        written: Keys that were written just now.
        notes: What the publisher should know; a sentence each.
    """

    name: str
    version: str
    schema_version: str
    sha256: str
    changelog: str
    by: str
    at: datetime
    how: str = ""
    reviewed_by: str = ""
    based_on: str = ""
    reason: str = ""
    without_review: str = ""
    document: str = field(default="", repr=False)
    task_schema: str = field(default="", repr=False)
    draft: str = ""
    draft_version: str = ""
    authors: tuple[str, ...] = ()
    again: bool = False
    written: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name and version, "Coupled Baiting@2.4"."""
        return f"{self.name}@{self.version}"


def digest_of(text: str) -> str:
    """Return the sha256 of a text, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def claim_key(name: str, version: str) -> str:
    """Say which document of the store speaks of a version; two that nobody can tell apart have the same."""
    return _place(f"{folded(name)}@{folded(version)}")


def _claim_keys(name: str, version: str) -> Iterator[str]:
    """Say where a version may be spoken of: earlier programs told more names apart."""
    yield claim_key(name, version)
    earlier = _place("@".join(unicodedata.normalize("NFC", text).casefold() for text in (name, version)))
    if earlier != claim_key(name, version):
        yield earlier


def _place(key: str) -> str:
    return f"{FOLDER}{key if len(quote(key)) <= _LONGEST else digest_of(key)}"


def read_claim(store: Store, name: str, version: str) -> tuple[Published | None, str]:
    """
    Read what the store says of a version, in whatever capitals it was published.

    Returns:
        That, and the version of its document; None and ABSENT where the store does not speak of it.

    Raises:
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    found = [_read(store, key) for key in _claim_keys(name, version)]
    return next((one for one in found if one[0] is not None), found[0])


def _read(store: Store, key: str) -> tuple[Published | None, str]:
    try:
        document = store.read(key)
    except NotStoredError:
        return None, ABSENT
    return _parsed(key, document.body), document.version


def write_claim(store: Store, claim: Published) -> str:
    """
    Say that a version is published.

    Returns:
        The version of the document.

    Raises:
        ConflictError: Somebody else was faster; nothing was written.
        StoreUnavailableError: The store does not answer.
    """
    facts = {name: getattr(claim, name) for name in (*_TEXTS, *_SINCE)} | {"authors": list(claim.authors)}
    facts["at"] = claim.at.astimezone(UTC).isoformat()
    body = json.dumps(facts, indent=1, sort_keys=True).encode()
    key = claim_key(claim.name, claim.version)
    return store.write(key, body, replaces=ABSENT, by=claim.by, at=claim.at, note=claim.changelog)


def published_curricula(store: Store) -> tuple[Published, ...]:
    """
    List every version that was published from here, the newest first.

    Raises:
        DamagedError: What the store says of one is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    found = [_read(store, key)[0] for key in store.documents(FOLDER)]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at, reverse=True))


def published_curriculum(store: Store, name: str, version: str) -> Published:
    """
    Tell who published a version, when and why.

    Raises:
        NotStoredError: It was not published from here.
        DamagedError: What the store says of it is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    found, _ = read_claim(store, name, version)
    if found is None or (found.name, found.version) != (name, version):
        raise NotStoredError(f"{name}@{version} was not published from here: nothing is known of who did it, and why.")
    return found


def _parsed(key: str, body: bytes) -> Published:
    try:
        facts = json.loads(body)
        texts = {name: facts[name] for name in _TEXTS} | {name: facts.get(name, "") for name in _SINCE}
        authors = tuple(facts.get("authors", ()))
        at = datetime.fromisoformat(facts["at"])
    except (ValueError, TypeError, KeyError):
        raise _damaged(key) from None
    if (
        not all(isinstance(text, str) for text in (*texts.values(), *authors))
        or digest_of(texts["document"]) != texts["sha256"]
    ):
        raise _damaged(key)
    return Published(at=at, authors=authors, **texts)


def _damaged(key: str) -> DamagedError:
    return DamagedError(key, "does not say what was published: something else wrote it.")
