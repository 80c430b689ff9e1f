"""
Mice that are sent round for ever.

A mouse that repeats the same session goes through such a cycle of stages again and again, because nothing that rules
look at ever changes for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from autotrain_core.analysis._rules import UNDECIDED
from autotrain_core.analysis._rules_remembered import remembered
from autotrain_core.analysis._structure import closure, turned
from autotrain_core.evaluation import decide_and_report
from autotrain_core.models import Curriculum, Finding, Severity, Stage
from autotrain_core.rules import (
    RESERVED,
    Arithmetic,
    Call,
    Comparison,
    Condition,
    Constant,
    Counter,
    Item,
    Reduction,
    Window,
    metrics_of,
    walk,
)

OSCILLATION = "oscillation"
SESSION_TOTAL, SESSIONS_AT_STAGE, _ = RESERVED

CYCLES = 32
"""Cycles of stages that are asked about at most."""

LONGEST = 200
"""Sessions at a stage, and before, after which nothing more is looked for."""

STEPS = 10_000
"""Ways through the stages that are tried to find them."""

PATIENCE = 4
"""Cycles that may be left undecided, before the others are left alone."""

ROUNDS = 2


def check_oscillation(curriculum: Curriculum) -> tuple[Finding, ...]:
    """
    Find cycles of two stages or more that a mouse with ever the same metrics goes round for ever.

    Args:
        curriculum: Any; stages that are broken lead nowhere.

    Returns:
        A warning for each cycle, with the metrics and the sessions of two rounds as the engine decides them.
    """
    found: list[Finding] = []
    cycles, are_all = _cycles(curriculum)
    for cycle in cycles:
        question = _Round(curriculum, cycle)
        found += remembered(question.key(), question.findings)
        if sum(finding.kind == UNDECIDED for finding in found) == PATIENCE:
            are_all = False
            break
    if not are_all:
        sentence = (
            "there are more cycles of stages than could be looked at; whether mice go round the others is not known"
        )
        found.append(Finding(kind=UNDECIDED, severity=Severity.INFO, sentence=sentence))
    return tuple(found)


@dataclass(frozen=True)
class _Round:
    """One cycle of stages: each leads to the next, the last to the first."""

    curriculum: Curriculum
    stages: tuple[Stage, ...]

    def key(self) -> object:
        rules = tuple(
            (stage.name, stage.label, tuple((rule.condition, rule.decision, rule.to_stage) for rule in stage.rules))
            for stage in self.stages
        )
        return OSCILLATION, rules, self.curriculum.on_missing, self.curriculum.metrics

    def findings(self) -> tuple[Finding, ...]:
        from autotrain_core.analysis._solver_repeated import repeated_values  # noqa: PLC0415 - z3 takes long to load

        first, total = self.stages[0], self._late()
        stays = [self._longest_stay(stage) for stage in self.stages]
        if max(*stays, total) > LONGEST:
            return (self._undecided("the rules count to numbers that are too large for it"),)
        if any(_grows(condition) for stage in self.stages for condition in self._conditions(stage)):
            return (self._undecided("rules hold what grows with every session against a number"),)
        settled = repeated_values(
            self.stages,
            stays,
            self.curriculum.metrics,
            three_valued=self.curriculum.on_missing == "stay",
            total=total,
            prove=lambda values: self._replayed(values, stays, total),
        )
        if settled.verdict == "undecided":
            return (self._undecided("the conditions are too involved for the solver"),)
        if settled.proof is None:
            return ()
        values, sessions = settled.proof
        told = " and ".join(f"{name} {value:.12g}" for name, value in values.items())
        with_ = f" with {told}" if told else ""
        names = " to ".join(stage.name for stage in (*self.stages, first))
        sentence = (
            f"a mouse that repeats the same session{with_} is sent round for ever: {names}. "
            "Let the conditions of the way up and of the way back exclude one another"
        )
        return (
            Finding(
                kind=OSCILLATION,
                severity=Severity.WARNING,
                sentence=sentence,
                stage=first.name,
                witness={"metrics": values, "stages": [stage.label for stage in self.stages], "sessions": sessions},
            ),
        )

    def _undecided(self, why: str) -> Finding:
        names = " to ".join(stage.name for stage in (*self.stages, self.stages[0]))
        return Finding(
            kind=UNDECIDED,
            severity=Severity.INFO,
            sentence=f"it could not be decided whether a mouse may be sent round for ever, {names}: {why}",
            stage=self.stages[0].name,
        )

    def _conditions(self, stage: Stage) -> list[Condition]:
        return [rule.condition for rule in stage.rules if rule.condition is not None]

    def _longest_stay(self, stage: Stage) -> int:
        """Count the sessions at a stage after which nothing changes any more for a mouse that repeats itself."""
        conditions = self._conditions(stage)
        sizes = [1, *_held_against(SESSIONS_AT_STAGE, conditions)]
        for part in (part for condition in conditions for part in walk(condition)):
            match part:
                case Window(at_stage=True, size=size):
                    sizes.append(size or 1)
                case Item(at_stage=True, back=back):
                    sizes.append(back)
        return max(sizes) + 1

    def _late(self) -> int:
        """Pick a session number after all that the conditions name, at which windows are long full."""
        conditions = [condition for stage in self.stages for condition in self._conditions(stage)]
        parts = [part for condition in conditions for part in walk(condition)]
        return max([self._depth(parts), *_held_against(SESSION_TOTAL, conditions)]) + 1

    @staticmethod
    def _depth(parts: Sequence[object]) -> int:
        return max(
            [
                *(part.size or 1 for part in parts if isinstance(part, Window)),
                *(part.back for part in parts if isinstance(part, Item)),
                1,
            ]
        )

    def _replayed(
        self, values: Mapping[str, float], stays: Sequence[int], total: int
    ) -> tuple[dict[str, float], list[dict[str, object]]] | None:
        """Let the engine decide; None unless the mouse goes round twice."""
        first, last = self.stages[0], self.stages[-1]
        parts = [part for stage in self.stages for each in self._conditions(stage) for part in walk(each)]
        before = self._depth(parts)
        after = ROUNDS * sum(stays) + 1
        size = before + after
        names = [metric.name for metric in self.curriculum.metrics]
        sessions = pd.DataFrame(
            {
                "subject_id": OSCILLATION,
                "session": np.arange(size) + total,
                "current_stage_actual": [last.label] * before + [first.label] + [None] * (after - 1),
                **{name: np.full(size, float(values.get(name, 0.0))) for name in names},
            }
        )
        decisions = decide_and_report(sessions, self.curriculum).decisions.iloc[before:]
        labels = decisions["current_stage_actual"].tolist()
        starts = [place for place, label in enumerate(labels) if place == 0 or label != labels[place - 1]]
        expected = [stage.label for stage in self.stages] * ROUNDS
        if [labels[place] for place in starts[: len(expected)]] != expected or len(starts) <= len(expected):
            return None
        kept = decisions.iloc[: starts[len(expected)]]
        read = {name for stage in self.stages for each in self._conditions(stage) for name in metrics_of(each)}
        shown = {name: _plain(float(values[name])) for name in names if name in read}
        rows = [
            {
                "session": number,
                "current_stage_actual": str(row.current_stage_actual),
                **shown,
                "decision": str(row.decision),
                "next_stage": self.curriculum.stage(str(row.next_stage_suggested)).name,
            }
            for number, row in zip(kept["session"].tolist(), kept.itertuples(), strict=True)
        ]
        return shown, rows


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _grows(condition: Condition) -> bool:
    """Tell whether a condition reads what is never the same twice, other than a plain count of sessions."""
    for part in walk(condition):
        match part:
            case Reduction(function="sum" | "np.sum" | "len", over=over):
                window = over if isinstance(over, Window) else over.window
                if window.size is None and not window.at_stage:
                    return True
            case Arithmetic() | Call() if Counter(SESSION_TOTAL) in walk(part):
                return True
            case _:
                pass
    return False


def _held_against(counter: str, conditions: Iterable[Condition]) -> list[int]:
    """List the numbers that a counter is compared with."""
    return [
        int(number.value)
        for condition in conditions
        for part in walk(condition)
        if isinstance(part, Comparison) and Counter(counter) in walk(part)
        for number in walk(part)
        if isinstance(number, Constant)
    ]


def _cycles(curriculum: Curriculum) -> tuple[list[tuple[Stage, ...]], bool]:
    """List the elementary cycles of two stages or more, each begun at its first stage; and whether these are all."""
    stages = list(curriculum.stages)
    place = {stage.name: number for number, stage in enumerate(stages)}
    leads = {
        number: set()
        if stage.broken or stage.terminal
        else {place[rule.to_stage] for rule in stage.rules if rule.to_stage in place} - {number}
        for number, stage in enumerate(stages)
    }
    found: list[tuple[Stage, ...]] = []
    steps = 0
    for begin in leads:
        later = {number: {target for target in leads[number] if target >= begin} for number in leads if number >= begin}
        home = closure([begin], turned(later))
        ways: list[tuple[int, ...]] = [(begin,)]
        while ways:
            way = ways.pop()
            steps += 1
            if len(found) > CYCLES or steps > STEPS:
                return found[:CYCLES], False
            for target in sorted(later[way[-1]] & home):
                if target == begin:
                    found.append(tuple(stages[each] for each in way))
                elif target not in way:
                    ways.append((*way, target))
    return found[:CYCLES], len(found) <= CYCLES
