"""Canonical text, and plain words."""

import pytest

from autotrain_core.rules import Metric, Negative, Not, parse, to_expression, to_text, to_words

METRICS = (
    Metric(name="finished_trials", title="finished trials"),
    Metric(name="foraging_efficiency", title="foraging efficiency"),
)


def test_each_clause_stands_on_a_line_of_its_own_below_the_lambda():
    text = (
        "lambda metrics: metrics.session_total >= 10 and (metrics.licks[-1] < 3 or not 1 < 2 < 3)"
        " and np.percentile(metrics.at_stage.licks[-5:], 90) > -round(metrics.licks[-2] / 2, 1)"
    )

    assert to_text(parse(text)) == (
        "lambda metrics:\n"
        "    metrics.session_total >= 10\n"
        "    and\n"
        "    (metrics.licks[-1] < 3 or not 1 < 2 < 3)\n"
        "    and\n"
        "    np.percentile(metrics.at_stage.licks[-5:], 90) > -round(metrics.licks[-2] / 2, 1)"
    )


def test_alternatives_stand_on_lines_of_their_own_too():
    text = "lambda metrics: 1 > 2 and 2 > 3 or sum(y > 2 for y in metrics.licks) > 3"

    assert to_text(parse(text)) == (
        "lambda metrics:\n    1 > 2 and 2 > 3\n    or\n    sum(x > 2 for x in metrics.licks) > 3"
    )


@pytest.mark.parametrize(
    "text",
    [
        "1 + 2 * 3 > 0",
        "(1 + 2) * 3 > 0",
        "1 - (2 - 3) > 0",
        "1 - 2 - 3 > 0",
        "1 / (2 * 3) > 0",
        "-(1 + 2) > 0",
        "-1 * 2 > 0",
        "not (not 1 > 2)",
        "not (1 > 2 and 2 > 3)",
        "(1 > 2 and 2 > 3) and 3 > 4",
        "(1 > 2 or 2 > 3) and 3 > 4",
        "(1 > 2 or 2 > 3) or 3 > 4",
        "max(1, 2 + 3) > min(4, 5, 6)",
    ],
)
def test_brackets_are_kept_where_they_matter_and_only_there(text):
    condition = parse(f"lambda metrics: {text}")

    assert to_expression(condition).replace("not not", "not (not").count("(") <= text.count("(")
    assert parse(to_text(condition)) == condition


def test_two_signs_print_side_by_side():
    (comparison,) = [parse("lambda metrics: --1 > 2")]

    assert comparison.first == Negative(Negative(comparison.first.operand.operand))
    assert to_expression(comparison) == "--1 > 2"
    assert to_expression(Not(Not(comparison))) == "not not --1 > 2"


