"""The nights of the last weeks at a glance: whether each went well, and how much it changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from autotrain_core.services._runs import NightlyRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """
    What runs did on one day.

    Attributes:
        day: The day, by the clock of whoever asks.
        runs: How many are recorded.
        failed: How many of them failed as a whole.
        added: Sessions that were published for the first time.
        amended: Published sessions that changed.
        seconds: How long the longest took; 0 where that was not recorded.
    """

    day: date
    runs: int
    failed: int
    added: int
    amended: int
    seconds: float

    @property
    def outcome(self) -> str:
        """Say in one word how it went: none, failed, changed, quiet."""
        if not self.runs:
            return "none"
        # A failure that a later run made good still wants to be seen.
        if self.failed:
            return "failed"
        return "changed" if self.added or self.amended else "quiet"


def nights(runs: Iterable[NightlyRun], *, until: date, days: int = 60, zone: tzinfo) -> tuple[Night, ...]:
    """
    Sum up runs by day.

    Args:
        runs: See `services.runs`.
        until: The last day.
        days: How many days, that one included.
        zone: Where a day begins at midnight.

    Returns:
        One night for each day, the oldest first; also for days without a run.
    """
    by_day: dict[date, list[NightlyRun]] = {}
    for run in runs:
        by_day.setdefault(run.at.astimezone(zone).date(), []).append(run)
    return tuple(
        _night(day, by_day.get(day, [])) for day in (until - timedelta(days=ago) for ago in reversed(range(days)))
    )


def _night(day: date, runs: list[NightlyRun]) -> Night:
    # The counts are those of the publication in force: a run that published nothing repeats those of one before it.
    changing = [run for run in runs if run.changed]
    return Night(
        day=day,
        runs=len(runs),
        failed=sum(run.failed for run in runs),
        added=sum(run.counts.get("added", 0) for run in changing),
        amended=sum(run.counts.get("amended", 0) for run in changing),
        seconds=max((run.duration for run in runs if run.seconds), default=0.0),
    )
