"""What publishing a curriculum would write, and everything that speaks against it: worked out without writing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autotrain_core.analysis import analyse
from autotrain_core.editing import Draft
from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.interop import LARGEST_DOCUMENT
from autotrain_core.models import (
    Curriculum,
    Finding,
    SchemaTask,
    Severity,
    Task,
    file_identity,
    folded,
    load_curriculum,
    task_from_json_schema,
    tasks,
)
from autotrain_core.services._curricula import shipped
from autotrain_core.services._publish_claims import Published, digest_of, read_claim
from autotrain_core.services._publish_files import CurriculumFiles, curriculum_files
from autotrain_core.services._publish_known import (
    KnownVersions,
    faults_of_identity,
    warnings_of_identity,
    warnings_of_nothing_new,
)
from autotrain_core.services._settings import Settings
from autotrain_core.store import Home, Store

_TASK = ".task.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingPlan:
    """
    What publishing would do.

    Attributes:
        curriculum: As it would be published, under its name and version.
        based_on: "Name@Version" that it was started from; empty where nobody said.
        files: What would be written.
        keys: Where, in order; a file that is there already is left as it is.
        faults: What forbids it, a sentence each: errors of the document, a name and version that are taken.
        warnings: Findings that ask for a reason: those of the document and of what its rules can do, a name that looks
            like another, a version that changes nothing or comes before the newest.
        published: What the store says of it, where the same was published before; None else.
        notes: What the publisher should know; a sentence each.
    """

    curriculum: Curriculum = field(repr=False)
    based_on: str
    files: CurriculumFiles = field(repr=False)
    keys: tuple[str, ...]
    faults: tuple[str, ...]
    warnings: tuple[Finding, ...]
    published: Published | None
    notes: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the document, hexadecimal."""
        return digest_of(self.curriculum.text)

    @property
    def task_schema(self) -> str:
        """The JSON Schema document of its task, where the task came as a document; else empty."""
        task = self.curriculum.task
        return task.document.decode() if isinstance(task, SchemaTask) else ""


