"""Drafts and edits to draw from: sound ones, and ones that cannot be made."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from autotrain_core.editing import (
    MISSING,
    AddRule,
    AddStage,
    ChangeRule,
    DeclareMetric,
    Draft,
    DuplicateStage,
    Edit,
    ForgetPlaces,
    MendDocument,
    MoveRule,
    MoveRuleToStage,
    MoveStage,
    PlaceStage,
    RemoveMetric,
    RemoveRule,
    RemoveStage,
    RenameStage,
    ReplaceDocument,
    SetDescription,
    SetExhaustive,
    SetIdentity,
    SetOnMissing,
    SetParameters,
    SetSchema,
    SetStageNote,
)
from autotrain_core.models import DUMMY, DYNAMIC_FORAGING, TrainingStage
from autotrain_core.rules import Metric

PROJECT = Path(__file__).parents[2]
TASKS = {task.schema_name: task for task in (DYNAMIC_FORAGING, DUMMY)}
SHIPPED = PROJECT / "curriculums" / "coupled-baiting-2.3" / "Coupled Baiting_curriculum_v2.3_schema_v1.0.json"


def rule(
    to_stage: str, condition: str = "metrics.dummy_metric_int[-1] >= 5", decision: str = "progress"
) -> dict[str, Any]:
    return {
        "decision": decision,
        "to_stage": to_stage,
        "condition": f"lambda metrics:\n    {condition}",
        "condition_description": "",
    }


def free() -> dict[str, Any]:
    """A document of schema 2.0 with two stages, which say no name of their own."""
    return {
        "curriculum_schema_name": "DummyTaskCurriculum",
        "curriculum_schema_version": "2.0",
        "curriculum_name": "Licking",
        "curriculum_version": "1",
        "parameters": {
            "Calm": {"task": "Dummy task", "dummy_para_bool": True, "dummy_para_float": 1.5},
            "Free": {"task": "Dummy task", "dummy_para_bool": False, "dummy_para_float": 2},
        },
        "curriculum": {
            "Calm": {"transition_rules": [rule("Free")]},
            "Free": {"transition_rules": [rule("Graduated"), rule("Calm", decision="rollback")]},
        },
    }


def foreign() -> dict[str, Any]:
    """A document with many faults, of which none may be lost: keys of others, wrong names, an orphan."""
    return {
        **free(),
        "ours": {"id": [1, 2.0, None]},
        "metrics": "none",
        "on_missing": "perhaps",
        "parameters": {
            "Calm": {"training_stage": "Free", "unknown": {"deep": [[]]}},
            "Free": {},
            "Graduated": {"training_stage": 3},
        },
        "curriculum": {
            "Free": {"from_stage": 7, "note": "x", "transition_rules": [{"to_stage": None}, {"decision": "up"}, {}]},
            "Gone": {"transition_rules": [rule("Nowhere")]},
        },
    }


def shipped() -> dict[str, Any]:
    """Coupled Baiting 2.3."""
    document: dict[str, Any] = json.loads(SHIPPED.read_bytes())
    return document


def draft(document: dict[str, Any] | None = None, **further: Any) -> Draft:
    return Draft(document=free() if document is None else document, **further)


DOCUMENTS = (free, foreign, shipped)

names = st.sampled_from([*(stage.value for stage in TrainingStage), "Calm", "Free", "Gone", "New", "Ü–nset", "a b"])
odd_names = st.sampled_from(["", " x", "\ud800", "x" * 200, "a\nb"])
stages = names | odd_names
texts = st.sampled_from(["", "a text", "lambda metrics: metrics.dummy_metric_int[-1] >= 5", "lambda metrics: (", "é\n"])
keys = st.sampled_from(
    ["BlockMin", "dummy_para_float", "dummy_para_bool", "task", "training_stage", "description", "xx"]
)
values: st.SearchStrategy[Any] = st.sampled_from(
    [MISSING, 0, 1, 1.0, True, 10, 2.5, "", "Calm", "Free", None, [1, [2]], {"a": {}}, float("nan"), (1,)]
)
numbers = st.integers(-1, 4)
decisions = st.sampled_from([None, "stay", "progress", "rollback"])
metric_names = st.sampled_from(["lick_rate", "reward_rate", "finished_trials", "session_total", "dummy_metric_int"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(SetIdentity, texts, texts),
    st.builds(SetDescription, texts),
    st.builds(SetSchema, st.sampled_from(["1.0", "2.0", "3.0"])),
    st.builds(SetOnMissing, st.sampled_from(["false", "stay"])),
    st.builds(
        DeclareMetric,
        st.builds(
            Metric,
            name=metric_names,
            title=texts,
            minimum=maybe(numbers),
            maximum=maybe(numbers),
            integer=st.booleans(),
        ),
    ),
    st.builds(RemoveMetric, metric_names),
    st.builds(AddStage, stages, maybe(names), maybe(names)),
    st.builds(RenameStage, names, stages),
    st.builds(DuplicateStage, names, stages),
    st.builds(RemoveStage, names),
    st.builds(MoveStage, names, numbers),
    st.builds(PlaceStage, names, st.floats(-1e7, 1e7), numbers),
    st.just(ForgetPlaces()),
    st.builds(SetParameters, st.lists(st.tuples(names, keys, values), max_size=4).map(tuple)),
    st.builds(SetStageNote, names, texts),
    st.builds(SetExhaustive, names, st.booleans()),
    st.builds(AddRule, names, names, decisions, texts, texts, maybe(numbers)),
    st.builds(ChangeRule, names, numbers, maybe(names), decisions, maybe(texts), maybe(texts)),
    st.builds(RemoveRule, names, numbers),
    st.builds(MoveRule, names, numbers, numbers),
    st.builds(MoveRuleToStage, names, numbers, names),
    st.just(MendDocument()),
    st.builds(ReplaceDocument, st.sampled_from(DOCUMENTS).map(lambda make: make()) | st.just({"no": "curriculum"})),
)
