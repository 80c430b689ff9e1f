"""Conditions as blocks: whatever can be written can be shown, and comes back as it was."""

import json
import math

import pytest
from hypothesis import given

from autotrain_core.editing import Clause, Group, Written, to_blocks, to_condition, written_parts
from autotrain_core.errors import ConditionError
from autotrain_core.rules import Metric, Not, parse, to_expression, to_text
from tests.rules.grammar import METRICS as NAMES
from tests.rules.grammar import conditions
from tests.searching import search

METRICS = tuple(Metric(name=name, title=name.replace("_", " ")) for name in NAMES)


def shown(text):
    return to_blocks(parse(f"lambda metrics: {text}"))


@search(600)
@given(conditions)
def test_every_condition_comes_back_from_its_blocks_as_it_was(condition):
    back = to_condition(to_blocks(condition), METRICS)

    assert back == condition
    assert to_text(back) == to_text(condition)


def test_every_condition_of_the_real_documents_is_wholly_visual(reference):
    texts = [
        rule["condition"]
        for path in sorted((reference / "data" / "curricula").glob("*.json"))
        for stage in json.loads(path.read_bytes())["curriculum"].values()
        for rule in stage["transition_rules"]
    ]
    readable = []
    for text in texts:
        try:
            readable.append(parse(text))
        except ConditionError:
            assert "dummy_metric_int[-5:] > 10" in text, "one condition lacks a bracket; no other may"

    assert len(readable) == 184
    assert [to_expression(each) for each in readable if list(written_parts(to_blocks(each)))] == []
    assert [to_condition(to_blocks(each)) for each in readable] == readable


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("metrics.licks[-1] >= 200", Clause(metric="licks", threshold=200)),
        ("metrics.licks[-3] < 0.5", Clause(metric="licks", last=3, sign="<", threshold=0.5)),
        ("metrics.licks[-1] > -5", Clause(metric="licks", sign=">", threshold=-5)),
        ("metrics.at_stage.licks[-2] == 1", Clause(metric="licks", last=2, at_stage=True, sign="==", threshold=1)),
        ("200 <= metrics.licks[-1]", Clause(metric="licks", threshold=200, turned=True)),
        ("-5 < metrics.licks[-1]", Clause(metric="licks", sign=">", threshold=-5, turned=True)),
        ("metrics.session_total != 10", Clause(metric="session_total", sign="!=", threshold=10)),
        ("metrics.session_at_current_stage >= 2", Clause(metric="session_at_current_stage", threshold=2)),
        ("np.mean(metrics.licks[-5:]) >= 3", Clause(metric="licks", how="mean", last=5, threshold=3)),
        ("np.std(metrics.licks) <= 3", Clause(metric="licks", how="std", last=None, sign="<=", threshold=3)),
        ("np.min(metrics.licks[-5:]) >= 3", Clause(metric="licks", how="min", last=5, threshold=3)),
        ("min(metrics.licks[-5:]) >= 3", Clause(metric="licks", how="min", last=5, threshold=3, plain=True)),
        (
            "3 >= sum(metrics.licks)",
            Clause(metric="licks", how="sum", last=None, sign="<=", threshold=3, turned=True, plain=True),
        ),
        ("all(x >= 3 for x in metrics.licks[-2:])", Clause(metric="licks", how="all", last=2, threshold=3)),
        (
            "any(3 < x for x in metrics.licks)",
            Clause(metric="licks", how="any", last=None, sign=">", threshold=3, turned=True),
        ),
        (
            "sum(x >= 300 for x in metrics.at_stage.licks[-5:]) >= 3",
            Clause(metric="licks", how="count", last=5, at_stage=True, threshold=300, share_sign=">=", share=3),
        ),
        (
            "sum(x < 0.5 for x in metrics.licks[-4:]) / len(metrics.licks[-4:]) > 0.75",
            Clause(metric="licks", how="share", last=4, sign="<", threshold=0.5, share_sign=">", share=0.75),
        ),
        (
            "metrics.at_stage.session_total[-1] >= 1",
            Clause(metric="session_total", at_stage=True, threshold=1),
        ),
    ],
)
def test_a_comparison_of_one_number_with_a_threshold_is_a_clause(text, clause):
    assert shown(text) == clause
    assert to_expression(to_condition(clause)) == text


