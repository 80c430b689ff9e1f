"""`autotrain override`, `session` and `comment`: what people do in the app, from a shell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from autotrain_core import services
from autotrain_core.cli import _mark, _override
from autotrain_core.models import MARK_REASONS, REASONS, Kind, State
from autotrain_core.store import FolderHome
from tests.cli.conftest import Run, parsed
from tests.services.nights import Nights
from tests.services.people import EVE, MOUSE, STAGES, Lab, ran

Typed = Callable[..., Result]
PROPOSAL = ("override", "propose", MOUSE, "--stage", "STAGE_1", "--reason", "bias", "--as", "ben@lab.org")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "lab").mkdir()
    return Lab(nights=Nights(home=FolderHome(tmp_path / "lab"), at=EVE))


@pytest.fixture
def typed(run: Run, lab: Lab, tmp_path: Path) -> Typed:
    def typed(*words: str, status: int = 0) -> Result:
        return run("--store", tmp_path / "lab", *words, status=status)

    return typed


def the_override(lab: Lab):
    (found,) = services.said(lab.store).overrides.values()
    return found


def test_what_may_be_typed_is_all_there_is() -> None:
    assert sorted(_override.KINDS) == sorted(Kind)
    assert tuple(REASONS) == _override.REASONS
    assert tuple(MARK_REASONS) == _mark.REASONS


def test_a_proposal_is_tried_made_approved_and_told_to_the_rigs(lab: Lab, typed: Typed) -> None:
    tried = typed(*PROPOSAL, "--dry-run")
    assert "700001: STAGE_1 for the next session, where the rules suggest STAGE_FINAL." in tried.stdout
    assert "It needs approval by the PI of 700001, Dr. Heron" in tried.stdout
    assert not services.said(lab.store).overrides

    made = parsed(typed(*PROPOSAL, "--json"))
    told = typed("override", "approve", made["id"], "--as", "heron@lab.org", "--comment", "fine")

    assert "The rigs are told (publication 2)." in told.stdout
    assert (the_override(lab).state, the_override(lab).by) == (State.PUBLISHED, "ben@lab.org")
    assert lab.latest()["next_stage_suggested"] == "STAGE_1"
    (listed,) = parsed(typed("override", "list", "--json"))
    assert (listed["now"], listed["history"][0]["comment"]) == ("published", "fine")
    assert typed("override", "list", "--waiting").stderr == "There are none.\n"


def test_who_may_not_and_who_is_late_is_told_in_a_sentence(lab: Lab, typed: Typed) -> None:
    made = parsed(typed(*PROPOSAL, "--json"))["id"]

    refused = typed("override", "approve", made, "--as", "crane@lab.org", status=3)
    again = typed(*PROPOSAL, status=1)
    typed("override", "return", made, "--as", "heron@lab.org", "--comment", "Since when?")
    gone = typed("override", "withdraw", made, "--as", "ben@lab.org", status=1)

    assert "Only the PI of 700001 may answer this: Dr. Heron." in refused.stderr
    assert "waits for an answer" in again.stderr
    assert "is returned by heron@lab.org; nothing more can happen to it" in gone.stderr


def test_a_session_is_left_out_and_counts_again(lab: Lab, typed: Typed) -> None:
    words = ("session", "exclude", MOUSE, "3", "--reason", "rig-fault")
    tried = typed(*words, "--dry-run")
    assert "Next stage by the rules: STAGE_FINAL -> STAGE_3" in tried.stdout
    assert services.marks_of(lab.store, MOUSE) == ()

    typed(*words)
    assert lab.latest()["session"] == 2
    back = typed("session", "include", MOUSE, "3")

    assert "session 3 of 700001 (2026-11-03) counts as before." in back.stdout
    assert lab.latest()["session"] == len(STAGES) == len(ran(*STAGES))


def test_a_remark_and_a_comment_are_kept(lab: Lab, typed: Typed) -> None:
    typed("session", "annotate", MOUSE, "2", "--reason", "other", "--text", "New spout")
    typed("comment", MOUSE, "Why so few trials?", "--session", "2")

    assert [one.reason_words for one in services.marks_of(lab.store, MOUSE)] == ["New spout"]
    assert [one.text for one in services.said(lab.store).comments.values()] == ["Why so few trials?"]
