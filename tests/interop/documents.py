"""Small curricula and tasks as files, in a line or two."""

import json
from pathlib import Path
from typing import Any

Rules = dict[str, list[tuple[str, str, str]]]

TRIALS = {"name": "trials", "title": "trials", "unit": "trials", "integer": True, "minimum": 0}
EFFICIENCY = {"name": "efficiency", "title": "efficiency", "minimum": 0}
LADDER: Rules = {
    "A": [("progress", "B", "metrics.trials[-1] >= 100 and metrics.efficiency[-1] >= 0.5")],
    "B": [
        ("progress", "Graduated", "metrics.trials[-1] >= 200"),
        ("rollback", "A", "metrics.trials[-1] < 50 or metrics.efficiency[-1] < 0.3"),
    ],
}


def document(stages: Rules, *, name: str = "Toy", version: str = "1", **extra: Any) -> dict[str, Any]:
    """A curriculum of schema 2.0 on the dummy task: stage -> rules of (decision, to stage, body of the condition)."""
    settings = {"task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 0.1}
    return {
        "curriculum_schema_name": "DummyTaskCurriculum",
        "curriculum_schema_version": "2.0",
        "curriculum_name": name,
        "curriculum_version": version,
        "curriculum_description": "A ladder of two steps.",
        "metrics": [TRIALS, EFFICIENCY],
        "parameters": dict.fromkeys(stages, settings),
        "curriculum": {
            stage: {
                "from_stage": stage,
                "transition_rules": [
                    {
                        "decision": decision,
                        "to_stage": to_stage,
                        "condition": f"lambda metrics: {body}",
                        "condition_description": "",
                    }
                    for decision, to_stage, body in rules
                ],
            }
            for stage, rules in stages.items()
        },
        **extra,
    }


def write_document(folder: Path, written: dict[str, Any], *, file: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    name, version = written["curriculum_name"], written["curriculum_version"]
    path = folder / (file or f"{name}_curriculum_v{version}_schema_v{written['curriculum_schema_version']}.json")
    path.write_text(json.dumps(written, indent=4), encoding="utf-8")
    return path


MAZE = {
    "title": "Maze",
    "type": "object",
    "properties": {"walls": {"type": "integer", "title": "Walls", "minimum": 1}},
    "required": ["walls"],
    "x-schema-name": "MazeCurriculum",
    "x-metrics": [{"name": "laps", "title": "laps", "integer": True, "minimum": 0}],
}


def maze(**extra: Any) -> dict[str, Any]:
    """A curriculum on a task that only the JSON Schema document MAZE describes."""
    rules: Rules = {"A": [("progress", "B", "metrics.laps[-1] >= 10")], "B": []}
    made = document(rules, name="Maze", **extra)
    return {
        **made,
        "curriculum_schema_name": "MazeCurriculum",
        "metrics": [],
        "parameters": {"A": {"walls": 1}, "B": {"walls": 2}},
    }
