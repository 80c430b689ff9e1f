"""Addresses of pictures of a session: which patterns the browser may be given."""

import re
from collections.abc import Mapping

WORDS = ("subject_id", "session_date", "nwb_suffix", "session", "name")

# The host stands literally: no name of a mouse can send the browser elsewhere. Neither quotes nor spaces nor backslashes.
_ADDRESS = re.compile(r"https?://[^\s/{}\"'<>\\?#]+/[^\s\"'<>\\]*", re.ASCII)
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


def checked(pictures: Mapping[str, str]) -> list[tuple[str, str]]:
    """
    Check patterns such as "https://files.lab/{name}/{name}_choice_history.png".

    Args:
        pictures: Title -> pattern. In braces may stand subject_id, session_date, nwb_suffix, session and name
            (subject, date and, where there is one, suffix, joined by "_").

    Returns:
        (title, pattern) of each, in their order.

    Raises:
        ValueError: A pattern that is no http or https address with a literal host, or names another word.
    """
    for title, pattern in pictures.items():
        if not _ADDRESS.fullmatch(pattern):
            raise ValueError(f"{title}: an address of pictures begins with https://host/ or http://host/: {pattern!r}")
        unknown = sorted({word for word in _IN_BRACES.findall(pattern) if word not in WORDS})
        if unknown or re.search(r"[{}]", _IN_BRACES.sub("", pattern)):
            known = ", ".join(f"{{{word}}}" for word in WORDS)
            raise ValueError(f"{title}: in braces may stand {known}; found {pattern!r}")
    return list(pictures.items())
