"""What records that people write have in common: who said it and when, which session it is about, how it is read."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError
from pydantic_core import ErrorDetails

from autotrain_core.errors import DocumentError
from autotrain_core.models._json import read_object
from autotrain_core.models._names import MAX_NAME, faults_of_name
from autotrain_core.models._people import wrong
from autotrain_core.models._wording import did_you_mean, listed, quoted, shown

MAX_NOTE: Final = 4_000

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

Model = TypeVar("Model", bound=BaseModel)


def _name(text: str) -> str:
    faults = tuple(faults_of_name(text, MAX_NAME, as_file=False))
    if faults:
        raise wrong(f"{quoted(text)} {' and '.join(faults)}")
    return text


def _prose(text: str) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if len(clean) > MAX_NOTE:
        raise wrong(f"it is {len(clean):,} characters long, of at most {MAX_NOTE:,}")
    if _UNSEEN.search(clean):
        raise wrong("it holds characters that cannot be seen")
    return clean


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Name = Annotated[StrictStr, AfterValidator(_name)]
"""A name that is there: of a mouse, a stage, a person."""

NameOrNone = Annotated[StrictStr, AfterValidator(lambda text: _name(text) if text else text)]

Prose = Annotated[StrictStr, AfterValidator(_prose)]
"""What somebody typed, over several lines; empty for nothing."""

Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""When, with a zone; kept in UTC."""


class SessionRef(BaseModel):
    """
    A session, by what does not change: its number may, when a file arrives late.

    Attributes:
        subject_id: The mouse.
        session_date: Its day; None where the session table has no days.
        suffix: What tells two sessions of a day apart (`nwb_suffix`); empty for nothing.
        session: Its number when this was written; what it is found by where the table has no days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject_id: Name
    session_date: date | None = None
    suffix: NameOrNone = ""
    session: Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]

    @property
    def words(self) -> str:
        """Say which session it is, "session 12 of 700123 (2026-11-21)"."""
        when = f" ({self.session_date})" if self.session_date else ""
        return f"session {self.session} of {self.subject_id}{when}"


def read_record(model: type[Model], body: bytes, *, source: str) -> Model:
    """
    Read a record that a person wrote: an override, an enrolment, a mark, a comment, a policy.

    Args:
        model: Which of them.
        body: JSON in UTF-8, as `print_record` prints it.
        source: What sentences call it.

    Raises:
        DocumentError: It is no such record; everything wrong is listed, a line each.
    """
    document, _ = read_object(body, source, kind="such records")
    return new_record(model, document, source=source)


def new_record(model: type[Model], fields: Mapping[str, object], *, source: str) -> Model:
    """
    Make a record of what somebody typed.

    Args:
        model: Of what.
        fields: Its attributes.
        source: What sentences call it.

    Raises:
        DocumentError: Something is wrong with it; everything is listed, a line each.
    """
    try:
        return model.model_validate(dict(fields))
    except ValidationError as error:
        lines = "\n".join(f"  {_sentence(fault, model)}" for fault in error.errors()[:50])
        raise DocumentError(f"{source} cannot be used:\n{lines}") from None


def print_record(record: BaseModel) -> bytes:
    """
    Print a record, the same letters for the same record.

    Returns:
        JSON in UTF-8 with two blanks of indent and a line break at the end; `read_record` reads it.
    """
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=2).encode() + b"\n"


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """Say in our words what pydantic found."""
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    name = str(fault["loc"][-1]) if fault["loc"] else ""
    found: Any = fault["input"]
    match fault["type"]:
        case "missing":
            return f"'{place}' is missing"
        case "extra_forbidden" if len(fault["loc"]) == 1:
            known = tuple(model.model_fields)
            return f"there is no key {quoted(name)} (the keys are {listed(known)}){did_you_mean(name, known)}"
        case "extra_forbidden":
            return f"there is no key {quoted(place)}"
        case "wrong":
            said = fault["msg"]
        case _:
            told = shown(found) if isinstance(found, str | int | float | list | dict | None) else quoted(repr(found))
            said = f"{fault['msg'][:1].lower()}{fault['msg'][1:]}, found {told}"
    return f"'{place}': {said}" if place else said
