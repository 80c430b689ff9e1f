"""Conditions in short: what every condition has may be left out."""

import pytest

from autotrain_core.rules import Metric, parse
from autotrain_ui.builder.rule_plain import canonical, problems_of

METRICS = (Metric(name="trials", title="trials", integer=True), Metric(name="share", title="share"))


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("trials >= 310 and share >= 0.65", "metrics.trials[-1] >= 310 and metrics.share[-1] >= 0.65"),
        (
            "mean(share[-5:]) > 0.6 or session_total > 3",
            "np.mean(metrics.share[-5:]) > 0.6 or metrics.session_total > 3",
        ),
        ("mean(trials) > 3", "np.mean(metrics.trials) > 3"),
        ("np.median(metrics.trials) > 3 and share > 1", "np.median(metrics.trials) > 3 and metrics.share[-1] > 1"),
        ("all(x > 3 for x in trials[-3:])", "all(x > 3 for x in metrics.trials[-3:])"),
        ("sum(x > 3 for x in trials) >= 2", "sum(x > 3 for x in metrics.trials) >= 2"),
        ("trials[-1] > trials[-2]", "metrics.trials[-1] > metrics.trials[-2]"),
        ("not (trials) > 3", "not metrics.trials[-1] > 3"),
        ("metrics.trials > 3", "metrics.trials[-1] > 3"),
        ("metrics.at_stage.trials > 3", "metrics.at_stage.trials[-1] > 3"),
        ("np.mean(metrics.at_stage.trials) > share", "np.mean(metrics.at_stage.trials) > metrics.share[-1]"),
        ("lambda metrics:\n  trials > 3", "metrics.trials[-1] > 3"),
        ("\ntrials > 3\n  and share > 1", "metrics.trials[-1] > 3 and metrics.share[-1] > 1"),
    ],
)
def test_what_every_condition_has_may_be_left_out(short: str, full: str) -> None:
    assert parse(canonical(short, METRICS), METRICS) == parse(f"lambda metrics: {full}", METRICS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "trials",
        "trials >",
        "trails > 3",
        "other.trials > 3",
        "lambda x: trials > 3",
        "trials > '3'",
        "(" * 5000,
    ],
)
def test_what_is_broken_otherwise_is_not_guessed_at(text: str) -> None:
    assert canonical(text, METRICS) == ""
    assert problems_of(text, METRICS)


def test_what_can_be_read_is_left_alone() -> None:
    assert canonical("lambda metrics: metrics.trials[-1]>3", METRICS) == ""


def test_what_may_be_left_out_is_no_problem() -> None:
    assert problems_of("trials > 3", METRICS) == ()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("trials > 3 and foo > 3", 1, 16),
        ("foo > 3 and trials > 3", 1, 1),
        ("trials > 3 and\n  share > 2 and foo > 1", 2, 17),
        ("lambda metrics: trials > 3 and foo > 1", 1, 32),
    ],
)
def test_a_problem_stands_where_it_was_typed(text: str, line: int, column: int) -> None:
    problem = problems_of(text, METRICS)[0]

    assert (problem.line, problem.column) == (line, column)
    assert "lambda" not in problem.message
