"""The rights on a bucket are what a run needs, and no more."""

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from autotrain_core.services import Settings
from tests.deploy.examples import text_of

BUCKET = "arn:aws:s3:::YOUR-BUCKET"


def statements(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text_of("deploy", "aws", name))["Statement"]
    return found


def may(action: str, key: str, policy: str = "policy.json") -> bool:
    """Whether the rights of a run, or others, allow something."""
    return any(
        action in each["Action"] and fnmatchcase(f"{BUCKET}/{key}" if key else BUCKET, resource)
        for each in statements(policy)
        for resource in ([each["Resource"]] if isinstance(each["Resource"], str) else each["Resource"])
    )


def test_the_rights_allow_what_a_run_reads_and_writes_and_nothing_else() -> None:
    settings = Settings()
    session_table = [
        Path(settings.sessions.key).with_suffix(ending).as_posix() for ending in (".pkl", ".parquet", ".csv")
    ]
    published = [
        f"{folder}{table}_{settings.publish.name}.{ending}"
        for folder in settings.publish.folders
        for table in ("df_manager", "df_manager_stats")
        for ending in ("pkl", "parquet", "csv")
    ]
    curriculum = f"{settings.curricula.key}Name_curriculum_v1_schema_v1.0.json"

    assert may("s3:ListBucket", "")
    assert all(may("s3:GetObject", key) for key in [*session_table, curriculum, *published, "autotrain/record/1.json"])
    assert all(may("s3:PutObject", key) for key in [*published, "autotrain/record/1.json", "autotrain/probe"])
    assert not any(
        may("s3:PutObject", key) for key in [*session_table, curriculum, "else", "foraging_auto_training/else"]
    )
    assert not may("s3:GetObject", "else")
    assert {action for each in statements("policy.json") for action in each["Action"]} == {
        "s3:GetObject", "s3:ListBucket", "s3:PutObject"
    }  # fmt: skip


def test_the_rights_of_who_publishes_allow_curricula_in_every_folder_and_nothing_else() -> None:
    folders = (Settings().curricula.key, *Settings().curricula.copies)
    files = [f"{folder}Name_curriculum_v1_schema_v1.0.json" for folder in folders]

    assert all(may("s3:PutObject", key, "publishing.json") for key in files)
    assert not any(
        may("s3:PutObject", key, "publishing.json")
        for key in ("else", "foraging_auto_training/df_manager_447_demo.pkl", "autotrain/record/1.json")
    )


def test_the_policy_of_the_bucket_only_forbids() -> None:
    found = statements("bucket-policy.json")

    assert {each["Effect"] for each in found} == {"Deny"}
    assert {each["Principal"] for each in found} == {"*"}
    keys = [
        resource.removeprefix(f"{BUCKET}/")
        for each in found
        for resource in ([each["Resource"]] if isinstance(each["Resource"], str) else each["Resource"])
    ]
    assert all(key.startswith("autotrain/") for key in keys)
    assert "autotrain/probe" not in keys
