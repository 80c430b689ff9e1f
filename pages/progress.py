"""progress."""

import streamlit as st

from autotrain_ui import frame

with frame.page("progress") as here:
    st.dataframe(here.lab.mice)
