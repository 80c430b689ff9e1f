"""What a condition may say, and what a designer is told about everything else."""

import json
from pathlib import Path

import pytest

from autotrain_core.errors import ConditionError, DocumentError
from autotrain_core.rules import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Constant,
    Counter,
    Each,
    Element,
    Item,
    Metric,
    Negative,
    Not,
    Or,
    Quantified,
    Reduction,
    Round,
    Window,
    metrics_of,
    parse,
    reads_stage,
)

METRICS = (
    Metric(name="finished_trials", title="finished trials", unit="trials", integer=True, minimum=0),
    Metric(name="foraging_efficiency", title="foraging efficiency", minimum=0),
)
TRIALS = Item("finished_trials", 1)


def body(text):
    return parse(f"lambda metrics: {text}", METRICS)


def above(number, sign=">", limit=3):
    return Comparison(number, ((sign, Constant(limit)),))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("metrics.finished_trials[-1]", TRIALS),
        ("metrics.finished_trials[-7]", Item("finished_trials", 7)),
        ("metrics.at_stage.finished_trials[-2]", Item("finished_trials", 2, at_stage=True)),
        ("metrics.session_total", Counter("session_total")),
        ("metrics.session_at_current_stage", Counter("session_at_current_stage")),
        ("np.mean(metrics.finished_trials[-5:])", Reduction("np.mean", Window("finished_trials", 5))),
        ("np.median(metrics.finished_trials)", Reduction("np.median", Window("finished_trials"))),
        ("np.min(metrics.finished_trials[:])", Reduction("np.min", Window("finished_trials"))),
        ("np.max(metrics.at_stage.finished_trials[-3:])", Reduction("np.max", Window("finished_trials", 3, True))),
        ("np.sum(metrics.at_stage.finished_trials)", Reduction("np.sum", Window("finished_trials", None, True))),
        ("np.std(metrics.finished_trials[-200:])", Reduction("np.std", Window("finished_trials", 200))),
        ("np.percentile(metrics.finished_trials, 90)", Reduction("np.percentile", Window("finished_trials"), 90)),
        ("np.percentile(metrics.finished_trials, 2.5)", Reduction("np.percentile", Window("finished_trials"), 2.5)),
        ("len(metrics.finished_trials)", Reduction("len", Window("finished_trials"))),
        ("sum(metrics.finished_trials[-2:])", Reduction("sum", Window("finished_trials", 2))),
        ("min(metrics.finished_trials[-2:])", Reduction("min", Window("finished_trials", 2))),
        ("abs(metrics.finished_trials[-1])", Call("abs", (TRIALS,))),
        ("min(metrics.finished_trials[-1], 5)", Call("min", (TRIALS, Constant(5)))),
        ("max(1, 2, 4)", Call("max", (Constant(1), Constant(2), Constant(4)))),
        ("round(metrics.finished_trials[-1])", Round(TRIALS)),
        ("round(metrics.finished_trials[-1], 2)", Round(TRIALS, 2)),
        ("round(metrics.finished_trials[-1], 0)", Round(TRIALS, 0)),
        ("round(metrics.finished_trials[-1], 12)", Round(TRIALS, 12)),
        ("np.percentile(metrics.finished_trials, 0)", Reduction("np.percentile", Window("finished_trials"), 0)),
        ("np.percentile(metrics.finished_trials, 100)", Reduction("np.percentile", Window("finished_trials"), 100)),
        ("-metrics.finished_trials[-1]", Negative(TRIALS)),
        ("+metrics.finished_trials[-1]", TRIALS),
        ("2 + 0.5 * metrics.session_total", Arithmetic("+", Constant(2), Arithmetic("*", Constant(0.5), Counter("session_total")))),
        ("(4 - 1) / 2", Arithmetic("/", Arithmetic("-", Constant(4), Constant(1)), Constant(2))),
        ("sum(x * 2 for x in metrics.finished_trials)", Reduction("sum", Each(Arithmetic("*", Element(), Constant(2)), Window("finished_trials")))),
        ("max(abs(t) for t in metrics.finished_trials)", Reduction("max", Each(Call("abs", (Element(),)), Window("finished_trials")))),
        ("sum(x > 3 for x in metrics.finished_trials[-5:])", Reduction("sum", Each(above(Element()), Window("finished_trials", 5)))),
        ("1e15", Constant(1e15)),
    ],
)  # fmt: skip
def test_numbers(text, number):
    assert body(f"{text} > 3") == above(number)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("1 < metrics.finished_trials[-1] <= 4", Comparison(Constant(1), (("<", TRIALS), ("<=", Constant(4))))),
        ("metrics.finished_trials[-1] != 4", above(TRIALS, "!=", 4)),
        ("metrics.finished_trials[-1] == 4", above(TRIALS, "==", 4)),
        ("not metrics.finished_trials[-1] >= 4", Not(above(TRIALS, ">=", 4))),
        ("1 < 2 and 2 > 3 and 1 > 3", And((Comparison(Constant(1), (("<", Constant(2)),)), above(Constant(2)), above(Constant(1))))),
        ("2 > 3 or (1 > 3 or 4 > 3)", Or((above(Constant(2)), Or((above(Constant(1)), above(Constant(4))))))),
        ("all(x > 3 for x in metrics.finished_trials)", Quantified("all", Each(above(Element()), Window("finished_trials")))),
        ("any(1 > 3 and x > 3 for x in metrics.finished_trials)", Quantified("any", Each(And((above(Constant(1)), above(Element()))), Window("finished_trials")))),
    ],
)  # fmt: skip
def test_truths(text, condition):
    assert body(text) == condition


