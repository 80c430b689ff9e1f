"""Days as people and programs write them, as YYYY-MM-DD: the day of where it was written, whatever the zone."""

import re
from datetime import datetime
from typing import Any

import pandas as pd

from autotrain_core.models import is_missing

_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0*)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
_FIRST, _LAST = 1900, 2200


def days(dates: "pd.Series[Any]") -> "pd.Series[str]":
    """
    Give days as YYYY-MM-DD; what is no day, or a word such as "today" that means another one tomorrow, is missing.

    Args:
        dates: Texts (ISO 8601 with or without time and zone, YYYYMMDD, month/day/year), numbers YYYYMMDD, or times.
    """
    codes, uniques = pd.factorize(dates)
    texts = pd.array([_day(value) for value in uniques], dtype="str")
    return pd.Series(texts.take(codes, allow_fill=True), index=dates.index, name=dates.name)


def _day(value: object) -> str | None:
    if is_missing(value):
        return None
    text = str(value).strip()
    for pattern, order in ((_DIGITS, (0, 1, 2)), (_AMERICAN, (2, 0, 1))):
        found = pattern.fullmatch(text)
        if found:
            year, month, day = (int(found.groups()[place]) for place in order)
            text = f"{year:04d}-{month:02d}-{day:02d}"
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.strftime("%Y-%m-%d") if _FIRST <= read.year <= _LAST else None
