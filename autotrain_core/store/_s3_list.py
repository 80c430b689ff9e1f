"""
Listing a bucket in the one order that homes keep: that of the bytes of the keys.

AWS lists so. A server that keeps folders inside lists "a/b" before "a-b", though "-" comes before "/" (measured with
SeaweedFS 4.48), and forgets "a/b" when it is asked for what comes after "a". So nothing is given before it is certain
that nothing smaller follows, and the server is asked from a little earlier than its caller asked us.
"""

from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

from autotrain_core.store._home import Listed
from autotrain_core.store._order import is_key, ordered

_PAGE = 1000
Ask = Callable[..., dict[str, Any]]


def list_keys(ask: Ask, *, root: str, prefix: str, after: str, most: int | None) -> Iterator[Listed]:
    """
    List objects; see `Home`.

    Args:
        ask: Asks for one page.
        root: What stands before every key in the bucket.
        prefix: Beginning of the keys that are wanted.
        after: Only keys behind this one.
        most: End after so many.
    """
    is_past = not after.startswith(prefix) and ordered(after) > ordered(prefix)
    if most == 0 or is_past or not _may_hold_keys(prefix):
        return
    found = (
        listed
        for listed in _in_order(_pages(ask, root, prefix, _safe_start(prefix, after), most), prefix)
        if ordered(listed.key) > ordered(after)
    )
    for count, listed in enumerate(found, 1):
        yield listed
        if count == most:
            return


def list_folders(ask: Ask, *, root: str, prefix: str) -> Iterator[str]:
    """List the names between `prefix` and the next "/"; see `Home`."""
    if not _may_hold_keys(prefix):
        return
    names = []
    for page in _asked(ask, Prefix=root + prefix, Delimiter="/"):
        names += [common["Prefix"][len(root + prefix) : -1] for common in page.get("CommonPrefixes", [])]
    yield from sorted({name for name in names if is_key(name)}, key=ordered)


def _pages(ask: Ask, root: str, prefix: str, start: str, most: int | None) -> Iterator[Listed]:
    given = {"StartAfter": root + start} if start else {}
    for page in _asked(ask, Prefix=root + prefix, MaxKeys=min(most or _PAGE, _PAGE), **given):
        for found in page.get("Contents", []):
            key = found["Key"].removeprefix(root)
            # What no program of ours can have written, "folder/" of a web console for one, cannot be asked for either.
            if is_key(key):
                yield Listed(key, found["Size"], found["LastModified"].astimezone(UTC))


def _asked(ask: Ask, **request: Any) -> Iterator[dict[str, Any]]:
    page = ask("list_objects_v2", **request)
    yield page
    while page.get("IsTruncated") and page.get("NextContinuationToken"):
        request.pop("StartAfter", None)
        # Whoever asked for one and was not served needs many.
        request["MaxKeys"] = _PAGE
        page = ask("list_objects_v2", **request, ContinuationToken=page["NextContinuationToken"])
        yield page


def _in_order(found: Iterator[Listed], prefix: str) -> Iterator[Listed]:
    """Sort, as late as may be: the objects of one folder come in order, until the first that lies deeper."""
    folder = prefix.rfind("/") + 1
    for listed in found:
        if "/" in listed.key[folder:]:
            yield from sorted([listed, *found], key=lambda listed: ordered(listed.key))
            return
        yield listed


def _may_hold_keys(prefix: str) -> bool:
    # Of "a//b" a server that keeps folders makes "a/b", and would give what begins with it.
    folder = prefix[: prefix.rfind("/") + 1]
    return not folder or is_key(folder[:-1])


def _safe_start(prefix: str, after: str) -> str:
    """Give a place before everything that comes behind `after` in either order; empty for the beginning."""
    folder = prefix.rfind("/") + 1
    name = after[folder:].partition("/")[0]
    # What is in a folder "a" comes behind "a-b", but a server that keeps folders lists it before.
    shortest = next((end for end in range(1, len(name)) if name[end] < "/"), len(name))
    start = after[:folder] + name[: shortest - 1]
    return start if after.startswith(prefix) and len(start) > len(prefix) else ""
