"""Read `trainer_state.json`, `suggestion.json` and `metrics.json` of the next generation of rigs."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from autotrain_core.errors import DocumentError
from autotrain_core.interop._next_generation import (
    NextCurriculum,
    NextMetrics,
    NextStage,
    Suggestion,
    TrainerState,
    Transition,
)
from autotrain_core.interop._next_names import stage_label

_LARGEST = 64 * 1024**2
_METRICS = {
    "foraging_efficiency_per_session",
    "unignored_trials_per_session",
    "total_sessions",
    "consecutive_sessions_at_current_stage",
    "stage_name",
}
_Read = TypeVar("_Read")


class _FaultError(Exception):
    """What is wrong with a document, and where in it; the doors of this file say in which."""


def trainer_state_from_json(body: bytes, *, source: str) -> TrainerState:
    """
    Read `trainer_state.json`.

    Args:
        body: JSON.
        source: What the errors call it.

    Raises:
        DocumentError: It is no JSON, or of another form; the message says where.
    """
    return _attempt(body, source, lambda document: _state(_object(document, ""), ""))


def suggestion_from_json(body: bytes, *, source: str) -> Suggestion:
    """
    Read `suggestion.json`.

    Args:
        body: JSON.
        source: What the errors call it.

    Raises:
        DocumentError: It is no JSON, or of another form; the message says where.
    """
    return _attempt(body, source, _suggestion)


def metrics_from_json(body: bytes, *, source: str) -> NextMetrics:
    """
    Read `metrics.json` or `previous_metrics.json`.

    Args:
        body: JSON.
        source: What the errors call it.

    Raises:
        DocumentError: It is no JSON, or of another form; the message says where.
    """
    return _attempt(body, source, lambda document: _metrics(_object(document, ""), ""))


def _attempt(body: bytes, source: str, read: Callable[[Any], _Read]) -> _Read:
    if len(body) > _LARGEST:
        raise DocumentError(f"{source} holds {len(body):,} bytes; {_LARGEST:,} are the most that are read.")
    try:
        # NaN and Infinity are no JSON, but Python writes them.
        document = json.loads(body, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{source} is no JSON: {error}.") from error
    try:
        return read(document)
    except _FaultError as error:
        raise DocumentError(f"{source}, {error}") from error


# ---------------------------------------------------------------- documents


def _suggestion(document: Any) -> Suggestion:
    whole = _object(document, "")
    metrics = _object(whole.get("metrics", {}), "metrics")
    known = metrics.keys() >= _METRICS
    return Suggestion(
        state=_state(_object(whole.get("trainer_state"), "trainer_state"), "trainer_state."),
        metrics=_metrics(metrics, "metrics.") if known else None,
        version=_text(whole.get("version", ""), "version"),
        library=_text(whole.get("dsl_version", ""), "dsl_version"),
        other_metrics={} if known else metrics,
    )


def _state(found: Mapping[str, Any], at: str) -> TrainerState:
    curriculum, stage, policies = found.get("curriculum"), found.get("stage"), found.get("active_policies", [])
    on_curriculum = found.get("is_on_curriculum", True)
    if not isinstance(on_curriculum, bool):
        raise _FaultError(f"{at}is_on_curriculum: true or false is needed, found {_brief(on_curriculum)}.")
    if "stage" not in found and "curriculum" not in found:
        raise _FaultError(f"{at or 'the whole'}: neither a stage nor a curriculum stands there.")
    return TrainerState(
        curriculum=None if curriculum is None else _curriculum(_object(curriculum, f"{at}curriculum"), at),
        stage=None if stage is None else _stage(_object(stage, f"{at}stage"), f"{at}stage"),
        on_curriculum=on_curriculum,
        active_policies=None if policies is None else _texts(policies, f"{at}active_policies"),
    )


def _curriculum(found: Mapping[str, Any], at: str) -> NextCurriculum:
    place = f"{at}curriculum.graph"
    graph = _object(found.get("graph", {}), place)
    nodes = {_id(key, place): node for key, node in _object(graph.get("nodes", {}), f"{place}.nodes").items()}
    edges = {_id(key, place): edge for key, edge in _object(graph.get("graph", {}), f"{place}.graph").items()}
    stages = {number: _stage(_object(node, place), f"{place}.nodes.{number}") for number, node in nodes.items()}
    transitions = {number: _transitions(each, f"{place}.graph.{number}", stages) for number, each in edges.items()}
    strange = [number for number in transitions if number not in stages]
    if strange:
        raise _FaultError(f"{place}.graph: there is no stage {strange[0]}.")
    return NextCurriculum(
        name=_text(found.get("name"), f"{at}curriculum.name"),
        version=_text(found.get("version"), f"{at}curriculum.version"),
        package=_text(found.get("pkg_location", ""), f"{at}curriculum.pkg_location"),
        stages=stages,
        transitions=transitions,
    )


def _transitions(found: Any, at: str, stages: Mapping[int, NextStage]) -> tuple[Transition, ...]:
    listed = []
    for edge in _list(found, at):
        match edge:
            case [str() as rule, int() as to] if to in stages and not isinstance(to, bool):
                listed.append(Transition(rule, to))
            case _:
                raise _FaultError(f"{at}: a rule and the number of a stage are needed, found {_brief(edge)}.")
    return tuple(listed)


def _stage(found: Mapping[str, Any], at: str) -> NextStage:
    provider = found.get("metrics_provider")
    policies = _object(found.get("graph", {}), f"{at}.graph")
    return NextStage(
        name=_text(found.get("name"), f"{at}.name"),
        task=_object(found.get("task", {}), f"{at}.task"),
        policies=policies if any(policies.values()) else {},
        start_policies=_texts(found.get("start_policies", []), f"{at}.start_policies"),
        metrics_provider="" if provider is None else _text(provider, f"{at}.metrics_provider"),
    )


def _metrics(found: Mapping[str, Any], at: str) -> NextMetrics:
    absent = sorted(_METRICS - found.keys())
    if absent:
        raise _FaultError(f"{at or 'the whole'}: {', '.join(absent)} is missing.")
    efficiencies = _list(found["foraging_efficiency_per_session"], f"{at}foraging_efficiency_per_session")
    trials = _list(found["unignored_trials_per_session"], f"{at}unignored_trials_per_session")
    return NextMetrics(
        foraging_efficiency=tuple(_fraction(each, f"{at}foraging_efficiency_per_session") for each in efficiencies),
        finished_trials=tuple(_count(each, f"{at}unignored_trials_per_session") for each in trials),
        session_total=_count(found["total_sessions"], f"{at}total_sessions"),
        session_at_current_stage=_count(
            found["consecutive_sessions_at_current_stage"], f"{at}consecutive_sessions_at_current_stage"
        ),
        stage=stage_label(_text(found["stage_name"], f"{at}stage_name")),
        more={name: value for name, value in found.items() if name not in _METRICS},
    )


# ------------------------------------------------------------------- values


def _object(value: Any, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _FaultError(f"{at or 'the whole'}: an object is needed, found {_brief(value)}.")
    return value


def _list(value: Any, at: str) -> list[Any]:
    if not isinstance(value, list):
        raise _FaultError(f"{at}: a list is needed, found {_brief(value)}.")
    return value


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str):
        raise _FaultError(f"{at}: a text is needed, found {_brief(value)}.")
    return value


def _texts(value: Any, at: str) -> tuple[str, ...]:
    return tuple(_text(each, at) for each in _list(value, at))


def _id(key: str, at: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise _FaultError(f"{at}: stages are numbered, found {_brief(key)}.")
    return int(key)


def _count(value: Any, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or not float(value).is_integer():
        raise _FaultError(f"{at}: a whole number from 0 is needed, found {_brief(value)}.")
    return int(value)


def _fraction(value: Any, at: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _FaultError(f"{at}: a number is needed, found {_brief(value)}.")
    return float(value)


def _brief(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]
