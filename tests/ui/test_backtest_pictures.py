"""The pictures of a backtest: bands from stage to stage, strips of stages, and every text in them is a text."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autotrain_core.diagrams import stage_colours
from autotrain_ui.charts.backtest import Strip, flow_figure, stretches_of, strips_figure
from autotrain_ui.charts.framing import Caption
from tests.ui.hostile import PAYLOADS

CAPTION = Caption(title="A title", foot="40 mice")
STAGES = ["STAGE_1", "STAGE_2", "STAGE_FINAL"]
COLOURS = stage_colours(STAGES)


def flows(*rows: tuple[str, str, int]) -> pd.DataFrame:
    table = pd.DataFrame([(*row, 1) for row in rows], columns=["stage", "to", "decisions", "mice"])
    return table.astype({"stage": "category", "to": "category"})


def bands(*rows: tuple[str, str, int], stages: list[str] = STAGES, dark: bool = False) -> Any:
    return flow_figure(flows(*rows), stages, colours=COLOURS, caption=CAPTION, dark=dark).data[0]


def text_of(figure: Any) -> str:
    return json.dumps(figure.to_plotly_json(), default=lambda value: np.asarray(value).tolist(), ensure_ascii=False)


def test_a_band_is_as_wide_as_there_are_decisions_and_staying_has_none() -> None:
    drawn = bands(("STAGE_1", "STAGE_1", 50), ("STAGE_1", "STAGE_2", 9), ("STAGE_2", "STAGE_1", 4))

    assert list(drawn.link.value) == [9, 4]
    assert list(drawn.node.label) == ["Stage 1", "Stage 2", "Stage 1", "Stage 2"]
    assert [(drawn.link.source[n], drawn.link.target[n]) for n in range(2)] == [(0, 3), (1, 2)]


def test_going_back_has_another_colour_than_going_on() -> None:
    drawn = bands(("STAGE_1", "STAGE_2", 9), ("STAGE_2", "STAGE_1", 4))

    assert drawn.link.color[0] != drawn.link.color[1]


def test_stages_stand_in_the_order_of_the_document_without_covering_each_other() -> None:
    drawn = bands(("STAGE_1", "STAGE_2", 90), ("STAGE_2", "STAGE_FINAL", 5), ("STAGE_1", "STAGE_FINAL", 1))

    left = list(drawn.node.y)[:2]
    assert left == sorted(left)
    assert 0 < left[0] < left[1] < 1
    heights = [0.94 * 91 / 96, 0.94 * 5 / 96]
    assert left[1] - left[0] == pytest.approx(sum(heights) / 2 + 0.06)


def strips(parting: float = 2.0, *, dark: bool = False, name: str = "one", stage: str = "STAGE_1") -> Any:
    given = [
        Strip(name=name, sessions=[1, 2, 3, 6], stages=[stage, stage, "STAGE_2", "STAGE_2"]),
        Strip(name="other", sessions=[1, 2], stages=["STAGE_1", ""]),
    ]
    return strips_figure(given, parting=parting, colours=COLOURS, caption=CAPTION, dark=dark)


def test_sessions_in_a_row_at_one_stage_are_one_stretch_and_gaps_stay_gaps() -> None:
    strip = Strip(name="", sessions=[1, 2, 3, 6, 7], stages=["A", "A", "B", "B", ""])

    assert stretches_of(strip) == [("A", 1, 2), ("B", 3, 3), ("B", 6, 6)]


def test_strips_stand_one_below_the_other_on_one_axis_of_sessions() -> None:
    drawn = strips()

    bars = drawn.data[0]
    assert list(bars.y) == [0, 0, 0, 1]
    assert list(bars.base) == [0.5, 2.5, 5.5, 0.5]
    assert list(bars.x) == [2, 1, 1, 1]
    assert list(drawn.layout.yaxis.ticktext) == ["one", "other"]


def test_the_session_of_parting_is_marked_where_there_is_one() -> None:
    assert [line.x0 for line in strips(2.0).layout.shapes] == [2.5]
    assert not strips(float("nan")).layout.shapes


def test_every_text_of_a_stranger_is_a_text_in_both_pictures() -> None:
    stages = list(dict.fromkeys([*PAYLOADS, "STAGE_2"]))
    rows = [(stage, "STAGE_2", 3) for stage in PAYLOADS if stage != "STAGE_2"]
    given = [Strip(name=each, sessions=[1, 2], stages=[each, "STAGE_2"]) for each in PAYLOADS]

    for figure in (
        flow_figure(flows(*rows), stages, colours={}, caption=CAPTION, dark=True),
        strips_figure(given, parting=1.0, colours={}, caption=CAPTION, dark=True),
    ):
        told = text_of(figure).lower()
        assert not [tag for tag in ("<img", "<script", "<svg", "<a ", "<iframe") if tag in told]
