"""Nights that a hostile reviewer found: tables that the pipeline may well write, and what a run must make of them."""

import contextlib
import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import DamagedError, DocumentError, TableError
from autotrain_core.services import shipped
from autotrain_core.store import FolderHome
from tests.services.nights import BROWSER, GOOD, POOR, RIG, SESSIONS, Nights, put, session
from tests.services.test_foreign_writers import old_row, old_table

NEXT = "next_stage_suggested"
TWINS = [
    session("700001", 1, day=1, stage="STAGE_1"),
    session("700001", 2, day=2, stage="STAGE_1", **POOR),
    session("700001", 3, day=2, stage="STAGE_2"),
    session("700001", 4, day=3, stage="STAGE_3"),
]
"""Two sessions on one day that no suffix tells apart; twelve rows of the real data are like this."""
THREE = [session("700001", number, stage=f"STAGE_{number}") for number in (1, 2, 3)]


@pytest.fixture
def nights() -> Nights:
    return Nights()


def live(nights: Nights) -> pd.DataFrame:
    rows = nights.rows()
    return rows[~rows["vanished"]]


def served(nights: Nights, key: str = RIG) -> dict[int, str]:
    """What the table of a key says comes after each session of a mouse."""
    table = nights.read_by_rig(key)
    return dict(zip(table["session"].tolist(), table[NEXT].tolist(), strict=True))


def test_the_first_of_two_sessions_of_a_day_may_vanish(nights: Nights) -> None:
    nights.run(TWINS)

    nights.run([TWINS[0], {**TWINS[2], "session": 2}, {**TWINS[3], "session": 3}])

    assert not live(nights).duplicated(["subject_id", "session"]).any()
    assert not nights.run_again_at_once().changed


def test_a_mouse_whose_day_lost_a_session_holds_up_no_other(nights: Nights) -> None:
    nights.run([*TWINS, session("700002", 1)])

    nights.run([TWINS[0], *TWINS[2:], session("700002", 1), session("700002", 2)])

    rows = nights.rows()
    assert rows[rows["subject_id"] == "700002"]["session"].tolist() == [1, 2]


def test_of_two_sessions_of_a_day_one_that_can_no_longer_be_decided_does_not_take_the_row_of_the_other(
    nights: Nights,
) -> None:
    nights.run(TWINS)
    published = nights.rows().set_index("session")[NEXT].to_dict()

    nights.run([TWINS[0], {**TWINS[1], "curriculum_version": "9.9"}, *TWINS[2:]])

    assert nights.rows().set_index("session")[NEXT].to_dict() == published
    assert not nights.run_again_at_once().changed


def test_a_session_that_vanished_is_not_the_one_that_a_rig_goes_on_from(nights: Nights) -> None:
    trained = [session("700001", number, stage="STAGE_1", **POOR) for number in (1, 2, 3)]
    of_another_mouse = [session("700001", number, stage="STAGE_FINAL") for number in (4, 5, 6)]
    nights.run([*trained, *of_another_mouse])

    nights.run([*trained, session("700001", 4, day=20, stage="STAGE_1", **POOR)])

    assert max(served(nights)) == 4
    assert served(nights)[4] == "STAGE_1"


def test_a_session_that_is_there_goes_before_one_that_vanished_of_its_day(nights: Nights) -> None:
    nights.run(THREE)

    nights.run([{**THREE[1], "session": 1}, {**THREE[2], "session": 2, "nwb_suffix": 5}])

    assert set(served(nights)) >= {1, 2}


def test_what_was_published_for_a_session_that_cannot_be_decided_any_more_was_still_in_force(nights: Nights) -> None:
    nights.run(THREE[:2])

    nights.run([THREE[0], {**THREE[1], "curriculum_version": "9.9"}, THREE[2]])

    last = nights.rows().iloc[-1]
    assert (last["current_stage_suggested"], last["overridden_by_trainer"]) == ("STAGE_3", False)


