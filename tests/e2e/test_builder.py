"""The builder in a real browser: a curriculum made wholly by hand decides as the one that it was copied from."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from autotrain_core import services
from autotrain_core.evaluation import decide
from autotrain_core.models import load_curriculum, task_from_json_schema
from autotrain_core.services import example_lab
from autotrain_core.store import open_store
from tests.e2e.building import Hands
from tests.e2e.drafts import kept
from tests.e2e.servers import Running, running_app

PROJECT = Path(__file__).parents[2]
SHIPPED = PROJECT / "curriculums" / "coupled-baiting-2.3" / "Coupled Baiting_curriculum_v2.3_schema_v1.0.json"
DESIGNER = "sorrel@example.org"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small example lab that this module may change."""
    folder = tmp_path_factory.mktemp("building")
    services.demo(6, 0, store=open_store(str(folder)), code="test")
    return folder


@pytest.fixture(scope="module")
def building(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app, with a designer at the computer."""
    with running_app(tmp_path_factory.mktemp("app"), store=str(store), person=DESIGNER) as started:
        yield started
        assert started.asked_outside() == []


def sessions_of_mice() -> pd.DataFrame:
    """The real mice where they are at hand, else those of an example lab."""
    reference = os.environ.get("AUTOTRAIN_REFERENCE")
    if reference:
        return pd.read_csv(Path(reference) / "data" / "janelia_sessions.csv", dtype={"subject_id": str})
    return example_lab(20, 0).sessions


def test_coupled_baiting_is_rebuilt_by_hand_and_published(building, store, visit):
    shipped = json.loads(SHIPPED.read_bytes())
    hands = Hands(visit(building, "builder", height=1400))

    hands.start("Coupled Baiting", version="2.4")
    hands.describe(shipped["curriculum_description"])
    stages = [stage for stage in shipped["parameters"] if stage != "Graduated"]
    hands.choose_stage(hands.screen.page.locator("[data-node]").first.get_attribute("data-node"))
    hands.name_stage(stages[0])
    for stage in stages[1:]:
        hands.add_stage(stage)
    hands.paste_settings(shipped)
    hands.build(shipped)
    hands.publish("2.4", "the same once more, made by hand", reason="to see that it can be done")

    place = store / "foraging_auto_training/saved_curriculums/Coupled Baiting_curriculum_v2.4_schema_v1.0.json"
    built = load_curriculum(place.read_bytes(), source=place.name)
    wanted = load_curriculum(SHIPPED.read_bytes())
    assert built.findings == ()
    assert replace(built, version="2.3", text="") == replace(wanted, text="")
    assert [stage.parameters for stage in built.stages] == [stage.parameters for stage in wanted.stages]
    sessions = sessions_of_mice()
    decided = [decide(sessions, each, open_loop=True).drop(columns="curriculum_version") for each in (built, wanted)]
    assert len(decided[0]) > 0
    pd.testing.assert_frame_equal(*decided)


TASK = {
    "title": "Wheel detection",
    "type": "object",
    "x-schema-name": "WheelTask",
    "x-version": "2",
    "x-metrics": [
        {"name": "trials", "title": "trials", "unit": "trials", "integer": True, "minimum": 0},
        {"name": "hit_rate", "title": "hit rate", "minimum": 0, "maximum": 1},
    ],
    "x-order": [["delay_min", "delay_max"]],
    "properties": {
        "contrast": {
            "type": "number",
            "title": "Contrast",
            "minimum": 0,
            "maximum": 1,
            "default": 1.0,
            "x-group": "Picture",
        },
        "delay_min": {
            "type": "number",
            "title": "Delay (min)",
            "minimum": 0,
            "default": 0.1,
            "x-unit": "s",
            "x-group": "Timing",
        },
        "delay_max": {
            "type": "number",
            "title": "Delay (max)",
            "minimum": 0,
            "default": 0.5,
            "x-unit": "s",
            "x-group": "Timing",
        },
        "repeats": {
            "type": "integer",
            "title": "Repeats",
            "minimum": 0,
            "default": 3,
            "x-unit": "trials",
            "x-group": "Timing",
        },
        "sound": {"type": "boolean", "title": "Sound", "default": True, "x-group": "Picture"},
        "side": {
            "type": "string",
            "enum": ["left", "right", "both"],
            "title": "Side",
            "default": "both",
            "x-group": "Picture",
        },
    },
}
WHEEL = {
    "curriculum_schema_name": "WheelTask",
    "curriculum_schema_version": "2.0",
    "curriculum_name": "Wheel",
    "curriculum_version": "1.0",
    "curriculum_description": "Wheel detection, from high contrast to low.",
    "parameters": {
        "Habituation <b>": {
            "contrast": 1.0,
            "delay_min": 0.1,
            "delay_max": 0.2,
            "repeats": 5,
            "sound": True,
            "side": "both",
        },
        "Élan & *full*": {
            "contrast": 0.5,
            "delay_min": 0.2,
            "delay_max": 0.4,
            "repeats": 3,
            "sound": True,
            "side": "left",
        },
        "Low contrast": {
            "contrast": 0.12,
            "delay_min": 0.3,
            "delay_max": 0.9,
            "repeats": 0,
            "sound": False,
            "side": "both",
        },
    },
    "curriculum": {
        "Habituation <b>": {
            "transition_rules": [
                {
                    "decision": "progress",
                    "to_stage": "Élan & *full*",
                    "condition": "lambda metrics:\n    sum(x >= 100 for x in metrics.trials[-5:]) >= 3",
                    "condition_description": "three of five",
                }
            ]
        },
        "Élan & *full*": {
            "transition_rules": [
                {
                    "decision": "progress",
                    "to_stage": "Low contrast",
                    "condition": "lambda metrics:\n    np.mean(metrics.at_stage.hit_rate[-3:]) > 0.8",
                },
                {
                    "decision": "rollback",
                    "to_stage": "Habituation <b>",
                    "condition": "lambda metrics:\n    metrics.hit_rate[-1] < 0.4 and metrics.session_at_current_stage >= 2",
                },
            ]
        },
        "Low contrast": {
            "transition_rules": [
                {
                    "decision": "stay",
                    "to_stage": "Low contrast",
                    "condition": "lambda metrics:\n    metrics.trials[-1] < 50",
                },
                {
                    "decision": "progress",
                    "to_stage": "Graduated",
                    "condition": "lambda metrics:\n    all(x > 0.75 for x in metrics.hit_rate[-4:])",
                },
            ]
        },
    },
}


def test_a_task_that_came_as_a_document_gets_its_curriculum_by_hand(building, store, visit):
    hands = Hands(visit(building, "builder", height=1400))

    hands.drop_files([("wheel.task.json", json.dumps(TASK).encode())])
    hands.screen.page.locator("[data-node]").first.wait_for()
    hands.name_curriculum("Wheel", "1.0")
    hands.describe(str(WHEEL["curriculum_description"]))
    stages = list(WHEEL["parameters"])
    hands.choose_stage(hands.screen.page.locator("[data-node]").first.get_attribute("data-node"))
    hands.name_stage(stages[0])
    for stage in stages[1:]:
        hands.add_stage(stage)
    tasks = {"WheelTask": task_from_json_schema(json.dumps(TASK).encode())}
    hands.paste_settings(WHEEL, tasks)
    hands.build(WHEEL)
    hands.publish("1.0", "by hand", reason="mice are to come back where they lick too little")

    place = store / "foraging_auto_training/saved_curriculums/Wheel_curriculum_v1.0_schema_v2.0.json"
    built = load_curriculum(place.read_bytes(), source=place.name, tasks=tasks)
    wanted = load_curriculum(json.dumps(WHEEL).encode(), tasks=tasks)
    assert built.errors == ()
    assert [stage.name for stage in built.stages] == [stage.name for stage in wanted.stages]
    for mine, theirs in zip(built.stages, wanted.stages, strict=True):
        assert mine.rules == theirs.rules
        assert {key: mine.parameters.get(key) for key in theirs.parameters} == dict(theirs.parameters)
    assert (place.parent / "WheelTask.task.json").exists()


def test_a_number_is_slid_with_the_keys_taken_over_and_taken_back(building, store, visit):
    lab = services.lab_view(open_store(str(store)), services.Settings(), at=datetime.now(UTC))
    shipped = next(each for each in lab.shelf.library if each.key == "Coupled Baiting@2.3")
    draft = kept(open_store(str(store)), services.from_curriculum(shipped))
    screen = visit(building, "builder", height=1400, draft=draft, stage="Stage 1", rule=1)
    page = screen.page
    condition = screen.keyed("builder-panel").get_by_text("Holds when finished trials at least 200 ")
    page.get_by_text("How much hangs on its numbers").click()
    page.get_by_text("None of").wait_for()

    slider = page.get_by_role("slider", name="Try another value for finished trials")
    slider.focus()
    slider.press("End")

    expect(page.get_by_text(re.compile("decisions? flips?, of [0-9]+ of [0-9]+ m"))).to_be_visible()
    screen.settle()
    assert screen.violations() == []
    page.get_by_role("button", name="Take this value").first.click()
    expect(condition).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(condition).to_be_visible()
