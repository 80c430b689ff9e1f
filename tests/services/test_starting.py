"""What a draft starts from: curricula at hand, and files of strangers."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from autotrain_core import services
from autotrain_core.editing import document_bytes
from autotrain_core.errors import DocumentError
from autotrain_core.models import load_curriculum, save_curriculum, task_from_json_schema
from tests.interop.documents import LADDER, MAZE, document, maze
from tests.services.publishing import ladder, shipped

TASK = json.dumps(MAZE).encode()
NAME = "Coupled Baiting_curriculum_v2.3_schema_v1.0.json"


def six() -> dict[str, bytes]:
    """Today's set."""
    return dict(services.curriculum_files(shipped()).bodies)


def packed(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", how) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return body.getvalue()


def test_a_copy_of_a_version_is_its_document_to_the_byte() -> None:
    draft = services.from_curriculum(shipped())

    assert document_bytes(draft.document) == save_curriculum(shipped())
    assert (draft.based_on, draft.task_schema, dict(draft.places)) == ("Coupled Baiting@2.3", "", {})


def test_every_real_document_is_uploaded_as_it_is(reference: Path) -> None:
    paths = sorted((reference / "data" / "curricula").glob("*.json"))

    for path in paths:
        body = path.read_bytes()
        draft = services.from_upload([(path.name, body)])
        assert document_bytes(draft.document) == save_curriculum(load_curriculum(body))

    assert len(paths) == 22


def test_todays_six_files_are_one_draft() -> None:
    draft = services.from_upload(list(six().items()))

    assert draft == services.from_curriculum(shipped())


@pytest.mark.parametrize("folder", ["", "saved curriculums/", "a/b/c/"])
@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_zip_of_them_is_the_same_draft(folder: str, how: int) -> None:
    files = {f"{folder}{name}": body for name, body in six().items()}
    files |= {"__MACOSX/._x.json": b"{", f"{folder}.DS_Store": b"?", f"{folder}notes.txt": b"mine"}

    assert services.from_upload([("set.zip", packed(files, how))]) == services.from_curriculum(shipped())


@pytest.mark.parametrize("name", ["anything.json", "Toy_v1.json", "Toy_curriculum_v1_schema_v2.0.json", "Ä (1).JSON"])
def test_a_document_of_schema_2_is_a_draft_whatever_its_file_is_called(name: str) -> None:
    draft = services.from_upload([(name, json.dumps(document(LADDER)).encode())])

    assert draft.curriculum() == ladder()


def test_a_task_beside_the_document_comes_with_the_draft() -> None:
    draft = services.from_upload([("Maze.json", json.dumps(maze()).encode()), ("x.task.json", TASK)])

    assert draft.task_schema == TASK.decode()
    assert not draft.curriculum().errors


def test_a_task_that_is_known_here_comes_with_the_draft() -> None:
    task = task_from_json_schema(TASK)

    draft = services.from_upload([("Maze.json", json.dumps(maze()).encode())], known={task.schema_name: task})

    assert draft.task_schema == TASK.decode()


def test_a_document_with_faults_is_a_draft_all_the_same() -> None:
    broken = json.dumps(document({"A": [("progress", "Z", "metrics.nothing[-1] > 1")]})).encode()

    assert services.from_upload([("a.json", broken)]).curriculum().errors


def test_a_task_is_read_from_a_file() -> None:
    task = services.task_from_upload("C:\\tasks\\maze.task.json", TASK)

    assert (task.schema_name, task.document) == ("MazeCurriculum", TASK)


def refused(*files: tuple[str, bytes]) -> str:
    with pytest.raises(DocumentError) as caught:
        services.from_upload(list(files))
    return str(caught.value)


def test_files_without_a_curriculum_are_refused() -> None:
    said = refused(("a.svg", b"<svg/>"), ("b.txt", b""))

    assert said.startswith("There is no curriculum and no task among these files: a.svg, b.txt. A curriculum is a")
    assert 'a task is a JSON Schema with "type": "object" and "properties"' in said
    assert "none" in refused()


def test_one_file_that_is_none_says_why() -> None:
    assert refused(("mine.json", b"{")).startswith("mine.json cannot be read: it is not JSON")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a": 1}', b'{"type": "object"}'])
def test_a_file_that_is_neither_curriculum_nor_task_is_told_both(body: bytes) -> None:
    said = refused(("mine.json", body))

    assert "neither a curriculum nor a task" in said
    assert 'A curriculum is a document with "curriculum_name"' in said
    assert 'a task is a JSON Schema with "type": "object" and "properties"' in said


def test_a_curriculum_that_lacks_something_is_told_only_that() -> None:
    assert "nor a task" not in refused(("mine.json", b'{"curriculum_name": "Toy"}'))


@pytest.mark.parametrize("name", ["maze.task.json", "maze.json", "Maze (1).JSON", "schema", "x.svg"])
def test_a_task_alone_is_a_blank_draft_of_it_whatever_its_file_is_called(name: str) -> None:
    draft = services.start_of_files([(name, TASK)])

    assert draft.task_schema == TASK.decode()
    assert draft.title == f"{task_from_json_schema(TASK).name} 0.1"
    assert not draft.curriculum().errors


def test_a_task_alone_may_come_in_a_zip_with_its_pictures() -> None:
    draft = services.start_of_files([("all.zip", packed({"in/maze.json": TASK, "in/picture.svg": b"<svg/>"}))])

    assert draft.task_schema == TASK.decode()


def test_files_with_a_curriculum_start_a_draft_of_it() -> None:
    assert services.start_of_files(list(six().items())) == services.from_curriculum(shipped())


@pytest.mark.parametrize("name", ["maze.task.json", "anything.json"])
def test_a_task_is_known_beside_its_curriculum_whatever_it_is_called(name: str) -> None:
    draft = services.start_of_files([("mine.json", json.dumps(maze()).encode()), (name, TASK)])

    assert draft.task_schema == TASK.decode()


def test_two_tasks_are_not_one_draft() -> None:
    with pytest.raises(DocumentError, match=r"These are several tasks: a\.json, b\.json\."):
        services.start_of_files([("a.json", TASK), ("b.json", TASK)])


def test_a_task_with_faults_says_which() -> None:
    with pytest.raises(DocumentError, match=r"maze\.json"):
        services.start_of_files([("maze.json", b'{"type": "object", "properties": {"a": {"type": "nonsense"}}}')])


def test_the_schema_of_a_class_of_curricula_is_no_task() -> None:
    (name,) = [name for name in six() if name.startswith("DynamicForaging")]

    with pytest.raises(DocumentError, match="neither a curriculum nor a task"):
        services.start_of_files([(name, six()[name])])


def test_a_task_without_a_curriculum_is_no_upload_of_one() -> None:
    assert refused(("maze.json", TASK)).startswith("There is no curriculum among these files: maze.json.")


def test_two_curricula_are_not_one_draft() -> None:
    said = refused(("a.json", save_curriculum(shipped())), ("b.json", json.dumps(document(LADDER)).encode()))

    assert said == "These are several curricula: a.json, b.json. Start a draft from one of them."


@pytest.mark.parametrize(
    "name",
    [
        "Coupled Baiting_curriculum_v2.2_schema_v1.0_rules.svg",
        "Uncoupled Baiting_curriculum_v2.3_schema_v1.0_paras",
        "DummyTaskCurriculum_v1.0.json",
    ],
)
def test_files_of_another_curriculum_are_named(name: str) -> None:
    assert refused((NAME, save_curriculum(shipped())), (name, b"{}")).endswith(f"{name}. Leave them out.")


def test_a_task_of_another_curriculum_is_named() -> None:
    assert "x.task.json" in refused((NAME, save_curriculum(shipped())), ("x.task.json", TASK))


def test_two_files_of_one_name_are_refused() -> None:
    body = save_curriculum(shipped())

    assert "Two of the files are called 'a.json'" in refused(("x/a.json", body), ("y/a.json", body))


@pytest.mark.parametrize("name", ["../a.json", "x/../../a.json", "/a.json", "..\\a.json", "C:\\a.json", "\\a.json"])
def test_a_name_that_leads_out_of_a_zip_is_refused(name: str) -> None:
    assert "leads out of it" in refused(("set.zip", packed({name: save_curriculum(shipped())})))


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = packed({"a.json": b" " * (64 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert "no file of a curriculum has" in refused(("set.zip", bomb))


def test_many_large_files_are_too_many() -> None:
    files = {f"{number}.txt": b" " * (4 * 1024 * 1024) for number in range(7)}

    assert "too many files for one curriculum" in refused(("set.zip", packed(files)))


def test_many_files_are_too_many() -> None:
    assert "101 files, of at most 100" in refused(("set.zip", packed({f"{n}.txt": b"" for n in range(101)})))
    assert "too many files" in refused(*((f"{n}.txt", b"") for n in range(101)))


def test_a_large_file_is_refused() -> None:
    assert "no file of a curriculum has" in refused(("a.json", b" " * (4 * 1024 * 1024 + 1)))
    with pytest.raises(DocumentError, match="no file of a curriculum has"):
        services.task_from_upload("a.task.json", b" " * (4 * 1024 * 1024 + 1))


def test_a_zip_that_is_cut_off_or_spoiled_is_refused() -> None:
    whole = packed(six())
    spoiled = bytearray(whole)
    spoiled[200:260] = bytes(60)

    assert "cannot be unpacked" in refused(("set.zip", whole[:2000]))
    assert "cannot be unpacked" in refused(("set.zip", bytes(spoiled)))


def test_a_zip_with_a_password_is_refused() -> None:
    whole = bytearray(packed({"a.json": save_curriculum(shipped())}))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1

    assert "cannot be unpacked" in refused(("set.zip", bytes(whole)))


def test_a_zip_that_is_packed_otherwise_is_refused() -> None:
    assert "zip it in the usual one" in refused(("set.zip", packed(six(), zipfile.ZIP_BZIP2)))


def test_a_zip_in_a_zip_is_no_curriculum() -> None:
    assert "There is no curriculum" in refused(("set.zip", packed({"inner.zip": packed(six())})))
