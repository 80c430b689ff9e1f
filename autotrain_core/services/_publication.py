"""A publication: the numbered commit that says which tables are in force, and what they were made of."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autotrain_core.errors import DamagedError, NotStoredError
from autotrain_core.services._adopt import Archive
from autotrain_core.store import ABSENT, Document, Store, TableRef

KEY = "publication"
_LOOKED_BACK = 200
_FOR_READERS = ("rows", "differences", "notices", "mice", "orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """
    What a run published.

    Attributes:
        number: From 1; 0 where nothing was published yet.
        version: Of the commit; ABSENT where there is none.
        tables: `rows` (as published; see `services.published_rows`), `differences`, `notices`, `mice`, the
            `amendments` that this publication made, and `orders` where people decided what mice run next.
        targets: Key -> sha256 of each table that rigs and browsers read.
        inputs: What it was made of: the session table and the sha256 of each curriculum.
        counts: Numbers of the run.
        archives: Tables of other programs that were adopted.
        code: Version of the program.
        at: When, as text; empty where nothing was published.
        by: Who.
    """

    number: int = 0
    version: str = ABSENT
    tables: Mapping[str, TableRef] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    archives: Sequence[Archive] = ()
    code: str = ""
    at: str = ""
    by: str = ""

    def same_content(self, other: "Publication") -> bool:
        """Tell whether two publications give everybody the same."""
        same_tables = all(self.tables.get(name) == other.tables.get(name) for name in _FOR_READERS)
        return same_tables and dict(self.targets) == dict(other.targets) and list(self.archives) == list(other.archives)

    def body(self) -> bytes:
        """Give it as the text of its document."""
        facts = {
            "archives": [archive.as_json() for archive in self.archives],
            "code": self.code,
            "counts": dict(self.counts),
            "inputs": dict(self.inputs),
            "tables": {name: ref.as_json() for name, ref in self.tables.items()},
            "targets": dict(self.targets),
        }
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1).encode()


def latest(store: Store) -> Publication:
    """
    Read the publication in force; number 0 where there is none yet.

    Raises:
        DamagedError: It cannot be read.
        StoreUnavailableError: The store does not answer.
    """
    try:
        document = store.read(KEY)
    except NotStoredError:
        return Publication()
    return _parsed(document)


def _parsed(document: Document) -> Publication:
    try:
        facts = json.loads(document.body)
        return Publication(
            number=document.number,
            version=document.version,
            tables={name: TableRef.from_json(ref) for name, ref in facts["tables"].items()},
            targets=facts["targets"],
            inputs=facts["inputs"],
            counts=facts["counts"],
            archives=tuple(Archive(**archive) for archive in facts["archives"]),
            code=facts["code"],
            at="" if document.at is None else document.at.isoformat(),
            by=document.by,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedError(KEY, f"{document.number} is no publication: {error}.") from error


def publications(store: Store, numbers: Collection[int]) -> list[Publication]:
    """
    Read older publications by their numbers, in order; those that are not there are left out.

    Raises:
        DamagedError: One of them cannot be read.
        StoreUnavailableError: The store does not answer.
    """
    if not numbers:
        return []
    newest = store.read(KEY).number
    versions = store.history(KEY, most=max(0, newest - min(numbers) + 1))
    return sorted((_parsed(version) for version in versions if version.number in numbers), key=lambda each: each.number)


def published_before(store: Store, digest: str) -> bool:
    """Tell whether some publication, of the last two hundred, put bytes of this sha256 before rigs and browsers."""
    try:
        versions = store.history(KEY, most=_LOOKED_BACK)
    except NotStoredError:
        return False
    return any(digest in _parsed(each).targets.values() for each in versions)
