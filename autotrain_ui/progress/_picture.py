"""
A table of sessions as the picture of it: compact columns, by mouse, with what the card of a session says.

Up to some thousand sessions everything that is known about each travels with it; beyond, five bytes a session.
"""

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.rules import Metric
from autotrain_ui.progress import _addresses
from autotrain_ui.progress._columns import Coded, coded, dates_as_days, details, flags, looked_up
from autotrain_ui.progress._pack import packed, smallest

Axis = Literal["session", "date", "days"]

DETAILED = 20_000
"""Up to so many sessions each comes with its details; they are some 40 bytes a session, the picture itself is 5."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_GREY = "#9a9a9a"


@dataclass(frozen=True)
class StageColour:
    """
    How a stage looks everywhere.

    Attributes:
        label: The stage as the columns of the table name it.
        title: As people read it.
        fill: "#rrggbb", behind text and in cells.
        text: "#rrggbb" of text on `fill`.
        edge: "#rrggbb" of a line that must be seen against the page.

    Raises:
        ValueError: A colour in another form.
    """

    label: str
    title: str
    fill: str
    text: str
    edge: str

    def __post_init__(self) -> None:
        for colour in (self.fill, self.text, self.edge):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"{self.label}: {colour!r} is no colour of the form #rrggbb")


@dataclass(frozen=True)
class Picture:
    """
    What the browser draws; made by `picture_of`, worth keeping in a cache while the table is the same.

    Attributes:
        body: Header and columns, as `_pack` writes them.
        digest: Changes whenever `body` does.
        mice: Rows of the picture.
        sessions: Cells of the picture.
        detailed: Whether each session comes with its details.
        left_out: Sessions that have no place on the chosen axis, or whose mouse is not in the order.
    """

    body: bytes
    digest: str
    mice: int
    sessions: int
    detailed: bool
    left_out: int


def picture_of(
    sessions: pd.DataFrame,
    *,
    order: Sequence[str],
    x: Axis,
    colours: Sequence[StageColour],
    metrics: Iterable[Metric] = (),
    highlight: Iterable[str] = (),
    title: str = "Progress",
    subtitle: str = "",
    dated: str = "",
    pictures: Mapping[str, str] | None = None,
    first_dates: "pd.Series[pd.Timestamp] | None" = None,
    detailed: int = DETAILED,
) -> Picture:
    """
    Draw up the picture of a table of sessions.

    Args:
        sessions: One row a session, n rows, as `services.LabView.sessions`: `subject_id`, `session` (whole numbers),
            `session_date`, `stage`, `suggested`, `following` (text or category), `closed_loop`, `overridden`, `certain`
            (bool, may be missing), `decision`, and, where the table has them, `at_stage`, `curriculum`, `nwb_suffix`,
            `subject_alias`, `trainer`, `PI`, `project`, `rig` and a column per metric.
        order: Mice from top to bottom; sessions of others, and mice without sessions, are not drawn.
        x: What stands along the top: the number of the session, its date, or the days since the first of the mouse.
        colours: The stages, first to final, in their colours; a stage that is not among them is grey.
        metrics: What the card says of a session, in this order.
        highlight: These mice stay bright, all others are dimmed; none: all bright.
        title: Stands over the exported picture and names its file.
        subtitle: The filters in words; stands in its footer.
        dated: When the data were read, in words; stands in its footer.
        pictures: Title -> address pattern of pictures of a session, see `AppSettings.pictures`.
        first_dates: First date by mouse, for `x="days"` of a table that lacks earlier sessions; from the table if None.
        detailed: Up to so many sessions each comes with its details.

    Returns:
        The picture.

    Raises:
        ValueError: An address pattern that is no http or https address, or names an unknown word.
        KeyError: A column that every picture needs is missing.
    """
    addresses = _addresses.checked(pictures or {})
    row = looked_up(sessions["subject_id"], {subject: at for at, subject in enumerate(order)}, otherwise=-1)
    days = dates_as_days(sessions["session_date"])
    number = sessions["session"].to_numpy(dtype=np.int64)
    place, placed, origins = _places(x, row=row, number=number, days=days, order=order, first_dates=first_dates)

    shown = np.flatnonzero((row >= 0) & placed)
    shown = shown[_in_order(row[shown], place[shown], number[shown])]
    table = sessions.iloc[shown] if len(shown) != len(sessions) or (np.diff(shown) != 1).any() else sessions
    row, place, number = row[shown], place[shown], number[shown]
    present = np.unique(row)

    stages = [*colours, *_unknown_stages(table, colours)]
    labels = [stage.label for stage in stages]
    low = int(place.min()) if len(place) else 0
    columns: dict[str, npt.NDArray[np.generic]] = {
        "starts": np.append(np.searchsorted(row, present), len(row)).astype(np.uint32),
        "x": smallest(place - low),
        "stage": smallest(coded(table["stage"], labels)),
        "suggested": smallest(coded(table["suggested"], labels)),
        "flags": flags(table),
    }
    if x != "session":
        columns["session"] = smallest(number)
    if x == "days":
        columns["origins"] = origins[present].astype(np.int32)
    full = len(shown) <= detailed
    extra: Coded = details(table, labels=labels, days=days[shown], metrics=metrics) if full else Coded({}, {})
    bright = set(highlight)
    subjects = [order[at] for at in present]
    words: dict[str, object] = {
        "x": x,
        "low": low,
        "mice": subjects,
        "stages": [asdict(stage) for stage in stages],
        "highlight": [at for at, subject in enumerate(subjects) if subject in bright],
        "title": title,
        "subtitle": subtitle,
        "dated": dated,
        "pictures": addresses if full else [],
        "form": "detail" if full else "overview",
        "limit": detailed,
        "left_out": len(sessions) - len(shown),
        "dictionaries": extra.dictionaries,
        "metrics": [_described(metric) for metric in metrics if f"metric:{metric.name}" in extra.columns],
    }
    body = packed(words, {**columns, **extra.columns})
    return Picture(
        body=body,
        digest=hashlib.blake2b(body, digest_size=8).hexdigest(),
        mice=len(subjects),
        sessions=len(shown),
        detailed=full,
        left_out=len(sessions) - len(shown),
    )


def _in_order(*keys: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Sort rows by the first key, then the second and so on; four times as fast where all fit into one number."""
    lows = [int(key.min()) if len(key) else 0 for key in keys]
    widths = [int(key.max()) - low + 1 if len(key) else 1 for key, low in zip(keys, lows, strict=True)]
    if math.prod(widths) >= 2**62:
        return np.lexsort(keys[::-1])
    joined = np.zeros(len(keys[0]), dtype=np.int64)
    for key, low, width in zip(keys, lows, widths, strict=True):
        joined = joined * width + (key - low)
    return np.argsort(joined, kind="stable")


