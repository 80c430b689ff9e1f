"""What a new version meets among those that there are: names that look alike, older versions, nothing new."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from autotrain_core.analysis import difference
from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.interop import LARGEST_DOCUMENT
from autotrain_core.models import (
    MAX_VERSION,
    Curriculum,
    FileIdentity,
    Finding,
    Severity,
    faults_of_new_name,
    file_identity,
    file_name,
    folded,
    listed,
    load_curriculum,
    quoted,
    scripts,
    skeleton,
)
from autotrain_core.services._curricula import shipped
from autotrain_core.services._library import version_order
from autotrain_core.services._settings import Settings
from autotrain_core.store import Home


class KnownVersions:
    """
    The versions that there are, by the names of their files: in the folder that rigs read, and with the program.

    Args:
        home: Where.
        settings: Says in which folder, and whether what ships with the program counts.

    Raises:
        StoreUnavailableError: The store does not answer.
    """

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._folder = settings.curricula.key
        self._shipped = {_identity(one): one for one in (shipped() if settings.curricula.shipped else ())}
        found = (file_identity(PurePosixPath(one.key).name) for one in home.list(self._folder))
        self._files = tuple(one for one in found if one is not None)

    def __iter__(self) -> Iterator[FileIdentity]:
        return iter(dict.fromkeys([*self._files, *self._shipped]))

    def read(self, identity: FileIdentity) -> Curriculum | None:
        """Read one of them; None where it cannot be read."""
        if identity not in self._files:
            return self._shipped.get(identity)
        try:
            return load_curriculum(self._home.get(f"{self._folder}{file_name(*identity)}", largest=LARGEST_DOCUMENT)[0])
        except (DocumentError, NotStoredError):
            return None

    def has(self, curriculum: Curriculum) -> bool:
        """Tell whether exactly this document is there already: then it is nothing new."""
        identity = _identity(curriculum)
        found = self.read(identity) if identity in self else None
        return found is not None and found.text == curriculum.text


def _identity(curriculum: Curriculum) -> FileIdentity:
    return FileIdentity(curriculum.name, curriculum.version, curriculum.schema_version)


def faults_of_identity(curriculum: Curriculum) -> Iterator[str]:
    """Say why nothing new may have this name and version, a sentence each."""
    for what, text in (("name", curriculum.name), ("version", curriculum.version)):
        for fault in faults_of_new_name(text, version=what == "version"):
            yield f"the {what} {quoted(text)} {fault}"


def warnings_of_identity(curriculum: Curriculum, known: Iterable[FileIdentity], *, based_on: str) -> Iterator[Finding]:
    """Warn of a name that people may take for another, and of a version that comes before the newest."""
    name = curriculum.name
    mixed = scripts(name)
    if len(mixed) > 1:
        yield _warning("mixed-scripts", f"the name {quoted(name)} mixes letters of {' and '.join(mixed)}")
    theirs = {one.name for one in known} | {based_on.rpartition("@")[0]}
    alike = sorted(one for one in theirs if folded(one) != folded(name) and skeleton(one) == skeleton(name))
    if alike:
        said = f"the name {quoted(name)} looks like that of another curriculum, {listed(alike)}; people mix them up"
        yield _warning("lookalike-name", said)
    newest = newest_of(name, known)
    if newest and len(curriculum.version) <= MAX_VERSION:
        mine = version_order(curriculum.version)
        if mine < version_order(newest[0].version):
            yield _warning(
                "older-version",
                f"version {quoted(curriculum.version)} comes before {newest[0].version}, which there is already; the "
                "library will not show it as the newest",
            )


def newest_of(name: str, known: Iterable[FileIdentity]) -> list[FileIdentity]:
    """List the newest version of a name, in each of its schemas."""
    named = [one for one in known if folded(one.name) == folded(name)]
    highest = max((version_order(one.version) for one in named), default=None)
    return [one for one in named if version_order(one.version) == highest]


def warnings_of_nothing_new(curriculum: Curriculum, known: KnownVersions, *, based_on: str) -> Iterator[Finding]:
    """Warn of a version that says the same as the one that it is based on, or as the newest of its name."""
    every = list(known)
    asked = [*(one for one in every if f"{one.name}@{one.version}" == based_on), *newest_of(curriculum.name, every)]
    for identity in dict.fromkeys(asked):
        other = known.read(identity)
        if other is not None and _says_the_same(other, curriculum):
            yield _warning("nothing-new", f"it says the same as {other.name} {other.version}: nothing changed in it")
            return


def _says_the_same(before: Curriculum, after: Curriculum) -> bool:
    if before.name != after.name:
        return False
    settings = [{stage.name: stage.parameters for stage in one.stages} for one in (before, after)]
    return settings[0] == settings[1] and not difference(before, after, prove=False).changes


def _warning(kind: str, sentence: str) -> Finding:
    return Finding(kind=kind, severity=Severity.WARNING, sentence=sentence)
