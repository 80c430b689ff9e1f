"""A small lab whose session table changes from night to night, for tests of the run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from autotrain_core import services
from autotrain_core.errors import NotStoredError
from autotrain_core.interop import manager_from_bytes
from autotrain_core.store import ABSENT, Home, MemoryHome, Store

SESSIONS = "foraging_nwb_bonsai_processed/df_sessions.csv"
RIG = "foraging_auto_training/df_manager_447_demo.pkl"
BROWSER = "foraging_nwb_bonsai_processed/foraging_auto_training/df_manager_447_demo.pkl"
FIRST = datetime(2026, 11, 2, 3, tzinfo=UTC)

GOOD: dict[str, Any] = {"finished_trials": 500, "foraging_efficiency": 0.8}
POOR: dict[str, Any] = {"finished_trials": 50, "foraging_efficiency": 0.2}


def session(
    subject: str, number: int, *, day: int | None = None, stage: str | None = None, **more: Any
) -> dict[str, Any]:
    """One row of the session table; without a stage it is open loop."""
    return {
        "subject_id": subject,
        "session": number,
        "session_date": f"2026-10-{number if day is None else day:02d}",
        "curriculum_name": "Coupled Baiting",
        "curriculum_version": "2.3",
        "current_stage_actual": stage,
        **GOOD,
        **more,
    }


@dataclass
class Nights:
    """A store, and the nights that it has seen."""

    home: Home = field(default_factory=MemoryHome)
    settings: services.Settings = field(default_factory=services.Settings)
    at: datetime = FIRST

    @property
    def store(self) -> Store:
        return Store(self.home)

    def table(self, rows: Sequence[dict[str, Any]], key: str = SESSIONS) -> None:
        """Put a session table into the bucket, as the pipeline does."""
        put(self.home, key, pd.DataFrame(list(rows)).to_csv(index=False).encode())

    def run(self, rows: Sequence[dict[str, Any]] | None = None, **asked: Any) -> services.RunReport:
        """Let a night pass, and run."""
        if rows is not None:
            self.table(rows)
        self.at += timedelta(days=1)
        return services.run_once(self.store, self.settings, at=self.at, by="tester", code="0", **asked)

    def run_again_at_once(self) -> services.RunReport:
        """Run a moment after the last run."""
        at = self.at + timedelta(seconds=1)
        return services.run_once(self.store, self.settings, at=at, by="tester", code="0")

    def rows(self) -> pd.DataFrame:
        """What is published."""
        return services.published_rows(self.store, services.latest(self.store))

    def read_by_rig(self, key: str = RIG) -> pd.DataFrame:
        """The table that rigs read."""
        return manager_from_bytes(self.home.get(key)[0], source=key)

    def objects(self) -> dict[str, bytes]:
        """Everything in the bucket."""
        return {listed.key: self.home.get(listed.key)[0] for listed in self.home.list("")}


def put(home: Home, key: str, body: bytes) -> None:
    """Write as a stranger does: whatever is there is replaced."""
    try:
        version = home.head(key).version
    except NotStoredError:
        version = ABSENT
    home.put(key, body, replaces=version)
