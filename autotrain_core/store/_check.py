"""Look at everything in a store and say what is foreign, missing or damaged."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Final

from autotrain_core.errors import DamagedError, NotStoredError
from autotrain_core.store import _documents, _segments, _tables
from autotrain_core.store._commits import Commit, Commits, at_once, number_of
from autotrain_core.store._home import Listed
from autotrain_core.store._keys import as_name, from_name
from autotrain_core.store._verify import verify

ROOT: Final = "autotrain/"
_PROBE: Final = "autotrain/probe"
_TABLE: Final = re.compile(rf"{_tables.PLACE}/([^/]+)/([0-9a-f]{{64}})\.parquet", re.ASCII)
_KEPT_ASIDE: Final = re.compile(r"autotrain/adopted/[0-9a-f]{64}", re.ASCII)
_SMALLEST: Final = 12
"""Bytes of the smallest parquet file: its first and its last word, and the size of its footer."""


def check(commits: Commits, *, thorough: bool) -> tuple[str, ...]:
    """Check; see `Store.check`."""
    documents: dict[str, list[int]] = defaultdict(list)
    tables: list[Listed] = []
    strange: list[str] = []
    for listed in commits.home.list(ROOT):
        place, _, name = listed.key.rpartition("/")
        if number_of(name) and place.startswith(f"{_documents.PLACE}/") and _documents.key_of(place):
            documents[place].append(number_of(name))
        elif _is_table(listed.key):
            tables.append(listed)
        elif not _is_known(listed.key):
            strange.append(f"{listed.key} is not ours: nothing in this program writes it, and nothing reads it.")
    return (
        *strange,
        *chain.from_iterable(
            at_once(lambda place: list(_of_document(commits, place, documents[place], thorough)), sorted(documents))
        ),
        *verify(commits, expect="").problems,
        *(sentence for sentence in at_once(lambda one: _of_table(commits, one, thorough), tables) if sentence),
    )


def _is_known(key: str) -> bool:
    place, _, name = key.rpartition("/")
    is_entry = place == _segments.PLACE and number_of(name) > 0
    is_probe = key == _PROBE or key.startswith(f"{_PROBE}/")
    is_kept_aside = _KEPT_ASIDE.fullmatch(key) is not None
    return is_entry or is_probe or is_kept_aside or _segments.segment_of(key) is not None


def _is_table(key: str) -> bool:
    found = _TABLE.fullmatch(key)
    try:
        return found is not None and as_name(from_name(found[1])) == found[1]
    except ValueError:
        return False


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


def _of_table(commits: Commits, listed: Listed, thorough: bool) -> str:
    if listed.size < _SMALLEST:
        return f"{listed.key} is no table: it has {listed.size} bytes."
    if not thorough:
        return ""
    try:
        body, _ = commits.home.get(listed.key)
    except (DamagedError, NotStoredError) as error:
        return f"A table cannot be read: {error}"
    found = _TABLE.fullmatch(listed.key)
    is_whole = found is not None and hashlib.sha256(body).hexdigest() == found[2]
    return "" if is_whole else f"{listed.key} does not hold the table that was saved: its hash is another."
