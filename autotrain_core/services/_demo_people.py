"""The members of the example lab: its trainers and PIs, and a few more, so that every role can be tried."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from autotrain_core.evaluation import Lab
from autotrain_core.models import Member, Role, new_members
from autotrain_core.services._people import members, operator, save_members
from autotrain_core.store import ABSENT, Store

_BY = "demo"
# In a lab of ten thousand mice more than a thousand people train; nobody looks for the last of them.
_MOST = 250
_TITLE = re.compile(r"^Dr\. ")
_YOU = "you@example.org"


def make_members(store: Store, lab: Lab, *, at: datetime) -> None:
    """
    Say who is a member of an example lab, unless somebody has said so already.

    Args:
        store: Where the lab lies.
        lab: The lab; its trainers and PIs become members as name@example.org, with a designer, a viewer, and one who
            is everything.
        at: When.

    Raises:
        StoreUnavailableError: The store does not answer.
        ConflictError: Somebody else says so at this moment.
    """
    _, version = members(store)
    if version != ABSENT:
        return
    trainers, people = _first(lab.mice["trainer"]), _first(lab.mice["PI"])
    made = new_members(
        [*_others(trainers), *_trainers(trainers), *_people(people)],
        contact="This lab is made up: you@example.org may let you in.",
    )
    save_members(store, made, replaces=version, actor=operator(_BY), at=at)


def _first(names: Iterable[str]) -> list[str]:
    return sorted(set(names))[:_MOST]


def _trainers(names: Iterable[str]) -> Iterator[Member]:
    for name in names:
        yield Member(email=_address(name), name=name, roles=(Role.TRAINER,), trainer=name)


def _people(names: Iterable[str]) -> Iterator[Member]:
    for name in names:
        yield Member(email=_address(name), name=name, roles=(Role.PI,), person=name)


def _others(trainers: list[str]) -> Iterator[Member]:
    yield Member(email="sorrel@example.org", name="Sorrel", roles=(Role.DESIGNER,))
    yield Member(email="fern@example.org", name="Fern", roles=(Role.VIEWER,))
    # Who tries the lab has mice to look after, too: those of the first trainer.
    yield Member(email=_YOU, name="You (example lab)", roles=tuple(Role), trainer=trainers[0])


def _address(name: str) -> str:
    """Write 'Dr. Heron' as heron@example.org, 'Alder 2' as alder.2@example.org."""
    return f"{_TITLE.sub('', name).lower().replace(' ', '.')}@example.org"