def test_an_open_loop_session_followed_what_was_published_too(nights: Nights) -> None:
    first = [session("700001", 1), session("700001", 2, **POOR)]
    nights.run(first)
    nights.run([*first, session("700001", 3)])

    nights.run([first[0], {**first[1], **GOOD}, session("700001", 3)])

    rows = nights.rows()
    assert rows["current_stage_suggested"].tolist()[2] == rows[NEXT].tolist()[1] == "STAGE_1"


@pytest.mark.parametrize("dated_first", [True, False])
def test_days_that_are_missing_for_a_night_make_no_new_sessions(nights: Nights, dated_first: bool) -> None:
    undated = [{**row, "session_date": None} for row in THREE]
    tables = [THREE, undated] if dated_first else [undated, THREE]
    nights.run(tables[0])

    report = nights.run(tables[1])

    assert (report.counts["added"], report.counts["differing"], report.counts["published"]) == (0, 0, 3)


@pytest.mark.parametrize("suffix", [None, 0])
def test_suffixes_that_are_missing_for_a_night_do_not_replace_what_another_program_published(
    nights: Nights, suffix: int | None
) -> None:
    put(nights.home, RIG, old_table(old_row("700001", 1, following="STAGE_5")))
    nights.run([{**row, "nwb_suffix": 45} for row in THREE])

    nights.run([{**row, "nwb_suffix": suffix} for row in THREE])

    assert served(nights)[1] == "STAGE_5"


def test_the_day_of_a_session_is_that_of_where_it_ran(nights: Nights) -> None:
    nights.run([{**THREE[0], "session_date": "2026-10-01T18:00:00-07:00"}])

    assert nights.rows()["session_date"].tolist() == ["2026-10-01"]


@pytest.mark.parametrize("word", ["now", "today"])
def test_a_word_that_means_another_day_tomorrow_is_no_day(nights: Nights, word: str) -> None:
    nights.run([{**THREE[0], "session_date": word}])

    assert nights.rows()["session_date"].isna().all()


def test_histories_that_were_published_stay_too(nights: Nights) -> None:
    rows = [session("700001", number, finished_trials=number * 100) for number in (1, 2, 3)]
    nights.run(rows)
    published = nights.read_by_rig()["metrics"].tolist()

    nights.run([{**rows[0], "finished_trials": 111}, *rows[1:]])
    nights.run([session("700002", 1)])

    table = nights.read_by_rig()
    assert table[table["subject_id"] == "700001"]["metrics"].tolist() == published


def test_an_amendment_after_changed_rules_is_told_as_one_of_rules(nights: Nights) -> None:
    key = f"{nights.settings.curricula.key}Coupled Baiting_curriculum_v7.7_schema_v1.0.json"
    own = shipped().get("Coupled Baiting", "2.3").document
    own["curriculum_version"] = "7.7"
    put(nights.home, key, json.dumps(own).encode())
    table = [{**row, "curriculum_version": "7.7"} for row in THREE]
    nights.run(table)
    for stage in own["curriculum"].values():
        for rule in stage["transition_rules"]:
            rule["condition"] = "lambda metrics: metrics.session_total > 999"
    put(nights.home, key, json.dumps(own).encode())

    report = nights.run(table)

    assert set(report.amendments["kind"]) == {"rules"}


def test_only_keeps_the_differences_of_all_other_mice(nights: Nights) -> None:
    table = [session("700001", 1), session("700001", 2, **POOR), session("700001", 3), session("700002", 1)]
    nights.run(table)
    table[1] = {**table[1], **GOOD}
    listed = nights.run(table).publication.tables["differences"]

    report = nights.run([*table, session("700002", 2)], only=["700002"])

    assert report.publication.tables["differences"] == listed


def test_a_table_that_only_the_browser_still_has_is_adopted(nights: Nights) -> None:
    put(nights.home, BROWSER, old_table(old_row("700001", 1, following="STAGE_5")))

    nights.run(THREE)

    assert served(nights)[1] == "STAGE_5"


