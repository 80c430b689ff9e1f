"""A task from a package of its own: installed, loaded, decided, explained."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

PACKAGE = '''
"""A task on a wheel."""

from pydantic import Field

from autotrain_core.models import Task, TaskParameters
from autotrain_core.rules import Metric


class Wheel(TaskParameters):
    """Run on a wheel."""

    distance: float = Field(default=1.0, title="Distance", ge=0)


WHEEL = Task(
    name="Wheel",
    schema_name="WheelCurriculum",
    parameters=Wheel,
    metrics=(Metric(name="turns", title="turns", unit="turns", integer=True, minimum=0),),
)
'''
DOCUMENT = {
    "curriculum_schema_name": "WheelCurriculum",
    "curriculum_schema_version": "2.0",
    "curriculum_name": "Wheel running",
    "curriculum_version": "1",
    "curriculum_description": "",
    "parameters": {"Crawl": {"distance": 1.0}, "Run": {"distance": 5.0}},
    "curriculum": {
        "Crawl": {
            "from_stage": "Crawl",
            "transition_rules": [
                {
                    "decision": "progress",
                    "to_stage": "Run",
                    "condition": "lambda metrics: np.mean(metrics.turns[-2:]) >= 10",
                    "condition_description": "",
                }
            ],
        },
        "Run": {"from_stage": "Run", "transition_rules": []},
    },
}
SCRIPT = """
import io, json, sys
import pandas as pd
import autotrain_core as at

followed = at.load_curriculum(open(sys.argv[1], "rb").read())
table = pd.DataFrame({"subject_id": ["w"] * 3, "session": [1, 2, 3], "turns": [4, 20, 1]})
decisions = at.decide(table, followed)
why = at.explain(table, followed, subject_id="w", session=2)
print(json.dumps([[str(finding) for finding in at.check(followed)], decisions["current_stage_actual"].tolist(), why.sentence]))
"""


def test_a_task_from_an_installed_package_trains_end_to_end(tmp_path: Path):
    installed = tmp_path / "site"
    information = installed / "wheel_task-1.0.dist-info"
    information.mkdir(parents=True)
    (installed / "wheel_task.py").write_text(textwrap.dedent(PACKAGE))
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: wheel-task\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[autotrain.tasks]\nwheel = wheel_task:WHEEL\n")
    document = tmp_path / "wheel.json"
    document.write_text(json.dumps(DOCUMENT))
    script = f"import sys; sys.path.insert(0, {str(installed)!r})\n{SCRIPT}"

    done = subprocess.run([sys.executable, "-c", script, str(document)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    findings, stages, sentence = json.loads(done.stdout)
    assert findings == []
    assert stages == ["Crawl", "Crawl", "Run"]
    assert sentence == "mean of the last 2 turns at least 10: goes on to Run"
