"""What people decided, as it was seen last, and what of it waits for whom: the menu counts that on every page."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import streamlit as st

from autotrain_core import services
from autotrain_core.errors import DamagedError, StoreUnavailableError
from autotrain_core.evaluation import Standing
from autotrain_core.models import Actor, Member, OverridePolicy, Right, State
from autotrain_core.services import LabView, PeopleNow, Said
from autotrain_core.store import Store

_FRESH_SECONDS = 15
_HEAD_SECONDS = 4
"""However many tabs watch the record, the store is asked once in so many seconds."""


class _Noted:
    """What people said, as anybody of this server saw it last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = Said()

    def newer(self, people: Said) -> Said:
        """Take note of it, and give the newer one."""
        with self._lock:
            if _number(people) >= _number(self._said):
                self._said = people
            return self._said


def _number(people: Said) -> int:
    return int(people.version.partition(".")[0] or 0)


@st.cache_resource(show_spinner=False)
def _noted() -> _Noted:
    return _Noted()


def looked_at(store: Store, view: LabView) -> LabView:
    """Give a lab with what people have said until this moment; where the store does not answer, until the last look."""
    try:
        people = _noted().newer(services.said(store))
    except (DamagedError, StoreUnavailableError):
        people = _noted().newer(view.people)
    return replace(view, people=people)


@st.cache_data(show_spinner=False, ttl=_HEAD_SECONDS, max_entries=4)
def head(url: str, _store: Store) -> str:  # noqa: ARG001 - a store is known by its address
    """
    Give the version of the record, as it was a few seconds ago.

    Raises:
        AutotrainError: See `Record.head`.
    """
    return _store.record.head()


@st.cache_data(show_spinner=False, ttl=_FRESH_SECONDS, max_entries=4)
def rules(url: str, _store: Store) -> OverridePolicy:  # noqa: ARG001 - a store is known by its address
    """
    Read who may override what, as it was a few seconds ago; services look again before they do anything.

    Raises:
        AutotrainError: See `services.policy`.
    """
    return services.policy(_store)[0].overrides


@st.cache_data(show_spinner=False, ttl=_FRESH_SECONDS, max_entries=4)
def called(url: str, _store: Store) -> dict[str, str]:  # noqa: ARG001 - a store is known by its address
    """
    Give what each member is called, by address.

    Raises:
        AutotrainError: See `services.members`.
    """
    return {one.email: one.called for one in services.members(_store)[0].members}


@st.cache_data(show_spinner=False, ttl=_FRESH_SECONDS, max_entries=64)
def _owners(
    url: str,  # noqa: ARG001 - a store is known by its address
    version: str,  # noqa: ARG001 - and a lab by its version
    subjects: tuple[str, ...],
    _store: Store,
    _view: LabView,
) -> dict[str, tuple[Member, ...]]:
    return dict(services.owners_of_each(_store, _view, subjects))


def owners(store: Store, view: LabView, *subjects: str) -> Mapping[str, tuple[Member, ...]]:
    """
    Give the PIs of some mice, as they were a few seconds ago.

    Raises:
        AutotrainError: See `services.owners_of_each`.
    """
    return _owners(store.url, view.version, tuple(sorted(set(subjects))), store, view)


def count(actor: Actor, store: Store, view: LabView, *, on: date) -> int:
    """
    Count the proposals that somebody may answer.

    The store is asked only where something waits, and then once in a while for everybody.

    Args:
        actor: Who looks.
        store: Where the policy and the members are.
        view: The lab as it was seen last.
        on: The lab's day.

    Raises:
        AutotrainError: Who may answer what cannot be read.
    """
    if not actor.may(Right.APPROVE):
        return 0
    people = _noted().newer(view.people)
    return len(waiting(actor, store, view, services.people_now(view, people, on=on)))


def waiting(actor: Actor, store: Store, view: LabView, now: PeopleNow) -> tuple[Standing, ...]:
    """
    List the proposals that somebody may answer, the oldest first.

    Raises:
        AutotrainError: Who may answer what cannot be read.
    """
    mice = [one.subject_id for one in now.said.overrides.values() if one.state is State.PROPOSED]
    if not mice or not actor.may(Right.APPROVE):
        return ()
    known = owners(store, view, *mice)
    policy = rules(store.url, store)
    return services.waiting_for(now.said, policy, actor, lambda mouse: known.get(mouse, ()), now.standings)
