"""Saying who is a member: who may, what the record tells, and what two who do it at once come to."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from autotrain_core import services
from autotrain_core.errors import ConflictError, DamagedError, DocumentError, NotAllowedError, StoreUnavailableError
from autotrain_core.models import RIGHTS, Actor, Member, Members, Right, Role
from autotrain_core.store import ABSENT, Event, FolderHome, Home, MemoryHome, Store
from tests.servers.seaweed import S3Server
from tests.services.labs import ADA, BEN, HERON, LAB, NOW, OPERATOR, Falling, acting, told, with_members
from tests.services.nights import put
from tests.store.passing import Interrupted

ZOE = Member(email="zoe@lab.org", name="Zoe", roles=(Role.VIEWER,))
BOSS = Member(email="boss@lab.org", roles=(Role.ADMIN,))


@pytest.fixture(params=["memory", "folder"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return MemoryHome() if request.param == "memory" else FolderHome(tmp_path)


@pytest.fixture
def store(home: Home) -> Store:
    return Store(home)


def test_what_was_saved_is_read(store: Store) -> None:
    version = with_members(store)

    assert services.members(store) == (LAB, version)
    assert services.members_version(store) == version


def test_the_first_record_says_who_came_and_who_said_so(store: Store) -> None:
    version = with_members(store)

    (facts,) = told(store)
    assert facts == {
        "number": 1,
        "version": version,
        "by": "root@machine",
        "at": "2026-11-02T09:00:00+00:00",
        "how": "operator",
        "sentence": "ada@lab.org: admin; ben@lab.org: trainer; heron@lab.org: PI; contact",
        "added": [
            {"email": "ada@lab.org", "roles": ["admin"]},
            {"email": "ben@lab.org", "roles": ["trainer"]},
            {"email": "heron@lab.org", "roles": ["PI"]},
        ],
        "removed": [],
        "changed": [],
        "contact": "Dana, room 3",
    }
    assert store.record.read()[0].by == "root@machine"


def test_a_change_says_what_changed_and_nothing_else(store: Store) -> None:
    version = with_members(store)
    ben = BEN.model_copy(update={"roles": (Role.PI,), "person": "Ben", "mice": ("7",), "active": True})
    changed = LAB.without("heron@lab.org").with_member(ben).with_member(ZOE)

    services.save_members(store, changed, replaces=version, actor=acting("ada@lab.org"), at=NOW)

    facts = told(store)[-1]
    assert (facts["by"], facts["how"]) == ("ada@lab.org", "")
    assert facts["sentence"] == "zoe@lab.org: viewer; heron@lab.org removed; ben@lab.org: PI"
    assert facts["added"] == [{"email": "zoe@lab.org", "roles": ["viewer"]}]
    assert facts["removed"] == ["heron@lab.org"]
    assert facts["changed"] == [
        {
            "email": "ben@lab.org",
            "person": {"from": "", "to": "Ben"},
            "roles": {"added": ["PI"], "removed": ["trainer"]},
            "mice": {"added": ["7"], "removed": []},
        }
    ]
    assert "contact" not in facts


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({"active": False}, "ben@lab.org: no longer active"),
        ({"name": "Benno", "projects": ("Sleep",)}, "ben@lab.org: other name, projects"),
    ],
)
def test_a_change_is_said_in_a_line(store: Store, update: dict[str, object], said: str) -> None:
    version = with_members(store)
    changed = LAB.with_member(BEN.model_copy(update=update))

    version = services.save_members(store, changed, replaces=version, actor=OPERATOR, at=NOW)

    assert told(store)[-1]["sentence"] == said
    services.save_members(store, LAB, replaces=version, actor=OPERATOR, at=NOW)
    assert told(store)[-1]["sentence"] == said.replace("no longer active", "active again")


def test_of_many_changes_the_first_are_said_and_the_others_counted(store: Store) -> None:
    many = tuple(Member(email=f"{number}@lab.org", roles=(Role.VIEWER,)) for number in range(10, 20))

    with_members(store, Members(members=(*many, ADA)))

    assert str(told(store)[0]["sentence"]).endswith("14@lab.org: viewer; and 6 more")
    assert len(told(store)[0]["added"]) == 11  # type: ignore[arg-type]


def test_saving_what_is_there_writes_nothing(store: Store) -> None:
    version = with_members(store)

    again = services.save_members(store, LAB, replaces=version, actor=OPERATOR, at=NOW)

    assert again == version
    assert len(store.history("members")) == len(told(store)) == 1


@pytest.mark.parametrize("role", Role)
def test_only_who_may_manage_says_who_is_a_member(store: Store, role: Role) -> None:
    members = LAB.with_member(ZOE.model_copy(update={"roles": (role,)}))
    version = with_members(store, members)
    actor = services.actor_of(members, "zoe@lab.org")

    if Right.MANAGE in RIGHTS[role]:
        services.save_members(store, LAB, replaces=version, actor=actor, at=NOW)
        assert services.members(store)[0] == LAB
    else:
        with pytest.raises(NotAllowedError, match="Zoe may not say who is a member"):
            services.save_members(store, LAB, replaces=version, actor=actor, at=NOW)
        assert services.members(store) == (members, version)


def test_who_is_no_longer_an_admin_cannot_save_from_an_old_page(store: Store) -> None:
    version = with_members(store, LAB.with_member(BOSS))
    stale = acting("boss@lab.org", LAB.with_member(BOSS))
    version = services.save_members(store, LAB, replaces=version, actor=OPERATOR, at=NOW)

    with pytest.raises(NotAllowedError, match=r"boss@lab.org is not a member"):
        services.save_members(store, LAB.with_member(BOSS), replaces=version, actor=stale, at=NOW)
    assert services.members(store) == (LAB, version)


def test_an_actor_who_claims_a_role_that_he_has_not_is_looked_up(store: Store) -> None:
    version = with_members(store)
    forged = Actor(email="ben@lab.org", name="Ben", roles=tuple(Role))

    with pytest.raises(NotAllowedError, match="Ben has trainer"):
        services.save_members(store, LAB.with_member(BOSS), replaces=version, actor=forged, at=NOW)


def test_the_first_members_may_be_named_by_whoever_sits_at_the_computer(store: Store) -> None:
    first = services.local_actor(Members(), account="zoe@laptop")

    services.save_members(store, LAB, replaces=ABSENT, actor=first, at=NOW)

    assert (told(store)[0]["by"], told(store)[0]["how"]) == ("zoe@laptop", "local mode")


@pytest.mark.parametrize(
    "members",
    [
        Members(),
        Members(members=(BEN, HERON)),
        LAB.with_member(ADA.model_copy(update={"active": False})),
        LAB.with_member(ADA.model_copy(update={"roles": (Role.PI,)})),
    ],
)
def test_a_lab_is_never_left_without_an_active_admin(store: Store, members: Members) -> None:
    version = with_members(store)

    for actor in (acting("ada@lab.org"), OPERATOR):
        with pytest.raises(DocumentError, match="no active admin would be left"):
            services.save_members(store, members, replaces=version, actor=actor, at=NOW)

    assert services.members(store) == (LAB, version)


def test_of_two_admins_who_start_from_one_version_the_second_is_told(store: Store) -> None:
    version = with_members(store)
    services.save_members(store, LAB.with_member(ZOE), replaces=version, actor=acting("ada@lab.org"), at=NOW)

    with pytest.raises(ConflictError, match="members was saved by someone else"):
        services.save_members(store, LAB.with_member(BOSS), replaces=version, actor=acting("ada@lab.org"), at=NOW)

    assert services.members(store)[0] == LAB.with_member(ZOE)
    assert len(told(store)) == 2


def test_of_many_who_save_at_once_one_wins_and_the_record_tells_of_each_version_once(home: Home) -> None:
    version = with_members(Store(home))
    at_once = Barrier(6)

    def save(number: int) -> bool:
        changed = LAB.with_member(Member(email=f"{number}@lab.org", roles=(Role.VIEWER,)))
        at_once.wait()
        try:
            services.save_members(Store(home), changed, replaces=version, actor=OPERATOR, at=NOW)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(save, range(6)))

    store = Store(home)
    assert won.count(True) == 1
    assert services.members(store)[0].find(f"{won.index(True)}@lab.org") is not None
    assert [facts["number"] for facts in told(store)] == [1, 2]


def test_in_a_bucket_of_two_admins_the_second_is_told_too(s3_server: S3Server) -> None:
    store = Store(s3_server.s3_home(f"people/{os.urandom(6).hex()}"))
    version = with_members(store)
    services.save_members(store, LAB.with_member(ZOE), replaces=version, actor=acting("ada@lab.org"), at=NOW)

    with pytest.raises(ConflictError):
        services.save_members(store, LAB.with_member(BOSS), replaces=version, actor=acting("ada@lab.org"), at=NOW)

    assert services.members(store)[0] == LAB.with_member(ZOE)
    assert [facts["number"] for facts in told(store)] == [1, 2]


def test_a_change_whose_writer_was_cut_off_is_told_with_the_next(home: Home) -> None:
    version = with_members(Store(home))
    falling = Store(Falling(home, "autotrain/record/"))
    with pytest.raises(StoreUnavailableError, match="The members are saved, but the record could not be told: The ser"):
        services.save_members(falling, LAB.with_member(ZOE), replaces=version, actor=acting("ada@lab.org"), at=NOW)
    store = Store(home)
    assert len(told(store)) == 1

    _, version = services.members(store)
    services.save_members(store, LAB.with_member(BOSS), replaces=version, actor=OPERATOR, at=NOW)

    assert [(facts["number"], facts["by"], facts["sentence"]) for facts in told(store)[1:]] == [
        (2, "ada@lab.org", "zoe@lab.org: viewer"),
        (3, "root@machine", "boss@lab.org: admin; zoe@lab.org removed"),
    ]


def test_another_who_records_at_the_same_moment_takes_nothing_away(home: Home) -> None:
    version = with_members(Store(home))
    others = Store(home)
    between = Interrupted(home, lambda: others.record.append([Event("other")], by="x", at=NOW), times=3)

    services.save_members(Store(between), LAB.with_member(ZOE), replaces=version, actor=OPERATOR, at=NOW)

    store = Store(home)
    assert [facts["number"] for facts in told(store)] == [1, 2]
    assert store.record.verify().problems == ()


def test_another_who_saves_before_the_first_has_told_tells_of_both(home: Home) -> None:
    version = with_members(Store(home))
    writes = []

    def before_each_write() -> None:
        writes.append(1)
        if len(writes) == 2:  # the first was the document, this one is the record
            store = Store(home)
            now = services.members_version(store)
            services.save_members(store, LAB.with_member(BOSS), replaces=now, actor=OPERATOR, at=NOW)

    interrupted = Store(Interrupted(home, before_each_write))
    services.save_members(interrupted, LAB.with_member(ZOE), replaces=version, actor=acting("ada@lab.org"), at=NOW)

    assert [(facts["number"], facts["by"]) for facts in told(Store(home))] == [
        (1, "root@machine"),
        (2, "ada@lab.org"),
        (3, "root@machine"),
    ]


def test_a_record_that_others_write_again_and_again_is_told_later(home: Home) -> None:
    version = with_members(Store(home))
    others = Store(home)
    between = Interrupted(home, lambda: others.record.append([Event("other")], by="x", at=NOW))

    with pytest.raises(StoreUnavailableError, match="The members are saved, but the record could not be told"):
        services.save_members(Store(between), LAB.with_member(ZOE), replaces=version, actor=OPERATOR, at=NOW)

    assert services.members(others)[0] == LAB.with_member(ZOE)


def test_a_document_that_cannot_be_used_is_replaced_by_whoever_has_the_keys(store: Store) -> None:
    with_members(store)
    version = store.write("members", b'{"members": 3}', replaces=services.members_version(store), by="editor")

    services.save_members(store, LAB, replaces=services.members_version(store), actor=OPERATOR, at=NOW)

    assert services.members_version(store) != version
    assert services.members(store)[0] == LAB
    assert [(facts["by"], facts["sentence"]) for facts in told(store)[1:]] == [
        ("editor", "what was written is no members document"),
        ("root@machine", "ada@lab.org: admin; ben@lab.org: trainer; heron@lab.org: PI; contact"),
    ]


def test_a_document_that_was_removed_is_written_again_and_both_are_told(store: Store) -> None:
    version = with_members(store)
    store.remove("members", replaces=version, by="root")
    assert services.members(store) == (Members(), ABSENT)

    with_members(store)

    assert [facts["sentence"] for facts in told(store)][1] == (
        "ada@lab.org removed; ben@lab.org removed; heron@lab.org removed; contact"
    )
    assert len(told(store)) == 3


def test_where_the_record_is_damaged_no_member_is_written(home: Home) -> None:
    version = with_members(Store(home))
    (listed,) = home.list("autotrain/record/")
    put(home, listed.key, b"{}")

    with pytest.raises(DamagedError):
        services.save_members(Store(home), LAB.with_member(ZOE), replaces=version, actor=OPERATOR, at=NOW)

    assert services.members(Store(home)) == (LAB, version)
