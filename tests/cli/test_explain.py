"""`autotrain explain`: one decision, part by part, as text or JSON."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, parsed
from tests.interop.documents import LADDER, document, write_document


@pytest.fixture
def asked(sessions: Path, tmp_path: Path) -> tuple[str | Path, ...]:
    write_document(tmp_path / "lab", document(LADDER))
    return ("explain", "--sessions", sessions, "--curricula", tmp_path / "lab")


def test_an_explanation_shows_rule_value_threshold_and_margin(run: Run, asked: tuple[str | Path, ...]) -> None:
    result = run(*asked, "--subject", "m2", "--session", 1)

    assert "Mouse m2, session 1, Toy@1" in result.stdout
    assert "✗ trials at least 100  [80 >= 100, margin -20]" in result.stdout
    assert result.stderr == ""


def test_an_explanation_in_json_holds_the_same(run: Run, asked: tuple[str | Path, ...]) -> None:
    found = parsed(run(*asked, "--subject", "m2", "--session", 1, "--json"))

    assert (found["subject_id"], found["session"], found["decision"], found["next_stage"]) == ("m2", 1, "STAY", "A")
    part = found["rules"][0]["part"]["parts"][0]
    assert (part["value"], part["threshold"], part["margin"], part["holds"]) == (80, 100, -20, False)


@pytest.mark.parametrize(
    ("subject", "session", "sentence"),
    [
        ("m9", "1", "holds no mouse m9"),
        ("m1", "7", "Mouse m1 has no session 7; its sessions are 1, 2"),
        ("m2", "2", "Session 2 of mouse m2 was not decided: no value in any of"),
    ],
)
def test_a_session_that_is_not_there_is_the_stores_affair(
    run: Run, asked: tuple[str | Path, ...], subject: str, session: str, sentence: str
) -> None:
    result = run(*asked, "--subject", subject, "--session", session, status=3)

    assert sentence in result.stderr


def test_a_table_without_mice_is_wrong_as_a_whole(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")

    result = run(
        *("explain", "--sessions", "other.csv", "--curriculum", "Coupled Baiting@2.3"),
        *("--subject", "m1", "--session", 1),
        status=1,
    )

    assert "other.csv has no column 'subject_id', 'session'" in result.stderr


def test_a_session_number_is_a_number(run: Run, asked: tuple[str | Path, ...]) -> None:
    result = run(*asked, "--subject", "m1", "--session", "first", status=2)

    assert "'first' is not a valid integer" in result.stderr
