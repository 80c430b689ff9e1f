"""Where the rules of a curriculum lead, whether they hold or not: what no mouse reaches, and where it is caught."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from autotrain_core.models import Curriculum, Finding, Severity, quoted

UNREACHED = "stage-unreached"
NO_WAY_ON = "stage-no-way-on"
NO_GRADUATE = "no-way-to-graduate"

Place = TypeVar("Place", str, int)


def structure(curriculum: Curriculum) -> tuple[Finding, ...]:
    """
    Find stages that no mouse reaches, and stages that none leaves, whenever the rules hold.

    Args:
        curriculum: Any, with faults too: a rule whose condition cannot be read yet leads where its author wants it to.

    Returns:
        Warnings, in the order of the stages. A curriculum of one stage without any rule is only begun: of that one
        thing is said, that no mouse can graduate.
    """
    leads = {stage.name: {rule.to_stage for rule in stage.rules} for stage in curriculum.stages}
    reached = closure([curriculum.first_stage.name], leads)
    ends = [stage.name for stage in curriculum.stages if stage.terminal]
    finishing = closure(ends, turned(leads))
    found: list[Finding] = []
    if not reached.intersection(ends):
        found.append(
            _warning(
                NO_GRADUATE,
                "no mouse can graduate: no rules lead from the first stage to the end; add the rules that are missing",
            )
        )
        finishing = set(leads)  # one sentence says it; which stage is short of a rule is for its author to say
    for stage in curriculum.stages:
        if stage.name not in reached and not stage.terminal:
            found.append(
                _warning(
                    UNREACHED,
                    "no mouse reaches this stage by the rules; let a rule lead to it, or remove it",
                    stage=stage.name,
                )
            )
        elif stage.name in reached and stage.name not in finishing:
            on = ", ".join(quoted(name) for name in sorted(leads[stage.name] - {stage.name}))
            where = f"from here rules lead only to {on}" if on else "no rule leads on from here"
            found.append(
                _warning(NO_WAY_ON, f"a mouse that comes here never graduates: {where}; add a rule", stage=stage.name)
            )
    return tuple(found)


def turned(leads: Mapping[Place, set[Place]]) -> dict[Place, set[Place]]:
    """Turn every way round."""
    back: dict[Place, set[Place]] = {name: set() for name in leads}
    for source, targets in leads.items():
        for target in targets:
            back.setdefault(target, set()).add(source)
    return back


def closure(begin: Iterable[Place], leads: Mapping[Place, set[Place]]) -> set[Place]:
    """All stages that can be come to from some, these included."""
    found, new = set(begin), list(begin)
    while new:
        for target in leads.get(new.pop(), set()) - found:
            found.add(target)
            new.append(target)
    return found


def _warning(kind: str, sentence: str, *, stage: str = "") -> Finding:
    return Finding(kind=kind, severity=Severity.WARNING, sentence=sentence, stage=stage)
