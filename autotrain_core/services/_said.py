"""
What people said about mice, as the record holds it: overrides, enrolments, marks of sessions, comments, quieted alerts.

The record is the only place where it is kept. One act is one entry, written whole or not at all, so that nothing is
ever half done and the record is never behind; what is said now follows from the entries in their order.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ValidationError

from autotrain_core.errors import ConflictError, DamagedError, NotStoredError
from autotrain_core.evaluation import Interventions, interventions
from autotrain_core.models import Comment, Enrolment, Override, SessionMark, Snooze, print_record
from autotrain_core.store import ABSENT, Entry, Event, Json, Record, Store

OVERRIDE: Final = "override"
ENROLMENT: Final = "enrolment"
MARK: Final = "mark"
COMMENT: Final = "comment"
SNOOZE: Final = "snooze"

PROPOSE: Final = "propose"
ENROL: Final = "enrol"
END: Final = "end"
MARKED: Final = "mark"
UNMARKED: Final = "unmark"
COMMENTED: Final = "comment"
SNOOZED: Final = "snooze"
UNSNOOZED: Final = "unsnooze"

_TRIES = 50
Said_ = Override | Enrolment | SessionMark | Comment | Snooze
_MODELS: Final[Mapping[str, type[Said_]]] = MappingProxyType(
    {OVERRIDE: Override, ENROLMENT: Enrolment, MARK: SessionMark, COMMENT: Comment, SNOOZE: Snooze},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What people said, as of one version of the record.

    Attributes:
        version: Of the record; ABSENT where it is empty.
        overrides: By id, as they are now, in the order in which they were proposed.
        enrolments: By id, those that were taken back too.
        marks: By id, likewise.
        comments: By id.
        snoozes: Alerts that somebody quieted, by id, those that were woken too.
        batches: What was done at once, by the id of the batch -> the ids of its overrides and enrolments.
    """

    version: str = ABSENT
    overrides: Mapping[str, Override] = field(default_factory=dict)
    enrolments: Mapping[str, Enrolment] = field(default_factory=dict)
    marks: Mapping[str, SessionMark] = field(default_factory=dict)
    comments: Mapping[str, Comment] = field(default_factory=dict)
    snoozes: Mapping[str, Snooze] = field(default_factory=dict)
    batches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def interventions(self) -> Interventions:
        """Give what people said as deciding takes it."""
        return interventions(self.enrolments.values(), self.overrides.values(), self.marks.values())

    def override(self, id_: str) -> Override:
        """
        Find an override by its id.

        Raises:
            NotStoredError: There is none.
        """
        try:
            return self.overrides[id_]
        except KeyError:
            raise NotStoredError(f"There is no override {id_[:80]!r}.") from None

    def of(self, subject_id: str) -> "Said":
        """Give what was said of one mouse; all batches."""
        return replace(
            self,
            overrides={key: one for key, one in self.overrides.items() if one.subject_id == subject_id},
            enrolments={key: one for key, one in self.enrolments.items() if one.subject_id == subject_id},
            marks={key: one for key, one in self.marks.items() if one.session.subject_id == subject_id},
            comments={key: one for key, one in self.comments.items() if one.subject_id == subject_id},
            snoozes={key: one for key, one in self.snoozes.items() if one.subject_id == subject_id},
        )


def seen_of(record: BaseModel) -> str:
    """Give what stands for a record as it is now: an answer names it, so that nobody answers what he has not seen."""
    return hashlib.sha256(print_record(record)).hexdigest()[:16]


def said(store: Store) -> Said:
    """
    Read what people said.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    return _known.of(store.record)


def tell(store: Store, change: Callable[[Said], Sequence[Event]], *, by: str, at: datetime) -> Said:
    """
    Say something: all of it at once, checked against what was said until this very moment.

    Args:
        store: Where.
        change: Gives the events of what is said now, or raises; asked anew where somebody else was faster.
        by: Who says so.
        at: When, with a zone.

    Returns:
        What is said afterwards. Where `change` gives nothing, nothing was written.

    Raises:
        ConflictError: Others were faster again and again; nothing was written.
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    now = said(store)
    for _ in range(_TRIES):
        events = change(now)
        if not events:
            return now
        try:
            store.record.append(events, by=by, at=at, after=now.version)
        except ConflictError:
            now = said(store)
            continue
        return said(store)
    raise ConflictError("the record", expected=now.version, found=store.record.head())


def told(kind: str, step: str, record: Said_, *, sentence: str, how: str = "", batch: str = "") -> Event:
    """Make the event that says that a record of a person is like this from now on."""
    facts: dict[str, Json] = {
        "step": step,
        "id": record.id,
        "record": record.model_dump(mode="json"),
        "sentence": sentence,
        "how": how,
        "batch": batch,
    }
    if isinstance(record, Override):
        facts["state"] = record.state.value
    subject = record.session.subject_id if isinstance(record, SessionMark) else record.subject_id
    return Event(kind=kind, subject_id=subject, facts=facts)


class _Known:
    """What is known of each record of this process: only what is new is read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: WeakKeyDictionary[Record, tuple[int, Said]] = WeakKeyDictionary()

    def of(self, record: Record) -> Said:
        with self._lock:
            number, known = self._said.get(record, (0, Said()))
            entries = record.read(number)
            if entries:
                number, known = entries[-1].number, _after(known, entries)
                self._said[record] = (number, known)
            return known


_known = _Known()


def _after(known: Said, entries: Sequence[Entry]) -> Said:
    """Take over what new entries say, into copies: whoever holds what was said before keeps it."""
    found: dict[str, dict[str, Said_]] = {kind: {} for kind in _MODELS}
    batches: dict[str, tuple[str, ...]] = {}
    for entry, event in _of_people(entries):
        one = _read(_MODELS[event.kind], event, entry)
        found[event.kind][one.id] = one
        batch = str(event.facts.get("batch", ""))
        if batch and event.facts["step"] in (PROPOSE, ENROL):
            batches[batch] = (*batches.get(batch, ()), one.id)
    version = entries[-1].version
    if not any(found.values()):
        return replace(known, version=version)
    return Said(
        version=version,
        overrides={**known.overrides, **found[OVERRIDE]},  # type: ignore[dict-item]  # by kind
        enrolments={**known.enrolments, **found[ENROLMENT]},  # type: ignore[dict-item]  # by kind
        marks={**known.marks, **found[MARK]},  # type: ignore[dict-item]  # by kind
        comments={**known.comments, **found[COMMENT]},  # type: ignore[dict-item]  # by kind
        snoozes={**known.snoozes, **found[SNOOZE]},  # type: ignore[dict-item]  # by kind
        batches={**known.batches, **batches},
    )


def _of_people(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Event]]:
    for entry in entries:
        for event in entry.events:
            if event.kind in _MODELS:
                yield entry, event


def _read(model: type[Said_], event: Event, entry: Entry) -> Said_:
    try:
        return model.model_validate(event.facts["record"])
    except (ValidationError, KeyError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "it holds no record"
        raise DamagedError(
            f"entry {entry.number} of the record",
            f"says something about {event.subject_id} that this program cannot read: {why}. A newer autotrain may have "
            "written it: install that one.",
        ) from None
