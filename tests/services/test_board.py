"""The board says of every mouse where it stands, what comes next, and why."""

import json
from typing import Any

import pandas as pd
import pytest

from autotrain_core.evaluation import decide_and_report, explain
from autotrain_core.models import Curriculum, Library, load_curriculum
from autotrain_core.services import BoardRow, board, why
from tests.interop.documents import LADDER, Rules, document


def load(stages: Rules, **extra: Any) -> Curriculum:
    return load_curriculum(json.dumps(document(stages, **extra)).encode())


TOY = load(LADDER)


def table(*rows: tuple[str, int, float | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["subject_id", "session", "trials", "efficiency"])


def reason(curriculum: Curriculum, *sessions: tuple[float | None, float | None]) -> str:
    """Why the mouse goes where it goes after the last of these sessions of (trials, efficiency)."""
    rows = [("m", number, *measured) for number, measured in enumerate(sessions, start=1)]
    return why(explain(table(*rows), curriculum, subject_id="m", session=len(rows)))


# ---- why ----


def test_a_mouse_that_goes_on_is_told_by_all_that_it_reached() -> None:
    assert (
        reason(TOY, (120, 0.74)) == "trials 120 (needs at least 100) and efficiency 0.74 (needs at least 0.5): goes on"
    )


def test_a_mouse_that_stays_is_told_by_what_it_lacks() -> None:
    assert reason(TOY, (80, 0.74)) == "trials 80 (needs at least 100): stays"
    assert reason(TOY, (80, 0.4)) == "trials 80 (needs at least 100) and efficiency 0.4 (needs at least 0.5): stays"


def test_a_mouse_that_goes_back_is_told_by_what_sent_it() -> None:
    assert reason(TOY, (120, 0.74), (40, 0.9)) == "trials 40 (below 50): goes back"
    assert reason(TOY, (120, 0.74), (40, 0.1)) == "trials 40 (below 50) and efficiency 0.1 (below 0.3): goes back"


def test_a_missing_value_is_called_missing() -> None:
    assert reason(TOY, (None, 0.74)) == "trials missing (needs at least 100): stays"


def test_a_missing_value_that_leaves_the_rule_open_waits_for_a_person() -> None:
    stay = load(LADDER, on_missing="stay")

    assert reason(stay, (None, 0.74)) == "trials missing (needs at least 100): stays until a person decides"


def test_a_number_is_told_apart_from_its_threshold() -> None:
    assert reason(TOY, (100, 0.49999999)) == "efficiency 0.49999999 (needs at least 0.5): stays"
    assert reason(TOY, (1234567, 0.123456)) == "efficiency 0.1235 (needs at least 0.5): stays"
    assert reason(TOY, (1234567, 0.5)).startswith("trials 1,234,567 (needs at least 100)")


def test_a_stage_that_only_leads_back_says_why_it_does_not() -> None:
    back = load(
        {
            "A": [("progress", "B", "metrics.trials[-1] >= 0")],
            "B": [("rollback", "A", "metrics.trials[-1] < 50 or metrics.efficiency[-1] < 0.3")],
        }
    )

    assert reason(back, (1, 1), (60, 0.5)) == "trials 60 (below 50) and efficiency 0.5 (below 0.3): stays"


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("np.mean(metrics.trials[-2:]) >= 100", "mean of the last 2 trials 90 (needs at least 100): stays"),
        ("metrics.session_total >= 10", "total sessions 1 (needs at least 10): stays"),
        ("300 <= metrics.trials[-1] < 400", "trials 90 (needs at least 300): stays"),
        ("not metrics.trials[-1] < 100", "not (trials below 100): stays"),
        (
            "sum(x >= 300 for x in metrics.trials[-5:]) >= 3",
            "in at least 3 of the last 5 sessions trials at least 300: stays",
        ),
        ("metrics.trials[-1] >= 300 and metrics.trials[-1] >= 300", "trials 90 (needs at least 300): stays"),
    ],
)
def test_every_form_of_a_condition_has_its_sentence(condition: str, sentence: str) -> None:
    assert reason(load({"A": [("progress", "B", condition)], "B": []}), (90, 0.5)) == sentence


