"""`autotrain run`, `status`, `record` and `store`: the nightly run from a shell."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from autotrain_core.interop import manager_from_bytes
from tests.cli.conftest import Run, parsed
from tests.cli.test_process import START
from tests.services.nights import GOOD, POOR, RIG, SESSIONS, session

ROWS = [session("700001", 1), session("700001", 2, **POOR), session("700002", 1)]


def lay(rows: list[dict[str, object]], place: str = "lab") -> Path:
    """Put a session table into a folder store."""
    path = Path(place, SESSIONS)
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_a_run_publishes_and_says_so(run: Run) -> None:
    lay(ROWS)

    result = run("--store", "lab", "run")

    assert "2 mice, 3 sessions: publication 1: 3 new rows, 0 amended; 12 tables written." in result.stdout
    assert len(manager_from_bytes(Path("lab", RIG).read_bytes(), source="")) == 3


def test_a_second_run_finds_nothing_new(run: Run) -> None:
    lay(ROWS)
    run("run", "--store", "lab")

    again = parsed(run("run", "--store", "lab", "--json"))

    assert again["changed"] is False
    assert again["written"] == []
    assert again["recorded"] is False


def test_a_run_in_json_tells_everything(run: Run) -> None:
    lay([*ROWS, session("700003", 1, curriculum_version="9.9")])

    told = parsed(run("run", "--store", "lab", "--json"))

    assert told["publication"] == 1
    assert told["counts"]["added"] == 3
    assert {mouse["subject_id"]: mouse["outcome"] for mouse in told["mice"]}["700003"] == "not decided"
    assert [notice["kind"] for notice in told["notices"]] == ["unknown-curriculum"]
    assert set(told["seconds"]) == {"read", "decide", "compare", "compose", "write"}
    assert told["inputs"]["sessions"]["key"] == SESSIONS


def test_a_dry_run_writes_nothing(run: Run) -> None:
    lay(ROWS)
    before = sorted(Path("lab").rglob("df_*"))

    result = run("run", "--store", "lab", "--dry-run")

    assert "would publish 3 new rows and amend 0" in result.stdout
    assert sorted(Path("lab").rglob("df_*")) == before


def test_a_run_that_fails_tells_it_in_json_where_the_log_is_json(run: Run) -> None:
    Path("lab").mkdir()

    result = run("--store", "lab", "run", "--log", "json", status=3)

    line = json.loads(result.stderr)
    assert (line["message"], line["level"]) == ("run failed", "ERROR")
    assert "no session table" in line["error"]
    assert line["at"].endswith("Z")


def test_a_dry_run_of_a_store_that_may_only_be_read_leaves_no_probe(run: Run) -> None:
    lay(ROWS)

    run("--store", "lab", "run", "--dry-run")

    assert not Path("lab/autotrain").exists()


def test_a_difference_is_shown_as_a_table(run: Run) -> None:
    lay([*ROWS, session("700001", 3)])
    run("run", "--store", "lab")
    lay([ROWS[0], session("700001", 2, **GOOD), ROWS[2], session("700001", 3)])

    told = run("run", "--store", "lab").stdout

    assert "Published before, and kept, although the rules now say otherwise: 1 session\n" in told
    assert "next_stage_suggested" in told


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("run",), 2, "No store is named"),
        (("--store", "nowhere", "run"), 3, "There is no folder nowhere"),
        (("--store", "empty", "run"), 3, "There is no session table"),
        (("--store", "lab", "run", "--only", "1"), 3, "no mouse 1"),
        (("--store", "lab", "run", "--curriculum", "Coupled Baiting@0"), 3, "has no version '0'"),
        (("--store", "lab", "run", "--watch", "soon"), 2, "is no time"),
        (("--store", "lab", "run", "--watch", "99999999999999d"), 2, "not between"),
        (("--store", "lab", "run", "--scheduler", "tcp://x:1"), 2, "--engine dask"),
        (("--store", "broken", "run"), 1, "rows that do not fit"),
        (("--settings", "none.toml", "run"), 3, "no settings file"),
        (("--settings", "bad.toml", "run"), 1, "publish.nmae: there is no such setting"),
        (("--settings", "worse.toml", "run"), 1, "is no TOML"),
        (("--store", "gopher://x", "run"), 3, "gopher"),
    ],
)
def test_what_is_wrong_is_said_with_its_own_exit_status(
    run: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    lay(ROWS)
    Path("empty").mkdir()
    lay(ROWS, "broken").write_text("subject_id,session\n1,2,3\n", encoding="utf-8")
    Path("bad.toml").write_text('store = "lab"\n[publish]\nnmae = "x"\n', encoding="utf-8")
    Path("worse.toml").write_text("store = lab", encoding="utf-8")

    result = run(*words, status=status)

    assert said in " ".join(result.stderr.split())


def test_a_table_that_something_else_wrote_ends_in_its_own_status(run: Run) -> None:
    lay(ROWS)
    run("--store", "lab", "run")
    Path("lab", RIG).write_bytes(b"not ours")

    result = run("--store", "lab", "run", status=4)

    assert "not by autotrain" in result.stderr
    assert Path("lab", RIG).read_bytes() == b"not ours"


def test_the_store_may_be_named_by_the_environment_and_by_a_settings_file(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(ROWS)
    lay(ROWS, "other")
    Path("autotrain.toml").write_text('store = "other"\n[publish]\nname = "mine"\n', encoding="utf-8")

    run("run")
    monkeypatch.setenv("AUTOTRAIN_STORE", "lab")
    run("run")

    assert Path("other/foraging_auto_training/df_manager_mine.pkl").is_file()
    assert Path("lab/foraging_auto_training/df_manager_mine.pkl").is_file()


def test_status_is_well_after_a_run_and_not_before(run: Run) -> None:
    lay(ROWS)

    before = parsed(run("--store", "lab", "status", "--json", status=1))
    run("--store", "lab", "run")
    after = parsed(run("--store", "lab", "status", "--json"))

    assert before["problems"] == ["No run has gone through yet."]
    assert after["healthy"]
    assert after["publication"] == 1
    assert after["age_seconds"] < 600
    assert "all is well" in run("--store", "lab", "status").stdout


def test_status_of_a_store_that_is_not_there_is_still_json(run: Run) -> None:
    told = parsed(run("--store", "nowhere", "status", "--json", status=3))

    assert told["reachable"] is False
    assert "nowhere" in told["problems"][0]


def test_the_record_tells_of_runs_and_is_whole(run: Run) -> None:
    lay(ROWS)
    run("--store", "lab", "run")
    lay([*ROWS[:1], session("700001", 2, **GOOD), ROWS[2]])
    run("--store", "lab", "run")

    shown = run("--store", "lab", "record", "show").stdout
    entries = parsed(run("--store", "lab", "record", "show", "--json", "--subject", "700001"))
    verified = parsed(run("--store", "lab", "record", "verify", "--json"))

    assert "publication 2" in shown
    assert "amended 700001" in shown
    assert [entry["number"] for entry in entries] == [2]
    assert verified["problems"] == []
    assert "2 entries, whole" in run("--store", "lab", "record", "verify").stdout


def test_a_record_that_somebody_changed_is_not_whole(run: Run) -> None:
    lay(ROWS)
    run("--store", "lab", "run")
    entry = next(Path("lab/autotrain/record").rglob("*.json"))
    anchor = parsed(run("--store", "lab", "record", "verify", "--json"))
    entry.write_text(entry.read_text(encoding="utf-8").replace('"by":"', '"by":"x'), encoding="utf-8")

    expected = f"{anchor['number']}.{anchor['sha256']}"

    assert "✗" in run("--store", "lab", "record", "verify", "--expect", expected, status=1).stdout


def test_a_store_is_checked_and_compacted(run: Run) -> None:
    lay(ROWS)
    run("--store", "lab", "run")

    assert "nothing wrong" in run("--store", "lab", "store", "check").stdout
    run("--store", "lab", "store", "compact")
    Path("lab/autotrain/tables/rows/stranger.txt").write_text("?", encoding="utf-8")
    assert "stranger" in run("--store", "lab", "store", "check", status=1).stdout


def start(*words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", START, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_runs_at_the_same_time_publish_once_and_leave_both_folders_alike(run: Run) -> None:
    lay(ROWS)

    started = [start("--store", "lab", "run", "--json") for _ in range(3)]
    told = [json.loads(process.communicate(timeout=120)[0]) for process in started]

    assert [process.returncode for process in started] == [0, 0, 0]
    assert sum(each["changed"] for each in told) == 1
    assert {each["publication"] for each in told} == {1}
    rig = Path("lab", RIG).read_bytes()
    assert Path("lab/foraging_nwb_bonsai_processed", RIG).read_bytes() == rig
    assert parsed(run("--store", "lab", "record", "verify", "--json"))["problems"] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_a_watching_run_goes_on_until_it_is_stopped_and_logs_json(run: Run) -> None:
    lay(ROWS)
    process = start("--store", "lab", "run", "--watch", "1s", "--log", "json")
    assert process.stderr is not None

    first = json.loads(process.stderr.readline())
    second = json.loads(process.stderr.readline())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert (first["message"], first["changed"], first["publication"]) == ("run finished", True, 1)
    assert (second["changed"], second["level"]) == (False, "INFO")
    assert process.returncode == 0
