"""What waits for somebody's answer, as it was seen last: the menu counts it on every page, and waits for no store."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import AutotrainError
from autotrain_core.models import Actor, Right
from autotrain_core.services import Review
from autotrain_core.store import Store

_FRESH = timedelta(seconds=15)
_NEVER = datetime.min.replace(tzinfo=UTC)
_log = logging.getLogger("autotrain.app")


class _Watch:
    """The reviews that wait, shared by all sessions of a server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="awaited")
        self.asked_at = _NEVER
        self.seen: tuple[Review, ...] = ()
        self.read_at = _NEVER

    def read(self, store: Store) -> tuple[Review, ...]:
        """Read them now, unless that was done a moment ago."""
        with self._lock:
            if datetime.now(UTC) - self.read_at > _FRESH:
                self.seen = services.waiting_reviews(store)
                self.read_at = datetime.now(UTC)
            return self.seen

    def read_later(self, store: Store) -> None:
        """Read them behind the page; one who asks at a time, and not again and again where nobody answers."""
        now = datetime.now(UTC)
        if now - self.read_at > _FRESH and now - self.asked_at > _FRESH:
            self.asked_at = now
            self._pool.submit(self._try, store)

    def _try(self, store: Store) -> None:
        try:
            self.read(store)
        except AutotrainError as error:
            _log.warning("nobody can say what waits for a review: %s", error)


@st.cache_resource(show_spinner=False)
def _watch() -> _Watch:
    return _Watch()


def reviews(store: Store) -> tuple[Review, ...]:
    """
    List the reviews that somebody waits for, the oldest first, as they are or were a few seconds ago.

    Raises:
        AutotrainError: See `services.waiting_reviews`.
    """
    return _watch().read(store)


def count(actor: Actor, store: Store) -> int:
    """Count the reviews that somebody may answer, as far as is known without waiting for the store."""
    if not actor.may(Right.REVIEW):
        return 0
    watch = _watch()
    watch.read_later(store)
    return sum(not one.is_own_work_of(actor.email) for one in watch.seen)


def forget(draft: str) -> None:
    """Count the review of a draft no more, which was answered or asked for anew, and look again when somebody asks."""
    watch = _watch()
    watch.seen = tuple(one for one in watch.seen if one.draft != draft)
    watch.read_at = watch.asked_at = _NEVER
