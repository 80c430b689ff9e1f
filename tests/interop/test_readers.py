"""Tables as they are published are read by today's programs, each with the pandas that it pins."""

from pathlib import Path
from typing import Any

import pandas as pd

from autotrain_core.evaluation import decide_and_report
from autotrain_core.interop import (
    manager_from_bytes,
    manager_rows,
    pickle_bytes,
    read_curriculum,
    read_sessions,
    stats_table,
)
from tests.interop.published import Reader, history, published, write_json

MICE = published(
    {"subject_id": "447921", "session": 1, "decision": "PROGRESS", "next_stage_suggested": "STAGE_2"},
    {
        "subject_id": "447921",
        "session": 2,
        "current_stage_suggested": "STAGE_2",
        "current_stage_actual": "STAGE_3",
        "overridden_by_trainer": True,
        "foraging_efficiency": 0.123456,
        "decision": "ROLLBACK",
        "next_stage_suggested": "STAGE_2",
    },
    {"subject_id": "447921", "session": 4, "finished_trials": None, "foraging_efficiency": None},
    {"subject_id": "447921", "session": 5, "session_date": None, "closed_loop": False},
    {
        "subject_id": "690001",
        "session": 1,
        "task": None,
        "curriculum_schema_version": "2.0",
        "current_stage_actual": "Über alles",
        "next_stage_suggested": "GRADUATED",
    },
    {"subject_id": "690002", "session": 1, "current_stage_actual": "GRADUATED", "next_stage_suggested": "GRADUATED"},
    {"subject_id": "12", "session": 1},
)


def save(folder: Path, table: pd.DataFrame, name: str = "manager.pkl") -> Path:
    path = folder / name
    path.write_bytes(pickle_bytes(table))
    return path


def sessions_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"subject_id": row.subject_id, "session_date": row.session_date, "session": row.session, "h2o": "ZZ01"}
        for row in rows.itertuples()
        if row.session_date
    ]


def test_a_rig_starts_with_the_table_and_takes_each_mouses_last_row(reader: Reader, tmp_path: Path) -> None:
    rows = manager_rows(MICE, history(MICE)).rows

    seen = reader.run("rig", save(tmp_path, rows))

    assert seen["dtypes"]["foraging_efficiency"] == "float64"
    assert seen["dtypes"]["subject_id"] == seen["dtypes"]["if_closed_loop"] == seen["labels"] == "object"
    assert seen["last"]["447921"] == {
        "session": 5,
        "curriculum": "Coupled Baiting (v2.3@1.0)",
        "ran": "STAGE_1",
        "next": "STAGE_1",
    }
    assert seen["last"]["690001"]["ran"] == "Über alles"
    assert seen["overridden"] == [["447921", 2]]
    assert ["447921", "2", "2024-03-02", "Coupled Baiting"] in [row[:4] for row in seen["shown"]]
    assert "0.123" in [row[-1] for row in seen["shown"]]
    assert seen["days"].count("") == 1


def test_the_browser_merges_the_closed_loop_rows_by_mouse_and_date(reader: Reader, tmp_path: Path) -> None:
    rows = manager_rows(MICE, history(MICE)).rows
    sessions = sessions_of(rows[rows["subject_id"] != "12"])

    seen = reader.run("browser", save(tmp_path, rows), write_json(tmp_path / "sessions.json", sessions))

    assert seen["kept"] == ["447921", "690001", "690002"]
    assert seen["rows"] == seen["found"] == len(sessions) == 5
    assert ["447921", "2024-03-02", "Coupled Baiting", "2.3", "1.0", "STAGE_2", "STAGE_3"] in [
        row[:7] for row in seen["merged"]
    ]
    assert seen["mice"][0] in ("447921", "690001", "690002")
    assert seen["metrics"] == [1, 2, 4, 5, 1, 1]


def test_the_result_library_keeps_one_row_a_mouse_and_date(reader: Reader, tmp_path: Path) -> None:
    rows = manager_rows(MICE, history(MICE)).rows

    seen = reader.run("access", save(tmp_path, rows))

    assert seen["closed"] == len(seen["first"]) == 7
    assert ["447921", "2024-03-02", "STAGE_3"] in seen["first"]


