"""The way from the hourly service to autotrain and back, on real sessions, as docs/migrate.md tells it."""

import re
from pathlib import Path

import boto3
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from autotrain_core.cli import main
from tests.deploy.examples import text_of
from tests.servers.seaweed import S3Server

MANAGER = "foraging_auto_training/df_manager_447_demo.pkl"
COPY = f"foraging_nwb_bonsai_processed/{MANAGER}"
CURRICULUM = {
    "curriculum_name": "Uncoupled Without Baiting",
    "curriculum_version": "2.3",
    "curriculum_schema_version": "1.0",
}
CACHE = "~/capsule/scratch/saved_curriculums"


@pytest.fixture(scope="module")
def history(reference: Path) -> pd.DataFrame:
    """The manager table of the old service after all sessions of the cohort, one row a session, the newest last."""
    texts = {"subject_id": str, "curriculum_version": str}
    sessions = pd.read_csv(reference / "data" / "janelia_sessions.csv", dtype=texts)
    decisions = pd.read_csv(reference / "data" / "janelia_decisions.csv.gz", dtype=texts)
    chosen = decisions[
        (decisions["curriculum_name"] == CURRICULUM["curriculum_name"]) & (decisions["curriculum_version"] == "2.3")
    ].drop(columns=["curriculum_name", "curriculum_version"])
    rows = sessions.drop(columns="task").merge(chosen, on=["subject_id", "session"])
    rows = rows.assign(task=CURRICULUM["curriculum_name"], **CURRICULUM, task_schema_version=None, metrics=None)
    rows = rows.assign(curriculum_json_name=f"{CACHE}/a.json", if_closed_loop=False, if_overriden_by_trainer=False)
    rows = rows.assign(current_stage_suggested=rows["current_stage"], next_stage_suggested=rows["next_stage"])
    rows = rows.rename(columns={"current_stage": "current_stage_actual"}).drop(columns="next_stage")
    ordered = rows.iloc[pd.to_datetime(rows["session_date"]).argsort(kind="stable")]
    return ordered.astype({"session": "float64"}).reset_index(drop=True)


@pytest.fixture
def bucket(history: pd.DataFrame, reference: Path, tmp_path: Path) -> Path:
    """A store as the old service left it before it came to the 20 newest sessions."""
    for key in (MANAGER, COPY):
        (tmp_path / key).parent.mkdir(parents=True)
        history[:-20].to_pickle(tmp_path / key)
    sessions = pd.read_csv(reference / "data" / "janelia_sessions.csv", dtype="str")
    table = sessions.assign(task=CURRICULUM["curriculum_name"], **CURRICULUM)
    table.to_csv(tmp_path / "foraging_nwb_bonsai_processed" / "df_sessions.csv", index=False)
    return tmp_path


def autotrain(bucket: Path | str, *words: str) -> Result:
    return CliRunner().invoke(main, ["--store", str(bucket), *words])


def shown_after(mark: str) -> list[str]:
    return text_of("docs", "migrate.md").split(f"<!-- {mark}: ")[1].split("```text\n")[1].split("\n```")[0].splitlines()


def test_a_dry_run_says_what_the_page_shows_and_touches_no_table(bucket: Path) -> None:
    before = {path: path.read_bytes() for path in bucket.rglob("df_*")}

    ran = autotrain(bucket, "run", "--dry-run")

    assert ran.exit_code == 0, ran.output
    shown = shown_after("dry run")
    assert ran.stdout.splitlines()[-len(shown) :] == shown
    assert {path: path.read_bytes() for path in bucket.rglob("df_*")} == before


def test_the_first_run_takes_over_and_what_was_published_stays(bucket: Path, history: pd.DataFrame) -> None:
    ran = autotrain(bucket, "run")

    assert ran.exit_code == 0, ran.output
    table = pd.read_pickle(bucket / MANAGER)
    said = ["decision", "next_stage_suggested", "current_stage_actual", "session_at_current_stage"]
    both = table.merge(history, on=["subject_id", "session"], suffixes=("", "_before"))
    assert len(both) == len(table)
    assert all((both[name] == both[f"{name}_before"]).all() for name in said)
    assert (bucket / COPY).read_bytes() == (bucket / MANAGER).read_bytes()
    assert autotrain(bucket, "status").exit_code == 0
    assert "nothing new to publish" in autotrain(bucket, "run").stdout


def test_the_old_service_is_noticed_as_the_page_shows_and_may_be_taken_over(
    bucket: Path, history: pd.DataFrame
) -> None:
    autotrain(bucket, "run")
    history[:-21].to_pickle(bucket / MANAGER)
    theirs = (bucket / MANAGER).read_bytes()

    left = autotrain(bucket, "run")
    told = autotrain(bucket, "status")
    taken = autotrain(bucket, "run", "--take-over")

    assert (left.exit_code, told.exit_code, taken.exit_code) == (4, 1, 0)
    plain = re.sub(r" by \S+ at [\d-]+ [\d:]+ UTC", " at 2026-11-22 11:32 UTC", left.stderr)
    assert set(shown_after("foreign")) <= set(plain.splitlines())
    assert any(path.read_bytes() == theirs for path in (bucket / "autotrain" / "adopted").iterdir())
    assert autotrain(bucket, "status").exit_code == 0
    assert (bucket / COPY).read_bytes() == (bucket / MANAGER).read_bytes()


def test_who_goes_back_finds_the_old_tables_and_comes_again_by_taking_over(bucket: Path, history: pd.DataFrame) -> None:
    old = {key: (bucket / key).read_bytes() for key in (MANAGER, COPY)}
    autotrain(bucket, "run")
    kept = [path.read_bytes() for path in (bucket / "autotrain" / "adopted").iterdir()]

    assert set(old.values()) == set(kept)

    for key in old:
        history.to_pickle(bucket / key)  # the old service went on
    again = autotrain(bucket, "run", "--take-over")

    assert again.exit_code == 0, again.output
    assert autotrain(bucket, "status").exit_code == 0


def test_the_old_tables_come_back_from_the_versions_of_a_bucket(bucket: Path, s3_environment: S3Server) -> None:
    s3, name = boto3.client("s3"), "migrating-lab"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    noted = {}
    for path in bucket.rglob("df_*"):
        key = path.relative_to(bucket).as_posix()
        noted[key] = s3.put_object(Bucket=name, Key=key, Body=path.read_bytes())["VersionId"]
    ran = autotrain(f"s3://{name}", "run")
    assert ran.exit_code == 0, ran.output

    for key in (MANAGER, COPY):
        assert s3.get_object(Bucket=name, Key=key)["Body"].read() != (bucket / key).read_bytes()
        s3.copy_object(Bucket=name, Key=key, CopySource=f"{name}/{key}?versionId={noted[key]}")

    assert all(
        s3.get_object(Bucket=name, Key=key)["Body"].read() == (bucket / key).read_bytes() for key in (MANAGER, COPY)
    )
