"""
Columns of numbers and a few words about them as one string of bytes, which JavaScript reads without parsing a number.

Plain bytes, not a table of Arrow, which costs the same bytes (measured): here columns may have different lengths (one
number a mouse, one a session), a header travels with them, and the browser needs nothing but typed arrays.
"""

import json
import struct
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

ALIGNED = 8
"""A typed array must begin at a multiple of the size of its numbers."""

_TYPES = {"u1": "Uint8", "u2": "Uint16", "u4": "Uint32", "i4": "Int32", "f4": "Float32"}


def packed(words: Mapping[str, object], columns: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """
    Pack columns behind a header.

    Args:
        words: What else the reader must know, as JSON allows it.
        columns: Name -> numbers, of uint8, uint16, uint32, int32 or float32.

    Returns:
        Length of the header (uint32, little endian), the header (JSON: `words` and, under "columns", type, offset and
        count of each column), then the columns, each at a multiple of eight bytes if the whole begins at one.

    Raises:
        TypeError: A column of another dtype.
    """
    places: dict[str, tuple[str, int, int]] = {}
    pieces: list[bytes] = []
    offset = 0
    for name, column in columns.items():
        kind = column.dtype.str.lstrip("<|")
        if kind not in _TYPES:
            raise TypeError(f"{name}: {column.dtype} is none of {', '.join(_TYPES)}")
        body = _filled(np.ascontiguousarray(column).tobytes())
        places[name] = (_TYPES[kind], offset, len(column))
        pieces.append(body)
        offset += len(body)
    return headed({**words, "columns": places}, b"".join(pieces))


def headed(words: Mapping[str, object], body: bytes) -> bytes:
    """Put a header before a body that was packed already; both stay aligned."""
    # Escaped to ASCII, so that half of a surrogate pair in a name cannot break the encoding.
    text = json.dumps(words, allow_nan=False, separators=(",", ":")).encode("ascii")
    text += b" " * (-(len(text) + 4) % ALIGNED)
    return struct.pack("<I", len(text)) + text + body


def smallest(values: npt.NDArray[np.int64]) -> npt.NDArray[np.generic]:
    """Return whole numbers in the smallest type that holds them: uint8, uint16, or int32."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    if low < 0:
        return values.astype(np.int32)
    return values.astype(np.uint8 if high < 2**8 else np.uint16 if high < 2**16 else np.int32)


def texts(values: Iterable[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """Return texts as one run of UTF-8 bytes, and the n + 1 places where each begins and the last ends."""
    encoded = [value.encode("utf-8", "replace") for value in values]
    ends = np.cumsum([0, *(len(each) for each in encoded)], dtype=np.uint32)
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends


def _filled(body: bytes) -> bytes:
    return body + b"\0" * (-len(body) % ALIGNED)
