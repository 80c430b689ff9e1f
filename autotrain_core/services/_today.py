"""The board of the day: what each mouse in training runs next, what changes with that, why, and who must look."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import DocumentError, NotStoredError, TableError
from autotrain_core.evaluation import SEVERITIES, Explainer
from autotrain_core.models import (
    GRADUATED,
    Decision,
    Enrolment,
    Override,
    ParameterChange,
    State,
    TrainingStage,
    describe_changes,
)
from autotrain_core.services._alerts import URGENT, Alert, QuietAlert, alerts, by_mouse, quiet_alerts, waiting
from autotrain_core.services._forecast import forecasts, mouse_forecasts
from autotrain_core.services._forecast_words import compared_words, forecast_brief, forecast_sentence
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people_now import PeopleNow, people_now
from autotrain_core.services._selection import in_training
from autotrain_core.services._why import why

Bools = npt.NDArray[np.bool_]
Changes = tuple[ParameterChange, ...]

MOST_ROWS = 200
"""So many mice one person reads in a morning; whoever has more looks at a rig, or at their own."""

_COLUMNS = (
    "subject_id", "alias", "trainer", "rig", "curriculum", "last_stage", "last_session", "last_date",
    "sessions_at_stage", "decision", "next_stage", "changes", "why", "alerts", "forecast",
)  # fmt: skip
_COUNTED = ("in training", "need a person", "go on", "go back", "stay", "have graduated")
_GRADUATED = (GRADUATED, TrainingStage.GRADUATED.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """
    What somebody proposed for a mouse, and nobody has answered yet.

    Attributes:
        sentence: What is proposed.
        by: Who proposed it.
    """

    sentence: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayRow:
    """
    One mouse on the board.

    Attributes:
        subject_id: The mouse.
        alias: What people call it; empty where nobody said.
        trainer: Who trains it, as last known; empty where nobody said.
        rig: Where it trains, as last known; empty where nobody said.
        curriculum: Name@version that decided its last decided session; empty where none was decided.
        stage: Stage that it ran then (enum NAME, or a free name); empty as above.
        session: Number of that session; None as above.
        session_date: Its day; None as above, or where the table names none.
        at_stage: Consecutive sessions at that stage, that one included; 0 as above.
        decision: STAY, PROGRESS or ROLLBACK; empty as above.
        following: Stage to run next, by the rules or by the will of people; empty as above, and for a mouse that was
            taken off its curriculum.
        changes: What the rig is told otherwise than in that session.
        changes_known: False where nobody can say that: the curriculum is not at hand, or cannot be sent to a rig.
        why: The reason, without a capital and without a full stop; empty where none was decided.
        alerts: What a person should do, look at or know, the most urgent first.
        proposals: What was proposed, and is not answered.
        by_people: Why something else than what the rules say comes next, in a sentence; empty where the rules decide.
        newer: Sessions that came in since the last run; the next one decides them.
        quiet: Alerts that somebody quieted, with the reason.
        forecast: When it will probably graduate, in a few words; empty where nobody can say.
        forecast_why: The same in a sentence; empty as above.
    """

    subject_id: str
    alias: str
    trainer: str
    rig: str
    curriculum: str
    stage: str
    session: int | None
    session_date: date | None
    at_stage: int
    decision: str
    following: str
    changes: Changes
    changes_known: bool
    why: str
    alerts: tuple[Alert, ...]
    proposals: tuple[Proposal, ...] = ()
    by_people: str = ""
    newer: int = 0
    quiet: tuple[QuietAlert, ...] = ()
    forecast: str = ""
    forecast_why: str = ""

    @property
    def needs_person(self) -> bool:
        """Whether a person should do or look at something."""
        return bool(self.proposals) or any(alert.urgent for alert in self.alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayBoard:
    """
    What each mouse runs next.

    Attributes:
        on: The day that it is for.
        rows: One row a mouse: those that need a person first, the most urgent before the others, then in natural order.
        listed: How many mice there would be rows of, had they not been cut off.
        counts: Of all mice that were asked for: in training, need a person, go on, go back, stay, have graduated. Those
            that have graduated, stay and need nobody are counted as such only.
        graduated: They, in natural order, where they have no rows; see `today`.
        newer: Mice with sessions that came in since the last run.
        newest: Day of the newest session of the lab; None where it has none.
        enrolled: Enrolments of mice that wait for their first session; none where only some mice were asked for.
    """

    on: date
    rows: tuple[TodayRow, ...]
    listed: int
    counts: Mapping[str, int]
    newer: int
    newest: date | None
    graduated: tuple[str, ...] = ()
    enrolled: tuple[Enrolment, ...] = ()


def today(
    view: LabView,
    *,
    on: date,
    among: Bools | None = None,
    only_urgent: bool = False,
    graduates: bool = False,
    most: int = MOST_ROWS,
) -> TodayBoard:
    """
    Tell what each mouse in training runs next.

    Mice that ran at Graduated, stay there and need nobody are named and have no rows: nothing is to be done for them,
    and they come for weeks.

    Args:
        view: The lab.
        on: The day; see `board_day`.
        among: Only these mice, a truth value for each row of `view.mice`; all where None.
        only_urgent: Only mice that need a person.
        graduates: Give rows, the last ones, also to the mice that have graduated.
        most: Rows at most: a reason takes about a millisecond to find.
    """
    table = alerts(view, on=on)
    mice = view.mice
    wanted = in_training(view, on=on)
    wanted_all = among is None or bool(among.all())
    if among is not None:
        wanted = wanted & among
    now = people_now(view, view.people, on=on)
    proposals = _proposals(now)
    rank = _urgency(table, mice.index)
    rank[mice.index.get_indexer(pd.Index([mouse for mouse in proposals if mouse in mice.index]))] = 0
    urgent = rank < len(URGENT)
    at_rest = wanted & ~urgent & _at_rest(mice)
    wanted = wanted & ~at_rest
    place = np.where(at_rest, len(SEVERITIES) + 1, np.minimum(rank, len(URGENT)))
    listed = np.flatnonzero(wanted & urgent if only_urgent else wanted | at_rest if graduates else wanted)
    order = listed[np.argsort(place[listed], kind="stable")]
    newer = np.bincount(view.sessions["subject_id"].cat.codes[waiting(view)], minlength=len(mice))
    newest = mice["last_date"].max()
    return TodayBoard(
        on=on,
        rows=tuple(_with_more(view, _rows(view, order[:most], table, newer, now, proposals), on)),
        listed=len(order),
        counts=_counts(mice.loc[wanted, "decision"], int((wanted & urgent).sum()), int(at_rest.sum())),
        newer=int((newer[wanted | at_rest] > 0).sum()),
        newest=None if pd.isna(newest) else newest.date(),
        graduated=() if only_urgent or graduates else tuple(map(str, mice.index[at_rest])),
        enrolled=() if only_urgent or not wanted_all else _enrolled(view, now),
    )


def today_table(board: TodayBoard) -> pd.DataFrame:
    """
    Give the board as a table, for a spreadsheet.

    Returns:
        A row a mouse in the order of the board: `subject_id`, `alias`, `trainer`, `rig`, `curriculum`, `last_stage`,
        `last_session` (Int64), `last_date` (ISO text), `sessions_at_stage` (int64), `decision`, `next_stage`,
        `changes`, `why`, `alerts` (str; several are separated by "; "), `forecast` (str; see `TodayRow`).
    """
    rows = [
        {
            "subject_id": row.subject_id,
            "alias": row.alias,
            "trainer": row.trainer,
            "rig": row.rig,
            "curriculum": row.curriculum,
            "last_stage": row.stage,
            "last_session": row.session,
            "last_date": "" if row.session_date is None else row.session_date.isoformat(),
            "sessions_at_stage": row.at_stage,
            "decision": row.decision,
            "next_stage": row.following,
            "changes": "; ".join(change_in_words(change) for change in row.changes),
            "why": row.why,
            "alerts": "; ".join(alert.sentence.rstrip(".") for alert in row.alerts),
            "forecast": row.forecast,
        }
        for row in board.rows
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return table.astype({"last_session": "Int64", "sessions_at_stage": "int64"})


def change_in_words(change: ParameterChange) -> str:
    """Say a change in the rig's names: "BlockMin 10 to 20 trials"."""
    after = _value(change.after)
    unit = f" {change.unit}" if change.unit and change.after is not None else ""
    return f"{change.name} {_value(change.before)} to {after}{unit}"


