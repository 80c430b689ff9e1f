"""Tables of another program at our keys: adopted once, and noticed and named ever after."""

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import TableError
from autotrain_core.interop import manager_from_bytes, pickle_bytes
from autotrain_core.store import ABSENT, Home, MemoryHome
from tests.services.nights import BROWSER, GOOD, POOR, RIG, Nights, put, session

STATS = "foraging_auto_training/df_manager_stats_447_demo.pkl"


def old_row(subject: str, number: int, *, following: str, actual: str = "STAGE_1", **more: object) -> dict[str, object]:
    """One row as today's service writes it."""
    return {
        "subject_id": subject,
        "session_date": f"2026-10-{number:02d}",
        "task": "Coupled Baiting",
        "session": number,
        "session_at_current_stage": 1,
        "curriculum_name": "Coupled Baiting",
        "curriculum_version": "2.3",
        "curriculum_schema_version": "1.0",
        "task_schema_version": float("nan"),
        "curriculum_json_name": "/capsule/scratch/saved_curriculums/Coupled Baiting_curriculum_v2.3_schema_v1.0.json",
        "foraging_efficiency": 0.8,
        "finished_trials": 500,
        "metrics": {"foraging_efficiency": [0.8], "finished_trials": [500], "session_total": number},
        "current_stage_suggested": "STAGE_1_WARMUP",
        "current_stage_actual": actual,
        "if_closed_loop": True,
        "if_overriden_by_trainer": False,
        "decision": "PROGRESS",
        "next_stage_suggested": following,
        **more,
    }


def old_table(*rows: dict[str, object]) -> bytes:
    return pickle_bytes(pd.DataFrame(list(rows)).astype({"foraging_efficiency": "float64"}))


@pytest.fixture
def nights() -> Nights:
    return Nights()


def test_the_first_run_adopts_the_table_that_is_there_and_keeps_its_rows(nights: Nights) -> None:
    theirs = old_table(
        old_row("700001", 1, following="STAGE_5"),
        old_row("700001", 2, following="STAGE_4"),
        old_row("700005", 1, following="STAGE_2"),
    )
    put(nights.home, RIG, theirs)
    put(nights.home, BROWSER, theirs)

    report = nights.run([session("700001", number, stage="STAGE_1") for number in (1, 2, 3)])

    served = nights.read_by_rig().set_index(["subject_id", "session"])
    assert served["next_stage_suggested"].to_dict() == {
        ("700001", 1): "STAGE_5",
        ("700001", 2): "STAGE_4",
        ("700001", 3): "STAGE_2",
        ("700005", 1): "STAGE_2",
    }
    assert report.adopted[0].rows == 3
    assert not report.foreign
    assert nights.read_by_rig(BROWSER).equals(nights.read_by_rig())


def test_adopted_rows_keep_every_cell_that_the_old_program_wrote(nights: Nights) -> None:
    row = old_row("700001", 1, following="STAGE_5", notes="by hand")
    put(nights.home, RIG, old_table(row))

    nights.run([session("700001", 1, stage="STAGE_1"), session("700001", 2, stage="STAGE_3")])

    served = nights.read_by_rig().iloc[0].to_dict()
    assert {name: served[name] for name in row if name != "task_schema_version"} == {
        name: value for name, value in row.items() if name != "task_schema_version"
    }
    assert nights.read_by_rig()["notes"].isna().tolist() == [False, True]


def test_where_the_rules_say_otherwise_than_an_adopted_row_it_is_listed_and_stays_also_as_the_last(
    nights: Nights,
) -> None:
    put(nights.home, RIG, old_table(old_row("700001", 1, following="STAGE_5")))

    report = nights.run([session("700001", 1, stage="STAGE_1")])

    told = report.differences[report.differences["column"] == "next_stage_suggested"]
    assert told[["published", "now", "kind"]].values.tolist() == [["STAGE_5", "STAGE_2", "adopted"]]
    assert nights.read_by_rig()["next_stage_suggested"].tolist() == ["STAGE_5"]


def test_after_an_adopted_row_the_next_session_was_suggested_what_the_old_program_published(nights: Nights) -> None:
    put(nights.home, RIG, old_table(old_row("700001", 1, following="STAGE_3")))

    nights.run([session("700001", 1, stage="STAGE_1"), session("700001", 2, stage="STAGE_3")])

    last = nights.rows().iloc[-1]
    assert last["current_stage_suggested"] == "STAGE_3"
    assert not last["overridden_by_trainer"]


def test_adopting_is_done_once(nights: Nights) -> None:
    put(nights.home, RIG, old_table(old_row("700001", 1, following="STAGE_5")))
    nights.run([session("700001", 1, stage="STAGE_1")])
    objects = nights.objects()

    again = nights.run_again_at_once()

    assert not again.changed
    assert nights.objects() == objects


