"""Stages whose rules are meant to decide every history: a mark that is written only where it is set."""

import pytest

from autotrain_core.editing import DuplicateStage, SetExhaustive, apply
from autotrain_core.errors import EditError
from tests.editing.drawn import draft, shipped


def test_a_stage_is_marked_as_exhaustive_and_what_needs_no_key_gets_none() -> None:
    before = draft()

    marked = apply(before, SetExhaustive("Free", value=True))

    assert marked.document["curriculum"]["Free"]["exhaustive"] is True
    assert marked.curriculum().stage("Free").exhaustive
    assert apply(marked, SetExhaustive("Free", value=True)) is marked
    assert apply(marked, SetExhaustive("Free", value=False)) == before
    assert apply(before, SetExhaustive("Free", value=False)) is before


def test_a_copy_of_an_exhaustive_stage_is_exhaustive_too() -> None:
    marked = apply(draft(), SetExhaustive("Free", value=True))

    copied = apply(marked, DuplicateStage("Free", "New"))

    assert copied.document["curriculum"]["New"]["exhaustive"] is True


def test_a_stage_without_rules_cannot_be_exhaustive() -> None:
    with pytest.raises(EditError, match="add a rule first"):
        apply(draft(shipped()), SetExhaustive("Graduated", value=True))
