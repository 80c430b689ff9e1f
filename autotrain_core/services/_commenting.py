"""To say something about a mouse, or about the decision after one of its sessions; nothing follows from it."""

from collections.abc import Sequence
from datetime import datetime

from autotrain_core.errors import NotStoredError
from autotrain_core.models import Actor, Comment, Right, SessionRef, new_record, plain
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._people_now import session_ref
from autotrain_core.services._said import COMMENT, COMMENTED, Said, said, tell, told
from autotrain_core.store import Event, Store


def comment(
    store: Store,
    view: LabView,
    subject_id: str,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    identity: str,
    session: int | None = None,
) -> Comment:
    """
    Comment on a mouse, or on one of its decisions.

    Args:
        store: Where.
        view: The lab.
        subject_id: The mouse.
        text: What is said, at most 4,000 characters.
        actor: Who says it.
        at: When, with a zone.
        identity: Id of the comment, drawn by lot; the same once more changes nothing.
        session: Number of the session whose decision it is about; None for the mouse as a whole.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: There is no such mouse or session.
        DocumentError: There are no words, or too many.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.COMMENT)
    about = None if session is None else _session(view, subject_id, session)
    enrolled = {one.subject_id for one in said(store).enrolments.values()}
    if subject_id not in view.mice.index and subject_id not in enrolled:
        raise NotStoredError(f"This lab has no mouse {plain(subject_id)}.")
    fields = {"id": identity, "subject_id": subject_id, "session": about, "text": text, "by": now.email, "at": at}
    said_now = new_record(Comment, fields, source="this comment")

    def events(people: Said) -> Sequence[Event]:
        if identity in people.comments:
            return ()
        return (told(COMMENT, COMMENTED, said_now, sentence=said_now.text, how=how_of(now)),)

    return tell(store, events, by=now.email, at=at).comments[identity]


def _session(view: LabView, subject_id: str, session: int) -> SessionRef:
    own = view.of(subject_id)
    found = own[(own["session"] == session).to_numpy()]
    if not len(found):
        raise NotStoredError(f"Mouse {plain(subject_id)} has no session {session}.")
    return session_ref({str(name): cell for name, cell in found.iloc[0].items()})