@pytest.mark.parametrize(
    "text",
    [
        "metrics.licks[-1] > metrics.rewards[-1]",
        "100 <= metrics.licks[-1] < 600",
        "1 < 2",
        "metrics.licks[-1] * 2 > 5",
        "metrics.licks[-1] > -0",
        "metrics.licks[-1] > 2 * 3",
        "np.percentile(metrics.licks[-5:], 90) > 3",
        "len(metrics.licks) > 3",
        "sum(x * 2 for x in metrics.licks) > 3",
        "sum(x * 2 > 1 for x in metrics.licks) > 3",
        "sum(x > 1 and x < 3 for x in metrics.licks) > 3",
        "3 < sum(x > 1 for x in metrics.licks)",
        "sum(x > 1 for x in metrics.licks) / len(metrics.licks[-5:]) > 0.5",
        "0.5 < sum(x > 1 for x in metrics.licks) / len(metrics.licks)",
        "sum(x > 1 for x in metrics.licks) / 5 > 0.5",
        "all(x > metrics.licks[-1] for x in metrics.licks)",
        "any(not x > 1 for x in metrics.licks)",
    ],
)
def test_what_no_clause_can_say_stands_as_text(text):
    assert shown(text) == Written(text=text)


def test_and_or_and_not_are_groups():
    first, second, third = (Clause(metric="licks", threshold=number) for number in (1, 2, 3))

    blocks = shown("metrics.licks[-1] >= 1 and not (metrics.licks[-1] >= 2 or metrics.licks[-1] >= 3)")

    assert blocks == Group(kind="all", blocks=(first, Group(kind="any", blocks=(second, third), negated=True)))


def test_texts_are_found_wherever_they_stand():
    blocks = shown("metrics.licks[-1] > 1 and (1 < 2 or not (2 < 3 and metrics.licks[-1] > 1)) and 3 < 4")

    assert [each.text for each in written_parts(blocks)] == ["1 < 2", "2 < 3", "3 < 4"]


def test_what_is_turned_round_twice_stays_so():
    blocks = shown("not not metrics.licks[-1] >= 1")

    inner = Group(blocks=(Clause(metric="licks", threshold=1),), negated=True)
    assert blocks == Group(blocks=(inner,), negated=True)
    assert to_condition(blocks) == Not(Not(to_condition(inner.blocks[0])))


def test_a_group_of_one_says_what_that_one_says():
    clause = Clause(metric="licks", threshold=1)

    assert to_condition(Group(kind="any", blocks=(clause,))) == to_condition(clause)


def test_a_text_may_be_pasted_with_its_lambda():
    assert to_condition(Written(text=" lambda metrics: metrics.licks[-1] > 1")) == to_condition(
        Clause(metric="licks", sign=">", threshold=1)
    )


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (Group(), "a group holds nothing"),
        (Clause(metric=""), "names no metric"),
        (Clause(metric="licks[-1] > 0 or metrics.rewards"), "is no name of a metric"),
        (Clause(metric="likcs"), "no metric is called 'likcs'"),
        (Clause(metric="licks", how="mode"), "'mode'"),  # type: ignore[arg-type]  # that is the point
        (Clause(metric="session_total", how="mean", last=5), "one number"),
        (Clause(metric="session_total", last=2), "one number"),
        (Clause(metric="licks", last=None), "say which"),
        (Clause(metric="licks", last=0), "a window of 0 sessions"),
        (Clause(metric="licks", how="mean", last=0), "a window of 0 sessions"),
        (Clause(metric="licks", last=-2), "counts back"),
        (Clause(metric="licks", how="mean", last=201), "a window of 201 sessions"),
        (Clause(metric="licks", sign="=>"), "compares by none of"),
        (Clause(metric="licks", how="count", share=1), "compares by none of"),
        (Clause(metric="licks", how="share", share_sign=">="), "a number of at most"),
        (Clause(metric="licks", threshold=math.nan), "a number of at most"),
        (Clause(metric="licks", threshold=-math.inf), "a number of at most"),
        (Clause(metric="licks", threshold=10**400), "a number of at most"),
        (Written(text=""), "not"),
    ],
)
def test_a_block_that_cannot_be_is_refused_in_words(block, message):
    with pytest.raises(ConditionError) as caught:
        to_condition(block, [Metric(name="licks", title="licks")])

    assert message in str(caught.value)


def test_a_fault_in_a_text_has_its_place_in_that_text():
    with pytest.raises(ConditionError) as caught:
        to_condition(Written(text="metrics.licks[-1] > metrics.likcs[-1]"), [Metric(name="licks", title="licks")])

    (problem,) = caught.value.problems
    assert problem.text[problem.offset :].startswith("likcs")


def test_all_parts_say_what_is_wrong_with_them_at_once():
    block = Group(blocks=(Clause(metric=""), Clause(metric="licks"), Group(), Written(text="1 +")))

    with pytest.raises(ConditionError) as caught:
        to_condition(block)

    assert len(caught.value.problems) == 3
