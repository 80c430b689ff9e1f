"""Members documents in and out, and what is said of hostile ones."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotrain_core.errors import DocumentError
from autotrain_core.models import Member, Members, Role, new_member, new_members, print_members, read_members

ADA = {"email": "ada@lab.org", "name": "Ada", "roles": ["PI", "admin"], "person": "Dr. Heron"}
BEN = {"email": "ben@lab.org", "roles": ["trainer"], "trainer": "Ben L", "mice": ["700123"], "active": False}


def read(*members: Any, **more: Any) -> Members:
    return read_members(json.dumps({"members": members, **more}).encode())


def problems(*members: Any, **more: Any) -> list[str]:
    """What is said of a document, a line each, without the title."""
    with pytest.raises(DocumentError) as caught:
        read(*members, **more)
    title, *lines = str(caught.value).splitlines()
    assert title == "the members document cannot be used:"
    return [line.removeprefix("  ") for line in lines]


def test_a_document_says_who_is_a_member() -> None:
    members = read(BEN, ADA, contact="Dana, room 3")

    assert members == Members(
        members=(
            Member(email="ada@lab.org", name="Ada", roles=(Role.PI, Role.ADMIN), person="Dr. Heron"),
            Member(email="ben@lab.org", roles=(Role.TRAINER,), trainer="Ben L", mice=("700123",), active=False),
        ),
        contact="Dana, room 3",
    )


def test_an_empty_object_is_a_lab_without_members() -> None:
    assert read_members(b"{}") == Members()


def test_the_same_members_are_printed_as_the_same_letters() -> None:
    once = print_members(read(ADA, BEN))

    assert print_members(read({**BEN, "email": " BEN@lab.org"}, ADA)) == once
    assert read_members(once) == read(ADA, BEN)


def test_everything_wrong_is_said_at_once_with_place_and_remedy() -> None:
    said = problems(
        {"email": "ada", "roles": ["boss", "Trainer", 7], "mice": [1, "700124 "], "nmae": "Ada"},
        {"name": 3, "active": "yes", "mice": "700123"},
        "ben",
        {"email": "cleo@lab.org", "roles": [], "name": "Cleo\u202eevil"},
        {"email": "Cleo@lab.org ", "roles": ["viewer"]},
        contact=["Dana"],
        admins=[],
    )

    roles = "the roles are viewer, trainer, designer, PI, admin"
    assert said == [
        "member 1, 'email': 'ada' is no address; write it as name@example.org",
        f"member 1, 'roles', entry 1: no role is called 'boss' ({roles})",
        f"member 1, 'roles', entry 2: no role is called 'Trainer' ({roles}); did you mean 'trainer'?",
        f"member 1, 'roles', entry 3: no role is called 7 ({roles})",
        "member 1, 'mice', entry 1: must be a text in quotes, found 1",
        "member 1, 'mice', entry 2: '700124 ' begins or ends with a blank",
        "member 1, there is no key 'nmae' (the keys are email, name, roles, mice, projects, trainer, person, active); "
        "did you mean 'name'?",
        "member 2, 'email' is missing",
        "member 2, 'name': must be a text in quotes, found 3",
        "member 2, 'roles' is missing",
        "member 2, 'mice': must be a list, found '700123'",
        "member 2, 'active': must be true or false, found 'yes'",
        "member 3: an object is needed, found 'ben'",
        "member 4 ('cleo@lab.org'), 'name': 'Cleo\\u202eevil' holds characters that cannot be seen",
        f"member 4 ('cleo@lab.org'), 'roles': it is empty; a member has at least one role ({roles[14:]}), "
        "or is not active",
        "the address 'cleo@lab.org' is there 2 times: members 4, 5",
        "'contact': must be a text in quotes, found a list of 1",
        "there is no key 'admins' (the keys are members, contact)",
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it is not JSON"),
        (b'{"members": [', "it is not JSON"),
        (b"\xff{}", "it is not UTF-8"),
        (b"[]", "it is no JSON object, which is what members documents are"),
        (b'{"members": [], "members": []}', "the key 'members' stands twice"),
        (b'{"members": ' + b"[" * 100_000, "nested"),
        (b'{"contact": "' + b"a" * 3_000_000 + b'"}', "it is 3,000,015 bytes long"),
        (b'{"contact": "\\ud800"}', "half of a surrogate pair"),
    ],
)
def test_a_damaged_document_is_refused_with_its_reason(body: bytes, why: str) -> None:
    with pytest.raises(DocumentError, match="the members document cannot be read: ") as caught:
        read_members(body)
    assert why in str(caught.value)


def test_a_hundred_thousand_members_are_refused_and_not_read() -> None:
    body = json.dumps({"members": [{}] * 100_000}).encode()

    with pytest.raises(DocumentError, match="it holds more than 50,000 values"):
        read_members(body)


def test_more_members_than_a_lab_has_are_counted_and_not_read() -> None:
    assert problems(*[{}] * 2_001) == ["it lists 2,001 members, of at most 2,000"]


def test_of_very_many_problems_the_first_fifty_are_said_and_the_others_counted() -> None:
    said = problems(*[7] * 2_000)

    assert said[49] == "member 50: an object is needed, found 7"
    assert said[50:] == ["… and 1,950 more"]


def test_one_member_lists_so_many_mice_and_no_more() -> None:
    many = [str(number) for number in range(1_001)]

    assert problems({**BEN, "mice": many}) == [
        "member 1 ('ben@lab.org'), 'mice': it lists 1,001, of at most 1,000",
    ]
    assert len(read({**BEN, "mice": many[:-1]}).members[0].mice) == 1_000


def test_a_mouse_is_listed_once() -> None:
    assert read({**BEN, "mice": ["7", "8", "7"]}).members[0].mice == ("7", "8")


@pytest.mark.parametrize("members", [None, {}, "ada@lab.org", 3])
def test_members_are_a_list(members: object) -> None:
    with pytest.raises(DocumentError, match="'members': must be a list, found "):
        read_members(json.dumps({"members": members}).encode())


def test_markup_and_script_are_text() -> None:
    name = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) {sentence} %s"

    members = read({**ADA, "name": name}, contact=name)

    assert (members.members[0].name, members.contact) == (name, name)
    assert read_members(print_members(members)) == members


def test_a_text_of_braces_in_an_address_is_shown_as_it_is() -> None:
    assert problems({**ADA, "email": "{sentence}{0}"}) == [
        "member 1, 'email': '{sentence}{0}' is no address; write it as name@example.org"
    ]


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "\u2066a", "a\u0000", " a", "a" * 121])
@pytest.mark.parametrize("key", ["name", "trainer", "person"])
def test_a_name_that_could_deceive_is_refused(key: str, name: str) -> None:
    (said,) = problems({**ADA, key: name})

    assert said.startswith(f"member 1 ('ada@lab.org'), '{key}': ")
    assert said.isprintable()


def test_a_contact_is_one_line_of_some_length() -> None:
    assert read(ADA, contact="a" * 500).contact == "a" * 500
    assert problems(ADA, contact="a" * 501) == [f"'contact': '{'a' * 60}…' is 501 bytes long, of at most 500"]


def test_a_member_is_made_of_what_somebody_typed() -> None:
    assert new_member({"email": " Ada@lab.org", "roles": ["PI"]}) == Member(email="ada@lab.org", roles=(Role.PI,))
    with pytest.raises(DocumentError) as caught:
        new_member({"email": "ada", "name": object, "role": "PI"})
    assert str(caught.value).splitlines() == [
        "the member cannot be used:",
        "  'email': 'ada' is no address; write it as name@example.org",
        "  'name': must be a text in quotes, found '<class 'object'>'",
        "  'roles' is missing",
        "  there is no key 'role' (the keys are email, name, roles, mice, projects, trainer, person, active); "
        "did you mean 'roles'?",
    ]


def test_members_are_made_of_single_ones() -> None:
    ada = Member(email="ada@lab.org", roles=(Role.ADMIN,))

    assert new_members([ada], contact="Dana") == Members(members=(ada,), contact="Dana")
    with pytest.raises(DocumentError, match=r"'members': the address ada@lab\.org is there more than once"):
        new_members([ada, ada])


def test_what_could_not_be_read_again_is_not_printed() -> None:
    many = tuple(f"mouse {number}" for number in range(1_000))
    members = Members(
        members=tuple(Member(email=f"{number}@lab.org", roles=(Role.PI,), mice=many) for number in range(60))
    )

    with pytest.raises(DocumentError, match="it holds more than 50,000 values"):
        print_members(members)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=12) | st.sampled_from([*Role, "a@b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*Member.model_fields, "members", "contact", "x"]), inner, max_size=5)
    ),
    max_leaves=12,
)


def test_of_a_hostile_document_only_what_is_said_is_worked_out() -> None:
    said = problems(*[{"email": "ada@lab.org", "roles": ["bos"] * 20} for _ in range(2_000)])

    assert (
        said[:50]
        == [
            f"member {member} ('ada@lab.org'), 'roles', entry {entry}: no role is called 'bos' "
            "(the roles are viewer, trainer, designer, PI, admin)"
            for member in (1, 2, 3)
            for entry in range(1, 21)
        ][:50]
    )
    assert said[50:] == ["… and 39,951 more"]


@given(values)
def test_whatever_a_document_holds_it_is_read_or_refused_in_a_sentence(value: Any) -> None:
    for document in (value, {"members": value}, {"members": [value]}):
        try:
            members = read_members(json.dumps(document).encode())
        except DocumentError as error:
            assert all(line.isprintable() for line in str(error).splitlines())
        else:
            assert read_members(print_members(members)) == members
