"""One run after another: what is published, what stays, what follows, what is told."""

import io
import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError, NotStoredError, StoreUnavailableError, TableError
from autotrain_core.evaluation import decide
from autotrain_core.interop import read_sessions
from autotrain_core.models import DECISIONS
from autotrain_core.services import shipped
from autotrain_core.store import MemoryHome
from tests.services.nights import BROWSER, GOOD, POOR, RIG, SESSIONS, Nights, put, session

DECIDED = [column.name for column in DECISIONS]


@pytest.fixture
def nights() -> Nights:
    return Nights()


def next_stages(rows: pd.DataFrame, subject: str = "700001") -> list[str]:
    return rows[rows["subject_id"] == subject]["next_stage_suggested"].tolist()


def test_what_is_published_is_what_the_engine_decides(nights: Nights) -> None:
    rows = [session("700001", 1), session("700001", 2), session("700002", 1, **POOR)]

    report = nights.run(rows)

    expected = decide(pd.DataFrame(rows), shipped())
    assert report.changed
    assert report.counts["added"] == 3
    pd.testing.assert_frame_equal(nights.rows()[DECIDED], expected.reset_index(drop=True)[DECIDED], check_dtype=False)


def test_the_real_150_mice_are_published_as_the_engine_decides_and_a_second_run_writes_nothing(
    nights: Nights, reference: Path
) -> None:
    path = reference / "data" / "janelia_sessions.csv"
    put(nights.home, SESSIONS, path.read_bytes())
    nights.settings = services.Settings.model_validate({"sessions": {"curriculum_version": "2.3"}})

    nights.run()
    written = nights.objects()
    again = nights.run_again_at_once()

    sessions = read_sessions(path).assign(curriculum_name="Coupled Baiting", curriculum_version="2.3")
    decided = decide(sessions, shipped()).sort_values(["subject_id", "session"], ignore_index=True)
    pd.testing.assert_frame_equal(nights.rows()[DECIDED], decided[DECIDED], check_dtype=False)
    rig = nights.read_by_rig().sort_values(["subject_id", "session"], ignore_index=True)
    same = decided.merge(rig, on=["subject_id", "session"], suffixes=("", "_rig"))
    assert len(same) == len(rig) == len(decided) - 6  # six sessions share their day with a fuller one
    for name in ("current_stage_suggested", "current_stage_actual", "decision", "next_stage_suggested"):
        assert same[name].tolist() == same[f"{name}_rig"].tolist()
    assert not again.changed
    assert again.written == ()
    assert nights.objects() == written


def test_both_folders_hold_the_same(nights: Nights) -> None:
    nights.run([session("700001", 1)])

    objects = nights.objects()

    tables = [key for key in objects if key.startswith("foraging_auto_training/df_manager")]
    assert len(tables) == 6
    assert all(objects[key] == objects[f"foraging_nwb_bonsai_processed/{key}"] for key in tables)


def test_a_run_that_changes_nothing_is_recorded_once_a_heartbeat(nights: Nights) -> None:
    nights.run([session("700001", 1)])

    at_once = nights.run_again_at_once()
    next_day = nights.run()

    assert (at_once.changed, at_once.recorded) == (False, False)
    assert (next_day.changed, next_day.recorded) == (False, True)
    assert len(nights.store.record.read()) == 2


def test_a_new_session_is_added_and_nothing_else_changes(nights: Nights) -> None:
    first = [session("700001", 1), session("700001", 2)]
    nights.run(first)
    before = nights.rows()

    report = nights.run([*first, session("700001", 3)])

    after = nights.rows()
    assert report.counts["added"] == 1
    assert report.counts["amended"] == report.counts["differing"] == 0
    pd.testing.assert_frame_equal(after.iloc[:2], before)
    assert after["publication"].tolist() == [1, 1, 2]


def test_the_last_row_of_a_mouse_follows_a_corrected_metric_and_this_is_told(nights: Nights) -> None:
    nights.run([session("700001", 1), session("700001", 2, **POOR)])
    assert next_stages(nights.rows()) == ["STAGE_2", "STAGE_1"]

    report = nights.run([session("700001", 1), session("700001", 2, **GOOD)])

    assert next_stages(nights.rows()) == ["STAGE_2", "STAGE_3"]
    assert report.counts["amended"] == 1
    told = report.amendments.set_index("column")
    assert (told.loc["next_stage_suggested", "published"], told.loc["next_stage_suggested", "now"]) == (
        "STAGE_1",
        "STAGE_3",
    )
    assert set(told["kind"]) == {"corrected"}
    assert [[event.kind for event in entry.events] for entry in nights.store.record.read()] == [
        ["run", "published"],
        ["run", "published", "amended"],
    ]


