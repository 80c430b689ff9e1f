"""Whose mice they are: the PIs of a mouse, by the members document, the session table and the lab's own list."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from autotrain_core.models import Actor, Member, Role
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._people import members, mine
from autotrain_core.store import Store


def owners_of(store: Store, view: LabView, subject_id: str) -> tuple[Member, ...]:
    """
    List the PIs of a mouse: it is listed as theirs, or of a project of theirs, or names them as its PI.

    A mouse that the lab has not met is only whose list names it.

    Raises:
        DocumentError: The members document cannot be used.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    return owners_of_each(store, view, (subject_id,))[subject_id]


def owners_of_each(store: Store, view: LabView, subjects: Iterable[str]) -> Mapping[str, tuple[Member, ...]]:
    """
    List the PIs of many mice, with one look at the members; see `owners_of`.

    Raises:
        DocumentError: The members document cannot be used.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    found = [one for one in members(store)[0].members if Role.PI in one.roles]
    wanted = list(dict.fromkeys(subjects))
    met = [mouse for mouse in wanted if mouse in view.mice.index]
    owners: dict[str, list[Member]] = {mouse: [] for mouse in wanted}
    for one in found:
        # To train a mouse is not to answer for it.
        own = mine(replace(Actor.of(one), trainer=""), view.mice.loc[met]) if met else ()
        for mouse, is_own in zip(met, own, strict=True):
            if is_own:
                owners[mouse].append(one)
        for mouse in wanted:
            if mouse not in view.mice.index and mouse in one.mice:
                owners[mouse].append(one)
    return {mouse: tuple(those) for mouse, those in owners.items()}
