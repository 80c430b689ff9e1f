"""
Who is a member, who acts, and whether that person may: every service that changes something asks here.

An actor is a snapshot: whoever loses a role while a page is open must not act on it. So a service that changes
something looks the actor up again, with `confirmed`, before it asks for the right.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from autotrain_core.errors import ConflictError, DocumentError, NotAllowedError, NotStoredError, StoreUnavailableError
from autotrain_core.models import Actor, Member, Members, Right, Role, print_members, read_members, roles_with
from autotrain_core.services._inputs import people_of_mice
from autotrain_core.services._members_recorded import KEY, record_members
from autotrain_core.services._settings import Settings
from autotrain_core.store import ABSENT, Store

_SHOWN = 120
_FIRST = "autotrain members set ADDRESS --role admin"
LOCAL = "local mode"
OPERATOR = "operator"


def members(store: Store) -> tuple[Members, str]:
    """
    Read who is a member.

    Returns:
        The members, and the version of their document; no members and ABSENT where there is none yet.

    Raises:
        DocumentError: It cannot be used; everything wrong with it is listed.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    try:
        document = store.read(KEY)
    except NotStoredError:
        return Members(), ABSENT
    return _parsed(document.body, store.url), document.version


@lru_cache(maxsize=8)
def _parsed(body: bytes, url: str) -> Members:
    """Read a document once: every page of everybody asks for it, and it hardly ever changes."""
    return read_members(body, source=f"the members document of {url}")


def members_version(store: Store) -> str:
    """
    Give the version of the members document, also of one that cannot be used: for whoever replaces it.

    Raises:
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    try:
        return store.read(KEY).version
    except NotStoredError:
        return ABSENT


def save_members(store: Store, members: Members, *, replaces: str, actor: Actor, at: datetime) -> str:
    """
    Say who is a member from now on, and record what changed.

    Args:
        store: Where.
        members: All of them; at least one active admin.
        replaces: The version that was on the screen when this was decided; ABSENT for the first.
        actor: Who says so.
        at: When, with a zone.

    Returns:
        The version of the document now. Where nothing changed, nothing was written.

    Raises:
        NotAllowedError: The actor may not, or no longer.
        DocumentError: No active admin would be left, or they are too many.
        ConflictError: Somebody else saved first; nothing was written.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer; the sentence says whether the members were saved.
    """
    require(confirmed(store, actor), Right.MANAGE)
    if not members.admins:
        raise DocumentError(
            "The members were not saved: no active admin would be left, and nobody could ever change them again. "
            f"Make somebody an admin first: {_FIRST}"
        )
    body = print_members(members)
    if stands(store, KEY, body, replaces):
        return replaces
    store.record.read()  # a damaged record is told before anything is written
    version = store.write(KEY, body, replaces=replaces, by=actor.email, at=at, note=how_of(actor))
    try:
        record_members(store, by=actor.email, at=at)
    except (StoreUnavailableError, ConflictError) as error:
        raise StoreUnavailableError(
            f"The members are saved, but the record could not be told: {error} The next change of the members tells it."
        ) from error
    return version


def how_of(actor: Actor) -> str:
    """Say what the record should know of an actor beside the address; empty for one who has signed in."""
    return LOCAL if actor.local else OPERATOR if actor.operator else ""


def stands(store: Store, key: str, body: bytes, version: str) -> bool:
    """Say whether a document is of this version and says just that: then there is nothing to write."""
    try:
        document = store.read(key)
    except NotStoredError:
        return False
    return (document.version, document.body) == (version, body)


def actor_of(members: Members, email: str, name: str = "") -> Actor:
    """
    Tell who somebody is who has signed in.

    Args:
        members: The members of the lab.
        email: The address that the sign-in vouches for. Whether it was verified is for the caller to ask.
        name: What the sign-in calls the person; used where the members document says no name.

    Raises:
        NotAllowedError: Nobody active has the address; the sentence says whom to ask.
    """
    member = _active(members, email)
    called = member.name or _printable(name) or member.email
    return _named(Actor.of(member, contact=members.contact), called)


def local_actor(members: Members, email: str = "", *, account: str = "") -> Actor:
    """
    Tell who somebody is who was chosen from the list, at a computer where nobody signs in.

    Args:
        members: The members of the lab. Where there are none yet, the one at the computer may do everything.
        email: The member who was chosen.
        account: What the computer calls whoever sits there; used where there are no members.

    Raises:
        NotAllowedError: Nobody active has the address.
    """
    if not members.members:
        return Actor(
            email=_printable(account) or "local",
            name="Whoever sits at this computer",
            roles=tuple(Role),
            local=True,
        )
    return Actor.of(_active(members, email), contact=members.contact, local=True)


def operator(account: str) -> Actor:
    """
    Let whoever holds the keys of the store act, at a shell: nothing could stop that person anyhow.

    Args:
        account: What to call the operator in the record, such as account@machine.
    """
    name = _printable(account) or OPERATOR
    return Actor(email=name, name=name, roles=tuple(Role), operator=True)


def confirmed(store: Store, actor: Actor) -> Actor:
    """
    Look an actor up again: roles may have changed since the page was drawn.

    Raises:
        NotAllowedError: The actor is no longer an active member.
        DocumentError: The members document cannot be used.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    if actor.operator:
        return actor
    now, _ = members(store)
    if actor.local:
        return local_actor(now, actor.email, account=actor.email)
    return actor_of(now, actor.email, actor.name)


