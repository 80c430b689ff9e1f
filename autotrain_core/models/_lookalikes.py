"""
Names that look alike: what names are compared by, and what a new one must not be made of.

A trainer tells two curricula apart by what stands on the screen. So two names that differ only in what nobody sees are
one name; and for two that differ in letters of different scripts there is a small table of the usual suspects. It is no
complete one (Unicode's has thousands of rows): Greek and Cyrillic letters that look like Latin ones, and dashes.
"""

# ruff: noqa: RUF001 - the table of look-alikes holds look-alikes

import unicodedata
from collections.abc import Iterator

from autotrain_core.models._wording import plain, quoted

_LATIN = {
    **dict(zip("АВЕЅІЈКМНОРСТУХԚԜҺЁЇ", "ABESIJKMHOPCTYXQWHEI", strict=True)),
    **dict(zip("авеѕіјкмнорстухԛԝһёїԁӏ", "abesijkmhopctyxqwheidl", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC", strict=True)),
    **dict(zip("αβγεηικμνορτυχϲ", "abyenikuvoptuxc", strict=True)),
    **dict(zip("ıɑɡ", "iag", strict=True)),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_SKELETON = str.maketrans(_LATIN)
# Letters and marks that are drawn as nothing, or as a blank, though Unicode does not call them so.
_DRAWN_AS_NOTHING = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
_WITHOUT = dict.fromkeys(map(ord, _DRAWN_AS_NOTHING))
_ONE_SCRIPT = ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC")


def folded(text: str) -> str:
    """Give what names and versions are compared by: capitals, forms of letters and digits, and blanks do not count."""
    once = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", once).split())


def skeleton(text: str) -> str:
    """Give what a name looks like: Greek and Cyrillic letters become the Latin ones that they are taken for."""
    seen = unicodedata.normalize("NFKC", text.translate(_WITHOUT)).translate(_SKELETON)
    return folded(seen)


def look_alike(one: str, other: str) -> bool:
    """Tell whether people may take one name for another; the same name looks like itself."""
    return folded(one) == folded(other) or skeleton(one) == skeleton(other)


def scripts(text: str) -> tuple[str, ...]:
    """List the scripts of the letters in a text, in alphabetical order; those of East Asia go together."""
    found = {_script(letter) for letter in unicodedata.normalize("NFKC", text) if letter.isalpha()}
    # A Japanese or Korean name often has Latin letters in it, and nobody takes one for the other.
    return tuple(sorted(found - {""}))


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "").partition(" ")[0]
    return "" if first in _ONE_SCRIPT else first.capitalize()


def faults_of_new_name(name: str, *, version: bool = False) -> Iterator[str]:
    """
    Say why nothing new may have a name, though a document that has it already is read.

    Args:
        name: Of a curriculum, or its version.
        version: Whether it is a version: these are of plain letters, digits and signs, as on every keyboard.

    Yields:
        The end of a sentence that begins with the name; nothing for a good name.
    """
    odd = next((letter for letter in name if (letter.isspace() and letter != " ") or letter in _DRAWN_AS_NOTHING), "")
    if odd:
        yield f"holds a blank that is not the usual one ({_called(odd)}); type an ordinary blank"
    if "  " in name:
        yield "holds several blanks in a row; nobody sees how many, so keep one"
    foreign = "".join(dict.fromkeys(letter for letter in name if not letter.isascii() and letter != odd))
    if version and foreign:
        yield f"holds {quoted(plain(foreign))}; versions are of the letters a to z, the digits 0 to 9 and plain signs"


def _called(letter: str) -> str:
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
