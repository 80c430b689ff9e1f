"""Names that are safe in file names, keys and menus, and the file name that today's readers look for."""

import keyword
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from autotrain_core.rules import RESERVED

MAX_NAME = 120
MAX_VERSION = 60

_FILE = re.compile(r"(.+)_curriculum_v(.+)_schema_v(.+)\.json", re.DOTALL)
_METRIC = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
# The rigs keep curricula as files on Windows, which knows none of these in a name.
_NO_FILE_SIGNS = '/\\<>:"|?*'
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class FileIdentity(NamedTuple):
    """What a file name says of the curriculum inside."""

    name: str
    version: str
    schema_version: str


def file_name(name: str, version: str, schema_version: str) -> str:
    """Return the file name under which today's readers find a curriculum."""
    return f"{name}_curriculum_v{version}_schema_v{schema_version}.json"


def file_identity(source: str) -> FileIdentity | None:
    """Read name, version and schema from the last part of a path; None where it is named otherwise."""
    match = _FILE.fullmatch(re.split(r"[/\\]", source)[-1])
    return FileIdentity(*match.groups()) if match else None


def faults_of_name(name: str, longest: int = MAX_NAME, *, as_file: bool = True) -> Iterator[str]:
    """
    Say why a name is not safe.

    Args:
        name: Of a curriculum, a version, a stage, a task.
        longest: Most bytes that it may have in UTF-8: file names end at 255.
        as_file: The name becomes part of a file name.

    Yields:
        The end of a sentence that begins with the name; nothing for a safe name.
    """
    if not name.strip():
        yield "is empty"
        return
    if name != name.strip():
        yield "begins or ends with a blank"
    if any(unicodedata.category(letter) in _UNSEEN for letter in name):
        yield "holds characters that cannot be seen"
    length = len(name.encode("utf-8", "replace"))
    if length > longest:
        yield f"is {length} bytes long, of at most {longest}"
    if not as_file:
        return
    found = [sign for sign in _NO_FILE_SIGNS if sign in name]
    if found:
        yield f"holds {' '.join(found)}, which file names cannot"
    if name.endswith("."):
        yield "ends with a full stop, which file names cannot"
    mark = next((mark for mark in ("_curriculum_v", "_schema_v") if mark in name), None)
    if mark:
        yield f"holds '{mark}', which separates the parts of a file name"


def fault_of_metric_name(name: str) -> str | None:
    """Say why a condition could not speak of a metric by this name; None where it can."""
    if name in RESERVED:
        return "is a name that every condition already has"
    if not _METRIC.fullmatch(name) or keyword.iskeyword(name) or len(name) > MAX_NAME:
        return "cannot stand after 'metrics.'; use letters, digits and '_', beginning with a letter"
    return None