def test_a_row_that_rigs_ran_by_stays_and_the_difference_is_listed(nights: Nights) -> None:
    rows = [session("700001", 1), session("700001", 2, **POOR), session("700001", 3)]
    nights.run(rows)
    published = next_stages(nights.rows())

    report = nights.run([rows[0], session("700001", 2, **GOOD), rows[2]])

    assert next_stages(nights.rows())[:2] == published[:2]
    differing = report.differences[report.differences["column"] == "next_stage_suggested"]
    assert differing[["session", "published", "now", "kind"]].values.tolist() == [
        [2, "STAGE_1", "STAGE_3", "corrected"]
    ]


def test_a_late_session_renumbers_published_rows_and_amends_only_the_last(nights: Nights) -> None:
    nights.run([session("700001", 1, day=1, stage="STAGE_1"), session("700001", 2, day=3, stage="STAGE_1", **POOR)])

    report = nights.run(
        [
            session("700001", 1, day=1, stage="STAGE_1"),
            session("700001", 2, day=2, stage="STAGE_1"),
            session("700001", 3, day=3, stage="STAGE_1", **POOR),
        ]
    )

    rows = nights.rows()
    assert rows[["session", "session_date", "publication"]].values.tolist() == [
        [1, "2026-10-01", 1],
        [2, "2026-10-02", 2],
        [3, "2026-10-03", 2],
    ]
    assert rows["session_at_current_stage"].tolist() == [1, 2, 3]
    assert set(report.amendments["kind"]) == {"late"}
    assert set(report.amendments["session"]) == {3}


def test_a_session_that_vanished_stays_published_and_is_listed(nights: Nights) -> None:
    nights.run([session("700001", 1), session("700001", 2), session("700002", 1)])

    report = nights.run([session("700001", 1), session("700001", 2)])

    assert nights.rows()["vanished"].tolist() == [False, False, True]
    assert report.differences[["subject_id", "kind"]].values.tolist() == [["700002", "vanished"]]
    assert "700002" in set(nights.read_by_rig()["subject_id"])


def test_a_session_that_can_no_longer_be_decided_stays_published_and_its_mouse_is_counted(nights: Nights) -> None:
    nights.run([session("700001", 1), session("700001", 2), session("700002", 1)])
    lost = [session("700001", number + 1, day=number, curriculum_version="9.9") for number in (1, 2)]

    report = nights.run([*lost, session("700002", 1)])

    rows = nights.rows()
    assert rows["vanished"].tolist() == [False, False, False]
    assert rows["session"].tolist() == [2, 3, 1]
    assert report.differences[["session", "kind"]].values.tolist() == [[2, "not decided"], [3, "not decided"]]
    assert report.counts["mice_not_decided"] == 1
    assert report.mice.set_index("subject_id")["outcome"].to_dict() == {"700001": "not decided", "700002": "decided"}


def test_a_vanished_session_whose_number_another_has_is_not_served_twice(nights: Nights) -> None:
    nights.run([session("700001", 1, day=1), session("700001", 2, day=2)])

    nights.run([session("700001", 1, day=1), session("700001", 2, day=3)])

    served = nights.read_by_rig()
    assert served[["session", "session_date"]].values.tolist() == [[1, "2026-10-01"], [2, "2026-10-03"]]
    assert len(nights.rows()) == 3


def test_what_was_published_is_what_was_suggested_for_the_next_session(nights: Nights) -> None:
    first = session("700001", 1, stage="STAGE_1", **POOR)
    nights.run([first, session("700001", 2, stage="STAGE_1", **POOR)])
    corrected = {**first, **GOOD}

    nights.run([corrected, session("700001", 2, stage="STAGE_1", **POOR), session("700001", 3, stage="STAGE_2")])

    rows = nights.rows()
    assert rows["next_stage_suggested"].tolist()[0] == "STAGE_1"
    assert rows["current_stage_suggested"].tolist()[1] == "STAGE_1"
    assert rows["overridden_by_trainer"].tolist() == [True, False, True]