def test_a_run_in_dry_mode_compares_with_the_old_table_and_leaves_it(nights: Nights) -> None:
    theirs = old_table(old_row("700001", 1, following="STAGE_5"))
    put(nights.home, RIG, theirs)
    nights.table([session("700001", 1, stage="STAGE_1"), session("700001", 2, stage="STAGE_3")])

    report = nights.run(dry=True)

    assert set(report.differences["kind"]) == {"adopted"}
    assert report.counts["added"] == 1
    assert nights.home.get(RIG)[0] == theirs
    assert not [key for key in nights.objects() if key.startswith("autotrain/")]


def test_what_was_replaced_is_kept_as_it_was(nights: Nights) -> None:
    theirs = old_table(old_row("700001", 1, following="STAGE_5"))
    put(nights.home, RIG, theirs)
    put(nights.home, STATS, b"any bytes")

    report = nights.run([session("700001", 1)])

    kept = {body for key, body in nights.objects().items() if key.startswith("autotrain/adopted/")}
    assert kept == {theirs, b"any bytes"}
    assert {archive.key for archive in report.adopted} == {RIG, STATS}


def test_a_writer_that_goes_on_is_noticed_and_named_and_its_table_left(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    theirs = old_table(old_row("700001", 1, following="STAGE_2"), old_row("700001", 2, following="STAGE_3"))
    put(nights.home, RIG, theirs)

    report = nights.run([session("700001", 1), session("700001", 2)])

    assert [foreign.key for foreign in report.foreign] == [RIG]
    sentence = report.foreign[0].sentence
    assert "not by autotrain" in sentence
    assert "It holds 2 rows" in sentence
    assert "/capsule/scratch/saved_curriculums" in sentence
    assert "--take-over" in sentence
    assert nights.home.get(RIG)[0] == theirs
    assert len(nights.read_by_rig(BROWSER)) == 2
    problems = services.status(nights.store, nights.settings, at=nights.at).problems
    assert any("Something else writes tables of ours" in problem for problem in problems)


def test_taking_over_adds_the_rows_that_the_other_published_and_keeps_ours(nights: Nights) -> None:
    nights.run([session("700001", 1, stage="STAGE_1")])
    theirs = old_table(old_row("700001", 1, following="STAGE_5"), old_row("700001", 2, following="STAGE_4"))
    put(nights.home, RIG, theirs)
    rows = [session("700001", number, stage="STAGE_1") for number in (1, 2, 3)]
    nights.run(rows)

    report = nights.run(rows, take_over=True)
    after = nights.run(rows)

    served = nights.read_by_rig()
    assert not report.foreign
    assert not after.foreign
    assert not after.changed
    assert served["session"].tolist() == [1, 2, 3]
    assert served["next_stage_suggested"].tolist()[0] == "STAGE_2"
    assert manager_from_bytes(theirs, source="").shape[0] == 2
    assert theirs in nights.objects().values()


def test_an_older_table_of_ours_that_was_put_back_is_no_foreign_writer(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    older = nights.home.get(RIG)[0]
    nights.run([session("700001", 1), session("700001", 2)])
    put(nights.home, RIG, older)

    report = nights.run()

    assert not report.foreign
    assert report.written == (RIG,)
    assert len(nights.read_by_rig()) == 2


def test_a_table_that_was_removed_is_written_again(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    nights.home = without(nights.home, RIG)

    report = nights.run()

    assert report.written == (RIG,)


def without(home: Home, removed: str) -> Home:
    """The same store, after somebody removed an object."""
    rest = MemoryHome()
    for listed in home.list(""):
        if listed.key != removed:
            rest.put(listed.key, home.get(listed.key)[0], replaces=ABSENT)
    return rest


def test_a_hostile_pickle_at_our_key_is_not_run_and_stops_the_first_run_with_a_clear_error(nights: Nights) -> None:
    put(nights.home, RIG, b"\x80\x04cos\nsystem\n\x8c\x04echo\x85R.")

    with pytest.raises(TableError, match="Nothing of it was run"):
        nights.run([session("700001", 1, **GOOD)])

    assert services.latest(nights.store).number == 0


def test_rows_of_an_old_table_without_a_session_are_passed_over_and_counted(nights: Nights) -> None:
    put(
        nights.home,
        RIG,
        old_table(
            old_row("700001", 1, following="STAGE_5"), old_row("700001", 2, following="STAGE_4") | {"session": None}
        ),
    )

    report = nights.run([session("700001", 1, **POOR)])

    assert (report.adopted[0].rows, report.adopted[0].passed_over) == (1, 1)
