"""Small curricula and session tables for tests, written in a line or two."""

import json

import pandas as pd

from autotrain_core.models import load_curriculum

TRIALS = {"name": "trials", "title": "trials", "unit": "trials", "integer": True, "minimum": 0}
EFFICIENCY = {"name": "efficiency", "title": "efficiency", "minimum": 0}


def curriculum(stages, *, name="Toy", version="1", on_missing="false", **extra):
    """
    Make a curriculum of schema 2.0 on the dummy task, with the metrics `trials` and `efficiency`.

    `stages` maps a stage to its rules, each (decision, to_stage, body of the condition); None for no entry.
    """
    document = {
        "curriculum_schema_name": "DummyTaskCurriculum",
        "curriculum_schema_version": "2.0",
        "curriculum_name": name,
        "curriculum_version": version,
        "curriculum_description": "",
        "on_missing": on_missing,
        "metrics": [TRIALS, EFFICIENCY],
        "parameters": {
            stage: {"task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 0.1} for stage in stages
        },
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
            if rules is not None
        },
        **extra,
    }
    return load_curriculum(json.dumps(document).encode())


LADDER = {
    "A": [("progress", "B", "metrics.trials[-1] >= 100 and metrics.efficiency[-1] >= 0.5")],
    "B": [
        ("progress", "C", "metrics.trials[-1] >= 200 and metrics.session_at_current_stage >= 2"),
        ("rollback", "A", "metrics.trials[-1] < 50 or metrics.efficiency[-1] < 0.3"),
    ],
    "C": [
        (
            "progress",
            "Graduated",
            "metrics.session_total >= 5 and metrics.session_at_current_stage >= 2"
            " and np.mean(metrics.trials[-3:]) >= 200",
        ),
        ("rollback", "B", "np.mean(metrics.at_stage.trials[-2:]) < 100"),
    ],
}


def sessions(rows, **columns):
    """Make a session table from (mouse, session, trials, efficiency[, stage that was run])."""
    table = pd.DataFrame(
        [(*row, None)[:5] for row in rows],
        columns=["subject_id", "session", "trials", "efficiency", "current_stage_actual"],
    )
    if table["current_stage_actual"].isna().all():
        table = table.drop(columns="current_stage_actual")
    for name, values in columns.items():
        table[name] = values
    return table
