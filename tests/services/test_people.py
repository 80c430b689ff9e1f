"""Who somebody is, what that person may do, and which mice are the person's own."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autotrain_core import services
from autotrain_core.errors import DamagedError, DocumentError, NotAllowedError
from autotrain_core.models import RIGHTS, Actor, Member, Members, Right, Role
from autotrain_core.store import ABSENT, FolderHome, Home, MemoryHome, Store
from tests.services.labs import ADA, BEN, HERON, LAB, NOW, OPERATOR, acting, with_members
from tests.services.nights import put


@pytest.fixture(params=["memory", "folder"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return MemoryHome() if request.param == "memory" else FolderHome(tmp_path)


@pytest.fixture
def store(home: Home) -> Store:
    return Store(home)


def test_a_store_without_the_document_has_no_members(store: Store) -> None:
    assert services.members(store) == (Members(), ABSENT)
    assert services.members_version(store) == ABSENT


def test_whoever_signs_in_is_the_member_of_that_address() -> None:
    actor = services.actor_of(LAB, " Ben@LAB.org", "Benjamin by his institute")

    assert actor == Actor(
        email="ben@lab.org", name="Ben", roles=(Role.TRAINER,), trainer="Ben L", contact="Dana, room 3"
    )


def test_a_member_without_a_name_is_called_as_the_sign_in_says() -> None:
    members = LAB.with_member(Member(email="zoe@lab.org", roles=(Role.VIEWER,)))

    assert services.actor_of(members, "zoe@lab.org", "Zoe\u202e\x1b[31m " + "e" * 500).name == "Zoe[31m " + "e" * 112
    assert services.actor_of(members, "zoe@lab.org", " \n").name == "zoe@lab.org"


@pytest.mark.parametrize("email", ["eve@lab.org", "", "ada", "\N{KELVIN SIGN}im@lab.org", "ada@lab.org\x00"])
def test_a_stranger_is_told_whom_to_ask(email: str) -> None:
    with pytest.raises(NotAllowedError, match=r"is not a member of this lab. Whom to ask: Dana, room 3") as caught:
        services.actor_of(LAB, email, "Ada")

    assert str(caught.value).isprintable()


def test_a_stranger_is_told_whom_to_ask_also_where_nobody_said_so() -> None:
    with pytest.raises(NotAllowedError, match="Ask whoever runs autotrain in this lab"):
        services.actor_of(Members(members=(ADA,)), "eve@lab.org")


def test_who_is_no_longer_active_is_not_let_in() -> None:
    members = LAB.with_member(BEN.model_copy(update={"active": False}))

    for enter in (services.actor_of, services.local_actor):
        with pytest.raises(NotAllowedError, match=r"ben@lab.org is no longer active in this lab. Whom to ask: Dana"):
            enter(members, "ben@lab.org")


def test_before_there_are_members_nobody_who_signs_in_is_let_in() -> None:
    with pytest.raises(NotAllowedError, match=r"no members yet.* autotrain members set ADDRESS --role admin"):
        services.actor_of(Members(), "ada@lab.org")


def test_in_local_mode_one_is_who_was_chosen_and_it_is_marked() -> None:
    actor = services.local_actor(LAB, "heron@lab.org")

    assert (actor.email, actor.roles, actor.local) == ("heron@lab.org", (Role.PI,), True)
    with pytest.raises(NotAllowedError):
        services.local_actor(LAB, "")


def test_as_long_as_there_are_no_members_the_one_at_the_computer_may_do_everything() -> None:
    actor = services.local_actor(Members(), account="zoe@laptop")

    assert actor.rights == set(Right)
    assert (actor.email, actor.local, actor.operator) == ("zoe@laptop", True, False)
    assert services.local_actor(Members()).email == "local"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_each_right_is_refused_to_each_role_that_has_it_not(role: Role, right: Right) -> None:
    actor = Actor(email="zoe@lab.org", name="Zoe", roles=(role,), contact="Dana")

    if right in RIGHTS[role]:
        services.require(actor, right)
    else:
        with pytest.raises(NotAllowedError) as caught:
            services.require(actor, right)
        assert str(caught.value).startswith(f"Zoe may not {right.words}: that takes the role ")
        assert str(caught.value).endswith(f", and Zoe has {role}. Whom to ask: Dana")


def test_a_refusal_names_the_roles_that_may() -> None:
    with pytest.raises(
        NotAllowedError, match="start one now: that takes the role trainer, PI or admin, and Zoe has no"
    ):
        services.require(Actor(email="zoe@lab.org", name="Zoe", roles=()), Right.RUN)
    with pytest.raises(NotAllowedError, match="that takes the role admin, and Ben has trainer"):
        services.require(acting("ben@lab.org"), Right.MANAGE)


def test_an_actor_is_looked_up_again_as_he_is_now(store: Store) -> None:
    version = with_members(store)
    before = acting("ben@lab.org")
    promoted = LAB.with_member(BEN.model_copy(update={"roles": (Role.TRAINER, Role.PI)}))
    services.save_members(store, promoted, replaces=version, actor=OPERATOR, at=NOW)

    assert services.confirmed(store, before).roles == (Role.TRAINER, Role.PI)
    chosen = services.confirmed(store, services.local_actor(LAB, "ben@lab.org"))
    assert (chosen.roles, chosen.local) == ((Role.TRAINER, Role.PI), True)
    assert services.confirmed(store, OPERATOR) is OPERATOR


def test_an_actor_who_was_removed_is_nobody(store: Store) -> None:
    with_members(store, LAB.without("ben@lab.org"))

    with pytest.raises(NotAllowedError, match=r"ben@lab.org is not a member"):
        services.confirmed(store, acting("ben@lab.org"))


def test_whoever_might_do_everything_before_there_were_members_may_nothing_now(store: Store) -> None:
    first = services.local_actor(Members(), account="zoe@laptop")
    assert services.confirmed(store, first) == first
    with_members(store)

    with pytest.raises(NotAllowedError, match="zoe@laptop is not a member"):
        services.confirmed(store, first)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"members": [{"email": "ada@lab.org", "role": "admin"}]}']
)
def test_a_document_with_a_mistake_lets_nobody_in(store: Store, body: bytes) -> None:
    store.write("members", body, replaces=ABSENT)

    with pytest.raises(DocumentError, match="the members document of "):
        services.members(store)
    for actor in (acting("ada@lab.org"), services.local_actor(Members())):
        with pytest.raises(DocumentError):
            services.confirmed(store, actor)


def test_a_damaged_document_lets_nobody_in(store: Store, home: Home) -> None:
    with_members(store)
    (listed,) = home.list("autotrain/documents/members/")
    put(home, listed.key, b"{}")

    with pytest.raises(DamagedError):
        services.confirmed(Store(home), services.local_actor(Members()))


MICE = pd.DataFrame(
    {
        "trainer": pd.Categorical(["Ben L", " ben l ", None, "Zoe", "Zoe", "Benno"]),
        "PI": ["Dr. X", None, "Heron, Plover", "Plover,heron ", "", "Heronry"],
        "project": ["Dopamine", "Habits", None, "habits", "Sleep", "Sleep"],
    },
    index=pd.Index(["1", "2", "3", "4", "5", "6"], name="subject_id"),
)


def owned(table: pd.DataFrame = MICE, /, **who: object) -> list[str]:
    mask = services.mine(Actor(**{"email": "a@b", "name": "A", "roles": (), **who}), table)  # type: ignore[arg-type]
    assert mask.dtype == np.dtype(bool)
    assert mask.shape == (len(table),)
    return list(MICE.index[mask])


def test_mine_are_the_mice_that_i_train() -> None:
    assert owned(trainer="Ben L") == ["1", "2"]


def test_mine_are_the_mice_of_which_i_am_the_pi_or_one_of_several() -> None:
    assert owned(person="Heron") == ["3", "4"]
    assert owned(person="Heron, Plover") == ["3"]


def test_mine_are_the_mice_of_my_projects_and_those_that_are_listed() -> None:
    assert owned(projects=("Habits", "Dopamine")) == ["1", "2", "4"]
    assert owned(mice=("6", "7")) == ["6"]
    assert owned(mice=("6",), projects=("Sleep",), trainer="ben l") == ["1", "2", "5", "6"]


def test_what_is_missing_is_nobodys() -> None:
    assert owned() == []
    assert owned(trainer=" ", person="", mice=("",), projects=("",)) == []
    assert owned(MICE.astype(object).where(MICE.notna(), np.nan), trainer="nan", person="nan", projects=("None",)) == []


def test_sessions_are_mine_as_mice_are_and_columns_may_lack() -> None:
    assert owned(MICE.reset_index(), trainer="Ben L", mice=("5",)) == ["1", "2", "5"]
    assert owned(MICE[[]], trainer="Ben L", person="Heron", projects=("Sleep",), mice=("5",)) == ["5"]
    assert services.mine(acting("ben@lab.org"), MICE.iloc[:0]).shape == (0,)


def test_people_with_mice_who_are_no_member_are_counted(store: Store) -> None:
    settings = services.Settings()
    assert services.people_without_member(store, settings, LAB) == {}
    mapping = [
        {"subject_id": "1", "PI": "Plover"},
        {"subject_id": "2", "PI": "heron "},
        {"subject_id": "3", "PI": "Avocet"},
        {"subject_id": "3", "PI": "Plover"},
    ]
    put(store.home, settings.mice.key, json.dumps(mapping).encode())

    assert HERON.person == "Heron"
    assert list(services.people_without_member(store, settings, LAB).items()) == [("Plover", 2), ("Avocet", 1)]
