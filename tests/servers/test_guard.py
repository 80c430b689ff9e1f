"""A server of the tests ends with whoever started it, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.seaweed import S3Server

PRINT = (
    "import os; print(os.environ['AUTOTRAIN_STORE'], os.environ['AWS_ENDPOINT_URL_S3'], 'AWS_PROFILE' in os.environ)"
)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.s3_server", *words]


def eventually(is_so: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    return is_so()


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", "of-the-user")
    return tmp_path


def test_a_command_finds_the_server_and_its_status_is_kept(s3_server: S3Server, own_temp: Path) -> None:
    ran = subprocess.run(command(sys.executable, "-c", PRINT), capture_output=True, text=True, check=True)
    failed = subprocess.run(command(sys.executable, "-c", "raise SystemExit(7)"), check=False)

    store, endpoint, profile = ran.stdout.split()
    assert (store, profile) == ("s3://autotrain/store", "False")
    assert endpoint != s3_server.endpoint
    assert failed.returncode == 7
    assert list(own_temp.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_server_ends_when_whoever_started_it_is_killed(s3_server: S3Server, own_temp: Path) -> None:
    process = subprocess.Popen(command(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        port = int(process.stdout.readline().rpartition(":")[2])
        was_there = listens(port)
        process.send_signal(signal.SIGKILL)
        process.wait()

    assert was_there
    assert eventually(lambda: not listens(port))
    assert eventually(lambda: list(own_temp.iterdir()) == [])
    assert not [path for path in Path(tempfile.gettempdir()).glob("seaweedfs-*.sock") if str(port) in path.name]
