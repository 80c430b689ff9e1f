"""Keys that are safe in every home: in a bucket, in a folder of Linux, and in a folder of Windows."""

import re
from urllib.parse import quote, unquote

_LONGEST = 700
_LONGEST_NAME = 200
# What stands in a folder as it is; the rest is written as %XX, so that two keys never share a file.
_SAFE = " !$'()+,-.;=@[]_{}~"
_PART = re.compile(r"[^/\x00-\x1f\x7f]+")


def require_key(key: str) -> None:
    """
    Refuse a key that is no path of plain names.

    Raises:
        ValueError: It is empty or too long, or a name in it is empty, ".", "..", or holds what no name holds. This is a
            fault of the program: what people type is checked, or encoded by `as_name`, before it becomes a key.
    """
    parts = key.split("/")
    if not key or len(key.encode("utf-8", "surrogatepass")) > _LONGEST:
        raise ValueError(f"a key has 1 to {_LONGEST} bytes, found {key[:80]!r}")
    for part in parts:
        if not _PART.fullmatch(part) or part in (".", "..") or part.endswith(".tmp"):
            raise ValueError(f"{key!r} is no key: {part!r} is no name")


def as_name(text: str) -> str:
    """
    Give any text as one name of a key, so that different texts give different names.

    Raises:
        ValueError: It is empty, or longer than a file name may be.
    """
    name = quote(text, safe=_SAFE)
    if name.endswith((".", " ", ".tmp")) or name in (".", ".."):
        name = f"{name[:-1]}%{ord(name[-1]):02X}"
    if not name or len(name) > _LONGEST_NAME:
        raise ValueError(f"a name has 1 to {_LONGEST_NAME} letters, found {text[:80]!r}")
    return name


def from_name(name: str) -> str:
    """Give the text that `as_name` was given."""
    return unquote(name)
