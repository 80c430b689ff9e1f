"""Strange cells and strange declarations: never an error of somebody else's, and never a mouse that stops another."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from autotrain_core.errors import TableError
from autotrain_core.evaluation import _sessions as sessions_module
from autotrain_core.evaluation import decide, decide_and_report, explain
from autotrain_core.models import Library
from tests.evaluation.documents import LADDER, curriculum, sessions

TOY = curriculum(LADDER)
GOOD = ("good", 1, 150, 0.6)
SHARE = {"A": [("progress", "B", "metrics.share[-1] > 0.6")], "B": []}


def with_cell(column, cell):
    table = sessions([("m", 1, 150, 0.6, "A"), (*GOOD, "A")], curriculum_name="Toy", curriculum_version="1")
    table[column] = pd.Series([cell, table[column].iloc[1]], dtype=object)
    return table


@pytest.mark.parametrize("cell", [["a"], {"a": 1}, np.array([1, 2]), ("a", ["b"]), "\ud800", b"x", 3 + 4j])
@pytest.mark.parametrize("column", ["subject_id", "current_stage_actual", "curriculum_name", "curriculum_version"])
def test_no_cell_of_text_stops_another_mouse(column, cell):
    found = decide_and_report(with_cell(column, cell), Library([TOY]))

    assert "good" in found.decisions["subject_id"].tolist()


@pytest.mark.parametrize(
    "cell",
    [[1], {}, np.array([1, 2]), 10**400, Decimal("sNaN"), "\ud800", b"1", 3 + 4j, 1e300, 2**70, "1e400", float("inf")],
)
@pytest.mark.parametrize("column", ["session", "trials"])
def test_no_cell_of_a_number_stops_another_mouse(column, cell):
    found = decide_and_report(with_cell(column, cell), TOY)

    assert found.decisions["subject_id"].tolist()[-1] == "good"
    assert [notice.kind for notice in found.report] == [
        "no-session-number" if column == "session" else "not-a-measurement"
    ]


def test_numbers_in_strange_clothes_are_numbers():
    table = with_cell("trials", Decimal("150"))
    table["session"] = pd.Series([np.array(1), np.uint64(1)], dtype=object)

    assert decide(table, TOY)["next_stage_suggested"].tolist() == ["B", "B"]


def test_session_numbers_that_no_float_tells_apart_are_left_out():
    table = sessions([GOOD, ("m", 1, 1, 1), ("m", 1, 1, 1)])
    table["session"] = np.array([1, 2**53 + 2, 2**53], dtype=np.uint64)

    found = decide_and_report(table, TOY)

    assert found.decisions["session"].tolist() == [1, 2**53]
    assert [notice.kind for notice in found.report] == ["no-session-number"]


def test_blank_ids_name_no_mouse():
    for blank in ("", "  "):
        found = decide_and_report(sessions([(blank, 1, 150, 0.6), GOOD]), TOY)

        assert [notice.kind for notice in found.report] == ["no-subject"]


def test_two_curricula_may_mean_different_things_by_one_column():
    whole = curriculum(SHARE, version="2", metrics=[{"name": "share", "title": "share", "integer": True, "maximum": 5}])
    fraction = curriculum(SHARE, metrics=[{"name": "share", "title": "share", "maximum": 1}])
    table = pd.DataFrame({"subject_id": ["m", "m", "n", "n"], "session": [1, 2, 1, 2], "share": [0.7, 2.0, 0.7, 2.0]})
    table["curriculum_name"], table["curriculum_version"] = "Toy", ["1", "1", "2", "2"]

    both = decide_and_report(table, Library([fraction, whole]))
    alone = decide_and_report(table.iloc[:2], Library([fraction, whole]))

    assert both.decisions["decision"].tolist() == ["PROGRESS", "STAY", "PROGRESS"]
    assert alone.decisions["decision"].tolist() == ["PROGRESS", "STAY"]
    assert [(notice.subject_id, notice.kind) for notice in both.report] == [
        ("m", "out-of-bounds"),
        ("n", "not-a-measurement"),
        ("n", "no-metrics"),
    ]


def test_what_is_missing_is_bounded_as_its_own_curriculum_says():
    rules = {"A": [("progress", "B", "metrics.share[-1] > 2")], "B": []}
    narrow = curriculum(rules, metrics=[{"name": "share", "title": "", "maximum": 1}, {"name": "other", "title": ""}])
    wide = curriculum(rules, version="2", metrics=[{"name": "share", "title": ""}, {"name": "other", "title": ""}])
    table = pd.DataFrame({"subject_id": ["m", "n"], "session": 1, "share": np.nan, "other": 1.0})
    table["curriculum_name"], table["curriculum_version"] = "Toy", ["1", "2"]

    assert decide(table, Library([narrow, wide]))["certain"].tolist() == [True, False]


def test_a_metric_that_no_rule_reads_may_be_anything():
    dated = curriculum(LADDER, version="2", metrics=[{"name": "day", "title": "day"}, *TOY.document["metrics"]])
    table = sessions([GOOD, ("m", 1, 150, 0.6)], curriculum_name="Toy", curriculum_version=["1", "2"])
    table["day"] = pd.to_datetime("2024-01-01")

    assert decide(table, Library([TOY, dated]))["next_stage_suggested"].tolist() == ["B", "B"]


def test_a_metric_column_that_stands_twice_is_named():
    table = sessions([GOOD])
    twice = pd.concat([table, table[["trials"]]], axis=1)

    with pytest.raises(TableError, match="has the column 'trials' twice"):
        decide(twice, TOY)


def test_a_mouse_with_more_sessions_than_a_life_holds_is_left_out(monkeypatch):
    monkeypatch.setattr(sessions_module, "MAX_SESSIONS", 3)

    found = decide_and_report(sessions([*(("m", number, 150, 0.6) for number in range(1, 5)), GOOD]), TOY)

    assert found.decisions["subject_id"].tolist() == ["good"]
    assert {notice.kind for notice in found.left_out} == {"too-many-sessions"}
    assert len(decide(sessions([("m", number, 150, 0.6) for number in range(1, 4)]), TOY)) == 3


def test_an_empty_table_of_mice_with_their_own_curricula_is_empty():
    table = sessions([GOOD], curriculum_name="Toy", curriculum_version="1").iloc[:0]

    assert len(decide(table, Library([TOY]))) == 0


def test_arguments_in_the_wrong_place_are_named():
    for wrong in ("Toy@1", [TOY], {"Toy": TOY}):
        with pytest.raises(TypeError, match="expected a Curriculum, a Library or None"):
            decide(sessions([GOOD]), wrong)
    with pytest.raises(TypeError, match="expected a pandas DataFrame"):
        decide(TOY, sessions([GOOD]))


# ---- the smallest change, from both sides ----


def flip(rules, history):
    followed = curriculum({"A": rules, "B": [], "C": []})
    rows = [("m", number, 5, efficiency) for number, efficiency in enumerate(history, start=1)]
    return explain(sessions(rows), followed, "m", len(rows)).flip


def test_the_nearer_side_wins_however_far_the_ladder_of_values_is_spaced():
    rules = [
        ("progress", "B", "np.mean(metrics.efficiency[-5:]) >= 134"),
        ("rollback", "C", "np.mean(metrics.efficiency[-5:]) < 20"),
    ]

    found = flip(rules, [100.0] * 5)

    assert (found.needed, found.decision) == (270, "PROGRESS")


@pytest.mark.parametrize(
    ("body", "history", "low", "high"),
    [
        (
            "np.mean(metrics.efficiency[-5:]) > 101.1 and np.mean(metrics.efficiency[-5:]) < 101.2",
            [100.0] * 5,
            105.5,
            106,
        ),
        ("abs(metrics.efficiency[-1] * 3 - 330.7) < 0.01", [100.0], 110.22, 110.24),
        ("3 < metrics.efficiency[-1] / 7 < 3.0001", [4.0], 21, 21.0007),
    ],
)
def test_a_narrow_gap_is_found(body, history, low, high):
    found = flip([("progress", "B", body)], history)

    assert low < found.needed < high


def test_a_window_at_the_stage_of_another_stage_does_not_hide_the_count():
    followed = curriculum(
        {
            "A": [("progress", "B", "metrics.session_at_current_stage >= 3")],
            "B": [("stay", "B", "np.sum(metrics.at_stage.trials) > 1")],
        }
    )

    found = explain(sessions([("m", 1, 1, 1)]), followed, "m", 1).flip

    assert (found.name, found.needed) == ("session_at_current_stage", 3)