def test_todays_service_goes_on_from_the_table(reader: Reader, tmp_path: Path) -> None:
    rows = manager_rows(MICE, history(MICE)).rows
    later = [
        {"subject_id": "447921", "session": 6, "session_date": "2024-03-06"},
        {"subject_id": "690002", "session": 3, "session_date": "2024-03-03"},
    ]
    sessions = write_json(tmp_path / "sessions.json", [*sessions_of(rows), *later])

    seen = reader.run("service", save(tmp_path, rows), sessions)

    assert seen["asked"] == [["447921", 6.0, "STAGE_1", 3], ["690002", 3.0, "GRADUATED", 2]]
    assert seen["rows"] == len(rows) + 2
    assert seen["efficiency"] == "float64"
    assert next(row[:5] for row in seen["stats"] if row[:2] == ["447921", "STAGE_1"]) == ["447921", "STAGE_1", 4, 1, 6]


def test_the_statistics_are_read_with_their_index(reader: Reader, tmp_path: Path) -> None:
    table = stats_table(manager_rows(MICE, history(MICE)).rows)

    seen = reader.run("stats", save(tmp_path, table, "stats.pkl"))

    assert seen["index"] == ["subject_id", "current_stage_actual"]
    assert set(seen["labels"]) == {"object"}
    assert seen["dtypes"]["session_spent"] == "int64"
    assert seen["dtypes"]["n_STAY"] == "Int64"
    assert seen["rows"] == [[*key, *map(int, row)] for key, row in zip(table.index, table.to_numpy(), strict=True)]
    assert seen["graduated"] == {"690002": 1}


def test_tables_without_rows_do_not_stop_a_reader(reader: Reader, tmp_path: Path) -> None:
    rows = manager_rows(MICE.iloc[:0], history(MICE)).rows
    path = save(tmp_path, rows)

    rig = reader.run("rig", path)
    stats = reader.run("stats", save(tmp_path, stats_table(rows), "stats.pkl"))

    assert rig["dtypes"]["foraging_efficiency"] == "float64"
    assert rig["last"] == {}
    assert reader.run("access", path)["closed"] == 1
    assert stats["rows"] == []


def test_what_pandas_itself_pickles_is_not_read_there(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "manager.pkl"
    manager_rows(MICE, history(MICE)).rows.to_pickle(path)

    answer = reader.attempt("rig", path)

    assert "seen" not in answer
    assert "read_pickle" in answer["error"]


def test_a_stored_table_that_goes_through_our_hands_is_the_same_to_every_reader(reader: Reader, tmp_path: Path) -> None:
    first = save(tmp_path, manager_rows(MICE, history(MICE)).rows, "first.pkl")

    second = save(tmp_path, manager_from_bytes(first.read_bytes(), source="first.pkl"), "second.pkl")

    assert second.read_bytes() == first.read_bytes()
    assert reader.run("rig", second) == reader.run("rig", first)


def test_the_real_mice_reach_every_reader(reader: Reader, tmp_path: Path, reference: Path) -> None:
    sessions = read_sessions(reference / "data" / "janelia_sessions.csv")
    name = "Coupled Baiting_curriculum_v2.3_schema_v1.0.json"
    decided = decide_and_report(sessions, read_curriculum(reference / "data" / "curricula" / name)).decisions
    extra = sessions[["session_date", "task", "finished_trials", "foraging_efficiency"]]
    rows = manager_rows(decided.join(extra), sessions).rows
    path = save(tmp_path, rows)
    listed = write_json(tmp_path / "sessions.json", sessions_of(rows))

    rig, browser = reader.run("rig", path), reader.run("browser", path, listed)

    assert len(rig["shown"]) == browser["rows"] == len(rows) == 3516
    assert len(rig["last"]) == 150
    assert reader.run("service", path, listed)["asked"] == []
    expected = rows.sort_values("session").groupby("subject_id").tail(1).set_index("subject_id")["next_stage_suggested"]
    assert {mouse: row["next"] for mouse, row in rig["last"].items()} == expected.to_dict()
