"""Enrol and move: which mice begin a curriculum, and which go to another one; each with a dry run and a way back."""

import streamlit as st

from autotrain_ui import address, enrol_parts, frame, links, move_parts, people_acts
from autotrain_ui.address import EnrolView

with frame.page("enrol") as found:
    links.follow()
    people_acts.attend(found)
    here = people_acts.fresh(found)
    view = address.open_view(EnrolView, page="enrol")
    st.segmented_control(
        "What to do", ["Enrol", "Move"], key=address.key("enrol", "show"), required=True, label_visibility="collapsed"
    )
    enrol_parts.told(here)
    if view.show == "Enrol":
        enrol_parts.desk(here, view)
        st.header("Waiting for their first session")
        enrol_parts.waiting(here)
    else:
        move_parts.desk(here, view)
        st.header("Moves")
        move_parts.moves(here)
    people_acts.watch(here)
