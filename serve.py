"""What `autotrain app` starts: app.py, with the server of autotrain_ui around it."""

import streamlit as st

from autotrain_ui import server

if __name__ == "__main__":
    server.run(__file__)
else:  # as Streamlit imports it
    app = st.App("app.py", **server.around())
