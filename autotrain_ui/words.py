"""How the app says things: days and times, stages, decisions, numbers; and how a stranger's text stays text."""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

import numpy as np
import pandas as pd

from autotrain_core.models import TrainingStage

_STAGES = MappingProxyType({stage.name: stage.value for stage in TrainingStage})
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@/])")
# Of such a text markdown makes nothing. It is left alone: screen readers are told labels with their backslashes.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ (),%°])*")
_BLANKS = re.compile(r"\s+")
# What Streamlit turns into links, arrows and pictures behind the back of the backslashes: it looks at what they leave.
_REDRAWN = re.compile(
    r"(?i:(?<=http)(?=s?://)|(?<=www)(?=\.)|(?<=:)(?=material_|streamlit:))|(?<=\S)(?=@\S)"
    r"|(?<=(?<!\S)[<>~-])(?=(?:->|[=>-])(?!\S))"
)
_SPLIT = "\u2060"  # joins words and cannot be seen
# Control characters, those that turn the direction of whatever stands behind them, and those that take no place: with
# them two names look the same. The joiners of scripts and of emoji stay.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)

SIGNS: Mapping[str, str] = MappingProxyType({"PROGRESS": "↑", "ROLLBACK": "↓", "STAY": "·"})
"""Never colour alone: each decision has a sign of its own."""

DECISIONS: Mapping[str, str] = MappingProxyType({"PROGRESS": "goes on", "ROLLBACK": "goes back", "STAY": "stays"})

MISSING = "–"


def stage(label: object) -> str:
    """Say a stage as people do: STAGE_1_WARMUP is "Stage 1 w/warmup"; a free name is itself."""
    return MISSING if _missing(label) else _STAGES.get(str(label), str(label))


def curriculum(key: object, missing: str = MISSING) -> str:
    """Say a curriculum as the lab writes it: "Coupled Baiting@2.3" is "Coupled Baiting 2.3"; a name may hold an @."""
    if _missing(key):
        return missing
    name, at, version = str(key).rpartition("@")
    return f"{name} {version}" if at else version


def decision(label: object) -> str:
    """Say a decision with its sign: "↑ goes on"."""
    if _missing(label):
        return MISSING
    return f"{SIGNS.get(str(label), '')} {DECISIONS.get(str(label), str(label))}".strip()


def day(when: object, today: date) -> str:
    """Say a day: "today", "yesterday", "Mon 3 Mar" within half a year, else "3 Mar 2025"."""
    if _missing(when):
        return MISSING
    moment = pd.Timestamp(when).date()  # type: ignore[arg-type]  # a day in any form
    ago = (today - moment).days
    if ago in (0, 1, -1):
        return {0: "today", 1: "yesterday", -1: "tomorrow"}[ago]
    if abs(ago) < 183:
        return f"{moment:%a} {moment.day} {moment:%b}"
    return f"{moment.day} {moment:%b %Y}"


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago something was: "just now", "7 min ago", "5 h ago", "3 days ago"."""
    span = now - moment
    if span < timedelta(seconds=-90):
        return f"in {_span(-span)}"
    return "just now" if span < timedelta(seconds=90) else f"{_span(span)} ago"


def _span(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 60 / 24:.0f} days"


def count(number: int, one: str, many: str | None = None) -> str:
    """Say how many: "1 mouse", "1,204 mice"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def mice(number: int) -> str:
    """Say how many mice."""
    return count(number, "mouse", "mice")


def number(value: object, unit: str = "", digits: int = 3) -> str:
    """Say a number with as many digits as it deserves, and its unit."""
    if _missing(value):
        return MISSING
    real = float(value)  # type: ignore[arg-type]  # a number of any kind
    text = f"{real:,.0f}" if real.is_integer() else f"{real:,.{digits}g}" if abs(real) < 1000 else f"{real:,.0f}"
    return f"{text} {unit}".strip()


def text(cell: object, missing: str = MISSING) -> str:
    """Say a cell of a table, which may be missing."""
    return missing if _missing(cell) else str(cell)


def spans(numbers: Iterable[int]) -> str:
    """Say whole numbers in order, those in a row as one: "3 to 5, 8"."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in found)


def or_choose(value: str) -> str:
    """Say a choice in a list; of the empty one, that there is something to choose."""
    return value or "Choose …"


def seen(text: object) -> str:
    """Give a text with a sign for each character that nobody could see; blanks and line breaks stay."""
    return _UNSEEN.sub("\ufffd", str(text))


def as_html(text: object) -> str:
    """
    Give a text that HTML shows as it is, also between the quotation marks of an attribute.

    Whatever a person typed goes through here before it stands in `st.html`.
    """
    return html.escape(seen(text))


def as_text(text: object) -> str:
    """
    Give a text that Streamlit's markdown shows as it is.

    Whatever a person typed, a name, a note, a curriculum, goes through here before it stands in markdown; where a plain
    `st.text` will do, that is better.
    """
    said = seen(_BLANKS.sub(" ", str(text)))
    return said if _PLAIN.fullmatch(said) else _MARKDOWN.sub(r"\\\1", _REDRAWN.sub(_SPLIT, said))


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and bool(np.isnan(value)))
