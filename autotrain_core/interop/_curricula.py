"""Find curriculum documents and tasks in a folder; what is none is listed and stops nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import NamedTuple

from autotrain_core.errors import AutotrainError, DocumentError, NotStoredError
from autotrain_core.interop._files import read_body
from autotrain_core.models import Curriculum, Library, Task, load_curriculum, task_from_json_schema
from autotrain_core.models import tasks as installed_tasks

CURRICULUM_FILES = "*_curriculum_v*_schema_v*.json"
TASK_FILES = "*.task.json"
LARGEST_DOCUMENT = 16 * 1024**2
"""Most bytes of a curriculum or task document."""

Body = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Failure:
    """
    A file that should have held a curriculum or a task, and does not.

    Attributes:
        path: The file.
        sentence: Why it cannot be used.
    """

    path: Path
    sentence: str

    def as_json(self) -> dict[str, str]:
        """Return the failure as plain values."""
        return {"path": str(self.path), "sentence": self.sentence}

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class Found(NamedTuple):
    """
    What a folder held.

    Attributes:
        library: Its curricula.
        failures: The files that are named like curricula or tasks and are none, by path.
    """

    library: Library
    failures: tuple[Failure, ...]


def read_curriculum(path: str | Path, *, tasks: Mapping[str, Task] | None = None) -> Curriculum:
    """
    Read one curriculum document.

    Args:
        path: The file. A name of the form `NAME_curriculum_vVERSION_schema_vSCHEMA.json` is checked against what the
            document says; another name is not.
        tasks: Tasks by schema name; the installed ones where None. Those in `*.task.json` beside the file come on top.

    Raises:
        NotStoredError: There is no such file.
        DocumentError: It is not a curriculum at all. A document with faults is read; its `findings` list them.
        OSError: It cannot be read.
    """
    place = Path(path)
    body = _body(place)
    known = {**(installed_tasks() if tasks is None else tasks), **_tasks_in(_files(place.parent.glob(TASK_FILES)), [])}
    return load_curriculum(body, source=place.name, tasks=known)


def read_tasks(directory: str | Path) -> dict[str, Task]:
    """
    Read the tasks of a folder and of the folders in it, besides the installed ones.

    Returns:
        Schema name -> task; files that are no tasks are left out (`read_library` lists them).

    Raises:
        NotStoredError: There is no such folder.
    """
    return {**installed_tasks(), **_tasks_in(_files(_folder(directory).rglob(TASK_FILES)), [])}


def read_library(directory: str | Path) -> Found:
    """
    Read every curriculum of a folder and of the folders in it.

    Read are `*_curriculum_v*_schema_v*.json`, and tasks from `*.task.json` (JSON Schema), which all curricula of the
    folder may use. Of two files that hold the same curriculum, version and schema the first by path is taken.

    Returns:
        The library, and the files that failed; both unpack: `library, failures = read_library("curricula")`.

    Raises:
        NotStoredError: There is no such folder.
        OSError: The folder cannot be listed.
    """
    folder = _folder(directory)
    paths = [*folder.rglob(TASK_FILES), *folder.rglob(CURRICULUM_FILES)]
    return library_of(_files(paths))


def library_of(files: Mapping[Path, Body]) -> Found:
    """
    Make a library of documents, wherever they lie.

    Args:
        files: For each path a function that gives its bytes. Used are the paths that are named as `read_library` says.

    Returns:
        The library, and the files that failed.
    """
    failures: list[Failure] = []
    known = {**installed_tasks(), **_tasks_in(files, failures)}
    curricula: dict[tuple[str, str, str], Curriculum] = {}
    for path in _named(files, CURRICULUM_FILES):
        for curriculum in _attempt(path, files[path], known, failures):
            key = (curriculum.name, curriculum.version, curriculum.schema_version)
            if key in curricula and curricula[key].text != curriculum.text:
                failures.append(
                    Failure(path, f"another file before this one holds a different {curriculum.key}; it was not read.")
                )
            curricula.setdefault(key, curriculum)
    return Found(Library(curricula.values()), tuple(sorted(failures, key=lambda failure: failure.path)))


def _named(files: Iterable[Path], pattern: str) -> list[Path]:
    return sorted(path for path in files if fnmatchcase(path.name, pattern))


def _files(paths: Iterable[Path]) -> dict[Path, Body]:
    return {path: partial(_body, path) for path in paths}


def _folder(directory: str | Path) -> Path:
    folder = Path(directory)
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise NotStoredError(f"The folder of curricula {folder} {what}.")
    return folder


def _attempt(path: Path, body: Body, known: Mapping[str, Task], failures: list[Failure]) -> Iterator[Curriculum]:
    try:
        yield load_curriculum(body(), source=path.name, tasks=known)
    except (AutotrainError, OSError) as error:
        failures.append(Failure(path, str(error)))


def _tasks_in(files: Mapping[Path, Body], failures: list[Failure]) -> dict[str, Task]:
    known: dict[str, Task] = {}
    for path in _named(files, TASK_FILES):
        try:
            task = task_from_json_schema(files[path](), source=path.name)
        except (AutotrainError, OSError) as error:
            failures.append(Failure(path, str(error)))
            continue
        known[task.schema_name] = task
    return known


def _body(path: Path) -> bytes:
    if path.is_dir():
        raise DocumentError(f"{path} is a folder; name a curriculum document in it.")
    if path.exists() and path.stat().st_size > LARGEST_DOCUMENT:
        raise DocumentError(f"{path} holds more than {LARGEST_DOCUMENT:,} bytes; it is no curriculum.")
    return read_body(path, largest=LARGEST_DOCUMENT)
