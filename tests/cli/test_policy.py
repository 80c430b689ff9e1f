"""`autotrain policy`: the rules for overrides, one by one, from a shell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from autotrain_core.cli._policy import APPROVERS, CHANGES
from autotrain_core.models import Approver, ChangeKind, OverridePolicy
from tests.cli.conftest import Run, parsed

Typed = Callable[..., Result]


@pytest.fixture
def policy(run: Run, tmp_path: Path) -> Typed:
    """Type a command on the policy of one store."""
    (tmp_path / "lab").mkdir()

    def typed(*words: str, status: int = 0) -> Result:
        return run("--store", tmp_path / "lab", "policy", *words, status=status)

    return typed


def test_the_words_that_may_be_typed_are_those_of_the_policy() -> None:
    assert tuple(ChangeKind) == CHANGES
    assert tuple(one.name.lower() for one in Approver) == APPROVERS


def test_the_policy_is_shown_in_sentences(policy: Typed) -> None:
    shown = policy("show").stdout

    assert all(sentence in shown for sentence in OverridePolicy().sentences())


def test_single_rules_are_changed_and_the_rest_stays(policy: Typed) -> None:
    rules = ("--free", "hold=PI", "--free", "off=Trainer, pi", "--most-sessions", "3", "--approver", "any", "--own")

    shown = policy("set", *rules).stdout

    assert "Holding at a stage needs a PI unless a PI does it." in shown
    found = parsed(policy("show", "--json"))
    assert found["publishing"] == {"review": "never"}
    now = OverridePolicy.model_validate(found["overrides"])
    assert now == OverridePolicy(hold=["PI"], off=["trainer", "PI"], most_sessions=3, approver=Approver.ANY, own=True)


def test_no_role_means_that_everybody_needs_approval(policy: Typed) -> None:
    policy("set", "--free", "hold=")

    assert parsed(policy("show", "--json"))["overrides"]["hold"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say what is to change"),
        (("--free", "jump=PI"), "there is no change 'jump'"),
        (("--free", "hold"), "--free takes CHANGE=ROLE,ROLE"),
        (("--free", "hold=cook"), "No role is called cook"),
        (("--most-sessions", "100000"), "most_sessions"),
    ],
)
def test_what_makes_no_sense_is_refused(policy: Typed, words: tuple[str, ...], said: str) -> None:
    assert said in policy("set", *words, status=2).stderr
    assert parsed(policy("show", "--json"))["overrides"]["most_sessions"] == 5
