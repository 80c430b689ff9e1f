"""Curricula are found by name and version, or as a file; a lab's own go before the shipped ones."""

import json
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.errors import DocumentError, NotStoredError
from tests.interop.documents import LADDER, MAZE, document, maze, write_document


def test_the_shipped_curricula_are_those_of_the_program() -> None:
    assert sorted(curriculum.key for curriculum in services.shipped()) == [
        "Coupled Baiting@2.3",
        "Dummy task@1.0",
        "Uncoupled Baiting@2.3",
        "Uncoupled Without Baiting@2.3",
        "Uncoupled Without Baiting@2.3.1rwdDelay159",
        "Uncoupled Without Baiting@2.3rwdDelay159",
    ]


def test_a_damaged_installation_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Bad_curriculum_v1_schema_v1.0.json").write_text("{")
    monkeypatch.setattr("autotrain_core.services._curricula.shipped_curricula", lambda: tmp_path)

    with pytest.raises(DocumentError, match=r"(?s)install it again.*Bad_curriculum_v1"):
        services.shipped()


def test_the_shelf_holds_a_labs_own_curricula_and_the_shipped_ones(tmp_path: Path) -> None:
    write_document(tmp_path, document(LADDER))

    shelf = services.shelf(tmp_path)

    assert "Toy@1" in shelf.library
    assert "Coupled Baiting@2.3" in shelf.library
    assert shelf.own == {"Toy@1"}


def test_a_labs_own_document_goes_before_a_shipped_one_of_the_same_name(tmp_path: Path) -> None:
    own = services.shipped().get("Coupled Baiting", "2.3").document
    own["curriculum_description"] = "Ours."
    write_document(tmp_path, own)

    library = services.shelf(tmp_path).library

    assert library.get("Coupled Baiting", "2.3").description == "Ours."
    assert len(library) == len(services.shipped())


def test_a_curriculum_is_found_by_name_and_version_and_as_a_file(tmp_path: Path) -> None:
    path = write_document(tmp_path, document(LADDER), file="draft.json")
    shelf = services.shelf()

    assert services.find_curriculum("Uncoupled Without Baiting@2.3rwdDelay159", shelf).version == "2.3rwdDelay159"
    assert services.find_curriculum(" Coupled Baiting @ 2.3 ", shelf).key == "Coupled Baiting@2.3"
    assert services.find_curriculum(str(path), shelf).key == "Toy@1"


def test_a_file_may_use_the_tasks_of_the_labs_folder(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "maze.task.json").write_text(json.dumps(MAZE))
    path = write_document(tmp_path / "elsewhere", maze())

    assert services.find_curriculum(str(path), services.shelf(tmp_path / "lab")).task is not None
    assert services.find_curriculum(str(path), services.shelf()).task is None


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("Coupled Baiting", r"names no version\. There are: Coupled Baiting@2\.3\."),
        ("Coupled Baiting@", r"names no version"),
        ("Coupled Baitin", r"neither a file nor NAME@VERSION\. Did you mean 'Coupled Baiting@VERSION'\?"),
        ("@2.3", r"neither a file nor NAME@VERSION\. Known names: Coupled Baiting, "),
        ("Coupled Baitin@2.3", r"did you mean 'Coupled Baiting'"),
        ("Coupled Baiting@9", r"has no version '9'"),
        ("nowhere.json", r"There is no file nowhere\.json"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is_near(wanted: str, sentence: str) -> None:
    with pytest.raises(NotStoredError, match=sentence):
        services.find_curriculum(wanted, services.shelf())
