"""What the record says of members: each version of their document once, with what it changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from autotrain_core.errors import ConflictError, DocumentError
from autotrain_core.models import Member, Members, read_members
from autotrain_core.store import ABSENT, Document, Entry, Event, Json, Store

KEY = "members"
MEMBERS = "members"
_TEXTS = ("name", "trainer", "person", "active")
_LISTS = ("roles", "mice", "projects")
_TRIES = 20
_SAID = 5


def record_members(store: Store, *, by: str, at: datetime) -> None:
    """
    Tell the record of each version of the members document that it does not know.

    That is the one that was just written, and one whose writer was cut off before he could tell of it.

    Raises:
        ConflictError: Others write into the record again and again.
        DamagedError: The record or the document is damaged.
        StoreUnavailableError: The store does not answer.
    """
    for _ in range(_TRIES):
        entries = store.record.read()
        known = _told(entries)
        newest = store.history(KEY, most=1)[0].number
        if newest <= known:
            return
        versions = store.history(KEY, most=newest - known + 1)[::-1]
        head = entries[-1].version if entries else ABSENT
        if versions[0].number > max(known, 1):  # somebody saved between the two looks
            continue
        try:
            store.record.append(list(_events(versions, known)), by=by, at=at, after=head)
        except ConflictError:
            continue
        return
    raise ConflictError("the record", expected=head, found=store.record.head())


def _told(entries: Sequence[Entry]) -> int:
    """Give the number of the newest version that the record tells of; 0 for none."""
    for entry in reversed(entries):
        for event in reversed(entry.events):
            number = event.facts.get("number")
            if event.kind == MEMBERS and isinstance(number, int):
                return number
    return 0


def _events(versions: Sequence[Document], known: int) -> Iterator[Event]:
    before = Members()
    for version in versions:
        after, readable = _read(version)
        if version.number > known:
            yield Event(
                kind=MEMBERS,
                facts={
                    "number": version.number,
                    "version": version.version,
                    "by": version.by,
                    "at": "" if version.at is None else version.at.isoformat(),
                    "how": version.note,
                    "sentence": _sentence(before, after) if readable else "what was written is no members document",
                    **_changes(before, after),
                },
            )
        before = after


def _read(version: Document) -> tuple[Members, bool]:
    """Read one version; one that is no members document lets nobody in."""
    if version.removed:
        return Members(), True
    try:
        return read_members(version.body), True
    except DocumentError:
        return Members(), False


def _changes(before: Members, after: Members) -> dict[str, Json]:
    old, new = _by_address(before), _by_address(after)
    changed = {email: _change(old[email], new[email]) for email in new if email in old}
    changes: dict[str, Json] = {
        "added": [{"email": email, "roles": list(new[email].roles)} for email in new if email not in old],
        "removed": [email for email in old if email not in new],
        "changed": [{"email": email, **change} for email, change in changed.items() if change],
    }
    if before.contact != after.contact:
        changes["contact"] = after.contact
    return changes


def _by_address(members: Members) -> dict[str, Member]:
    return {member.email: member for member in members.members}


def _change(old: Member, new: Member) -> dict[str, Json]:
    change: dict[str, Json] = {}
    for name in _TEXTS:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            change[name] = {"from": was, "to": now}
    for name in _LISTS:
        had, has = getattr(old, name), getattr(new, name)
        if had != has:
            change[name] = {
                "added": [one for one in has if one not in set(had)],
                "removed": [one for one in had if one not in set(has)],
            }
    return change


def _sentence(before: Members, after: Members) -> str:
    """Say in a line what changed: the first few of it."""
    old, new = _by_address(before), _by_address(after)
    said = [f"{email}: {', '.join(member.roles)}" for email, member in new.items() if email not in old]
    said += [f"{email} removed" for email in old if email not in new]
    both = [(old[email], member) for email, member in new.items() if email in old]
    said += [f"{now.email}: {_in_words(was, now)}" for was, now in both if was != now]
    said += ["contact"] * (before.contact != after.contact)
    more = f"; and {len(said) - _SAID:,} more" if len(said) > _SAID else ""
    return "; ".join(said[:_SAID]) + more


def _in_words(old: Member, new: Member) -> str:
    if old.active != new.active:
        return "active again" if new.active else "no longer active"
    if old.roles != new.roles:
        return ", ".join(new.roles)
    return f"other {', '.join(_change(old, new))}"
