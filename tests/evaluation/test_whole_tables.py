"""Tables as a whole: what is refused, what is warned about, what is empty."""

import pandas as pd
import pytest

from autotrain_core.errors import MissingColumnError, TableError
from autotrain_core.evaluation import LeftOutWarning, Notice, decide, decide_and_report, explain
from autotrain_core.models import Library
from tests.evaluation.documents import LADDER, curriculum, sessions

TOY = curriculum(LADDER)
GOOD = ("good", 1, 150, 0.6)


def test_decide_warns_about_what_it_left_out():
    table = sessions([("m", 1, 150, 0.6), ("m", 1, 150, 0.6)])

    with pytest.warns(LeftOutWarning, match=r"1 of 2 sessions were not decided, the first: m, session 1: the table"):
        decisions = decide(table, TOY)

    assert len(decisions) == 1


def test_a_table_without_subjects_or_sessions_is_refused():
    with pytest.raises(MissingColumnError, match="has no column 'session'") as caught:
        decide(sessions([GOOD]).drop(columns="session"), TOY)

    assert caught.value.missing == ("session",)


def test_a_table_without_a_metric_that_the_rules_read_is_refused():
    with pytest.raises(MissingColumnError, match=r"no column 'efficiency'.*The rules of the curriculum read it"):
        decide(sessions([GOOD]).drop(columns="efficiency"), TOY)


def test_a_metric_column_that_one_curriculum_of_many_needs_stops_only_its_mice():
    plain = curriculum({"A": [("progress", "Graduated", "metrics.trials[-1] > 1")]}, version="2")
    table = sessions([("m", 1, 150, 0.6), ("n", 1, 150, 0.6)], curriculum_name="Toy", curriculum_version=["1", "2"])

    found = decide_and_report(table.drop(columns="efficiency"), Library([TOY, plain]))

    assert found.decisions["subject_id"].tolist() == ["n"]
    assert found.report == (
        Notice(
            "m",
            1,
            "no-metric-column",
            True,
            "the table has no usable column efficiency, which the rules read; it was not decided",
        ),
    )


def test_without_a_curriculum_each_row_has_to_name_its_own():
    for table in (sessions([GOOD]), sessions([GOOD], curriculum_name="Toy")):
        with pytest.raises(MissingColumnError, match="Name one curriculum for all rows"):
            decide(table, Library([TOY]))
    with pytest.raises(TableError, match="names no curriculum that is there: Toy 7"):
        decide(sessions([GOOD], curriculum_name="Toy", curriculum_version="7"), Library([TOY]))
    with pytest.raises(TableError, match="names no curriculum that is there: Toy 1"):
        decide(sessions([GOOD], curriculum_name="Toy", curriculum_version="1"))


def test_of_the_curricula_that_nobody_has_five_are_named():
    rows = [("m", number, 150, 0.6) for number in range(1, 9)]
    table = sessions(rows, curriculum_name="Toy", curriculum_version=[None, "21", "22", "23", "24", "25", "26", "27"])

    with pytest.raises(TableError) as caught:
        decide(table, Library([TOY]))

    assert str(caught.value) == (
        "The session table names no curriculum that is there: Toy without version; Toy 21; Toy 22; Toy 23; Toy 24. "
        "Name one curriculum for all rows, or give each row its own in curriculum_name and curriculum_version."
    )


def test_dates_are_no_metric_and_a_column_stands_once():
    table = sessions([GOOD])
    table["trials"] = pd.to_datetime(["2024-01-01"])
    with pytest.raises(TableError, match="trials: found dates"):
        decide(table, TOY)
    twice = pd.concat([sessions([GOOD]), sessions([GOOD])[["session"]]], axis=1)
    with pytest.raises(TableError, match="has the column 'session' twice"):
        decide(twice, TOY)


def test_explaining_asks_for_the_same_columns():
    with pytest.raises(MissingColumnError, match="has no column 'subject_id'"):
        explain(sessions([GOOD]).drop(columns="subject_id"), TOY, subject_id="m", session=1)


def test_versions_may_be_numbers_and_mean_what_they_print():
    two = curriculum(LADDER, version="2.0")
    table = sessions([GOOD], curriculum_name="Toy", curriculum_version=2.0)

    assert decide(table, Library([TOY, two]))["curriculum_version"].tolist() == ["2.0"]


def test_an_empty_table_gives_an_empty_table():
    decisions = decide(sessions([GOOD]).iloc[:0], TOY)

    assert len(decisions) == 0
    assert decisions.columns.tolist()[0] == "subject_id"
    assert decisions["certain"].dtype == bool


def test_a_table_of_rows_that_do_not_count_gives_an_empty_table():
    found = decide_and_report(sessions([("m", None, 1, 1)]), TOY)

    assert len(found.decisions) == 0
    assert len(found.left_out) == 1


def test_progress_is_told_block_by_block():
    told = []

    decide(sessions([("m", 1, 1, 1), ("m", 2, 1, 1)]), TOY, progress=lambda done, of: told.append((done, of)))

    assert told == [(1, 2), (2, 2)]


def test_a_notice_can_be_written_as_json():
    assert Notice("m", 1, "kind", True, "why").as_json() == {
        "subject_id": "m",
        "session": 1,
        "kind": "kind",
        "left_out": True,
        "sentence": "why",
    }
