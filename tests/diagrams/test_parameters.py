"""The settings of a curriculum: as a table, and as a picture."""

from typing import Any

import pandas as pd
import pytest

from autotrain_core.diagrams import parameter_table, parameters_dot, render
from autotrain_core.models import Curriculum, load_curriculum
from tests.diagrams.conftest import Draw, texts, tooltips


def settings(**own: Any) -> dict[str, Any]:
    return {"task": "Dummy task", "dummy_para_bool": True, "dummy_para_float": 1.0, **own}


def test_rows_stand_in_the_order_of_the_task_and_columns_in_that_of_the_stages(coupled: Curriculum) -> None:
    table = parameter_table(coupled)

    assert coupled.task is not None
    order = [parameter.name for parameter in coupled.task.fields if parameter.name in table.cells.index]
    assert list(table.cells.index) == order
    assert len(order) == 38
    assert list(table.cells.columns) == [stage.name for stage in coupled.stages]
    assert table.rows.index.equals(table.cells.index)
    assert table.changed.index.equals(table.cells.index)


def test_a_row_is_called_by_title_and_unit(coupled: Curriculum) -> None:
    rows = parameter_table(coupled).rows

    assert str(rows.at["BlockMin", "title"]) == "Block length (min), trials"
    assert rows.at["RewardFamily", "title"] == "Reward family"
    assert rows.at["BlockMin", "group"] == "Blocks"


def test_what_differs_from_the_stage_before_is_told(coupled: Curriculum) -> None:
    table = parameter_table(coupled)

    assert list(table.cells.loc["LeftValue_volume"]) == ["4", "2", "2", "2", "2", "2"]
    assert list(table.changed.loc["LeftValue_volume"]) == [False, True, False, False, False, False]
    assert not table.rows.at["LeftValue_volume", "constant"]


def test_what_never_changes_is_constant(coupled: Curriculum) -> None:
    table = parameter_table(coupled)

    same = table.cells.nunique(axis="columns") == 1
    assert table.rows["constant"].tolist() == same.tolist()
    assert table.rows.at["Randomness", "constant"]


def test_values_are_written_as_people_write_them(coupled: Curriculum) -> None:
    first = parameter_table(coupled).cells["Stage 1 w/warmup"]

    assert first[["AutoReward", "warmup", "DelayMin", "ITIMin", "UncoupledReward", "AutoWaterType", "task"]].tolist() == [
        "on", "on", "0.1", "1", "–", "Natural", "Coupled Baiting",
    ]  # fmt: skip


def test_every_cell_is_text(coupled: Curriculum) -> None:
    table = parameter_table(coupled)

    assert {str(dtype) for dtype in table.cells.dtypes} == {"str"}
    assert {str(dtype) for dtype in table.changed.dtypes} == {"bool"}


def test_a_default_that_the_document_leaves_out_is_shown() -> None:
    from tests.models.conftest import PROJECT

    (path,) = (PROJECT / "curriculums" / "coupled-baiting-2.3").glob("*.json")
    body = path.read_bytes().replace(b'"AutoWaterType": "Natural",', b"", 1)

    assert (
        parameter_table(load_curriculum(body, source=path.name)).cells.at["AutoWaterType", "Stage 1 w/warmup"]
        == "Natural"
    )


def test_settings_that_do_not_fit_are_shown_as_written(curriculum: Draw) -> None:
    table = parameter_table(
        curriculum({"A": [], "B": []}, settings={"A": settings(), "B": settings(dummy_para_float="much", extra=None)})
    )

    assert table.cells["B"].to_dict() == {
        "task": "Dummy task",
        "dummy_para_bool": "on",
        "dummy_para_float": "much",
        "extra": "–",
    }
    assert table.cells.at["extra", "A"] == ""
    assert table.rows.at["extra", "title"] == "extra"
    assert table.changed["B"].to_dict() == {
        "task": False,
        "dummy_para_bool": False,
        "dummy_para_float": True,
        "extra": True,
    }


def test_the_settings_of_a_task_that_nobody_knows_are_shown_as_written(curriculum: Draw) -> None:
    table = parameter_table(curriculum({"A": []}, settings={"A": {"speed": 3.0, "shape": [1]}}, schema_name="Maze"))

    assert table.cells["A"].to_dict() == {"speed": "3", "shape": "[1]"}


def test_a_curriculum_without_settings_has_an_empty_table(curriculum: Draw) -> None:
    table = parameter_table(curriculum({"A": []}, settings={"A": {}}))

    assert table.cells.empty
    assert table.rows.empty
    assert texts(parameters_dot(curriculum({"A": []}, settings={"A": {}}))) == ["no stage has settings"]


# ---- the picture ----


def test_each_change_and_each_constant_stands_in_the_picture(coupled: Curriculum) -> None:
    shown = texts(parameters_dot(coupled))

    assert " ".join(shown).startswith("Stage 1 w/warmup Stage 1 Stage 2 Stage 3 Stage final")
    for words in ("Reward family", "0.1", "the same in every stage", "Exponential"):
        assert words in shown


def test_constants_may_be_left_out(coupled: Curriculum) -> None:
    shown = texts(parameters_dot(coupled, constants=False))

    assert "the same in every stage" not in shown
    assert "Reward family" in shown


def test_graduated_has_a_column_only_where_it_differs(curriculum: Draw) -> None:
    same = curriculum({"A": [], "Graduated": []}, settings={"A": settings(), "Graduated": settings()})
    other = curriculum(
        {"A": [], "Graduated": []}, settings={"A": settings(), "Graduated": settings(dummy_para_float=2.0)}
    )

    assert "Graduated" not in "".join(texts(parameters_dot(same)))
    assert "Graduated" in "".join(texts(parameters_dot(other))).replace("-", "")


def test_a_change_stands_on_a_tint(coupled: Curriculum) -> None:
    light, dark = parameters_dot(coupled), parameters_dot(coupled, dark=True)

    table = parameter_table(coupled)
    assert light.count('BGCOLOR="#ffe9b8"') == dark.count('BGCOLOR="#5a4100"') == table.changed.to_numpy().sum()


def test_the_tooltip_of_a_row_names_the_parameter_as_the_rig_does(coupled: Curriculum) -> None:
    assert "BlockMin; Fewest trials in a block." in tooltips(parameters_dot(coupled))


def test_a_document_with_hundreds_of_settings_is_cut(curriculum: Draw) -> None:
    many = {f"number {place}": place for place in range(250)}
    drawn = parameters_dot(curriculum({"A": []}, settings={"A": many}, schema_name="Maze"))

    assert "and 130 more" in texts(drawn)


@pytest.mark.parametrize("dark", [False, True])
def test_every_real_curriculum_is_drawn(reference: Any, dark: bool) -> None:
    for path in (reference / "data" / "curricula").glob("*.json"):
        assert render(parameters_dot(load_curriculum(path.read_bytes(), source=path.name), dark=dark), "svg")


def test_a_table_is_made_for_the_pages_too(coupled: Curriculum) -> None:
    table = parameter_table(coupled)

    shown = pd.concat([table.rows["title"], table.cells], axis="columns")
    assert list(shown.loc["MaxTime"]) == ["Session time, min", *["75"] * 6]
