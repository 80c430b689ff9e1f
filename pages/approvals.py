"""Approvals: what waits for me, what it would change, and what I decided."""

import streamlit as st

from autotrain_ui import address, approvals_parts, chips, frame, links, mouse_parts, override_words, people_acts
from autotrain_ui.address import ApprovalsView

with frame.page("approvals") as opened:
    links.follow()
    people_acts.attend(opened)
    here = people_acts.fresh(opened)
    view = address.open_view(ApprovalsView, page="approvals")
    mouse_parts.style()
    override_words.style()
    desk = approvals_parts.desk(here)
    shown = approvals_parts.chosen(desk, view)
    with st.container(horizontal=True, vertical_alignment="bottom", key="screen-approvals"):
        approvals_parts.fields(desk, view)
    colours = chips.colours_of(here.lab, here.look, dark=here.dark)
    if not shown:
        headline, sentence = approvals_parts.nothing(here, desk, view)
        st.header(headline)
        st.text(sentence)
    elif view.show == "decided":
        st.html(approvals_parts.decided_html(here, desk, shown))
    else:
        approvals_parts.proposals(here, desk, shown, colours=colours)
    people_acts.watch(here)
