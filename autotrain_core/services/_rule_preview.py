"""
What a condition would say: over all sessions of a lab, of one mouse, or of a history that somebody types.

It asks the one condition and nothing else: whether an earlier rule would have won is for deciding to say. How long a
mouse had been at its stage is as it was published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.models import Curriculum, OnMissing
from autotrain_core.rules import (
    Condition,
    Floats,
    Histories,
    Ints,
    Metric,
    Truth,
    View,
    evaluate,
    explain,
    metrics_of,
    reads_stage,
)
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._metric_sketch import values_of
from autotrain_core.services._mouse_why import Clause, clause_lines

Further = Mapping[str, npt.NDArray[np.float64]]
"""Values of columns that the lab's view does not have; see `numbers_of_sessions`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """
    In how many sessions a condition holds.

    Attributes:
        holds: Sessions in which it does.
        open: Sessions in which a missing value leaves it open; always 0 where a missing value counts as false.
        sessions: Sessions that were asked.
        mice: Mice of whose sessions it holds in at least one.
        of_mice: Mice that were asked.
    """

    holds: int
    open: int
    sessions: int
    mice: int
    of_mice: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """
    How often a rule would have fired.

    Attributes:
        everywhere: Over all sessions; over those that were decided, where the condition reads the stage.
        at_stage: Over the sessions that were run at the stage and decided; None where no stage was named.
    """

    everywhere: Fired
    at_stage: Fired | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPreview:
    """
    What a condition says at one session.

    Attributes:
        session: Its number.
        stage: Where it was run, as tables name it; empty where nobody knows.
        holds: None where a missing value leaves it open, or where the condition reads the stage and it is not known.
    """

    session: int
    stage: str
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """
    What a condition says of one mouse.

    Attributes:
        sessions: Each of its sessions, oldest first.
        session: The one that `clauses` are about; 0 where there is none.
        clauses: The condition line by line at that session, with value, threshold and margin; empty where it was not
            asked.
    """

    sessions: tuple[SessionPreview, ...]
    session: int
    clauses: tuple[Clause, ...]


def preview_on_lab(
    lab: LabView,
    condition: Condition,
    metrics: Iterable[Metric],
    *,
    stage: str | None = None,
    curriculum_name: str | None = None,
    on_missing: OnMissing = "false",
    further: Further | None = None,
) -> RuleCount:
    """
    Count in how many sessions of a lab a condition holds.

    Args:
        lab: Whose sessions; what was run off curriculum is none of the history, as for deciding.
        condition: The condition.
        metrics: Those that it may speak of.
        stage: Counts apart the sessions at it, as tables name it ("STAGE_2").
        curriculum_name: Of these only those of this curriculum, in any version.
        on_missing: See `Curriculum`.
        further: Values of columns that the view does not have.

    Raises:
        NotStoredError: The condition reads a column that is nowhere.
    """
    asked = sessions_in_blocks(lab, condition, tuple(metrics), further or {})
    truth = evaluate(condition, asked.view(three_valued=on_missing == "stay"))
    of_stage = None
    if stage is not None:
        rows = asked.sessions[asked.asked]
        sessions = lab.sessions
        there = _equals(sessions["stage"], stage)[rows] & sessions["published"].to_numpy(dtype=bool)[rows]
        if curriculum_name is not None:
            there &= _equals(sessions["curriculum_name"], curriculum_name)[rows]
        of_stage = _fired(truth, asked.mice[asked.asked], there)
    return RuleCount(everywhere=_fired(truth, asked.mice[asked.asked], None), at_stage=of_stage)


def preview_on_mouse(
    lab: LabView,
    condition: Condition,
    metrics: Iterable[Metric],
    subject_id: str,
    *,
    session: int | None = None,
    on_missing: OnMissing = "false",
    further: Further | None = None,
) -> RulePreview:
    """
    Ask a condition of every session of a mouse.

    Args:
        lab: Where it trains.
        condition: The condition.
        metrics: Those that it may speak of.
        subject_id: The mouse.
        session: Whose clauses are shown; its last one where None.
        on_missing: See `Curriculum`.
        further: Values of columns that the view does not have.

    Raises:
        NotStoredError: There is no such mouse, or the condition reads a column that is nowhere.
    """
    known = tuple(metrics)
    own = lab.of(subject_id)
    first = int(own.index[0]) if len(own) else 0
    asked = sessions_in_blocks(lab, condition, known, further or {}, mine=slice(first, first + len(own)))
    numbers = lab.sessions["session"].to_numpy()[asked.sessions]
    stages = [_text(each) for each in lab.sessions["stage"].astype(object).to_numpy()[asked.sessions]]
    return _previewed(condition, known, asked, numbers, stages, session=session, on_missing=on_missing)


def preview_on_history(
    condition: Condition,
    metrics: Iterable[Metric],
    values: Mapping[str, Sequence[float | None]],
    *,
    sessions_at_stage: int = 1,
    session: int | None = None,
    on_missing: OnMissing = "false",
) -> RulePreview:
    """
    Ask a condition of a history that somebody typed.

    Args:
        condition: The condition.
        metrics: Those that it may speak of.
        values: The values of each metric, oldest first, this session last; None where one is missing. Of a shorter list
            the sessions before it are missing, of a metric that is not there all.
        sessions_at_stage: How long the mouse is at its stage in its last session, from 1; before, it was elsewhere.
        session: Whose clauses are shown, from 1; the last one where None.
        on_missing: See `Curriculum`.
    """
    known = tuple(metrics)
    size = max([len(each) for each in values.values()] + [sessions_at_stage, 1])
    numbers = np.arange(1, size + 1)
    backwards = np.arange(sessions_at_stage - size + 1, sessions_at_stage + 1)
    # Elsewhere it was at some stage too: counted from its first session.
    counts = np.asarray(np.where(backwards > 0, backwards, numbers), dtype=np.float64)
    histories = Histories(
        np.array([size]),
        {name: _whole(_typed(values.get(name, ()), size), name, known) for name in sorted(metrics_of(condition))},
        numbers.astype(np.float64),
    )
    rows = np.arange(size)
    asked = _Asked(histories, counts, rows - 1, rows, rows, np.zeros(size, dtype=np.int64))
    return _previewed(condition, known, asked, numbers, [""] * size, session=session, on_missing=on_missing)


@dataclass(frozen=True, slots=True)
class _Asked:
    """
    Sessions in blocks, and which of them are asked.

    Attributes:
        histories: n sessions.
        counts: Sessions at the stage, shape (n,); 0 where nobody knows.
        previous: The decided session before each, -1 where there is none: (n,).
        asked: Rows that are asked, in the order of `sessions`: (k,).
        sessions: Place in the table of each row: (n,).
        mice: Number of the mouse of each row: (n,).
    """

    histories: Histories
    counts: Floats
    previous: Ints
    asked: Ints
    sessions: Ints
    mice: Ints

    def view(self, *, three_valued: bool) -> View:
        everything = len(self.asked) == self.histories.size
        return View(
            self.histories,
            0,
            self.histories.blocks,
            rows=None if everything else self.asked,
            sessions_at_stage=self.counts if everything else self.counts[self.asked],
            previous=self.previous,
            three_valued=three_valued,
        )


def sessions_in_blocks(
    lab: LabView, condition: Condition, metrics: tuple[Metric, ...], further: Further, *, mine: slice = slice(None)
) -> _Asked:
    """Lay the sessions of a lab, or of one mouse, out in blocks; see `rules.Histories`."""
    table = lab.sessions.iloc[mine]
    kept = table["in_table"].to_numpy(dtype=bool)
    if not isinstance(lab.decides, Curriculum):
        kept = kept & table["curriculum_name"].notna().to_numpy(dtype=bool)
    inside = np.flatnonzero(kept)
    places = inside + (mine.start or 0)
    mice, starts, rows = _in_blocks(table["subject_id"].cat.codes.to_numpy()[inside])
    order, of_row = np.empty_like(places), np.empty_like(mice)
    order[rows], of_row[rows] = places, mice
    decided = table["published"].to_numpy(dtype=bool)[inside]
    before = np.append(-1, np.maximum.accumulate(np.where(decided, np.arange(len(inside)), -1)))[:-1]
    in_mouse = before >= starts[mice]
    previous = np.empty_like(rows)
    previous[rows] = np.where(in_mouse, rows[before], -1)
    total = np.append(0, np.cumsum(decided))
    # What was published of a session that the table lost counted too, but is not there to be looked at.
    there = np.where(decided, total[1:] - total[starts[mice]], 0)
    counts = np.empty(len(rows))
    counts[rows] = np.minimum(table["at_stage"].to_numpy(dtype=np.int64)[inside], there)
    values = {name: _whole(values_of(lab, name, further), name, metrics)[order] for name in metrics_of(condition)}
    numbers = lab.sessions["session"].to_numpy(dtype=np.float64)[order]
    lengths = np.sort(np.bincount(mice))[::-1].astype(np.int64)
    asked = np.flatnonzero(counts > 0) if reads_stage(condition) else np.arange(len(rows))
    return _Asked(Histories(lengths, values, numbers), counts, previous, asked, order, of_row)


def _in_blocks(codes: npt.NDArray[np.integer]) -> tuple[Ints, Ints, Ints]:
    """Number the mice of sorted rows, say where each begins, and which row of the blocks each becomes."""
    fresh = np.append(True, np.diff(codes) != 0)[: len(codes)]
    mice, starts = np.cumsum(fresh) - 1, np.flatnonzero(fresh)
    rank = np.empty(len(starts), dtype=np.int64)
    rank[np.argsort(-np.bincount(mice, minlength=1)[: len(starts)], kind="stable")] = np.arange(len(starts))
    position = np.arange(len(codes)) - starts[mice]
    widths = np.bincount(position)
    return mice, starts, (np.cumsum(widths) - widths)[position] + rank[mice]


def _whole(values: Floats, name: str, metrics: Iterable[Metric]) -> Floats:
    """Leave out of counts what is no whole number, as deciding does."""
    if any(metric.name == name and metric.integer for metric in metrics):
        return np.where(values == np.rint(values), values, np.nan)
    return values


def _typed(values: Sequence[float | None], size: int) -> Floats:
    known = [np.nan if value is None else float(value) for value in values]
    return np.array([np.nan] * (size - len(known)) + known)


def _previewed(
    condition: Condition,
    metrics: tuple[Metric, ...],
    asked: _Asked,
    numbers: npt.NDArray[np.integer],
    stages: Sequence[str],
    *,
    session: int | None,
    on_missing: OnMissing,
) -> RulePreview:
    """Ask of one mouse, whose sessions lie in their order."""
    three_valued = on_missing == "stay"
    truth = evaluate(condition, asked.view(three_valued=three_valued))
    answers = {
        int(row): None if possible and not sure else bool(sure)
        for row, sure, possible in zip(asked.asked, truth.sure, truth.possible, strict=True)
    }
    sessions = tuple(
        SessionPreview(session=int(number), stage=stage, holds=answers.get(row))
        for row, (number, stage) in enumerate(zip(numbers, stages, strict=True))
    )
    rows = np.flatnonzero(numbers == (numbers.max(initial=0) if session is None else session))
    clauses: tuple[Clause, ...] = ()
    if len(rows) and int(rows[0]) in answers:
        view = View(
            asked.histories,
            rows=rows[:1],
            sessions_at_stage=asked.counts[rows[:1]],
            previous=asked.previous,
            three_valued=three_valued,
        )
        clauses = tuple(clause_lines(condition, explain(condition, view, metrics), metrics))
    return RulePreview(sessions=sessions, session=int(numbers[rows[0]]) if len(rows) else 0, clauses=clauses)


def _fired(truth: Truth, mice: Ints, there: npt.NDArray[np.bool_] | None) -> Fired:
    sure, possible = truth.sure, truth.possible
    if there is not None:
        sure, possible, mice = sure[there], possible[there], mice[there]
    return Fired(
        holds=int(sure.sum()),
        open=int((possible & ~sure).sum()),
        sessions=len(mice),
        mice=len(np.unique(mice[sure])),
        of_mice=len(np.unique(mice)),
    )


def _equals(column: "pd.Series[str]", text: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (column == text).to_numpy(dtype=bool, na_value=False)
    return found


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
