"""live."""

import streamlit as st

from autotrain_ui import frame

with frame.page("live") as here:
    st.dataframe(here.lab.mice)
