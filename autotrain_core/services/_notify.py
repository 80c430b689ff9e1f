"""
Tell people what happened, by e-mail and webhook, once at least and without waiting for any of them.

What there is to tell follows from the record, and how far somebody was told from a document that is written after a
message went. There is no list of messages that could be lost.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from autotrain_core.errors import AutotrainError, DocumentError, NotStoredError
from autotrain_core.models import Members, OverridePolicy
from autotrain_core.services._notify_choice import NotifyChoice, When, notify_choice
from autotrain_core.services._notify_news import Item, Whose, news_of, text_of
from autotrain_core.services._notify_owners import people_of_lab
from autotrain_core.services._notify_places import Place, Places, keep_place, places
from autotrain_core.services._notify_send import EMAIL, SECONDS, WEBHOOK, Message, Send, send_all, send_with_apprise
from autotrain_core.services._people import members
from autotrain_core.services._policy import policy as policy_of
from autotrain_core.services._said import said
from autotrain_core.services._settings import Settings
from autotrain_core.store import Record, Store

_SHOWN_AFTER: Final = timedelta(days=3)
_log = logging.getLogger("autotrain.notify")
_running: WeakKeyDictionary[Record, threading.Lock] = WeakKeyDictionary()
_waiting: WeakKeyDictionary[Record, datetime | None] = WeakKeyDictionary()
_guard = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """
    What was told.

    Attributes:
        messages: Those that went; of a dry run, those that would go.
        problems: Why others did not go, a sentence each; they are tried again.
        held: How many ways failed so recently that they were not tried.
    """

    messages: tuple[Message, ...] = ()
    problems: tuple[str, ...] = ()
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelProblem:
    """
    A way to a person that has not worked for days.

    Attributes:
        email: The person.
        channel: "email" or "webhook".
        since: When it began, UTC.
        why: As the end of a sentence.
    """

    email: str
    channel: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """What one person is told by one way, and the place after it."""

    email: str
    channel: str
    target: str
    chosen: tuple[str, ...]
    before: Place
    items: tuple[Item, ...] = field(repr=False)
    is_digest: bool


def deliver(
    store: Store,
    settings: Settings,
    *,
    at: datetime,
    owners: Whose | None = None,
    trainers: Whose | None = None,
    digest: bool = False,
    policy: OverridePolicy | None = None,
    send: Send = send_with_apprise,
    seconds: float = SECONDS,
    dry: bool = False,
) -> DeliveryReport:
    """
    Tell everybody what is due.

    Whoever is met for the first time hears of what happens from `at` on. A person has one digest a day at most,
    whatever is asked for.

    Args:
        store: Where the record is.
        settings: The mail server, and the address of the app.
        at: Now, with a zone; where an action is told of, the time of the action.
        owners: The PIs of a mouse; as the lab says where None.
        trainers: Its trainers; likewise, and nobody where only `owners` is given.
        digest: Whether what was kept for the day goes too.
        policy: Who may answer a proposal; as the store says where None.
        send: Sends one message.
        seconds: How long one may take.
        dry: Send nothing and write nothing: only say what would go.

    Returns:
        What went and what did not.

    Raises:
        DocumentError: The members or the policy cannot be used.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer; what was not told is told by the next call.
    """
    with _guard:
        lock = _running.setdefault(store.record, threading.Lock())
    with lock:
        entries = store.record.read()
        known = members(store)[0]
        head = entries[-1].number if entries else 0
        first = next((entry.number - 1 for entry in entries if entry.at >= at), head)
        of_lab = people_of_lab(store, settings, at=at)
        ways = list(_ways(store, settings, known, first))
        told = news_of(
            entries[min((one.before.told for one in ways), default=head) :],
            said(store),
            known,
            owners=owners or of_lab.owners,
            trainers=trainers or (of_lab.trainers if owners is None else _nobody),
            policy=policy or policy_of(store)[0].overrides,
        )
        return _Round(store, settings, at, head, digest=digest, dry=dry).go(ways, told, send, seconds)


class _Round:
    """One call of `deliver`."""

    def __init__(self, store: Store, settings: Settings, at: datetime, head: int, *, digest: bool, dry: bool) -> None:
        self._store, self._settings, self._at, self._head = store, settings, at, head
        self._digest, self._dry = digest, dry
        self._day = settings.run.day(at)

    def go(
        self, ways: Sequence["_Way"], told: Mapping[str, tuple[Item, ...]], send: Send, seconds: float
    ) -> DeliveryReport:
        due, held = [], 0
        for way in ways:
            one = self._due(way, told.get(way.email, ()))
            if way.before.held(self._at):
                held += bool(one.items)
                if one.is_digest and not way.before.owed:
                    self._keep(one, way.before.model_copy(update={"owed": True}))
            elif one.items:
                due.append(one)
            elif one.is_digest or way.is_new:
                self._keep(one, way.before.went(head=self._head, keys=(), digest=self._day if one.is_digest else None))
        # Those that failed before go last: in the first wave are those that are likely to work.
        due.sort(key=lambda one: (one.before.failed > 0, one.email, one.channel))
        messages = [self._message(one) for one in due]
        if self._dry:
            return DeliveryReport(messages=tuple(messages), held=held)
        return replace(self._send(due, messages, send, seconds), held=held)

    def _due(self, way: "_Way", items: Sequence[Item]) -> _Due:
        place = way.before
        is_digest = place.owed or (self._digest and place.day != self._day)
        after = place.told if is_digest else place.now
        wanted = [
            item
            for item in items
            if item.number > after and item.key not in place.sent and way.wants(item, digest=is_digest)
        ]
        return _Due(
            email=way.email,
            channel=way.channel,
            target=way.target,
            chosen=way.chosen,
            before=place,
            items=tuple(wanted),
            is_digest=is_digest,
        )

    def _message(self, due: _Due) -> Message:
        title, text = text_of(due.items, app=self._settings.notify.app)
        return Message(to=due.email, channel=due.channel, target=due.target, title=title, text=text)

    def _send(self, due: Sequence[_Due], messages: Sequence[Message], send: Send, seconds: float) -> DeliveryReport:
        went: list[Message] = []
        problems: list[str] = []

        def done(number: int, why: str) -> None:
            one = due[number]
            if why:
                _log.warning("a message to %s by %s did not go: %s", one.email, one.channel, why)
                problems.append(f"{one.email} by {one.channel}: {why}. It is tried again.")
                self._keep(one, one.before.missed(why, at=self._at, digest=one.is_digest))
                return
            went.append(messages[number])
            keys = [item.key for item in one.items]
            self._keep(one, one.before.went(head=self._head, keys=keys, digest=self._day if one.is_digest else None))

        send_all(self._settings.notify, messages, send, seconds=seconds, done=done)
        return DeliveryReport(messages=tuple(went), problems=tuple(problems))

    def _keep(self, due: _Due, place: Place) -> None:
        if not self._dry:
            keep_place(self._store, due.email, due.channel, place, chosen=due.chosen, at=self._at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way to one person."""

    email: str
    channel: str
    target: str
    chosen: tuple[str, ...]
    choice: NotifyChoice
    before: Place
    is_new: bool

    def wants(self, item: Item, *, digest: bool) -> bool:
        when = self.choice.wants(item.news)
        return when is When.NOW or (digest and when is When.DIGEST)


