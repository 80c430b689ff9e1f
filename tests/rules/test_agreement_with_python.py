"""What parses means what Python says it means, session by session; what does not parse raises only our error."""

import os
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import ConditionError
from autotrain_core.rules import evaluate, parse, settle, to_text
from tests.rules.grammar import METRICS, Asked, cohorts, conditions
from tests.rules.python_reference import Interpreter, python_says
from tests.searching import search

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

REFUSALS = (ZeroDivisionError, IndexError, OverflowError, ValueError)
generous = search(200)


@generous
@given(conditions)
def test_printing_and_parsing_again_gives_the_same_tree(condition):
    assert parse(to_text(condition)) == condition


@generous
@given(conditions, cohorts())
def test_every_session_is_answered_as_python_answers_it(condition, cohort):
    asked = Asked(cohort)
    text = to_text(condition)

    answers = evaluate(condition, asked.whole()).sure

    for row, answer in enumerate(answers):
        try:
            expected = python_says(text, asked.metrics(row))
        except REFUSALS:
            expected = Interpreter(asked.metrics(row)).ask(condition)
        assert answer == expected, (text, row)


@generous
@given(conditions, cohorts(missing=True), st.booleans())
def test_missing_values_follow_the_truth_table(condition, cohort, three_valued):
    asked = Asked(cohort)

    truth = evaluate(condition, asked.whole(three_valued=three_valued))

    for row in range(asked.histories.size):
        expected = Interpreter(asked.metrics(row), three_valued=three_valued).ask(condition)
        assert (truth.sure[row], truth.possible[row]) == (expected is True, expected is not False), (
            to_text(condition),
            row,
        )


@generous
@given(conditions, cohorts(missing=True), st.booleans())
def test_columns_rows_and_blocks_give_the_same_answers(condition, cohort, three_valued):
    asked = Asked(cohort)
    whole = evaluate(condition, asked.whole(three_valued=three_valued))
    gapless = evaluate(condition, asked.whole(three_valued=three_valued, gapless=True))
    assert (gapless.sure == whole.sure).all()
    assert (gapless.possible == whole.possible).all()
    rows = np.array(random.Random(0).sample(range(asked.histories.size), asked.histories.size))

    picked = evaluate(condition, asked.picked(rows, three_valued=three_valued))
    settled = settle(condition, asked.whole(three_valued=three_valued))

    assert (picked.sure == whole.sure[rows]).all()
    assert (picked.possible == whole.possible[rows]).all()
    for block in range(asked.histories.blocks):
        here = slice(asked.histories.offsets[block], asked.histories.offsets[block + 1])
        view = asked.block(block, three_valued=three_valued)
        for form in (condition, settled):
            view.known.clear()
            found = evaluate(form, view)
            assert (found.sure == whole.sure[here]).all()
            assert (found.possible == whole.possible[here]).all()


SEEDS = (
    "lambda metrics:\n    metrics.finished_trials[-1] >= 200\n    and\n    metrics.foraging_efficiency[-1] >= 0.6\n",
    "lambda metrics:\n    metrics.session_total >= 10 \n    and\n    metrics.session_at_current_stage >= 5\n    and\n"
    "    np.mean(metrics.finished_trials[-5:]) >= 450\n    and\n    np.mean(metrics.foraging_efficiency[-5:]) >= 0.70",
    "lambda metrics:\n    (metrics.finished_trials[-1] < 250\n    or\n    metrics.foraging_efficiency[-1] < 0.50)\n"
    "    and\n    metrics.session_at_current_stage >= 3\n",
    "lambda metrics: sum(x >= 300 for x in metrics.finished_trials[-5:]) >= 3 or not 0.1 < metrics.foraging_efficiency[-2] < 1",
    "lambda metrics: all(x > 0.6 for x in metrics.at_stage.foraging_efficiency[-3:]) and round(metrics.finished_trials[-1] / 7, 1) != 2",
    "lambda metrics: np.percentile(metrics.finished_trials, 90) - max(metrics.finished_trials[-3:]) <= abs(-3)",
)
SNIPPETS = (
    *"()[]<>=!+-*/.,:'\"{}#\\%&|~^@; \n\tx0159",
    "and", " or ", "not ", "lambda", "metrics", "np.", "__class__", "[-1]", "[-5:]", ">=", "**", "//", ":=", " if ",
    " else ", " for x in ", "len(", "sum(", "np.mean(", "1e999", "9999999999999999", "True", "None", "eval(", "ｍ", "é", "\x00", "\r",
    "metrics.at_stage.", "session_total", "finished_trials", "0x1F", "1_000", "1j", "...", "await ", "yield ", "f''",
)  # fmt: skip


def _reference_conditions():
    folder = os.environ.get("AUTOTRAIN_REFERENCE")
    if not folder:
        return ()
    import json

    texts = set()
    for path in sorted(Path(folder, "data", "curricula").glob("*.json")):
        for stage in json.loads(path.read_text())["curriculum"].values():
            texts |= {rule["condition"] for rule in stage["transition_rules"]}
    return tuple(sorted(text for text in texts if "dummy" not in text))


@st.composite
def mutants(draw):
    text = draw(st.sampled_from((*SEEDS, *_reference_conditions())))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["insert", "delete", "replace", "repeat"])):
            case "insert":
                text = text[:place] + draw(st.sampled_from(SNIPPETS)) + text[place:]
            case "delete":
                text = text[:place] + text[place + draw(st.integers(1, 6)) :]
            case "replace":
                text = text[:place] + draw(st.sampled_from(SNIPPETS)) + text[place + draw(st.integers(1, 4)) :]
            case "repeat":
                text = text[:place] + text[draw(st.integers(0, len(text))) :]
    return text


@generous
@given(mutants(), cohorts())
def test_a_mutated_condition_agrees_with_python_or_is_refused_by_our_error(text, cohort):
    try:
        condition = parse(text)
    except ConditionError as error:
        assert error.problems
        assert str(error)
        return
    asked = Asked(cohort)
    if not {part.metric for part in _windows(condition)} <= set(METRICS):
        return

    answers = evaluate(condition, asked.whole()).sure

    for row, answer in enumerate(answers):
        try:
            expected = python_says(text.strip(), asked.metrics(row))
        except REFUSALS:
            expected = Interpreter(asked.metrics(row)).ask(condition)
        assert answer == expected, (text, row)


def _windows(condition):
    from autotrain_core.rules import Item, Window, walk

    return [part for part in walk(condition) if isinstance(part, Item | Window)]


@generous
@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused_by_our_error(text):
    try:
        parse(text)
    except ConditionError as error:
        assert str(error)


@generous
@given(st.binary(max_size=120).map(lambda raw: "lambda metrics: " + raw.decode("latin-1")))
def test_any_body_is_parsed_or_refused_by_our_error(text):
    try:
        parse(text)
    except ConditionError as error:
        assert str(error)


def test_reference_conditions_are_among_the_seeds_where_the_reference_is_present(reference: Path):
    assert len(_reference_conditions()) >= 20


@pytest.mark.parametrize("text", SEEDS)
def test_the_seeds_of_the_mutations_are_conditions(text):
    parse(text)
