"""curricula."""

import streamlit as st

from autotrain_ui import frame

with frame.page("curricula") as here:
    st.dataframe(here.lab.mice)