def require(actor: Actor, right: Right) -> None:
    """
    Make sure that somebody may do something.

    Raises:
        NotAllowedError: The person may not; the sentence says who may, and whom to ask.
    """
    if actor.may(right):
        return
    has = ", ".join(actor.roles) or "no role"
    raise NotAllowedError(
        f"{actor.name} may not {right.words}: that takes the role {_either(roles_with(right))}, and {actor.name} has "
        f"{has}. {_whom_to_ask(actor.contact)}"
    )


def mine(actor: Actor, mice: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Tell which mice are the actor's own: listed, of a listed project, or with the actor as trainer or PI.

    Args:
        actor: Who asks.
        mice: m rows, of mice or of sessions: `subject_id` as a column or as the index, and where there are such
            columns `trainer`, `PI` and `project` (texts; several PIs of one mouse are separated by commas).

    Returns:
        Shape (m,). Capitals and blanks around a name do not count; what is missing is nobody's.
    """
    subjects = mice["subject_id"] if "subject_id" in mice.columns else mice.index.to_series()
    owned = _says(subjects, actor.mice)
    for column, wanted in (("trainer", (actor.trainer,)), ("PI", (actor.person,)), ("project", actor.projects)):
        if column in mice.columns:
            owned |= _says(mice[column], wanted, several=column == "PI")
    return owned


def people_without_member(store: Store, settings: Settings, members: Members) -> Mapping[str, int]:
    """
    List who has mice by the document that says whose mice they are, and is nobody's `person`.

    Returns:
        Name -> number of mice, most mice first; empty where there is no such document.

    Raises:
        DocumentError: The document cannot be read.
        StoreUnavailableError: The store does not answer.
    """
    known = {_folded(member.person) for member in members.members}
    mice = Counter(
        name.strip() for named in people_of_mice(store.home, settings).values() for name in named.split(", ")
    )
    return {name: count for name, count in mice.most_common() if _folded(name) not in known}


def _says(column: "pd.Series[str]", wanted: tuple[str, ...], *, several: bool = False) -> npt.NDArray[np.bool_]:
    names = {_folded(name) for name in wanted if name.strip()}
    codes, values = pd.factorize(column)
    # One look at each name that occurs, however many rows; the last place is for what is missing (code -1).
    found = [bool(names & _named_in(str(value), several=several)) for value in values]
    return np.array([*found, False])[codes]


def _named_in(cell: str, *, several: bool) -> set[str]:
    parts = cell.split(",") if several else []
    return {_folded(part) for part in (cell, *parts)}


def _folded(name: str) -> str:
    return name.strip().casefold()


def _active(members: Members, email: str) -> Member:
    member = members.find(email)
    shown = _printable(email) or "Whoever signs in without an address"
    if member is None and not members.members:
        raise NotAllowedError(
            f"{shown} is not let in: this lab has no members yet. Whoever keeps its store makes the first one: {_FIRST}"
        )
    if member is None:
        raise NotAllowedError(f"{shown} is not a member of this lab. {_whom_to_ask(members.contact)}")
    if not member.active:
        raise NotAllowedError(f"{shown} is no longer active in this lab. {_whom_to_ask(members.contact)}")
    return member


def _named(actor: Actor, name: str) -> Actor:
    return actor if actor.name == name else replace(actor, name=name)


def _printable(text: str) -> str:
    """Give a text of a stranger as a line that can be shown and recorded."""
    return "".join(letter for letter in text[: 2 * _SHOWN] if letter.isprintable()).strip()[:_SHOWN]


def _whom_to_ask(contact: str) -> str:
    return f"Whom to ask: {contact}" if contact else "Ask whoever runs autotrain in this lab."


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
