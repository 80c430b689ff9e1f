"""Widgets that show what is on the desk: they follow undo, and colleagues, and what could not be done."""

from typing import Any

import streamlit as st


def shows(key: str, value: Any) -> str:
    """
    Make a widget show a value when it is drawn next.

    Streamlit lets a widget keep what was typed; here the draft is the truth, also where an edit was refused.

    Args:
        key: The key of the widget.
        value: What it is to show.

    Returns:
        The key.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key
