"""Labs in which curricula are made and published, and homes that stop in the middle of it."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from autotrain_core import services
from autotrain_core.models import Actor, Curriculum, Member, Members, Role, load_curriculum, task_from_json_schema
from autotrain_core.store import Home, Store
from tests.interop.documents import LADDER, MAZE, document, maze
from tests.store.passing import PassingHome

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SETTINGS = services.Settings()
RIGS = SETTINGS.curricula.key
COPIES = SETTINGS.curricula.copies[0]

ADA = Member(email="ada@lab.org", name="Ada", roles=(Role.ADMIN,))
DEE = Member(email="dee@lab.org", name="Dee", roles=(Role.DESIGNER,))
EVE = Member(email="eve@lab.org", name="Eve", roles=(Role.DESIGNER, Role.PI))
HERON = Member(email="heron@lab.org", name="Dr. Heron", roles=(Role.PI,))
VERA = Member(email="vera@lab.org", name="Vera", roles=(Role.VIEWER,))
LAB = Members(members=(ADA, DEE, EVE, HERON, VERA))


def lab(home: Home) -> Store:
    """A store with members."""
    store = Store(home)
    services.save_members(store, LAB, replaces="", actor=services.operator("root@machine"), at=NOW)
    return store


def acting(member: Member) -> Actor:
    return services.actor_of(LAB, member.email)


def shipped() -> Curriculum:
    """A curriculum of schema 1.0."""
    return services.shipped().get("Coupled Baiting", "2.3")


def changed(curriculum: Curriculum, **changes: Any) -> Curriculum:
    """The same with other top-level values."""
    return load_curriculum(json.dumps({**curriculum.document, **changes}).encode())


def ladder(**extra: Any) -> Curriculum:
    """A curriculum of schema 2.0."""
    return load_curriculum(json.dumps(document(LADDER, **extra)).encode())


def names(home: Home, folder: str) -> list[str]:
    """What the files in a folder are called."""
    return sorted(listed.key.removeprefix(folder) for listed in home.list(folder))


def told(store: Store, kind: str) -> list[Mapping[str, Any]]:
    """What the record says of one kind of event."""
    return [event.facts for entry in store.record.read() for event in entry.events if event.kind == kind]


def read_as_today(home: Home, folder: str) -> dict[tuple[str, str], dict[str, Any]]:
    """
    Read a folder as today's programs do, from contracts D2 and D3.

    They list `*_curriculum_*.json` of their own schema, and stop where the document says something else than the name
    of its file, or where one of the files that belong to it is not there.
    """
    found = {}
    files = {PurePosixPath(listed.key).name: listed.key for listed in home.list(folder)}
    for name, key in files.items():
        match = re.fullmatch(r"(.+)_curriculum_v(.+)_schema_v(.+)\.json", name) if "_curriculum_" in name else None
        if match is None or match[3] != "1.0":
            continue
        body = json.loads(home.get(key)[0])
        said = [body[f"curriculum_{what}"] for what in ("name", "version", "schema_version")]
        assert said == list(match.groups())
        assert body["curriculum_schema_name"] in ("DynamicForagingCurriculum", "DummyTaskCurriculum")
        stem = name.removesuffix(".json")
        for beside in ("_rules", "_paras", "_rules.svg", "_paras.svg"):
            assert f"{stem}{beside}" in files
        assert f"{body['curriculum_schema_name']}_v1.0.json" in files
        assert {settings["training_stage"] for settings in body["parameters"].values()} <= set(body["parameters"])
        found[match[1], match[2]] = body
    return found


SIX = [
    "Coupled Baiting_curriculum_v2.4_schema_v1.0.json",
    "Coupled Baiting_curriculum_v2.4_schema_v1.0_paras",
    "Coupled Baiting_curriculum_v2.4_schema_v1.0_paras.svg",
    "Coupled Baiting_curriculum_v2.4_schema_v1.0_rules",
    "Coupled Baiting_curriculum_v2.4_schema_v1.0_rules.svg",
    "DynamicForagingCurriculum_v1.0.json",
]


def publish(store: Store, work: Any = None, **asked: Any) -> services.Published:
    """Publish a shipped curriculum, or another one, as its next version, whatever is warned of."""
    given: dict[str, Any] = {"version": "2.4", "changelog": "fewer trials", "actor": acting(DEE), "at": NOW}
    given |= {"accepted_warnings": True, **asked}
    return services.publish(store, SETTINGS, shipped() if work is None else work, **given)


def in_a_maze(schema: dict[str, Any] = MAZE, **extra: Any) -> Curriculum:
    """A curriculum on a task that came as a document."""
    task = task_from_json_schema(json.dumps(schema).encode())
    return load_curriculum(json.dumps(maze(**extra)).encode(), tasks={task.schema_name: task})


class PowerCutError(Exception):
    """The computer stops."""


class Dying(PassingHome):
    """Stops for good at one of its writes, before or after it was done."""

    def __init__(self, home: Home, last: int, *, after: bool) -> None:
        super().__init__(home)
        self.last, self.after, self.writes = last, after, 0

    def put(self, key: str, body: bytes, *, replaces: str, labels: Mapping[str, str] | None = None) -> str:
        self.writes += 1
        if self.writes > self.last or (self.writes == self.last and not self.after):
            raise PowerCutError
        version = super().put(key, body, replaces=replaces, labels=labels)
        if self.writes == self.last:
            raise PowerCutError
        return version
