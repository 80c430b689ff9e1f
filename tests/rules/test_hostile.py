"""Hostile text is refused before it can do anything: no code runs, no stack ends, no memory fills."""

import subprocess
import sys
import tracemalloc

import pytest

from autotrain_core.errors import ConditionError
from autotrain_core.rules import parse

L = "lambda metrics: "
HOSTILE = {
    "import": L + "__import__('os').system('touch /tmp/owned')",
    "dunder": L + "().__class__.__bases__[0].__subclasses__()",
    "dunder on metrics": L + "metrics.__init__.__globals__ > 1",
    "dunder on a window": L + "metrics.finished_trials.__class__ > 1",
    "numpy door": L + "np.load(metrics.finished_trials) > 1",
    "numpy internals": L + "np.core.multiarray.sys.exit(1) > 1",
    "open": L + "open(1) > 1",
    "getattr": L + "getattr(metrics, 1) > 1",
    "eval": L + "eval(1) > 1",
    "walrus": L + "(x := 5) > 1",
    "power": L + "9**9**9**9 > 1",
    "shift": L + "1 << 99999999 > 1",
    "huge number": L + "1" * 3_900 + " > 1",
    "range": L + "sum(x for x in range(1000000000)) > 1",
    "list": L + "sum([x for x in metrics.finished_trials]) > 1",
    "multiplied text": L + "len('a' * 9999999999) > 1",
    "format string": L + "f'{metrics.__class__}' > 1",
    "format method": L + "'{0.__class__}'.format(metrics) > 1",
    "look-alike letters": L + "mеtrics.finished_trials[-1] > 1",
    "full-width letters": L + "ｍetrics.finished_trials[-1] > 1",
    "invisible letter": L + "metrics.finished\u200b_trials[-1] > 1",
    "right-to-left": L + "metrics.finished_trials[-1] > 1 \u202e",
    "deep brackets": L + "(" * 1_900 + "1" + ")" * 1_900 + " > 1",
    "deep subscripts": L + "metrics" + "[" * 1_000,
    "deep not": L + "not " * 900 + "1 > 2",
    "deep minus": L + "-" * 900 + "1 > 2",
    "deep attributes": L + "metrics" + ".a" * 450 + " > 1",
    "deep calls": L + "abs(" * 900,
    "deep lambdas": L * 240 + "1 > 2",
    "long sum": L + "1+" * 480 + "1 > 2",
    "many words": L + "1>2or " * 660 + "1>2",
    "million characters": L + "1 > 2 or " * 120_000 + "1 > 2",
    "ten million spaces": L + " " * 10_000_000,
    "null byte": L + "1 > \x00 2",
    "statement": "import os",
    "two lambdas": L + "1 > 2, lambda metrics: 1 > 2",
    "default argument": "lambda metrics, x=__import__: x > 1",
    "await": L + "await metrics.a > 1",
    "yield": L + "(yield) > 1",
    "star": L + "sum(*metrics.finished_trials) > 1",
    "ellipsis": L + "metrics.finished_trials[...] > 1",
    "surrogate": L + "\ud800 > 1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_with_our_error_in_little_memory(text):
    tracemalloc.start()
    try:
        with pytest.raises(ConditionError) as caught:
            parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * 2**20
    assert 0 < len(str(caught.value)) < 20_000
    assert str(caught.value).encode("utf-8", "replace")


def test_a_wide_condition_within_the_bounds_is_still_read():
    parse(L + " or ".join(f"metrics.a[-1] > {number}" for number in range(100)))


def test_nesting_within_the_bounds_is_still_read():
    parse(L + "(" * 28 + "1 > 2" + ")" * 28)
    parse(L + "not " * 35 + "1 > 2")


def test_reading_hostile_text_evaluates_nothing():
    script = (
        "import builtins, sys\n"
        "from autotrain_core.rules import parse\n"
        "from autotrain_core.errors import ConditionError\n"
        "def refuse(*_args, **_kwargs): print('EVALUATED'); sys.exit(3)\n"
        "builtins.eval = builtins.exec = builtins.__import__ = refuse\n"
        "for text in sys.argv[1:]:\n"
        "    try:\n"
        "        parse(text)\n"
        "    except ConditionError:\n"
        "        print('refused')\n"
    )
    texts = [text for text in HOSTILE.values() if len(text) < 1_000 and "\x00" not in text and text.isascii()]

    done = subprocess.run([sys.executable, "-c", script, *texts], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["refused"] * len(texts)
