"""
The files of a curriculum as today's readers know them: the document, two graphs, their pictures, a JSON Schema.

They come in the order in which they are written: whoever sees the document, which is the last, sees all of them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from autotrain_core.diagrams import parameters_dot, render, rules_dot
from autotrain_core.errors import DocumentError
from autotrain_core.models import TODAY, Curriculum, Decision, SchemaTask, save_curriculum

_DOT: dict[str, Callable[..., str]] = {"rules": rules_dot, "paras": parameters_dot}


@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumFiles:
    """
    The files of one curriculum.

    Attributes:
        document: Name of the document's file, which is written last.
        bodies: Name -> bytes of every file, in the order in which they are written.
        shared: Names of those that other versions use as well: they are made once, and left alone where they are.
        notes: What could not be made, and what today's readers will not see; a sentence each.
    """

    document: str
    bodies: dict[str, bytes] = field(repr=False)
    shared: frozenset[str]
    notes: tuple[str, ...]


def curriculum_files(curriculum: Curriculum, *, draw: Callable[[str], bytes] | None = None) -> CurriculumFiles:
    """
    Make the files of a curriculum.

    Of schema 1.0 these are the six of today: `STEM.json`, the graphs `STEM_rules` and `STEM_paras` (DOT), their
    pictures `STEM_rules.svg` and `STEM_paras.svg`, and `TASK_v1.0.json`, the JSON Schema of its documents. Of schema
    2.0 it is the document, and `TASK.task.json` where its task came as a document.

    Args:
        curriculum: Any.
        draw: DOT -> SVG; the renderer of this installation where None.

    Raises:
        NoRendererError: Nothing here can draw the pictures.
    """
    name = curriculum.file_name
    stem = name.removesuffix(".json")
    bodies: dict[str, bytes] = {}
    notes: list[str] = []
    shared: set[str] = set()
    if curriculum.schema_version == TODAY:
        if curriculum.task is not None:
            of_class = f"{curriculum.schema_name}_v{curriculum.schema_version}.json"
            bodies[of_class] = _as_json(_document_schema(curriculum))
            shared.add(of_class)
        for part, as_dot in _DOT.items():
            graph = as_dot(curriculum, background=True)
            bodies[f"{stem}_{part}"] = graph.encode("utf-8", errors="replace")
            try:
                bodies[f"{stem}_{part}.svg"] = (draw or _svg)(graph)
            except DocumentError as error:
                notes.append(f"There is no picture {stem}_{part}.svg: {error}.")
    else:
        notes.append(
            f"Today's rigs list documents of schema {TODAY} only: they will not offer {curriculum.key}. The app "
            "and the nightly run know it."
        )
        if isinstance(curriculum.task, SchemaTask):
            of_task = f"{curriculum.schema_name}.task.json"
            bodies[of_task] = curriculum.task.document
            shared.add(of_task)
    bodies[name] = save_curriculum(curriculum)
    return CurriculumFiles(document=name, bodies=bodies, shared=frozenset(shared), notes=tuple(notes))


def _svg(graph: str) -> bytes:
    return render(graph, "svg")


def _as_json(value: object) -> bytes:
    return json.dumps(value, indent=4).encode()


def _document_schema(curriculum: Curriculum) -> dict[str, object]:
    """Say what documents of a task of schema 1.0 look like; extension keys are allowed where today's readers allow."""
    assert curriculum.task is not None  # noqa: S101 - asked by the caller
    stage = curriculum.task.parameters.model_json_schema(mode="validation")
    text = {"type": "string"}
    rule = {
        "type": "object",
        "properties": {
            "decision": {"enum": [decision.value for decision in Decision]},
            "to_stage": text,
            "condition": {**text, "description": "A Python function of one argument, as text."},
            "condition_description": text,
        },
        "required": ["decision", "to_stage", "condition"],
    }
    transitions = {
        "type": "object",
        "properties": {"from_stage": text, "transition_rules": {"type": "array", "items": rule}},
        "required": ["from_stage", "transition_rules"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": curriculum.schema_name,
        "type": "object",
        "properties": {
            "curriculum_schema_name": {"const": curriculum.schema_name},
            "curriculum_schema_version": {"const": curriculum.schema_version},
            "curriculum_name": text,
            "curriculum_version": text,
            "curriculum_description": text,
            "parameters": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Stage"}},
            "curriculum": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Transitions"}},
        },
        "required": [
            *("curriculum_schema_name", "curriculum_schema_version", "curriculum_name", "curriculum_version"),
            *("parameters", "curriculum"),
        ],
        "$defs": {**stage.pop("$defs", {}), "Stage": stage, "Transitions": transitions},
    }
