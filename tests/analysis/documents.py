"""Documents to spoil in one place: a shipped one, and the 22 of today."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autotrain_core.models import Curriculum, load_curriculum
from tests.editing.drawn import shipped

Document = dict[str, Any]


def read(document: Mapping[str, Any]) -> Curriculum:
    return load_curriculum(json.dumps(document).encode())


def stage_with(text: str, *, stage: str = "Stage 2", **settings: Any) -> Curriculum:
    """Coupled Baiting 2.3 in which one stage is described otherwise, and has other settings."""
    document = shipped()
    document["parameters"][stage] |= {"description": text, **settings}
    return read(document)


def rule_with(condition: str, text: str, *, extra: tuple[Document, ...] = ()) -> Curriculum:
    """Coupled Baiting 2.3 in which the first rule of Stage 2 has another condition and description."""
    document = shipped()
    rule = document["curriculum"]["Stage 2"]["transition_rules"][0]
    rule |= {"condition": f"lambda metrics: {condition}", "condition_description": text}
    document["metrics"] = list(extra)
    return read(document)


def documents_of_today(reference: Path) -> dict[str, Curriculum]:
    """The 22 documents: "Coupled Baiting@2.3" -> curriculum."""
    found = {}
    for file in sorted((reference / "data" / "curricula").glob("*.json")):
        curriculum = load_curriculum(file.read_bytes(), source=file.name)
        found[curriculum.key] = curriculum
    assert len(found) == 22
    return found
