"""One mouse: who it is, where it stands, what it runs next and what changes, and what there is to say about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

import pandas as pd

from autotrain_core.errors import AutotrainError
from autotrain_core.models import Enrolment, Override, ParameterChange, describe_changes, rig_parameters
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._mouse_why import curriculum_of, with_version
from autotrain_core.services._people_now import people_now
from autotrain_core.services._web_addresses import web_address

_NEAREST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRun:
    """
    What a mouse runs next.

    Attributes:
        stage: The stage (enum NAME); empty where none of its sessions was decided.
        after: Number of the session that decided it; None as above.
        last_stage: The stage of that session (enum NAME); empty as above.
        decision: STAY, PROGRESS or ROLLBACK; empty as above.
        parameters: Every setting as the rig is told it; empty where they cannot be told.
        changes: What differs from the stage that it ran last, as the rig is told it.
        problem: Why the settings cannot be told, in a sentence; empty where they can.
        by_people: Id of the override or enrolment that says so in place of the rules; empty where the rules decide.
        by_rules: The stage that the rules suggest.
        curriculum: Name@version of the curriculum that holds then; empty as above.
    """

    stage: str = ""
    after: int | None = None
    last_stage: str = ""
    decision: str = ""
    parameters: dict[str, str | bool] = field(default_factory=dict)
    changes: tuple[ParameterChange, ...] = ()
    problem: str = ""
    by_people: str = ""
    by_rules: str = ""
    curriculum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mouse:
    """
    One mouse.

    Attributes:
        subject_id: Its id.
        alias: Another name of it; empty where unknown, as all texts below.
        project: As last known.
        PI: Whose mouse it is.
        trainer: Who trained it last.
        rig: Where it was trained last.
        task: Of its last decided session.
        curriculum: Name@version of its last decided session.
        curriculum_name: The first half of it.
        curriculum_version: The second half.
        first_date: Of its first session; None where no session has a date.
        last_date: Of its last session; None as above.
        in_training: Whether its last session is recent; see `services.in_training`.
        sessions: How many the session table has.
        decided: How many were decided and published.
        left_out: How many the rules could not see.
        gone: How many the session table lost after they were published.
        outcome: Of the last run: decided, partly, not decided, gone; new where it has not seen the mouse.
        reason: Why its last session was not decided; empty where it was.
        waiting: Numbers of the sessions that came in since the last run; the next one decides them.
        certain: Whether the last decision would be the same whatever the missing values are.
        at_stage: Consecutive sessions at the stage, up to the last decided one; 0 where there is none.
        default_session: The last decided session, else the last one.
        coming: What it runs next.
        rows: Its sessions in order, see `LabView.sessions`.
        notices: Remarks of the last run on its sessions, see `LabView.notices`.
        differences: Published cells that the rules now see otherwise, see `LabView.differences`.
        amendments: Published cells that the last run changed, see `LabView.amendments`.
        before: The mouse before it in the order that was asked for; empty where it is the first.
        after: The mouse after it; empty where it is the last.
        place: Its place in that order, from 1.
        places: How many mice there are in it.
        elsewhere: Its address in another database; empty where the settings name none.
    """

    subject_id: str
    alias: str
    project: str
    PI: str
    trainer: str
    rig: str
    task: str
    curriculum: str
    curriculum_name: str
    curriculum_version: str
    first_date: date | None
    last_date: date | None
    in_training: bool
    sessions: int
    decided: int
    left_out: int
    gone: int
    outcome: str
    reason: str
    waiting: tuple[int, ...]
    certain: bool
    at_stage: int
    default_session: int
    coming: NextRun
    rows: pd.DataFrame = field(repr=False)
    notices: pd.DataFrame = field(repr=False)
    differences: pd.DataFrame = field(repr=False)
    amendments: pd.DataFrame = field(repr=False)
    before: str
    after: str
    place: int
    places: int
    elsewhere: str


def mouse(view: LabView, subject_id: str, *, on: date, among: Sequence[str] = ()) -> Mouse:
    """
    Look at one mouse.

    Args:
        view: The lab.
        subject_id: Its id.
        on: The day on which it is in training or not; see `board_day`.
        among: Ids in the order in which to go from mouse to mouse; all mice in natural order where it is empty, or does
            not name this one.

    Raises:
        NotStoredError: There is no such mouse.
    """
    rows = view.of(subject_id)
    known: dict[Any, Any] = view.mice.loc[subject_id].to_dict()
    order = pd.Index(among if subject_id in among else view.mice.index)
    place = int(order.get_indexer(pd.Index([subject_id]))[0])
    last = known["last_date"]
    active = bool(pd.notna(last) and (on - last.date()).days <= view.settings.app.active_days)
    decided = rows[rows["published"].to_numpy()]
    notices = _of(view.notices, subject_id)
    numbers = (decided if len(decided) else rows)["session"]
    return Mouse(
        subject_id=subject_id,
        **{
            name: _text(known[column])
            for name, column in (
                ("alias", "subject_alias"), ("project",) * 2, ("PI",) * 2, ("trainer",) * 2, ("rig",) * 2,
                ("task",) * 2, ("curriculum",) * 2, ("curriculum_name",) * 2, ("curriculum_version",) * 2,
                ("outcome",) * 2, ("reason",) * 2,
            )
        },
        first_date=_day(known["first_date"]),
        last_date=_day(last),
        in_training=active,
        sessions=int(known["sessions"]),
        decided=int(known["decided"]),
        left_out=int(known["left_out"]),
        gone=int((~rows["in_table"]).sum()),
        waiting=_waiting(rows, notices),
        certain=bool(known["certain"]),
        at_stage=int(known["at_stage"]),
        default_session=int(numbers.iloc[-1]),
        coming=_coming(view, decided, people_now(view, view.people, on=on).upcoming.get(subject_id)),
        rows=rows,
        notices=notices,
        differences=_of(view.differences, subject_id),
        amendments=_of(view.amendments, subject_id),
        before=str(order[place - 1]) if place else "",
        after=str(order[place + 1]) if place + 1 < len(order) else "",
        place=place + 1,
        places=len(order),
        elsewhere=web_address(view.settings.app.subject_link, subject_id=subject_id),
    )  # fmt: skip


def nearest_mice(view: LabView, text: str) -> tuple[str, ...]:
    """
    Find mice that somebody may have meant: by their other name, by part of their id, else by a likeness.

    Returns:
        At most five ids, the nearest first.
    """
    sought = text.strip().casefold()
    if not sought:
        return ()
    ids = pd.Series(view.mice.index.astype(str), index=view.mice.index)
    aliases = view.mice["subject_alias"].fillna("").astype(str).str.casefold()
    found = [*ids[aliases == sought], *ids[ids.str.casefold().str.contains(sought, regex=False)]]
    found += [whole for whole in ids if len(whole) > 2 and whole.casefold() in sought]
    if len(found) < _NEAREST:
        of_name = {name: each for each, name in aliases.items() if name} | {each.casefold(): each for each in ids}
        found += [str(of_name[name]) for name in get_close_matches(sought, of_name, n=_NEAREST, cutoff=0.5)]
    return tuple(dict.fromkeys(found))[:_NEAREST]


def _coming(view: LabView, decided: pd.DataFrame, ruling: Override | Enrolment | None) -> NextRun:
    if not len(decided) and ruling is None:
        return NextRun()
    known, followed = NextRun(), ""
    if len(decided):
        last = decided.iloc[-1]
        stage, followed = _text(last["following"]), _text(last["curriculum"])
        known = NextRun(
            stage=stage,
            after=int(last["session"]),
            last_stage=_text(last["stage"]),
            decision=_text(last["decision"]),
            by_rules=stage,
            curriculum=followed,
        )
    if ruling is not None:
        target = f"{ruling.curriculum}@{ruling.version}" if ruling.curriculum else followed
        known = replace(known, stage=ruling.stage, by_people=ruling.id, curriculum=target)
        if not ruling.stage:
            return replace(known, curriculum="", problem="It was taken off its curriculum: no stage comes next.")
    stage, run, key = known.stage, known.last_stage, known.curriculum
    curriculum = curriculum_of(view, key, stage=stage)
    if curriculum is None:
        gone = f"The lab has no document of {with_version(key) or 'this curriculum'} any more"
        if curriculum_of(view, key) is not None:
            gone = f"{with_version(key)} has no stage {stage or 'of this name'} any more"
        return replace(known, problem=f"{gone}, so that its settings cannot be told.")
    try:
        parameters = rig_parameters(curriculum, stage)
    except AutotrainError as error:
        return replace(known, problem=str(error))
    if not run:
        return replace(known, parameters=parameters)
    try:
        changes = describe_changes(curriculum, run, stage, of=curriculum_of(view, followed, stage=run))
    except AutotrainError as error:
        return replace(known, parameters=parameters, problem=f"What changes cannot be told: {error}")
    return replace(known, parameters=parameters, changes=changes)


def _waiting(rows: pd.DataFrame, notices: pd.DataFrame) -> tuple[int, ...]:
    absent = rows.loc[rows["in_table"].to_numpy() & ~rows["published"].to_numpy(), "session"]
    told = set(notices.loc[notices["left_out"].astype(bool), "session"].dropna()) if len(notices) else set()
    return tuple(int(number) for number in absent if number not in told)


def _of(table: pd.DataFrame, subject_id: str) -> pd.DataFrame:
    if "subject_id" not in table.columns:
        return table
    return table[(table["subject_id"] == subject_id).to_numpy(dtype=bool)].reset_index(drop=True)


def _text(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]  # a cell


def _day(cell: object) -> date | None:
    return None if pd.isna(cell) else pd.Timestamp(cell).date()  # type: ignore[arg-type, call-overload]  # a cell
