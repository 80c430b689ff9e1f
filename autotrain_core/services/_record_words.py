"""
The record in words: what each kind of event is called, and what it says in a sentence.

What stands in the record was written by this program, an older or a newer one, so that nothing here is taken for given:
an event that cannot be told in words is told by its plain facts.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from autotrain_core.models import Comment, Enrolment, Override, SessionMark, Snooze
from autotrain_core.services._members_recorded import MEMBERS
from autotrain_core.services._publish_recorded import (
    DRAFT_BROUGHT_BACK,
    DRAFT_REMOVED,
    DRAFT_STARTED,
    POLICY,
    RETIRED,
    REVIEW,
    UNRETIRED,
)
from autotrain_core.services._publish_recorded import PUBLISHED as CURRICULUM_PUBLISHED
from autotrain_core.services._runs_recorded import ADOPTED, AMENDED, FAILED, PUBLISHED, RUN, TOLD
from autotrain_core.services._said import COMMENT, ENROLMENT, MARK, OVERRIDE, SNOOZE
from autotrain_core.store import Event, Json

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        OVERRIDE: "Override",
        ENROLMENT: "Enrolment",
        MARK: "Session marked",
        COMMENT: "Comment",
        SNOOZE: "Alert quieted",
        RUN: "Run",
        TOLD: "Rigs told",
        PUBLISHED: "Decisions published",
        AMENDED: "Published decisions changed",
        ADOPTED: "Table taken over",
        FAILED: "Run failed",
        CURRICULUM_PUBLISHED: "Curriculum published",
        RETIRED: "Curriculum retired",
        UNRETIRED: "Curriculum offered again",
        DRAFT_STARTED: "Draft started",
        DRAFT_REMOVED: "Draft removed",
        DRAFT_BROUGHT_BACK: "Draft brought back",
        REVIEW: "Review",
        MEMBERS: "Members changed",
        POLICY: "Policy changed",
    }
)
"""Kind of event -> what it is called in a list of kinds."""

_STEPS: Final = {
    (OVERRIDE, "propose"): "Override proposed",
    (OVERRIDE, "approve"): "Override approved",
    (OVERRIDE, "refuse"): "Override refused",
    (OVERRIDE, "return"): "Override returned with a question",
    (OVERRIDE, "withdraw"): "Override withdrawn",
    (OVERRIDE, "publish"): "Override told to the rigs",
    (OVERRIDE, "start"): "Override followed",
    (OVERRIDE, "use"): "Override used",
    (OVERRIDE, "miss"): "Override not followed",
    (OVERRIDE, "expire"): "Override expired",
    (OVERRIDE, "revoke"): "Override revoked",
    (OVERRIDE, "outdate"): "Override out of date",
    (ENROLMENT, "enrol"): "Mouse enrolled",
    (ENROLMENT, "end"): "Enrolment taken back",
    (MARK, "mark"): "Session marked",
    (MARK, "unmark"): "Mark of a session taken back",
    (SNOOZE, "snooze"): "Alert quieted",
    (SNOOZE, "unsnooze"): "Alert woken",
    (REVIEW, "waiting"): "Review asked for",
    (REVIEW, "approved"): "Review: agreed",
    (REVIEW, "returned"): "Review: returned",
    (REVIEW, "withdrawn"): "Review withdrawn",
}
_COUNTS: Final = (
    ("added", "session published for the first time", "sessions published for the first time"),
    ("amended", "published session changed", "published sessions changed"),
    ("left_out", "session left out", "sessions left out"),
    ("mice_not_decided", "mouse not decided", "mice not decided"),
    ("differing", "published session stays otherwise", "published sessions stay otherwise"),
)
_LONGEST = 1_000
_FEW = 6

Facts = Mapping[str, Json]


def title_of(event: Event) -> str:
    """Say what happened, in a few words; of an unknown kind its name."""
    step = event.facts.get("state" if event.kind == REVIEW else "step")
    named = _STEPS.get((event.kind, step)) if isinstance(step, str) else None
    return named or KINDS.get(event.kind, event.kind)


def sentence_of(event: Event) -> str:
    """Say what happened and why, in one line; of an unknown kind its plain facts."""
    tell = _SENTENCES.get(event.kind)
    try:
        said = tell(event.facts) if tell else ""
    except (ValidationError, LookupError, TypeError, ValueError, AttributeError):
        said = ""  # another program wrote it, or this one in another year
    return _line(said or _plain(event.facts))


def about_of(event: Event) -> str:
    """Name what it is about beside the mouse: an override, a curriculum, a draft, a session, a publication."""
    facts = event.facts
    match event.kind:
        case _ if event.kind in (OVERRIDE, ENROLMENT, COMMENT, SNOOZE):
            return _text(facts, "id")
        case _ if event.kind == MARK:
            try:
                return SessionMark.model_validate(facts.get("record")).session.words
            except ValidationError:
                return _text(facts, "id")
        case _ if event.kind in (CURRICULUM_PUBLISHED, RETIRED, UNRETIRED, REVIEW):
            return f"{_text(facts, 'name')}@{_text(facts, 'version')}"
        case _ if event.kind in (DRAFT_STARTED, DRAFT_REMOVED, DRAFT_BROUGHT_BACK):
            return _text(facts, "draft")
        case _ if event.kind in (RUN, TOLD, PUBLISHED, ADOPTED):
            number = facts.get("publication")
            return f"publication {number:,}" if isinstance(number, int) else ""
    return ""


def version_of(event: Event) -> str:
    """Give the version of the document that says so; empty where there is none."""
    named = "version" if event.kind in (MEMBERS, PUBLISHED) else "document"
    return _text(event.facts, named)


def _line(text: str) -> str:
    said = " ".join(text.split())
    return f"{said[:_LONGEST]}…" if len(said) > _LONGEST else said


def _text(facts: Facts, name: str) -> str:
    found = facts.get(name)
    return found if isinstance(found, str) else ""


def _number(facts: Json, name: str) -> int:
    found = facts.get(name) if isinstance(facts, Mapping) else None
    return found if isinstance(found, int) else 0


def _plain(facts: Facts) -> str:
    """Tell the facts that can be told in a line."""
    told = [
        f"{name} {value}"
        for name, value in facts.items()
        if name not in ("how", "document") and isinstance(value, str | int | float) and value != ""
    ]
    return ", ".join(told)


def _stop(text: str) -> str:
    return text if not text or text[-1] in ".?!…" else f"{text}."


def _override(facts: Facts) -> str:
    """Say what was to be run and why; then what was said of it, unless that says so already."""
    said = _text(facts, "sentence")
    override = Override.model_validate(facts.get("record"))
    whole = f"{override.aim}: {override.reason_words}"
    return said if override.aim in said else f"{_stop(whole)} {said[:1].upper()}{said[1:]}"


def _enrolment(facts: Facts) -> str:
    one = Enrolment.model_validate(facts.get("record"))
    said = _text(facts, "sentence")
    where = f"{one.curriculum}@{one.version} at {one.stage} from {one.day} on"
    whole = where if not one.note else f"{where}: {one.note}"
    return said if one.stage in said and one.curriculum in said else f"{_stop(whole)} {said}"


def _mark(facts: Facts) -> str:
    one = SessionMark.model_validate(facts.get("record"))
    return f"{_stop(f'{one.session.words} {one.kind.words}: {one.reason_words}')} {_text(facts, 'sentence')}"


def _comment(facts: Facts) -> str:
    return Comment.model_validate(facts.get("record")).text


def _snooze(facts: Facts) -> str:
    one = Snooze.model_validate(facts.get("record"))
    if not one.stands:
        return f"No longer quiet: {one.sentence}"
    until = "until it changes" if one.until is None else f"until {one.until} or until it changes"
    return f"{_stop(one.sentence)} Quiet {until}: {one.reason}"


def _run(facts: Facts) -> str:
    counts, written = facts.get("counts"), facts.get("written")
    number = _number(facts, "publication")
    tables = len(written) if isinstance(written, list) else 0
    found = [_count(_number(counts, name), one, many) for name, one, many in _COUNTS if _number(counts, name)]
    decided = f"{_number(counts, 'decided'):,} sessions decided"
    new = f"publication {number:,}" if facts.get("changed") else f"nothing new, publication {number:,} stays in force"
    put = [_count(tables, "table of rigs and browsers replaced", "tables of rigs and browsers replaced")] * bool(tables)
    foreign, failures = facts.get("foreign"), facts.get("failures")
    others = [f"something else wrote {each['key']}" for each in foreign] if isinstance(foreign, list) else []
    wrong = len(failures) if isinstance(failures, list) else 0
    kinds = [_count(wrong, "document is no curriculum", "documents are no curricula")] * bool(wrong)
    return f"{new[:1].upper()}{new[1:]}: {', '.join([decided, *found, *put, *others, *kinds])}."


def _told(facts: Facts) -> str:
    written = facts.get("written")
    tables = len(written) if isinstance(written, list) else 0
    what = _count(tables, "table of rigs and browsers was", "tables of rigs and browsers were")
    return f"{what} replaced, so that the rigs run what people decided."


def _published(facts: Facts) -> str:
    counts = facts.get("counts")
    found = [_count(_number(counts, name), one, many) for name, one, many in _COUNTS[:2] if _number(counts, name)]
    return f"By {_text(facts, 'by')} with program {_text(facts, 'code')}: {', '.join(found) or 'no session changed'}."


def _amended(facts: Facts) -> str:
    changes = facts.get("changes")
    if not isinstance(changes, list):
        return f"{_count(_number(facts, 'mice'), 'mouse', 'mice')}; the table of all of it is kept."
    told = [
        f"session {each['session']} {each['column']} {_cell(each['published'])} → {_cell(each['now'])}"
        for each in changes[:_FEW]
    ]
    more = f"; and {len(changes) - _FEW:,} more" if len(changes) > _FEW else ""
    return "; ".join(told) + more


def _cell(value: Json) -> str:
    return "–" if value is None else str(value)


def _adopted(facts: Facts) -> str:
    rows = _number(facts, "rows")
    what = f"{_count(rows, 'row', 'rows')} taken from it" if rows else "put aside"
    return f"{_text(facts, 'key')}: {what}; the archive keeps it as it was."


def _curriculum(facts: Facts) -> str:
    based, agreed = _text(facts, "based_on"), _text(facts, "reviewed_by")
    parts = [
        _text(facts, "changelog"),
        f"Based on {based}" if based else "",
        f"{agreed} agreed" if agreed else "",
        f"In spite of warnings: {_text(facts, 'reason')}" if _text(facts, "reason") else "",
        f"Without a review: {_text(facts, 'without_review')}" if _text(facts, "without_review") else "",
    ]
    return f"{_of(facts)}. {' '.join(_stop(part) for part in parts if part)}"


def _of(facts: Facts) -> str:
    return f"{facts['name']} {facts['version']}"


def _review(facts: Facts) -> str:
    comment = _text(facts, "comment")
    return f"{_of(facts)}, asked for by {_text(facts, 'asked_by')}{f': {comment}' if comment else '.'}"


def _draft(facts: Facts) -> str:
    title, based = _text(facts, "title"), _text(facts, "based_on")
    return f"{title or facts['draft']}{f', based on {based}' if based else ''}"


def _sentence(facts: Facts) -> str:
    return _text(facts, "sentence")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


_SENTENCES: Final[Mapping[str, Callable[[Facts], str]]] = MappingProxyType(
    {
        OVERRIDE: _override,
        ENROLMENT: _enrolment,
        MARK: _mark,
        COMMENT: _comment,
        SNOOZE: _snooze,
        RUN: _run,
        TOLD: _told,
        PUBLISHED: _published,
        AMENDED: _amended,
        ADOPTED: _adopted,
        FAILED: _sentence,
        CURRICULUM_PUBLISHED: _curriculum,
        RETIRED: lambda facts: f"{_of(facts)}: {_text(facts, 'reason')}",
        UNRETIRED: _of,
        DRAFT_STARTED: _draft,
        DRAFT_REMOVED: _draft,
        DRAFT_BROUGHT_BACK: _draft,
        REVIEW: _review,
        MEMBERS: _sentence,
        POLICY: _sentence,
    }
)
