"""Work for the store that no page waits for: a few threads that all sessions of a server share."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import streamlit as st

T = TypeVar("T")
_AT_ONCE = 8


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="drafts")


def later(work: Callable[[], T]) -> "Future[T]":
    """Do some work behind the page; Python waits for what was begun before it ends."""
    return _pool().submit(work)
