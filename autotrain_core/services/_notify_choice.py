"""What a person wants to hear of, when and by which way: a document for each person, which only that person writes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError

from autotrain_core.errors import DocumentError, NotAllowedError, NotStoredError
from autotrain_core.models import Actor, Right
from autotrain_core.services._notify_hooks import read_hook
from autotrain_core.services._people import confirmed, how_of, members, require, stands
from autotrain_core.services._publish_recorded import record_once
from autotrain_core.services._settings import Settings
from autotrain_core.store import ABSENT, Json, Store

NOTIFY: Final = "notify"


class News(StrEnum):
    """What there is to hear of."""

    PROPOSALS = "proposals"
    ANSWERS = "answers"
    OUTCOMES = "outcomes"
    COMMENTS = "comments"
    MOVES = "moves"
    RUNS = "runs"

    @property
    def words(self) -> str:
        """What it is, for the person who chooses."""
        return _NEWS_WORDS[self]


class When(StrEnum):
    """When somebody wants to hear of it."""

    NOW = "at once"
    DIGEST = "daily"
    NEVER = "never"


_NEWS_WORDS: Final = {
    News.PROPOSALS: "Proposals that wait for you",
    News.ANSWERS: "Answers to your proposals, and overrides that were taken back",
    News.OUTCOMES: "What became of overrides: used, not followed, stale, expired",
    News.COMMENTS: "Comments on your mice",
    News.MOVES: "Enrolments and moves of your mice",
    News.RUNS: "Nightly runs that failed",
}

USUAL: Final[Mapping[News, When]] = MappingProxyType(
    {
        News.PROPOSALS: When.NOW,
        News.ANSWERS: When.NOW,
        News.OUTCOMES: When.DIGEST,
        News.COMMENTS: When.DIGEST,
        News.MOVES: When.DIGEST,
        News.RUNS: When.NOW,
    }
)
"""When whoever chose nothing hears of what."""


class NotifyChoice(BaseModel):
    """
    What a person chose.

    Attributes:
        email: Whether messages come by e-mail, where the lab has a mail server.
        webhook: Address that messages are sent to; empty for none. It is a secret of the person.
        when: When to hear of what; for what is not named see `USUAL`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: StrictBool = True
    webhook: StrictStr = ""
    when: Mapping[News, When] = Field(default_factory=dict)

    def wants(self, news: News) -> When:
        """Say when the person wants to hear of something."""
        return self.when.get(news, USUAL[news])


def place_of(folder: str, email: str) -> str:
    """Say where a document of a person lies; addresses may be longer than names of documents."""
    return f"{folder}/{hashlib.sha256(email.encode()).hexdigest()[:32]}"


def notify_choice(store: Store, email: str) -> tuple[NotifyChoice, str]:
    """
    Read what a person chose.

    Returns:
        The choice, and the version of its document; the usual and ABSENT where the person never chose.

    Raises:
        DocumentError: The document cannot be used.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    try:
        document = store.read(place_of(NOTIFY, email))
    except NotStoredError:
        return NotifyChoice(), ABSENT
    try:
        return NotifyChoice.model_validate_json(document.body), document.version
    except ValidationError as error:
        # Without what was found: it may be the address of a webhook.
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors())
        raise DocumentError(f"What {email} chose to hear of cannot be used: {faults}. Choose anew.") from None


def save_notify_choice(
    store: Store, settings: Settings, choice: NotifyChoice, *, replaces: str, actor: Actor, at: datetime
) -> str:
    """
    Choose what to hear of oneself; nobody chooses for others.

    Args:
        store: Where.
        settings: Says where webhooks may lead.
        choice: All of it.
        replaces: The version that was on the screen; ABSENT for the first.
        actor: Whose choice it is.
        at: When, with a zone.

    Returns:
        The version of the document now. Where nothing changed, nothing was written.

    Raises:
        NotAllowedError: The actor is no active member.
        DocumentError: The webhook is none that may be called.
        ConflictError: The same person saved elsewhere first; nothing was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.SEE)
    if members(store)[0].find(now.email) is None:
        raise NotAllowedError(f"{now.name} is not a member of this lab, and gets no messages.")
    host = ""
    if choice.webhook:
        host = read_hook(choice.webhook, private=settings.notify.private_webhooks).host
    full = choice.model_copy(update={"when": {news: choice.wants(news) for news in News}})
    body = json.dumps(full.model_dump(mode="json"), indent=1, sort_keys=True).encode()
    key, version = place_of(NOTIFY, now.email), replaces
    if not stands(store, key, body, replaces):
        version = store.write(key, body, replaces=replaces, by=now.email, at=at, note=how_of(now))
    facts: dict[str, Json] = {
        "email": full.email,
        "webhook": host,  # its server only: everybody reads the record
        "when": {news.value: when.value for news, when in full.when.items()},
        "how": how_of(now),
        "sentence": "chose what to hear of",
    }
    record_once(store, NOTIFY, facts, mark=version, by=now.email, at=at)
    return version
