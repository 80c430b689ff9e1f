"""A draft of the largest size that a lab would edit by hand: 30 stages, 60 settings, 120 rules."""

import json
from typing import Any

from autotrain_core.editing import Draft

STAGES, SETTINGS, RULES = 30, 60, 4
_GROUPS = ("Reward", "Blocks", "Delays", "Timing", "Session", "Warm-up")


def large_draft(*, stages: int = STAGES, settings: int = SETTINGS, rules: int = RULES) -> Draft:
    """
    Make it.

    Args:
        stages: How many, without Graduated.
        settings: Of each stage.
        rules: Of each stage.
    """
    names = [f"Stage {number:02d}" for number in range(1, stages + 1)]
    document: dict[str, Any] = {
        "curriculum_schema_name": "LargeTask",
        "curriculum_schema_version": "2.0",
        "curriculum_name": "Large",
        "curriculum_version": "1",
        "curriculum_description": "As large as anybody would edit by hand.",
        "parameters": {
            stage: {f"setting_{number:02d}": number + place for number in range(settings)}
            for place, stage in enumerate(names)
        },
        "curriculum": {
            stage: {
                "transition_rules": [
                    {
                        "decision": "progress" if number % 2 == 0 else "rollback",
                        "to_stage": names[_target(place, number, stages)],
                        "condition": _condition(100 + 10 * place + number, number),
                    }
                    for number in range(rules)
                ]
            }
            for place, stage in enumerate(names)
        },
    }
    return Draft(document=document, task_schema=json.dumps(_task(settings)))


def _condition(trials: int, number: int) -> str:
    mean = f"np.mean(metrics.hit_rate[-{number + 2}:]) >= 0.{60 + number}"
    return f"lambda metrics:\n    metrics.trials[-1] >= {trials}\n    and\n    {mean}"


def _target(place: int, number: int, stages: int) -> int:
    steps = (1, -1, 2, -2)
    return min(max(place + steps[number % len(steps)], 0), stages - 1)


def _task(settings: int) -> dict[str, Any]:
    return {
        "title": "Large task",
        "type": "object",
        "x-schema-name": "LargeTask",
        "x-version": "1",
        "x-metrics": [
            {"name": "trials", "title": "trials", "unit": "trials", "integer": True, "minimum": 0},
            {"name": "hit_rate", "title": "hit rate", "minimum": 0, "maximum": 1},
        ],
        "properties": {
            f"setting_{number:02d}": {
                "type": "integer",
                "title": f"Setting {number}",
                "description": "One of many.",
                "minimum": 0,
                "maximum": 10_000,
                "default": 0,
                "x-unit": "ms",
                "x-group": _GROUPS[number * len(_GROUPS) // settings],
            }
            for number in range(settings)
        },
    }
