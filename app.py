"""Routes, and nothing else."""

import streamlit as st

st.navigation(
    [
        st.Page("pages/board.py", title="Board", url_path="board", default=True),
        st.Page("pages/curricula.py", title="Curricula", url_path="curricula"),
    ],
    position="top",
).run()
