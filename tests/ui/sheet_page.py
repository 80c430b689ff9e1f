"""A page with nothing but the sheet, which does what it is told and says what that was; for tests in a browser."""

import json
import time
from pathlib import Path
from typing import Any

import streamlit as st

from autotrain_core.editing import Draft, History, SetParameters
from autotrain_core.models import tasks
from autotrain_ui.sheet import Cell, Column, Group, Refused, Row, Sheet, Typed, sheet, sheet_of, understood
from tests.ui.tables import HOSTILE

PROJECT = Path(__file__).parents[2]
SHIPPED = PROJECT / "curriculums" / "coupled-baiting-2.3" / "Coupled Baiting_curriculum_v2.3_schema_v1.0.json"


class Model:
    """What the page remembers: a draft with its undo, what was refused, and what was told."""

    def __init__(self) -> None:
        """Begin with a shipped curriculum, in which one cell is at fault and one is unknown."""
        document: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
        stages = document["parameters"]
        stages["Stage 2"]["BlockMax"] = 1
        stages["Stage 3"]["Colour of the cage"] = "blue"
        for stage in stages.values():
            del stage["warm_windowsize"]
        self.history = History.start(Draft(document=document))
        self.refused: tuple[Refused, ...] = ()
        self.told: list[str] = []

    def edited(self, cells: tuple[Typed, ...]) -> None:
        """Do it, and write it down."""
        self.told.append(json.dumps([list(cell) for cell in cells], ensure_ascii=False))
        if "until" in st.query_params:
            wait_for(Path(st.query_params["until"]))
        if "stubborn" in st.query_params:
            return
        meant = understood(self.history.draft.curriculum(tasks()), cells)
        self.refused = meant.refused
        if isinstance(meant.edit, SetParameters):
            self.history = self.history.do(meant.edit, tasks())

    def undone(self) -> None:
        """Take a step back."""
        self.told.append("undo")
        self.history, self.refused = self.history.undo(), ()

    def redone(self) -> None:
        """Take it again."""
        self.told.append("redo")
        self.history = self.history.redo()


def wait_for(file: Path) -> None:
    """Hold the answer back until a test puts this file there."""
    given_up = time.monotonic() + 60
    while not file.exists() and time.monotonic() < given_up:
        time.sleep(0.02)


def drawn_up(rows: int, columns: int, *, texts: tuple[str, ...] = ()) -> Sheet:
    """Make a table of any size, whose cells say where they are; `texts` are the names of whatever has one."""
    named = dict(enumerate(texts))
    return Sheet(
        columns=tuple(
            Column(id=f"s{at}", title=named.get(at, f"Stage {at + 1}"), fill="#35546b", text="#ffffff")
            for at in range(columns)
        ),
        groups=tuple(
            Group(
                heading=named.get(group, f"Group {group + 1}"),
                rows=tuple(
                    Row(
                        name=f"p{at}",
                        title=named.get(at, f"Parameter {at + 1}"),
                        unit=named.get(at, "trials"),
                        help=named.get(at, "What it does."),
                        kind="choice" if at % 5 == 4 else "text",
                        choices=tuple(named.values()) or ("one", "two"),
                        removable=True,
                        cells=tuple(
                            Cell(
                                value=named.get(at, f"{at} {place} {stamp}"),
                                differs=place % 3 == 1,
                                fault=named.get(place, "") if at == 1 else "",
                            )
                            for place in range(columns)
                        ),
                    )
                    for at in range(group * 10, min(group * 10 + 10, rows))
                ),
            )
            for group in range(-(-rows // 10))
        ),
    )


st.set_page_config(layout="wide", page_title="Sheet")
st.html("<h1>Sheet</h1>")
asked = st.query_params
if "model" not in st.session_state:
    st.session_state["model"] = Model()
model: Model = st.session_state["model"]
stamp = len(model.told)
if "hostile" in asked:
    table = drawn_up(10, 5, texts=HOSTILE)
elif "rows" in asked:
    table = drawn_up(int(asked["rows"]), int(asked["columns"]))
else:
    table = sheet_of(model.history.draft.curriculum(tasks()), refused=model.refused, editable="fixed" not in asked)
sheet(table, key="sheet", on_edit=model.edited, on_undo=model.undone, on_redo=model.redone)
st.text("\n".join(model.told) or "nothing was told")
st.text_input("A field")
st.button("Undo", on_click=model.undone)
if "slow" in asked:
    time.sleep(float(asked["slow"]))
