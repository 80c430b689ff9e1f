"""To move many mice to another curriculum or version, all or none, in one entry of the record; and to undo it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from autotrain_core.errors import DocumentError, MeanwhileError, NotAllowedError, NotStoredError
from autotrain_core.evaluation import Standing
from autotrain_core.models import Actor, Enrolment, Kind, Override, Right, State, Step, listed, plain, step
from autotrain_core.models import Event as Happening
from autotrain_core.services._enrolling import ended, enrolled, has_begun
from autotrain_core.services._enrolling_read import EnrolmentWish
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._moving_plan import MOST_MOVED, MovePlan, Mover, MoveRow, MoveWish, why_not_moved
from autotrain_core.services._owners import owners_of_each
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._people_now import PeopleNow, people_now
from autotrain_core.services._policy import policy
from autotrain_core.services._said import ENROL, ENROLMENT, OVERRIDE, PROPOSE, Said, tell, told
from autotrain_core.services._settings import Settings
from autotrain_core.services._telling import expired_by
from autotrain_core.store import Event, Store

_OPEN = (State.APPROVED, State.PUBLISHED)
_RAN = (State.ACTIVE, State.USED, State.NOT_FOLLOWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """
    A move, and how far it is.

    Attributes:
        batch: Its id.
        by: Who moved the mice.
        at: When, UTC.
        curriculum, version: Where to.
        reason: Why; empty where only mice without sessions were moved.
        mice: All of them.
        open: Those that no session has followed yet: they can be taken back.
        ran: Those of which a session has come.
    """

    batch: str
    by: str
    at: datetime
    curriculum: str
    version: str
    reason: str
    mice: tuple[str, ...]
    open: tuple[str, ...]
    ran: tuple[str, ...]


def move(
    store: Store,
    settings: Settings,
    wish: MoveWish,
    *,
    seen: str,
    actor: Actor,
    at: datetime,
    identity: str,
    view: LabView | None = None,
) -> Moved:
    """
    Move mice to another curriculum or version, all of them or none.

    Each mouse gets an override for its next session, proposed and approved by whoever moves it; a mouse that is only
    enrolled gets another enrolment. The rigs are told by `tell_rigs`, which the next run does too.

    Args:
        store: Where.
        settings: What lies where.
        wish: Which mice go where.
        seen: `MovePlan.seen` of the plan that was on the screen.
        actor: Who moves them.
        at: When, with a zone.
        identity: Id of the batch, drawn by lot. The same once more changes nothing.
        view: The lab as it was seen last, where it is at hand.

    Raises:
        NotAllowedError: The actor may not, or no longer.
        NotStoredError: There is no such curriculum or stage.
        DocumentError: A mouse cannot be moved, each is listed; or there is no reason, or it was retired.
        MeanwhileError: The plan is no longer what was seen; nothing was written.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.MOVE)
    if not wish.reason.strip():
        raise DocumentError("Nobody was moved: say why, in a few words. They stand in the record of each mouse.")
    if not 0 < len(wish.mice) <= MOST_MOVED:
        raise DocumentError(f"Between one and {MOST_MOVED:,} mice are moved at once, not {len(wish.mice):,}.")
    fresh = lab_view(store, settings, at=at, known=view)
    mover = Mover.of(store, settings, fresh, wish, actor=now, at=at)

    def events(people: Said) -> Sequence[Event]:
        if identity in people.batches:
            return ()
        plan = mover.plan(people)
        _require_ready(plan, seen)
        return list(_events(people, mover, plan, settings, batch=identity))

    after = tell(store, events, by=now.email, at=at)
    return _moved(fresh, people_now(fresh, after, on=settings.run.day(at)), identity)


