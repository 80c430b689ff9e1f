"""runs."""

import streamlit as st

from autotrain_ui import frame

with frame.page("runs") as here:
    st.dataframe(here.lab.mice)
