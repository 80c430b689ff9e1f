"""Tasks of other packages."""

import json
import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from autotrain_core.models import DUMMY, DYNAMIC_FORAGING, tasks
from autotrain_core.models._registry import GROUP, collect

PLUGIN = Path(__file__).parent / "maze_plugin"
_PROGRAM = """
import json, sys, warnings
from autotrain_core.models import load_curriculum, rig_parameters, tasks
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    names = list(tasks())
source = sys.argv[1]
body = open(source, "rb").read()
curriculum = load_curriculum(body, source=source)
body = body.replace(b'"laps_at_most": 60', b'"laps_at_most": 600').replace(b"laps[-1] >= 15", b"lap[-1] > 1")
spoiled = load_curriculum(body)
json.dump({
    "names": names,
    "warnings": [[one.category.__name__, str(one.message)] for one in caught],
    "task": curriculum.task.name,
    "findings": [str(finding) for finding in curriculum.findings],
    "spoiled": [finding.as_json() for finding in spoiled.findings],
    "rig": rig_parameters(curriculum, "Long"),
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, Any]:
    """What a program sees that has the plugin on its path."""
    source = PLUGIN / "Maze running_curriculum_v1_schema_v2.0.json"
    path = os.pathsep.join([str(PLUGIN), str(PLUGIN.parents[2])])
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(source)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def test_an_installed_package_brings_its_task(elsewhere: dict[str, Any]) -> None:
    assert elsewhere["names"] == ["DynamicForagingCurriculum", "DummyTaskCurriculum", "MazeCurriculum"]
    assert elsewhere["task"] == "Maze"


def test_a_curriculum_on_the_task_of_another_package_has_no_faults(elsewhere: dict[str, Any]) -> None:
    assert elsewhere["findings"] == []


def test_the_parameters_and_metrics_of_another_package_are_checked(elsewhere: dict[str, Any]) -> None:
    conflict, condition = elsewhere["spoiled"]

    assert (conflict["kind"], conflict["stage"]) == ("parameter-conflict", "Long")
    assert conflict["sentence"].startswith("the mouse would run more than 1 km")
    assert (condition["kind"], condition["stage"], condition["rule"]) == ("condition", "Short", 1)
    assert condition["sentence"].startswith("no metric is called 'lap'")
    assert condition["sentence"].endswith("^ did you mean 'laps'?")


def test_a_rig_gets_what_a_foreign_model_does_not_know_of(elsewhere: dict[str, Any]) -> None:
    assert elsewhere["rig"] == {
        "training_stage": "Long",
        "task": "Maze",
        "task_url": "",
        "task_schema_version": "3",
        "description": "All the way.",
        "corridor": "2.0",
        "laps_at_most": "60",
        "sound": True,
    }


def test_broken_plugins_are_left_out_with_a_warning_each(elsewhere: dict[str, Any]) -> None:
    assert {category for category, _ in elsewhere["warnings"]} == {"RuntimeWarning"}
    sentences = [sentence for _, sentence in elsewhere["warnings"]]
    assert sentences == [
        "the task 'a-failing' (failing_task:TASK) is left out: ImportError: no driver",
        "the task 'b-quitting' (quitting_task:TASK) is left out: SystemExit: no licence",
        "the task 'c-absent' (maze_task:NOWHERE) is left out: "
        "AttributeError: module 'maze_task' has no attribute 'NOWHERE'",
        "the task 'd-no-task' (broken_tasks:NO_TASK) is left out: it is no autotrain_core.models.Task but of type dict",
        "the task 'e-opaque' (broken_tasks:OPAQUE) is left out: TypeError: a callback has no schema",
        "the task 'zz-twice' (broken_tasks:TWICE) is left out: there is another task 'MazeCurriculum', Maze",
    ]


@pytest.mark.parametrize(
    ("point", "why"),
    [
        ("failing_task:TASK", "ImportError: no driver"),
        ("quitting_task:TASK", "SystemExit: no licence"),
        ("broken_tasks:NO_TASK", "it is no autotrain_core.models.Task but of type dict"),
        ("broken_tasks:OPAQUE", "TypeError: a callback has no schema"),
    ],
)
def test_a_broken_plugin_does_not_keep_the_next_one_away(point: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(PLUGIN)
    points = [EntryPoint("z", "maze_task:MAZE", GROUP), EntryPoint("a", point, GROUP)]

    with pytest.warns(RuntimeWarning, match=rf"^the task 'a' \({point}\) is left out: {why}$") as caught:
        found = collect(points)

    assert len(caught) == 1
    assert found["MazeCurriculum"].name == "Maze"
    assert list(found) == ["DynamicForagingCurriculum", "DummyTaskCurriculum", "MazeCurriculum"]


def test_without_plugins_there_are_the_two_tasks_that_ship() -> None:
    assert collect([]) == {"DynamicForagingCurriculum": DYNAMIC_FORAGING, "DummyTaskCurriculum": DUMMY}


def test_tasks_are_looked_up_once() -> None:
    assert tasks() is tasks()
    with pytest.raises(TypeError):
        tasks()["Mine"] = DUMMY  # type: ignore[index]


def test_no_package_can_replace_a_task_that_ships() -> None:
    point = EntryPoint("mine", "autotrain_core.models:DUMMY", GROUP)

    with pytest.warns(RuntimeWarning, match="there is another task 'DummyTaskCurriculum', Dummy task"):
        found = collect([point])

    assert len(found) == 2
