"""`autotrain record show` and `export`: what fits, on the screen and in a file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import Run, parsed

Typed = Callable[..., Result]


@pytest.fixture
def record(run: Run, tmp_path: Path) -> Typed:
    """Type a command on the record of a store, in which two members were made and a policy was set."""
    (tmp_path / "lab").mkdir()
    run("--store", "lab", "members", "set", "ada@lab.org", "--role", "admin")
    run("--store", "lab", "members", "set", "ben@lab.org", "--role", "trainer")
    run("--store", "lab", "policy", "set", "--review", "always")

    def typed(*words: str | Path, status: int = 0) -> Result:
        return run("--store", "lab", "record", *words, status=status)

    return typed


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--kind", "policy"), [3]),
        (("--kind", "policy", "--kind", "members"), [1, 2, 3]),
        (("--search", "BEN trainer"), [2]),
        (("--by", "nobody"), []),
        (("--subject", "7"), []),
        (("--since", "2100-01-01"), []),
        (("--since", "2000-01-01", "--until", "2100-01-01", "--last", "1"), [3]),
    ],
)
def test_what_fits_is_shown(record: Typed, words: tuple[str, ...], numbers: list[int]) -> None:
    assert [entry["number"] for entry in parsed(record("show", "--json", *words))] == numbers


def test_what_fits_is_written_into_a_file(record: Typed) -> None:
    assert record("export", "all.csv").stdout == "all.csv: 3 of 3\n"
    assert Path("all.csv").read_text(encoding="utf-8").count("\n") == 4

    record("export", "one.json", "--kind", "policy")
    (told,) = json.loads(Path("one.json").read_bytes())
    assert told["facts"]["publishing"] == {"review": "always"}


def test_a_file_of_another_kind_is_refused(record: Typed) -> None:
    assert "has to end in" in record("export", "all.xlsx", status=2).stderr