def _value(value: str | bool | None) -> str:
    return {None: "nothing", True: "on", False: "off"}.get(value, str(value))  # type: ignore[arg-type]  # texts are not in it


def _urgency(table: pd.DataFrame, mice: pd.Index) -> npt.NDArray[np.int64]:
    """Give the place of each mouse's most urgent alert among SEVERITIES; beyond their end where it has none."""
    rank = np.full(len(mice), len(SEVERITIES), dtype=np.int64)
    codes = table["severity"].cat.codes.to_numpy(dtype=np.int64)
    np.minimum.at(rank, mice.get_indexer(pd.Index(table["subject_id"])), codes)
    return rank


def _at_rest(mice: pd.DataFrame) -> Bools:
    """Say which mice ran at Graduated last and stay there."""
    there = mice["stage"].isin(_GRADUATED) & mice["following"].isin(_GRADUATED)
    stays: Bools = (there & (mice["decision"] == Decision.STAY.name)).fillna(False).to_numpy(dtype=bool)
    return stays


def _counts(decisions: "pd.Series[str]", urgent: int, graduated: int) -> dict[str, int]:
    many = decisions.value_counts()
    decided = (int(many.get(name, 0)) for name in (Decision.PROGRESS.name, Decision.ROLLBACK.name, Decision.STAY.name))
    found = (len(decisions), urgent, *decided, graduated)
    return dict(zip(_COUNTED, found, strict=True))


