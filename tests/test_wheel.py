"""Whoever has only pip gets the whole program: the wheel works in an empty folder, far from any checkout."""

import json
import os
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

PROJECT = Path(__file__).parents[1]

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive and the wheel that was made from it."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(PROJECT)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("autotrain-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel, and sees this environment's packages but not this checkout."""
    folder = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(folder, with_pip=False)
    python = programs(folder) / "python"
    options = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr

    # A folder named in a .pth file is searched, but its own .pth files are not read: the editable install of
    # this checkout stays out of sight.
    site = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Run a program of the new environment in an empty folder."""

    def start(words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}
        environment = {**kept, "COLUMNS": "140", "HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
        command = [str(programs(installed) / words[0]), *words[1:]]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )

    return start


def programs(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def test_the_wheel_carries_the_core_the_app_and_the_curricula_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())

    app = {name for name in names if name.startswith("autotrain_app/")}
    assert {
        "autotrain_app/app.py",
        "autotrain_app/serve.py",
        "autotrain_app/.streamlit/config.toml",
        "autotrain_core/py.typed",
    } <= names
    for folder in ("pages", "curriculums"):
        kept = {
            f"autotrain_app/{path.relative_to(PROJECT).as_posix()}"
            for path in (PROJECT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert kept
        assert kept == {name for name in app if name.startswith(f"autotrain_app/{folder}/")}
    assert {name.split("/")[0] for name in names} == {
        "autotrain_app",
        "autotrain_core",
        "autotrain_ui",
        next(name.split("/")[0] for name in names if name.endswith("/METADATA")),
    }
    assert not [name for name in names if "__pycache__" in name or "secrets" in name]


def test_the_source_archive_holds_every_file_of_the_project(built: Path, kept_files: list[Path]) -> None:
    with tarfile.open(next(built.glob("autotrain-*.tar.gz"))) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}

    kept = {path.relative_to(PROJECT).as_posix() for path in kept_files}

    assert kept - held == set()


def test_the_installed_package_finds_its_own_files(run: Run, installed: Path) -> None:
    program = (
        "import autotrain_core, json; from autotrain_core._places import app_file, shipped_curricula;"
        "print(json.dumps([autotrain_core.__file__, str(app_file()), str(shipped_curricula())]))"
    )

    ran = run(["python", "-c", program])

    assert ran.returncode == 0, ran.stderr
    places = [Path(place) for place in json.loads(ran.stdout)]
    assert all(installed in place.parents and place.exists() for place in places)


def test_the_installed_demo_shows_as_many_mice_as_asked_and_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    shown = run(["autotrain", "demo", "--mice", "3", "--seed", "1"])
    read = run(["autotrain", "demo", "--mice", "3", "--seed", "1", "--json"])

    assert (shown.returncode, read.returncode) == (0, 0), shown.stderr + read.stderr
    mice = [row["subject_id"] for row in json.loads(read.stdout)["board"]]
    assert len(mice) == 3
    assert all(mouse in shown.stdout for mouse in mice)
    assert list(tmp_path.iterdir()) == []


def test_the_installed_program_lists_the_curricula_that_ship_with_it(run: Run) -> None:
    ran = run(["autotrain", "curriculum", "list"])

    assert ran.returncode == 0, ran.stderr
    for name in ("Coupled Baiting", "Uncoupled Baiting", "Uncoupled Without Baiting"):
        assert name in ran.stdout


def test_the_installed_app_draws_its_first_page(run: Run) -> None:
    program = (
        "import os; os.environ['AUTOTRAIN_PERSON'] = 'you@example.org';"
        "from autotrain_core._places import app_file; from streamlit.testing.v1 import AppTest;"
        "at = AppTest.from_file(app_file(), default_timeout=60).run();"
        "print(at.exception, [title.value for title in at.title])"
    )

    ran = run(["python", "-c", program])

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("ElementList() ['Today']"), ran.stdout


def test_the_installed_app_is_served(installed: Path, tmp_path: Path) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}
    command = [str(programs(installed) / "autotrain"), "app", "--port", str(port), "--no-browser"]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, cwd=tmp_path, env={**kept, "HOME": str(tmp_path)}, stdout=log, stderr=log) as server,
    ):
        try:
            answer = answer_of(f"http://127.0.0.1:{port}/readyz", server)
        finally:
            server.terminate()

    assert json.loads(answer) == {"ready": True}, (tmp_path / "log").read_text(encoding="utf-8")


def answer_of(url: str, server: "subprocess.Popen[bytes]") -> bytes:
    """What is answered as soon as somebody answers."""
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            with urlopen(url, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    return b"null"
