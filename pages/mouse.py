"""mouse."""

import streamlit as st

from autotrain_ui import frame

with frame.page("mouse") as here:
    st.dataframe(here.lab.mice)
