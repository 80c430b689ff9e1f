"""The empty page behind the server of the app."""

import streamlit as st

from autotrain_ui import server

if __name__ == "__main__":
    server.run(__file__)
else:
    app = st.App("app.py", **server.around())
