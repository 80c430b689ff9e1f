"""The members of the example lab."""

from dataclasses import replace

import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.models import Member, Right, Role
from autotrain_core.services import Demo
from autotrain_core.services._demo_people import make_members
from autotrain_core.store import MemoryHome, Store
from tests.services.labs import ADA, NOW, OPERATOR


@pytest.fixture(scope="module")
def demo() -> Demo:
    return services.demo(mice=40, seed=2)


def test_each_trainer_and_each_pi_of_the_lab_is_a_member(demo: Demo) -> None:
    members, _ = services.members(demo.store)

    for column, role, name in (("trainer", Role.TRAINER, "trainer"), ("PI", Role.PI, "person")):
        found = {getattr(member, name) for member in members.members if member.roles == (role,)}
        assert found == set(demo.lab.mice[column])


def test_every_role_is_somebodys_and_one_is_everything(demo: Demo) -> None:
    members, _ = services.members(demo.store)

    assert members.find("sorrel@example.org") == Member(
        email="sorrel@example.org", name="Sorrel", roles=(Role.DESIGNER,)
    )
    assert members.find("fern@example.org") == Member(email="fern@example.org", name="Fern", roles=(Role.VIEWER,))
    you = services.actor_of(members, "you@example.org")
    assert (you.name, you.rights) == ("You (example lab)", frozenset(Right))
    assert services.mine(you, demo.lab.mice).any()


def test_addresses_are_those_of_nobody(demo: Demo) -> None:
    members, _ = services.members(demo.store)

    assert {member.email.partition("@")[2] for member in members.members} == {"example.org"}
    assert {"alder@example.org", "alder.2@example.org"} & {member.email for member in members.members}
    assert members.find("heron@example.org").person == "Dr. Heron"  # type: ignore[union-attr]


def test_the_mice_of_the_members_are_all_mice(demo: Demo) -> None:
    members, _ = services.members(demo.store)

    for role in (Role.TRAINER, Role.PI):
        actors = [services.actor_of(members, one.email) for one in members.members if one.roles == (role,)]
        owners = sum(services.mine(actor, demo.lab.mice).astype(int) for actor in actors)
        assert (owners == 1).all()  # type: ignore[union-attr]


def test_the_same_seed_has_the_same_members_and_they_are_written_once(demo: Demo) -> None:
    members, version = services.members(demo.store)
    other = services.demo(mice=40, seed=2)
    assert services.members(other.store)[0] == members

    changed = members.with_member(ADA)
    version = services.save_members(demo.store, changed, replaces=version, actor=OPERATOR, at=NOW)
    services.demo(mice=40, seed=2, store=demo.store)

    assert services.members(demo.store) == (changed, version)


def test_a_large_lab_has_not_more_members_than_a_lab_can_have(demo: Demo) -> None:
    names = [f"Alder {number}" for number in range(3_000)]
    large = replace(demo.lab, mice=pd.DataFrame({"trainer": names, "PI": [f"Dr. {name} Heron" for name in names]}))
    store = Store(MemoryHome())

    make_members(store, large, at=NOW)

    members, _ = services.members(store)
    assert len(members.members) == 503
