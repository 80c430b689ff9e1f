"""Whether what a rule calls its decision agrees with where it leads, in the order of the stages."""

from autotrain_core.models import Curriculum, Decision, Finding, Severity, Stage, quoted

AGAINST_ORDER = "decision-against-order"


def check_order(curriculum: Curriculum) -> tuple[Finding, ...]:
    """
    Find rules that progress to an earlier stage, roll back to a later one, or stay at another.

    Args:
        curriculum: Any; a rule whose decision or stage cannot be read is passed over.

    Returns:
        A warning for each, with the places of both stages, from 1. The order is that of the document, with Graduated
        at the end.
    """
    order = [stage.name for stage in curriculum.stages if not stage.terminal]
    order += [stage.name for stage in curriculum.stages if stage.terminal]
    found = []
    for stage in curriculum.stages:
        for number, rule in enumerate(stage.rules, start=1):
            if rule.to_stage not in order or rule.decision is None:
                continue
            here, there = order.index(stage.name), order.index(rule.to_stage)
            fault = _fault(rule.decision, stage, rule.to_stage, there - here)
            if fault:
                found.append(
                    Finding(
                        kind=AGAINST_ORDER,
                        severity=Severity.WARNING,
                        sentence=f"{fault}; correct the decision, the stage, or the order of the stages",
                        stage=stage.name,
                        rule=number,
                        witness={
                            "decision": rule.decision.name,
                            "stage": stage.label,
                            "place": here + 1,
                            "next_stage": rule.to_stage,
                            "next_place": there + 1,
                        },
                    )
                )
    return tuple(found)


def _fault(decision: Decision, stage: Stage, target: str, steps: int) -> str:
    if decision is Decision.STAY and steps != 0:
        return f"the decision is STAY, but the rule leads from {quoted(stage.name)} to {quoted(target)}"
    if decision is Decision.PROGRESS and steps < 0:
        return f"the decision is PROGRESS, but {quoted(target)} comes before {quoted(stage.name)}"
    if decision is Decision.ROLLBACK and steps > 0:
        return f"the decision is ROLLBACK, but {quoted(target)} comes after {quoted(stage.name)}"
    return ""