def _places(
    x: Axis,
    *,
    row: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    days: npt.NDArray[np.int64],
    order: Sequence[str],
    first_dates: "pd.Series[pd.Timestamp] | None",
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Return the place of each session along the top, whether it has one, and the day 0 of each mouse."""
    nowhere = np.iinfo(np.int64).min
    dated = days != nowhere
    if x == "session":
        return number, np.ones(len(number), dtype=bool), np.zeros(len(order), dtype=np.int64)
    if x == "date":
        return days, dated, np.zeros(len(order), dtype=np.int64)
    origins = np.full(len(order) + 1, np.iinfo(np.int64).max)
    np.minimum.at(origins, row[dated], days[dated])
    if first_dates is not None:
        known = dates_as_days(first_dates.reindex(list(order)))
        origins[:-1] = np.where(known != nowhere, np.minimum(known, origins[:-1]), origins[:-1])
    return np.where(dated, days - np.where(dated, origins[row], 0), 0), dated, origins[:-1]


def _unknown_stages(table: pd.DataFrame, colours: Sequence[StageColour]) -> list[StageColour]:
    known = {stage.label for stage in colours}
    found: dict[str, None] = {}
    for name in ("suggested", "stage", "following"):
        found.update(dict.fromkeys(str(label) for label in table[name].dropna().unique() if label not in known))
    return [StageColour(label, label, _GREY, "#000000", _GREY) for label in found]


def _described(metric: Metric) -> dict[str, object]:
    return {"name": metric.name, "title": metric.title, "unit": metric.unit, "integer": metric.integer}
