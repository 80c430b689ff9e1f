"""What somebody with the keys of the bucket could do to it: the same home with other bytes in it, or without some."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from autotrain_core.store import ABSENT, Event, Home, MemoryHome, Record, Store
from tests.store.conftest import NOW


def tampered(home: Home, changes: Mapping[str, bytes | None]) -> MemoryHome:
    """A copy of a home in which these keys hold these bytes, or nothing."""
    copy = MemoryHome()
    bodies = {listed.key: home.get(listed.key)[0] for listed in home.list("")}
    for key, body in {**bodies, **changes}.items():
        if body is not None:
            copy.put(key, body, replaces=ABSENT)
    return copy


def entry_key(number: int) -> str:
    """Where an entry of the record lies."""
    return f"autotrain/record/{9_999_999_999 - number:010}.json"


def line_with(line: bytes, **changes: Any) -> bytes:
    """A commit as the program would write it, with other fields."""
    fields = {**json.loads(line), **changes}
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def filled(store: Store, entries: int) -> Record:
    """A record to which that many entries were added, counting from 1."""
    for number in range(1, entries + 1):
        store.record.append([Event("counted", str(number), {"n": number})], by="anna", at=NOW)
    return store.record


def entry_bodies(store: Store) -> dict[int, bytes]:
    """The exact bytes of every entry by its number."""
    numbers = range(1, len(store.record.read()) + 1)
    return {number: store.home.get(entry_key(number))[0] for number in numbers}
