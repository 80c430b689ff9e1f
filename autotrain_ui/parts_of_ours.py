"""
Components of our own on a page: their files, and what they tell.

A component that must lose nothing sends everything that was not yet heard, numbered, each time; so nothing is lost when
two things happen during one run of the page, and nothing is heard twice.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

Heard = tuple[str, int]
"""Which component in which browser, and the number of the last event that was heard of it."""
NOBODY: Heard = ("", 0)

_LONGEST_MOUNT = 1_000
_OUTGOING = Path(__file__).with_name("outgoing.js")


def component(name: str, folder: Path, scripts: Sequence[str], *, resends: bool = False) -> Callable[..., Any]:
    """
    Give a component to Streamlit: `autotrain_<name>`, from `<name>.html`, `<name>.css` and scripts of a folder.

    Args:
        name: Of the component, and of its files.
        folder: Where they lie.
        scripts: Names without ".js". They become one module in the browser: each may use those before it, and the last
            opens the door.
        resends: Whether it sends what was not heard by the `send` of `outgoing.js`.
    """

    def text(file: str) -> str:
        return (folder / file).read_text(encoding="utf-8")

    shared = [_OUTGOING.read_text(encoding="utf-8")] if resends else []
    return st.components.v2.component(
        f"autotrain_{name}",
        html=text(f"{name}.html"),
        css=text(f"{name}.css"),
        js="\n".join([*shared, *(text(f"{script}.js") for script in scripts)]),
    )


def unheard(payload: Any, heard: Heard) -> Iterator[tuple[Heard, dict[str, Any]]]:
    """
    Look through what the browser sent, leaving out what was heard before.

    Args:
        payload: Whatever came.
        heard: The last that was heard.

    Yields:
        What is heard with each, and the event as it was sent.
    """
    match payload:
        case {"mount": str(mount), "events": list(events)} if len(mount) <= _LONGEST_MOUNT:
            last = heard[1] if heard[0] == mount else 0
            for event in events:
                match event:
                    case {"n": int(number)} if not isinstance(number, bool) and number > last:
                        last = number
                        yield (mount, number), event
                    case _:
                        pass
        case _:
            pass
