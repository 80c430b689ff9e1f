"""`autotrain members`: who may do what, from a shell."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from autotrain_core import services
from autotrain_core.cli._members import ROLES
from autotrain_core.models import Role, read_members
from autotrain_core.store import open_store
from tests.cli.conftest import Run, parsed

Members = Callable[..., Result]

ADMIN = ("set", "ada@lab.org", "--role", "admin")


@pytest.fixture
def members(run: Run, tmp_path: Path) -> Members:
    """Type a command on the members of one store."""
    (tmp_path / "lab").mkdir()

    def typed(*words: str | Path, status: int = 0) -> Result:
        return run("--store", tmp_path / "lab", "members", *words, status=status)

    return typed


def listed(members: Members) -> dict[str, Any]:
    """The members by address, as JSON tells them."""
    return {member["email"]: member for member in parsed(members("list", "--json"))["members"]}


def test_the_roles_that_may_be_typed_are_all_roles() -> None:
    assert tuple(Role) == ROLES


def test_a_lab_without_members_is_told_how_to_make_the_first(members: Members) -> None:
    result = members("list")

    assert result.stdout == ""
    assert "There are none yet. Make the first: autotrain members set ADDRESS --role admin" in result.stderr
    assert parsed(members("list", "--json")) == {"members": [], "contact": ""}


def test_the_first_member_is_an_admin(members: Members) -> None:
    refused = members("set", "ben@lab.org", "--role", "trainer", status=1)
    assert "no active admin would be left" in refused.stderr

    assert members(*ADMIN).stdout == "ada@lab.org: admin\n"
    assert list(listed(members)) == ["ada@lab.org"]


def test_everything_that_is_said_of_a_member_is_kept(members: Members) -> None:
    members(*ADMIN)

    told = parsed(
        members(
            *("set", " Ben@Lab.org", "--name", " Ben ", "--role", "TRAINER", "--role", "pi", "--trainer", "Ben L"),
            *("--person", "Dr. Ben", "--mouse", "700123", "--mouse", "700124", "--project", "Sleep", "--json"),
        )
    )

    assert told == {
        "email": "ben@lab.org",
        "name": "Ben",
        "roles": ["trainer", "PI"],
        "mice": ["700123", "700124"],
        "projects": ["Sleep"],
        "trainer": "Ben L",
        "person": "Dr. Ben",
        "active": True,
    }
    assert listed(members)["ben@lab.org"] == told


def test_what_is_not_named_stays_and_an_empty_text_takes_away(members: Members) -> None:
    members(*ADMIN, "--name", "Ada", "--trainer", "A", "--mouse", "7", "--project", "Sleep")

    members("set", "ada@lab.org", "--role", "admin", "--role", "viewer", "--trainer", "", "--mouse", "")

    ada = listed(members)["ada@lab.org"]
    assert (ada["name"], ada["projects"], ada["roles"]) == ("Ada", ["Sleep"], ["viewer", "admin"])
    assert (ada["trainer"], ada["mice"]) == ("", [])


def test_a_member_is_made_inactive_and_active_again(members: Members) -> None:
    members(*ADMIN)
    members("set", "ben@lab.org", "--role", "trainer")

    assert members("set", "ben@lab.org", "--inactive").stdout == "ben@lab.org: trainer, not active\n"
    assert listed(members)["ben@lab.org"]["active"] is False
    assert members("set", "ben@lab.org", "--active").stdout == "ben@lab.org: trainer\n"


@pytest.mark.parametrize(
    "words", [("set", "ada@lab.org", "--inactive"), ("remove", "ada@lab.org"), ("set", "ada@lab.org", "--role", "PI")]
)
def test_the_last_admin_stays(members: Members, words: tuple[str, ...]) -> None:
    members(*ADMIN)

    assert "no active admin would be left" in members(*words, status=1).stderr
    assert listed(members)["ada@lab.org"]["roles"] == ["admin"]


def test_somebody_new_needs_a_role(members: Members) -> None:
    members(*ADMIN)

    assert "ben@lab.org is not a member yet. Give at least one --role" in members("set", "ben@lab.org", status=2).stderr
    assert "'boss' is not one of" in members("set", "ben@lab.org", "--role", "boss", status=2).stderr


def test_everything_wrong_with_a_member_is_said_at_once(members: Members) -> None:
    members(*ADMIN)

    said = members("set", "ben", "--role", "trainer", "--name", "Ben\u202e", "--mouse", "a\nb", status=1).stderr

    assert said.splitlines() == [
        "Error: the member cannot be used:",
        "  'email': 'ben' is no address; write it as name@example.org",
        "  'name': 'Ben\\u202e' holds characters that cannot be seen",
        "  'mice', entry 1: 'a\\nb' holds characters that cannot be seen",
    ]


def test_a_member_is_taken_out(members: Members) -> None:
    members(*ADMIN)
    members("set", "ben@lab.org", "--role", "trainer")

    assert members("remove", "BEN@lab.org").stdout == "BEN@lab.org is no longer a member.\n"
    assert list(listed(members)) == ["ada@lab.org"]
    assert (
        "ben@lab.org is not a member. See: autotrain members list" in members("remove", "ben@lab.org", status=3).stderr
    )


def test_members_are_listed_for_eyes(members: Members) -> None:
    members(*ADMIN, "--name", "Ada", "--person", "Dr. Heron", "--mouse", "7")
    members("set", "ben@lab.org", "--role", "trainer", "--trainer", "Ben L", "--project", "Sleep", "--inactive")
    members("contact", "Dana, room 3")

    result = members("list")

    title, _, ada, ben = result.stdout.splitlines()
    assert title.split("  ")[0] == "address"
    assert ada.split() == ["ada@lab.org", "Ada", "admin", "Dr.", "Heron", "1", "yes"]
    assert ben.split() == ["ben@lab.org", "trainer", "Ben", "L", "Sleep", "no"]
    assert "Strangers are told whom to ask: Dana, room 3" in result.stderr


def test_whom_to_ask_is_set_and_taken_away(members: Members) -> None:
    members(*ADMIN)

    assert members("contact", " Dana ").stdout == "Strangers are told whom to ask: Dana\n"
    assert parsed(members("list", "--json"))["contact"] == "Dana"
    assert members("contact", "").stdout == "Strangers are told nobody.\n"
    assert "'contact': 'a\\nb' holds characters that cannot be seen" in members("contact", "a\nb", status=1).stderr


def test_people_with_mice_who_are_nobody_yet_are_named(members: Members, tmp_path: Path) -> None:
    place = tmp_path / "lab" / services.Settings().mice.key
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps([{"subject_id": "1", "PI": "Dr. Heron"}, {"subject_id": "2", "PI": "Dr. Plover"}]))
    members(*ADMIN, "--person", "dr. heron")

    said = members("list").stderr

    assert "Dr. Plover has 1 mouse by foraging_nwb_bonsai_processed/mouse_pi_mapping.json, and is no member's" in said
    assert "Heron" not in said


def test_what_is_listed_is_imported(members: Members, tmp_path: Path) -> None:
    members(*ADMIN, "--name", "Zoë")
    members("set", "ben@lab.org", "--role", "trainer")
    Path("members.json").write_bytes(members("list", "--json").stdout_bytes)
    members("remove", "ben@lab.org")

    assert members("import", "members.json").stdout == "2 members, as in members.json.\n"

    before = read_members(Path("members.json").read_bytes())
    assert services.members(open_store(str(tmp_path / "lab")))[0] == before
    assert "ben@lab.org" in listed(members)


def test_a_file_that_is_no_members_document_changes_nothing(members: Members) -> None:
    members(*ADMIN)
    Path("members.json").write_text('{"members": [{"email": "ben@lab.org", "role": "admin"}]}')

    said = members("import", "members.json", status=1).stderr

    assert "Error: members.json cannot be used:" in said
    assert "member 1 ('ben@lab.org'), 'roles' is missing" in said
    assert "there is no key 'role'" in said
    assert list(listed(members)) == ["ada@lab.org"]
    assert "nothing.json: No such file" in members("import", "nothing.json", status=3).stderr


def test_a_document_that_cannot_be_used_is_replaced_by_an_import(members: Members, tmp_path: Path) -> None:
    members(*ADMIN)
    Path("members.json").write_bytes(members("list", "--json").stdout_bytes)
    store = open_store(str(tmp_path / "lab"))
    store.write("members", b'{"members": 3}', replaces=services.members_version(store))
    assert "'members': must be a list, found 3" in members("list", status=1).stderr
    assert "must be a list" in members("set", "ben@lab.org", "--role", "PI", status=1).stderr

    members("import", "members.json")

    assert list(listed(members)) == ["ada@lab.org"]


def test_the_record_names_whoever_typed_it(members: Members, run: Run) -> None:
    members(*ADMIN)

    (entry,) = parsed(run("--store", "lab", "record", "show", "--json"))

    (event,) = entry["events"]
    assert entry["by"] == event["facts"]["by"]
    assert "@" in entry["by"]
    assert (event["kind"], event["facts"]["how"]) == ("members", "operator")
    assert event["facts"]["added"] == [{"email": "ada@lab.org", "roles": ["admin"]}]


def test_members_need_a_store(run: Run) -> None:
    assert "No store is named" in run("members", "list", status=2).stderr
    assert "Error: " in run("--store", "nowhere", "members", "list", status=3).stderr


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mouse_pi_mapping.json"
    path.write_text(
        json.dumps([{"subject_id": n, "PI": pi} for n, pi in (("1", "Heron"), ("2", "Heron"), ("3", "Fox"))])
    )
    return path


def test_the_pis_of_a_list_of_mice_become_members_after_a_dry_run(members: Members, mapping: Path) -> None:
    members(*ADMIN)
    members("set", "h@lab.org", "--name", "Dr. Heron", "--role", "PI")

    tried = members("import-mice", mapping, "--as", "Fox=fox@lab.org", "--dry-run")
    assert "Heron, 2 mice: becomes the PI name of this member (h@lab.org); 2 mice written down" in tried.stdout
    assert "Fox, 1 mouse: becomes a member, as PI (fox@lab.org)" in tried.stdout
    assert "Nothing was written" in tried.stderr
    assert "fox@lab.org" not in listed(members)

    members("import-mice", mapping, "--as", "Fox=fox@lab.org")
    assert (listed(members)["fox@lab.org"]["roles"], listed(members)["h@lab.org"]["mice"]) == (["PI"], ["1", "2"])
    assert "Nothing to change." in members("import-mice", mapping).stderr


def test_a_name_that_is_nobody_yet_is_told_and_changes_nothing(members: Members, mapping: Path) -> None:
    members(*ADMIN)

    told = parsed(members("import-mice", mapping, "--json"))

    assert told["changed"] is False
    assert [one["match"] for one in told["people"]] == ["nobody", "nobody"]


@pytest.mark.parametrize(("given", "status"), [("Fox", 2), ("Fox=nowhere", 1), ("Owl=o@lab.org", 1)])
def test_who_a_name_is_has_to_make_sense(members: Members, mapping: Path, given: str, status: int) -> None:
    members(*ADMIN)

    members("import-mice", mapping, "--as", given, status=status)

    assert list(listed(members)) == ["ada@lab.org"]
