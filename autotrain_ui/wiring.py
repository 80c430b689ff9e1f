"""What all sessions of a server share: the settings, the store, and the lab as it was seen last."""

import ctypes
import gc
import logging
import os
import sys
import threading
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import streamlit as st

from autotrain_core import __version__, services
from autotrain_core.errors import StoreUnavailableError
from autotrain_core.services import LabView, Settings, Status
from autotrain_core.store import Store, open_store

PERSON_VARIABLE = "AUTOTRAIN_PERSON"
"""Who sits at this computer, in local mode: an address of the members document."""

_FRESH = timedelta(seconds=15)
_EXAMPLE_MICE = 40
_log = logging.getLogger("autotrain.app")


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """Return the settings of this server, as they were when it started."""
    return services.read_settings()


@st.cache_resource(show_spinner="The mice of the example lab are training …")
def store() -> Store:
    """Return the store; where the settings name none, an example lab in memory."""
    url = settings().store
    if url:
        return open_store(url, probe=False)
    shown = services.demo(_EXAMPLE_MICE, 0, now=datetime.now(UTC), code=__version__)
    return shown.store


def is_example() -> bool:
    """Say whether nobody named a store, so that an example lab is shown."""
    return not settings().store


def person() -> str:
    """Return the address of whoever started the app, where that was said."""
    return os.environ.get(PERSON_VARIABLE, "")


class _Watch:
    """The lab as it was seen last. One look at a time: while somebody looks again, others get what is known."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._view: LabView | None = None
        self._failure: StoreUnavailableError | None = None
        self._status: Status | None = None
        self._asked = datetime.min.replace(tzinfo=UTC)
        self._of = ""

    @property
    def view(self) -> LabView | None:
        """The lab as it was seen last."""
        return self._view

    def lab(self, *, now: datetime, anew: bool) -> tuple[LabView, StoreUnavailableError | None]:
        """Return the lab, and why it could not be read again where it is an old one."""
        known = self._view
        if known is not None and not anew and now - known.read_at < _FRESH:
            return known, None
        if not self._lock.acquire(blocking=known is None or anew):
            return known, self._failure  # type: ignore[return-value]  # whoever does not wait knows one
        try:
            known = self._view
            if known is not None and not anew and now - known.read_at < _FRESH:
                return known, None
            self._view = services.lab_view(store(), settings(), at=now, known=known)
            self._failure = None
            if known is None or known.version != self._view.version:
                _give_back()
        except StoreUnavailableError as error:
            if known is None:
                raise
            _log.warning("the store does not answer: %s", error)
            self._failure = error
        finally:
            self._lock.release()
        return self._view, self._failure  # type: ignore[return-value]  # it was read, or it raised

    def status(self, *, now: datetime, version: str) -> Status:
        """Return how the nightly run is doing, asked once a minute and whenever something was published."""
        if self._status is None or now - self._asked > timedelta(minutes=1) or version != self._of:
            self._status = services.status(store(), settings(), at=now)
            self._asked, self._of = now, version
        return self._status


def _give_back() -> None:
    """Return to the system what reading tables took: of 350,000 sessions that is more than what is kept of them."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # the C library of Alpine has none
        if trim is not None:
            trim(0)


@st.cache_resource(show_spinner=False)
def _watch() -> _Watch:
    return _Watch()


def lab(*, now: datetime, anew: bool = False) -> tuple[LabView, StoreUnavailableError | None]:
    """
    Return the lab as it is, or was a few seconds ago.

    Args:
        now: With a time zone.
        anew: Look again, however recent the last look was.

    Returns:
        The lab; and why it could not be read again, where what is shown is old.

    Raises:
        StoreUnavailableError: The store does not answer, and nothing is known yet.
        AutotrainError: See `services.lab_view`.
    """
    return _watch().lab(now=now, anew=anew)


def known() -> LabView | None:
    """Return the lab as it was seen last, without looking; None where nobody looked yet."""
    return _watch().view


def status(*, now: datetime, version: str) -> Status:
    """
    Return how the nightly run is doing.

    Raises:
        AutotrainError: See `services.status`.
    """
    return _watch().status(now=now, version=version)
