"""Many curricula at once, found by name and version."""

from collections.abc import Iterable, Iterator

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.models._curriculum import Curriculum
from autotrain_core.models._wording import did_you_mean, listed, plain, quoted


class Library:
    """
    A set of curricula.

    Args:
        curricula: In any order; one that stands twice counts once.

    Raises:
        DocumentError: Two of the same name, version and schema version differ: decisions would depend on
            luck.
    """

    def __init__(self, curricula: Iterable[Curriculum] = ()) -> None:
        self._curricula: dict[tuple[str, str, str], Curriculum] = {}
        for curriculum in curricula:
            key = (curriculum.name, curriculum.version, curriculum.schema_version)
            if self._curricula.setdefault(key, curriculum).text != curriculum.text:
                raise DocumentError(
                    f"there are two different documents for {plain(curriculum.key)} (schema "
                    f"{curriculum.schema_version}); keep one, or give the other a version of its own"
                )

    def get(self, name: str, version: str, schema_version: str | None = None) -> Curriculum:
        """
        Find a curriculum.

        Args:
            name: "Coupled Baiting".
            version: "2.3".
            schema_version: Of the document format. Where it is None and there are several, the lowest: a
                table without this column was written by today's programs, which know "1.0" only.

        Raises:
            NotStoredError: There is none; the sentence offers the nearest name, or the versions that there
                are.
        """
        found = [
            curriculum
            for (its_name, its_version, its_schema), curriculum in sorted(self._curricula.items())
            if (its_name, its_version) == (name, version) and schema_version in (None, its_schema)
        ]
        if found:
            return found[0]
        names = tuple(dict.fromkeys(curriculum.name for curriculum in self))
        if name not in names:
            raise NotStoredError(
                f"no curriculum is called {quoted(name)} (there are {listed(names) or 'none'})"
                f"{did_you_mean(name, names)}"
            )
        versions = [f"{other.version} (schema {other.schema_version})" for other in self if other.name == name]
        wanted = f"version {quoted(version)}" + (f" of schema {quoted(schema_version)}" if schema_version else "")
        raise NotStoredError(f"{quoted(name)} has no {wanted} (there are {listed(versions)})")

    def __iter__(self) -> Iterator[Curriculum]:
        return iter(self._curricula.values())

    def __len__(self) -> int:
        return len(self._curricula)

    def __contains__(self, key: object) -> bool:
        """Whether a curriculum, or one of this key ("Coupled Baiting@2.3"), is here."""
        return any(key in (curriculum, curriculum.key) for curriculum in self)

    def __repr__(self) -> str:
        return f"Library({', '.join(plain(curriculum.key) for curriculum in self)})"
