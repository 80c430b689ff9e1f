"""
What makes a JSON object a curriculum at all.

Only the skeleton is asked for here, because nothing could be listed without it. What hangs on it may be
wrong and becomes a finding.
"""

from collections.abc import Iterator
from typing import Any

from autotrain_core.errors import DocumentError
from autotrain_core.models._wording import quoted, shown

MAX_STAGES = 100
MAX_PARAMETERS = 250
MAX_RULES = 200
MAX_METRICS = 100

_TEXTS = ("curriculum_schema_name", "curriculum_schema_version", "curriculum_name", "curriculum_version")


def require_curriculum(document: dict[str, Any], name: str) -> None:
    """
    Make sure that a JSON object has the skeleton of a curriculum.

    Args:
        document: The object.
        name: What sentences call it.

    Raises:
        DocumentError: It has not; every gap is listed.
    """
    gaps = list(_gaps(document))
    if gaps:
        raise DocumentError(f"{name} is not a curriculum: " + "; ".join(gaps[:20]))


def _gaps(document: dict[str, Any]) -> Iterator[str]:
    for key in _TEXTS:
        if key not in document:
            yield f"'{key}' is missing"
        elif not isinstance(document[key], str):
            yield f"'{key}' must be a text, found {shown(document[key])}"
    description = document.get("curriculum_description", "")
    if not isinstance(description, str):
        yield f"'curriculum_description' must be a text, found {shown(description)}"
    yield from _gaps_of_stages(document, "parameters", MAX_STAGES)
    yield from _gaps_of_stages(document, "curriculum", MAX_STAGES)
    if document.get("parameters") == {}:
        yield "'parameters' lists no stage"
    for stage, values in _objects(document, "parameters"):
        if len(values) > MAX_PARAMETERS:
            yield f"{quoted(stage)} has {len(values):,} parameters, of at most {MAX_PARAMETERS}"
    yield from _gaps_of_rules(document)
    metrics = document.get("metrics")
    if isinstance(metrics, list) and len(metrics) > MAX_METRICS:
        yield f"'metrics' declares {len(metrics):,} metrics, of at most {MAX_METRICS}"


def _gaps_of_stages(document: dict[str, Any], key: str, most: int) -> Iterator[str]:
    stages = document.get(key)
    if key not in document:
        yield f"'{key}' is missing"
    elif not isinstance(stages, dict):
        yield f"'{key}' must be an object with a key for each stage, found {shown(stages)}"
    elif len(stages) > most:
        yield f"'{key}' has {len(stages):,} stages, of at most {most}"
    else:
        for stage, inside in stages.items():
            if not isinstance(inside, dict):
                yield f"{quoted(stage)} in '{key}' must be an object, found {shown(inside)}"


def _gaps_of_rules(document: dict[str, Any]) -> Iterator[str]:
    count = 0
    for stage, transitions in _objects(document, "curriculum"):
        rules = transitions.get("transition_rules")
        if not isinstance(rules, list):
            found = shown(rules) if "transition_rules" in transitions else "nothing"
            yield f"'transition_rules' of {quoted(stage)} must be a list, found {found}"
            continue
        count += len(rules)
        for place, rule in enumerate(rules, start=1):
            if not isinstance(rule, dict):
                yield f"rule {place} of {quoted(stage)} must be an object, found {shown(rule)}"
    if count > MAX_RULES:
        yield f"it has {count:,} rules, of at most {MAX_RULES}"


def _objects(document: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    stages = document.get(key)
    if isinstance(stages, dict):
        yield from ((stage, inside) for stage, inside in stages.items() if isinstance(inside, dict))
