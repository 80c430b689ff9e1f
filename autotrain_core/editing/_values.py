"""Refuses what a JSON document cannot hold, before it is in one: such a draft could not be saved or read again."""

import math
from typing import Any

from autotrain_core.errors import EditError
from autotrain_core.models import quoted

# Deep enough for any setting, and with the levels above it within the bounds of documents.
DEPTH = 16
# Longer ones could not be read again.
_LARGEST = 10**39


def require_text(text: Any) -> str:
    """
    Return a text that is one.

    Raises:
        EditError: It is something else, or holds half of a surrogate pair.
    """
    if not isinstance(text, str):
        raise EditError(f"expected a text, found {type(text).__name__}")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise EditError(f"the text {quoted(text)} holds half of a surrogate pair, which is no character")
    return text


def require_plain(value: Any, *, depth: int = DEPTH) -> None:
    """
    Make sure that a value is one that JSON can write, and that reading gives back.

    Raises:
        EditError: It is not.
    """
    if depth < 0:
        raise EditError("a value is nested too deep")
    match value:
        case None | bool():
            return
        case str():
            require_text(value)
        case int():
            if abs(value) >= _LARGEST:
                raise EditError("a whole number has at most 39 digits")
        case float():
            if not math.isfinite(value):
                raise EditError(f"{value} is no number that a document can hold")
        case list():
            for inner in value:
                require_plain(inner, depth=depth - 1)
        case dict():
            for key, inner in value.items():
                require_text(key)
                require_plain(inner, depth=depth - 1)
        case _:
            raise EditError(
                f"a document cannot hold a {type(value).__name__}; write text, numbers, true, false or lists"
            )