def test_line_breaks_and_blanks_count_for_nothing():
    plain = parse("lambda metrics: 1 > 3 or 2 > 3")

    assert parse(" \n\tlambda metrics:\n\n   1 >\n 3\n or 2 > 3 \n") == plain


def test_a_number_may_run_into_and_or_as_in_python():
    assert parse("lambda metrics: 1 > 200\nor 2. > 3and 1 > 3") == parse("lambda metrics: 1 > 200 or 2. > 3 and 1 > 3")


def test_any_metric_is_allowed_without_a_vocabulary():
    assert metrics_of(parse("lambda metrics: metrics.licks[-1] > np.mean(metrics.speed)")) == {
        "licks",
        "speed",
    }


@pytest.mark.parametrize(
    ("text", "depends"),
    [
        ("metrics.session_total > 3", False),
        ("np.mean(metrics.finished_trials[-5:]) > 3", False),
        ("metrics.session_at_current_stage > 3", True),
        ("metrics.at_stage.finished_trials[-1] > 3", True),
        ("1 > 3 and not all(x > 3 for x in metrics.at_stage.finished_trials)", True),
    ],
)
def test_what_depends_on_the_stage(text, depends):
    assert reads_stage(body(text)) is depends


PROBLEMS = [
    # text after "lambda metrics: ", place of the fault in it, message, remedy
    ("metrics.finished_trails[-1] > 3", 8, "no metric is called 'finished_trails'", "did you mean 'finished_trials'?"),
    ("metrics.licks[-1] > 3", 8, "no metric is called 'licks'", "the metrics are finished_trials, foraging_efficiency, session_total, session_at_current_stage, at_stage"),
    ("metrics.at_stage.session_totl > 3", 17, "no metric is called 'session_totl'", "the metrics are finished_trials, foraging_efficiency"),
    ("metrics.at_stage[-1] > 3", 8, "after 'at_stage' stands a metric", "write metrics.at_stage.NAME[-5:]"),
    ("metrics.__class__ > 3", 8, "names do not begin with '_' ('__class__')", ""),
    ("metrics.finished_trials > 3", 0, "here stands a window of several sessions, but a number is needed", "take one value, metrics.finished_trials[-1], or np.mean( )"),
    ("metrics.finished_trials[-5:]", 0, "here stands a window of several sessions, but true or false is needed", "compare one value: metrics.finished_trials[-1] >= 0"),
    ("metrics.finished_trials[-1]", 0, "here stands a number, but true or false is needed", "compare it with a number"),
    ("(1 > 2) > 3", 1, "here stands true or false, but a number is needed", "numbers only"),
    ("np.mean(metrics.session_total) > 3", 8, "here stands a number, but a window is needed", ""),
    ("np.mean(1 > 2) > 3", 8, "here stands true or false, but a window is needed", "numbers only"),
    ("metrics.session_total[-1] > 3", 0, "'session_total' is one number", "write metrics.session_total without [ ]"),
    ("metrics.finished_trials[0] > 3", 24, "a window counts back from this session", "write [-1], [-5] or [-5:]"),
    ("sum(metrics.finished_trials[:-1]) > 3", 28, "a window counts back from this session", "write [-1], [-5] or [-5:]"),
    ("sum(metrics.finished_trials[-5:-1]) > 3", 28, "a window counts back from this session", "write [-1], [-5] or [-5:]"),
    ("sum(metrics.finished_trials[-5::2]) > 3", 28, "a window counts back from this session", "write [-1], [-5] or [-5:]"),
    ("sum(metrics.finished_trials[-5.0:]) > 3", 28, "a window counts back from this session", "write [-1], [-5] or [-5:]"),
    ("metrics.finished_trials[-True] > 3", 24, "a window counts back from this session", "write [-1], [-5] or [-5:]"),
    ("metrics.finished_trials[-0] > 3", 24, "a window of 0 sessions", "use 1 to 200"),
    ("sum(metrics.finished_trials[-201:]) > 3", 28, "a window of 201 sessions", "use 1 to 200"),
    ("metrics.finished_trials[-5:][-1] > 3", 0, "one pair of [ ] is enough", ""),
    ("metrics[-1] > 3", 0, "[ ] stands only after metrics.NAME", ""),
    ("np.mean(metrics.at_stage.finished_trials)[-1] > 3", 0, "[ ] stands only after metrics.NAME", ""),
    ("metrics.finished_trials.mean > 3", 0, "conditions have no '.mean' here", "write metrics.NAME or np.FUNCTION( )"),
    ("metrics > 3", 0, "conditions have no name 'metrics'", "values are metrics.NAME"),
    ("True", 0, "conditions have no True", "compare: metrics.session_total >= 1 is always true"),
    ("None > 3", 0, "conditions hold numbers, no NoneType", ""),
    ("... > 3", 0, "conditions hold numbers, no ellipsis", ""),
    ("1e16 > 3", 0, "this number is too large", "use at most 1e+15"),
    ("1e999 > 3", 0, "this number is too large", "use at most 1e+15"),
    ("1 / 0 > 3", 4, "this divides by zero", "divide by something else"),
    ("3 is 3", 0, "conditions have no 'is'", "compare numbers with < <= > >= == !="),
    ("3 not in 3", 0, "conditions have no 'not in'", "compare numbers with < <= > >= == !="),
    ("eval(3) > 3", 0, "conditions have no function 'eval'", "the functions are np.mean, np.median, np.min, np.max, np.sum, np.std, np.percentile, len, sum, min, max, abs, round, any, all"),
    ("nq.mean(metrics.finished_trials) > 3", 0, "conditions have no function 'nq.mean'", "did you mean 'np.mean'?"),
    ("mean(metrics.finished_trials) > 3", 0, "conditions have no function 'mean'", "did you mean 'np.mean'?"),
    ("(1 > 2)(3) > 3", 0, "only functions can be called", "the functions are np.mean, np.median, np.min, np.max, np.sum, np.std, np.percentile, len, sum, min, max, abs, round, any, all"),
    ("metrics.a.b(3) > 3", 0, "conditions have no function '….b'", "the functions are np.mean, np.median, np.min, np.max, np.sum, np.std, np.percentile, len, sum, min, max, abs, round, any, all"),
    ("np.mean(metrics.finished_trials, axis=0) > 3", 37, "conditions have no '='", "compare with =="),
    ("np.mean(*metrics.finished_trials) > 3", 0, "'np.mean' takes plain arguments only", ""),
    ("np.mean() > 3", 0, "'np.mean' needs something in its brackets", ""),
    ("any()", 0, "'any' needs something in its brackets", ""),
    ("np.mean(1, 2) > 3", 0, "'np.mean' takes one window", "np.mean(metrics.NAME[-5:])"),
    ("abs(1, 2) > 3", 0, "'abs' does not take 2 arguments", "abs(number)"),
    ("round(1, 2, 3) > 3", 0, "'round' does not take 3 arguments", "round(number)"),
    ("round(1, 13) > 3", 9, "digits are a plain number", "0 to 12"),
    ("round(1, 0.5) > 3", 9, "digits are a plain number", "0 to 12"),
    ("np.percentile(metrics.finished_trials) > 3", 0, "'np.percentile' does not take 1 arguments", "np.percentile(metrics.NAME[-5:], 90)"),
    ("np.percentile(metrics.finished_trials, 101) > 3", 39, "a percentile is a plain number", "0 to 100"),
    ("np.percentile(metrics.finished_trials, True) > 3", 39, "a percentile is a plain number", "0 to 100"),
    ("any(metrics.finished_trials)", 0, "'any' asks something of every session", "any(x > 0 for x in metrics.NAME[-5:])"),
    ("all(x for x in metrics.finished_trials)", 4, "here stands a number, but true or false is needed", ""),
    ("max(x > 1 for x in metrics.finished_trials) > 3", 4, "here stands true or false, but a number is needed", "numbers only"),
    ("sum(metrics.finished_trials for x in metrics.finished_trials) > 3", 4, "here stands a window of several sessions, but a number is needed", ""),
    ("np.sum(x for x in metrics.finished_trials) > 3", 6, "'… for x in …' goes into sum, min, max, any or all", "np functions take a window"),
    ("sum(x for x in metrics.finished_trials if x > 1) > 3", 42, "no 'if' here", "join the two with 'and'"),
    ("sum(x for x in metrics.finished_trials for y in metrics.finished_trials) > 3", 3, "this takes one variable and one window", "x > 0 for x in metrics.NAME[-5:]"),
    ("sum(x for x, y in metrics.finished_trials) > 3", 3, "this takes one variable and one window", "x > 0 for x in metrics.NAME[-5:]"),
    ("sum(sum(y for y in metrics.finished_trials) for x in metrics.finished_trials) > 3", 7, "'… for x in …' inside another one", ""),
    ("sum(np for np in metrics.finished_trials) > 3", 3, "'np' cannot be the variable", "call it x"),
    ("sum(metrics for metrics in metrics.finished_trials) > 3", 3, "'metrics' cannot be the variable", "call it x"),
    ("sum(_x for _x in metrics.finished_trials) > 3", 3, "'_x' cannot be the variable", "call it x"),
    ("sum([x > 1 for x in metrics.finished_trials]) > 3", 4, "conditions have no list", "leave out the [ ]: sum(x > 0 for x in metrics.NAME[-5:])"),
    ("(x for x in metrics.finished_trials)", 0, "conditions have no bare '… for x in …'", "put it into sum( ), all( ) or any( )"),
    ("1 > 3 if 2 > 3 else 3 > 3", 0, "conditions have no 'if … else'", "write two rules"),
    ("1 << 2 > 3", 0, "conditions have no '<<'", ""),
    ("1 >> 2 > 3", 0, "conditions have no '>>'", ""),
    ("(yield) > 3", 1, "conditions have no 'yield'", ""),
    ("(yield from metrics.finished_trials) > 3", 1, "conditions have no 'yield'", ""),
    (f"{'x' * 50} > 3", 0, f"conditions have no name '{'x' * 40}'", "values are metrics.NAME"),
    (f"metrics.finished_trials.{'x' * 50} > 3", 0, f"conditions have no '.{'x' * 40}' here", "write metrics.NAME or np.FUNCTION( )"),
    ("x > 3", 0, "conditions have no name 'x'", "values are metrics.NAME"),
    ("lambda metrics: 1 > 3", 0, "conditions have no second lambda", ""),
    ("(1, 2) > 3", 0, "conditions have no tuple", ""),
    ("[1] > 3", 0, "conditions have no list", ""),
    ("2 ** 9 > 3", 2, "conditions have no '**'", "write a product, x * x"),
    ("9 // 2 > 3", 2, "conditions have no '//'", "divide with / and round()"),
    ("9 % 2 > 3", 2, "conditions have no '%'", "the signs are + - * /"),
    ("1 > 3 '", 6, "conditions have no \"'\"", "conditions hold numbers, no text"),
    ("1 > 3 # why", 6, "conditions have no '#'", "put remarks into the description"),
    ("1 > 3\r\n", 5, "conditions have no '\\r'", "end lines with a plain line feed"),
    ("~1 > 3", 0, "conditions have no '~'", "write 'not'"),
    ("1 > 3 ; 2", 6, "conditions have no ';'", ""),
    ("1 \x00 > 3", 2, "conditions have no U+0000", ""),
    ("mеtrics.finished_trials[-1] > 3", 1, "the character 'е' is not plain ASCII", "type it again from the keyboard"),
    ("1 > 3\u2028", 5, "the character U+2028 is not plain ASCII", "type it again from the keyboard"),
    ("0x10 > 3", 1, "the number runs into 'x10'", "put a blank between them"),
    ("1_000 > 3", 1, "the number runs into '_000'", "put a blank between them"),
    ("3j > 3", 1, "the number runs into 'j'", "put a blank between them"),
    (f"{'1' * 31} > 3", 0, "a number of 31 characters", "use at most 30"),
    ("np.mean(metrics.finished_trials > 3", 7, "1 of 1 brackets '(' is never closed", "add ')'"),
    ("np.mean((metrics.finished_trials > 3", 8, "2 of 2 brackets '(' are never closed", "add ')'"),
    ("metrics.finished_trials[-1 > 3", 23, "1 of 1 brackets '[' is never closed", "add ']'"),
    ("np.mean(metrics.finished_trials[-5:] > > 3", 39, "this cannot be read: invalid syntax", ""),
    ("metrics.finished_trials.mean[-1] > 3", 0, "conditions have no '.mean' here", "write metrics.NAME or np.FUNCTION( )"),
    ("(1 > 3))", 7, "this cannot be read: unmatched ')'", ""),
    ("1 > 3 and", 9, "this cannot be read: invalid syntax", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "message", "remedy"), PROBLEMS, ids=[row[0][:40] for row in PROBLEMS])
