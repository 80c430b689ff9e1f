"""Who may do what: roles, the rights that they bring, the members of a lab, and whoever acts at this moment."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StrictBool, StrictStr
from pydantic_core import PydanticCustomError

from autotrain_core.errors import DocumentError
from autotrain_core.models._names import MAX_NAME, faults_of_name
from autotrain_core.models._wording import listed, quoted

MAX_MEMBERS: Final = 2_000
MAX_LISTED: Final = 1_000
MAX_CONTACT: Final = 500
MAX_ADDRESS: Final = 254  # RFC 5321, 4.5.3.1.3, less the two brackets


class Role(StrEnum):
    """What somebody is in a lab; a person may be several."""

    VIEWER = "viewer"
    TRAINER = "trainer"
    DESIGNER = "designer"
    PI = "PI"
    ADMIN = "admin"

    @property
    def words(self) -> str:
        """What people of this role do, as the end of "A trainer …"."""
        return _ROLE_WORDS[self]


class Right(StrEnum):
    """One thing that a person may do, or may not."""

    SEE = "see"
    COMMENT = "comment"
    RUN = "run"
    PROPOSE = "propose"
    APPROVE = "approve"
    ENROL = "enrol"
    MOVE = "move"
    EXCLUDE = "exclude"
    BUILD = "build"
    PUBLISH = "publish"
    REVIEW = "review"
    POLICY = "policy"
    MANAGE = "manage"

    @property
    def words(self) -> str:
        """What it allows, as the end of "You may …"."""
        return _RIGHT_WORDS[self]


_ROLE_WORDS: Final = {
    Role.VIEWER: "looks on",
    Role.TRAINER: "trains mice every day",
    Role.DESIGNER: "writes curricula",
    Role.PI: "answers for mice and projects",
    Role.ADMIN: "says who is who",
}
_RIGHT_WORDS: Final = {
    Right.SEE: "see every mouse and every curriculum, and the record",
    Right.COMMENT: "comment on a mouse or a decision, snooze an alert",
    Right.RUN: "see the nightly runs, and start one now",
    Right.PROPOSE: "propose an override, and withdraw one's own",
    Right.APPROVE: "approve, refuse, return or revoke an override",
    Right.ENROL: "enrol a mouse in a curriculum",
    Right.MOVE: "move many mice to another curriculum or version",
    Right.EXCLUDE: "exclude or annotate a session",
    Right.BUILD: "edit drafts of curricula",
    Right.PUBLISH: "publish or retire a version of a curriculum",
    Right.REVIEW: "review a draft before it is published",
    Right.POLICY: "say what needs whose approval",
    Right.MANAGE: "say who is a member, with which roles",
}
_TRAINER = frozenset({Right.SEE, Right.COMMENT, Right.RUN, Right.PROPOSE, Right.ENROL, Right.EXCLUDE})

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Right.SEE}),
        Role.TRAINER: _TRAINER,
        Role.DESIGNER: frozenset({Right.SEE, Right.COMMENT, Right.BUILD, Right.PUBLISH}),
        Role.PI: _TRAINER | {Right.APPROVE, Right.MOVE, Right.REVIEW},
        # Not everything: whoever runs the accounts decides nothing about mice, unless the record says that he took
        # such a role.
        Role.ADMIN: frozenset({Right.SEE, Right.RUN, Right.POLICY, Right.MANAGE}),
    }
)
"""What each role may do. Of several roles, a person has all rights."""


def roles_with(right: Right) -> tuple[Role, ...]:
    """List the roles that bring a right."""
    return tuple(role for role in Role if right in RIGHTS[role])


def address_key(email: str) -> str:
    """
    Give what addresses are compared by: blanks around them and capitals do not count.

    Returns:
        The address in small letters; empty where it is no address that a member could have. That is so for every
        letter beyond ASCII: the Kelvin sign becomes a k in small letters, and must not open the door of a colleague.
    """
    return "" if fault_of_address(email) else email.strip().lower()


def fault_of_address(email: str) -> str:
    """Say why a text cannot be the address of a member, as the end of a sentence; empty where it can."""
    text = email.strip()
    before, _, after = text.rpartition("@")
    if not text.isascii() or not text.isprintable() or " " in text:
        return "holds blanks or letters beyond ASCII, which addresses here cannot"
    if not before or not after or "@" in before:
        return "is no address; write it as name@example.org"
    if len(text) > MAX_ADDRESS:
        return f"has {len(text):,} letters, of at most {MAX_ADDRESS}"
    return ""


def wrong(sentence: str) -> PydanticCustomError:
    """Make a fault for pydantic, which would wrap the sentence of any other."""
    return PydanticCustomError("wrong", "{sentence}", {"sentence": sentence})


def _address(text: str) -> str:
    fault = fault_of_address(text)
    if fault:
        raise wrong(f"{quoted(text)} {fault}")
    return address_key(text)


def _sound(text: str, longest: int) -> str:
    faults = tuple(faults_of_name(text, longest, as_file=False))
    if faults:
        raise wrong(f"{quoted(text)} {' and '.join(faults)}")
    return text


def _sound_or_empty(text: str) -> str:
    return _sound(text, MAX_NAME) if text else text


def _contact(text: str) -> str:
    return _sound(text, MAX_CONTACT) if text else text


def _few(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len(texts) > MAX_LISTED:
        raise wrong(f"it lists {len(texts):,}, of at most {MAX_LISTED:,}")
    return tuple(dict.fromkeys(texts))


def _in_order(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if not roles:
        raise wrong(f"it is empty; a member has at least one role ({listed(Role)}), or is not active")
    return tuple(role for role in Role if role in roles)


Text = Annotated[StrictStr, AfterValidator(_sound_or_empty)]
Texts = Annotated[
    tuple[Annotated[StrictStr, AfterValidator(lambda text: _sound(text, MAX_NAME))], ...], AfterValidator(_few)
]


class Member(BaseModel):
    """
    One person of a lab.

    Attributes:
        email: The address that the person signs in with; kept in small letters.
        name: What colleagues call the person; empty where nobody said.
        roles: At least one, in the order of `Role`.
        mice: Mice that are the person's own, whatever the session table says.
        projects: Projects of which all mice are the person's own.
        trainer: What the session table calls the person in its column trainer; empty for nobody.
        person: What it calls the person in its column PI; empty for nobody.
        active: Whether the person may still do anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Annotated[StrictStr, AfterValidator(_address)]
    name: Text = ""
    roles: Annotated[tuple[Role, ...], AfterValidator(_in_order)]
    mice: Texts = ()
    projects: Texts = ()
    trainer: Text = ""
    person: Text = ""
    active: StrictBool = True

    @property
    def called(self) -> str:
        """What to call the person on a page: the name, else the address."""
        return self.name or self.email


