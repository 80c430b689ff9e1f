"""
One member added, changed or taken out: whoever does it names that member as it was on the screen.

The document holds all members, and two admins may be at two of them at once. So only a change of the same member is a
conflict; what others did to others stays.
"""

from datetime import datetime

from autotrain_core.errors import ConflictError
from autotrain_core.models import Actor, Member, Members, Right
from autotrain_core.services._people import confirmed, members, require, save_members
from autotrain_core.services._said import seen_of
from autotrain_core.store import Store

_TRIES = 20


def save_member(store: Store, member: Member, *, before: Member | None, actor: Actor, at: datetime) -> Members:
    """
    Make somebody a member, or change one.

    Args:
        store: Where.
        member: As from now on.
        before: The same as it was on the screen when this was decided; None for somebody new.
        actor: Who says so.
        at: When, with a zone.

    Returns:
        All members afterwards.

    Raises:
        NotAllowedError: The actor may not, or no longer.
        ConflictError: Somebody else changed this member, added it or took it out; nothing was written.
        DocumentError: No active admin would be left, or they are too many.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer; the sentence says whether it was saved.
    """
    return _put(store, member.email, member, before=before, actor=actor, at=at)


def remove_member(store: Store, before: Member, *, actor: Actor, at: datetime) -> Members:
    """
    Take somebody out of the list; what the person did stays in the record.

    Args:
        store: Where.
        before: The member as it was on the screen.
        actor: Who says so.
        at: When, with a zone.

    Returns:
        All members afterwards.

    Raises:
        NotAllowedError: The actor may not, or no longer.
        ConflictError: Somebody else changed this member or took it out; nothing was written.
        DocumentError: No active admin would be left.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer; the sentence says whether it was saved.
    """
    return _put(store, before.email, None, before=before, actor=actor, at=at)


def _put(
    store: Store, email: str, member: Member | None, *, before: Member | None, actor: Actor, at: datetime
) -> Members:
    require(confirmed(store, actor), Right.MANAGE)
    for _ in range(_TRIES):
        known, version = members(store)
        found = known.find(email)
        if found == member:
            return known  # said already, by this person or another
        if found != before:
            raise ConflictError(f"The member {email}", expected=_version(before), found=_version(found))
        after = known.without(email) if member is None else known.with_member(member)
        try:
            save_members(store, after, replaces=version, actor=actor, at=at)
        except ConflictError as error:
            latest = error
            continue
        return after
    raise latest


def _version(member: Member | None) -> str:
    return "" if member is None else seen_of(member)
