"""Texts of strangers in a DOT document: shortened, made visible, and escaped so that they stay texts."""

LONGEST_NAME = 40
LONGEST_TIP = 600
_REPLACED = "\ufffd"


def shortened(text: str, longest: int) -> str:
    """
    Return a text on one line, at most `longest` characters.

    Runs of blanks and line breaks become one blank; what cannot be seen or printed becomes the replacement
    character, so that a picture cannot hide or turn round what it says.
    """
    # A little more than can be shown is looked at: a hostile text may be a megabyte.
    line = " ".join(text[: longest * 4 + 1].split())
    cut = len(line) > longest or len(text) > longest * 4
    seen = "".join(letter if letter.isprintable() else _REPLACED for letter in line[:longest])
    return f"{seen[: longest - 1]}…" if cut else seen


def string(text: str, *, breaks: bool = False) -> str:
    r"""
    Write a DOT string.

    Graphviz gives a meaning to backslashes (`\N` is a name), and to entities (`&lt;`) in labels and tooltips.

    Args:
        text: What shall be read there.
        breaks: Keep line feeds; else the text is taken as one line.
    """
    escaped = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.replace(chr(10), chr(92) + "n" if breaks else " ")}"'


def tooltip(text: str) -> str:
    """Write a DOT string that is shown while the pointer rests somewhere: names in it are looked for twice."""
    return string(text.replace("\\", "\\\\"))


def markup(text: str) -> str:
    """Write a text between the tags of an HTML-like label, or between the quotes of a tag's attribute."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    # Entities are read first, names such as `\\N` after that: a backslash is doubled even here.
    return escaped.replace("\\", "&#92;&#92;")
