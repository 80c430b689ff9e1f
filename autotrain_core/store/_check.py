"""Look at everything in a store and say what is foreign, missing or damaged."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Final

from autotrain_core.errors import DamagedError, NotStoredError
from autotrain_core.store import _documents, _segments, _tables
from autotrain_core.store._commits import Commit, Commits, at_once, commit_of
from autotrain_core.store._home import Listed
from autotrain_core.store._probe import PROBE
from autotrain_core.store._verify import verify

ROOT: Final = "autotrain/"
_TABLE: Final = re.compile(rf"{_tables.PLACE}/([^/]+)/([0-9a-f]{{64}})\.parquet", re.ASCII)
_PUT_ASIDE: Final = re.compile(r"autotrain/adopted/([0-9a-f]{64})", re.ASCII)
"""Tables of other programs, which the services keep as they were."""


def check(commits: Commits, *, thorough: bool) -> tuple[str, ...]:
    """Check; see `Store.check`."""
    documents: dict[str, list[int]] = defaultdict(list)
    hashed: list[Listed] = []
    strange: list[str] = []
    for listed in commits.home.list(ROOT):
        place, number = commit_of(listed.key)
        if number and place.startswith(f"{_documents.PLACE}/") and _documents.key_of(place):
            documents[place].append(number)
        elif _digest_of(listed.key):
            hashed.append(listed)
        elif not _is_known(listed.key):
            strange.append(f"{listed.key} is not ours: nothing in this program writes it, and nothing reads it.")
    return (
        *strange,
        *chain.from_iterable(
            at_once(lambda place: list(_of_document(commits, place, documents[place], thorough)), sorted(documents))
        ),
        *verify(commits, expect="").problems,
        *(sentence for sentence in at_once(lambda one: _of_hashed(commits, one, thorough), hashed) if sentence),
    )


def _is_known(key: str) -> bool:
    place, number = commit_of(key)
    is_entry = place == _segments.PLACE and number > 0
    return is_entry or key == PROBE or _segments.segment_of(key) is not None


def _digest_of(key: str) -> str:
    """Give the hash by which an object is called; empty where it is not called by one."""
    if aside := _PUT_ASIDE.fullmatch(key):
        return aside[1]
    table = _TABLE.fullmatch(key)
    return table[2] if table and _documents.is_name(table[1]) else ""


def _of_document(commits: Commits, place: str, numbers: list[int], thorough: bool) -> Iterator[str]:
    key = _documents.key_of(place)
    lost = sorted(set(range(1, len(numbers) + 1)).difference(numbers))
    if lost:
        yield f"The document '{key}' has lost its version {lost[0]}."
    later: Commit | None = None
    wanted = sorted(numbers, reverse=True)[: None if thorough else 1]
    for found in at_once(lambda number: _read(commits, place, number), wanted):
        if isinstance(found, str):
            yield f"The document '{key}' cannot be read: {found}"
            later = None
        else:
            if later and later.number == found.number + 1 and later.prev != found.sha256:
                yield f"The document '{key}': version {later.number} was not written after this version {found.number}."
            later = found


def _read(commits: Commits, place: str, number: int) -> Commit | str:
    try:
        return commits.read(place, number)
    except (DamagedError, NotStoredError) as error:
        return str(error)


def _of_hashed(commits: Commits, listed: Listed, thorough: bool) -> str:
    if not listed.size:
        return f"{listed.key} is empty, and nothing empty was saved there."
    if not thorough:
        return ""
    try:
        body, _ = commits.home.get(listed.key)
    except (DamagedError, NotStoredError) as error:
        return f"A table cannot be read: {error}"
    if hashlib.sha256(body).hexdigest() != _digest_of(listed.key):
        return f"{listed.key} does not hold the table that was saved: its hash is another."
    return ""
