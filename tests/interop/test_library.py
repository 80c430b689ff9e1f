"""A folder of curricula is read for what it holds; what it does not hold is listed."""

import json
from pathlib import Path

import pytest

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.interop import Failure, read_curriculum, read_library, read_tasks
from tests.interop.documents import LADDER, MAZE, document, maze, write_document


def test_every_curriculum_of_a_folder_and_the_folders_in_it_is_read(tmp_path: Path) -> None:
    write_document(tmp_path, document(LADDER))
    write_document(tmp_path / "deep" / "deeper", document(LADDER, version="2.rwdDelay159"))

    library, failures = read_library(tmp_path)

    assert sorted(curriculum.key for curriculum in library) == ["Toy@1", "Toy@2.rwdDelay159"]
    assert failures == ()


def test_files_of_other_names_are_passed_over(tmp_path: Path) -> None:
    write_document(tmp_path, document(LADDER), file="toy.json")
    (tmp_path / "Toy_curriculum_v1_schema_v2.0_rules.svg").write_text("<svg/>")
    (tmp_path / "DynamicForagingCurriculum_v1.0.json").write_text("{}")

    library, failures = read_library(tmp_path)

    assert len(library) == 0
    assert failures == ()


def test_what_is_no_curriculum_is_listed_and_stops_nothing(tmp_path: Path) -> None:
    write_document(tmp_path, document(LADDER))
    (tmp_path / "Bad_curriculum_v1_schema_v1.0.json").write_text("{")
    (tmp_path / "Folder_curriculum_v1_schema_v1.0.json").mkdir()
    (tmp_path / "List_curriculum_v1_schema_v1.0.json").write_text("[]")
    (tmp_path / "bad.task.json").write_text("[]")

    library, failures = read_library(tmp_path)

    assert [curriculum.key for curriculum in library] == ["Toy@1"]
    assert [failure.path.name for failure in failures] == [
        "Bad_curriculum_v1_schema_v1.0.json",
        "Folder_curriculum_v1_schema_v1.0.json",
        "List_curriculum_v1_schema_v1.0.json",
        "bad.task.json",
    ]
    assert "is a folder" in failures[1].sentence
    assert failures[0].as_json() == {"path": str(failures[0].path), "sentence": failures[0].sentence}


def test_a_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "Huge_curriculum_v1_schema_v1.0.json"
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)

    _, failures = read_library(tmp_path)

    assert failures == (Failure(path, f"{path} holds more than 16,777,216 bytes; it is no curriculum."),)


def test_of_two_different_documents_of_one_name_and_version_the_first_counts(tmp_path: Path) -> None:
    write_document(tmp_path / "a", document(LADDER))
    write_document(tmp_path / "b", document(LADDER))
    other = write_document(tmp_path / "c", document({**LADDER, "B": []}))

    library, failures = read_library(tmp_path)

    assert len(library) == 1
    assert len(library.get("Toy", "1").stage("B").rules) == 2
    assert [failure.path for failure in failures] == [other]
    assert "holds a different Toy@1" in failures[0].sentence


def test_a_document_with_faults_is_read_with_its_findings(tmp_path: Path) -> None:
    write_document(tmp_path, document({"A": [("progress", "Z", "metrics.trials[-1] >")]}))

    library, failures = read_library(tmp_path)

    assert library.get("Toy", "1").stage("A").broken
    assert failures == ()


def test_a_name_that_contradicts_the_document_is_a_finding(tmp_path: Path) -> None:
    path = write_document(tmp_path, document(LADDER), file="Toy_curriculum_v7_schema_v2.0.json")

    assert read_curriculum(path).errors != ()
    assert read_curriculum(write_document(tmp_path, document(LADDER), file="draft.json")).errors == ()


def test_a_task_in_the_folder_serves_every_curriculum_of_it(tmp_path: Path) -> None:
    (tmp_path / "maze.task.json").write_text(json.dumps(MAZE))
    path = write_document(tmp_path / "deep", maze())

    library, failures = read_library(tmp_path)

    assert failures == ()
    task = library.get("Maze", "1").task
    assert task is not None
    assert task.name == "Maze"
    assert "MazeCurriculum" in read_tasks(tmp_path)
    assert read_curriculum(path).task is None
    assert read_curriculum(path, tasks=read_tasks(tmp_path)).task is not None


def test_a_task_beside_a_document_is_found_without_asking(tmp_path: Path) -> None:
    (tmp_path / "maze.task.json").write_text(json.dumps(MAZE))

    assert read_curriculum(write_document(tmp_path, maze(), file="draft.json")).task is not None


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NotStoredError, match=r"nowhere does not exist"):
        read_library(tmp_path / "nowhere")
    with pytest.raises(NotStoredError, match=r"file is a file, not a folder"):
        read_library(tmp_path / "file")


def test_a_document_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotStoredError, match="There is no file"):
        read_curriculum(tmp_path / "nowhere.json")
    with pytest.raises(DocumentError, match="is a folder"):
        read_curriculum(tmp_path)


def test_the_originals_documents_are_all_read(reference: Path) -> None:
    library, failures = read_library(reference / "data" / "curricula")

    assert len(library) == 22
    assert failures == ()
