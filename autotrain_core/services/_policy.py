"""What needs whose approval in a lab: one document of the store, and what it means for publishing."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autotrain_core.errors import DocumentError, NotStoredError
from autotrain_core.models import Actor, OverridePolicy, Right, Role, look_alike, roles_with
from autotrain_core.services._lab_view import LabView, lab_view
from autotrain_core.services._people import confirmed, how_of, members, require, stands
from autotrain_core.services._publish_recorded import POLICY, record_once
from autotrain_core.services._selection import board_day, in_training
from autotrain_core.services._settings import Settings
from autotrain_core.store import ABSENT, Store

KEY = "policy"
_LARGEST = 1_000_000
_LOOKED_AT = 50


class ReviewWhen(StrEnum):
    """When somebody else has to agree before a curriculum is published."""

    NEVER = "never"
    ALWAYS = "always"
    USED = "used"
    """When mice in training follow some version of that name."""

    @property
    def words(self) -> str:
        """What it means, as a sentence without a full stop."""
        return _WORDS[self]


_WORDS = {
    ReviewWhen.NEVER: "a designer publishes a curriculum alone",
    ReviewWhen.ALWAYS: "somebody else agrees before a curriculum is published",
    ReviewWhen.USED: "somebody else agrees before a curriculum is published that mice in training follow",
}


class PublishingPolicy(BaseModel):
    """
    What publishing takes.

    Attributes:
        review: When somebody else has to agree.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    review: ReviewWhen = ReviewWhen.NEVER


class Policy(BaseModel):
    """
    What needs whose approval; without a document everything that is said here by default.

    Attributes:
        publishing: What publishing takes.
        overrides: What overriding the rules for a mouse takes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publishing: PublishingPolicy = Field(default_factory=PublishingPolicy)
    overrides: OverridePolicy = Field(default_factory=OverridePolicy)

    def sentences(self) -> tuple[str, ...]:
        """Say all of it, a sentence for each rule."""
        words = self.publishing.review.words
        return (f"{words[:1].upper()}{words[1:]}.", *self.overrides.sentences())


@dataclass(frozen=True, slots=True, kw_only=True)
class MayPublish:
    """
    Whether somebody may publish a curriculum, and who has to agree.

    Attributes:
        allowed: Whether the person has the right at all.
        needs_review: Whether somebody else has to agree first.
        mice: Mice in training that follow some version of the name; 0 where nobody had to count.
        reviewers: Names of those who may agree, without the person.
        sentence: All of it in words.
    """

    allowed: bool
    needs_review: bool
    mice: int
    reviewers: tuple[str, ...]
    sentence: str


def policy(store: Store) -> tuple[Policy, str]:
    """
    Read what needs whose approval.

    Returns:
        The policy, and the version of its document; the defaults and ABSENT where there is none yet.

    Raises:
        DocumentError: The document cannot be used; everything wrong with it is listed.
        DamagedError: It is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    try:
        document = store.read(KEY)
    except NotStoredError:
        return Policy(), ABSENT
    return read_policy(document.body, source=f"the policy document of {store.url}"), document.version


def read_policy(body: bytes, *, source: str) -> Policy:
    """
    Read a policy document.

    Raises:
        DocumentError: It is no JSON, or a section or setting in it is unknown or wrong; all of them are named.
    """
    try:
        found: Any = json.loads(body) if len(body) <= _LARGEST else None
        return Policy.model_validate(found)
    except (ValueError, RecursionError) as error:
        faults = error.errors() if isinstance(error, ValidationError) else []
        lines = [f"  {'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}" for fault in faults]
        raise DocumentError(f"{source} cannot be used:\n" + "\n".join(lines or [f"  it is no JSON: {error}"])) from None


