"""
Whether a home keeps the promises on which all writing rests, tried before anything is entrusted to it.

A server that takes no notice of "only if nothing is there" answers politely, and loses what one of two writers wrote.
Nothing shows it until the day when two write at once; so it is asked at every opening.
"""

from typing import Final

from autotrain_core.errors import ConflictError, UnfitStoreError
from autotrain_core.store._home import ABSENT, Home

PROBE: Final = "autotrain/probe"
"""The one object that the probe writes; it stays."""

NEW: Final = b"Autotrain tries here whether this store keeps conditions.\n"
TRIED: Final = (
    b"Autotrain tried here whether this store keeps conditions. It took a write that named the right version.\n"
)
LOST: Final = b"Autotrain wrote this under a condition that did not hold. This store must not be used.\n"
_ATTEMPTS = 5
REMEDY: Final = (
    "With two programs at work, one would overwrite what the other has just written. Use AWS S3, SeaweedFS or another "
    "server that keeps conditions on writing (If-None-Match, If-Match), or a folder on a local disk."
)


def require_promises(home: Home) -> None:
    """
    Try whether a home refuses what it must refuse, and takes what it must take.

    Raises:
        UnfitStoreError: It does not.
    """
    _require_created_once(home)
    try:
        home.put(PROBE, LOST, replaces="0" * 32 + "." + "0" * 32)
    except ConflictError:
        pass
    else:
        raise overwrites(home.url, "only in the place of a version that is not there")
    body, version = _read(home)
    # That it takes a write that names the right version need be tried only once: what was written then says so.
    if body != TRIED:
        body = _replaced(home, body, version)
    if body != TRIED:
        raise UnfitStoreError(f"{home.url} gives back other bytes than were written to {PROBE}. {REMEDY}")


def overwrites(url: str, told: str) -> UnfitStoreError:
    """Make the sentence for a home that takes no notice of a condition."""
    return UnfitStoreError(f"{url} overwrites what is there, though it was told to write {told}. {REMEDY}")


def _require_created_once(home: Home) -> None:
    for _ in range(2):
        try:
            home.put(PROBE, NEW, replaces=ABSENT)
        except ConflictError:
            return
    raise overwrites(home.url, "only where nothing is")


def _replaced(home: Home, body: bytes, version: str) -> bytes:
    """Write in the place of the right version, and give what is there then; others may be trying the same."""
    for _ in range(_ATTEMPTS):
        is_refused = False
        try:
            home.put(PROBE, TRIED, replaces=version)
        except ConflictError:
            is_refused = True
        before, (body, version) = version, _read(home)
        if body == TRIED or not is_refused:
            return body
        if version == before:
            break
    raise UnfitStoreError(f"{home.url} refuses to write in the place of the version that is there. {REMEDY}")


def _read(home: Home) -> tuple[bytes, str]:
    body, head = home.get(PROBE, largest=1024)
    return body, head.version
