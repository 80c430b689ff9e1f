"""The library: which curricula there are in which state, who uses them, and where their documents lie."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np
import pandas as pd

from autotrain_core._places import shipped_curricula
from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.interop import LARGEST_DOCUMENT
from autotrain_core.models import Curriculum, Severity, file_identity, load_curriculum, save_curriculum
from autotrain_core.services._lab_view import LabView
from autotrain_core.services._selection import in_training
from autotrain_core.services._settings import Settings
from autotrain_core.services._view_columns import natural
from autotrain_core.store import Store

Status = Literal["shipped", "own", "unreadable", "absent"]
"""Ships with the program; is the lab's own; cannot be read; is named by sessions and has no document."""

_OFFERED = 3
_NUMBERED = re.compile(r"v?(\d+(?:\.\d+)*)(.*)", re.DOTALL)
_COUNTS = ("errors", "warnings", "remarks", "mice", "in_training", "sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    name: str
    version: str
    status: Status
    schema_version: str = ""
    task: str = ""
    newest: bool = False
    errors: int = 0
    warnings: int = 0
    remarks: int = 0
    place: str = ""
    reason: str = ""


def library_table(view: LabView, *, on: date) -> pd.DataFrame:
    """
    List every curriculum that the lab has or names.

    Args:
        view: The lab.
        on: The day on which mice are in training or not; see `board_day`.

    Returns:
        A row a document, file or name, on a fresh index; by name, the newest version of each first, and last the files
        that cannot be read. `name`, `version`, `schema_version`, `task` (str), `status` (str: see `Status`), `newest`
        (bool: of its name), `errors`, `warnings`, `remarks` (findings), `mice` (whose last published session followed
        it), `in_training` (of those), `sessions` (ever, decided or not; all int64), `last_use` (datetime64[s]), `place`
        and `reason` (str: of what cannot be read, where it lies and why). Of two documents that differ in nothing but
        the schema version both have the same uses.
    """
    known = sorted(view.shelf.library, key=_by_version, reverse=True)
    newest: dict[str, Curriculum] = {}
    for curriculum in known:
        newest.setdefault(curriculum.name, curriculum)
    rows = [_of_document(curriculum, view, newest[curriculum.name] is curriculum) for curriculum in known]
    uses = _uses(view, on=on)
    there = {curriculum.key for curriculum in known}
    rows += [
        _Row(name=name, version=version, status="absent")
        for key, name, version in zip(uses.index, uses["name"], uses["version"], strict=True)
        if key not in there
    ]
    rows.sort(key=lambda row: natural(row.name))  # stable: versions stay in their order
    rows += [_of_file(failure.path, failure.sentence) for failure in view.shelf.failures]
    table = pd.DataFrame([asdict(row) for row in rows], columns=[*_Row.__dataclass_fields__])
    table = table.astype(
        dict.fromkeys(("name", "version", "status", "schema_version", "task", "place", "reason"), "str")
    )
    found = uses.reindex(table["name"] + "@" + table["version"]).reset_index(drop=True)
    found.loc[(table["status"] == "unreadable").to_numpy(dtype=bool)] = None
    for name in ("mice", "in_training", "sessions"):
        table[name] = found[name].fillna(0)
    table["last_use"] = found["last_use"].astype("datetime64[s]")
    return table.astype(dict.fromkeys(_COUNTS, "int64") | {"newest": "bool"})


def library_order(view: LabView) -> tuple[Curriculum, ...]:
    """Return every document that can be read: by name, and of each name the newest version first."""
    ordered = sorted(view.shelf.library, key=_by_version, reverse=True)
    return tuple(sorted(ordered, key=lambda curriculum: natural(curriculum.name)))  # stable: versions stay in order


def _of_document(curriculum: Curriculum, view: LabView, newest: bool) -> _Row:
    found = [finding.severity for finding in curriculum.findings]
    return _Row(
        name=curriculum.name,
        version=curriculum.version,
        status="own" if curriculum.key in view.shelf.own else "shipped",
        schema_version=curriculum.schema_version,
        task=curriculum.schema_name if curriculum.task is None else curriculum.task.name,
        newest=newest,
        errors=found.count(Severity.ERROR),
        warnings=found.count(Severity.WARNING),
        remarks=found.count(Severity.INFO),
    )


def _of_file(path: Path, sentence: str) -> _Row:
    identity = file_identity(path.name)
    name, version, schema = identity or (path.name, "", "")
    return _Row(
        name=name,
        version=version,
        status="unreadable",
        schema_version=schema,
        place=path.as_posix(),
        reason=sentence,
    )


def _uses(view: LabView, *, on: date) -> pd.DataFrame:
    """Count who uses what: a row a curriculum that sessions name, by its key, newest version first."""
    sessions = view.sessions
    keys = sessions["curriculum"].cat.categories
    codes = sessions["curriculum"].cat.codes.to_numpy()
    first = sessions.drop_duplicates("curriculum").dropna(subset=["curriculum"]).set_index("curriculum")
    table = pd.DataFrame(index=pd.Index(keys, dtype="str"))
    table["name"] = first["curriculum_name"].astype("str").reindex(table.index)
    table["version"] = first["curriculum_version"].astype("str").reindex(table.index)
    table["sessions"] = np.bincount(codes[codes >= 0], minlength=len(keys))
    last = sessions.groupby("curriculum", observed=False, sort=False)["session_date"].max()
    last.index = last.index.astype("str")
    table["last_use"] = last.reindex(table.index)
    followed = view.mice["curriculum"]
    table["mice"] = followed.value_counts().reindex(table.index).fillna(0)
    table["in_training"] = followed[in_training(view, on=on)].value_counts().reindex(table.index).fillna(0)
    return table.iloc[::-1]


def _by_version(curriculum: Curriculum) -> tuple[object, ...]:
    return (*version_order(curriculum.version), curriculum.schema_version)


def version_order(version: str) -> tuple[tuple[int, ...], list[tuple[int, int, str]]]:
    """
    Give the sort key of a version: "2.3" before "2.3rwdDelay159" before "2.3.1" before "2.10".

    Its numbers count first, as in all versions, then what follows them; a version without numbers comes before all.
    """
    match = _NUMBERED.fullmatch(version.strip())
    if match is None:
        return (), natural(version)
    return tuple(int(part) for part in match[1].split(".")), natural(match[2])


def wanted_curriculum(view: LabView, *, name: str = "", version: str = "", schema_version: str = "") -> Curriculum:
    """
    Find the curriculum that a link names.

    Args:
        view: The lab.
        name: Empty: the one that most mice follow, of equals the first by name.
        version: Empty: the newest of the name.
        schema_version: Empty: see `Library.get`.

    Raises:
        NotStoredError: There is none; the sentence offers what is near.
    """
    library = view.shelf.library
    if name and version:
        return library.get(name, version, schema_version or None)
    ordered = sorted(library, key=_by_version, reverse=True)
    if name:
        of_name = [curriculum for curriculum in ordered if curriculum.name == name]
        return of_name[0] if of_name else library.get(name, version)
    if not ordered:
        raise NotStoredError("There is no curriculum at all.")
    followed = view.mice["curriculum"].value_counts()
    ordered.sort(key=lambda curriculum: natural(curriculum.name))
    return max(ordered, key=lambda curriculum: int(followed.get(curriculum.key, 0)))


def near_curricula(view: LabView, *, name: str, version: str) -> tuple[Curriculum, ...]:
    """
    Offer curricula in place of one that there is not.

    Returns:
        At most three: the versions of the name that are nearest, newest first; of an unknown name the newest version of
        each name that is most alike.
    """
    ordered = sorted(view.shelf.library, key=_by_version, reverse=True)
    of_name = [curriculum for curriculum in ordered if curriculum.name == name]
    if of_name:
        alike = get_close_matches(version, [each.version for each in of_name], n=_OFFERED, cutoff=0.5)
        near = [curriculum for curriculum in of_name if curriculum.version in alike]
        return tuple((near or of_name)[:_OFFERED])
    lowered: dict[str, Curriculum] = {}
    for curriculum in ordered:
        lowered.setdefault(curriculum.name.lower(), curriculum)
    return tuple(lowered[found] for found in get_close_matches(name.lower(), list(lowered), n=_OFFERED, cutoff=0.4))


def older_versions(view: LabView, curriculum: Curriculum) -> tuple[Curriculum, ...]:
    """Return the documents of the same name with an earlier version, or an earlier schema of it; newest first."""
    mine = _by_version(curriculum)
    same = [other for other in view.shelf.library if other.name == curriculum.name and _by_version(other) < mine]
    return tuple(sorted(same, key=_by_version, reverse=True))


def document_bytes(store: Store, settings: Settings, curriculum: Curriculum) -> bytes:
    """
    Give the document of a curriculum, byte for byte as it lies in the store or came with the program.

    Args:
        store: Where a lab's own lie.
        settings: Says in which folder.
        curriculum: As it was read.

    Returns:
        The file. Where it was replaced or removed since, the same content in the canonical form.

    Raises:
        StoreUnavailableError: The store does not answer.
    """
    for body in _bodies(store, settings, curriculum):
        try:
            if load_curriculum(body).text == curriculum.text:
                return body
        except DocumentError:
            continue
    return save_curriculum(curriculum)


def _bodies(store: Store, settings: Settings, curriculum: Curriculum) -> Iterator[bytes]:
    """Give the files that are called as this curriculum is: of the store, then the shipped ones."""
    keys = sorted(listed.key for listed in store.home.list(settings.curricula.key))
    for key in keys:
        if PurePosixPath(key).name == curriculum.file_name:
            try:
                yield store.home.get(key, largest=LARGEST_DOCUMENT)[0]
            except NotStoredError:
                continue  # removed since it was listed
    # Not by a pattern: a name may hold what a pattern means otherwise.
    for path in sorted(shipped_curricula().rglob("*.json")):
        if path.name == curriculum.file_name:
            yield path.read_bytes()


def task_schema(curriculum: Curriculum) -> bytes:
    """
    Give what a stage of a curriculum may set, as JSON Schema.

    Returns:
        JSON (draft 2020-12) with an indent of four, in UTF-8.

    Raises:
        NotStoredError: Nobody here knows the task.
    """
    if curriculum.task is None:
        raise NotStoredError(
            f"No task is called '{curriculum.schema_name}' here: install the package that brings it, or put its schema "
            "beside the curricula."
        )
    schema = curriculum.task.parameters.model_json_schema(mode="validation")
    return json.dumps(schema, indent=4, ensure_ascii=False).encode("utf-8", errors="replace")
