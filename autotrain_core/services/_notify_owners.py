"""Whose a mouse is, as the lab says it: for messages, which are written where no page is open."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from autotrain_core.models import Actor, Member, Role
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._owners import owners_of
from autotrain_core.services._people import members, mine
from autotrain_core.services._settings import Settings
from autotrain_core.store import Store


class People:
    """
    Whose a mouse is.

    The lab is read when the first mouse is asked for, and not before: most of the time nobody is to be told anything.
    """

    def __init__(self, store: Store, read: Callable[[], LabView]) -> None:
        self._store, self._read = store, read
        self._lock = threading.Lock()
        self._lab: LabView | None = None

    def owners(self, mouse: str) -> Sequence[Member]:
        """List the PIs of a mouse."""
        return owners_of(self._store, self._view(), mouse)

    def trainers(self, mouse: str) -> Sequence[Member]:
        """List the trainers of a mouse."""
        known = [one for one in members(self._store)[0].members if Role.TRAINER in one.roles]
        mice = self._view().mice
        if mouse not in mice.index:
            return [one for one in known if mouse in one.mice]
        row = mice.loc[[mouse]]
        return [one for one in known if mine(Actor.of(one), row).any()]

    def _view(self) -> LabView:
        with self._lock:
            if self._lab is None:
                self._lab = self._read()
            return self._lab


def people_of_lab(store: Store, settings: Settings, *, at: datetime) -> People:
    """
    Say whose the mice of a lab are.

    Args:
        store: Where the lab is.
        settings: What lies where in it.
        at: Now, with a zone.
    """
    return People(store, lambda: lab_view(store, settings, at=at))
