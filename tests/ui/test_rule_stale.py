"""Words that still hold a number of a condition that has another one by now."""

import pytest

from autotrain_core.rules import parse
from autotrain_ui.builder.rule_stale import stale_numbers, stale_words, with_numbers


def stale(said: str, before: str, now: str) -> dict[str, str]:
    return stale_numbers(said, parse(f"lambda metrics: {before}"), parse(f"lambda metrics: {now}"))


AT_300 = "metrics.trials[-1] >= 300 and metrics.share[-1] >= 0.65"


@pytest.mark.parametrize(
    ("said", "now", "found"),
    [
        ("At least 300 trials.", AT_300.replace("300", "310"), {"300": "310"}),
        ("300 at 0.650", AT_300.replace("300", "310").replace("0.65", "0.7"), {"300": "310", "0.650": "0.7"}),
        ("At least 300 trials", AT_300, {}),
        ("Enough trials", AT_300.replace("300", "310"), {}),
        ("At least 310 trials, no longer 1300", AT_300.replace("300", "310"), {}),
        ("Leads to stage 300", AT_300.replace("300", "310"), {}),
        ("Of 300 trials", "metrics.share[-1] >= 0.65", {"300": ""}),
        ("Of 300 trials", AT_300.replace("300", "310") + " and metrics.session_total > 3", {"300": ""}),
        ("300 of 1,300", AT_300.replace("300", "310"), {"300": "310"}),
    ],
)
def test_a_number_that_the_condition_lost_is_found_in_the_words(said: str, now: str, found: dict[str, str]) -> None:
    assert stale(said, AT_300, now) == found


def test_windows_are_numbers_too() -> None:
    found = stale("mean of 5", "np.mean(metrics.share[-5:]) > 0.6", "np.mean(metrics.share[-3:]) > 0.6")

    assert found == {"5": "3"}


def test_the_one_number_that_went_is_replaced_by_the_one_that_came_though_a_line_came_too() -> None:
    found = stale("Of 300", "metrics.trials[-1] >= 300", "metrics.trials[-1] >= 310 and metrics.share[-1] >= 1")

    assert found == {"300": "310"}


def test_it_is_said_in_a_sentence() -> None:
    assert stale_words({"300": "310"}) == "It still says 300; the condition now asks for 310."
    assert stale_words({"300": "", "5": "3"}) == "It still says 300 and 5, which the condition has no more."


def test_only_what_is_known_is_replaced() -> None:
    assert with_numbers("300 of 1,300, 300.", {"300": "310"}) == "310 of 1,300, 310."
    assert with_numbers("300 and 5", {"300": "", "5": "3"}) == "300 and 3"