def _ways(store: Store, settings: Settings, known: Members, first: int) -> list[_Way]:
    found = []
    for member in known.members:
        if not member.active:
            continue
        try:
            choice, _ = notify_choice(store, member.email)
        except DocumentError as error:
            _log.warning("%s", error)  # one spoilt document keeps no message from anybody else
            continue
        targets = targets_of(settings, member.email, choice)
        before = places(store, member.email) if targets else Places()
        for channel, target in targets.items():
            place = before.channels.get(channel)
            found.append(
                _Way(
                    email=member.email,
                    channel=channel,
                    target=target,
                    chosen=tuple(targets),
                    choice=choice,
                    before=place or Place(told=first, now=first),
                    is_new=place is None,
                )
            )
    return found


def targets_of(settings: Settings, email: str, choice: NotifyChoice) -> Mapping[str, str]:
    """Say by which ways a person can be told: way -> where to."""
    found = {EMAIL: email} if choice.email and settings.notify.smtp_host else {}
    return {**found, WEBHOOK: choice.webhook} if choice.webhook else found


def deliver_calmly(store: Store, settings: Settings, *, at: datetime, digest: bool = False) -> DeliveryReport:
    """
    Tell everybody what is due, at the end of something else that must not fail by it.

    Returns:
        What went; where nothing could be told at all, why not.
    """
    try:
        return deliver(store, settings, at=at, digest=digest)
    except (AutotrainError, OSError) as error:
        _log.warning("nobody could be told: %s", error)
        return DeliveryReport(problems=(str(error),))


