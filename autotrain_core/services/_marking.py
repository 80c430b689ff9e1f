"""To leave a session out of every decision, or only to remark on it; with what that changes, before it is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from autotrain_core.errors import DocumentError, MeanwhileError, NotStoredError, TableError
from autotrain_core.evaluation import decide_and_report
from autotrain_core.models import Actor, MarkKind, Right, SessionMark, new_record, plain
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._people_now import session_ref
from autotrain_core.services._said import MARK, MARKED, UNMARKED, Said, said, seen_of, tell, told
from autotrain_core.services._settings import Settings
from autotrain_core.services._telling import who
from autotrain_core.store import Event, Store

_SHOWN = ("decision", "next_stage_suggested", "session_at_current_stage")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkPreview:
    """
    What it would change to leave a session out, or to let it count again.

    Attributes:
        changes: A row a later decision that would be another: `session` (int64), `column` (decision,
            next_stage_suggested, session_at_current_stage), `now`, `then` (str).
        next_now: Stage that the mouse runs next by the rules; empty where nothing is decided.
        next_then: The same, once it is said.
        seen: Stands for what was shown: `mark_session` names it.
    """

    changes: pd.DataFrame
    next_now: str
    next_then: str
    seen: str


def preview_mark(view: LabView, subject_id: str, session: int, *, exclude: bool = True) -> MarkPreview:
    """
    Decide a mouse as it is and as it would be, and tell the two apart; what was published stays as it was.

    Args:
        view: The lab.
        subject_id: The mouse.
        session: Number of the session.
        exclude: Whether it would be left out, or count again.

    Raises:
        NotStoredError: There is no such mouse, or the session table has no such session.
    """
    row = _row(view, subject_id, session)
    ref = session_ref(row)
    others = tuple(mark for mark in view.people.marks.values() if not (mark.excludes and mark.session == ref))
    own = [mark for mark in view.people.marks.values() if mark.excludes and mark.session == ref]
    then = (*others, _tried(ref)) if exclude else others
    table = view.table(subject_id)
    before, after = _decided(view, table, (*others, *own)), _decided(view, table, then)
    return MarkPreview(
        changes=_differences(before, after),
        next_now=_next(before),
        next_then=_next(after),
        seen=ref.words,
    )


def mark_session(
    store: Store,
    settings: Settings,
    subject_id: str,
    session: int,
    *,
    exclude: bool,
    reason: str,
    text: str = "",
    seen: str,
    actor: Actor,
    at: datetime,
    identity: str,
    view: LabView | None = None,
) -> SessionMark:
    """
    Leave a session out of every window and decision, or only remark on it.

    Decisions follow with the next run, or with `tell_rigs`.

    Args:
        store: Where.
        settings: What lies where.
        subject_id: The mouse.
        session: Number of the session.
        exclude: Whether it is left out; else it counts as before, with a remark.
        reason: Key of `models.MARK_REASONS`.
        text: The reason in words; needed where the key is `other`.
        seen: `MarkPreview.seen`, or `SessionRef.words` of the session that was on the screen.
        actor: Who says so.
        at: When, with a zone.
        identity: Id of the mark, drawn by lot; the same once more changes nothing.
        view: The lab as it was seen last, where it is at hand.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: There is no such mouse or session.
        DocumentError: Something about it is wrong, or it is left out already.
        MeanwhileError: The session of this number is another one by now.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.EXCLUDE)
    fresh = lab_view(store, settings, at=at, known=view)
    ref = session_ref(_row(fresh, subject_id, session))
    if ref.words != seen:
        raise MeanwhileError(f"You looked at {seen}; by now it is {ref.words}. Nothing was marked; look again.")
    kind = MarkKind.EXCLUDED if exclude else MarkKind.ANNOTATED
    fields = {"id": identity, "session": ref, "kind": kind, "reason": reason, "text": text, "by": now.email, "at": at}
    mark = new_record(SessionMark, fields, source="this mark")

    def events(people: Said) -> Sequence[Event]:
        if identity in people.marks:
            return ()
        same = [one for one in people.marks.values() if one.excludes and one.session == ref]
        if exclude and same:
            raise DocumentError(f"{plain(ref.words)} is left out already: {who(same[0].by)} said so.")
        return (told(MARK, MARKED, mark, sentence=f"{ref.words} {kind.words}: {mark.reason_words}", how=how_of(now)),)

    return tell(store, events, by=now.email, at=at).marks[identity]


