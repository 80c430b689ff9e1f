"""What the picture tells Python: a session to open, sessions that were chosen, stages that were hidden."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Span:
    """
    Sessions of one mouse that follow each other in the picture.

    Attributes:
        subject: The mouse.
        first: Number of its first chosen session.
        last: Number of its last one, itself included.
    """

    subject: str
    first: int
    last: int


OnOpen = Callable[[str, int], None]
OnSelect = Callable[[tuple[Span, ...]], None]
OnHide = Callable[[tuple[str, ...]], None]


def chosen(sessions: pd.DataFrame, spans: Iterable[Span]) -> npt.NDArray[np.bool_]:
    """
    Find the sessions that were chosen in the picture.

    Args:
        sessions: n rows with `subject_id` and `session`.
        spans: What `on_select` was given.

    Returns:
        n bools, shape (n,).
    """
    mask = np.zeros(len(sessions), dtype=bool)
    spans = tuple(spans)
    if not spans:
        return mask
    # A box over ten thousand mice is ten thousand spans: each row is looked at once, not once a span.
    asked = pd.DataFrame([(span.subject, span.first, span.last) for span in spans], columns=["subject", "low", "high"])
    mine = np.flatnonzero(sessions["subject_id"].isin(asked["subject"].unique()).to_numpy())
    rows = pd.DataFrame(
        {
            "row": mine,
            "subject": sessions["subject_id"].astype("str").to_numpy()[mine],
            "session": sessions["session"].to_numpy()[mine],
        }
    ).merge(asked, on="subject")
    mask[rows.loc[rows["session"].between(rows["low"], rows["high"]), "row"].to_numpy()] = True
    return mask


def tell(event: Any, *, on_open: OnOpen, on_select: OnSelect | None) -> None:
    """Call whom an event of the browser concerns; what is not in our form is nobody's business, and ignored."""
    match event:
        case {"kind": "open", "subject": str(subject), "session": int(session)} if not isinstance(session, bool):
            on_open(subject, session)
        case {"kind": "select", "rows": list(rows)} if on_select is not None:
            on_select(tuple(Span(*row) for row in rows if _is_span(row)))
        case _:
            pass


def hidden_of(state: Any) -> tuple[str, ...]:
    """Return the keys of what is hidden in the legend, from a state that the browser wrote."""
    hidden = state.get("hidden") if isinstance(state, dict) else None
    return tuple(key for key in hidden if isinstance(key, str)) if isinstance(hidden, list) else ()


def _is_span(row: Any) -> bool:
    match row:
        case [str(), int(first), int(last)]:
            return not isinstance(first, bool) and not isinstance(last, bool)  # to Python, true is a number
        case _:
            return False
