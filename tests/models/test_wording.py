"""How sentences show values and names."""

from typing import Any

import pytest

from autotrain_core.models._wording import did_you_mean, listed, nearest, number, plain, quoted, shown


def test_long_lists_end_after_twelve() -> None:
    assert listed("abc") == "a, b, c"
    assert listed("abcdefghijkl") == "a, b, c, d, e, f, g, h, i, j, k, l"
    assert listed("abcdefghijklm") == "a, b, c, d, e, f, g, h, i, j, k, l and 1 more"
    assert listed([]) == ""


def test_texts_are_short_and_can_be_printed() -> None:
    assert plain("m" * 60) == "m" * 60
    assert plain("m" * 61) == "m" * 60 + "…"
    assert plain("\x1b[31m") == "\\x1b[31m"
    assert quoted("µ\n") == "'µ\\n'"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        (1, "1"),
        (4.0, "4.0"),
        (True, "true"),
        (None, "null"),
        ([1], "a list of 1"),
        ({}, "an object of 0"),
    ],
)
def test_values_are_shown_as_a_document_writes_them(value: Any, text: str) -> None:
    assert shown(value) == text


def test_numbers_are_shown_as_people_write_them() -> None:
    assert [number(value) for value in (20000.0, 3, 0.5, 1e-3)] == ["20000", "3", "0.5", "0.001"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("STAGE_FINAL", "Stage final"),
        (" stage final", "Stage final"),
        ("Stage finale", "Stage final"),
        ("Stage 22", "Stage 2"),
        ("Stage 9", None),
        ("Habituation", None),
        ("", None),
        ("Stage 2" + "x" * 200_000, None),
    ],
)
def test_the_nearest_name_is_the_one_that_was_meant(name: str, found: str | None) -> None:
    assert nearest(name, ("Stage 1", "Stage 2", "Stage final")) == found


def test_underscores_count_as_blanks() -> None:
    assert nearest("a_b", ("a b", "a-b")) == "a b"


def test_an_offer_is_the_end_of_a_sentence() -> None:
    assert did_you_mean("laps", ("lap", "speed")) == "; did you mean 'lap'?"
    assert did_you_mean("laps", ()) == ""