def _rows(
    view: LabView,
    places: npt.NDArray[np.int64],
    table: pd.DataFrame,
    newer: npt.NDArray[np.int64],
    now: PeopleNow,
    proposals: Mapping[str, tuple[Proposal, ...]],
) -> Iterator[TodayRow]:
    mice = view.mice.iloc[places]
    subjects = [str(subject) for subject in mice.index]
    last = _last_decided(view, subjects)
    reasons = _reasons(view, last)
    told = by_mouse(table[table["subject_id"].isin(subjects)])
    known: dict[tuple[str, str, str, str], tuple[Changes, bool]] = {}
    for place, (subject, mouse) in zip(places, zip(subjects, mice.to_dict(orient="records"), strict=True), strict=True):
        row = last.get(subject, {})
        ruling = now.upcoming.get(subject)
        ruled, ran = _text(row.get("curriculum")), _text(row.get("stage"))
        target = f"{ruling.curriculum}@{ruling.version}" if ruling is not None and ruling.curriculum else ruled
        move = (ruled, ran, target, _text(row.get("following")) if ruling is None else ruling.stage)
        if move not in known:
            known[move] = _changes(view, *move)
        day = row.get("session_date")
        yield TodayRow(
            subject_id=subject,
            alias=_text(mouse["subject_alias"]),
            trainer=_text(mouse["trainer"]),
            rig=_text(mouse["rig"]),
            curriculum=move[0],
            stage=move[1],
            session=int(row["session"]) if row else None,
            session_date=None if day is None or pd.isna(day) else day.date(),
            at_stage=int(row.get("at_stage", 0)),
            decision=_text(row.get("decision")) if ruling is None else _decision(view, move),
            following=move[3],
            changes=known[move][0],
            changes_known=known[move][1],
            why=reasons.get(subject, ""),
            alerts=tuple(told.get(subject, ())),
            proposals=proposals.get(subject, ()),
            by_people="" if ruling is None else _by_people(ruling),
            newer=int(newer[place]),
        )


