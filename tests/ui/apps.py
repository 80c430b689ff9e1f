"""Pages without a browser: opened as the menu opens them, and what they say."""

import html
import re
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

PROJECT = Path(__file__).parents[2]
PATIENCE = 60


def opened(path: str, **query: str | list[str]) -> AppTest:
    """Open a page through the menu, as a link does."""
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{path}.py").run()


def forget() -> None:
    """Let the app start as on a fresh server."""
    st.cache_resource.clear()
    st.cache_data.clear()


def drawn(app: AppTest) -> str:
    """All HTML of ours on a page."""
    return "\n".join(element.proto.body for element in app.get("html"))


def said(app: AppTest) -> str:
    """Everything that a page says in words, HTML of ours included, without its tags."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.text,
        app.markdown,
        app.error,
        app.warning,
        app.info,
        app.caption,
    )
    words = "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")
    return words + "\n" + html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", drawn(app), flags=re.DOTALL))


def toasts(app: AppTest) -> list[str]:
    return [str(toast.value).replace("\\", "") for toast in app.toast]
