"""The version that is proposed for what changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.editing import (
    AddStage,
    ChangeRule,
    DeclareMetric,
    Draft,
    MoveStage,
    SetDescription,
    SetIdentity,
    SetOnMissing,
    SetParameters,
    SetSchema,
    SetStageNote,
    apply,
    next_version,
)
from autotrain_core.models import Curriculum, faults_of_name
from autotrain_core.rules import Metric
from tests.editing.drawn import draft, free, shipped
from tests.searching import search


def proposed(version: str, *edits, taken=(), make=free) -> tuple[str, str]:
    before = apply(draft(make()), SetIdentity("Licking", version))
    after = before
    for edit in edits:
        after = apply(after, edit)
    return next_version(read(before), read(after), taken)


def read(one: Draft) -> Curriculum:
    return one.curriculum()


RULE = ChangeRule("Free", 0, condition="lambda metrics: metrics.session_total >= 7")
SETTING = SetParameters((("Calm", "dummy_para_float", 7),))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (RULE, ("2.4", "2.4: the rules changed")),
        (AddStage("New"), ("2.4", "2.4: the stages changed")),
        (MoveStage("Free", 0), ("2.4", "2.4: the order of the stages changed")),
        (SetOnMissing("stay"), ("2.4", "2.4: what the rules speak of changed")),
        (DeclareMetric(Metric(name="x", title="x")), ("2.4", "2.4: what the rules speak of changed")),
        (SETTING, ("2.3.1", "2.3.1: only settings changed")),
        (SetStageNote("Calm", "new"), ("2.3.1", "2.3.1: only texts changed")),
        (SetDescription("new"), ("2.3.1", "2.3.1: only texts changed")),
        (ChangeRule("Free", 0, description="new"), ("2.3.1", "2.3.1: only texts changed")),
        (
            ChangeRule("Free", 0, condition="lambda metrics: metrics.dummy_metric_int[-1]>=5"),
            ("2.3.1", "2.3.1: only texts changed"),
        ),
        (SetIdentity("Licking", "9"), ("2.3.1", "2.3.1: nothing changed")),
    ],
)
def test_the_next_version_follows_from_what_changed(edit, expected: tuple[str, str]) -> None:
    assert proposed("2.3", edit) == expected


def test_another_format_or_task_is_a_weighty_change() -> None:
    other = {**free(), "curriculum_schema_name": "Maze"}

    assert proposed("2.3", SetSchema("2.0"), make=shipped)[1] == "2.4: another format of the document"
    assert next_version(read(draft()), read(draft(other)), ())[1] == "1.1: another task"


@pytest.mark.parametrize(
    ("version", "weighty", "light"),
    [
        ("2.3", "2.4", "2.3.1"),
        ("2.3.1", "2.4", "2.3.2"),
        ("2.3.1.7", "2.4", "2.3.2"),
        ("2", "2.1", "2.0.1"),
        ("2.3rwdDelay159", "2.4rwdDelay159", "2.3.1rwdDelay159"),
        ("2.3.1rwdDelay159", "2.4rwdDelay159", "2.3.2rwdDelay159"),
        ("v2.3", "v2.4", "v2.3.1"),
        ("2.09", "2.10", "2.09.1"),
        ("pilot", "pilot-2", "pilot-2"),
        ("é" * 30, f"{'é' * 29}-2", f"{'é' * 29}-2"),
        ("", "2", "2"),
        ("9" * 60, f"{'9' * 58}-2", f"{'9' * 58}-2"),
        (f"2.3{'x' * 57}", f"2.4{'x' * 57}", f"2.3{'x' * 55}-2"),
    ],
)
def test_versions_of_every_kind_grow_sensibly(version: str, weighty: str, light: str) -> None:
    assert proposed(version, RULE)[0] == weighty
    assert proposed(version, SETTING)[0] == light


def test_a_version_that_is_taken_is_not_proposed_in_any_spelling() -> None:
    assert proposed("2.3", RULE, taken=["2.4", "2.5"])[0] == "2.6"
    assert proposed("2.3Rwd", RULE, taken=["2.4RWD"])[0] == "2.5Rwd"


def test_a_version_that_is_as_long_as_it_may_be_counts_on() -> None:
    taken = [f"{'9' * 58}-2", f"{'9' * 58}-3"]

    assert proposed("9" * 60, RULE, taken=taken)[0] == f"{'9' * 58}-4"


@search(200)
@given(version=st.text(max_size=30), taken=st.lists(st.sampled_from(["1.1", "1.0.1", "pilot-2"])), light=st.booleans())
def test_what_is_proposed_is_free_and_a_name_where_the_version_was_one(version, taken, light) -> None:
    before = {**free(), "curriculum_version": version.encode("utf-8", "ignore").decode()}

    found, _ = next_version(read(draft(before)), read(apply(draft(before), SETTING if light else RULE)), taken)

    assert found not in (*taken, version)
    if not list(faults_of_name(before["curriculum_version"], 60)):
        assert not list(faults_of_name(found, 60))