def _with_more(view: LabView, rows: Iterator[TodayRow], on: date) -> Iterator[TodayRow]:
    """Add what is quiet of each mouse, and when it will probably graduate."""
    quiet: dict[str, tuple[QuietAlert, ...]] = {}
    for each in quiet_alerts(view, on=on):
        quiet[each.subject_id] = (*quiet.get(each.subject_id, ()), each)
    drawn = list(rows)
    table = forecasts(view, on=on)
    told = table["subject_id"].isin([row.subject_id for row in drawn]) & table["probability"].notna()
    known = {one.subject_id: one for one in mouse_forecasts(table[told])}
    for row in drawn:
        found = known.get(row.subject_id)
        yield replace(
            row,
            quiet=quiet.get(row.subject_id, ()),
            forecast=forecast_brief(found) if found else "",
            forecast_why=f"{forecast_sentence(found)} From {compared_words(found)}." if found else "",
        )


def _last_decided(view: LabView, subjects: Sequence[str]) -> dict[str, dict[str, Any]]:
    wanted = ["session", "session_date", "curriculum", "stage", "following", "decision", "at_stage"]
    found: dict[str, dict[str, Any]] = {}
    for subject in subjects:
        decided = view.of(subject)
        decided = decided[decided["published"]]
        if len(decided):
            found[subject] = {name: decided[name].iloc[-1] for name in wanted}
    return found


def _reasons(view: LabView, last: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Find the reasons of all mice at once: a table is gathered once, however many of them there are."""
    if not last:
        return {}
    try:
        explainer = Explainer(
            view.tables(list(last)),
            view.decides,
            open_loop=view.settings.sessions.open_loop,
            said=view.people.interventions,
        )
    except TableError as error:
        return dict.fromkeys(last, f"nobody can say: {error}".rstrip("."))
    return {subject: _reason(explainer, subject, int(row["session"])) for subject, row in last.items()}


def _reason(explainer: Explainer, subject: str, session: int) -> str:
    try:
        return why(explainer.explain(subject, session, flip=False))
    except NotStoredError:
        return "what was published stands; the session table no longer has this session, or not so that it decides"


def _enrolled(view: LabView, now: PeopleNow) -> tuple[Enrolment, ...]:
    found = [
        one for one in now.upcoming.values() if isinstance(one, Enrolment) and one.subject_id not in view.mice.index
    ]
    return tuple(sorted(found, key=lambda one: one.subject_id))


def _proposals(now: PeopleNow) -> Mapping[str, tuple[Proposal, ...]]:
    found: dict[str, tuple[Proposal, ...]] = {}
    for standing in now.standings.values():
        one = standing.override
        if standing.state is State.PROPOSED:
            sentence = f"{one.aim} ({one.reason_words})"
            found[one.subject_id] = (*found.get(one.subject_id, ()), Proposal(sentence=sentence, by=one.by))
    return found


def _by_people(ruling: Override | Enrolment) -> str:
    if isinstance(ruling, Enrolment):
        return f"{ruling.by} enrolled it in {ruling.curriculum} {ruling.version}, to begin at {ruling.stage}"
    return f"{ruling.by} overrode the rules: {ruling.aim} ({ruling.reason_words})"


def _decision(view: LabView, move: tuple[str, str, str, str]) -> str:
    """Say in the words of rules where the will of people leads."""
    _, ran, key, wanted = move
    found = next((known for known in view.shelf.library if known.key == key), None)
    stages = [] if found is None else [stage.label for stage in found.stages]
    if ran == wanted or ran not in stages or wanted not in stages:
        return Decision.STAY.name
    return Decision.PROGRESS.name if stages.index(wanted) > stages.index(ran) else Decision.ROLLBACK.name


def _changes(view: LabView, curriculum: str, before: str, target: str, after: str) -> tuple[Changes, bool]:
    library = {known.key: known for known in reversed(list(view.shelf.library))}
    found, source = library.get(target), library.get(curriculum)
    if found is None or source is None or not after:
        return (), False
    try:
        return describe_changes(found, before, after, of=source), True
    except (NotStoredError, DocumentError):
        return (), False


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]  # a text, or missing
