"""Overrides, enrolments and marks for tests, written in a line."""

from datetime import UTC, date, datetime, timedelta

from autotrain_core.models import Enrolment, Event, Override, SessionMark, SessionRef, State, Step, step

DAY_ONE = date(2026, 1, 1)
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
PATHS = {
    State.PROPOSED: (),
    State.REFUSED: (Step.REFUSE,),
    State.RETURNED: (Step.RETURN,),
    State.WITHDRAWN: (Step.WITHDRAW,),
    State.APPROVED: (Step.APPROVE,),
    State.PUBLISHED: (Step.APPROVE, Step.PUBLISH),
    State.ACTIVE: (Step.APPROVE, Step.PUBLISH, Step.START),
    State.USED: (Step.APPROVE, Step.PUBLISH, Step.USE),
    State.NOT_FOLLOWED: (Step.APPROVE, Step.PUBLISH, Step.MISS),
    State.EXPIRED: (Step.APPROVE, Step.PUBLISH, Step.EXPIRE),
    State.REVOKED: (Step.APPROVE, Step.PUBLISH, Step.REVOKE),
    State.STALE: (Step.APPROVE, Step.PUBLISH, Step.OUTDATE),
}


def day(number):
    """Day number so and so of the tests, from 1."""
    return DAY_ONE + timedelta(days=number - 1)


def ref(mouse, session, on=None, suffix=""):
    return SessionRef(subject_id=mouse, session=session, session_date=on and day(on), suffix=suffix)


def proposal(mouse="m", kind="stage", stage="B", **fields):
    """A proposal by trainer ben; `after` and `until` may be session and day numbers."""
    if isinstance(fields.get("after"), int):
        fields["after"] = ref(mouse, fields["after"], fields["after"])
    if isinstance(fields.get("until"), int):
        fields["until"] = day(fields["until"])
    given = {"id": "ov-1", "reason": "ready", "by": "ben@lab.org", "at": AT, **fields}
    return Override(subject_id=mouse, kind=kind, stage="" if kind == "off" else stage, **given)


def override(mouse="m", kind="stage", stage="B", *, state=State.PUBLISHED, since=1, ran=(), **fields):
    """An override in some state, that PI ada approved on a day."""
    one = proposal(mouse, kind, stage, **fields)
    for number, each in enumerate(PATHS[state]):
        one = step(
            one,
            Event(
                step=each,
                by=one.by if each is Step.WITHDRAW else "ada@lab.org",
                at=AT + timedelta(minutes=number),
                comment="why",
                day=day(since),
                ran=tuple(ran) if each in {Step.START, Step.USE, Step.MISS} else (),
            ),
        )
    return one


def enrolment(mouse="m", version="1", stage="B", *, since=1, **fields):
    if isinstance(fields.get("after"), int):
        fields["after"] = ref(mouse, fields["after"], fields["after"])
    given = {"id": "en-1", "curriculum": "Toy", "by": "ben@lab.org", "at": AT, **fields}
    return Enrolment(subject_id=mouse, version=version, stage=stage, day=day(since), **given)


def mark(session, *, kind="excluded", reason="rig-fault", **fields):
    given = {"id": "ma-1", "by": "ben@lab.org", "at": AT, **fields}
    return SessionMark(session=session, kind=kind, reason=reason, **given)
