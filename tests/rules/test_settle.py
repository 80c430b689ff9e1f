"""What does not depend on the stage is computed once; the rest is asked block by block, with the same answer."""

import numpy as np
import pytest

from autotrain_core.rules import Histories, View, evaluate, parse, settle

HISTORIES = Histories(
    np.array([3, 2]),
    {"a": np.array([1.0, 5, 2, 6, 3])},
    np.array([1.0, 1, 2, 2, 3]),
)
RUNS = np.array([1.0, 1, 2, 1, 3])
PREVIOUS = np.array([-1, -1, 0, 1, 2])


def views(**settings):
    whole = View(HISTORIES, 0, 3, sessions_at_stage=RUNS, previous=PREVIOUS, **settings)
    blocks = [
        View(HISTORIES, block, block + 1, sessions_at_stage=RUNS[here], previous=PREVIOUS, **settings)
        for block, here in enumerate((slice(0, 2), slice(2, 4), slice(4, 5)))
    ]
    return whole, blocks


@pytest.mark.parametrize("three_valued", [True, False])
@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("metrics.session_at_current_stage * 2 + metrics.a[-1] > 6", [0, 1, 0, 1, 1]),
        ("not (metrics.a[-1] > 4 or metrics.session_at_current_stage > 1)", [1, 0, 0, 0, 0]),
        ("metrics.a[-1] > 1 and metrics.session_total > 1 and metrics.session_at_current_stage > 1", [0, 0, 1, 0, 1]),
        ("-round(metrics.session_at_current_stage / 2) < -metrics.a[-1] + 2 < 3", [1, 0, 1, 0, 1]),
        ("np.sum(metrics.at_stage.a) > 5", [0, 0, 0, 1, 1]),
        ("metrics.at_stage.a[-2] > 1", [0, 0, 0, 0, 1]),
        ("all(x > 1 for x in metrics.at_stage.a)", [0, 1, 0, 1, 0]),
        ("1 > 2", [0, 0, 0, 0, 0]),
        ("1 < 2", [1, 1, 1, 1, 1]),
    ],
)
def test_settled_and_plain_conditions_agree(text, answers, three_valued):
    condition = parse(f"lambda metrics: {text}")
    whole, blocks = views(three_valued=three_valued)

    settled = settle(condition, whole)

    assert evaluate(condition, whole).sure.tolist() == [bool(answer) for answer in answers]
    assert [answer for view in blocks for answer in evaluate(settled, view).sure.tolist()] == [
        bool(answer) for answer in answers
    ]


def test_a_condition_on_constants_and_a_gap_is_unknown_everywhere():
    found = evaluate(parse("lambda metrics: 1 / (2 - 2) > 3"), views(three_valued=True)[0])

    assert found.sure.tolist() == [False] * 5
    assert found.possible.tolist() == [True] * 5