def publishing_plan(
    store: Store,
    settings: Settings,
    work: Draft | Curriculum,
    *,
    name: str = "",
    version: str = "",
    based_on: str = "",
) -> PublishingPlan:
    """
    Work out what publishing would do; nothing is written.

    Args:
        store: Where.
        settings: Says in which folders.
        work: What is to be published.
        name: Its name; empty: the one in the document.
        version: Its version; empty: the one in the document.
        based_on: What it was started from, "Name@Version"; empty: what the draft says, or the curriculum itself.

    Raises:
        DocumentError: This is no curriculum at all, or its task cannot be read.
        NoRendererError: Nothing here can draw its diagrams.
        DamagedError: What the store says of the version is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    known = known_tasks(store.home, settings)
    curriculum = _named(work, known, name=name, version=version)
    if not based_on:
        based_on = work.based_on if isinstance(work, Draft) else work.key
    if based_on == curriculum.key:
        based_on = ""
    files = curriculum_files(curriculum)
    errors = [f"{finding}" for finding in curriculum.errors]
    there, taken = _there(store, settings, curriculum)
    taken += [*_other_tasks(curriculum, known), *_other_task_files(store.home, settings, curriculum, files)]
    found = (*curriculum.findings, *analyse(curriculum))
    warnings = [finding for finding in found if finding.severity is Severity.WARNING]
    versions = KnownVersions(store.home, settings)
    if there is None and not versions.has(curriculum):
        taken += faults_of_identity(curriculum)
        warnings += warnings_of_identity(curriculum, versions, based_on=based_on)
        warnings += warnings_of_nothing_new(curriculum, versions, based_on=based_on)
    notes = list(files.notes)
    if there is not None:
        notes.insert(0, f"{there.key} was published already, by {there.by} on {there.at:%Y-%m-%d}: the same document.")
    return PublishingPlan(
        curriculum=curriculum,
        based_on=based_on,
        files=files,
        keys=keys_of(settings, files),
        faults=(*errors, *taken),
        warnings=tuple(warnings),
        published=there,
        notes=tuple(notes),
    )


def folders_of(settings: Settings) -> tuple[str, ...]:
    """List the folders that get a published curriculum; the one in which rigs look comes last."""
    main = settings.curricula.key
    return (*(folder for folder in dict.fromkeys(settings.curricula.copies) if folder != main), main)


def keys_of(settings: Settings, files: CurriculumFiles) -> tuple[str, ...]:
    """Say where the files go, in order: whoever sees a document finds all that belongs to it beside it."""
    folders = folders_of(settings)
    beside = [f"{folder}{name}" for folder in folders for name in files.bodies if name != files.document]
    return (*beside, *(f"{folder}{files.document}" for folder in folders))


def known_tasks(home: Home, settings: Settings) -> Mapping[str, Task]:
    """
    Read the tasks that documents of a store may use: the installed ones, and those beside its curricula.

    Returns:
        Schema name -> task; files that are no tasks are left out.

    Raises:
        StoreUnavailableError: The store does not answer.
    """
    found = dict(tasks())
    keys = (listed.key for listed in home.list(settings.curricula.key))
    for key in sorted((key for key in keys if key.endswith(_TASK)), reverse=True):
        try:
            task = task_from_json_schema(home.get(key, largest=LARGEST_DOCUMENT)[0], source=PurePosixPath(key).name)
        except (DocumentError, NotStoredError):
            continue
        found[task.schema_name] = task
    return found


def _named(work: Draft | Curriculum, known: Mapping[str, Task], *, name: str, version: str) -> Curriculum:
    """Read what is to be published again, under its name and version."""
    document = dict(work.document)
    document["curriculum_name"] = name.strip() or document.get("curriculum_name")
    document["curriculum_version"] = version.strip() or document.get("curriculum_version")
    if isinstance(work, Draft):
        known = work.tasks(known)
    elif work.task is not None:
        known = {**known, work.task.schema_name: work.task}
    return load_curriculum(json.dumps(document).encode(), tasks=known)


def _there(store: Store, settings: Settings, curriculum: Curriculum) -> tuple[Published | None, list[str]]:
    """Look whether name and version are free: what was published before, and what else is in the way."""
    taken: list[str] = []
    claim, _ = read_claim(store, curriculum.name, curriculum.version)
    if claim is not None and claim.document != curriculum.text:
        taken.append(
            f"{claim.key} was published by {claim.by} on {claim.at:%Y-%m-%d} (schema {claim.schema_version}), and a "
            "published version never changes. Choose another version"
        )
        return None, taken
    places = [*_files_of_this_name(store.home, settings, curriculum), *_shipped_of_this_name(settings, curriculum)]
    taken += [
        f"{place} holds another {curriculum.key}, and a published version never changes. Choose another version"
        for place in places
    ]
    return claim, taken


def _files_of_this_name(home: Home, settings: Settings, curriculum: Curriculum) -> Iterator[str]:
    wanted = folded(curriculum.name), folded(curriculum.version)
    for folder in folders_of(settings):
        for listed in home.list(folder):
            identity = file_identity(listed.key)
            if identity is None or (folded(identity.name), folded(identity.version)) != wanted:
                continue
            same_name = PurePosixPath(listed.key).name == curriculum.file_name
            if not same_name or not holds(home, listed.key, curriculum.text):
                yield listed.key


def holds(home: Home, key: str, text: str) -> bool:
    """
    Tell whether a document lies at a key, however it is written out.

    Raises:
        StoreUnavailableError: The store does not answer.
    """
    try:
        return load_curriculum(home.get(key, largest=LARGEST_DOCUMENT)[0]).text == text
    except (DocumentError, NotStoredError):
        return False


def _shipped_of_this_name(settings: Settings, curriculum: Curriculum) -> Iterator[str]:
    """Of what ships with the program, mice may follow a version without a file in the store."""
    wanted = folded(curriculum.key)
    for other in shipped() if settings.curricula.shipped else ():
        if folded(other.key) == wanted and other.text != curriculum.text:
            yield "the program"


def _other_tasks(curriculum: Curriculum, known: Mapping[str, Task]) -> Iterator[str]:
    """Tell of another task of the same schema name: whose settings hold would depend on luck."""
    task, other = curriculum.task, known.get(curriculum.schema_name)
    if isinstance(task, SchemaTask) and other is not None and not _same(task, other):
        yield (
            f"there is another task '{curriculum.schema_name}' beside the curricula; give yours a name of its own "
            "(x-schema-name), or use the one that is there"
        )


def _other_task_files(home: Home, settings: Settings, curriculum: Curriculum, files: CurriculumFiles) -> Iterator[str]:
    """Tell of a folder whose readers would find another task beside the curriculum."""
    name = f"{curriculum.schema_name}{_TASK}"
    if name not in files.bodies:
        return
    for folder in settings.curricula.copies:
        try:
            body, _ = home.get(f"{folder}{name}", largest=LARGEST_DOCUMENT)
        except NotStoredError:
            continue
        if not _is_json(body, files.bodies[name]):
            yield f"{folder}{name} holds another task; give yours a name of its own (x-schema-name)"


def _is_json(body: bytes, expected: bytes) -> bool:
    try:
        return bool(json.loads(body) == json.loads(expected))
    except (ValueError, RecursionError):
        return False


def _same(task: SchemaTask, other: Task) -> bool:
    return isinstance(other, SchemaTask) and _is_json(other.document, task.document)
