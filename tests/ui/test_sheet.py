"""The sheet without a browser: what it draws of a curriculum, and how what was typed there is read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from autotrain_core.editing import MISSING, Draft, SetParameters, apply
from autotrain_core.models import Curriculum, read_curriculum, tasks
from autotrain_ui.parts_of_ours import unheard
from autotrain_ui.sheet import Cell, Column, Group, Refused, Row, Sheet, Typed, Understood, sheet_of, understood
from autotrain_ui.sheet._events import read
from tests.editing.drawn import SHIPPED, free
from tests.searching import search


def shipped(**changes: dict[str, Any]) -> dict[str, Any]:
    """A shipped document, in which some stages have other settings; None takes one away."""
    document: dict[str, Any] = json.loads(SHIPPED.read_bytes())
    for stage, settings in changes.items():
        merged = {**document["parameters"][stage], **settings}
        document["parameters"][stage] = {name: value for name, value in merged.items() if value is not None}
    return document


def curriculum(**changes: dict[str, Any]) -> Curriculum:
    return read_curriculum(shipped(**changes), tasks=tasks())


def rows(sheet: Sheet) -> dict[str, Row]:
    return {row.name: row for group in sheet.groups for row in group.rows}


# What is drawn of a curriculum


def test_rows_stand_in_the_groups_of_the_task_and_columns_in_the_order_of_training() -> None:
    sheet = sheet_of(curriculum())

    assert [group.heading for group in sheet.groups] == [
        "Reward",
        "Timing",
        "Blocks",
        "Auto water",
        "Session",
        "Warm-up",
        "About the stage",
    ]
    assert [column.title for column in sheet.columns][:2] == ["Stage 1 w/warmup", "Stage 1"]
    assert "training_stage" not in rows(sheet)
    row = rows(sheet)["BlockMin"]
    assert (row.title, row.unit, row.kind, row.removable) == ("Block length (min)", "trials", "integer", False)
    assert row.expected == "a whole number from 1 to 100000 trials"


def test_a_cell_differs_from_the_stage_to_its_left_and_the_first_never() -> None:
    row = rows(sheet_of(curriculum()))["BaseRewardSum"]

    assert [cell.value for cell in row.cells] == ["0.8", "0.8", "0.6", "0.45", "0.45", "0.45"]
    assert [cell.differs for cell in row.cells] == [False, False, True, True, False, False]


def test_a_number_that_is_spelled_otherwise_does_not_differ_but_a_switch_does() -> None:
    row = rows(sheet_of(curriculum(**{"Stage 1": {"BlockMin": 10.0, "PointsInARow": True}})))

    assert not row["BlockMin"].cells[1].differs
    assert row["PointsInARow"].cells[1].differs


def test_what_a_document_leaves_out_is_shown_with_its_default() -> None:
    row = rows(sheet_of(curriculum(**{"Stage 2": {"LeftValue_volume": None, "BlockMin": None}})))

    assert row["LeftValue_volume"].cells[2] == Cell(value="3", missing=True, differs=True)
    assert row["BlockMin"].cells[2].value == ""
    assert row["BlockMin"].cells[2].missing
    assert "BlockMin is missing" in row["BlockMin"].cells[2].fault


def test_a_default_that_is_written_out_to_the_left_does_not_differ() -> None:
    changes = {stage: {"LeftValue_volume": value} for stage, value in (("Stage 1", 3.0), ("Stage 2", None))}

    assert not rows(sheet_of(curriculum(**changes)))["LeftValue_volume"].cells[2].differs


def test_what_the_checks_say_stands_at_its_cell() -> None:
    row = rows(sheet_of(curriculum(**{"Stage 2": {"BlockMax": 1, "DelayMin": "soon"}})))

    assert row["BlockMax"].cells[2].fault == "BlockMin (10) is more than BlockMax (1); change one"
    assert row["DelayMin"].cells[2].fault == "DelayMin must be a number from 0 to 600 s; found 'soon'"
    assert row["BlockMax"].cells[1].fault == ""


def test_a_key_that_the_task_does_not_know_is_shown_last_and_can_be_removed() -> None:
    sheet = sheet_of(curriculum(**{"Stage 2": {"Cage": "blue"}}))
    row = rows(sheet)["Cage"]

    assert sheet.groups[-1].heading == "Not known to the task"
    assert (row.extra, row.removable, row.kind) == (True, True, "other")
    assert [cell.value for cell in row.cells] == ["", "", "blue", "", "", ""]
    assert [cell.differs for cell in row.cells] == [False, False, True, True, False, False]
    assert "the task has no parameter 'Cage'" in row.cells[2].fault


def test_graduated_follows_the_final_stage_and_cannot_be_edited() -> None:
    column = sheet_of(curriculum()).columns[-1]

    assert (column.title, column.readonly, column.terminal) == ("Graduated", True, True)
    assert column.note == "follows Stage final"
    assert not any(column.readonly for column in sheet_of(curriculum()).columns[:-1])
    assert all(column.readonly for column in sheet_of(curriculum(), editable=False).columns)


def test_graduated_without_settings_has_no_column() -> None:
    sheet = sheet_of(read_curriculum(free(), tasks=tasks()))

    assert [column.title for column in sheet.columns] == list(free()["parameters"])


def test_a_curriculum_of_a_task_that_nobody_knows_is_shown_as_written() -> None:
    sheet = sheet_of(read_curriculum(shipped(), tasks={}))

    assert [group.heading for group in sheet.groups] == ["", "About the stage"]
    assert rows(sheet)["AutoReward"].cells[0].value == "true"
    assert rows(sheet)["BlockMin"].cells[0] == Cell(value="10")


def test_a_text_that_was_refused_stands_in_its_cell_with_the_reason() -> None:
    refused = Refused("BlockMin", "Stage 1", "many", "BlockMin must be a whole number")

    cell = rows(sheet_of(curriculum(), refused=[refused]))["BlockMin"].cells[1]

    assert cell == Cell(value="many", fault="BlockMin must be a whole number")


# What is read of what was typed


def test_what_was_typed_is_one_step() -> None:
    meant = understood(
        curriculum(),
        [
            Typed("BlockMin", "Stage 1", "12 trials"),
            Typed("DelayMax", "Stage 1", "6"),
            Typed("AutoReward", "Stage 2", "off"),
            Typed("LeftValue_volume", "Stage 2", None),
        ],
    )

    cells = (
        ("Stage 1", "BlockMin", 12),
        ("Stage 1", "DelayMax", 6.0),
        ("Stage 2", "AutoReward", False),
        ("Stage 2", "LeftValue_volume", MISSING),
    )
    assert meant == Understood(SetParameters(cells))
    assert json.dumps(cells[1][2]) == "6.0"


def test_what_would_not_change_is_no_step() -> None:
    typed = [Typed("BlockMin", "Stage 1", "10"), Typed("Cage", "Stage 1", None)]

    assert understood(curriculum(**{"Stage 1": {"BlockMin": 10}}), typed) == Understood(None)


def test_what_cannot_be_read_is_told_and_the_rest_is_done() -> None:
    meant = understood(curriculum(), [Typed("BlockMin", "Stage 1", "many"), Typed("BlockMax", "Stage 1", "30")])

    assert meant.edit == SetParameters((("Stage 1", "BlockMax", 30),))
    assert [(one.row, one.column, one.text) for one in meant.refused] == [("BlockMin", "Stage 1", "many")]
    assert meant.refused[0].sentence.startswith("BlockMin must be a whole number")


def test_a_key_that_the_task_does_not_know_is_written_as_json_or_text() -> None:
    meant = understood(curriculum(), [Typed("Cage", "Stage 1", "[1, 2]"), Typed("Cage", "Stage 2", "blue")])

    assert meant.edit == SetParameters((("Stage 1", "Cage", [1, 2]), ("Stage 2", "Cage", "blue")))


@search(30)
@given(st.data())
def test_copying_a_cell_onto_another_stage_makes_both_alike(data: st.DataObject) -> None:
    draft = Draft(document=shipped(**{"Stage 2": {"Cage": [1, "2"], "warm_windowsize": None}}))
    sheet = sheet_of(draft.curriculum(tasks()))
    row = data.draw(st.sampled_from(list(rows(sheet).values())))
    source, target = data.draw(st.permutations(range(len(sheet.columns) - 1)))[:2]
    cell = row.cells[source]

    typed = Typed(row.name, sheet.columns[target].id, None if cell.missing else cell.value)
    edit = understood(draft.curriculum(tasks()), [typed]).edit
    after = apply(draft, edit, tasks=tasks()) if edit else draft

    stages = after.document["parameters"]
    names = [column.id for column in sheet.columns]
    assert stages[names[source]].get(row.name, MISSING) == stages[names[target]].get(row.name, MISSING)


# What may be drawn


COLUMN = Column(id="s", title="Stage", fill="#35546b", text="#ffffff")
ROW = Row(name="p", title="Parameter", cells=(Cell(value="1", missing=True, differs=True, fault="no"),))


def test_a_sheet_is_sent_as_json() -> None:
    sent = json.loads(json.dumps(Sheet(columns=(COLUMN,), groups=(Group(heading="", rows=(ROW,)),)).drawn()))

    assert sent["columns"][0]["id"] == "s"
    assert sent["groups"][0]["rows"][0]["cells"] == [["1", 3, "no"]]


@pytest.mark.parametrize(
    ("columns", "listed"),
    [((COLUMN, COLUMN), ()), ((COLUMN,), (ROW, ROW)), ((), (ROW,))],
    ids=["two columns of one id", "two rows of one name", "a cell without column"],
)
def test_a_sheet_that_cannot_be_drawn_is_refused(columns: tuple[Column, ...], listed: tuple[Row, ...]) -> None:
    with pytest.raises(ValueError, match=r"same|cells"):
        Sheet(columns=columns, groups=(Group(heading="", rows=listed),))


@pytest.mark.parametrize("colour", ["red", "url(x)", "#12", "#35546b;"])
def test_a_colour_that_could_be_something_else_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="is no colour"):
        Column(id="s", title="Stage", fill=colour, text="#ffffff")


# What the browser sends


@pytest.mark.parametrize(
    ("sent", "event"),
    [
        ({"type": "edit", "cells": [["p", "s", "1"], ["p", "t", None]]}, (Typed("p", "s", "1"), Typed("p", "t", None))),
        ({"type": "undo"}, "undo"),
        ({"type": "redo"}, "redo"),
    ],
    ids=["edit", "undo", "redo"],
)
def test_what_people_do_is_read(sent: dict[str, Any], event: Any) -> None:
    assert read(sent) == event


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {"type": "edit", "cells": []},
        {"type": "edit", "cells": [["p", "s"]]},
        {"type": "edit", "cells": [["p", "s", 1]]},
        {"type": "edit", "cells": [["", "s", "1"]]},
        {"type": "edit", "cells": [["p", "s" * 1001, None]]},
        {"type": "edit", "cells": [["p", "s", "1"], "p"]},
        {"type": "edit", "cells": [["p", "s", "1" * 100_001]]},
        {"type": "drop"},
    ],
)
def test_what_is_not_in_our_form_is_nobodys_business(sent: Any) -> None:
    assert read(sent) is None


def sends(*numbers: Any, mount: str = "m") -> dict[str, Any]:
    return {"mount": mount, "events": [{"n": number, "type": "undo"} for number in numbers]}


def test_what_was_heard_is_not_heard_again() -> None:
    assert [(heard, read(sent)) for heard, sent in unheard(sends(1, 2, 3), ("m", 2))] == [(("m", 3), "undo")]
    assert [(heard, read(sent)) for heard, sent in unheard(sends(1), ("another", 7))] == [(("m", 1), "undo")]
    assert list(unheard(sends(True, "2", 1.5), ("m", 0))) == []


@pytest.mark.parametrize("payload", [None, {}, {"mount": 1, "events": []}, {"mount": "m", "events": "e"}], ids=str)
def test_a_message_that_is_none_is_ignored(payload: Any) -> None:
    assert list(unheard(payload, ("", 0))) == []


def test_the_sheet_stands_on_a_page() -> None:
    app = AppTest.from_file("sheet_page.py", default_timeout=30).run()

    assert not app.exception
    assert app.text[0].value == "nothing was told"
