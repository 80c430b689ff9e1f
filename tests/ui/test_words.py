"""How the app says things."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from autotrain_ui import words

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-22", "today"),
        ("2026-11-21", "yesterday"),
        ("2026-11-23", "tomorrow"),
        ("2026-11-16", "Mon 16 Nov"),
        ("2025-03-03", "3 Mar 2025"),
        (pd.NaT, "–"),
        (None, "–"),
    ],
)
def test_days_are_said_as_people_say_them(when: object, said: str) -> None:
    assert words.day(pd.Timestamp(when) if isinstance(when, str) else when, TODAY) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "just now"),
        (-30, "just now"),
        (7 * 60, "7 min ago"),
        (5 * 3600, "5 h ago"),
        (3 * 86400, "3 days ago"),
        (-7200, "in 2 h"),
    ],
)
def test_times_are_said_by_how_long_ago_they_were(seconds: int, said: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("label", "said"),
    [("STAGE_1_WARMUP", "Stage 1 w/warmup"), ("Shaping 3", "Shaping 3"), (None, "–"), (np.nan, "–")],
)
def test_stages_are_said_as_documents_write_them(label: object, said: str) -> None:
    assert words.stage(label) == said


@pytest.mark.parametrize(
    ("label", "said"), [("PROGRESS", "↑ goes on"), ("ROLLBACK", "↓ goes back"), ("STAY", "· stays"), (None, "–")]
)
def test_decisions_have_a_sign_each(label: object, said: str) -> None:
    assert words.decision(label) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(512.0, "", "512"), (0.7431, "", "0.743"), (21.5, "g", "21.5 g"), (12345.6, "", "12,346"), (np.nan, "g", "–")],
)
def test_numbers_have_as_many_digits_as_they_deserve(value: float, unit: str, said: str) -> None:
    assert words.number(value, unit) == said


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("Coupled Baiting@2.3", "Coupled Baiting 2.3"),
        ("me@home@1", "me@home 1"),
        ("Nameless", "Nameless"),
        (None, "–"),
        (np.nan, "–"),
    ],
)
def test_a_curriculum_is_said_as_the_lab_writes_it(key: object, said: str) -> None:
    assert words.curriculum(key) == said


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\xad", "\x07", "\x1b"])
def test_what_nobody_can_see_is_shown_as_a_sign(unseen: str) -> None:
    assert words.as_html(f"a{unseen}b") == "a\ufffdb"
    assert words.as_text(f"a{unseen}b") == "a\ufffdb"


def test_in_html_blanks_lines_and_joined_letters_stay() -> None:
    assert words.as_html("a  b\n\tc \u0915\u094d\u200d\u0937") == "a  b\n\tc \u0915\u094d\u200d\u0937"


def test_html_is_text_also_in_an_attribute() -> None:
    assert words.as_html("<b a='1' c=\"2\">&") == "&lt;b a=&#x27;1&#x27; c=&quot;2&quot;&gt;&amp;"


def test_one_mouse_is_no_mice() -> None:
    assert [words.mice(0), words.mice(1), words.mice(1204)] == ["0 mice", "1 mouse", "1,204 mice"]


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "**bold** _it_ `code`",
    "[link](javascript:alert(1))",
    ":red[coloured] :material/home: :streamlit:",
    "$\\frac{1}{2}$",
    "# heading",
    "1. list\n2. list",
    "a | b\n---|---",
    "![pic](http://x/y.png)",
    "&lt;b&gt; &amp;",
    "mail@example.org https://example.org",
    "~~gone~~ ==mark==",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_strangers_type_is_escaped_sign_by_sign(text: str) -> None:
    said = words.as_text(text)

    plain = said.replace("\\", "").replace("\u2060", "")
    assert plain == " ".join(text.split()).replace("\\", "")
    for sign in "*_`[]<>$#|~:&!":
        assert said.count(f"\\{sign}") == text.count(sign)


@pytest.mark.parametrize("text", ["Delay period (min)", "Élan, 20 %", "Stage 1", "reward µL"])
def test_what_markdown_leaves_alone_is_left_alone(text) -> None:
    assert words.as_text(text) == text


@pytest.mark.parametrize("text", ["1. one", "(c", "a_b_", "x:red[y]", "[a](b)", "www.example.org", "- a", "a--b"])
def test_what_markdown_might_read_is_not(text) -> None:
    assert words.as_text(text) != text


def test_a_page_shows_it_as_it_was_typed() -> None:
    def page(texts: tuple[str, ...]) -> None:
        import streamlit as st

        from autotrain_ui import words

        for text in texts:
            st.markdown(words.as_text(text))

    run = AppTest.from_function(page, args=(HOSTILE,), default_timeout=30).run()

    assert not run.exception
    assert len(run.markdown) == len(HOSTILE)
