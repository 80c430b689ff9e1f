"""Mice for tests of what is said of one of them, and a curriculum that can be taken away again."""

import json
from pathlib import Path
from typing import Any

from autotrain_core import services
from autotrain_core.services import LabView
from autotrain_core.store import FolderHome
from tests.services.nights import Nights, put, session


def climbing(subject: str = "7", upto: int = 3, **more: Any) -> list[dict[str, Any]]:
    """A mouse that ran what was suggested: warm-up, Stage 2, Stage 3, …"""
    stages = ["STAGE_1_WARMUP", "STAGE_2", "STAGE_3", "STAGE_FINAL"]
    return [session(subject, n, stage=stages[min(n, 4) - 1], **more) for n in range(1, upto + 1)]


def seen(nights: Nights) -> LabView:
    return services.lab_view(nights.store, nights.settings, at=nights.at)


def with_document_of_its_own(tmp_path: Path, name: str = "Gone one") -> tuple[Nights, str]:
    shipped = next(each for each in services.shipped() if each.key == "Coupled Baiting@2.3")
    document = shipped.document | {"curriculum_name": name, "curriculum_version": "7"}
    key = f"foraging_auto_training/saved_curriculums/{name}_curriculum_v7_schema_v1.0.json"
    home = FolderHome(tmp_path)
    put(home, key, json.dumps(document).encode())
    return Nights(home=home), key