def test_problems_have_place_message_and_remedy(text, place, message, remedy):
    with pytest.raises(ConditionError) as caught:
        body(text)

    found = [
        (problem.offset - len("lambda metrics: "), problem.message, problem.remedy) for problem in caught.value.problems
    ]
    assert (place, message, remedy) in found
    assert len(found) == 1, found


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", 0, "the condition is empty"),
        (" \n ", 0, "the condition is empty"),
        ("metrics.finished_trials[-1] > 3", 0, "a condition is a lambda of 'metrics'"),
        ("lambda m: m.finished_trials[-1] > 3", 0, "the lambda has other arguments than 'metrics'"),
        ("lambda: 1 > 3", 0, "the lambda has other arguments than 'metrics'"),
        ("lambda metrics, other: 1 > 3", 0, "the lambda has other arguments than 'metrics'"),
        ("lambda metrics=1: 1 > 3", 14, "conditions have no '='"),
        ("lambda *metrics: 1 > 3", 0, "the lambda has other arguments than 'metrics'"),
        ("lambda metrics, *, x: 1 > 3", 0, "the lambda has other arguments than 'metrics'"),
        ("lambda metrics, /: 1 > 3", 0, "the lambda has other arguments than 'metrics'"),
        ("lambda metrics, **x: 1 > 3", 24 - 8, "conditions have no '**'"),
    ],
)
def test_a_condition_is_a_lambda_of_metrics(text, place, message):
    with pytest.raises(ConditionError) as caught:
        parse(text, METRICS)

    assert [(problem.offset, problem.message) for problem in caught.value.problems] == [(place, message)]


