"""Many curricula at once."""

import pytest

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.models import Curriculum, Library
from tests.models.conftest import Document, Load


@pytest.fixture
def curricula(document: Document, free: Document, load: Load) -> list[Curriculum]:
    return [
        load(free),
        load(document | {"curriculum_version": "2.4"}),
        load(document),
        load(free | {"curriculum_name": "Coupled Baiting", "curriculum_version": "2.3"}),
    ]


def test_a_curriculum_is_found_by_name_and_version(curricula: list[Curriculum]) -> None:
    library = Library(curricula)

    assert library.get("Licking", "1") is curricula[0]
    assert library.get("Coupled Baiting", "2.4", "1.0") is curricula[1]
    assert library.get("Coupled Baiting", "2.3", "2.0") is curricula[3]


def test_without_a_schema_version_todays_is_found(curricula: list[Curriculum]) -> None:
    assert Library(curricula).get("Coupled Baiting", "2.3") is curricula[2]
    assert Library(reversed(curricula)).get("Coupled Baiting", "2.3") is curricula[2]


def test_a_library_can_be_counted_walked_and_asked(curricula: list[Curriculum]) -> None:
    library = Library(curricula)

    assert list(library) == curricula
    assert len(library) == 4
    assert curricula[3] in library
    assert "Coupled Baiting@2.4" in library
    assert "Coupled Baiting@2.5" not in library
    assert 3 not in library
    assert repr(library) == "Library(Licking@1, Coupled Baiting@2.4, Coupled Baiting@2.3, Coupled Baiting@2.3)"
    assert len(Library()) == 0


def test_the_same_document_twice_counts_once(document: Document, load: Load) -> None:
    assert len(Library([load(document), load(document, source="elsewhere.json")])) == 1


def test_two_documents_of_one_name_and_version_are_refused(document: Document, load: Load) -> None:
    with pytest.raises(DocumentError) as caught:
        Library([load(document), load(document | {"curriculum_description": ""})])

    assert str(caught.value) == (
        "there are two different documents for Coupled Baiting@2.3 (schema 1.0); keep one, or give the other a "
        "version of its own"
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            ("coupled baiting", "2.3"),
            "no curriculum is called 'coupled baiting' (there are Licking, Coupled Baiting); did you mean "
            "'Coupled Baiting'?",
        ),
        (("Maze", "2.3"), "no curriculum is called 'Maze' (there are Licking, Coupled Baiting)"),
        (
            ("Coupled Baiting", "2.5"),
            "'Coupled Baiting' has no version '2.5' (there are 2.4 (schema 1.0), 2.3 (schema 1.0), 2.3 (schema 2.0))",
        ),
        (("Licking", "1", "1.0"), "'Licking' has no version '1' of schema '1.0' (there are 1 (schema 2.0))"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    curricula: list[Curriculum], asked: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(NotStoredError) as caught:
        Library(curricula).get(*asked)

    assert str(caught.value) == sentence


def test_an_empty_library_says_so() -> None:
    with pytest.raises(NotStoredError, match=r"no curriculum is called 'x' \(there are none\)"):
        Library().get("x", "1")
