"""The environments of today's readers are made from lists that are locked, and made once."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.interop.published import ENVIRONMENTS, PROJECT, Reader

LISTS = sorted((Path(__file__).parent / "readers").glob("*.txt"))


def run(*given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROJECT / "scripts" / "readers", *given], capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_requirement_has_its_hashes_and_none_an_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=[a-z])", text)[1:]

    assert len(requirements) >= 5
    assert all("--hash=sha256:" in each for each in requirements)
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_holds_what_was_asked_for(path: Path) -> None:
    asked = re.findall(r"^(\w+)==(\S+)$", path.with_suffix(".in").read_text(encoding="utf-8"), re.MULTILINE)

    assert asked
    for name, version in asked:
        assert f"\n{name}=={version} " in path.read_text(encoding="utf-8")


def test_an_environment_that_stands_is_left_alone(reader: Reader) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in ENVIRONMENTS.iterdir()}

    at_once = [subprocess.Popen([PROJECT / "scripts" / "readers"], stdout=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate()[0] for process in at_once]

    assert said == [b"", b""]
    assert [process.returncode for process in at_once] == [0, 0]
    assert {path.name: path.stat().st_mtime_ns for path in ENVIRONMENTS.iterdir()} == before


def test_a_word_that_it_does_not_know_is_a_usage_error() -> None:
    ran = run("--help-me")

    assert ran.returncode == 2
    assert "usage: scripts/readers [--lock]" in ran.stderr
