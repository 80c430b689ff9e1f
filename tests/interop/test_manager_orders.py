"""What people decided, in the manager table: read by today's programs, each with the pandas that it pins."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autotrain_core.interop import MANAGER_COLUMNS, OFF, Order, manager_rows, pickle_bytes, with_orders
from tests.interop.published import Reader, history, published, write_json

STAGES = ("STAGE_1", "STAGE_2", "STAGE_3")
ROWS = published(
    {"subject_id": "700001", "session": 1, "session_date": "2026-11-01", "next_stage_suggested": "STAGE_2"},
    {
        "subject_id": "700001",
        "session": 2,
        "session_date": "2026-11-02",
        "current_stage_actual": "STAGE_2",
        "decision": "PROGRESS",
        "next_stage_suggested": "STAGE_3",
    },
    {"subject_id": "700002", "session": 1, "session_date": "2026-11-02"},
)
ENROLLED = Order(
    subject_id="700009",
    id="en-1",
    stage="STAGE_1_WARMUP",
    curriculum="Uncoupled Baiting",
    version="2.3",
    schema="1.0",
    task="uncoupled_baiting",
    day=date(2026, 11, 3),
)


def hold(stage: str = "STAGE_2", **more: Any) -> Order:
    return Order(subject_id="700001", id="ov-1", stage=stage, stages=STAGES, **more)


def told(*orders: Order) -> pd.DataFrame:
    return with_orders(manager_rows(ROWS, history(ROWS)).rows, orders)


@pytest.mark.parametrize(
    ("stage", "decision"), [("STAGE_1", "ROLLBACK"), ("STAGE_2", "STAY"), ("STAGE_3", "PROGRESS"), ("Other", "STAY")]
)
def test_the_latest_row_of_a_mouse_says_what_it_is_to_run_and_beside_it_what_the_rules_said(stage, decision) -> None:
    table = told(hold(stage))

    first, last, other = table.to_dict(orient="records")
    assert (last["next_stage_suggested"], last["decision"], last["override_id"]) == (stage, decision, "ov-1")
    assert (last["next_stage_by_rules"], last["decision_by_rules"]) == ("STAGE_3", "PROGRESS")
    assert (first["next_stage_suggested"], first["override_id"], other["override_id"]) == ("STAGE_2", None, None)
    assert list(table.columns) == [*MANAGER_COLUMNS, "decision_by_rules", "next_stage_by_rules", "override_id"]


def test_the_table_of_before_is_left_as_it_was() -> None:
    rows = manager_rows(ROWS, history(ROWS)).rows
    before = pickle_bytes(rows)

    with_orders(rows, [hold(), ENROLLED])

    assert pickle_bytes(rows) == before


def test_a_rig_reads_an_override_an_enrolled_mouse_and_one_that_was_taken_off(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "manager.pkl"
    off = Order(subject_id="700002", id="ov-2", stage="")
    moved = hold("STAGE_1", curriculum="Uncoupled Baiting", version="2.3", schema="1.0")
    path.write_bytes(pickle_bytes(told(moved, off, ENROLLED)))

    seen = reader.run("rig", path)

    assert {mouse: tuple(row.values()) for mouse, row in seen["last"].items()} == {
        "700001": (2, "Uncoupled Baiting (v2.3@1.0)", "STAGE_2", "STAGE_1"),
        "700002": (1, f"Coupled Baiting (v2.3@{OFF})", "STAGE_1", "STAGE_1"),
        "700009": (0, "Uncoupled Baiting (v2.3@1.0)", "STAGE_1_WARMUP", "STAGE_1_WARMUP"),
    }
    kinds = seen["dtypes"]
    assert (kinds["foraging_efficiency"], kinds["finished_trials"], kinds["session"]) == ("float64", "int64", "int64")
    assert {kind for name, kind in kinds.items() if "stage" in name and name != "session_at_current_stage"} == {
        "object"
    }
    assert seen["days"][-1] == "2026-11-03"
    assert seen["overridden"] == []


def test_the_browser_and_the_service_of_today_read_it(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "manager.pkl"
    path.write_bytes(pickle_bytes(told(hold(), ENROLLED)))
    days = [{"subject_id": "700001", "session_date": f"2026-11-0{n}", "session": n, "h2o": "Z"} for n in (1, 2)]
    sessions = write_json(tmp_path / "days.json", days)

    seen = reader.run("browser", path, sessions)

    assert seen["found"] == 2
    assert seen["kept"] == ["700001", "700002", "700009"]
    assert seen["metrics"][-1] == 0
    assert reader.run("access", path)["closed"] == 4
    assert reader.run("service", path, sessions)["rows"] == 4


def test_a_mouse_that_todays_browser_cannot_read_has_no_row() -> None:
    enrolled = Order(subject_id="m1", id="en-1", stage="A", curriculum="C", version="1", schema="2.0")
    unknown = Order(subject_id="700077", id="ov-9", stage="STAGE_2")

    assert told(enrolled, unknown)["subject_id"].tolist() == ["700001", "700001", "700002"]


def test_of_a_lab_without_any_session_the_enrolled_mice_are_the_table() -> None:
    empty = manager_rows(ROWS.iloc[:0], history(ROWS).iloc[:0]).rows

    table = with_orders(empty, [ENROLLED])

    assert table[["subject_id", "session", "task"]].values.tolist() == [["700009", 0, "Uncoupled Baiting"]]
    assert [str(table[name].dtype) for name in ("foraging_efficiency", "finished_trials")] == ["float64", "int64"]
