"""To propose an override: what it would change, whose approval it takes, and the proposal itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd

from autotrain_core.errors import AutotrainError, DocumentError, MeanwhileError, NotStoredError
from autotrain_core.models import (
    Actor,
    Change,
    Curriculum,
    Kind,
    Need,
    Override,
    ParameterChange,
    Right,
    Standpoint,
    State,
    Step,
    describe_changes,
    needs,
    new_record,
    plain,
    step,
)
from autotrain_core.models import Event as Happening
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._mouse_why import curriculum_of, with_version
from autotrain_core.services._owners import owners_of
from autotrain_core.services._people import confirmed, how_of, require
from autotrain_core.services._people_now import PeopleNow, last_session, people_now
from autotrain_core.services._policy import policy
from autotrain_core.services._retired import retired
from autotrain_core.services._said import OVERRIDE, PROPOSE, Said, said, tell, told
from autotrain_core.services._settings import Settings
from autotrain_core.services._telling import expired_by, who
from autotrain_core.store import Event, Store

_LAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What somebody wants a mouse to run in place of what the rules say.

    Attributes:
        subject_id: The mouse.
        kind: What it does; see `models.Kind`.
        stage: The stage, as tables and rigs have it (STAGE_2); empty to take the mouse off. To hold a mouse where it
            is, it may be left empty.
        curriculum, version: Where the stage is; only to change the curriculum, or to put a mouse back on one.
        sessions: For how many sessions it holds; None for as many as come until `until`.
        until: Last day on which it holds; None for none.
        reason: Key of `models.REASONS`.
        reason_text: The reason in words; needed where the key is `other`.
        note: Anything else.
        instead_of: Id of an earlier proposal that this one takes up again; empty for none. One's own that is waiting
            is withdrawn with it.
    """

    subject_id: str
    kind: Kind
    stage: str = ""
    curriculum: str = ""
    version: str = ""
    sessions: int | None = 1
    until: date | None = None
    reason: str = ""
    reason_text: str = ""
    note: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverridePreview:
    """
    What a wish would change.

    Attributes:
        override: What would be proposed.
        need: Whose approval it takes, with the sentence.
        standpoint: Where the mouse is now.
        changes: What differs from what the rules suggest, as the rig is told it; empty where nothing does.
        problem: Why the settings cannot be told, in a sentence; empty where they can.
        last: The last sessions of the mouse, see `LabView.sessions`.
        replaces: The override or enrolment that says now what the mouse runs next; its place would be taken.
    """

    override: Override
    need: Need
    standpoint: Standpoint
    changes: tuple[ParameterChange, ...]
    problem: str
    last: pd.DataFrame = field(repr=False)
    replaces: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """
    What became of a wish.

    Attributes:
        override: The override, as it is on record.
        approved: Whether it needed nobody else and is approved.
        sentence: All of it, for the person.
    """

    override: Override
    approved: bool
    sentence: str


def standpoint(view: LabView, subject_id: str, *, now: PeopleNow | None = None) -> Standpoint:
    """
    Tell where a mouse is.

    Args:
        view: The lab.
        subject_id: The mouse.
        now: What people decided; a mouse that was taken off is on no curriculum.

    Raises:
        NotStoredError: There is no such mouse.
    """
    view.of(subject_id)
    known = view.mice.loc[subject_id]
    ruling = None if now is None else now.upcoming.get(subject_id)
    is_off = isinstance(ruling, Override) and ruling.kind is Kind.OFF
    name, version = _text(known["curriculum_name"]), _text(known["curriculum_version"])
    curriculum = curriculum_of(view, f"{name}@{version}") if name else None
    return Standpoint(
        curriculum="" if is_off else name,
        version="" if is_off else version,
        stages=() if curriculum is None else tuple(stage.label for stage in curriculum.stages),
        at=_text(known["stage"]),
        suggested=_text(known["following"]),
    )


