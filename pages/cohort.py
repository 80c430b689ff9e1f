"""cohort."""

import streamlit as st

from autotrain_ui import frame

with frame.page("cohort") as here:
    st.dataframe(here.lab.mice)