def test_only_leaves_all_other_mice_as_they_are(nights: Nights) -> None:
    nights.run([session("700001", 1), session("700002", 1)])

    nights.run(
        [session("700001", 1), session("700001", 2), session("700002", 1), session("700002", 2)], only=["700002"]
    )

    assert nights.rows()["subject_id"].tolist() == ["700001", "700002", "700002"]


def test_only_an_unknown_mouse_is_refused(nights: Nights) -> None:
    with pytest.raises(NotStoredError, match="no mouse 700009"):
        nights.run([session("700001", 1)], only=["700009"])


def test_a_dry_run_writes_nothing_and_tells_what_it_would(nights: Nights) -> None:
    nights.table([session("700001", 1)])
    before = nights.objects()

    report = nights.run(dry=True)

    assert report.changed
    assert report.dry
    assert report.counts["added"] == 1
    assert nights.objects() == before


def test_one_mouse_that_cannot_be_decided_holds_up_no_other(nights: Nights) -> None:
    report = nights.run([session("700001", 1), session("700002", 1, curriculum_version="9.9"), session("700003", 1)])

    assert set(nights.rows()["subject_id"]) == {"700001", "700003"}
    mice = report.mice.set_index("subject_id")
    assert mice["outcome"].to_dict() == {"700001": "decided", "700002": "not decided", "700003": "decided"}
    assert "9.9" in str(mice.loc["700002", "reason"])
    assert report.counts["mice_not_decided"] == 1


def test_a_mouse_whose_id_is_no_number_is_published_but_kept_from_todays_readers(nights: Nights) -> None:
    report = nights.run([session("700001", 1), session("M7", 1)])

    assert set(nights.rows()["subject_id"]) == {"700001", "M7"}
    assert nights.read_by_rig()["subject_id"].tolist() == ["700001"]
    assert [notice.kind for notice in report.notices] == ["not-in-manager"]


def test_without_a_session_table_nothing_is_published_and_the_failure_is_recorded(nights: Nights) -> None:
    with pytest.raises(NotStoredError, match="no session table"):
        nights.run()

    assert [event.kind for entry in nights.store.record.read() for event in entry.events] == ["run-failed"]
    assert services.latest(nights.store).number == 0


def test_a_damaged_session_table_leaves_what_is_published(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    before = nights.read_by_rig()
    put(nights.home, SESSIONS, b"subject_id,session\n1,2,3\n")

    with pytest.raises(TableError):
        nights.run()

    pd.testing.assert_frame_equal(nights.read_by_rig(), before)
    found = services.status(nights.store, nights.settings, at=nights.at)
    assert not found.healthy
    assert "rows that do not fit" in found.failure


def test_the_same_failure_is_recorded_once_a_heartbeat(nights: Nights) -> None:
    for _ in range(3):
        with pytest.raises(NotStoredError):
            services.run_once(nights.store, nights.settings, at=nights.at, by="tester", code="0")

    assert len(nights.store.record.read()) == 1


def test_curricula_in_the_store_go_before_the_shipped_ones_and_a_broken_one_is_listed(nights: Nights) -> None:
    own = shipped().get("Coupled Baiting", "2.3").document
    own["curriculum_version"] = "7.7"
    folder = nights.settings.curricula.key
    put(nights.home, f"{folder}Coupled Baiting_curriculum_v7.7_schema_v1.0.json", json.dumps(own).encode())
    put(nights.home, f"{folder}Broken_curriculum_v1_schema_v1.0.json", b"{")
    put(nights.home, f"{folder}Coupled Baiting_curriculum_v7.7_schema_v1.0_rules.svg", b"<svg/>")

    report = nights.run([session("700001", 1, curriculum_version="7.7")])

    assert nights.rows()["curriculum_version"].tolist() == ["7.7"]
    assert [failure.path.name for failure in report.failures] == ["Broken_curriculum_v1_schema_v1.0.json"]


def test_a_table_that_names_only_tasks_is_decided_by_the_version_in_the_settings(nights: Nights) -> None:
    rows = [
        {"subject_id": "700001", "session": 1, "task": "Coupled Baiting", "session_date": "2026-10-01", **GOOD},
    ]
    nights.settings = services.Settings.model_validate({"sessions": {"curriculum_version": "2.3"}})

    nights.run(rows)

    assert nights.rows()["curriculum_name"].tolist() == ["Coupled Baiting"]


def test_one_curriculum_may_be_named_for_all(nights: Nights) -> None:
    rows = [{"subject_id": "700001", "session": 1, "session_date": "2026-10-01", **GOOD}]

    nights.run(rows, curriculum="Uncoupled Baiting@2.3")

    assert nights.rows()["curriculum_name"].tolist() == ["Uncoupled Baiting"]


def test_columns_of_other_names_are_mapped(nights: Nights) -> None:
    rows = [session("700001", 1)]
    renamed = [{"mouse" if key == "subject_id" else key: value for key, value in row.items()} for row in rows]
    nights.settings = services.Settings.model_validate({"columns": {"subject_id": "mouse"}})

    nights.run(renamed)

    assert nights.rows()["subject_id"].tolist() == ["700001"]


def test_a_column_that_nobody_knows_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DocumentError, match="did you mean 'subject_id'"):
        services.Settings.model_validate({"columns": {"subjekt_id": "mouse"}})