def too_many(count: int) -> str:
    """Say that there are too many members."""
    return f"it lists {count:,} members, of at most {MAX_MEMBERS:,}"


def twice(addresses: Iterable[str]) -> tuple[str, ...]:
    """List what stands more than once among addresses, in order."""
    return tuple(address for address, count in Counter(addresses).items() if count > 1)


def _by_address(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Put them in order, so that two documents that say the same are the same to the letter."""
    if len(members) > MAX_MEMBERS:
        raise wrong(too_many(len(members)))
    repeated = twice(member.email for member in members)
    if repeated:
        raise wrong(f"the address {listed(repeated)} is there more than once; keep it once")
    return tuple(sorted(members, key=lambda member: member.email))


class Members(BaseModel):
    """
    The members of a lab.

    Attributes:
        members: By address, each of which is there once.
        contact: Whom a stranger should ask to be let in, in words; empty where nobody said.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: Annotated[tuple[Member, ...], AfterValidator(_by_address)] = ()
    contact: Annotated[StrictStr, AfterValidator(_contact)] = ""

    def find(self, email: str) -> Member | None:
        """Find a member by address, active or not; None where nobody has it."""
        wanted = address_key(email)
        return next((member for member in self.members if member.email == wanted), None)

    def with_member(self, member: Member) -> "Members":
        """
        Give the members with one more, or with one in the place of the one of the same address.

        Raises:
            DocumentError: There are too many already.
        """
        others = tuple(other for other in self.members if other.email != member.email)
        if len(others) >= MAX_MEMBERS:
            raise DocumentError(f"the members document cannot take one more: {too_many(len(others) + 1)}")
        return Members(members=(*others, member), contact=self.contact)

    def without(self, email: str) -> "Members":
        """Give the members without one; all of them where nobody has the address."""
        gone = address_key(email)
        return Members(members=tuple(other for other in self.members if other.email != gone), contact=self.contact)

    @property
    def admins(self) -> tuple[Member, ...]:
        """Those who may say who is a member, and are active."""
        return tuple(one for one in self.members if one.active and Actor.of(one).may(Right.MANAGE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """
    Whoever acts at this moment.

    Attributes:
        email: The address; of an operator and of a lab without members, who the computer says it is.
        name: What to call the person.
        roles: In the order of `Role`.
        local: Whether the person was only chosen from a list, at a computer where nobody signs in.
        operator: Whether it is whoever holds the keys of the store, at a shell.
        trainer: What the session table calls the person in its column trainer; empty for nobody.
        person: What it calls the person in its column PI; empty for nobody.
        mice: Mice that are the person's own.
        projects: Projects of which all mice are the person's own.
        contact: Whom to ask for more rights, in words; empty where nobody said.
    """

    email: str
    name: str
    roles: tuple[Role, ...]
    local: bool = False
    operator: bool = False
    trainer: str = ""
    person: str = ""
    mice: tuple[str, ...] = field(default=(), repr=False)
    projects: tuple[str, ...] = field(default=(), repr=False)
    contact: str = ""

    @classmethod
    def of(cls, member: Member, *, contact: str = "", local: bool = False) -> "Actor":
        """Let a member act; whether the member is active is for the caller to ask."""
        return cls(
            email=member.email,
            name=member.called,
            roles=member.roles,
            local=local,
            trainer=member.trainer,
            person=member.person,
            mice=member.mice,
            projects=member.projects,
            contact=contact,
        )

    @property
    def rights(self) -> frozenset[Right]:
        """Everything that the person may do."""
        return frozenset().union(*(RIGHTS[role] for role in self.roles))

    def may(self, right: Right) -> bool:
        """Tell whether the person may do something."""
        return right in self.rights
