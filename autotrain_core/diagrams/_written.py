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


def markup(text: str) -> str:
    """Write a text between the tags of an HTML-like label."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    # Not `\\`: whether a backslash is read once or twice here depends on the version of Graphviz.
    return escaped.replace("\\", "&#92;")


def attribute(text: str) -> str:
    """Write the value of an attribute of an HTML-like tag, with its quotes; there a backslash is read twice."""
    return f'"{markup(text.replace(chr(92), chr(92) * 2))}"'
