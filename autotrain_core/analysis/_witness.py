"""
Histories in numbers that show what a check claims, and the proof: what the real engine makes of them.

A solver only ever proposes. What it proposes is replayed through `evaluation.decide`, and what comes out is what is
shown; a claim that the engine does not bear out is not made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from autotrain_core.evaluation import decide_and_report
from autotrain_core.models import Curriculum, Stage
from autotrain_core.rules import Condition, Histories, Truth, View, evaluate, metrics_of

SHOWN = 60
"""Sessions that a witness lists at most, the latest of them."""

FEW = 8
"""A curriculum with no more metrics than this has them all in its witnesses: they can be decided as they stand."""

_SUBJECT = "witness"

Row = Mapping[str, float | None]


@dataclass(frozen=True)
class Case:
    """
    One history in numbers.

    Attributes:
        rows: The n sessions, oldest first: metric -> value, None where it is missing.
        here: Whether each was run at the stage; those that were not were run at another one.
        total: Number of the last session, at least n; the others are numbered down from it.
    """

    rows: tuple[Row, ...]
    here: tuple[bool, ...]
    total: int

    @property
    def first(self) -> int:
        """Number of the first session."""
        return self.total - len(self.rows) + 1


@dataclass(frozen=True)
class Witness:
    """
    A history and what the rules make of its last session.

    Attributes:
        stage: Label of the stage; empty where conditions were asked without one.
        sessions: The sessions, oldest first: `session` (number), `current_stage_actual` (label), and each metric
            (None where it is missing). The latest 60 of a longer history.
        sessions_at_stage: Consecutive sessions at the stage, the last one included.
        holds: The rules that hold, from 1.
        decision: "STAY", "PROGRESS" or "ROLLBACK"; empty where conditions were asked without a stage.
        next_stage: The stage that follows, as the document writes it; likewise.
        told: The metrics that matter, which sentences name.
    """

    stage: str
    sessions: tuple[Mapping[str, Any], ...]
    sessions_at_stage: int
    holds: tuple[int, ...]
    decision: str
    next_stage: str
    told: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the witness as an object that JSON can write."""
        return {
            "stage": self.stage,
            "sessions": [dict(session) for session in self.sessions],
            "sessions_at_stage": self.sessions_at_stage,
            "holds": list(self.holds),
            "decision": self.decision,
            "next_stage": self.next_stage,
            "reads": list(self.told),
        }

    def history(self) -> str:
        """Say what the mouse did: "after 3 sessions at the stage with finished_trials 150"."""
        count = self.sessions_at_stage
        last = self.sessions[-1]["session"]
        when = f"after {count} session{'' if count == 1 else 's'} at the stage"
        if last != count:
            when += f", in session {last},"
        values = " and ".join(self._values(name) for name in self.told)
        return f"{when} with {values}" if values else when.removesuffix(",")

    def sentence(self) -> str:
        """Say the whole of it: what the mouse did, which rules hold, and what is decided."""
        numbers = [str(number) for number in self.holds]
        match numbers:
            case []:
                holding = "no rule holds"
            case [number]:
                holding = f"rule {number} holds"
            case _:
                holding = f"rules {', '.join(numbers[:-1])} and {numbers[-1]} hold"
        if not self.decision:
            return f"{self.history()}: {holding}"
        where = "" if self.decision == "STAY" else f" to {self.next_stage}"
        return f"{self.history()}: {holding}, and the decision is {self.decision}{where}"

    def _values(self, name: str) -> str:
        values = [session[name] for session in self.sessions]
        if len(set(values)) == 1:
            return f"{name} {_number(values[0])}"
        kept = [_number(value) for value in values[-10:]]
        return f"{name} {'…, ' if len(values) > len(kept) else ''}{', '.join(kept)}"


def _number(value: float | None) -> str:
    return "missing" if value is None else f"{value:.12g}"


