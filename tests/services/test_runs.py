"""What the record tells of past runs, and runs that people start."""

from datetime import timedelta
from math import isnan
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.errors import DamagedError, NotAllowedError, NotStoredError, TableError
from autotrain_core.models import RIGHTS, Member, Right, Role
from autotrain_core.services import NightlyRun
from autotrain_core.store import Event, FolderHome, Home, Json, MemoryHome, Store
from tests.services.labs import LAB, NOW, acting, with_members
from tests.services.nights import RIG, SESSIONS, Nights, put, session


@pytest.fixture(params=["memory", "folder"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return MemoryHome() if request.param == "memory" else FolderHome(tmp_path)


@pytest.fixture
def nights(home: Home) -> Nights:
    return Nights(home)


def newest(nights: Nights) -> NightlyRun:
    return services.runs(nights.store)[0]


def test_a_store_that_nothing_has_run_in_has_no_runs(nights: Nights) -> None:
    assert services.runs(nights.store) == ()


def test_a_run_is_told_with_its_figures(nights: Nights) -> None:
    report = nights.run([session("700001", 1), session("700001", 2), session("700002", 1, curriculum_version="9")])

    (run,) = services.runs(nights.store)
    assert (run.at, run.by, run.code, run.entry) == (nights.at, "tester", "0", 1)
    assert (run.failed, run.changed, run.heartbeat, run.publication, run.told) == (False, True, False, 1, (1,))
    assert run.counts == report.counts
    assert (run.counts["decided"], run.counts["left_out"], run.counts["mice_not_decided"]) == (2, 1, 1)
    assert run.written == report.written
    assert (run.foreign, run.amended, run.warnings, run.failures) == ((), (), report.warnings, ())


def test_how_long_each_part_took_is_recorded_in_the_order_of_the_parts(nights: Nights) -> None:
    report = nights.run([session("700001", 1)])

    run = newest(nights)
    assert list(run.seconds) == ["read", "decide", "compare", "compose", "write"]
    for part, seconds in run.seconds.items():
        assert seconds <= report.seconds[part] + 0.001
    assert 0 < run.duration <= sum(report.seconds.values()) + 0.005


def test_the_newest_run_comes_first_and_only_so_many_come(nights: Nights) -> None:
    for number in range(1, 5):
        nights.run([session("700001", each) for each in range(1, number + 1)])

    assert [run.publication for run in services.runs(nights.store)] == [4, 3, 2, 1]
    assert [run.publication for run in services.runs(nights.store, most=2)] == [4, 3]
    assert services.runs(nights.store, most=0) == ()


def test_a_run_that_found_nothing_to_do_is_a_heartbeat(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    nights.run()

    run = newest(nights)
    assert (run.heartbeat, run.changed, run.told, run.written, run.publication) == (True, False, (), (), 1)
    assert services.runs(nights.store)[1].heartbeat is False


def test_a_run_that_puts_a_table_right_is_more_than_a_heartbeat(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    body = nights.home.get(RIG)[0]
    nights.run([session("700001", 1), session("700001", 2)])
    put(nights.home, RIG, body)  # a table of ours, but an old one

    nights.run()

    run = newest(nights)
    assert (run.heartbeat, run.changed, run.written) == (False, False, (RIG,))


def test_a_run_that_failed_says_why(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    put(nights.home, SESSIONS, b"no table\x00")
    with pytest.raises(TableError) as caught:
        nights.run()

    run = newest(nights)
    assert (run.failed, run.failure, run.error) == (True, str(caught.value), type(caught.value).__name__)
    assert (run.heartbeat, run.changed, run.publication, run.counts) == (False, False, 0, {})
    assert isnan(run.duration)
    with pytest.raises(NotStoredError, match=r"The run of 2026-11-04 03:00 UTC published nothing\."):
        services.run_mice(nights.store, run)


def test_amended_mice_are_named(nights: Nights) -> None:
    nights.run([session("700001", 1), session("700002", 1)])
    nights.run([session("700001", 1, finished_trials=3, foraging_efficiency=0.1), session("700002", 1)])

    assert newest(nights).amended == ("700001",)


def test_something_else_that_writes_our_tables_is_named(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    put(nights.home, RIG, b"theirs")
    nights.run([session("700001", 1), session("700001", 2)])

    run = newest(nights)
    assert run.foreign == (RIG,)
    assert RIG not in run.written


def test_documents_that_are_no_curricula_are_told(nights: Nights) -> None:
    key = "foraging_auto_training/saved_curriculums/Odd_curriculum_v1_schema_v1.0.json"
    put(nights.home, key, b"{")

    nights.run([session("700001", 1)])

    (failure,) = newest(nights).failures
    assert failure.startswith(f"{key}: ")


def test_a_publication_of_a_run_that_was_killed_is_told_with_the_next(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    forgotten = next(nights.home.list("autotrain/record/")).key
    later = Nights(MemoryHome())
    for key, body in nights.objects().items():
        if key != forgotten:
            put(later.home, key, body)
    later.at = nights.at

    later.run()

    run = newest(later)
    assert (run.changed, run.told, run.heartbeat, run.publication) == (False, (1,), False, 1)


def test_what_an_older_program_recorded_is_read(nights: Nights) -> None:
    record = nights.store.record
    record.append([Event("run", facts={"publication": 1, "counts": {"mice": 3}})], by="old", at=NOW)
    record.append(
        [Event("run", facts={"publication": 2, "code": "0"}), Event("published", facts={"publication": 2})],
        by="old",
        at=NOW,
    )

    changed, heartbeat = services.runs(nights.store)

    assert (changed.changed, changed.heartbeat, dict(changed.seconds)) == (True, False, {})
    assert (heartbeat.changed, heartbeat.heartbeat, heartbeat.counts) == (False, True, {"mice": 3})


def test_whatever_the_record_holds_runs_are_listed(nights: Nights) -> None:
    odd: dict[str, Json] = {
        "publication": "1",
        "counts": {"mice": None, "decided": 2},
        "written": [1, "key"],
        "foreign": ["key", {"key": 7}, {"key": "theirs"}],
        "warnings": "none",
        "failures": {},
        "seconds": {"read": "long", "rest": 1, "decide": 2.5},
        "changed": "yes",
        "code": None,
    }
    record = nights.store.record
    record.append([Event("run", facts=odd), Event("published", facts={"publication": "x"})], by="x", at=NOW)
    record.append([Event("members"), Event("run-failed", facts={"sentence": 3})], by="x", at=NOW)

    failed, run = services.runs(nights.store)

    assert (failed.failed, failed.failure) == (True, "")
    assert run == NightlyRun(
        entry=1,
        at=NOW,
        by="x",
        failed=False,
        told=(0,),
        counts={"mice": 0, "decided": 2},
        written=("", "key"),
        foreign=("", "", "theirs"),
        seconds={"decide": 2.5, "rest": 1.0},
    )


def test_what_came_of_each_mouse_is_told_run_by_run(nights: Nights) -> None:
    first = nights.run([session("700001", 1), session("700002", 1, curriculum_version="9")])
    second = nights.run([session("700001", 1), session("700001", 2), session("700002", 1)])
    nights.run()

    heartbeat, later, earlier = services.runs(nights.store)

    for run, report in ((earlier, first), (later, second), (heartbeat, second)):
        mice = services.run_mice(nights.store, run)
        assert mice["subject_id"].tolist() == report.mice["subject_id"].tolist()
        assert mice["outcome"].tolist() == report.mice["outcome"].tolist()
        notices = services.run_notices(nights.store, run)
        assert notices["sentence"].tolist() == [notice.sentence for notice in report.notices]
        assert mice["remarks"].sum() == len(report.notices)
    assert services.run_mice(nights.store, earlier).set_index("subject_id").loc["700002", "remarks"] == 1


def test_mice_of_a_run_that_is_not_yet_in_the_record_are_found_among_the_publications(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    run = newest(nights)
    bare = Nights(MemoryHome())
    for key, body in nights.objects().items():
        if not key.startswith("autotrain/record/"):
            put(bare.home, key, body)

    assert services.run_mice(bare.store, run)["subject_id"].tolist() == ["700001"]


@pytest.mark.parametrize("tables", [None, {}, {"mice": {}, "notices": {}}])
def test_an_entry_that_names_no_tables_is_damaged(nights: Nights, tables: Json) -> None:
    facts: dict[str, Json] = {"publication": 1, "tables": tables}
    nights.store.record.append(
        [Event("run", facts={"publication": 1}), Event("published", facts=facts)],
        by="x",
        at=NOW,
    )

    with pytest.raises(DamagedError, match="entry 1 of the record names no tables"):
        services.run_mice(nights.store, newest(nights))


def test_a_publication_that_is_not_there_is_named(nights: Nights) -> None:
    nights.run([session("700001", 1)])
    nights.store.record.append([Event("run", facts={"publication": 7})], by="x", at=NOW)

    with pytest.raises(NotStoredError, match="There is no publication 7 in "):
        services.run_mice(nights.store, newest(nights))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("dry", [False, True])
def test_only_who_may_run_starts_a_run(nights: Nights, role: Role, dry: bool) -> None:
    nights.table([session("700001", 1)])
    members = LAB.with_member(Member(email="zoe@lab.org", roles=(role,)))
    with_members(nights.store, members)
    before = nights.objects()

    def start() -> services.RunReport:
        actor = acting("zoe@lab.org", members)
        return services.run_by(nights.store, nights.settings, actor=actor, at=nights.at, code="0", dry=dry)

    if Right.RUN in RIGHTS[role]:
        assert start().changed
    else:
        with pytest.raises(NotAllowedError, match=r"zoe@lab\.org may not see the nightly runs, and start one now"):
            start()
    assert (nights.objects() == before) is (dry or Right.RUN not in RIGHTS[role])


def test_a_run_that_a_person_started_bears_the_address(nights: Nights) -> None:
    nights.table([session("700001", 1), session("700002", 1)])
    with_members(nights.store)

    report = services.run_by(
        nights.store, nights.settings, actor=acting("ben@lab.org"), at=nights.at, code="0", only=["700001"]
    )

    assert report.publication.by == "ben@lab.org"
    assert newest(nights).by == "ben@lab.org"
    assert nights.rows()["subject_id"].tolist() == ["700001"]


def test_who_lost_the_role_meanwhile_starts_no_run(nights: Nights) -> None:
    nights.table([session("700001", 1)])
    with_members(nights.store, LAB.without("ben@lab.org"))

    with pytest.raises(NotAllowedError, match=r"ben@lab\.org is not a member"):
        services.run_by(nights.store, nights.settings, actor=acting("ben@lab.org"), at=nights.at, code="0")
    assert services.runs(nights.store) == ()


def test_progress_of_a_run_is_told_to_whoever_started_it(nights: Nights) -> None:
    nights.table([session("700001", 1)])
    with_members(nights.store)
    steps: list[tuple[int, int]] = []

    services.run_by(
        nights.store,
        nights.settings,
        actor=acting("ben@lab.org"),
        at=nights.at + timedelta(days=1),
        code="0",
        progress=lambda done, total: steps.append((done, total)),
    )

    assert steps
    assert steps[-1][0] == steps[-1][1]


def test_one_who_asks_again_reads_only_what_is_new(nights: Nights) -> None:
    from tests.store.passing import PassingHome

    class Counting(PassingHome):
        reads = 0

        def get(self, key, *, largest=2**40):
            self.reads += key.startswith("autotrain/record/")
            return super().get(key, largest=largest)

    home = Counting(nights.home)
    store = Store(home)
    for number in range(30):
        nights.store.record.append([Event("run", facts={"publication": number})], by="x", at=NOW)
    assert len(services.runs(store)) == 30
    once = home.reads
    nights.store.record.append([Event("run", facts={"publication": 30})], by="x", at=NOW)

    assert services.runs(store)[0].publication == 30
    assert home.reads <= once + 1
