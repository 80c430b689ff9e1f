"""One member added, changed or taken out by somebody who saw it; and members from a list of mice and PIs."""

import pytest

from autotrain_core import services
from autotrain_core.errors import ConflictError, DocumentError, NotAllowedError
from autotrain_core.models import Member, Members, Role
from autotrain_core.services import Match, people_import
from autotrain_core.store import MemoryHome, Store
from tests.services.labs import ADA, BEN, HERON, LAB, NOW, acting, with_members

ZOE = Member(email="zoe@lab.org", name="Zoe", roles=(Role.VIEWER,))
AWAY = BEN.model_copy(update={"active": False})
MICE = {"1": "Heron", "2": "Heron, Fox", "3": "fox"}


@pytest.fixture
def store() -> Store:
    """A store with an admin, a trainer and a PI."""
    store = Store(MemoryHome())
    with_members(store)
    return store


def save(store: Store, member: Member, before: Member | None, who: Member = ADA) -> Members:
    return services.save_member(store, member, before=before, actor=acting(who.email), at=NOW)


# ---- one member ----


def test_somebody_new_is_added_and_what_others_did_to_others_stays(store: Store) -> None:
    save(store, AWAY, BEN)

    after = save(store, ZOE, None)

    assert services.members(store)[0] == after
    assert (after.find(ZOE.email), after.find(BEN.email), after.contact) == (ZOE, AWAY, LAB.contact)


def test_of_two_who_change_the_same_member_the_second_is_told(store: Store) -> None:
    save(store, AWAY, BEN)

    with pytest.raises(ConflictError, match="was saved by someone else"):
        save(store, BEN.model_copy(update={"name": "Benjamin"}), BEN)

    assert services.members(store)[0].find(BEN.email) == AWAY


def test_who_was_added_by_somebody_else_meanwhile_is_not_overwritten(store: Store) -> None:
    save(store, ZOE, None)

    with pytest.raises(ConflictError):
        save(store, ZOE.model_copy(update={"roles": (Role.ADMIN,)}), None)


def test_the_same_once_more_is_no_conflict_and_writes_nothing(store: Store) -> None:
    save(store, AWAY, BEN)
    version = services.members_version(store)

    save(store, AWAY, BEN)

    assert services.members_version(store) == version


def test_who_is_taken_out_can_be_put_back(store: Store) -> None:
    services.remove_member(store, BEN, actor=acting(ADA.email), at=NOW)
    assert services.members(store)[0].find(BEN.email) is None

    save(store, BEN, None)
    assert services.members(store)[0] == LAB


def test_the_last_admin_stays(store: Store) -> None:
    with pytest.raises(DocumentError, match="no active admin"):
        services.remove_member(store, ADA, actor=acting(ADA.email), at=NOW)


@pytest.mark.parametrize("who", [BEN, HERON])
def test_only_admins_change_members(store: Store, who: Member) -> None:
    with pytest.raises(NotAllowedError):
        save(store, ZOE, None, who)
    with pytest.raises(NotAllowedError):
        services.remove_member(store, BEN, actor=acting(who.email), at=NOW)


def test_an_admin_who_is_one_no_more_changes_nothing(store: Store) -> None:
    before = acting(ADA.email)
    eve = Member(email="eve@lab.org", roles=(Role.ADMIN,))
    save(store, eve, None)
    save(store, ADA.model_copy(update={"roles": (Role.VIEWER,)}), ADA)

    with pytest.raises(NotAllowedError):
        services.save_member(store, ZOE, before=None, actor=before, at=NOW)


# ---- from a list of mice ----


def test_a_name_is_the_member_who_has_it_else_the_one_who_is_called_so_else_nobody() -> None:
    fox = Member(email="fox@lab.org", name="Prof. Fox", roles=(Role.PI,))

    plan = people_import(LAB.with_member(fox), {**MICE, "4": "Owl"}, known=MICE)

    assert [(one.name, one.mice, one.match, one.email) for one in plan.people] == [
        ("Fox", 2, Match.NAMED, "fox@lab.org"),
        ("Heron", 2, Match.KNOWN, "heron@lab.org"),
        ("Owl", 1, Match.NOBODY, ""),
    ]
    assert plan.members.find("fox@lab.org") == fox.model_copy(update={"person": "Fox"})


def test_two_who_are_called_alike_are_for_a_person_to_tell_apart() -> None:
    alike = [Member(email=f"{n}@lab.org", name="Fox", roles=(Role.PI,)) for n in "ab"]

    plan = people_import(Members(members=(ADA, *alike)), {"3": "Fox"})

    assert (plan.people[0].match, plan.changed) == (Match.NOBODY, False)


def test_who_somebody_says_a_name_is_becomes_a_member_with_the_mice() -> None:
    plan = people_import(LAB, MICE, named={"FOX": " Fox@Lab.org"}, known={"1": "Heron"})

    made = plan.members.find("fox@lab.org")
    assert made == Member(email="fox@lab.org", name="Fox", roles=(Role.PI,), person="Fox", mice=("2", "3"))
    heron = plan.members.find(HERON.email)
    assert heron is not None
    assert heron.mice == ("2",)  # the list of the store gives mouse 1 to Heron already
    assert people_import(plan.members, MICE, known={"1": "Heron"}).changed is False


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"Owl": "o@lab.org"}, "no PI called 'Owl'"),
        ({"Fox": "nowhere"}, "is no address"),
        ({"Fox": HERON.email}, "is Heron in the session table already"),
        ({"Heron": "other@lab.org"}, "is the PI name of heron@lab.org already"),
    ],
)
def test_what_makes_no_sense_is_refused(named: dict[str, str], said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        people_import(LAB, MICE, named=named)
