"""Publishing that is interrupted, and several who publish at once: what readers see, and how it is completed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from autotrain_core import services
from autotrain_core.errors import AutotrainError, ConflictError, DocumentError, NotStoredError
from autotrain_core.store import Event, FolderHome, Home, MemoryHome, Store
from tests.servers.seaweed import S3Server
from tests.services.labs import OPERATOR, Falling
from tests.services.nights import put
from tests.services.publishing import (
    COPIES,
    NOW,
    RIGS,
    SETTINGS,
    SIX,
    Dying,
    PowerCutError,
    changed,
    in_a_maze,
    lab,
    names,
    publish,
    read_as_today,
    shipped,
    told,
)
from tests.store.passing import Interrupted


@pytest.fixture(params=["memory", "folder", "bucket"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    if request.param == "bucket":
        server: S3Server = request.getfixturevalue("s3_server")
        home: Home = server.s3_home(f"publish-{tmp_path.name}")
        return home
    return MemoryHome() if request.param == "memory" else FolderHome(tmp_path)


@pytest.fixture
def quick() -> Store:
    """A lab in memory, for what is the same everywhere."""
    return lab(MemoryHome())


def test_of_two_who_publish_one_version_at_once_exactly_one_wins(home: Home) -> None:
    store = lab(home)
    start = Barrier(2)

    def attempt(words: str) -> str:
        work = changed(shipped(), curriculum_description=words)
        start.wait()
        try:
            publish(Store(home), work, changelog=words)
        except AutotrainError as error:
            assert isinstance(error, ConflictError | DocumentError)
            return ""
        return words

    with ThreadPoolExecutor(max_workers=2) as pool:
        won = [words for words in pool.map(attempt, ["one", "two"]) if words]

    assert len(won) == 1
    (facts,) = told(store, "curriculum-published")
    assert facts["changelog"] == won[0]
    for folder in (RIGS, COPIES):
        (read,) = read_as_today(home, folder).values()
        assert read["curriculum_description"] == won[0]


# Each write of a publication, before and after: the claim, twelve files, the record.
DEATHS = [(number, after) for number in range(1, 15) for after in (False, True)]


def test_a_publication_has_as_many_writes_as_are_tried(quick: Store) -> None:
    counting = Dying(quick.home, 1_000, after=True)

    publish(Store(counting))

    assert counting.writes == 14


@pytest.mark.parametrize(("number", "after"), DEATHS)
def test_wherever_it_is_interrupted_readers_see_all_or_nothing_and_the_same_again_completes_it(
    number: int, after: bool
) -> None:
    home = MemoryHome()
    lab(home)

    with pytest.raises(PowerCutError):
        publish(Store(Dying(home, number, after=after)))

    for folder in (RIGS, COPIES):
        read_as_today(home, folder)
    store = Store(home)
    if number > 1 or after:
        with pytest.raises(DocumentError, match="a published version never changes"):
            publish(store, changed(shipped(), curriculum_description="other"))
    publish(store)
    assert names(home, RIGS) == names(home, COPIES) == SIX
    assert list(read_as_today(home, RIGS)) == list(read_as_today(home, COPIES)) == [("Coupled Baiting", "2.4")]
    assert len(told(store, "curriculum-published")) == 1
    assert store.check() == ()


def test_what_was_left_undone_is_listed_and_anybody_finishes_it(quick: Store) -> None:
    with pytest.raises(PowerCutError):
        publish(Store(Dying(quick.home, 6, after=True)))
    store = Store(quick.home)
    known = services.published_curricula(store)
    assert services.unfinished_publications(store, SETTINGS, known) == known

    done = services.finish_publication(store, SETTINGS, "Coupled Baiting", "2.4", actor=OPERATOR, at=NOW)

    assert len(done.written) == 7
    assert services.unfinished_publications(store, SETTINGS, known) == ()
    assert names(store.home, RIGS) == SIX


def test_what_was_never_published_cannot_be_finished(quick: Store) -> None:
    with pytest.raises(NotStoredError, match="not published from here"):
        services.finish_publication(quick, SETTINGS, "Coupled Baiting", "2.4", actor=OPERATOR, at=NOW)
    with pytest.raises(NotStoredError, match="not published from here"):
        services.published_curriculum(quick, "Coupled Baiting", "2.4")


def test_a_task_comes_back_with_what_was_left_undone(quick: Store) -> None:
    with pytest.raises(PowerCutError):
        publish(Store(Dying(quick.home, 1, after=True)), in_a_maze(), version="1")

    services.finish_publication(Store(quick.home), SETTINGS, "Maze", "1", actor=OPERATOR, at=NOW)

    assert len(names(quick.home, RIGS)) == 2


def test_what_somebody_else_puts_there_in_between_is_told_and_stays(quick: Store) -> None:
    with pytest.raises(PowerCutError):
        publish(Store(Dying(quick.home, 1, after=True)))
    put(quick.home, RIGS + SIX[0], b"{}")

    with pytest.raises(ConflictError):
        services.finish_publication(quick, SETTINGS, "Coupled Baiting", "2.4", actor=OPERATOR, at=NOW)

    assert quick.home.get(RIGS + SIX[0])[0] == b"{}"


def test_a_record_that_cannot_be_told_is_told_the_next_time(quick: Store) -> None:
    falling = Falling(quick.home, "autotrain/record/")
    with pytest.raises(AutotrainError, match="It is done, but the record could not be told"):
        publish(Store(falling))

    publish(quick)

    assert len(told(quick, "curriculum-published")) == 1


def test_others_who_write_into_the_record_do_not_keep_it_from_being_told(quick: Store) -> None:
    other = Store(quick.home)

    def meanwhile() -> None:
        other.record.append([Event("noise")], by="somebody", at=NOW)

    publish(Store(Interrupted(quick.home, meanwhile, times=14)))

    assert len(told(quick, "curriculum-published")) == 1


def test_others_who_write_into_the_record_again_and_again_are_told_of(quick: Store) -> None:
    other = Store(quick.home)

    def meanwhile() -> None:
        other.record.append([Event("noise")], by="somebody", at=NOW)

    with pytest.raises(AutotrainError, match="It is done, but the record could not be told"):
        publish(Store(Interrupted(quick.home, meanwhile)))

    publish(quick)
    assert len(told(quick, "curriculum-published")) == 1
