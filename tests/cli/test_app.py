"""`autotrain app`: which server it becomes, and what it says where it cannot. A browser tries it in tests/e2e."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autotrain_core._places import server_file
from tests.cli.conftest import Run

Become = list[tuple[str, list[str], dict[str, str]]]


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> Become:
    """What the program would have become; nothing is started."""
    calls: Become = []

    def execve(path: Any, words: list[str], environment: dict[str, str]) -> None:
        calls.append((str(path), words, environment))

    monkeypatch.setattr(os, "execve", execve)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "AUTOTRAIN_STORE", "AUTOTRAIN_SETTINGS", "AUTOTRAIN_PERSON"):
        monkeypatch.delenv(name, raising=False)
    return calls


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


pytestmark = pytest.mark.skipif(os.name == "nt", reason="there it starts a program and waits for it")


def test_it_becomes_the_server_around_the_app_on_this_computer(run: Run, became: Become) -> None:
    run("app")

    (_, words, _) = became[0]
    assert words[1] == str(server_file())
    assert words[words.index("--server.address") + 1] == "127.0.0.1"
    assert int(words[words.index("--server.port") + 1]) >= 8501


def test_what_is_given_is_handed_on_and_what_is_not_is_left_as_it_was(run: Run, became: Become) -> None:
    run("--store", "lab", "app", "--settings", "our.toml", "--person", "you@example.org")
    run("app")

    names = ("AUTOTRAIN_STORE", "AUTOTRAIN_SETTINGS", "AUTOTRAIN_PERSON")
    assert [became[0][2].get(name) for name in names] == ["lab", "our.toml", "you@example.org"]
    assert [became[1][2].get(name) for name in names] == [None, None, None]


@pytest.mark.parametrize(
    ("display", "words", "opens"), [(":0", (), True), (":0", ("--no-browser",), False), ("", (), False)]
)
def test_a_browser_is_opened_where_there_is_one_and_nobody_objects(
    run: Run, became: Become, monkeypatch: pytest.MonkeyPatch, display: str, words: tuple[str, ...], opens: bool
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", display)

    run("app", *words)

    assert ("--server.headless" not in became[0][1]) is opens


def test_a_port_that_is_taken_is_not_used(run: Run, became: Become, taken: int) -> None:
    result = run("app", "--port", str(taken), status=1)

    assert became == []
    assert f"Port {taken} is taken." in result.output


def test_where_the_usual_port_is_taken_another_is_found_and_said(
    run: Run, became: Become, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autotrain_core.cli._app._USUAL", taken)

    result = run("app")

    found = int(became[0][1][became[0][1].index("--server.port") + 1])
    assert found > taken
    assert f"Port {taken} is taken; the app is at {found}." in result.output


@pytest.mark.parametrize("host", ["203.0.113.9", "no such name"])
def test_an_address_of_somebody_else_is_refused(run: Run, became: Become, host: str) -> None:
    result = run("app", "--host", host, status=2)

    assert became == []
    assert "no address of this computer" in result.output


def test_the_server_lies_beside_the_app(tmp_path: Path) -> None:
    assert (server_file().parent / "app.py").is_file()
    assert (server_file().parent / ".streamlit" / "config.toml").is_file()