def undo_move(
    store: Store,
    settings: Settings,
    batch: str,
    *,
    actor: Actor,
    at: datetime,
    view: LabView | None = None,
    partly: bool = False,
) -> Moved:
    """
    Take a move back, as far as no session has followed it: mice go on where they were.

    Args:
        store: Where.
        settings: What lies where.
        batch: Id of the move.
        actor: Who takes it back.
        at: When, with a zone.
        view: The lab as it was seen last, where it is at hand.
        partly: Whether to take back what is left where some mice have run by it already; else none is taken back.

    Raises:
        NotAllowedError: The actor may not.
        NotStoredError: There is no such move.
        DocumentError: Some mice have run by it already and `partly` is not said, or nothing is left to be taken back.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.MOVE)
    fresh = lab_view(store, settings, at=at, known=view)
    rules = policy(store)[0].overrides

    def events(people: Said) -> Sequence[Event]:
        standing = people_now(fresh, people, on=settings.run.day(at))
        if not _is_move(people, batch):
            raise NotStoredError(f"There is no move {batch[:80]!r}.")
        known = _moved(fresh, standing, batch)
        _require_open(known, partly=partly)
        owners = owners_of_each(store, fresh, known.mice)
        found: list[Event] = []
        for id_ in people.batches[batch]:
            item = people.overrides.get(id_) or people.enrolments[id_]
            if item.subject_id not in known.open:
                continue
            reason = why_not_moved(rules, now, item.subject_id, owners[item.subject_id], at)
            if reason and item.by != now.email:
                raise NotAllowedError(f"Nothing was taken back. Of {plain(item.subject_id)}, {reason}.")
            if isinstance(item, Enrolment):
                found += _enrolled_again(fresh, people, item, settings, by=now, at=at)
            else:
                happening = Happening(step=Step.REVOKE, by=now.email, at=at, comment="the move was undone")
                after = step(item, happening)
                found.append(told(OVERRIDE, Step.REVOKE, after, sentence="the move was undone", how=how_of(now)))
        return found

    after = tell(store, events, by=now.email, at=at)
    return _moved(fresh, people_now(fresh, after, on=settings.run.day(at)), batch)


def moves(view: LabView, now: PeopleNow) -> tuple[Moved, ...]:
    """
    List all moves, the newest first.

    Args:
        view: The lab.
        now: What people decided.
    """
    found = [_moved(view, now, batch) for batch in now.said.batches if _is_move(now.said, batch)]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _events(people: Said, mover: Mover, plan: MovePlan, settings: Settings, *, batch: str) -> Iterator[Event]:
    to = f"{mover.target.name} {mover.target.version}"
    count = len(plan.rows) - 1
    together = f"moved with {count:,} {'other' if count == 1 else 'others'} to {to}" if count else f"moved to {to}"
    how, by = how_of(mover.actor), mover.actor.email
    for n, row in enumerate(plan.rows, start=1):
        if row.enrolled:
            yield from _other_enrolment(people, mover, row, settings, id_=f"{batch}-{n}", words=together, batch=batch)
            continue
        override = mover.override(row, id_=f"{batch}-{n}")
        sentence = f"{override.aim}: {override.reason_words}"
        yield told(OVERRIDE, PROPOSE, override, sentence=sentence, how=how, batch=batch)
        happening = Happening(step=Step.APPROVE, by=by, at=mover.at, comment=together, day=mover.on, own=True)
        approved = step(override, happening)
        yield told(OVERRIDE, Step.APPROVE, approved, sentence=together, how=how, batch=batch)
        yield from expired_by(people, approved, by=by, at=mover.at)


def _other_enrolment(
    people: Said, mover: Mover, row: MoveRow, settings: Settings, *, id_: str, words: str, batch: str
) -> Iterator[Event]:
    standing = [one for one in people.enrolments.values() if one.stands and one.subject_id == row.subject_id]
    for one in standing:
        yield ended(one, by=mover.actor, at=mover.at, sentence=words, batch=batch)
    wish = EnrolmentWish(
        subject_id=row.subject_id,
        curriculum=mover.target.name,
        version=mover.target.version,
        note=standing[-1].note if standing else "",
    )
    made = enrolled(mover.view, wish, stage=row.stage, by=mover.actor, at=mover.at, settings=settings, id_=id_)
    yield told(ENROLMENT, ENROL, made, sentence=words, how=how_of(mover.actor), batch=batch)


def _enrolled_again(
    view: LabView, people: Said, made: Enrolment, settings: Settings, *, by: Actor, at: datetime
) -> Iterator[Event]:
    """End the enrolment that a move made, and enrol the mouse where it was before."""
    yield ended(made, by=by, at=at, sentence="the move was undone")
    before = _replaced_by(people, made)
    if before is not None:
        wish = EnrolmentWish(
            subject_id=before.subject_id, curriculum=before.curriculum, version=before.version, note=before.note
        )
        again = enrolled(view, wish, stage=before.stage, by=by, at=at, settings=settings, id_=f"{made.id}-back")
        yield told(ENROLMENT, ENROL, again, sentence="the move was undone", how=how_of(by))


def _replaced_by(people: Said, made: Enrolment) -> Enrolment | None:
    """Find the enrolment that was ended in the very act that made this one."""
    return next(
        (
            one
            for one in people.enrolments.values()
            if (one.subject_id, one.ended_at, one.ended_by) == (made.subject_id, made.at, made.by)
        ),
        None,
    )


def _is_move(people: Said, batch: str) -> bool:
    """Tell a move from mice that were enrolled together."""
    first = next(iter(people.batches.get(batch, ())), "")
    if first in people.overrides:
        return people.overrides[first].kind is Kind.CURRICULUM
    return first in people.enrolments and any(
        id_ in people.overrides or _replaced_by(people, people.enrolments[id_]) is not None
        for id_ in people.batches[batch]
    )


def _moved(view: LabView, now: PeopleNow, batch: str) -> Moved:
    people = now.said
    ids = people.batches[batch]
    items: list[Override | Enrolment] = [people.overrides.get(id_) or people.enrolments[id_] for id_ in ids]
    first = items[0]
    reasons = [one.reason_words for one in items if isinstance(one, Override)]
    return Moved(
        batch=batch,
        by=first.by,
        at=first.at,
        curriculum=first.curriculum,
        version=first.version,
        reason=reasons[0] if reasons else "",
        mice=tuple(one.subject_id for one in items),
        open=tuple(one.subject_id for one in items if _is_open(view, now, one)),
        ran=tuple(one.subject_id for one in items if _has_run(view, now, one)),
    )


def _is_open(view: LabView, now: PeopleNow, item: Override | Enrolment) -> bool:
    if isinstance(item, Enrolment):
        return item.stands and not has_begun(view, now, item)
    return _standing(now, item).state in _OPEN


def _has_run(view: LabView, now: PeopleNow, item: Override | Enrolment) -> bool:
    if isinstance(item, Enrolment):
        return item.stands and has_begun(view, now, item)
    return _standing(now, item).state in _RAN


def _standing(now: PeopleNow, override: Override) -> Standing:
    return now.standings[override.id]


def _require_open(known: Moved, *, partly: bool) -> None:
    if not known.open:
        why = f": sessions of {listed(known.ran)} have run by it" if known.ran else ": it was taken back already"
        raise DocumentError(f"Nothing of this move can be taken back{why}.")
    if known.ran and not partly:
        left = len(known.open)
        raise DocumentError(
            f"Nothing was taken back: sessions of {listed(known.ran)} have run by this move already. The other "
            f"{f'{left:,} mice' if left > 1 else 'mouse'} can be taken back by themselves."
        )


def _require_ready(plan: MovePlan, seen: str) -> None:
    wrong = [f"{plain(row.subject_id)}: {row.problem}." for row in plan.problems]
    if plan.seen != seen:
        first = f" {wrong[0]}" if wrong else ""
        raise MeanwhileError(f"Nobody was moved: since you looked, something has changed.{first} Look at it again.")
    if wrong:
        lines = "\n".join(f"  {one}" for one in wrong[:50])
        raise DocumentError(f"Nobody was moved, because {len(wrong):,} of {len(plan.rows):,} cannot be:\n{lines}")
