"""Documents to begin with: true ones, to be spoiled by a test in one place."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from autotrain_core.models import DYNAMIC_FORAGING, Curriculum, Finding, Severity, Task, load_curriculum

Document = dict[str, Any]
Load = Callable[..., Curriculum]


PROJECT = Path(__file__).parents[2]


def only(curriculum: Curriculum) -> Finding:
    """The one finding that there is."""
    (finding,) = curriculum.findings
    return finding


def error(
    kind: str, sentence: str, stage: str = "", rule: int | None = None, parameter: str = "", witness: Any = None
) -> Finding:
    return Finding(
        kind=kind,
        severity=Severity.ERROR,
        sentence=sentence,
        stage=stage,
        rule=rule,
        parameter=parameter,
        witness=witness,
    )


def broken_stages(curriculum: Curriculum) -> list[str]:
    return [stage.name for stage in curriculum.stages if stage.broken]


@pytest.fixture
def document() -> Document:
    """Coupled Baiting 2.3, as shipped."""
    folder = PROJECT / "curriculums" / "coupled-baiting-2.3"
    body = (folder / "Coupled Baiting_curriculum_v2.3_schema_v1.0.json").read_bytes()
    read: Document = json.loads(body)
    return read


@pytest.fixture
def stage(document: Document) -> Document:
    """Stage 2 of Coupled Baiting 2.3."""
    parameters: Document = document["parameters"]["Stage 2"]
    return parameters


def faults_of(parameters: Document, task: Task = DYNAMIC_FORAGING) -> list[tuple[str, str]]:
    _, found = task.read(parameters)
    return [(fault.kind, fault.sentence) for fault in found]


@pytest.fixture
def free() -> Document:
    """A curriculum of schema 2.0 on the dummy task, with stage names of its own."""
    return {
        "curriculum_schema_name": "DummyTaskCurriculum",
        "curriculum_schema_version": "2.0",
        "curriculum_name": "Licking",
        "curriculum_version": "1",
        "curriculum_description": "",
        "parameters": {
            "Habituation": {"task": "Dummy task", "dummy_para_bool": True, "dummy_para_float": 1.5},
            "Free licking": {"task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 2},
        },
        "curriculum": {
            "Habituation": {
                "transition_rules": [
                    {
                        "decision": "progress",
                        "to_stage": "Free licking",
                        "condition": "lambda metrics:\n    metrics.dummy_metric_int[-1] >= 5",
                        "condition_description": "",
                    }
                ]
            },
            "Free licking": {
                "transition_rules": [
                    {
                        "decision": "progress",
                        "to_stage": "Graduated",
                        "condition": "lambda metrics:\n    np.mean(metrics.dummy_metric_float[-5:]) > 0.7",
                        "condition_description": "",
                    }
                ]
            },
        },
    }


@pytest.fixture
def load() -> Load:
    """Load a document given as a dict."""

    def load_document(document: Document, *, source: str = "", tasks: Mapping[str, Task] | None = None) -> Curriculum:
        return load_curriculum(json.dumps(document).encode(), source=source, tasks=tasks)

    return load_document
