"""Whatever starts a run, by the clock, starts one that exists, and lets it do no more than it must."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from autotrain_core.services import Settings
from tests.deploy.examples import VERSION, calls_in, faults_of, text_of


def unit(name: str) -> dict[str, list[str]]:
    """The settings of a systemd unit, whatever section they stand in."""
    found: dict[str, list[str]] = {}
    for line in text_of("deploy", "systemd", name).splitlines():
        key, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize(("name", "kind"), [("autotrain-run.service", "oneshot"), ("autotrain-app.service", "exec")])
def test_a_service_is_hardened_and_starts_what_exists(name: str, kind: str) -> None:
    service = unit(name)

    for setting in (
        "DynamicUser", "LockPersonality", "MemoryDenyWriteExecute", "NoNewPrivileges", "PrivateDevices", "PrivateTmp", "PrivateUsers",
        "ProtectClock", "ProtectControlGroups", "ProtectHome", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules",
        "ProtectKernelTunables", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
    ):  # fmt: skip
        assert service[setting] == ["yes"], setting
    assert service["ProtectSystem"] == ["strict"]
    assert service["CapabilityBoundingSet"] == [""]
    assert service["SystemCallFilter"][0] == "@system-service"
    assert service["Type"] == [kind]
    assert [faults_of(words) for words in calls_in(service["ExecStart"][0])] == [[]]
    assert not re.search(r"^(?!#).*(?:SECRET_|ACCESS_KEY|cookie)", text_of("deploy", "systemd", name), re.MULTILINE)


def test_a_run_that_hangs_is_ended() -> None:
    assert unit("autotrain-run.service")["TimeoutStartSec"] == ["2h"]


def test_the_app_of_the_service_is_reached_through_the_proxy_alone() -> None:
    words = unit("autotrain-app.service")["ExecStart"][0].split()
    proxy = text_of("deploy", "nginx", "autotrain.conf")

    assert "--host" not in words
    assert f"proxy_pass http://127.0.0.1:{words[words.index('--port') + 1]};" in proxy
    assert "proxy_set_header Host $host;" in proxy  # which sign-in and the check of connections compare with
    assert "proxy_set_header Upgrade $http_upgrade;" in proxy


def test_the_service_tries_again_only_where_that_may_help() -> None:
    told = text_of("docs", "deploy.md").split("### Exit status of a run")[1].split("\n\n")[1]
    statuses = set(re.findall(r"^\| (\d) ", told, re.MULTILINE))

    assert set(unit("autotrain-run.service")["RestartPreventExitStatus"][0].split()) == statuses - {"0", "3"}
    assert set(
        map(str, cron_job()["jobTemplate"]["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"])
    ) == statuses - {"0", "3"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for name in ("autotrain-run.service", "autotrain-run.timer", "autotrain-app.service"):
        text = text_of("deploy", "systemd", name).replace("/opt/autotrain/bin/autotrain", sys.executable)
        (tmp_path / name).write_text(text, encoding="utf-8")

    ran = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_timer_starts_the_service_by_utc() -> None:
    timer = unit("autotrain-run.timer")

    assert timer["OnCalendar"][0].endswith(" UTC")
    assert timer["Persistent"] == ["true"]
    assert timer["WantedBy"] == ["timers.target"]


def test_the_lines_of_cron_are_whole_and_call_what_exists() -> None:
    lines = [line for line in text_of("deploy", "cron", "autotrain").splitlines() if line and not line.startswith("#")]
    jobs = [line.split(None, 6) for line in lines if not re.match(r"[A-Z_]+=", line)]

    assert len(jobs) == 2
    for *when, user, command in ([*line[:6], " ".join(line[6:])] for line in jobs):
        assert all(re.fullmatch(r"\*(/\d+)?|\d+", each) for each in when)
        assert user == "autotrain"
        assert "%" not in command  # which cron takes for a new line
        calls = list(calls_in(re.sub(r"^\w+=\$", "", command)))
        assert calls
        assert [faults_of(words) for words in calls] == [[]] * len(calls)


def test_the_dag_compiles_and_calls_what_exists() -> None:
    text = text_of("deploy", "airflow", "autotrain_dag.py")
    compile(text, "autotrain_dag.py", "exec")

    command = re.findall(r'bash_command=f"\{AUTOTRAIN\} ([^"]*)"', text)

    assert [faults_of(each.split()) for each in command] == [[]]
    assert "catchup=False" in text


def cron_job() -> dict[str, Any]:
    documents = list(yaml.safe_load_all(text_of("deploy", "kubernetes", "cronjob.yaml")))
    found: dict[str, Any] = next(each for each in documents if each["kind"] == "CronJob")["spec"]
    return found


def test_the_cron_job_runs_as_nobody_special_and_calls_what_exists() -> None:
    pod = cron_job()["jobTemplate"]["spec"]["template"]["spec"]
    container = pod["containers"][0]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["image"].endswith(f"/autotrain:{VERSION}")
    assert faults_of(container["args"]) == []
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_the_settings_of_the_cron_job_are_settings() -> None:
    documents = list(yaml.safe_load_all(text_of("deploy", "kubernetes", "cronjob.yaml")))
    held = next(each for each in documents if each["kind"] == "ConfigMap")["data"]

    assert list(held) == ["autotrain.toml"]
    assert Settings.model_validate(tomllib.loads(held["autotrain.toml"])).store.startswith("s3://")
