"""How findings and errors show a value or a choice: short, and safe to print."""

import json
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import Any

_SHOWN = 60
_LISTED = 12
_COMPARED = 80


def plain(name: str) -> str:
    """Show a text: at most 60 characters of it, those that cannot be seen as escapes."""
    start = name[: _SHOWN + 1]
    safe = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in start)
    return f"{safe[:_SHOWN]}…" if len(safe) > _SHOWN else safe


def quoted(name: str) -> str:
    """Show a text as `plain` does, in quotes."""
    return f"'{plain(name)}'"


def shown(value: Any) -> str:
    """Show any JSON value: texts in single quotes, the rest as a document writes it."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    return json.dumps(value)


def number(value: float) -> str:
    """Show a bound as people write it: 20000 and 0.5, never 20000.0."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def listed(names: Iterable[str]) -> str:
    """List names with commas: the first twelve, then how many more there are."""
    every = list(names)
    more = f" and {len(every) - _LISTED} more" if len(every) > _LISTED else ""
    return ", ".join(plain(name) for name in every[:_LISTED]) + more


def nearest(name: str, known: Sequence[str]) -> str | None:
    """
    Find the name that was probably meant: upper and lower case, '_' and blanks count for little.

    Where two are equally near, as 'Stage 1' and 'Stage 2' are to 'Stage 9', neither was.
    """
    wanted = _compared(name[:_COMPARED])
    names = {_compared(candidate): candidate for candidate in known}
    near = get_close_matches(wanted, list(names), n=2)
    alike = [SequenceMatcher(None, candidate, wanted).ratio() for candidate in near]
    return names[near[0]] if near and alike[0] > sum(alike[1:]) else None


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Offer the nearest known name, as the end of a sentence; empty where none is near."""
    near = nearest(name, known)
    return f"; did you mean {quoted(near)}?" if near else ""


def _compared(name: str) -> str:
    return name.casefold().replace("_", " ").strip()
