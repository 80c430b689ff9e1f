"""What `autotrain app` starts: app.py, with the server of autotrain_ui around it."""

import streamlit as st

from autotrain_ui import server

app = st.App("app.py", **server.around())