def test_a_line_break_that_joins_two_words_is_found_because_old_readers_delete_it():
    with pytest.raises(ConditionError) as caught:
        parse("lambda metrics: 1 > 3 or\nmetrics.session_total > 3")

    assert str(caught.value) == (
        "a line break joins two words: today's readers delete line breaks\n"
        "    metrics.session_total > 3\n"
        "    ^ begin the next line with a blank"
    )


def test_all_problems_come_at_once_in_the_order_of_the_text():
    with pytest.raises(ConditionError) as caught:
        body("metrics.finished_trails[-1] > 3 and metrics.session_total[-1] > True or np.men(1)")

    assert [problem.message for problem in caught.value.problems] == [
        "no metric is called 'finished_trails'",
        "'session_total' is one number",
        "conditions have no True",
        "conditions have no function 'np.men'",
    ]
    assert isinstance(caught.value, DocumentError)


def test_a_problem_shows_its_line_with_a_caret():
    with pytest.raises(ConditionError) as caught:
        parse("lambda metrics:\n        metrics.finished_trails[-1] >= 200\n        and 1 > 3", METRICS)

    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (2, 17)
    assert str(problem) == (
        "no metric is called 'finished_trails'\n"
        "    metrics.finished_trails[-1] >= 200\n"
        "            ^ did you mean 'finished_trials'?"
    )


