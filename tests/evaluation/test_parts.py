"""A table decided in parts of whole mice comes out as if it had been decided whole: rows, index, dtypes, report."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import AutotrainError, MissingColumnError, TableError
from autotrain_core.evaluation import Outcome, decide, decide_and_report, decide_part, divide, join, terms_of
from autotrain_core.evaluation._lab import example_lab
from autotrain_core.models import Curriculum, Library
from tests.evaluation.documents import LADDER, TRIALS, curriculum, sessions
from tests.evaluation.labs import FORAGING, MANY

TOY = curriculum(LADDER)
SECOND = curriculum({"A": [("progress", "B", "0.5 < metrics.efficiency[-1] < 0.6")], "B": []}, version="2")
SHARE = {"name": "share", "title": "share", "maximum": 1}
SHARED = curriculum(
    {"A": [("progress", "B", "metrics.share[-1] > 0.6")], "B": []},
    version="3",
    metrics=[SHARE, {**TRIALS, "integer": False}],
)
BROKEN = curriculum({"A": [("progress", "B", "metrics.trials[-1] >")], "B": []}, version="4", on_missing="stay")
LIBRARY = Library([TOY, SECOND, SHARED, BROKEN])
GOOD = ("good", 1, 150, 0.6)


def in_parts(
    table: pd.DataFrame, followed: Any, parts: int, *, open_loop: bool = False, packed: bool = True
) -> Outcome:
    """Decide in parts that travel, the last one first: each is pickled, decided, and its outcome pickled."""
    division = divide(table, followed, open_loop=open_loop)
    sent = [pickle.dumps((part, division.terms)) for part in division.parts(table, division.cut(parts))]
    outcomes = [pickle.dumps(decide_part(*pickle.loads(part), packed=packed)) for part in reversed(sent)]
    return join(table, [pickle.loads(outcome) for outcome in outcomes])


def check_alike(table: pd.DataFrame, followed: Any, *, open_loop: bool = False, most: int = 4) -> None:
    whole = result(decide_and_report, table, followed, open_loop=open_loop)
    for parts in range(1, most + 1):
        found = result(in_parts, table, followed, parts, open_loop=open_loop, packed=parts != 3)
        if isinstance(whole, tuple):
            assert found == whole
        else:
            pd.testing.assert_frame_equal(found.decisions, whole.decisions, check_exact=True, check_index_type=True)
            assert found.report == whole.report


def result(work: Any, *words: Any, **named: Any) -> Any:
    try:
        return work(*words, **named)
    except AutotrainError as error:
        return type(error), str(error)


# ---- any table ----

IDS = ["447921", 447921, 447921.0, "m", "n", "o", "good", None, np.nan, pd.NA, "", "  ", ("t", 1), [1], "\ud800", b"x"]
NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 2.0, "3", None, np.nan, 1.5, "one", 0, -2, 10**400, float("inf")]
STAGES = ["A", "B", "C", "STAGE_4", "Graduated", "Stage 2", "unknown", "", None, np.nan, 7]
NAMES = ["Toy", "Toy", "Toy", "Toy", None, "", "Tox", 5]
VERSIONS = ["1", "2", "3", "4", 1, 2.0, "9", "8", None, ""]
COUNTS = [150, 250, 60, 10, None, np.nan, -5, 250.5, "150.0", "abc", float("inf"), 1e300]
FRACTIONS = [0.6, 0.4, 0.1, 0.9, None, np.nan, -0.1, "n/a", float("inf")]


def odd_tables() -> st.SearchStrategy[pd.DataFrame]:
    pools: dict[str, list[Any]] = {
        "subject_id": IDS,
        "session": NUMBERS,
        "trials": COUNTS,
        "efficiency": FRACTIONS,
        "share": FRACTIONS,
        "current_stage_actual": STAGES,
        "curriculum_name": NAMES,
        "curriculum_version": VERSIONS,
        "curriculum_schema_version": ["2.0", "2.0", None, "1.0"],
    }
    rows = st.lists(st.tuples(*(st.sampled_from(pool) for pool in pools.values())), max_size=24)
    return st.builds(
        lambda cells, absent, index: (
            pd.DataFrame(
                {name: pd.Series([row[place] for row in cells], dtype=object) for place, name in enumerate(pools)},
            )
            .drop(columns=list(absent))
            .set_axis(index[: len(cells)], axis="index")
        ),
        rows,
        st.sets(st.sampled_from(list(pools)), max_size=2) | st.just(set()),
        st.permutations(range(100, 124)),
    )


@given(odd_tables(), st.sampled_from([TOY, LIBRARY, Library([TOY]), Library(()), None]), st.booleans())
def test_no_table_is_odd_enough_to_come_out_otherwise_in_parts(
    table: pd.DataFrame, followed: Curriculum | Library | None, open_loop: bool
) -> None:
    check_alike(table, followed, open_loop=open_loop)


@pytest.mark.parametrize("open_loop", [False, True])
@pytest.mark.parametrize("followed", ["its own", "one"])
def test_a_lab_with_every_trouble_comes_out_alike(followed: str, open_loop: bool) -> None:
    lab = example_lab(60, curricula=FORAGING, seed=3, troubles=MANY)
    table = lab.sessions.sample(frac=1, random_state=1)

    check_alike(table, lab.curricula if followed == "its own" else FORAGING[0], open_loop=open_loop, most=5)


def test_a_clean_table_keeps_its_own_index() -> None:
    table = sessions([(mouse, number, 150, 0.6) for mouse in "abc" for number in range(1, 5)])

    found = in_parts(table, TOY, 3)

    assert type(found.decisions.index) is type(decide(table, TOY).index)
    assert found.decisions.index.equals(table.index)


@pytest.mark.parametrize("dtype", ["int64", "float64", "str", "category", "Int64", "object"])
def test_ids_of_any_kind_come_out_alike(dtype: str) -> None:
    table = sessions([(447921, 1, 150, 0.6), (12, 1, 60, 0.6), (447921, 2, 60, None)])
    table["subject_id"] = table["subject_id"].astype(dtype)

    check_alike(table, TOY)


# ---- a part on its own ----


def test_a_part_of_which_nothing_can_be_decided_is_no_error() -> None:
    table = sessions(
        [("m", 1, 150, 0.6), ("m", 2, 150, 0.6), GOOD], curriculum_name="Toy", curriculum_version=["9", "9", "1"]
    )

    check_alike(table, LIBRARY)
    with pytest.raises(TableError):
        decide(table.iloc[:2], LIBRARY)
    assert len(in_parts(table, LIBRARY, 2).decisions) == 1


def test_a_part_whose_curriculum_reads_an_absent_column_is_no_error_where_others_do_without() -> None:
    table = sessions([("m", 1, 150, 0.6), ("n", 1, 150, 0.6)], curriculum_name="Toy", curriculum_version=["1", "3"])
    table = table.drop(columns="efficiency").assign(share=0.7)

    check_alike(table, LIBRARY)
    with pytest.raises(MissingColumnError):
        decide(table.iloc[:1], LIBRARY)


def test_what_the_whole_table_lacks_is_refused_before_anything_is_cut() -> None:
    with pytest.raises(MissingColumnError, match=r"no column 'efficiency'\. Its columns are: subject_id, session"):
        divide(sessions([GOOD]).drop(columns="efficiency"), TOY)
    with pytest.raises(TableError, match="trials: found dates"):
        divide(sessions([GOOD]).assign(trials=pd.Timestamp("2024-01-01")), TOY)
    with pytest.raises(TableError, match="names no curriculum that is there"):
        divide(sessions([GOOD], curriculum_name="Toy", curriculum_version="7"), LIBRARY)


def test_a_part_holds_whole_mice_and_only_what_deciding_reads() -> None:
    rows = [(mouse, number, 150, 0.6) for number in range(1, 9) for mouse in ("a", "b", "c", "d", None)]
    table = sessions(rows, curriculum_name="Toy", curriculum_version="1", trainer="T", task="Toy")

    division = divide(table, LIBRARY)
    parts = list(division.parts(table, division.cut(2)))

    assert [sorted(part["subject_id"].dropna().unique()) for part in parts] == [["a", "b"], ["c", "d"]]
    assert [part["subject_id"].isna().sum() for part in parts] == [8, 0]
    assert parts[0].columns.tolist() == [
        *("subject_id", "session", "trials", "efficiency", "curriculum_name", "curriculum_version"),
    ]
    assert sorted(row for part in parts for row in part.index) == list(range(len(table)))


@pytest.mark.parametrize(("mice", "parts", "sizes"), [
    (1, 4, [3]), (2, 4, [3, 3]), (5, 2, [6, 9]), (0, 3, [0]), (6, 3, [6, 6, 6]), (4, 1, [12]),
])  # fmt: skip
def test_parts_are_about_equal_and_never_more_than_mice(mice: int, parts: int, sizes: list[int]) -> None:
    table = sessions([(f"m{mouse}", number, 150, 0.6) for mouse in range(mice) for number in range(1, 4)])

    assert [len(rows) for rows in divide(table, TOY).cut(parts)] == sizes


def test_rows_without_a_mouse_alone_are_one_part() -> None:
    table = sessions([(None, 1, 150, 0.6), (None, 2, 150, 0.6)])

    check_alike(table, TOY)
    assert [rows.tolist() for rows in divide(table, TOY).cut(3)] == [[0, 1]]


def test_what_travels_does_not_hold_the_task() -> None:
    terms = terms_of(Library([TOY]), open_loop=True)

    assert TOY.task is not None
    assert [each.task for each in (*terms.named, *terms_of(TOY).named)] == [None, None]
    assert isinstance(terms.curriculum, Library)
    assert [each.task for each in terms.curriculum] == [None]


def test_parts_that_nobody_read_as_a_whole_are_decided_alike() -> None:
    rows = [("m", 1, 150, 0.6), ("n", 1, 150, None), ("n", 2, 150.5, 0.55), ("o", 1, 1, 1), GOOD]
    table = sessions(rows, curriculum_name="Toy", curriculum_version=["1", "2", "2", "9", "3"], share=0.7)
    terms = terms_of(LIBRARY)

    found = join(table, [decide_part(table.iloc[places], terms) for places in ([0], [3], [1, 2, 4])])

    whole = decide_and_report(table, LIBRARY)
    pd.testing.assert_frame_equal(found.decisions, whole.decisions, check_exact=True)
    assert found.report == whole.report
    assert whole.left_out


def test_the_columns_that_deciding_may_read_are_known_beforehand() -> None:
    metrics = {metric.name for metric in TOY.metrics}

    assert terms_of(TOY).columns == {"subject_id", "session", "current_stage_actual", *metrics}
    assert terms_of(Library([TOY])).columns - terms_of(TOY).columns == {
        *("task", "curriculum_name", "curriculum_version", "curriculum_schema_version"),
    }


def test_open_loop_travels_with_the_terms() -> None:
    terms = terms_of(Library([TOY]), open_loop=True)

    assert terms.open_loop
    assert decide_part(sessions([GOOD], curriculum_name="Toy", curriculum_version="1"), terms).decisions[
        "next_stage_suggested"
    ].tolist() == ["B"]


# ---- what no mouse may take from the others ----


def test_whether_a_mouse_is_certain_does_not_depend_on_what_the_others_are_on() -> None:
    names = ("x1", "x2", "x3")
    crowd = " or ".join(f"{low} < metrics.{name}[-1] < {low + 1}" for name in names for low in range(10, 30, 4))
    busy = curriculum(
        {"A": [("progress", "B", crowd)], "B": []},
        version="5",
        metrics=[{"name": name, "title": name} for name in names],
    )
    table = sessions([("m", 1, 150, None), ("n", 1, 150, 0.6)], curriculum_name="Toy", curriculum_version=["2", "5"])
    table = table.assign(x1=1.0, x2=1.0, x3=1.0)

    assert decide(table, Library([SECOND, busy]))["certain"].tolist() == [False, True]
    assert decide(table.iloc[:1], Library([SECOND, busy]))["certain"].tolist() == [False]


def test_the_report_on_a_mouse_does_not_depend_on_what_the_others_are_on() -> None:
    rows = [("other", 1, 150, 0.6), ("m", 1, 150, 0.6), ("m", 1, 250.5, 0.6), GOOD]
    table = sessions(rows, curriculum_name="Toy", curriculum_version=["9", "8", "7", "1"])
    both = pd.concat([table, table.iloc[3:].assign(subject_id="more", curriculum_version="2")])

    found = [
        [notice for notice in decide_and_report(each, LIBRARY).report if notice.subject_id == "m"]
        for each in (table, both, table.iloc[1:])
    ]

    assert found[0] == found[1] == found[2]
    assert [notice.kind for notice in found[0]] == ["unknown-curriculum", "unknown-curriculum"]


def test_an_absent_column_is_named_to_those_that_read_it() -> None:
    table = sessions(
        [("m", 1, 150, 0.6), ("n", 1, 150, 0.6), ("o", 1, 150, 0.6)],
        curriculum_name="Toy",
        curriculum_version=["2", "3", "5"],
    ).drop(columns="efficiency")
    plain = curriculum({"A": [("progress", "B", "metrics.trials[-1] > 1")], "B": []}, version="5")

    found = decide_and_report(table, Library([SECOND, SHARED, plain]))

    assert [notice.sentence.split(",")[0] for notice in found.report] == [
        "the table has no usable column efficiency",
        "the table has no usable column share",
    ]
