"""What a draft starts from: a curriculum at hand, or files that somebody uploads, today's six-file sets among them."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from autotrain_core.editing import Draft, templates
from autotrain_core.errors import DocumentError
from autotrain_core.models import FREE, Curriculum, SchemaTask, Task, load_curriculum, task_from_json_schema, tasks

MOST_FILES = 100
LARGEST_FILE = 4 * 1024**2
LARGEST_SET = 24 * 1024**2
_TASK = ".task.json"
_FIRST_VERSION = "0.1"
_OF_CURRICULA = frozenset(
    {
        "parameters",
        "curriculum",
        *(f"curriculum_{part}" for part in ("name", "version", "schema_name", "schema_version")),
    }
)
"""Keys of a curriculum document. A class of curricula has a JSON Schema too, which speaks of them, and is no task."""
_WHAT_THEY_ARE = (
    'A curriculum is a document with "curriculum_name", "parameters" and "curriculum"; a task is a JSON Schema with '
    '"type": "object" and "properties"'
)
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


def start_of_files(files: Sequence[tuple[str, bytes]], known: Mapping[str, Task] | None = None) -> Draft:
    """
    Start a draft from whatever somebody drops: a curriculum with what belongs to it, or a task alone.

    Args:
        files: Name and bytes of each, or a zip of them; a task is known by what is in it, whatever it is called.
        known: Tasks by schema name; the installed ones where None.

    Returns:
        As `from_upload`; of a task alone a blank curriculum of it, which has its name.

    Raises:
        DocumentError: As `from_upload`; several tasks alone; the task has faults, which are listed.
    """
    found = dict(_unpacked(files))
    alone = _tasks_alone(found)
    if len(alone) > 1:
        raise DocumentError(f"These are several tasks: {', '.join(sorted(alone))}. Start a draft from one of them.")
    if not alone:
        return _from_files(found, known)
    task = task_from_upload(alone[0], found[alone[0]])
    return templates()[0].draft(task, task.name, _FIRST_VERSION, FREE)


def _tasks_alone(files: Mapping[str, bytes]) -> list[str]:
    """List the tasks among files of which none could be a curriculum; nothing where one could."""
    could_be = [name for name, body in files.items() if name.lower().endswith(".json") and not _is_task(name, body)]
    return [] if could_be else [name for name, body in files.items() if _is_task(name, body)]


def _is_task(name: str, body: bytes) -> bool:
    """Tell a task by what is in it, and by its name where that says so."""
    if name.endswith(_TASK):
        return True
    held = _object(body)
    properties = held.get("properties")
    if held.get("type") != "object" or not isinstance(properties, dict) or not _OF_CURRICULA.isdisjoint(held):
        return False
    return len(_OF_CURRICULA.intersection(properties)) <= 1  # of settings, one may be called as a part of a curriculum


def _object(body: bytes) -> dict[str, Any]:
    """Read a JSON object, without looking at what is in it; an empty one where it is none."""
    if body.lstrip()[:1] != b"{":
        return {}
    try:
        held = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def from_upload(files: Sequence[tuple[str, bytes]], *, known: Mapping[str, Task] | None = None) -> Draft:
    """
    Start a draft from files.

    Args:
        files: Name and bytes of each: a curriculum document (schema 1.0 or 2.0), alone or with what belongs to it (its
            graphs and pictures, the JSON Schema of its class, its task), or a zip of them.
        known: Tasks by schema name; the installed ones where None.

    Returns:
        The draft; faults inside of the document are found when it is read, as in every draft.

    Raises:
        DocumentError: There is no curriculum among the files, or several, or files of another one; they are too large
            or too many; a name in a zip leads out of it.
    """
    return _from_files(dict(_unpacked(files)), known)


def _from_files(found: Mapping[str, bytes], known: Mapping[str, Task] | None) -> Draft:
    schemas = {name: task_from_json_schema(body, source=name) for name, body in found.items() if _is_task(name, body)}
    name = _document({each: body for each, body in found.items() if each not in schemas}, tuple(schemas))
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


def _document(files: Mapping[str, bytes], schemas: Sequence[str]) -> str:
    """Find the one file that is a curriculum, among those that are no tasks."""
    asked = [name for name in files if name.lower().endswith(".json")]
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
        name, why = next(iter(faults.items()))
        said = why.replace("the document", name, 1)
        if _OF_CURRICULA.isdisjoint(_object(files[name])):
            said = f"{said.rstrip('.')}. So it is neither a curriculum nor a task. {_WHAT_THEY_ARE}."
        raise DocumentError(said)
    listed = ", ".join(sorted([*files, *schemas])[:12]) or "none"
    nor = "curriculum" if schemas else "curriculum and no task"
    raise DocumentError(f"There is no {nor} among these files: {listed}. {_WHAT_THEY_ARE}; both end in .json.")


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
