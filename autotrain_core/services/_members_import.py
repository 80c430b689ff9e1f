"""
Members from the list of mice and PIs that a lab has today (`mouse_pi_mapping.json`).

That list knows names and no addresses, and addresses are what people sign in with. So a name is matched with the
members that there are, and what is left over is for a person to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from autotrain_core.errors import DocumentError
from autotrain_core.models import Member, Members, Role, address_key, fault_of_address, new_member

_TITLES = ("dr.", "dr", "prof.", "prof", "professor")


class Match(StrEnum):
    """What becomes of a name of the list."""

    KNOWN = "known"
    NAMED = "named"
    MADE = "made"
    NOBODY = "nobody"

    @property
    def words(self) -> str:
        """What it means, in a few words."""
        return _WORDS[self]


_WORDS = {
    Match.KNOWN: "is a member's PI name already",
    Match.NAMED: "becomes the PI name of this member",
    Match.MADE: "becomes a member, as PI",
    Match.NOBODY: "is nobody here yet: give an address",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPerson:
    """
    A name of the list, and what becomes of it.

    Attributes:
        name: As the list has it.
        mice: How many mice the list gives the person.
        match: What becomes of it.
        email: The member that it is, or is to be; empty for nobody.
        listed: How many of the mice are written down with the member, because the store's own list does not name them.
    """

    name: str
    mice: int
    match: Match
    email: str = ""
    listed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleImport:
    """
    What an import would do: nothing was written.

    Attributes:
        people: A row a name, most mice first.
        members: All members as they would be.
        changed: Whether that is otherwise than now.
    """

    people: tuple[ImportedPerson, ...]
    members: Members
    changed: bool


def people_import(
    members: Members,
    people: Mapping[str, str],
    *,
    named: Mapping[str, str] | None = None,
    known: Mapping[str, str] | None = None,
) -> PeopleImport:
    """
    Work out what an import of mice and PIs would do.

    A name belongs to the member who has it as `person`; else to whom `named` says, who is made a member with the role
    PI where nobody has the address; else to the only member of that name (a title does not count) without a `person`.

    Args:
        members: Those that there are.
        people: Mouse -> PI, several with commas between; see `interop.read_people`.
        named: Name -> address, where somebody said who it is.
        known: Mouse -> PI by the list that the store itself has. A mouse that it gives to the same name is not written
            down with the member once more.

    Raises:
        DocumentError: An address is none, a name that was given does not stand in the list, or a member would list too
            many mice.
    """
    mice = _mice_of(people)
    given = {_folded(name): email for name, email in (named or {}).items() if email.strip()}
    strange = [name for name in named or {} if _folded(name) not in mice]
    if strange:
        raise DocumentError(f"The list has no PI called {', '.join(map(repr, strange))}.")
    theirs = _mice_of(known or {})
    after, rows = members, []
    for key, (name, subjects) in sorted(mice.items(), key=lambda one: (-len(one[1][1]), one[0])):
        match, member = _matched(after, name, given.get(key, ""))
        missing: list[str] = []
        if member is not None:
            covered = {*theirs.get(key, ("", []))[1], *member.mice}
            missing = [subject for subject in subjects if subject not in covered]
            changed = {"person": member.person or name, "mice": (*member.mice, *missing)}
            after = after.with_member(new_member({**member.model_dump(), **changed}))
        email = member.email if member else ""
        rows.append(ImportedPerson(name=name, mice=len(subjects), match=match, email=email, listed=len(missing)))
    return PeopleImport(people=tuple(rows), members=after, changed=after != members)


def _mice_of(people: Mapping[str, str]) -> dict[str, tuple[str, list[str]]]:
    """Sort mice by whose they are: name without capitals -> the name as it stands first, and the mice."""
    found: dict[str, tuple[str, list[str]]] = {}
    for subject, names in people.items():
        for name in filter(None, (part.strip() for part in names.split(","))):
            found.setdefault(_folded(name), (name, []))[1].append(subject)
    return found


def _matched(members: Members, name: str, email: str) -> tuple[Match, Member | None]:
    holder = next((one for one in members.members if _folded(one.person) == _folded(name)), None)
    if email:
        return _given(members, name, email, holder)
    if holder is not None:
        return Match.KNOWN, holder
    alike = [one for one in members.members if not one.person and _bare(one.name) == _bare(name)]
    return (Match.NAMED, alike[0]) if len(alike) == 1 else (Match.NOBODY, None)


def _given(members: Members, name: str, email: str, holder: Member | None) -> tuple[Match, Member]:
    fault = fault_of_address(email)
    if fault:
        raise DocumentError(f"{name}: {email.strip()!r} {fault}.")
    member = members.find(email)
    if holder is not None and holder != member:
        raise DocumentError(f"{name} is the PI name of {holder.email} already; take it away there first.")
    if member is None:
        fields = {"email": address_key(email), "name": name, "roles": (Role.PI,), "person": name}
        return Match.MADE, new_member(fields)
    if member.person and _folded(member.person) != _folded(name):
        raise DocumentError(
            f"{member.email} is {member.person} in the session table already, and cannot be {name} too."
        )
    return (Match.KNOWN if member.person else Match.NAMED), member


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _bare(name: str) -> str:
    """Give a name without its title, for comparing; empty for none."""
    words = _folded(name).split()
    return " ".join(words[1:] if words and words[0] in _TITLES and len(words) > 1 else words)
