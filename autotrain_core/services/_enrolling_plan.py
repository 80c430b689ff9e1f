"""What would happen to each mouse that somebody wants to enrol, before anything is written."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd

from autotrain_core.errors import AutotrainError
from autotrain_core.models import (
    Actor,
    Change,
    ChangeKind,
    Curriculum,
    Enrolment,
    Kind,
    OverridePolicy,
    State,
    did_you_mean,
    faults_of_name,
    needs,
    plain,
    quoted,
    rig_parameters,
)
from autotrain_core.services._enrolling_read import EnrolmentWish
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._mouse_why import curriculum_of, with_version
from autotrain_core.services._owners import owners_of_each
from autotrain_core.services._people_now import PeopleNow, last_session, people_now
from autotrain_core.services._policy import policy
from autotrain_core.services._retired import Retired, retired
from autotrain_core.services._said import Said, said
from autotrain_core.services._settings import Settings
from autotrain_core.services._telling import who
from autotrain_core.store import Store

RigSettings = Mapping[str, str | bool]


class Fate(StrEnum):
    """What an enrolment does to a mouse."""

    BEGINS = "begins"
    JOINS = "joins"
    ENROLLED = "is enrolled already"
    FOLLOWS = "follows a curriculum already"
    OFF = "is off its curriculum"
    WRONG = "cannot be enrolled"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRow:
    """
    What would happen to one mouse.

    Attributes:
        wish: What somebody wants.
        fate: What comes of it.
        sentence: The same in words, for the person.
        warning: What to know all the same; empty for nothing.
        curriculum: Key of the curriculum that it would begin, "Coupled Baiting@2.3"; empty where there is none.
        stage: Where, as tables and rigs have it; empty where it cannot be said.
    """

    wish: EnrolmentWish
    fate: Fate
    sentence: str
    warning: str = ""
    curriculum: str = ""
    stage: str = ""

    @property
    def ready(self) -> bool:
        """Whether the mouse can be enrolled like this."""
        return self.fate in (Fate.BEGINS, Fate.JOINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentPlan:
    """
    What an enrolment would do: nothing was written.

    Attributes:
        rows: One for each wish, in their order.
        settings: (key of a curriculum, stage) -> what the rig is told there, name by name; for every place where a
            mouse would begin and whose settings can be told.
        seen: Stands for all of it: `enrol` names it, so that nobody enrols what he has not seen.
    """

    rows: tuple[EnrolmentRow, ...]
    settings: Mapping[tuple[str, str], RigSettings]
    seen: str

    @property
    def ready(self) -> bool:
        """Whether all of them can be enrolled, and there are any."""
        return bool(self.rows) and all(row.ready for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """
    What planning needs of a lab beside what people said, read once.

    Attributes:
        store, view: The lab.
        actor: Who wants to enrol.
        on: The lab's day.
        retired: Versions that no mouse begins.
        rules: What needs whose approval.
    """

    store: Store
    view: LabView
    actor: Actor
    on: date
    retired: Mapping[str, Retired]
    rules: OverridePolicy

    @classmethod
    def of(cls, store: Store, settings: Settings, view: LabView, *, actor: Actor, at: datetime) -> "Planner":
        """Read what planning needs."""
        return cls(
            store=store,
            view=view,
            actor=actor,
            on=settings.run.day(at),
            retired=retired(store),
            rules=policy(store)[0].overrides,
        )

    def plan(self, people: Said, wishes: Sequence[EnrolmentWish]) -> EnrolmentPlan:
        """Say what would happen to each mouse, with what people said until now."""
        now = people_now(self.view, people, on=self.on)
        repeated = Counter(wish.subject_id for wish in wishes)
        told: dict[tuple[str, str], RigSettings | str] = {}
        rows = tuple(self._row(now, wish, told, twice=repeated[wish.subject_id] > 1) for wish in wishes)
        settings = {place: found for place, found in told.items() if not isinstance(found, str)}
        return EnrolmentPlan(rows=rows, settings=settings, seen=self._seen(rows, settings))

    def _row(
        self, now: PeopleNow, wish: EnrolmentWish, told: dict[tuple[str, str], RigSettings | str], *, twice: bool
    ) -> EnrolmentRow:
        mouse = plain(wish.subject_id)
        faults = [f"its id {fault}" for fault in faults_of_name(wish.subject_id, as_file=False)]
        faults += [f"{mouse} is listed more than once"] * twice
        curriculum, stage, fault = self._target(wish)
        if faults or curriculum is None or fault:
            return EnrolmentRow(wish=wish, fate=Fate.WRONG, sentence=_sentence([*faults, fault]))
        fate, sentence = self._fate(now, wish, curriculum)
        key = curriculum.key
        if fate in (Fate.BEGINS, Fate.JOINS):
            sentence += f" It begins {with_version(key)} at {curriculum.stage(stage).name}."
            if (key, stage) not in told:
                told[key, stage] = _settings_of(curriculum, stage)
        warnings = [_warning_of_id(wish.subject_id)]
        warnings += [_warning_of_settings(told.get((key, stage), ""))]
        if curriculum.stage(stage).terminal:
            warnings.append(f"{curriculum.stage(stage).name} is where training ends.")
        return EnrolmentRow(
            wish=wish,
            fate=fate,
            sentence=sentence,
            warning=" ".join(filter(None, warnings)),
            curriculum=key,
            stage=stage,
        )

    def _target(self, wish: EnrolmentWish) -> tuple[Curriculum | None, str, str]:
        """Find where a mouse would begin: the curriculum, the stage's label, and what is wrong with it."""
        if not wish.curriculum:
            return None, "", "nobody said which curriculum it begins"
        key = f"{wish.curriculum}@{wish.version}"
        curriculum = curriculum_of(self.view, key)
        if curriculum is None:
            known = sorted({each.key for each in self.view.shelf.library})
            return None, "", f"there is no curriculum {quoted(with_version(key))} in this lab{did_you_mean(key, known)}"
        if (old := self.retired.get(key)) is not None:
            return (
                None,
                "",
                f"{plain(with_version(key))} was retired by {who(old.by)}: no mouse begins with it any more",
            )
        try:
            stage = curriculum.stage(wish.stage) if wish.stage else curriculum.first_stage
        except AutotrainError as error:
            return None, "", str(error)
        return curriculum, stage.label, ""

    def _fate(self, now: PeopleNow, wish: EnrolmentWish, curriculum: Curriculum) -> tuple[Fate, str]:
        ruling = now.upcoming.get(wish.subject_id)
        if isinstance(ruling, Enrolment):
            return Fate.ENROLLED, (
                f"{who(ruling.by)} enrolled it in {plain(ruling.curriculum)} {plain(ruling.version)} at {ruling.stage} "
                f"on {ruling.day}, and its first session has not come: take that back first."
            )
        waiting = [one.override for one in now.of(wish.subject_id) if one.state is State.PROPOSED]
        if waiting:
            return Fate.WRONG, f"{who(waiting[0].by)} proposed {waiting[0].aim}, and that waits for an answer."
        if ruling is not None and ruling.kind is Kind.OFF:
            return Fate.OFF, f"It is off its curriculum. {self._by_override(wish, ChangeKind.ON)}"
        if wish.subject_id not in self.view.mice.index:
            return Fate.BEGINS, f"A mouse without sessions{_known_to(now.said, wish.subject_id)}."
        known = {str(name): "" if pd.isna(cell) else str(cell) for name, cell in self._known(wish.subject_id).items()}
        sessions = "1 session" if known["sessions"] == "1" else f"{int(known['sessions']):,} sessions"
        if ruling is not None or int(known["decided"]) > 0:
            kind = ChangeKind.VERSION if known["curriculum_name"] == curriculum.name else ChangeKind.CURRICULUM
            on = plain(with_version(known["curriculum"])) or "what people decided"
            if known["curriculum"] == curriculum.key:
                return Fate.FOLLOWS, f"It follows {on} already. Its stage is changed by an override."
            return Fate.FOLLOWS, f"It follows {on}, with {sessions}. {self._by_override(wish, kind)}"
        if known["outcome"] == "new":
            return Fate.WRONG, f"It has {sessions} that no run has decided yet: look again after the next run."
        why = f" ({plain(known['reason'])})" if known["reason"] else ""
        return Fate.JOINS, f"It has {sessions}, of which none could be decided{why}; this counts from the next one on."

    def _known(self, subject_id: str) -> dict[object, Any]:
        found: dict[object, Any] = self.view.mice.loc[subject_id].to_dict()
        return found

    def _by_override(self, wish: EnrolmentWish, kind: ChangeKind) -> str:
        change = Change(subject_id=wish.subject_id, kind=kind, sessions=1)
        owners = owners_of_each(self.store, self.view, [wish.subject_id])[wish.subject_id]
        need = needs(self.rules, self.actor, change, owners)
        what = "put it back on one" if kind is ChangeKind.ON else "change its curriculum"
        return f"To {what} is an override. {need.sentence}"

    def _seen(self, rows: Sequence[EnrolmentRow], settings: Mapping[tuple[str, str], RigSettings]) -> str:
        last = [last_session(self.view, row.wish.subject_id) for row in rows]
        told = [[asdict(row), one.words if one else ""] for row, one in zip(rows, last, strict=True)]
        places = [[*place, dict(found)] for place, found in sorted(settings.items())]
        return hashlib.sha256(json.dumps([told, places]).encode()).hexdigest()[:16]


