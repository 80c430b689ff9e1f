"""Routes, and nothing else."""

import streamlit as st

# The first page lies at the root; its second entry answers whoever types or bookmarked its name.
st.navigation(
    [
        st.Page("pages/board.py", title="Board", url_path="home", default=True),
        st.Page("pages/board.py", title="Board", url_path="board", visibility="hidden"),
        st.Page("pages/curricula.py", title="Curricula", url_path="curricula"),
    ],
    position="top",
).run()
