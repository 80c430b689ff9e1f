"""Addresses elsewhere: the folder of a session, its pictures, a mouse in another database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd

ADDRESS_WORDS = ("subject_id", "session_date", "nwb_suffix", "session", "name")
"""What may stand in braces; `name` is subject, date and, where there is one, suffix, joined by "_"."""

# The host stands literally: no name of a mouse can send a browser elsewhere. Neither quotes nor blanks nor backslashes.
_ADDRESS = re.compile(r"https?://[^\s/{}\"'<>\\?#]+/[^\s\"'<>\\]*", re.ASCII)
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLink:
    """
    An address that a browser may be sent to.

    Attributes:
        title: What lies there.
        url: http or https, with all values in it quoted.
    """

    title: str
    url: str


def require_web_address(pattern: str) -> None:
    """
    Refuse a pattern that is no address of the web.

    Args:
        pattern: Such as "https://files.lab/{name}/{name}_choice_history.png".

    Raises:
        ValueError: It is no http or https address with a literal host, or other words stand in its braces.
    """
    if not pattern.startswith(("https://", "http://")):
        raise ValueError("an address begins with https:// or http://")
    known = ", ".join(f"{{{word}}}" for word in ADDRESS_WORDS)
    unknown = sorted({word for word in _IN_BRACES.findall(pattern) if word not in ADDRESS_WORDS})
    if unknown:
        raise ValueError(f"{{{unknown[0]}}} is not known in an address; there are {known}")
    if not _ADDRESS.fullmatch(pattern) or re.search(r"[{}]", _IN_BRACES.sub("", pattern)):
        raise ValueError(
            f"an address is https://host/ and what follows, the host without braces and all of it without blanks and "
            f"quotes; found {pattern!r}"
        )


def web_address(
    pattern: str, *, subject_id: str, session: int | None = None, session_date: str = "", nwb_suffix: str = ""
) -> str:
    """
    Fill in a pattern; each value becomes one harmless piece of the address.

    Args:
        pattern: See `require_web_address`; empty for none.
        subject_id: The mouse.
        session: Its session number; None for an address of the mouse as a whole.
        session_date: YYYY-MM-DD; empty where it is missing.
        nwb_suffix: Empty where it is missing; then the "_" before it goes too, as folders of sessions are called.

    Returns:
        The address; empty where a value that it needs is missing, or is made of dots and would climb elsewhere.
    """
    values = {
        "subject_id": subject_id,
        "session_date": session_date,
        "nwb_suffix": nwb_suffix,
        "session": "" if session is None else str(session),
        "name": "_".join(part for part in (subject_id, session_date, nwb_suffix) if part) if session_date else "",
    }
    spelled = pattern if nwb_suffix else pattern.replace("_{nwb_suffix}", "")
    needed = set(_IN_BRACES.findall(spelled))
    if any(not values[word].strip(".") for word in needed):
        return ""
    return _IN_BRACES.sub(lambda found: quote(values[found[1]], safe="", errors="replace"), spelled)


def links_of_session(patterns: Mapping[str, str], row: Mapping[str, object]) -> tuple[WebLink, ...]:
    """
    Fill in the addresses of one session.

    Args:
        patterns: Title -> pattern.
        row: `subject_id`, `session`, `session_date` and `nwb_suffix`, as a row of `LabView.sessions`; empty for none.

    Returns:
        Those that can be filled in, in their order.
    """
    if not row:
        return ()
    day, suffix = row["session_date"], row["nwb_suffix"]
    filled = {
        title: web_address(
            pattern,
            subject_id=str(row["subject_id"]),
            session=int(str(row["session"])),
            session_date="" if pd.isna(day) else f"{pd.Timestamp(day):%Y-%m-%d}",  # type: ignore[arg-type, call-overload]  # a cell
            nwb_suffix="" if pd.isna(suffix) else str(suffix),  # type: ignore[call-overload]  # a cell
        )
        for title, pattern in patterns.items()
    }
    return tuple(WebLink(title=title, url=url) for title, url in filled.items() if url)