def replay(curriculum: Curriculum, stage: Stage, case: Case) -> Witness | None:
    """
    Decide a case with the real engine, closed loop.

    Args:
        curriculum: The curriculum; its other stages may be broken.
        stage: Where the mouse is.
        case: What it did.

    Returns:
        The history with what came out; None where its last session was not decided, or was another session at the
        stage than the case says.
    """
    elsewhere = next(other.label for other in reversed(curriculum.stages) if other.label != stage.label)
    labels = [stage.label if here else elsewhere for here in case.here]
    names = [metric.name for metric in curriculum.metrics]
    table = pd.DataFrame(
        {
            "subject_id": _SUBJECT,
            "session": np.arange(case.first, case.total + 1),
            "current_stage_actual": labels,
            **{name: np.array([_cell(row, name) for row in case.rows]) for name in names},
        }
    )
    decisions = decide_and_report(table, curriculum).decisions
    last = decisions[decisions["session"] == case.total]
    if last.empty:
        return None
    conditions = [] if stage.broken else [rule.condition for rule in stage.rules if rule.condition is not None]
    count = int(last["session_at_current_stage"].iloc[0])
    answers = ask(case, count, conditions, three_valued=curriculum.on_missing == "stay")
    read = tuple(name for name in names if any(name in metrics_of(condition) for condition in conditions))
    return Witness(
        stage=stage.label,
        sessions=tuple(
            {
                "session": case.first + place,
                "current_stage_actual": labels[place],
                **_picked(row, names if len(names) <= FEW else read),
            }
            for place, row in enumerate(case.rows)
        )[-SHOWN:],
        sessions_at_stage=count,
        holds=tuple(number for number, answer in enumerate(answers, start=1) if answer.sure[0]),
        decision=str(last["decision"].iloc[0]),
        next_stage=curriculum.stage(str(last["next_stage_suggested"].iloc[0])).name,
        told=read,
    )


def asked(
    case: Case, conditions: Sequence[Condition], three_valued: Sequence[bool]
) -> tuple[Witness, tuple[bool, ...]]:
    """
    Ask single conditions of a case, each in its own logic.

    Args:
        case: What the mouse did.
        conditions: The conditions.
        three_valued: Whether a missing value makes each of them unknown, or its comparisons false.

    Returns:
        The history with the numbers of the conditions that hold, and for each condition whether it is unknown.
    """
    count = sum(here and _is_decided(row) for here, row in zip(case.here, case.rows, strict=True))
    answers = [
        ask(case, count, [condition], three_valued=logic)[0]
        for condition, logic in zip(conditions, three_valued, strict=True)
    ]
    names = sorted({name for condition in conditions for name in metrics_of(condition)})
    witness = Witness(
        stage="",
        sessions=tuple({"session": case.first + place, **_picked(row, names)} for place, row in enumerate(case.rows))[
            -SHOWN:
        ],
        sessions_at_stage=count,
        holds=tuple(number for number, answer in enumerate(answers, start=1) if answer.sure[0]),
        decision="",
        next_stage="",
        told=tuple(names),
    )
    return witness, tuple(bool(answer.sure[0] != answer.possible[0]) for answer in answers)


def ask(case: Case, count: int, conditions: Sequence[Condition], *, three_valued: bool) -> list[Truth]:
    """Ask conditions of the last session of a case; `count` is how long the mouse has been at its stage."""
    size = len(case.rows)
    names = sorted({name for condition in conditions for name in metrics_of(condition)})
    histories = Histories(
        np.array([size]),
        {name: np.array([_cell(row, name) for row in case.rows]) for name in names},
        np.arange(case.total - size + 1.0, case.total + 1.0),
    )
    previous, last = np.full(size, -1), -1
    for place, row in enumerate(case.rows):
        previous[place] = last
        last = place if _is_decided(row) else last
    view = View(
        histories,
        rows=np.array([size - 1]),
        sessions_at_stage=np.array([float(count)]),
        previous=previous,
        three_valued=three_valued,
    )
    return [evaluate(condition, view) for condition in conditions]


def _cell(row: Row, name: str) -> float:
    value = row.get(name)
    return np.nan if value is None else float(value)


def _picked(row: Row, names: Sequence[str]) -> dict[str, float | int | None]:
    """Take some metrics of a session; whole numbers are written as such."""
    values = {name: row.get(name) for name in names}
    return {name: int(value) if value is not None and value == int(value) else value for name, value in values.items()}


def _is_decided(row: Row) -> bool:
    return not row or any(value is not None for value in row.values())
