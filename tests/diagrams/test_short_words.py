"""A condition in few words."""

import pytest

from autotrain_core.diagrams import short_words
from autotrain_core.models import DYNAMIC_FORAGING
from autotrain_core.rules import parse


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("metrics.finished_trials[-1] >= 200", ["finished trials ≥ 200"]),
        (
            "metrics.finished_trials[-1] < 200 or metrics.foraging_efficiency[-1] <= 0.55",
            ["finished trials < 200", "or foraging efficiency ≤ 0.55"],
        ),
        ("metrics.session_total > 10 and metrics.session_at_current_stage == 5", ["sessions in all > 10", "and sessions at stage = 5"]),
        ("np.mean(metrics.finished_trials[-5:]) >= 450", ["finished trials ≥ 450 (mean of 5)"]),
        ("np.std(metrics.finished_trials[-5:]) != 450", ["finished trials ≠ 450 (SD of 5)"]),
        ("np.mean(metrics.finished_trials) >= 450", ["mean of all finished trials ≥ 450"]),
        ("np.mean(metrics.at_stage.finished_trials[-5:]) >= 450", ["mean of the last 5 finished trials at this stage ≥ 450"]),
        ("len(metrics.finished_trials[-5:]) >= 4", ["number of last 5 sessions ≥ 4"]),
        ("300 <= metrics.finished_trials[-1] <= 400", ["finished trials at least 300 and at most 400"]),
        (
            "metrics.session_total > 3 and (metrics.finished_trials[-1] > 1 or metrics.finished_trials[-2] > 2)",
            ["sessions in all > 3", "and (finished trials > 1 or finished trials of the session before > 2)"],
        ),
        (
            "metrics.session_total > 3 or (metrics.finished_trials[-1] > 1 and metrics.session_total > 9)",
            ["sessions in all > 3", "or (finished trials > 1 and sessions in all > 9)"],
        ),
        ("not metrics.session_total > 3", ["not (total sessions above 3)"]),
    ],
)  # fmt: skip
def test_each_clause_is_said_shortly(condition: str, words: list[str]) -> None:
    read = parse(f"lambda metrics: {condition}", DYNAMIC_FORAGING.metrics)

    assert list(short_words(read, DYNAMIC_FORAGING.metrics)) == words