def test_a_long_line_is_cut_around_the_fault():
    text = "lambda metrics: " + "1 > 3 or " * 60 + "metrics.licks[-1] > 3" + " or 1 > 3" * 60

    with pytest.raises(ConditionError) as caught:
        parse(text, METRICS)

    shown = str(caught.value).splitlines()
    assert shown[1].startswith("    …")
    assert len(shown[1]) < 90
    assert shown[1][shown[2].index("^")] == "l"
    assert "licks" in shown[1]


def test_the_twenty_first_problem_is_not_listed():
    with pytest.raises(ConditionError) as caught:
        body(" or ".join(["metrics.licks[-1] > 3"] * 30))

    assert len(caught.value.problems) == 20


def test_the_reference_conditions_parse_but_for_the_one_that_is_broken(reference: Path):
    texts = [
        (path.name, stage, rule["condition"])
        for path in sorted((reference / "data" / "curricula").glob("*.json"))
        for stage, transitions in json.loads(path.read_text())["curriculum"].items()
        for rule in transitions["transition_rules"]
    ]
    refused = []
    for name, stage, text in texts:
        try:
            parse(text)
        except ConditionError as error:
            refused.append((name, stage, error.problems))

    assert len(texts) == 185
    ((name, stage, problems),) = refused
    assert (name, stage) == ("Dummy task_curriculum_v0.1_schema_v1.0.json", "Stage final")
    assert [(problem.message, problem.line, problem.column) for problem in problems] == [
        ("1 of 2 brackets '(' is never closed", 6, 28)
    ]
