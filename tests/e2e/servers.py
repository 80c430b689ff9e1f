"""The app as people start it: a process of its own, on this computer only, and watched."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

PATIENCE = 40.0
WATCHED = Path(__file__).with_name("watched")
START = "import sys; sys.argv[0] = 'autotrain'; from autotrain_core.cli import main; main()"
# A test must not meet the settings of whoever runs it.
_NOT_HANDED_ON = ("AUTOTRAIN_", "AWS_", "STREAMLIT_", "COV_", "PYTHON", "DISPLAY", "WAYLAND_DISPLAY")


@dataclass(frozen=True)
class Running:
    """
    A program that listens on this computer.

    Attributes:
        url: Where, without a slash at the end.
        process: What runs.
        folder: Its working folder, with its `log` and the list of `addresses` that it asked for beside our own.
    """

    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path

    def asked_outside(self) -> list[str]:
        """The addresses that it asked for beside our own."""
        path = self.folder / "addresses"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def said(self) -> str:
        """What it printed."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


alive: list[Running] = []
"""What runs now: where a test fails, its report tells what they printed."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """What a program is told that runs in this folder and has it for its home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_HANDED_ON)}
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(folder),
        "PYTHONPATH": str(WATCHED),
        "PYTHONUNBUFFERED": "1",
        "WATCHED_ADDRESSES": str(folder / "addresses"),
        **settings,
    }


@contextmanager
def running(
    command: Sequence[str], *, url: str, answers_at: str, folder: Path, settings: Mapping[str, str]
) -> Iterator[Running]:
    """Run a program until it answers, and stop it afterwards as Ctrl-C does."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=folder, env=environment(folder, settings), stdout=log, stderr=log
        )
    started = Running(url, process, folder)
    alive.append(started)
    try:
        wait_until_it_answers(started, f"{url}{answers_at}")
        yield started
    finally:
        alive.remove(started)
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> int:
    """Stop a program as Ctrl-C does, and wait for its end."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(10)


def wait_until_it_answers(started: Running, url: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and started.process.poll() is None:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except HTTPError as error:
            error.close()
        except (URLError, OSError):
            pass
        time.sleep(0.02)
    raise AssertionError(f"{url} does not answer:\n{started.said()[-4000:]}")


@contextmanager
def running_app(
    folder: Path,
    *,
    store: str = "",
    person: str = "",
    words: Sequence[str] = (),
    secrets: str = "",
    port: int | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """
    Run `autotrain app` until it answers.

    Args:
        folder: Its working folder and home.
        store: Address of the store; the example lab in memory where empty.
        person: Who sits at this computer.
        words: Further options.
        secrets: What .streamlit/secrets.toml holds.
        port: Where it listens.
        settings: Environment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if secrets:
        (folder / ".streamlit").mkdir(exist_ok=True)
        (folder / ".streamlit" / "secrets.toml").write_text(secrets, encoding="utf-8")
    port = port or free_port()
    command = ["-c", START, "app", "--port", str(port), "--no-browser", *words]
    command += [*(("--store", store) if store else ()), *(("--person", person) if person else ())]
    url = f"http://127.0.0.1:{port}"
    with running(command, url=url, answers_at="/healthz", folder=folder, settings=settings or {}) as started:
        yield started
