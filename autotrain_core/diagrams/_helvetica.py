"""How wide a text is in Helvetica, and where to break it, so that a picture can be planned without drawing it."""

import re

# Widths in thousandths of the size, from the blank to "~" (Adobe, Helvetica AFM, Core 14 metrics).
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_FIRST, _LAST = " ", "~"
# What Graphviz takes for a letter that it has no width of: a blank for each byte in UTF-8.
_BLANK = 278
# A sign and its number, and "(mean of 5)", are read as one.
_KEPT_TOGETHER = re.compile(r"\([^\s()]+ of \d+\)|[≥≤=≠<>] \S+|\S+")


def wide(text: str, size: float) -> float:
    """Return the width of one line in points; bold is at most a tenth wider."""
    return sum(_width(letter) for letter in text) * size / 1000


def _width(letter: str) -> int:
    if _FIRST <= letter <= _LAST:
        return _WIDTHS[ord(letter) - ord(_FIRST)]
    return _BLANK * len(letter.encode("utf-8", "replace"))


def wrapped(text: str, width: float, size: float, *, lines: int) -> tuple[str, ...]:
    """
    Break a text into lines, between words where it can.

    Args:
        text: One line, without anything that breaks a line.
        width: Of a line at most, in points.
        size: Of the letters, in points.
        lines: How many at most; the last then ends with "…".

    Returns:
        The lines, at least one.
    """
    words = [piece for word in _KEPT_TOGETHER.findall(text) for piece in _pieces(word, width, size)]
    found: list[str] = []
    for word in words:
        if found and wide(f"{found[-1]} {word}", size) <= width:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], f"{_pieces(found[lines - 1], width - size, size)[0]}…"]
    return tuple(found) or ("",)


def _pieces(word: str, width: float, size: float) -> list[str]:
    """Cut a word that fits no line."""
    found = [""]
    for letter in word:
        if found[-1] and wide(found[-1] + letter, size) > width:
            found.append("")
        found[-1] += letter
    return found
