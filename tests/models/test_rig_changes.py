"""What changes on a rig from one stage to another."""

import pytest

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.models import ParameterChange, describe_changes
from tests.models.conftest import Document, Load


def test_what_differs_is_told_as_the_rig_is_told_it(document: Document, load: Load) -> None:
    changes = describe_changes(load(document), "STAGE_1_WARMUP", "Stage 1")

    assert changes[-2:] == (
        ParameterChange(name="LeftValue_volume", title="Left reward size", unit="µL", before="4.0", after="2.0"),
        ParameterChange(name="warmup", title="Warmup master switch", unit="", before="on", after="off"),
    )
    assert [change.name for change in changes] == [
        "Unrewarded",
        "Ignored",
        "RightValue_volume",
        "LeftValue_volume",
        "warmup",
    ]


def test_a_switch_stays_a_switch(document: Document, load: Load) -> None:
    document["parameters"]["Stage 2"]["AutoReward"] = False

    (change,) = (
        change for change in describe_changes(load(document), "Stage 1", "Stage 2") if change.name == "AutoReward"
    )

    assert (change.before, change.after) == (True, False)


def test_nothing_changes_from_a_stage_to_itself_or_to_its_copy(document: Document, load: Load) -> None:
    curriculum = load(document)

    assert describe_changes(curriculum, "Stage 2", "Stage 2") == ()
    assert describe_changes(curriculum, "Stage final", "Graduated") == ()


def test_another_spelling_of_the_same_value_is_no_change(document: Document, load: Load) -> None:
    document["parameters"]["Stage 1"] |= {"BlockMin": 10.0, "ResponseTime": 5}
    document["parameters"]["Stage 1 w/warmup"] |= {"BlockMin": 10, "ResponseTime": 5.0}

    changed = {change.name for change in describe_changes(load(document), "Stage 1 w/warmup", "Stage 1")}

    assert changed & {"BlockMin", "ResponseTime"} == set()


def test_two_versions_are_compared(document: Document, load: Load) -> None:
    old = load(document)
    document["curriculum_version"] = "2.4"
    document["parameters"]["Stage 2"]["MaxTime"] = 90
    new = load(document, source="Coupled Baiting_curriculum_v2.4_schema_v1.0.json")

    (change,) = describe_changes(new, "Stage 2", "Stage 2", of=old)

    assert (change.name, change.unit, change.before, change.after) == ("MaxTime", "min", "75", "90")


def test_a_setting_that_one_task_lacks_is_none_there(document: Document, free: Document, load: Load) -> None:
    foraging, dummy = load(document), load(free, source="x")

    changes = {change.name: change for change in describe_changes(dummy, "Stage 2", "Free licking", of=foraging)}

    assert (changes["dummy_para_bool"].before, changes["dummy_para_bool"].after) == (None, False)
    assert (changes["BlockMin"].after, changes["BlockMin"].title) == (None, "Block length (min)")
    assert list(changes)[:2] == ["task", "task_schema_version"]


def test_a_setting_of_a_task_that_describes_none_of_it_is_called_by_its_name(document: Document, load: Load) -> None:
    document["parameters"]["Stage 1"]["task_url"] = "elsewhere"

    (change,) = (
        change for change in describe_changes(load(document), "Stage 1", "Stage 2") if change.name == "task_url"
    )

    assert change.title == "Task address"


@pytest.mark.parametrize(("before", "after"), [("Stage 9", "Stage 1"), ("Stage 1", "Stage 9")])
def test_a_stage_that_is_not_there_is_told(document: Document, load: Load, before: str, after: str) -> None:
    with pytest.raises(NotStoredError, match="has no stage 'Stage 9'"):
        describe_changes(load(document), before, after)


def test_settings_that_cannot_be_sent_are_compared_with_nothing(document: Document, load: Load) -> None:
    document["parameters"]["Stage 1"]["BlockMin"] = "many"

    with pytest.raises(DocumentError, match="BlockMin"):
        describe_changes(load(document), "Stage 1", "Stage 2")
