"""Members: who may do what in a lab, whose mice are whose, and what needs whose approval."""

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.models import Right
from autotrain_ui import address, frame, members_parts, policy_parts
from autotrain_ui.address import MembersView

with frame.page("members") as here:
    view = address.open_view(MembersView, page="members")
    known, version = services.members(here.store)

    members_parts.undo(here)
    st.header("People")
    members_parts.people(here, known, version)
    if here.may(Right.MANAGE):
        members_parts.desk(here, known, view)
        with st.expander("Make members of the PIs of today's mice", icon=":material/upload:", key="members-importing"):
            try:
                members_parts.importing(here, known, version)
            except AutotrainError as error:
                frame.show(error)

    st.header("What needs whose approval")
    policy_parts.draw(here)

    st.header("Roles and rights")
    st.html(members_parts.rights_html(here.actor))