def test_whose_mice_they_are_is_read_from_the_document_of_today(nights: Nights) -> None:
    assert services.people_of_mice(nights.home, nights.settings) == {}
    put(nights.home, nights.settings.mice.key, b'[{"subject_id": 700001, "PI": "A. Person"}]')

    assert services.people_of_mice(nights.home, nights.settings) == {"700001": "A. Person"}


def test_more_rows_than_todays_form_takes_are_published_without_it_and_said(nights: Nights) -> None:
    nights.settings = services.Settings.model_validate({"publish": {"most_rows": 1}})

    report = nights.run([session("700001", 1), session("700001", 2)])

    assert len(nights.rows()) == 2
    assert "rigs and browsers were not served" in report.warnings[0]
    assert report.written == ()


def test_a_store_that_does_not_answer_is_no_failure_of_the_run_to_record(nights: Nights) -> None:
    class Deaf(MemoryHome):
        def get(self, key: str, **more):
            raise StoreUnavailableError("The store does not answer.")

    deaf = Nights(home=Deaf())
    deaf.table([session("700001", 1)])

    with pytest.raises(StoreUnavailableError):
        deaf.run()


def test_status_tells_of_a_run_that_is_old_and_of_tables_out_of_place(nights: Nights) -> None:
    never = services.status(nights.store, nights.settings, at=nights.at)
    nights.run([session("700001", 1)])
    fresh = services.status(nights.store, nights.settings, at=nights.at)
    put(nights.home, BROWSER, b"something else")
    later = services.status(nights.store, nights.settings, at=nights.at + timedelta(hours=40))

    assert never.problems == ("No run has gone through yet.",)
    assert fresh.healthy
    assert later.out_of_place == (BROWSER,)
    assert len(later.problems) == 2
    assert "40.0 hours old" in later.problems[0]


def test_the_statistics_table_counts_what_the_manager_table_says(nights: Nights) -> None:
    nights.run([session("700001", 1), session("700001", 2, **POOR), session("700001", 3, **POOR)])

    stats = manager_stats(nights)

    assert stats["session_spent"].sum() == 3


def manager_stats(nights: Nights) -> pd.DataFrame:
    body = nights.home.get("foraging_auto_training/df_manager_stats_447_demo.parquet")[0]
    return pd.read_parquet(io.BytesIO(body))


def test_every_column_of_a_publication_has_one_dtype_whatever_the_night(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    first = nights.rows().dtypes.to_dict()

    nights.run([session("700001", 1), session("700001", 2, foraging_efficiency=np.nan)])

    assert nights.rows().dtypes.to_dict() == first
    assert RIG in nights.objects()


def test_a_lab_without_todays_browser_keeps_mice_whose_id_is_no_number(nights: Nights) -> None:
    nights.settings = services.Settings.model_validate({"publish": {"numeric_subjects_only": False}})

    nights.run([session("m-1", 1), session("700002", 1)])

    assert sorted(nights.read_by_rig()["subject_id"]) == ["700002", "m-1"]