def test_further_columns_of_a_second_adopted_table_are_kept(nights: Nights) -> None:
    put(nights.home, RIG, old_table(old_row("700001", 1, following="STAGE_2", notes="first")))
    nights.run(THREE[:1])
    put(nights.home, RIG, old_table(old_row("700001", 2, following="STAGE_3", actual="STAGE_2", notes="second")))

    nights.run(THREE, take_over=True)

    assert nights.read_by_rig()["notes"].tolist()[:2] == ["first", "second"]


def test_a_table_without_any_session_is_told_of_where_sessions_were_published(nights: Nights) -> None:
    nights.run(THREE)
    head = b",".join(name.encode() for name in THREE[0]) + b"\n"
    put(nights.home, SESSIONS, head)

    with contextlib.suppress(TableError):  # an error will do, a warning will do, silence will not
        assert nights.run().warnings

    assert len(nights.read_by_rig()) == 3


def test_a_last_run_of_tomorrow_is_not_well(nights: Nights) -> None:
    nights.run(THREE)

    found = services.status(nights.store, nights.settings, at=nights.at - timedelta(days=400))

    assert not found.healthy


def test_a_clock_that_was_put_right_does_not_silence_the_heartbeat(nights: Nights) -> None:
    nights.run(THREE)
    nights.at -= timedelta(days=400)

    assert nights.run().recorded


def test_status_tells_of_tables_that_the_settings_name_and_no_run_brings_up_to_date(nights: Nights) -> None:
    nights.run(THREE[:2])
    settings = nights.settings
    nights.settings = services.Settings.model_validate({"publish": {"name": "other"}})
    nights.run(THREE)

    assert len(nights.read_by_rig()) == 2
    assert not services.status(nights.store, settings, at=nights.at).healthy


def test_status_tells_of_tables_that_became_too_large_for_rigs(nights: Nights) -> None:
    nights.settings = services.Settings.model_validate({"publish": {"most_rows": 2}})
    nights.run(THREE[:2])

    nights.run(THREE)

    assert not services.status(nights.store, nights.settings, at=nights.at).healthy


@pytest.mark.parametrize("part", [{"heartbeat_minutes": float("inf")}, {"stale_hours": 1e300}])
def test_settings_that_no_clock_can_count_are_refused(tmp_path: Path, part: dict[str, float]) -> None:
    file = tmp_path / "autotrain.toml"
    file.write_text("[run]\n" + "\n".join(f"{name} = {value}" for name, value in part.items()), encoding="utf-8")

    with pytest.raises(DocumentError):
        services.read_settings(file, environment={})


def test_numbers_of_single_precision_are_no_correction(nights: Nights) -> None:
    nights.run(THREE)

    report = nights.run([{**row, "foraging_efficiency": float(np.float32(0.8))} for row in THREE])

    assert report.counts["amended"] == report.counts["differing"] == 0


def test_noise_in_the_last_digit_publishes_nothing(nights: Nights) -> None:
    nights.run([{**row, "foraging_efficiency": 0.1 + 0.2} for row in THREE])

    report = nights.run([{**row, "foraging_efficiency": 0.3} for row in THREE])

    assert not report.changed


def test_a_missing_table_of_rows_is_found_by_a_check(tmp_path: Path) -> None:
    nights = Nights(home=FolderHome(tmp_path))
    nights.run(THREE)
    key = services.latest(nights.store).tables["rows"].key
    (tmp_path / key).unlink()

    assert any(key in problem for problem in services.check_store(nights.store))


def test_a_record_that_cannot_be_read_stops_a_run_before_it_publishes(nights: Nights) -> None:
    nights.run(THREE[:2])
    entry = next(key for key in nights.objects() if key.startswith("autotrain/record/"))
    put(nights.home, entry, b"{")

    with pytest.raises(DamagedError):
        nights.run(THREE)

    assert len(nights.read_by_rig()) == 2


def test_a_dry_run_names_a_foreign_writer_too(nights: Nights) -> None:
    nights.run(THREE)
    put(nights.home, RIG, old_table(old_row("700001", 1, following="STAGE_5")))

    report = nights.run(dry=True)

    assert [foreign.key for foreign in report.foreign] == [RIG]
