"""Write `trainer_state.json`, `suggestion.json` and metrics for the next generation of rigs, and say what is lost."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from autotrain_core.interop._next_generation import (
    NextCurriculum,
    NextMetrics,
    NextStage,
    Suggestion,
    TrainerState,
    Transition,
)
from autotrain_core.interop._next_names import semantic_version
from autotrain_core.models import Curriculum, Rule, Stage

LIBRARY = "0.0.42"
"""Release of the next generation's library that these files were checked against."""


class Written(NamedTuple):
    """A document as bytes (JSON in UTF-8), and in sentences what it could not carry."""

    body: bytes
    not_carried: tuple[str, ...]


class Converted(NamedTuple):
    """A state that was made from one of our curricula, and in sentences what it could not carry."""

    state: TrainerState
    not_carried: tuple[str, ...]


def state_at(curriculum: Curriculum, stage: str, *, package: str) -> Converted:
    """
    Say in the words of the next generation where a mouse on one of our curricula stands.

    Args:
        curriculum: What it follows.
        stage: What it runs next, as documents or tables name it.
        package: The Python package in which somebody defines the rules, as "lab.coupled_baiting".

    Returns:
        The state, with the curriculum's stages and settings. Each rule is a name in `package`; its condition is not
        carried, which a sentence says.

    Raises:
        NotStoredError: The curriculum has no such stage.
    """
    numbers = {stage.name: number for number, stage in enumerate(curriculum.stages)}
    stages = {numbers[each.name]: _next_stage(each, curriculum) for each in curriculum.stages}
    named = {each.name: list(_named_rules(each, curriculum, package)) for each in curriculum.stages}
    version = semantic_version(curriculum.version)
    converted = NextCurriculum(
        name=curriculum.name,
        version=version,
        package=package,
        stages=stages,
        transitions={
            numbers[name]: tuple(Transition(rule, numbers[to]) for rule, to, _ in rules)
            for name, rules in named.items()
        },
    )
    lost = [sentence for rules in named.values() for _, _, sentence in rules]
    if version != curriculum.version:
        lost.insert(0, f"Version {curriculum.version} is written as {version}, as semantic versions are.")
    if curriculum.on_missing == "stay":
        lost.append("Mice stay where a metric is missing (on_missing); the next generation has no such mode.")
    start = stages[numbers[curriculum.stage(stage).name]]
    return Converted(TrainerState(curriculum=converted, stage=start, active_policies=()), tuple(lost))


def _next_stage(stage: Stage, curriculum: Curriculum) -> NextStage:
    parameters = {name: value for name, value in stage.parameters.items() if name not in _ABOUT_THE_TASK}
    version = stage.parameters.get("task_schema_version")
    task = {
        "name": str(stage.parameters.get("task", curriculum.schema_name)),
        "description": str(stage.parameters.get("description", "")),
        "task_parameters": parameters,
        "version": semantic_version(str(version)) if version else None,
        "stage_name": stage.label,
    }
    return NextStage(name=stage.label, task=task)


_ABOUT_THE_TASK = {"task", "task_url", "task_schema_version", "description", "training_stage"}


def _named_rules(stage: Stage, curriculum: Curriculum, package: str) -> Iterator[tuple[str, str, str]]:
    """Of each rule: its name, the stage that it leads to, and what is not carried."""
    taken: dict[str, int] = {}
    for number, rule in enumerate(stage.rules, start=1):
        place = f"{curriculum.key}, {stage.name}, rule {number}"
        if rule.broken:
            continue
        name = f"st_{_identifier(stage.label)}_to_{_identifier(curriculum.stage(rule.to_stage).label)}"
        taken[name] = taken.get(name, 0) + 1
        if taken[name] > 1:
            name = f"{name}_{taken[name]}"
        full = f"{package}.{name}" if package else name
        yield full, curriculum.stage(rule.to_stage).name, f"{place}: {_lost(rule, full)}"


