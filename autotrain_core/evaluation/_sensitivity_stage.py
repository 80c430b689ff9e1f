"""The past sessions at one stage, with what each of its rules said of them, and what a change of a rule would be."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autotrain_core.errors import DocumentError
from autotrain_core.evaluation._sensitivity_past import Past
from autotrain_core.evaluation._sensitivity_states import NOT, STAYS, Asked, States, first_match
from autotrain_core.models import Curriculum, Decision, Stage
from autotrain_core.rules import Condition, Ints

FLIPS = ("promoted", "held", "sent_back", "spared", "elsewhere")
"""
How a decision can flip: from staying to progress, from progress to staying, to a rollback, from a rollback to
staying or progress, or to another stage by the same decision.
"""

SAME = len(FLIPS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StagePast:
    """
    k past sessions at a stage.

    Attributes:
        stage: The stage.
        conditions: Those of its rules.
        decisions: What each outcome decides: 0 is staying, then the rules in their order.
        targets: Where each outcome leads, as tables write it.
        rows: The sessions among all, shape (k,).
        mice: Place of the mouse of each among all, shape (k,).
        asked: For asking further questions of them.
        states: What each rule says, shape (k,) each.
        outcomes: What was decided: 0, or the number of the rule: (k,).
        kinds: The kind of flip, a place in FLIPS or SAME, from one outcome to another: (rules + 1, rules + 1).
    """

    stage: Stage
    conditions: tuple[Condition, ...]
    decisions: tuple[Decision, ...]
    targets: tuple[str, ...]
    rows: Ints
    mice: Ints
    asked: Asked
    states: tuple[States, ...]
    outcomes: States
    kinds: npt.NDArray[np.int8]

    def changing(self, numbers: tuple[int, ...]) -> "Changing":
        """Prepare a change of some rules, given by their numbers from 1 in rising order."""
        first = numbers[0] - 1
        rows = np.arange(len(self.rows))
        if first:
            is_closed = np.logical_or.reduce([states != NOT for states in self.states[:first]])
            rows = np.flatnonzero(~is_closed)
        last = numbers[-1]
        behind = first_match([states[rows] for states in self.states[last:]], _stays(len(rows)), first=last)
        between = {number: self.states[number - 1][rows] for number in range(numbers[0], last + 1)}
        bases = self.outcomes[rows].astype(np.int64) * len(self.kinds)
        return Changing(self, rows, bases, between, behind)


@dataclass(frozen=True, slots=True)
class Changing:
    """
    The sessions that no earlier rule has decided, while some rules change.

    Attributes:
        stage: All sessions at the stage.
        rows: Places of these among them, shape (j,).
        bases: Where the kinds of flip of each begin, by what was decided, shape (j,).
        between: What each rule from the first to the last that changes says, shape (j,).
        behind: What the rules after them say, shape (j,).
    """

    stage: StagePast
    rows: Ints
    bases: Ints
    between: Mapping[int, States]
    behind: States

    def outcomes(self, changed: Mapping[int, States]) -> States:
        """Decide anew, with other answers of some rules at all k sessions; by number of the rule: shape (j,)."""
        states = [
            changed[number][self.rows] if number in changed else answers for number, answers in self.between.items()
        ]
        return first_match(states, self.behind, first=min(self.between) - 1)

    def flips(self, changed: Mapping[int, States]) -> tuple[npt.NDArray[np.int8], Ints]:
        """
        Say what flips.

        Returns:
            The kinds of the flips, places in FLIPS; and where, places among the sessions at the stage.
        """
        kinds = self.stage.kinds.ravel()[self.bases + self.outcomes(changed)]
        where = np.flatnonzero(kinds != SAME)
        return kinds[where], self.rows[where]


def stage_past(past: Past, curriculum: Curriculum, name: str) -> StagePast:
    """
    Ask all rules of a stage of the past sessions there.

    Args:
        past: The sessions.
        curriculum: Whose rules.
        name: The stage, as documents or tables write it.

    Raises:
        NotStoredError: The curriculum has no such stage.
        DocumentError: One of its rules is broken.
    """
    stage = curriculum.stage(name)
    if stage.broken:
        message = f"A rule of {stage.name} in {curriculum.key} is broken: mend it, then past sessions can be asked."
        raise DocumentError(message)
    rows = past.rows_at(stage.label)
    three_valued = curriculum.on_missing == "stay"
    asked = Asked.at(past.histories, rows, past.counts[rows], past.previous, three_valued=three_valued)
    conditions = tuple(rule.condition for rule in stage.rules if rule.condition is not None)
    labels = {each.name: each.label for each in curriculum.stages}
    decisions = (Decision.STAY, *(rule.decision for rule in stage.rules if rule.decision is not None))
    targets = (stage.label, *(labels[rule.to_stage] for rule in stage.rules))
    states = tuple(asked.states(condition) for condition in conditions)
    ends = list(zip(decisions, targets, strict=True))
    return StagePast(
        stage=stage,
        conditions=conditions,
        decisions=decisions,
        targets=targets,
        rows=rows,
        mice=past.mice_of(rows),
        asked=asked,
        states=states,
        outcomes=first_match(states, _stays(len(rows))),
        kinds=np.array([[_kind(before, after) for after in ends] for before in ends], dtype=np.int8),
    )


def _kind(before: tuple[Decision, str], after: tuple[Decision, str]) -> int:
    if before == after:
        return SAME
    match before[0], after[0]:
        case first, second if first == second:
            name = "elsewhere"
        case _, Decision.ROLLBACK:
            name = "sent_back"
        case Decision.ROLLBACK, _:
            name = "spared"
        case Decision.STAY, _:
            name = "promoted"
        case _:
            name = "held"
    return FLIPS.index(name)


def _stays(size: int) -> States:
    return np.full(size, STAYS, dtype=np.int8)
