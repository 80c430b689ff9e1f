"""Documents of schema 2.0, made from little."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Rule = tuple[str, str, str]
"""Decision, stage that it leads to, condition."""

ALWAYS = "lambda metrics: metrics.session_total >= 1"


def written(
    rules: Mapping[str, Sequence[Rule]],
    *,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    schema_name: str = "DummyTaskCurriculum",
    descriptions: str = "",
    metrics: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    document = {
        "curriculum_schema_name": schema_name,
        "curriculum_schema_version": "2.0",
        "curriculum_name": "Licking",
        "curriculum_version": "1",
        "curriculum_description": "",
        "metrics": list(metrics),
        "parameters": {
            stage: {"task": "Dummy task", "dummy_para_bool": True, "dummy_para_float": 1.0}
            if settings is None
            else dict(settings[stage])
            for stage in rules
        },
        "curriculum": {
            stage: {
                "transition_rules": [
                    {
                        "decision": decision,
                        "to_stage": to_stage,
                        "condition": condition,
                        "condition_description": descriptions,
                    }
                    for decision, to_stage, condition in own
                ]
            }
            for stage, own in rules.items()
        },
    }
    return json.dumps(document).encode()
