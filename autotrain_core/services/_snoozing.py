"""To quiet an alert of a mouse for a while, with a reason, and to wake it again."""

from collections.abc import Sequence
from datetime import date, datetime

from autotrain_core.errors import DocumentError, MeanwhileError, NotStoredError
from autotrain_core.models import Actor, Right, Snooze, new_record, plain
from autotrain_core.services._alerts import alerts_of, quiet_alerts
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._said import SNOOZE, SNOOZED, UNSNOOZED, Said, seen_of, tell, told
from autotrain_core.services._telling import who
from autotrain_core.store import Event, Store


def snooze(
    store: Store,
    view: LabView,
    subject_id: str,
    kind: str,
    *,
    reason: str,
    seen: str,
    on: date,
    actor: Actor,
    at: datetime,
    identity: str,
    until: date | None = None,
) -> Snooze:
    """
    Quiet an alert of a mouse: it is no longer counted or listed, until a day or until it changes.

    It wakes by itself as soon as it becomes more urgent, or something new of its kind happens.

    Args:
        store: Where.
        view: The lab.
        subject_id: The mouse.
        kind: Which kind of alert.
        reason: Why, in words.
        seen: `Alert.seen` of the alert that was on the screen.
        on: The lab's day.
        actor: Who says so.
        at: When, with a zone.
        identity: Id of what is said, drawn by lot; the same once more changes nothing.
        until: The last day on which it is quiet; None for as long as it stays the same.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: The mouse has no such alert.
        DocumentError: There is no reason, or the day is over.
        MeanwhileError: The alert is another one by now, or somebody else was faster.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.COMMENT)
    alert = next((one for one in alerts_of(view, subject_id, on=on) if one.kind == kind), None)
    if alert is None:
        for each in quiet_alerts(view, on=on, subject_id=subject_id):
            if each.snooze.id == identity:
                return each.snooze
            if each.alert.kind == kind:
                raise MeanwhileError(f"{who(each.snooze.by)} was faster: this alert is quiet already.")
        raise NotStoredError(f"Mouse {plain(subject_id)} has no alert {plain(kind)!r} that could be quieted.")
    if alert.seen != seen:
        raise MeanwhileError(f"This alert is another one by now: {alert.sentence} Nothing was quieted; look again.")
    if until is not None and until < on:
        raise DocumentError(f"{until} is over; choose a day from {on} on, or none.")
    fields = {"id": identity, "subject_id": subject_id, "kind": kind, "severity": alert.severity, "until": until}
    fields |= {"occurrence": alert.occurrence, "sentence": alert.sentence, "reason": reason, "by": now.email, "at": at}
    said_now = new_record(Snooze, fields, source="this")

    def events(people: Said) -> Sequence[Event]:
        if identity in people.snoozes:
            return ()
        for one in people.snoozes.values():
            same = {"kind": kind, "severity": alert.severity, "occurrence": alert.occurrence}
            if one.subject_id == subject_id and one.quiets(**same, on=on):
                raise MeanwhileError(f"{who(one.by)} was faster: this alert is quiet already.")
        return (told(SNOOZE, SNOOZED, said_now, sentence=said_now.reason, how=how_of(now)),)

    return tell(store, events, by=now.email, at=at).snoozes[identity]


def quiet_words(one: Snooze) -> str:
    """Say until when an alert is quiet, who said so and why."""
    until = "until it changes" if one.until is None else f"until {one.until}"
    return f"{until}, said {who(one.by)}: {' '.join(one.reason.split())}"


def wake(store: Store, identity: str, *, seen: str, actor: Actor, at: datetime) -> Snooze:
    """
    Wake an alert that somebody quieted.

    Args:
        store: Where.
        identity: Id of what quiets it.
        seen: `seen_of` it, as it was on the screen.
        actor: Who wakes it.
        at: When, with a zone.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: Nothing of this id quiets anything.
        MeanwhileError: Somebody else woke it already.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.COMMENT)

    def events(people: Said) -> Sequence[Event]:
        one = people.snoozes.get(identity)
        if one is None:
            raise NotStoredError(f"No alert is quieted by {identity[:80]!r}.")
        if seen_of(one) != seen:
            raise MeanwhileError(f"{who(one.ended_by or one.by)} was faster: this alert is not quiet any more.")
        ended = Snooze.model_validate({**dict(one), "ended_by": now.email, "ended_at": at})
        return (told(SNOOZE, UNSNOOZED, ended, sentence="awake again", how=how_of(now)),)

    return tell(store, events, by=now.email, at=at).snoozes[identity]
