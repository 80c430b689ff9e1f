"""How the nightly run is doing: what a monitor, and a person at seven in the morning, want to know first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from autotrain_core.services._publication import latest
from autotrain_core.services._runs_recorded import FAILED, RUN, facts_of, last_runs
from autotrain_core.services._settings import Settings
from autotrain_core.services._targets import standing_digest, target_keys
from autotrain_core.store import Store

_SLACK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """
    How the nightly run is doing.

    Attributes:
        store: Where it runs.
        healthy: Whether there is nothing that a person should look at.
        problems: What a person should look at, a sentence each.
        last_run: When the last run that went through was recorded, UTC; None where there is none.
        age_seconds: How long ago that was.
        last_failure: When a run failed as a whole since, UTC; None where none did.
        failure: Why it failed; empty where none did.
        publication: Number of the publication in force; 0 where there is none.
        published: When it was made, as ISO text; empty where there is none.
        counts: Of the last publication: mice, mice_not_decided, sessions, decided, left_out, …
        out_of_place: Keys of tables that rigs or browsers read and that are not what was published.
        code: Version of the program that made the publication.
    """

    store: str
    healthy: bool
    problems: tuple[str, ...]
    last_run: datetime | None
    age_seconds: float | None
    last_failure: datetime | None
    failure: str
    publication: int
    published: str
    counts: Mapping[str, int]
    out_of_place: tuple[str, ...]
    code: str

    def as_json(self) -> dict[str, object]:
        """Give it as plain values; times as ISO text."""
        return {
            "store": self.store,
            "reachable": True,
            "healthy": self.healthy,
            "problems": list(self.problems),
            "last_run": None if self.last_run is None else self.last_run.isoformat(),
            "age_seconds": self.age_seconds,
            "last_failure": None if self.last_failure is None else self.last_failure.isoformat(),
            "failure": self.failure,
            "publication": self.publication,
            "published": self.published,
            "counts": dict(self.counts),
            "out_of_place": list(self.out_of_place),
            "code": self.code,
        }


def status(store: Store, settings: Settings, *, at: datetime, oldest: timedelta | None = None) -> Status:
    """
    Ask how the nightly run is doing.

    Args:
        store: Where it runs.
        settings: What lies where in it.
        at: Now, with a time zone.
        oldest: A last run older than this is a problem; as the settings say where None.

    Raises:
        DamagedError: The record or the publication cannot be read.
        StoreUnavailableError: The store does not answer.
    """
    limit = oldest if oldest is not None else timedelta(hours=settings.run.stale_hours)
    runs, published = last_runs(store), latest(store)
    misplaced = tuple(key for key, sha in published.targets.items() if standing_digest(store.home, key)[1] != sha)
    age = None if runs.good is None else at - runs.good.at
    failure = "" if runs.failed is None else str(facts_of(runs.failed, FAILED).get("sentence", ""))
    problems = []
    if runs.good is None:
        problems.append("No run has gone through yet.")
    elif age is not None and age < -_SLACK:
        problems.append(f"The last run is recorded {_hours(-age)} from now: the clock of some computer is wrong.")
    elif age is not None and age > limit:
        problems.append(f"The last run is {_hours(age)} old; {_hours(limit)} are the most that are expected.")
    if runs.failed is not None:
        problems.append(f"The last run failed at {runs.failed.at:%Y-%m-%d %H:%M} UTC: {failure}")
    if misplaced:
        problems.append(
            f"{len(misplaced)} of {len(published.targets)} tables of rigs and browsers are not what was published: "
            f"{', '.join(misplaced)}. The next run puts them right, or names who else writes them."
        )
    unserved = [key for key in target_keys(settings.publish) if published.number and key not in published.targets]
    if unserved:
        problems.append(
            f"{len(unserved)} tables that the settings name were not written by the last publication, among them "
            f"{unserved[0]}: another name or folder was published, or the table is larger than [publish] most_rows."
        )
    foreign = [] if runs.good is None else facts_of(runs.good, RUN).get("foreign", [])
    if isinstance(foreign, list) and foreign:
        keys = ", ".join(str(each.get("key")) for each in foreign if isinstance(each, dict))
        problems.append(f"Something else writes tables of ours: {keys}.")
    return Status(
        store=store.url,
        healthy=not problems,
        problems=tuple(problems),
        last_run=None if runs.good is None else runs.good.at,
        age_seconds=None if age is None else round(age.total_seconds(), 1),
        last_failure=None if runs.failed is None else runs.failed.at,
        failure=failure,
        publication=published.number,
        published=published.at,
        counts=published.counts,
        out_of_place=misplaced,
        code=published.code,
    )


def _hours(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.1f} hours" if hours < 72 else f"{hours / 24:.1f} days"