def deliver_soon(store: Store, settings: Settings, *, at: datetime) -> None:
    """
    Begin to tell everybody what is due at once, after an action, and come back without waiting.

    One at a time for each store: what comes in the meantime is told right after.

    Args:
        store: Where.
        settings: The mail server, and the address of the app.
        at: The time of the action, as the record has it.
    """
    with _guard:
        if store.record in _waiting:
            earlier = _waiting[store.record]
            _waiting[store.record] = at if earlier is None else min(earlier, at)
            return
        _waiting[store.record] = None
    threading.Thread(target=_tell, args=(store, settings, at), name="notify", daemon=True).start()


def _tell(store: Store, settings: Settings, at: datetime) -> None:
    again: datetime | None = at
    while again is not None:
        try:
            deliver_calmly(store, settings, at=again)
        except Exception:  # whatever it is: the action is done, and the next call tells it
            _log.exception("nobody could be told")
        with _guard:
            again = _waiting[store.record]
            _waiting[store.record] = None
            if again is None:
                del _waiting[store.record]


def channel_problems(store: Store, *, at: datetime) -> tuple[ChannelProblem, ...]:
    """
    List the ways that have not worked for three days, for whoever keeps the lab.

    Raises:
        DocumentError: The members document cannot be used.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    return tuple(
        ChannelProblem(email=member.email, channel=channel, since=place.since, why=place.why)
        for member in members(store)[0].members
        if member.active
        for channel, place in places(store, member.email).channels.items()
        if place.since is not None and at - place.since >= _SHOWN_AFTER
    )


def send_test(store: Store, settings: Settings, email: str, *, send: Send = send_with_apprise) -> Mapping[str, str]:
    """
    Send a message to a member by each way, to see whether it comes.

    Returns:
        Way -> why it did not go; empty where it did.

    Raises:
        NotStoredError: There is no such member, or no way to tell the person anything.
        DocumentError: What the person chose cannot be used.
        StoreUnavailableError: The store does not answer.
    """
    member = members(store)[0].find(email)
    if member is None:
        raise NotStoredError(f"{email} is not a member. See: autotrain members list")
    targets = targets_of(settings, member.email, notify_choice(store, member.email)[0])
    if not targets:
        raise NotStoredError(
            f"{member.email} has no way to be told anything: no webhook, and no e-mail "
            f"{'was chosen' if settings.notify.smtp_host else 'is set up ([notify] in the settings)'}."
        )
    text = "This is a test. Messages about mice come this way." + (
        f"\n  {settings.notify.app}" if settings.notify.app else ""
    )
    messages = [
        Message(to=member.email, channel=channel, target=target, title="autotrain: a test", text=text)
        for channel, target in targets.items()
    ]
    answers: dict[str, str] = {}
    send_all(
        settings.notify,
        messages,
        send,
        seconds=SECONDS,
        done=lambda place, why: answers.update({messages[place].channel: why}),
    )
    return answers


def _nobody(_: str) -> tuple[()]:
    return ()
