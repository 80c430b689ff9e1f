"""
What the rules of one stage can do and cannot, over all histories that a mouse may have.

Whatever is said here is proved: what cannot be by the solver, what can be by the engine, on a history in numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotrain_core.analysis._rules_remembered import remembered
from autotrain_core.analysis._witness import Case, Witness, replay
from autotrain_core.models import Curriculum, Decision, Finding, Rule, Severity, Stage, quoted
from autotrain_core.rules import And, Condition, to_words

if TYPE_CHECKING:
    from autotrain_core.analysis._solver import Settled
    from autotrain_core.analysis._solver_terms import Truth

NEVER = "rule-never-holds"
ALWAYS = "rule-always-holds"
HIDDEN = "rule-hidden"
OVERLAP = "rules-overlap"
GAP = "gap"
NEVER_STAYS = "stage-never-stays"
UNDECIDED = "undecided"

MOST_RULES = 24
"""Rules of a stage that are asked about at most: each is held against each."""

PATIENCE = 4
"""Stages that may be too involved, before the others are left alone."""

_OPPOSITE = {Decision.PROGRESS, Decision.ROLLBACK}


def check_rules(curriculum: Curriculum) -> tuple[Finding, ...]:
    """
    Find rules that never hold, always hold, are hidden, overlap; and stages that leave gaps, or none.

    Args:
        curriculum: Any; stages that are broken are passed over.

    Returns:
        The findings in the order of the document, each with a history that shows it where there can be one. Stages that
        were asked about lately are remembered.
    """
    found: list[Finding] = []
    hard = 0
    for stage in curriculum.stages:
        if not stage.rules or stage.broken:
            continue
        if len(stage.rules) > MOST_RULES or hard >= PATIENCE:
            sentence = (
                "what the rules of this stage can do was not looked at: there are too many rules, or too involved ones"
            )
            found.append(Finding(kind=UNDECIDED, severity=Severity.INFO, sentence=sentence, stage=stage.name))
            continue
        asked = _Asked(curriculum, stage)
        told = remembered(_key(curriculum, stage), asked.findings)
        hard += any(finding.kind == UNDECIDED for finding in told)
        found += told
    return tuple(found)


def _key(curriculum: Curriculum, stage: Stage) -> object:
    rules = tuple((rule.condition, rule.decision, rule.to_stage) for rule in stage.rules)
    return "rules", stage.name, stage.label, rules, stage.exhaustive, curriculum.on_missing, curriculum.metrics


@dataclass
class _Asked:
    """One stage while it is asked about."""

    curriculum: Curriculum
    stage: Stage
    found: list[Finding] = field(default_factory=list)

    def findings(self) -> tuple[Finding, ...]:
        from autotrain_core.analysis._solver import Solver  # noqa: PLC0415 - z3 takes long to load
        from autotrain_core.analysis._solver_terms import both, negated  # noqa: PLC0415

        self.solver = Solver(self.conditions, self.curriculum.metrics)
        encoder = self.solver.encoder(three_valued=self.curriculum.on_missing == "stay")
        self.holds = [encoder.truth(condition) for condition in self.conditions]
        self.open = [  # that no rule before one holds or may hold
            both(*(negated(earlier.possible) for earlier in self.holds[:place])) for place in range(len(self.holds) + 1)
        ]
        can = [self._can_hold(place) for place in range(len(self.holds))]
        always = [witness is not None and self._is_always(place) for place, witness in enumerate(can)]
        shown = [witness is not None and self._can_decide(place, always, witness) for place, witness in enumerate(can)]
        for place, is_always in enumerate(always):
            if is_always:
                self._tell_always(place, first=shown[place])
        for early in range(len(self.holds)):
            for late in range(early + 1, len(self.holds)):
                if shown[early] and shown[late] and not always[late]:
                    self._overlap(early, late)
        self._stay(always)
        return tuple(sorted(self.found, key=lambda finding: finding.rule or len(self.holds) + 1))

    @property
    def conditions(self) -> list[Condition]:
        return [rule.condition for rule in self.stage.rules if rule.condition is not None]

    # ---- one rule ----

    def _is_always(self, place: int) -> bool:
        from autotrain_core.analysis._solver_terms import negated  # noqa: PLC0415

        always = self.solver.is_impossible(negated(self.holds[place].sure))
        if always is None:
            self._undecided("whether this rule always holds", place)
        return always is True

    def _can_hold(self, place: int) -> Witness | None:
        settled = self._settle(self.holds[place].sure, lambda witness: place + 1 in witness.holds)
        if settled.verdict == "undecided":
            self._undecided("whether this rule can ever hold", place)
        elif settled.verdict == "impossible":
            self._warn(NEVER, f"this rule can never hold: {self._contradiction(place)}", place)
        return settled.proof

    def _can_decide(self, place: int, always: Sequence[bool], holding: Witness) -> bool:
        """Tell whether a rule that can hold is ever the first; say so where it is not."""
        from autotrain_core.analysis._solver_terms import both  # noqa: PLC0415

        if place == 0:
            return True
        number = place + 1
        first = self._settle(
            both(self.open[place], self.holds[place].sure), lambda witness: witness.holds[:1] == (number,)
        )
        if first.verdict == "undecided":
            self._undecided("whether this rule is ever the first that holds", place)
        if first.verdict != "impossible":
            return first.verdict == "found"
        may = " or may hold" if self.curriculum.on_missing == "stay" else ""
        wins = f"whenever it holds, one before it does{may}"
        if True in always[:place]:
            wins = f"rule {always.index(True) + 1} always holds"
        earlier = holding.holds[0]
        why = f"rule {earlier} holds first" if earlier < number else "one before it is unknown"
        self._warn(
            HIDDEN,
            f"this rule never decides: {wins}; for example {holding.history()}, {why}. Move it up, or remove it",
            place,
            holding,
        )
        return False

    def _tell_always(self, place: int, *, first: bool) -> None:
        from autotrain_core.analysis._solver_terms import both  # noqa: PLC0415

        number, rule = place + 1, self.stage.rules[place]
        goal = both(self.open[place], self.holds[place].sure) if first else self.holds[place].sure
        settled = self._settle(goal, lambda witness: number in witness.holds)
        is_last = number == len(self.holds)
        example = "" if settled.proof is None else f"; for example {settled.proof.history()}"
        if is_last:
            then = "it decides whatever the rules before it leave" if place else "it decides every session"
            stays = "" if rule.to_stage == self.stage.name else ", and no mouse can STAY"
            self._tell(ALWAYS, Severity.INFO, f"this rule always holds: {then}{stays}{example}", place, settled.proof)
        else:
            rest = "the rule after it is" if number + 1 == len(self.holds) else "the rules after it are"
            self._warn(ALWAYS, f"this rule always holds, so {rest} never tried{example}", place, settled.proof)

    def _contradiction(self, place: int) -> str:
        """Say which parts of a condition contradict one another."""
        condition = self.conditions[place]
        parts = condition.parts if isinstance(condition, And) else (condition,)
        encoder = self.solver.encoder(three_valued=self.curriculum.on_missing == "stay")
        kept = [parts[each] for each in self.solver.contradiction([encoder.truth(part).sure for part in parts])]
        words = [quoted(to_words(part, self.curriculum.metrics)) for part in kept]
        if len(words) < 2:
            return f"no session can fulfil {words[0] if words else 'it'}"
        return f"{', '.join(words[:-1])} and {words[-1]} contradict one another"

    # ---- two rules, and all ----

    def _overlap(self, early: int, late: int) -> None:
        from autotrain_core.analysis._solver_terms import both  # noqa: PLC0415

        one, two = self.stage.rules[early], self.stage.rules[late]
        if one.to_stage == two.to_stage:
            return
        settled = self._settle(
            both(self.open[early], self.holds[early].sure, self.holds[late].sure),
            lambda witness: witness.holds[:1] == (early + 1,) and late + 1 in witness.holds,
        )
        if settled.verdict == "undecided":
            self._undecided(f"whether rules {early + 1} and {late + 1} ever hold together", late)
        if settled.proof is None:
            return
        sentence = (
            f"rule {early + 1} ({_end(one)}) overtakes this one ({_end(two)}) where both hold: for example "
            f"{settled.proof.history()}. The order decides; make sure that it is meant"
        )
        opposite = {one.decision, two.decision} == _OPPOSITE
        self._tell(OVERLAP, Severity.WARNING if opposite else Severity.INFO, sentence, late, settled.proof)

    def _stay(self, always: Sequence[bool]) -> None:
        """Ask whether there is a history in which no rule holds."""
        if any(always):
            return
        nothing = self.open[-1]
        if self.stage.exhaustive:
            settled = self._settle(nothing, lambda witness: not witness.holds and witness.decision == "STAY")
            if settled.verdict == "undecided":
                self._undecided("whether some history is decided by no rule, as the mark of this stage forbids", None)
            if settled.proof is not None:
                self._tell(
                    GAP,
                    Severity.WARNING,
                    "the rules of this stage are marked as deciding every history, but in this one none holds: "
                    f"{settled.proof.history()}. Add a rule for it, or take the mark away",
                    None,
                    settled.proof,
                )
        elif len(self.holds) > 1 and self.solver.is_impossible(nothing):
            self._tell(
                NEVER_STAYS,
                Severity.INFO,
                "the rules of this stage leave nothing over: one of them holds in every history, and no mouse stays "
                "because none does",
                None,
                self._settle(True, lambda witness: bool(witness.holds)).proof,
            )

    # ---- asking and telling ----

    def _settle(self, goal: "Truth", shows: Callable[[Witness], bool]) -> "Settled[Witness]":
        def prove(case: Case) -> Witness | None:
            witness = replay(self.curriculum, self.stage, case)
            return witness if witness is not None and shows(witness) else None

        return self.solver.settle(goal, prove)

    def _warn(self, kind: str, sentence: str, place: int, witness: Witness | None = None) -> None:
        self._tell(kind, Severity.WARNING, sentence, place, witness)

    def _undecided(self, what: str, place: int | None) -> None:
        sentence = f"it could not be decided {what}: the conditions are too involved for the solver"
        self._tell(UNDECIDED, Severity.INFO, sentence, place, None)

    def _tell(self, kind: str, severity: Severity, sentence: str, place: int | None, witness: Witness | None) -> None:
        self.found.append(
            Finding(
                kind=kind,
                severity=severity,
                sentence=sentence,
                stage=self.stage.name,
                rule=None if place is None else place + 1,
                witness=None if witness is None else witness.as_json(),
            )
        )


def _end(rule: Rule) -> str:
    decision = "" if rule.decision is None else rule.decision.name
    return f"{decision} to {rule.to_stage}"
