"""
Who hears of what happened, and in which words.

A message holds the mouse, stages, the reason and a link, and nothing else; what people typed into those is made
harmless: no line of a header, no link and no mention comes out of it, in whatever program it is read.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import ValidationError

from autotrain_core.models import Actor, Kind, Member, Members, Override, OverridePolicy, Right, State, Step, may_answer
from autotrain_core.services._notify_choice import News
from autotrain_core.services._runs_recorded import FAILED
from autotrain_core.services._said import COMMENT, END, ENROLMENT, OVERRIDE, PROPOSE, Said
from autotrain_core.store import Entry, Event

Whose = Callable[[str], Sequence[Member]]
"""Gives the members that a mouse is of, active or not."""

_LONGEST = 200
_LISTED = 20
_TAMED = str.maketrans(
    {"<": "(", ">": ")", "[": "(", "]": ")", "`": "'", "*": "·", "~": "-", "|": "/", "@": " at ", "&": "+", "\\": "/"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    One thing to hear of.

    Attributes:
        news: What sort of thing.
        number: Of the entry of the record.
        key: Stands for it and for no other.
        text: A sentence.
        path: The page of the app that shows it, with its query.
    """

    news: News
    number: int
    key: str
    text: str
    path: str


def news_of(
    entries: Sequence[Entry],
    people: Said,
    members: Members,
    *,
    owners: Whose,
    trainers: Whose,
    policy: OverridePolicy,
) -> Mapping[str, tuple[Item, ...]]:
    """
    Sort what happened by who hears of it.

    Args:
        entries: Of the record, in order.
        people: What is said now: a proposal that was answered since waits for nobody.
        members: Who is there; whoever is not active hears nothing.
        owners: The PIs of a mouse.
        trainers: Its trainers.
        policy: Who may answer which proposal.

    Returns:
        Address -> what the person hears, in order; nobody hears of what he did himself.
    """
    lab = _Lab(people, members, owners, trainers, policy)
    found: dict[str, list[Item]] = {}
    for entry in entries:
        for place, event in enumerate(entry.events):
            for one in lab.told(event):
                for address in one.to:
                    if address != entry.by and lab.hears(address):
                        key = f"{entry.number}.{place}"
                        item = Item(news=one.news, number=entry.number, key=key, text=one.text, path=one.path)
                        found.setdefault(address, []).append(item)
    return {address: tuple(items) for address, items in found.items()}


def text_of(items: Sequence[Item], *, app: str) -> tuple[str, str]:
    """
    Write a message.

    Args:
        items: At least one.
        app: Address of the app; empty for messages without links.

    Returns:
        Its title, in which nothing stands that a person typed, and its text.
    """
    count = len(items)
    title = f"autotrain: {items[0].news.words[:1].lower()}{items[0].news.words[1:]}"
    if count > 1:
        title = f"autotrain: {count:,} messages"
    lines = []
    for item in items[:_LISTED]:
        lines.append(item.text + (f"\n  {app}{item.path}" if app else ""))
    if count > _LISTED:
        more = f"… and {count - _LISTED:,} more."
        lines.append(more + (f"\n  {app}/today" if app else ""))
    return title, "\n\n".join(lines)