def preview_override(
    store: Store, settings: Settings, view: LabView, wish: Wish, *, actor: Actor, at: datetime
) -> OverridePreview:
    """
    Tell what a wish would change, before anything is sent.

    Args:
        store: Where the policy, the members and the record are.
        settings: What lies where.
        view: The lab.
        wish: What is wanted.
        actor: Who wants it.
        at: Now, with a zone.

    Raises:
        NotStoredError: There is no such mouse, curriculum or stage.
        DocumentError: Something about the wish is wrong; everything is listed.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    people = said(store)
    now = people_now(view, people, on=settings.run.day(at))
    here = standpoint(view, wish.subject_id, now=now)
    override = _drafted(view, wish, here, actor=actor, at=at, identity="preview")
    target = _target(store, view, override, here)
    _require_sense(override, here, on=settings.run.day(at))
    change = Change.of(override, here)
    owners = owners_of(store, view, wish.subject_id)
    changes, problem = _changes(view, override, here, target)
    rows = view.of(wish.subject_id)
    ruling = now.upcoming.get(wish.subject_id)
    return OverridePreview(
        override=override,
        need=needs(policy(store)[0].overrides, actor, change, owners),
        standpoint=here,
        changes=changes,
        problem=problem,
        last=rows[rows["in_table"].to_numpy(dtype=bool)].tail(_LAST).reset_index(drop=True),
        replaces="" if ruling is None else ruling.id,
    )


def propose(
    store: Store,
    settings: Settings,
    wish: Wish,
    *,
    seen: str,
    actor: Actor,
    at: datetime,
    identity: str,
    view: LabView | None = None,
) -> Proposed:
    """
    Propose an override; where the policy leaves it to the person, it is approved at once.

    What is approved changes nothing for the rigs before `tell_rigs` has published it.

    Args:
        store: Where.
        settings: What lies where.
        wish: What is wanted.
        seen: `words` of the last session of the mouse that was on the screen; empty where it had none.
        actor: Who wants it.
        at: Now, with a zone.
        identity: Id of the override, drawn by lot. To propose the same once more under the same id changes nothing.
        view: The lab as it was seen last, where it is at hand.

    Raises:
        NotAllowedError: The actor may not propose, or no longer.
        NotStoredError: There is no such mouse, curriculum or stage.
        DocumentError: Something about the wish is wrong, or another proposal for the mouse is waiting.
        MeanwhileError: A session has come since the mouse was looked at; nothing was proposed.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.PROPOSE)
    fresh = lab_view(store, settings, at=at, known=view)
    on = settings.run.day(at)
    rules = policy(store)[0].overrides
    owners = owners_of(store, fresh, wish.subject_id)
    after = last_session(fresh, wish.subject_id)
    if (after.words if after else "") != seen:
        raise MeanwhileError(
            f"Since you looked at {plain(wish.subject_id)}, {after.words if after else 'its last session'} has come. "
            "Nothing was proposed; look at what it changes, and propose again."
        )

    def events(people: Said) -> Sequence[Event]:
        if identity in people.overrides:
            return ()
        standing = people_now(fresh, people, on=on)
        here = standpoint(fresh, wish.subject_id, now=standing)
        override = _drafted(fresh, wish, here, actor=now, at=at, identity=identity)
        _target(store, fresh, override, here)
        _require_sense(override, here, on=on)
        found = list(_making_room(standing, wish, by=now, at=at))
        need = needs(rules, now, Change.of(override, here), owners)
        how = how_of(now)
        found.append(told(OVERRIDE, PROPOSE, override, sentence=f"{override.aim}: {override.reason_words}", how=how))
        if need.free:
            happening = Happening(step=Step.APPROVE, by=now.email, at=at, comment=need.sentence, day=on, own=True)
            approved = step(override, happening)
            found.append(told(OVERRIDE, Step.APPROVE, approved, sentence=need.sentence, how=how))
            found += expired_by(people, approved, by=now.email, at=at)
        return found

    after_all = tell(store, events, by=now.email, at=at).override(identity)
    approved = after_all.state is not State.PROPOSED
    here = standpoint(fresh, wish.subject_id)
    need = needs(rules, now, Change.of(after_all, here), owners)
    return Proposed(override=after_all, approved=approved, sentence=need.sentence)


