"""To enrol mice in curricula, many at once and all or none; and to take that back before a session follows it."""

from collections.abc import Sequence
from datetime import datetime

from autotrain_core.errors import DocumentError, MeanwhileError, NotStoredError
from autotrain_core.models import Actor, Enrolment, Right, new_record, plain
from autotrain_core.services._answers import Seen
from autotrain_core.services._enrolling_plan import EnrolmentPlan, Planner
from autotrain_core.services._enrolling_read import MOST_ENROLLED, EnrolmentWish
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._people_now import PeopleNow, last_session, people_now
from autotrain_core.services._said import END, ENROL, ENROLMENT, Said, seen_of, tell, told
from autotrain_core.services._settings import Settings
from autotrain_core.services._telling import who
from autotrain_core.store import Event, Store


def enrol(
    store: Store,
    settings: Settings,
    wishes: Sequence[EnrolmentWish],
    *,
    seen: str,
    actor: Actor,
    at: datetime,
    identity: str,
    view: LabView | None = None,
) -> tuple[Enrolment, ...]:
    """
    Enrol mice, all of them or none.

    The rigs are told by `tell_rigs`, which the next run does too.

    Args:
        store: Where.
        settings: What lies where.
        wishes: Which mice begin what.
        seen: `EnrolmentPlan.seen` of the plan that was on the screen.
        actor: Who enrols them.
        at: When, with a zone.
        identity: Id of the batch, drawn by lot. The same once more changes nothing.
        view: The lab as it was seen last, where it is at hand.

    Returns:
        The enrolments, in the order of the wishes.

    Raises:
        NotAllowedError: The actor may not, or no longer.
        DocumentError: A mouse cannot be enrolled; each is listed.
        MeanwhileError: The plan is no longer what was seen; nothing was written.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.ENROL)
    if not 0 < len(wishes) <= MOST_ENROLLED:
        raise DocumentError(f"Between one and {MOST_ENROLLED:,} mice are enrolled at once, not {len(wishes):,}.")
    fresh = lab_view(store, settings, at=at, known=view)
    planner = Planner.of(store, settings, fresh, actor=now, at=at)

    def events(people: Said) -> Sequence[Event]:
        if identity in people.batches:
            return ()
        plan = planner.plan(people, wishes)
        _require_ready(plan, seen)
        return [
            told(
                ENROLMENT,
                ENROL,
                enrolled(fresh, row.wish, stage=row.stage, by=now, at=at, settings=settings, id_=f"{identity}-{n}"),
                sentence=row.sentence,
                how=how_of(now),
                batch=identity,
            )
            for n, row in enumerate(plan.rows, start=1)
        ]

    after = tell(store, events, by=now.email, at=at)
    return tuple(after.enrolments[one] for one in after.batches[identity])


def enrolled(
    view: LabView, wish: EnrolmentWish, *, stage: str, by: Actor, at: datetime, settings: Settings, id_: str
) -> Enrolment:
    """Make the enrolment of a mouse; see `models.Enrolment`."""
    fields = {
        "id": id_,
        "subject_id": wish.subject_id,
        "curriculum": wish.curriculum,
        "version": wish.version,
        "stage": stage,
        "day": settings.run.day(at),
        "after": last_session(view, wish.subject_id),
        "note": wish.note,
        "by": by.email,
        "at": at,
    }
    return new_record(Enrolment, fields, source=f"the enrolment of {plain(wish.subject_id)}")


def end_enrolment(
    store: Store,
    settings: Settings,
    seen: Sequence[Seen],
    *,
    actor: Actor,
    at: datetime,
    view: LabView | None = None,
) -> tuple[Enrolment, ...]:
    """
    Take enrolments back that no session has followed yet, all of them or none.

    Args:
        store: Where.
        settings: What lies where.
        seen: The enrolments as they were on the screen: id, and what `seen_of` gives.
        actor: Who takes them back.
        at: When, with a zone.
        view: The lab as it was seen last, where it is at hand.

    Returns:
        The enrolments, ended.

    Raises:
        NotAllowedError: The actor may not, or no longer.
        NotStoredError: There is no such enrolment.
        DocumentError: None was named, or the mouse of one has begun.
        MeanwhileError: Somebody else took one back first.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.ENROL)
    if not seen:
        raise DocumentError("Nothing was chosen.")
    fresh = lab_view(store, settings, at=at, known=view)

    def events(people: Said) -> Sequence[Event]:
        standing = people_now(fresh, people, on=settings.run.day(at))
        return [_ending(fresh, standing, one, by=now, at=at) for one in dict.fromkeys(seen)]

    after = tell(store, events, by=now.email, at=at)
    return tuple(after.enrolments[one.id] for one in dict.fromkeys(seen))


def waiting_enrolments(view: LabView, now: PeopleNow) -> tuple[Enrolment, ...]:
    """
    List the enrolments that stand and that no session has followed yet, the newest first.

    Args:
        view: The lab.
        now: What people decided.
    """
    found = [one for one in now.said.enrolments.values() if one.stands and not has_begun(view, now, one)]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def has_begun(view: LabView, now: PeopleNow, enrolment: Enrolment) -> bool:
    """Say whether a session has come that an enrolment was for."""
    if now.upcoming.get(enrolment.subject_id) == enrolment:
        return False
    last = last_session(view, enrolment.subject_id)
    return last is not None and last != enrolment.after


def ended(enrolment: Enrolment, *, by: Actor, at: datetime, sentence: str, batch: str = "") -> Event:
    """Make the event that takes an enrolment back."""
    after = Enrolment.model_validate({**dict(enrolment), "ended_by": by.email, "ended_at": at})
    return told(ENROLMENT, END, after, sentence=sentence, how=how_of(by), batch=batch)


def _ending(view: LabView, now: PeopleNow, seen: Seen, *, by: Actor, at: datetime) -> Event:
    enrolment = now.said.enrolments.get(seen.id)
    if enrolment is None:
        raise NotStoredError(f"There is no enrolment {seen.id[:80]!r}.")
    mouse = plain(enrolment.subject_id)
    if not enrolment.stands:
        raise MeanwhileError(f"{who(enrolment.ended_by)} took the enrolment of {mouse} back already.")
    if seen_of(enrolment) != seen.version:
        raise MeanwhileError(f"The enrolment of {mouse} is not what you saw. Look at it again.")
    if has_begun(view, now, enrolment):
        raise DocumentError(
            f"{mouse} has begun {plain(enrolment.curriculum)} {plain(enrolment.version)}: an enrolment that a session "
            "has followed stays. To take the mouse off is an override."
        )
    return ended(enrolment, by=by, at=at, sentence=f"{mouse} does not begin {enrolment.curriculum} {enrolment.version}")


def _require_ready(plan: EnrolmentPlan, seen: str) -> None:
    wrong = [f"{plain(row.wish.subject_id)}: {row.sentence}" for row in plan.rows if not row.ready]
    if plan.seen != seen:
        first = f" {wrong[0]}" if wrong else ""
        raise MeanwhileError(f"Nobody was enrolled: since you looked, something has changed.{first} Look at it again.")
    if wrong:
        listed = "\n".join(f"  {one}" for one in wrong[:50])
        raise DocumentError(f"Nobody was enrolled, because {len(wrong):,} of {len(plan.rows):,} cannot be:\n{listed}")
