"""Versions that no mouse should begin with any more; those that follow one go on as before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autotrain_core.errors import DamagedError, DocumentError, NotStoredError
from autotrain_core.models import Actor, Right
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._publish_recorded import RETIRED, UNRETIRED, record_once
from autotrain_core.store import Store

KEY = "retired"
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """
    A version that is retired.

    Attributes:
        name: "Coupled Baiting".
        version: "1.0".
        reason: Why.
        by: Who said so.
        at: When, UTC.
    """

    name: str
    version: str
    reason: str
    by: str
    at: datetime

    @property
    def key(self) -> str:
        """Name and version, "Coupled Baiting@1.0"."""
        return f"{self.name}@{self.version}"


def retired(store: Store) -> Mapping[str, Retired]:
    """
    Read which versions are retired.

    Returns:
        Key ("Coupled Baiting@1.0") -> who retired it, when and why. It hides a version from those who enrol a mouse,
        never from what decides.

    Raises:
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    try:
        return _parsed(store.read(KEY).body)
    except NotStoredError:
        return {}


def retire(store: Store, name: str, version: str, *, reason: str, actor: Actor, at: datetime) -> Retired:
    """
    Hide a version from new enrolments. Mice that follow it go on; nothing is removed.

    Args:
        store: Where.
        name: Of the curriculum.
        version: Which.
        reason: Why, in a line.
        actor: Who says so.
        at: When, with a zone.

    Returns:
        What the store says of it now; where it was retired before, that stands.

    Raises:
        NotAllowedError: The actor may not.
        DocumentError: There is no reason, or it is too long.
        ConflictError: Others were faster again and again; nothing was written.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.PUBLISH)
    said = " ".join(reason.split())
    if not 0 < len(said) <= _LONGEST:
        raise DocumentError(
            f"{name}@{version} is not retired: say why, in at most {_LONGEST} characters (there are {len(said):,})."
        )
    new = Retired(name=name, version=version, reason=said, by=now.email, at=at.astimezone(UTC))
    store.update(KEY, lambda body: _printed({new.key: new, **_parsed(body)}), by=now.email, at=at, note=said)
    found = retired(store)[new.key]
    facts = {"name": name, "version": version, "reason": found.reason, "how": how_of(now)}
    record_once(store, RETIRED, facts, mark=f"{found.key} {found.at.isoformat()}", by=now.email, at=at)
    return found


def unretire(store: Store, name: str, version: str, *, actor: Actor, at: datetime) -> None:
    """
    Offer a retired version again.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: It is not retired.
        ConflictError: Others were faster again and again; nothing was written.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.PUBLISH)
    key = f"{name}@{version}"
    if key not in retired(store):
        raise NotStoredError(f"{key} is not retired.")

    def without(body: bytes | None) -> bytes:
        return _printed({other: one for other, one in _parsed(body).items() if other != key})

    mark = store.update(KEY, without, by=now.email, at=at, note=f"{key} again")
    facts = {"name": name, "version": version, "how": how_of(now)}
    record_once(store, UNRETIRED, facts, mark=mark, by=now.email, at=at)


def _printed(found: Mapping[str, Retired]) -> bytes:
    told = [
        {"name": one.name, "version": one.version, "reason": one.reason, "by": one.by, "at": one.at.isoformat()}
        for _, one in sorted(found.items())
    ]
    return json.dumps({"retired": told}, indent=1).encode()


def _parsed(body: bytes | None) -> dict[str, Retired]:
    if body is None:
        return {}
    try:
        told: list[dict[str, Any]] = json.loads(body)["retired"]
        found = [Retired(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in told]
    except (ValueError, TypeError, KeyError):
        raise DamagedError(KEY, "does not say what is retired: something else wrote it.") from None
    return {one.key: one for one in found}
