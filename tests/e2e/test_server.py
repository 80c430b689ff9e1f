"""The server around the app, as a process: whom it answers, what it says of itself, and how it starts and ends."""

import gzip
import json
import os
import subprocess
import sys
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.servers import START, Running, environment, free_port, running_app, stop

PROJECT = Path(__file__).parents[2]


def ask(server: Running, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_server_says_that_it_lives_and_that_its_store_answers(app: Running) -> None:
    alive, _ = ask(app, "/healthz")
    ready, body = ask(app, "/readyz")

    assert (alive.status, ready.status) == (200, 200)
    assert json.loads(body) == {"ready": True}


def test_a_store_that_is_gone_makes_the_server_live_but_not_ready(tmp_path: Path) -> None:
    with running_app(tmp_path, store=str(tmp_path / "nowhere")) as server:
        alive, _ = ask(server, "/healthz")
        ready, body = ask(server, "/readyz")

        assert (alive.status, ready.status) == (200, 503)
        assert b"nowhere" not in body
        assert "The store does not answer" in server.said()


def test_every_answer_carries_the_security_headers(app: Running) -> None:
    for path in ("/", "/progress", "/healthz", "/static/no-such-thing.js"):
        answer, _ = ask(app, path)

        assert "default-src 'self'" in answer.getheader("Content-Security-Policy", "")
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("Referrer-Policy") == "same-origin"


def test_scripts_are_sent_compressed(app: Running) -> None:
    _, page = ask(app, "/")
    script = page.decode().split('src="./')[1].split('"')[0]

    small, body = ask(app, f"/{script}", Accept_Encoding="gzip")
    whole, plain = ask(app, f"/{script}")

    assert small.getheader("Content-Encoding") == "gzip"
    assert whole.getheader("Content-Encoding") is None
    assert gzip.decompress(body) == plain
    assert len(body) < len(plain) / 2


def test_in_local_mode_no_name_but_that_of_this_computer_is_answered(app: Running) -> None:
    for path in ("/", "/healthz", "/_stcore/health", "/_stcore/host-config"):
        answer, body = ask(app, path, Host="mice.example.org")

        assert answer.status == 403
        assert b"no provider to sign in with" in body


def test_nobody_who_comes_through_a_proxy_is_answered_in_local_mode(app: Running) -> None:
    answer, _ = ask(app, "/", X_Forwarded_For="192.0.2.4")

    assert answer.status == 403


def start(folder: Path, *words: str, secrets: str = "") -> "subprocess.CompletedProcess[str]":
    """Start the app where it should refuse, and wait for what it says."""
    if secrets:
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "secrets.toml").write_text(secrets, encoding="utf-8")
    command = [sys.executable, "-c", START, "app", "--no-browser", "--port", str(free_port()), *words]
    return subprocess.run(
        command, cwd=folder, env=environment(folder, {}), capture_output=True, text=True, timeout=30, check=False
    )


def test_without_a_provider_it_does_not_start_for_other_computers(tmp_path: Path) -> None:
    ran = start(tmp_path, "--host", "0.0.0.0")

    assert ran.returncode == 1
    assert ran.stderr.startswith("Error: There is no provider to sign in with, so autotrain serves this computer only")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ("[auth]\nclient_id = 'a'\n", "cookie_secret has to be"),
        ("[auth\n", "is no TOML, so nobody could sign in"),
        ("auth = 'yes'\n", "has to be a part of its own"),
    ],
)
def test_it_does_not_start_with_secrets_that_would_let_nobody_in(tmp_path: Path, secrets: str, said: str) -> None:
    ran = start(tmp_path, secrets=secrets)

    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_settings_that_are_wrong_are_told_when_it_starts(tmp_path: Path) -> None:
    (tmp_path / "autotrain.toml").write_text("[app]\nactiv_days = 3\n", encoding="utf-8")

    ran = start(tmp_path)

    assert ran.returncode == 1
    assert "app.activ_days: there is no such setting" in ran.stderr


def test_started_as_streamlit_would_it_shows_other_computers_nothing(tmp_path: Path) -> None:
    """`streamlit run app.py --server.address 0.0.0.0` has no server of ours around it: the page itself refuses."""
    from streamlit import config
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(PROJECT / "pages" / "progress.py", default_timeout=30)
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        page.run()
    finally:
        config.set_option("server.address", before)

    assert [title.value for title in page.title] == ["Not open to the network"]
    assert len(page.dataframe) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_ends_it_without_a_word_too_many(tmp_path: Path, example_store: Path) -> None:
    with running_app(tmp_path, store=str(example_store)) as server:
        status = stop(server.process)

    assert status == 0
    assert "Traceback" not in server.said()
    assert f"autotrain is at {server.url}" in server.said()
