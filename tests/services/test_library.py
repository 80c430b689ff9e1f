"""The library: every document and its uses, what a link finds, the documents as files, and what versions change."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from autotrain_core import services
from autotrain_core.errors import NotStoredError
from autotrain_core.models import load_curriculum
from autotrain_core.services import LabView
from tests.interop.documents import LADDER, MAZE, document, maze
from tests.services.nights import Nights, put, session

NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)
DAY = NOW.date()
FOLDER = "foraging_auto_training/saved_curriculums/"
NEWER = {
    "A": [("progress", "B", "metrics.trials[-1] >= 150 and metrics.efficiency[-1] >= 0.5")],
    "B": [
        ("rollback", "A", "metrics.efficiency[-1] < 0.1"),
        ("progress", "Graduated", "metrics.trials[-1] >= 200"),
        ("rollback", "A", "metrics.trials[-1] < 50 or metrics.efficiency[-1] < 0.3"),
    ],
}


def file_of(written: dict[str, Any], *, indent: int = 2) -> tuple[str, bytes]:
    name = f"{written['curriculum_name']}_curriculum_v{written['curriculum_version']}"
    return f"{name}_schema_v{written['curriculum_schema_version']}.json", json.dumps(written, indent=indent).encode()


def nights_of(documents: Iterable[dict[str, Any]] = (), rows: Iterable[dict[str, Any]] = ()) -> Nights:
    nights = Nights()
    for written in documents:
        name, body = file_of(written)
        put(nights.home, FOLDER + name, body)
    nights.table(list(rows) or [session("m1", 1, stage="STAGE_1")])
    nights.run()
    return nights


def view_of(nights: Nights) -> LabView:
    return services.lab_view(nights.store, nights.settings, at=NOW)


def test_the_library_lists_shipped_and_own_documents_the_newest_version_first() -> None:
    toys = [document(LADDER, version=version) for version in ("2.3", "2.10", "2.3rwdDelay159", "2.3.1")]

    table = services.library_table(view_of(nights_of(toys)), on=DAY)

    toy = table[table["name"] == "Toy"]
    assert list(toy["version"]) == ["2.10", "2.3.1", "2.3rwdDelay159", "2.3"]
    assert list(toy["newest"]) == [True, False, False, False]
    assert set(toy["status"]) == {"own"}
    assert set(table.loc[table["name"] == "Coupled Baiting", "status"]) == {"shipped"}
    assert list(table["name"]) == sorted(table["name"])


def test_the_library_says_who_uses_what() -> None:
    rows = [
        session("m1", 1, day=1, stage="STAGE_1"),
        session("m1", 2, day=2, stage="STAGE_1"),
        session("m2", 1, day=15, stage="STAGE_1"),
        session("m3", 1, day=3, stage="STAGE_1"),
        session("m3", 2, day=4, stage="STAGE_1", curriculum_name="Uncoupled Baiting"),
    ]

    table = services.library_table(view_of(nights_of(rows=rows)), on=DAY).set_index("name")

    assert list(table.loc["Coupled Baiting", ["mice", "in_training", "sessions"]]) == [2, 1, 4]
    assert str(table["last_use"]["Coupled Baiting"])[:10] == "2026-10-15"
    assert list(table.loc["Uncoupled Baiting", ["mice", "in_training", "sessions"]]) == [1, 0, 1]
    assert list(table.loc["Dummy task", ["mice", "in_training", "sessions"]]) == [0, 0, 0]
    assert bool(table["last_use"].isna()["Dummy task"])


def test_what_sessions_name_and_nobody_has_is_listed_as_absent() -> None:
    rows = [session("m1", 1, stage="STAGE_1"), session("m2", 1, stage="STAGE_1", curriculum_version="9")]

    table = services.library_table(view_of(nights_of(rows=rows)), on=DAY)

    absent = table[table["status"] == "absent"]
    assert absent[["name", "version", "sessions", "mice"]].to_numpy().tolist() == [["Coupled Baiting", "9", 1, 0]]
    assert not absent["newest"].any()


def test_what_cannot_be_read_is_listed_last_with_place_and_reason() -> None:
    nights = nights_of()
    put(nights.home, f"{FOLDER}Coupled Baiting_curriculum_v2.3_schema_v1.0.json", b'{"curriculum_name": ')

    table = services.library_table(view_of(nights), on=DAY)

    last = table.iloc[-1]
    assert (last["name"], last["version"], last["status"]) == ("Coupled Baiting", "2.3", "unreadable")
    assert last["place"].startswith(FOLDER)
    assert "JSON" in last["reason"]
    assert last["sessions"] == 0
    assert (table["status"] == "unreadable").sum() == 1
    shipped = table[(table["name"] == "Coupled Baiting") & (table["status"] == "shipped")]
    assert shipped["sessions"].tolist() == [1]


def test_findings_are_counted_by_their_weight() -> None:
    wrong = document({"A": [("progress", "Nowhere", "metrics.trials[-1] >= 100")]}, name="Wrong")

    table = services.library_table(view_of(nights_of([wrong])), on=DAY).set_index("name")

    read = view_of(nights_of([wrong])).shelf.library.get("Wrong", "1")
    assert table.loc["Wrong", "errors"] == len(read.errors) > 0
    assert table.loc["Wrong", ["errors", "warnings", "remarks"]].sum() == len(read.findings)
    assert table.loc["Coupled Baiting", "errors"] == 0


def test_a_lab_without_anything_has_the_shipped_ones_only() -> None:
    nights = Nights()

    table = services.library_table(services.lab_view(nights.store, nights.settings, at=NOW), on=DAY)

    assert set(table["status"]) <= {"shipped"}
    assert (table["sessions"] == 0).all()


def test_a_link_finds_a_version_the_newest_of_a_name_or_what_most_mice_follow() -> None:
    toys = [document(LADDER, version=version) for version in ("1.9", "1.10")]
    rows = [session("m1", 1, stage="STAGE_1", curriculum_name="Uncoupled Baiting")]
    view = view_of(nights_of(toys, rows))

    assert services.wanted_curriculum(view, name="Toy", version="1.9").key == "Toy@1.9"
    assert services.wanted_curriculum(view, name="Toy").key == "Toy@1.10"
    assert services.wanted_curriculum(view).key == "Uncoupled Baiting@2.3"
    assert services.wanted_curriculum(view, name="Toy", version="1.9", schema_version="2.0").key == "Toy@1.9"


def test_a_link_to_what_there_is_not_says_so() -> None:
    view = view_of(nights_of())

    with pytest.raises(NotStoredError, match="no version '9'"):
        services.wanted_curriculum(view, name="Coupled Baiting", version="9")
    with pytest.raises(NotStoredError, match="did you mean 'Coupled Baiting'"):
        services.wanted_curriculum(view, name="Coupled Bating")
    with pytest.raises(NotStoredError, match="has no version"):
        services.wanted_curriculum(view, name="Coupled Baiting", version="2.3", schema_version="7")


def test_without_any_curriculum_a_link_says_so() -> None:
    nights = Nights()
    settings = nights.settings.model_copy(
        update={"curricula": nights.settings.curricula.model_copy(update={"shipped": False})}
    )

    with pytest.raises(NotStoredError, match="no curriculum at all"):
        services.wanted_curriculum(services.lab_view(nights.store, settings, at=NOW))


def test_the_nearest_are_offered_in_place_of_what_there_is_not() -> None:
    toys = [document(LADDER, version=version) for version in ("1.1", "1.2", "7")]
    view = view_of(nights_of(toys))

    def offered(name: str, version: str) -> list[str]:
        return [each.key for each in services.near_curricula(view, name=name, version=version)]

    assert offered("Toy", "1.25") == ["Toy@1.2", "Toy@1.1"]
    assert offered("Toy", "beta") == ["Toy@7", "Toy@1.2", "Toy@1.1"]
    assert offered("coupled baitin", "2.3")[0] == "Coupled Baiting@2.3"
    assert offered("zzzzzz", "1") == []


def test_older_versions_come_newest_first_and_only_of_the_same_name() -> None:
    toys = [document(LADDER, version=version) for version in ("1.9", "1.10", "1.2")]
    view = view_of(nights_of(toys))

    older = services.older_versions(view, view.shelf.library.get("Toy", "1.10"))

    assert [each.version for each in older] == ["1.9", "1.2"]
    assert services.older_versions(view, view.shelf.library.get("Toy", "1.2")) == ()


def test_a_document_is_given_byte_for_byte_as_it_lies_in_the_store() -> None:
    written = document(LADDER) | {"curriculum_description": "Ünïcode, as typed"}
    name, _ = file_of(written)
    stored = json.dumps(written, indent=1, ensure_ascii=False).encode() + b"\n\n"
    nights = nights_of()
    put(nights.home, f"{FOLDER}deeper/{name}", stored)
    view = view_of(nights)

    given = services.document_bytes(nights.store, nights.settings, view.shelf.library.get("Toy", "1"))

    assert given == stored


def test_a_shipped_document_is_given_as_it_came() -> None:
    nights = nights_of()
    shipped = view_of(nights).shelf.library.get("Coupled Baiting", "2.3")

    given = services.document_bytes(nights.store, nights.settings, shipped)

    path = next(each for each in services.app_file().parent.rglob(shipped.file_name))
    assert given == path.read_bytes()


def test_what_was_replaced_since_it_was_read_is_given_as_it_was_read() -> None:
    nights = nights_of([document(LADDER)])
    read = view_of(nights).shelf.library.get("Toy", "1")
    put(nights.home, FOLDER + read.file_name, b"no document")

    given = services.document_bytes(nights.store, nights.settings, read)

    assert load_curriculum(given).text == read.text


def test_a_name_that_means_a_pattern_is_a_name() -> None:
    toys = [document(LADDER, name="Toy[1]"), document(LADDER, name="Toy1")]
    nights = nights_of(toys)
    read = view_of(nights).shelf.library.get("Toy[1]", "1")

    assert json.loads(services.document_bytes(nights.store, nights.settings, read))["curriculum_name"] == "Toy[1]"


def test_the_schema_of_a_task_lists_its_settings() -> None:
    nights = nights_of([maze()])
    put(nights.home, f"{FOLDER}maze.task.json", json.dumps(MAZE).encode())
    view = view_of(nights)

    foraging = json.loads(services.task_schema(view.shelf.library.get("Coupled Baiting", "2.3")))
    own = json.loads(services.task_schema(view.shelf.library.get("Maze", "1")))

    assert {"BlockMin", "RewardFamily"} < set(foraging["properties"])
    assert own["properties"]["walls"]["minimum"] == 1


def test_the_schema_of_a_task_that_nobody_knows_cannot_be_given() -> None:
    view = view_of(nights_of([maze()]))

    with pytest.raises(NotStoredError, match="No task is called 'MazeCurriculum'"):
        services.task_schema(view.shelf.library.get("Maze", "1"))


def test_hundreds_of_documents_are_listed_and_compared() -> None:
    toys = [document(LADDER, name=f"Toy {number}", version=f"{number % 7}.{number}") for number in range(300)]
    view = view_of(nights_of(toys))

    table = services.library_table(view, on=DAY)

    assert (table["status"] == "own").sum() == 300
    assert list(table.loc[table["status"] == "own", "name"]) == [f"Toy {number}" for number in range(300)]
