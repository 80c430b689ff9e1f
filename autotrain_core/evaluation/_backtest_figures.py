"""What one version of a curriculum makes of a cohort: who graduates and when, how long mice stay, where they go."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from autotrain_core.evaluation._backtest_replay import Replayed
from autotrain_core.evaluation._cohort_dwell import dwell_summary
from autotrain_core.evaluation._cohort_rows import GRADUATED
from autotrain_core.evaluation._decide import in_order
from autotrain_core.evaluation._program import DECISIONS
from autotrain_core.evaluation._report import Notice
from autotrain_core.evaluation._survival import Survival, survival
from autotrain_core.evaluation._text_column import category_column, text_column
from autotrain_core.models import Curriculum, Decision
from autotrain_core.rules import Bools, Floats, Ints

FATES = ("graduated", "in training", "not decided")
"""What can have become of a mouse when its history ends."""

_PROGRESS, _ROLLBACK = DECISIONS.index(Decision.PROGRESS), DECISIONS.index(Decision.ROLLBACK)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replay:
    """
    What one version says of a session table.

    Attributes:
        curriculum: The version.
        subjects: Mice with a decided session.
        sessions: Decided sessions.
        graduates: Mice that are ever sent to Graduated.
        progressions: Decisions to go on.
        rollbacks: Decisions to go back.
        quartiles: Quartiles of the decided sessions up to and with the one that sends a graduate to Graduated, the
            median in the middle (interpolated); None where nobody graduates.
        waiting: Kaplan-Meier estimate of the mice that have not graduated, over decided sessions; mice that do not
            graduate are censored after their last one.
        dwell: A row a stage in the order of the document, indexed by `stage` (str): `mice` (that are ever there),
            `sessions` (decided there), `visits`, `ended` (int64), and of the ended visits, in decided sessions,
            `median`, `quartile_1`, `quartile_3`, `percentile_90` (float64; missing without any).
        flows: A row for each pair of stages that occurs, in the order of the document, on a fresh index: `stage`, `to`
            (category; equal where mice stay), `decisions` and `mice` (int64: decisions from one to the other, and mice
            that meet one).
        fates: A row a mouse of the table, indexed by `subject_id` (str): `fate` (category of `FATES`), `stage` (str:
            the next one after its last decided session; missing where not decided), `sessions` (int64, decided),
            `sessions_to_graduate` (float64, decided sessions; missing where it does not graduate, or was at Graduated
            from its first session), `rollbacks` (int64).
        report: A notice for each session left out or taken with a reservation, by mouse and session.
    """

    curriculum: Curriculum = field(repr=False)
    subjects: int
    sessions: int
    graduates: int
    progressions: int
    rollbacks: int
    quartiles: tuple[float, float, float] | None
    waiting: Survival = field(repr=False)
    dwell: pd.DataFrame = field(repr=False)
    flows: pd.DataFrame = field(repr=False)
    fates: pd.DataFrame = field(repr=False)
    report: tuple[Notice, ...] = field(repr=False)

    @property
    def left_out(self) -> tuple[Notice, ...]:
        """The notices on sessions that were not decided."""
        return tuple(notice for notice in self.report if notice.left_out)

    def as_json(self) -> dict[str, object]:
        """Give the figures as plain values; missing numbers are None."""
        quartile_1, median, quartile_3 = self.quartiles or (None, None, None)
        return {
            "curriculum_name": self.curriculum.name,
            "curriculum_version": self.curriculum.version,
            "subjects": self.subjects,
            "sessions": self.sessions,
            "graduates": self.graduates,
            "progressions": self.progressions,
            "rollbacks": self.rollbacks,
            "median_sessions_to_graduate": median,
            "quartiles_sessions_to_graduate": None if median is None else [quartile_1, quartile_3],
            "kaplan_meier": {
                "median": self.waiting.median,
                "median_lower": self.waiting.median_lower,
                "median_upper": self.waiting.median_upper,
                "level": self.waiting.level,
                "mice": self.waiting.n,
                "graduated": self.waiting.observed,
            },
            "dwell": _records(self.dwell.reset_index()),
            "flows": _records(self.flows),
            "left_out": len(self.left_out),
        }


def replay_of(replayed: Replayed, curriculum: Curriculum) -> Replay:
    """Count what one version says; see `Replay`."""
    rows = _rows(replayed, curriculum)
    number = len(replayed.reading.cohort.names)
    fates, durations, observed = _fates(rows, replayed.reading.cohort.names, number)
    to_graduate = fates["sessions_to_graduate"].dropna().to_numpy()
    quartiles = np.quantile(to_graduate, [0.25, 0.5, 0.75]).tolist() if len(to_graduate) else None
    return Replay(
        curriculum=curriculum,
        subjects=int((fates["sessions"] > 0).sum()),
        sessions=len(rows.mice),
        graduates=len(to_graduate),
        progressions=int(np.count_nonzero(rows.decisions == _PROGRESS)),
        rollbacks=int(fates["rollbacks"].sum()),
        quartiles=None if quartiles is None else tuple(quartiles),
        waiting=survival(durations, observed),
        dwell=_dwell(rows),
        flows=_flows(rows),
        fates=fates,
        report=in_order(replayed.notices),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """
    n decided sessions, mouse by mouse in order.

    Attributes:
        labels: The stages of the version, in the order of its document.
        mice: Number of the mouse, shape (n,).
        stages: Where each was run, place in `labels`.
        following: What comes next, likewise.
        decisions: Place in `DECISIONS`.
        fresh: Whether it is the first of its mouse.
        last: Whether it is the last of its mouse.
    """

    labels: tuple[str, ...]
    mice: Ints
    stages: Ints
    following: Ints
    decisions: Ints
    fresh: Bools
    last: Bools

    @property
    def graduated(self) -> Bools:
        """Tell of each stage whether it is Graduated, in either schema; no stage is not."""
        return np.array([*(label in GRADUATED for label in self.labels), False])


def _rows(replayed: Replayed, curriculum: Curriculum) -> _Rows:
    reading, course = replayed.reading, replayed.course
    order, mice = reading.order, reading.mice
    if not course.decided.all():
        decided = course.decided[order]
        order, mice = order[decided], mice[decided]
    labels = tuple(stage.label for stage in curriculum.stages)
    place = {label: number for number, label in enumerate(labels)}
    own = np.array([place.get(label, -1) for label in reading.cohort.program.labels], dtype=np.int64)
    fresh = np.diff(mice, prepend=-1) != 0
    return _Rows(
        labels=labels,
        mice=mice,
        stages=own[course.actual[order]],
        following=own[course.following[order]],
        decisions=course.decision[order].astype(np.int64),
        fresh=fresh,
        last=np.append(fresh[1:], True)[: len(fresh)],
    )


def _fates(rows: _Rows, names: np.ndarray, number: int) -> tuple[pd.DataFrame, Floats, Bools]:
    """Say what became of each mouse; how long those with a decided session were watched, and whether they graduated."""
    starts, ends = np.flatnonzero(rows.fresh), np.flatnonzero(rows.last)
    own = rows.mice[starts]
    sessions = np.bincount(rows.mice, minlength=number)
    there = rows.graduated
    sent = np.flatnonzero(there[rows.following] & ~there[rows.stages])
    graduates, first = np.unique(rows.mice[sent], return_index=True)
    begins = np.full(number, -1, dtype=np.int64)
    begins[own] = starts
    took = np.full(number, np.nan)
    took[graduates] = sent[first] - begins[graduates] + 1.0
    # Of one that was at Graduated from its first session nobody knows how long it took.
    before = np.zeros(number, dtype=np.bool_)
    before[own] = there[rows.stages[starts]]
    took[before] = np.nan
    stage = np.full(number, -1, dtype=np.int64)
    stage[own] = rows.following[ends]
    fate = np.where(~np.isnan(took), 0, np.where(sessions > 0, 1, 2))
    table = pd.DataFrame(
        {
            "fate": category_column(fate, FATES),
            "stage": text_column(stage, rows.labels),
            "sessions": sessions,
            "sessions_to_graduate": took,
            "rollbacks": np.bincount(rows.mice[rows.decisions == _ROLLBACK], minlength=number),
        },
        index=pd.Index(names.astype(str), dtype="str", name="subject_id"),
    )
    observed = ~np.isnan(took[own])
    watched = np.where(observed, took[own], sessions[own].astype(np.float64))
    return table, np.where(before[own], np.nan, watched), observed


def _dwell(rows: _Rows) -> pd.DataFrame:
    width = len(rows.labels)
    starts = np.flatnonzero(rows.fresh | (np.diff(rows.stages, prepend=-1) != 0))
    ends = np.append(starts[1:], len(rows.mice))[: len(starts)] - 1
    at = rows.stages[starts]
    visits = pd.DataFrame(
        {
            "curriculum": category_column(np.zeros(len(at), dtype=np.int64), ["this"]),
            "stage": category_column(at, rows.labels),
            "sessions": ends - starts + 1,
            "ended": ~rows.last[ends] | (rows.following[ends] != at),
        }
    )
    usual = dwell_summary(visits).set_index("stage").drop(columns=["curriculum", "n"])
    usual.index = pd.Index(usual.index.astype("str"), name="stage")
    pairs = pd.unique(rows.mice[starts] * width + at)
    places = [rows.labels.index(label) for label in usual.index]
    usual.insert(0, "mice", np.bincount(pairs % width, minlength=width)[places])
    usual.insert(1, "sessions", np.bincount(rows.stages, minlength=width)[places])
    return usual


def _flows(rows: _Rows) -> pd.DataFrame:
    width = len(rows.labels)
    pair = rows.stages * width + rows.following
    decisions = np.bincount(pair, minlength=width * width)
    met = np.bincount(pd.unique(rows.mice * (width * width) + pair) % (width * width), minlength=width * width)
    there = np.flatnonzero(decisions)
    return pd.DataFrame(
        {
            "stage": category_column(there // width, rows.labels),
            "to": category_column(there % width, rows.labels),
            "decisions": decisions[there],
            "mice": met[there],
        }
    )


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    plain = table.astype({name: "str" for name in table.columns if isinstance(table[name].dtype, pd.CategoricalDtype)})
    return [
        {str(name): None if isinstance(cell, float) and np.isnan(cell) else cell for name, cell in row.items()}
        for row in plain.to_dict(orient="records")
    ]
