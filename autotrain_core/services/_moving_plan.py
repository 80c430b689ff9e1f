"""What would happen to each mouse that somebody wants to move to another curriculum or version."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Final

from autotrain_core.errors import AutotrainError, DocumentError, NotStoredError
from autotrain_core.models import (
    Actor,
    Change,
    Curriculum,
    Enrolment,
    Kind,
    Member,
    Override,
    OverridePolicy,
    ParameterChange,
    Right,
    State,
    describe_changes,
    did_you_mean,
    may_answer,
    needs,
    new_record,
    plain,
)
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._mouse_why import curriculum_of, with_version
from autotrain_core.services._moving_stages import suggest_stage_map
from autotrain_core.services._overrides import standpoint
from autotrain_core.services._owners import owners_of_each
from autotrain_core.services._people_now import PeopleNow, last_session, people_now
from autotrain_core.services._policy import policy
from autotrain_core.services._retired import retired
from autotrain_core.services._said import Said, said
from autotrain_core.services._settings import Settings
from autotrain_core.services._telling import who
from autotrain_core.store import Store

MOST_MOVED: Final = 1_000
Differences = tuple[tuple[ParameterChange, ...], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWish:
    """
    Mice that somebody wants to move.

    Attributes:
        mice: Which.
        curriculum, version: Where to.
        stages: Stage that a mouse would run next, as tables have it -> stage there; what it leaves out goes where
            `suggest_stage_map` says, and "" leads nowhere.
        reason: Why, in words.
        note: Anything else.
    """

    mice: tuple[str, ...]
    curriculum: str
    version: str
    stages: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    note: str = ""

    @property
    def to(self) -> str:
        """Where to, "Coupled Baiting@2.3"."""
        return f"{self.curriculum}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """
    What would happen to one mouse.

    Attributes:
        subject_id: The mouse.
        owners: Its PIs, as colleagues call them, with commas; empty for nobody.
        before: Key of what it follows, or is enrolled in; empty where that cannot be said.
        ran: The stage that it ran last; empty where it never ran.
        following: What it would run next there, by the rules or by the will of people.
        stage: What it runs next then; empty where the stage map leads nowhere.
        enrolled: Whether it is enrolled and has not begun: its enrolment is ended, and another one made.
        changes: Settings that differ from those of `following`, in the rig's names.
        remark: What to know all the same; empty for nothing.
        problem: Why it cannot be moved; empty where it can.
    """

    subject_id: str
    owners: str = ""
    before: str = ""
    ran: str = ""
    following: str = ""
    stage: str = ""
    enrolled: bool = False
    changes: tuple[ParameterChange, ...] = ()
    remark: str = ""
    problem: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All of it but the settings."""
        what = "enrolled" if self.enrolled else ""
        return (self.subject_id, self.before, self.ran, self.following, self.stage, what, self.remark, self.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlan:
    """
    What a move would do: nothing was written.

    Attributes:
        rows: One for each mouse, in the order in which they were named.
        stages: Stages that the mice would run next -> where the map leads them; all stages of what they follow.
        seen: Stands for all of it but the words: `move` names it, so that nobody moves what he has not seen.
    """

    rows: tuple[MoveRow, ...]
    stages: Mapping[str, str]
    seen: str

    @property
    def problems(self) -> tuple[MoveRow, ...]:
        """The mice that cannot be moved."""
        return tuple(row for row in self.rows if row.problem)

    @property
    def ready(self) -> bool:
        """Whether all of them can be moved, and there are any."""
        return bool(self.rows) and not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """
    What planning a move needs beside what people said, read once.

    Attributes:
        view: The lab.
        actor: Who wants to move mice.
        at: Now.
        on: The lab's day.
        rules: What needs whose approval.
        owners: The PIs of each mouse.
        table: Mouse -> what it follows, the stage that it ran last, what the rules suggest next.
        target: Where to.
        wish: What is wanted.
    """

    view: LabView
    actor: Actor
    at: datetime
    on: date
    rules: OverridePolicy
    owners: Mapping[str, tuple[Member, ...]]
    table: Mapping[str, tuple[str, ...]]
    target: Curriculum
    wish: MoveWish

    @classmethod
    def of(
        cls, store: Store, settings: Settings, view: LabView, wish: MoveWish, *, actor: Actor, at: datetime
    ) -> "Mover":
        """Read what planning needs, and find where to."""
        return cls(
            view=view,
            actor=actor,
            at=at,
            on=settings.run.day(at),
            rules=policy(store)[0].overrides,
            owners=owners_of_each(store, view, wish.mice),
            table=_known(view, wish.mice),
            target=_target(store, view, wish),
            wish=wish,
        )

    def plan(self, people: Said) -> MovePlan:
        """Say what would happen to each mouse, with what people said until now."""
        now = people_now(self.view, people, on=self.on)
        maps: dict[str, Mapping[str, str]] = {}
        known: dict[tuple[str, str, str], Differences] = {}
        rows = tuple(self._row(now, mouse, maps, known) for mouse in dict.fromkeys(self.wish.mice))
        stages = {stage: to for found in maps.values() for stage, to in found.items()}
        return MovePlan(rows=rows, stages=stages, seen=self._seen(rows))

    def override(self, row: MoveRow, *, id_: str) -> Override:
        """Make the proposal that moves a mouse."""
        fields = {
            "id": id_,
            "subject_id": row.subject_id,
            "kind": Kind.CURRICULUM,
            "curriculum": self.target.name,
            "version": self.target.version,
            "stage": row.stage,
            "sessions": 1,
            "reason": "other",
            "reason_text": self.wish.reason or "moved together with others",
            "note": self.wish.note,
            "after": last_session(self.view, row.subject_id),
            "by": self.actor.email,
            "at": self.at,
        }
        return new_record(Override, fields, source=f"the move of {plain(row.subject_id)}")

    def _row(
        self,
        now: PeopleNow,
        mouse: str,
        maps: dict[str, Mapping[str, str]],
        known: dict[tuple[str, str, str], Differences],
    ) -> MoveRow:
        ruling = now.upcoming.get(mouse)
        owners = _names(self.owners[mouse])
        if isinstance(ruling, Enrolment):
            row = MoveRow(
                subject_id=mouse,
                owners=owners,
                before=f"{ruling.curriculum}@{ruling.version}",
                following=ruling.stage,
                enrolled=True,
            )
        elif mouse in self.view.mice.index:
            row = self._of_the_table(mouse, owners, ruling)
        else:
            return MoveRow(
                subject_id=mouse, owners=owners, problem="this lab has no such mouse, and nobody enrolled it"
            )
        source = curriculum_of(self.view, row.before) if row.before else None
        if source is not None and row.before not in maps:
            maps[row.before] = {**suggest_stage_map(source, self.target), **self.wish.stages}
        stage = maps.get(row.before, self.wish.stages).get(row.following, "")
        labels = [each.label for each in self.target.stages]
        row = _with(row, stage=stage if stage in labels else "")
        problem = "; ".join(self._problems(now, row, ruling, wanted=stage))
        place = (row.before, row.following, row.stage)
        if place not in known:
            known[place] = self._changes(source, row)
        changes, unknown = known[place]
        remarks = [_replaced(ruling), "" if problem else unknown]
        return _with(row, changes=changes, remark=" ".join(filter(None, remarks)), problem=problem)

    def _of_the_table(self, mouse: str, owners: str, ruling: Override | None) -> MoveRow:
        before, ran, following = self.table[mouse]
        if ruling is not None and ruling.kind is not Kind.OFF:
            following = ruling.stage
            before = f"{ruling.curriculum}@{ruling.version}" if ruling.curriculum else before
        return MoveRow(subject_id=mouse, owners=owners, before=before, ran=ran, following=following)

    def _problems(
        self, now: PeopleNow, row: MoveRow, ruling: Override | Enrolment | None, *, wanted: str
    ) -> Iterator[str]:
        to = plain(with_version(self.wish.to))
        standing = now.of(row.subject_id)
        off = [one.override for one in standing if one.state is State.APPROVED and one.override.kind is Kind.OFF]
        if off or (isinstance(ruling, Override) and ruling.kind is Kind.OFF):
            yield "it is off its curriculum: to put it back on one is an override"
            return
        if row.before == self.wish.to:
            by = f", by {who(ruling.by)}" if ruling is not None and ruling.curriculum else ""
            yield f"it is on {to} already{by}"
            return
        if not row.before:
            yield "it follows no curriculum: enrol it"
            return
        for one in standing:
            if one.state is State.PROPOSED:
                yield f"{who(one.override.by)} proposed {one.override.aim}, and that waits for an answer"
        if wanted and not row.stage:
            yield f"{to} has no stage {plain(wanted)}"
        elif not row.stage:
            yield f"nobody said where in {to} a mouse of {plain(row.following)} goes on"
        elif reason := self._why_not(row):
            yield reason

    def _why_not(self, row: MoveRow) -> str:
        owners = self.owners[row.subject_id]
        reason = why_not_moved(self.rules, self.actor, row.subject_id, owners, self.at)
        if not reason or row.enrolled:
            return reason
        here = standpoint(self.view, row.subject_id)
        change = Change.of(self.override(row, id_="preview"), here)
        return "" if needs(self.rules, self.actor, change, owners).free else reason

    def _changes(self, source: Curriculum | None, row: MoveRow) -> Differences:
        if not row.stage:
            return (), ""
        if source is None:
            return (), f"What changes cannot be told: this lab has no {plain(with_version(row.before))} any more."
        try:
            return describe_changes(self.target, row.following, row.stage, of=source), ""
        except AutotrainError as error:
            return (), f"What changes cannot be told: {error}"

    def _seen(self, rows: Sequence[MoveRow]) -> str:
        last = [last_session(self.view, row.subject_id) for row in rows]
        told = [[*row.words, one.words if one else ""] for row, one in zip(rows, last, strict=True)]
        # The same way leads to the same settings, for however many mice.
        ways = {(row.before, row.following, row.stage): row.changes for row in rows}
        settings = [[*way, [asdict(change) for change in changes]] for way, changes in sorted(ways.items())]
        return hashlib.sha256(json.dumps([self.wish.to, told, settings]).encode()).hexdigest()[:16]


def plan_move(
    store: Store, settings: Settings, view: LabView, wish: MoveWish, *, actor: Actor, at: datetime
) -> MovePlan:
    """
    Say what it would do to move mice: for each, where it goes on and which settings change, or why it cannot be.

    Args:
        store: Where the policy, the members and the record are.
        settings: What lies where.
        view: The lab.
        wish: Which mice go where.
        actor: Who wants it.
        at: Now, with a zone.

    Raises:
        NotStoredError: There is no such curriculum.
        DocumentError: It was retired; or the members or the policy cannot be used.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    return Mover.of(store, settings, view, wish, actor=actor, at=at).plan(said(store))


def mice_following(view: LabView, now: PeopleNow, key: str) -> tuple[str, ...]:
    """
    List the mice that follow a curriculum, or are enrolled in it and have not begun.

    Args:
        view: The lab.
        now: What people decided.
        key: "Coupled Baiting@2.3".
    """
    where = {str(mouse): str(its) for mouse, its in view.mice["curriculum"].dropna().items()}
    where |= {mouse: f"{one.curriculum}@{one.version}" for mouse, one in now.upcoming.items() if one.curriculum}
    return tuple(mouse for mouse, its in where.items() if its == key)


def _known(view: LabView, mice: Collection[str]) -> dict[str, tuple[str, ...]]:
    met = [mouse for mouse in dict.fromkeys(mice) if mouse in view.mice.index]
    cells = view.mice.loc[met, ["curriculum", "stage", "following"]].astype(object)
    rows = cells.where(cells.notna(), "").itertuples(index=False)
    return {mouse: tuple(map(str, row)) for mouse, row in zip(met, rows, strict=True)}


def why_not_moved(
    rules: OverridePolicy, actor: Actor, subject_id: str, owners: Collection[Member], at: datetime
) -> str:
    """Say why somebody may not move a mouse as a PI, as the end of "It cannot go: …"; empty where the person may."""
    # Whoever may answer the proposal of anybody else may move the mouse: to move mice is the PI's own right.
    tried = Override.model_construct(id="", subject_id=subject_id, kind=Kind.CURRICULUM, reason="", by="", at=at)
    if not may_answer(rules, actor, tried, owners):
        return ""
    if not actor.may(Right.APPROVE):
        return "only a PI moves mice"
    return f"only its PI moves it: {_names(owners)}"


def _target(store: Store, view: LabView, wish: MoveWish) -> Curriculum:
    target = curriculum_of(view, wish.to)
    if target is None:
        known = sorted({each.key for each in view.shelf.library})
        raise NotStoredError(
            f"There is no curriculum {plain(with_version(wish.to))} in this lab{did_you_mean(wish.to, known)}."
        )
    if (old := retired(store).get(wish.to)) is not None:
        raise DocumentError(
            f"{plain(with_version(wish.to))} was retired by {who(old.by)}: no mouse is moved to it any more. Choose "
            "another version."
        )
    labels = [stage.label for stage in target.stages]
    lost = [stage for stage in wish.stages.values() if stage and stage not in labels]
    if lost:
        raise NotStoredError(
            f"{plain(with_version(wish.to))} has no stage {plain(lost[0])}; its stages are {', '.join(labels)}."
        )
    return target


def _names(owners: Collection[Member]) -> str:
    return ", ".join(one.called for one in owners if one.active)


def _replaced(ruling: Override | Enrolment | None) -> str:
    if not isinstance(ruling, Override) or ruling.kind is Kind.OFF:
        return ""
    return f"It takes the place of what {who(ruling.approved_by or ruling.by)} decided: {ruling.aim}."


def _with(row: MoveRow, **changes: object) -> MoveRow:
    return MoveRow(**{**{name: getattr(row, name) for name in MoveRow.__slots__}, **changes})
