"""
Simulations that people ask for: one at a time for the whole server, beside all pages, and kept for whoever asks again.

Each has a thread of its own, so that a page that is drawn again does not break it off; they take turns, because two at
once would only make both, and every page, slower.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from autotrain_core.errors import AutotrainError
from autotrain_core.evaluation import ClosedLoop
from autotrain_core.services import FittedModel

MOST_KEPT = 16
MOST_WAITING = 6

_OF_FITTING = 0.7
_log = logging.getLogger("autotrain.app")

_Kept = TypeVar("_Kept")
Told = Callable[[float], None]
Fit = Callable[[Told], FittedModel]
Simulate = Callable[[FittedModel, Told], ClosedLoop]


@dataclass(slots=True)
class Trial:
    """
    A simulation that somebody asked for.

    Attributes:
        part: How much of it is done, 0 to 1.
        waits: Whether another one has its turn.
        model: What was fitted, once that is done.
        found: What came out, once it is over and went well.
        failure: Why it did not, once it is over and did not.
    """

    part: float = 0.0
    waits: bool = True
    model: FittedModel | None = None
    found: ClosedLoop | None = None
    failure: AutotrainError | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def fitting(self, part: float) -> None:
        """Take down how much of the fit is done."""
        self.part = _OF_FITTING * part

    def training(self, part: float) -> None:
        """Take down how much of the simulation after it is done."""
        self.part = _OF_FITTING + (1 - _OF_FITTING) * part


class Desk:
    """Where simulations are asked for, and kept."""

    def __init__(self) -> None:
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._trials: OrderedDict[str, Trial] = OrderedDict()
        self._models: OrderedDict[str, FittedModel] = OrderedDict()

    def known(self, key: str) -> Trial | None:
        """Return what was asked for by this name; None where nobody did, or long ago."""
        with self._lock:
            return self._trials.get(key)

    def ask(self, key: str, *, of: str, fit: Fit, simulate: Simulate) -> Trial:
        """
        Start a simulation, unless it is there or under way.

        Args:
            key: What names it.
            of: What names the fit that it needs.
            fit: Fits the model, unless that is there.
            simulate: Simulates with it.

        Returns:
            The one of this name; where too many wait, one that has failed.
        """
        with self._lock:
            there = self._trials.get(key)
            if there is not None and there.failure is None:
                return there
            trial = Trial()
            if sum(not one.over.is_set() for one in self._trials.values()) >= MOST_WAITING:
                trial.failure = AutotrainError(
                    f"{MOST_WAITING} simulations wait for their turn already. Try again in a minute."
                )
                trial.over.set()
            _keep(self._trials, key, trial)
        if not trial.over.is_set():
            work = (trial, of, fit, simulate)
            threading.Thread(target=self._do, args=work, name="autotrain-simulation", daemon=True).start()
        return trial

    def _do(self, trial: Trial, of: str, fit: Fit, simulate: Simulate) -> None:
        try:
            with self._turn:
                trial.waits = False
                trial.model = self._models.get(of) or fit(trial.fitting)
                _keep(self._models, of, trial.model)
                trial.found = simulate(trial.model, trial.training)
        except AutotrainError as error:
            trial.failure = error
        except Exception:
            # What nobody expected must not leave the page waiting for ever.
            _log.exception("a simulation failed")
            trial.failure = AutotrainError(
                "The simulation broke off because of a fault of ours; whoever runs the server finds it in the log."
            )
        finally:
            trial.over.set()


def _keep(kept: OrderedDict[str, _Kept], key: str, value: _Kept) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the desk of this server."""
    return Desk()
