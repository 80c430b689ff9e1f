"""The life of a mouse on one line of time: what the rules decided, what was run instead, and what people said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import pandas as pd

from autotrain_core.models import Comment, Enrolment, Override, SessionMark, SessionRef, Step
from autotrain_core.services._lab_view import LabView

_OF_SESSIONS = frozenset({Step.START, Step.USE, Step.MISS, Step.OUTDATE})
"""Steps that a session leads to: they stand behind the session of their day."""


class MomentKind(StrEnum):
    """What a moment is about."""

    RULES = "rules"
    RAN = "ran"
    OVERRIDE = "override"
    ENROLMENT = "enrolment"
    MARK = "mark"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    Something that happened to a mouse.

    Attributes:
        kind: What it is about.
        day: The lab's day; None for a session of which nobody knows the day.
        at: When, UTC; None for what a session tells, which has a day only.
        by: Who did it: an address, or the name of a program; empty for the rules.
        step: What happened to an override: propose, or a `models.Step`; of an enrolment enrol or end, of a mark mark or
            unmark; empty for all else.
        session: Number of the session that it is about; None for none.
        curriculum: Name@version in which the stages are; empty where there are none.
        before: The stage that was run, as tables have it; what was suggested, for a session that ran another. Empty
            for none.
        after: The stage that follows by the rules; what was run instead, for such a session. Empty for none.
        decision: PROGRESS or ROLLBACK of the rules; empty for all else.
        what: What is wanted, in words: "STAGE_2 for the next session"; empty for the rules.
        why: The reason, or what was said with it; empty for none.
        about: Id of the override, enrolment, mark or comment; empty for the rules.
    """

    kind: MomentKind
    day: date | None
    at: datetime | None = None
    by: str = ""
    step: str = ""
    session: int | None = None
    curriculum: str = ""
    before: str = ""
    after: str = ""
    decision: str = ""
    what: str = ""
    why: str = ""
    about: str = ""


def timeline(view: LabView, subject_id: str) -> tuple[Moment, ...]:
    """
    Tell the history of a mouse: changes of stage by the rules, sessions that ran another stage, and all acts of people.

    Args:
        view: The lab, with what people said.
        subject_id: The mouse.

    Returns:
        The newest first. What people said on the day of a session stands behind the session where it was written for
        it, else before it.

    Raises:
        NotStoredError: There is no such mouse.
    """
    rows = view.of(subject_id)
    own = view.people.of(subject_id)
    placed: list[tuple[tuple[date, int, datetime | None, int], Moment]] = []
    for place, moment in enumerate(_of_sessions(rows)):
        placed.append(((moment.day or date.min, 1, None, place), moment))
    acts: list[tuple[Moment, SessionRef | None, bool]] = [
        *_of_overrides(view, own.overrides.values()),
        *_of_enrolments(view, own.enrolments.values()),
        *_of_marks(view, own.marks.values()),
        *_of_comments(view, own.comments.values()),
    ]
    for place, (moment, written_for, behind) in enumerate(acts):
        day = moment.day or date.min
        of_this_day = (
            written_for is not None and written_for.session_date is not None and written_for.session_date >= day
        )
        placed.append(((day, 2 if behind or of_this_day else 0, moment.at, place), moment))
    placed.sort(key=lambda each: (each[0][0], each[0][1], each[0][2].timestamp() if each[0][2] else 0.0, each[0][3]))
    return tuple(moment for _, moment in reversed(placed))


def _of_sessions(rows: pd.DataFrame) -> Iterator[Moment]:
    told = rows[rows["published"].to_numpy(dtype=bool)]
    for row in told.to_dict(orient="records"):
        day = None if pd.isna(row["session_date"]) else row["session_date"].date()
        stage, following, suggested = (_text(row[name]) for name in ("stage", "following", "suggested"))
        number, curriculum, decision = int(row["session"]), _text(row["curriculum"]), _text(row["decision"])
        if row["overridden"]:
            yield Moment(
                kind=MomentKind.RAN,
                day=day,
                session=number,
                curriculum=curriculum,
                before=suggested,
                after=stage,
            )
        if decision in ("PROGRESS", "ROLLBACK"):
            yield Moment(
                kind=MomentKind.RULES,
                day=day,
                session=number,
                curriculum=curriculum,
                before=stage,
                after=following,
                decision=decision,
            )


def _of_overrides(view: LabView, overrides: Iterable[Override]) -> Iterator[tuple[Moment, SessionRef | None, bool]]:
    for one in overrides:
        session = one.after.session if one.after else None
        proposed = Moment(
            kind=MomentKind.OVERRIDE,
            day=view.settings.run.day(one.at),
            at=one.at,
            by=one.by,
            step="propose",
            session=session,
            what=one.aim,
            why="\n".join(filter(None, (one.reason_words, one.note))),
            about=one.id,
        )
        yield proposed, one.after, False
        for entry in one.history:
            moment = Moment(
                kind=MomentKind.OVERRIDE,
                day=view.settings.run.day(entry.at),
                at=entry.at,
                by=entry.by,
                step=entry.step.value,
                session=one.ran[-1].session if entry.step in _OF_SESSIONS and one.ran else session,
                what=one.aim,
                why=entry.comment,
                about=one.id,
            )
            yield moment, one.after, entry.step in _OF_SESSIONS


def _of_enrolments(view: LabView, enrolments: Iterable[Enrolment]) -> Iterator[tuple[Moment, SessionRef | None, bool]]:
    for one in enrolments:
        what = f"{one.curriculum}@{one.version}, from {one.stage} on"
        begun = Moment(
            kind=MomentKind.ENROLMENT,
            day=view.settings.run.day(one.at),
            at=one.at,
            by=one.by,
            step="enrol",
            what=what,
            why=one.note,
            about=one.id,
        )
        yield begun, one.after, False
        if one.ended_at is not None:
            ended = Moment(
                kind=MomentKind.ENROLMENT,
                day=view.settings.run.day(one.ended_at),
                at=one.ended_at,
                by=one.ended_by,
                step="end",
                what=what,
                about=one.id,
            )
            yield ended, one.after, False


def _of_marks(view: LabView, marks: Iterable[SessionMark]) -> Iterator[tuple[Moment, SessionRef | None, bool]]:
    for one in marks:
        made = Moment(
            kind=MomentKind.MARK,
            day=view.settings.run.day(one.at),
            at=one.at,
            by=one.by,
            step="mark",
            session=one.session.session,
            what=one.kind.words,
            why=one.reason_words,
            about=one.id,
        )
        yield made, one.session, False
        if one.ended_at is not None:
            ended = Moment(
                kind=MomentKind.MARK,
                day=view.settings.run.day(one.ended_at),
                at=one.ended_at,
                by=one.ended_by,
                step="unmark",
                session=one.session.session,
                what="counts as before",
                about=one.id,
            )
            yield ended, one.session, False


def _of_comments(view: LabView, comments: Iterable[Comment]) -> Iterator[tuple[Moment, SessionRef | None, bool]]:
    for one in comments:
        moment = Moment(
            kind=MomentKind.COMMENT,
            day=view.settings.run.day(one.at),
            at=one.at,
            by=one.by,
            session=one.session.session if one.session else None,
            why=one.text,
            about=one.id,
        )
        yield moment, one.session, False


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]  # a cell
