"""
The document that says who is a member of a lab, in and out.

Reading is strict: a key that nobody knows may be a misspelt right. Everything wrong is said at once.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from autotrain_core.errors import DocumentError
from autotrain_core.models._json import read_object
from autotrain_core.models._people import MAX_MEMBERS, Member, Members, Role, address_key, too_many, twice
from autotrain_core.models._wording import did_you_mean, listed, quoted, shown

_TOLD = 50
_UNTOLD = "one more"
_MEMBERS = "members"


def read_members(body: bytes, *, source: str = "the members document") -> Members:
    """
    Read a members document.

    Args:
        body: JSON in UTF-8, at most 2 MiB: an object with `members`, a list of objects with the attributes of
            `Member`, and `contact`. Of a member, `email` and `roles` are needed.
        source: What sentences call it.

    Raises:
        DocumentError: It is no such document; everything wrong is listed, a line each.
    """
    document, _ = read_object(body, source, kind="members documents")
    given = document.get(_MEMBERS, [])
    if isinstance(given, list):
        if len(given) > MAX_MEMBERS:
            _refuse(source, [too_many(len(given))])
        # Each member by itself, so that one wrong one hides nothing that is wrong with the list.
        members, problems = _each(given)
        document = {**document, _MEMBERS: members}
    else:
        problems = []
    try:
        read = Members.model_validate(document)
    except ValidationError as error:
        problems += [_sentence(fault, Members) for fault in error.errors()]
    if problems:
        _refuse(source, problems)
    return read


def new_member(fields: Mapping[str, object]) -> Member:
    """
    Make a member of what somebody typed.

    Args:
        fields: The attributes of `Member`; `email` and `roles` are needed.

    Raises:
        DocumentError: Something is wrong with them; everything is listed, a line each.
    """
    try:
        return Member.model_validate(dict(fields))
    except ValidationError as error:
        _refuse("the member", [_sentence(fault, Member) for fault in error.errors()])


def new_members(members: Iterable[Member], *, contact: str = "") -> Members:
    """
    Make the members of a lab.

    Args:
        members: Each address once.
        contact: Whom a stranger should ask, in words.

    Raises:
        DocumentError: Something is wrong with them; everything is listed, a line each.
    """
    try:
        return Members(members=tuple(members), contact=contact)
    except ValidationError as error:
        _refuse("the members document", [_sentence(fault, Members) for fault in error.errors()])


def print_members(members: Members) -> bytes:
    """
    Print a members document, the same letters for the same members.

    Returns:
        JSON in UTF-8 with two blanks of indent and a line break at the end; `read_members` reads it.

    Raises:
        DocumentError: It would be too large to be read again.
    """
    body = json.dumps(members.model_dump(mode="json"), ensure_ascii=False, indent=2).encode() + b"\n"
    read_object(body, "the members document")
    return body


def _each(given: list[Any]) -> tuple[list[Member], list[str]]:
    """Read what can be read, and say what is wrong with the rest."""
    members: dict[str, Member] = {}
    problems = []
    addresses = [_address(raw) for raw in given]
    for place, raw in enumerate(given, start=1):
        who = f"member {place}" + (f" ({quoted(raw['email'])})" if addresses[place - 1] else "")
        if not isinstance(raw, dict):
            problems.append(f"{who}: an object is needed, found {shown(raw)}")
            continue
        try:
            member = Member.model_validate(raw)
            members.setdefault(member.email, member)
        except ValidationError as error:
            for fault in error.errors():
                # Looking for the word that was meant takes time, which a hostile document is not given.
                problems.append(f"{who}, {_sentence(fault, Member)}" if len(problems) < _TOLD else _UNTOLD)
    for address in twice(filter(None, addresses)):
        places = [place for place, other in enumerate(addresses, start=1) if other == address]
        problems.append(
            f"the address {quoted(address)} is there {len(places)} times: members {listed(map(str, places))}"
        )
    return list(members.values()), problems


def _address(raw: Any) -> str:
    email = raw.get("email") if isinstance(raw, dict) else None
    return address_key(email) if isinstance(email, str) else ""


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """Say in our words what pydantic found: what, where, what was expected, what was found, what to do."""
    key, *inside = fault["loc"] or ("",)
    name, found = str(key), fault["input"]
    place = "".join(f", entry {number + 1}" for number in inside if isinstance(number, int))
    match fault["type"]:
        case "missing":
            return f"'{name}' is missing"
        case "extra_forbidden":
            known = tuple(model.model_fields)
            return f"there is no key {quoted(name)} (the keys are {listed(known)}){did_you_mean(name, known)}"
        case "string_type":
            said = f"must be a text in quotes, found {_found(found)}"
        case "bool_type":
            said = f"must be true or false, found {_found(found)}"
        case "tuple_type":
            said = f"must be a list, found {_found(found)}"
        case "enum":
            roles = tuple(Role)
            near = did_you_mean(found, roles) if isinstance(found, str) else ""
            said = f"no role is called {_found(found)} (the roles are {listed(roles)}){near}"
        case _:
            said = fault["msg"]
    return f"'{name}'{place}: {said}" if name else said


def _found(value: object) -> str:
    return shown(value) if isinstance(value, str | int | float | list | dict | None) else quoted(repr(value))


def _refuse(source: str, problems: list[str]) -> NoReturn:
    raise DocumentError("\n".join(_lines(source, problems))) from None


def _lines(source: str, problems: list[str]) -> Iterator[str]:
    yield f"{source} cannot be used:"
    yield from (f"  {problem}" for problem in problems[:_TOLD])
    if len(problems) > _TOLD:
        yield f"  … and {len(problems) - _TOLD:,} more"
