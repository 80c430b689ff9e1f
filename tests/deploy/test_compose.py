"""The containers of compose.yaml fit together, keep no secret and are open to this computer only."""

import os
import re
import subprocess
import sys
from typing import Any

import boto3
import pytest
import yaml  # type: ignore[import-untyped]

from tests.deploy.examples import PROJECT, VERSION, faults_of, text_of
from tests.servers.seaweed import S3Server


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    return found


def test_compose_names_images_by_tag_and_builds_its_own() -> None:
    for name, service in compose()["services"].items():
        image, tag = service["image"].split(":")
        assert re.fullmatch(r"\d+\.\d+(\.\d+)?", tag), name
        assert ("build" in service) == image.startswith("autotrain"), name
        assert not image.startswith("autotrain") or tag == VERSION, name
    assert (PROJECT / compose()["services"]["oidc"]["build"] / "Dockerfile").is_file()


def test_compose_holds_no_secret_and_its_example_names_all_that_is_missing() -> None:
    text = text_of("compose.yaml")
    asked = dict(re.findall(r"\$\{(\w+)(:\?)?", text))
    example = text_of("deploy", "compose.env.example")
    given = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.MULTILINE))

    secrets = [
        value
        for service in compose()["services"].values()
        for name, value in service.get("environment", {}).items()
        if re.search(r"KEY|SECRET|PASSWORD|TOKEN", name)
    ]

    assert len(secrets) > 3
    assert all(re.fullmatch(r"\$\{\w+:\?[^}]+\}", value) for value in secrets)
    assert set(asked) == set(given)
    assert all(not value for name, value in given.items() if re.search(r"KEY|SECRET", name))


def test_compose_opens_nothing_to_other_computers() -> None:
    services_ = compose()["services"]

    assert all(port.startswith("127.0.0.1:") for service in services_.values() for port in service.get("ports", []))
    assert "-master.telemetry=false" in services_["s3"]["command"]
    assert "-ip.bind=127.0.0.1" in services_["s3"]["command"]
    for name, service in services_.items():
        assert service.get("network_mode") is None, name
        assert not service.get("privileged"), name
        assert "no-new-privileges:true" in service["security_opt"], name
        if name != "s3":
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name


def test_what_compose_names_is_there() -> None:
    whole = compose()

    for name, service in whole["services"].items():
        for other, how in service.get("depends_on", {}).items():
            assert other in whole["services"], name
            wanted = {"service_healthy": "healthcheck", "service_completed_successfully": "entrypoint"}
            assert wanted[how["condition"]] in whole["services"][other], name
        assert all(config["source"] in whole["configs"] for config in service.get("configs", [])), name
        assert all(volume.split(":")[0] in whole["volumes"] for volume in service.get("volumes", [])), name
        assert all(secret["source"] in whole["secrets"] for secret in service.get("secrets", [])), name
    for secret in whole["secrets"].values():
        named = re.sub(r"\$\{\w+:-(.*)\}", r"\1", secret["file"])
        assert (PROJECT / f"{named}.example").is_file(), named
    for config in whole["configs"].values():
        file = re.sub(r"\$\{\w+:-(.*)\}", r"\1", config["file"])
        assert (PROJECT / file).is_file(), file


def test_what_compose_starts_exists() -> None:
    services_ = compose()["services"]

    assert faults_of(services_["run"]["command"]) == []
    assert "entrypoint" not in services_["run"]
    assert faults_of(services_["app"]["command"]) == []
    assert "entrypoint" not in services_["app"]
    assert services_["app"]["environment"] == services_["run"]["environment"]
    assert services_["bucket"]["entrypoint"][-1] in [config["target"] for config in services_["bucket"]["configs"]]


def test_the_provider_to_try_signing_in_is_off_unless_asked_for_and_pinned_by_hash() -> None:
    pins = text_of("deploy", "oidc", "constraints.txt").replace("\\\n", " ")
    lines = [line for line in pins.splitlines() if line and not line.lstrip().startswith("#")]

    assert compose()["services"]["oidc"]["profiles"] == ["oidc"]
    assert any(line.startswith("oidc-provider-mock==") for line in lines)
    assert all(re.match(r"[\w.-]+==\S+ +--hash=sha256:[0-9a-f]{64}", line) for line in lines)
    assert "never for a lab" in " ".join(text_of("docs", "deploy.md").split())


def made(store: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(PROJECT / "deploy" / "bucket.py")]
    environment = {**os.environ, "AUTOTRAIN_STORE": store}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_bucket_is_made_once_and_keeps_old_versions(s3_environment: S3Server) -> None:
    first, second = made("s3://compose-lab/a/prefix"), made("s3://compose-lab")

    assert first.stdout == "Bucket compose-lab was made, and keeps old versions.\n", first.stderr
    assert second.stdout == "Bucket compose-lab is there, and keeps old versions.\n", second.stderr
    assert boto3.client("s3").get_bucket_versioning(Bucket="compose-lab")["Status"] == "Enabled"


@pytest.mark.parametrize("store", ["", "folder", "s3://"])
def test_no_bucket_is_made_of_something_else(store: str) -> None:
    ran = made(store)

    assert ran.returncode == 1
    assert ran.stderr == "AUTOTRAIN_STORE has to be s3://BUCKET or s3://BUCKET/PREFIX.\n"
