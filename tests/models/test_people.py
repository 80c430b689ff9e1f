"""Roles and the rights that they bring, members, and whoever acts."""

import re
from itertools import combinations

import pytest
from pydantic import ValidationError

from autotrain_core.errors import DocumentError
from autotrain_core.models import (
    RIGHTS,
    Actor,
    Member,
    Members,
    Right,
    Role,
    address_key,
    fault_of_address,
    roles_with,
)
from tests.models.conftest import PROJECT

ADA = Member(email="ada@lab.org", name="Ada", roles=(Role.ADMIN,))
BEN = Member(email="ben@lab.org", roles=(Role.TRAINER,), trainer="Ben L", mice=("700123",), projects=("Dopamine",))

# Written out once more, by hand: whoever changes the table has to change it here, and so think twice.
MAY = {
    "see": "viewer trainer designer PI admin",
    "comment": "trainer designer PI",
    "run": "trainer PI admin",
    "propose": "trainer PI",
    "approve": "PI",
    "enrol": "trainer PI",
    "move": "PI",
    "exclude": "trainer PI",
    "build": "designer",
    "publish": "designer",
    "review": "PI",
    "policy": "admin",
    "manage": "admin",
}


def actor(*roles: Role) -> Actor:
    return Actor(email="ada@lab.org", name="Ada", roles=roles)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_each_role_may_do_what_the_table_says_and_nothing_else(role: Role, right: Right) -> None:
    assert actor(role).may(right) is (role.value in MAY[right].split())


def test_of_several_roles_a_person_has_all_rights_and_no_more() -> None:
    for first, second in combinations(Role, 2):
        assert actor(first, second).rights == RIGHTS[first] | RIGHTS[second]


def test_without_a_role_nobody_may_do_anything() -> None:
    assert actor().rights == frozenset()


def test_every_right_is_somebodys_and_all_roles_together_have_all_rights() -> None:
    assert actor(*Role).rights == set(Right)
    assert roles_with(Right.APPROVE) == (Role.PI,)
    assert roles_with(Right.RUN) == (Role.TRAINER, Role.PI, Role.ADMIN)


def test_a_viewer_only_sees() -> None:
    assert RIGHTS[Role.VIEWER] == {Right.SEE}


def test_nobody_can_change_the_table() -> None:
    with pytest.raises(TypeError):
        RIGHTS[Role.VIEWER] = frozenset(Right)  # type: ignore[index]


def test_every_role_and_every_right_is_said_in_words() -> None:
    said = [one.words for one in (*Role, *Right)]

    assert len(set(said)) == len(said)
    assert all(re.fullmatch(r"[a-z][^.]+", words) for words in said)


def test_the_docs_print_the_table_of_rights() -> None:
    page = (PROJECT / "docs" / "people.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]
    head = next(row for row in rows if row[1:] == [role.value for role in Role])

    printed = {row[0]: row[1:] for row in rows[rows.index(head) + 2 :][: len(Right)]}

    assert printed == {right.words: ["yes" if right in RIGHTS[role] else "" for role in Role] for right in Right}


def test_the_docs_say_what_each_role_is() -> None:
    page = (PROJECT / "docs" / "people.md").read_text(encoding="utf-8")

    assert [role for role in Role if f"| {role} | {role.words} |" not in page] == []


@pytest.mark.parametrize("written", ["ada@lab.org", " Ada@Lab.ORG ", "ADA@LAB.ORG\n", "\tada@lab.org"])
def test_capitals_and_blanks_around_an_address_do_not_count(written: str) -> None:
    members = Members(members=(ADA, BEN))

    assert members.find(written) == ADA


@pytest.mark.parametrize(
    "written",
    [
        "\N{KELVIN SIGN}im@lab.org",  # in small letters it is kim@lab.org
        "kım@lab.org",  # a dotless i
        "k\u200bim@lab.org",
        "k im@lab.org",
        "",
        "kim",
        "@",
        "kim@",
        "@lab.org",
        "kim@lab@lab.org",
        "kim@lab.org\x00",
    ],
)
def test_an_address_that_only_looks_alike_is_nobodys(written: str) -> None:
    members = Members(members=(Member(email="kim@lab.org", roles=(Role.ADMIN,)),))

    assert members.find(written) is None
    assert address_key(written) == ""
    assert fault_of_address(written)


def test_a_very_long_address_is_none() -> None:
    assert fault_of_address("a" * 250 + "@lab") == ""
    assert fault_of_address("a" * 251 + "@lab") == "has 255 letters, of at most 254"


def test_a_member_is_called_by_name_else_by_address() -> None:
    assert (ADA.called, BEN.called) == ("Ada", "ben@lab.org")


def test_roles_are_kept_once_and_in_one_order() -> None:
    member = Member(email="a@b", roles=("admin", "PI", "trainer", "PI"))

    assert member.roles == (Role.TRAINER, Role.PI, Role.ADMIN)


def test_members_are_kept_by_address_whatever_order_they_came_in() -> None:
    assert Members(members=(BEN, ADA)) == Members(members=(ADA, BEN))


def test_an_address_is_there_once() -> None:
    with pytest.raises(ValidationError, match=r"the address ada@lab.org is there more than once; keep it once"):
        Members(members=(ADA, ADA.model_copy(update={"name": "Another"})))


def test_a_member_takes_the_place_of_the_one_with_the_same_address() -> None:
    other = Member(email="ADA@lab.org", roles=(Role.VIEWER,))

    members = Members(members=(ADA, BEN), contact="Dana").with_member(other)

    assert members == Members(members=(other, BEN), contact="Dana")


def test_a_member_goes_and_the_others_stay() -> None:
    members = Members(members=(ADA, BEN), contact="Dana")

    assert members.without(" BEN@lab.org") == Members(members=(ADA,), contact="Dana")
    assert members.without("nobody@lab.org") == members
    assert members.without("") == members


def test_there_is_an_end_to_how_many_members_there_are() -> None:
    full = Members(members=tuple(Member(email=f"{number}@lab.org", roles=(Role.VIEWER,)) for number in range(2_000)))

    with pytest.raises(DocumentError, match="it lists 2,001 members, of at most 2,000"):
        full.with_member(ADA)
    assert full.with_member(full.members[7]) == full
    with pytest.raises(ValidationError, match="it lists 2,001 members, of at most 2,000"):
        Members(members=(*full.members, ADA))


def test_an_admin_who_is_not_active_is_no_admin() -> None:
    gone = Member(email="cleo@lab.org", roles=(Role.ADMIN,), active=False)

    assert Members(members=(ADA, BEN, gone)).admins == (ADA,)


def test_nobody_can_change_a_member_or_an_actor() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ADA.roles = (Role.PI,)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        actor().roles = (Role.ADMIN,)  # type: ignore[misc]


def test_an_actor_is_the_member_who_acts() -> None:
    acting = Actor.of(BEN, contact="Dana", local=True)

    assert (acting.email, acting.name, acting.roles) == ("ben@lab.org", "ben@lab.org", (Role.TRAINER,))
    assert (acting.trainer, acting.person, acting.mice, acting.projects) == ("Ben L", "", ("700123",), ("Dopamine",))
    assert (acting.local, acting.operator, acting.contact) == (True, False, "Dana")
