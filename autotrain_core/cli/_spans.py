"""Spans of time as people type them: 30s, 10m, 26h, 7d."""

import re
from datetime import timedelta
from typing import Any

import click

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=3650)


class Span(click.ParamType[timedelta, timedelta]):
    """A span of time, at least a second."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a number and its unit."""
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"'{value}' is no time; write a number and its unit: 30s, 10m, 26h or 7d.", param, ctx)
        try:
            span = timedelta(**{_UNITS[found.group(2).lower()]: float(found.group(1))})
        except OverflowError:
            span = timedelta.max
        if not timedelta(seconds=1) <= span <= _LONGEST:
            self.fail(f"'{value}' is not between a second and ten years.", param, ctx)
        return span

    @staticmethod
    def told(span: timedelta) -> str:
        """Say a span in its largest whole unit."""
        seconds = span.total_seconds()
        for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
            if seconds >= size and seconds % size == 0:
                return f"{seconds / size:g}{unit}"
        return f"{seconds:g}s"
