"""
The tables that rigs and browsers read: which objects they are, what goes into them, and how they are replaced.

They are copies of what was published, written last. Each is replaced whole, and only where it is still what we left
there: whoever else writes to it is noticed and named, and what they wrote stays.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from autotrain_core.errors import AutotrainError, ConflictError, NotStoredError
from autotrain_core.interop import csv_bytes, manager_from_bytes, parquet_bytes, pickle_bytes
from autotrain_core.services._settings import PublishSettings
from autotrain_core.store import ABSENT, Home

_ENDING = {"pickle": "pkl", "parquet": "parquet", "csv": "csv"}
_BYTES: Mapping[str, Callable[[pd.DataFrame], bytes]] = {
    "pickle": pickle_bytes,
    "parquet": parquet_bytes,
    "csv": csv_bytes,
}
_TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """
    A table of ours that something else wrote.

    Attributes:
        key: Where it lies.
        sha256: Of what is there now.
        sentence: Who wrote it, as far as it can be told, and what to do.
    """

    key: str
    sha256: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        """Give it as plain values."""
        return {"key": self.key, "sha256": self.sha256, "sentence": self.sentence}

    def __str__(self) -> str:
        return self.sentence


def digest(body: bytes) -> str:
    """Return the sha256 of a body, hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def target_keys(settings: PublishSettings) -> dict[str, tuple[str, str]]:
    """
    Say where the tables go.

    Returns:
        Key -> table ("manager" or "stats") and format; what rigs read comes first.
    """
    keys: dict[str, tuple[str, str]] = {}
    for form in settings.formats:
        for folder in settings.folders:
            for table, name in (("manager", "df_manager"), ("stats", "df_manager_stats")):
                keys[f"{folder}{name}_{settings.name}.{_ENDING[form]}"] = (table, form)
    return keys


def bodies(settings: PublishSettings, manager: pd.DataFrame, stats: pd.DataFrame) -> dict[str, bytes]:
    """
    Write the tables as the bytes that go to each key.

    Args:
        settings: Which formats and folders.
        manager: See `interop.manager_rows`.
        stats: See `interop.stats_table`.

    Returns:
        Key -> bytes; only pickles hold the column `metrics`.
    """
    tables = {"manager": manager, "stats": stats}
    # Half of a large table would be the same numbers again and again: the history of each mouse, once a session.
    plain = {"manager": manager.drop(columns=["metrics"], errors="ignore"), "stats": stats}
    made: dict[tuple[str, str], bytes] = {}
    found = {}
    for key, (table, form) in target_keys(settings).items():
        if (table, form) not in made:
            made[table, form] = _BYTES[form]((tables if form == "pickle" else plain)[table])
        found[key] = made[table, form]
    return found


def standing_digest(home: Home, key: str) -> tuple[str, str]:
    """
    Say what is at a key without reading more than needed.

    Returns:
        The version that `put` is to replace, and the sha256 of the bytes; both empty where nothing is.
    """
    try:
        head = home.head(key)
        known = head.labels.get("sha256", "")
        if known:
            return head.version, known
        body, head = home.get(key)
    except NotStoredError:
        return ABSENT, ""
    return head.version, digest(body)


def others(home: Home, settings: PublishSettings, ours: Callable[[str], bool]) -> dict[str, bytes]:
    """
    Find the tables at our keys that we did not publish.

    Returns:
        Key -> bytes: the pickled manager table of each folder, whatever is published now, then the other tables.
    """
    found = {}
    managers = [f"{folder}df_manager_{settings.name}.pkl" for folder in settings.folders]
    for key in dict.fromkeys([*managers, *target_keys(settings)]):
        _, standing = standing_digest(home, key)
        if standing and not ours(standing):
            found[key] = home.get(key)[0]
    return found


def put_in_place(
    home: Home,
    wanted: Mapping[str, bytes],
    *,
    ours: Callable[[str], bool],
    take_over: Collection[str],
    still_newest: Callable[[], bool],
    number: int,
    dry: bool,
) -> tuple[list[str], list[Foreign]]:
    """
    Replace the tables that differ from what they should be.

    Args:
        home: Where.
        wanted: Key -> bytes.
        ours: Whether we published bytes of this sha256 before.
        take_over: Digests of others' tables that may be replaced.
        still_newest: Asked just before each write: whether no later publication than `number` exists.
        number: Of the publication.
        dry: Write nothing, and only look.

    Returns:
        The keys that were written, and the tables that something else wrote.

    Raises:
        StoreUnavailableError: The store does not answer; the next run goes on from here.
    """
    written: list[str] = []
    foreign: list[Foreign] = []
    for key, body in wanted.items():
        want = digest(body)
        for _ in range(_TRIES):
            version, found = standing_digest(home, key)
            if found == want:
                break
            if found and found not in take_over and not ours(found):
                foreign.append(_named(home, key, found))
                break
            if dry:
                break
            # Asked after the version was read: a later run that writes in between changes the version.
            if not still_newest():
                return written, foreign
            labels = {"sha256": want, "publication": str(number)}
            try:
                home.put(key, body, replaces=version, labels=labels)
            except ConflictError:
                continue
            written.append(key)
            break
        else:
            foreign.append(_named(home, key, standing_digest(home, key)[1]))
    return written, foreign


def _named(home: Home, key: str, found: str) -> Foreign:
    """Say of a table that is not ours what can be told of its writer."""
    try:
        body, head = home.get(key)
    except NotStoredError:
        return Foreign(key=key, sha256="", sentence=f"{key} was removed while it was being written.")
    who = f" by {head.owner}" if head.owner else ""
    told = [f"{key} was written{who} at {head.modified:%Y-%m-%d %H:%M} UTC, and not by autotrain."]
    told += _traces(body, key)
    told.append(
        "It was left as it is. Stop whoever writes it (today's hourly service?), then run once with --take-over; "
        "or give autotrain a name of its own ([publish] name in the settings)."
    )
    return Foreign(key=key, sha256=found, sentence=" ".join(told))


def _traces(body: bytes, key: str) -> list[str]:
    """Find in a table what betrays its writer."""
    try:
        table = manager_from_bytes(body, source=key)
    except AutotrainError:
        return ["It is no table that can be read."]
    told = [f"It holds {len(table):,} rows."]
    if "curriculum_json_name" in table.columns and len(table):
        last = str(table["curriculum_json_name"].iloc[-1]).replace("\\", "/")
        folder = str(PurePosixPath(last).parent)
        if folder not in ("", "."):
            told.append(f"Its writer keeps curricula in {folder}.")
    return told
