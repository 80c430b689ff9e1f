"""All settings of all stages in one table, as a spreadsheet has them."""

import streamlit as st

from autotrain_ui import sheet
from autotrain_ui.builder.desk import Desk, act
from autotrain_ui.frame import Here

_HEIGHT = 560


def settings(here: Here, desk: Desk) -> None:
    """Draw the table, and take in what is typed or pasted; what could not be read stays in its cell, with why."""
    kept = f"builder-refused-{desk.identity}"

    def edited(cells: tuple[sheet.Typed, ...]) -> None:
        found = sheet.understood(desk.curriculum, cells)
        st.session_state[kept] = found.refused
        if found.edit is not None:
            act(here, desk, Desk.do, found.edit)

    def step(back: bool) -> None:
        st.session_state[kept] = ()
        act(here, desk, Desk.undo if back else Desk.redo)

    sheet.sheet(
        sheet.sheet_of(
            desk.curriculum,
            refused=st.session_state.get(kept, ()),
            editable=not desk.is_review_only and desk.conflict is None,
        ),
        key=f"builder-sheet-{desk.identity}",
        height=_HEIGHT,
        on_edit=edited,
        on_undo=lambda: step(back=True),
        on_redo=lambda: step(back=False),
    )