def tamed(text: str) -> str:
    """Make what somebody typed harmless wherever it is read: one line, no markup, no mention, no link."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    cut = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return cut.translate(_TAMED).replace("://", ": ").replace("www.", "www ")


@dataclass(frozen=True, slots=True)
class _Told:
    news: News
    to: Collection[str]
    text: str
    path: str


class _Lab:
    """Who is who, asked once for each mouse."""

    def __init__(self, people: Said, members: Members, owners: Whose, trainers: Whose, policy: OverridePolicy) -> None:
        self._people, self._members, self._policy = people, members, policy
        self._ask_owners, self._ask_trainers = owners, trainers
        self._active = {member.email: member for member in members.members if member.active}
        self._owners: dict[str, tuple[Member, ...]] = {}

    def hears(self, address: str) -> bool:
        return address in self._active

    def told(self, event: Event) -> Iterator[_Told]:
        mouse = event.subject_id
        path = f"/mouse?{urlencode({'subject': mouse})}"
        match event.kind:
            case kind if kind == OVERRIDE:
                yield from self._of_override(event, path)
            case kind if kind == ENROLMENT:
                what = "is no longer enrolled" if event.facts.get("step") == END else _begins(event)
                yield _Told(News.MOVES, self._owned(mouse), f"Mouse {tamed(mouse)} {what}.", path)
            case kind if kind == COMMENT:
                to = {*self._owned(mouse), *(one.email for one in self._ask_trainers(mouse))}
                yield _Told(News.COMMENTS, to, f"Somebody commented on mouse {tamed(mouse)}.", path)
            case kind if kind == FAILED:
                admins = [one.email for one in self._members.admins]
                yield _Told(News.RUNS, admins, "The nightly run failed as a whole.", "/runs")

    def _of_override(self, event: Event, path: str) -> Iterator[_Told]:
        try:
            override = Override.model_validate(event.facts.get("record"))
        except ValidationError:
            return
        step = str(event.facts.get("step", ""))
        about = f"Mouse {tamed(override.subject_id)}, {_aim(override)}"
        reason = f"Reason: {tamed(override.reason_words)}."
        if step == PROPOSE:
            now = self._people.overrides.get(override.id)
            if now is not None and now.state is State.PROPOSED:
                to = self._who_may_answer(override)
                yield _Told(News.PROPOSALS, to, f"{about}: this proposal waits for an answer. {reason}", path)
        elif step in _ANSWERS:
            yield _Told(News.ANSWERS, (override.by,), f"{about}: your proposal was {_ANSWERS[step]}. {reason}", path)
        elif step == Step.REVOKE:
            both = {override.by, override.approved_by}
            yield _Told(News.ANSWERS, both, f"{about}: this override was taken back. {reason}", path)
        elif step in _OUTCOMES:
            both = {override.by, override.approved_by}
            yield _Told(News.OUTCOMES, both, f"{about}: {_OUTCOMES[step]}. {reason}", path)

    def _owned(self, mouse: str) -> tuple[str, ...]:
        return tuple(one.email for one in self._owners_of(mouse))

    def _owners_of(self, mouse: str) -> tuple[Member, ...]:
        if mouse not in self._owners:
            self._owners[mouse] = tuple(self._ask_owners(mouse))
        return self._owners[mouse]

    def _who_may_answer(self, override: Override) -> tuple[str, ...]:
        owners = self._owners_of(override.subject_id)
        return tuple(
            one.email
            for one in self._active.values()
            if Actor.of(one).may(Right.APPROVE) and not may_answer(self._policy, Actor.of(one), override, owners)
        )


_ANSWERS: Mapping[str, str] = {
    Step.APPROVE: "approved",
    Step.REFUSE: "refused",
    Step.RETURN: "returned with a question",
}
_OUTCOMES: Mapping[str, str] = {
    Step.USE: "it was used, every session that it was for followed it",
    Step.MISS: "it was not followed, a session ran something else",
    Step.EXPIRE: "it expired before any session followed it",
    Step.OUTDATE: "it is stale, a session has come that it was not written for",
}


def _aim(override: Override) -> str:
    stage = tamed(override.stage)
    what = {
        Kind.OFF: "off its curriculum",
        Kind.HOLD: f"hold at {stage}",
        Kind.ON: f"back on at {stage}",
        Kind.CURRICULUM: f"another curriculum or version, at {stage}",
    }.get(override.kind, stage)
    return f"{what} {override.span}"


def _begins(event: Event) -> str:
    record = event.facts.get("record")
    stage = record.get("stage") if isinstance(record, Mapping) else None
    return f"begins at {tamed(str(stage or 'its first stage'))}"
