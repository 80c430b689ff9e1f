"""A page with nothing but the place to drop files on; below it stands what it was told."""

import hashlib

import streamlit as st

from autotrain_ui import words
from autotrain_ui.files import Files, pick_files

st.session_state.setdefault("told", [])


def told(files: Files) -> None:
    st.session_state["told"].append([(name, len(body), hashlib.sha256(body).hexdigest()[:12]) for name, body in files])


pick_files(
    "Choose files",
    key="files",
    on_files=told,
    accept=".json,.zip",
    most_bytes=int(st.query_params.get("most", 6 * 1024**2)),
)
for files in st.session_state["told"]:
    for name, size, mark in files:
        st.text(words.seen(f"{name} | {size} | {mark}"))
