"""The demonstration: an example lab in a store, two nights of it, and the board of the morning after."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd

from autotrain_core.errors import NotStoredError
from autotrain_core.evaluation import FIRST_DAY, Lab, Outcome, decide_and_report
from autotrain_core.interop import parquet_bytes, write_table
from autotrain_core.models import save_curriculum
from autotrain_core.services._board import BoardRow, board
from autotrain_core.services._demo_people import make_members
from autotrain_core.services._lab import WEEKS, example_lab, save_lab
from autotrain_core.services._run import RunReport, run_once
from autotrain_core.services._settings import Settings
from autotrain_core.store import ABSENT, Home, MemoryHome, Store

Progress = Callable[[int, int], None]

_HOUR = time(3, 0, tzinfo=UTC)
_BY = "demo"
_KEY = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """
    An example lab, decided and published.

    Attributes:
        lab: The simulated lab.
        outcome: What was decided of its sessions, and what there is to say about single ones.
        board: Where each mouse stands; see `board`.
        nights: What the two runs did: the one before the last day of training, and the one after it.
        store: Where all of it lies.
    """

    lab: Lab
    outcome: Outcome
    board: tuple[BoardRow, ...]
    nights: tuple[RunReport, RunReport]
    store: Store


def demo(
    mice: int = 12,
    seed: int = 0,
    *,
    store: Store | None = None,
    now: datetime | None = None,
    code: str = "",
    progress: Progress | None = None,
) -> Demo:
    """
    Simulate a lab, put its session table into a store, let two nights pass, and say who is a member.

    The same lab may be put into a store again: nothing changes then. Another one needs a store of its own.

    Args:
        mice: How many.
        seed: Whole number from 0; the same seed gives the same demo.
        store: Where; in memory where None.
        now: Lets a new lab train up to the day before, and the last night pass now; with a time zone. In January 2026
            where None.
        code: Version of the program, for the record.
        progress: Called with (mice done, mice in all) now and then; once over while the lab is simulated, once more for
            the board.

    Raises:
        ValueError: A number out of its range.
        NotStoredError: The installation lacks the shipped curricula.
        DocumentError: The installation is damaged.
        StoreUnavailableError: The store does not answer.
        ConflictError: Somebody else uses the store at this moment.
    """
    kept = store if store is not None else Store(MemoryHome())
    settings = Settings()
    span = _span(kept, now)
    lab = _until(example_lab(mice, seed, start=span.start, progress=progress), span.until)
    for curriculum in lab.curricula:
        _put(kept.home, f"{settings.curricula.key}{curriculum.file_name}", save_curriculum(curriculum))
    days = pd.to_datetime(lab.sessions["session_date"])
    last = days.max()
    key, whole = Path(settings.sessions.key).with_suffix(".parquet").as_posix(), parquet_bytes(lab.sessions)
    nights = []
    stands = _stands(kept.home, key, whole)
    for day in (last - timedelta(days=1), last):
        if not stands:
            _put(kept.home, key, whole if day == last else parquet_bytes(lab.sessions[days <= day]))
        at = datetime.combine(day.date() + timedelta(days=1), _HOUR)
        if now is not None and (stands or day == last):
            at = now
        nights.append(run_once(kept, settings, at=at, by=_BY, code=code))
    make_members(kept, lab, at=at)
    outcome = decide_and_report(lab.sessions, lab.curricula)
    return Demo(
        lab=lab,
        outcome=outcome,
        board=board(lab.sessions, lab.curricula, outcome, progress=progress),
        nights=(nights[0], nights[1]),
        store=kept,
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """From when a lab is watched, and the last day of which files are there; None: all of it."""

    start: date
    until: date | None


def _span(store: Store, now: datetime | None) -> _Span:
    """A lab that was put into a store stays what it is, whatever day it is looked at again."""
    try:
        facts = json.loads(store.read(_KEY).body)
        return _Span(date.fromisoformat(facts["start"]), date.fromisoformat(facts["until"]))
    except NotStoredError:
        pass
    if now is None:
        return _Span(FIRST_DAY, None)
    yesterday = now.date() - timedelta(days=1)
    span = _Span(yesterday - timedelta(days=yesterday.weekday(), weeks=WEEKS - 1), yesterday)
    body = json.dumps({"start": span.start.isoformat(), "until": yesterday.isoformat()}).encode()
    store.write(_KEY, body, replaces=ABSENT, by=_BY, at=now)
    return span


def _until(lab: Lab, day: date | None) -> Lab:
    """Leave out the sessions that have not been run yet."""
    if day is None:
        return lab
    there = (pd.to_datetime(lab.sessions["session_date"]) <= pd.Timestamp(day)).to_numpy(dtype=bool)
    sessions = lab.sessions[there].reset_index(drop=True)
    return replace(lab, sessions=sessions, suggested=lab.suggested[there].reset_index(drop=True))


def _stands(home: Home, key: str, body: bytes) -> bool:
    try:
        return home.get(key)[0] == body
    except NotStoredError:
        return False


def _put(home: Home, key: str, body: bytes) -> None:
    """Write what a pipeline or a designer would write, unless it is there."""
    try:
        there, head = home.get(key)
    except NotStoredError:
        home.put(key, body, replaces=ABSENT)
        return
    if there != body:
        home.put(key, body, replaces=head.version)


def save_demo(shown: Demo, directory: str | Path) -> tuple[Path, ...]:
    """
    Write a demo to a folder: the files of `save_lab`, and `board.csv`, a row a mouse.

    Raises:
        TableError: `directory` is a file.
        OSError: The disk is full or forbids writing.
    """
    written = save_lab(shown.lab, directory, outcome=shown.outcome)
    path = Path(directory) / "board.csv"
    write_table(pd.DataFrame([row.as_json() for row in shown.board]), path)
    return (*written, path)
