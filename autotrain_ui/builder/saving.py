"""Work for the store that no page waits for: a few threads that all sessions of a server share."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import streamlit as st

T = TypeVar("T")
_AT_ONCE = 8
_UNNOTICED = 0.12
"""Seconds: within them a folder, or a store that is near, has it."""


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="drafts")


def soon(work: Callable[[], T]) -> "Future[T]":
    """
    Do some work, and wait for it no longer than nobody notices; what takes longer goes on behind the page.

    Python waits for what was begun before it ends.
    """
    begun = _pool().submit(work)
    wait([begun], timeout=_UNNOTICED)
    return begun
