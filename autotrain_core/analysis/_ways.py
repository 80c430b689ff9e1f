"""Where the rules that can decide really lead: `structure`, looked at with what the solver knows of the rules."""

from collections.abc import Mapping
from dataclasses import replace

from autotrain_core.analysis._rules import HIDDEN, NEVER, check_rules
from autotrain_core.analysis._structure import NO_GRADUATE, NO_WAY_ON, UNREACHED, closure, structure
from autotrain_core.models import Curriculum, Finding, Severity, quoted

NO_EXIT = "cycle-without-exit"


def check_ways(curriculum: Curriculum) -> tuple[Finding, ...]:
    """
    Find stages that no mouse reaches and stages that none leaves, by the rules that can ever decide.

    Args:
        curriculum: Any, with faults too.

    Returns:
        The findings of `structure`, and those that come of rules which never hold or are hidden. One finding tells of
        all stages between which a mouse goes round without a way out. Where it is caught, the witness is its way there.
    """
    dead = {(each.stage, each.rule) for each in check_rules(curriculum) if each.kind in (NEVER, HIDDEN)}
    alive = replace(
        curriculum,
        stages=tuple(
            replace(
                stage,
                rules=tuple(
                    rule for number, rule in enumerate(stage.rules, start=1) if (stage.name, number) not in dead
                ),
            )
            for stage in curriculum.stages
        ),
    )
    known = {(each.kind, each.stage) for each in structure(curriculum)} if dead else set()
    found = [
        replace(each, sentence=f"{each.sentence} (rules that never decide lead nowhere)")
        if dead and (each.kind, each.stage) not in known
        else each
        for each in structure(alive)
    ]
    place = {stage.name: number for number, stage in enumerate(curriculum.stages)}
    found.sort(key=lambda each: place.get(each.stage, -1))
    leads = {stage.name: {rule.to_stage for rule in stage.rules} for stage in alive.stages}
    return _cycles_told_once(found, leads, curriculum.first_stage.name)


def _cycles_told_once(found: list[Finding], leads: Mapping[str, set[str]], first: str) -> tuple[Finding, ...]:
    caught = [each.stage for each in found if each.kind == NO_WAY_ON]
    told: list[Finding] = []
    done: set[str] = set()
    for each in found:
        if each.kind in (UNREACHED, NO_GRADUATE):
            told.append(each)
        elif each.stage not in done:
            round_ = closure([each.stage], leads)
            together = [name for name in caught if name in round_ and each.stage in closure([name], leads)]
            witness = {"path": _path(leads, first, each.stage)}
            if len(together) > 1 and round_ == set(together):
                done.update(together)
                names = " and ".join(quoted(name) for name in together)
                sentence = f"a mouse that comes here never leaves {names} again, and never graduates; add a rule"
                told.append(
                    Finding(
                        kind=NO_EXIT, severity=Severity.WARNING, sentence=sentence, stage=each.stage, witness=witness
                    )
                )
            else:
                told.append(replace(each, witness=witness))
    return tuple(told)


def _path(leads: Mapping[str, set[str]], first: str, target: str) -> list[str]:
    """Give a shortest way by the rules from the first stage to one that is reached."""
    ways, seen = [[first]], {first}
    while ways[0][-1] != target:
        way = ways.pop(0)
        new = sorted(leads.get(way[-1], set()) - seen)
        seen.update(new)
        ways += [[*way, name] for name in new]
    return ways[0]