def test_stages_without_a_rule_to_try_say_so() -> None:
    broken = load({"A": [("progress", "B", "metrics.trials[-1] >")], "B": []})

    assert reason(TOY, (200, 1), (200, 1), (200, 1)) == "the mouse has finished this curriculum"
    assert reason(load({"A": [], "B": []}), (200, 1)) == "A has no rules, so the mouse stays"
    assert reason(broken, (200, 1)) == "a rule of this stage is broken, so the mouse stays until it is mended"


# ---- the board ----


def rows_of(sessions: pd.DataFrame, curriculum: Curriculum | Library) -> tuple[BoardRow, ...]:
    return board(sessions, curriculum, decide_and_report(sessions, curriculum))


def test_each_mouse_has_one_row_with_its_last_session() -> None:
    rows = rows_of(table(("m1", 1, 120, 0.7), ("m1", 2, 40, 0.7), ("m2", 1, 20, 0.7)), TOY)

    assert rows == (
        BoardRow(
            subject_id="m1",
            curriculum="Toy@1",
            stage="B",
            session=2,
            sessions_at_stage=1,
            decision="ROLLBACK",
            next_stage="A",
            why="trials 40 (below 50): goes back",
            certain=True,
        ),
        BoardRow(
            subject_id="m2",
            curriculum="Toy@1",
            stage="A",
            session=1,
            sessions_at_stage=1,
            decision="STAY",
            next_stage="A",
            why="trials 20 (needs at least 100): stays",
            certain=True,
        ),
    )


def test_the_last_session_is_the_one_with_the_highest_number_wherever_it_stands() -> None:
    rows = rows_of(table(("m1", 7, 20, 0.7), ("m1", 3, 120, 0.7)), TOY)

    assert [(row.session, row.stage) for row in rows] == [(7, "B")]


def test_mice_are_in_the_order_of_their_numbers() -> None:
    rows = rows_of(table(*((name, 1, 1, 1) for name in ("m10", "m2", "9", "10", "A"))), TOY)

    assert [row.subject_id for row in rows] == ["9", "10", "A", "m2", "m10"]


def test_an_uncertain_decision_is_marked() -> None:
    rows = rows_of(table(("m1", 1, None, 0.7)), TOY)

    assert rows[0].certain is False


def test_a_mouse_of_which_nothing_was_decided_is_on_the_board_with_the_reason() -> None:
    rows = rows_of(table(("m1", 1, 120, 0.7), ("m2", 1, None, None)), TOY)

    assert rows[1] == BoardRow(
        subject_id="m2",
        curriculum="",
        stage="",
        session=None,
        sessions_at_stage=0,
        decision="",
        next_stage="",
        why="session 1 was not decided: no value in any of trials, efficiency",
        certain=False,
    )


def test_a_later_session_that_was_not_decided_is_added_to_the_reason() -> None:
    rows = rows_of(table(("m1", 1, 20, 0.7), ("m1", 2, None, None)), TOY)

    assert rows[0].session == 1
    assert rows[0].why.startswith("trials 20 (needs at least 100): stays; session 2 was not decided: no value")


def test_an_earlier_session_that_was_not_decided_does_not_matter_any_more() -> None:
    rows = rows_of(table(("m1", 1, None, None), ("m1", 2, 20, 0.7)), TOY)

    assert rows[0].why == "trials 20 (needs at least 100): stays"


def test_mice_of_different_curricula_stand_on_one_board() -> None:
    library = Library([TOY, load(LADDER, version="2")])
    sessions = table(("m1", 1, 120, 0.7), ("m2", 1, 120, 0.7)).assign(
        curriculum_name="Toy", curriculum_version=["1", "2"]
    )

    assert [row.curriculum for row in rows_of(sessions, library)] == ["Toy@1", "Toy@2"]


def test_an_empty_table_is_an_empty_board() -> None:
    assert rows_of(table(), TOY) == ()


def test_progress_counts_the_mice() -> None:
    sessions = table(("m1", 1, 1, 1), ("m2", 1, 1, 1))
    steps: list[tuple[int, int]] = []

    board(sessions, TOY, decide_and_report(sessions, TOY), progress=lambda done, total: steps.append((done, total)))

    assert steps == [(1, 2), (2, 2)]