WORDS = [
    ("metrics.finished_trials[-1] >= 200", "finished trials at least 200"),
    ("metrics.finished_trials[-1] > 1200", "finished trials above 1,200"),
    ("metrics.finished_trials[-2] <= 0.50", "finished trials of the session before at most 0.5"),
    ("metrics.finished_trials[-4] < 2", "finished trials 3 sessions ago below 2"),
    ("metrics.at_stage.finished_trials[-2] == 2", "finished trials of the session before at this stage exactly 2"),
    ("metrics.at_stage.finished_trials[-1] != 2", "finished trials other than 2"),
    ("metrics.lick_rate[-1] > 2", "lick rate above 2"),
    ("metrics.session_total >= 10 and metrics.session_at_current_stage >= 5", "total sessions at least 10 and sessions at this stage at least 5"),
    ("np.mean(metrics.finished_trials[-5:]) >= 450", "mean of the last 5 finished trials at least 450"),
    ("np.median(metrics.finished_trials[-1:]) >= 450", "median of the last finished trials at least 450"),
    ("np.std(metrics.finished_trials) >= 450", "standard deviation of all finished trials at least 450"),
    ("np.min(metrics.at_stage.finished_trials[-3:]) > 1", "smallest of the last 3 finished trials at this stage above 1"),
    ("np.max(metrics.finished_trials[-3:]) > np.sum(metrics.finished_trials[-3:])", "largest of the last 3 finished trials above sum of the last 3 finished trials"),
    ("np.percentile(metrics.finished_trials[-9:], 90) > 1", "percentile 90 of the last 9 finished trials above 1"),
    ("len(metrics.finished_trials) > 1", "number of sessions above 1"),
    ("len(metrics.at_stage.finished_trials[-3:]) > 1", "number of last 3 sessions at this stage above 1"),
    ("sum(metrics.finished_trials[-3:]) > 1", "sum of the last 3 finished trials above 1"),
    ("sum(x >= 300 for x in metrics.finished_trials[-5:]) >= 3", "in at least 3 of the last 5 sessions finished trials at least 300"),
    ("sum(x >= 300 for x in metrics.finished_trials[-5:]) >= 3 > 2", "in at least 3 of the last 5 sessions finished trials at least 300 and 3 above 2"),
    ("sum(x >= 300 for x in metrics.finished_trials) + 1 >= 3", "number of all sessions with finished trials at least 300 plus 1 at least 3"),
    ("sum(x >= 300 for x in metrics.finished_trials[-5:]) * 2 >= 3", "number of last 5 sessions with finished trials at least 300 times 2 at least 3"),
    ("min(x - 1 for x in metrics.finished_trials[-2:]) > 1", "smallest of finished trials minus 1 over the last 2 sessions above 1"),
    ("all(x > 0.6 for x in metrics.foraging_efficiency[-3:])", "in every one of the last 3 sessions foraging efficiency above 0.6"),
    ("any(x > 0.6 for x in metrics.at_stage.foraging_efficiency[-1:])", "in at least one of the last session at this stage foraging efficiency above 0.6"),
    ("200 <= metrics.finished_trials[-1]", "finished trials at least 200"),
    ("0.2 < metrics.foraging_efficiency[-1] <= 0.8", "foraging efficiency above 0.2 and at most 0.8"),
    ("3 > metrics.foraging_efficiency[-1] == 0.8", "foraging efficiency below 3 and exactly 0.8"),
    ("3 >= metrics.foraging_efficiency[-1] != 0.8", "foraging efficiency at most 3 and other than 0.8"),
    ("3 == metrics.foraging_efficiency[-1]", "foraging efficiency exactly 3"),
    ("3 != metrics.foraging_efficiency[-1]", "foraging efficiency other than 3"),
    ("metrics.a[-1] < metrics.a[-2] < metrics.a[-3]", "a below a of the session before and a of the session before below a 2 sessions ago"),
    ("1 < 2 < 3", "1 below 2 and 2 below 3"),
    ("abs(metrics.a[-1] - metrics.b[-1]) > 2 * 3", "size of (a minus b) above (2 times 3)"),
    ("min(metrics.a[-1], 4) > max(-metrics.b[-1], 2 / 3)", "smallest of a and 4 above (largest of (minus b) and (2 divided by 3))"),
    ("round(metrics.a[-1]) > round(metrics.a[-1] + 1, 2)", "a rounded above (a plus 1) rounded to 2 digits"),
    ("sum(x >= 3 for x in metrics.a[-5:]) / len(metrics.a[-5:]) >= 0.6", "in a share of at least 0.6 of the last 5 sessions a at least 3"),
    ("sum(x >= 3 for x in metrics.a[-5:]) / len(metrics.a) >= 0.6", "number of last 5 sessions with a at least 3 divided by number of sessions at least 0.6"),
    ("not metrics.a[-1] > 1", "not (a above 1)"),
    ("1 > 2 and (2 > 3 or 3 > 4 and 4 > 5)", "1 above 2 and (2 above 3 or (3 above 4 and 4 above 5))"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_plain_words(text, words):
    assert to_words(parse(f"lambda metrics: {text}"), METRICS) == words


def test_a_metric_is_called_by_its_title():
    speed = (Metric(name="v", title="running speed"),)

    assert to_words(parse("lambda metrics: metrics.v[-1] > 1234.5678901"), speed) == "running speed above 1,234.5678901"


def test_without_a_vocabulary_a_metric_is_called_by_its_name():
    assert to_words(parse("lambda metrics: metrics.finished_trials[-1] > 2")) == "finished trials above 2"