def _lost(rule: Rule, name: str) -> str:
    condition = " ".join(rule.condition_text.split())
    return f"only the name {name} is carried; somebody has to write that function for '{condition}'."


def _identifier(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_") or "stage"


# ---------------------------------------------------------------- documents


def trainer_state_to_json(state: TrainerState) -> Written:
    """
    Write `trainer_state.json`.

    Args:
        state: As it was read, moved, or made by `state_at`.

    Returns:
        The document, and a sentence on what its reader must have besides: the package that defines its rules.
    """
    return Written(_bytes(_state(state)), tuple(_needed(state)))


def suggestion_to_json(suggestion: Suggestion) -> Written:
    """
    Write `suggestion.json`.

    Args:
        suggestion: State, metrics and versions; an empty `library` is the release that we know.

    Returns:
        The document, and what its reader must have besides.
    """
    metrics = suggestion.other_metrics if suggestion.metrics is None else _metrics(suggestion.metrics)
    curriculum = suggestion.state.curriculum
    document = {
        "trainer_state": _state(suggestion.state),
        "metrics": dict(metrics),
        "version": suggestion.version or (curriculum.version if curriculum else "0.0.0"),
        "dsl_version": suggestion.library or LIBRARY,
    }
    lost = [*_needed(suggestion.state), *([] if suggestion.metrics is None else _without_number(suggestion.metrics))]
    return Written(_bytes(document), tuple(lost))


def metrics_to_json(metrics: NextMetrics) -> Written:
    """
    Write `metrics.json` or `previous_metrics.json`.

    Returns:
        The document; an efficiency that is missing is null, which older readers refuse.
    """
    return Written(_bytes(_metrics(metrics)), tuple(_without_number(metrics)))


def _bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n"


def _needed(state: TrainerState) -> Iterator[str]:
    curriculum = state.curriculum
    if curriculum is None:
        return
    rules = sum(len(each) for each in curriculum.transitions.values())
    if rules:
        where = curriculum.package or "no package that is named"
        yield f"The {rules} rules are names only; what they say stands in {where}, which the reader needs."


def _without_number(metrics: NextMetrics) -> Iterator[str]:
    count = sum(1 for each in metrics.foraging_efficiency if not math.isfinite(each))
    if count:
        yield f"{count} missing efficiencies are null, which older readers refuse."


def _state(state: TrainerState) -> dict[str, Any]:
    return {
        "curriculum": None if state.curriculum is None else _curriculum(state.curriculum),
        "stage": None if state.stage is None else _stage(state.stage),
        "is_on_curriculum": state.on_curriculum,
        "active_policies": None if state.active_policies is None else list(state.active_policies),
    }


def _curriculum(curriculum: NextCurriculum) -> dict[str, Any]:
    return {
        "pkg_location": curriculum.package,
        "name": curriculum.name,
        "version": curriculum.version,
        "graph": {
            "nodes": {str(number): _stage(stage) for number, stage in curriculum.stages.items()},
            "graph": {
                str(number): [[rule, to] for rule, to in curriculum.transitions.get(number, ())]
                for number in curriculum.stages
            },
        },
    }


def _stage(stage: NextStage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "task": dict(stage.task),
        "graph": dict(stage.policies) or {"nodes": {}, "graph": {}},
        "start_policies": list(stage.start_policies),
        "metrics_provider": stage.metrics_provider or None,
    }


def _metrics(metrics: NextMetrics) -> dict[str, Any]:
    return {
        "foraging_efficiency_per_session": [
            each if math.isfinite(each) else None for each in metrics.foraging_efficiency
        ],
        "unignored_trials_per_session": list(metrics.finished_trials),
        "total_sessions": metrics.session_total,
        "consecutive_sessions_at_current_stage": metrics.session_at_current_stage,
        "stage_name": metrics.stage,
        **metrics.more,
    }