def _drafted(view: LabView, wish: Wish, here: Standpoint, *, actor: Actor, at: datetime, identity: str) -> Override:
    stage = wish.stage
    if wish.kind is Kind.HOLD and not stage:
        stage = here.at or here.suggested
    fields = {
        "id": identity,
        "subject_id": wish.subject_id,
        "kind": wish.kind,
        "curriculum": wish.curriculum,
        "version": wish.version,
        "stage": stage,
        "sessions": wish.sessions,
        "until": wish.until,
        "reason": wish.reason,
        "reason_text": wish.reason_text,
        "note": wish.note,
        "after": last_session(view, wish.subject_id),
        "instead_of": wish.instead_of,
        "by": actor.email,
        "at": at,
    }
    return new_record(Override, fields, source="this override")


def _target(store: Store, view: LabView, override: Override, here: Standpoint) -> Curriculum | None:
    """Find the curriculum that holds then, and make sure that it has the stage; None to take a mouse off."""
    if override.kind is Kind.OFF:
        return None
    name, version = (override.curriculum, override.version) if override.curriculum else (here.curriculum, here.version)
    if not name:
        raise DocumentError(
            f"{plain(override.subject_id)} is on no curriculum: put it back on one, and name curriculum, version and "
            "stage."
        )
    key = f"{name}@{version}"
    curriculum = curriculum_of(view, key)
    if curriculum is None:
        raise NotStoredError(f"There is no curriculum {plain(with_version(key))} in this lab.")
    if key != f"{here.curriculum}@{here.version}" and (old := retired(store).get(key)) is not None:
        raise DocumentError(
            f"{plain(with_version(key))} was retired by {old.by}: no mouse is moved to it any more. Choose another "
            "version."
        )
    stages = [stage.label for stage in curriculum.stages]
    if override.stage not in stages:
        raise NotStoredError(
            f"{plain(with_version(key))} has no stage {plain(override.stage)}; its stages are {', '.join(stages)}."
        )
    return curriculum


def _require_sense(override: Override, here: Standpoint, *, on: date) -> None:
    mouse = plain(override.subject_id)
    if override.until is not None and override.until < on:
        raise DocumentError(f"The last day, {override.until}, is over already.")
    if override.kind is Kind.OFF and not here.curriculum:
        raise DocumentError(f"{mouse} is on no curriculum already.")
    if override.kind is Kind.ON and here.curriculum:
        raise DocumentError(f"{mouse} is on {here.curriculum} {here.version}: change its curriculum, or its stage.")
    if override.kind is Kind.HOLD and override.stage not in (here.at, here.suggested):
        raise DocumentError(f"{mouse} is not at {plain(override.stage)}: to go there is another stage, not a hold.")


def _making_room(now: PeopleNow, wish: Wish, *, by: Actor, at: datetime) -> Iterator[Event]:
    """Withdraw one's own proposal that the new one takes the place of; any other that is waiting goes before."""
    for standing in now.of(wish.subject_id):
        one = standing.override
        if standing.state is not State.PROPOSED:
            continue
        if one.id != wish.instead_of or one.by != by.email:
            raise DocumentError(
                f"{who(one.by)} proposed {one.aim} for {plain(wish.subject_id)} at {one.at:%Y-%m-%d %H:%M} UTC, and "
                "that waits for an answer: it has to be answered, or taken back, before there is another one."
            )
        words = "another proposal takes its place"
        withdrawn = step(one, Happening(step=Step.WITHDRAW, by=by.email, at=at, comment=words))
        yield told(OVERRIDE, Step.WITHDRAW, withdrawn, sentence=words, how=how_of(by))


def _changes(
    view: LabView, override: Override, here: Standpoint, target: Curriculum | None
) -> tuple[tuple[ParameterChange, ...], str]:
    if target is None:
        return (), ""
    source = curriculum_of(view, f"{here.curriculum}@{here.version}") if here.curriculum else None
    if source is None or not here.suggested:
        return (), "What changes cannot be told: nothing is suggested for this mouse."
    try:
        return describe_changes(target, here.suggested, override.stage, of=source), ""
    except AutotrainError as error:
        return (), f"What changes cannot be told: {error}"


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]  # a cell
