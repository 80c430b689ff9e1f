"""Which curricula there are: those that ship with the program, and those in a lab's own folder."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from autotrain_core._places import shipped_curricula
from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.interop import Failure, Found, read_curriculum, read_library, read_tasks
from autotrain_core.models import Curriculum, Library

_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """
    The curricula at hand.

    Attributes:
        library: All of them; where a lab's own folder holds one that also ships, the folder's is taken.
        own: The keys ("Coupled Baiting@2.3") of those from the lab's own folder.
        failures: Files of that folder that are named like curricula or tasks and are none.
        directory: That folder; None where there are only the shipped ones.
    """

    library: Library
    own: frozenset[str] = frozenset()
    failures: tuple[Failure, ...] = ()
    directory: Path | None = None


def shipped() -> Library:
    """
    Read the curricula that ship with the program.

    Raises:
        NotStoredError: The installation lacks them.
        DocumentError: The installation is damaged; the files are named.
    """
    library, failures = read_library(shipped_curricula())
    if failures:
        listed = "\n".join(f"  {failure}" for failure in failures)
        raise DocumentError(f"The curricula that came with autotrain are damaged; install it again:\n{listed}")
    return library


def shelf(directory: str | Path | None = None) -> Shelf:
    """
    Collect the curricula at hand: the shipped ones, and those of a folder before them.

    Args:
        directory: The lab's own curricula; see `interop.read_library`. None where there are only the shipped ones.

    Raises:
        NotStoredError: There is no such folder.
        DocumentError: The installation is damaged.
    """
    if directory is None:
        return Shelf(library=shipped())
    return replace(joined_shelf(read_library(directory)), directory=Path(directory))


def joined_shelf(found: Found, *, shipped_too: bool = True) -> Shelf:
    """
    Put a lab's own curricula before the shipped ones.

    Args:
        found: The lab's own.
        shipped_too: Whether the shipped ones count at all.

    Raises:
        DocumentError: The installation is damaged.
    """
    own, failures = found
    named = {_identity(curriculum) for curriculum in own}
    ships = shipped() if shipped_too else Library()
    rest = [curriculum for curriculum in ships if _identity(curriculum) not in named]
    return Shelf(
        library=Library([*own, *rest]),
        own=frozenset(curriculum.key for curriculum in own),
        failures=failures,
    )


def _identity(curriculum: Curriculum) -> tuple[str, str, str]:
    return curriculum.name, curriculum.version, curriculum.schema_version


def find_curriculum(wanted: str, shelf: Shelf) -> Curriculum:
    """
    Find the curriculum that a person named.

    Args:
        wanted: The path of a document, or "NAME@VERSION" ("Coupled Baiting@2.3"). A version is always needed: a newer
            one would silently change what mice do.
        shelf: Where names are looked up, and the tasks of a document.

    Raises:
        NotStoredError: There is no such file, name or version; the nearest ones are offered.
        DocumentError: The file is no curriculum.
        OSError: The file cannot be read.
    """
    if wanted.lower().endswith(".json") or Path(wanted).is_file():
        return read_curriculum(wanted, tasks=None if shelf.directory is None else read_tasks(shelf.directory))
    library = shelf.library
    name, at, version = wanted.rpartition("@")
    if at and name.strip() and version.strip():
        return library.get(name.strip(), version.strip())
    given = wanted.strip().strip("@")
    known = sorted({curriculum.name for curriculum in library})
    versions = [curriculum.version for curriculum in library if curriculum.name == given]
    if versions:
        raise NotStoredError(
            f"'{wanted}' names no version. There are: {', '.join(f'{given}@{version}' for version in versions)}."
        )
    near = get_close_matches(given, known, n=1, cutoff=0.5)
    offered = f"Did you mean '{near[0]}@VERSION'? " if near else ""
    raise NotStoredError(
        f"'{wanted}' is neither a file nor NAME@VERSION. {offered}"
        f"Known names: {', '.join(known[:_SHOWN]) or 'none'}{', …' if len(known) > _SHOWN else ''}."
    )