def save_policy(store: Store, policy: Policy, *, replaces: str, actor: Actor, at: datetime) -> str:
    """
    Say what needs whose approval from now on, and record it.

    Args:
        store: Where.
        policy: All of it.
        replaces: The version that was on the screen when this was decided; ABSENT for the first.
        actor: Who says so.
        at: When, with a zone.

    Returns:
        The version of the document now. Where nothing changed, nothing was written.

    Raises:
        NotAllowedError: The actor may not, or no longer.
        ConflictError: Somebody else saved first; nothing was written.
        StoreUnavailableError: The store does not answer.
    """
    now = confirmed(store, actor)
    require(now, Right.POLICY)
    facts = policy.model_dump(mode="json")
    body = json.dumps(facts, indent=1, sort_keys=True).encode()
    version = replaces
    if not stands(store, KEY, body, replaces):
        version = store.write(KEY, body, replaces=replaces, by=now.email, at=at, note=how_of(now))
    told = {**facts, "how": how_of(now), "sentence": _news(_before(store, version), policy)}
    record_once(store, POLICY, told, mark=version, by=now.email, at=at)
    return version


def _before(store: Store, version: str) -> Policy:
    """Read what held before a version of the document; one that cannot be used held nothing."""
    versions = store.history(KEY, most=_LOOKED_AT)
    place = next((place for place, one in enumerate(versions) if one.version == version), len(versions))
    try:
        return read_policy(versions[place + 1].body, source=KEY)
    except (IndexError, DocumentError):
        return Policy()


def _news(before: Policy, after: Policy) -> str:
    """Say what is otherwise than before, or all of publishing where nothing is."""
    old = before.sentences()
    changed = [sentence for sentence in after.sentences() if sentence not in old]
    return " ".join(changed or after.sentences()[:1])


def may_publish(
    store: Store,
    settings: Settings,
    name: str,
    *,
    actor: Actor,
    at: datetime,
    lab: LabView | None = None,
    authors: Collection[str] = (),
) -> MayPublish:
    """
    Tell whether somebody may publish a curriculum, and who has to agree.

    Args:
        store: Where the policy is.
        settings: What lies where.
        name: Of the curriculum.
        actor: Who wants to.
        at: Now, with a zone.
        lab: The lab, where it is at hand; else it is read where mice have to be counted.
        authors: Who worked on the draft, addresses: they are not asked to agree.

    Raises:
        DocumentError: The policy cannot be used.
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    when = policy(store)[0].publishing.review
    mice = followers(lab or lab_view(store, settings, at=at), name, at=at) if when is ReviewWhen.USED else 0
    needed = when is ReviewWhen.ALWAYS or mice > 0
    reviewers = reviewers_of(store, own={actor.email, *authors}) if needed else ()
    if not actor.may(Right.PUBLISH):
        roles = " or ".join(roles_with(Right.PUBLISH))
        sentence = f"Publishing takes the role {roles}."
    elif not needed:
        sentence = f"You may publish {name} alone."
    else:
        why = f"{mice:,} {'mouse' if mice == 1 else 'mice'} in training follow it" if mice else "this lab wants it so"
        own = ", and nobody agrees to his own work" if authors else ""
        who = f"Ask {', '.join(reviewers)}." if reviewers else f"Nobody here can: it takes the role {Role.PI}{own}."
        sentence = f"Somebody else has to agree before {name} is published ({why}). {who}"
    return MayPublish(
        allowed=actor.may(Right.PUBLISH), needs_review=needed, mice=mice, reviewers=reviewers, sentence=sentence
    )


def followers(lab: LabView, name: str, *, at: datetime) -> int:
    """
    Count the mice in training whose last published session followed some version of a curriculum.

    A curriculum whose name looks like it counts too: who picks one in the list sees no difference.
    """
    followed = lab.mice["curriculum_name"].fillna("").astype(str)
    alike = {one for one in followed.unique() if one and look_alike(one, name)}
    named = followed.isin(alike)
    return int((named.to_numpy(dtype=bool) & in_training(lab, on=board_day(lab, today=at.date()))).sum())


def reviewers_of(store: Store, *, own: Collection[str]) -> tuple[str, ...]:
    """
    Name the active members who may review.

    Args:
        store: Where the members are.
        own: Addresses of those whose own work it is: who asks, and who worked on the draft.

    Raises:
        DamagedError: What is stored is not what was written.
        StoreUnavailableError: The store does not answer.
    """
    return tuple(
        one.called
        for one in members(store)[0].members
        if one.active and one.email not in own and Actor.of(one).may(Right.REVIEW)
    )
