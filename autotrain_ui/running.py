"""
A run that somebody starts from the app: one at a time for the whole server, beside all pages.

It has a thread of its own. A page that is drawn again, or left, would break off what it was doing in the middle; and
whoever clicks twice, or at the same time as a colleague, finds the run that is under way.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from autotrain_core import __version__, services
from autotrain_core.errors import AutotrainError
from autotrain_core.models import Actor
from autotrain_core.services import RunReport
from autotrain_ui import wiring

_log = logging.getLogger("autotrain.app")

Work = Callable[[Callable[[int, int], None]], RunReport]


@dataclass(slots=True, kw_only=True)
class Job:
    """
    A run that was started here.

    Attributes:
        by: Address of whoever started it.
        name: What to call that person.
        at: When, with a zone.
        dry: Whether it is only tried.
        done: Steps of deciding that are done.
        steps: How many there are; 0 while the table is read.
        report: What it did, once it is over and went well.
        failure: Why it did not, once it is over and did not.
    """

    by: str
    name: str
    at: datetime
    dry: bool
    done: int = 0
    steps: int = 0
    report: RunReport | None = None
    failure: AutotrainError | None = None
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def part(self) -> float:
        """How much of the deciding is done, 0 to 1."""
        return self.done / self.steps if self.steps else 0.0

    def note(self, done: int, steps: int) -> None:
        """Take down how far it is."""
        self.done, self.steps = done, steps


class Desk:
    """Where runs are asked for: it does one, and tells whoever else asks of that one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Job | None = None

    @property
    def job(self) -> Job | None:
        """The run that is under way, else the last one; None where there was none since the server started."""
        return self._job

    def ask(self, job: Job, work: Work) -> Job:
        """
        Start a run, unless one is under way.

        Returns:
            The one that is under way now.
        """
        with self._lock:
            if self._job is not None and not self._job.over.is_set():
                return self._job
            self._job = job
        threading.Thread(target=_do, args=(job, work), name="autotrain-run", daemon=True).start()
        return job


def _do(job: Job, work: Work) -> None:
    try:
        job.report = work(job.note)
    except AutotrainError as error:
        job.failure = error
    except Exception:
        # What nobody expected must not leave the page waiting for ever.
        _log.exception("a run that was started from the app failed")
        job.failure = AutotrainError(
            "The run broke off because of a fault of ours; whoever runs the server finds it in the log."
        )
    finally:
        job.over.set()


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the desk of this server."""
    return Desk()


def ask(actor: Actor, *, at: datetime, dry: bool) -> Job:
    """
    Start a run, unless one is under way; see `services.run_by`, which asks for the right.

    Args:
        actor: Who asks.
        at: Now, with a time zone.
        dry: Only try it.

    Returns:
        The run that is under way.
    """
    store, settings = wiring.store(), wiring.settings()

    def work(note: Callable[[int, int], None]) -> RunReport:
        return services.run_by(store, settings, actor=actor, at=at, code=__version__, progress=note, dry=dry)

    return desk().ask(Job(by=actor.email, name=actor.name, at=at, dry=dry), work)
