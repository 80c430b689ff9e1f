"""
Bytes from anywhere -> a plain JSON object of bounded size, or a `DocumentError`.

Python's reader accepts more than JSON (NaN, duplicate keys, half of a surrogate pair) and more than a server
should hold; what passes here can be walked, printed and written back without surprises.
"""

import json
import math
from collections import Counter
from typing import Any, NamedTuple, NoReturn

from autotrain_core.errors import DocumentError
from autotrain_core.models._wording import quoted

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 32
MAX_VALUES = 50_000
MAX_DIGITS = 40
# What is written with more characters than that could not be read again.
_SMALLEST, _LARGEST = -(10 ** (MAX_DIGITS - 1)), 10**MAX_DIGITS


class Bounds(NamedTuple):
    """
    What a document may hold at most.

    Attributes:
        length: Bytes, as it is and as it is written out.
        depth: Levels of objects and lists.
        values: Values of any kind.
    """

    length: int = MAX_BYTES
    depth: int = MAX_DEPTH
    values: int = MAX_VALUES


BOUNDS = Bounds()


def read_object(
    body: bytes, name: str, *, kind: str = "curricula and tasks", bounds: Bounds = BOUNDS
) -> tuple[dict[str, Any], str]:
    """
    Read a JSON object.

    Args:
        body: The document, UTF-8.
        name: What sentences call the document.
        kind: What sentences call documents of its kind.
        bounds: What it may hold at most.

    Returns:
        The object, and its canonical text: four blanks of indent, ASCII only, no line break at the end.

    Raises:
        DocumentError: Not UTF-8, not JSON (RFC 8259), not an object, or beyond the bounds of size and depth.
    """
    if len(body) > bounds.length:
        _refuse(name, f"it is {len(body):,} bytes long, of at most {bounds.length:,}")
    if body.startswith(b"\xef\xbb\xbf"):
        _refuse(name, "it begins with a byte order mark; save it as UTF-8 without one")
    try:
        document = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_Pairs(name, bounds.values),
            parse_int=lambda digits: int(_bounded(digits, name)),
            parse_float=lambda digits: _finite(digits, name),
            parse_constant=lambda word: _refuse(name, f"{word} is no number of JSON"),
        )
    except UnicodeDecodeError as error:
        _refuse(name, f"it is not UTF-8 (byte {error.start + 1}); save it as UTF-8")
    except json.JSONDecodeError as error:
        _refuse(name, f"it is not JSON: {error.msg} (line {error.lineno}, column {error.colno})")
    except RecursionError:
        _refuse(name, f"it is nested more than {bounds.depth} deep")
    if not isinstance(document, dict):
        _refuse(name, f"it is no JSON object, which is what {kind} are")
    return document, write_object(document, name, bounds=bounds)


def write_object(document: dict[str, Any], name: str, *, bounds: Bounds = BOUNDS) -> str:
    """
    Write a JSON object that was read, or made of such values, as its canonical text.

    Args:
        document: The object; plain JSON values.
        name: What sentences call the document.
        bounds: What it may hold at most.

    Raises:
        DocumentError: It is beyond the bounds, and could not be read again.
    """
    _walk(document, name, bounds)
    text = json.dumps(document, indent=4)
    if len(text) > bounds.length:
        _refuse(name, f"it is {len(text):,} bytes long when written out, of at most {bounds.length:,}")
    return text


class _Pairs:
    """Builds objects, and counts them while they are built: many empty ones must not fill the memory."""

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.most = most
        self.left = most

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.left -= 1
        if self.left < 0:
            _refuse(self.name, f"it holds more than {self.most:,} values")
        read = dict(pairs)
        if len(read) < len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            _refuse(self.name, f"the key {quoted(twice)} stands twice in one object; keep one of the two")
        return read


def _walk(document: dict[str, Any], name: str, bounds: Bounds) -> None:
    values: list[tuple[Any, int]] = [(document, 1)]
    count = 0
    while values:
        value, depth = values.pop()
        count += 1
        if count > bounds.values:
            _refuse(name, f"it holds more than {bounds.values:,} values")
        if depth > bounds.depth:
            _refuse(name, f"it is nested more than {bounds.depth} deep")
        match value:
            case dict():
                for key, inner in value.items():
                    _whole(key, name)
                    values.append((inner, depth + 1))
            case list():
                values.extend((inner, depth + 1) for inner in value)
            case str():
                _whole(value, name)
            case int() if not _SMALLEST < value < _LARGEST:
                _refuse(name, f"a number has more than {MAX_DIGITS} characters")


def _whole(text: str, name: str) -> None:
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        _refuse(name, f"the text {quoted(text)} holds half of a surrogate pair, which is no character")


def _bounded(digits: str, name: str) -> str:
    if len(digits) > MAX_DIGITS:
        _refuse(name, f"a number has {len(digits):,} characters, of at most {MAX_DIGITS}")
    return digits


def _finite(digits: str, name: str) -> float:
    value = float(_bounded(digits, name))
    if not math.isfinite(value):
        _refuse(name, f"the number {digits} is too large")
    return value


def _refuse(name: str, why: str) -> NoReturn:
    raise DocumentError(f"{name} cannot be read: {why}") from None
