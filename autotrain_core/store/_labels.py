"""What may be kept beside an object: a few short texts that every home can carry unchanged."""

import re
from collections.abc import Mapping

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_TEXT = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")

WRITE_ID = "wid"
"""The label by which a write is told from all others; a bucket adds it, nobody else may."""


def require_labels(labels: Mapping[str, str]) -> None:
    """
    Refuse labels that a header of HTTP would not bring home as they are.

    Raises:
        ValueError: A name is not of small letters, digits and "-", or is "wid"; a text is empty, longer than 200
            letters, not ASCII, or opens or ends with a blank. This is a fault of the program.
    """
    for name, text in labels.items():
        if not _NAME.fullmatch(name) or name == WRITE_ID or not _TEXT.fullmatch(text):
            raise ValueError(f"{name!r}: {text!r} is no label")
