"""What a draft starts from: a curriculum at hand, or files that somebody uploads, today's six-file sets among them."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from autotrain_core.editing import Draft
from autotrain_core.errors import DocumentError
from autotrain_core.models import Curriculum, SchemaTask, Task, load_curriculum, task_from_json_schema, tasks

MOST_FILES = 100
LARGEST_FILE = 4 * 1024**2
LARGEST_SET = 24 * 1024**2
_TASK = ".task.json"
_BESIDE = re.compile(r"(.+)_curriculum_v(.+)_schema_v(.+?)_(?:rules|paras)(?:\.svg)?", re.DOTALL)
_OF_CLASS = re.compile(r"(\w+)_v([\d.]+)\.json")
_ZIP = b"PK\x03\x04"


def from_curriculum(curriculum: Curriculum) -> Draft:
    """Start a draft from a curriculum: its document as it is, and its task where that came as a document."""
    task = curriculum.task
    return Draft(
        document=curriculum.document,
        task_schema=task.document.decode() if isinstance(task, SchemaTask) else "",
        based_on=curriculum.key,
    )


def from_upload(files: Sequence[tuple[str, bytes]], *, known: Mapping[str, Task] | None = None) -> Draft:
    """
    Start a draft from files.

    Args:
        files: Name and bytes of each: a curriculum document (schema 1.0 or 2.0), alone or with what belongs to it (its
            graphs and pictures, the JSON Schema of its class, its `NAME.task.json`), or a zip of them.
        known: Tasks by schema name; the installed ones where None.

    Returns:
        The draft; faults inside of the document are found when it is read, as in every draft.

    Raises:
        DocumentError: There is no curriculum among the files, or several, or files of another one; they are too large
            or too many; a name in a zip leads out of it.
    """
    found = dict(_unpacked(files))
    schemas = {name: task_from_json_schema(body, source=name) for name, body in found.items() if name.endswith(_TASK)}
    name = _document(found)
    every = {**(tasks() if known is None else known), **{task.schema_name: task for task in schemas.values()}}
    curriculum = load_curriculum(found[name], source="", tasks=every)
    beside = [each for each in found if each != name]
    strangers = [*_strangers(beside, curriculum), *_other_tasks(schemas, curriculum)]
    if strangers:
        raise DocumentError(f"These files do not belong to {curriculum.key}: {', '.join(strangers)}. Leave them out.")
    return from_curriculum(curriculum)


def task_from_upload(name: str, body: bytes) -> SchemaTask:
    """
    Read a task that somebody uploads.

    Args:
        name: What the file is called.
        body: A JSON Schema document; see `models.task_from_json_schema`. Its text is `document`.

    Raises:
        DocumentError: It is no task; what is wrong with it is listed.
    """
    _require_size(name, len(body))
    task = task_from_json_schema(body, source=_last(name))
    assert isinstance(task, SchemaTask)  # noqa: S101 - what is read from a document is one
    return task


def _unpacked(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    met: set[str] = set()
    size = 0
    for path, body in _each(files):
        name = _last(path)
        size += len(body)
        if name in met:
            raise DocumentError(f"Two of the files are called {name!r}; keep one of them.")
        met.add(name)
        if len(met) > MOST_FILES or size > LARGEST_SET:
            raise DocumentError(
                f"These are too many files for one curriculum: at most {MOST_FILES}, of {LARGEST_SET:,} bytes together."
            )
        yield name, body


def _each(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for path, body in files:
        _require_size(_last(path), len(body))
        if body.startswith(_ZIP):
            yield from _members(_last(path), body)
        else:
            yield path, body


def _members(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for member in packed.infolist():
                _require_inside(name, member.filename)
            members = [one for one in packed.infolist() if not one.is_dir() and not _is_of_the_system(one.filename)]
            if len(members) > MOST_FILES:
                raise DocumentError(f"{name} holds {len(members):,} files, of at most {MOST_FILES}.")
            for member in members:
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise DocumentError(f"{name} is packed in a way that is not read here; zip it in the usual one.")
                # What a zip says of the size of a file need not be true.
                with packed.open(member) as file:
                    content = file.read(LARGEST_FILE + 1)
                _require_size(member.filename, len(content))
                yield member.filename, content
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        raise DocumentError(f"{name} cannot be unpacked: {str(error) or type(error).__name__}.") from error


def _is_of_the_system(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)


def _require_inside(name: str, path: str) -> None:
    parts = re.split(r"[/\\]", path)
    if ".." in parts or not parts[0] or ":" in parts[0]:
        raise DocumentError(f"{name} holds a file whose name leads out of it: {path[:80]!r}. It is not opened.")


def _require_size(name: str, size: int) -> None:
    if size > LARGEST_FILE:
        raise DocumentError(f"{name} has more than {LARGEST_FILE:,} bytes, and no file of a curriculum has.")


def _last(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _document(files: Mapping[str, bytes]) -> str:
    """Find the one file that is a curriculum."""
    asked = [name for name in files if name.lower().endswith(".json") and not name.endswith(_TASK)]
    faults: dict[str, str] = {}
    for name in asked:
        try:
            load_curriculum(files[name], source="", tasks={})
        except DocumentError as error:
            faults[name] = str(error)
    found = [name for name in asked if name not in faults]
    if len(found) == 1:
        return found[0]
    if found:
        raise DocumentError(f"These are several curricula: {', '.join(sorted(found))}. Start a draft from one of them.")
    if len(faults) == 1:
        raise DocumentError(next(iter(faults.values())).replace("the document", next(iter(faults)), 1))
    listed = ", ".join(sorted(files)[:12]) or "none"
    raise DocumentError(f"There is no curriculum among these files: {listed}. It is the one that ends in .json.")


def _strangers(files: Iterable[str], curriculum: Curriculum) -> Iterator[str]:
    for name in files:
        beside, of_class = _BESIDE.fullmatch(name), _OF_CLASS.fullmatch(name)
        if beside and beside.groups() != (curriculum.name, curriculum.version, curriculum.schema_version):
            yield name
        if of_class and of_class[1] != curriculum.schema_name:
            yield name


def _other_tasks(schemas: Mapping[str, Task], curriculum: Curriculum) -> Iterator[str]:
    for name, task in schemas.items():
        if task.schema_name != curriculum.schema_name:
            yield name
