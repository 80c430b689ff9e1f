"""Whose mice they are: the PIs of a mouse, by the members document, the session table and the lab's own list."""

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
    found = [one for one in members(store)[0].members if Role.PI in one.roles]
    if subject_id not in view.mice.index:
        return tuple(one for one in found if subject_id in one.mice)
    row = view.mice.loc[[subject_id]]
    # To train a mouse is not to answer for it.
    return tuple(one for one in found if mine(replace(Actor.of(one), trainer=""), row)[0])
