"""What the record holds: events, and how they are written into the body of a commit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from autotrain_core.errors import DamagedError, DocumentError
from autotrain_core.store._commits import LARGEST_BODY, Commit, canonical

Json: TypeAlias = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
"""What JSON can say. Numbers are finite."""


@dataclass(frozen=True, slots=True)
class Event:
    """
    One thing that happened.

    Attributes:
        kind: What sort of thing, as the services name it.
        subject_id: The mouse that it happened to; empty where it was none.
        facts: All else that is to be known of it, as JSON. What is read is shared with other readers: never change it.
    """

    kind: str
    subject_id: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """
    What was appended at once.

    Attributes:
        number: Its place in the record, from 1 without gaps.
        at: When its writer says it was, UTC.
        by: Who wrote it.
        events: At least one.
        version: Stands for this entry and all before it.
    """

    number: int
    at: datetime
    by: str
    events: tuple[Event, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where something was appended: its number, and the version of the record that it made."""

    number: int
    version: str


def as_body(events: Sequence[Event]) -> str:
    """
    Write events as canonical JSON.

    Raises:
        DocumentError: They are too many, or hold what JSON cannot say.
        ValueError: There are none.
    """
    if not events:
        raise ValueError("nothing to append: at least one event is needed")
    body = canonical([{"facts": event.facts, "kind": event.kind, "subject_id": event.subject_id} for event in events])
    if len(body) > LARGEST_BODY:
        raise DocumentError(
            f"{len(events):,} events are too large to be appended at once: {len(body):,} bytes, "
            f"of at most {LARGEST_BODY:,}. Append them in several parts."
        )
    return body.decode()


def entry_of(commit: Commit, *, key: str) -> Entry:
    """
    Read the events of a commit.

    Raises:
        DamagedError: It holds no events.
    """
    try:
        held = json.loads(commit.body)
    except (ValueError, RecursionError):
        held = None
    events = tuple(map(_event, held)) if isinstance(held, list) else ()
    if commit.at is None or not events or None in events:
        raise DamagedError(key, "is a commit, but no entry of the record: it holds no events, or no time.")
    return Entry(commit.number, commit.at, commit.by, tuple(filter(None, events)), commit.version)


def _event(fields: object) -> Event | None:
    match fields:
        case {"kind": str(kind), "subject_id": str(subject_id), "facts": dict(facts)}:
            return Event(kind, subject_id, facts)
    return None
