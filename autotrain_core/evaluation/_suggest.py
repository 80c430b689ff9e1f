"""
The value of a threshold that meets a target: so many of the mice that graduated are promoted within so many sessions.

Each mouse's stay at the stage is replayed from the session in which it first came there: it is kept at the stage,
session by session, until a rule moves it. What it measured in those sessions is taken as it was, at whatever stage it
was really run. So a stricter value can be asked, too: a mouse that was promoted after one session has later ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from autotrain_core.evaluation._sensitivity import Sensitivity
from autotrain_core.evaluation._sensitivity_past import Past
from autotrain_core.evaluation._sensitivity_stage import StagePast
from autotrain_core.evaluation._sensitivity_states import STAYS, Asked, States, first_match
from autotrain_core.evaluation._thresholds import Threshold, direction
from autotrain_core.models import Decision
from autotrain_core.rules import Bools, Ints

ENOUGH_GRADUATES = 10
"""Graduated mice that came through the stage, below which nothing is suggested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What a threshold is to achieve.

    Attributes:
        share: Fraction, 0 to 1, of the mice that graduated and came through the stage.
        sessions: Within how many sessions at the stage they are to be promoted from it, at least 1.
    """

    share: float = 0.8
    sessions: int = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suggestion:
    """
    Which value meets a target, and what it costs.

    Attributes:
        threshold: The threshold, with the value that it has.
        target: What it is to achieve.
        value: The strictest value that meets it; where none does the one that comes closest; None where there are not
            enough mice.
        is_met: Whether the value meets the target.
        mice: Mice that graduated and came through the stage.
        others: Mice that came to the stage and did not graduate, or not yet.
        table: A row for each value, rising, indexed by `value`: `promoted` (of `mice`, within the sessions of the
            target), `share` (the same as a fraction, float64; NaN without mice), `sent_back` (of `mice`: first moved by
            a rollback), `others_promoted` and `others_sent_back` (the same of `others`); int64. The value that the
            threshold has is among them.
    """

    threshold: Threshold
    target: Target
    value: float | None
    is_met: bool
    mice: int
    others: int
    table: pd.DataFrame

    @property
    def has_enough(self) -> bool:
        """Whether there are enough mice to suggest anything."""
        return self.mice >= ENOUGH_GRADUATES


def suggest(
    history: Sensitivity, threshold: Threshold, target: Target, values: Iterable[float] | None = None
) -> Suggestion:
    """
    Find the strictest value of a threshold that meets a target.

    Of a rule that promotes the stricter value lets fewer sessions pass, of a rule that sends back more. Where a
    condition has no such order (==), it is the value that promotes fewest of the other mice.

    Args:
        history: The curriculum and the past.
        threshold: One of its thresholds.
        target: What it is to achieve.
        values: What to try; the scale of the threshold where None.

    Raises:
        NotStoredError: There is no such threshold.
        DocumentError: A rule of its stage is broken.
        ValueError: The target is none: a share outside of 0 to 1, or no session.
    """
    if not 0 <= target.share <= 1 or target.sessions < 1:
        message = f"a share from 0 to 1 within at least one session is needed, not {target}"
        raise ValueError(message)
    past, stage = history.past, history.at(threshold.stage)
    tried = np.unique([*(history.scale(threshold).values() if values is None else values), threshold.value])
    stays = _stays(past, stage, target.sessions, three_valued=history.curriculum.on_missing == "stay")
    graduated = past.graduated[stays.mice]
    condition = stage.conditions[threshold.rule - 1]
    rows = []
    for states in stays.asked.swept(condition, threshold.path, tried):
        promoted, sent_back = stays.first_moves(threshold.rule, states)
        rows.append([int((who & of).sum()) for of in (graduated, ~graduated) for who in (promoted, sent_back)])
    names = ["promoted", "sent_back", "others_promoted", "others_sent_back"]
    table = pd.DataFrame(rows, columns=names, index=pd.Index(tried, name="value"), dtype=np.int64)
    mice = int(graduated.sum())
    table.insert(1, "share", table["promoted"] / mice if mice else np.nan)
    toward = direction(condition, threshold.path)
    strict = -toward if stage.decisions[threshold.rule] is not Decision.ROLLBACK else toward
    value, is_met = _strictest(table, target.share, strict) if mice >= ENOUGH_GRADUATES else (None, False)
    return Suggestion(
        threshold=threshold,
        target=target,
        value=value,
        is_met=is_met,
        mice=mice,
        others=len(graduated) - mice,
        table=table,
    )


def _strictest(table: pd.DataFrame, share: float, strict: int) -> tuple[float, bool]:
    """Choose a value: among those that meet the target, or else come closest, the strictest."""
    # Counted, not compared as fractions: 8 of 10 mice are 80 %, whatever 0.8 is in binary.
    is_met = bool((table["share"] >= share - 1e-9).any())
    good = table[table["share"] >= (share - 1e-9 if is_met else table["share"].max())]
    if strict:
        return float(good.index[-1 if strict > 0 else 0]), is_met
    return float(good.index[int(np.argmin(good["others_promoted"]))]), is_met


@dataclass(frozen=True, slots=True, eq=False)
class _Stays:
    """
    The first sessions of some mice from when they came to a stage, as if they had stayed there; k sessions.

    Attributes:
        stage: The stage.
        mice: The mice, shape (m,).
        asked: The sessions, those of each place of the stay after those of the place before.
        states: What each rule says, shape (k,) each.
        places: Mouse and place of the stay of each session: (m, sessions of the target), -1 where there is none.
    """

    stage: StagePast
    mice: Ints
    asked: Asked
    states: tuple[States, ...]
    places: Ints

    def first_moves(self, rule: int, changed: States) -> tuple[Bools, Bools]:
        """Say which mice are first moved by a promotion, and which by a rollback, with other answers of one rule."""
        states = [*self.states[: rule - 1], changed, *self.states[rule:]]
        outcomes = first_match(states, np.full(len(changed), STAYS, dtype=np.int8))
        # The last stands for "no such session": it moves nobody.
        found = np.append(outcomes, np.int8(STAYS))[self.places]
        moves = np.array([target != self.stage.targets[STAYS] for target in self.stage.targets])[found]
        first = found[np.arange(len(found)), moves.argmax(axis=1)]
        decisions = np.array([each.name for each in self.stage.decisions])[first]
        is_moved = moves.any(axis=1)
        return (
            is_moved & (decisions == Decision.PROGRESS.name),
            is_moved & (decisions == Decision.ROLLBACK.name),
        )


def _stays(past: Past, stage: StagePast, sessions: int, *, three_valued: bool) -> _Stays:
    mice, first = np.unique(stage.mice, return_index=True)  # rows rise with the position of a session
    after = np.full(past.histories.size + 1, -1, dtype=np.int64)
    decided = np.flatnonzero(past.decided & (past.previous >= 0))
    after[past.previous[decided]] = decided
    steps = [stage.rows[first]]
    for _ in range(sessions - 1):
        steps.append(after[steps[-1]])
    rows = np.stack(steps) if len(mice) else np.empty((sessions, 0), dtype=np.int64)
    there = rows >= 0
    places = np.where(there, np.cumsum(there.ravel()).reshape(rows.shape) - 1, -1).T
    counts = np.broadcast_to(np.arange(1, sessions + 1)[:, None], rows.shape)[there]
    asked = Asked.at(past.histories, rows[there], counts, past.previous, three_valued=three_valued)
    return _Stays(stage, mice, asked, tuple(asked.states(each) for each in stage.conditions), places)