def plan_enrolments(
    store: Store,
    settings: Settings,
    view: LabView,
    wishes: Sequence[EnrolmentWish],
    *,
    actor: Actor,
    at: datetime,
) -> EnrolmentPlan:
    """
    Say what it would do to enrol mice: for each, what happens, or why it cannot be.

    Args:
        store: Where the policy, the members and the record are.
        settings: What lies where.
        view: The lab.
        wishes: Which mice begin what.
        actor: Who wants it.
        at: Now, with a zone.

    Raises:
        DocumentError: The members or the policy cannot be used.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    return Planner.of(store, settings, view, actor=actor, at=at).plan(said(store), wishes)


def _sentence(faults: Sequence[str]) -> str:
    said = "; ".join(filter(None, faults))
    return said if said.endswith(("?", ".", ")")) else f"{said}."


def _known_to(people: Said, subject_id: str) -> str:
    """Say that somebody enrolled a mouse before, and took it back."""
    ended = [one for one in people.enrolments.values() if one.subject_id == subject_id and not one.stands]
    return f"; {who(ended[-1].ended_by)} took back an enrolment on {ended[-1].ended_at:%Y-%m-%d}" if ended else ""


def _settings_of(curriculum: Curriculum, stage: str) -> RigSettings | str:
    """Give what the rig is told; where it cannot be, why."""
    try:
        return rig_parameters(curriculum, stage)
    except AutotrainError as error:
        return str(error)


def _warning_of_settings(found: RigSettings | str) -> str:
    return f"The rig cannot be told its settings: {found}." if isinstance(found, str) and found else ""


def _warning_of_id(subject_id: str) -> str:
    if subject_id.isascii() and subject_id.isdigit() and subject_id == str(int(subject_id)):
        return ""
    return "Today's rigs and browsers read ids as plain numbers, and do not find this one."
