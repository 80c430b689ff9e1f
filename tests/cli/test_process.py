"""The program as a process: streams, encodings, pipes, and what it imports."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autotrain_core import __version__
from tests.cli.conftest import SESSIONS, Run
from tests.interop.documents import LADDER, document, write_document

START = "import sys; sys.argv[0] = 'autotrain'; from autotrain_core.cli import main; main()"


def process(*words: str | Path, folder: Path, **settings: str) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "PYTHONWARNINGS": "error", **settings}
    command = [sys.executable, "-c", START, *map(str, words)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, timeout=60)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A folder with sessions and a curriculum whose name no small console can write."""
    (tmp_path / "sessions.csv").write_text(SESSIONS.replace("Toy", "Läufer µ"), encoding="utf-8")
    write_document(tmp_path / "lab", document(LADDER, name="Läufer µ"))
    return tmp_path


def test_an_installed_program_decides(lab: Path) -> None:
    ran = process("decide", "--sessions", "sessions.csv", "--curricula", "lab", folder=lab)

    assert ran.returncode == 0
    assert ran.stdout.decode("utf-8").splitlines()[1].endswith("PROGRESS,B,True,Läufer µ,1")
    assert b"Decided 3 of 5 sessions, 2 mice." in ran.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_a_console_without_utf_8_stops_nothing_and_the_data_stay_utf_8(lab: Path, encoding: str) -> None:
    decided = process(
        "decide", "--sessions", "sessions.csv", "--curricula", "lab", folder=lab, PYTHONIOENCODING=encoding
    )
    shown = process("curriculum", "show", "Läufer µ@1", "--curricula", "lab", folder=lab, PYTHONIOENCODING=encoding)

    assert (decided.returncode, shown.returncode) == (0, 0)
    assert "Läufer µ".encode() in decided.stdout
    assert b"Traceback" not in decided.stderr + shown.stderr


def test_an_expected_error_is_one_sentence_and_a_status(lab: Path) -> None:
    ran = process("decide", "--sessions", "nowhere.csv", folder=lab)

    assert ran.returncode == 3
    assert ran.stderr.decode().startswith("Error: There is no file nowhere.csv.")
    assert ran.stdout == b""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    rows = "".join(f"{mouse},1,500,0.7\n" for mouse in range(20_000))
    (tmp_path / "many.csv").write_text(f"subject_id,session,finished_trials,foraging_efficiency\n{rows}")
    command = [sys.executable, "-c", START, "decide", "--sessions", "many.csv", "--curriculum", "Coupled Baiting@2.3"]

    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        ran.stdout.readline()
        ran.stdout.close()
        told = ran.stderr.read()
        status = ran.wait(timeout=60)

    assert status == 0, told
    assert b"Broken" not in told
    assert b"Traceback" not in told


@pytest.mark.skipif(os.name == "nt" or not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_full_disk_behind_stdout_is_the_stores_affair(lab: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-c", START, "decide", "--sessions", "sessions.csv", "--curricula", "lab"],
            cwd=lab,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )

    assert ran.returncode == 3
    assert b"No space left" in ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize(("width", "titles"), [(200, 7), (80, 6)])
def test_in_a_terminal_progress_is_shown_and_a_narrow_board_does_without_the_curriculum(
    tmp_path: Path, width: int, titles: int
) -> None:
    import pty

    outside, inside = pty.openpty()
    settings = {**os.environ, "COLUMNS": str(width), "LINES": "50", "TERM": "xterm"}
    command = [sys.executable, "-c", START, "demo", "--mice", "2"]

    with subprocess.Popen(command, cwd=tmp_path, env=settings, stdout=inside, stderr=inside) as ran:
        os.close(inside)
        shown = b""
        with contextlib.suppress(OSError):  # how Linux says that nobody is at the other end any more
            while part := os.read(outside, 65536):
                shown += part
    os.close(outside)

    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode("utf-8"))
    head = next(line for line in re.split(r"[\r\n]+", text) if "decision" in line and "mouse" in line)
    assert ran.returncode == 0
    assert len(head[head.index("mouse") :].split()) == titles
    assert "Training and deciding" in text


def test_help_loads_neither_tables_nor_terminal_pictures() -> None:
    program = (
        "import sys\nsys.argv = ['autotrain', '--help']\nfrom autotrain_core.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('pandas', 'numpy', 'pyarrow', 'pydantic', 'rich') if name in sys.modules])"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_name_cannot_command_the_terminal(run: Run, tmp_path: Path) -> None:
    path = write_document(tmp_path, document(LADDER, curriculum_description="\x1b[2Jgone\u202e"), file="bad.json")
    (tmp_path / "sessions.csv").write_text("subject_id,session,trials,efficiency\n\x1b[31mred,1,,\n")

    shown = run("curriculum", "show", path)
    decided = run("decide", "--sessions", "sessions.csv", "--curriculum", path)

    assert "\\x1b[2Jgone\\u202e" in shown.stdout
    assert "\\x1b[31mred, session 1" in decided.stderr
    assert "\x1b" not in shown.output + decided.stderr


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout == f"autotrain {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [(), *((name,) for name in ("decide", "explain", "statistics", "lab", "demo", "curriculum"))]
    + [("curriculum", name) for name in ("check", "show", "list")],
)
def test_every_command_helps(run: Run, words: tuple[str, ...]) -> None:
    out = run(*words, "--help").stdout

    assert out.startswith("Usage: ")
    assert "--help" in out


def test_the_statuses_stand_in_the_help(run: Run) -> None:
    out = " ".join(run("--help").stdout.split())

    assert "Exit status: 0 good" in out
    assert "3 the store" in out


def test_a_command_that_is_none_is_a_wrong_command_line(run: Run) -> None:
    assert "No such command 'decode'" in run("decode", status=2).stderr


def test_an_interrupted_program_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autotrain_core.services.demo", interrupt)

    assert "Stopped." in run("demo", status=130).stderr


def test_too_little_memory_is_said_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("autotrain_core.services.demo", exhaust)

    assert "too little memory" in run("demo", status=1).stderr