def unmark_session(store: Store, identity: str, *, seen: str, actor: Actor, at: datetime) -> SessionMark:
    """
    Take a mark back: the session counts again.

    Args:
        store: Where.
        identity: Id of the mark.
        seen: `seen_of` the mark that was on the screen.
        actor: Who takes it back.
        at: When, with a zone.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: There is no such mark.
        MeanwhileError: Somebody else took it back already.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.EXCLUDE)

    def events(people: Said) -> Sequence[Event]:
        mark = people.marks.get(identity)
        if mark is None:
            raise NotStoredError(f"There is no mark {identity[:80]!r}.")
        if seen_of(mark) != seen:
            raise MeanwhileError(f"{who(mark.ended_by or mark.by)} was faster: this mark is not what you saw any more.")
        if mark.ended_at is not None:
            raise MeanwhileError(f"{who(mark.ended_by)} took this mark back already.")
        ended = SessionMark.model_validate({**dict(mark), "ended_by": now.email, "ended_at": at})
        return (told(MARK, UNMARKED, ended, sentence=f"{mark.session.words} counts as before", how=how_of(now)),)

    return tell(store, events, by=now.email, at=at).marks[identity]


def marks_of(store: Store, subject_id: str) -> tuple[SessionMark, ...]:
    """
    List the marks of a mouse that stand, the oldest first.

    Raises:
        DamagedError: The record is damaged.
        StoreUnavailableError: The store does not answer.
    """
    return tuple(one for one in said(store).of(subject_id).marks.values() if one.ended_at is None)


def _row(view: LabView, subject_id: str, session: int) -> dict[str, object]:
    own = view.of(subject_id)
    found = own[(own["session"] == session).to_numpy() & own["in_table"].to_numpy(dtype=bool)]
    if not len(found):
        raise NotStoredError(f"The session table has no session {session} of {plain(subject_id)}.")
    return {str(name): cell for name, cell in found.iloc[0].items()}


def _tried(ref: object) -> SessionMark:
    fields = {"id": "preview", "session": ref, "kind": MarkKind.EXCLUDED, "reason": "rig-fault", "by": "preview"}
    return SessionMark.model_validate({**fields, "at": "2000-01-01T00:00:00Z"})


def _decided(view: LabView, table: pd.DataFrame, marks: Sequence[SessionMark]) -> pd.DataFrame:
    people = view.people.interventions
    try:
        found = decide_and_report(
            table, view.decides, enrolments=people.enrolments, overrides=people.overrides, marks=marks
        ).decisions
    except TableError:
        # Nothing is left that could be decided.
        return pd.DataFrame({name: pd.Series(dtype="str") for name in ("session", *_SHOWN)})
    return found.sort_values("session", kind="stable")


def _next(decided: pd.DataFrame) -> str:
    return str(decided["next_stage_suggested"].iloc[-1]) if len(decided) else ""


def _differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    columns = ["session", *_SHOWN]
    both = before[columns].merge(after[columns], on="session", suffixes=(" now", " then"))
    rows = [
        (int(row["session"]), name, str(row[f"{name} now"]), str(row[f"{name} then"]))
        for row in both.to_dict(orient="records")
        for name in _SHOWN
        if str(row[f"{name} now"]) != str(row[f"{name} then"])
    ]
    return pd.DataFrame(rows, columns=["session", "column", "now", "then"]).astype({"session": "int64"})
