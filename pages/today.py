"""today."""

import streamlit as st

from autotrain_ui import frame

with frame.page("today") as here:
    st.dataframe(here.lab.mice)
