"""What today's rigs do with settings: skipped where a widget is gone or disabled."""

import json
from pathlib import Path
from typing import Any

import pytest

from autotrain_core.analysis import read_rig_contract, rig_skips, shipped_rig_contract
from autotrain_core.errors import DocumentError
from autotrain_core.models import Severity
from tests.analysis.documents import documents_of_today, read, stage_with
from tests.editing.drawn import free, shipped

OWN: dict[str, Any] = {
    "rig_contract_format": "1",
    "rig": "spout rig",
    "version": "3",
    "curriculum_schema_name": "DummyTaskCurriculum",
    "source": "a test",
    "missing_widgets": [],
    "disabled_widgets": [{"parameters": ["dummy_para_bool"], "when": {}, "why": "always"}],
    "says_nothing": [0],
}


def test_every_foraging_document_of_today_is_told_once_that_stop_ignores_is_skipped(reference: Path) -> None:
    for name, curriculum in documents_of_today(reference).items():
        found = [one for one in rig_skips(curriculum) if one.parameter == "StopIgnores"]

        assert len(found) == (not name.startswith("Dummy"))


def test_a_skipped_setting_is_told_with_its_values_and_the_rig() -> None:
    found = rig_skips(read(shipped()))[0]

    assert (found.kind, found.severity, found.stage) == ("rig-skips-parameter", Severity.INFO, "")
    assert found.sentence.startswith(
        "the dynamic foraging rig (2026-08) skips StopIgnores (20000, 25) in all stages: the rig has no such widget"
    )
    assert found.witness["rig"] == "dynamic foraging rig (2026-08)"
    assert (found.witness["parameter"], found.witness["value"]) == ("StopIgnores", 20000)
    assert found.witness["values"]["StopIgnores"]["Stage 2"] == 25
    assert json.dumps(found.as_json())


def test_disabled_widgets_are_told_where_they_are_disabled_and_ask_for_something() -> None:
    found = {one.parameter: one for one in rig_skips(read(shipped()))}

    assert list(found) == ["StopIgnores", "SwitchThr"]
    assert found["SwitchThr"].stage == "Stage final"
    assert "SwitchThr (0.6), PointsInARow (5) in Stage final" in found["SwitchThr"].sentence


@pytest.mark.parametrize(
    ("settings", "skipped"),
    [
        ({"UncoupledReward": "0.1,0.5"}, {"UncoupledReward"}),
        ({"task": "Uncoupled Baiting"}, {"BaseRewardSum"}),
        ({"task": "Uncoupled Baiting", "UncoupledReward": "0.1,0.5", "BaseRewardSum": 0}, {"RewardFamily"}),
        ({"ITIIncrease": 0.5}, {"ITIIncrease"}),
        ({"ITIIncrease": 0.0}, set()),
    ],
)
def test_which_settings_are_skipped_depends_on_the_task(settings: dict[str, Any], skipped: set[str]) -> None:
    usual = {"StopIgnores", "SwitchThr"}

    assert {one.parameter for one in rig_skips(stage_with("", **settings))} - usual == skipped


def test_another_rig_has_another_contract() -> None:
    contract = read_rig_contract(json.dumps(OWN).encode())

    (found,) = rig_skips(read(free()), contract)

    assert found.sentence == "the spout rig (3) skips dummy_para_bool (true, false) in all stages: always"
    assert rig_skips(read(shipped()), contract) == ()


def test_the_shipped_contract_says_where_it_is_from() -> None:
    assert shipped_rig_contract().source
    assert shipped_rig_contract() is shipped_rig_contract()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rig_contract_format": "2"}, "rig_contract_format"),
        ({"widgets": []}, "widgets"),
        ({"disabled_widgets": [{"parameters": "all"}]}, "disabled_widgets.0.parameters"),
    ],
)
def test_what_is_no_contract_is_refused_with_the_place(change: dict[str, Any], told: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_rig_contract(json.dumps({**OWN, **change}).encode(), "our rig")

    assert str(caught.value).startswith("our rig is no rig contract: ")
    assert told in str(caught.value)
